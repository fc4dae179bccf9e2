package corpus

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

type share struct {
	key  string
	part float64
}

// The make-up of the meeting, near the published figures of annual meetings of 2022 and
// 2023 held in Africa and Asia.
var (
	regionShares = []share{{"Asia-Pacific", .33}, {"WEOG", .25}, {"African", .20}, {"GRULAC", .13}, {"Eastern European", .09}}
	groupShares  = []share{{"civil-society", .29}, {"government", .26}, {"private-sector", .16}, {"technical-community", .11}, {"academia", .085}, {"igo", .075}, {"media", .02}}
	genderShares = []share{{"male", .535}, {"female", .45}, {"other", .015}}
	modeShares   = []share{{"onsite", .62}, {"online", .35}, {"hub", .03}}
)

// apportion splits n by largest remainder.
func apportion(n int, shares []share) []int {
	out := make([]int, len(shares))
	var total float64
	for _, s := range shares {
		total += s.part
	}
	order := make([]int, len(shares))
	rest := make([]float64, len(shares))
	left := n
	for i, s := range shares {
		exact := float64(n) * s.part / total
		out[i] = int(exact)
		rest[i] = exact - float64(out[i])
		left -= out[i]
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rest[b], rest[a]) })
	for _, i := range order[:left] {
		out[i]++
	}
	return out
}

// deal returns n keys in the proportions of shares, shuffled.
func deal(r *rand.Rand, n int, shares []share) []string {
	var out []string
	for i, k := range apportion(n, shares) {
		for range k {
			out = append(out, shares[i].key)
		}
	}
	shuffle(r, out)
	return out
}

// people invents everybody, first countries and groups, then organisations for them,
// then names.
func (g *maker) people() {
	r := g.random("people")
	countries := g.origins(r)
	n := len(countries)
	groups := deal(r, n, groupShares)
	g.settleGroups(r, countries, groups)
	genders := deal(r, n, genderShares)
	modes := deal(r, n, modeShares)
	first := deal(r, n, []share{{"first", .44}, {"again", .56}})
	youth := deal(r, n, []share{{"youth", .13}, {"-", .87}})

	g.People = make([]Person, n)
	for i := range g.People {
		p := &g.People[i]
		p.Country, p.Region = countries[i], g.texts.byCode[countries[i]].region
		p.Group, p.Gender, p.Mode = groups[i], genders[i], modes[i]
		p.FirstTime = first[i] == "first"
		p.Youth = youth[i] == "youth" && p.Group != "government" && p.Group != "igo"
		p.Parliamentarian = p.Group == "government" && r.IntN(5) == 0
		p.HighLevel = !p.Youth && !p.Parliamentarian && r.IntN(14) == 0 && len(g.texts.high[p.Group]) > 0
		p.Interests = draw(r, []int{0, 1, 2, 3, 4, 5, 6, 7}, 3)
		p.SecondOrg = -1
	}
	g.organisations(r)
	g.nameAll(r)
}

// settleGroups lets people from countries for which no organisation of their group is
// written change groups with officials from elsewhere: small delegations are mostly
// governmental.
func (g *maker) settleGroups(r *rand.Rand, countries, groups []string) {
	home := map[string]bool{}
	for kind, list := range g.texts.orgs {
		for _, line := range list {
			home[kind+"|"+line[strings.LastIndexByte(line, '|')+1:]] = true
		}
	}
	for i := range groups {
		if groups[i] == "government" || groups[i] == "igo" || home[groups[i]+"|"+countries[i]] || r.IntN(4) == 0 {
			continue
		}
		for range 60 {
			j := r.IntN(len(groups))
			if groups[j] == "government" && home[groups[i]+"|"+countries[j]] {
				groups[i], groups[j] = groups[j], groups[i]
				break
			}
		}
	}
}

// origins deals out the countries of all people: regions by quota, then within a region
// by weight, with each country of weight named or more present.
func (g *maker) origins(r *rand.Rand) []string {
	type entry struct {
		code   string
		weight int
	}
	byRegion := map[string][]entry{}
	for _, c := range g.texts.countries {
		for _, culture := range g.texts.cultures {
			if w := culture.Countries[c.code]; w > 0 {
				byRegion[c.region] = append(byRegion[c.region], entry{c.code, w})
			}
		}
	}
	var out []string
	for i, quota := range apportion(g.plan.people, regionShares) {
		entries := byRegion[regionShares[i].key]
		count := map[string]int{}
		var codes []string
		for _, e := range entries {
			if e.weight >= g.plan.named {
				codes = append(codes, e.code)
				count[e.code]++
			}
		}
		for len(codes) < quota {
			i := weighted(r, len(entries), func(i int) float64 {
				w := float64(entries[i].weight)
				if g.plan.spread {
					w /= 1 + 3*float64(count[entries[i].code])
				}
				return w
			})
			codes = append(codes, entries[i].code)
			count[entries[i].code]++
		}
		out = append(out, codes...)
	}
	shuffle(r, out)
	return out
}

// weighted draws one of n with the given weights.
func weighted(r *rand.Rand, n int, weight func(int) float64) int {
	var total float64
	for i := range n {
		total += weight(i)
	}
	x := r.Float64() * total
	for i := range n {
		if x -= weight(i); x < 0 {
			return i
		}
	}
	return n - 1
}

func (g *maker) nameAll(r *rand.Rand) {
	cultureOf := map[string]*culture{}
	for i := range g.texts.cultures {
		for code := range g.texts.cultures[i].Countries {
			cultureOf[code] = &g.texts.cultures[i]
		}
	}
	names, addresses := map[string]bool{}, map[string]bool{}
	for i := range g.People {
		p := &g.People[i]
		c := cultureOf[p.Country]
		for p.Name == "" || names[nameKey(p.Name)] || g.texts.famous(p.Name) {
			p.Given, p.Family, p.Name, p.NativeName = c.give(r, p.Gender)
		}
		names[nameKey(p.Name)] = true
		p.Languages = g.speaks(r, c)
		p.Title = g.title(r, p)
		p.Email = address(p, addresses)
	}
}

// speaks gives a person the languages of the country and, for most, English or another
// official language of the United Nations.
func (g *maker) speaks(r *rand.Rand, c *culture) []string {
	out := slices.Clone(c.Languages)
	if !slices.Contains(out, "en") && r.IntN(5) > 0 {
		out = append(out, "en")
	}
	if r.IntN(4) == 0 {
		if extra := pick(r, []string{"fr", "es", "ar", "ru", "zh", "pt"}); !slices.Contains(out, extra) {
			out = append(out, extra)
		}
	}
	return out
}

func (g *maker) title(r *rand.Rand, p *Person) string {
	switch {
	case p.Parliamentarian:
		return pick(r, g.texts.titles["parliamentarian"])
	case p.HighLevel:
		return pick(r, g.texts.high[p.Group])
	case p.Youth && r.IntN(3) > 0:
		return pick(r, g.texts.titles["youth"])
	default:
		return pick(r, g.texts.titles[p.Group])
	}
}

// address makes a mail address in a domain reserved for examples.
func address(p *Person, taken map[string]bool) string {
	domain := "example.org"
	switch p.Group {
	case "private-sector":
		domain = "example.com"
	case "technical-community":
		domain = "example.net"
	}
	local := ascii(strings.ReplaceAll(p.Given, "-", ""))
	if f := strings.Fields(p.Family); len(f) > 0 {
		local += "." + ascii(f[0])
	}
	for n := 1; ; n++ {
		a := fmt.Sprintf("%s@%s", local, domain)
		if n > 1 {
			a = fmt.Sprintf("%s%d@%s", local, n, domain)
		}
		if !taken[a] {
			taken[a] = true
			return a
		}
	}
}
