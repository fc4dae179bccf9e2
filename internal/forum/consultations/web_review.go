package consultations

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/web"
)

type reviewView struct {
	Head     headView
	Notice   web.TextView
	Rules    []string
	Paras    []paraView
	Versions []web.Tab
	Version  string // which one is shown
	Whole    countView
	Orphans  *web.Tab
	Windows  []csRow
	Files    []web.Tab
	Comment  string
	Fallback string
	Takes    bool
	Compare  *web.Tab
	Parts    []template.HTML
}

// paraView is a paragraph with the entrance to its comments.
type paraView struct {
	ID, Lang, Dir string
	Number        int
	Label         string
	Heading       int // 2 to 4
	Lines         []string
	Dissent       []dissentView
	Count         countView
}

type dissentView struct {
	Title string
	Text  web.TextView
}

type countView struct {
	N        int
	Label    string
	URL      string
	Add      string // address of the form; empty where comments are not taken
	AddLabel string
}

// version reads a consultation, the version of the text that the reader asks for, and all
// published ones.
func (w *Web) version(c *web.C) (at, documents.Revision, []documents.Revision, error) {
	x, err := w.load(c)
	if err != nil {
		return x, documents.Revision{}, nil, err
	}
	r, list, err := w.revision(c, x)
	return x, r, list, err
}

// revision chooses the version: the one asked for; else the newest while the window is
// open, and afterwards the one on which it opened.
func (w *Web) revision(c *web.C, x at) (documents.Revision, []documents.Revision, error) {
	revs, err := w.s.docs.Revisions(c.Context(), x.Document)
	if err != nil {
		return documents.Revision{}, nil, err
	}
	list := slices.DeleteFunc(revs[x.Document], func(r documents.Revision) bool { return r.Draft() })
	want := x.Revision
	if q := c.Query("version"); q != "" {
		n, err := strconv.Atoi(q)
		if err != nil || !slices.ContainsFunc(list, func(r documents.Revision) bool { return r.Number == n }) {
			return documents.Revision{}, nil, core.NotFound()
		}
		want = n
	} else if x.state == StateOpen || x.state == StatePlanned { // a corrected text is what is read now
		want = x.doc.Published
	}
	r, err := w.s.docs.Revision(c.Context(), x.Document, want)
	return r, list, err
}

func versionQuery(r documents.Revision) string { return "?version=" + strconv.Itoa(r.Number) }

// review is the text under review: at each paragraph how many comments stand there, and
// the way to them. Slot: consultations.one.
func (w *Web) review(c *web.C) error {
	x, r, revs, err := w.version(c)
	if err != nil {
		return err
	}
	counts, orphans, err := w.s.Counts(c.Context(), x.Consultation, r.Number)
	if err != nil {
		return err
	}
	v := reviewView{Head: w.head(c, x, ""), Notice: c.Text(x.Notice), Rules: w.rules(c, x), Takes: x.Takes(w.s.rec.Clock.Instant())}
	v.Paras, v.Fallback = w.paras(c, x, r, counts)
	v.Whole = w.count(c, x, r, "", counts[""])
	v.Whole.Add = "" // the button above leads there
	if v.Whole.URL != "" {
		v.Whole.Label = c.T("consultations.count_whole", "Count", v.Whole.N)
	}
	v.Version = c.T("consultations.version", "Number", r.Number, "Date", c.Date(r.Issued.Time()))
	for _, o := range revs {
		v.Versions = append(v.Versions, web.Tab{
			Label: c.T("consultations.version_short", "Number", o.Number), URL: c.URL(x.Path() + versionQuery(o)), Current: o.Number == r.Number,
		})
	}
	if len(revs) == 1 {
		v.Versions = nil
	} else {
		v.Compare = &web.Tab{Label: c.T("consultations.see_changes"), URL: c.URL(x.Path() + "/changes")}
	}
	if orphans > 0 {
		v.Orphans = &web.Tab{Label: c.T("consultations.orphans", "Count", orphans), URL: c.URL(x.Path() + "/orphans" + versionQuery(r))}
	}
	others, err := w.s.List(c.Context(), c.Actor, Filter{Documents: []core.ID{x.Document}})
	if err != nil {
		return err
	}
	for _, o := range others {
		if o.ID != x.ID {
			v.Windows = append(v.Windows, w.row(c, o))
		}
	}
	if v.Takes {
		v.Comment = c.URL(x.Path() + "/comment")
		v.Head.Actions = append(v.Head.Actions, web.Action{Label: c.T("consultations.comment_whole"), URL: v.Comment, Icon: "edit", Primary: true})
	}
	if x.runs && x.state != StateEnded && x.state != StateOpen && x.state != StatePlanned {
		v.Head.Actions = append(v.Head.Actions, web.Action{Label: c.T("consultations.end"), URL: c.URL(x.Path() + "/end"), Post: true})
	}
	v.Files = []web.Tab{
		{Label: c.T("consultations.file.csv"), URL: c.URL(x.Path() + "/comments.csv")},
		{Label: c.T("consultations.file.json"), URL: c.URL(x.Path() + "/comments.json")},
	}
	if v.Takes {
		v.Files = append(v.Files, web.Tab{Label: c.T("consultations.file.upload"), URL: c.URL(x.Path() + "/upload")})
	}
	if v.Parts, err = c.Panels("consultations.one", x.ID); err != nil {
		return err
	}
	return w.page(c, x, "review", "", v, 0)
}

// rules are the rules of the window in sentences.
func (w *Web) rules(c *web.C, x at) []string {
	out := []string{c.T("consultations.who." + x.Who)}
	var langs []string
	for _, l := range x.Langs {
		langs = append(langs, web.LangName[l])
	}
	out = append(out, c.T("consultations.rule.langs", "Languages", strings.Join(langs, " · ")))
	for _, r := range []struct {
		yes bool
		key string
	}{
		{x.Proposals, "proposals"},
		{x.PrivateNotes, "private"},
		{x.Late, "late"},
		{!x.Late, "not_late"},
	} {
		if r.yes {
			out = append(out, c.T("consultations.rule."+r.key))
		}
	}
	out = append(out, c.T("consultations.rule.reply", "Count", x.ReplyDays), c.T("consultations.rule.challenge", "Count", x.ChallengeDays))
	if addr := w.s.Address(x.Consultation); addr != "" {
		out = append(out, c.T("consultations.rule.mail", "Address", addr))
	}
	return out
}

func (w *Web) paras(c *web.C, x at, r documents.Revision, counts map[string]ParaCount) ([]paraView, string) {
	var out []paraView
	others := map[string]bool{}
	depth := 1
	for _, p := range r.Paragraphs {
		text := c.Text(p.Text)
		pv := paraView{ID: p.ID, Number: p.Number(), Label: c.T("documents.paragraph.link", "Number", p.Number()), Lines: strings.Split(text.S, "\n")}
		if text.Fallback {
			pv.Lang, pv.Dir = text.Lang, text.Dir
			others[text.LangName] = true
		}
		if p.Kind == documents.Heading {
			depth = min(p.Level+1, depth+1, 4)
			pv.Heading = max(depth, 2)
		}
		for _, d := range p.Attrs.Dissent {
			title := c.T("consultations.view")
			if d.By != "" {
				title = c.T("documents.dissent", "By", d.By)
			}
			pv.Dissent = append(pv.Dissent, dissentView{title, c.Text(d.Text)})
		}
		pv.Count = w.count(c, x, r, p.ID, counts[p.ID])
		out = append(out, pv)
	}
	var langs []string
	for _, l := range core.Langs {
		if others[web.LangName[l]] {
			langs = append(langs, web.LangName[l])
		}
	}
	return out, strings.Join(langs, " · ")
}

func (w *Web) count(c *web.C, x at, r documents.Revision, para string, n ParaCount) countView {
	v := countView{N: n.Count}
	page, q := para, versionQuery(r)
	if page == "" {
		page = "whole"
	}
	if n.Count > 0 {
		v.Label, v.URL = c.T("consultations.count", "Count", n.Count), c.URL(x.Path()+"/"+page+q)
	}
	if x.Takes(w.s.rec.Clock.Instant()) && r.Number == x.doc.Published {
		v.Add, v.AddLabel = c.URL(x.Path()+"/comment"), c.T("consultations.comment_whole")
		if para != "" {
			v.Add, v.AddLabel = c.URL(x.Path()+"/comment?para="+para), c.T("consultations.comment_on", "Number", documents.Paragraph{ID: para}.Number())
		}
	}
	return v
}

type paraPage struct {
	Head     headView
	Para     *paraView
	Version  string
	Comments []commentView
	Result   string
	Pager    web.Pager
	Add      countView
	Next     *web.Tab
	Previous *web.Tab
	Empty    *web.Empty
	Filters  []web.Filter
}

// para is one paragraph, or the text as a whole, with the comments that stand there.
func (w *Web) para(c *web.C) error {
	x, r, _, err := w.version(c)
	if err != nil {
		return err
	}
	f := CommentFilter{Revision: r.Number, Para: c.Param("para"), Page: c.PageArg()}
	v := paraPage{Version: c.T("consultations.version", "Number", r.Number, "Date", c.Date(r.Issued.Time()))}
	title := c.T("consultations.whole")
	if f.Para == "whole" {
		f.Para, f.Whole = "", true
	} else {
		i := slices.IndexFunc(r.Paragraphs, func(p documents.Paragraph) bool { return p.ID == f.Para })
		if i < 0 {
			return core.NotFound()
		}
		title = c.T("consultations.paragraph", "Number", r.Paragraphs[i].Number())
		one := r
		one.Paragraphs = r.Paragraphs[i : i+1]
		list, _ := w.paras(c, x, one, nil)
		v.Para = &list[0]
		v.Para.Heading = 0
		if i > 0 {
			v.Previous = &web.Tab{Label: c.T("consultations.paragraph", "Number", r.Paragraphs[i-1].Number()), URL: c.URL(x.Path() + "/" + r.Paragraphs[i-1].ID + versionQuery(r))}
		}
		if i+1 < len(r.Paragraphs) {
			v.Next = &web.Tab{Label: c.T("consultations.paragraph", "Number", r.Paragraphs[i+1].Number()), URL: c.URL(x.Path() + "/" + r.Paragraphs[i+1].ID + versionQuery(r))}
		}
	}
	v.Head = w.head(c, x, title)
	v.Add = w.count(c, x, r, f.Para, ParaCount{})
	if err := w.fillComments(c, x, f, &v); err != nil {
		return err
	}
	return w.page(c, x, "para", title, v, 0)
}

// fillComments reads a part of the comments for a page.
func (w *Web) fillComments(c *web.C, x at, f CommentFilter, v *paraPage) error {
	list, err := w.s.Comments(c.Context(), c.Actor, x.Consultation, f)
	if err != nil {
		return err
	}
	if v.Comments, err = w.views(c, x, list.Items); err != nil {
		return err
	}
	v.Result = c.T("consultations.count", "Count", list.Total)
	v.Pager = c.Pager(len(list.Items), list.Total, list.Next, "consultations.count")
	if len(list.Items) == 0 {
		v.Empty = &web.Empty{Title: c.T("consultations.none"), Text: c.T("consultations.none_text")}
	}
	return nil
}

// comments are all comments, with filters.
func (w *Web) comments(c *web.C) error {
	x, err := w.load(c)
	if err != nil {
		return err
	}
	title := c.T("consultations.tab.comments")
	v := paraPage{Head: w.head(c, x, title)}
	f := CommentFilter{Revision: x.Revision, Group: c.Query("group"), Region: c.Query("region"), Lang: c.Query("lang"), Disposition: c.Query("disposition"), Page: c.PageArg()}
	if v.Filters, err = w.filters(c, x); err != nil {
		return err
	}
	if err := w.fillComments(c, x, f, &v); err != nil {
		return err
	}
	return w.page(c, x, "comments", title, v, 0)
}

// orphans are the comments whose place is gone from a version: they are kept and listed.
func (w *Web) orphans(c *web.C) error {
	x, r, _, err := w.version(c)
	if err != nil {
		return err
	}
	title := c.T("consultations.orphans_title", "Number", r.Number)
	v := paraPage{Head: w.head(c, x, title), Version: c.T("consultations.orphans_text")}
	if err := w.fillComments(c, x, CommentFilter{Revision: r.Number, Orphaned: true, Page: c.PageArg()}, &v); err != nil {
		return err
	}
	return w.page(c, x, "comments", title, v, 0)
}

// filters narrow by what can be told apart, with counts: three queries.
func (w *Web) filters(c *web.C, x at) ([]web.Filter, error) {
	var out []web.Filter
	for _, f := range []struct{ by, name, label string }{
		{ByGroup, "group", "consultations.by.group"},
		{ByRegion, "region", "consultations.by.region"},
		{ByLang, "lang", "consultations.by.language"},
	} {
		buckets, err := w.s.Synthesis(c.Context(), c.Actor, x.Consultation, f.by)
		if err != nil {
			return nil, err
		}
		filter := web.Filter{Label: c.T(f.label)}
		for _, b := range buckets {
			label := c.Text(b.Label).S
			if f.by == ByLang {
				label = web.LangName[b.Key]
			}
			filter.Values = append(filter.Values, c.FilterTab(f.name, b.Key, label, b.Comments))
		}
		out = append(out, filter)
	}
	filter := web.Filter{Label: c.T("consultations.by.disposition")}
	for _, d := range append([]string{"none"}, Dispositions...) {
		filter.Values = append(filter.Values, c.FilterTab("disposition", d, c.T("consultations.disposition."+d), -1))
	}
	return append(out, filter), nil
}
