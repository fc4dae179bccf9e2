package timetable

import (
	"net/http"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/web"
	solve "plenary/internal/solve/timetable"
)

type findingsView struct {
	head
	Filter  web.Filter
	Lines   []findingLine
	Rule    string
	Result  string
	Empty   *web.Empty
	Accept  string
	Problem *web.Notice
	Typed   string // the reason that was refused, with the finding
	For     string
}

// findings is the list of what is wrong with the plan, all of it or one rule's.
func (w *Web) findings(c *web.C) error { return w.showFindings(c, nil, http.StatusOK) }

func (w *Web) showFindings(c *web.C, problem error, status int) error {
	set, err := w.setting(c, "see")
	if err != nil {
		return err
	}
	b, err := w.s.Board(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	x := words{c, b}
	v := &findingsView{head: w.head(c, set, c.T("timetable.findings")), Rule: c.Query("rule"), Accept: c.URL(set.Path() + "/timetable/findings")}
	v.Actions = []web.Action{{Label: c.T("timetable.findings_csv"), URL: c.URL(set.Path() + "/timetable/findings.csv"), Icon: "download"}}
	counts := map[string]int{}
	for _, f := range b.Findings {
		counts[f.Rule]++
	}
	v.Filter = web.Filter{Label: c.T("timetable.rule")}
	for _, r := range solve.AllRules() {
		if n := counts[r.String()]; n > 0 {
			v.Filter.Values = append(v.Filter.Values, c.FilterTab("rule", r.String(), c.T("timetable.rule."+r.String()), n))
		}
	}
	v.Lines = x.lines(b.Findings, v.Rule)
	v.Result = c.T("timetable.findings_count", "Count", len(v.Lines), "Blocks", b.Blocking())
	if len(v.Lines) == 0 {
		v.Empty = &web.Empty{Title: c.T("timetable.findings_none"), Text: c.T("timetable.findings_none_text")}
	}
	if problem != nil {
		e := web.Classify(problem)
		text := c.S.Catalog.Error(c.Lang, e)
		if len(e.Fields) > 0 {
			text = c.T(e.Fields[0].Key, e.Fields[0].Args...)
		}
		v.Problem = &web.Notice{Class: "error", Title: c.T("form.problems"), Text: text, Role: "alert"}
		v.Typed, v.For = c.Value("reason"), c.Value("finding")
	}
	return w.page(c, set, "findings", v.Title, v, status)
}

// acceptInput lets a finding stand.
type acceptInput struct {
	Finding string `form:"finding"`
	Reason  string `form:"reason"`
	Take    string `form:"take"` // takes an acceptance back
}

func (w *Web) accept(c *web.C) error {
	set, err := w.setting(c, "place")
	if err != nil {
		return err
	}
	var in acceptInput
	if err := c.Decode(&in); err != nil {
		return err
	}
	if in.Take != "" {
		in.Reason = ""
	} else if in.Reason == "" {
		var p core.Problems
		p.Add("reason", "timetable.error.reason")
		return w.showFindings(c, p.Err(), http.StatusUnprocessableEntity)
	}
	if err := w.s.AcceptFinding(c.Context(), c.Actor, set, in.Finding, in.Reason); err != nil {
		if core.KindOf(err) == core.KindInvalid {
			return w.showFindings(c, err, http.StatusUnprocessableEntity)
		}
		return err
	}
	key := "timetable.finding_accepted"
	if in.Take != "" {
		key = "timetable.finding_open"
	}
	next := set.Path() + "/timetable/findings"
	if r := c.Query("rule"); r != "" {
		next += "?rule=" + r
	}
	return c.Done(next, key)
}

// findingsCSV is the list for a spreadsheet.
func (w *Web) findingsCSV(c *web.C) error {
	set, err := w.setting(c, "see")
	if err != nil {
		return err
	}
	b, err := w.s.Board(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	x := words{c, b}
	ref := func(id core.ID) string {
		if it := b.Item(id); it != nil {
			return it.Ref
		}
		return ""
	}
	rows := [][]string{{"rule", "level", "session", "other", "room", "who", "amount", "cost", "finding", "accepted"}}
	for _, f := range b.Findings {
		accepted := ""
		if f.Accepted != nil {
			accepted = f.Accepted.Reason
		}
		room := ""
		if f.Room != "" {
			room = x.room(f.Room)
		}
		rows = append(rows, []string{f.Rule, f.Level, ref(f.Session), ref(f.Other), room, x.who(f), strconv.Itoa(f.Amount), strconv.FormatInt(f.Cost, 10), x.finding(f), accepted})
	}
	return c.CSV(rows)
}

// version tells the script of the editor whether the plan has changed since a version: at
// once where it has, else as soon as it does, or after a while.
func (w *Web) version(c *web.C) error {
	set, err := w.setting(c, "see")
	if err != nil {
		return err
	}
	seen, err := strconv.ParseInt(c.Query("after"), 10, 64)
	if err != nil {
		seen = -1
	}
	scope := w.s.rec.Scope(programme.PlanScope(set))
	moved, stop := w.s.rec.Watch()
	defer stop()
	timeout := w.s.after(waitFor)
	for scope.Load() == seen {
		select {
		case <-moved:
		case <-timeout:
			return sendJSON(c, http.StatusOK, map[string]int64{"version": scope.Load()})
		case <-c.Context().Done():
			return nil
		}
	}
	return sendJSON(c, http.StatusOK, map[string]int64{"version": scope.Load()})
}
