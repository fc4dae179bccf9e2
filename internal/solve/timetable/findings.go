package timetable

import (
	"math/bits"
	"slices"
)

// farApart is the most that RuleAdjacent counts: further away is not worse.
const farApart = 480

// alone finds what is wrong with one session at a place, whatever else there is.
func (v *view) alone(s int, at Place, emit func(Finding)) {
	x, room := &v.p.Sessions[s], &v.p.Rooms[at.Room]
	span := Span{at.Start, at.Start + x.Length}
	here := whom{s, -1, at.Room, -1}
	if len(v.open[at.Room]) > 0 {
		v.emit(emit, RuleRoomClosed, x.Length-covered(v.open[at.Room], span), here)
	}
	v.emit(emit, RuleRoomSmall, x.crowd(room), here)
	v.emit(emit, RuleRoomServices, bits.OnesCount64(x.Needs&^room.Services), here)
	if x.Rooms != nil && !slices.Contains(x.Rooms, at.Room) {
		v.emit(emit, RuleRoomWrong, 1, here)
	}
	if x.Main && !room.Hall {
		v.emit(emit, RuleMainHall, 1, here)
	}
	if x.PreferredRooms != nil && !slices.Contains(x.PreferredRooms, at.Room) {
		v.emit(emit, RuleWishRoom, 1, here)
	}
	v.when(s, at.Start, emit)
}

// when finds what is wrong with a session at a time, in whatever room.
func (v *view) when(s, start int, emit func(Finding)) {
	x := &v.p.Sessions[s]
	span := Span{start, start + x.Length}
	w := at2(s, -1)
	for _, a := range v.actors[s] {
		v.emit(emit, RulePersonAway, covered(v.away[a], span), whom{s, -1, -1, a})
	}
	switch {
	case x.Day >= 0 && len(v.p.Days) > 0 && v.p.dayOf(start) != x.Day:
		v.emit(emit, RuleWindow, x.Length, w)
	case x.Windows != nil:
		v.emit(emit, RuleWindow, x.Length-within(x.Windows, span), w)
	}
	inside := 0
	for i := range v.p.Days {
		inside = max(inside, shared(Span{v.p.Days[i].From, v.p.Days[i].Until}, span))
	}
	v.emit(emit, RuleOutsideDay, x.Length-inside, w)
	if !x.InBreaks {
		v.emit(emit, RuleInBreak, covered(v.breaks, span), w)
	}
	v.emit(emit, RuleNight, v.p.night(x, start), w)
	if x.Preferred != nil && within(x.Preferred, span) < x.Length {
		v.emit(emit, RuleWishTime, 1, w)
	}
}

// crowd is how many people are too many for a room.
func (x *Session) crowd(room *Room) int {
	if room.Capacity == 0 {
		return 0
	}
	return max(x.Expected, x.Seats) - room.Capacity
}

// night is the burden of the remote speakers of a session.
func (p *Problem) night(x *Session, start int) int {
	sum := 0
	for _, zone := range x.Remote {
		worst, hours := 0, p.Night[zone]
		for i := max(0, start/p.Step); i < len(hours) && i*p.Step < start+x.Length; i++ {
			worst = max(worst, int(hours[i]))
		}
		sum += worst
	}
	return sum
}

// pair finds what stands between two sessions, in any order. The gap that is too short is
// that of internal/forum/programme: each type has one, and of two sessions the smaller
// counts; while they overlap it is the room that is taken twice.
func (v *view) pair(a int, pa Place, b int, pb Place, emit func(Finding)) {
	if pb.Start < pa.Start || pb.Start == pa.Start && b < a {
		a, pa, b, pb = b, pb, a, pa
	}
	x, y := &v.p.Sessions[a], &v.p.Sessions[b]
	room := &v.p.Rooms[pa.Room]
	overlap := shared(Span{pa.Start, pa.Start + x.Length}, Span{pb.Start, pb.Start + y.Length})
	posters := x.Poster && y.Poster
	here := whom{a, b, pa.Room, -1}
	if overlap <= 0 {
		between := -overlap
		if pa.Room == pb.Room && !posters {
			v.emit(emit, RuleGapShort, min(x.Gap, y.Gap)-between, here)
			if !room.Informal {
				v.emit(emit, RuleRoomChangeover, room.Changeover-between, here)
			}
		}
		if from, to := room.Venue, v.p.Rooms[pb.Room].Venue; from != to && v.p.Travel != nil && between < v.p.Travel[from][to] {
			v.both(a, b, func(actor int) {
				v.emit(emit, RuleTravelShort, v.p.Travel[from][to]-between, whom{a, b, -1, actor})
			})
		}
		return
	}
	if pa.Room == pb.Room && !room.Informal && !posters {
		v.emit(emit, RuleRoomTwice, overlap, here)
	}
	v.both(a, b, func(actor int) {
		rule := RulePersonTwice
		if v.p.Actors[actor].Organisation {
			rule = RuleOrganisationTwice
		}
		v.emit(emit, rule, overlap, whom{a, b, -1, actor})
	})
	v.beside(a, b, overlap, emit)
}

// beside finds what two sessions that overlap have to do with each other by their kind and
// their topics.
func (v *view) beside(a, b, overlap int, emit func(Finding)) {
	x, y, w := &v.p.Sessions[a], &v.p.Sessions[b], at2(a, b)
	switch {
	case x.Main && y.Main:
		v.emit(emit, RuleMainParallel, overlap, w)
	case x.Main || y.Main:
		v.emit(emit, RuleMainBeside, overlap, w)
	}
	if x.Theme >= 0 && x.Theme == y.Theme {
		v.emit(emit, RuleThemeParallel, 1, w)
	}
	tracks := 0
	for i, t := range x.Tracks {
		if slices.Contains(y.Tracks, t) && !slices.Contains(x.Tracks[:i], t) {
			tracks++
		}
	}
	v.emit(emit, RuleTrackParallel, tracks, w)
	v.emit(emit, RuleAlikeParallel, v.alike[[2]int{min(a, b), max(a, b)}], w)
}

// both calls do for each actor of both sessions.
func (v *view) both(a, b int, do func(actor int)) {
	x, y := v.actors[a], v.actors[b]
	for i, j := 0, 0; i < len(x) && j < len(y); {
		switch {
		case x[i] < y[j]:
			i++
		case x[i] > y[j]:
			j++
		default:
			do(x[i])
			i++
			j++
		}
	}
}

// relation finds what is wrong about a relation, with the sessions at these places.
func (v *view) relation(r *Relation, at []Place, emit func(Finding)) {
	a, b := at[r.A], at[r.B]
	if a.Placed() && b.Placed() {
		rule, amount := v.p.broken(r, a, b)
		v.emit(emit, rule, amount, at2(r.A, r.B))
	}
}

// broken is how much of a relation is broken by two places, and the rule that says so.
func (p *Problem) broken(r *Relation, a, b Place) (Rule, int) {
	x := Span{a.Start, a.Start + p.Sessions[r.A].Length}
	y := Span{b.Start, b.Start + p.Sessions[r.B].Length}
	between := -shared(x, y)
	switch r.Kind {
	case Before:
		return RuleOrder, x.Until + r.Minutes - y.From
	case SameDay:
		return RuleSameDay, one(p.dayOf(a.Start) != p.dayOf(b.Start))
	case Adjacent:
		return RuleAdjacent, min(farApart, max(between-r.Minutes, -between))
	case Apart:
		return RuleApart, r.Minutes - between
	default:
		return RuleSameRoom, one(a.Room != b.Room)
	}
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
