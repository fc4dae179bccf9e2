package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/formats/akn"
	"plenary/internal/formats/docx"
	"plenary/internal/formats/epub"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/pdf"
	webfiles "plenary/web"
)

// outputs measures how long it takes to make each file of a set of Messages and of a
// long text, from the revision as it was read to the bytes that are sent.
func outputs(ctx context.Context) error {
	cat, err := i18n.Load(webfiles.Locales())
	if err != nil {
		return err
	}
	words := documents.Words{
		Lang: "en", T: func(key string, args ...any) string { return cat.T("en", key, args...) },
		Stamp: func(core.Instant) string { return "11 Oct 2023, 08:12 UTC" }, Stage: "Final", Home: "https://forum.example", Forum: "Forum",
		Address: "https://forum.example/documents/x/revisions/2", Degree: func(string) documents.DegreeLabel { return documents.DegreeLabel{Words: "Broad support", Level: 4} },
		Resolve: func(_ string, refs []string) (map[string]documents.SourceLabel, error) {
			out := map[string]documents.SourceLabel{}
			for _, ref := range refs {
				out[ref] = documents.SourceLabel{Label: "Takeaway " + ref + " of a workshop on access", URL: "/2023/ws1/report#" + ref}
			}
			return out, nil
		},
	}
	printer := pdf.New(pdf.Config{})
	defer printer.Close()
	fmt.Print("## Files of a text\n\nMedian, and size. The reference of PDF is the same browser printing an empty page,\nof all others compress/gzip packing the HTML. PDF by a warm browser; the first one starts it.\n\n| | 48 Messages | to the reference | 300 paragraphs | to the reference |\n|---|---:|---:|---:|---:|\n")
	short, long := text(48), text(300)
	formats := []struct {
		name string
		make func(documents.Export, int) ([]byte, error)
	}{
		{"made ready", nil},
		{"text", func(e documents.Export, _ int) ([]byte, error) { return []byte(e.PlainText()), nil }},
		{"Markdown", func(e documents.Export, _ int) ([]byte, error) { return []byte(e.Markdown()), nil }},
		{"HTML", func(e documents.Export, _ int) ([]byte, error) { return e.Printed().HTML(), nil }},
		{"DOCX", func(e documents.Export, _ int) ([]byte, error) { return docx.Write(e.Printed()) }},
		{"EPUB", func(e documents.Export, _ int) ([]byte, error) { return epub.Write(e.Printed()) }},
		{"Akoma Ntoso", func(e documents.Export, _ int) ([]byte, error) { return akn.Write(e.Printed()), nil }},
	}
	if printer.Available() {
		began := time.Now()
		if _, err := printer.Print(ctx, pdf.Page{HTML: []byte("<!doctype html><title>x</title><p>x")}); err != nil {
			return err
		}
		started := time.Since(began)
		formats = append(formats, struct {
			name string
			make func(documents.Export, int) ([]byte, error)
		}{"PDF", func(e documents.Export, i int) ([]byte, error) {
			// Another page each time: what was printed is remembered.
			return printer.Print(ctx, pdf.Page{HTML: append(e.Printed().HTML(), fmt.Sprintf("<!-- %d -->", i)...), Footer: "<span class=pageNumber></span>"})
		}})
		defer fmt.Printf("Starting the browser and printing a first page: %s.\n\n", started.Round(10*time.Millisecond))
	} else {
		fmt.Println("| PDF: no Chromium on this machine | | | | |")
	}
	for _, f := range formats {
		cells := make([]string, 4)
		for i, d := range []struct {
			doc documents.Document
			rev documents.Revision
		}{{documents.Document{Kind: "messages", Licence: "CC-BY-4.0", Published: 2}, short}, {documents.Document{Kind: "paper", Licence: "CC-BY-4.0", Published: 2}, long}} {
			var times, reference []time.Duration
			size := 0
			for n := range 9 {
				began := time.Now()
				e, err := documents.Prepare(d.doc, d.rev, words)
				if err != nil {
					return err
				}
				if f.make != nil {
					began = time.Now()
					b, err := f.make(e, n)
					if err != nil {
						return fmt.Errorf("%s: %w", f.name, err)
					}
					size = len(b)
				}
				times = append(times, time.Since(began))
				again, err := packed(e.Printed().HTML())
				if f.name == "PDF" {
					began = time.Now()
					_, err = printer.Print(ctx, pdf.Page{HTML: fmt.Appendf(nil, "<!doctype html><title>x</title><p>%d %d", i, n)})
					again = time.Since(began)
				}
				if err != nil {
					return err
				}
				reference = append(reference, again)
			}
			cells[2*i] = median(times).Round(10 * time.Microsecond).String()
			cells[2*i+1] = ratio(times, reference)
			if size > 0 {
				cells[2*i] += fmt.Sprintf(", %d KB", (size+512)/1024)
			}
		}
		fmt.Printf("| %s | %s |\n", f.name, strings.Join(cells, " | "))
	}
	fmt.Println()
	return nil
}

// text is a revision of so many numbered paragraphs with headings, sources, degrees and
// dissent.
func text(paras int) documents.Revision {
	r := documents.Revision{Number: 2, State: documents.StatePublished, Stage: "final", Title: core.NewText("en", "Messages of the sample"), Hash: strings.Repeat("ab", 32)}
	const first, second = "Networks that last have a local owner with a legal form before the first mast is built. ", "Spectrum fees designed for cities close networks in villages, and those who pay them are not asked."
	id := 0
	add := func(p documents.Paragraph) {
		id++
		p.ID = fmt.Sprintf("p%d", id)
		r.Paragraphs = append(r.Paragraphs, p)
	}
	for n := range paras {
		if n%8 == 0 {
			add(documents.Paragraph{Kind: documents.Heading, Level: 1 + n/8%2, Text: core.NewText("en", fmt.Sprintf("What was heard on access, part %d", 1+n/8))})
		}
		p := documents.Paragraph{Kind: documents.Plain, Text: core.NewText("en", first+second)}
		p.Attrs.Ends = []int{len(first)}
		p.Attrs.Sentences = []documents.Degree{{I: 1, Degree: "broad"}}
		p.Sources = []documents.Source{{Sentence: 1, Kind: "takeaway", Ref: fmt.Sprintf("t%d", n)}, {Sentence: 2, Kind: "takeaway", Ref: fmt.Sprintf("t%d", n/2)}}
		if n%7 == 0 {
			p.Attrs.Dissent = []documents.Dissent{{By: "Association of operators", Text: core.NewText("en", "Fees are a national matter.")}, {Kind: documents.DissentView, Text: core.NewText("ar", "رأى بعضهم غير ذلك.")}}
		}
		add(p)
	}
	return r
}
