package support

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

func itoa(n int) string { return strconv.Itoa(n) }

type committeeView struct {
	Head    head
	Rows    []seatRow
	Dismiss string
	Form    *web.Form
}

type seatRow struct{ ID, Name, Email, Country, Organisation, Given string }

// committee is who scores.
func (w *Web) committee(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	if err := mayManage(c.Actor, set); err != nil {
		return err
	}
	d, err := w.s.Programme(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	var in SeatInput
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.Appoint(c.Context(), c.Actor, set, in); failed == nil {
				return c.Done(set.Path()+"/support/committee", "support.appointed")
			}
		}
	}
	list, err := w.s.Committee(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	v := committeeView{Head: w.desktop(c, d, c.T("support.committee"), "/committee", nil), Dismiss: c.URL(set.Path() + "/support/committee/dismiss")}
	for _, m := range list {
		r := seatRow{ID: string(m.Account), Name: m.Name, Email: m.Email, Organisation: m.Organisation, Given: c.T("support.committee.given", "Count", m.Given)}
		if m.Country != "" {
			r.Country = w.country(c, m.Country)
		}
		v.Rows = append(v.Rows, r)
	}
	v.Form = c.Form("support.appoint", &in)
	v.Form.Options("country", w.s.Vocab.Options(c.Lang, vocab.CountryList))
	status, err := v.Form.Refused(failed)
	if err != nil {
		return err
	}
	return c.Page(web.Page{Name: "support/committee", Title: v.Head.Title, NoIndex: true, Status: status, Trail: w.deskTrail(c, set, web.Crumb{Label: v.Head.Title}), V: v})
}

func (w *Web) dismiss(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	if err := w.s.Dismiss(c.Context(), c.Actor, set, core.ID(c.Value("account"))); err != nil {
		return err
	}
	return c.Done(set.Path()+"/support/committee", "support.dismissed")
}

type scoringView struct {
	Head   head
	Rows   []scoreRow
	Lead   string
	Close  string
	Reopen string
	Empty  *web.Empty
}

type scoreRow struct {
	Number, Name, URL string
	Facts             []string
	Status            web.Status
	Scored            string
}

// scoring is what the committee has before it; the staff see how far it is.
func (w *Web) scoring(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	seen, err := w.s.Lines(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	v := scoringView{Head: w.desktop(c, seen.Desk, c.T("support.scoring"), "/scoring", nil)}
	list := slices.DeleteFunc(slices.Clone(seen.Lines), func(l Line) bool { return !l.In([]string{StateEligible, StateRanked}) })
	if seen.Member != nil { // what has the fewest scores comes first, and what she has done last
		slices.SortStableFunc(list, func(a, b Line) int {
			if x, y := rankOf(a), rankOf(b); x != y {
				return x - y
			}
			return a.Standing.Given - b.Standing.Given
		})
	}
	few, mine := 0, 0
	for _, l := range list {
		if l.Standing.Given < seen.Scorers {
			few++
		}
		if rankOf(l) == 0 {
			mine++
		}
		v.Rows = append(v.Rows, w.scoreRow(c, seen, l))
	}
	open := slices.ContainsFunc(list, func(l Line) bool { return l.State == StateEligible })
	switch {
	case len(list) == 0:
		v.Empty = &web.Empty{Title: c.T("support.scoring.none"), Text: c.T("support.scoring.none_text")}
	case !open:
		v.Lead = c.T("support.scoring.closed")
	case seen.Member != nil:
		v.Lead = c.T("support.scoring.mine", "Count", mine)
	default:
		v.Lead = c.T("support.scoring.few", "Count", few, "Wanted", seen.Scorers)
	}
	if seen.Staff && open {
		v.Close = c.URL(set.Path() + "/support/scoring/close")
	}
	if seen.Staff && len(list) > 0 && !open && seen.Published.IsZero() {
		v.Reopen = c.URL(set.Path() + "/support/scoring/reopen")
	}
	return c.Page(web.Page{Name: "support/scoring", Title: v.Head.Title, NoIndex: true, Trail: w.deskTrail(c, set, web.Crumb{Label: v.Head.Title}), V: v})
}

// nameOr is a name, or the word for who is not known by name any more.
func nameOr(c *web.C, name string) string {
	if name == "" {
		return c.T("support.nameless")
	}
	return name
}

// rankOf is 0 for what a member has to score, 1 for what she has, 2 for a conflict.
func rankOf(l Line) int {
	switch {
	case len(l.Conflicts) > 0:
		return 2
	case l.Mine != nil:
		return 1
	}
	return 0
}

func (w *Web) scoreRow(c *web.C, seen *Seen, l Line) scoreRow {
	r := scoreRow{Number: c.T("support.number", "Number", l.Number)}
	if len(l.Conflicts) == 0 || seen.Staff {
		r.Name = nameOr(c, l.Name)
		r.URL = c.URL(onePath(seen.Desk, l.Number))
		r.Facts = []string{w.country(c, l.Country), w.classes(c, l.Application.Classes), w.term(c, vocab.Groups, l.Stakeholder, "support.no_group")}
	}
	if seen.Staff {
		r.Scored = c.T("support.scored", "Given", l.Standing.Given, "Wanted", max(seen.Scorers, l.Standing.Given))
		if l.Standing.Conflicted > 0 {
			r.Facts = append(r.Facts, c.T("support.conflicted", "Count", l.Standing.Conflicted))
		}
	}
	switch {
	case len(l.Conflicts) > 0:
		var why []string
		for _, code := range l.Conflicts {
			why = append(why, c.T("support.conflict."+code))
		}
		r.Status = c.Status("private", "support.conflict", "Why", strings.Join(why, ", "))
	case seen.Member == nil && l.Standing.Given < seen.Scorers:
		r.Status = c.Status("due", "support.score.missing")
	case seen.Member == nil || l.Mine != nil:
		r.Status = c.Status("done", "support.score.given")
	default:
		r.Status = c.Status("due", "support.score.yours")
	}
	return r
}

// CloseInput is the form that closes the scoring.
type CloseInput struct {
	Reason string `form:"reason" ui:"area" max:"1000" json:"reason,omitempty"`
}

func (w *Web) closeScoring(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	if err := mayManage(c.Actor, set); err != nil {
		return err
	}
	p := formPage{key: "support.close", back: set.Path() + "/support/awards", done: "support.close.done", trail: w.deskTrail(c, set), lead: []string{c.T("support.close.lead")}}
	return form(c, p, CloseInput{}, func(in CloseInput) error { return w.s.CloseScoring(c.Context(), c.Actor, set, in.Reason) })
}

func (w *Web) reopenScoring(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	if err := w.s.ReopenScoring(c.Context(), c.Actor, set); err != nil {
		return err
	}
	return c.Done(set.Path()+"/support/scoring", "support.reopened")
}

// press does an act of the staff on an application that needs no form.
func (w *Web) press(c *web.C, done string, do func(ctx context.Context, a core.Actor, set *editions.Setting, number int) error) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	number := numberOf(c, "number")
	if err := do(c.Context(), c.Actor, set, number); err != nil {
		return err
	}
	return c.Done(set.Path()+"/support/applications/"+itoa(number), done)
}
