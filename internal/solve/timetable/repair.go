package timetable

// repair is the state of the search for a timetable in which nothing blocks. It follows
// the iterative forward search of T. Müller (Constraint-based Timetabling, Prague 2005):
// a session that is not placed, or is in trouble, gets the place where it is in the way of
// the least, and what is in its way there leaves the timetable. A session that has often
// been pushed out weighs more.
type repair struct {
	on      bool
	weights []int32 // by session: how often it has been pushed out
	until   []int64 // by session: not to be pushed out before that step
	steps   int64
	limit   int64 // the step at which it gives up, unless it gets better
	least   int64 // hard value of the best so far
	saved   []Place
	waiting int64 // moves until it tries again
	pause   int64
}

const (
	patience   = 4_000   // steps without success
	firstPause = 100_000 // moves of improving before it tries again
)

func newRepair(n int) repair {
	return repair{on: true, weights: make([]int32, n), until: make([]int64, n), limit: patience, least: 1 << 62, pause: firstPause}
}

// begin is called when the timetable has become another one.
func (r *repair) begin(w *walker) {
	r.on = w.now.hard > 0
	r.saved, r.limit, r.least = nil, r.steps+patience, w.now.hard
}

// wait counts the moves until the next try.
func (r *repair) wait(w *walker) {
	if w.now.hard == 0 {
		return
	}
	if r.waiting--; r.waiting > 0 {
		return
	}
	r.on, r.least, r.limit = true, w.now.hard, r.steps+patience/2
	r.saved = append([]Place(nil), w.at...)
}

// mend makes one step of repairing.
func (w *walker) mend() {
	r := &w.repair
	if w.now.hard < r.least {
		r.least, r.limit = w.now.hard, r.steps+patience
		r.saved = nil
		if r.least == 0 {
			r.on = false
			return
		}
	}
	u, ok := w.trouble()
	if r.steps++; !ok || r.steps > r.limit {
		r.giveUp(w)
		return
	}
	w.force(u)
}

// giveUp goes back to the best and improves it for a while.
func (r *repair) giveUp(w *walker) {
	r.on, r.waiting = false, r.pause
	r.pause *= 2
	if r.saved == nil {
		w.become(w.best)
		return
	}
	w.become(r.saved)
	r.saved = nil
}

// trouble draws a session that is not placed, or about which something blocks, and takes
// it from its place.
func (w *walker) trouble() (int, bool) {
	n, pick := 0, -1
	for _, i := range w.free {
		if !w.at[i].Placed() && w.m.gone[i].hard > 0 && !w.m.hopeless[i] {
			if n++; w.r.IntN(n) == 0 {
				pick = int(i)
			}
		}
	}
	if pick >= 0 {
		return pick, true
	}
	for _, i := range w.free {
		if !w.at[i].Placed() || w.m.hopeless[i] {
			continue
		}
		at := w.at[i]
		w.take(int(i))
		hard := w.around(int(i), at).hard
		w.put(int(i), at)
		if hard > 0 {
			if n++; w.r.IntN(n) == 0 {
				pick = int(i)
			}
		}
	}
	if pick < 0 {
		return 0, false
	}
	w.move(pick, Nowhere)
	return pick, true
}

// tooMuch is more than any place may cost.
const tooMuch = 1 << 40

// force places a session where it is in the way of the least, and takes away what is.
func (w *walker) force(u int) {
	best, least, n := Nowhere, int64(tooMuch), 0
	all := w.r.IntN(8) == 0 // mostly a part of the places is enough, and another one each time
	for _, room := range w.m.rooms[u] {
		for day := range w.m.days {
			if !all && w.r.IntN(2) == 0 {
				continue
			}
			for _, t := range w.spots(u, int(room), day) {
				at := Place{int(room), t}
				switch c := w.inTheWay(u, at, least, nil); {
				case c < least:
					best, least, n = at, c, 1
				case c == least && c < tooMuch:
					if n++; w.r.IntN(n) == 0 {
						best = at
					}
				}
			}
		}
	}
	if !best.Placed() {
		return
	}
	var out []int32
	w.inTheWay(u, best, tooMuch, &out)
	for _, o := range out {
		if w.at[o].Placed() {
			w.repair.weights[o]++
			w.move(int(o), Nowhere)
		}
	}
	w.move(u, best)
	w.repair.until[u] = w.repair.steps + int64(3+w.r.IntN(8))
	w.note()
}

// weight is how little one wants to push a session out.
func (w *walker) weight(o int) int64 {
	x := &w.m.p.Sessions[o]
	if x.Pinned {
		return tooMuch
	}
	out := 100 + int64(x.Length) + 20*int64(w.repair.weights[o])
	if w.repair.until[o] > w.repair.steps {
		out += 1000
	}
	return out
}

// inTheWay weighs the sessions that would block one at a place; from a most on it does not
// look any further. It collects them, if it is given something to collect them in.
func (w *walker) inTheWay(u int, at Place, most int64, out *[]int32) int64 {
	m := w.m
	from, until := int32(at.Start), int32(at.Start+m.p.Sessions[u].Length)
	sum := int64(0)
	add := func(o int32) {
		sum += w.weight(int(o))
		if out != nil {
			*out = append(*out, o)
		}
	}
	list, ok := w.blockers(u, at)
	if !ok {
		return tooMuch
	}
	for _, o := range list {
		add(o)
	}
	if open := m.v.open[at.Room]; len(open) > 0 && m.at(u, at).hard > 0 {
		sum += 5000
	}
	for k := range m.hardLinks[u] {
		if sum > most {
			return sum
		}
		l := &m.hardLinks[u][k]
		if from < w.end[l.other] && w.start[l.other] < until {
			if l.blocks > 0 || l.hard > 0 {
				add(l.other)
			}
		} else if l.actors > 0 && m.pairwise.travel.Level == Block && w.travel(l, at, from, until).hard > 0 {
			add(l.other)
		}
	}
	for _, k := range m.relations[u] {
		rel := &m.p.Relations[k]
		o := rel.A + rel.B - u
		if !w.at[o].Placed() {
			continue
		}
		a, b := at, w.at[o]
		if rel.A == o {
			a, b = b, a
		}
		if rule, amount := m.p.broken(rel, a, b); amount > 0 && m.p.Rules[rule].Level == Block {
			add(int32(o))
		}
	}
	return min(sum+w.full(u, m.p.dayOf(at.Start)).hard, tooMuch)
}
