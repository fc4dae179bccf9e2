package messages

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/web"
)

type draftView struct {
	Title    string
	Form     *web.Form
	Keys     []string
	Evidence []rungView
}

// draft is the form in which a Message is written of raw material, which stands beside
// it.
func (w *Web) draft(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	ws, err := w.s.Workshop(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	var in DraftInput
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			var n int
			if n, failed = w.s.Draft(c.Context(), c.Actor, set, in); failed == nil {
				return c.Done(set.Path()+"/messages/"+strconv.Itoa(n)+"/edit", "messages.drafted", "Number", n)
			}
		}
	} else {
		in.Keys = c.R.URL.Query()["k"]
	}
	list, err := ws.chosenOf(in.Keys)
	if err != nil {
		if c.R.Method == http.MethodGet {
			return core.NotFound()
		}
		// A correction took a takeaway away while she wrote: her text stays, with the rest.
		in.Keys = slices.DeleteFunc(in.Keys, func(k string) bool { return ws.Materials[k] == nil })
		list, _ = ws.chosenOf(in.Keys) // none is left, or all are there
	}
	if c.R.Method == http.MethodGet {
		if c.Query("empty") == "" {
			in.Text = prefilled(list)
		}
		for _, cl := range ws.Clusters {
			if cl.Named != nil && cl.Key == c.Query("cluster") {
				in.Heading = cl.Named.Name
			}
		}
	}
	f := c.Form("messages.draft_form", &in)
	f.Cancel = c.URL(set.Path() + "/messages/workshop")
	title, status := c.T("messages.draft_one"), http.StatusOK
	out := draftView{Title: title, Form: f, Keys: in.Keys}
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
		title, status = c.T("form.error_title", "Title", title), http.StatusUnprocessableEntity
	}
	m := Message{}
	for _, x := range list {
		m.Para.Sources = append(m.Para.Sources, x.Source)
	}
	t, err := w.s.trace(c.Context(), c.Actor, []Message{m})
	if err != nil {
		return err
	}
	out.Evidence = t.ladder(c, set, m, false)
	return c.Page(web.Page{Name: "messages/draft", Title: title, Section: "outcomes", NoIndex: true, Status: status, Trail: w.trail(c, set, out.Title), V: out})
}

// evidence are the sources that the form of a Message offers for each of its sentences:
// those that it has, the raw material that lay before the drafters, and what takeaways
// among them are pinned to.
func (w *Web) evidence(c *web.C, m Message) (trace, []web.Option, error) {
	o := ownOf(m.Para)
	found, err := w.s.resolve(c.Context(), c.Actor, o.Evidence)
	if err != nil {
		return trace{}, nil, err
	}
	var offered []documents.Source
	add := func(src documents.Source) {
		src.Sentence = 0
		if src.Kind != SourceOwn && !slices.ContainsFunc(offered, func(x documents.Source) bool { return key(x) == key(src) }) {
			offered = append(offered, src)
		}
	}
	for _, src := range m.Para.Sources {
		if src.Sentence > 0 {
			add(src)
		}
	}
	for _, k := range o.Evidence {
		if src, ok := found[k]; ok {
			add(src)
		}
	}
	t, err := w.s.trace(c.Context(), c.Actor, []Message{m, {Para: documents.Paragraph{Sources: offered}}})
	if err != nil {
		return t, nil, err
	}
	for _, src := range slices.Clone(offered) {
		if p, _ := t.point(src.Ref); src.Kind == SourceTakeaway {
			for _, pin := range p.Sources {
				if pin.Kind != SourcePerson && t.leads(pin) {
					add(pin)
				}
			}
		}
	}
	var opts []web.Option
	for _, src := range offered {
		opts = append(opts, web.Option{Value: key(src), Label: w.sourceLabel(c, t, src)})
	}
	return t, opts, nil
}

const labelRunes = 110

// sourceLabel names a source in a form.
func (w *Web) sourceLabel(c *web.C, t trace, src documents.Source) string {
	x, ok := t.source(src)
	if !ok {
		return c.T("messages.source_lost", "Key", key(src))
	}
	title := ""
	if x.Session != nil {
		title = c.Text(x.Session.Title).S
	}
	said, _ := x.Text.In(c.Lang)
	if r := []rune(said); len(r) > labelRunes {
		said = string(r[:labelRunes]) + "…"
	}
	switch x.Kind {
	case SourceTakeaway:
		return c.T("messages.source_said", "Source", c.T("messages.source_label", "Number", strings.TrimPrefix(x.Para, "p"), "Session", title), "Text", said)
	case documents.SourceParagraph:
		return c.T("messages.source_said", "Source", c.T("messages.source_paragraph", "Number", strings.TrimPrefix(x.Para, "p"), "Title", c.Text(x.Title).S), "Text", said)
	case SourceSession:
		return title
	case documents.SourceLink:
		return c.Text(x.Title).S
	}
	at := ""
	if len(x.Moments) > 0 {
		at = x.Moments[0].Start
	}
	return c.T("messages.source_said", "Source", c.T("messages.source_moment", "Time", at, "Session", title), "Text", said)
}
