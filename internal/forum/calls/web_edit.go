package calls

import (
	"net/http"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

type formView struct {
	Title string
	About *web.TextView // the call that the form is of
	Tabs  *web.Tabs
	Help  string
	Form  *web.Form
	Extra *web.Action // a further way, beside the form
}

// editing is the way of every form of the room: it is shown as it stands, what was typed is
// taken, and on a problem given back as it was typed.
func editing[In any](c *web.C, key string, now In, page web.Page, prepare func(*web.Form), save func(in In) error, done func() string, saved string) error {
	in := now
	var failed error
	if c.R.Method == http.MethodPost {
		var typed In
		if failed = c.Decode(&typed); failed == nil && !c.Wants("_more") {
			if failed = save(typed); failed == nil {
				return c.Done(done(), saved)
			}
		}
		in = typed
	}
	f := c.Form(key, &in)
	v := page.V.(formView)
	if prepare != nil {
		prepare(f)
	}
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	if failed != nil {
		page.Title = c.T("form.error_title", "Title", page.Title)
	}
	v.Form = f
	page.V, page.Name, page.Status, page.NoIndex, page.Section = v, "calls/form", status, true, "programme"
	return c.Page(page)
}

// of is a form page of a call.
func (w *Web) of(c *web.C, call Call, title, help string) web.Page {
	name, tabs := c.Text(call.Title), w.tabs(c, call)
	return web.Page{Title: title, Trail: w.trail(c, call, web.Crumb{Label: title}), V: formView{Title: title, Help: help, About: &name, Tabs: &tabs}}
}

func (w *Web) selects(c *web.C, f *web.Form, edition core.ID) error {
	list := func(prefix string, codes []string) []web.Option {
		var out []web.Option
		for _, code := range codes {
			out = append(out, web.Option{Value: code, Label: c.T(prefix + code)})
		}
		return out
	}
	f.Options("kind", list("calls.kind.", CallKinds))
	f.Options("audience", list("calls.audience.", Audiences))
	f.Options("shown", list("calls.shown.", Shown))
	f.Options("body_kinds", list("bodies.kind.", bodyKinds()))
	var langs []web.Option
	for _, l := range core.Langs {
		langs = append(langs, web.Option{Value: l, Label: web.LangName[l]})
	}
	f.Options("langs", langs)
	if w.s.Types == nil || edition == "" {
		f.Drop("becomes")
		return nil
	}
	types, err := w.s.Types(c.Context(), edition)
	if err != nil {
		return err
	}
	f.Options("becomes", options(c, types))
	return nil
}

// earlier are calls whose answers can be carried over: those of the same kind before it.
func (w *Web) earlier(c *web.C, f *web.Form, call Call) error {
	field := f.Field("previous")
	if field == nil {
		return nil
	}
	list, err := w.s.List(c.Context(), c.Actor, Filter{Kinds: []string{call.Kind}})
	if err != nil {
		return err
	}
	var opts []web.Option
	for _, x := range list {
		if x.ID != call.ID && x.Published {
			opts = append(opts, web.Option{Value: string(x.ID), Label: c.Text(x.Title).S + " (" + x.Ref + ")"})
		}
	}
	f.Options("previous", opts)
	return nil
}

// add makes a call, of the edition of the address or of a body (?body=ID).
func (w *Web) add(c *web.C) error {
	if !c.Actor.SignedIn() {
		return core.SignIn()
	}
	in := Input{
		Kind: c.Query("kind"), Zone: "UTC", OpenTime: "00:00", CloseTime: "23:59", OpenDay: c.Now().Format("2006-01-02"),
		Audience: Everyone, Shown: shownDone, Body: core.ID(c.Query("body")),
	}
	if !slices.Contains(CallKinds, in.Kind) {
		in.Kind = Workshop
	}
	list, trail := "/calls", []web.Crumb{{Label: c.T("calls.title"), URL: c.URL("/calls")}}
	if c.Edition != "" {
		set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
		if err != nil {
			return err
		}
		in.Edition, list = set.ID, set.Path()+"/input"
		trail = editions.Trail(c, set, web.Crumb{Label: c.T("calls.title"), URL: c.URL(list)})
	}
	if err := w.s.MayAdd(c.Context(), c.Actor, in.Edition, in.Body); err != nil {
		return err
	}
	edition, body := in.Edition, in.Body
	title := c.T("calls.new")
	var made Call
	var broken error
	err := editing(c, "calls.edit", in, web.Page{Title: title, Trail: append(trail, web.Crumb{Label: title}), V: formView{Title: title, Help: c.T("calls.new_help")}},
		func(f *web.Form) {
			f.Drop("reason", "previous")
			f.Cancel = c.URL(list)
			broken = w.selects(c, f, edition)
		},
		func(in Input) (err error) {
			in.Edition, in.Body = edition, body
			made, err = w.s.Add(c.Context(), c.Actor, in)
			return err
		}, func() string { return made.Path() }, "calls.saved") //nolint:gocritic // it is made by then, not now
	if broken != nil {
		return broken
	}
	return err
}

func (w *Web) edit(c *web.C) error {
	call, err := w.running(c)
	if err != nil {
		return err
	}
	var broken error
	err = editing(c, "calls.edit", InputOf(call), w.of(c, call, c.T("calls.tab.edit"), ""), func(f *web.Form) {
		f.Drop("kind")
		if call.Announced.IsZero() {
			f.Drop("reason")
		}
		f.Cancel = c.URL(call.Path())
		if broken = w.selects(c, f, call.Edition); broken == nil {
			broken = w.earlier(c, f, call)
		}
	}, func(in Input) error { return w.s.Change(c.Context(), c.Actor, call.ID, in) }, call.Path, "calls.saved")
	if broken != nil {
		return broken
	}
	return err
}

func (w *Web) rules(c *web.C) error {
	call, err := w.running(c)
	if err != nil {
		return err
	}
	return editing(c, "calls.rules", RulesOf(call), w.of(c, call, c.T("calls.tab.rules"), c.T("calls.rules_help")), func(f *web.Form) {
		var codes, severities []web.Option
		for _, code := range RuleCodes {
			codes = append(codes, web.Option{Value: code, Label: c.T("calls.rule_name." + code)})
		}
		for _, s := range Severities {
			severities = append(severities, web.Option{Value: s, Label: c.T("calls.severity." + s)})
		}
		f.Options("rules.code", codes)
		f.Options("rules.severity", severities)
		f.Options("rules.codes", w.vocab.Options(c.Lang, vocab.Groups))
		f.Cancel = c.URL(call.Path())
	}, func(in RulesInput) error { return w.s.SetRules(c.Context(), c.Actor, call.ID, in) }, call.Path, "calls.saved")
}

// cancel takes a call back, or throws its draft away.
func (w *Web) cancel(c *web.C) error {
	call, err := w.running(c)
	if err != nil {
		return err
	}
	if !call.Announced.IsZero() {
		return editing(c, "calls.cancel", CancelInput{Version: call.Version}, w.of(c, call, c.T("calls.tab.cancel"), c.T("calls.cancel_help")),
			func(f *web.Form) { f.Cancel = c.URL(call.Path()) },
			func(in CancelInput) error {
				return w.s.Cancel(c.Context(), c.Actor, call.ID, in.Version, in.Reason)
			}, call.Path, "calls.cancelled")
	}
	list := "/calls"
	if call.Edition != "" {
		if set, err := w.editions.SettingByID(c.Context(), c.Actor, call.Edition); err == nil {
			list = set.Path() + "/input"
		}
	}
	return editing(c, "calls.discard", CancelInput{Version: call.Version}, w.of(c, call, c.T("calls.tab.discard"), c.T("calls.discard_help")),
		func(f *web.Form) {
			f.Drop("reason")
			f.Cancel = c.URL(call.Path())
		},
		func(in CancelInput) error { return w.s.Discard(c.Context(), c.Actor, call.ID, in.Version) },
		func() string { return list }, "calls.discarded")
}
