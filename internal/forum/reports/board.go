package reports

import (
	"context"
	"slices"

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

type boardView struct {
	Title   string
	Tabs    web.Tabs
	Filters []web.Tab
	Rows    []boardRow
	Empty   web.Empty
	CSV     string
}

type boardRow struct {
	Title  web.TextView
	URL    string
	Ref    string
	When   web.When
	Status web.Status
	state  string
}

// board is the public page of what is due, in, late and missing.
func (w *Web) board(c *web.C) error {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	kind := Takeaways
	if c.Query("kind") == Full {
		kind = Full
	}
	lines, err := w.s.Board(c.Context(), c.Actor, set, kind)
	if err != nil {
		return err
	}
	v := boardView{Title: c.T("reports.board_title", "Edition", c.Text(set.Name).S)}
	base := set.Path() + "/reports"
	v.Tabs = web.Tabs{Label: c.T("reports.kinds"), Tabs: []web.Tab{
		{Label: c.T("reports.kind.takeaways"), URL: c.URL(base), Current: kind == Takeaways},
		{Label: c.T("reports.kind.full"), URL: c.URL(base + "?kind=full"), Current: kind == Full},
	}}
	counts := map[string]int{}
	want := c.Query("state")
	for _, l := range lines {
		row := w.boardRow(c, set, l)
		counts[row.state]++
		if want == "" || want == row.state {
			v.Rows = append(v.Rows, row)
		}
	}
	for _, st := range []string{"published", "published_late", "late", "due", "upcoming"} {
		if counts[st] > 0 {
			v.Filters = append(v.Filters, c.FilterTab("state", st, c.T("reports.board."+st), counts[st]))
		}
	}
	v.Empty = web.Empty{Title: c.T("reports.board_empty"), Text: c.T("reports.board_empty_text")}
	return c.Page(web.Page{
		Name: "reports/board", Title: v.Title, Section: "outcomes",
		Trail: editions.Trail(c, set, web.Crumb{Label: c.T("reports.board")}), V: v,
	})
}

func (w *Web) boardRow(c *web.C, set *editions.Setting, l Line) boardRow {
	now := c.S.Clock.Instant()
	row := boardRow{
		Title: c.Text(l.Session.Title), URL: c.URL(l.Session.Path() + "/report"), Ref: programme.RefLabel(l.Session.Ref),
		When: c.When(l.Session.Starts, l.Session.Ends, set.Zone, set.Place(c.Lang)), Status: w.Status(c, set, l.Due, l.Report),
	}
	late := LatenessOf(l.Due, l.Report, now)
	published := l.Report != nil && l.Report.State == StatePublished
	switch {
	case published && late.Late:
		row.state = "published_late"
	case published:
		row.state = "published"
	case late.Late:
		row.state = "late"
	case now.Before(l.Session.Ends):
		row.state = "upcoming"
	default:
		row.state = "due"
	}
	return row
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
		for _, pt := range points(session, *view.Revision) {
			if pt.Part == PartCall {
				p.Calls = append(p.Calls, w.point(c, ses, pt))
			} else {
				p.Takeaways = append(p.Takeaways, w.point(c, ses, pt))
			}
		}
	}
	if policy.Can("write", view.State, roles(c.Actor, ses)...) {
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
	if c.Actor.Person != "" {
		if v, err := w.mine(c, set); err != nil || len(v.Rows) > 0 {
			return "reports/steps", v, err
		}
	}
	lines, err := w.s.Board(c.Context(), c.Actor, set, Takeaways)
	if err != nil {
		return "", nil, err
	}
	lines = slices.DeleteFunc(lines, func(l Line) bool { return l.Report == nil || l.Report.State != StatePublished })
	slices.SortStableFunc(lines, func(x, y Line) int { return y.Report.Published.Time().Compare(x.Report.Published.Time()) })
	if len(lines) == 0 {
		return "", nil, nil
	}
	v := stepView{Title: c.T("reports.latest"), URL: c.URL(set.Path() + "/reports"), More: c.T("reports.all", "Count", len(lines))}
	for _, l := range lines[:min(5, len(lines))] {
		v.Rows = append(v.Rows, w.boardRow(c, set, l))
	}
	return "reports/latest", v, nil
}

// mine lists the takeaways that the signed-in person owes.
func (w *Web) mine(c *web.C, set *editions.Setting) (stepView, error) {
	v := stepView{Title: c.T("reports.next_step")}
	briefs, err := w.programme.Briefs(c.Context(), c.Actor, set, programme.Filter{Person: c.Actor.Person})
	if err != nil || len(briefs) == 0 {
		return v, err
	}
	ids := make([]core.ID, len(briefs))
	for i, b := range briefs {
		ids[i] = b.ID
	}
	sessions, err := w.programme.SessionsByID(c.Context(), c.Actor, ids)
	if err != nil {
		return v, err
	}
	reports, err := w.s.OfEdition(c.Context(), set.ID)
	if err != nil {
		return v, err
	}
	now := c.S.Clock.Instant()
	for _, b := range briefs {
		ses := sessions[b.ID]
		r := byKind(reports[b.ID], Takeaways)
		due := core.Instant{}
		if ses != nil {
			due = Due(ses, set.Edition, Takeaways)
		}
		if due.IsZero() || now.Before(b.Starts) || !policy.Can("publish", StateDraft, roles(c.Actor, ses)...) || stateOf(r) == StatePublished {
			continue
		}
		row := w.boardRow(c, set, Line{Session: b, Report: r, Due: due})
		row.URL = c.URL(b.Path() + "/report/edit")
		v.Rows = append(v.Rows, row)
	}
	return v, nil
}
