package consultations

import (
	"net/http"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// actView is an act of moderation, ready to print.
type actView struct {
	What, Rule, Role string
	At, Machine      string
	Reason           string
	Comment          web.Tab
	Appeal           string
	Outcome          web.Status
	Answer           string
	Act              *web.Action
}

func (w *Web) actView(c *web.C, x at, a Act, co Comment) actView {
	v := actView{
		What: c.T("consultations.act." + a.Kind), Role: c.T("consultations.role." + a.Role), At: c.Stamp(a.Created, "UTC") + " UTC", Machine: a.Created.String(),
		Reason: a.Reason, Comment: web.Tab{Label: c.T("consultations.comment_n", "Number", a.Number), URL: c.URL(x.CommentPath(a.Number))},
		Appeal: a.Appeal, Answer: a.Answer,
	}
	if a.Rule != "" {
		v.Rule = c.T("consultations.conduct." + a.Rule)
	}
	switch {
	case a.Outcome != "":
		v.Outcome = c.Status("done", "consultations.outcome."+a.Outcome)
	case !a.Appealed.IsZero():
		v.Outcome = c.Status("due", "consultations.outcome.waits")
		if x.runs {
			v.Act = &web.Action{Label: c.T("consultations.answer_appeal"), URL: c.URL(x.Path() + "/log/" + string(a.ID) + "/answer")}
		}
	case a.Kind != ActRestore && c.Actor.SignedIn() && co.Account == c.Actor.Account:
		v.Act = &web.Action{Label: c.T("consultations.appeal"), URL: c.URL(x.Path() + "/log/" + string(a.ID) + "/appeal")}
	}
	return v
}

type logView struct {
	Head    headView
	Rules   []string
	Acts    []actView
	Empty   *web.Empty
	History []web.HistoryLine
}

// log is what moderation did, in the open, and what became of the window itself.
func (w *Web) log(c *web.C) error {
	x, err := w.load(c)
	if err != nil {
		return err
	}
	acts, err := w.s.Acts(c.Context(), x.Consultation, 0)
	if err != nil {
		return err
	}
	title := c.T("consultations.tab.log")
	v := logView{Head: w.head(c, x, title)}
	for _, r := range Rules {
		v.Rules = append(v.Rules, c.T("consultations.conduct."+r))
	}
	for _, a := range acts {
		v.Acts = append(v.Acts, w.actView(c, x, a, Comment{}))
	}
	if len(acts) == 0 {
		v.Empty = &web.Empty{Title: c.T("consultations.log_empty"), Text: c.T("consultations.log_empty_text")}
	}
	events, err := w.s.Log(c.Context(), x.Consultation)
	if err != nil {
		return err
	}
	v.History = c.History(events, nil, "UTC")
	return w.page(c, x, "log", title, v, 0)
}

func (w *Web) moderate(c *web.C) error {
	x, co, err := w.ofComment(c)
	if err != nil {
		return err
	}
	if err := w.s.may(c.Context(), c.Actor, "moderate", x.Consultation); err != nil {
		return err
	}
	in := ModerateInput{Version: co.Version}
	return w.small(c, x, "consultations.moderate_form", c.T("consultations.moderate_title", "Number", co.Number), &in, co, func(f *web.Form) {
		var kinds, rules []web.Option
		for _, k := range Acts {
			kinds = append(kinds, web.Option{Value: k, Label: c.T("consultations.do." + k)})
		}
		for _, r := range Rules {
			rules = append(rules, web.Option{Value: r, Label: c.T("consultations.conduct." + r)})
		}
		f.Options("kind", kinds)
		f.Options("rule", rules)
	}, func() error { return w.s.Moderate(c.Context(), c.Actor, x.Ref, co.Number, in) }, x.CommentPath(co.Number), "consultations.saved.moderated")
}

type appealInput struct {
	Appeal string `form:"appeal" ui:"area" max:"4000" required:"1"`
}

type answerInput struct {
	Undo   string `form:"undo" ui:"radio" required:"1"`
	Answer string `form:"answer" ui:"area" max:"4000" required:"1"`
}

func (w *Web) act(c *web.C, x at) (Act, Comment, error) {
	acts, err := w.s.Acts(c.Context(), x.Consultation, 0)
	if err != nil {
		return Act{}, Comment{}, err
	}
	for _, a := range acts {
		if string(a.ID) == c.Param("act") {
			co, err := w.s.One(c.Context(), c.Actor, x.Consultation, a.Number)
			return a, co, err
		}
	}
	return Act{}, Comment{}, core.NotFound()
}

func (w *Web) appeal(c *web.C) error {
	x, err := w.load(c)
	if err != nil {
		return err
	}
	a, co, err := w.act(c, x)
	if err != nil {
		return err
	}
	if c.R.Method == http.MethodGet && (!c.Actor.SignedIn() || co.Account != c.Actor.Account) {
		return core.NotFound()
	}
	var in appealInput
	return w.small(c, x, "consultations.appeal_form", c.T("consultations.appeal_title", "Number", co.Number), &in, co, nil,
		func() error { return w.s.Appeal(c.Context(), c.Actor, x.Ref, a.ID, in.Appeal) }, x.CommentPath(co.Number), "consultations.saved.appeal")
}

func (w *Web) answerAppeal(c *web.C) error {
	x, err := w.load(c)
	if err != nil {
		return err
	}
	if err := w.s.may(c.Context(), c.Actor, "moderate", x.Consultation); err != nil {
		return err
	}
	a, co, err := w.act(c, x)
	if err != nil {
		return err
	}
	var in answerInput
	return w.small(c, x, "consultations.answer_form", c.T("consultations.answer_title", "Number", co.Number), &in, co, func(f *web.Form) {
		f.Options("undo", []web.Option{{Value: "no", Label: c.T("consultations.outcome.kept")}, {Value: "yes", Label: c.T("consultations.outcome.undone")}})
	}, func() error { return w.s.AnswerAppeal(c.Context(), c.Actor, x.Ref, a.ID, in.Undo == "yes", in.Answer) }, x.Path()+"/log", "consultations.saved.appeal_answered")
}
