package documents

import (
	"html/template"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/printed"
	"plenary/internal/platform/web"
)

// TextPart renders a text for a page of an owner room: paragraphs with their permanent
// numbers, sources, degrees of support and dissent.
func TextPart(c *web.C, e Export) (template.HTML, error) {
	return c.Part("documents/text", newTextView(c, e))
}

// textView is a text, ready to print.
type textView struct {
	Fallback string // languages in which parts are shown for want of a translation
	Sections []textSection
	Notes    []noteView
	Bare     bool // the text begins without a heading
}

// textSection is a heading with what follows it.
type textSection struct {
	Heading *paraView
	Paras   []paraView
}

type paraView struct {
	ID, Lang, Dir string // language only where it is not the reader's
	Number        string // empty: none is shown
	Label         string // what the permanent link says aloud
	Kind          Kind
	Depth         int // of a heading: 2 to 4
	Parts         []partView
	Marks         []int
	Notes         []noteView
	Rests         string
	Support       []supportView
	Dissent       []dissentView
}

type partView struct {
	Lines []string
	Marks []int
}

type supportView struct {
	Level        int
	Scaled       bool
	Words, Which string
}

type dissentView struct {
	Title, Lang, Dir string
	Text             web.TextView
}

type noteView struct {
	N                int
	Kind, Label, URL string
	Note, Revision   string
}

func newTextView(c *web.C, e Export) textView {
	var v textView
	var langs []string
	for _, l := range e.Fallback {
		langs = append(langs, web.LangName[l])
	}
	v.Fallback = strings.Join(langs, ", ")
	var outline printed.Outline // no level is left out
	for _, p := range e.Paras {
		pv := newParaView(c, p)
		if p.Kind != Heading {
			if len(v.Sections) == 0 {
				v.Sections = append(v.Sections, textSection{})
			}
			s := &v.Sections[len(v.Sections)-1]
			s.Paras = append(s.Paras, pv)
			continue
		}
		pv.Depth = min(outline.Depth(p.Level)+1, 4)
		v.Sections = append(v.Sections, textSection{Heading: &pv})
	}
	v.Bare = len(v.Sections) > 0 && v.Sections[0].Heading == nil
	for _, n := range e.Notes {
		v.Notes = append(v.Notes, newNoteView(c, n))
	}
	return v
}

func newParaView(c *web.C, p ExportPara) paraView {
	v := paraView{
		ID: p.ID, Number: p.No, Kind: p.Kind, Marks: p.Marks, Label: c.T("documents.paragraph.link", "Number", p.No),
	}
	if p.Lang != c.Lang {
		v.Lang, v.Dir = p.Lang, p.Dir
	}
	scored := slices.ContainsFunc(p.Parts, func(part ExportPart) bool { return part.Degree.Words != "" })
	for i, part := range p.Parts {
		v.Parts = append(v.Parts, partView{Lines: strings.Split(part.Text, "\n"), Marks: part.Marks})
		if d := part.Degree; scored && d.Words != "" {
			s := supportView{Level: d.Level, Scaled: d.Level >= 0 && d.Level <= 4, Words: d.Words}
			if len(p.Parts) > 1 {
				s.Which = c.T("documents.sentence", "Number", i+1)
			}
			v.Support = append(v.Support, s)
		}
	}
	for _, n := range p.Notes {
		v.Notes = append(v.Notes, newNoteView(c, n))
	}
	if len(v.Notes) > 0 {
		v.Rests = c.T("documents.rests", "Count", len(v.Notes))
	}
	for _, d := range p.Dissent {
		dv := dissentView{Title: dissentTitle(c.T, d), Text: web.NewTextView(c.Lang, core.NewText(d.Text.Lang, d.Text.S))}
		if d.Text.Lang != c.Lang {
			dv.Lang, dv.Dir = d.Text.Lang, d.Text.Dir
		}
		v.Dissent = append(v.Dissent, dv)
	}
	return v
}

func newNoteView(c *web.C, n ExportNote) noteView {
	v := noteView{N: n.N, Label: n.Label, URL: localLink(c, n.URL), Note: n.Note}
	if key := "documents.source." + n.Kind; c.S.Catalog.Has(key) {
		v.Kind = c.T(key)
	}
	if n.Revision > 0 {
		v.Revision = c.T("documents.revision", "Number", n.Revision)
	}
	return v
}

// diffView is what differs between two revisions, ready to print. Paragraphs without a
// change are folded together.
type diffView struct {
	Summary   string
	Title     []Span
	TitleLang string
	TitleDir  string
	Renamed   bool
	Groups    []diffGroup
}

type diffGroup struct {
	Folded string // what the fold says; empty for a changed paragraph
	Paras  []diffPara
}

type diffPara struct {
	ID, Lang, Dir string
	Number        int
	Label         string
	Status        []web.Status
	Spans         []Span
	Also          []string // what differs besides the words
}

func newDiffView(c *web.C, cmp Comparison) diffView {
	v := diffView{Summary: diffSummary(c, cmp)}
	v.Renamed = slices.ContainsFunc(cmp.Title, func(s Span) bool { return s.Kind != Same })
	if v.Title = cmp.Title; cmp.TitleLang != c.Lang {
		v.TitleLang, v.TitleDir = cmp.TitleLang, core.Dir(cmp.TitleLang)
	}
	for _, p := range cmp.Paras {
		dp := newDiffPara(c, p)
		last := len(v.Groups) - 1
		plain := p.Change == Unchanged && !p.Moved
		if plain && last >= 0 && v.Groups[last].Folded != "" {
			v.Groups[last].Paras = append(v.Groups[last].Paras, dp)
			v.Groups[last].Folded = c.T("documents.compare.unchanged", "Count", len(v.Groups[last].Paras))
			continue
		}
		g := diffGroup{Paras: []diffPara{dp}}
		if plain {
			g.Folded = c.T("documents.compare.unchanged", "Count", 1)
		}
		v.Groups = append(v.Groups, g)
	}
	return v
}

func newDiffPara(c *web.C, p ParaChange) diffPara {
	v := diffPara{ID: p.ID, Number: p.Number(), Label: c.T("documents.paragraph.link", "Number", p.Number()), Spans: p.Spans}
	if p.Lang != c.Lang {
		v.Lang, v.Dir = p.Lang, core.Dir(p.Lang)
	}
	switch p.Change {
	case NewPara:
		v.Status = append(v.Status, c.Status("done", "documents.compare.added"))
	case RemovedPara:
		v.Status = append(v.Status, c.Status("cancelled", "documents.compare.removed"))
	case Reworded:
		v.Status = append(v.Status, c.Status("changed", "documents.compare.changed"))
	case Unchanged:
	}
	if p.Moved {
		v.Status = append(v.Status, c.Status("changed", "documents.compare.moved"))
	}
	for _, l := range p.Langs {
		v.Also = append(v.Also, c.T("documents.compare.translation", "Language", web.LangName[l]))
	}
	for _, also := range []struct {
		yes bool
		key string
	}{
		{p.Kinds, "documents.compare.kind"},
		{p.Sources, "documents.compare.sources"},
		{p.Degrees, "documents.compare.degrees"},
		{p.Dissents, "documents.compare.dissents"},
	} {
		if also.yes {
			v.Also = append(v.Also, c.T(also.key))
		}
	}
	return v
}

func diffSummary(c *web.C, cmp Comparison) string {
	var parts []string
	for _, n := range []struct {
		key   string
		count int
	}{
		{"documents.compare.count.changed", cmp.Count(Reworded)},
		{"documents.compare.count.added", cmp.Count(NewPara)},
		{"documents.compare.count.removed", cmp.Count(RemovedPara)},
		{"documents.compare.count.moved", cmp.Moved()},
	} {
		if n.count > 0 {
			parts = append(parts, c.T(n.key, "Count", n.count))
		}
	}
	if len(parts) == 0 {
		return c.T("documents.compare.nothing")
	}
	return strings.Join(parts, " · ")
}
