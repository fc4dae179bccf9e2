package documents

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"plenary/internal/formats/printed"
)

// Printed is the text as the formats of files take it.
func (e Export) Printed() printed.Text {
	w, d, r := e.words, e.doc, e.rev
	t := printed.Text{
		ID: string(d.ID), Kind: d.Kind, Lang: e.Lang, Title: printed.Piece{S: e.Title.S, Lang: e.Title.Lang}, Status: e.status(), Facts: e.Facts,
		Revision: r.Number, Draft: r.Draft(), Final: r.Stage == "final", Created: d.Created.Time(),
		Licence: d.Licence, Hash: r.Hash, Address: w.Address, Home: w.Home, Forum: w.Forum,
		Words: printed.Words{
			Contents: w.T("documents.file.contents"), Sources: w.T("documents.export.sources"), About: w.T("documents.facts"),
			Text: w.T("documents.text"), Back: w.T("documents.file.back"),
		},
	}
	if e.sheet {
		t.Work, t.Words.Contents, t.Draft = w.Address, "", false
		return e.printedParas(t)
	}
	if !r.Draft() {
		t.Issued = r.Issued.Time()
	}
	if w.Home != "" {
		t.Work = w.Home + "/documents/" + string(d.ID)
	}
	for _, h := range w.History {
		v := printed.Version{Number: h.Number, Issued: h.Issued.Time(), Note: h.Note}
		if w.Home != "" {
			v.Address = w.Home + revisionPath(d.ID, h.Number)
		}
		t.History = append(t.History, v)
	}
	return e.printedParas(t)
}

func (e Export) printedParas(t printed.Text) printed.Text {
	for _, p := range e.Paras {
		t.Paras = append(t.Paras, printedPara(e.words, p))
	}
	for _, n := range e.Notes {
		t.Notes = append(t.Notes, e.printedNote(n))
	}
	return t
}

func printedPara(w Words, p ExportPara) printed.Para {
	out := printed.Para{
		ID: p.ID, Number: p.No, Kind: printed.Kind(p.Kind), Level: p.Level, Lang: p.Lang, Address: p.Address, Marks: p.Marks,
	}
	for _, part := range p.Parts {
		out.Parts = append(out.Parts, printed.Part{Text: part.Text, Marks: part.Marks, Degree: part.Degree.Words})
	}
	for _, s := range p.Dissent {
		out.Dissent = append(out.Dissent, printed.Dissent{Title: dissentTitle(w.T, s), Text: printed.Piece{S: s.Text.S, Lang: s.Text.Lang}, View: s.View})
	}
	return out
}

func (e Export) printedNote(n ExportNote) printed.Note {
	out := printed.Note{N: n.N, URL: e.absolute(n.URL)}
	if u, err := url.Parse(out.URL); err != nil || u.Host == "" {
		out.URL = "" // an address that nobody can follow is none
	} else {
		out.URL = u.String()
	}
	if key := "documents.source." + n.Kind; n.Kind != SourceLink && e.words.T(key) != key {
		out.Kind = e.words.T(key)
	}
	n.URL = ""
	out.Text = e.noteText(n)
	return out
}

// status says in words how far the text is: its stage, draft or published.
func (e Export) status() string {
	if e.sheet {
		return e.words.Stage
	}
	if e.rev.Draft() {
		return e.words.T("documents.state.draft")
	}
	if r, n := utf8.DecodeRuneInString(e.words.Stage); n > 0 {
		return string(unicode.ToUpper(r)) + e.words.Stage[n:]
	}
	return e.words.T("policy.document.state.published")
}

// Name is what a file of the text is called, without its ending.
func (e Export) Name() string {
	title := shortTitle(e.Title.S)
	if e.sheet {
		return title
	}
	return strings.TrimSpace(e.words.T("documents.file.name", "Title", title, "Number", e.rev.Number))
}
