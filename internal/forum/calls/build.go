package calls

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"plenary/internal/forum/editions"
)

// Copy is a form that can be changed without changing this one.
func (f Form) Copy() Form {
	var out Form
	b, _ := json.Marshal(f)     // texts and numbers always marshal
	_ = json.Unmarshal(b, &out) // what was just written
	return out
}

func (f Form) place(key string) (section, question int, ok bool) {
	for s := range f.Sections {
		for q := range f.Sections[s].Questions {
			if f.Sections[s].Questions[q].Key == key {
				return s, q, true
			}
		}
	}
	return 0, 0, false
}

// Move gives the form with a question one place up or down; over the edge of its section
// it goes into the next one.
func (f Form) Move(key string, up bool) Form {
	out := f.Copy()
	s, q, ok := out.place(key)
	if !ok {
		return out
	}
	list := out.Sections[s].Questions
	switch {
	case up && q > 0:
		list[q-1], list[q] = list[q], list[q-1]
	case !up && q < len(list)-1:
		list[q+1], list[q] = list[q], list[q+1]
	case up && s > 0, !up && s < len(out.Sections)-1:
		one := list[q]
		out.Sections[s].Questions = slices.Delete(list, q, q+1)
		if up {
			out.Sections[s-1].Questions = append(out.Sections[s-1].Questions, one)
		} else {
			out.Sections[s+1].Questions = slices.Insert(out.Sections[s+1].Questions, 0, one)
		}
	}
	return out
}

// MoveSection gives the form with a section one place up or down.
func (f Form) MoveSection(i int, up bool) Form {
	out := f.Copy()
	j := i + 1
	if up {
		j = i - 1
	}
	if i >= 0 && j >= 0 && i < len(out.Sections) && j < len(out.Sections) {
		out.Sections[i], out.Sections[j] = out.Sections[j], out.Sections[i]
	}
	return out
}

// Without gives the form without a question.
func (f Form) Without(key string) Form {
	out := f.Copy()
	if s, q, ok := out.place(key); ok {
		out.Sections[s].Questions = slices.Delete(out.Sections[s].Questions, q, q+1)
	}
	return out
}

// WithoutSection gives the form without a section and what it asks.
func (f Form) WithoutSection(i int) Form {
	out := f.Copy()
	if i >= 0 && i < len(out.Sections) {
		out.Sections = slices.Delete(out.Sections, i, i+1)
	}
	return out
}

// Doubled gives the form with a copy of a question behind it, under a key of its own.
func (f Form) Doubled(key string) Form {
	out := f.Copy()
	if s, q, ok := out.place(key); ok {
		one := f.Copy().Sections[s].Questions[q]
		one.Key = out.freeKey(one.Key)
		if one.Kind != KindPeople {
			one.Means = ""
		}
		out.Sections[s].Questions = slices.Insert(out.Sections[s].Questions, q+1, one)
	}
	return out
}

// freeKey makes a key that no question of the form has.
func (f Form) freeKey(base string) string {
	if base = strings.ReplaceAll(editions.Slugify(base), "-", "_"); base == "" || base[0] < 'a' {
		base = strings.TrimSuffix("q_"+base, "_")
	}
	if len(base) > 36 {
		base = strings.TrimRight(base[:36], "_")
	}
	key := base
	for n := 2; ; n++ {
		if _, _, taken := f.place(key); !taken {
			return key
		}
		key = fmt.Sprintf("%s_%d", base, n)
	}
}
