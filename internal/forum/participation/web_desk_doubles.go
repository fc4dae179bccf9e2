package participation

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

const pairsShown = 50

type doubleRow struct {
	One, Other web.Tab
	Facts      [2][]string
	Why, Sure  string
	Compare    string
	X, Y       string // ids
	Apart      string // label of the button
}

type doublesView struct {
	Title, Lead, Result string
	Rows                []doubleRow
	Post                string
	Pager               web.Pager
	Empty               *web.Empty
}

// deskDoubles lists pairs that may be the same person's.
func (w *Web) deskDoubles(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	list, err := w.s.Doubles(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	total, start, next := len(list), 0, ""
	if after := c.Query("after"); after != "" {
		if err := core.ReadCursor(after, &start); err != nil {
			return err
		}
	}
	start = min(max(start, 0), total)
	part := list[start:min(start+pairsShown, total)]
	if start+pairsShown < total {
		next = core.Cursor(start + pairsShown)
	}
	var ids []core.ID
	for _, d := range part {
		ids = append(ids, d.One, d.Other)
	}
	found, err := w.s.ByIDs(c.Context(), ids)
	if err != nil {
		return err
	}
	path := set.Path() + "/registrations/doubles"
	v := doublesView{
		Title: c.T("participation.desk.doubles_title"), Lead: c.T("participation.desk.doubles_lead"), Post: c.URL(path),
		Result: c.T("participation.desk.doubles", "Count", total), Pager: c.Pager(len(part), total, next, "participation.desk.doubles"),
	}
	for _, d := range part {
		one, other := found[d.One], found[d.Other]
		row := doubleRow{Why: w.reasonsOf(c, d), Sure: c.T("participation.desk.sure", "Percent", d.Score), X: string(d.One), Y: string(d.Other)}
		row.Apart = c.T("participation.desk.apart_label", "One", one.Number, "Other", other.Number)
		row.Compare = c.URL(path + "/compare?n=" + strconv.Itoa(one.Number) + "&n=" + strconv.Itoa(other.Number))
		row.One, row.Facts[0] = w.doubleSide(c, set, &one)
		row.Other, row.Facts[1] = w.doubleSide(c, set, &other)
		v.Rows = append(v.Rows, row)
	}
	if total == 0 {
		v.Empty = &web.Empty{Title: c.T("participation.desk.doubles_none"), Text: c.T("participation.desk.doubles_none_text")}
	}
	return c.Page(web.Page{Name: "participation/desk-doubles", Title: v.Title, Section: "programme", NoIndex: true, Trail: w.deskTrail(c, set, web.Crumb{Label: v.Title}), V: v})
}

func (w *Web) doubleSide(c *web.C, set *editions.Setting, r *Registration) (web.Tab, []string) {
	facts := []string{r.Organisation, w.countryName(c, r.Country), Status(c, r).Words}
	return web.Tab{Label: strconv.Itoa(r.Number) + " " + r.Name, URL: c.URL(onePath(set, r.Number))}, slices.DeleteFunc(facts, func(s string) bool { return s == "" })
}

// deskApart notes that two are not the same person, or takes that back.
func (w *Web) deskApart(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	path := set.Path() + "/registrations/doubles"
	pair, together := c.Value("pair"), c.Value("together")
	x, y, _ := strings.Cut(pair+together, " ")
	if together != "" {
		if err := w.s.BringTogether(c.Context(), c.Actor, set, core.ID(x), core.ID(y)); err != nil {
			return err
		}
		return c.Done(path, "participation.desk.together")
	}
	if err := w.s.KeepApart(c.Context(), c.Actor, set, core.ID(x), core.ID(y)); err != nil {
		return err
	}
	return c.DoneUndo(path, web.Undo{Path: path, Name: "together", Value: pair, Next: path}, "participation.desk.apart")
}

type compareRow struct {
	Label      string
	One, Other string
	Same       bool
}

type compareView struct {
	Title, Lead string
	Heads       [2]web.Tab
	Status      [2]web.Status
	Rows        []compareRow
	Why         string
	Keep        [2]string // labels of the buttons
	Numbers     [2]int
	IDs         [2]core.ID
	Post, Apart string
	Blocked     string
	Problem     string
}

// deskCompare shows two registrations field by field; one can be kept for both.
func (w *Web) deskCompare(c *web.C) error {
	set, st, err := w.staffed(c)
	if err != nil {
		return err
	}
	values := c.R.URL.Query()
	if c.R.Method == http.MethodPost {
		values = c.Typed()
	}
	var two [2]*Registration
	for i, n := range values["n"] {
		if i > 1 {
			break
		}
		if two[i], err = w.s.ByNumber(c.Context(), c.Actor, set, n); err != nil {
			return err
		}
	}
	if two[0] == nil || two[1] == nil || two[0].ID == two[1].ID {
		return core.NotFound()
	}
	path := set.Path() + "/registrations"
	var failed error
	if c.R.Method == http.MethodPost {
		keep, _ := strconv.Atoi(values.Get("keep"))
		in := BulkInput{Do: BulkDouble, Numbers: []int{two[0].Number, two[1].Number}, Keep: keep}
		if t, err := strconv.ParseInt(values.Get("asof"), 10, 64); err == nil {
			in.AsOf = instant(t)
		}
		var p BulkPlan
		if p, failed = w.s.Bulk(c.Context(), c.Actor, set, in); failed == nil {
			return c.DoneUndo(onePath(set, keep), web.Undo{Path: path + "/undo", Name: "bulk", Value: string(p.ID), Next: path + "/doubles"}, "participation.desk.done.double", "Count", p.Changes)
		}
	}
	v := compareView{Title: c.T("participation.desk.compare"), Lead: c.T("participation.desk.compare_lead"), Post: c.URL(path + "/doubles/compare"), Apart: c.URL(path + "/doubles")}
	a, b := &entry{}, &entry{}
	for i, e := range []*entry{a, b} {
		r := two[i]
		*e = entry{ID: r.ID, Person: r.Person, Account: r.Account, WordsKey: r.WordsKey, LatinKey: r.LatinKey, OrgKey: r.OrgKey, OrgID: r.OrgID, Country: r.Country}
		e.hear()
		v.Heads[i], _ = w.doubleSide(c, set, r)
		v.Status[i], v.Numbers[i], v.IDs[i] = Status(c, r), r.Number, r.ID
		v.Keep[i] = c.T("participation.desk.keep", "Number", r.Number, "Other", two[1-i].Number)
	}
	_, why := compare(a, b)
	v.Why = w.reasonsOf(c, Double{Why: why})
	if a.Person != "" && b.Person != "" && a.Person != b.Person {
		v.Blocked = c.T("participation.desk.error.persons")
	}
	v.Rows = sideBySide(w.said(c, set, st, two[0]), w.said(c, set, st, two[1]))
	status := http.StatusOK
	if failed != nil {
		e := web.Classify(failed)
		if e.Kind != core.KindConflict && e.Kind != core.KindInvalid {
			return failed
		}
		v.Problem, status = c.S.Catalog.Error(c.Lang, e), http.StatusUnprocessableEntity
		if len(e.Fields) > 0 {
			v.Problem = c.T("participation.desk.error.keep")
		}
	}
	asof := max(micros(two[0].Updated), micros(two[1].Updated))
	return c.Page(web.Page{
		Name: "participation/desk-compare", Title: v.Title, Section: "programme", NoIndex: true, Status: status,
		Trail: w.deskTrail(c, set, web.Crumb{Label: c.T("participation.desk.doubles_title"), URL: c.URL(path + "/doubles")}, web.Crumb{Label: v.Title}),
		V: struct {
			compareView
			AsOf int64
		}{v, asof},
	})
}

// sideBySide puts what two registrations say into rows.
func sideBySide(a, b []factGroup) []compareRow {
	var out []compareRow
	at := map[string]int{}
	add := func(groups []factGroup, side int) {
		for _, g := range groups {
			for _, f := range g.Facts {
				i, ok := at[g.Title+"\n"+f.Term]
				if !ok {
					i = len(out)
					at[g.Title+"\n"+f.Term] = i
					out = append(out, compareRow{Label: f.Term})
				}
				if side == 0 {
					out[i].One = f.Words
				} else {
					out[i].Other = f.Words
				}
			}
		}
	}
	add(a, 0)
	add(b, 1)
	for i := range out {
		out[i].Same = core.Fold(out[i].One) == core.Fold(out[i].Other)
	}
	return out
}
