package topics

import (
	"net/http"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

type deskView struct {
	Title     string
	Tabs      web.Tabs
	Counts    []count
	Problem   string
	Problems  []string
	Proposals []proposalView
	MoreAlike string
	Rows      []tagLine
	Columns   []string
	Pager     web.Pager
	Into      string
	IntoBad   bool
	Options   []string
	Search    string
	Action    string
	Merges    []mergeView
	Empty     *web.Empty
	Actions   []web.Action
}

type proposalView struct {
	ID             string
	Into, From     chip
	IntoSlug, Slug string
	IntoName       string
	Why            string
}

// deskInput is what a button of the desk sends.
type deskInput struct {
	Op    string   `form:"op"`
	Into  string   `form:"into"`
	Tags  []string `form:"tags"`
	One   string   `form:"one"`
	Other string   `form:"other"`
}

// proposalsShown is how many proposals stand on the desk at once.
const proposalsShown = 30

// desk is where curators put the tags of an edition in order.
func (w *Web) desk(c *web.C) error {
	set, err := w.curating(c)
	if err != nil {
		return err
	}
	here := withQuery(base(set)+"/desk", "q", c.Query("q"), "after", c.Query("after"))
	v := deskView{Title: c.T("topics.tab.desk"), Search: c.Query("q"), Into: c.Query("into"), Action: c.URL(here)}
	var in deskInput
	status := http.StatusOK
	if c.R.Method == http.MethodPost {
		failed := c.Decode(&in)
		if failed == nil {
			if failed = w.curate(c, set, in, here); failed == nil {
				return nil // it has answered
			}
		}
		e := web.Classify(failed)
		if e.Kind != core.KindInvalid && e.Kind != core.KindConflict {
			return failed
		}
		status, v.Into = http.StatusUnprocessableEntity, in.Into
		v.Problem = c.S.Catalog.Error(c.Lang, e)
		for _, p := range e.Fields {
			v.Problems = append(v.Problems, c.T(p.Key, p.Args...))
			v.IntoBad = v.IntoBad || p.Path == "into"
		}
	}
	t, err := w.s.Table(c.Context(), c.Actor, set, Filter{By: OfTotal})
	if err != nil {
		return err
	}
	if err := w.fillDesk(c, set, t, in, &v); err != nil {
		return err
	}
	title := v.Title
	if v.Problem != "" {
		title = c.T("form.error_title", "Title", title)
	}
	return w.page(c, set, "desk", title, status, v)
}

// curate does what a button of the desk says, and sends the curator on.
func (w *Web) curate(c *web.C, set *editions.Setting, in deskInput, here string) error {
	switch in.Op {
	case "merge":
		if _, err := w.s.Merge(c.Context(), c.Actor, set, MergeInput{Into: in.Into, Tags: in.Tags}); err != nil {
			return err
		}
		return c.Done(here, "topics.merged_done", "Count", len(in.Tags))
	case "apart":
		if err := w.s.Apart(c.Context(), c.Actor, set, in.One, in.Other); err != nil {
			return err
		}
		return c.Done(here, "topics.apart_done")
	}
	return core.Invalid("topics.error.nothing_chosen")
}

func (w *Web) fillDesk(c *web.C, set *editions.Setting, t *Table, in deskInput, v *deskView) error {
	v.Tabs = w.tabs(c, set)
	v.Actions = []web.Action{{Label: c.T("topics.add"), URL: c.URL(base(set) + "/desk/new"), Icon: "plus"}}
	spelt := 0
	for _, tag := range t.Tags {
		spelt += len(tag.Spellings)
	}
	v.Counts = []count{
		{c.T("topics.count.inputs"), number(c, len(t.Inputs))},
		{c.T("topics.count.spellings"), number(c, spelt)},
		{c.T("topics.count.tags"), number(c, len(t.Tags)-t.Hidden)},
		{c.T("topics.count.hidden"), number(c, t.Hidden)},
	}
	proposals, err := w.s.Proposals(c.Context(), c.Actor, set, t)
	if err != nil {
		return err
	}
	for i, p := range proposals[:min(len(proposals), proposalsShown)] {
		at := func(tag *Tag) chip {
			return chip{URL: c.URL(tagPath(set, tag)), Name: c.Text(tag.Name), Count: number(c, tag.Total)}
		}
		v.Proposals = append(v.Proposals, proposalView{
			ID: "p" + itoa(i+1), Into: at(p.Into), From: at(p.From), IntoSlug: p.Into.Slug, Slug: p.From.Slug, IntoName: p.Into.Name.String(),
			Why: c.T("topics.why."+p.Why, "A", "\u2068"+p.B+"\u2069", "B", "\u2068"+p.A+"\u2069"),
		})
	}
	if n := len(proposals) - len(v.Proposals); n > 0 {
		v.MoreAlike = c.T("topics.desk.more_alike", "Count", n)
	}
	for _, of := range Figures {
		v.Columns = append(v.Columns, c.T("topics.figure."+of))
	}
	var rows []*Tag
	for _, tag := range t.Tags {
		if v.Search == "" || holds(tag, v.Search) {
			rows = append(rows, tag)
		}
		v.Options = append(v.Options, tag.Name.String())
	}
	rows, v.Pager = part(c, rows, 200, "topics.tags_count")
	for _, tag := range rows {
		v.Rows = append(v.Rows, w.deskLine(c, set, tag, in))
	}
	if len(rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("topics.desk.empty"), Text: c.T("topics.empty_text")}
	}
	merges, err := w.s.Merges(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	for _, m := range merges[:min(len(merges), 20)] {
		v.Merges = append(v.Merges, w.merge(c, set, t, m))
	}
	return nil
}

func (w *Web) deskLine(c *web.C, set *editions.Setting, tag *Tag, in deskInput) tagLine {
	line := w.tagLine(c, set, tag, "")
	line.Chosen = slices.Contains(in.Tags, tag.Slug)
	own := base(set) + "/desk/tags/" + tag.Slug
	line.Edit, line.Hide, line.Show = c.URL(own+"/edit"), c.URL(own+"/hide"), c.URL(own+"/show")
	for _, s := range tag.Spellings {
		for _, x := range s.Written {
			line.Writings = append(line.Writings, writing{Text: x.Text, Count: number(c, x.Inputs)})
		}
	}
	return line
}

// holds tells whether a tag is written in a way that has these letters in it.
func holds(tag *Tag, search string) bool {
	key := core.Fold(search)
	for _, s := range tag.Spellings {
		if strings.Contains(s.Fold, key) {
			return true
		}
	}
	for _, name := range tag.Name.By {
		if strings.Contains(core.Fold(name), key) {
			return true
		}
	}
	return false
}

// merge says what a merge did, for those who may take it back.
func (w *Web) merge(c *web.C, set *editions.Setting, t *Table, m Merge) mergeView {
	into := string(m.Tag)
	if tag := t.byID[m.Tag]; tag != nil {
		into = c.Text(tag.Name).S
		if tag.Name.IsZero() {
			into = tag.head
		}
	}
	words := make([]string, 0, len(m.Moved))
	for _, x := range m.Moved {
		words = append(words, "\u2068"+x.Fold+"\u2069")
	}
	v := mergeView{
		When: c.Stamp(m.Made, set.Zone), What: c.T("topics.merged_into", "Tags", joined(c, words), "Into", "\u2068"+into+"\u2069"), Undone: !m.Undone.IsZero(),
	}
	if !v.Undone {
		v.Undo = c.URL(base(set) + "/desk/merges/" + string(m.ID) + "/undo")
	}
	return v
}

func (w *Web) undo(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	if err := w.s.Undo(c.Context(), c.Actor, set, core.ID(c.Param("id"))); err != nil {
		return err
	}
	return c.Done(base(set)+"/desk", "topics.undone_done")
}

type formView struct {
	Title     string
	Text      string
	Form      *web.Form
	Spellings []spellingView
}

// edit is where a curator names a tag.
func (w *Web) edit(c *web.C) error {
	set, tag, err := w.own(c)
	if err != nil {
		return err
	}
	in := InputOf(tag)
	var failed error
	if c.R.Method == http.MethodPost {
		in = TagInput{}
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.Rename(c.Context(), c.Actor, set, c.Param("tag"), in); failed == nil {
				return c.Done(tagPath(set, tag), "topics.renamed_done")
			}
		}
	}
	return w.form(c, set, "topics.tag_form", c.T("topics.edit_title", "Tag", c.Text(tag.Name).S), c.T("topics.edit_help"), &in, failed, tag)
}

// own gives the tag of the address to who curates.
func (w *Web) own(c *web.C) (*editions.Setting, *Tag, error) {
	set, err := w.curating(c)
	if err != nil {
		return nil, nil, err
	}
	t, err := w.s.Table(c.Context(), c.Actor, set, Filter{})
	if err != nil {
		return nil, nil, err
	}
	tag := t.Tag(c.Param("tag"))
	if tag == nil {
		return nil, nil, core.NotFound()
	}
	return set, tag, nil
}

func (w *Web) form(c *web.C, set *editions.Setting, key, title, text string, in any, failed error, tag *Tag) error {
	f := c.Form(key, in)
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	f.Cancel = c.URL(base(set) + "/desk")
	v := formView{Title: title, Text: text, Form: f}
	if tag != nil {
		v.Spellings = spellings(c, *tag)
	}
	if failed != nil {
		title = c.T("form.error_title", "Title", title)
	}
	return w.page(c, set, "form", title, status, v)
}

// add is where a curator adds a tag for the picker.
func (w *Web) add(c *web.C) error {
	set, err := w.curating(c)
	if err != nil {
		return err
	}
	in := TagInput{Offered: true}
	var failed error
	if c.R.Method == http.MethodPost {
		in = TagInput{}
		if failed = c.Decode(&in); failed == nil {
			if _, failed = w.s.Add(c.Context(), c.Actor, set, in); failed == nil {
				return c.Done(base(set)+"/desk", "topics.added_done")
			}
		}
	}
	return w.form(c, set, "topics.tag_form", c.T("topics.add"), c.T("topics.add_help"), &in, failed, nil)
}

// hide is where a curator takes a tag out of sight, with a reason.
func (w *Web) hide(c *web.C) error {
	set, tag, err := w.own(c)
	if err != nil {
		return err
	}
	in := HideInput{Version: tag.Version, Reason: tag.Reason}
	var failed error
	if c.R.Method == http.MethodPost {
		in = HideInput{}
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.Hide(c.Context(), c.Actor, set, c.Param("tag"), in); failed == nil {
				return c.Done(base(set)+"/desk", "topics.hidden_done")
			}
		}
	}
	return w.form(c, set, "topics.hide_form", c.T("topics.hide_title", "Tag", c.Text(tag.Name).S), c.T("topics.hide_help"), &in, failed, tag)
}

// show takes back that a tag was hidden.
func (w *Web) show(c *web.C) error {
	set, err := w.edition(c)
	if err != nil {
		return err
	}
	var in struct {
		Version int64 `form:"version"`
	}
	if err := c.Decode(&in); err != nil {
		return err
	}
	if err := w.s.Show(c.Context(), c.Actor, set, c.Param("tag"), in.Version); err != nil {
		return err
	}
	return c.Done(base(set)+"/desk", "topics.shown_done")
}
