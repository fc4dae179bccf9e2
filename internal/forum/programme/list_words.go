package programme

import (
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// word is a value of a facet as people read it.
type word struct {
	Value, Label string
	Lang         string // where the label is not in the reader's language
	Colour       int    // of a theme
}

// words are what lists print of an edition, in the reader's language, made once for
// each page.
type words struct {
	c     *web.C
	sel   *selection
	vocab *vocab.Service
	room  map[core.ID]word
	place map[core.ID]template.HTML // the room in a line
	theme map[core.ID]template.HTML
	// yours is the reader's time in a sentence, around a mark; empty where she has no
	// zone of her own.
	yours string

	stars     bool
	starLabel string // around a mark
	marked    map[core.ID]bool
}

// span is the word in a line of a page.
func (n word) span(class string) template.HTML {
	lang := ""
	if n.Lang != "" {
		lang = ` lang="` + n.Lang + `"`
	}
	return template.HTML(`<span class="` + class + `"` + lang + `>` + template.HTMLEscapeString(n.Label) + `</span>`) //nolint:gosec // classes and languages are ours, the name is escaped
}

const mark0 = "\x00"

func (w *Web) words(c *web.C, sel *selection) *words {
	x := &words{
		c: c, sel: sel, vocab: w.vocab,
		room: map[core.ID]word{}, place: map[core.ID]template.HTML{}, theme: map[core.ID]template.HTML{},
	}
	for _, r := range sel.set.Rooms {
		x.room[r.ID] = x.named(r.Slug, r.Name)
		x.place[r.ID] = x.room[r.ID].span("room") + " "
	}
	for _, t := range sel.set.Themes {
		x.theme[t.ID] = x.named(t.Slug, t.Name).span("theme theme-" + strconv.Itoa(t.Colour))
	}
	if c.Zone != "" && c.Zone != sel.set.Zone {
		x.yours = c.T("when.yours", "Time", mark0)
	}
	return x
}

func (x *words) named(value string, t core.Text) word {
	v := x.c.Text(t)
	n := word{Value: value, Label: v.S}
	if v.Fallback {
		n.Lang = v.Lang
	}
	return n
}

func (x *words) term(vocabulary, code string) word {
	return x.named(code, x.vocab.Label(vocabulary, code))
}

// of lists the values of a facet in the order in which they are shown, with their
// names; those that nothing has are among them.
func (x *words) of(facet int) []word {
	k := x.sel.keys
	var out []word
	switch facet {
	case byDay:
		for _, d := range k.dates {
			out = append(out, word{Value: k.day[d][0], Label: i18n.ShortDate(x.c.Lang, k.midnight(d))})
		}
		out = append(out, word{Value: noValue, Label: x.c.T("programme.list.no_day")})
	case byRoom:
		for _, r := range x.sel.set.Rooms {
			out = append(out, x.room[r.ID])
		}
		out = append(out, word{Value: noValue, Label: x.c.T("programme.list.no_room")})
	case byTheme:
		for _, t := range x.sel.set.Themes {
			n := x.named(t.Slug, t.Name)
			n.Colour = t.Colour
			out = append(out, n)
		}
		out = append(out, word{Value: noValue, Label: x.c.T("programme.list.no_theme")})
	case byType:
		for _, t := range x.sel.types {
			out = append(out, x.named(t.Slug, t.Name))
		}
	case byTrack, byBody:
		for id, b := range x.sel.bodies {
			out = append(out, x.named(k.body[id], b.Name))
		}
		slices.SortFunc(out, func(a, b word) int { return strings.Compare(core.Fold(a.Label), core.Fold(b.Label)) })
	case byFormat:
		out = x.terms(vocab.Formats, facet)
	case byLanguage:
		out = x.terms(vocab.Languages, facet)
	case byState:
		for _, s := range States {
			out = append(out, word{Value: s, Label: x.c.T("policy.session.state." + s)})
		}
		out = append(out, word{Value: stateOn, Label: x.c.T("programme.list.not_cancelled")})
	case byQuestion:
		for _, q := range x.sel.set.Questions {
			out = append(out, word{Value: q.Number, Label: x.c.T("programme.list.question", "Number", q.Number)})
		}
		out = append(out, word{Value: noValue, Label: x.c.T("programme.list.no_question")})
	}
	return out
}

// terms are the terms of a vocabulary that sessions have, and codes that it lacks.
func (x *words) terms(vocabulary string, facet int) []word {
	var out []word
	known := map[string]bool{}
	for _, t := range x.vocab.Terms(vocabulary) {
		known[t.Code] = true
		if x.sel.counts[facet][t.Code] > 0 || x.sel.choice.facet[facet] == t.Code {
			out = append(out, x.named(t.Code, t.Label))
		}
	}
	for code := range x.sel.counts[facet] {
		if !known[code] {
			out = append(out, x.term(vocabulary, code))
		}
	}
	return out
}

// name is how people read one value of a facet; what is unknown comes as it is.
func (x *words) name(facet int, value string) word {
	for _, n := range x.of(facet) {
		if n.Value == value {
			return n
		}
	}
	return word{Value: value, Label: value}
}

// clockNote says which clock the page shows: "Times are Kyoto (UTC+9)." Where the zone
// is put forward or back during the meeting it names both.
func (x *words) clockNote(dates []string) string {
	var offsets []string
	for _, d := range dates {
		// noon: the clocks change at night
		if o := utcOffset(x.sel.keys.midnight(d).Add(12 * time.Hour).Zone()); !slices.Contains(offsets, o) {
			offsets = append(offsets, o)
		}
	}
	if len(offsets) == 0 {
		return ""
	}
	place := x.sel.set.Place(x.c.Lang)
	if len(offsets) > 1 {
		return x.c.T("programme.list.clocks", "Place", place, "First", offsets[0], "Then", offsets[1])
	}
	return x.c.T("programme.list.clock", "Place", place, "Offset", offsets[0])
}

// utcOffset writes a distance from UTC: "UTC+9", "UTC−3:30".
func utcOffset(_ string, seconds int) string {
	sign := "+"
	if seconds < 0 {
		sign, seconds = "−", -seconds
	}
	out := "UTC" + sign + strconv.Itoa(seconds/3600)
	if m := seconds / 60 % 60; m > 0 {
		out += ":" + strconv.Itoa(m/10) + strconv.Itoa(m%10)
	}
	return out
}

// listedSession is a session as lists print it.
type listedSession struct {
	URL, Title, Lang string
	Ref              string
	Meta             template.HTML // time, room, reference and theme
	Star             template.HTML // a button; empty where the page has none
	Statuses         []web.Status
	Cancelled        bool
}

// session prepares a session for a list. The line below the title is put together here
// from parts that are made once: hundreds of them stand on a page.
func (x *words) session(b *Brief) listedSession {
	title := x.c.Text(b.Label())
	v := listedSession{
		URL: x.c.URL(b.Path()), Title: title.S, Ref: b.Ref, Statuses: Statuses(x.c, *b), Cancelled: b.State == StateCancelled, Star: x.starHTML(b),
	}
	if title.Fallback {
		v.Lang = title.Lang
	}
	var m strings.Builder
	m.Grow(256)
	if b.Scheduled() {
		start := b.Starts.In(x.sel.set.Zone)
		m.WriteString(`<time datetime="`)
		m.WriteString(b.Starts.Time().Format("2006-01-02T15:04Z"))
		m.WriteString(`">`)
		m.WriteString(i18n.Clock(start))
		m.WriteString("–")
		m.WriteString(i18n.Clock(b.Ends.In(x.sel.set.Zone)))
		m.WriteString(`</time> `)
		if x.yours != "" {
			m.WriteString(`<span class="yours">`)
			m.WriteString(template.HTMLEscapeString(strings.Replace(x.yours, mark0, x.readersTime(b.Starts, start), 1)))
			m.WriteString(`</span> `)
		}
	}
	m.WriteString(string(x.place[b.Room]))
	m.WriteString(`<span>`)
	m.WriteString(RefLabel(b.Ref))
	m.WriteString(`</span> `)
	m.WriteString(string(x.theme[b.Theme]))
	v.Meta = template.HTML(m.String()) //nolint:gosec // references have letters and figures only, all else is escaped
	return v
}

// readersTime is a start by the reader's clock, with the date where it is another.
func (x *words) readersTime(at core.Instant, venue time.Time) string {
	mine := at.In(x.c.Zone)
	if mine.Day() != venue.Day() {
		return i18n.ShortDate(x.c.Lang, mine) + " " + i18n.Clock(mine)
	}
	return i18n.Clock(mine)
}

// listTabs are the ways to look at a programme; current is the address below it of
// the page that is shown.
func (w *Web) listTabs(c *web.C, set *editions.Setting, current string) web.Tabs {
	out := web.Tabs{Label: c.T("programme.list.ways")}
	for _, t := range []struct {
		path string
		show bool
	}{
		{"", true},
		{"/all", true},
		{"/questions", len(set.Questions) > 0},
		{"/rooms", len(set.Rooms) > 0},
		{"/themes", len(set.Themes) > 0},
		{"/types", true},
		{"/tracks", true},
		{"/organisations", true},
		{"/people", true},
	} {
		if !t.show && t.path != current {
			continue
		}
		key := strings.TrimPrefix(t.path, "/")
		if key == "" {
			key = "days"
		}
		out.Tabs = append(out.Tabs, web.Tab{
			Label: c.T("programme.list.way." + key), URL: c.URL(set.Path() + "/programme" + t.path), Current: t.path == current,
		})
	}
	return out
}

// listTrail is the trail of a page below the programme.
func listTrail(c *web.C, set *editions.Setting, here string) []web.Crumb {
	return editions.Trail(c, set, web.Crumb{Label: c.T("shell.programme"), URL: c.URL(set.Path() + "/programme")}, web.Crumb{Label: here})
}
