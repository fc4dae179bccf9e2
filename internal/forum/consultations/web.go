package consultations

import (
	"embed"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct {
	s       *Service
	network *web.Limiter
}

// NewWeb makes the pages.
func NewWeb(s *Service) *Web { return &Web{s: s, network: web.NewLimiter(5e9, 200)} }

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("consultations", viewFS); err != nil {
		return err
	}
	s.Takes("Consultations", takes)
	both := func(path string, h web.Handler) {
		s.Handle("GET "+path, h)
		s.Handle("POST "+path, h)
	}
	s.Handle("GET /consultations", w.list)
	both("/consultations/new", w.open)
	s.Handle("GET /consultations/{ref}", w.review)
	s.Handle("GET /consultations/{ref}/{para}", w.para)
	s.Handle("GET /consultations/{ref}/comments", w.comments)
	s.Handle("GET /consultations/{ref}/comments/{n}", w.one)
	both("/consultations/{ref}/comment", w.comment)
	both("/consultations/{ref}/comments/{n}/edit", w.edit)
	both("/consultations/{ref}/comments/{n}/withdraw", w.withdraw)
	s.Handle("POST /consultations/{ref}/comments/{n}/support", w.support)
	both("/consultations/{ref}/comments/{n}/dispose", w.dispose)
	both("/consultations/{ref}/comments/{n}/word", w.word)
	both("/consultations/{ref}/comments/{n}/moderate", w.moderate)
	both("/consultations/{ref}/log/{act}/appeal", w.appeal)
	both("/consultations/{ref}/log/{act}/answer", w.answerAppeal)
	both("/consultations/{ref}/desk", w.desk)
	s.Handle("GET /consultations/{ref}/orphans", w.orphans)
	s.Handle("GET /consultations/{ref}/changes", w.changes)
	both("/consultations/{ref}/changes/explain", w.explain)
	s.Handle("GET /consultations/{ref}/synthesis", w.synthesis)
	both("/consultations/{ref}/synthesis/challenge", w.challenge)
	both("/consultations/{ref}/challenges/{n}", w.answerChallenge)
	s.Handle("GET /consultations/{ref}/log", w.log)
	both("/consultations/{ref}/settings", w.settings)
	s.Handle("POST /consultations/{ref}/end", w.end)
	s.Handle("GET /consultations/{ref}/comments.csv", w.exportCSV)
	s.Handle("GET /consultations/{ref}/comments.json", w.exportJSON)
	s.Handle("GET /me/comments", w.mine)
	w.registerBatch(s, both)
	return nil
}

// at is a consultation on its way through a page.
type at struct {
	Consultation
	doc   documents.Document
	runs  bool
	state string
}

// load reads what each page of a consultation needs: three queries.
func (w *Web) load(c *web.C) (at, error) {
	ref := c.Param("ref")
	scope, err := w.s.scopeOf(c.Context(), ref)
	if err != nil {
		return at{}, err
	}
	c.Reads(scope, core.ScopeForum)
	cs, err := w.s.Get(c.Context(), c.Actor, ref)
	if err != nil {
		return at{}, err
	}
	x := at{Consultation: cs}
	if x.doc, err = w.s.docs.See(c.Context(), c.Actor, cs.Document); err != nil {
		return at{}, err
	}
	if x.runs, err = w.s.Runs(c.Context(), c.Actor, cs); err != nil {
		return at{}, err
	}
	for _, t := range []core.Instant{cs.Opens, cs.Closes, cs.ReplyUntil(), cs.ChallengeUntil()} {
		c.Until(t.Time())
	}
	if x.state = w.s.State(cs); x.state == StateOpen || x.state == StatePlanned {
		c.Until(c.Now().Add(60e9)) // what is left is said to the minute
	}
	return x, nil
}

// running is load for who runs the consultation.
func (w *Web) running(c *web.C) (at, error) {
	x, err := w.load(c)
	if err != nil {
		return x, err
	}
	return x, w.s.may(c.Context(), c.Actor, "run", x.Consultation)
}

// mayHandIn refuses a form to who could not hand it in. Who has not signed in is asked
// when she does.
func (w *Web) mayHandIn(c *web.C, x at) error {
	now := w.s.rec.Clock.Instant()
	if !x.Takes(now) {
		return core.Conflict("consultations.error.not_in."+x.state, "Ref", x.Ref)
	}
	if !c.Actor.SignedIn() {
		return nil
	}
	return w.s.mayComment(c.Context(), c.Actor, x.Consultation, now)
}

// headView is the head of every page of a consultation.
type headView struct {
	Title   web.TextView
	H1      string // of a page below the review page; empty on itself
	Status  web.Status
	Facts   []string
	When    []string
	Then    string
	Tabs    web.Tabs
	Actions []web.Action
	Back    web.Tab
}

var statusClass = map[string]string{
	StatePlanned: "due", StateOpen: "live", StateClosed: "draft", StateAnswered: "published", StateChallenged: "changed", StateEnded: "done",
}

func (w *Web) status(c *web.C, cs Consultation) web.Status {
	st := w.s.State(cs)
	return c.Status(statusClass[st], "consultations.state."+st)
}

// moment is an instant in the zone of the consultation, with the zone's name.
func moment(c *web.C, t core.Instant, zone string) string {
	return c.T("consultations.moment", "When", c.Date(t.In(zone)), "Clock", t.In(zone).Format("15:04"), "Zone", web.ZoneCity(zone))
}

func opens(c *web.C, cs Consultation, now core.Instant) string {
	if now.Before(cs.Opens) {
		return c.T("consultations.opens_at", "Time", moment(c, cs.Opens, cs.Zone))
	}
	return c.T("consultations.opened_at", "Time", moment(c, cs.Opens, cs.Zone))
}

func closes(c *web.C, cs Consultation, now core.Instant) string {
	if now.Before(cs.Closes) {
		return c.T("consultations.closes_at", "Time", moment(c, cs.Closes, cs.Zone))
	}
	return c.T("consultations.closed_at", "Time", moment(c, cs.Closes, cs.Zone))
}

func (w *Web) head(c *web.C, x at, h1 string) headView {
	v := headView{Title: c.Text(x.Title), H1: h1, Status: w.status(c, x.Consultation), Back: web.Tab{Label: c.Text(x.Title).S, URL: c.URL(x.Path())}}
	v.Facts = append(v.Facts, c.T("consultations.reference", "Ref", "\u2066"+x.Ref+"\u2069"), c.T("consultations.count", "Count", x.Comments))
	now := w.s.rec.Clock.Instant()
	v.When = append(v.When, opens(c, x.Consultation, now), closes(c, x.Consultation, now))
	switch x.state {
	case StatePlanned:
		v.Then = c.T("consultations.then.planned", "Span", c.Span(x.Opens.Sub(now)))
	case StateOpen:
		v.Then = c.T("consultations.then.open", "Span", c.Span(x.Closes.Sub(now)))
	case StateClosed:
		v.Then = c.T("consultations.then.closed", "Count", x.Undisposed)
	case StateAnswered, StateChallenged:
		v.Then = c.T("consultations.then.answered", "Reply", moment(c, x.ReplyUntil(), x.Zone), "Challenge", moment(c, x.ChallengeUntil(), x.Zone))
	case StateEnded:
		v.Then = c.T("consultations.then.ended")
	}
	v.Tabs = w.tabs(c, x)
	return v
}

func (w *Web) tabs(c *web.C, x at) web.Tabs {
	t := web.Tabs{Label: c.T("consultations.tabs")}
	for _, p := range []struct {
		path, key string
		yes       bool
	}{
		{"", "text", true},
		{"/comments", "comments", true},
		{"/synthesis", "synthesis", true},
		{"/changes", "changes", true},
		{"/log", "log", true},
		{"/desk", "desk", x.runs},
		{"/settings", "settings", x.runs},
	} {
		if p.yes {
			tab := web.Tab{Label: c.T("consultations.tab." + p.key), URL: c.URL(x.Path() + p.path), Current: c.Path() == x.Path()+p.path}
			t.Tabs = append(t.Tabs, tab)
		}
	}
	return t
}

// trail leads from the edition, or from all consultations, to a page.
func (w *Web) trail(c *web.C, x at, more ...web.Crumb) ([]web.Crumb, error) {
	crumbs := []web.Crumb{{Label: c.T("consultations.title"), URL: c.URL("/consultations")}, {Label: c.Text(x.Title).S, URL: c.URL(x.Path())}}
	crumbs = append(crumbs, more...)
	if x.Edition == "" {
		return crumbs, nil
	}
	set, err := w.s.editions.SettingByID(c.Context(), c.Actor, x.Edition)
	if core.KindOf(err) == core.KindNotFound {
		return crumbs, nil
	}
	if err != nil {
		return nil, err
	}
	return editions.Trail(c, set, crumbs...), nil
}

// page shows a page of a consultation.
func (w *Web) page(c *web.C, x at, name, title string, v any, status int) error {
	var more []web.Crumb
	if title != "" {
		more = append(more, web.Crumb{Label: title})
	}
	trail, err := w.trail(c, x, more...)
	if err != nil {
		return err
	}
	full := c.Text(x.Title).S
	if title != "" {
		full = title + " · " + full
	}
	return c.Page(web.Page{Name: "consultations/" + name, Title: full, Section: "outcomes", Trail: trail, Status: status, V: v})
}

// list is all consultations: open now, coming, past.
type listView struct {
	Groups  []listGroup
	Empty   *web.Empty
	Mine    string
	Heading string
}

type listGroup struct {
	Title string
	Rows  []csRow
}

type csRow struct {
	URL    string
	Title  web.TextView
	Status web.Status
	Meta   []string
}

func (w *Web) row(c *web.C, cs Consultation) csRow {
	return csRow{
		URL: c.URL(cs.Path()), Title: c.Text(cs.Title), Status: w.status(c, cs),
		Meta: []string{closes(c, cs, w.s.rec.Clock.Instant()), c.T("consultations.count", "Count", cs.Comments)},
	}
}

func (w *Web) list(c *web.C) error {
	eds, err := w.s.editions.Editions(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	scopes := []string{core.ScopeForum}
	for _, e := range eds {
		scopes = append(scopes, e.Scope())
	}
	c.Reads(scopes...)
	c.Until(c.Now().Add(60e9))
	list, err := w.s.List(c.Context(), c.Actor, Filter{})
	if err != nil {
		return err
	}
	v := listView{}
	if c.Actor.SignedIn() {
		v.Mine = c.URL("/me/comments")
	}
	groups := []listGroup{{Title: c.T("consultations.list.open")}, {Title: c.T("consultations.list.coming")}, {Title: c.T("consultations.list.past")}}
	for _, cs := range list {
		i := 2
		switch w.s.State(cs) {
		case StateOpen:
			i = 0
		case StatePlanned:
			i = 1
		}
		groups[i].Rows = append(groups[i].Rows, w.row(c, cs))
	}
	for _, g := range groups {
		if len(g.Rows) > 0 {
			v.Groups = append(v.Groups, g)
		}
	}
	if len(list) == 0 {
		v.Empty = &web.Empty{Title: c.T("consultations.empty"), Text: c.T("consultations.empty_text")}
	}
	return c.Page(web.Page{
		Name: "consultations/list", Title: c.T("consultations.title"), Describe: c.T("consultations.subtitle"), Section: "outcomes",
		Trail: []web.Crumb{{Label: c.T("consultations.title")}}, V: v,
	})
}

// number is the number that the address names.
func number(c *web.C) (int, error) {
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil || n < 1 || strconv.Itoa(n) != c.Param("n") {
		return 0, core.NotFound()
	}
	return n, nil
}

// numbered reads a consultation, and the number that the address names in it.
func (w *Web) numbered(c *web.C) (at, int, error) {
	x, err := w.load(c)
	if err != nil {
		return x, 0, err
	}
	n, err := number(c)
	return x, n, err
}

// ofComment reads a consultation and the comment of it that the address names.
func (w *Web) ofComment(c *web.C) (at, Comment, error) {
	x, n, err := w.numbered(c)
	if err != nil {
		return x, Comment{}, err
	}
	co, err := w.s.One(c.Context(), c.Actor, x.Consultation, n)
	return x, co, err
}
