package review

import (
	"net/http"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

type reviewerRow struct {
	Name, URL string
	Facts     []string
	Langs     string
	Load      string
}

type reviewersView struct {
	Head  head
	Rows  []reviewerRow
	Form  *web.Form
	Empty *web.Empty
}

func (w *Web) reviewers(c *web.C) error {
	ref := c.Param("ref")
	set, err := w.s.Setup(c.Context(), c.Actor, ref)
	if err != nil {
		return err
	}
	var in AddInput
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			var got Added
			if got, failed = w.s.AddReviewers(c.Context(), c.Actor, ref, in); failed == nil {
				key := "review.added"
				if len(got.Mute) > 0 {
					key = "review.added_mute"
				}
				names := got.Mute[:min(len(got.Mute), 20)]
				return c.Done(base(ref)+"/reviewers", key, "Count", got.Added, "There", got.There, "Names", strings.Join(names, c.T("calls.form.comma")), "Mute", len(got.Mute))
			}
		}
	}
	v := reviewersView{Head: w.head(c, set.Call, c.T("review.tab.reviewers")), Form: c.Form("review.add_form", &in)}
	options, err := w.s.Bodies.Options(c.Context(), c.Lang)
	if err != nil {
		return err
	}
	v.Form.Options("body", options)
	status, err := v.Form.Refused(failed)
	if err != nil {
		return err
	}
	for _, r := range set.Reviewers {
		row := reviewerRow{Name: r.Name, URL: c.URL(base(ref) + "/reviewers/" + string(r.ID)), Langs: strings.Join(r.Langs, " ")}
		for _, s := range []string{r.Organisation, label(c, w.s.Vocab, vocab.Groups, r.Group), label(c, w.s.Vocab, vocab.Regions, r.Region)} {
			if s != "" {
				row.Facts = append(row.Facts, s)
			}
		}
		if r.MaxLoad >= 0 {
			row.Load = c.T("review.at_most", "Count", r.MaxLoad)
		}
		v.Rows = append(v.Rows, row)
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("review.no_reviewers"), Text: c.T("review.no_reviewers_text")}
	}
	return w.page(c, set.Call, "reviewers", c.T("review.tab.reviewers"), v, status)
}

func label(c *web.C, v *vocab.Service, list, code string) string {
	if code == "" {
		return ""
	}
	return c.Text(v.Label(list, code)).S
}

func (w *Web) reviewer(c *web.C) error {
	ref := c.Param("ref")
	set, err := w.s.Setup(c.Context(), c.Actor, ref)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(set.Reviewers, func(r Reviewer) bool { return string(r.ID) == c.Param("id") })
	if i < 0 {
		return core.NotFound()
	}
	r := set.Reviewers[i]
	ids, err := w.s.themeIDs(c.Context(), c.Actor, set.Call)
	if err != nil {
		return err
	}
	in := ReviewerInputOf(r, ids)
	if c.R.Method == http.MethodPost {
		in = ReviewerInput{}
	}
	ch, err := w.choices(c, set.Call)
	if err != nil {
		return err
	}
	return w.small(c, set.Call, "review.reviewer_form", r.Name, &in, func(f *web.Form) {
		w.knowledge(f, ch.Themes)
		f.Options("group", w.s.Vocab.Options(c.Lang, vocab.Groups))
		f.Options("region", w.s.Vocab.Options(c.Lang, vocab.Regions))
	}, func() error { return w.s.ChangeReviewer(c.Context(), c.Actor, ref, r.ID, in) }, base(ref)+"/reviewers", "review.saved")
}

type confirmView struct{ Title, Text, Button, Cancel string }

func (w *Web) remove(c *web.C) error {
	ref := c.Param("ref")
	set, err := w.s.Setup(c.Context(), c.Actor, ref)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(set.Reviewers, func(r Reviewer) bool { return string(r.ID) == c.Param("id") })
	if i < 0 {
		return core.NotFound()
	}
	back := base(ref) + "/reviewers"
	if c.R.Method == http.MethodPost {
		if err := w.s.RemoveReviewer(c.Context(), c.Actor, ref, set.Reviewers[i].ID); err != nil {
			return err
		}
		return c.Done(back, "review.removed", "Name", set.Reviewers[i].Name)
	}
	v := confirmView{c.T("review.remove_title", "Name", set.Reviewers[i].Name), c.T("review.remove_text"), c.T("review.remove"), c.URL(back)}
	return w.page(c, set.Call, "confirm", v.Title, v, 0)
}
