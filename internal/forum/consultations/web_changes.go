package consultations

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/web"
)

type changesView struct {
	Head    headView
	Summary string
	From    []web.Option
	To      []web.Option
	Action  string
	Groups  []changeGroup
	Empty   *web.Empty
	Notice  string
}

type changeGroup struct {
	ID, Label string
	Changes   []changeView
}

type changeView struct {
	Which    string
	Status   web.Status
	Lang     string
	Dir      string
	Spans    []documents.Span
	Comments []changeComment
	Own      string
	Reason   web.TextView
	Explain  string
}

type changeComment struct {
	URL, Label string
	Status     web.Status
	How        string
}

// changes shows each changed sentence with the comments that led to it.
func (w *Web) changes(c *web.C) error {
	x, err := w.load(c)
	if err != nil {
		return err
	}
	revs, err := w.s.docs.Revisions(c.Context(), x.Document)
	if err != nil {
		return err
	}
	list := slices.DeleteFunc(revs[x.Document], func(r documents.Revision) bool { return r.Draft() })
	title := c.T("consultations.tab.changes")
	v := changesView{Head: w.head(c, x, title), Action: c.URL(c.Path())}
	from, to := x.Revision, x.doc.Published
	for _, q := range []struct {
		name string
		v    *int
	}{{"from", &from}, {"to", &to}} {
		if s := c.Query(q.name); s != "" {
			n, err := strconv.Atoi(s)
			if err != nil || !slices.ContainsFunc(list, func(r documents.Revision) bool { return r.Number == n }) {
				return core.NotFound()
			}
			*q.v = n
		}
	}
	if from >= to {
		v.Empty = &web.Empty{Title: c.T("consultations.no_changes"), Text: c.T("consultations.no_changes_text")}
		return w.page(c, x, "changes", title, v, 0)
	}
	for _, r := range list {
		label := c.T("consultations.version", "Number", r.Number, "Date", c.Date(r.Issued.Time()))
		v.From = append(v.From, web.Option{Value: strconv.Itoa(r.Number), Label: label, Selected: r.Number == from})
		v.To = append(v.To, web.Option{Value: strconv.Itoa(r.Number), Label: label, Selected: r.Number == to})
	}
	changes, err := w.s.Changes(c.Context(), c.Actor, x.Document, from, to)
	if err != nil {
		return err
	}
	own := 0
	for _, ch := range changes {
		if ch.DraftersOwn() {
			own++
		}
		if n := len(v.Groups); n == 0 || v.Groups[n-1].ID != ch.Para {
			id := ch.Para
			v.Groups = append(v.Groups, changeGroup{ID: id, Label: c.T("consultations.paragraph", "Number", ch.Number())})
		}
		g := &v.Groups[len(v.Groups)-1]
		g.Changes = append(g.Changes, w.change(c, x, ch, to))
	}
	// A removed sentence may part the changes of one paragraph: its id is given once.
	seen := map[string]bool{}
	for i := range v.Groups {
		if seen[v.Groups[i].ID] {
			v.Groups[i].ID = ""
		}
		seen[v.Groups[i].ID] = true
	}
	v.Summary = c.T("consultations.changed", "Count", len(changes))
	if own > 0 {
		v.Notice = c.T("consultations.changed_own", "Count", own)
	}
	if len(changes) == 0 {
		v.Empty = &web.Empty{Title: c.T("consultations.no_changes"), Text: c.T("consultations.same_words")}
	}
	return w.page(c, x, "changes", title, v, 0)
}

func (w *Web) change(c *web.C, x at, ch Change, to int) changeView {
	class := map[string]string{ChangeReworded: "changed", ChangeAdded: "done", ChangeRemoved: "cancelled"}[ch.Kind]
	v := changeView{Status: c.Status(class, "consultations.change."+ch.Kind), Spans: ch.Spans, Lang: ch.Lang, Dir: core.Dir(ch.Lang), Reason: c.Text(ch.Own)}
	if ch.Sentence > 0 {
		v.Which = c.T("consultations.sentence", "Number", ch.Sentence)
	} else {
		v.Which = c.T("consultations.sentence_was", "Number", ch.Was)
	}
	for _, co := range ch.Comments {
		how := "consultations.change_by.place"
		if co.Named {
			how = "consultations.change_by.named"
		}
		v.Comments = append(v.Comments, changeComment{
			URL: c.URL(co.Path), Label: c.T("consultations.comment_of", "Number", co.Number, "Ref", co.Ref),
			Status: c.Status(dispositionClass[co.Disposition], "consultations.disposition."+co.Disposition), How: c.T(how),
		})
	}
	if ch.DraftersOwn() {
		v.Own = c.T("consultations.drafters_own")
	}
	if x.runs {
		q := url.Values{"revision": {strconv.Itoa(to)}, "para": {ch.Para}, "sentence": {strconv.Itoa(ch.Sentence)}}
		v.Explain = c.URL(x.Path() + "/changes/explain?" + q.Encode())
	}
	return v
}

// explain ties a changed sentence to a comment or says why it was changed.
func (w *Web) explain(c *web.C) error {
	x, err := w.running(c)
	if err != nil {
		return err
	}
	in := LinkInput{Para: c.Query("para")}
	in.Revision, _ = strconv.Atoi(c.Query("revision"))
	in.Sentence, _ = strconv.Atoi(c.Query("sentence"))
	title := c.T("consultations.explain_title", "Number", documents.Paragraph{ID: in.Para}.Number(), "Sentence", in.Sentence)
	return w.small(c, x, "consultations.explain_form", title, &in, Comment{}, nil,
		func() error { return w.s.Link(c.Context(), c.Actor, x.Ref, in) }, x.Path()+"/changes?to="+strconv.Itoa(in.Revision), "consultations.saved.explained")
}

type synthesisView struct {
	Head       headView
	By         web.Tabs
	Caption    string
	Columns    []string
	Rows       []bucketView
	Of         string
	Comments   []commentView
	Pager      web.Pager
	Challenges []challengeView
	Challenge  *web.Action
	Empty      *web.Empty
	Until      string
}

type bucketView struct {
	Label web.TextView
	URL   string
	Cells []cell
}

type cell struct {
	Label string
	N     int
}

type challengeView struct {
	ID, Label, Who, At string
	Lang, Dir          string
	Body               []string
	Answer             web.TextView
	Due                string
	Act                *web.Action
}

// synthesis sums up the comments by theme, group, region or language, with what became
// of them, and the doubts about that.
func (w *Web) synthesis(c *web.C) error {
	x, err := w.load(c)
	if err != nil {
		return err
	}
	by := c.Query("by")
	if by == "" {
		by = ByTheme
	}
	buckets, err := w.s.Synthesis(c.Context(), c.Actor, x.Consultation, by)
	if err != nil {
		return err
	}
	title := c.T("consultations.tab.synthesis")
	v := synthesisView{Head: w.head(c, x, title), Caption: c.T("consultations.synthesis_by." + by), By: web.Tabs{Label: c.T("consultations.synthesis_order")}}
	for _, b := range Bys {
		v.By.Tabs = append(v.By.Tabs, web.Tab{Label: c.T("consultations.by." + b), URL: c.URL(x.Path() + "/synthesis?by=" + b), Current: b == by})
	}
	v.Columns = append(v.Columns, c.T("consultations.column.comments"), c.T("consultations.column.supports"))
	for _, d := range Dispositions {
		v.Columns = append(v.Columns, c.T("consultations.disposition."+d))
	}
	v.Columns = append(v.Columns, c.T("consultations.column.waiting"))
	var chosen *Bucket
	for i, b := range buckets {
		key := b.Key
		if key == "" {
			key = "whole"
		}
		row := bucketView{Label: c.Text(b.Label), URL: c.URL(x.Path() + "/synthesis?" + url.Values{"by": {by}, "of": {key}}.Encode() + "#of")}
		switch {
		case by == ByLang:
			row.Label = web.TextView{S: web.LangName[b.Key], Lang: b.Key}
		case b.Label.IsZero():
			row.Label = web.TextView{S: c.T("consultations.no_heading"), Lang: c.Lang}
		}
		cells := []int{b.Comments, b.Supports}
		for _, d := range Dispositions {
			cells = append(cells, b.Dispositions[d])
		}
		for k, n := range append(cells, b.Unanswered) {
			row.Cells = append(row.Cells, cell{v.Columns[k], n})
		}
		v.Rows = append(v.Rows, row)
		if c.Query("of") == key {
			chosen, v.Of = &buckets[i], row.Label.S
		}
	}
	if chosen != nil {
		if err := w.bucket(c, x, by, *chosen, &v); err != nil {
			return err
		}
	}
	if len(buckets) == 0 {
		v.Empty = &web.Empty{Title: c.T("consultations.none"), Text: c.T("consultations.none_text")}
	}
	if err := w.challenges(c, x, &v); err != nil {
		return err
	}
	return w.page(c, x, "synthesis", title, v, 0)
}

func (w *Web) bucket(c *web.C, x at, by string, b Bucket, v *synthesisView) error {
	f := CommentFilter{Revision: x.Revision, State: Live, Page: c.PageArg()}
	switch by {
	case ByTheme:
		f.Paras = b.Paras
	case ByGroup:
		f.Group = b.Key
	case ByRegion:
		f.Region = b.Key
	case ByLang:
		f.Lang = b.Key
	}
	list, err := w.s.Comments(c.Context(), c.Actor, x.Consultation, f)
	if err != nil {
		return err
	}
	v.Pager = c.Pager(len(list.Items), list.Total, list.Next, "consultations.count")
	v.Comments, err = w.views(c, x, list.Items)
	return err
}

func (w *Web) challenges(c *web.C, x at, v *synthesisView) error {
	list, err := w.s.ChallengesOf(c.Context(), x.Consultation)
	if err != nil {
		return err
	}
	for _, ch := range list {
		cv := challengeView{
			ID: "challenge-" + strconv.Itoa(ch.Number), Label: c.T("consultations.challenge_n", "Number", ch.Number), Who: ch.Name, At: c.Stamp(ch.Created, "UTC") + " UTC",
			Lang: ch.Lang, Dir: core.Dir(ch.Lang), Body: paragraphs(ch.Body), Answer: c.Text(ch.Answer),
		}
		if ch.AnsweredAt.IsZero() {
			cv.Due = c.T("consultations.challenge_due", "Time", moment(c, ch.Due(x.Consultation), x.Zone))
		}
		if x.runs {
			cv.Act = &web.Action{Label: c.T("consultations.answer_challenge"), URL: c.URL(x.Path() + "/challenges/" + strconv.Itoa(ch.Number))}
		}
		v.Challenges = append(v.Challenges, cv)
	}
	if until := x.ChallengeUntil(); (x.state == StateAnswered || x.state == StateChallenged) && w.s.rec.Clock.Instant().Before(until) {
		v.Until = c.T("consultations.challenge_until", "Time", moment(c, until, x.Zone))
		v.Challenge = &web.Action{Label: c.T("consultations.challenge"), URL: c.URL(x.Path() + "/synthesis/challenge")}
	}
	return nil
}

type challengeInput struct {
	Body string `form:"body" ui:"area" max:"6000" required:"1"`
}

func (w *Web) challenge(c *web.C) error {
	x, err := w.load(c)
	if err != nil {
		return err
	}
	if c.R.Method == http.MethodGet && x.state != StateAnswered && x.state != StateChallenged {
		return core.Conflict("consultations.error.not_in."+x.state, "Ref", x.Ref)
	}
	var in challengeInput
	return w.small(c, x, "consultations.challenge_form", c.T("consultations.challenge"), &in, Comment{}, nil,
		func() error { return w.s.ChallengeSynthesis(c.Context(), c.Actor, x.Ref, c.Lang, in.Body) }, x.Path()+"/synthesis", "consultations.saved.challenge")
}

func (w *Web) answerChallenge(c *web.C) error {
	x, n, err := w.numbered(c)
	if err != nil {
		return err
	}
	if err := w.s.may(c.Context(), c.Actor, "run", x.Consultation); err != nil {
		return err
	}
	list, err := w.s.ChallengesOf(c.Context(), x.Consultation)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(ch Challenge) bool { return ch.Number == n })
	if i < 0 {
		return core.NotFound()
	}
	in := AnswerOf(list[i])
	if c.R.Method == http.MethodPost {
		in = ChallengeAnswer{}
	}
	return w.small(c, x, "consultations.challenge_answer", c.T("consultations.challenge_n", "Number", n), &in, Comment{}, nil,
		func() error { return w.s.AnswerChallenge(c.Context(), c.Actor, x.Ref, n, in) }, x.Path()+"/synthesis", "consultations.saved.challenge_answered")
}
