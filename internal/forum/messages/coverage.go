package messages

import (
	"context"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
)

// Coverage says what of a programme is in the Messages, and who is not heard in them.
type Coverage struct {
	View     View
	Sessions int               // that have published takeaways
	Unused   []programme.Brief // of these, those on which no Message rests
	Silent   []programme.Brief // sessions that owed takeaways, have ended and published none
	Themes   []CoveredTheme
	Question []CoveredQuestion
	Groups   []Heard // stakeholder groups
	Regions  []Heard
	People   int // persons with a role in the programme
	Voices   int // persons on whom the Messages rest
	Messages []CoveredMessage
	Next     core.Instant // when the next session ends, and may be one of the silent
}

// CoveredTheme is a theme with the Messages that rest on its sessions.
type CoveredTheme struct {
	Theme    editions.Theme
	Sessions int
	Messages []int
}

// CoveredQuestion is a policy question with the Messages that rest on sessions that take
// it up.
type CoveredQuestion struct {
	Question editions.Question
	Sessions int
	Messages []int
}

// Heard counts persons of one group or region. Code is empty where it is not known.
type Heard struct {
	Code      string
	Programme int   // with a role in a session of the programme
	Voices    int   // on whom a Message rests
	Messages  []int // the Messages that rest on one of them
}

// CoveredMessage is one Message with whom it rests on.
type CoveredMessage struct {
	N        int
	Sources  int // takeaways, sessions, moments and paragraphs that it rests on
	Pinned   int // of these, those that are pinned to moments or people
	Voices   int
	Groups   []string // of the persons, the most frequent first
	Regions  []string
	Sessions []core.ID
}

// Coverage counts what of an edition the Messages cover, to whoever may see them;
// editors with draft get that of the text that is being written. A person counts for a
// Message where a takeaway or sentence is pinned to her or to a moment in which she
// spoke; where a takeaway is pinned to nobody, all who have a role in its session count.
// Group and region are those of the day of the session. The number of queries does not
// depend on the size of the programme.
func (s *Service) Coverage(ctx context.Context, a core.Actor, set *editions.Setting, draft bool) (Coverage, error) {
	var out Coverage
	var err error
	if out.View, err = s.View(ctx, a, set, draft); err != nil {
		return out, err
	}
	chains, err := s.Trace(ctx, a, set, draft)
	if err != nil {
		return out, err
	}
	briefs, err := s.programme.Briefs(ctx, a, set, programme.Filter{})
	if err != nil {
		return out, err
	}
	briefs = slices.DeleteFunc(briefs, func(b programme.Brief) bool { return b.State != programme.StateScheduled })
	points, err := s.reports.Published(ctx, set.ID)
	if err != nil {
		return out, err
	}
	types, err := s.programme.Types(ctx, set.ID)
	if err != nil {
		return out, err
	}
	ids := make([]core.ID, len(briefs))
	for i, b := range briefs {
		ids[i] = b.ID
	}
	roles, err := s.programme.RolesIn(ctx, ids)
	if err != nil {
		return out, err
	}
	used := map[core.ID][]int{}
	for _, c := range chains {
		m := covered(c)
		out.Messages = append(out.Messages, m)
		for _, id := range m.Sessions {
			used[id] = append(used[id], c.Number)
		}
	}
	now := s.rec.Clock.Instant()
	for _, b := range briefs {
		switch {
		case len(points[b.ID]) > 0:
			if out.Sessions++; len(used[b.ID]) == 0 {
				out.Unused = append(out.Unused, b)
			}
		case b.Ends.IsZero() || !owes(types, b):
		case b.Ends.Before(now):
			out.Silent = append(out.Silent, b)
		case out.Next.IsZero() || b.Ends.Before(out.Next):
			out.Next = b.Ends
		}
	}
	out.subjects(set, briefs, used)
	out.voices(briefs, roles, chains)
	return out, nil
}

func owes(types []programme.Type, b programme.Brief) bool {
	i := slices.IndexFunc(types, func(t programme.Type) bool { return t.ID == b.Type })
	return i >= 0 && reports.Owes(types[i], reports.Takeaways)
}

// sources are all sources of a chain, each once.
func (c Chain) sources() []ChainSource {
	var out []ChainSource
	add := func(list []ChainSource) {
		for _, x := range list {
			if !slices.ContainsFunc(out, func(o ChainSource) bool { return o.Kind == x.Kind && o.Ref == x.Ref }) {
				out = append(out, x)
			}
		}
	}
	for _, s := range c.Sentences {
		add(s.Sources)
	}
	add(c.Sources)
	return out
}

// voicesOf are the persons on whom a Message rests, each once.
func voicesOf(c Chain) []ChainPerson {
	var out []ChainPerson
	for _, x := range c.sources() {
		for _, p := range x.People {
			if !p.Organisation && !slices.ContainsFunc(out, func(o ChainPerson) bool { return o.ID == p.ID }) {
				out = append(out, p)
			}
		}
	}
	return out
}

func covered(c Chain) CoveredMessage {
	m := CoveredMessage{N: c.Number}
	for _, x := range c.sources() {
		m.Sources++
		if x.Pinned {
			m.Pinned++
		}
		if x.Session != nil && !slices.Contains(m.Sessions, x.Session.ID) {
			m.Sessions = append(m.Sessions, x.Session.ID)
		}
	}
	groups, regions := map[string]int{}, map[string]int{}
	for _, p := range voicesOf(c) {
		m.Voices++
		groups[p.Group]++
		regions[p.Region]++
	}
	m.Groups, m.Regions = frequent(groups), frequent(regions)
	return m
}

// frequent are the keys but the empty one, the most frequent first.
func frequent(counts map[string]int) []string {
	var out []string
	for k := range counts {
		if k != "" {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	slices.SortStableFunc(out, func(a, b string) int { return counts[b] - counts[a] })
	return out
}

// subjects counts themes and policy questions.
func (v *Coverage) subjects(set *editions.Setting, briefs []programme.Brief, used map[core.ID][]int) {
	for _, th := range set.Themes {
		row := CoveredTheme{Theme: th}
		for _, b := range briefs {
			if b.Theme == th.ID {
				row.Sessions++
				row.Messages = append(row.Messages, used[b.ID]...)
			}
		}
		row.Messages = once(row.Messages)
		v.Themes = append(v.Themes, row)
	}
	for _, q := range set.Questions {
		row := CoveredQuestion{Question: q}
		for _, b := range briefs {
			if slices.Contains(b.Questions, q.ID) {
				row.Sessions++
				row.Messages = append(row.Messages, used[b.ID]...)
			}
		}
		row.Messages = once(row.Messages)
		v.Question = append(v.Question, row)
	}
}

func once(list []int) []int { return slices.Compact(slices.Sorted(slices.Values(list))) }

// voices counts groups and regions of the programme and of the Messages.
func (v *Coverage) voices(briefs []programme.Brief, roles map[core.ID][]programme.Role, chains []Chain) {
	groups, regions := map[string]*Heard{}, map[string]*Heard{}
	row := func(m map[string]*Heard, code string) *Heard {
		if m[code] == nil {
			m[code] = &Heard{Code: code}
		}
		return m[code]
	}
	seen := map[core.ID]bool{}
	for _, b := range briefs {
		for _, r := range roles[b.ID] {
			if r.Person == "" || seen[r.Person] {
				continue
			}
			seen[r.Person] = true
			v.People++
			row(groups, r.Snapshot.Group).Programme++
			row(regions, r.Snapshot.Region).Programme++
		}
	}
	heard := map[core.ID]bool{}
	for _, c := range chains {
		for _, p := range voicesOf(c) {
			g, r := row(groups, p.Group), row(regions, p.Region)
			if !heard[p.ID] {
				heard[p.ID] = true
				v.Voices++
				g.Voices++
				r.Voices++
			}
			g.Messages, r.Messages = append(g.Messages, c.Number), append(r.Messages, c.Number)
		}
	}
	v.Groups, v.Regions = ordered(groups), ordered(regions)
}

// ordered are the rows with most people of the programme first, the unknown last.
func ordered(m map[string]*Heard) []Heard {
	var out []Heard
	for _, code := range frequent(func() map[string]int {
		n := map[string]int{}
		for k, h := range m {
			n[k] = h.Programme
		}
		return n
	}()) {
		out = append(out, *m[code])
	}
	if h := m[""]; h != nil {
		out = append(out, *h)
	}
	for i := range out {
		out[i].Messages = once(out[i].Messages)
	}
	return out
}
