package meetings

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
	"plenary/internal/solve/nights"
)

// plannerView is the page of the planner. All that is asked stands in its address.
type plannerView struct {
	Plan
	Problems []web.Problem
	Whose    []web.Option
	Repeats  []web.Option
	Zones    []string
	BodyName string
	Fixed    bool // of a series that is there: zone, length and number are its own
	Most     int

	When     web.When
	Notices  []web.Notice
	Regions  []regionView
	Counted  string // how many people are counted, where they are
	Head     []string
	Hours    []hourView
	Fairest  []hourView
	Turns    *turnsView
	Announce string
	until    string // last day of the series that is asked for
}

type regionView struct {
	Name           web.TextView
	Points         string
	Colour         string
	Icon, Words    string
	Spots          []spotView
	Single         bool // the region is one place
	Before, Fixed  string
	Best, Rotating string
}

type spotView struct {
	City, Zone, Day, When, People string
	Colour, Icon, Words           string
	Points                        string
}

type hourView struct {
	Time, URL  string
	Current    bool
	Exists     bool
	Fair       bool
	Cells      []cellView
	Sum, Worst string
}

type cellView struct{ Points, Colour, Words, Label string }

type turnsView struct {
	Lead      string
	Regions   []regionView
	Worst     regionView
	Sum       regionView
	Times     regionView
	Before    bool
	Dates     []web.When
	Proven    bool
	Apply     string // address of the form that gives the series these times
	Turns     []string
	Unchanged bool
}

func iconOf(colour string) string {
	return map[string]string{"green": "sun", "yellow": "clock", "red": "moon"}[colour]
}

// shade is the colour of a mean: red from 1.5 points an hour, yellow from 0.5.
func shade(l nights.Load, length time.Duration) string {
	perHour := 2 * float64(l) / length.Hours()
	switch {
	case perHour >= 3*float64(nights.Point):
		return "red"
	case perHour >= float64(nights.Point):
		return "yellow"
	}
	return "green"
}

// points prints a burden with one decimal, in the reader's way.
func points(lang string, l nights.Load) string { return decimal(lang, l.Points()) }

func decimal(lang string, x float64) string {
	s := strconv.FormatFloat(x, 'f', 1, 64)
	if lang == "fr" || lang == "es" || lang == "ru" {
		s = strings.ReplaceAll(s, ".", ",")
	}
	return s
}

func (w *Web) regionName(c *web.C, r Region) web.TextView {
	if r.Name != "" {
		return web.TextView{S: r.Name, Dir: "ltr"}
	}
	return c.Text(w.s.Vocab.Label(vocab.Regions, r.Code))
}

// shortName is a region's name for the head of a narrow column.
func (w *Web) shortName(c *web.C, r Region) string {
	if key := "meetings.region." + r.Code; c.S.Catalog.Has(key) {
		return c.T(key)
	}
	return w.regionName(c, r).S
}

// question reads the address.
func (w *Web) question(c *web.C) Plan {
	q := Plan{
		Day: c.Query("day"), Time: c.Query("time"), Zone: strings.TrimSpace(c.Query("zone")), Twice: c.Query("twice"), Who: c.Query("who"), Cities: c.Query("cities"),
		Body: core.ID(c.Query("body")), Series: core.ID(c.Query("series")), Repeat: c.Query("repeat"), Minutes: 60, Count: 1,
	}
	for name, to := range map[string]*int{"minutes": &q.Minutes, "count": &q.Count} {
		if v := c.Query(name); v != "" {
			*to, _ = strconv.Atoi(v) // what is no number is out of bounds, which is said
		}
	}
	if q.Series != "" {
		return q
	}
	if zone, ok := FindZone(q.Zone); ok {
		q.Zone = zone
	}
	if q.Zone == "" {
		q.Zone = c.Zone
	}
	if q.Zone == "" {
		q.Zone = "UTC"
	}
	if q.Day == "" {
		q.Day = c.Now().In(core.Zone(q.Zone)).AddDate(0, 0, 14).Format(time.DateOnly)
	}
	if q.Time == "" {
		q.Time = "14:00"
	}
	if q.Who == "" {
		q.Who = WhoRegions
	}
	if q.Repeat == "" {
		q.Repeat = Fortnightly
	}
	return q
}

func (w *Web) planner(c *web.C) error {
	reads(c)
	q := w.question(c)
	if q.Count > 1 || q.Series != "" {
		if err := w.plans.Allow(web.RemoteAddr(c.R)); err != nil {
			return err
		}
	}
	out, err := w.s.Plan(c.Context(), c.Actor, &q)
	v := plannerView{Plan: q, Zones: zones().names, Fixed: q.Series != "", Most: mostPlanned}
	status := 200
	if err != nil {
		e := web.Classify(err)
		if e.Kind != core.KindInvalid && e.Kind != core.KindConflict {
			return err
		}
		status = 422
		for _, f := range e.Fields {
			v.Problems = append(v.Problems, web.Problem{Field: f.Path, Label: c.T("meetings.plan." + f.Path), Message: c.T(f.Key, f.Args...)})
		}
		if len(e.Fields) == 0 {
			v.Problems = []web.Problem{{Message: c.S.Catalog.Error(c.Lang, e)}}
		}
	}
	group, err := w.bodies(c, &v)
	if err != nil {
		return err
	}
	if len(v.Problems) == 0 {
		w.now(c, &v, out)
		w.hours(c, &v, out)
		if out.Turns != nil {
			if err := w.turnsOf(c, &v, out); err != nil {
				return err
			}
		}
	}
	if err := w.announce(c, &v); err != nil {
		return err
	}
	title := c.T("meetings.planner")
	return c.Page(web.Page{
		Name: "meetings/planner", Title: title, Describe: c.T("meetings.planner_lead"), Section: "community", Status: status, NoIndex: c.R.URL.RawQuery != "",
		Trail: w.trail(c, group, web.Crumb{Label: title}), V: v,
	})
}

// announce leads who may to the form of a meeting at this time.
func (w *Web) announce(c *web.C, v *plannerView) error {
	if v.Series != "" || len(v.Problems) > 0 {
		return nil
	}
	may, err := w.s.CanAdd(c.Context(), c.Actor, v.Body)
	if err != nil || !may {
		return err
	}
	q := url.Values{"day": {v.Day}, "time": {v.Time}, "minutes": {strconv.Itoa(v.Minutes)}, "zone": {v.Zone}}
	if v.Body != "" {
		q.Set("body", string(v.Body))
	}
	if v.Count > 1 && v.until != "" {
		q.Set("repeat", v.Repeat)
		q.Set("until", v.until)
	}
	v.Announce = c.URL("/meetings/new?" + q.Encode())
	return nil
}

// now tells what the clocks show at the time that is asked.
func (w *Web) now(c *web.C, v *plannerView, out Answer) {
	length := out.Ends.Sub(out.Starts)
	v.When = c.When(out.Starts, out.Ends, out.Zone, web.ZoneCity(out.Zone))
	if !out.wall.Second.IsZero() {
		v.Notices = append(v.Notices, web.Notice{Class: "warning", Icon: "warning", Text: c.T("meetings.twice_first", "Date", v.Day, "Time", v.Time, "Zone", v.Zone)})
	}
	if length != wallLength(out.Starts, out.Ends, out.Zone) {
		v.Notices = append(v.Notices, web.Notice{Class: "warning", Icon: "warning", Text: c.T("meetings.clocks_change")})
	}
	if v.Who == WhoBody {
		v.Counted = c.T("meetings.counted", "Count", out.counted)
	}
	for _, r := range out.Regions {
		colour := shade(r.load, length)
		rv := regionView{Name: w.regionName(c, r), Points: points(c.Lang, r.load), Colour: colour, Icon: iconOf(colour), Words: c.T("meetings.colour." + colour), Single: r.Name != ""}
		for _, p := range r.Spots {
			x := spotView{
				City: web.ZoneCity(p.Zone), Zone: p.Zone, Day: i18n.ShortDate(c.Lang, p.from), When: i18n.Clock(p.from) + "–" + i18n.Clock(p.until),
				Colour: p.Colour, Icon: iconOf(p.Colour), Words: c.T("meetings.colour." + p.Colour), Points: points(c.Lang, p.Load),
			}
			if v.Who == WhoBody {
				x.People = c.T("meetings.people", "Count", int(p.Weight))
			}
			rv.Spots = append(rv.Spots, x)
		}
		v.Regions = append(v.Regions, rv)
		v.Head = append(v.Head, w.shortName(c, r))
	}
}

// fairest is how many of the fairest times are named.
const fairest = 3

// hours compares all starting hours of the day.
func (w *Web) hours(c *web.C, v *plannerView, out Answer) {
	length := out.Ends.Sub(out.Starts)
	best := out.Fairest[:min(fairest, len(out.Fairest))]
	for i, h := range out.Hours {
		x := hourView{Time: h.Time, Exists: h.Exists, Current: h.Time == v.Time, Fair: slices.Contains(best, i), Sum: points(c.Lang, h.sum), Worst: points(c.Lang, h.worst)}
		x.URL = c.URL("/meetings/planner?" + withTime(c.R.URL.Query(), v.Plan, h.Time))
		for k, l := range h.loads {
			colour := shade(l, length)
			x.Cells = append(x.Cells, cellView{Points: points(c.Lang, l), Colour: colour, Words: c.T("meetings.colour." + colour), Label: v.Head[k]})
		}
		v.Hours = append(v.Hours, x)
	}
	for _, i := range best {
		v.Fairest = append(v.Fairest, v.Hours[i])
	}
}

func withTime(q url.Values, p Plan, clock string) string {
	q.Set("day", p.Day)
	q.Set("zone", p.Zone)
	q.Set("time", clock)
	return q.Encode()
}

// turnsOf compares one time for a whole series with times in turn.
func (w *Web) turnsOf(c *web.C, v *plannerView, out Answer) error {
	t := out.Turns
	d := func(x float64) string { return decimal(c.Lang, x) }
	x := turnsView{Lead: c.T("meetings.turns.lead", "Count", len(t.Dates)), Proven: t.Proven, Before: t.Past > 0}
	if x.Before {
		x.Lead += " " + c.T("meetings.turns.past", "Count", t.Past)
	}
	fixed, single := t.Fixed, t.Single
	column := func(r *regionView, of func(Totals) string) {
		for _, col := range []struct {
			from *Totals
			to   *string
		}{{fixed, &r.Fixed}, {single, &r.Best}, {&t.Rotate, &r.Rotating}} {
			if col.from == nil {
				*col.to = "–" // the hour is skipped on one of the dates
				continue
			}
			*col.to = of(*col.from)
		}
	}
	for i, r := range out.Regions {
		rv := regionView{Name: w.regionName(c, r), Before: d(t.Before[i])}
		column(&rv, func(of Totals) string { return d(of.Points[i]) })
		x.Regions = append(x.Regions, rv)
	}
	column(&x.Worst, func(of Totals) string { return d(of.Worst) })
	column(&x.Sum, func(of Totals) string { return d(of.Sum) })
	column(&x.Times, func(of Totals) string { return strings.Join(of.Times, " · ") })
	for _, turn := range t.Dates {
		v.until = turn.Starts.In(out.Zone).Format(time.DateOnly)
		x.Dates = append(x.Dates, c.When(turn.Starts, turn.Starts.Add(out.Ends.Sub(out.Starts)), out.Zone, web.ZoneCity(out.Zone)))
	}
	if v.Series != "" && len(t.meetings) == len(t.Dates) {
		may, err := w.s.CanAdd(c.Context(), c.Actor, v.Body)
		if err != nil {
			return err
		}
		x.Unchanged = true
		for i, m := range t.meetings {
			x.Turns = append(x.Turns, string(m.ID)+" "+strconv.FormatInt(m.Version, 10)+" "+t.Dates[i].Time)
			x.Unchanged = x.Unchanged && m.Starts == t.Dates[i].Starts
		}
		if may && !x.Unchanged {
			x.Apply = c.URL("/meetings/series/" + string(v.Series) + "/turns")
		}
	}
	v.Turns = &x
	return nil
}

// rotate gives the meetings of a series the times that the planner has proposed.
func (w *Web) rotate(c *web.C) error {
	in := TurnInput{Series: core.ID(c.Param("series"))}
	if err := c.R.ParseForm(); err != nil {
		return core.Invalid("error.unreadable")
	}
	for _, s := range c.R.PostForm["turn"] {
		f := strings.Fields(s)
		if len(f) != 3 {
			return core.Invalid("error.unreadable")
		}
		version, err := strconv.ParseInt(f[1], 10, 64)
		if err != nil {
			return core.Invalid("error.unreadable")
		}
		in.Times = append(in.Times, TurnTime{Meeting: core.ID(f[0]), Version: version, Time: f[2]})
	}
	if err := w.s.Rotate(c.Context(), c.Actor, in); err != nil {
		return err
	}
	return c.Done("/meetings?series="+string(in.Series), "meetings.turns.done")
}

// bodies offers whose nights may be reckoned with, and finds the body that is asked for.
func (w *Web) bodies(c *web.C, v *plannerView) (bodies.Body, error) {
	var b bodies.Body
	var err error
	if v.Body != "" {
		if b, err = w.s.Bodies.Body(c.Context(), v.Body); err != nil {
			return b, err
		}
		v.BodyName = b.Label(c.Lang)
	}
	add := func(who, label string) {
		v.Whose = append(v.Whose, web.Option{Value: who, Label: label, Selected: v.Who == who})
	}
	add(WhoRegions, c.T("meetings.who.regions"))
	if b.ID != "" {
		add(WhoBody, c.T("meetings.who.body", "Group", v.BodyName))
	}
	add(WhoList, c.T("meetings.who.list"))
	for _, r := range Rhythms {
		v.Repeats = append(v.Repeats, web.Option{Value: r, Label: c.T("meetings.repeat." + r), Selected: v.Repeat == r})
	}
	return b, nil
}
