package meetings

import (
	"context"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
	"plenary/internal/solve/nights"
)

// Whose nights the planner reckons with.
const (
	WhoRegions = "regions" // the five regional groups of the United Nations
	WhoBody    = "body"    // who holds a seat in a body
	WhoList    = "list"    // the cities and zones that are named
)

// Plan is a question to the planner. What is empty or wrong gets its usual value.
type Plan struct {
	Day     string
	Time    string
	Minutes int
	Zone    string
	Twice   string
	Who     string
	Body    core.ID
	Cities  string // names parted by commas or lines
	Count   int    // of meetings; 1 for a single one
	Repeat  string
	Series  core.ID // a series that is there: its meetings to come are planned
}

// Most meetings and places that are planned at once.
const (
	mostPlanned = 26
	mostPlaces  = 40
)

// Spot is a place in a region of the planner.
type Spot struct {
	Zone   string      `json:"zone"`
	Weight int64       `json:"people" doc:"how many take part from there, where that is known; else 1"`
	Starts string      `json:"starts" doc:"local time"`
	Ends   string      `json:"ends"`
	Colour string      `json:"colour" enum:"green,yellow,red" doc:"the least kind colour that the meeting touches"`
	Load   nights.Load `json:"-"`
	Points float64     `json:"points"`

	from, until time.Time
}

// Region is what the planner says of one region.
type Region struct {
	Code   string  `json:"code" doc:"regional group, or zone"`
	Name   string  `json:"name"`
	Spots  []Spot  `json:"places"`
	Points float64 `json:"points" doc:"mean of the places by their people"`

	load  nights.Load
	solve nights.Region
}

// Hour is what one starting hour would mean.
type Hour struct {
	Time   string    `json:"time" doc:"by the clock of the zone"`
	Exists bool      `json:"exists"`
	Points []float64 `json:"points" doc:"of each region"`
	Sum    float64   `json:"sum"`
	Worst  float64   `json:"worst"`

	loads      []nights.Load
	sum, worst nights.Load
	at         core.Instant
}

// Answer is what the planner says.
type Answer struct {
	Starts  core.Instant `json:"starts"`
	Ends    core.Instant `json:"ends"`
	Zone    string       `json:"zone"`
	Regions []Region     `json:"regions"`
	Hours   []Hour       `json:"hours" doc:"all starting hours of the day"`
	Fairest []int        `json:"fairest" doc:"places in hours, the fairest first"`
	Turns   *Turns       `json:"turns,omitempty" doc:"of a series"`

	wall     Wall
	counted  int // people whose zone is known
	problems core.Problems
}

// Turns is what the planner says of a series: with one time for all, and with times in turn.
type Turns struct {
	Dates  []Turn    `json:"dates"`
	Before []float64 `json:"before" doc:"what each region has borne in the last year's meetings"`
	Fixed  *Totals   `json:"fixed,omitempty" doc:"all at the time asked for"`
	Single *Totals   `json:"single,omitempty" doc:"the fairest of one time for all"`
	Rotate Totals    `json:"rotate"`
	Proven bool      `json:"proven" doc:"nothing fairer exists"`
	Past   int       `json:"past" doc:"meetings of the last year that are counted"`

	meetings []Meeting
}

// Turn is one date of a series with the time that is proposed.
type Turn struct {
	Starts core.Instant `json:"starts"`
	Time   string       `json:"time"`
}

// Totals is the burden of a whole series.
type Totals struct {
	Times  []string  `json:"times" doc:"the different times"`
	Points []float64 `json:"points" doc:"of each region"`
	Worst  float64   `json:"worst"`
	Sum    float64   `json:"sum"`
}

// Plan answers the planner's question for the actor, and puts into it what it takes from a
// series: of meetings that she may not see, nothing is counted. What is wrong with the question comes back in the answer's place as
// KindInvalid.
func (s *Service) Plan(ctx context.Context, a core.Actor, q *Plan) (Answer, error) {
	var coming []Meeting
	if q.Series != "" {
		var err error
		if coming, err = s.toCome(ctx, a, q); err != nil {
			return Answer{}, err
		}
	}
	out, err := s.begin(*q)
	if err != nil {
		return out, err
	}
	if err := s.regions(ctx, q, &out); err != nil {
		return out, err
	}
	length := out.Ends.Sub(out.Starts)
	out.local(length)
	minute := q.Time[2:]
	for h := range 24 {
		out.Hours = append(out.Hours, out.hour(q.Day, twoDigits(h)+minute, *q, length))
	}
	for i := range out.Hours {
		if out.Hours[i].Exists {
			out.Fairest = append(out.Fairest, i)
		}
	}
	slices.SortStableFunc(out.Fairest, func(i, j int) int {
		a, b := out.Hours[i], out.Hours[j]
		if a.worst != b.worst {
			return int(a.worst - b.worst)
		}
		return int(a.sum - b.sum)
	})
	if q.Count > 1 || len(coming) > 0 {
		err = s.turns(ctx, a, *q, &out, coming, length)
	}
	return out, err
}

func twoDigits(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

// toCome are the meetings of a series that are still to be held and were not moved by
// themselves; the question takes its time, length, zone and body from the first.
func (s *Service) toCome(ctx context.Context, a core.Actor, q *Plan) ([]Meeting, error) {
	_, list, err := s.Series(ctx, a, q.Series)
	if err != nil {
		return nil, err
	}
	now := s.rec.Clock.Instant()
	list = slices.DeleteFunc(list, func(m Meeting) bool { return !m.Open() || m.Moved || !m.Starts.After(now) })
	if len(list) == 0 {
		return nil, core.Conflict("meetings.error.none_to_come")
	}
	list = list[:min(len(list), mostPlanned)]
	first := list[0]
	at := first.Starts.In(first.Zone)
	q.Body = first.Body
	q.Minutes, q.Zone, q.Count = int(first.Length()/time.Minute), first.Zone, len(list)
	if q.Day == "" || q.Time == "" {
		q.Day, q.Time = at.Format(time.DateOnly), at.Format("15:04")
	}
	if q.Who == "" && first.Body != "" {
		q.Who = WhoBody
	}
	return list, nil
}

// begin reads the time of the question.
func (s *Service) begin(q Plan) (Answer, error) {
	var p core.Problems
	if q.Minutes < shortest || q.Minutes > longest {
		p.Add("minutes", "meetings.error.minutes", "Least", shortest, "Most", longest)
	}
	if q.Count < 1 || q.Count > mostPlanned {
		p.Add("count", "meetings.error.count", "Most", mostPlanned)
	}
	if q.Repeat != "" && !knownRhythm(q.Repeat) {
		p.Add("repeat", "meetings.error.choice")
	}
	if year, err := core.ParseDate(q.Day); err != nil || year.Year() < 1970 || year.Year() > 2200 || len(q.Time) != 5 {
		p.Add("day", "core.time.unreadable", "Date", q.Day, "Time", q.Time)
		return Answer{}, p.Err()
	}
	w, err := ReadWall(q.Day, q.Time, q.Zone)
	if err != nil {
		e := asError(err)
		path := "time"
		if e.Key == "core.zone.unknown" {
			path = "zone"
		}
		p.Add(path, e.Key, e.Args...)
	}
	at := w.At(q.Twice)
	return Answer{Starts: at, Ends: at.Add(time.Duration(q.Minutes) * time.Minute), Zone: q.Zone, wall: w}, p.Err()
}

// regions finds whose nights are reckoned with.
func (s *Service) regions(ctx context.Context, q *Plan, out *Answer) error {
	switch {
	case q.Who == WhoBody && q.Body != "":
		if err := s.seats(ctx, *q, out); err != nil {
			return err
		}
	case q.Who == WhoList:
		s.cities(*q, out)
	}
	if len(out.Regions) > 0 || len(out.problems) > 0 {
		return out.problems.Err()
	}
	if q.Who != WhoRegions && q.Who != "" {
		q.Who = WhoRegions // nobody's zone is known
	}
	for _, g := range spread {
		r := Region{Code: g.group}
		for _, z := range g.zones {
			r.add(z, 1)
		}
		out.Regions = append(out.Regions, r)
	}
	return nil
}

func (r *Region) add(zone string, people int64) {
	i := slices.IndexFunc(r.Spots, func(x Spot) bool { return x.Zone == zone })
	if i < 0 {
		r.Spots = append(r.Spots, Spot{Zone: zone})
		r.solve = append(r.solve, nights.Place{Zone: core.Zone(zone)})
		i = len(r.Spots) - 1
	}
	r.Spots[i].Weight += people
	r.solve[i].Weight += people
}

// cities makes each place that is named a region of its own.
func (s *Service) cities(q Plan, out *Answer) {
	for name := range strings.FieldsFuncSeq(q.Cities, func(r rune) bool { return strings.ContainsRune(",;\n،、，；", r) }) {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		zone, ok := FindZone(name)
		if !ok {
			out.problems.Add("cities", "meetings.error.city", "Name", name)
			return
		}
		if slices.ContainsFunc(out.Regions, func(r Region) bool { return r.Code == zone }) {
			continue
		}
		if len(out.Regions) == mostPlaces {
			out.problems.Add("cities", "meetings.error.places", "Most", mostPlaces)
			return
		}
		r := Region{Code: zone, Name: web.ZoneCity(zone)}
		r.add(zone, 1)
		out.Regions = append(out.Regions, r)
	}
	if len(out.Regions) == 0 {
		out.problems.Add("cities", "meetings.error.no_city")
	}
}

// seats counts who holds a seat in a body today by the zone of her country, or of the
// organisation's that holds it, in the regional group of that country.
func (s *Service) seats(ctx context.Context, q Plan, out *Answer) error {
	if _, err := s.Bodies.Body(ctx, q.Body); err != nil {
		return err
	}
	all, err := s.Bodies.Seats(ctx, q.Body)
	if err != nil {
		return err
	}
	var persons, orgs []core.ID
	for _, seat := range bodies.On(all, s.Bodies.Today()) {
		switch {
		case seat.Person != "" && !slices.Contains(persons, seat.Person):
			persons = append(persons, seat.Person)
		case seat.Organisation != "" && !slices.Contains(orgs, seat.Organisation):
			orgs = append(orgs, seat.Organisation)
		}
	}
	who, err := s.People.Persons(ctx, persons)
	if err != nil {
		return err
	}
	what, err := s.People.Organisations(ctx, orgs)
	if err != nil {
		return err
	}
	var countries []string
	for _, id := range persons {
		if p := who[id]; p.Public {
			countries = append(countries, p.Country)
		}
	}
	for _, id := range orgs {
		countries = append(countries, what[id].Country)
	}
	slices.Sort(countries)
	by := map[string]*Region{}
	for _, code := range countries {
		zone := ZoneOf(code)
		if zone == "" {
			continue
		}
		country, _ := s.Vocab.Country(code)
		group := country.Group
		if group == "" {
			group = "none"
		}
		if by[group] == nil {
			by[group] = &Region{Code: group}
		}
		by[group].add(zone, 1)
		out.counted++
	}
	for _, t := range s.Vocab.Terms(vocab.Regions) {
		if r := by[t.Code]; r != nil {
			out.Regions = append(out.Regions, *r)
		}
	}
	return nil
}

// local says what the clocks of all places show.
func (out *Answer) local(length time.Duration) {
	for i := range out.Regions {
		r := &out.Regions[i]
		r.load = r.solve.At(out.Starts.Time(), length)
		r.Points = r.load.Points()
		for k := range r.Spots {
			p, zone := &r.Spots[k], r.solve[k].Zone
			p.from, p.until = out.Starts.Time().In(zone), out.Ends.Time().In(zone)
			p.Starts, p.Ends = p.from.Format("2006-01-02 15:04"), p.until.Format("2006-01-02 15:04")
			p.Load = nights.At(out.Starts.Time(), length, zone)
			p.Points = p.Load.Points()
			p.Colour = colour(nights.Worst(out.Starts.Time(), length, zone))
		}
		slices.SortStableFunc(r.Spots, func(a, b Spot) int { // from west to east
			_, x := a.from.Zone()
			_, y := b.from.Zone()
			return x - y
		})
	}
}

func colour(c uint8) string { return [...]string{"green", "yellow", "red"}[c] }

// hour says what a starting time would mean on a day.
func (out *Answer) hour(day, clock string, q Plan, length time.Duration) Hour {
	h := Hour{Time: clock}
	w, err := ReadWall(day, clock, q.Zone)
	if err != nil {
		return h // the clocks skip it
	}
	h.Exists, h.at = true, w.At(q.Twice)
	for _, r := range out.Regions {
		l := r.solve.At(h.at.Time(), length)
		h.loads, h.Points = append(h.loads, l), append(h.Points, l.Points())
		h.sum, h.worst = h.sum+l, max(h.worst, l)
	}
	h.Sum, h.Worst = h.sum.Points(), h.worst.Points()
	return h
}
