package documents

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
)

func para(id, text string) Paragraph {
	return Paragraph{ID: id, Kind: Plain, Text: core.NewText("en", text)}
}

func paras(texts ...string) []Paragraph {
	out := make([]Paragraph, len(texts))
	for i, s := range texts {
		out[i] = para("", s)
	}
	return out
}

func ids(ps []Paragraph) string {
	out := make([]string, len(ps))
	for i, p := range ps {
		out[i] = p.ID
	}
	return strings.Join(out, " ")
}

const (
	access  = "Access that lasts needs a local owner with a legal form before the first mast is built."
	fees    = "Spectrum fees designed for cities close networks in villages, because they follow bandwidth and not coverage."
	rights  = "Human rights apply online as they apply offline, and shutdowns of networks are hardly ever proportionate."
	data    = "Public money should leave a public owner behind when data are collected by private companies."
	accessZ = "持久的接入需要在建造第一座铁塔之前就有一个具有法律形式的当地所有者。"
	feesZ   = "为城市设计的频谱费用会关闭乡村的网络，因为它们依据的是带宽而不是覆盖范围。"
)

func TestParagraphsKeepTheirIDs(t *testing.T) {
	before, free := AssignIDs(nil, nil, paras(access, fees, "None.", rights, "None."), 1)
	if ids(before) != "p1 p2 p3 p4 p5" || free != 6 {
		t.Fatalf("first ids are %s, next %d", ids(before), free)
	}
	for _, tc := range []struct {
		name  string
		after []Paragraph
		want  string
	}{
		{"as it was", paras(access, fees, "None.", rights, "None."), "p1 p2 p3 p4 p5"},
		{"reordered", paras(rights, "None.", access, fees), "p4 p5 p1 p2"},
		{"inserted", paras(access, data, fees, "None.", rights, "None."), "p1 p6 p2 p3 p4 p5"},
		{"only case and signs", paras(strings.ToUpper(access), fees, "None", rights, "“None.”"), "p1 p2 p3 p4 p5"},
		{"edited", paras(
			"Access that lasts needs a local owner with a legal form before construction starts.",
			"Spectrum fees that were designed for cities close community networks in villages, since they follow bandwidth and not coverage.",
			"None.", rights, "None.",
		), "p1 p2 p3 p4 p5"},
		{"the first half of a split keeps the id", paras(access, fees, "None.", "Human rights apply online as they apply offline.", "Shutdowns of networks are hardly ever proportionate.", "None."), "p1 p2 p3 p4 p6 p5"},
		{"joined", paras(access+" "+fees, "None.", rights, "None."), "p1 p3 p4 p5"},
		{"rewritten in other words", paras("Whoever owns the tower decides who is connected.", fees, "None.", rights, "None."), "p6 p2 p3 p4 p5"},
		{"an id from the form wins over the words", []Paragraph{para("p4", access), para("", rights)}, "p4 p6"},
		{"one form field twice", []Paragraph{para("p1", "Something else entirely was typed here."), para("p1", access), para("", fees)}, "p6 p1 p2"},
		{"a later None stays where it is", paras(access, fees, rights, "None."), "p1 p2 p4 p5"},
		{"nothing left", nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, _ := AssignIDs(before, nil, tc.after, free)
			if ids(got) != tc.want {
				t.Errorf("ids are %s, want %s", ids(got), tc.want)
			}
		})
	}
}

func TestParagraphsInOtherScripts(t *testing.T) {
	zh := func(s string) Paragraph { return Paragraph{Kind: Plain, Text: core.NewText("zh", s)} }
	before, free := AssignIDs(nil, nil, []Paragraph{zh(accessZ), zh(feesZ)}, 1)
	got, _ := AssignIDs(before, nil, []Paragraph{
		zh("为大城市设计的频谱费用会关闭许多乡村网络，因为它们依据的是带宽而不是覆盖范围。"),
		zh("关于人工智能的治理，各方意见不一，需要继续讨论。"), zh(accessZ),
	}, free)
	if ids(got) != "p2 p3 p1" {
		t.Errorf("ids are %s, want p2 p3 p1", ids(got))
	}
}

// A translation that is added or rewritten does not make a paragraph another one.
func TestTranslationDoesNotMatter(t *testing.T) {
	before := []Paragraph{para("p1", access), para("p2", fees)}
	after := paras(access, fees)
	after[0].Text = after[0].Text.With("fr", "Un accès durable a besoin d'un propriétaire local.")
	after[1].Text = after[1].Text.With("fr", "Les redevances suivent la couverture.")
	slices.Reverse(after)
	if got, _ := AssignIDs(before, nil, after, 3); ids(got) != "p2 p1" {
		t.Errorf("ids are %s, want p2 p1", ids(got))
	}
}

// A paragraph that an autosave had dropped from the draft is known again from the
// published text.
func TestEarlierParagraphIsKnownAgain(t *testing.T) {
	got, free := AssignIDs([]Paragraph{para("p1", access)}, []Paragraph{para("p1", access), para("p2", fees)}, paras(fees, access, rights), 7)
	if ids(got) != "p2 p1 p7" || free != 8 {
		t.Errorf("ids are %s, next %d; want p2 p1 p7, next 8", ids(got), free)
	}
}

var lexicon = strings.Fields(`network coalition rapporteur spectrum coverage villages cities access rights data
	governance stakeholder session moderator capacity trust children security policy regional initiative open
	standards encryption funding owner legal community broad support diverse views youth women remote hub
	interpretation caption floor equal footing deadline report takeaway message council treaty norm cable`)

func randomSentence(r *rand.Rand) string {
	words := make([]string, 12+r.IntN(25))
	for i := range words {
		words[i] = lexicon[r.IntN(len(lexicon))]
	}
	return strings.Join(words, " ") + "."
}

// touched changes at most every fifth word of a text.
func touched(r *rand.Rand, s string) string {
	words := strings.Fields(s)
	for range len(words) / 5 {
		switch i := r.IntN(len(words)); r.IntN(3) {
		case 0:
			words[i] = lexicon[r.IntN(len(lexicon))]
		case 1:
			words = slices.Insert(words, i, lexicon[r.IntN(len(lexicon))])
		default:
			words = slices.Delete(words, i, i+1)
		}
	}
	return strings.Join(words, " ")
}

// Through any number of editing rounds, in which the writer's tool knows no ids,
// paragraphs that are moved or lightly edited keep theirs, new ones get fresh ones, and
// no id ever names two things.
func TestIDsThroughRandomEdits(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 7))
	for round := range 60 {
		free := 1
		var now []Paragraph
		was := map[string]string{} // id → name of the paragraph in this test
		for step := range 12 {
			names, after := []string{}, []Paragraph{}
			add := func(name, text string) {
				names = append(names, name)
				after = append(after, para("", text))
			}
			for _, p := range now {
				switch r.IntN(10) {
				case 0: // taken out
				case 1, 2, 3:
					add(was[p.ID], touched(r, p.Text.String()))
				default:
					add(was[p.ID], p.Text.String())
				}
			}
			for k := range 1 + r.IntN(3) {
				at := r.IntN(len(after) + 1)
				names = slices.Insert(names, at, fmt.Sprintf("new %d.%d", step, k))
				after = slices.Insert(after, at, para("", randomSentence(r)))
			}
			if len(after) > 1 && r.IntN(2) == 0 {
				i, j := r.IntN(len(after)), r.IntN(len(after))
				after[i], after[j] = after[j], after[i]
				names[i], names[j] = names[j], names[i]
			}
			before := free
			now, free = AssignIDs(now, nil, after, free)
			seen := map[string]bool{}
			for i, p := range now {
				if seen[p.ID] {
					t.Fatalf("round %d: %s is given twice at once", round, p.ID)
				}
				seen[p.ID] = true
				name, known := was[p.ID]
				switch {
				case !known && p.Number() < before:
					t.Fatalf("round %d: %s is given out again", round, p.ID)
				case !known && !strings.HasPrefix(names[i], fmt.Sprintf("new %d.", step)):
					t.Fatalf("round %d, step %d: %q has lost its id: %s", round, step, names[i], p.Text)
				case known && name != names[i]:
					t.Fatalf("round %d, step %d: %s was %q and is now %q", round, step, p.ID, name, names[i])
				}
				was[p.ID] = names[i]
			}
		}
	}
}

// With the ids in the form nothing is guessed: whatever is written into a field, it
// stays the same paragraph.
func TestCarriedIDsStay(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 7))
	now, free := AssignIDs(nil, nil, paras(randomSentence(r), randomSentence(r), randomSentence(r), randomSentence(r)), 1)
	for range 200 {
		after := slices.Clone(now)
		r.Shuffle(len(after), func(i, j int) { after[i], after[j] = after[j], after[i] })
		after[0].Text = core.NewText("en", randomSentence(r))
		want := ids(after)
		got, next := AssignIDs(now, nil, after, free)
		if ids(got) != want || next != free {
			t.Fatalf("ids are %s, want %s", ids(got), want)
		}
		now = got
	}
}

func TestSimilarity(t *testing.T) {
	for _, tc := range []struct {
		a, b     string
		from, to float64
	}{
		{access, access, 1, 1},
		{access, strings.ToUpper(access), 1, 1},
		{"Introduction", "Introduction and scope", .5, .99},
		{"Introduction", "Conclusions", 0, .49},
		{access, fees, 0, .3},
		{accessZ, feesZ, 0, .4},
		{"", "", 0, 0},
		{"…", "!", 0, 0},
	} {
		if got := Similarity(tc.a, tc.b); got < tc.from || got > tc.to || got != Similarity(tc.b, tc.a) {
			t.Errorf("Similarity(%q, %q) = %.2f, want %.2f to %.2f", tc.a, tc.b, got, tc.from, tc.to)
		}
	}
}

func BenchmarkAssignIDs(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 7))
	var before, after []Paragraph
	for i := range 400 {
		s := randomSentence(r) + " " + randomSentence(r)
		before = append(before, para(paraID(i+1), s))
		after = append(after, para("", touched(r, s)))
	}
	for b.Loop() {
		AssignIDs(before, nil, after, 401)
	}
}
