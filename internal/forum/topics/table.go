package topics

import (
	"cmp"
	"slices"

	"plenary/internal/core"
)

// Table is all inputs of an edition with their tags as they stand.
type Table struct {
	Inputs []Input // that were counted
	Tags   []*Tag  // also hidden ones; with figures, ranked
	Hidden int     // tags that are hidden
	Bare   int     // inputs without any tag that counts

	byFold map[string]*Tag
	bySlug map[string]*Tag
	byID   map[core.ID]*Tag
	tags   map[core.ID][]*Tag // of each input, those that count
	listed map[core.ID]bool   // inputs that the reader may see although they are not public
}

// newTable counts the tags of inputs, by what curators have made of them.
func newTable(inputs []Input, cur *curated) *Table {
	t := &Table{
		Inputs: inputs, byFold: map[string]*Tag{}, bySlug: map[string]*Tag{}, byID: map[core.ID]*Tag{}, tags: map[core.ID][]*Tag{},
		listed: map[core.ID]bool{},
	}
	spellings := map[string]*Spelling{}
	for _, in := range inputs {
		written := map[string]bool{}
		for _, text := range in.Tags {
			fold := core.Fold(text)
			if fold == "" {
				continue
			}
			s := spellings[fold]
			if s == nil {
				s = &Spelling{Fold: fold, lang: in.Title.Orig}
				spellings[fold] = s
			}
			if !written[fold] {
				s.Inputs++
				s.Public += one(in.Public)
			}
			if !written[fold+"\x00"+text] {
				s.write(text, in.Public)
			}
			written[fold], written[fold+"\x00"+text] = true, true
		}
	}
	t.gather(spellings, cur)
	for _, in := range inputs {
		t.count(in)
	}
	for _, tag := range t.Tags {
		if tag.Hidden {
			t.Hidden++
		}
	}
	t.rank(OfAlone)
	return t
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func (s *Spelling) write(text string, public bool) {
	i := slices.IndexFunc(s.Written, func(w Written) bool { return w.Text == text })
	if i < 0 {
		i = len(s.Written)
		s.Written = append(s.Written, Written{Text: text})
	}
	s.Written[i].Inputs++
	s.Written[i].public += one(public)
}

// gather makes the tags: those that curators have touched, and each other spelling.
func (t *Table) gather(spellings map[string]*Spelling, cur *curated) {
	for _, row := range cur.tags {
		t.byID[row.ID] = &Tag{
			ID: row.ID, Slug: slugOf(row.Head), Name: row.Name, Named: !row.Name.IsZero(), Offered: row.Offered, Hidden: row.Hidden,
			Reason: row.Reason, Version: row.Version, head: row.Head, Spellings: []Spelling{},
		}
	}
	for _, s := range spellings {
		slices.SortStableFunc(s.Written, func(a, b Written) int {
			return cmp.Or(cmp.Compare(b.Inputs, a.Inputs), cmp.Compare(a.Text, b.Text))
		})
		tag := t.byID[cur.spellings[s.Fold]]
		if tag == nil {
			tag = &Tag{Slug: slugOf(s.Fold), head: s.Fold}
			t.byFold[s.Fold] = tag
		}
		tag.Spellings = append(tag.Spellings, *s)
	}
	for fold, id := range cur.spellings {
		t.byFold[fold] = t.byID[id]
	}
	seen := map[*Tag]bool{}
	for fold, tag := range t.byFold {
		// An old address leads to the tag into which its spelling was merged.
		t.bySlug[slugOf(fold)] = tag
		if !seen[tag] {
			seen[tag] = true
			t.Tags = append(t.Tags, tag)
		}
	}
	for _, tag := range t.Tags {
		slices.SortFunc(tag.Spellings, func(a, b Spelling) int {
			return cmp.Or(cmp.Compare(b.Inputs, a.Inputs), cmp.Compare(a.Fold, b.Fold))
		})
		if tag.Name.IsZero() {
			tag.Name = tag.asWritten()
		}
	}
}

// asWritten is the name of a tag that nobody has named: what most people wrote. Where
// some of it is not for everybody, what is goes first.
func (t *Tag) asWritten() core.Text {
	for _, all := range []bool{false, true} {
		for _, s := range t.Spellings {
			for _, w := range s.Written {
				if all || w.public > 0 || w.Inputs >= Few {
					return core.NewText(cmp.Or(s.lang, "en"), w.Text)
				}
			}
		}
	}
	return core.NewText("en", t.head)
}

// count adds one input to the figures of its tags. A hidden tag is none.
func (t *Table) count(in Input) {
	var list []*Tag
	for _, text := range in.Tags {
		tag := t.byFold[core.Fold(text)]
		if tag != nil && !slices.Contains(list, tag) {
			list = append(list, tag)
		}
	}
	shown := slices.DeleteFunc(slices.Clone(list), func(tag *Tag) bool { return tag.Hidden })
	if len(shown) == 0 {
		t.Bare++
	}
	for _, tag := range list {
		tag.Total++
		tag.TotalPublic += one(in.Public)
		if len(shown) == 1 && !tag.Hidden {
			tag.Alone++
			tag.AlonePublic += one(in.Public)
		} else {
			tag.Together++
			tag.TogetherPublic += one(in.Public)
		}
	}
	t.tags[in.ID] = shown
}

// rank sorts the tags by a figure and numbers them; equal figures share a rank. Hidden
// ones and those that nobody has used have none and come last.
func (t *Table) rank(by string) {
	unranked := func(x *Tag) bool { return x.Hidden || x.Total == 0 }
	slices.SortFunc(t.Tags, func(a, b *Tag) int {
		if u, v := unranked(a), unranked(b); u != v {
			return one(u) - one(v)
		}
		return cmp.Or(cmp.Compare(b.Figure(by), a.Figure(by)), cmp.Compare(b.Total, a.Total), cmp.Compare(a.head, b.head))
	})
	for i, tag := range t.Tags {
		switch {
		case unranked(tag):
			tag.Rank = 0
		case i > 0 && t.Tags[i-1].Figure(by) == tag.Figure(by):
			tag.Rank = t.Tags[i-1].Rank
		default:
			tag.Rank = i + 1
		}
	}
}

// Tag finds a tag by the last part of its address, also an old one; nil where there is none.
func (t *Table) Tag(slug string) *Tag { return t.bySlug[slug] }

// Find finds a tag by any way to write it, by a name in any language or by its address.
func (t *Table) Find(text string) *Tag {
	fold := core.Fold(text)
	if tag := t.byFold[fold]; tag != nil {
		return tag
	}
	for _, tag := range t.Tags {
		for _, name := range tag.Name.By {
			if core.Fold(name) == fold && fold != "" {
				return tag
			}
		}
	}
	return t.bySlug[text]
}

// TagsOf are the tags of an input that count, in the order in which they were written.
func (t *Table) TagsOf(id core.ID) []*Tag { return t.tags[id] }

// With are the inputs behind a figure of a tag, in the order in which they came.
func (t *Table) With(tag *Tag, of string) []Input {
	var out []Input
	for _, in := range t.Inputs {
		has := slices.ContainsFunc(in.Tags, func(s string) bool { return t.byFold[core.Fold(s)] == tag })
		alone := !tag.Hidden && len(t.tags[in.ID]) == 1
		if has && (of != OfAlone || alone) && (of != OfTogether || !alone) {
			out = append(out, in)
		}
	}
	return out
}

// May tells whether the reader may see an input; others are only counted.
func (t *Table) May(in Input) bool { return in.Public || t.listed[in.ID] }

// listable are those of the inputs that the reader may see.
func (t *Table) listable(list []Input) []Input {
	return slices.DeleteFunc(slices.Clone(list), func(in Input) bool { return !t.May(in) })
}

// Pairs are all two tags that stand together, the most frequent first; with one tag
// given, those of this tag, which is then A.
func (t *Table) Pairs(of *Tag) []Pair {
	type key struct{ a, b *Tag }
	count, public := map[key]int{}, map[key]int{}
	for _, in := range t.Inputs {
		tags := t.tags[in.ID]
		for i, a := range tags {
			for _, b := range tags[i+1:] {
				k := key{a, b}
				if b == of || of == nil && a.head > b.head {
					k = key{b, a}
				}
				if of == nil || k.a == of {
					count[k]++
					public[k] += one(in.Public)
				}
			}
		}
	}
	out := make([]Pair, 0, len(count))
	for k, n := range count {
		out = append(out, Pair{A: k.a, B: k.b, Inputs: n, Public: public[k]})
	}
	slices.SortFunc(out, func(x, y Pair) int {
		return cmp.Or(cmp.Compare(y.Inputs, x.Inputs), cmp.Compare(x.A.head, y.A.head), cmp.Compare(x.B.head, y.B.head))
	})
	return out
}

// Ranked are the tags that have a rank and that everybody may see.
func (t *Table) Ranked() []*Tag {
	return slices.DeleteFunc(slices.Clone(t.Tags), func(tag *Tag) bool { return tag.Rank == 0 || !tag.Shown() })
}

// Unshown is how many tags stand on so few inputs, none of them public, that they are not
// told to everybody.
func (t *Table) Unshown() (n int) {
	for _, tag := range t.Tags {
		n += one(!tag.Hidden && tag.Total > 0 && !tag.Shown())
	}
	return n
}
