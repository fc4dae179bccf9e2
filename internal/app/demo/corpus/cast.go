package corpus

import "slices"

// owesReport says whether sessions of a type must publish takeaways within two hours.
func owesReport(kind string) bool {
	return !slices.Contains([]string{"ceremony", "open-mic", "lightning", "launch-award", "networking"}, kind)
}

// cast fills the roles of one session by the customs of its type.
func (c *casting) cast(n int) {
	s := &c.Sessions[n]
	p := &part{casting: c, s: s, in: map[int]bool{}}
	switch s.Type {
	case "ceremony":
		p.ceremony(c.drafts[n].key)
	case "open-mic":
		p.organiser(p.find(p.magMember, nil), "organiser")
		p.chair()
		p.crewOf("onsite-moderator", "online-moderator", "rapporteur")
	case "high-level":
		p.highLevel()
	case "main":
		p.organiser(p.find(p.magMember, nil), "organiser")
		p.organiser(p.find(p.magMember, p.fresh), "co-organiser")
		p.speak(5+c.r.IntN(2), anybody, true)
		p.crewOf("onsite-moderator", "online-moderator", "rapporteur")
	case "parliamentary":
		member := func(_ int, q *Person) bool { return q.Parliamentarian }
		p.organiser(p.find(p.both(p.seat("parliament-track"), p.mayOrganise), nil), "organiser")
		p.speak(3, member, false)
		p.speak(1, func(_ int, q *Person) bool { return q.Group == "technical-community" || q.Group == "academia" }, false)
		p.crewOf("onsite-moderator", "online-moderator", "rapporteur")
	case "youth":
		p.organiser(p.find(p.both(func(_ int, q *Person) bool { return q.Youth }, p.mayOrganise), nil), "organiser")
		p.speak(3+c.r.IntN(2), func(_ int, q *Person) bool { return q.Youth }, false)
		p.crewOf("onsite-moderator", "online-moderator", "rapporteur")
	case "dc-session", "bpf-pn-session", "nri-session":
		p.owned()
	case "lightning":
		i := p.find(p.both(p.mayOrganise, func(i int, q *Person) bool { return q.Mode == "onsite" && p.talks[i] < 3 }), p.proposer)
		p.organiser(i, "organiser")
		p.enter(i, "speaker", p.People[i].Org)
		if c.r.IntN(3) == 0 {
			p.speak(1, anybody, false)
		}
	case "networking":
		i := p.find(p.both(p.mayOrganise, func(_ int, q *Person) bool { return q.Mode == "onsite" }), p.proposer)
		p.organiser(i, "organiser")
		p.enter(i, "onsite-moderator", p.People[i].Org)
		p.crewOf("online-moderator")
	default:
		p.proposed()
	}
	p.tidy()
}

func anybody(int, *Person) bool { return true }

func (p *part) both(a, b func(int, *Person) bool) func(int, *Person) bool {
	return func(i int, q *Person) bool { return a(i, q) && b(i, q) }
}

func (p *part) magMember(i int, q *Person) bool { return p.mag[i] && p.mayOrganise(i, q) }

// seat fits the members of a body.
func (p *part) seat(key string) func(int, *Person) bool {
	members := p.body(key).Members
	return func(i int, _ *Person) bool { return slices.Contains(members, i) }
}

// fresh prefers co-organisers of other groups and regions than those already in.
func (p *part) fresh(_ int, q *Person) (v float64) {
	for _, r := range p.s.Roles {
		o := &p.People[r.Person]
		v -= 1.2*f(o.Group == q.Group) + .8*f(o.Region == q.Region)
	}
	return v
}

// proposed casts the sessions that organisers proposed themselves.
func (p *part) proposed() {
	kinds := map[string][]string{
		"open-forum": {"government", "igo"},
		"town-hall":  {"civil-society", "technical-community", "academia", "igo", "private-sector", "media"},
	}[p.s.Type]
	lead := p.inLanguage(func(i int, q *Person) bool {
		return p.mayOrganise(i, q) && (kinds == nil || slices.Contains(kinds, q.Group)) && !q.HighLevel && !q.Parliamentarian
	}, p.proposer)
	if lead < 0 {
		lead = p.find(p.mayOrganise, p.proposer)
	}
	p.organiser(lead, "organiser")

	partners := p.r.IntN(2)
	if p.s.Type == "workshop" {
		partners = 1 + p.r.IntN(3)
	}
	speakers := 3
	switch {
	case p.s.Minutes >= 90:
		speakers = 4 + p.r.IntN(3)
	case p.s.Minutes >= 60:
		speakers = 3 + p.r.IntN(3)
	}
	for range partners {
		i := p.find(func(i int, q *Person) bool { return p.mayOrganise(i, q) && !q.HighLevel && !q.Parliamentarian }, p.fresh)
		p.organiser(i, "co-organiser")
		if i >= 0 && p.r.IntN(2) == 0 && speakers > 3 && p.talks[i] < 3 {
			p.enter(i, "speaker", p.People[i].Org)
			speakers--
		}
	}
	p.speak(speakers, func(_ int, q *Person) bool {
		return !q.Parliamentarian || p.s.Minutes >= 60 && p.r.IntN(3) == 0
	}, true)

	if p.s.Type == "launch-award" {
		p.crewOf("onsite-moderator", "online-moderator")
		return
	}
	// one organiser often moderates or takes the record
	if q := &p.People[lead]; q.Mode == "onsite" && p.r.IntN(2) == 0 {
		p.enter(lead, "onsite-moderator", q.Org)
		p.crewOf("online-moderator", "rapporteur")
	} else {
		if p.r.IntN(3) == 0 {
			p.enter(lead, "rapporteur", q.Org)
			p.crewOf("onsite-moderator", "online-moderator")
			return
		}
		p.crewOf("onsite-moderator", "online-moderator", "rapporteur")
	}
}

// proposer weighs who tends to propose sessions.
func (p *part) proposer(_ int, q *Person) float64 {
	weight := map[string]float64{"civil-society": 1.2, "academia": 1, "technical-community": .8, "private-sector": .5, "media": .2, "government": -.6}
	return weight[q.Group] + .3*f(q.Youth) - .3*f(q.FirstTime)
}

// inLanguage finds somebody who speaks the language of the session; if there is nobody,
// the session is held in English.
func (p *part) inLanguage(fits func(int, *Person) bool, want func(int, *Person) float64) int {
	if p.s.Language != "en" {
		i := p.find(func(i int, q *Person) bool { return fits(i, q) && slices.Contains(q.Languages, p.s.Language) }, want)
		if i >= 0 {
			return i
		}
		p.s.Language = "en"
	}
	return p.find(fits, want)
}

// owned casts the sessions of coalitions, networks, forums and initiatives: their own
// contacts organise, others speak.
func (p *part) owned() {
	p.organiser(p.find(p.both(p.seat(p.s.OwnerBody), p.mayOrganise), nil), "organiser")
	if len(p.s.Organisers) == 0 { // all contacts are taken at this hour
		p.organiser(p.find(p.mayOrganise, p.proposer), "organiser")
	}
	p.organiser(p.find(p.both(p.seat(p.s.OwnerBody), p.mayOrganise), nil), "co-organiser")
	p.speak(3+p.r.IntN(3), func(_ int, q *Person) bool { return !q.HighLevel && !q.Parliamentarian }, true)
	p.crewOf("onsite-moderator", "online-moderator", "rapporteur")
}

func (p *part) ceremony(key string) {
	p.organiser(p.find(p.both(p.mayOrganise, func(_ int, q *Person) bool { return q.Group == "igo" || q.Group == "government" && q.Mode == "onsite" }), nil), "organiser")
	p.chair()
	if key == "statements" {
		for _, group := range []string{"government", "civil-society", "private-sector", "technical-community", "igo"} {
			i := p.find(func(i int, q *Person) bool { return q.Group == group && p.talks[i] < 3 }, func(_ int, q *Person) float64 { return 3*f(q.HighLevel) - f(q.Youth) })
			if i >= 0 {
				p.enter(i, "speaker", p.People[i].Org)
			}
		}
	} else {
		p.speak(5, func(_ int, q *Person) bool { return q.HighLevel || q.Youth }, true)
	}
	p.crewOf("online-moderator")
}

// chair finds a senior person in the room to preside.
func (p *part) chair() {
	i := p.find(func(_ int, q *Person) bool { return q.HighLevel && q.Mode == "onsite" }, nil)
	if i < 0 {
		i = p.find(func(_ int, q *Person) bool { return q.Mode == "onsite" && !q.Youth }, nil)
	}
	p.enter(i, "chair", p.People[i].Org)
}

func (p *part) highLevel() {
	high := func(_ int, q *Person) bool { return q.HighLevel }
	p.organiser(p.find(p.both(p.mayOrganise, func(_ int, q *Person) bool { return q.Group == "igo" || q.Group == "government" }), nil), "organiser")
	i := p.find(func(i int, q *Person) bool { return q.HighLevel && q.Mode == "onsite" && p.talks[i] < 3 }, nil)
	if i >= 0 {
		p.enter(i, "keynote", p.People[i].Org)
	}
	p.speak(4, high, true)
	p.crewOf("onsite-moderator", "online-moderator", "rapporteur")
}

// crewOf fills the working roles of a session. Moderators understand its language; the
// onsite moderator is in the room.
func (p *part) crewOf(roles ...string) {
	for _, role := range roles {
		find := p.find
		if role != "rapporteur" {
			find = p.inLanguage
		}
		i := find(func(_ int, q *Person) bool {
			if q.HighLevel || q.Parliamentarian && p.s.Type != "parliamentary" {
				return false
			}
			switch role {
			case "onsite-moderator":
				return q.Mode == "onsite"
			case "online-moderator":
				return q.Mode != "hub"
			}
			return true
		}, func(_ int, q *Person) float64 {
			return .5*f(role == "online-moderator" && q.Mode == "online") + .6*f(role == "rapporteur" && (q.Youth || q.Group == "academia")) +
				.5*f(p.s.Type == "high-level" && q.Group == "media") + 3*f(p.s.Type == "youth" && q.Youth) - f(role == "onsite-moderator" && q.FirstTime)
		})
		if i >= 0 {
			p.enter(i, role, p.People[i].Org)
		}
	}
}

// roleOrder is the order in which roles are listed.
var roleOrder = []string{"organiser", "co-organiser", "chair", "keynote", "speaker", "onsite-moderator", "online-moderator", "rapporteur"}

func (p *part) tidy() {
	slices.SortStableFunc(p.s.Roles, func(a, b Role) int {
		return slices.Index(roleOrder, a.Role) - slices.Index(roleOrder, b.Role)
	})
}
