package reports

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/web"
)

// Line is one session on the board of what is owed (E134).
type Line struct {
	Session programme.Brief
	Report  *Report
	Due     core.Instant
}

// Board lists the sessions of an edition that owe a report of the kind, in the order
// in which they are due. Anybody may call: who is late is public.
func (s *Service) Board(ctx context.Context, a core.Actor, set *editions.Setting, kind string) ([]Line, error) {
	briefs, err := s.programme.Briefs(ctx, a, set, programme.Filter{})
	if err != nil {
		return nil, err
	}
	types, err := s.programme.Types(ctx, set.ID)
	if err != nil {
		return nil, err
	}
	reports, err := s.OfEdition(ctx, set.ID)
	if err != nil {
		return nil, err
	}
	var out []Line
	for _, b := range briefs {
		r := byKind(reports[b.ID], kind)
		due := dueAt(programme.TypeOf(types, b.Type), b, set.Edition, kind)
		if b.State == programme.StateDraft || (due.IsZero() && r == nil) {
			continue
		}
		out = append(out, Line{Session: b, Report: r, Due: due})
	}
	slices.SortStableFunc(out, func(x, y Line) int { return x.Due.Time().Compare(y.Due.Time()) })
	return out, nil
}

type sessionPanel struct {
	Status    web.Status
	DueAt     string
	URL       string
	Takeaways []pointView
	Calls     []pointView
	Write     string
}

// SessionPanel puts takeaways and calls on the session's page.
func (w *Web) SessionPanel(c *web.C, session core.ID) (string, any, error) {
	found, err := w.programme.SessionsByID(c.Context(), c.Actor, []core.ID{session})
	if err != nil || found[session] == nil {
		return "", nil, err
	}
	ses := found[session]
	set, err := w.editions.SettingByID(c.Context(), c.Actor, ses.Edition)
	if err != nil {
		return "", nil, err
	}
	view, err := w.s.View(c.Context(), c.Actor, set, ses, Takeaways)
	if err != nil && core.KindOf(err) != core.KindNotFound {
		return "", nil, err
	}
	if view.Revision == nil && c.S.Clock.Instant().Before(ses.Starts) {
		c.Until(ses.Starts.Time())
		return "", nil, nil // before the session there is nothing to say
	}
	list, err := w.s.OfSession(c.Context(), session)
	if err != nil {
		return "", nil, err
	}
	p := sessionPanel{URL: c.URL(ses.Path() + "/report"), Status: w.Status(c, set, view.Due, byKind(list, Takeaways))}
	if !view.Due.IsZero() {
		p.DueAt = c.Stamp(view.Due, set.Zone)
	}
	if view.Revision != nil {
		pts := points(session, *view.Revision)
		views, err := w.points(c, ses, pts)
		if err != nil {
			return "", nil, err
		}
		for i, pt := range pts {
			if pt.Part == PartCall {
				p.Calls = append(p.Calls, views[i])
			} else {
				p.Takeaways = append(p.Takeaways, views[i])
			}
		}
	}
	if policy.Can("write", view.State, view.Roles...) {
		p.Write = c.URL(ses.Path() + "/report/edit")
	}
	if p.Status.Words == "" && len(p.Takeaways) == 0 {
		return "", nil, nil
	}
	return "reports/panel", p, nil
}

type stepView struct {
	Rows  []boardRow
	Title string
	URL   string
	More  string
}

// StepPanel is the reader's next step on the edition's first screen: the takeaways
// that she owes. For visitors and others it shows what came in last.
func (w *Web) StepPanel(c *web.C, edition core.ID) (string, any, error) {
	set, err := w.editions.SettingByID(c.Context(), c.Actor, edition)
	if err != nil {
		return "", nil, err
	}
	if c.Actor.SignedIn() {
		if v, err := w.mine(c, set); err != nil || len(v.Rows) > 0 {
			return "reports/steps", v, err
		}
	}
	lines, err := w.s.Board(c.Context(), c.Actor, set, Takeaways)
	if err != nil {
		return "", nil, err
	}
	lines = latestOf(lines, len(lines))
	if len(lines) == 0 {
		return "", nil, nil
	}
	v := stepView{Title: c.T("reports.latest"), URL: c.URL(set.Path() + "/reports"), More: c.T("reports.all", "Count", len(lines))}
	for _, l := range lines[:min(5, len(lines))] {
		v.Rows = append(v.Rows, w.boardRow(c, set, l))
	}
	return "reports/latest", v, nil
}

// mine lists the takeaways that the signed-in person owes, by a role in the programme or
// because they were handed over to her.
func (w *Web) mine(c *web.C, set *editions.Setting) (stepView, error) {
	v := stepView{Title: c.T("reports.next_step")}
	var ids []core.ID
	if c.Actor.Person != "" {
		briefs, err := w.programme.Briefs(c.Context(), c.Actor, set, programme.Filter{Person: c.Actor.Person})
		if err != nil {
			return v, err
		}
		for _, b := range briefs {
			ids = append(ids, b.ID)
		}
	}
	held, err := heldBy(c.Context(), w.s.rec.DB.Read, c.Actor)
	if err != nil {
		return v, err
	}
	for id := range held {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return v, nil
	}
	sessions, err := w.programme.SessionsByID(c.Context(), c.Actor, ids)
	if err != nil {
		return v, err
	}
	maps.DeleteFunc(sessions, func(_ core.ID, ses *programme.Session) bool { return ses.Edition != set.ID })
	reports, err := w.s.OfEdition(c.Context(), set.ID)
	if err != nil {
		return v, err
	}
	list := slices.Collect(maps.Values(sessions))
	slices.SortFunc(list, func(x, y *programme.Session) int {
		return cmp.Or(x.Ends.Time().Compare(y.Ends.Time()), strings.Compare(x.Ref, y.Ref))
	})
	now := c.S.Clock.Instant()
	for _, ses := range list {
		r := byKind(reports[ses.ID], Takeaways)
		due := Due(ses, set.Edition, Takeaways)
		roles := crewRoles(c.Actor, ses)
		if held[ses.ID] {
			roles = append(roles, core.RoleRapporteur)
		}
		if due.IsZero() || now.Before(ses.Starts) || !policy.Can("publish", StateDraft, roles...) || stateOf(r) == StatePublished {
			continue
		}
		row := w.boardRow(c, set, Line{Session: ses.Brief(), Report: r, Due: due})
		row.URL = c.URL(ses.Path() + "/report/edit")
		v.Rows = append(v.Rows, row)
	}
	return v, nil
}

// latestOf are the lines whose report was published last.
func latestOf(lines []Line, most int) []Line {
	out := slices.DeleteFunc(slices.Clone(lines), func(l Line) bool { return l.Report == nil || l.Report.State != StatePublished })
	slices.SortStableFunc(out, func(x, y Line) int { return y.Report.Published.Time().Compare(x.Report.Published.Time()) })
	return out[:min(most, len(out))]
}
