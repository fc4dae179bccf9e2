package proposals

import (
	"net/http"
	"slices"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type wishView struct {
	Title        web.TextView
	URL          string // where the reader may read the other
	Lead         string
	Words, Reply string
	ReplyBy      string
	Status       web.Status
	Answer       string // address of the page that answers it
}

// wishes are what proposers wish to merge with this one, or it with others.
func (w *Web) wishes(c *web.C, v View) ([]wishView, error) {
	if v.Outside {
		return nil, nil
	}
	list, err := w.s.WishesOf(c.Context(), c.Actor, v)
	if err != nil {
		return nil, err
	}
	class := map[string]string{WishAsked: "due", WishInterested: "done", WishNotInterested: "cancelled"}
	var out []wishView
	for _, x := range list {
		o := wishView{Title: w.name(c, x.Other), Words: x.Words, Reply: x.Reply, Status: c.Status(class[x.State], "wanted.wish."+x.State)}
		if x.May {
			o.URL = c.URL(x.Other.Path())
		}
		key := "wanted.wish.ours"
		if x.Theirs {
			key = "wanted.wish.theirs"
			if v.Can("merge") && slices.Contains(v.Roles, core.RoleOrganiser) {
				o.Answer = c.URL(v.Path() + "/merges/" + string(x.ID))
			}
		}
		o.Lead = c.T(key, "By", x.ByName)
		if x.ReplyName != "" {
			o.ReplyBy = c.T("wanted.wish.reply_by", "By", x.ReplyName)
		}
		out = append(out, o)
	}
	return out, nil
}

type mergeView struct {
	Title string
	Lead  string
	Other web.TextView
	Words string
	Form  *web.Form
}

// merge asks the editors of a proposal that is like this one whether they would merge.
func (w *Web) merge(c *web.C) error {
	v, err := w.load(c, "merge")
	if err != nil {
		return err
	}
	other, err := w.s.MergeWith(c.Context(), c.Actor, v, c.Param("key"))
	if err != nil {
		return err
	}
	var in WishInput
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.ProposeMerge(c.Context(), c.Actor, v.ID, c.Param("key"), in); failed == nil {
				return c.Done(v.Path()+"#merge", "wanted.merge.asked")
			}
		}
	}
	out := mergeView{Title: c.T("wanted.merge"), Lead: c.T("wanted.merge.lead"), Other: w.name(c, other)}
	f := c.Form("wanted.wish_form", &in)
	return w.mergePage(c, v, f, failed, out)
}

func (w *Web) mergePage(c *web.C, v View, f *web.Form, failed error, out mergeView) error {
	f.Cancel = c.URL(v.Path() + "#merge")
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	out.Form = f
	return c.Page(web.Page{
		Name: "proposals/merge", Title: out.Title, Section: "programme", NoIndex: true, Status: status,
		Trail: w.trail(c, v.Of, w.crumb(c, v, true), web.Crumb{Label: out.Title}), V: out,
	})
}

type replyInput struct {
	To    string `form:"to" ui:"radio" required:"1"`
	Reply string `form:"reply" ui:"area" max:"1000"`
}

// reply answers those who would merge their proposal with this one.
func (w *Web) reply(c *web.C) error {
	v, err := w.load(c, "merge")
	if err != nil {
		return err
	}
	list, err := w.s.WishesOf(c.Context(), c.Actor, v)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(x WishView) bool { return string(x.ID) == c.Param("wish") && x.Theirs })
	if i < 0 {
		return core.NotFound()
	}
	x := list[i]
	in := replyInput{To: x.State, Reply: x.Reply}
	if x.State == WishAsked {
		in.To = ""
	}
	var failed error
	if c.R.Method == http.MethodPost {
		in = replyInput{}
		if failed = c.Decode(&in); failed == nil {
			failed = in.check()
		}
		if failed == nil {
			if failed = w.s.AnswerMerge(c.Context(), c.Actor, v.ID, x.ID, in.To == WishInterested, in.Reply); failed == nil {
				return c.Done(v.Path()+"#merge", "wanted.merge.answered")
			}
		}
	}
	out := mergeView{Title: c.T("wanted.reply"), Lead: c.T("wanted.wish.theirs", "By", x.ByName), Other: w.name(c, x.Other), Words: x.Words}
	f := c.Form("wanted.reply_form", &in)
	f.Options("to", []web.Option{{Value: WishInterested, Label: c.T("wanted.wish.interested")}, {Value: WishNotInterested, Label: c.T("wanted.wish.not-interested")}})
	return w.mergePage(c, v, f, failed, out)
}

func (in replyInput) check() error {
	p := core.Validate(in)
	if in.To != "" && in.To != WishInterested && in.To != WishNotInterested {
		p.Add("to", "calls.error.choice")
	}
	return p.Err()
}
