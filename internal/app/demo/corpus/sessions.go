package corpus

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
)

// draft is what is known of a session before it has a place in the timetable.
type draft struct {
	kind         string
	theme, topic int
	title, hook  string
	hint         string // see sessionText
	key          string // of a main session or ceremony
	body         string
	minutes      []int // durations that its type allows
}

// durations of the types that are placed in rooms of their own choice.
var durations = map[string][]int{
	"workshop": {60, 90}, "open-forum": {60}, "town-hall": {60}, "day-zero": {60, 90},
	"dc-session": {60, 90}, "nri-session": {60, 90}, "bpf-pn-session": {60, 90},
	"parliamentary": {60}, "youth": {60}, "networking": {60}, "launch-award": {30},
}

// frame sets up what does not depend on the people: edition, rooms, themes.
func (g *maker) frame() {
	t := g.texts.translate
	g.Edition = Edition{
		Slug:   "2026-sample",
		Name:   t.text(t.Frame, "Sample annual meeting 2026"),
		Theme:  t.text(t.Frame, "An Internet we answer for, together"),
		City:   t.text(t.Frame, "Sample City"),
		Zone:   "Asia/Tokyo",
		Now:    Moment{2, at(12, 30)},
		Sample: true,
	}
	for i, d := range []struct{ date, name string }{
		{"2026-10-18", "Day Zero"}, {"2026-10-19", "Day One"}, {"2026-10-20", "Day Two"}, {"2026-10-21", "Day Three"}, {"2026-10-22", "Day Four"},
	} {
		kind := "main"
		if i == 0 {
			kind = "day-zero"
		}
		g.Edition.Days = append(g.Edition.Days, Day{Date: d.date, Kind: kind, Name: t.text(t.Frame, d.name)})
	}
	for _, r := range []struct {
		key, name, kind, layout string
		capacity                int
	}{
		{"hall", "Main Hall", "hall", "theatre", 1500},
		{"w1", "Workshop Room 1", "workshop", "hollow square", 240},
		{"w2", "Workshop Room 2", "workshop", "theatre", 220},
		{"w3", "Workshop Room 3", "workshop", "hollow square", 180},
		{"w4", "Workshop Room 4", "workshop", "classroom", 160},
		{"w5", "Workshop Room 5", "workshop", "round tables", 120},
		{"w6", "Workshop Room 6", "workshop", "round tables", 100},
		{"w7", "Workshop Room 7", "workshop", "hollow square", 80},
		{"stage", "Village Stage", "stage", "open space", 150},
		{"studio", "Studio", "studio", "theatre", 40},
	} {
		if slices.Contains(g.plan.rooms, r.key) {
			g.Rooms = append(g.Rooms, Room{Key: r.key, Name: t.text(t.Rooms, r.name), Kind: r.kind, Capacity: r.capacity, Layout: r.layout})
		}
	}
	for _, theme := range g.texts.themes {
		out := Theme{Key: theme.Key, Name: t.text(t.Themes, theme.Name), Summary: theme.Summary}
		for _, topic := range theme.Topics {
			out.Topics = append(out.Topics, Topic{
				Key: topic.Key, Name: topic.Name, Subject: topic.Subject, Tags: topic.Tags,
				Questions: topic.Questions, SDGs: topic.SDGs, ActionLines: topic.Lines,
			})
			out.Tags = append(out.Tags, topic.Tags...)
		}
		g.Themes = append(g.Themes, out)
	}
}

// programme decides which sessions take place, without time or crew.
func (g *maker) programme() {
	r := g.random("programme")
	for _, b := range g.plan.hall {
		if b.kind != "main" {
			continue
		}
		for _, m := range g.texts.main {
			if m.Key == b.key {
				g.add(draft{kind: "main", key: m.Key, title: m.Title["en"], body: cmp.Or(m.Owner, "mag")}, m.Theme, m.Topic)
			}
		}
	}
	g.specials(r)
	g.proposals(r)
}

func (g *maker) add(d draft, theme, topic string) {
	d.theme = slices.Index(themeKeys, theme)
	d.topic = slices.IndexFunc(g.Themes[d.theme].Topics, func(t Topic) bool { return t.Key == topic })
	if d.topic < 0 {
		panic("corpus: no topic " + theme + "/" + topic)
	}
	if d.minutes == nil {
		d.minutes = durations[d.kind]
	}
	g.drafts = append(g.drafts, d)
}

// specials adds sessions of the types that have texts of their own. Those that a booking
// names come first; themes that are not yet served come before others.
func (g *maker) specials(r *rand.Rand) {
	named := map[string]bool{}
	want := map[string]int{}
	for _, b := range append(slices.Clone(g.plan.hall), g.plan.stage...) {
		named[b.key] = b.key != ""
		if b.kind == "high-level" || b.kind == "ceremony" || b.kind == "open-mic" {
			want[b.kind]++
		}
	}
	for kind, n := range g.plan.sessions {
		want[kind] = n
	}
	order := r.Perm(len(g.texts.special))
	slices.SortStableFunc(order, func(a, b int) int {
		return b2i(named[g.texts.special[b].Title] || named[g.texts.special[b].Key]) - b2i(named[g.texts.special[a].Title] || named[g.texts.special[a].Key])
	})
	got := map[string]int{}
	served := map[string]bool{}
	for pass := range 2 {
		for _, i := range order {
			s := g.texts.special[i]
			slot := s.Type + s.Theme
			if s.Type == "" || got[s.Type] == want[s.Type] || served[s.Title] || pass == 0 && served[slot] && !named[s.Title] && !named[s.Key] {
				continue
			}
			got[s.Type]++
			served[s.Title], served[slot] = true, true
			g.add(draft{kind: s.Type, key: s.Key, title: s.Title, hook: s.Hook, body: s.Body}, s.Theme, s.Topic)
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// proposals adds the sessions that were chosen from the open call: workshops, open
// forums, town halls, Day Zero events and lightning talks, spread over all themes.
func (g *maker) proposals(r *rand.Rand) {
	type candidate struct {
		sessionText
		theme, topic string
	}
	pool := func(short bool) []candidate {
		var lists [][]candidate
		for _, theme := range g.texts.themes {
			var list []candidate
			for round := range 5 {
				for _, t := range r.Perm(len(theme.Topics)) {
					if s := theme.Topics[t].Sessions[round]; short == (s.Hint == "short") {
						list = append(list, candidate{s, theme.Key, theme.Topics[t].Key})
					}
				}
			}
			slices.SortStableFunc(list, func(a, b candidate) int {
				return b2i(g.texts.translate.Sessions[b.Title] != nil) - b2i(g.texts.translate.Sessions[a.Title] != nil)
			})
			lists = append(lists, list)
		}
		var out []candidate
		for i := 0; ; i++ {
			n := len(out)
			for _, l := range r.Perm(len(lists)) {
				if i < len(lists[l]) {
					out = append(out, lists[l][i])
				}
			}
			if len(out) == n {
				return out
			}
		}
	}
	put := func(kind string, c candidate, minutes []int) {
		g.add(draft{kind: kind, title: c.Title, hook: c.Hook, hint: c.Hint, minutes: minutes}, c.theme, c.topic)
	}
	n := g.plan.sessions

	quick := pool(true)
	for i, c := range quick[:n["lightning"]+g.plan.short] {
		if i < n["lightning"] {
			put("lightning", c, []int{20})
		} else {
			put("town-hall", c, []int{30})
		}
	}

	long := pool(false)[:n["workshop"]+n["open-forum"]+n["town-hall"]-g.plan.short+n["day-zero"]]
	shuffle(r, long)
	var rest []candidate
	topics, zero := map[string]bool{}, 0
	for _, c := range long { // Day Zero touches as many topics as it has sessions
		if zero < n["day-zero"] && !topics[c.topic] && c.Hint == "" {
			topics[c.topic] = true
			zero++
			put("day-zero", c, nil)
		} else {
			rest = append(rest, c)
		}
	}
	slices.SortStableFunc(rest, func(a, b candidate) int { return b2i(b.Hint == "90") - b2i(a.Hint == "90") })
	for i, c := range rest {
		switch {
		case c.Hint == "90":
			put("workshop", c, []int{90})
		case i < n["workshop"]:
			put("workshop", c, nil)
		case i < n["workshop"]+n["open-forum"]:
			put("open-forum", c, nil)
		default:
			put("town-hall", c, nil)
		}
	}
}

// formatOf guesses the format that a session's opening text promises.
func formatOf(r *rand.Rand, d draft, minutes int) string {
	switch d.kind {
	case "main", "high-level", "bpf-pn-session":
		return "panel"
	case "dc-session", "nri-session", "parliamentary":
		return "round-table"
	case "youth":
		return "break-out"
	case "networking":
		return "birds-of-a-feather"
	case "launch-award", "ceremony", "open-mic":
		return "other"
	case "lightning":
		return "flash"
	}
	if minutes == 30 {
		return "flash"
	}
	hook := strings.ToLower(d.title + " " + d.hook)
	for _, rule := range []struct{ format, words string }{
		{"debate", "debate|both sides of"},
		{"theatre", "mock|rehearse|replay|plays a|repeat the hearing|take the seats|fictitious|stages one|decide on it in turn"},
		{"break-out", "rewrite|in pairs|build a|redesign|participants map|draft the|write a|test set|tables by region|hands-on|agree on words|take one apart|reprice"},
		{"birds-of-a-feather", "exchange set-ups|share blocklists|meet large ones"},
	} {
		for _, w := range strings.Split(rule.words, "|") {
			if strings.Contains(hook, w) {
				return rule.format
			}
		}
	}
	formats := []string{"panel", "panel", "panel", "panel", "round-table", "round-table", "round-table", "round-table", "break-out"}
	if d.kind == "workshop" {
		formats = append(formats, "break-out", "birds-of-a-feather")
	}
	return pick(r, formats)
}
