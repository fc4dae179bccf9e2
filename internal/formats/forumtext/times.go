package forumtext

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// clock is a time of day in a line, with the tokens it covers.
type clock struct {
	hour, min int
	half      string // "am", "pm" or ""
	from, to  int
}

func (c clock) minutes() int {
	h := c.hour
	switch {
	case c.half == "pm" && h < 12:
		h += 12
	case c.half == "am" && h == 12:
		h = 0
	}
	return h*60 + c.min
}

// clocks finds the times of day: 14:00, 9.30, 11h30, 9:30 AM, 2 p.m.
func clocks(ts []token, taken []foundDate) []clock {
	var out []clock
	skip := make(map[int]int, len(taken))
	for _, d := range taken {
		skip[d.from] = d.to
	}
	for i := 0; i < len(ts); {
		if to, ok := skip[i]; ok {
			i = to
			continue
		}
		c, ok := clockAt(ts, i)
		if !ok {
			i++
			continue
		}
		out = append(out, c)
		i = c.to
	}
	return out
}

func clockAt(ts []token, i int) (clock, bool) {
	t := ts[i]
	if t.kind != 'n' || t.num < 0 || t.num > 24 || len(t.text) > 2 && t.text[0] < 0x80 {
		return clock{}, false
	}
	if i > 0 && !t.space && ts[i-1].kind == 'p' && ts[i-1].is(".", ":", "/", "#", "-") && i > 1 && ts[i-2].kind == 'n' {
		if !ts[i-1].is("-") {
			return clock{}, false // the tail of a longer number
		}
	}
	c := clock{hour: t.num, from: i, to: i + 1}
	stated := false
	if i+2 < len(ts) && ts[i+1].is(":", ".", "h", "：") && ts[i+2].kind == 'n' && (!ts[i+2].space || ts[i+1].is("h")) &&
		utf8.RuneCountInString(ts[i+2].text) == 2 && ts[i+2].num < 60 {
		c.min, c.to, stated = ts[i+2].num, i+3, true
	} else if i+1 < len(ts) && !ts[i+1].space && ts[i+1].is("h") {
		c.to, stated = i+2, true
	}
	if half, n := halfDay(ts, c.to); n > 0 && c.hour <= 12 {
		c.half, c.to, stated = half, c.to+n, true
	}
	return c, stated && c.minutes() <= 24*60
}

// halfDay reads am, pm, a.m. and p.m. and says how many tokens they take.
func halfDay(ts []token, i int) (half string, n int) {
	if i >= len(ts) || ts[i].kind != 'w' {
		return "", 0
	}
	switch strings.ToLower(ts[i].text) {
	case "am", "pm":
		return strings.ToLower(ts[i].text), 1
	case "a", "p":
		if i+2 < len(ts) && ts[i+1].is(".") && ts[i+2].is("m") && !ts[i+2].space {
			n = 3
			if i+3 < len(ts) && ts[i+3].is(".") && !ts[i+3].space {
				n = 4
			}
			return strings.ToLower(ts[i].text) + "m", n
		}
	}
	return "", 0
}

// zoneAt reads a zone label at token i: JST, (UTC), UTC+9, Asia/Tokyo, Kyoto time.
func zoneAt(s string, ts []token, i int) (label string, to int) {
	apart := i < len(ts) && ts[i].is(",")
	if i < len(ts) && ts[i].is("(", "[", ",") {
		i++
	}
	if i < len(ts) && ts[i].is("hrs", "hours", "uhr", "h") {
		i++
	}
	if i >= len(ts) || ts[i].kind != 'w' {
		return "", 0
	}
	if label, to = placeHour(s, ts, i); to > 0 {
		return label, to
	}
	for j := i; j < len(ts) && j < i+5 && (ts[j].kind == 'w' || ts[j].is("-", "'", "’")); j++ {
		if j > i && ts[j].is("time") && (startsUpper(ts[i].text) || ts[i].is("local")) {
			return s[ts[i].from:ts[j].to], j + 1
		}
	}
	if i+2 < len(ts) && ts[i+1].is("/") && !ts[i+1].space && !ts[i+2].space && ts[i+2].kind == 'w' {
		j := i + 2
		for j+2 < len(ts) && ts[j+1].is("_", "/") && !ts[j+1].space && ts[j+2].kind == 'w' {
			j += 2
		}
		if name := s[ts[i].from:ts[j].to]; ianaLabel.MatchString(name) {
			return name, j + 1
		}
	}
	if !isZoneAbbr(ts[i].text) || apart && zoneAbbrs[ts[i].text] == "" {
		return "", 0
	}
	if ts[i].is("UTC", "GMT") && i+2 < len(ts) && ts[i+1].is("+", "-", "−", "–") && ts[i+2].kind == 'n' &&
		(!ts[i+2].space || ts[i+1].is("+")) && ts[i+2].num <= 14 {
		to = i + 3
		if to+1 < len(ts) && ts[to].is(":") && ts[to+1].kind == 'n' {
			to += 2
			if to < len(ts) && ts[to].is(":") {
				return ts[i].text, i + 1 // "UTC - 06:50" was the range, not the offset
			}
		}
		if ts[i+1].space && to == i+5 {
			return ts[i].text, i + 1
		}
		return strings.ReplaceAll(s[ts[i].from:ts[to-1].to], " ", ""), to
	}
	return ts[i].text, i + 1
}

func isZoneAbbr(word string) bool {
	if len(word) < 2 || len(word) > 5 || halfWord(word) {
		return false
	}
	for _, r := range word {
		if r < 'A' || r > 'Z' {
			return false
		}
	}
	return true
}

func halfWord(word string) bool {
	return strings.EqualFold(word, "am") || strings.EqualFold(word, "pm")
}

// reading is one statement of a time and what was left over of its line.
type reading struct {
	when   When
	words  int    // words that belong to neither date, time nor zone
	behind string // what stands behind the last of them
}

// readWhen reads the date, the times and the zone of a line; ok is false when there is
// no date and no time.
func (r *reader) readWhen(text string, place Place) (reading, bool) {
	ts := tokenize(text)
	ds := dates(ts)
	cs := clocks(ts, ds)
	if len(ds) == 0 && len(cs) == 0 {
		return reading{}, false
	}
	used := make([]bool, len(ts))
	cover := func(from, to int) {
		for i := from; i < to; i++ {
			used[i] = true
		}
	}
	w := When{Text: text, Place: place}
	for _, d := range ds {
		cover(d.from, d.to)
	}
	cs, w.ZoneLabel = clockZones(text, ts, cs, cover)
	if w.ZoneLabel == "" && len(cs) > 0 {
		w.ZoneLabel = looseZone(text, ts, used, cover)
	}
	out := reading{}
	if len(ds) > 0 {
		w.Date, w.EndDate = ds[0].date, ds[0].date
		w.weekday = ds[0].weekday
		if len(ds) > 1 {
			w.EndDate = ds[1].date
		}
	}
	w.setClocks(cs)
	out.when = w
	last := len(used) - 1
	for last >= 0 && !used[last] {
		last--
	}
	if last >= 0 {
		out.behind = strings.TrimLeft(text[ts[last].to:], " ,;:|)]-–—")
	}
	for i, t := range ts {
		if !used[i] && t.kind != 'p' && !connectives[strings.ToLower(t.text)] && weekdayNames[strings.ToLower(t.text)] == 0 {
			out.words++
		}
	}
	return out, true
}

var connectives = wordSet(`from to until till at on and the of date time times de à a le el la les
	du au al между с по до from between between local hrs hours uhr h m`)

// setClocks sets start and end; "9:30 - 11:00 AM" gives its half to both.
func (w *When) setClocks(cs []clock) {
	if len(cs) == 0 {
		return
	}
	first := cs[0]
	if len(cs) > 1 && first.half == "" && cs[1].half != "" && first.hour <= 12 {
		first.half = cs[1].half
		if first.minutes() >= cs[1].minutes() {
			first.half = ""
		}
	}
	w.Start = hhmm(first.minutes())
	if len(cs) == 1 {
		return
	}
	last := cs[1].minutes()
	w.End = hhmm(last)
	if !w.Date.IsZero() && w.EndDate == w.Date && last%(24*60) < first.minutes() {
		w.EndDate = w.Date.next()
	}
}

func hhmm(minutes int) string {
	minutes %= 24 * 60
	return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60)
}

// timeLine reads a line that states a time and says nothing else.
func (r *reader) timeLine(text string, place Place) (reading, bool) {
	if len(text) > 200 {
		return reading{}, false
	}
	got, ok := r.readWhen(text, place)
	if !ok || got.words > 0 || got.when.Start == "" {
		return reading{}, false
	}
	if got.when.Date.IsZero() && got.when.End == "" {
		return reading{}, false
	}
	return got, true
}

// settleTimes completes all times once the whole text is read, and compares what one
// session states several times.
func (r *reader) settleTimes() {
	e := &r.doc.Edition
	for i := range r.doc.Sessions {
		for _, w := range r.doc.Sessions[i].When {
			if e.Year == 0 {
				e.Year = w.Date.Year
			}
		}
	}
	for i := range r.doc.Sessions {
		s := &r.doc.Sessions[i]
		for k := range s.When {
			r.complete(&s.When[k])
			r.checkWeekday(&s.When[k], i)
		}
		r.compareWithin(s, i)
	}
	if s := r.doc.Sessions; r.doc.Shape == SessionPage && len(s) == 1 {
		for _, w := range s[0].When {
			if e.Zone == "" && w.Zone != "UTC" {
				e.Zone = w.Zone
			}
		}
	}
}

// complete fills the year from the edition and the zone from the label.
func (r *reader) complete(w *When) {
	if w.Date.Year == 0 && !w.Date.IsZero() && r.doc.Edition.Year != 0 {
		w.Date.Year, w.YearInferred = r.doc.Edition.Year, true
	}
	if w.EndDate.Year == 0 && !w.EndDate.IsZero() {
		w.EndDate.Year = w.Date.Year
		if w.EndDate.Month < w.Date.Month && w.Date.Year != 0 {
			w.EndDate.Year++
		}
	}
	w.Zone = r.zones.name(w.ZoneLabel, w.Date, r.doc.Edition.Zone)
}

// span returns the two instants of a statement, when it states all that is needed.
func (z *zones) span(w When) (start, end time.Time, ok bool) {
	loc := z.load(w.Zone)
	if loc == nil || w.Date.Year == 0 || w.Start == "" || w.End == "" {
		return start, end, false
	}
	return instant(w.Date, w.Start, loc), instant(w.EndDate, w.End, loc), true
}

func instant(d Date, clock string, loc *time.Location) time.Time {
	m := clockMinutes(clock)
	return time.Date(d.Year, d.Month, d.Day, m/60, m%60, 0, 0, loc)
}

func clockMinutes(clock string) int {
	var h, m int
	if _, err := fmt.Sscanf(clock, "%d:%d", &h, &m); err != nil {
		return 0
	}
	return h*60 + m
}

// startsUpper reports whether the first letter of s is a capital or has no case.
func startsUpper(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) {
			return !unicode.IsLower(r)
		}
		if unicode.IsDigit(r) {
			return true
		}
	}
	return false
}
