package reports

import (
	"embed"
	"html/template"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct {
	s         *Service
	editions  *editions.Service
	programme *programme.Service
	pages     *programme.Web
	vocab     *vocab.Service
	people    *people.Service
}

// NewWeb makes the pages. pages gives the tabs of a session.
func NewWeb(s *Service, e *editions.Service, p *programme.Service, pages *programme.Web, v *vocab.Service, pp *people.Service) *Web {
	return &Web{s: s, editions: e, programme: p, pages: pages, vocab: v, people: pp}
}

// Register registers pages, templates and the tab of the session's page.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("reports", viewFS); err != nil {
		return err
	}
	s.Takes("Reports", takes)
	s.Session("GET /report", w.show)
	s.Session("GET /report/edit", w.editTakeaways)
	s.Session("POST /report/edit", w.editTakeaways)
	s.Session("POST /report/save", w.autosave)
	s.Session("GET /report/clock", w.clock)
	s.Session("GET /report/full/edit", w.editFull)
	s.Session("POST /report/full/edit", w.editFull)
	s.Session("POST /report/full/save", w.autosaveFull)
	s.Session("GET /report/card", w.editCard)
	s.Session("POST /report/card", w.editCard)
	s.Session("GET /report/hand-over", w.handOver)
	s.Session("POST /report/hand-over", w.handOver)
	s.Session("POST /report/hand-over/end", w.takeBack)
	s.Session("GET /report/take/{id}", w.take)
	s.Session("POST /report/take/{id}", w.take)
	s.Edition("GET /reports", w.board)
	s.Edition("GET /reports/punctuality", w.punctuality)
	s.Edition("GET /reports/punctuality.csv", w.punctualityCSV)
	s.Edition("GET /reports/participation", w.participation)
	s.Edition("GET /reports/participation.csv", w.participationCSV)
	s.Edition("GET /reports/settings", w.settings)
	s.Edition("POST /reports/settings", w.settings)
	s.Edition("GET /reports/remind/{ref}", w.remind)
	s.Edition("POST /reports/remind/{ref}", w.remind)
	s.Edition("GET /reports/note/{ref}", w.remark)
	s.Edition("POST /reports/note/{ref}", w.remark)
	w.pages.AddTab(func(c *web.C, _ *editions.Setting, ses *programme.Session) (web.Tab, bool) {
		return web.Tab{Label: c.T("reports.tab"), URL: c.URL(ses.Path() + "/report")},
			ses.State != programme.StateDraft || canSeeDraft(crewRoles(c.Actor, ses))
	})
	return nil
}

// load finds the session that the address names.
func (w *Web) load(c *web.C) (*editions.Setting, *programme.Session, error) {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return nil, nil, err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	ses, err := w.programme.Session(c.Context(), c.Actor, set, c.Session)
	return set, ses, err
}

type pointView struct {
	Para, Number string
	Text         web.TextView
	To           []string
	ToURL        []web.Tab // organisations of the record
	URL          string
	Pins         []pinView
	Rests        string // "Rests on 2 sources"
	Tied         bool   // it stands on the line of the thread
}

// pinView is one thing that a takeaway rests on.
type pinView struct {
	Kind      string // said, at, by, text
	Time, URL string
	Who       string
	WhoURL    string
	About     string // role and affiliation of that day
	Recording string
	Title     web.TextView
	Number    string
}

type reportView struct {
	Title      web.TextView
	Ref        string
	URL        string
	Tabs       web.Tabs
	Status     web.Status
	DueAt      string
	DueMachine string
	After      string
	Published  string
	Corrected  string
	Versions   string
	Takeaways  []pointView
	Calls      []pointView
	Full       []paraView
	FullStatus web.Status
	Empty      *web.Empty
	Draft      bool
	DraftNote  string
	Actions    []web.Action
	Lang       string
	Card       *cardView
	Licence    string
	LicenceURL string
	Parts      []template.HTML
}

type paraView struct {
	Heading bool
	Text    web.TextView
	ID      string
}

func (w *Web) show(c *web.C) error {
	set, ses, err := w.load(c)
	if err != nil {
		return err
	}
	v := reportView{Title: c.Text(ses.Title), Ref: programme.RefLabel(ses.Ref), URL: c.URL(ses.Path())}
	v.Tabs = w.pages.Tabs(c, set, ses, "/report")
	take, err := w.s.View(c.Context(), c.Actor, set, ses, Takeaways)
	if err != nil && core.KindOf(err) != core.KindNotFound {
		return err
	}
	full, err := w.s.View(c.Context(), c.Actor, set, ses, Full)
	if err != nil && core.KindOf(err) != core.KindNotFound {
		return err
	}
	if err := w.fill(c, set, ses, &v, take); err != nil {
		return err
	}
	if err := w.more(c, set, ses, &v, take, full); err != nil {
		return err
	}
	v.FullStatus = w.Status(c, set, full.Due, full.Report)
	if full.Revision != nil {
		for _, p := range full.Revision.Paragraphs {
			v.Full = append(v.Full, paraView{Heading: p.Kind == documents.Heading, Text: c.Text(p.Text), ID: "full-" + p.ID})
		}
	}
	v.Actions = w.actions(c, ses, take, full)
	return c.Page(web.Page{
		Name: "reports/report", Title: c.T("reports.title", "Session", v.Title.S), Section: "outcomes",
		Trail: editions.Trail(c, set, web.Crumb{Label: c.T("reports.board"), URL: c.URL(set.Path() + "/reports")}, web.Crumb{Label: v.Title.S}), V: v,
	})
}

func (w *Web) fill(c *web.C, set *editions.Setting, ses *programme.Session, v *reportView, take View) error {
	v.Status = w.Status(c, set, take.Due, take.Report)
	if !take.Due.IsZero() {
		v.DueAt = c.Stamp(take.Due, set.Zone) + " " + set.Place(c.Lang)
		v.DueMachine = take.Due.String()
		v.After = c.T("reports.after_due")
	}
	rev := take.Revision
	if rev == nil && take.Draft != nil {
		rev, v.Draft = take.Draft, true
		v.DraftNote = c.T("reports.draft_note", "Time", c.Stamp(take.Report.Saved, set.Zone))
	}
	if rev == nil {
		v.Empty = &web.Empty{Title: c.T("reports.empty"), Text: c.T("reports.empty_text")}
		return nil
	}
	if take.Report.State == StatePublished {
		v.Published = c.Stamp(take.Report.Published, set.Zone)
		if !take.Report.Corrected.IsZero() {
			v.Corrected = c.Stamp(take.Report.Corrected, set.Zone)
		}
		v.Versions = c.URL("/documents/" + string(take.Report.Document) + "/revisions")
	}
	pts := points(ses.ID, *rev)
	views, err := w.points(c, ses, pts)
	if err != nil {
		return err
	}
	for i, p := range pts {
		if p.Part == PartCall {
			v.Calls = append(v.Calls, views[i])
		} else {
			v.Takeaways = append(v.Takeaways, views[i])
		}
	}
	return nil
}

func (w *Web) actions(c *web.C, ses *programme.Session, take, full View) []web.Action {
	r := take.Roles
	var out []web.Action
	path := c.URL(ses.Path())
	switch {
	case policy.Can("correct", take.State, r...):
		out = append(out, web.Action{Label: c.T("reports.correct"), URL: path + "/report/edit", Icon: "edit"})
	case policy.Can("write", take.State, r...):
		out = append(out, web.Action{Label: c.T("reports.write"), URL: path + "/report/edit", Icon: "edit", Primary: true})
	}
	if policy.Can("write", full.State, r...) || policy.Can("correct", full.State, r...) {
		out = append(out, web.Action{Label: c.T("reports.write_full"), URL: path + "/report/full/edit", Icon: "edit"})
	}
	if policy.Can("count", take.State, r...) {
		out = append(out, web.Action{Label: c.T("reports.card.edit"), URL: path + "/report/card", Icon: "people"})
	}
	if policy.Can("hand_over", take.State, r...) {
		out = append(out, web.Action{Label: c.T("reports.hand.title"), URL: path + "/report/hand-over", Icon: "person"})
	}
	return out
}

// Status says in words how a report stands: "Late by 3 h", "Due in 1 h 12 min",
// "Published 11 Oct, 17:12". Late is shown, never hidden. The page is kept no longer
// than the words hold.
func (w *Web) Status(c *web.C, set *editions.Setting, due core.Instant, r *Report) web.Status {
	now := c.S.Clock.Instant()
	late := LatenessOf(due, r, now)
	if r != nil && !r.Published.IsZero() {
		if late.Late {
			return c.Status("late", "reports.status.published_late", "Time", c.Stamp(r.Published, set.Zone), "By", c.Span(late.By))
		}
		return c.Status("published", "reports.status.published", "Time", c.Stamp(r.Published, set.Zone))
	}
	if due.IsZero() {
		return web.Status{}
	}
	c.Until(nextWords(due, now))
	if late.Late {
		return c.Status("late", "reports.status.late", "By", c.Span(late.By))
	}
	return c.Status("due", "reports.status.due", "In", c.Span(-late.By))
}

// formPage is the page of the full report's form.
type formPage struct {
	Title   string
	Session web.TextView
	Form    *web.Form
	Tabs    web.Tabs
	Status  web.Status
	DueAt   string
	After   string
	Correct bool
	Lacks   []lackView
	Clock   string
	Help    []helpView // what belongs under the headings of the template
}

type helpView struct{ Heading, Help web.TextView }
