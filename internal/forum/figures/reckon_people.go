package figures

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"plenary/internal/forum/participation"
	"plenary/internal/solve/disclosure"
)

const (
	unsaid     = "unsaid"
	genderRest = "other" // in words of one's own, or not said
	yes, no    = "yes", "no"
)

// in tells in which populations a registration counts.
func (p personRow) in() [popCount]bool {
	var in [popCount]bool
	in[popRegistered] = p.State != participation.StateWithdrawn
	in[popApproved] = slices.Contains(participation.Admitted, p.State) || p.Recheck && p.State == participation.StatePending
	in[popBadges] = !p.Collected.IsZero()
	in[popOnsite] = !p.Onsite.IsZero()
	in[popOnline] = !p.Online.IsZero()
	in[popHubs] = !p.AtHub.IsZero()
	in[popInPlace] = in[popBadges] || in[popOnsite]
	in[popAttended] = in[popOnsite] || in[popOnline] || in[popHubs]
	in[popPresent] = in[popAttended] || in[popBadges]
	return in
}

// place is the country that somebody comes from; igo for who speaks for an
// intergovernmental organisation, who counts for no country.
func (p personRow) place() string {
	if p.Region == igo {
		return igo
	}
	return cmp.Or(p.Country, unsaid)
}

func (p personRow) gender() string {
	switch p.Gender {
	case "woman", "man", "nonbinary":
		return p.Gender
	}
	return genderRest
}

func flag(b bool) string {
	if b {
		return yes
	}
	return no
}

// flags are what the staff or the person says of a registration beside its fields.
var flags = map[string]func(personRow) bool{
	"high-level":  func(p personRow) bool { return p.HighLevel },
	"ministers":   func(p personRow) bool { return p.Rank == "minister" || p.Rank == "vice-minister" },
	"legislators": func(p personRow) bool { return p.Parliament || p.Rank == "parliamentarian" },
	"media":       func(p personRow) bool { return p.Media },
}

var dims = map[string]func(personRow) string{
	ByGroup:  func(p personRow) string { return cmp.Or(p.Group, unsaid) },
	ByGender: personRow.gender,
	ByFirst:  func(p personRow) string { return cmp.Or(p.First, unsaid) },
	ByYouth:  func(p personRow) string { return flag(p.Youth) },
}

// Classes of countries that figures are broken down by.
var classes = []string{"LDC", "LLDC", "SIDS", "transition"}

// sums are the region and the classes that a place is a part of.
func (x *facts) sums(place string) []string {
	if place == igo || place == unsaid {
		return []string{"region:" + place}
	}
	out := []string{"region:" + x.regionOf(place)}
	for _, c := range x.classesOf(place) {
		out = append(out, "class:"+c)
	}
	return out
}

// tally counts registrations by a word and by population.
func (x *facts) tally(word func(personRow) string) map[string][]int {
	out := map[string][]int{}
	for _, p := range x.people {
		w := word(p)
		if out[w] == nil {
			out[w] = make([]int, popCount)
		}
		for i, in := range p.in() {
			if in {
				out[w][i]++
			}
		}
	}
	return out
}

func tableOf(counts map[string][]int, sums func(string) []string) disclosure.Table {
	var t disclosure.Table
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		c := disclosure.Cell{Name: name, Counts: counts[name]}
		if sums != nil {
			c.In = sums(name)
		}
		t.Cells = append(t.Cells, c)
	}
	return t
}

// tablesOf are the tables of people of what is published together. A gender of which there are few, or
// were at an earlier publication, is merged with "other or not said".
func tablesOf(x *facts, before map[string][]string, least int, to together) (t tables, mergedGender bool) {
	var pops []int
	for _, code := range to.codes {
		if pop, ok := wide[code]; ok && to.parts {
			pops = append(pops, pop)
		}
	}
	place := tableOf(only(x.tally(personRow.place), pops), x.sums)
	for i, pop := range pops {
		if !slices.Contains(byCountry, pop) {
			place.OnlySums = append(place.OnlySums, i)
		}
	}
	t = tables{"people/place": place}
	for dim, word := range dims {
		counts := only(x.tally(word), pops)
		if n := counts["nonbinary"]; dim == ByGender && n != nil {
			if slices.Contains(before["people/gender"], mergedMark) || slices.ContainsFunc(n, func(n int) bool { return n > 0 && n < least }) {
				rest := counts[genderRest]
				if rest == nil {
					rest = make([]int, len(pops))
				}
				for i := range rest {
					rest[i] += n[i]
				}
				counts[genderRest], mergedGender = rest, true
				delete(counts, "nonbinary")
			}
		}
		t["people/"+dim] = tableOf(counts, nil)
	}
	for name, has := range flags {
		if !to.has(name) {
			continue
		}
		counts := map[string][]int{}
		for word, n := range x.tally(func(p personRow) string { return flag(has(p)) }) {
			counts[word] = n[popPresent:]
		}
		t["people/"+name] = tableOf(counts, nil)
	}
	for name, counts := range x.others() {
		if code, _, _ := strings.Cut(name, "/"); !to.parts || !to.has(code) {
			continue
		}
		list := map[string][]int{}
		for word, n := range counts {
			list[word] = []int{n}
		}
		t[name] = tableOf(list, nil)
	}
	return t, mergedGender
}

// only takes some populations out of counts.
func only(counts map[string][]int, pops []int) map[string][]int {
	out := make(map[string][]int, len(counts))
	for word, n := range counts {
		out[word] = make([]int, len(pops))
		for i, pop := range pops {
			out[word][i] = n[pop]
		}
	}
	return out
}

// mergedMark says, among what is hidden of the genders, that one was merged.
const mergedMark = "=nonbinary"

// persons counts the registrations of a population, with all that is known of them.
func persons(pop int) func(*facts) outcome {
	return func(x *facts) outcome {
		var o outcome
		counts := map[string]map[string]int{}
		add := func(by, word string) {
			if counts[by] == nil {
				counts[by] = map[string]int{}
			}
			counts[by][word]++
		}
		for _, p := range x.people {
			if !p.in()[pop] {
				continue
			}
			o.amount++
			line := []string{string(p.ID), p.place()}
			for _, by := range []string{ByGroup, ByGender, ByFirst, ByYouth} {
				word := dims[by](p)
				add(by, word)
				line = append(line, word)
			}
			add(ByCountry, p.place())
			o.lines = append(o.lines, strings.Join(line, "|"))
		}
		o.parts = x.peopleParts(counts)
		if !slices.Contains(byCountry, pop) {
			o.parts = slices.DeleteFunc(o.parts, func(p part) bool { return p.by == ByCountry })
		}
		return o
	}
}

// peopleParts are the breakdowns of a population of registrations: groups and regions with
// their zeros, countries without.
func (x *facts) peopleParts(counts map[string]map[string]int) []part {
	region, class := map[string]int{}, map[string]int{}
	all := x.tally(personRow.place)
	for place := range all {
		n := counts[ByCountry][place]
		if place == igo || place == unsaid {
			region[place] += n
			continue
		}
		region[x.regionOf(place)] += n
		for _, c := range x.classesOf(place) {
			class[c] += n
		}
	}
	parts := []part{cellsOf(ByGroup, counts[ByGroup], x.tally(dims[ByGroup]))}
	r := part{by: ByRegion}
	for _, code := range slices.Sorted(maps.Keys(region)) {
		r.cells = append(r.cells, ref{code, "people/place", "region:" + code, region[code]})
	}
	k := part{by: ByClass}
	for _, code := range classes {
		if _, ok := class[code]; ok {
			k.cells = append(k.cells, ref{code, "people/place", "class:" + code, class[code]})
		}
	}
	c := part{by: ByCountry}
	for _, place := range slices.Sorted(maps.Keys(all)) {
		if place != igo {
			c.cells = append(c.cells, ref{place, "people/place", place, counts[ByCountry][place]})
		}
	}
	parts = append(parts, r, c, k)
	for _, by := range []string{ByGender, ByFirst, ByYouth} {
		parts = append(parts, cellsOf(by, counts[by], x.tally(dims[by])))
	}
	return parts
}

func cellsOf(by string, counts map[string]int, all map[string][]int) part {
	p := part{by: by}
	for _, code := range slices.Sorted(maps.Keys(all)) {
		p.cells = append(p.cells, ref{code, "people/" + by, code, counts[code]})
	}
	return p
}

func flagged(name string) func(*facts) outcome {
	return func(x *facts) outcome {
		o := outcome{behind: "people/" + name + "|" + yes}
		for _, p := range x.people {
			if p.in()[popPresent] && flags[name](p) {
				o.amount++
				o.lines = append(o.lines, string(p.ID))
			}
		}
		return o
	}
}

func anybody(personRow) bool { return true }

func ofGovernment(p personRow) bool { return p.Group == "government" }

func ofParliament(p personRow) bool { return flags["legislators"](p) }

// countriesOf counts the countries of the people of a population.
func countriesOf(pop int, of func(personRow) bool) func(*facts) outcome {
	return func(x *facts) outcome {
		var o outcome
		seen := map[string]bool{}
		for _, p := range x.people {
			if place := p.place(); p.in()[pop] && of(p) && place != igo && place != unsaid {
				seen[place] = true
				o.few++
				o.lines = append(o.lines, string(p.ID)+"|"+place)
			}
		}
		o.amount = len(seen)
		return o
	}
}

// hubs counts who has a registration of her own at hubs. They are too few to be broken
// down.
func hubs(x *facts) outcome {
	var o outcome
	for _, p := range x.people {
		if p.in()[popHubs] {
			o.amount++
			o.lines = append(o.lines, string(p.ID))
		}
	}
	return o
}

// withoutDayZero counts who was in a session on another day than Day Zero.
func withoutDayZero(x *facts) outcome {
	var o outcome
	seen := map[string]bool{}
	for _, a := range x.presences {
		if a.Day != x.set.DayZero && !seen[string(a.Person)] {
			seen[string(a.Person)] = true
			o.lines = append(o.lines, string(a.Person))
		}
	}
	o.amount = len(seen)
	return o
}

func hubHeads(x *facts) outcome {
	var o outcome
	most := map[string]int{} // of a hub on a day: the largest count, people stay
	for _, h := range x.heads {
		key := string(h.Hub) + "|" + h.Day
		most[key] = max(most[key], h.Heads)
		o.lines = append(o.lines, strings.Join([]string{string(h.Hub), h.Day, h.Session, itoa(h.Heads)}, "|"))
	}
	for _, n := range most {
		o.amount += n
	}
	return o
}
