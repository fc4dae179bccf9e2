package programme

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// The style sheet knows this many columns, and slots of up to this many minutes.
const (
	mostColumns = 40
	longestSlot = 480
	gridStep    = 5 // minutes
)

// grid is the timetable of one day: rooms across, time down.
type grid struct {
	columns []core.ID // the room of each column; a room in which two things overlap has several
	first   int       // hour at which the day begins
	hours   []int     // every hour of the day, in order
	starts  map[int]bool
	slots   []gridSlot // in the order of time, then of columns
	rooms   int
}

// gridSlot is the place of a session in the grid. Times are rounded to five minutes
// of the venue's clock.
type gridSlot struct {
	brief           *Brief
	column          int // from 1
	hour, minute    int
	minutes         int
	everybody       bool // nothing else takes place: it goes across all rooms
	startAt, endsAt int  // minutes since midnight
}

// class is the place in the words of the style sheet.
func (g gridSlot) class() string {
	b := make([]byte, 0, 40)
	b = append(b, "slot"...)
	if g.everybody {
		b = append(b, " all"...)
	}
	if g.brief.State == StateCancelled {
		b = append(b, " off"...)
	}
	b = append(append(b, " h"...), strconv.Itoa(g.hour)...)
	b = append(append(b, " m"...), strconv.Itoa(g.minute)...)
	b = append(append(b, " d"...), strconv.Itoa(g.minutes)...)
	b = append(append(b, " r"...), strconv.Itoa(g.column)...)
	return string(b)
}

// newGrid lays out the sessions of one day, which must have times. Rooms stand in the
// order of the edition, what has no room last.
func newGrid(set *editions.Setting, types []Type, list []Brief) grid {
	g := grid{starts: map[int]bool{}, first: 24}
	byRoom := map[core.ID][]gridSlot{}
	last := 0
	for i := range list {
		s := slotOf(&list[i], set.Zone)
		room := list[i].Room
		if set.Room(room) == nil {
			room = ""
		}
		byRoom[room] = append(byRoom[room], s)
		g.first, last = min(g.first, s.hour), max(last, s.endsAt)
		g.starts[s.hour] = true
	}
	order := make([]core.ID, 0, len(set.Rooms)+1)
	for _, r := range set.Rooms {
		order = append(order, r.ID)
	}
	for _, room := range append(order, "") {
		slots := byRoom[room]
		if len(slots) == 0 {
			continue
		}
		if room != "" {
			g.rooms++
		}
		g.add(room, slots)
	}
	for h := g.first; h < 24 && h*60 < last; h++ {
		g.hours = append(g.hours, h)
	}
	slices.SortStableFunc(g.slots, func(a, b gridSlot) int { return cmp.Or(a.startAt-b.startAt, a.column-b.column) })
	g.markEverybody(types)
	return g
}

func slotOf(b *Brief, zone string) gridSlot {
	start := b.Starts.In(zone)
	s := gridSlot{brief: b, hour: start.Hour(), minute: start.Minute() / gridStep * gridStep}
	long := int(b.Ends.Sub(b.Starts)/time.Minute) + start.Minute() - s.minute
	s.minutes = min(max((long+gridStep/2)/gridStep*gridStep, gridStep), longestSlot)
	s.startAt = s.hour*60 + s.minute
	s.endsAt = s.startAt + s.minutes
	return s
}

// add gives a room its columns: one, or as many as things overlap in it (open spaces
// hold several at once, and what replaces a cancelled session stands beside it).
func (g *grid) add(room core.ID, slots []gridSlot) {
	slices.SortStableFunc(slots, func(a, b gridSlot) int { return a.startAt - b.startAt })
	var lanes []int // when each is free again
	from := len(g.columns)
	for _, s := range slots {
		lane := slices.IndexFunc(lanes, func(free int) bool { return free <= s.startAt })
		if lane < 0 {
			lane = len(lanes)
			lanes = append(lanes, 0)
			g.columns = append(g.columns, room)
		}
		lanes[lane] = s.endsAt
		s.column = from + lane + 1
		g.slots = append(g.slots, s)
	}
}

// markEverybody finds the ceremonies beside which nothing else takes place.
func (g *grid) markEverybody(types []Type) {
	for i := range g.slots {
		s := &g.slots[i]
		if TypeOf(types, s.brief.Type).Slug != "ceremony" {
			continue
		}
		s.everybody = !slices.ContainsFunc(g.slots, func(o gridSlot) bool {
			return o.brief != s.brief && o.startAt < s.endsAt && s.startAt < o.endsAt
		})
	}
}

// now is where a time of day stands in the grid; ok is false outside its hours.
func (g grid) now(at time.Time) (hour, minute int, ok bool) {
	if len(g.hours) == 0 || at.Hour() < g.first || at.Hour() > g.hours[len(g.hours)-1] {
		return 0, 0, false
	}
	return at.Hour(), at.Minute() / gridStep * gridStep, true
}
