package corpus

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// slot is a place in the timetable.
type slot struct{ day, start, minutes, room int }

func (s slot) overlaps(o slot) bool {
	return s.day == o.day && s.start < o.start+o.minutes && o.start < s.start+s.minutes
}

// window is an unbroken stretch of a room's day. Sessions in it follow one another with
// 15 minutes between; n of them are wanted.
type window struct {
	day, room, start int
	patterns         [][][]int // by number of sessions: ways to fill the window
	n, way           int
}

var (
	afternoon = [][][]int{
		{{}},
		{{90}, {60}},
		{{90, 60}, {90, 90}, {60, 30}},
		{{90, 90, 60}, {60, 90, 90}, {90, 60, 90}},
		{{60, 60, 60, 60}, {90, 60, 60, 30}, {60, 60, 90, 30}},
	}
	morning     = [][][]int{{{}}, {{90}, {60}}, {{90, 60}, {60, 90}, {90, 90}, {90, 30}}, {{60, 60, 60}, {90, 60, 30}}}
	zeroMorning = [][][]int{{{}}, {{90}, {60}}, {{90, 60}, {60, 90}}}
	beforeOpen  = [][][]int{{{}}, {{90}, {60}}}
	beforeClose = [][][]int{{{}}, {{90}, {60}}, {{90, 60}, {60, 90}}, {{60, 60, 30}}}
)

// windows lists the stretches of a room on one day: a lunch break everywhere, and nothing
// beside the opening and the closing ceremony.
func windows(day, room int) []window {
	w := func(start int, p [][][]int) window {
		return window{day: day, room: room, start: start, patterns: p, n: len(p) - 1}
	}
	switch day {
	case 0:
		return []window{w(at(9, 0), zeroMorning), w(at(13, 30), afternoon)}
	case 1:
		return []window{w(at(8, 30), beforeOpen), w(at(13, 30), afternoon)}
	case 4:
		return []window{w(at(8, 30), morning), w(at(13, 30), beforeClose)}
	default:
		return []window{w(at(8, 30), morning), w(at(13, 30), afternoon)}
	}
}

// timetable gives every session a day, a start, a duration and a room.
func (g *maker) timetable() {
	r := g.random("timetable")
	g.slots = make([]slot, len(g.drafts))
	placed := make([]bool, len(g.drafts))
	g.book(g.plan.hall, "hall", placed)
	g.book(g.plan.stage, "stage", placed)

	var zero, main []int
	for i, d := range g.drafts {
		switch {
		case placed[i]:
		case d.kind == "day-zero":
			zero = append(zero, i)
		default:
			main = append(main, i)
		}
	}
	g.fillDays(r, zero, []int{0})
	g.fillDays(r, main, []int{1, 2, 3, 4})
	g.improve(r, zero)
	g.improve(r, main)
}

// book hands the kept places to sessions: by key where a booking names one, else by type.
func (g *maker) book(bookings []booking, room string, placed []bool) {
	where := slices.IndexFunc(g.Rooms, func(r Room) bool { return r.Key == room })
	named := func(b booking, d draft) bool { return d.key == b.key || d.title == b.key }
	for _, byName := range []bool{true, false} {
		for _, b := range bookings {
			if (b.key != "") != byName {
				continue
			}
			i := -1
			for j, d := range g.drafts {
				if !placed[j] && d.kind == b.kind && (!byName || named(b, d)) {
					i = j
					break
				}
			}
			if i < 0 {
				panic("corpus: nothing to book for " + b.kind + " " + b.key)
			}
			placed[i] = true
			g.slots[i] = slot{b.day, b.start, b.minutes, where}
		}
	}
}

// fillDays places sessions in the workshop rooms and the studio on the given days.
func (g *maker) fillDays(r *rand.Rand, sessions, days []int) {
	short, long := 0, 0
	for _, i := range sessions {
		m := g.drafts[i].minutes
		short += b2i(slices.Contains(m, 30))
		long += b2i(slices.Contains(m, 90))
	}
	var ws []window
	for _, day := range days {
		for room, info := range g.Rooms {
			if info.Kind == "workshop" || info.Kind == "studio" {
				ws = append(ws, windows(day, room)...)
			}
		}
	}
	shuffle(r, ws)
	cut(ws, len(sessions))
	vary(r, ws, short, long)

	byMinutes := map[int][]slot{}
	for _, w := range ws {
		start := w.start
		for _, m := range w.patterns[w.n][w.way] {
			byMinutes[m] = append(byMinutes[m], slot{w.day, start, m, w.room})
			start += m + 15
		}
	}
	order := slices.Clone(sessions)
	shuffle(r, order)
	// the least flexible first, so that 90 minutes remain for those who can use them
	rank := func(i int) int {
		m := g.drafts[i].minutes
		switch {
		case len(m) == 1:
			return 0
		case g.drafts[i].kind == "bpf-pn-session" || g.drafts[i].kind == "nri-session":
			return 1
		default:
			return 2
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return rank(a) - rank(b) })
	for _, i := range order {
		m := g.drafts[i].minutes
		want := m[len(m)-1]
		if len(byMinutes[want]) == 0 {
			want = m[0]
		}
		list := byMinutes[want]
		if len(list) == 0 {
			panic("corpus: no slot left for " + g.drafts[i].title)
		}
		k := r.IntN(len(list))
		g.slots[i] = list[k]
		byMinutes[want] = slices.Delete(list, k, k+1)
	}
}

// cut lowers the number of sessions in the fullest windows until n remain, beginning with
// those that could not be full without a session of 30 minutes.
func cut(ws []window, n int) {
	fullness := func(w window) int {
		for _, way := range w.patterns[w.n] {
			if !slices.Contains(way, 30) {
				return 2 * w.n
			}
		}
		return 2*w.n + 3
	}
	total := 0
	for _, w := range ws {
		total += w.n
	}
	if total < n {
		panic("corpus: more sessions than places")
	}
	for ; total > n; total-- {
		best := 0
		for i := range ws {
			if fullness(ws[i]) > fullness(ws[best]) {
				best = i
			}
		}
		ws[best].n--
	}
}

// vary chooses the ways to fill the windows so that exactly short places of 30 minutes
// come out, and no more than long places of 90.
func vary(r *rand.Rand, ws []window, short, long int) {
	count := func(minutes int) (n int) {
		for _, w := range ws {
			for _, m := range w.patterns[w.n][w.way] {
				n += b2i(m == minutes)
			}
		}
		return n
	}
	for i := range ws {
		ways := ws[i].patterns[ws[i].n]
		if way := r.IntN(len(ways)); !slices.Contains(ways[way], 30) {
			ws[i].way = way
		}
	}
	try := func(better func(before, after []int) bool) bool {
		for i := range ws {
			ways := ws[i].patterns[ws[i].n]
			for way := range ways {
				if better(ways[ws[i].way], ways[way]) {
					ws[i].way = way
					return true
				}
			}
		}
		return false
	}
	has := func(p []int, m int) (n int) {
		for _, v := range p {
			n += b2i(v == m)
		}
		return n
	}
	for count(30) < short && try(func(b, a []int) bool { return has(a, 30) > has(b, 30) }) {
	}
	for count(90) > long && try(func(b, a []int) bool { return has(a, 90) < has(b, 90) && has(a, 30) == has(b, 30) }) {
	}
	if count(30) != short || count(90) > long {
		panic("corpus: the windows do not fit the durations")
	}
}

// improve swaps sessions of equal duration, within the movable ones, until parallel
// sessions seldom share a theme, tracks do not compete with themselves, and every topic
// has been heard before Now.
func (g *maker) improve(r *rand.Rand, movable []int) {
	n := len(g.drafts)
	place := make([]int, n) // place of a session: a number for its slot
	holder := make([]int, n)
	slots := slices.Clone(g.slots)
	parallel := make([][]int, n)
	for i := range n {
		place[i], holder[i] = i, i
		for j := range n {
			if i != j && slots[i].overlaps(slots[j]) {
				parallel[i] = append(parallel[i], j)
			}
		}
	}
	heard := map[[2]int]int{}
	hear := func(i, by int) {
		if d := g.drafts[i]; owesReport(d.kind) && slots[place[i]].day < 2 {
			heard[[2]int{d.theme, d.topic}] += by
		}
	}
	for i := range n {
		hear(i, 1)
	}
	cost := func(i int) (c float64) {
		for _, p := range parallel[place[i]] {
			c += friction(g.drafts[i], g.drafts[holder[p]])
		}
		if heard[[2]int{g.drafts[i].theme, g.drafts[i].topic}] == 0 {
			c += 40
		}
		return c
	}
	swap := func(a, b int) {
		hear(a, -1)
		hear(b, -1)
		place[a], place[b] = place[b], place[a]
		holder[place[a]], holder[place[b]] = a, b
		hear(a, 1)
		hear(b, 1)
	}
	for range 150 * len(movable) {
		a, b := pick(r, movable), pick(r, movable)
		if a == b || slots[place[a]].minutes != slots[place[b]].minutes {
			continue
		}
		before := cost(a) + cost(b)
		swap(a, b)
		if cost(a)+cost(b) > before {
			swap(a, b)
		}
	}
	for i := range n {
		g.slots[i] = slots[place[i]]
	}
}

// friction says how little two sessions should be held at the same time.
func friction(a, b draft) (c float64) {
	if a.theme == b.theme {
		c++
		if a.topic == b.topic {
			c += 4
		}
		if a.kind == "main" || b.kind == "main" {
			c++
		}
	}
	if a.kind == b.kind && slices.Contains([]string{"parliamentary", "youth", "nri-session", "bpf-pn-session"}, a.kind) {
		c += 8
	}
	for _, rule := range [][2]string{{"nri-session", "initiatives"}, {"dc-session", "coalitions"}, {"parliamentary", "legislators-youth"}, {"youth", "legislators-youth"}} {
		if a.kind == rule[0] && b.key == rule[1] || b.kind == rule[0] && a.key == rule[1] {
			c += 12
		}
	}
	return c
}

// number turns the drafts into sessions in the order of the timetable. Codes are those of
// proposals, which arrived in any order and were not all accepted.
func (g *maker) number() {
	r := g.random("number")
	order := make([]int, len(g.drafts))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		x, y := g.slots[a], g.slots[b]
		return cmp.Or(x.day-y.day, x.start-y.start, x.room-y.room)
	})
	codes := r.Perm(len(order) * 8 / 5)[:len(order)]
	drafts := make([]draft, 0, len(order))
	for n, i := range order {
		d, s := g.drafts[i], g.slots[i]
		drafts = append(drafts, d)
		g.Sessions = append(g.Sessions, Session{
			Code: codes[n] + 1, Type: d.kind, Theme: d.theme, Topic: d.topic,
			Day: s.day, Start: s.start, Minutes: s.minutes, Room: s.room,
			OwnerBody: d.body, State: Scheduled, Format: formatOf(r, d, s.minutes),
			Report: Report{State: ReportNone},
		})
	}
	g.drafts, g.slots = drafts, nil
	g.cancel(r)
}

// cancel strikes a few ordinary sessions; they stay in the timetable, marked.
func (g *maker) cancel(r *rand.Rand) {
	for left := g.plan.cancel; left > 0; {
		s := &g.Sessions[r.IntN(len(g.Sessions))]
		if s.State == Scheduled && s.Day > 0 && slices.Contains([]string{"workshop", "town-hall", "open-forum"}, s.Type) {
			s.State = Cancelled
			left--
		}
	}
}
