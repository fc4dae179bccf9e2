package timetable

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

func (w *Web) editorPages(s *web.Server) {
	s.Edition("GET /timetable", w.editor)
	s.Edition("GET /timetable/version", w.version)
	s.Edition("POST /timetable/begin", w.begin)
	s.Edition("POST /timetable/move", w.move)
	s.Edition("POST /timetable/undo", w.undo)
	s.Edition("POST /timetable/redo", w.redo)
	both(s, "/timetable/sessions/{ref}", w.place)
	s.Edition("GET /timetable/findings", w.findings)
	s.Edition("POST /timetable/findings", w.accept)
	s.Edition("GET /timetable/findings.csv", w.findingsCSV)
}

// Zooms are how large the plan is drawn.
var zooms = []string{"small", "medium", "large"}

// editorView is the plan of a day.
type editorView struct {
	head
	Begun       bool
	BeginURL    string
	Days        web.Tabs
	Zooms       web.Tabs
	Undo, Redo  string // what would be taken back and done again; empty: nothing
	Base        string // of addresses
	Here        string
	Version     int64
	Date        string
	Label       string
	Class       string
	First       int // hour
	Last        int
	Heads       []planHead
	Items       []planItem
	Tray        []trayItem
	TrayFilter  string
	TraySummary string
	Findings    []findingLine
	More        int
	AllFindings string
	Latest      []latestLine
	NoDays      *web.Empty
	Words       map[string]string // for the script
}

type planHead struct{ Class, Name, Lang, Meta, Kit, Room string }

// planItem is an hour, a break or a session in the plan of a day.
type planItem struct {
	Hour, Break string
	Class       string
	*slotView
}

// slotView is a session in the plan.
type slotView struct {
	ID, Ref, Title, Lang string
	URL                  string
	Time, Room           string
	RoomID               core.ID
	Session              core.ID
	Start                string // HH:MM at the venue
	Minutes              int
	Version              int64
	Pinned, Held         bool
	Cancelled            bool
	Blocks, Warns        int
	BlockWords, WarnWord string
	ChangedBy            string
	New                  bool // it differs from what is public
	Theme                *web.ThemeChip
}

type trayItem struct {
	slotView
	Length string
	Type   string
}

type latestLine struct {
	When, What string
	Undone     bool
}

func (w *Web) editor(c *web.C) error {
	set, err := w.setting(c, "see")
	if err != nil {
		return err
	}
	version := w.s.rec.Scope(programme.PlanScope(set)).Load()
	b, err := w.s.Board(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	v := &editorView{
		head: w.head(c, set, c.T("timetable.title")), Begun: b.Begun, BeginURL: c.URL(set.Path() + "/timetable/begin"),
		Base: c.URL(set.Path() + "/timetable"), Version: version,
	}
	if len(b.Frame.Days) == 0 {
		v.NoDays = &web.Empty{Title: c.T("timetable.no_days"), Text: c.T("timetable.no_days_text"), Link: &web.Tab{Label: c.T("timetable.edit_edition"), URL: c.URL(set.Path() + "/edit")}}
		return w.page(c, set, "editor", v.Title, v, 0)
	}
	x := w.painter(c, b)
	v.Date = x.pick(c.Query("day"))
	x.zoom = c.Query("zoom")
	if !slices.Contains(zooms, x.zoom) {
		x.zoom = "medium"
	}
	v.Here = x.here(v.Date)
	x.summary(v)
	x.days(v)
	x.lay(v)
	x.tray(v, c.Query("tray"))
	x.latest(v, w)
	if err := x.turns(v, w); err != nil {
		return err
	}
	return c.Page(web.Page{
		Name: "timetable/editor", Title: v.Title + " · " + v.Label, Section: "programme", NoIndex: true, Wide: true, Script: "timetable.js",
		Trail: editions.Trail(c, set, web.Crumb{Label: c.T("shell.programme"), URL: c.URL(set.Path() + "/programme")}, web.Crumb{Label: v.Title}), V: v,
	})
}

// painter lays the plan out for a reader.
type painter struct {
	c     *web.C
	b     *Board
	zoom  string
	words words
}

func (w *Web) painter(c *web.C, b *Board) *painter {
	return &painter{c: c, b: b, zoom: "medium", words: words{c, b}}
}

// pick is the day that is shown: the one that is asked for, today, or the first on which
// anything is planned.
func (x *painter) pick(asked string) string {
	today := x.c.Now().In(core.Zone(x.b.Set.Zone)).Format(time.DateOnly)
	first := ""
	for _, d := range x.b.Frame.Days {
		if d.Date == asked || asked == "" && d.Date == today {
			return d.Date
		}
		if first == "" && slices.ContainsFunc(x.b.Items, func(i Item) bool { return i.Plan.Scheduled() && x.dateOf(i.Plan.Starts) == d.Date }) {
			first = d.Date
		}
	}
	return cmp.Or(first, x.b.Frame.Days[0].Date)
}

func (x *painter) dateOf(at core.Instant) string { return at.In(x.b.Set.Zone).Format(time.DateOnly) }

// here is the address of a day, in the present zoom.
func (x *painter) here(date string) string {
	q := url.Values{"day": {date}}
	if x.zoom != "medium" {
		q.Set("zoom", x.zoom)
	}
	if t := x.c.Query("tray"); t != "" {
		q.Set("tray", t)
	}
	return x.b.Set.Path() + "/timetable?" + q.Encode()
}

func (x *painter) summary(v *editorView) {
	blocking := x.b.Blocking()
	placed, all := 0, 0
	for i := range x.b.Items {
		if x.b.Items[i].Plan.State == PlanCancelled {
			continue
		}
		all++
		if x.b.Items[i].Plan.Scheduled() && x.b.Items[i].Plan.Room != "" {
			placed++
		}
	}
	v.Subtitle = x.c.T("timetable.summary", "Placed", placed, "All", all, "Rooms", len(x.b.Set.Rooms), "Days", len(x.b.Frame.Days))
	if blocking > 0 {
		v.Status = append(v.Status, x.c.Status("late", "timetable.blocks", "Count", blocking))
	} else {
		v.Status = append(v.Status, x.c.Status("done", "timetable.no_blocks"))
	}
	d := draftOf(x.b.Set, x.b.Items, x.b.now(x.c))
	if x.b.Begun {
		v.Facts = append(v.Facts, x.c.T("timetable.unreleased", "Count", len(d.Changes)))
	}
	v.AllFindings = x.c.URL(x.b.Set.Path() + "/timetable/findings")
	lines := x.words.lines(x.b.Findings, "")
	v.Findings, v.More = lines, 0
	if len(lines) > shownFindings {
		v.Findings, v.More = lines[:shownFindings], len(lines)-shownFindings
	}
	v.Words = map[string]string{
		"grabbed": x.c.T("timetable.js.grabbed", "Session", "{session}"), "at": x.c.T("timetable.js.at", "Room", "{room}", "Time", "{time}"),
		"dropped": x.c.T("timetable.js.dropped", "Session", "{session}", "Room", "{room}", "Time", "{time}"), "left": x.c.T("timetable.js.left"),
		"failed": x.c.T("timetable.js.failed"), "others": x.c.T("timetable.js.others"), "long": x.c.T("timetable.js.long", "Minutes", "{minutes}"),
	}
}

// shownFindings is how many findings stand beside the plan.
const shownFindings = 12

func (b *Board) now(c *web.C) core.Instant { return core.At(c.Now()) }

func (x *painter) days(v *editorView) {
	v.Days = web.Tabs{Label: x.c.T("programme.list.days"), Class: "days"}
	for _, d := range x.b.Frame.Days {
		at, _ := core.ParseDate(d.Date) // of the edition
		n := 0
		for i := range x.b.Items {
			if x.b.Items[i].Plan.Scheduled() && x.dateOf(x.b.Items[i].Plan.Starts) == d.Date {
				n++
			}
		}
		v.Days.Tabs = append(v.Days.Tabs, web.Tab{Label: i18n.ShortDate(x.c.Lang, at), URL: x.c.URL(x.here(d.Date)), Current: d.Date == v.Date, Count: strconv.Itoa(n)})
		if d.Date == v.Date {
			v.Label = i18n.LongDate(x.c.Lang, at)
		}
	}
	v.Zooms = web.Tabs{Label: x.c.T("timetable.zoom")}
	was := x.zoom
	for _, z := range zooms {
		x.zoom = z
		v.Zooms.Tabs = append(v.Zooms.Tabs, web.Tab{Label: x.c.T("timetable.zoom." + z), URL: x.c.URL(x.here(v.Date)), Current: z == was})
	}
	x.zoom = was
}

// slot prepares a session.
func (x *painter) slot(it *Item) slotView {
	t := x.c.Text(it.Name())
	s := slotView{
		ID: it.Ref, Ref: programme.RefLabel(it.Ref), Title: t.S, URL: x.c.URL(x.b.Set.Path() + "/timetable/sessions/" + it.Ref), Session: it.ID, RoomID: it.Plan.Room,
		Minutes: it.Length, Version: it.Plan.Version, Pinned: it.Plan.Pinned, Held: it.Plan.State == PlanHeld, Cancelled: it.Plan.State == PlanCancelled,
	}
	if t.Fallback {
		s.Lang = t.Lang
	}
	if !it.Touched {
		s.Version = 0
	}
	for _, f := range x.b.Of(it.ID) {
		switch {
		case f.Blocks():
			s.Blocks++
		case f.Accepted == nil:
			s.Warns++
		}
	}
	if s.Blocks > 0 {
		s.BlockWords = x.c.T("timetable.blocks", "Count", s.Blocks)
	}
	if s.Warns > 0 {
		s.WarnWord = x.c.T("timetable.warns", "Count", s.Warns)
	}
	if it.Plan.Scheduled() {
		a, z := it.Plan.Starts.In(x.b.Set.Zone), it.Plan.Ends.In(x.b.Set.Zone)
		s.Start, s.Time = i18n.Clock(a), i18n.Clock(a)+"–"+i18n.Clock(z)
		s.Room = x.words.room(it.Plan.Room)
	}
	s.New = it.Touched && !it.Plan.at().Equal(programme.Placement{Starts: it.Starts, Ends: it.Ends, Room: it.Room})
	if th := x.b.Set.Theme(it.Theme); th != nil {
		s.Theme = &web.ThemeChip{Colour: th.Colour, Name: x.c.Text(th.Name)}
	}
	return s
}

func (x *painter) tray(v *editorView, filter string) {
	v.TrayFilter = filter
	wanted := core.Words(filter)
	all := 0
	for i := range x.b.Items {
		it := &x.b.Items[i]
		if it.Plan.Scheduled() && x.b.Set.Room(it.Plan.Room) != nil || it.Plan.State == PlanCancelled {
			continue
		}
		all++
		t := programme.TypeOf(x.b.Types, it.Type)
		text := strings.Join(core.Words(it.Ref+" "+it.Name().String()+" "+t.Slug+" "+x.c.Text(t.Name).S+" "+x.words.theme(it.Theme)), " ")
		if slices.ContainsFunc(wanted, func(wd string) bool { return !strings.Contains(text, wd) }) {
			continue
		}
		v.Tray = append(v.Tray, trayItem{slotView: x.slot(it), Length: x.c.T("timetable.minutes", "Count", it.Length), Type: x.c.Text(t.Name).S})
	}
	v.TraySummary = x.c.T("timetable.tray_count", "Count", all, "Shown", len(v.Tray))
}

func (x *painter) latest(v *editorView, w *Web) {
	steps, err := loadSteps(x.c.Context(), w.s.rec.DB.Read, x.b.Set.ID, 8)
	if err != nil {
		return // the plan is what counts
	}
	for _, st := range steps {
		v.Latest = append(v.Latest, latestLine{When: x.c.StampHere(st.At), What: x.words.step(st), Undone: st.Undone})
	}
}

// turns says what the reader could take back and do again.
func (x *painter) turns(v *editorView, w *Web) error {
	undo, redo, err := turns(x.c.Context(), w.s.rec.DB.Read, x.b.Set.ID, x.c.Actor.Account)
	if err != nil {
		return err
	}
	if undo != nil {
		v.Undo = x.c.T("timetable.undo", "What", x.words.step(*undo))
	}
	if redo != nil {
		v.Redo = x.c.T("timetable.redo", "What", x.words.step(*redo))
	}
	return nil
}
