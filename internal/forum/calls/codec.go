package calls

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
)

// Name is the name under which a browser sends the answer to a question.
func (q Question) Name() string { return "a." + q.Key }

// Values are answers as a browser would send them.
func (f Form) Values(a Answers) url.Values {
	v := url.Values{}
	f.Each(func(_, _ int, q *Question) {
		x, name := a[q.Key], q.Name()
		set := func(name, s string) {
			if s != "" {
				v.Set(name, s)
			}
		}
		set(name, x.Text)
		set(name+".place", x.Place)
		switch q.Kind {
		case KindTags, KindSources, KindProfiles:
			v.Set(name, strings.Join(x.Many, "\n")) // a line each
		case KindGoals:
			var targets []string
			for _, m := range x.Many {
				if isGoal(m) {
					v.Add(name, m)
				} else {
					targets = append(targets, m)
				}
			}
			set(name+".targets", strings.Join(targets, ", "))
		default:
			v[name] = append(v[name], x.Many...)
		}
		for _, row := range slices.Sorted(maps.Keys(x.Matrix)) {
			set(name+"."+row, x.Matrix[row])
		}
		for i, p := range x.People {
			at := fmt.Sprintf("%s[%d].", name, i)
			set(at+"key", p.Key)
			set(at+"name", p.Name)
			set(at+"email", p.Email)
			set(at+"organisation", p.Organisation)
			set(at+"group", p.Group)
			set(at+"country", p.Country)
			set(at+"onsite", p.Onsite)
			if p.Asked {
				v.Set(at+"asked", "true")
			}
		}
		if x.File != nil {
			set(name+".kept", x.File.Name)
		}
	})
	for name, list := range v {
		if len(list) == 0 || len(list) == 1 && list[0] == "" {
			delete(v, name)
		}
	}
	return v
}

// Read takes answers out of what a browser sent, without judging them. Files are not
// among it: they are what they were, unless NAME.remove was ticked. newKey makes the key
// of a person who has none yet.
func (f Form) Read(v url.Values, was Answers, newKey func() string) Answers {
	out, keys := Answers{}, map[string]bool{}
	f.Each(func(_, _ int, q *Question) {
		name := q.Name()
		x := Answer{}
		switch q.Kind {
		case KindChoices, KindQuestions, KindThemes:
			x.Many = slices.Clone(v[name])
		case KindGoals:
			x.Many = lines(slices.Concat(v[name], v[name+".targets"]), true)
		case KindTags, KindSources, KindProfiles:
			x.Many = lines(v[name], q.Kind == KindTags)
		case KindMatrix:
			for _, row := range q.Rows {
				if col := v.Get(name + "." + row.Code); col != "" {
					if x.Matrix == nil {
						x.Matrix = map[string]string{}
					}
					x.Matrix[row.Code] = col
				}
			}
		case KindPeople:
			x.People = readPeople(v, name, keys, newKey)
		case KindFile:
			if v.Get(name+".remove") == "" {
				x.File = was[q.Key].File
			}
		default:
			x.Text = v.Get(name)
			x.Place = v.Get(name + ".place")
		}
		if x = x.clean(*q); !x.IsZero() {
			out[q.Key] = x
		}
	})
	return out
}

// lines are the lines that were sent; tags may be parted by commas too, in any script.
func lines(sent []string, commas bool) []string {
	return strings.FieldsFunc(strings.Join(sent, "\n"), func(r rune) bool {
		return r == '\n' || r == '\r' || commas && strings.ContainsRune(",;،؛，、；", r)
	})
}

// readPeople takes the rows in their order. No key stands twice in the same answers, in
// whatever question.
func readPeople(v url.Values, name string, keys map[string]bool, newKey func() string) []Person {
	rows := map[int]bool{}
	for k := range v {
		rest, ok := strings.CutPrefix(k, name+"[")
		if !ok {
			continue
		}
		if i, err := strconv.Atoi(rest[:max(0, strings.IndexByte(rest, ']'))]); err == nil && i >= 0 && i < 4*mostRows {
			rows[i] = true
		}
	}
	var out []Person
	for _, i := range slices.Sorted(maps.Keys(rows)) {
		at := fmt.Sprintf("%s[%d].", name, i)
		p := Person{
			Key: v.Get(at + "key"), Name: v.Get(at + "name"), Email: v.Get(at + "email"), Organisation: v.Get(at + "organisation"),
			Group: v.Get(at + "group"), Country: v.Get(at + "country"), Onsite: v.Get(at + "onsite"), Asked: v.Get(at+"asked") != "",
		}
		if v.Get(at+"remove") != "" || !p.said() {
			continue
		}
		if !core.ID(p.Key).Valid() || keys[p.Key] {
			p.Key = newKey()
		}
		keys[p.Key] = true
		out = append(out, p)
	}
	return out
}
