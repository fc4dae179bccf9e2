package corpus

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// organisations gives everybody an affiliation. Public bodies exist for the States that
// have people here; other organisations come from the written lists and stay only if
// somebody belongs to them.
func (g *maker) organisations(r *rand.Rand) {
	for _, kind := range []string{"civil-society", "private-sector", "technical-community", "academia", "media", "igo"} {
		for _, line := range g.texts.orgs[kind] {
			f := strings.Split(line, "|")
			g.Organisations = append(g.Organisations, Organisation{Name: f[0], Names: g.orgName(f[0]), Acronym: f[1], Kind: kind, Country: f[2]})
		}
	}
	for _, line := range g.texts.orgs["networks"] {
		f := strings.Split(line, "|")
		g.Organisations = append(g.Organisations, Organisation{Name: f[0], Names: Text{"en": f[0]}, Acronym: f[1], Kind: f[2], Network: true})
	}

	public := map[string]int{}
	members := make([]int, len(g.Organisations))
	for i := range g.People {
		p := &g.People[i]
		if p.Group == "government" {
			p.Org = g.publicBody(r, p, public)
		} else {
			p.Org = g.affiliate(r, p, members)
			members[p.Org]++
		}
	}
	// a few people, mostly researchers and advocates, also speak for a network
	for i := range g.People {
		p := &g.People[i]
		if p.Group == "government" || p.Group == "igo" || r.IntN(9) > 0 {
			continue
		}
		second := r.IntN(len(members))
		if o := g.Organisations[second]; second != p.Org && (o.Network || o.Kind == "academia" && o.Country == p.Country) {
			p.SecondOrg = second
		}
	}
	g.dropEmpty()
}

func (g *maker) orgName(en string) Text {
	out := Text{"en": en}
	for i, s := range g.texts.orgNames.Names[en] {
		out[g.texts.orgNames.Languages[i]] = s
	}
	return out
}

// publicBody finds or founds the ministry, authority or parliament of a person's State.
func (g *maker) publicBody(r *rand.Rand, p *Person, known map[string]int) int {
	kind := "ministry"
	switch {
	case p.Parliamentarian:
		kind = "parliament"
	case p.HighLevel:
	case r.IntN(4) == 0:
		kind = "regulator"
	case r.IntN(7) == 0:
		kind = "data"
	}
	key := kind + p.Country
	if i, ok := known[key]; ok {
		return i
	}
	c := g.texts.byCode[p.Country]
	forms := g.texts.orgNames.Government[kind]
	names := Text{"en": fmt.Sprintf(forms[0], c.name["en"])}
	for i, lang := range g.texts.orgNames.Languages {
		names[lang] = fmt.Sprintf(forms[i+1], c.name[lang])
	}
	known[key] = len(g.Organisations)
	g.Organisations = append(g.Organisations, Organisation{Name: names["en"], Names: names, Kind: "government", Country: p.Country})
	return known[key]
}

// affiliate picks an organisation of the person's group: at home if there is one, else
// near by or an international one, hardly ever far away; the emptier the likelier.
func (g *maker) affiliate(r *rand.Rand, p *Person, members []int) int {
	best, score := -1, 0.0
	for i := range members {
		o := &g.Organisations[i]
		if o.Kind != p.Group {
			continue
		}
		s := r.Float64() * 3 / (1 + float64(members[i]))
		switch {
		case o.Country == p.Country:
			s += 4
		case o.Country == "":
			s++
		case g.texts.byCode[o.Country].subregion == g.texts.byCode[p.Country].subregion:
			s += 3
		case g.texts.byCode[o.Country].region == p.Region:
			s += 1.5
		default:
			s -= 3
		}
		if best < 0 || s > score {
			best, score = i, s
		}
	}
	return best
}

// dropEmpty removes organisations without people and renumbers the rest.
func (g *maker) dropEmpty() {
	used := make([]bool, len(g.Organisations))
	for _, p := range g.People {
		used[p.Org] = true
		if p.SecondOrg >= 0 {
			used[p.SecondOrg] = true
		}
	}
	place := make([]int, len(used))
	kept := g.Organisations[:0]
	for i, o := range g.Organisations {
		place[i] = -1
		if used[i] {
			place[i] = len(kept)
			kept = append(kept, o)
		}
	}
	g.Organisations = slices.Clip(kept)
	for i := range g.People {
		p := &g.People[i]
		p.Org = place[p.Org]
		if p.SecondOrg >= 0 {
			p.SecondOrg = place[p.SecondOrg]
		}
	}
}

// bodies sets up the groups with a name and fills them. The advisory group has up to two
// fifths from governments and the rest shared equally; a coalition's contacts come from
// at least three stakeholder groups; an initiative's from its region.
func (g *maker) bodies() {
	r := g.random("bodies")
	seats := map[int]int{}
	// choose takes n people who fit, those with the fewest seats first
	choose := func(n int, fits func(*Person) bool) []int {
		var out []int
		order := r.Perm(len(g.People))
		slices.SortStableFunc(order, func(a, b int) int { return seats[a] - seats[b] })
		for _, i := range order {
			if len(out) < n && !g.People[i].HighLevel && fits(&g.People[i]) {
				seats[i]++
				out = append(out, i)
			}
		}
		return out
	}
	from := func(groups ...string) func(*Person) bool {
		return func(p *Person) bool { return slices.Contains(groups, p.Group) && !p.Youth && !p.Parliamentarian }
	}
	for _, t := range g.texts.bodies {
		b := Body{Key: t.Key, Kind: t.Kind, Name: t.Name, Names: Text{"en": t.Name}, Acronym: t.Acronym, Region: t.Region, Theme: slices.Index(themeKeys, t.Theme)}
		for i, s := range t.Names {
			b.Names[g.texts.translate.Languages[i]] = s
		}
		switch t.Kind {
		case "advisory-group":
			fifth := g.plan.mag / 5
			b.Members = append(b.Members, choose(fifth, from("civil-society", "academia"))...)
			b.Members = append(b.Members, choose(fifth, from("private-sector"))...)
			b.Members = append(b.Members, choose(fifth, from("technical-community"))...)
			b.Members = append(b.Members, choose(g.plan.mag-3*fifth, from("government"))...)
		case "secretariat":
			b.Members = choose(3, from("igo"))
		case "coalition", "policy-network", "best-practice-forum":
			for _, group := range draw(r, []string{"civil-society", "private-sector", "technical-community", "academia", "government"}, 4) {
				b.Members = append(b.Members, choose(1, from(group))...)
			}
		case "initiative", "youth-initiative":
			near := func(p *Person) bool { return p.Region == t.Region && !p.Parliamentarian && !p.Youth }
			if t.Kind == "youth-initiative" {
				b.Members = choose(3, func(p *Person) bool { return p.Region == t.Region && p.Youth })
			}
			b.Members = append(b.Members, choose(4-len(b.Members), near)...)
		case "track":
			b.Members = choose(5, func(p *Person) bool {
				return t.Key == "parliament-track" && p.Parliamentarian || t.Key == "youth-track" && p.Youth
			})
		}
		g.Bodies = append(g.Bodies, b)
	}
	g.coordination()
}

// coordination fills the two groups that consist of the contacts of others.
func (g *maker) coordination() {
	contacts := map[string][]int{}
	join := func(key string, person int) {
		if !slices.Contains(contacts[key], person) {
			contacts[key] = append(contacts[key], person)
		}
	}
	for _, b := range g.Bodies {
		if len(b.Members) == 0 {
			continue
		}
		switch b.Kind {
		case "coalition":
			join("coalitions", b.Members[0])
		case "initiative", "youth-initiative":
			join("initiatives", b.Members[0])
		}
	}
	for i := range g.Bodies {
		if m := contacts[g.Bodies[i].Key]; m != nil {
			g.Bodies[i].Members = m
		}
	}
}

// body returns the body with the key, or nil.
func (g *maker) body(key string) *Body {
	for i := range g.Bodies {
		if g.Bodies[i].Key == key {
			return &g.Bodies[i]
		}
	}
	return nil
}
