package consultations

import (
	"net/http"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/web"
	"plenary/internal/solve/anchors"
)

// commentView is a comment, ready to print.
type commentView struct {
	ID, Number    string
	URL           string
	Label         string // "Comment 31"
	Where         string
	WhereURL      string
	Placed        web.Status
	Who           string
	Meta          []string
	At            string
	Machine       string
	Words         string // those it is about
	WordsLang     string
	WordsDir      string
	Body          []string
	Proposal      []documents.Span
	Lang, Dir     string
	Notice        string // stands in the place of the words
	Relabel       string
	Late          bool
	Supports      string
	Support       string // address of the button
	Unsupport     bool
	Disposition   web.Status
	Draft         bool
	Reason        web.TextView
	Duplicate     *web.Tab
	Changes       []web.Tab
	Word          web.Status
	WordWhy       string
	Note          []string
	Acts          []actView
	Actions       []web.Action
	Dispose       string
	AssignedToYou bool
	Assignee      string
	Ticked        bool // on the desk
}

var dispositionClass = map[string]string{Accepted: "done", InPart: "done", Rejected: "cancelled", OutOfScope: "cancelled", Duplicate: "changed"}

func paragraphs(s string) []string { return web.TextView{S: s}.Paragraphs() }

// views prepares comments. One query, whatever their number.
func (w *Web) views(c *web.C, x at, list []Comment) ([]commentView, error) {
	mine, err := w.s.Supported(c.Context(), c.Actor, list)
	if err != nil {
		return nil, err
	}
	out := make([]commentView, 0, len(list))
	for _, co := range list {
		out = append(out, w.view(c, x, co, mine[co.ID]))
	}
	return out, nil
}

func (w *Web) view(c *web.C, x at, co Comment, supported bool) commentView {
	path := x.CommentPath(co.Number)
	v := commentView{
		ID: "c" + strconv.Itoa(co.Number), Number: strconv.Itoa(co.Number), URL: c.URL(path), Label: c.T("consultations.comment_n", "Number", co.Number),
		At: c.Stamp(co.Created, "UTC") + " UTC", Machine: co.Created.String(), Lang: co.Lang, Dir: core.Dir(co.Lang), Body: paragraphs(co.Body),
		Late: co.Late, Relabel: co.Label, Words: co.Words(), WordsLang: co.AnchorLang, WordsDir: core.Dir(co.AnchorLang), Note: paragraphs(co.Note),
	}
	w.where(c, x, co, &v)
	v.Who = co.Name
	for _, s := range []string{co.Organisation, w.term(c, groupList, co.Group), w.term(c, regionList, co.Region)} {
		if s != "" {
			v.Meta = append(v.Meta, s)
		}
	}
	if co.Country != "" {
		if k, ok := w.s.vocab.Country(co.Country); ok {
			v.Meta = append(v.Meta, c.Text(k.Name).S)
		}
	}
	if co.Proposal != "" {
		v.Proposal = documents.Diff(co.Words(), co.Proposal)
	}
	switch co.State {
	case Withdrawn:
		v.Notice = c.T("consultations.withdrawn")
	case Hidden:
		v.Notice = c.T("consultations.hidden")
	}
	v.Supports = c.T("consultations.supports", "Count", co.Supports)
	takes := x.Takes(w.s.rec.Clock.Instant())
	own := c.Actor.SignedIn() && co.Account == c.Actor.Account
	if takes && co.State == Live && !own {
		v.Support, v.Unsupport = c.URL(path+"/support"), supported
	}
	w.disposition(c, x, co, &v)
	if x.runs && co.State != Withdrawn {
		v.Dispose = c.URL(path + "/dispose")
	}
	return v
}

func (w *Web) term(c *web.C, list, code string) string {
	if code == "" {
		return ""
	}
	return c.Text(w.s.vocab.Label(list, code)).S
}

// where says at which paragraph of the version the comment stands, and how sure that is.
func (w *Web) where(c *web.C, x at, co Comment, v *commentView) {
	v.Where, v.WhereURL = c.T("consultations.on_whole"), c.URL(x.Path())
	para, rev := co.Para, co.Revision
	if p := co.Placed; p != nil {
		para, rev = p.Para, p.Revision
		switch p.Result {
		case anchors.Moved:
			v.Placed = c.Status("changed", "consultations.placed.moved")
		case anchors.Changed:
			v.Placed = c.Status("changed", "consultations.placed.changed", "Percent", int(p.Score*100+.5))
		case anchors.Orphaned:
			v.Placed = c.Status("cancelled", "consultations.placed.orphaned")
			para, rev = co.Para, co.Revision
		}
	}
	if para != "" {
		v.Where = c.T("consultations.on_paragraph", "Number", documents.Paragraph{ID: para}.Number(), "Version", rev)
		v.WhereURL = c.URL(x.Path() + "?version=" + strconv.Itoa(rev) + "#" + para)
	}
}

// disposition says what became of a comment, and what its author says to that.
func (w *Web) disposition(c *web.C, x at, co Comment, v *commentView) {
	if co.Disposition == "" {
		return
	}
	v.Disposition, v.Draft = c.Status(dispositionClass[co.Disposition], "consultations.disposition."+co.Disposition), !co.Public()
	v.Reason = c.Text(co.Reason)
	if co.DuplicateOf > 0 {
		v.Duplicate = &web.Tab{Label: c.T("consultations.duplicate_of", "Number", co.DuplicateOf), URL: c.URL(x.CommentPath(co.DuplicateOf))}
	}
	for _, l := range co.Changes {
		tab := web.Tab{URL: c.URL(x.Path() + "/changes?to=" + strconv.Itoa(l.Revision) + "#" + l.Para)}
		n := documents.Paragraph{ID: l.Para}.Number()
		if l.Sentence > 0 {
			tab.Label = c.T("consultations.change_sentence", "Number", n, "Sentence", l.Sentence, "Version", l.Revision)
		} else {
			tab.Label = c.T("consultations.change_paragraph", "Number", n, "Version", l.Revision)
		}
		v.Changes = append(v.Changes, tab)
	}
	switch now := w.s.rec.Clock.Instant(); {
	case co.Word == Satisfied:
		v.Word = c.Status("done", "consultations.word.satisfied")
	case co.Word == NotSatisfied:
		v.Word, v.WordWhy = c.Status("late", "consultations.word.not-satisfied"), co.WordWhy
	case co.Public() && !CanSayWord(x.Consultation, co, now):
		v.Word = c.Status("draft", "consultations.word.none")
	}
}

type oneView struct {
	Head    headView
	Comment commentView
	Others  []web.Tab
}

// one is the permanent page of a comment: its receipt.
func (w *Web) one(c *web.C) error {
	x, co, err := w.ofComment(c)
	if err != nil {
		return err
	}
	n := co.Number
	list, err := w.views(c, x, []Comment{co})
	if err != nil {
		return err
	}
	cv := list[0]
	acts, err := w.s.Acts(c.Context(), x.Consultation, n)
	if err != nil {
		return err
	}
	for _, a := range acts {
		cv.Acts = append(cv.Acts, w.actView(c, x, a, co))
	}
	cv.Actions = w.commentActions(c, x, co)
	title := c.T("consultations.comment_n", "Number", n)
	v := oneView{Head: w.head(c, x, title), Comment: cv}
	if n > 1 {
		v.Others = append(v.Others, web.Tab{Label: c.T("consultations.comment_n", "Number", n-1), URL: c.URL(x.CommentPath(n - 1))})
	}
	if n+1 < x.Next {
		v.Others = append(v.Others, web.Tab{Label: c.T("consultations.comment_n", "Number", n+1), URL: c.URL(x.CommentPath(n + 1))})
	}
	return w.page(c, x, "one", title, v, 0)
}

func (w *Web) commentActions(c *web.C, x at, co Comment) []web.Action {
	var out []web.Action
	path := x.CommentPath(co.Number)
	now := w.s.rec.Clock.Instant()
	own := c.Actor.SignedIn() && co.Account == c.Actor.Account
	if own && co.State != Withdrawn && CanSayWord(x.Consultation, co, now) {
		out = append(out, web.Action{Label: c.T("consultations.say_word"), URL: c.URL(path + "/word"), Primary: co.Word == ""})
	}
	if w.s.CanEdit(c.Actor, x.Consultation, co) {
		out = append(out, web.Action{Label: c.T("consultations.edit"), URL: c.URL(path + "/edit"), Icon: "edit"})
	}
	if own && co.State != Withdrawn && !co.Public() && x.state != StateEnded {
		out = append(out, web.Action{Label: c.T("consultations.withdraw"), URL: c.URL(path + "/withdraw"), Icon: "close"})
	}
	if x.runs && co.State != Withdrawn {
		out = append(out,
			web.Action{Label: c.T("consultations.dispose"), URL: c.URL(path + "/dispose"), Icon: "check"},
			web.Action{Label: c.T("consultations.moderate"), URL: c.URL(path + "/moderate"), Icon: "warning"})
	}
	return out
}

type formView struct {
	Head    headView
	Form    *web.Form
	Para    *paraView
	Comment *commentView
	Text    []string
	Danger  bool
}

// comment is the form of a comment.
func (w *Web) comment(c *web.C) error {
	return w.commentForm(c, nil)
}

// edit changes one's own comment.
func (w *Web) edit(c *web.C) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	return w.commentForm(c, &n)
}

func (w *Web) commentForm(c *web.C, n *int) error {
	x, err := w.load(c)
	if err != nil {
		return err
	}
	in, err := w.s.Prefill(c.Context(), c.Actor, c.Lang)
	if err != nil {
		return err
	}
	in.Para, in.Quote, in.Revision, in.QuoteLang = c.Query("para"), c.Query("quote"), x.doc.Published, c.Lang
	title := c.T("consultations.comment_title")
	if n != nil {
		title = c.T("consultations.edit_title", "Number", *n)
		co, err := w.s.One(c.Context(), c.Actor, x.Consultation, *n)
		if err != nil {
			return err
		}
		if c.R.Method == http.MethodGet && !w.s.CanEdit(c.Actor, x.Consultation, co) {
			return w.s.editable(c.Actor, x.Consultation, co, w.s.rec.Clock.Instant())
		}
		in = InputOfComment(co)
	} else if c.R.Method == http.MethodGet { // what was typed is given back, if it comes too late
		if err := w.mayHandIn(c, x); err != nil {
			return err
		}
	}
	var failed error
	if c.R.Method == http.MethodPost {
		in = CommentInput{}
		if failed = c.Decode(&in); failed == nil {
			failed = w.network.Allow(web.RemoteAddr(c.R))
		}
		if failed == nil {
			var co Comment
			if n == nil {
				co, failed = w.s.Comment(c.Context(), c.Actor, x.Ref, ViaPage, in)
			} else {
				co, failed = w.s.EditComment(c.Context(), c.Actor, x.Ref, *n, in)
			}
			if failed == nil {
				return c.Done(x.CommentPath(co.Number), "consultations.saved.comment", "Number", co.Number)
			}
		}
	}
	f := c.Form("consultations.comment", &in)
	rev, err := w.s.docs.Revision(c.Context(), x.Document, max(in.Revision, 1))
	if err != nil {
		return err
	}
	if rev.Draft() {
		return core.NotFound()
	}
	w.commentOptions(c, x, rev, f)
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	if failed != nil {
		title = c.T("form.error_title", "Title", title)
	}
	f.Cancel = c.URL(x.Path())
	v := formView{Head: w.head(c, x, title), Form: f}
	if p, ok := rev.Paragraph(in.Para); ok {
		rev.Paragraphs = []documents.Paragraph{p}
		list, _ := w.paras(c, x, rev, nil)
		v.Para = &list[0]
		v.Para.Heading = 0
	}
	return w.page(c, x, "comment", title, v, status)
}

func (w *Web) commentOptions(c *web.C, x at, rev documents.Revision, f *web.Form) {
	var paras, langs, mails []web.Option
	for _, p := range rev.Paragraphs {
		text := []rune(strings.Join(strings.Fields(c.Text(p.Text).S), " "))
		if len(text) > 60 {
			text = append(text[:60], '…')
		}
		paras = append(paras, web.Option{Value: p.ID, Label: c.T("consultations.paragraph_words", "Number", p.Number(), "Words", string(text))})
	}
	f.Options("para", paras)
	for _, l := range x.Langs {
		langs = append(langs, web.Option{Value: l, Label: web.LangName[l]})
	}
	f.Options("lang", langs)
	today := c.Now().Format("2006-01-02")
	f.Options("group", w.s.vocab.OptionsOn(c.Lang, groupList, today))
	f.Options("region", w.s.vocab.Options(c.Lang, regionList))
	f.Options("country", w.s.vocab.Options(c.Lang, "country"))
	for _, m := range Mails {
		mails = append(mails, web.Option{Value: m, Label: c.T("consultations.mails." + m)})
	}
	f.Options("mails", mails)
	f.Field("mails").Required = true
	if !x.PrivateNotes {
		f.Drop("private")
	}
	if !x.Proposals {
		f.Drop("proposal")
	}
}

// withdraw asks whether a comment is to be taken back, and takes it back.
func (w *Web) withdraw(c *web.C) error {
	x, n, err := w.numbered(c)
	if err != nil {
		return err
	}
	if c.R.Method == http.MethodPost {
		if err := w.s.Withdraw(c.Context(), c.Actor, x.Ref, n); err != nil {
			return err
		}
		return c.Done(x.CommentPath(n), "consultations.saved.withdrawn")
	}
	var in struct{}
	f := c.Form("consultations.withdraw_form", &in)
	f.Cancel = c.URL(x.CommentPath(n))
	title := c.T("consultations.withdraw_title", "Number", n)
	return w.page(c, x, "comment", title, formView{Head: w.head(c, x, title), Form: f, Text: []string{c.T("consultations.withdraw_text")}}, 0)
}

// support adds or takes back the reader's support.
func (w *Web) support(c *web.C) error {
	x, n, err := w.numbered(c)
	if err != nil {
		return err
	}
	yes := c.Value("do") != "no"
	if err := w.s.Support(c.Context(), c.Actor, x.Ref, n, yes); err != nil {
		return err
	}
	key := "consultations.saved.support"
	if !yes {
		key = "consultations.saved.unsupport"
	}
	return c.Done(c.Back(x.CommentPath(n)), key, "Number", n)
}
