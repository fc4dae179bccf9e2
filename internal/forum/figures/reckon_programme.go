package figures

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// none marks what has no theme, no organiser, no country.
const none = "none"

// open makes a breakdown that needs no hiding: it is about sessions and organisations that
// stand in the programme.
func open(by string, counts map[string]int) part {
	p := part{by: by}
	for _, code := range slices.Sorted(maps.Keys(counts)) {
		p.cells = append(p.cells, ref{code: code, n: counts[code]})
	}
	return p
}

// closed makes a breakdown whose small cells are hidden.
func closed(by, table string, counts map[string]int) part {
	p := open(by, counts)
	for i := range p.cells {
		p.cells[i].table, p.cells[i].name = table, p.cells[i].code
	}
	return p
}

func sessions(dayZero bool) func(*facts) outcome {
	return func(x *facts) outcome {
		var o outcome
		types, themes, kinds, countries := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
		last := ""
		for _, s := range x.sessions {
			if !dayZero && x.set.DayZero != "" && s.Day == x.set.DayZero {
				continue
			}
			if string(s.ID) != last { // a row for each of its organisers
				last = string(s.ID)
				o.amount++
				types[s.Type]++
				themes[cmp.Or(string(s.Theme), none)]++
				if s.Organisation == "" {
					kinds[none]++
				}
			}
			if s.Organisation != "" {
				kinds[cmp.Or(s.Kind, none)]++
				if s.Country != "" {
					countries[s.Country]++
				}
			}
			o.lines = append(o.lines, strings.Join([]string{last, s.Type, string(s.Theme), string(s.Organisation), s.Kind, s.Country}, "|"))
		}
		o.parts = []part{open(ByType, types), open(ByTheme, themes)}
		if dayZero {
			o.parts = append(o.parts, open(ByOrganiser, kinds), open(ByOrgCountry, countries))
		}
		return o
	}
}

func governmentSessions(x *facts) outcome {
	var o outcome
	seen, countries := map[string]bool{}, map[string]int{}
	for _, s := range x.sessions {
		if s.Kind != "government" {
			continue
		}
		seen[string(s.ID)] = true
		countries[cmp.Or(s.Country, none)]++
		o.lines = append(o.lines, strings.Join([]string{string(s.ID), string(s.Organisation), s.Country}, "|"))
	}
	o.amount, o.parts = len(seen), []part{open(ByOrgCountry, countries)}
	return o
}

// bestShown is how many sessions the list of the best attended has.
const bestShown = 20

// bestAttended counts who was in which session. Only public sessions that are open to
// everybody stand in the list, and none with few people.
func bestAttended(x *facts) outcome {
	var o outcome
	counts := map[string]int{}
	for _, a := range x.presences {
		o.amount++
		o.lines = append(o.lines, string(a.Session)+"|"+string(a.Person))
		if a.State == "scheduled" && !a.Invited {
			counts[a.Ref]++
		}
	}
	p := open(BySession, counts)
	slices.SortStableFunc(p.cells, func(a, b ref) int { return b.n - a.n })
	p.cells = slices.DeleteFunc(p.cells, func(r ref) bool { return r.n < x.least })
	o.parts = []part{{by: BySession, cells: p.cells[:min(len(p.cells), bestShown)]}}
	return o
}

// proposal is one with the first of those who propose it.
type proposal struct{ id, kind, theme, group, country string }

func (x *facts) uniqueProposals() []proposal {
	var out []proposal
	for _, p := range x.proposals {
		if n := len(out); n > 0 && out[n-1].id == string(p.ID) {
			continue
		}
		out = append(out, proposal{string(p.ID), p.Kind, cmp.Or(p.themeOf(), none), cmp.Or(p.Group, none), cmp.Or(p.Country, none)})
	}
	return out
}

func proposalsOf(x *facts) outcome {
	var o outcome
	types, themes := map[string]int{}, map[string]int{}
	for _, p := range x.uniqueProposals() {
		o.amount++
		types[p.kind]++
		themes[p.theme]++
		o.lines = append(o.lines, strings.Join([]string{p.id, p.kind, p.theme, p.group, p.country}, "|"))
	}
	others := x.others()
	o.parts = []part{
		open(ByType, types), open(ByTheme, themes),
		closed(ByOrganiser, "proposals/organiser", others["proposals/organiser"]), closed(ByOrgCountry, "proposals/organiser-country", others["proposals/organiser-country"]),
	}
	return o
}

// speaker is a person with what she was when she first spoke.
type speaker struct{ id, group, region, gender string }

func (x *facts) uniqueSpeakers() []speaker {
	var out []speaker
	for _, r := range x.speakers {
		if n := len(out); n > 0 && out[n-1].id == string(r.Person) {
			continue
		}
		out = append(out, speaker{
			string(r.Person), cmp.Or(r.Snapshot.Group, unsaid), cmp.Or(r.Snapshot.Region, unsaid), personRow{Gender: r.Gender}.gender(),
		})
	}
	return out
}

func speakers(x *facts) outcome {
	var o outcome
	for _, p := range x.uniqueSpeakers() {
		o.amount++
		o.lines = append(o.lines, strings.Join([]string{p.id, p.group, p.region, p.gender}, "|"))
	}
	others := x.others()
	for _, by := range []string{ByGroup, ByRegion, ByGender} {
		o.parts = append(o.parts, closed(by, "speakers/"+by, others["speakers/"+by]))
	}
	return o
}

// others are the counts of people by one thing, beside those of registrations.
func (x *facts) others() map[string]map[string]int {
	out := map[string]map[string]int{}
	add := func(table, word string) {
		if out[table] == nil {
			out[table] = map[string]int{}
		}
		out[table][word]++
	}
	for _, p := range x.uniqueSpeakers() {
		add("speakers/"+ByGroup, p.group)
		add("speakers/"+ByRegion, p.region)
		add("speakers/"+ByGender, p.gender)
	}
	for _, p := range x.uniqueProposals() {
		add("proposals/organiser", p.group)
		add("proposals/organiser-country", p.country)
	}
	for _, g := range x.grantees {
		add("grantees/"+ByRegion, cmp.Or(g.Region, unsaid))
		for class, in := range g.classes() {
			add("grantees/"+class, flag(in))
		}
	}
	return out
}

func (g Grantee) classes() map[string]bool {
	return map[string]bool{"LDC": g.LDC, "LLDC": g.LLDC, "SIDS": g.SIDS, "transition": g.Transition}
}

func grantees(x *facts) outcome {
	var o outcome
	for _, g := range x.grantees {
		o.amount++
		o.lines = append(o.lines, string(g.ID)+"|"+g.Country)
	}
	others := x.others()
	k := part{by: ByClass}
	for _, class := range classes {
		if n := others["grantees/"+class]; len(n) > 0 {
			k.cells = append(k.cells, ref{class, "grantees/" + class, yes, n[yes]})
		}
	}
	o.parts = []part{closed(ByRegion, "grantees/"+ByRegion, others["grantees/"+ByRegion]), k}
	return o
}

// organisationsOf counts the organisations with a role in a session of the programme; of
// the United Nations and their like also how many have one for the first time.
func organisationsOf(kind string) func(*facts) outcome {
	return func(x *facts) outcome {
		var o outcome
		kinds, first := map[string]int{}, map[string]int{}
		now, before := map[string]string{}, map[string]bool{}
		for _, r := range x.organisations {
			if r.Edition == x.set.ID {
				now[string(r.ID)] = cmp.Or(r.Kind, none)
			} else {
				before[string(r.ID)] = true
			}
		}
		for _, id := range slices.Sorted(maps.Keys(now)) {
			if kind != "" && now[id] != kind {
				continue
			}
			o.amount++
			kinds[now[id]]++
			first[flag(!before[id])]++
			o.lines = append(o.lines, id+"|"+now[id]+"|"+flag(before[id]))
		}
		if kind == "" {
			o.parts = []part{open(ByOrganiser, kinds)}
		} else {
			o.parts = []part{open(ByFirstOrg, first)}
		}
		return o
	}
}

func texts(kind string) func(*facts) outcome {
	return func(x *facts) outcome {
		var o outcome
		for _, t := range x.texts {
			if t.Kind == kind {
				o.amount++
				o.lines = append(o.lines, t.ID)
			}
		}
		return o
	}
}
