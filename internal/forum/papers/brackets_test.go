package papers

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
)

func TestBrackets(t *testing.T) {
	got, err := Brackets("We [call on [all — Côte d’Ivoire] governments — G77] to act.")
	if err != nil || len(got) != 2 {
		t.Fatalf("%v, %v", got, err)
	}
	if got[0].Text != "call on [all — Côte d’Ivoire] governments" || got[0].By != "G77" || got[0].Depth != 0 {
		t.Errorf("outer %+v", got[0])
	}
	if got[1].Text != "all" || got[1].By != "Côte d’Ivoire" || got[1].Depth != 1 || got[1].N != 2 {
		t.Errorf("inner %+v", got[1])
	}
	for text, want := range map[string]UnbalancedError{"a [b": {At: 2, Open: true}, "a b]": {At: 3}, "[[a]": {At: 0, Open: true}} {
		var bad UnbalancedError
		if _, err := Brackets(text); !errors.As(err, &bad) || bad != want {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
	for text, by := range map[string]string{
		"[shall — EU]": "EU", "[the words — as agreed]": "", "[the words]": "", "[قدر — مصر]": "مصر", "[应当 — 中国]": "中国", "[a — One; two]": "",
	} {
		if got, err := Brackets(text); err != nil || len(got) != 1 || got[0].By != by {
			t.Errorf("%q: %+v, %v, want by %q", text, got, err, by)
		}
	}
}

// Brackets in brackets without end are refused, and soon: each passage holds all within it.
func TestBracketsAreNotNestedForEver(t *testing.T) {
	deep := strings.Repeat("[", 40_000) + "a" + strings.Repeat("]", 40_000)
	if _, err := Brackets(deep); !errors.Is(err, UnbalancedError{At: mostNested, Deep: true}) {
		t.Errorf("%v", err)
	}
	var p core.Problems
	checkBrackets(&p, []documents.Paragraph{{Text: core.NewText("en", deep)}})
	if len(p) != 1 || p[0].Key != "papers.error.bracket_deep" {
		t.Errorf("%+v", p)
	}
	if got, err := Brackets(deep[40_000-mostNested : 40_001+mostNested]); err != nil || len(got) != mostNested {
		t.Errorf("%d passages, %v", len(got), err)
	}
}

func TestSettle(t *testing.T) {
	text := "States [shall — EU] act [now [and fully — NGOs]], together."
	for _, c := range []struct {
		n                int
		how, words, want string
	}{
		{1, Keep, "", "States shall act [now [and fully — NGOs]], together."},
		{1, Delete, "", "States act [now [and fully — NGOs]], together."},
		{1, Replace, "should", "States should act [now [and fully — NGOs]], together."},
		{2, Keep, "", "States [shall — EU] act now [and fully — NGOs], together."},
		{2, Delete, "", "States [shall — EU] act, together."},
		{3, Delete, "", "States [shall — EU] act [now], together."},
	} {
		spans, err := Brackets(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := settle(text, spans[c.n-1], c.how, c.words); got != c.want {
			t.Errorf("%d %s: %q, want %q", c.n, c.how, got, c.want)
		}
	}
}

// A passage is settled in all languages that have it; other words come only where they
// are given, and a translation without them goes.
func TestSettledInAllLanguages(t *testing.T) {
	text := core.Text{Orig: "en", By: map[string]string{"en": "We [shall] act.", "fr": "Nous [devons] agir.", "es": "Actuaremos."}}
	spans, _ := Brackets(text.String())
	kept := settleIn(text, spans, 1, ResolveInput{How: Keep})
	if kept.By["en"] != "We shall act." || kept.By["fr"] != "Nous devons agir." || kept.By["es"] != "" {
		t.Errorf("kept %v", kept)
	}
	other := settleIn(text, spans, 1, ResolveInput{How: Replace, Words: core.NewText("en", "should")})
	if other.By["en"] != "We should act." || other.By["fr"] != "" {
		t.Errorf("replaced %v", other)
	}
}

// Whatever is typed, brackets either match as counted or are refused, and settling one
// leaves one less.
func FuzzBrackets(f *testing.F) {
	for _, s := range []string{"", "[", "]", "[a]", "[[a]b — C]", "a [b — C] d [e]", "[ — X]", "—[]—", "[\xff]", "[应 — 中]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			s = strings.ToValidUTF8(s, "?") // what comes by forms is valid
		}
		spans, err := Brackets(s)
		if err != nil {
			return
		}
		if strings.Count(s, "[") != len(spans) || strings.Count(s, "]") != len(spans) {
			t.Fatalf("%q: %d passages", s, len(spans))
		}
		r := []rune(s)
		for i, sp := range spans {
			if r[sp.Start] != '[' || r[sp.End-1] != ']' || sp.N != i+1 {
				t.Fatalf("%q: %+v", s, sp)
			}
			for _, how := range []string{Keep, Delete} {
				after, err := Brackets(settle(s, sp, how, ""))
				if err != nil || len(after) >= len(spans) {
					t.Fatalf("%q: %s of %d leaves %d, %v", s, how, sp.N, len(after), err)
				}
			}
		}
	})
}

// What is typed is cut and comes back as it was.
func TestTextIsTypedAndComesBack(t *testing.T) {
	in := Input{Kind: PaperKind, Title: core.NewText("en", "T"), Text: core.Text{Orig: "en", By: map[string]string{
		"en": "# Access\n\nFirst paragraph\nin two lines.\n\n- one\n- two\n\n> said\n\nLast.", "fr": "# Accès\n\nPremier.\n\n…\n\n- deux\n\n> dit\n\n…",
	}}}
	if err := in.Validate(); err != nil {
		t.Fatal(err)
	}
	kinds := ""
	for _, p := range in.Paragraphs {
		kinds += string(p.Kind[0])
	}
	if kinds != "hpiiqp" || in.Paragraphs[2].Text.By["fr"] != "" || in.Paragraphs[3].Text.By["fr"] != "deux" {
		t.Fatalf("cut %s %+v", kinds, in.Paragraphs)
	}
	again := Input{Kind: PaperKind, Title: in.Title, Text: typed(revisionOf(in))}
	if err := again.Validate(); err != nil {
		t.Fatal(err)
	}
	for i, p := range again.Paragraphs {
		if !p.Text.Equal(in.Paragraphs[i].Text) || p.Kind != in.Paragraphs[i].Kind || p.Level != in.Paragraphs[i].Level {
			t.Errorf("paragraph %d: %+v, was %+v", i, p, in.Paragraphs[i])
		}
	}
}

func revisionOf(in Input) documents.Revision { return documents.Revision{Paragraphs: in.Paragraphs} }

// Whatever is typed as a text comes back as the same paragraphs.
func FuzzPieces(f *testing.F) {
	for _, s := range []string{"", "a\n\nb", "# h\nb", "- a\n- b", "> q\n> r", "> q\n> # r", "####  x", "…", "# ", "-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "?")
		in := Input{Text: core.NewText("en", s)}
		in.cut(&core.Problems{})
		again := Input{Text: typed(revisionOf(in))}
		again.cut(&core.Problems{})
		if len(again.Paragraphs) != len(in.Paragraphs) {
			t.Fatalf("%q: %d paragraphs became %d", s, len(in.Paragraphs), len(again.Paragraphs))
		}
		for i, p := range again.Paragraphs {
			if p.Kind != in.Paragraphs[i].Kind || p.Text.String() != in.Paragraphs[i].Text.String() {
				t.Fatalf("%q: %+v became %+v", s, in.Paragraphs[i], p)
			}
		}
	})
}
