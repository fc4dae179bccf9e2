package messages

import (
	"strconv"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type fedView struct {
	Title string
	Rows  []fedRow
	URL   string
	More  string
}

type fedRow struct {
	URL, Label string
	Text       string
	Lang, Dir  string
}

// SessionPanel shows on a session's page the Messages that it fed.
func (w *Web) SessionPanel(c *web.C, session core.ID) (string, any, error) {
	found, err := w.programme.SessionsByID(c.Context(), c.Actor, []core.ID{session})
	if err != nil || found[session] == nil {
		return "", nil, err
	}
	set, err := w.editions.SettingByID(c.Context(), c.Actor, found[session].Edition)
	if err != nil {
		return "", nil, err
	}
	v, list, err := w.s.Fed(c.Context(), c.Actor, set, session)
	if core.KindOf(err) == core.KindNotFound {
		return "", nil, nil
	}
	if err != nil || len(list) == 0 {
		return "", nil, err
	}
	out := fedView{Title: c.T("messages.fed"), URL: c.URL(set.Path() + "/messages"), More: c.Text(v.Set.Name).S}
	for _, m := range list {
		out.Rows = append(out.Rows, w.row(c, set.Path(), m))
	}
	return "messages/fed", out, nil
}

func (w *Web) row(c *web.C, base string, m Message) fedRow {
	text := c.Text(m.Para.Text)
	s := []rune(text.S)
	if len(s) > 160 {
		s = append(s[:160], '…')
	}
	return fedRow{
		URL: c.URL(base + "/messages/" + strconv.Itoa(m.N)), Label: c.T("messages.title_one", "Number", m.N), Text: string(s), Lang: text.Lang, Dir: text.Dir,
	}
}

// HomePanel shows the latest Messages on an edition's first screen.
func (w *Web) HomePanel(c *web.C, edition core.ID) (string, any, error) {
	set, err := w.editions.SettingByID(c.Context(), c.Actor, edition)
	if err != nil {
		return "", nil, err
	}
	v, err := w.s.View(c.Context(), c.Actor, set, false)
	if err != nil || v.Revision == nil {
		if core.KindOf(err) == core.KindNotFound {
			err = nil
		}
		return "", nil, err
	}
	out := fedView{Title: c.Text(v.Set.Name).S, URL: c.URL(set.Path() + "/messages")}
	n := 0
	for _, g := range groups(*v.Revision) {
		for i, m := range g.Messages {
			if n++; i == 0 && len(out.Rows) < 5 {
				out.Rows = append(out.Rows, w.row(c, set.Path(), m))
			}
		}
	}
	if n == 0 {
		return "", nil, nil
	}
	out.More = c.T("messages.all", "Count", n)
	return "messages/latest", out, nil
}

// OutcomesPanel shows on the page of all outcomes how far the Messages have come.
func (w *Web) OutcomesPanel(c *web.C, edition core.ID) (string, any, error) {
	set, err := w.editions.SettingByID(c.Context(), c.Actor, edition)
	if err != nil {
		return "", nil, err
	}
	v, err := w.s.View(c.Context(), c.Actor, set, false)
	if err != nil || v.Revision == nil {
		if core.KindOf(err) == core.KindNotFound {
			err = nil
		}
		return "", nil, err
	}
	n := len(all(*v.Revision))
	if n == 0 {
		return "", nil, nil
	}
	base := c.URL(set.Path() + "/messages")
	return "messages/outcome", outcomeView{
		Title: c.Text(v.Set.Name), URL: base, Count: c.T("messages.count", "Count", n), Status: w.status(c, set, v), Coverage: base + "/coverage",
	}, nil
}

type outcomeView struct {
	Title         web.TextView
	URL, Coverage string
	Count         string
	Status        web.Status
}
