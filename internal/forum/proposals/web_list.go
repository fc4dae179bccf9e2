package proposals

import (
	"strconv"
	"strings"

	"plenary/internal/forum/calls"
	"plenary/internal/platform/web"
)

// list shows the proposals of a call that the reader may read: staff all that were handed
// in, everybody those that are public.
func (w *Web) list(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	call, err := w.s.Calls.Call(c.Context(), c.Actor, c.Param("ref"))
	if err != nil {
		return err
	}
	c.Until(call.Closes.Time())
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
	path := call.Path() + "/proposals"
	v.find(c, path)
	switch {
	case v.Empty != nil:
	case len(v.Rows) == 0:
		v.Empty = &web.Empty{Title: c.T("proposals.none"), Text: c.T("proposals.none_text")}
	default:
		v.Tabs = []web.Tab{{Label: "CSV", URL: c.URL(path + ".csv")}, {Label: "XLSX", URL: c.URL(path + ".xlsx")}, {Label: "JSON", URL: "/api/v1" + path}}
	}
	if w.s.Calls.May(c.Context(), c.Actor, call, "run") == nil {
		v.Actions = []web.Action{{Label: c.T("proposals.screening"), URL: c.URL(call.Path() + "/screening"), Icon: "check", Primary: true}}
	}
	return c.Page(web.Page{Name: "proposals/list", Title: v.Title, Section: "programme", NoIndex: v.Search != "", Trail: w.trail(c, call, web.Crumb{Label: v.Title}), V: v})
}

// table sends rows as the kind of table that the address asks for.
func table(c *web.C, name string, rows [][]string, numbers ...int) error {
	if strings.HasSuffix(c.Path(), ".xlsx") {
		return c.XLSX(name+".xlsx", rows, numbers...)
	}
	return c.CSV(rows)
}

// sheet is that list as a table, with every answer that the reader may read: to the
// questions in force, and behind them to those that were asked before.
func (w *Web) sheet(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	call, err := w.s.Calls.Call(c.Context(), c.Actor, c.Param("ref"))
	if err != nil {
		return err
	}
	c.Until(call.Closes.Time())
	list, err := w.s.Sheet(c.Context(), c.Actor, call)
	if err != nil {
		return err
	}
	set, err := w.setting(c, call)
	if err != nil {
		return err
	}
	head := []string{"number", "state", "language", "submitted", "id"}
	if call.FormVersion == 0 { // nothing was asked yet
		return table(c, call.Ref+"-proposals", [][]string{head})
	}
	form, err := w.s.Calls.Form(c.Context(), call, call.FormVersion)
	if err != nil {
		return err
	}
	seen, keys := map[string]bool{}, []string(nil)
	add := func(f calls.Form) {
		for _, q := range f.Questions() {
			if !seen[q.Key] {
				seen[q.Key] = true
				keys = append(keys, q.Key)
			}
		}
	}
	add(form.Form)
	for _, v := range list {
		if v.FormVersion != form.Number {
			add(v.Form)
		}
	}
	rows, ch := [][]string{append(head, keys...)}, ChoicesOf(c, set)
	for _, v := range list {
		line := []string{strconv.Itoa(v.Number), v.State, v.Lang, v.Submitted.String(), string(v.ID)}
		for _, key := range keys {
			line = append(line, w.cell(c, v, key, ch))
		}
		rows = append(rows, line)
	}
	return table(c, call.Ref+"-proposals", rows, 0)
}

// cell is one answer in a table.
func (w *Web) cell(c *web.C, v View, key string, ch calls.Choices) string {
	q, ok := v.Form.Question(key)
	a := v.Answers[key]
	if ok && q.Kind == calls.KindPeople {
		var names []string
		for _, p := range v.Parties {
			if p.Question == key {
				names = append(names, strings.TrimSuffix(p.Name+", "+p.Organisation, ", "))
			}
		}
		return strings.Join(names, "; ")
	}
	if !ok || a.IsZero() {
		return ""
	}
	return strings.Join(q.Shown(c.Lang, a, c.T, w.s.Vocab, ch), "; ")
}
