package topics

import (
	"cmp"
	"net/http"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

type tagView struct {
	Name       web.TextView
	Status     web.Status
	Reason     string
	Actions    []web.Action
	Names      []chip // in other languages
	Figures    []tagFigure
	Spellings  []spellingView
	Unshown    int
	Merges     []mergeView
	Says       string
	Of         string
	Definition string
	Inputs     []inputView
	Unlisted   string
	Pager      web.Pager
	Pairs      []pairLine
	File       string
}

type tagFigure struct {
	figure

	Definition string
	Current    bool
	Public     string
}

type spellingView struct {
	Count    string
	Writings []writing
}

type mergeView struct {
	When, What, Undo string
	Undone           bool
}

// found gives the tag of the address. A tag that not everybody may see is found by
// curators only; an old address leads on.
func (w *Web) found(c *web.C, f Filter) (*editions.Setting, *Table, *Tag, error) {
	set, err := w.edition(c)
	if err != nil {
		return nil, nil, nil, err
	}
	t, err := w.s.Table(c.Context(), c.Actor, set, f)
	if err != nil {
		return nil, nil, nil, err
	}
	tag := t.Tag(c.Param("tag"))
	if tag == nil && f.Kind != "" { // none of this kind has it
		if t, err = w.s.Table(c.Context(), c.Actor, set, Filter{}); err != nil {
			return nil, nil, nil, err
		}
		tag = t.Tag(c.Param("tag"))
	}
	if tag == nil || !tag.Shown() && !Curates(c.Actor, set.Scope()) {
		return nil, nil, nil, core.NotFound()
	}
	return set, t, tag, nil
}

// chosenInputs are the inputs that the address asks for: those of a figure, or those that
// have a second tag too.
func chosenInputs(c *web.C, t *Table, tag *Tag, of string) (list []Input, with *Tag) {
	list = t.With(tag, of)
	if with = t.Tag(c.Query("and")); c.Query("and") == "" || with == nil || with == tag || !with.Shown() {
		return list, nil
	}
	return slices.DeleteFunc(list, func(in Input) bool { return !slices.Contains(t.TagsOf(in.ID), with) }), with
}

// tag is one tag: its figures, how people wrote it, and the very inputs.
func (w *Web) tag(c *web.C) error {
	kind := c.Query("kind")
	set, t, tag, err := w.found(c, Filter{Kind: kind})
	if err != nil {
		return err
	}
	if tag.Slug != c.Param("tag") {
		http.Redirect(c.W, c.R, c.URL(tagPath(set, tag)), http.StatusMovedPermanently)
		return nil
	}
	curates := Curates(c.Actor, set.Scope())
	of := cmp.Or(figureOf(c, "of"), OfTotal)
	v := tagView{Name: c.Text(tag.Name), Of: of, Definition: c.T("topics.definition." + of)}
	line := w.tagLine(c, set, tag, kind)
	for i, name := range Figures {
		v.Figures = append(v.Figures, tagFigure{figure: line.Figures[i], Definition: c.T("topics.definition." + name), Current: name == of})
	}
	for _, lang := range core.Langs {
		if name := tag.Name.By[lang]; name != "" && lang != v.Name.Lang {
			v.Names = append(v.Names, chip{Name: web.NewTextView(lang, core.NewText(lang, name)), Count: web.LangName[lang]})
		}
	}
	if tag.Hidden {
		v.Status, v.Reason = c.Status("private", "topics.hidden"), tag.Reason
	}
	if curates {
		v.Actions = []web.Action{
			{Label: c.T("topics.edit"), URL: c.URL(base(set) + "/desk/tags/" + tag.Slug + "/edit"), Icon: "edit"},
			{Label: c.T("topics.desk.merge_this"), URL: c.URL(withQuery(base(set)+"/desk", "into", tag.Name.String()))},
		}
		if !tag.Hidden {
			v.Actions = append(v.Actions, web.Action{Label: c.T("topics.cluster_of"), URL: c.URL(base(set) + "/desk/tags/" + tag.Slug + "/cluster"), Post: true})
			v.Actions = append(v.Actions, web.Action{Label: c.T("topics.hide"), URL: c.URL(base(set) + "/desk/tags/" + tag.Slug + "/hide"), Icon: "lock"})
		}
	}
	shown := *tag
	if !curates {
		shown = tag.forAll()
		v.Unshown = len(tag.Spellings) - len(shown.Spellings)
	}
	v.Spellings = spellings(c, shown)
	if err := w.fillMerges(c, set, shown, &v); err != nil {
		return err
	}
	w.fillInputs(c, set, t, tag, of, &v)
	list, _ := shownPairs(t, tag)
	for _, p := range list[:min(len(list), 20)] {
		v.Pairs = append(v.Pairs, w.pairLine(c, set, p))
	}
	v.File = c.URL(withQuery(base(set)+"/tags/"+tag.Slug+"/inputs.csv", "of", of, "and", c.Query("and"), "kind", kind))
	return w.page(c, set, "tag", v.Name.S, 0, v)
}

func (w *Web) fillInputs(c *web.C, set *editions.Setting, t *Table, tag *Tag, of string, v *tagView) {
	inputs, with := chosenInputs(c, t, tag, of)
	v.Says = c.T("topics.says."+of, "Count", len(inputs))
	if with != nil {
		v.Says = c.T("topics.says.and", "Count", len(inputs), "Tag", "\u2068"+c.Text(with.Name).S+"\u2069")
	}
	listable := t.listable(inputs)
	if n := len(inputs) - len(listable); n > 0 {
		v.Unlisted = c.T("topics.unlisted", "Count", n)
	}
	var rows []Input
	rows, v.Pager = part(c, listable, 100, "topics.inputs_count")
	for _, in := range rows {
		v.Inputs = append(v.Inputs, w.input(c, set, t, in))
	}
}

func spellings(c *web.C, tag Tag) (list []spellingView) {
	for _, s := range tag.Spellings {
		x := spellingView{Count: number(c, s.Inputs)}
		for _, wr := range s.Written {
			x.Writings = append(x.Writings, writing{Text: wr.Text, Count: number(c, wr.Inputs)})
		}
		list = append(list, x)
	}
	return list
}

// fillMerges says which spellings were merged into the tag, of those that the reader may
// see.
func (w *Web) fillMerges(c *web.C, set *editions.Setting, shown Tag, v *tagView) error {
	merges, err := w.s.MergesOf(c.Context(), set, &shown)
	if err != nil {
		return err
	}
	as := map[string]string{}
	for _, s := range shown.Spellings {
		as[s.Fold] = s.Written[0].Text
	}
	for _, m := range merges {
		var words []string
		for _, x := range m.Moved {
			if text := as[x.Fold]; text != "" {
				words = append(words, "\u2068"+text+"\u2069")
			}
		}
		if len(words) == 0 {
			continue
		}
		mv := mergeView{When: c.Stamp(m.Made, set.Zone), What: c.T("topics.merged", "Tags", joined(c, words))}
		if Curates(c.Actor, set.Scope()) {
			mv.Undo = c.URL(base(set) + "/desk/merges/" + string(m.ID) + "/undo")
		}
		v.Merges = append(v.Merges, mv)
	}
	return nil
}

func joined(c *web.C, words []string) string {
	out := ""
	for i, word := range words {
		if i > 0 {
			out += c.T("topics.comma")
		}
		out += word
	}
	return out
}
