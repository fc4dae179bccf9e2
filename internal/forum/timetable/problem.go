package timetable

import (
	"context"
	"fmt"
	"slices"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/solve/nights"
	"plenary/internal/solve/similar"
	solve "plenary/internal/solve/timetable"
)

// step is the grid of the plan in minutes.
const step = 5

// numbers are those under which the optimiser knows things.
type numbers struct{ actors, tracks, zones map[core.ID]int }

// epoch is the instant from which the optimiser counts minutes: midnight UTC before the
// first day of the edition.
func (b *Board) epoch() time.Time {
	days := b.Set.Days()
	if len(days) == 0 {
		return time.Unix(0, 0).UTC()
	}
	d, err := core.ParseDate(days[0].Date)
	if err != nil {
		return time.Unix(0, 0).UTC()
	}
	return d.AddDate(0, 0, -1)
}

func (b *Board) minute(at core.Instant) int { return int(at.Time().Sub(b.epoch()) / time.Minute) }

func (b *Board) instant(minute int) core.Instant {
	return core.At(b.epoch().Add(time.Duration(minute) * time.Minute))
}

func (b *Board) span(date, from, until string) solve.Span {
	a, z := wall(date, from, b.Set.Zone), wall(date, until, b.Set.Zone)
	if a.IsZero() || z.IsZero() {
		return solve.Span{}
	}
	return solve.Span{From: b.minute(a), Until: b.minute(z)}
}

// build makes the problem of the optimiser out of the board. Minutes are counted in UTC,
// so that a day on which the clocks change is as long as it is.
func (b *Board) build(alike []similar.Match) {
	p := &solve.Problem{Step: step, Venues: max(len(b.Set.Venues), 1), Rules: b.Frame.rules()}
	for _, d := range b.Frame.Days {
		day := b.span(d.Date, d.From, d.Until)
		one := solve.Day{From: day.From, Until: day.Until}
		for _, br := range d.Breaks {
			if s := b.span(d.Date, br.From, br.Until); s.Until > s.From {
				one.Breaks = append(one.Breaks, s)
			}
		}
		p.Days = append(p.Days, one)
	}
	b.rooms(p)
	b.of = make([]int, len(b.Items))
	num := numbers{actors: map[core.ID]int{}, tracks: map[core.ID]int{}, zones: map[core.ID]int{}}
	for i := range b.Items {
		b.of[i] = -1
		it := &b.Items[i]
		if it.Plan.State == PlanCancelled {
			continue
		}
		b.of[i] = len(p.Sessions)
		b.solved = append(b.solved, i)
		p.Sessions = append(p.Sessions, b.session(p, it, &num))
		b.places = append(b.places, b.place(it.Plan))
	}
	b.absent(p, num.actors)
	for _, t := range b.Ties {
		first, ok := b.index[t.First]
		second, also := b.index[t.Second]
		if !ok || !also || b.of[first] < 0 || b.of[second] < 0 {
			continue
		}
		for _, k := range tieKinds {
			if k.code == t.Kind {
				p.Relations = append(p.Relations, solve.Relation{Kind: k.kind, A: b.of[first], B: b.of[second], Minutes: t.Minutes})
			}
		}
	}
	for _, m := range alike {
		x, ok := b.index[core.ID(m.A)]
		y, also := b.index[core.ID(m.B)]
		if ok && also && b.of[x] >= 0 && b.of[y] >= 0 {
			p.Alike = append(p.Alike, solve.Likeness{A: b.of[x], B: b.of[y], Percent: int(m.Score*100 + 0.5)})
		}
	}
	b.nights(p, num.zones)
	b.problem = p
}

func (b *Board) rooms(p *solve.Problem) {
	venue := map[core.ID]int{}
	for i, v := range b.Set.Venues {
		venue[v.ID] = i
	}
	halls := false
	for _, r := range b.Set.Rooms {
		f := b.Rooms[r.ID]
		one := solve.Room{Venue: venue[r.Venue], Capacity: r.Capacity, Informal: r.Informal, Services: bits(f.Services), Changeover: f.Changeover, Hall: f.Hall}
		if f.Room == "" { // nobody has said what it has: no reason to refuse anything
			one.Services = ^uint64(0)
		}
		for _, o := range f.Open {
			one.Open = append(one.Open, b.span(o.Date, o.From, o.Until))
		}
		halls = halls || one.Hall
		p.Rooms = append(p.Rooms, one)
	}
	// What has a time and no room yet stands in a room of its own that is never open: it is
	// looked at like the others, and nothing is put there.
	p.Rooms = append(p.Rooms, solve.Room{Services: ^uint64(0), Informal: true, Hall: true, Open: []solve.Span{{From: -1, Until: 0}}})
	if !halls { // where no room is called a hall, any is
		for i := range p.Rooms {
			p.Rooms[i].Hall = true
		}
	}
	if len(b.Frame.Travel) == 0 || p.Venues < 2 {
		return
	}
	p.Travel = make([][]int, p.Venues)
	for i := range p.Travel {
		p.Travel[i] = make([]int, p.Venues)
	}
	for _, w := range b.Frame.Travel {
		x, ok := venue[w.From]
		y, also := venue[w.To]
		if ok && also && x != y {
			p.Travel[x][y], p.Travel[y][x] = w.Minutes, w.Minutes
		}
	}
}

// nowhere is the room of what has a time and no room yet.
func (b *Board) nowhere() int { return len(b.Set.Rooms) }

// room is the id of a room of the problem; empty for that of what has none.
func (b *Board) room(n int) core.ID {
	if n < 0 || n >= len(b.Set.Rooms) {
		return ""
	}
	return b.Set.Rooms[n].ID
}

// place is where the optimiser finds a session.
func (b *Board) place(p Placed) solve.Place {
	if !p.Scheduled() {
		return solve.Nowhere
	}
	room := slices.IndexFunc(b.Set.Rooms, func(r editions.Room) bool { return r.ID == p.Room })
	if room < 0 {
		room = b.nowhere()
	}
	return solve.Place{Room: room, Start: b.minute(p.Starts)}
}

// session is an item as the optimiser sees it.
func (b *Board) session(p *solve.Problem, it *Item, num *numbers) solve.Session {
	t := programme.TypeOf(b.Types, it.Type)
	w := it.Wishes
	services := slices.Clone(w.Services)
	if t.Services.Webcast {
		services = append(services, "webcast")
	}
	if t.Services.Transcript {
		services = append(services, "transcript")
	}
	if len(t.Services.Interpretation) > 0 {
		services = append(services, "interpretation")
	}
	s := solve.Session{
		Length: it.Length, Gap: t.GapMinutes, Main: t.Main(), Theme: -1, Day: -1, Expected: it.Expected, Seats: w.Seats,
		Needs: bits(services), Pinned: it.Plan.Pinned, Poster: w.Poster,
	}
	if i := slices.IndexFunc(b.Set.Themes, func(th editions.Theme) bool { return th.ID == it.Theme }); i >= 0 {
		s.Theme = i
	}
	for _, tr := range it.Tracks {
		n, _ := number(num.tracks, tr)
		s.Tracks = append(s.Tracks, n)
	}
	for _, r := range it.Roles {
		for _, who := range [][2]core.ID{{r.Person, ""}, {"", programme.Itself(r)}} {
			id := who[0] + who[1]
			if id == "" {
				continue
			}
			n := num.actor(b, p, actor{who[0], who[1]})
			if !slices.Contains(s.Actors, n) {
				s.Actors = append(s.Actors, n)
			}
		}
	}
	for _, id := range w.Rooms {
		if i := slices.IndexFunc(b.Set.Rooms, func(r editions.Room) bool { return string(r.ID) == id }); i >= 0 {
			s.PreferredRooms = append(s.PreferredRooms, i)
		}
	}
	b.times(&s, t, w)
	for _, z := range w.Remote {
		n, _ := number(num.zones, core.ID(z))
		s.Remote = append(s.Remote, n)
	}
	return s
}

// number gives a thing its number: the next where it has none yet.
func number(seen map[core.ID]int, id core.ID) (n int, fresh bool) {
	if n, ok := seen[id]; ok {
		return n, false
	}
	seen[id] = len(seen)
	return seen[id], true
}

// actor gives a person or organisation its number.
func (x *numbers) actor(b *Board, p *solve.Problem, who actor) int {
	n, fresh := number(x.actors, who.person+who.organisation)
	if fresh {
		b.actors = append(b.actors, who)
		p.Actors = append(p.Actors, solve.Actor{Organisation: who.organisation != ""})
	}
	return n
}

// times are when a session may and would like to be: the times of day of its type, and its
// wishes.
func (b *Board) times(s *solve.Session, t programme.Type, w Wishes) {
	var wished []solve.Span
	limited := w.NotBefore != "" || w.NotAfter != "" || len(w.Days) > 0
	for _, d := range b.Frame.Days {
		day := b.span(d.Date, "00:00", "24:00")
		for _, win := range t.Windows {
			s.Windows = append(s.Windows, b.span(d.Date, win.From, win.Until))
		}
		if !limited || len(w.Days) > 0 && !slices.Contains(w.Days, d.Date) {
			continue
		}
		if at := b.moment(w.NotBefore); at >= 0 {
			day.From = max(day.From, at)
		}
		if at := b.moment(w.NotAfter); at >= 0 {
			day.Until = min(day.Until, at)
		}
		if day.Until > day.From {
			wished = append(wished, day)
		}
	}
	s.InBreaks = len(t.Windows) > 0
	if len(wished) == 0 {
		return
	}
	if !w.Fixed {
		s.Preferred = wished
		return
	}
	if len(s.Windows) == 0 {
		s.Windows = wished
		return
	}
	var both []solve.Span
	for _, x := range s.Windows {
		for _, y := range wished {
			if z := (solve.Span{From: max(x.From, y.From), Until: min(x.Until, y.Until)}); z.Until > z.From {
				both = append(both, z)
			}
		}
	}
	if len(both) == 0 {
		both = wished // the type and the wish contradict each other: the wish is the nearer word
	}
	s.Windows = both
}

// moment reads a date and time at the venue; -1 where there is none.
func (b *Board) moment(v string) int {
	at, err := time.ParseInLocation("2006-01-02T15:04", v, core.Zone(b.Set.Zone))
	if err != nil {
		return -1
	}
	return b.minute(core.At(at))
}

func (b *Board) absent(p *solve.Problem, people map[core.ID]int) {
	for _, x := range b.Absences {
		if n, ok := people[x.Person+x.Organisation]; ok {
			p.Actors[n].Away = append(p.Actors[n].Away, solve.Span{From: b.minute(x.Starts), Until: b.minute(x.Ends)})
		}
	}
}

// nights says for each zone how unkind each time is (ccNSO's table: red from 23 to 04,
// yellow from 18 to 22 and from 05 to 07).
func (b *Board) nights(p *solve.Problem, zones map[core.ID]int) {
	if len(p.Days) == 0 || len(zones) == 0 {
		return
	}
	until := p.Days[len(p.Days)-1].Until
	p.Night = make([][]uint8, len(zones))
	for name, i := range zones {
		zone := core.Zone(string(name))
		row := make([]uint8, until/step+1)
		for k := range row {
			row[k] = nights.Burden(b.epoch().Add(time.Duration(k*step) * time.Minute).In(zone).Hour())
		}
		p.Night[i] = row
	}
}

// least is how alike two sessions must be for the rule against likes in parallel.
const least = 0.35

// alike finds sessions about nearly the same. It is kept until the edition changes.
func (s *Service) alike(ctx context.Context, set *editions.Setting, items []Item) ([]similar.Match, error) {
	at := s.rec.Scope(set.Scope()).Load()
	s.mu.Lock()
	have, ok := s.pairs[set.ID]
	s.mu.Unlock()
	if ok && have.at == at {
		return have.list, nil
	}
	var rows []struct {
		ID          core.ID   `bun:"id"`
		Description core.Text `bun:"description"`
	}
	if err := s.rec.DB.Read.NewSelect().Table("sessions").Column("id", "description").Where("edition = ?", set.ID).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("load descriptions: %w", err)
	}
	about := make(map[core.ID]core.Text, len(rows))
	for _, r := range rows {
		about[r.ID] = r.Description
	}
	texts := make([]similar.Text, 0, len(items))
	for i := range items {
		it := &items[i]
		texts = append(texts, similar.Text{ID: string(it.ID), Lang: it.Title.Orig, Title: it.Title.String(), Body: about[it.ID].String(), Tags: it.Tags})
	}
	have = pairsAt{list: similar.New(texts).Pairs(least), at: at}
	s.mu.Lock()
	s.pairs[set.ID] = have
	s.mu.Unlock()
	return have.list, nil
}
