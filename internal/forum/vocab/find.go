package vocab

import (
	"slices"
	"strings"

	"plenary/internal/core"
)

// finder knows countries by what people write. Names that could be two countries'
// find none.
type finder struct {
	exact map[string]string // key of the name → alpha2
	loose map[string]string // its words without "the", "of", sorted → alpha2
}

// newFinder gathers names: those that the forum shows, then those of the United
// Nations and of CLDR, then further ones that people write.
func newFinder(d *shipped, countries map[string]Country) finder {
	f := finder{exact: map[string]string{}, loose: map[string]string{}}
	add := func(index map[string]string, key, alpha2 string) {
		if key == "" {
			return
		}
		if have, ok := index[key]; ok && have != alpha2 {
			alpha2 = ""
		}
		index[key] = alpha2
	}
	note := func(name, alpha2 string) {
		exact, loose := nameKeys(name)
		add(f.exact, exact, alpha2)
		add(f.loose, loose, alpha2)
	}
	for _, alpha2 := range d.alpha2s {
		for _, n := range countries[alpha2].Name.By {
			note(n, alpha2)
		}
		for _, n := range d.countries[alpha2].Name.By {
			note(n, alpha2)
		}
	}
	for _, a := range d.aliases {
		note(a.name, a.alpha2)
	}
	return f
}

// small words are left out when words are compared in any order: "Congo, Democratic
// Republic of the", "Korea (Republic of)".
var smallWords = []string{
	"the", "of", "and", "la", "le", "les", "de", "du", "des", "d", "l", "el", "los", "las", "del", "y", "et", "и", "da", "do", "e",
}

func nameKeys(name string) (exact, loose string) {
	w := core.Words(name)
	for i := range w {
		switch w[i] {
		case "saint", "sainte", "ste":
			w[i] = "st"
		}
	}
	exact = strings.Join(w, " ")
	w = slices.DeleteFunc(w, func(s string) bool { return slices.Contains(smallWords, s) })
	slices.Sort(w)
	return exact, strings.Join(w, " ")
}

// country finds the code of a name.
func (f finder) country(name string, countries map[string]Country) (string, bool) {
	name = strings.TrimSpace(name)
	if len(name) == 2 && name == strings.ToUpper(name) {
		if _, ok := countries[name]; ok {
			return name, true
		}
	}
	if len(name) == 3 && name == strings.ToUpper(name) {
		for alpha2, c := range countries {
			if c.Alpha3 == name {
				return alpha2, true
			}
		}
	}
	exact, loose := nameKeys(name)
	if alpha2 := f.exact[exact]; alpha2 != "" {
		return alpha2, true
	}
	if _, ambiguous := f.exact[exact]; ambiguous {
		return "", false
	}
	alpha2 := f.loose[loose]
	return alpha2, alpha2 != ""
}
