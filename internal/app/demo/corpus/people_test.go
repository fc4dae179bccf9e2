package corpus

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

func TestMakeUpOfTheMeeting(t *testing.T) {
	each(t, func(t *testing.T, c *Corpus) {
		group, region, gender := map[string]int{}, map[string]int{}, map[string]int{}
		first, youth, parliament, high := 0, 0, 0, 0
		for _, p := range c.People {
			group[p.Group]++
			region[p.Region]++
			gender[p.Gender]++
			first += b2i(p.FirstTime)
			youth += b2i(p.Youth)
			parliament += b2i(p.Parliamentarian)
			high += b2i(p.HighLevel)
		}
		near := func(what string, got int, part float64) {
			if want := part * float64(len(c.People)); float64(got) < want-2 || float64(got) > want+2 {
				t.Errorf("%d %s, want about %.0f", got, what, want)
			}
		}
		for _, s := range groupShares {
			near(s.key, group[s.key], s.part)
		}
		for _, s := range regionShares {
			near(s.key, region[s.key], s.part)
		}
		for _, s := range genderShares {
			near(s.key, gender[s.key], s.part)
		}
		near("newcomers", first, .44)
		if c.Size == Full && (youth < 50 || parliament < 25 || high < 25) {
			t.Errorf("%d young people, %d parliamentarians, %d high-level", youth, parliament, high)
		}
	})
}

func TestPeople(t *testing.T) {
	local := regexp.MustCompile(`^[a-z]+(\.[a-z]+)?\d*@example\.(org|com|net)$`)
	each(t, func(t *testing.T, c *Corpus) {
		names, mails := map[string]bool{}, map[string]bool{}
		for _, p := range c.People {
			if names[nameKey(p.Name)] || mails[p.Email] {
				t.Errorf("%s or %s occurs twice", p.Name, p.Email)
			}
			names[nameKey(p.Name)], mails[p.Email] = true, true
			if !local.MatchString(p.Email) {
				t.Errorf("%s has the address %s", p.Name, p.Email)
			}
			if library().byCode[p.Country].region != p.Region || p.Title == "" || len(p.Languages) == 0 || len(p.Interests) != 3 {
				t.Errorf("incomplete: %+v", p)
			}
			if !strings.Contains(p.Name, p.Given) || !strings.Contains(p.Name, p.Family) {
				t.Errorf("%q is not made of %q and %q", p.Name, p.Given, p.Family)
			}
			if kind := c.Organisations[p.Org].Kind; kind != p.Group {
				t.Errorf("%s (%s) belongs to %s (%s)", p.Name, p.Group, c.Organisations[p.Org].Name, kind)
			}
			if p.Parliamentarian != strings.HasPrefix(c.Organisations[p.Org].Name, "Parliament of ") {
				t.Errorf("%s of %s: parliamentarian is %v", p.Name, c.Organisations[p.Org].Name, p.Parliamentarian)
			}
			if p.Group == "government" && c.Organisations[p.Org].Country != p.Country {
				t.Errorf("%s of %s serves %s", p.Name, p.Country, c.Organisations[p.Org].Name)
			}
			if p.SecondOrg == p.Org || p.SecondOrg >= len(c.Organisations) {
				t.Errorf("%s has the second organisation %d", p.Name, p.SecondOrg)
			}
		}
	})
}

func TestNamesInTheirOwnScript(t *testing.T) {
	script := map[string]*unicode.RangeTable{
		"JP": unicode.Han, "CN": unicode.Han, "KR": unicode.Hangul, "RU": unicode.Cyrillic, "UA": unicode.Cyrillic,
		"BG": unicode.Cyrillic, "GR": unicode.Greek, "EG": unicode.Arabic, "MA": unicode.Arabic, "LB": unicode.Arabic, "IR": unicode.Arabic,
	}
	each(t, func(t *testing.T, c *Corpus) {
		for _, p := range c.People {
			table, ok := script[p.Country]
			if ok && !strings.ContainsFunc(p.NativeName, func(r rune) bool { return unicode.Is(table, r) }) {
				t.Errorf("%s of %s is also written %q", p.Name, p.Country, p.NativeName)
			}
			if strings.ContainsFunc(p.Name, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) }) {
				t.Errorf("%s is not in Latin letters", p.Name)
			}
			if strings.ContainsAny(p.Name+p.NativeName, "_~/") {
				t.Errorf("marks in %q %q", p.Name, p.NativeName)
			}
		}
	})
}

func TestAddressesNeedEveryLetter(t *testing.T) {
	for _, culture := range library().cultures {
		for _, n := range slices.Concat(culture.female, culture.male, culture.family) {
			for _, form := range []string{n.latin, n.feminine} {
				letters := 0
				for _, r := range form {
					letters += b2i(unicode.IsLetter(r) && r != 'ʻ')
				}
				if got := len(ascii(form)); got < letters {
					t.Errorf("%s: %q folds to %q", culture.Key, form, ascii(form))
				}
			}
		}
	}
}

func TestNobodyIsFamous(t *testing.T) {
	deny := lines("deny.txt")
	if len(deny) < 200 {
		t.Fatalf("only %d names to avoid", len(deny))
	}
	for _, spelling := range []string{"António Guterres", "GUTERRES Antonio", "Volodymyr Zelenskyy", "Recep Tayyip Erdoğan", "Gabriel Boric Font"} {
		if !library().famous(spelling) {
			t.Errorf("%s is not recognised", spelling)
		}
	}
	if library().famous("Gabriel Solano") {
		t.Error("one common word makes a name famous")
	}
	people := []Person{}
	for _, c := range meetings() {
		people = append(people, c.People...)
	}
	for seed := range uint64(15) {
		people = append(people, build(seed+500, Small).People...)
	}
	for _, p := range people {
		words := strings.Fields(nameKey(p.Name))
		for _, famous := range deny {
			all := true
			for _, w := range strings.Fields(nameKey(famous)) {
				all = all && slices.Contains(words, w)
			}
			if all {
				t.Errorf("%s carries the name of %s", p.Name, famous)
			}
		}
	}
}

func TestOrganisations(t *testing.T) {
	b, err := os.ReadFile("testdata/real_organisations.txt")
	if err != nil {
		t.Fatal(err)
	}
	var realNames []string
	for _, l := range strings.Split(string(b), "\n") {
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "#") {
			realNames = append(realNames, " "+strings.ToLower(l)+" ")
		}
	}
	each(t, func(t *testing.T, c *Corpus) {
		used := make([]bool, len(c.Organisations))
		for _, p := range c.People {
			used[p.Org] = true
			if p.SecondOrg >= 0 {
				used[p.SecondOrg] = true
			}
		}
		seen := map[string]bool{}
		for i, o := range c.Organisations {
			if seen[o.Name] || !used[i] || o.Names["en"] != o.Name {
				t.Errorf("%s: twice, without people or without a name", o.Name)
			}
			seen[o.Name] = true
			if o.Kind == "government" && inSix(o.Names) != "" {
				t.Errorf("%s lacks %s", o.Name, inSix(o.Names))
			}
			for _, r := range realNames {
				if o.Kind != "government" && strings.Contains(" "+strings.ToLower(o.Name)+" ", r) {
					t.Errorf("%s is too near to %s", o.Name, strings.TrimSpace(r))
				}
			}
		}
	})
}

func TestBodies(t *testing.T) {
	each(t, func(t *testing.T, c *Corpus) {
		for _, b := range c.Bodies {
			groups := map[string]int{}
			for i, m := range b.Members {
				groups[c.People[m].Group]++
				if slices.Contains(b.Members[:i], m) {
					t.Errorf("%s: %s sits twice", b.Name, c.People[m].Name)
				}
			}
			switch b.Kind {
			case "advisory-group":
				if n := len(b.Members); n != plans[c.Size].mag || groups["government"] > n*2/5 {
					t.Errorf("advisory group %v", groups)
				}
			case "coalition", "policy-network", "best-practice-forum":
				if len(groups) < 3 {
					t.Errorf("%s has contacts from %v only", b.Name, groups)
				}
				if b.Theme < 0 {
					t.Errorf("%s has no theme", b.Name)
				}
			case "initiative":
				for _, m := range b.Members {
					if c.People[m].Region != b.Region {
						t.Errorf("%s: %s comes from %s", b.Name, c.People[m].Name, c.People[m].Region)
					}
				}
			}
			if c.Size == Full && len(b.Members) < 3 {
				t.Errorf("%s has %d members", b.Name, len(b.Members))
			}
		}
	})
}
