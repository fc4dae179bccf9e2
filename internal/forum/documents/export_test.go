package documents_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"plenary/internal/testkit"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
)

func words(t *testing.T, lang string) documents.Words {
	t.Helper()
	cat, err := testkit.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	return documents.Words{
		Lang: lang, T: func(key string, args ...any) string { return cat.T(lang, key, args...) },
		Stamp:   func(core.Instant) string { return "11 Oct 2023, 08:12 UTC" },
		Address: "https://forum.example/documents/x/revisions/2",
		Resolve: func(kind string, refs []string) (map[string]documents.SourceLabel, error) {
			out := map[string]documents.SourceLabel{}
			for _, ref := range refs {
				if ref != "secret" && kind != documents.SourceLink {
					out[ref] = documents.SourceLabel{Label: "Takeaway " + ref + " of WS 184", URL: "/2023/ws184/report#" + ref}
				}
			}
			return out, nil
		},
		Degree: func(string) documents.DegreeLabel { return documents.DegreeLabel{Words: "Broad support", Level: 4} },
	}
}

const (
	owners   = "Networks that last have a local owner with a legal form before the first mast is built."
	spectrum = "Spectrum fees designed for cities close networks in villages."
)

func message(t *testing.T) (documents.Document, documents.Revision) {
	t.Helper()
	p := text(owners + " " + spectrum)
	p.ID, p.Attrs.Ends = "p2", []int{len(owners) + 1}
	for _, s := range []struct {
		sentence int
		ref      string
	}{{1, "t1"}, {1, "t2"}, {2, "t1"}} {
		p.Sources = append(p.Sources, documents.Source{Sentence: s.sentence, Kind: "takeaway", Ref: s.ref})
	}
	p.Text = p.Text.With("fr", "Les réseaux qui durent ont un propriétaire local. Les redevances conçues pour les villes ferment les réseaux des villages.")
	p.Sources = append(p.Sources, documents.Source{Sentence: 2, Kind: documents.SourceLink, Ref: "https://undocs.org/A/RES/70/125", Note: "A/RES/70/125"}, documents.Source{Kind: "session", Ref: "secret"})
	p.Attrs.Sentences = []documents.Degree{{1, "broad"}}
	p.Attrs.Dissent = []documents.Dissent{{By: "Association of operators", Text: core.NewText("en", "Fees are a national matter.")}}
	r := documents.Revision{
		Number: 2, State: documents.StatePublished, Correction: true, Note: "A year was wrong.", Title: core.NewText("en", "Access *that* lasts"), Hash: "abc",
		Paragraphs: []documents.Paragraph{
			{ID: "p1", Kind: documents.Heading, Level: 1, Text: core.NewText("en", "What was heard")},
			p,
			{ID: "p4", Kind: documents.Item, Text: core.NewText("en", "First item")},
			{ID: "p3", Kind: documents.Item, Text: core.NewText("en", "1. Second item")},
			{ID: "p5", Kind: documents.Quote, Text: core.NewText("en", "One line\nand another")},
		},
	}
	return documents.Document{Licence: "CC-BY-4.0", Published: 3}, r
}

// E140, E142, E157: one source prints all formats, and dissent and sources travel with
// the text in each of them.
func TestPlainText(t *testing.T) {
	d, r := message(t)
	e, err := documents.Prepare(d, r, words(t, "en"))
	if err != nil {
		t.Fatal(err)
	}
	want := `Access *that* lasts
===================
Version 2, published 11 Oct 2023, 08:12 UTC
Correction: A year was wrong.
There is a newer version: 3
Licence: CC-BY-4.0
Permanent address: https://forum.example/documents/x/revisions/2
SHA-256 of the JSON form: abc

What was heard
--------------

2. Networks that last have a local owner with a legal form before the
   first mast is built.[1][2] (Broad support) Spectrum fees designed for
   cities close networks in villages.[1][3][4]

    Dissent, Association of operators: Fees are a national matter.

  - First item
  - 1. Second item

  > One line
  > and another

Sources
-------
[1] Takeaway t1 of WS 184 <https://forum.example/2023/ws184/report#t1>
[2] Takeaway t2 of WS 184 <https://forum.example/2023/ws184/report#t2>
[3] A/RES/70/125 <https://undocs.org/A/RES/70/125>
[4] A source that is not public or no longer has a name
`
	if got := e.PlainText(); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestMarkdown(t *testing.T) {
	d, r := message(t)
	e, err := documents.Prepare(d, r, words(t, "en"))
	if err != nil {
		t.Fatal(err)
	}
	md := goldmark.New(goldmark.WithExtensions(extension.Footnote))
	var out bytes.Buffer
	if err := md.Convert([]byte(e.Markdown()), &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"<h1>Access *that* lasts</h1>", "<li>Version 2, published 11 Oct 2023, 08:12 UTC</li>",
		"What was heard</h2>", "First item</li>", "1. Second item</li>", "One line<br>\nand another</p>\n</blockquote>",
		"<p>Dissent, Association of operators: Fees are a national matter.</p>", "(Broad support)",
		`<a href="https://forum.example/2023/ws184/report#t1">Takeaway t1 of WS 184</a>`, `href="#fn:4"`,
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing", want)
		}
	}
	if t.Failed() {
		t.Log(e.Markdown(), out.String())
	}
}

// A translation carries the marks at its sentences; one whose sentences are cut
// otherwise carries them at the end. What is not translated says so.
func TestExportInAnotherLanguage(t *testing.T) {
	d, r := message(t)
	e, err := documents.Prepare(d, r, words(t, "fr"))
	if err != nil {
		t.Fatal(err)
	}
	p := e.Paras[1]
	if p.Lang != "fr" || len(p.Parts) != 2 || fmt.Sprint(p.Parts[0].Marks, p.Parts[1].Marks, p.Marks) != "[1 2] [1 3] [4]" {
		t.Errorf("marks stand wrongly: %+v", p)
	}
	if fmt.Sprint(e.Fallback) != "[en]" {
		t.Errorf("parts are shown in %v, want English", e.Fallback)
	}
	r.Paragraphs[1].Text = r.Paragraphs[1].Text.With("fr", "Une seule phrase pour les deux.")
	if e, err = documents.Prepare(d, r, words(t, "fr")); err != nil {
		t.Fatal(err)
	}
	if p = e.Paras[1]; len(p.Parts) != 1 || fmt.Sprint(p.Parts[0].Marks, p.Marks) != "[] [1 2 3 4]" || p.Parts[0].Degree.Words != "" {
		t.Errorf("marks stand wrongly: %+v", p)
	}
}
