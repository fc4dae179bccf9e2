package messages

import (
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

type provenanceView struct {
	Title, Help string
	Message     string
	Status      web.Status
	Text        web.TextView
	Sentences   []tracedView
	Whole       []rungView
	API         string
	Version     string
	Hash        []string
	Draft       bool
}

type tracedView struct {
	ID, Number string
	Pieces     []piece
	Lang, Dir  string
	Degree     string
	Level      int
	OwnWords   string
	Bare       bool
	Rungs      []rungView
}

// provenance is the page on which each sentence of a Message is followed down to the
// second and the person. It says in the original language what was said in it.
func (w *Web) provenance(c *web.C) error {
	set, v, err := w.load(c)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil || v.Revision == nil {
		return core.NotFound()
	}
	m, ok := find(*v.Revision, n)
	if !ok {
		return core.NotFound()
	}
	t, err := w.traced(c, set, []Message{m})
	if err != nil {
		return err
	}
	ch := t.chain(set, v, m)
	degrees := w.degrees(c)
	title := c.T("messages.provenance_one", "Number", n)
	out := provenanceView{
		Title: title, Message: c.URL(ch.Message), Status: w.status(c, set, v), Hash: documents.Pieces(ch.Hash), Draft: v.Draft,
		API:     "/api/v1/editions/" + set.Slug + "/messages/" + strconv.Itoa(n) + "/provenance",
		Version: c.URL("/documents/" + string(v.Set.Document) + "/revisions/" + strconv.Itoa(ch.Revision) + "#" + m.Para.ID),
	}
	for _, cs := range ch.Sentences {
		lang := m.Para.Text.Orig
		tv := tracedView{
			ID: "s" + strconv.Itoa(cs.Number), Number: strconv.Itoa(cs.Number), Pieces: pieces(cs.Text), Lang: lang, Dir: core.Dir(lang),
			OwnWords: cs.OwnWords, Bare: cs.Bare,
		}
		if cs.Degree != "" {
			tv.Degree, tv.Level = degrees[cs.Degree].Words, degrees[cs.Degree].Level
		}
		for _, x := range cs.Sources {
			tv.Rungs = append(tv.Rungs, rung(c, set, x, true))
		}
		out.Sentences = append(out.Sentences, tv)
	}
	for _, x := range ch.Sources {
		out.Whole = append(out.Whole, rung(c, set, x, true))
	}
	name := c.Text(v.Set.Name).S
	base := c.URL(set.Path() + "/messages")
	return c.Page(web.Page{
		Name: "messages/provenance", Title: title + " · " + name, Section: "outcomes", V: out,
		Trail: editions.Trail(c, set, web.Crumb{Label: name, URL: base}, web.Crumb{Label: c.T("messages.title_one", "Number", n), URL: out.Message}, web.Crumb{Label: c.T("messages.provenance")}),
	})
}
