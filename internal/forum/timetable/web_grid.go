package timetable

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/i18n"
)

// mostColumns and longest are what the style sheet knows (65-grid.css).
const (
	mostColumns = 40
	longest     = 480
)

// place1 is a session in the grid of a day.
type cell struct {
	item        *Item
	column      int // from 1
	start, ends int // minutes of the venue's wall clock
}

// lay puts the plan of the day into lines: rooms across, time down, in the order in which
// it is read.
func (x *painter) lay(v *editorView) {
	day := x.b.Frame.Days[slices.IndexFunc(x.b.Frame.Days, func(d Day) bool { return d.Date == v.Date })]
	first, last := minutesOf(day.From), minutesOf(day.Until)
	var cells []cell
	for i := range x.b.Items {
		it := &x.b.Items[i]
		if !it.Plan.Scheduled() || x.dateOf(it.Plan.Starts) != v.Date || x.b.Set.Room(it.Plan.Room) == nil {
			continue
		}
		at := it.Plan.Starts.In(x.b.Set.Zone)
		c := cell{item: it, start: at.Hour()*60 + at.Minute()}
		c.ends = c.start + it.Length
		first, last = min(first, c.start), max(last, c.ends)
		cells = append(cells, c)
	}
	v.First, v.Last = first/60, min((last+59)/60, 24)
	columns := x.columns(v, cells)
	v.Class = "timetable across plan zoom-" + x.zoom + " r" + strconv.Itoa(min(columns, mostColumns)) + " h" + strconv.Itoa(v.First)
	slices.SortStableFunc(cells, func(a, b cell) int { return cmp.Or(a.start-b.start, a.column-b.column) })
	for h := v.First; h < v.Last; h++ {
		v.Items = append(v.Items, planItem{Hour: twoDigits(h) + ":00", Class: "hour h" + strconv.Itoa(h)})
		for _, br := range day.Breaks {
			if a := minutesOf(br.From); a/60 == h {
				name := x.c.Text(br.Name).S
				if name == "" {
					name = x.c.T("timetable.break")
				}
				v.Items = append(v.Items, planItem{Break: br.From + "–" + br.Until + " " + name, Class: "pause " + span(a, minutesOf(br.Until))})
			}
		}
		for i := range cells {
			if cells[i].start/60 == h {
				v.Items = append(v.Items, x.cell(cells[i]))
			}
		}
	}
}

func (x *painter) cell(c cell) planItem {
	s := x.slot(c.item)
	class := "slot " + span(c.start, c.ends) + " r" + strconv.Itoa(min(c.column, mostColumns))
	if s.Theme != nil {
		class += " theme-" + strconv.Itoa(s.Theme.Colour)
	}
	if s.Blocks > 0 {
		class += " bad"
	}
	if s.Cancelled {
		class += " off"
	}
	return planItem{Class: class, slotView: &s}
}

// span is a stretch of the day in the words of the style sheet.
func span(from, until int) string {
	at := from / step * step
	long := min(max((until-at+step-1)/step*step, step), longest)
	return "h" + strconv.Itoa(at/60) + " m" + strconv.Itoa(at%60) + " d" + strconv.Itoa(long)
}

// columns gives each room its columns: one, or as many as things overlap in it.
func (x *painter) columns(v *editorView, cells []cell) int {
	n := 0
	for _, r := range x.b.Set.Rooms {
		var lanes []int
		for i := range cells {
			c := &cells[i]
			if c.item.Plan.Room != r.ID {
				continue
			}
			lane := slices.IndexFunc(lanes, func(free int) bool { return free <= c.start })
			if lane < 0 {
				lane = len(lanes)
				lanes = append(lanes, 0)
			}
			lanes[lane] = c.ends
			c.column = n + lane + 1
		}
		for k := range max(len(lanes), 1) {
			n++
			v.Heads = append(v.Heads, x.head(&r, n, k))
		}
	}
	return n
}

func (x *painter) head(r *editions.Room, column, lane int) planHead {
	t := x.c.Text(r.Name)
	h := planHead{Class: "room-head r" + strconv.Itoa(min(column, mostColumns)), Name: t.S, Room: string(r.ID)}
	if t.Fallback {
		h.Lang = t.Lang
	}
	if lane > 0 {
		return h
	}
	f := x.b.Rooms[r.ID]
	var meta []string
	if r.Capacity > 0 {
		meta = append(meta, x.c.T("timetable.seats", "Count", r.Capacity))
	}
	if f.Hall {
		meta = append(meta, x.c.T("timetable.hall"))
	}
	comma := x.c.T("programme.list.comma")
	h.Meta = strings.Join(meta, comma)
	var kit []string
	for _, s := range f.Services {
		kit = append(kit, x.c.T("timetable.service."+s))
	}
	if f.Setup != "" {
		kit = append(kit, f.Setup)
	}
	h.Kit = strings.Join(kit, comma)
	return h
}

func minutesOf(clock string) int {
	h, m, ok := strings.Cut(clock, ":")
	if !ok {
		return 0
	}
	hours, err := strconv.Atoi(h)
	minutes, also := strconv.Atoi(m)
	if err != nil || also != nil {
		return 0
	}
	return hours*60 + minutes
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// when is a time of the plan: "Tue 20 Oct, 09:00–10:00".
func (x words) when(starts, ends core.Instant) string {
	if starts.IsZero() {
		return x.c.T("timetable.no_time")
	}
	a, z := starts.In(x.b.Set.Zone), ends.In(x.b.Set.Zone)
	return x.c.T("timetable.told.clock", "Day", i18n.ShortDate(x.c.Lang, a), "From", i18n.Clock(a), "Until", i18n.Clock(z))
}
