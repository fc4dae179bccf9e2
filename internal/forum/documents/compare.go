package documents

import (
	"maps"
	"slices"
	"sort"

	"plenary/internal/core"
)

// Change says what became of a paragraph between two revisions.
type Change string

// The changes. A paragraph that has only moved is Unchanged with Moved set.
const (
	Unchanged   Change = "same"
	Reworded    Change = "changed"
	NewPara     Change = "added"
	RemovedPara Change = "removed"
)

// ParaChange is one paragraph in two revisions.
type ParaChange struct {
	ID       string   `json:"id"`
	Kind     Kind     `json:"kind"` // as it is now
	Level    int      `json:"level,omitempty"`
	Change   Change   `json:"change"`
	Moved    bool     `json:"moved,omitempty"`
	Lang     string   `json:"lang"` // in which the words are compared
	Spans    []Span   `json:"spans"`
	Langs    []string `json:"langs,omitempty"`    // other languages in which the words differ
	Kinds    bool     `json:"kinds,omitempty"`    // it has become another kind of paragraph, or level
	Sources  bool     `json:"sources,omitempty"`  // it rests on other sources
	Degrees  bool     `json:"degrees,omitempty"`  // degrees of support differ
	Dissents bool     `json:"dissents,omitempty"` // statements of dissent differ
}

// Number is the number in the paragraph's id.
func (c ParaChange) Number() int { return paraNumber(c.ID) }

// Comparison is what differs between two revisions of a text.
type Comparison struct {
	From, To  Revision
	Title     []Span
	TitleLang string
	Paras     []ParaChange // in the order of To; removed ones where they stood
}

// Count says how many paragraphs have had a change.
func (c Comparison) Count(change Change) int {
	n := 0
	for _, p := range c.Paras {
		if p.Change == change {
			n++
		}
	}
	return n
}

// Moved says how many paragraphs stand in another order.
func (c Comparison) Moved() int {
	n := 0
	for _, p := range c.Paras {
		if p.Moved {
			n++
		}
	}
	return n
}

// Compare compares two revisions of one document paragraph by paragraph, by their ids,
// and word by word, in the language wanted where both have it, else in the original.
func Compare(from, to Revision, lang string) Comparison {
	c := Comparison{From: from, To: to}
	c.TitleLang = comparedIn(from.Title, to.Title, lang)
	c.Title = Diff(from.Title.By[c.TitleLang], to.Title.By[c.TitleLang])

	old := map[string]int{}
	for i, p := range from.Paragraphs {
		old[p.ID] = i
	}
	stays := unmoved(old, to.Paragraphs)
	behind := removedBehind(from.Paragraphs, to.Paragraphs, stays)
	removed := func(id string) {
		for _, p := range behind[id] {
			l := comparedIn(p.Text, core.Text{}, lang)
			c.Paras = append(c.Paras, ParaChange{ID: p.ID, Kind: p.Kind, Level: p.Level, Change: RemovedPara, Lang: l, Spans: Diff(p.Text.By[l], "")})
		}
	}
	removed("")
	for _, p := range to.Paragraphs {
		i, known := old[p.ID]
		if known {
			pc := comparePara(from.Paragraphs[i], p, lang)
			pc.Moved = !stays[p.ID]
			c.Paras = append(c.Paras, pc)
		} else {
			l := comparedIn(core.Text{}, p.Text, lang)
			c.Paras = append(c.Paras, ParaChange{ID: p.ID, Kind: p.Kind, Level: p.Level, Change: NewPara, Lang: l, Spans: Diff("", p.Text.By[l])})
		}
		removed(p.ID)
	}
	return c
}

// comparedIn chooses the language in which two states of a text are compared.
func comparedIn(a, b core.Text, lang string) string {
	switch {
	case a.IsZero():
		_, really := b.In(lang)
		return really
	case b.IsZero():
		_, really := a.In(lang)
		return really
	case a.By[lang] != "" && b.By[lang] != "":
		return lang
	}
	return b.Orig
}

func comparePara(a, b Paragraph, lang string) ParaChange {
	c := ParaChange{ID: b.ID, Kind: b.Kind, Level: b.Level, Change: Unchanged}
	c.Lang = comparedIn(a.Text, b.Text, lang)
	c.Spans = Diff(a.Text.By[c.Lang], b.Text.By[c.Lang])
	for _, l := range core.Langs {
		if l != c.Lang && a.Text.By[l] != b.Text.By[l] {
			c.Langs = append(c.Langs, l)
		}
	}
	c.Kinds = a.Kind != b.Kind || a.Level != b.Level
	c.Sources = !slices.Equal(a.Sources, b.Sources)
	c.Degrees = !maps.Equal(degreesOf(a), degreesOf(b))
	c.Dissents = !slices.EqualFunc(a.Attrs.Dissent, b.Attrs.Dissent, func(x, y Dissent) bool { return x.Kind == y.Kind && x.By == y.By && x.Text.Equal(y.Text) })
	words := a.Text.By[c.Lang] != b.Text.By[c.Lang]
	if words || len(c.Langs) > 0 || c.Kinds || c.Sources || c.Degrees || c.Dissents {
		c.Change = Reworded
	}
	return c
}

func degreesOf(p Paragraph) map[int]string {
	m := map[int]string{}
	for _, d := range p.Attrs.Sentences {
		m[d.I] = d.Degree
	}
	return m
}

// unmoved finds the largest set of paragraphs that stand in the same order before and
// after: the longest increasing subsequence of their old places. The others have moved.
func unmoved(old map[string]int, after []Paragraph) map[string]bool {
	type link struct{ place, at, prev int }
	var links []link
	var ends []int // ends[n]: index of the link that ends the best sequence of n+1
	for at, p := range after {
		place, known := old[p.ID]
		if !known {
			continue
		}
		n := sort.Search(len(ends), func(k int) bool { return links[ends[k]].place >= place })
		prev := -1
		if n > 0 {
			prev = ends[n-1]
		}
		links = append(links, link{place, at, prev})
		ends = append(ends[:n], append([]int{len(links) - 1}, ends[min(n+1, len(ends)):]...)...)
	}
	stays := map[string]bool{}
	if len(ends) > 0 {
		for k := ends[len(ends)-1]; k >= 0; k = links[k].prev {
			stays[after[links[k].at].ID] = true
		}
	}
	return stays
}

// removedBehind says behind which paragraph each removed one had stood; the empty id is
// the beginning.
func removedBehind(before, after []Paragraph, stays map[string]bool) map[string][]Paragraph {
	now := map[string]bool{}
	for _, p := range after {
		now[p.ID] = true
	}
	out := map[string][]Paragraph{}
	last := ""
	for _, p := range before {
		switch {
		case !now[p.ID]:
			out[last] = append(out[last], p)
		case stays[p.ID]:
			last = p.ID
		}
	}
	return out
}
