package topics

import (
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

type rankingView struct {
	Title, Lead string
	Edition     web.TextView
	Tabs        web.Tabs
	Counts      []count
	Columns     []column
	Rows        []tagLine
	Pager       web.Pager
	Filters     []web.Filter
	Files       []web.Action
	Notes       []string
	Definitions []definition
	Empty       *web.Empty
}

type count struct{ Label, Figure string }

type column struct {
	Label, URL string
	Sorted     bool
}

type definition struct{ Term, Words string }

// tagLine is a tag with its three figures; each leads to the very inputs.
type tagLine struct {
	Rank     string
	Name     web.TextView
	URL      string
	Others   []string // other ways in which people wrote it
	Figures  []figure
	Slug     string
	Edit     string
	Hide     string
	Hidden   bool
	Reason   string
	Offered  bool
	Chosen   bool
	Writings []writing
	Show     string
	Version  int64
}

type figure struct{ Label, Number, URL string }

type writing struct{ Text, Count string }

func (w *Web) tagLine(c *web.C, set *editions.Setting, tag *Tag, kind string) tagLine {
	v := tagLine{Name: c.Text(tag.Name), URL: c.URL(withQuery(tagPath(set, tag), "kind", kind)), Slug: tag.Slug, Hidden: tag.Hidden, Reason: tag.Reason, Offered: tag.Offered, Version: tag.Version}
	if tag.Rank > 0 {
		v.Rank = number(c, tag.Rank)
	}
	for _, of := range Figures {
		v.Figures = append(v.Figures, figure{
			Label: c.T("topics.figure." + of), Number: number(c, tag.Figure(of)), URL: c.URL(withQuery(tagPath(set, tag), "of", of, "kind", kind)),
		})
	}
	return v
}

// others are the ways in which people wrote a tag besides its name.
func others(c *web.C, tag Tag) (list []string) {
	name := c.Text(tag.Name).S
	for _, s := range tag.Spellings {
		for i, x := range s.Written {
			if x.Text != name && (s.Fold != core.Fold(name) || i == 0) {
				list = append(list, x.Text)
				break
			}
		}
	}
	return list
}

// ranking is the tags of an edition by how many inputs have them.
func (w *Web) ranking(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	by, kind := figureOf(c, "sort"), c.Query("kind")
	t, err := w.s.Table(c.Context(), c.Actor, set, Filter{By: by, Kind: kind})
	if err != nil {
		return err
	}
	all := t.Inputs
	if kind != "" {
		if all, err = w.s.all(c.Context(), set.ID); err != nil {
			return err
		}
	}
	if by == "" {
		by = OfAlone
	}
	ranked := t.Ranked()
	v := rankingView{Title: c.T("topics.title"), Edition: c.Text(set.Name), Tabs: w.tabs(c, set)}
	if len(ranked) > 0 {
		if first := ranked[0]; first.Figure(by) > 0 {
			v.Lead = c.T("topics.lead."+by, "Tag", "\u2068"+c.Text(first.Name).S+"\u2069", "Count", first.Figure(by))
		}
	} else {
		v.Empty = &web.Empty{Title: c.T("topics.empty"), Text: c.T("topics.empty_text")}
	}
	public := 0
	for _, in := range t.Inputs {
		public += one(in.Public)
	}
	v.Counts = []count{
		{c.T("topics.count.inputs"), number(c, len(t.Inputs))},
		{c.T("topics.count.public"), number(c, public)},
		{c.T("topics.count.tags"), number(c, len(ranked))},
		{c.T("topics.count.bare"), number(c, t.Bare)},
	}
	for _, of := range Figures {
		v.Columns = append(v.Columns, column{Label: c.T("topics.figure." + of), URL: c.URL(withQuery(base(set), "sort", of, "kind", kind)), Sorted: of == by})
		v.Definitions = append(v.Definitions, definition{c.T("topics.figure." + of), c.T("topics.definition." + of)})
	}
	v.Definitions = append(v.Definitions, definition{c.T("topics.tag"), c.T("topics.definition.tag")}, definition{c.T("topics.count.inputs"), c.T("topics.definition.inputs", "Count", Few)})
	v.Notes = notes(c, t)
	var rows []*Tag
	rows, v.Pager = part(c, ranked, 100, "topics.tags_count")
	for _, tag := range rows {
		line := w.tagLine(c, set, tag, kind)
		line.Others = others(c, tag.forAll())
		v.Rows = append(v.Rows, line)
	}
	if f := kinds(c, all); len(f.Values) > 0 {
		v.Filters = []web.Filter{f}
	}
	v.Files = []web.Action{
		{Label: c.T("topics.csv.tags"), URL: c.URL(withQuery(base(set)+"/tags.csv", "sort", c.Query("sort"), "kind", kind)), Icon: "download"},
		{Label: c.T("topics.csv.inputs"), URL: c.URL(withQuery(base(set)+"/inputs.csv", "kind", kind)), Icon: "download"},
	}
	return w.page(c, set, "ranking", v.Title, 0, v)
}

// notes say what is counted and not shown.
func notes(c *web.C, t *Table) (list []string) {
	if n := t.Unshown(); n > 0 {
		list = append(list, c.T("topics.note.unshown", "Count", n, "Few", Few))
	}
	if t.Hidden > 0 {
		list = append(list, c.T("topics.note.hidden", "Count", t.Hidden))
	}
	return list
}

type pairsView struct {
	Title    string
	Tabs     web.Tabs
	Rows     []pairLine
	Pager    web.Pager
	Files    []web.Action
	Notes    []string
	Empty    *web.Empty
	Subtitle string
}

type pairLine struct {
	A, B          chip
	Count, Public string
	URL           string
	Hidden        string // how many of the inputs are not public
}

func shownPairs(t *Table, of *Tag) (list []Pair, unshown int) {
	for _, p := range t.Pairs(of) {
		if p.Shown() {
			list = append(list, p)
		} else {
			unshown++
		}
	}
	return list, unshown
}

func (w *Web) pairLine(c *web.C, set *editions.Setting, p Pair) pairLine {
	at := func(tag *Tag) chip { return chip{URL: c.URL(tagPath(set, tag)), Name: c.Text(tag.Name)} }
	return pairLine{A: at(p.A), B: at(p.B), Count: number(c, p.Inputs), Public: number(c, p.Public), URL: c.URL(withQuery(tagPath(set, p.A), "and", p.B.Slug))}
}

// pairs is the table of tags that stand together.
func (w *Web) pairs(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	t, err := w.s.Table(c.Context(), c.Actor, set, Filter{})
	if err != nil {
		return err
	}
	v := pairsView{Title: c.T("topics.tab.pairs"), Tabs: w.tabs(c, set), Subtitle: c.T("topics.definition.pair")}
	list, unshown := shownPairs(t, nil)
	if unshown > 0 {
		v.Notes = append(v.Notes, c.T("topics.note.pairs", "Count", unshown, "Few", Few))
	}
	var rows []Pair
	rows, v.Pager = part(c, list, 100, "topics.pairs_count")
	for _, p := range rows {
		v.Rows = append(v.Rows, w.pairLine(c, set, p))
	}
	if len(list) == 0 {
		v.Empty = &web.Empty{Title: c.T("topics.pairs_empty"), Text: c.T("topics.empty_text")}
	}
	v.Files = []web.Action{{Label: c.T("topics.csv.pairs"), URL: c.URL(base(set) + "/pairs.csv"), Icon: "download"}}
	return w.page(c, set, "pairs", v.Title, 0, v)
}

func itoa(n int) string { return strconv.Itoa(n) }
