package support

import (
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type ledgerView struct {
	Head   head
	Rows   []entryView
	Grants []grantRow
	Empty  *web.Empty
}

type grantRow struct {
	Name, URL                 string
	Committed, Spent, Balance string
}

func (w *Web) ledger(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	l, err := w.s.Ledger(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	v := ledgerView{Head: w.desktop(c, l.Desk, c.T("support.ledger"), "/ledger", &l.Money), Rows: w.entries(c, l.Programme, set, l.Rows, true)}
	v.Head.Actions = []web.Action{
		{Label: c.T("support.csv"), URL: c.URL(set.Path() + "/support/ledger.csv"), Icon: "download"}, {Label: c.T("support.xlsx"), URL: c.URL(set.Path() + "/support/ledger.xlsx"), Icon: "download"},
	}
	slices.Reverse(v.Rows)
	var numbers []int
	for n := range l.Of {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	for _, n := range numbers {
		t := l.Of[n]
		v.Grants = append(v.Grants, grantRow{
			c.T("support.one", "Number", n, "Name", nameOr(c, l.Names[n])), c.URL(onePath(l.Desk, n)), t.Committed.Words(c.Lang, l.Currency), t.Spent.Words(c.Lang, l.Currency), t.Balance.Words(c.Lang, l.Currency),
		})
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("support.ledger.none"), Text: c.T("support.ledger.none_text")}
	}
	return c.Page(web.Page{Name: "support/ledger", Title: v.Head.Title, NoIndex: true, Trail: w.deskTrail(c, set, web.Crumb{Label: v.Head.Title}), V: v})
}

// ledgerTable is the ledger for spreadsheets: every entry, with its part of the balance.
func (w *Web) ledgerTable(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	l, err := w.s.Ledger(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	rows := [][]string{{"number", "day", "grant", "name", "kind", "amount", "balance", "currency", "reference", "note", "reverses", "reversed_by", "over_budget_because", "written_by", "written_at"}}
	or := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	for _, e := range l.Rows {
		rows = append(rows, []string{
			itoa(e.Number), e.Day, itoa(e.Grant), e.Name, e.Kind, e.Amount.Plain(l.Currency), e.Signed().Plain(l.Currency), l.Currency, e.Reference, e.Note, or(e.Undoes), or(e.ReversBy), e.Over, e.By, e.At.String(),
		})
	}
	return table(c, set.Slug+"-support-ledger", rows, 0, 2, 5, 6, 10, 11)
}

// reverse asks why an entry is taken back.
func (w *Web) reverse(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	l, err := w.s.Ledger(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(l.Rows, func(e Booked) bool { return e.Number == numberOf(c, "entry") })
	if i < 0 {
		return core.NotFound()
	}
	e := l.Rows[i]
	p := formPage{key: "support.reverse", args: []any{"Number", e.Number}, back: set.Path() + "/support/ledger", done: "support.reversed_done"}
	p.trail = w.deskTrail(c, set, web.Crumb{Label: c.T("support.ledger"), URL: c.URL(p.back)})
	p.lead = []string{c.T("support.reverse.lead", "Kind", c.T("support.entry."+e.Kind), "Amount", e.Amount.Words(c.Lang, l.Currency), "Number", e.Grant, "Name", nameOr(c, e.Name))}
	return form(c, p, ReverseInput{}, func(in ReverseInput) error {
		_, err := w.s.Reverse(c.Context(), c.Actor, set, e.Number, in)
		return err
	})
}
