package consultations

import (
	"net/http"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/web"
)

type deskView struct {
	Head    headView
	Rows    []commentView
	Result  string
	Pager   web.Pager
	Filters []web.Filter
	Empty   *web.Empty
	Drafts  bool
	Problem string
	Action  string
	Doers   []web.Option

	DuplicateOf, Reason string // as typed, where it could not be done
}

// desk is the table of those who write dispositions, by number or in the order of the
// text.
func (w *Web) desk(c *web.C) error {
	x, err := w.running(c)
	if err != nil {
		return err
	}
	here := strings.TrimSuffix(x.Path()+"/desk?"+c.R.URL.Query().Encode(), "?") // with what it is narrowed by
	v := deskView{Action: c.URL(here)}
	status, ticked := 0, map[int]bool{}
	if c.R.Method == http.MethodPost {
		in, err := bulkInput(c)
		n := 0
		if err == nil {
			n, err = w.s.Bulk(c.Context(), c.Actor, x.Ref, in)
		}
		if err == nil {
			return c.Done(here, "consultations.saved.bulk", "Count", n)
		}
		v.DuplicateOf, v.Reason = c.Value("duplicate_of"), c.Value("reason")
		for _, n := range in.Numbers {
			ticked[n] = true
		}
		e := web.Classify(err)
		if e.Kind != core.KindInvalid && e.Kind != core.KindConflict {
			return err
		}
		v.Problem, status = c.S.Catalog.Error(c.Lang, e), http.StatusUnprocessableEntity
		for _, p := range e.Fields {
			v.Problem = c.T(p.Key, p.Args...)
		}
	}
	title := c.T("consultations.tab.desk")
	v.Head = w.head(c, x, title)
	f := CommentFilter{
		Revision: x.Revision, Group: c.Query("group"), Region: c.Query("region"), Lang: c.Query("lang"), Disposition: c.Query("disposition"),
		ByPara: c.Query("order") == "text", Page: core.Page{Cursor: c.Query("after"), Limit: 100},
	}
	if c.Query("mine") != "" {
		f.Assignee = c.Actor.Account
	}
	list, err := w.s.Comments(c.Context(), c.Actor, x.Consultation, f)
	if err != nil {
		return err
	}
	if v.Rows, err = w.views(c, x, list.Items); err != nil {
		return err
	}
	doers, err := w.s.Drafters(c.Context(), x.Consultation)
	if err != nil {
		return err
	}
	names := map[core.ID]string{}
	for _, d := range doers {
		names[d.ID] = d.Name
		v.Doers = append(v.Doers, web.Option{Value: string(d.ID), Label: d.Name, Selected: string(d.ID) == c.Value("assignee")})
	}
	for i, co := range list.Items {
		v.Rows[i].Assignee, v.Rows[i].Ticked = names[co.Assignee], ticked[co.Number]
		v.Drafts = v.Drafts || v.Rows[i].Draft
	}
	v.Result = c.T("consultations.count", "Count", list.Total)
	v.Pager = c.Pager(len(list.Items), list.Total, list.Next, "consultations.count")
	if v.Filters, err = w.filters(c, x); err != nil {
		return err
	}
	last := &v.Filters[len(v.Filters)-1]
	last.Values = append(last.Values, c.FilterTab("disposition", "draft", c.T("consultations.disposition.draft"), -1))
	v.Filters = append(v.Filters,
		web.Filter{Label: c.T("consultations.by.assignee"), Values: []web.Tab{c.FilterTab("mine", "1", c.T("consultations.mine_only"), -1)}},
		web.Filter{Label: c.T("consultations.order"), Values: []web.Tab{c.FilterTab("order", "text", c.T("consultations.order.text"), -1)}})
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("consultations.none"), Text: c.T("consultations.none_text")}
	}
	return w.page(c, x, "desk", title, v, status)
}

func bulkInput(c *web.C) (BulkInput, error) {
	in := BulkInput{Do: c.Value("do"), Assignee: core.ID(c.Value("assignee")), Reason: core.NewText(c.Lang, c.Value("reason"))}
	for _, s := range c.R.Form["n"] {
		if n, err := strconv.Atoi(s); err == nil {
			in.Numbers = append(in.Numbers, n)
		}
	}
	if in.Do == "publish_all" {
		in.Do, in.Numbers = "publish", nil
	} else if len(in.Numbers) == 0 {
		return in, core.Invalid("consultations.error.none_ticked")
	}
	if v := c.Value("duplicate_of"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			return in, core.Invalid("consultations.error.duplicate")
		}
		in.DuplicateOf = n
	}
	return in, nil
}

// dispose is the form in which a comment gets its disposition.
func (w *Web) dispose(c *web.C) error {
	x, co, err := w.ofComment(c)
	if err != nil {
		return err
	}
	if err := w.s.may(c.Context(), c.Actor, "dispose", x.Consultation); err != nil {
		return err
	}
	in := w.s.DisposeInputOf(co)
	var failed error
	if c.R.Method == http.MethodPost {
		in = DisposeInput{}
		if failed = c.Decode(&in); failed == nil && !c.Wants("_more") {
			if failed = w.s.Dispose(c.Context(), c.Actor, x.Ref, co.Number, in); failed == nil {
				return c.Done(x.CommentPath(co.Number), "consultations.saved.disposed", "Number", co.Number)
			}
		}
	}
	f := c.Form("consultations.dispose_form", &in)
	var kinds, presets, doers []web.Option
	for _, d := range Dispositions {
		kinds = append(kinds, web.Option{Value: d, Label: c.T("consultations.disposition." + d)})
	}
	f.Options("disposition", kinds)
	reasons, err := w.s.reasons(c.Context(), w.s.rec.DB.Read, x.Consultation)
	if err != nil {
		return err
	}
	for _, r := range reasons {
		s := []rune(c.Text(r.Reason).S)
		presets = append(presets, web.Option{Value: string(r.ID), Label: string(s[:min(len(s), 90)])})
	}
	if f.Options("preset", presets); len(presets) == 0 {
		f.Drop("preset")
	}
	list, err := w.s.Drafters(c.Context(), x.Consultation)
	if err != nil {
		return err
	}
	for _, d := range list {
		doers = append(doers, web.Option{Value: string(d.ID), Label: d.Name})
	}
	f.Options("assignee", doers)
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	f.Cancel = c.URL(x.CommentPath(co.Number))
	title := c.T("consultations.dispose_title", "Number", co.Number)
	views, err := w.views(c, x, []Comment{co})
	if err != nil {
		return err
	}
	v := formView{Head: w.head(c, x, title), Form: f, Comment: &views[0]}
	if rev, err := w.s.docs.Revision(c.Context(), x.Document, co.Revision); err == nil {
		if p, ok := rev.Paragraph(co.Para); ok {
			rev.Paragraphs = []documents.Paragraph{p}
			ps, _ := w.paras(c, x, rev, nil)
			v.Para = &ps[0]
			v.Para.Heading = 0
		}
	}
	return w.page(c, x, "comment", title, v, status)
}

type wordInput struct {
	Word string `form:"word" ui:"radio" required:"1"`
	Why  string `form:"why" ui:"area" max:"4000"`
}

// word is where an author says whether she is satisfied.
func (w *Web) word(c *web.C) error {
	x, co, err := w.ofComment(c)
	if err != nil {
		return err
	}
	in := wordInput{Word: co.Word, Why: co.WordWhy}
	return w.small(c, x, "consultations.word_form", c.T("consultations.word_title", "Number", co.Number), &in, co, func(f *web.Form) {
		f.Options("word", []web.Option{{Value: Satisfied, Label: c.T("consultations.word.satisfied")}, {Value: NotSatisfied, Label: c.T("consultations.word.not-satisfied")}})
	}, func() error { return w.s.Say(c.Context(), c.Actor, x.Ref, co.Number, in.Word, in.Why) }, x.CommentPath(co.Number), "consultations.saved.word")
}

// small is a page with one form about a comment.
func (w *Web) small(c *web.C, x at, key, title string, in any, co Comment, options func(*web.Form), save func() error, back, done string) error {
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(in); failed == nil {
			if failed = save(); failed == nil {
				return c.Done(back, done)
			}
		}
	}
	f := c.Form(key, in)
	if options != nil {
		options(f)
	}
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	f.Cancel = c.URL(back)
	v := formView{Head: w.head(c, x, title), Form: f}
	if co.Number > 0 {
		views, err := w.views(c, x, []Comment{co})
		if err != nil {
			return err
		}
		v.Comment = &views[0]
	}
	return w.page(c, x, "comment", title, v, status)
}
