package corpus

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Crowd invents n more people who take part and have no role: in the proportions of the
// meeting, from its organisations. Few names are those of others: where the names of a place
// are used up, people have two given names.
func (c *Corpus) Crowd(n int) []Person {
	p := plans[c.Size]
	p.people = n
	g := &maker{Corpus: c, texts: library(), plan: p, seed: c.Seed}
	r := g.random("crowd")
	countries := g.origins(r)
	groups := deal(r, len(countries), groupShares)
	genders := deal(r, len(countries), genderShares)
	modes := deal(r, len(countries), modeShares)
	first := deal(r, len(countries), []share{{"first", .62}, {"again", .38}})
	youth := deal(r, len(countries), []share{{"youth", .15}, {"-", .85}})
	cultureOf := map[string]*culture{}
	for i := range g.texts.cultures {
		for code := range g.texts.cultures[i].Countries {
			cultureOf[code] = &g.texts.cultures[i]
		}
	}
	at, anywhere := c.byPlace()
	out := make([]Person, len(countries))
	used := map[string]bool{}
	for _, x := range c.People {
		used[wordsOf(x.Name)] = true
	}
	for i := range out {
		x := &out[i]
		x.Country, x.Region, x.Group, x.Gender, x.Mode = countries[i], g.texts.byCode[countries[i]].region, groups[i], genders[i], modes[i]
		x.FirstTime = first[i] == "first"
		x.Youth = youth[i] == "youth" && x.Group != "government" && x.Group != "igo"
		x.Parliamentarian = x.Group == "government" && r.IntN(9) == 0
		x.HighLevel = !x.Youth && !x.Parliamentarian && r.IntN(150) == 0 && len(g.texts.high[x.Group]) > 0
		x.Org, x.SecondOrg = organisationFor(r, at[x.Group+"|"+x.Country], anywhere[x.Group]), -1
		for tries := 0; x.Name == "" || g.texts.famous(x.Name) || used[wordsOf(x.Name)] && tries < 40; tries++ {
			x.Given, x.Family, x.Name, x.NativeName = cultureOf[x.Country].give(r, x.Gender)
			if second, _, _, _ := cultureOf[x.Country].give(r, x.Gender); tries > 4 && second != x.Given {
				x.Name, x.NativeName = strings.Replace(x.Name, x.Given, x.Given+" "+second, 1), ""
				x.Given += " " + second
			}
		}
		used[wordsOf(x.Name)] = true
		x.Languages = g.speaks(r, cultureOf[x.Country])
		x.Title = g.title(r, x)
		x.Email = fmt.Sprintf("guest%d@crowd.example", i+1)
	}
	return out
}

// byPlace are the organisations by kind and country, and by kind.
func (c *Corpus) byPlace() (at, anywhere map[string][]int) {
	at, anywhere = map[string][]int{}, map[string][]int{}
	for i, o := range c.Organisations {
		at[o.Kind+"|"+o.Country] = append(at[o.Kind+"|"+o.Country], i)
		anywhere[o.Kind] = append(anywhere[o.Kind], i)
	}
	return at, anywhere
}

// organisationFor is one from the same country, or else one of the same kind; -1 where
// somebody comes for nobody.
func organisationFor(r *rand.Rand, near, far []int) int {
	switch {
	case len(near) > 0 && r.IntN(6) > 0:
		return pick(r, near)
	case len(far) > 0 && r.IntN(3) > 0:
		return pick(r, far)
	}
	return -1
}

// wordsOf are the words of a name in one order.
func wordsOf(name string) string {
	list := strings.Fields(name)
	slices.Sort(list)
	return strings.Join(list, " ")
}
