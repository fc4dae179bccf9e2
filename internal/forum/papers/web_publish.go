package papers

import (
	"net/http"
	"slices"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// publish shows the newest words to everybody.
func (w *Web) publish(c *web.C) error {
	v, err := w.s.View(c.Context(), c.Actor, core.ID(c.Param("id")), true)
	if err != nil {
		return err
	}
	can := func(action string) bool { return policy.Can(action, v.policyState(), v.Roles...) }
	if !can("publish") && !can("finalise") && !can("correct") && c.R.Method == http.MethodGet {
		return policy.Check("publish", v.policyState(), v.Roles...)
	}
	open := 0
	if v.Kind == Joint && v.Revision != nil {
		open = len(openOf(*v.Revision))
	}
	title := c.T("papers.publish")
	x := form[PublishInput]{
		key: "papers.publishing", title: title, about: v.Label(c.Lang), trail: w.trail(c, &v.Paper, web.Crumb{Label: title}), cancel: v.Path(), done: "papers.published",
		prepare: func(f *web.Form) {
			opts := []web.Option{{Value: StatePublished, Label: c.T("papers.as.published")}}
			if v.State == StatePublished && can("finalise") {
				opts = append(opts, web.Option{Value: StateFinal, Label: c.T("papers.as.final")})
			}
			f.Options("as", opts)
			if len(opts) == 1 || v.State == StateFinal {
				f.Drop("as")
			}
			if open == 0 || v.State == StateDraft {
				f.Drop("with_brackets")
			}
			if !v.Public() {
				f.Drop("note")
			}
		},
		save: func(in *PublishInput) (string, error) {
			p, err := w.s.Publish(c.Context(), c.Actor, v.ID, *in)
			return p.Path(), err
		},
	}
	switch {
	case open > 0:
		x.notice = c.T("papers.open_brackets", "Count", open)
	case v.State == StateFinal:
		x.notice = c.T("papers.correct_help")
	}
	now := PublishInput{Version: v.Version, As: StatePublished}
	if v.State == StatePublished && !v.HasDraft {
		now.As = StateFinal
	}
	if v.Revision != nil && v.Draft {
		now.Note = v.Revision.Note
	}
	return x.serve(c, now)
}

// resolve settles a passage in brackets.
func (w *Web) resolve(c *web.C) error {
	v, err := w.s.View(c.Context(), c.Actor, core.ID(c.Param("id")), true)
	if err != nil {
		return err
	}
	action := "edit"
	if v.State == StateFinal {
		action = "correct"
	}
	if err := policy.Check(action, v.policyState(), v.Roles...); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	if v.Kind != Joint || v.Revision == nil {
		return core.NotFound()
	}
	para := c.Param("para")
	n := number(c.Param("n"))
	list := openOf(*v.Revision)
	i := slices.IndexFunc(list, func(o Open) bool { return o.Para.ID == para && o.N == n })
	if i < 0 && c.R.Method == http.MethodGet {
		return core.NotFound()
	}
	title := c.T("papers.settle")
	x := form[ResolveInput]{
		key: "papers.settling", title: title, about: v.Label(c.Lang), trail: w.trail(c, &v.Paper, web.Crumb{Label: title}),
		cancel: v.Path() + "?draft=1", done: "papers.settled",
		prepare: func(f *web.Form) {
			var opts []web.Option
			for _, how := range []string{Keep, Delete, Replace} {
				opts = append(opts, web.Option{Value: how, Label: c.T("papers.how." + how)})
			}
			f.Options("how", opts)
		},
		save: func(in *ResolveInput) (string, error) {
			p, err := w.s.Resolve(c.Context(), c.Actor, v.ID, para, n, *in)
			return p.Path() + "?draft=1", err
		},
	}
	if i >= 0 {
		o := list[i]
		x.quote = &quoteView{S: "[" + o.Text + "]", Lang: o.Lang, Dir: core.Dir(o.Lang), By: o.By}
	}
	return x.serve(c, ResolveInput{Version: v.Version})
}
