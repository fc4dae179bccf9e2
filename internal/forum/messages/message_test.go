package messages

import (
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
)

func point(ref, text string) reports.Point {
	return reports.Point{Ref: ref, Para: "p1", Part: reports.PartTakeaway, Text: core.NewText("en", text), Revision: 2, Session: "s"}
}

// Each sentence of a compiled Message keeps the takeaway that it was taken from, also
// when several are merged into one.
func TestEachSentenceKeepsItsSource(t *testing.T) {
	pts := []reports.Point{point("a#p1", "One is first. Two follows."), point("b#p1", "Three comes last.")}
	apart := compiled(pts, false)
	if len(apart) != 2 || len(apart[0].Sources) != 2 || apart[0].Sources[1].Sentence != 2 || apart[1].Sources[0].Ref != "b#p1" {
		t.Errorf("apart: %+v", apart)
	}
	merged := compiled(pts, true)
	if len(merged) != 1 {
		t.Fatalf("%d paragraphs, want one", len(merged))
	}
	if got := merged[0].Text.String(); got != "One is first. Two follows. Three comes last." {
		t.Errorf("merged text %q", got)
	}
	want := map[int]string{1: "a#p1", 2: "a#p1", 3: "b#p1"}
	for _, s := range merged[0].Sources {
		if want[s.Sentence] != s.Ref || s.Revision != 2 {
			t.Errorf("sentence %d rests on %s in revision %d", s.Sentence, s.Ref, s.Revision)
		}
		delete(want, s.Sentence)
	}
	if len(want) != 0 {
		t.Errorf("without a source: %v", want)
	}
}

func para(o own, text string) documents.Paragraph {
	p := documents.Paragraph{Text: core.NewText("en", text)}
	p.Attrs.Own = o.raw()
	return p
}

// A Message stands behind the others of its session; a session's first brings its
// heading. In the order of themes those without one come last.
func TestOrder(t *testing.T) {
	one, two := &programme.Session{ID: "s1", Title: core.NewText("en", "First"), Theme: "t2"}, &programme.Session{ID: "s2", Title: core.NewText("en", "Second")}
	var paras []documents.Paragraph
	for i, s := range []*programme.Session{one, two, one} {
		paras = insert(paras, s, para(own{Part: partMessage, N: i + 1, Session: s.ID, Theme: s.Theme}, "x"))
	}
	list := groups(documents.Revision{Paragraphs: paras})
	if len(list) != 2 || len(list[0].Messages) != 2 || list[0].Messages[1].N != 3 || list[1].Heading.String() != "Second" {
		t.Fatalf("groups %+v", list)
	}
	themed := byTheme(list, []core.ID{"t1", "t2"}, map[core.ID]core.Text{"t2": core.NewText("en", "Trust")}, func(m Message) core.ID { return m.Theme })
	if len(themed) != 2 || themed[0].Theme != "t2" || len(themed[0].Messages) != 2 || themed[1].Messages[0].N != 2 {
		t.Errorf("by theme %+v", themed)
	}
}

// E143: the note on whose views the points reflect stands behind its session's heading.
func TestAttributionStandsWithItsSession(t *testing.T) {
	s := &programme.Session{ID: "s1", Title: core.NewText("en", "Coalitions")}
	paras := insert(nil, s, para(own{Part: partMessage, N: 1, Session: "s1"}, "x"))
	paras, err := withAttribution(paras, "s1", core.NewText("en", "These points are theirs."))
	if err != nil {
		t.Fatal(err)
	}
	if g := groups(documents.Revision{Paragraphs: paras})[0]; g.Attribution.String() != "These points are theirs." || len(g.Messages) != 1 {
		t.Errorf("group %+v", g)
	}
	if _, err := withAttribution(paras, "s9", core.NewText("en", "x")); core.KindOf(err) != core.KindNotFound {
		t.Errorf("a session without Messages: %v", err)
	}
	paras, err = withAttribution(paras, "s1", core.Text{})
	if err != nil || !groups(documents.Revision{Paragraphs: paras})[0].Attribution.IsZero() {
		t.Errorf("the note did not go: %v", err)
	}
}

// E138: the Messages are named after the city, in each language in which it is known.
func TestNamedAfterTheCity(t *testing.T) {
	e := editions.Edition{Slug: "2017", City: core.Text{Orig: "en", By: map[string]string{"en": "Geneva", "fr": "Genève"}}}
	got := NameOf(e)
	if got.By["en"] != "Geneva Messages" || got.By["fr"] != "Messages de Genève" || got.By["ru"] != "" {
		t.Errorf("named %v", got)
	}
	if got := NameOf(editions.Edition{Slug: "2020"}); got.String() != "2020 Messages" {
		t.Errorf("without a city: %q", got)
	}
}

// What the form says of sentences becomes marks of the text; of sentences that the new
// text no longer has nothing is kept, and sources of the whole stay.
func TestEditKeepsWhatTheFormDoesNotShow(t *testing.T) {
	p := documents.Paragraph{ID: "p3", Text: core.NewText("en", "One. Two."), Sources: []documents.Source{{Kind: SourceSession, Ref: "s"}}}
	in := EditInput{
		Text:      core.NewText("en", "Only one now."),
		Sentences: []SentenceInput{{Degree: "broad", Sources: []string{"takeaway:a#p1"}}, {Degree: "some", Sources: []string{"takeaway:b#p1"}}},
		Dissent:   []DissentInput{{By: "A company", Text: core.NewText("en", "We disagree.")}},
	}
	out := in.apply(p, map[string]documents.Source{"takeaway:a#p1": {Kind: SourceTakeaway, Ref: "a#p1", Revision: 1}})
	if len(out.Sources) != 2 || out.Sources[0].Kind != SourceSession || out.Sources[1].Ref != "a#p1" {
		t.Errorf("sources %+v", out.Sources)
	}
	if len(out.Attrs.Sentences) != 1 || out.Attrs.Degree(1) != "broad" || len(out.Attrs.Dissent) != 1 {
		t.Errorf("marks %+v", out.Attrs)
	}
}
