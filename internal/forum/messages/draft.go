package messages

import (
	"slices"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
)

// sessionsOf are the sessions of raw material.
func sessionsOf(list []*Material) []core.ID {
	var out []core.ID
	for _, m := range list {
		if m.Session != nil && !slices.Contains(out, m.Session.ID) {
			out = append(out, m.Session.ID)
		}
	}
	return out
}

// drafted is the paragraph of a new Message and what the room keeps with it: its session
// where all material is of one, its theme where most is.
func drafted(in DraftInput, list []*Material, n int) (documents.Paragraph, own) {
	o := own{Part: partMessage, N: n}
	themes := map[core.ID]int{}
	for _, m := range list {
		o.Evidence = append(o.Evidence, m.Key)
		if themes[m.Theme]++; themes[m.Theme] > themes[o.Theme] && m.Theme != "" {
			o.Theme = m.Theme
		}
	}
	if ids := sessionsOf(list); len(ids) == 1 && !slices.ContainsFunc(list, func(m *Material) bool { return m.Session == nil }) {
		o.Session = ids[0]
	}
	p := documents.Paragraph{Kind: documents.Item, Text: in.Text.Clean(), Sources: []documents.Source{}}
	for i, sentence := range forumtext.Sentences(p.Text.String()) {
		for _, m := range list {
			if says(m.Text, p.Text.Orig, sentence) {
				src := m.Source
				src.Sentence = i + 1
				p.Sources = append(p.Sources, src)
			}
		}
	}
	return p, o
}

// says tells whether a sentence is one of a text, or has most of its words: four of
// five, counted both ways.
func says(t core.Text, lang, sentence string) bool {
	words := core.Words(sentence)
	for _, s := range forumtext.Sentences(t.By[lang]) {
		theirs := core.Words(s)
		if same := common(words, theirs); same > 0 && same*5 >= max(len(words), len(theirs))*4 {
			return true
		}
	}
	return false
}

func common(a, b []string) int {
	have := map[string]int{}
	for _, w := range a {
		have[w]++
	}
	n := 0
	for _, w := range b {
		if have[w] > 0 {
			have[w]--
			n++
		}
	}
	return n
}

// prefilled is the text of raw material, one after the other, in each language that all
// of it has.
func prefilled(list []*Material) core.Text {
	var out core.Text
	for i, m := range list {
		if i == 0 {
			out = m.Text
			continue
		}
		out = joined(out, m.Text)
	}
	return out
}

// joined is one text behind the other in the languages that both have; the original
// language is kept in any case.
func joined(a, b core.Text) core.Text {
	for _, lang := range core.Langs {
		switch x, y := a.By[lang], b.By[lang]; {
		case x != "" && y != "":
			a = a.With(lang, x+" "+y)
		case x != "" && lang == a.Orig:
			a = a.With(lang, x+" "+b.String())
		default:
			a = a.With(lang, "")
		}
	}
	return a
}

func themeName(set *editions.Setting, id core.ID) core.Text {
	if t := set.Theme(id); t != nil {
		return t.Name
	}
	return core.Text{}
}

// insertUnder puts a Message behind the others under a heading of its theme, which comes
// behind the last of the theme where it is new. Without a heading it stands under the
// theme's name, and without a theme at the end.
func insertUnder(paras []documents.Paragraph, heading, theme core.Text, id core.ID, p documents.Paragraph) []documents.Paragraph {
	if heading.IsZero() {
		heading = theme
	}
	under, last, group := -1, -1, false
	for i, q := range paras {
		o := ownOf(q)
		if o.Part == partHeading {
			group = o.Session == "" && o.Theme == id && q.Text.String() == heading.String()
		}
		if group {
			under = i + 1
		}
		if o.Session == "" && o.Theme == id {
			last = i + 1
		}
	}
	if under >= 0 {
		return slices.Insert(slices.Clone(paras), under, p)
	}
	if last < 0 {
		last = len(paras)
	}
	if heading.IsZero() {
		return slices.Insert(slices.Clone(paras), last, p)
	}
	h := documents.Paragraph{Kind: documents.Heading, Level: 2, Text: heading}
	h.Attrs.Own = own{Part: partHeading, Theme: id}.raw()
	return slices.Insert(slices.Clone(paras), last, h, p)
}
