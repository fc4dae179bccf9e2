package documents

import (
	"cmp"
	"slices"
)

// surely is the likeness from which a sentence in another paragraph is taken for one
// that was moved there.
const surely = 0.8

// carry gives paragraphs that come without sources, degrees, dissent or own values (nil,
// not empty) those of the paragraphs before. Dissent and own values stay with the
// paragraph's id. Sources follow their sentences: through changes of wording, through
// splitting and joining, and into another paragraph when the sentence has moved there.
// A degree of support is for the very words: it stays only where they are the same.
func carry(before, after []Paragraph) []Paragraph {
	c := carrier{before: before, old: make([][]sentence, len(before)), byID: map[string]int{}}
	for i, p := range before {
		if _, ok := c.byID[p.ID]; !ok {
			c.byID[p.ID] = i
		}
	}
	for j := range after {
		c.paragraph(&after[j])
	}
	return after
}

type carrier struct {
	before []Paragraph
	old    [][]sentence // profiles, reckoned when first asked for
	byID   map[string]int
}

type sentence struct {
	para, i int // counted from 1
	profile profile
}

// link says that a sentence of a new paragraph was made from an old one.
type link struct {
	from  sentence
	to    int
	exact bool
}

func (c *carrier) paragraph(p *Paragraph) {
	origin, known := c.byID[p.ID]
	if known {
		o := c.before[origin].clone()
		if p.Attrs.Dissent == nil {
			p.Attrs.Dissent = o.Attrs.Dissent
		}
		if p.Attrs.Own == nil {
			p.Attrs.Own = o.Attrs.Own
		}
		if o.Text.Orig == p.Text.Orig && o.Text.String() == p.Text.String() {
			// The sentences stay where they were cut when the words were written.
			p.Attrs.Ends = o.Attrs.Ends
			if p.Sources == nil {
				p.Sources = o.Sources
			}
			if p.Attrs.Sentences == nil {
				p.Attrs.Sentences = o.Attrs.Sentences
			}
			return
		}
	}
	if p.Sources != nil && p.Attrs.Sentences != nil {
		return
	}
	links := c.links(*p, origin, known)
	if p.Sources == nil {
		p.Sources = c.sources(*p, links, origin, known)
	}
	if p.Attrs.Sentences == nil {
		p.Attrs.Sentences = c.degrees(links)
	}
}

func (c *carrier) sentences(i int) []sentence {
	if c.old[i] == nil {
		c.old[i] = profiled(c.before[i], i)
	}
	return c.old[i]
}

func profiled(p Paragraph, at int) []sentence {
	out := []sentence{}
	for k, s := range p.Sentences() {
		out = append(out, sentence{para: at, i: k + 1, profile: newProfile(s)})
	}
	return out
}

// links finds where each sentence comes from: the paragraph's own old sentences first,
// then those of others.
func (c *carrier) links(p Paragraph, origin int, known bool) []link {
	fresh := profiled(p, 0)
	var out []link
	linked := make([]bool, len(fresh)+1)
	if known {
		out = linkSentences(c.sentences(origin), fresh)
		for _, l := range out {
			linked[l.to] = true
		}
	}
	for _, f := range fresh {
		if linked[f.i] || f.profile.n < 3 {
			continue // two words are no evidence of where they come from
		}
		best := link{to: f.i}
		most := 0.0
		for i := range c.before {
			if known && i == origin || !c.before[i].marked() {
				continue
			}
			for _, s := range c.sentences(i) {
				if score := like(s.profile, f.profile); score >= surely && score > most {
					best.from, best.exact, most = s, score == 1, score
				}
			}
		}
		if most > 0 {
			out = append(out, best)
		}
	}
	return out
}

// marked tells whether the paragraph has anything that could follow a sentence.
func (p Paragraph) marked() bool { return len(p.Sources) > 0 || len(p.Attrs.Sentences) > 0 }

// linkSentences links the sentences of a paragraph before and after: equal ones in
// order, then the most alike, each once; then those that are left with whatever was
// joined with them or split from them.
func linkSentences(old, fresh []sentence) []link {
	words := func(list []sentence) []string {
		out := make([]string, len(list))
		for i, s := range list {
			out[i] = s.profile.words
		}
		return out
	}
	var out []link
	usedOld, usedNew := make([]bool, len(old)), make([]bool, len(fresh))
	add := func(i, j int, exact bool) {
		out = append(out, link{old[i], fresh[j].i, exact})
		usedOld[i], usedNew[j] = true, true
	}
	for _, run := range align(intern(words(old), words(fresh))) {
		for k := range run.n {
			add(run.a+k, run.b+k, true)
		}
	}
	type pair struct {
		i, j  int
		score float64
	}
	var pairs []pair
	for i := range old {
		for j := range fresh {
			if usedOld[i] && usedNew[j] {
				continue
			}
			if score := like(old[i].profile, fresh[j].profile); score >= alike {
				pairs = append(pairs, pair{i, j, score})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(b.score, a.score) })
	for _, p := range pairs {
		if !usedOld[p.i] && !usedNew[p.j] {
			add(p.i, p.j, p.score == 1)
		}
	}
	for _, p := range pairs { // joined or split: one side is taken already
		if !usedOld[p.i] || !usedNew[p.j] {
			add(p.i, p.j, p.score == 1)
		}
	}
	return out
}

// sources collects what the linked sentences rest on, and what the whole paragraph did.
// A new paragraph whose sentences all come from one old paragraph rests on what that
// one did as a whole.
func (c *carrier) sources(p Paragraph, links []link, origin int, known bool) []Source {
	var out []Source
	add := func(s Source, sentence int) {
		s.Sentence = sentence
		if len(out) < maxSources && !slices.ContainsFunc(out, func(o Source) bool {
			return o.Sentence == s.Sentence && o.Kind == s.Kind && o.Ref == s.Ref
		}) {
			out = append(out, s)
		}
	}
	if !known {
		origin, known = soleOrigin(links, len(p.Sentences()))
	}
	if known {
		for _, s := range c.before[origin].Sources {
			if s.Sentence == 0 {
				add(s, 0)
			}
		}
	}
	for _, l := range links {
		for _, s := range c.before[l.from.para].Sources {
			if s.Sentence == l.from.i {
				add(s, l.to)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Source) int { return cmp.Compare(a.Sentence, b.Sentence) })
	return out
}

// soleOrigin is the one paragraph from which all n sentences come.
func soleOrigin(links []link, n int) (origin int, ok bool) {
	if len(links) == 0 {
		return 0, false
	}
	to := map[int]bool{}
	for _, l := range links {
		if l.from.para != links[0].from.para {
			return 0, false
		}
		to[l.to] = true
	}
	return links[0].from.para, len(to) == n
}

func (c *carrier) degrees(links []link) []Degree {
	var out []Degree
	for _, l := range links {
		d := c.before[l.from.para].Attrs.Degree(l.from.i)
		if l.exact && d != "" && !slices.ContainsFunc(out, func(o Degree) bool { return o.I == l.to }) {
			out = append(out, Degree{I: l.to, Degree: d})
		}
	}
	slices.SortFunc(out, func(a, b Degree) int { return cmp.Compare(a.I, b.I) })
	return out
}
