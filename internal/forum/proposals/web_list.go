package proposals

import (
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/platform/web"
)

// list shows the proposals of a call that the reader may read: staff all that were handed
// in, everybody those that are public.
func (w *Web) list(c *web.C) error {
	call, err := w.s.Calls.Call(c.Context(), c.Actor, c.Param("ref"))
	if err != nil {
		return err
	}
	c.Reads(call.Scope(), core.ScopeForum)
	if now := c.S.Clock.Instant(); now.Before(call.Closes) {
		c.Until(call.Closes.Time())
	}
	list, err := w.s.List(c.Context(), c.Actor, call, c.Query("q"))
	if err != nil {
		return err
	}
	v := listView{Title: c.T("proposals.of_call")}
	t := c.Text(call.Title)
	v.Sub = &t
	for _, p := range list {
		v.Rows = append(v.Rows, w.row(c, p, call))
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("proposals.none"), Text: c.T("proposals.none_text")}
	} else {
		v.Tabs = []web.Tab{{Label: "CSV", URL: c.URL(call.Path() + "/proposals.csv")}}
	}
	if w.s.Calls.May(c.Context(), c.Actor, call, "run") == nil {
		v.Actions = []web.Action{{Label: c.T("proposals.screening"), URL: c.URL(call.Path() + "/screening"), Icon: "check", Primary: true}}
	}
	return c.Page(web.Page{Name: "proposals/list", Title: v.Title, Section: "programme", Trail: w.trail(c, call, web.Crumb{Label: v.Title}), V: v})
}

// sheet is that list as a table, with every answer that the reader may read.
func (w *Web) sheet(c *web.C) error {
	call, err := w.s.Calls.Call(c.Context(), c.Actor, c.Param("ref"))
	if err != nil {
		return err
	}
	list, err := w.s.Sheet(c.Context(), c.Actor, call)
	if err != nil {
		return err
	}
	set, err := w.setting(c, call)
	if err != nil {
		return err
	}
	ch := w.choices(c, set)
	form, err := w.s.Calls.Form(c.Context(), call, call.FormVersion)
	if err != nil {
		return err
	}
	head := []string{"number", "state", "language", "submitted", "id"}
	questions := form.Form.Questions()
	for _, q := range questions {
		head = append(head, q.Key)
	}
	rows := [][]string{head}
	for _, v := range list {
		line := []string{strconv.Itoa(v.Number), v.State, v.Lang, v.Submitted.String(), string(v.ID)}
		for _, q := range questions {
			a := v.Answers[q.Key]
			if q.Kind == calls.KindPeople {
				var names []string
				for _, p := range v.Parties {
					if p.Question == q.Key {
						names = append(names, strings.TrimSuffix(p.Name+", "+p.Organisation, ", "))
					}
				}
				line = append(line, strings.Join(names, "; "))
				continue
			}
			if a.IsZero() {
				line = append(line, "")
				continue
			}
			line = append(line, strings.Join(q.Shown(c.Lang, a, c.T, w.s.Vocab, ch), "; "))
		}
		rows = append(rows, line)
	}
	return c.CSV(rows)
}
