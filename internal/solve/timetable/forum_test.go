package timetable

import (
	"slices"
	"testing"
)

// forum is a problem like a forum's week that has an answer without a finding that blocks:
// the answer is drawn first, and everything that is asked for holds in it.
type forum struct {
	chance
	p      *Problem
	answer []Place
}

// week draws a week with so many rooms and sessions that fill so many percent of them.
func week(seed uint64, rooms, sessions, percent int) *forum {
	f := &forum{chance: newChance(seed), p: &Problem{Step: 5, Venues: 2, Travel: [][]int{{0, 15}, {15, 0}}, Rules: DefaultRules()}}
	for d := range 5 {
		f.p.Days = append(f.p.Days, Day{1440*d + 540, 1440*d + 1080, []Span{
			{1440*d + 630, 1440*d + 645}, {1440*d + 765, 1440*d + 825}, {1440*d + 945, 1440*d + 960},
		}})
	}
	for r := range rooms {
		x := Room{Capacity: []int{60, 90, 120, 200}[r%4], Services: uint64(1 + f.IntN(7)), Hall: r == 0, Changeover: 5 * one(r%3 == 1 && percent < 85)}
		if r == 0 {
			x.Capacity, x.Services = 900, 7
		}
		x.Venue = one(r >= rooms-rooms/5)
		f.p.Rooms = append(f.p.Rooms, x)
	}
	for try := 0; f.answer == nil; try++ {
		if try == 50 {
			panic("so many minutes do not fit between the breaks")
		}
		f.p.Sessions = nil
		f.fill(f.lengths(sessions, rooms*5*450*percent/100), try > 5)
	}
	f.people(sessions)
	f.wishes()
	return f
}

// lengths draws lengths of the usual kinds that sum up to about so many minutes.
func (f *forum) lengths(n, total int) []int {
	kinds := []int{20, 30, 60, 90}
	out := make([]int, n)
	sum := 0
	for i := range out {
		out[i] = kinds[f.IntN(4)]
		sum += out[i]
	}
	for try := 0; try < 100*n && (sum > total || sum < total-30); try++ {
		i, l := f.IntN(n), kinds[f.IntN(4)]
		if (l > out[i]) == (sum < total) {
			sum += l - out[i]
			out[i] = l
		}
	}
	slices.Sort(out)
	slices.Reverse(out)
	return out
}

// fill packs sessions into the stretches between breaks, the longest first: each into any
// stretch, or closely into the one that it fills best.
func (f *forum) fill(lengths []int, closely bool) {
	type bin struct{ room, from, until, mains int }
	var bins []bin
	for r := range f.p.Rooms {
		for _, d := range f.p.Days {
			for _, s := range [][2]int{{0, 90}, {105, 225}, {285, 405}, {420, 540}} {
				bins = append(bins, bin{r, d.From + s[0], d.From + s[1], 0})
			}
		}
	}
	f.answer = nil
	for i, l := range lengths {
		main := i%7 == 0 && i < 70 || i < 2
		f.Shuffle(len(bins), func(a, b int) { bins[a], bins[b] = bins[b], bins[a] })
		k := slices.IndexFunc(bins, func(b bin) bool {
			return b.from+l <= b.until && (!main || b.room == 0 && b.mains == 0)
		})
		if k < 0 && main {
			main = false
			k = slices.IndexFunc(bins, func(b bin) bool { return b.from+l <= b.until })
		}
		if k < 0 {
			f.answer = nil
			return
		}
		for o, b := range bins {
			if closely && !main && b.from+l <= b.until && b.until-b.from < bins[k].until-bins[k].from {
				k = o
			}
		}
		b := &bins[k]
		f.answer = append(f.answer, Place{b.room, b.from})
		x := Session{Length: l, Main: main, Theme: f.IntN(9) - 1, Day: -1}
		if main {
			x.Gap = 15
			b.mains++
		}
		f.p.Sessions = append(f.p.Sessions, x)
		b.from += l + f.p.Rooms[b.room].Changeover
	}
}

// people draws speakers and organisers who can be where the answer has them.
func (f *forum) people(n int) {
	for i := range n * 5 / 2 {
		f.p.Actors = append(f.p.Actors, Actor{Organisation: i%5 == 4})
	}
	for s := range f.p.Sessions {
		x := &f.p.Sessions[s]
		for try := 0; len(x.Actors) < 3+f.IntN(4) && try < 60; try++ {
			a := min(f.IntN(len(f.p.Actors)), f.IntN(len(f.p.Actors))) // some are asked more often
			x.Actors = append(x.Actors, a)
			if r := f.around(s); r.Blocks > 0 || slices.Contains(x.Actors[:len(x.Actors)-1], a) {
				x.Actors = x.Actors[:len(x.Actors)-1]
			}
		}
	}
	for a := range f.p.Actors {
		if !f.yes(10) {
			continue
		}
		d := f.IntN(5)
		away := Span{1440 * d, 1440 * (d + 1 + f.IntN(2))}
		if !slices.ContainsFunc(f.answer, func(p Place) bool { return shared(away, Span{p.Start, p.Start + 90}) > 0 && f.has(p, a) }) {
			f.p.Actors[a].Away = []Span{away}
		}
	}
}

func (f *forum) has(at Place, actor int) bool {
	return slices.ContainsFunc(f.p.Sessions, func(x Session) bool { return slices.Contains(x.Actors, actor) }) &&
		slices.Contains(f.p.Sessions[slices.Index(f.answer, at)].Actors, actor)
}

// around evaluates what blocks about one session in the answer.
func (f *forum) around(s int) Slot {
	at := slices.Clone(f.answer)
	for i := range at {
		// Those far away have nothing to do with it; so this stays quick.
		if i == s || i > s || shared(Span{at[i].Start - 100, at[i].Start + 100}, Span{at[s].Start - 100, at[s].Start + 190}) < 0 {
			at[i] = Nowhere
		}
	}
	return newView(f.p, at).slot(s, f.answer[s])
}

// wishes draws windows, services, relations and softer things that the answer fulfils, as
// far as they block.
func (f *forum) wishes() {
	for i := range 4 {
		hours := make([]uint8, 5*288)
		for k := range hours {
			switch h := (k/12 + 6*i) % 24; {
			case h >= 23 || h < 5:
				hours[k] = 2
			case h >= 18 || h < 7:
				hours[k] = 1
			}
		}
		f.p.Night = append(f.p.Night, hours)
	}
	for s := range f.p.Sessions {
		x, at := &f.p.Sessions[s], f.answer[s]
		room := f.p.Rooms[at.Room]
		x.Expected = f.IntN(room.Capacity + 1)
		x.Needs = room.Services & uint64(f.IntN(8))
		x.Tracks = f.some(f.IntN(3), 6)
		day := at.Start / 1440
		switch {
		case f.yes(8):
			x.Windows = []Span{{day*1440 + 540, day*1440 + 765}, {day*1440 + 825, day*1440 + 1080}}
		case f.yes(5):
			x.Day = day
		case f.yes(2):
			x.Windows = []Span{{at.Start, at.Start + x.Length}}
		}
		if f.yes(5) {
			x.Rooms = append(f.some(2, len(f.p.Rooms)), at.Room)
		}
		for f.yes(20) {
			x.Remote = append(x.Remote, f.IntN(4))
		}
		if f.yes(10) {
			d := f.IntN(5) * 1440
			x.Preferred = []Span{{d + 540, d + 1080}}
		}
		if f.yes(10) {
			x.PreferredRooms = f.some(2, len(f.p.Rooms))
		}
	}
	for range len(f.p.Sessions) / 6 {
		pair := f.some(2, len(f.p.Sessions))
		f.p.Alike = append(f.p.Alike, Likeness{pair[0], pair[1], 60 + f.IntN(40)})
		for range 200 {
			pair = f.some(2, len(f.p.Sessions))
			r := Relation{RelationKind(f.IntN(5)), pair[0], pair[1], 0}
			if _, amount := f.p.broken(&r, f.answer[r.A], f.answer[r.B]); amount <= 0 {
				f.p.Relations = append(f.p.Relations, r)
				break
			}
		}
	}
}

// TestWeek: what is drawn is what it says.
func TestWeek(t *testing.T) {
	for _, percent := range []int{60, 80, 92} {
		f := week(uint64(percent), 10, 300, percent)
		if err := f.p.Check(); err != nil {
			t.Fatal(err)
		}
		r := Evaluate(f.p, f.answer)
		used, multi := 0, 0
		mains := 0
		count := make([]int, len(f.p.Actors))
		for _, x := range f.p.Sessions {
			used += x.Length
			mains += one(x.Main)
			for _, a := range x.Actors {
				count[a]++
			}
		}
		for _, c := range count {
			multi += one(c > 1)
		}
		if r.Blocks > 0 || used*100 < (percent-2)*22500 || mains < 5 {
			t.Errorf("%d %%: %d findings block (%v), %d minutes, %d mains", percent, r.Blocks, r.Findings[0], used, mains)
		}
		t.Logf("%d %%: %d of 22500 minutes, %d mains, %d of %d actors in several, soft %d", percent, used, mains, multi, len(count), r.Cost)
	}
}
