package opinions

import (
	"net/http"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// add opens a poll, for the forum or (?edition=2026) for an edition.
func (w *Web) add(c *web.C) error {
	scope := core.ScopeForum
	in := PollInput{Zone: "UTC", OpenTime: "00:00", CloseTime: "23:59", Proposals: true}
	if slug := c.Query("edition"); slug != "" {
		set, err := w.editions.Setting(c.Context(), c.Actor, slug)
		if err != nil {
			return err
		}
		scope, in.Zone = set.Scope(), set.Zone
	}
	if c.R.Method == http.MethodGet {
		if err := policy.Check("run", StateDraft, c.Actor.Roles(scope)...); err != nil {
			return err
		}
	}
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			p, err := w.s.Add(c.Context(), c.Actor, scope, in)
			if err == nil {
				return c.Done(p.Path(), "opinions.saved")
			}
			failed = err
		}
	}
	f := c.Form("opinions.form", &in)
	f.Cancel = c.URL("/opinions")
	return w.form(c, f, failed, c.T("opinions.new"), []web.Crumb{{Label: c.T("opinions.title"), URL: c.URL("/opinions")}, {Label: c.T("opinions.new")}}, "")
}

func (w *Web) edit(c *web.C) error {
	p, err := w.s.Poll(c.Context(), c.Actor, c.Param("ref"))
	if err != nil {
		return err
	}
	in := InputOf(p)
	var failed error
	if c.R.Method == http.MethodGet {
		if err := w.s.may(c.Actor, p, "run"); err != nil {
			return err
		}
	} else {
		in = PollInput{}
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.Change(c.Context(), c.Actor, p.Ref, in); failed == nil {
				return c.Done(p.Path(), "opinions.saved")
			}
		}
	}
	f := c.Form("opinions.form", &in)
	f.Drop("statements")
	f.Cancel = c.URL(p.Path())
	return w.form(c, f, failed, c.T("opinions.edit"), w.trail(c, p, web.Crumb{Label: c.T("opinions.edit")}), "")
}

type judgeView struct {
	Title   web.TextView
	Rows    []judgeRow
	Problem string
	Empty   *web.Empty
}

type judgeRow struct {
	statementView
	ID             string
	Accept, Reject bool
	Typed          string // the reason as typed
	Bad            bool
}

// judge is the staff's page of statements: those that wait come first.
func (w *Web) judge(c *web.C) error {
	p, err := w.s.Poll(c.Context(), c.Actor, c.Param("ref"))
	if err != nil {
		return err
	}
	if err := w.s.may(c.Actor, p, "run"); err != nil {
		return err
	}
	v := judgeView{Title: c.Text(p.Title)}
	var in JudgeInput
	status := http.StatusOK
	if c.R.Method == http.MethodPost {
		err := c.Decode(&in)
		if err == nil {
			if err = w.s.Judge(c.Context(), c.Actor, p.Ref, in); err == nil {
				return c.Done(p.Path()+"/statements", "opinions.judged", "Number", in.Number)
			}
		}
		e := web.Classify(err)
		if e.Kind != core.KindInvalid {
			return err
		}
		v.Problem, status = c.S.Catalog.Error(c.Lang, e), http.StatusUnprocessableEntity
		if len(e.Fields) > 0 {
			v.Problem = c.T(e.Fields[0].Key, e.Fields[0].Args...)
		}
	}
	list, err := w.s.Statements(c.Context(), c.Actor, p)
	if err != nil {
		return err
	}
	for _, waiting := range []bool{true, false} {
		for _, x := range list {
			if (x.State == Waiting) != waiting {
				continue
			}
			r := judgeRow{ID: "s" + strconv.Itoa(x.Number), Accept: x.State != Accepted, Reject: x.State != Rejected}
			r.Number, r.Text, r.Reason = x.Number, c.Text(x.Body), x.Reason
			r.State = judged(c, x)
			if v.Problem != "" && in.Number == x.Number {
				r.Bad, r.Typed = true, in.Reason
			}
			v.Rows = append(v.Rows, r)
		}
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("opinions.no_statements"), Text: c.T("opinions.no_statements_text")}
	}
	return c.Page(web.Page{
		Name: "opinions/judge", Title: c.T("opinions.judge"), Section: "outcomes", NoIndex: true, Status: status,
		Trail: w.trail(c, p, web.Crumb{Label: c.T("opinions.judge")}), V: v,
	})
}
