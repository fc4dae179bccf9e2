package documents

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
)

func outline(c Comparison) string {
	var out []string
	for _, p := range c.Paras {
		s := p.ID + " " + string(p.Change)
		if p.Moved {
			s += " moved"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

func TestCompareKnowsWhatMoved(t *testing.T) {
	rev := func(ps ...Paragraph) Revision { return Revision{Paragraphs: ps} }
	from := rev(para("p1", access), para("p2", fees), para("p3", rights), para("p4", data))
	to := rev(para("p4", data), para("p1", access+" Really."), para("p5", "New."), para("p3", rights))
	c := Compare(from, to, "en")
	if got, want := outline(c), "p4 same moved, p1 changed, p2 removed, p5 added, p3 same"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := marked(c.Paras[1].Spans); got != access+"{+ Really.+}" {
		t.Errorf("the words are %s", got)
	}
	if c.Count(Reworded) != 1 || c.Count(NewPara) != 1 || c.Count(RemovedPara) != 1 || c.Moved() != 1 {
		t.Errorf("counts are wrong: %+v", c)
	}
}

// The reader's language is compared where both have it; changes in the others are
// named, as are sources, degrees and dissent.
func TestCompareLooksBesideTheWords(t *testing.T) {
	a, b := sourced(para("p1", access)), sourced(para("p1", access), 1, "T1")
	a.Text = a.Text.With("fr", "Un accès durable.").With("ar", "الوصول")
	b.Text = b.Text.With("fr", "Un accès qui dure.").With("ar", "النفاذ").With("zh", "接入")
	b.Attrs.Sentences = []Degree{{1, "broad"}}
	b.Attrs.Dissent = []Dissent{{By: "A", Text: core.NewText("en", "No.")}}
	b.Kind = Quote
	c := Compare(Revision{Paragraphs: []Paragraph{a}}, Revision{Paragraphs: []Paragraph{b}}, "fr").Paras[0]
	if c.Change != Reworded || c.Lang != "fr" || !slices.Equal(c.Langs, []string{"zh", "ar"}) || !c.Sources || !c.Degrees || !c.Dissents || !c.Kinds {
		t.Errorf("got %+v", c)
	}
	view := b
	view.Attrs.Dissent = []Dissent{{By: "A", Text: core.NewText("en", "No."), Kind: DissentView}}
	if c := Compare(Revision{Paragraphs: []Paragraph{b}}, Revision{Paragraphs: []Paragraph{view}}, "en").Paras[0]; !c.Dissents || c.Change != Reworded {
		t.Errorf("a signed statement became a view that the drafters record, and nothing says so: %+v", c)
	}
	if c := Compare(Revision{Paragraphs: []Paragraph{a}}, Revision{Paragraphs: []Paragraph{b}}, "zh").Paras[0]; c.Lang != "en" {
		t.Errorf("a language that one of the two lacks is compared: %s", c.Lang)
	}
}

// Whatever is edited, the comparison lists each paragraph of both once, in the order
// of the later text, and moves no more than it must.
func TestCompareHoldsBothTexts(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 7))
	for range 500 {
		var from, to Revision
		for i := range r.IntN(12) {
			from.Paragraphs = append(from.Paragraphs, para(paraID(i+1), fmt.Sprint("text ", i)))
		}
		to.Paragraphs = slices.Clone(from.Paragraphs)
		r.Shuffle(len(to.Paragraphs), func(i, j int) {
			if r.IntN(3) == 0 {
				to.Paragraphs[i], to.Paragraphs[j] = to.Paragraphs[j], to.Paragraphs[i]
			}
		})
		to.Paragraphs = slices.DeleteFunc(to.Paragraphs, func(Paragraph) bool { return r.IntN(5) == 0 })
		for k := range r.IntN(3) {
			to.Paragraphs = slices.Insert(to.Paragraphs, r.IntN(len(to.Paragraphs)+1), para(paraID(100+k), "new"))
		}
		c := Compare(from, to, "en")
		var after, before []string
		for _, p := range c.Paras {
			if p.Change != RemovedPara {
				after = append(after, p.ID)
			}
			if p.Change != NewPara && !p.Moved {
				before = append(before, p.ID)
			}
		}
		if strings.Join(after, " ") != ids(to.Paragraphs) {
			t.Fatalf("the later text is %v, want %s", after, ids(to.Paragraphs))
		}
		var stayed []string
		for _, p := range from.Paragraphs {
			if slices.Contains(before, p.ID) {
				stayed = append(stayed, p.ID)
			}
		}
		if strings.Join(before, " ") != strings.Join(stayed, " ") {
			t.Fatalf("what has not moved is not in the old order: %v, %v", before, stayed)
		}
	}
}
