package review

import (
	"net/http"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// typed keeps what a reviewer is typing.
func (w *Web) typed(c *web.C) error {
	if !c.Actor.SignedIn() {
		return c.Drafted("", core.SignIn())
	}
	values := c.Typed()
	base, err := strconv.ParseInt(values.Get("version"), 10, 64)
	if err != nil {
		base = -1 // what is no version is stale
	}
	at, err := w.s.Keep(c.Context(), c.Actor, core.ID(c.Param("phase")), core.ID(c.Param("proposal")), values.Encode(), base)
	return c.Drafted(c.T("review.typed_at", "Time", i18n.Clock(at.Time())), err)
}

func (w *Web) forget(c *web.C) error {
	phase, proposal := core.ID(c.Param("phase")), core.ID(c.Param("proposal"))
	if !c.Actor.SignedIn() {
		return core.SignIn()
	}
	if err := w.s.Forget(c.Context(), c.Actor, phase, proposal); err != nil {
		return err
	}
	return c.Done(sheetPath(phase, proposal), "form.forgotten")
}

type ownView struct {
	Title string
	Call  web.TextView
	Lead  string
	Form  *web.Form
}

// own is where a reviewer says what she reads and knows, and how much she takes.
func (w *Web) own(c *web.C) error {
	ref := c.Param("ref")
	own, err := w.s.Own(c.Context(), c.Actor, ref)
	if err != nil {
		return err
	}
	in := own.Input
	var failed error
	if c.R.Method == http.MethodPost {
		in = OwnInput{}
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.ChangeOwn(c.Context(), c.Actor, ref, in); failed == nil {
				return c.Done("/me/reviews", "review.saved")
			}
		}
	}
	ch, err := w.choices(c, own.Call)
	if err != nil {
		return err
	}
	f := c.Form("review.own_form", &in)
	w.knowledge(f, ch.Themes)
	f.Field("max_load").Help = c.T("review.own_limits", "Least", own.Least, "Most", own.Most)
	f.Cancel = c.URL("/me/reviews")
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	v := ownView{Title: c.T("review.own"), Call: c.Text(own.Call.Title), Lead: c.T("review.own_lead"), Form: f}
	trail := []web.Crumb{{Label: c.T("review.mine"), URL: c.URL("/me/reviews")}, {Label: v.Title}}
	return c.Page(web.Page{Name: "review/own", Title: v.Title + " · " + v.Call.S, Section: "programme", NoIndex: true, Trail: trail, Status: status, V: v})
}

// knowledge fills in the choices of languages and themes.
func (w *Web) knowledge(f *web.Form, themes []web.Option) {
	var langs []web.Option
	for _, l := range core.Langs {
		langs = append(langs, web.Option{Value: l, Label: web.LangName[l]})
	}
	f.Options("langs", langs)
	if f.Options("themes", themes); len(themes) == 0 {
		f.Drop("themes")
	}
}

// alikeView is a proposal that is like the one on the sheet.
type alikeView struct {
	Number int
	Title  web.TextView
	URL    string
	Kind   string
	Why    []string
}

func (w *Web) alike(c *web.C, x Sheet) []alikeView {
	var out []alikeView
	for _, y := range x.Alike {
		key := "proposals.alike.alike"
		if y.Same {
			key = "proposals.alike.same"
		}
		v := alikeView{
			Number: y.Number, Title: web.TextView{S: y.Title, Lang: y.Lang, Dir: core.Dir(y.Lang), Fallback: true}, URL: c.URL(y.Path()), Kind: c.T(key, "Percent", int(100*y.Score+0.5)),
		}
		if x.Listed[y.ID] {
			v.URL = c.URL(sheetPath(x.Phase.ID, y.ID))
		}
		for _, r := range y.Why[:min(6, len(y.Why))] {
			v.Why = append(v.Why, r.Text)
		}
		out = append(out, v)
	}
	return out
}
