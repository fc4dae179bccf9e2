package badges

import (
	"html/template"
	"net/http"
	"strconv"
	"time"

	"github.com/boombuler/barcode/qr"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type doorsView struct {
	Tabs    web.Tabs
	Actions []web.Action
	Arrived string
	Doors   []doorView
	Hours   []hourView
	Chart   string // what the chart shows, in a sentence
	Strange []string
	Open    []string
	Empty   *web.Empty
	AsOf    string
	Reload  string
}

type doorView struct {
	Name, URL, Kind, Seen   string
	People, Scans, Refused  int
	First                   int
	Waiting                 string
	Status                  web.Status
	ID                      string
	SeenLong, Opened, Until string
}

type hourView struct {
	Label string
	N     int
	Width string // per cent
	Most  bool
	Doors string
}

// doors is how doors stand: when they were last heard of, whom they let in, what is strange.
func (w *Web) doors(c *web.C) error {
	set, err := w.setting(c, "see")
	if err != nil {
		return err
	}
	o, err := w.s.Overview(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	v := doorsView{
		Tabs: tabs(c, set, "doors"), Arrived: c.T("badges.doors.arrived", "Count", o.Arrived), AsOf: c.T("badges.doors.as_of", "Time", c.Stamp(w.s.rec.Clock.Instant(), set.Zone)),
		Actions: []web.Action{{Label: c.T("badges.door.new"), URL: at(c, set, "/doors/new"), Icon: "plus", Primary: true}}, Reload: at(c, set, "/doors"),
	}
	names := map[core.ID]string{"": c.T("badges.doors.by_hand")}
	for _, d := range o.ByDoor {
		names[d.ID] = d.Name
		v.Doors = append(v.Doors, w.doorView(c, set, d))
	}
	v.Hours, v.Chart = hours(c, set, o, names)
	for _, p := range o.Strange {
		v.Strange = append(v.Strange, c.T("badges.doors.strange_one", "Number", p.Number, "First", p.First, "Second", p.Second, "Time", c.Stamp(p.At, set.Zone), "Seconds", int(p.Apart.Seconds())))
	}
	for _, p := range o.Open {
		v.Open = append(v.Open, c.T("badges.doors.overruled_one", "Number", p.Number, "Door", p.Door, "Time", c.Stamp(p.At, set.Zone), "Result", c.T("badges.result."+p.Result)))
	}
	if len(o.ByDoor) == 0 {
		v.Empty = &web.Empty{Title: c.T("badges.doors.none"), Text: c.T("badges.doors.none_text")}
	}
	title := c.T("badges.doors.title")
	return c.Page(page(c, set, "doors", title, v, web.Crumb{Label: title}))
}

// quietAfter is how long an opened door is not heard of until the page says so.
const quietAfter = 10 * time.Minute

func (w *Web) doorView(c *web.C, set *editions.Setting, d DoorCounts) doorView {
	v := doorView{
		ID: string(d.ID), Name: d.Name, URL: at(c, set, "/doors/"+string(d.ID)), Kind: c.T("badges.door.kind." + d.Kind), People: d.People, Scans: d.Scans, Refused: d.Refused, First: d.First,
	}
	if r := set.Room(d.Room); r != nil && d.Kind == DoorRoom {
		v.Kind += ": " + c.Text(r.Name).S
	}
	now := w.s.rec.Clock.Instant()
	switch {
	case !d.Revoked.IsZero():
		v.Status = c.Status("cancelled", "badges.door.state.revoked")
	case d.TokenHash == "":
		v.Status = c.Status("draft", "badges.door.state.closed")
	case now.Sub(d.Seen) > quietAfter:
		v.Status = c.Status("due", "badges.door.state.quiet")
	default:
		v.Status = c.Status("live", "badges.door.state.open")
	}
	if !d.Seen.IsZero() {
		v.Seen = c.Stamp(d.Seen, set.Zone)
		v.SeenLong = v.Seen
	}
	if d.Waiting > 0 {
		v.Waiting = c.T("badges.doors.waiting", "Count", d.Waiting)
	}
	if !d.Opened.IsZero() {
		v.Opened = c.Stamp(d.Opened, set.Zone)
	}
	v.Until = c.Stamp(until(set), set.Zone)
	return v
}

// hours are the bars of who came when; the parts of each door are said in words.
func hours(c *web.C, set *editions.Setting, o Overview, names map[core.ID]string) ([]hourView, string) {
	type sum struct {
		n     int
		parts string
	}
	var order []core.Instant
	sums := map[core.Instant]*sum{}
	most := 0
	for _, h := range o.Hours {
		x := sums[h.Hour]
		if x == nil {
			x = &sum{}
			sums[h.Hour] = x
			order = append(order, h.Hour)
		}
		x.n += h.N
		if x.parts != "" {
			x.parts += " · "
		}
		x.parts += c.T("badges.doors.part", "Door", names[h.Door], "N", h.N)
		most = max(most, x.n)
	}
	var out []hourView
	peak := ""
	for _, at := range order {
		x := sums[at]
		t := at.In(set.Zone)
		v := hourView{Label: i18n.Stamp(c.Lang, t), N: x.n, Width: strconv.FormatFloat(float64(x.n)*100/float64(most), 'f', 1, 64), Most: x.n == most, Doors: x.parts}
		if v.Most && peak == "" {
			peak = c.T("badges.doors.chart", "Time", v.Label, "Count", x.n)
		}
		out = append(out, v)
	}
	return out, peak
}

// doorNew adds a door and shows the link that opens its device.
func (w *Web) doorNew(c *web.C) error {
	set, err := w.setting(c, "run_doors")
	if err != nil {
		return err
	}
	title := c.T("badges.door.new")
	var made *Door
	word := ""
	in := DoorInput{Kind: DoorEntrance}
	var failed error
	if c.R.Method == http.MethodPost {
		in = DoorInput{}
		if failed = c.Decode(&in); failed == nil {
			var d Door
			if d, word, failed = w.s.AddDoor(c.Context(), c.Actor, set, in); failed == nil {
				made = &d
			}
		}
	}
	if made != nil {
		return w.doorPage(c, set, made, word, nil, nil)
	}
	f := w.doorForm(c, set, &in)
	v := formView{Title: title, Subtitle: c.T("badges.door.new_help"), Tabs: tabs(c, set, "doors"), Form: f}
	pg := page(c, set, "form", title, v, web.Crumb{Label: c.T("badges.doors.title"), URL: at(c, set, "/doors")}, web.Crumb{Label: title})
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
		pg.Status, pg.Title = f.Status(failed), c.T("form.error_title", "Title", title)
	}
	return c.Page(pg)
}

func (w *Web) doorForm(c *web.C, set *editions.Setting, in *DoorInput) *web.Form {
	f := c.Form("badges.door", in)
	f.Cancel = at(c, set, "/doors")
	var kinds, rooms []web.Option
	for _, k := range DoorKinds {
		kinds = append(kinds, web.Option{Value: k, Label: c.T("badges.door.kind." + k)})
	}
	for _, r := range set.Rooms {
		rooms = append(rooms, web.Option{Value: string(r.ID), Label: c.Text(r.Name).S})
	}
	f.Options("kind", kinds)
	f.Options("room", rooms)
	if fd := f.Field("room"); fd != nil {
		fd.If = "kind=" + DoorRoom
	}
	return f
}

type oneDoorView struct {
	Door    doorView
	Tabs    web.Tabs
	Form    *web.Form
	Link    string
	Code    template.HTML
	Here    string
	Revoked bool
	Results []resultRow
}

type resultRow struct {
	Label string
	N     int
}

// door is one door: its link, what it was told, how it is ended.
func (w *Web) door(c *web.C) error {
	set, err := w.setting(c, "run_doors")
	if err != nil {
		return err
	}
	id := core.ID(c.Param("door"))
	d, err := w.s.Door(c.Context(), c.Actor, set, id)
	if err != nil {
		return err
	}
	here := set.Path() + "/badges/doors/" + string(d.ID)
	in := DoorInput{Version: d.Version, Name: d.Name, Kind: d.Kind, Room: d.Room}
	if c.R.Method != http.MethodPost {
		return w.doorPage(c, set, &d, "", &in, nil)
	}
	switch c.Value("do") {
	case "link":
		word, err := w.s.NewLink(c.Context(), c.Actor, set, id)
		if err != nil {
			return err
		}
		if d, err = w.s.Door(c.Context(), c.Actor, set, id); err != nil {
			return err
		}
		return w.doorPage(c, set, &d, word, nil, nil)
	case "revoke":
		if err := w.s.RevokeDoor(c.Context(), c.Actor, set, id); err != nil {
			return err
		}
		return c.Done(here, "badges.door.revoked_done")
	}
	in = DoorInput{}
	failed := c.Decode(&in)
	if failed == nil {
		if failed = w.s.ChangeDoor(c.Context(), c.Actor, set, id, in); failed == nil {
			return c.Done(here, "badges.door.saved")
		}
	}
	return w.doorPage(c, set, &d, "", &in, failed)
}

// doorPage shows a door; in is what its form holds (as it stands, without), failed why that
// was not taken, word the link that was just made.
func (w *Web) doorPage(c *web.C, set *editions.Setting, d *Door, word string, in *DoorInput, failed error) error {
	counts, results, err := w.s.doorCounts(c.Context(), d)
	if err != nil {
		return err
	}
	v := oneDoorView{Door: w.doorView(c, set, counts), Tabs: tabs(c, set, "doors"), Here: at(c, set, "/doors/"+string(d.ID)), Revoked: !d.Revoked.IsZero()}
	for _, name := range Results {
		if n := results[name]; n > 0 {
			v.Results = append(v.Results, resultRow{c.T("badges.result." + name), n})
		}
	}
	if word != "" {
		v.Link = c.S.BaseURL + "/door/open/" + word
		if v.Code, err = linkCode(v.Link, c.T("badges.door.link_code")); err != nil {
			return err
		}
	}
	pg := page(c, set, "door", d.Name, v, web.Crumb{Label: c.T("badges.doors.title"), URL: at(c, set, "/doors")}, web.Crumb{Label: d.Name})
	if in != nil && !v.Revoked {
		v.Form = w.doorForm(c, set, in)
		v.Form.Action = v.Here
		if failed != nil {
			if err := v.Form.Fail(failed); err != nil {
				return err
			}
			pg.Status, pg.Title = v.Form.Status(failed), c.T("form.error_title", "Title", d.Name)
		}
		pg.V = v
	}
	return c.Page(pg)
}

// linkCode draws an address as a code that a phone reads.
func linkCode(address, label string) (template.HTML, error) {
	m, err := qr.Encode(address, qr.M, qr.Unicode)
	if err != nil {
		return "", err
	}
	n := m.Bounds().Dx()
	var c canvas
	c.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ` + strconv.Itoa(n+8) + " " + strconv.Itoa(n+8) + `" role="img" aria-label="` + template.HTMLEscapeString(label) + `">`)
	c.modules(m, 0, 0, float64(n+8))
	c.WriteString("</svg>")
	return template.HTML(c.String()), nil //nolint:gosec // drawn here, every word escaped
}
