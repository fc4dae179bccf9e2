package calls

import (
	"embed"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// SlotOne is where rooms below show what they have of a call; the subject is its id.
const SlotOne = "calls.one"

// Web is the room's pages.
type Web struct {
	s        *Service
	editions *editions.Service
	vocab    *vocab.Service
}

// NewWeb makes the pages.
func NewWeb(s *Service) *Web { return &Web{s: s, editions: s.editions, vocab: s.vocab} }

// Register registers pages and templates. /calls/{ref}/answer is the page of a room below.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("calls", viewFS); err != nil {
		return err
	}
	s.Takes("Calls", takes)
	s.Handle("GET /calls", w.all)
	s.Edition("GET /input", w.list)
	for _, end := range []string{".csv", ".xlsx"} {
		s.Handle("GET /calls"+end, w.sheet)
		s.Edition("GET /input"+end, w.sheet)
		s.Edition("GET /cycle"+end, w.cycleSheet)
	}
	s.Handle("GET /calls/{ref}", w.show)
	s.Handle("GET /calls/{ref}/form.json", w.export)
	s.Handle("GET /calls/{ref}/form/preview", w.preview)
	s.Handle("POST /calls/{ref}/form/publish", w.publish)
	for path, h := range map[string]web.Handler{
		"/calls/new": w.add, "/calls/{ref}/edit": w.edit, "/calls/{ref}/rules": w.rules, "/calls/{ref}/cancel": w.cancel,
		"/calls/{ref}/form": w.build, "/calls/{ref}/form/section": w.section, "/calls/{ref}/form/question": w.question,
		"/calls/{ref}/form/import": w.take,
	} {
		s.Handle("GET "+path, h)
		s.Handle("POST "+path, h)
	}
	for path, h := range map[string]web.Handler{"/input/new": w.add, "/cycle/edit": w.editCycle} {
		s.Edition("GET "+path, h)
		s.Edition("POST "+path, h)
	}
	s.Edition("GET /cycle", w.cycle)
	s.Edition("GET /cycle.ics", w.calendar)
	s.Edition("POST /cycle/fill", w.fillCycle)
	return nil
}

// moment is an instant in three clocks, with its year: the first is that of the meeting.
type moment struct {
	At, Machine string
	UTC         string // empty where the first clock shows it
	Yours       string
}

func at(c *web.C, t core.Instant, zone, place string) moment {
	say := func(zone, place string) string {
		x := t.In(zone)
		return c.T("calls.moment", "Date", c.Date(x), "Clock", i18n.Clock(x), "Place", place)
	}
	m := moment{At: say(zone, place), Machine: t.Time().Format(time.RFC3339)}
	if place != "UTC" {
		m.UTC = say("UTC", "UTC")
	}
	if c.Zone != "" && c.Zone != zone && core.Zone(c.Zone) != time.UTC {
		x := t.In(c.Zone)
		m.Yours = c.T("when.yours", "Time", c.Date(x)+", "+i18n.Clock(x))
	}
	return m
}

// clock is the zone in which the times of a call are said first, and its name: the
// meeting's, else its own.
func (w *Web) clock(c *web.C, call Call) (zone, place string) {
	if call.Edition != "" {
		if set, err := w.editions.SettingByID(c.Context(), core.Operator, call.Edition); err == nil {
			return set.Zone, set.Place(c.Lang)
		}
	}
	return call.Zone, web.ZoneCity(call.Zone)
}

var statusClass = map[string]string{StateDraft: "draft", StateComing: "due", StateOpen: "live", StateClosed: "done", StateCancelled: "cancelled"}

type callRow struct {
	Title       web.TextView
	URL, Kind   string
	Status      web.Status
	Opens, Ends *moment
	Left        string
	Edition     *web.TextView
	Reason      string // why it was cancelled
}

// row says how a call stands; the page is kept until that changes.
func (w *Web) row(c *web.C, call Call) callRow {
	now := w.s.rec.Clock.Instant()
	state := call.State(now)
	r := callRow{Title: c.Text(call.Title), URL: c.URL(call.Path()), Kind: c.T("calls.kind." + call.Kind), Reason: call.Cancelled}
	r.Status = c.Status(statusClass[state], "policy.input_call.state."+state)
	zone, place := w.clock(c, call)
	c.Until(call.Opens.Time())
	c.Until(call.Closes.Time())
	if state == StateDraft || state == StateComing {
		m := at(c, call.Opens, zone, place)
		r.Opens = &m
	}
	m := at(c, call.Closes, zone, place)
	r.Ends = &m
	if state == StateOpen {
		left := call.Closes.Sub(now)
		r.Left = c.T("calls.left", "Span", c.Span(left))
		if left > 48*time.Hour { // it is said in days
			c.Until(c.Now().Add(left%(24*time.Hour) + time.Second))
		} else {
			c.Until(c.Now().Add(time.Minute))
		}
	}
	return r
}

type group struct {
	Title string
	Rows  []callRow
}

type listView struct {
	Title, Lead string
	Groups      []group
	Actions     []web.Action
	Empty       *web.Empty
	More        *web.Tab
	Files       []web.Tab
}

// groups sorts calls by what one can do with them: the open ones by their end, first.
func (w *Web) groups(c *web.C, list []Call, states ...string) []group {
	now := w.s.rec.Clock.Instant()
	var out []group
	for _, state := range states {
		g := group{Title: c.T("calls.group." + state)}
		var some []Call
		for _, x := range list {
			if x.State(now) == state {
				some = append(some, x)
			}
		}
		sortCalls(some, state)
		for _, x := range some {
			g.Rows = append(g.Rows, w.row(c, x))
		}
		if len(g.Rows) > 0 {
			out = append(out, g)
		}
	}
	return out
}

var everyState = []string{StateOpen, StateComing, StateDraft, StateClosed, StateCancelled}

// list are the calls of an edition.
func (w *Web) list(c *web.C) error {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	calls, err := w.s.List(c.Context(), c.Actor, Filter{Edition: set.ID})
	if err != nil {
		return err
	}
	v := listView{Title: c.T("calls.of", "Edition", c.Text(set.Name).S), Lead: c.T("calls.lead"), Groups: w.groups(c, calls, everyState...)}
	v.Actions = []web.Action{{Label: c.T("calls.cycle"), URL: c.URL(set.Path() + "/cycle"), Icon: "calendar"}}
	if w.s.MayAdd(c.Context(), c.Actor, set.ID, "") == nil {
		v.Actions = append(v.Actions, web.Action{Label: c.T("calls.new"), URL: c.URL(set.Path() + "/input/new"), Icon: "plus"})
	}
	if len(v.Groups) == 0 {
		v.Empty = &web.Empty{Title: c.T("calls.none"), Text: c.T("calls.none_text")}
	} else {
		v.Files = files(c, set.Path()+"/input", "/api/v1/calls?edition="+set.Slug)
	}
	return c.Page(web.Page{
		Name: "calls/list", Title: v.Title, Section: "programme", Trail: editions.Trail(c, set, web.Crumb{Label: c.T("calls.title")}), V: v,
	})
}

// reads says that a page is made from calls of every edition, before they are asked for.
func (w *Web) reads(c *web.C) error {
	c.Reads(core.ScopeForum)
	list, err := w.editions.Editions(c.Context(), core.Operator)
	for _, e := range list {
		c.Reads(e.Scope())
	}
	return err
}

// all are the calls of the forum: of all editions and bodies.
func (w *Web) all(c *web.C) error {
	if err := w.reads(c); err != nil {
		return err
	}
	calls, err := w.s.List(c.Context(), c.Actor, Filter{})
	if err != nil {
		return err
	}
	v := listView{Title: c.T("calls.title"), Lead: c.T("calls.lead"), Groups: w.groups(c, calls, everyState...)}
	if w.s.MayAdd(c.Context(), c.Actor, "", "") == nil {
		v.Actions = append(v.Actions, web.Action{Label: c.T("calls.new"), URL: c.URL("/calls/new"), Icon: "plus"})
	}
	if len(v.Groups) == 0 {
		v.Empty = &web.Empty{Title: c.T("calls.none"), Text: c.T("calls.none_text")}
	} else {
		v.Files = files(c, "/calls", "/api/v1/calls")
	}
	return c.Page(web.Page{Name: "calls/list", Title: v.Title, Section: "programme", Trail: []web.Crumb{{Label: v.Title}}, V: v})
}

// HomePanel shows the open and the next calls of an edition on its home page (slot
// editions.home.side).
func (w *Web) HomePanel(c *web.C, edition core.ID) (string, any, error) {
	calls, err := w.s.List(c.Context(), c.Actor, Filter{Edition: edition})
	if err != nil {
		return "", nil, err
	}
	v := listView{Title: c.T("calls.open_now"), Groups: w.groups(c, calls, StateOpen, StateComing)}
	for _, x := range calls { // what is closed here may be opened again
		w.row(c, x)
	}
	if len(v.Groups) == 0 {
		return "", nil, nil
	}
	set, err := w.editions.SettingByID(c.Context(), c.Actor, edition)
	if err != nil {
		return "", nil, err
	}
	v.More = &web.Tab{Label: c.T("calls.all"), URL: c.URL(set.Path() + "/input")}
	return "calls/panel", v, nil
}
