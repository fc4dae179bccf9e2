package review

import (
	"errors"
	"net/http"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// onTask is a page with one small form about a proposal of the reader's list.
func (w *Web) onTask(c *web.C, key, title, lead string, in any, save func(x Sheet) error, back func(x Sheet) string, done string) error {
	x, err := w.s.Sheet(c.Context(), c.Actor, core.ID(c.Param("phase")), core.ID(c.Param("proposal")))
	if err != nil {
		return err
	}
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(in); failed == nil {
			if failed = save(x); failed == nil {
				return c.Done(back(x), done)
			}
		}
	}
	if a, ok := in.(*AbstainInput); ok && c.R.Method != http.MethodPost && x.Review != nil {
		a.Version, a.Reason = x.Review.Version, x.Review.Reason
	}
	f := c.Form(key, in)
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	f.Cancel = c.URL(sheetPath(x.Phase.ID, x.View.ID))
	h := head{Title: c.T(title), Call: web.TextView{S: x.View.Title, Lang: x.View.Lang, Dir: core.Dir(x.View.Lang), Fallback: true}, CallURL: f.Cancel}
	return w.page(c, x.Call, "form", h.Title, formView{Head: h, Lead: []string{c.T(lead)}, Form: f}, status)
}

func same(x Sheet) string { return sheetPath(x.Phase.ID, x.View.ID) }

func (w *Web) abstain(c *web.C) error {
	var in AbstainInput
	return w.onTask(c, "review.abstain_form", "review.abstain", "review.abstain_lead", &in, func(x Sheet) error {
		_, err := w.s.Abstain(c.Context(), c.Actor, x.Phase.ID, x.View.ID, in)
		if e, ok := errors.AsType[*core.Error](err); ok && e.Kind == core.KindStale {
			if now, ok := e.Current.(Review); ok {
				e.Current = AbstainInput{Version: now.Version, Reason: now.Reason}
			}
		}
		return err
	}, same, "review.abstained")
}

type declareInput struct {
	Words string `form:"words" ui:"area" max:"600"`
}

func (w *Web) conflict(c *web.C) error {
	var in declareInput
	return w.onTask(c, "review.declare_form", "review.declare", "review.declare_lead", &in, func(x Sheet) error {
		return w.s.Declare(c.Context(), c.Actor, x.Phase.ID, x.View.ID, in.Words)
	}, func(Sheet) string { return "/me/reviews" }, "review.declared")
}

func (w *Web) discuss(c *web.C) error {
	var in wordsInput
	return w.onTask(c, "review.discuss_form", "review.discussion", "review.discuss_lead", &in, func(x Sheet) error {
		return w.s.Say(c.Context(), c.Actor, x.Phase.ID, x.View.ID, in.Words)
	}, func(x Sheet) string { return same(x) + "#discussion" }, "review.said")
}
