package support

import (
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

type deskView struct {
	Head    head
	Filters []web.Filter
	Result  string
	Rows    []deskRow
	Pager   web.Pager
	Settle  *settleView
	Empty   *web.Empty
}

type settleView struct{ Label, URL, Note string }

type deskRow struct {
	Number, Name, URL    string
	Country, Classes     string
	Asked, Score, Scored string
	Rules, Advice        web.Status
	State                web.Status
	Broken               string // rules that do not hold
}

const deskRows = 100

// desk is the list of the applications, for the staff; the committee has the scoring.
func (w *Web) desk(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	seen, err := w.s.Lines(c.Context(), c.Actor, set)
	if core.KindOf(err) == core.KindNotFound && Manages(c.Actor, set.ID) {
		v := deskView{Head: head{Title: c.T("support.title")}}
		v.Empty = &web.Empty{Title: c.T("support.none"), Text: c.T("support.none_text"), Link: &web.Tab{Label: c.T("support.begin"), URL: c.URL(set.Path() + "/support/settings")}}
		return c.Page(web.Page{Name: "support/desk", Title: v.Head.Title, NoIndex: true, Wide: true, Trail: w.trail(c, set, web.Crumb{Label: v.Head.Title}), V: v})
	}
	if err != nil {
		return err
	}
	if !seen.Staff {
		return c.Redirect(set.Path() + "/support/scoring")
	}
	v := deskView{Head: w.desktop(c, seen.Desk, c.T("support.title"), "", &seen.Money)}
	list := w.filtered(c, seen)
	v.Filters = w.filters(c, seen)
	v.Head.Actions = []web.Action{
		{Label: c.T("support.csv"), URL: c.URL(set.Path() + "/support.csv"), Icon: "download"}, {Label: c.T("support.xlsx"), URL: c.URL(set.Path() + "/support.xlsx"), Icon: "download"},
	}
	v.Result = c.T("support.count", "Count", len(list))
	after, _ := strconv.Atoi(c.Query("after"))
	part := slices.DeleteFunc(slices.Clone(list), func(l Line) bool { return l.Number <= after })
	next := ""
	if len(part) > deskRows {
		part = part[:deskRows]
		next = strconv.Itoa(part[deskRows-1].Number)
	}
	v.Pager = c.Pager(len(part), len(list), next, "support.count")
	for _, l := range part {
		v.Rows = append(v.Rows, w.deskRow(c, seen.Desk, l))
	}
	if len(seen.Lines) == 0 {
		v.Empty = &web.Empty{Title: c.T("support.no_applications"), Text: c.T("support.no_applications_text")}
	}
	if v.Settle, err = w.settleOf(c, seen); err != nil {
		return err
	}
	return c.Page(web.Page{Name: "support/desk", Title: v.Head.Title, NoIndex: true, Wide: true, Trail: w.trail(c, set, web.Crumb{Label: v.Head.Title}), V: v})
}

// settleOf tells what is to be decided about eligibility.
func (w *Web) settleOf(c *web.C, seen *Seen) (*settleView, error) {
	n := 0
	for _, l := range seen.Lines {
		if l.State == StateApplied {
			n++
		}
	}
	if n == 0 {
		return nil, nil
	}
	found, err := w.s.Calls.Calls(c.Context(), []core.ID{seen.Call})
	if err != nil {
		return nil, err
	}
	call := found[seen.Call]
	if c.S.Clock.Instant().Before(call.Closes) {
		return &settleView{Note: c.T("support.settle.open", "Time", c.Stamp(call.Closes, call.Zone)+" "+web.ZoneCity(call.Zone))}, nil
	}
	return &settleView{Note: c.T("support.settle.note", "Count", n), Label: c.T("support.settle", "Count", n), URL: c.URL(seen.Set.Path() + "/support/settle")}, nil
}

func (w *Web) filtered(c *web.C, seen *Seen) []Line {
	state, class, region := c.Query("state"), c.Query("class"), c.Query("region")
	return slices.DeleteFunc(slices.Clone(seen.Lines), func(l Line) bool {
		return state != "" && l.State != state || region != "" && l.Region != region ||
			class == "none" && len(l.Application.Classes) > 0 || class != "" && class != "none" && !slices.Contains(l.Application.Classes, class)
	})
}

func (w *Web) filters(c *web.C, seen *Seen) []web.Filter {
	n := map[string]int{}
	for _, l := range seen.Lines {
		n["state/"+l.State]++
		n["region/"+l.Region]++
		for _, class := range l.Application.Classes {
			n["class/"+class]++
		}
		if len(l.Application.Classes) == 0 {
			n["class/none"]++
		}
	}
	out := []web.Filter{{Label: c.T("support.column.state")}, {Label: c.T("support.side.class")}, {Label: c.T("support.side.region")}}
	add := func(i int, name, value, label string) {
		if k := n[name+"/"+value]; k > 0 {
			out[i].Values = append(out[i].Values, c.FilterTab(name, value, label, k))
		}
	}
	for _, state := range States {
		add(0, "state", state, c.T("policy.support_grant.state."+state))
	}
	for _, class := range Classes {
		add(1, "class", class, w.classes(c, []string{class}))
	}
	add(1, "class", "none", c.T("support.no_class"))
	for _, t := range w.s.Vocab.Terms(vocab.Regions) {
		add(2, "region", t.Code, c.Text(t.Label).S)
	}
	return out
}

func (w *Web) deskRow(c *web.C, d *Desk, l Line) deskRow {
	r := deskRow{
		Number: c.T("support.number", "Number", l.Number), Name: nameOr(c, l.Name), URL: c.URL(onePath(d, l.Number)), Country: w.country(c, l.Country), Classes: w.classes(c, l.Application.Classes),
		Asked: l.Asked.Words(c.Lang, d.Currency), State: w.status(c, l.State), Advice: w.adviceStatus(c, l.Advice),
	}
	r.Rules, r.Broken = w.rules(c, &l)
	if l.Standing.Score >= 0 {
		r.Score = points(c.Lang, l.Standing.Score)
	}
	if l.In(judged) {
		r.Scored = c.T("support.scored", "Given", l.Standing.Given, "Wanted", max(d.Scorers, l.Standing.Given))
	}
	return r
}

func onePath(d *Desk, number int) string {
	return d.Set.Path() + "/support/applications/" + strconv.Itoa(number)
}

// findings are those that were decided by, or those of now.
func (l *Line) findings() []Finding {
	if l.State != StateApplied && len(l.Findings) > 0 {
		return l.Findings
	}
	return l.Live
}

// rules says whether the rules hold, and which do not.
func (w *Web) rules(c *web.C, l *Line) (web.Status, string) {
	var names []string
	for _, f := range l.findings() {
		if f.Broken {
			names = append(names, c.T("support.rule."+f.Rule))
		}
	}
	not := strings.Join(names, " · ")
	switch {
	case l.Overruled != "":
		return c.Status("changed", "support.overruled"), not
	case len(names) == 0:
		return c.Status("done", "support.rules_hold"), ""
	}
	return c.Status("late", "support.rules_broken"), not
}

func (w *Web) adviceStatus(c *web.C, r *Advice) web.Status {
	if r == nil {
		return c.Status("draft", "support.advice.none")
	}
	return c.Status(map[string]string{AdviceAsked: "due", AdviceConfirmed: "done", AdviceDeclined: "cancelled"}[r.State], "support.advice."+r.State)
}

func (w *Web) settle(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	n, err := w.s.Settle(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	return c.Done(set.Path()+"/support", "support.settled", "Count", n)
}

// deskTable is the list as a table for spreadsheets.
func (w *Web) deskTable(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	seen, err := w.s.Lines(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	if !seen.Staff {
		return core.NotFound()
	}
	rows := [][]string{{"number", "name", "state", "country", "region", "classes", "group", "organisation", "first_time", "stated", "asked", "amount", "currency", "rules_broken", "overruled", "recommendation", "sessions", "proposals", "seats", "supported_before", "scores", "score", "place"}}
	for _, l := range w.filtered(c, seen) {
		var bad, before []string
		for _, f := range l.findings() {
			if f.Broken {
				bad = append(bad, f.Rule)
			}
		}
		for _, b := range l.Facts.Before {
			before = append(before, b.Slug)
		}
		advice, score := "", ""
		if l.Advice != nil {
			advice = l.Advice.State
		}
		if l.Standing.Score >= 0 {
			score = points("en", l.Standing.Score)
		}
		rows = append(rows, []string{
			strconv.Itoa(l.Number), l.Name, l.State, l.Country, l.Region, strings.Join(l.Application.Classes, " "), l.Stakeholder, l.Organisation, l.FirstTime, strings.Join(l.Stated, " "),
			l.Asked.Plain(seen.Currency), l.Amount.Plain(seen.Currency), seen.Currency, strings.Join(bad, " "), l.Overruled, advice, strconv.Itoa(l.Facts.Sessions), strconv.Itoa(l.Facts.Proposals),
			strconv.Itoa(l.Facts.Seats), strings.Join(before, " "), strconv.Itoa(l.Standing.Given), score, strconv.Itoa(l.Place),
		})
	}
	return table(c, set.Slug+"-support", rows, 0, 10, 11, 16, 17, 18, 20, 21, 22)
}

// table sends rows as the address asks: CSV or a workbook.
func table(c *web.C, name string, rows [][]string, numbers ...int) error {
	if strings.HasSuffix(c.Path(), ".xlsx") {
		return c.XLSX(name+".xlsx", rows, numbers...)
	}
	return c.CSV(rows)
}
