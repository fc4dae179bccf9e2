package timetable

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// placeInput is where a session is put. Times are those of the venue.
type placeInput struct {
	Version int64     `form:"version" ui:"hidden"`
	Date    string    `form:"date" ui:"select"`
	Start   string    `form:"start" ui:"time"`
	Minutes int       `form:"minutes" ui:"number" required:"1"`
	Room    core.ID   `form:"room" ui:"select"`
	State   string    `form:"state" ui:"radio" required:"1"`
	Note    core.Text `form:"note" ui:"area" max:"1000"`
	Pinned  bool      `form:"pinned" ui:"check"`
}

// spot is what was typed as a place. Without a day and a start the session has no time.
func (in placeInput) spot(set *editions.Setting) (Spot, error) {
	p := core.Validate(in)
	s := Spot{Room: in.Room, State: in.State, Note: in.Note.Clean(), Pinned: in.Pinned}
	if in.State != PlanCancelled {
		s.Note = core.Text{}
	}
	if in.Date == "" && in.Start == "" {
		s.Pinned = false
		return s, p.Err()
	}
	if in.Date == "" {
		p.Add("date", "form.required")
	}
	if in.Start == "" {
		p.Add("start", "form.required")
	}
	if in.Minutes < 5 || in.Minutes > 12*60 {
		p.Add("minutes", "programme.error.duration", "Minutes", 5, "Hours", 12)
	}
	if len(p) > 0 {
		return s, p.Err()
	}
	at, err := core.WallTime(in.Date, strings.TrimSpace(in.Start), set.Zone)
	if err != nil {
		if e, ok := err.(*core.Error); ok { //nolint:errorlint // WallTime returns it bare
			p.Add("start", e.Key, e.Args...)
		} else {
			p.Add("start", "form.unreadable")
		}
		return s, p.Err()
	}
	s.Starts = at
	s.Ends = Item{Length: in.Minutes}.end(at)
	return s, p.Err()
}

// begin begins the plan of an edition.
func (w *Web) begin(c *web.C) error {
	set, err := w.setting(c, "place")
	if err != nil {
		return err
	}
	if err := w.s.Begin(c.Context(), c.Actor, set); err != nil {
		return err
	}
	return c.Done(set.Path()+"/timetable", "timetable.begun")
}

// moveInput is what the script of the editor sends.
type moveInput struct {
	Session core.ID `form:"session"`
	Version int64   `form:"version"`
	Date    string  `form:"date"`
	Start   string  `form:"start"`
	Minutes int     `form:"minutes"`
	Room    core.ID `form:"room"`
	Next    string  `form:"next"`
}

// move puts a session somewhere else: for the script, and for the buttons "put it here".
// Its other settings stay.
func (w *Web) move(c *web.C) error {
	set, err := w.setting(c, "place")
	if err != nil {
		return err
	}
	var in moveInput
	if err := c.Decode(&in); err != nil {
		return err
	}
	told, err := w.moved(c, set, in)
	if c.R.Header.Get("X-Plan") != "" {
		return w.answer(c, told, err)
	}
	if err != nil {
		return err
	}
	next := in.Next
	if !web.Local(next) {
		next = set.Path() + "/timetable?day=" + url.QueryEscape(in.Date)
	}
	return c.Done(next, "timetable.step.done", "What", told)
}

func (w *Web) moved(c *web.C, set *editions.Setting, in moveInput) (string, error) {
	b, err := w.s.Board(c.Context(), c.Actor, set)
	if err != nil {
		return "", err
	}
	it := b.Item(in.Session)
	if it == nil {
		return "", core.NotFound()
	}
	if in.Minutes == 0 {
		in.Minutes = it.Length
	}
	form := placeInput{Date: in.Date, Start: in.Start, Minutes: in.Minutes, Room: in.Room, State: it.Plan.State, Note: it.Plan.Note, Pinned: it.Plan.Pinned}
	to, err := form.spot(set)
	if err != nil {
		return "", err
	}
	if err := w.s.Place(c.Context(), c.Actor, set, "move", Move{Session: it.ID, Version: in.Version, To: to}); err != nil {
		return "", err
	}
	after, err := w.s.Board(c.Context(), c.Actor, set)
	if err != nil {
		return "", err
	}
	x := words{c, after}
	told := x.step(Step{ByName: c.Actor.Name, Kind: "move", Moves: []Moved{{Session: it.ID, Ref: it.Ref, After: to}}})
	n := 0
	for _, f := range after.Of(it.ID) {
		if f.Accepted == nil {
			n++
		}
	}
	if n > 0 {
		told += " " + c.T("timetable.has_findings", "Count", n)
	}
	return told, nil
}

// answer tells the script what became of a move.
func (w *Web) answer(c *web.C, told string, err error) error {
	out := struct {
		Message string `json:"message"`
		OK      bool   `json:"ok"`
	}{told, err == nil}
	code := http.StatusOK
	if err != nil {
		e := web.Classify(err)
		code, out.Message = web.StatusCode(e.Kind), c.S.Catalog.Error(c.Lang, e)
		if len(e.Fields) > 0 {
			out.Message = c.T(e.Fields[0].Key, e.Fields[0].Args...)
		}
	}
	return sendJSON(c, code, out)
}

func sendJSON(c *web.C, code int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.W.Header().Set("Content-Type", "application/json")
	c.W.Header().Set("Cache-Control", "no-store")
	c.W.WriteHeader(code)
	_, err = c.W.Write(body)
	return err
}

func (w *Web) undo(c *web.C) error { return w.turned(c, w.s.Undo, "timetable.undone") }
func (w *Web) redo(c *web.C) error { return w.turned(c, w.s.Redo, "timetable.redone") }

func (w *Web) turned(c *web.C, turn turnFunc, key string) error {
	set, err := w.setting(c, "place")
	if err != nil {
		return err
	}
	st, err := turn(c.Context(), c.Actor, set)
	if err != nil {
		if e := web.Classify(err); e.Kind == core.KindConflict && e.Key == "timetable.error.nothing" {
			return c.Done(c.Back(set.Path()+"/timetable"), e.Key)
		}
		return err
	}
	b, err := w.s.Board(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	return c.Done(c.Back(set.Path()+"/timetable"), key, "What", words{c, b}.step(st))
}

// placeView is the page of one session of the plan.
type placeView struct {
	head
	Session  web.TextView
	Public   string // where it is public now
	PageURL  string
	Findings []findingLine
	Fits     []fitLine
	FitsNone string
	Why      []string
	Nearest  *fitLine
	MoveURL  string
	Form     *web.Form
	Needs    []factLine
	TakeOut  *fitLine
}

type factLine struct{ Name, Value string }

// fitLine is a place that the session could have, as a button.
type fitLine struct {
	Where       string
	Findings    []string
	Session     core.ID
	Version     int64
	Date, Start string
	Minutes     int
	RoomID      core.ID
	Next        string
	Label       string
}

// place is the page of one session: where it stands, what is wrong, where it would fit.
func (w *Web) place(c *web.C) error {
	set, err := w.setting(c, "place")
	if err != nil {
		return err
	}
	b, err := w.s.Board(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	it := b.ByRef(strings.ToLower(c.Param("ref")))
	if it == nil {
		return core.NotFound()
	}
	in := placeInput{Version: it.Plan.Version, Minutes: it.Length, Room: it.Plan.Room, State: it.Plan.State, Note: it.Plan.Note, Pinned: it.Plan.Pinned}
	if it.Plan.Scheduled() {
		at := it.Plan.Starts.In(set.Zone)
		in.Date, in.Start = at.Format("2006-01-02"), i18n.Clock(at)
	}
	status, failed := http.StatusOK, error(nil)
	if c.R.Method == http.MethodPost {
		version := in.Version
		in = placeInput{}
		if failed = c.Decode(&in); failed == nil {
			failed = w.put(c, set, it, in)
		}
		if failed == nil {
			return c.Done(set.Path()+"/timetable/sessions/"+it.Ref, "timetable.placed")
		}
		if core.KindOf(failed) == core.KindSignIn || core.KindOf(failed) == core.KindForbidden {
			return failed
		}
		status = http.StatusUnprocessableEntity
		if core.KindOf(failed) == core.KindConflict { // what was typed stays, over the place as it is now
			status = http.StatusConflict
			c.Retype("version", strconv.FormatInt(version, 10))
		}
	}
	v, err := w.placeView(c, b, it)
	if err != nil {
		return err
	}
	v.Form = c.Form("timetable.place", &in)
	v.Form.Action = c.URL(set.Path() + "/timetable/sessions/" + it.Ref)
	v.Form.Cancel = c.URL(w.painter(c, b).dayOf(it))
	w.placeOptions(c, set, it, v.Form)
	if failed != nil {
		if err := v.Form.Fail(failed); err != nil {
			return err
		}
	}
	return w.page(c, set, "place", v.Title, v, status)
}

func (w *Web) put(c *web.C, set *editions.Setting, it *Item, in placeInput) error {
	to, err := in.spot(set)
	if err != nil {
		return err
	}
	kind := "move"
	if to.State == PlanCancelled && it.Plan.State != PlanCancelled {
		kind = "cancel"
	} else if it.Plan.State == PlanCancelled && to.State != PlanCancelled {
		kind = "restore"
	}
	return w.s.Place(c.Context(), c.Actor, set, kind, Move{Session: it.ID, Version: in.Version, To: to})
}

// dayOf is the address of the day on which a session is planned.
func (x *painter) dayOf(it *Item) string {
	if !it.Plan.Scheduled() {
		return x.b.Set.Path() + "/timetable"
	}
	return x.b.Set.Path() + "/timetable?day=" + x.dateOf(it.Plan.Starts) + "#" + it.Ref
}

// turnFunc is Undo or Redo.
type turnFunc func(ctx context.Context, a core.Actor, set *editions.Setting) (Step, error)

func (w *Web) placeOptions(c *web.C, set *editions.Setting, it *Item, f *web.Form) {
	days := []web.Option{}
	for _, d := range set.Days() {
		days = append(days, web.Option{Value: d.Date, Label: c.Date(d.Time(set.Zone))})
	}
	f.Options("date", days)
	rooms := []web.Option{}
	for _, r := range set.Rooms {
		label := c.Text(r.Name).S
		if r.Capacity > 0 {
			label = c.T("programme.room_option", "Room", label, "Count", r.Capacity)
		}
		rooms = append(rooms, web.Option{Value: string(r.ID), Label: label})
	}
	f.Options("room", rooms)
	states := []web.Option{{Value: PlanOpen, Label: c.T("timetable.state.open")}}
	if it.State == programme.StateDraft {
		states = append(states, web.Option{Value: PlanHeld, Label: c.T("timetable.state.held")})
	} else {
		states = append(states, web.Option{Value: PlanCancelled, Label: c.T("timetable.state.cancelled")})
	}
	if !slices.ContainsFunc(states, func(o web.Option) bool { return o.Value == it.Plan.State }) {
		states = append(states, web.Option{Value: it.Plan.State, Label: c.T("timetable.state." + it.Plan.State)})
	}
	f.Options("state", states)
}
