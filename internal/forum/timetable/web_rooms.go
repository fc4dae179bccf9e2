package timetable

import (
	"encoding/json"
	"hash/fnv"
	"net/http"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// roomsForm is what the team says of the rooms.
type roomsForm struct {
	Version int64      `form:"version" ui:"hidden"`
	Rooms   []roomForm `form:"rooms" ui:"rows" required:"1"`
}

type roomForm struct {
	Room       core.ID    `form:"room" ui:"hidden"`
	Services   []string   `form:"services" ui:"checks"`
	Hall       bool       `form:"hall" ui:"check"`
	Changeover int        `form:"changeover" ui:"number"`
	Setup      string     `form:"setup" ui:"area" max:"500"`
	Open       []openForm `form:"open" ui:"rows"`
}

type openForm struct {
	Date  string `form:"date" ui:"select"`
	From  string `form:"from" ui:"time"`
	Until string `form:"until" ui:"time"`
}

// roomsFormOf is the form of what stands. Of a room of which nobody has said anything
// everything is assumed, so all of it is ticked.
func roomsFormOf(set *editions.Setting, have map[core.ID]Room) roomsForm {
	f := roomsForm{Version: fingerprint(set, have)}
	for _, r := range set.Rooms {
		one, ok := have[r.ID]
		if !ok {
			one.Services = Services
		}
		row := roomForm{Room: r.ID, Services: one.Services, Hall: one.Hall, Changeover: one.Changeover, Setup: one.Setup}
		for _, o := range one.Open {
			row.Open = append(row.Open, openForm{o.Date, o.From, toField(o.Until)})
		}
		f.Rooms = append(f.Rooms, row)
	}
	return f
}

// fingerprint stands for what is said of all rooms: they are saved at once, and it tells
// whether somebody else has saved meanwhile.
func fingerprint(set *editions.Setting, have map[core.ID]Room) int64 {
	h := fnv.New64a()
	for _, r := range set.Rooms {
		one := have[r.ID]
		one.Version = 0
		b, err := json.Marshal(one)
		if err != nil {
			continue
		}
		_, _ = h.Write(b)
	}
	return int64(h.Sum64() >> 1)
}

// rooms are what the service takes, and where each time of theirs stood in the form.
func (f roomsForm) rooms() ([]Room, map[string]string) {
	out, at := []Room{}, map[string]string{}
	for i, r := range f.Rooms {
		one := Room{Room: r.Room, Services: r.Services, Hall: r.Hall, Changeover: r.Changeover, Setup: r.Setup, Open: []Span{}}
		for j, o := range r.Open {
			if o == (openForm{}) || o.From == "" && o.Until == "" {
				continue
			}
			at[core.Row("rooms", i)+core.Row("open", len(one.Open))] = core.Row("rooms", i) + core.Row("open", j)
			one.Open = append(one.Open, Span{o.Date, o.From, fromField(o.Until)})
		}
		out = append(out, one)
	}
	return out, at
}

type roomsView struct {
	head
	Note  *web.Notice
	Form  *web.Form
	Rooms []roomFields
	Empty *web.Empty
}

type roomFields struct {
	Name   web.TextView
	Facts  []string
	Fields []*web.Field
	Open   *web.Field
	Always bool // nothing is said of when it can be used
}

func (w *Web) setRooms(c *web.C) error {
	set, b, err := w.setupBoard(c)
	if err != nil {
		return err
	}
	in := roomsFormOf(set, b.Rooms)
	now := in
	var failed error
	if c.R.Method == http.MethodPost {
		in = roomsForm{}
		failed = read(c, &in, func() error {
			if c.Wants("_more") {
				return errMore
			}
			if in.Version != now.Version {
				return core.Stale(now)
			}
			rooms, at := in.rooms()
			return relocated(w.s.SetRooms(c.Context(), c.Actor, set, rooms), at)
		})
		if failed == nil {
			return c.Done(set.Path()+"/timetable/rooms", "timetable.rooms_form.saved")
		}
	}
	title := c.T("timetable.tab.rooms")
	v := roomsView{head: w.head(c, set, title), Note: untouched(c, b), Form: c.Form("timetable.rooms_form", &in)}
	v.Actions = []web.Action{{Label: c.T("timetable.rooms.edit"), URL: c.URL(set.Path() + "/edit/places"), Icon: "room"}}
	v.arrange(c, set, in)
	status, err := refused(v.Form, failed, func(now any) any { return now })
	if err != nil {
		return err
	}
	return w.page(c, set, "rooms", titled(c, title, status), v, status)
}

// arrange puts the fields of the form to their rooms.
func (v *roomsView) arrange(c *web.C, set *editions.Setting, in roomsForm) {
	if len(set.Rooms) == 0 {
		v.Empty = &web.Empty{Title: c.T("timetable.rooms.none"), Text: c.T("timetable.rooms.none_text"), Link: &web.Tab{Label: c.T("timetable.rooms.edit"), URL: c.URL(set.Path() + "/edit/places")}}
		return
	}
	v.Form.Options("rooms.services", serviceOptions(c))
	v.Form.Options("rooms.open.date", dayOptions(c, set))
	list := v.Form.Field("rooms")
	list.Rows = list.Rows[:len(in.Rooms)]
	for i, r := range in.Rooms {
		room := set.Room(r.Room)
		if room == nil {
			continue
		}
		one := roomFields{Name: c.Text(room.Name), Facts: roomFacts(c, set, room)}
		for _, f := range list.Rows[i] {
			if f.Kind == "rows" {
				one.Open, one.Always = f, len(r.Open) == 0
				f.Help, f.Rows = c.T("timetable.rooms.open_help"), spare(f.Rows)
				continue
			}
			if f.Kind == "area" {
				f.Lines = 2
			}
			one.Fields = append(one.Fields, f)
		}
		v.Rooms = append(v.Rooms, one)
	}
}

// roomFacts are what the edition says of a room.
func roomFacts(c *web.C, set *editions.Setting, r *editions.Room) []string {
	var out []string
	if i := slices.IndexFunc(set.Venues, func(v editions.Venue) bool { return v.ID == r.Venue }); i >= 0 {
		out = append(out, c.Text(set.Venues[i].Name).S)
	}
	if r.Capacity > 0 {
		out = append(out, c.T("timetable.rooms.seats", "Count", r.Capacity))
	} else {
		out = append(out, c.T("timetable.rooms.no_capacity"))
	}
	if r.Informal {
		out = append(out, c.T("timetable.rooms.informal"))
	}
	return out
}

func serviceOptions(c *web.C) []web.Option {
	out := []web.Option{}
	for _, s := range Services {
		out = append(out, web.Option{Value: s, Label: c.T("timetable.service." + s)})
	}
	return out
}

func dayOptions(c *web.C, set *editions.Setting) []web.Option {
	out := []web.Option{}
	for _, d := range set.Days() {
		out = append(out, web.Option{Value: d.Date, Label: i18n.ShortDate(c.Lang, d.Time(set.Zone))})
	}
	return out
}

func roomOptions(c *web.C, set *editions.Setting) []web.Option {
	out := []web.Option{}
	for i := range set.Rooms {
		r := &set.Rooms[i]
		out = append(out, web.Option{Value: string(r.ID), Label: strings.Join(append([]string{c.Text(r.Name).S}, roomFacts(c, set, r)...), " · ")})
	}
	return out
}
