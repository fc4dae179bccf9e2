package programme

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/editions"
)

// Facets: what sessions are sorted by. Each has a name in addresses.
const (
	byDay = iota
	byRoom
	byTheme
	byType
	byTrack
	byFormat
	byLanguage
	byBody
	byState
	byQuestion
	facetCount
)

var facetNames = [facetCount]string{"day", "room", "theme", "type", "track", "format", "language", "body", "state", "question"}

// Values of facets that are not the name of anything.
const (
	noValue = "none" // sessions without a day, room, theme or question
	stateOn = "on"   // sessions that are not cancelled
)

// choice is how a list is narrowed, as its address says it. What is empty does not
// narrow; a value that nothing has leaves nothing.
type choice struct {
	facet                [facetCount]string
	tag, sdg, line, q    string
	organisation, person string
}

// readChoice reads the choice of an address.
func readChoice(v url.Values) choice {
	var ch choice
	get := func(name string) string {
		s := strings.Join(strings.Fields(v.Get(name)), " ")
		if len(s) > 200 {
			s = strings.ToValidUTF8(s[:200], "")
		}
		return s
	}
	for f, name := range facetNames {
		ch.facet[f] = get(name)
	}
	for name, to := range ch.others() {
		*to = get(name)
	}
	return ch
}

// others are the parts of a choice that are asked of the database.
func (ch *choice) others() map[string]*string {
	return map[string]*string{
		"tag": &ch.tag, "sdg": &ch.sdg, "line": &ch.line, "q": &ch.q, "organisation": &ch.organisation, "person": &ch.person,
	}
}

// values is the choice as an address says it.
func (ch choice) values() url.Values {
	v := url.Values{}
	for f, name := range facetNames {
		if ch.facet[f] != "" {
			v.Set(name, ch.facet[f])
		}
	}
	for name, value := range ch.others() {
		if *value != "" {
			v.Set(name, *value)
		}
	}
	return v
}

// with is the choice with another value of a facet.
func (ch choice) with(facet int, value string) choice {
	ch.facet[facet] = value
	return ch
}

// at is the address of a page with this choice.
func (ch choice) at(path string) string {
	if q := ch.values().Encode(); q != "" {
		return path + "?" + q
	}
	return path
}

// filter is the part of the choice that the database answers, and whether there is any.
// A number or an id that is none finds nothing.
func (ch choice) filter() (f Filter, asked bool) {
	f = Filter{Tag: ch.tag, ActionLine: ch.line, Q: ch.q, Organisation: core.ID(ch.organisation), Person: core.ID(ch.person)}
	if ch.sdg != "" {
		if f.SDG, _ = strconv.Atoi(ch.sdg); f.SDG <= 0 {
			f.SDG = -1
		}
	}
	return f, f.Tag+f.ActionLine+f.Q+ch.organisation+ch.person != "" || f.SDG != 0
}

// facetKeys knows under which values of each facet a session stands.
type facetKeys struct {
	set              *editions.Setting
	types            []Type
	day              map[string][]string  // by date
	room, theme, typ map[core.ID][]string // one value each
	question         map[core.ID][]string // its number and those above it
	body             map[core.ID]string
	state, word      map[string][]string
	dates            []string // all days in order: those of the edition and any other on which something is
	none             []string
	dayNumber        map[string]int // by date
	questionKnown    map[string]bool
}

func newFacetKeys(set *editions.Setting, types []Type, known map[core.ID]bodies.Body, list []Brief) *facetKeys {
	k := &facetKeys{
		set: set, types: types, none: []string{noValue},
		day: map[string][]string{}, room: map[core.ID][]string{}, theme: map[core.ID][]string{}, typ: map[core.ID][]string{},
		question: map[core.ID][]string{}, body: map[core.ID]string{}, word: map[string][]string{},
		dayNumber: map[string]int{}, questionKnown: map[string]bool{},
		state: map[string][]string{
			StateDraft: {StateDraft, stateOn}, StateScheduled: {StateScheduled, stateOn}, StateCancelled: {StateCancelled},
		},
	}
	for _, d := range set.Days() {
		k.day[d.Date], k.dayNumber[d.Date] = []string{d.Slug()}, d.Number
	}
	for i := range list {
		if d := list[i].Day; d != "" && k.day[d] == nil {
			k.day[d] = []string{d}
		}
	}
	k.dates = slices.Sorted(maps.Keys(k.day))
	for _, r := range set.Rooms {
		k.room[r.ID] = []string{r.Slug}
	}
	for _, t := range set.Themes {
		k.theme[t.ID] = []string{t.Slug}
	}
	for _, t := range types {
		k.typ[t.ID] = []string{t.Slug}
	}
	for _, q := range set.Questions {
		k.questionKnown[q.Number] = true
		k.question[q.ID] = numbersAbove(q.Number)
	}
	slugs := map[string]int{}
	for _, b := range known {
		slugs[b.Slug]++
	}
	for id, b := range known {
		k.body[id] = b.Slug
		if slugs[b.Slug] > 1 {
			k.body[id] = string(id) // two kinds of bodies may share a name
		}
	}
	return k
}

// numbersAbove gives the number of a question and of those above it: 2.1 stands
// under 2, so what takes up 2.1 takes up 2.
func numbersAbove(number string) []string {
	out := []string{number}
	for i := strings.LastIndexByte(number, '.'); i > 0; i = strings.LastIndexByte(number, '.') {
		number = number[:i]
		out = append(out, number)
	}
	return out
}

// of gives the values under which a session stands. Callers must not change them.
func (k *facetKeys) of(b *Brief) [facetCount][]string {
	v := [facetCount][]string{
		byDay: k.day[b.Day], byRoom: k.room[b.Room], byTheme: k.theme[b.Theme], byType: k.typ[b.Type],
		byFormat: k.single(b.Format), byLanguage: k.single(b.Language), byState: k.state[b.State],
	}
	for _, id := range b.Tracks {
		if s := k.body[id]; s != "" {
			v[byTrack] = append(v[byTrack], s)
		}
	}
	if s := k.body[b.Body]; s != "" {
		v[byBody] = k.single(s)
	}
	switch len(b.Questions) {
	case 0:
	case 1:
		v[byQuestion] = k.question[b.Questions[0]]
	default:
		for _, id := range b.Questions {
			for _, n := range k.question[id] {
				if !slices.Contains(v[byQuestion], n) {
					v[byQuestion] = append(v[byQuestion], n)
				}
			}
		}
	}
	for _, f := range []int{byDay, byRoom, byTheme, byQuestion} {
		if len(v[f]) == 0 {
			v[f] = k.none
		}
	}
	return v
}

func (k *facetKeys) single(s string) []string {
	if s == "" {
		return nil
	}
	v := k.word[s]
	if v == nil {
		v = []string{s}
		k.word[s] = v
	}
	return v
}

// canonical replaces what people write in addresses by the values of the facets: a day
// by number or date, a room by any of its names, a question by its id.
func (k *facetKeys) canonical(ch choice) choice {
	for f, v := range ch.facet {
		if v == "" || v == noValue {
			continue
		}
		switch f {
		case byDay:
			ch.facet[f] = k.dayKey(v)
		case byRoom:
			if r := k.set.RoomNamed(v); r != nil {
				ch.facet[f] = r.Slug
			} else if s := k.room[core.ID(v)]; s != nil {
				ch.facet[f] = s[0]
			}
		case byTheme:
			if t := k.set.ThemeNamed(v); t != nil {
				ch.facet[f] = t.Slug
			} else if s := k.theme[core.ID(v)]; s != nil {
				ch.facet[f] = s[0]
			}
		case byType:
			if t := TypeNamed(k.types, v); t != nil {
				ch.facet[f] = t.Slug
			} else if s := k.typ[core.ID(v)]; s != nil {
				ch.facet[f] = s[0]
			}
		case byTrack, byBody:
			if s := k.body[core.ID(v)]; s != "" {
				ch.facet[f] = s
			}
		case byQuestion:
			if s := k.question[core.ID(v)]; s != nil {
				ch.facet[f] = s[0]
			}
		}
	}
	return ch
}

// dayKey reads a day: "day-2", "2" or its date.
func (k *facetKeys) dayKey(v string) string {
	if s := k.day[v]; s != nil {
		return s[0]
	}
	n, err := strconv.Atoi(strings.TrimPrefix(v, "day-"))
	if err != nil || n < 0 {
		return v
	}
	return editions.Day{Number: n}.Slug()
}

// date is the date of a day's value; empty where there is no such day.
func (k *facetKeys) date(value string) string {
	for _, d := range k.dates {
		if k.day[d][0] == value {
			return d
		}
	}
	return ""
}

// midnight is the beginning of a date at the venue.
func (k *facetKeys) midnight(date string) time.Time {
	return editions.Day{Date: date}.Time(k.set.Zone)
}
