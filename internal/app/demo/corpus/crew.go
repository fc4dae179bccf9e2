package corpus

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// changeover is how many minutes a person needs between two sessions.
const changeover = 10

// casting fills the roles of sessions. Nobody is in two places at once, no organisation
// organises two sessions at the same time, and nobody speaks more than three times.
type casting struct {
	*maker
	r       *rand.Rand
	busy    [][]slot  // by person
	orgBusy [][]slot  // by organisation
	load    []int     // sessions by person
	keen    []float64 // how gladly a person takes part
	talks   []int     // sessions as speaker by person
	mag     map[int]bool
}

// crew fills all sessions, those with special demands first.
func (g *maker) crew() {
	r := g.random("crew")
	c := &casting{
		maker: g, r: r,
		busy: make([][]slot, len(g.People)), orgBusy: make([][]slot, len(g.Organisations)),
		load: make([]int, len(g.People)), talks: make([]int, len(g.People)),
		mag: map[int]bool{},
	}
	for _, i := range g.body("mag").Members {
		c.mag[i] = true
	}
	for range g.People {
		c.keen = append(c.keen, r.ExpFloat64())
	}
	c.audience()
	g.languages()

	order := make([]int, len(g.Sessions))
	for i := range order {
		order[i] = i
	}
	rank := []string{"parliamentary", "high-level", "ceremony", "open-mic", "main", "youth", "nri-session", "dc-session", "bpf-pn-session"}
	first := func(i int) int {
		if k := slices.Index(rank, g.Sessions[i].Type); k >= 0 {
			return k
		}
		return len(rank)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(first(a), first(b)) })
	for _, i := range order {
		c.cast(i)
	}
}

// audience chooses the people who only listen. Those who belong to a body never do.
func (c *casting) audience() {
	seat := map[int]bool{}
	for _, b := range c.Bodies {
		for _, m := range b.Members {
			seat[m] = true
		}
	}
	c.idle = map[int]bool{}
	for i := range c.People {
		if !seat[i] && c.r.Float64() < c.plan.audience {
			c.idle[i] = true
		}
	}
}

// languages lets some of the sessions with a translated title be held in that language.
func (g *maker) languages() {
	held := []string{"fr", "en", "es", "en", "ar", "fr", "en", "es", "ru", "en", "zh"}
	n := 0
	for i := range g.Sessions {
		s, d := &g.Sessions[i], g.drafts[i]
		s.Language = "en"
		s.Title = g.texts.translate.text(g.texts.translate.Sessions, d.title)
		if m := g.mainText(d.key); s.Type == "main" && m != nil {
			s.Title = m.Title
			continue
		}
		if len(s.Title) > 1 && s.Minutes >= 60 && slices.Contains([]string{"workshop", "open-forum", "town-hall", "day-zero"}, s.Type) {
			s.Language = held[n%len(held)]
			n++
		}
	}
}

func (g *maker) mainText(key string) *mainText {
	for i := range g.texts.main {
		if g.texts.main[i].Key == key {
			return &g.texts.main[i]
		}
	}
	return nil
}

// free reports whether none of the taken slots comes too close to s.
func free(taken []slot, s *Session, gap int) bool {
	for _, t := range taken {
		if t.day == s.Day && t.start < s.End()+gap && s.Start < t.start+t.minutes+gap && (t.room != s.Room || t.start < s.End() && s.Start < t.start+t.minutes) {
			return false
		}
	}
	return true
}

// part is one session while it is being filled.
type part struct {
	*casting
	s        *Session
	in       map[int]bool
	speakers []int
}

func (p *part) slot() slot { return slot{p.s.Day, p.s.Start, p.s.Minutes, p.s.Room} }

// find returns the best free person who fits, or -1. Soft preferences come from want;
// people with few engagements, with the theme among their interests and from groups and
// regions not yet in the session are preferred to others.
func (p *part) find(fits func(int, *Person) bool, want func(int, *Person) float64) int {
	best, score := -1, 0.0
	for relaxed := range 2 {
		for i := range p.People {
			q := &p.People[i]
			if p.in[i] || !fits(i, q) || !free(p.busy[i], p.s, changeover) {
				continue
			}
			if relaxed == 0 && (p.idle[i] || p.load[i] >= 6) {
				continue
			}
			v := 2*p.r.Float64() + .8*p.keen[i] - .55*float64(p.load[i]) + p.interest(q)
			if want != nil {
				v += want(i, q)
			}
			if best < 0 || v > score {
				best, score = i, v
			}
		}
		if best >= 0 {
			return best
		}
	}
	return -1
}

func (p *part) interest(q *Person) float64 {
	switch slices.Index(q.Interests, p.s.Theme) {
	case 0:
		return 1.5
	case 1:
		return 1
	case 2:
		return .6
	default:
		return -.6
	}
}

// enter gives person i a role. A person may hold several in one session.
func (p *part) enter(i int, role string, org int) {
	if i < 0 {
		return
	}
	if !p.in[i] {
		p.in[i] = true
		p.busy[i] = append(p.busy[i], p.slot())
		p.load[i]++
	}
	if role == "speaker" || role == "keynote" {
		p.speakers = append(p.speakers, i)
		p.talks[i]++
	}
	p.s.Roles = append(p.s.Roles, Role{Person: i, Role: role, Org: org})
}

// organiser enters person i and the person's organisation as organiser or co-organiser.
func (p *part) organiser(i int, role string) {
	if i < 0 {
		return
	}
	org := p.People[i].Org
	if role == "organiser" {
		p.s.Organisers = append(p.s.Organisers, org)
	} else {
		p.s.CoOrganisers = append(p.s.CoOrganisers, org)
	}
	p.orgBusy[org] = append(p.orgBusy[org], p.slot())
	p.enter(i, role, org)
}

// mayOrganise holds two rules: an organisation does not run two sessions at the same
// time, and members of the advisory group do not propose workshops.
func (p *part) mayOrganise(i int, q *Person) bool {
	if p.s.Type == "workshop" && p.mag[i] {
		return false
	}
	return free(p.orgBusy[q.Org], p.s, 0) && !slices.Contains(p.s.Organisers, q.Org) && !slices.Contains(p.s.CoOrganisers, q.Org)
}

// speak adds n speakers. Two are in the room, and whatever the first ones are, the last
// is of another gender, region or group if all the others are alike.
func (p *part) speak(n int, fits func(int, *Person) bool, mixed bool) {
	for k := range n {
		last := k == n-1
		varied := func(i int, q *Person) bool {
			if p.talks[i] >= 3 || k < 2 && q.Mode != "onsite" {
				return false
			}
			if last && n > 1 {
				return !p.alike(func(o *Person) bool { return o.Gender == q.Gender }) &&
					!p.alike(func(o *Person) bool { return o.Region == q.Region }) &&
					(!mixed || !p.alike(func(o *Person) bool { return o.Group == q.Group }))
			}
			return true
		}
		i := p.find(p.both(fits, varied), p.variety)
		if i < 0 {
			i = p.find(varied, p.variety)
		}
		if i < 0 {
			continue
		}
		org := p.People[i].Org
		if second := p.People[i].SecondOrg; second >= 0 && p.r.IntN(5) < 2 {
			org = second
		}
		p.enter(i, "speaker", org)
	}
}

// alike reports whether all speakers so far share what same compares.
func (p *part) alike(same func(*Person) bool) bool {
	for _, i := range p.speakers {
		if !same(&p.People[i]) {
			return false
		}
	}
	return len(p.speakers) > 0
}

// variety prefers people who differ from the speakers already chosen.
func (p *part) variety(_ int, q *Person) (v float64) {
	for _, j := range p.speakers {
		o := &p.People[j]
		v -= .9*f(o.Group == q.Group) + .8*f(o.Region == q.Region) + .6*f(o.Gender == q.Gender) + .8*f(o.Country == q.Country) + 3*f(o.Org == q.Org)
	}
	return v - 2*f(q.HighLevel && p.s.Type != "main")
}

func f(b bool) float64 { return float64(b2i(b)) }
