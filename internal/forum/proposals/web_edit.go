package proposals

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type editView struct {
	Title  string
	Call   web.TextView
	Lead   string
	Note   string // of the staff
	Form   *web.Form
	Rules  []ruleView
	Unkept *web.Unkept
}

// load reads a proposal for those who work on it. Who is not signed in, or not any more,
// is asked to sign in whether there is such a proposal or not: what she sent is kept
// meanwhile.
func (w *Web) load(c *web.C, action string) (View, error) {
	if !c.Actor.SignedIn() {
		return View{}, core.SignIn()
	}
	v, err := w.s.Get(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return v, err
	}
	return v, Policy.Check(action, v.State, v.Roles...)
}

// edit is the form of a proposal: saved by a button, kept as one types.
func (w *Web) edit(c *web.C) error {
	v, err := w.load(c, "edit")
	if err != nil {
		return err
	}
	form, err := w.s.Calls.Form(c.Context(), v.Of, v.Of.FormVersion)
	if err != nil {
		return err
	}
	var failed error
	if c.R.Method == http.MethodPost {
		typed := c.Typed()
		if typed == nil {
			typed = url.Values{}
		}
		if !c.Wants("_more") {
			in := SaveInput{Lang: typed.Get("lang"), Submit: c.Wants("submit"), Ask: c.Wants("ask")}
			in.Version, _ = strconv.ParseInt(typed.Get("version"), 10, 64) // 0 is stale
			in.Answers = form.Form.Read(typed, v.Answers, func() string { return string(w.s.rec.IDs.New()) })
			if failed = w.files(c, form.Form, &in); failed == nil {
				var p Proposal
				if p, failed = w.s.Save(c.Context(), c.Actor, v.ID, in); failed == nil {
					return w.saved(c, v, p, in)
				}
			}
		}
	}
	return w.editPage(c, v, form.Form, failed)
}

// saved leads on after saving.
func (w *Web) saved(c *web.C, was View, p Proposal, in SaveInput) error {
	switch {
	case in.Submit && was.State != p.State:
		return c.Done(p.Path(), "proposals.submitted", "Number", p.Number)
	case p.State == StateDraft:
		return c.Done(p.Path()+"/edit", "proposals.draft_saved")
	}
	return c.Done(p.Path(), "proposals.saved")
}

func (w *Web) editPage(c *web.C, v View, form calls.Form, failed error) error {
	set, err := w.setting(c, v.Of)
	if err != nil {
		return err
	}
	changed, err := w.s.Calls.Changed(c.Context(), v.Of, form)
	if err != nil {
		return err
	}
	have := form.Values(v.Answers)
	have.Set("version", strconv.FormatInt(v.Version, 10))
	have.Set("lang", v.Lang)
	out := editView{Title: c.T("proposals.edit"), Call: c.Text(v.Of.Title), Note: v.Proposal.Note}
	kept, err := w.s.Kept(c.Context(), c.Actor, v.ID)
	if err != nil {
		return err
	}
	var typed url.Values
	if typed, out.Unkept = c.Offer(kept, v.Path()+"/edit", v.Path()+"/forget"); typed != nil {
		have = typed
	}
	fields := []*web.Field{{Name: "version", Kind: "hidden"}}
	if len(v.Of.Langs) != 1 {
		fields = append(fields, &web.Field{Name: "lang", Kind: "select", Required: true, Label: c.T("proposals.lang"), Options: w.langs(v.Of)})
	}
	choices := ChoicesOf(c, set)
	if w.s.tags != nil && v.Edition != "" {
		if choices.Tags, err = w.s.tags(c.Context(), c.Lang, v.Edition); err != nil {
			return err
		}
	}
	fields = append(fields, form.Fields(c, w.s.Vocab, choices, v.Answers, changed)...)
	f := c.FormOf("proposals.edit", fields, have)
	f.Autosave, f.Cancel = c.URL(v.Path()+"/typed"), c.URL(v.Path())
	f.Note = c.T("proposals.saved_at", "Time", c.StampHere(v.Updated))
	if v.State == StateDraft || v.State == StateReturned {
		f.Buttons = append(f.Buttons, web.Button{Name: "submit", Value: "1", Label: c.T("proposals.submit")})
	}
	if v.State == StateDraft {
		f.Buttons = append(f.Buttons, web.Button{Name: "ask", Value: "1", Label: c.T("proposals.ask_all")})
	}
	if e, ok := errors.AsType[*core.Error](failed); ok && e.Kind == core.KindStale {
		if now, ok := e.Current.(Proposal); ok {
			fresh := form.Values(now.Answers)
			fresh.Set("version", strconv.FormatInt(now.Version, 10))
			fresh.Set("lang", now.Lang)
			failed = core.Stale(fresh)
		}
	}
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	out.Form = f
	out.Lead = c.T("proposals.begin_lead", "Time", c.Stamp(v.Of.Closes, v.Of.Zone)+" "+web.ZoneCity(v.Of.Zone))
	findings, err := w.s.Findings(c.Context(), v)
	if err != nil {
		return err
	}
	out.Rules = w.rules(c, findings)
	title := out.Title
	if failed != nil {
		title = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{
		Name: "proposals/edit", Title: title, Section: "programme", NoIndex: true, Wide: true, Status: status,
		Trail: w.trail(c, v.Of, w.crumb(c, v, true), web.Crumb{Label: out.Title}), V: out,
	})
}

func (w *Web) langs(call calls.Call) []web.Option {
	var out []web.Option
	for _, l := range core.Langs {
		if len(call.Langs) == 0 || slices.Contains(call.Langs, l) {
			out = append(out, web.Option{Value: l, Label: web.LangName[l]})
		}
	}
	return out
}

// files keeps the files that came with the form.
func (w *Web) files(c *web.C, form calls.Form, in *SaveInput) error {
	for _, q := range form.Questions() {
		if q.Kind != calls.KindFile {
			continue
		}
		f, head, err := c.R.FormFile(q.Name())
		if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
			continue
		}
		if err != nil {
			return core.Invalid("error.unreadable")
		}
		b, err := w.s.Files.Put(c.Context(), f, head.Filename, head.Header.Get("Content-Type"))
		_ = f.Close() // it was only read
		if err != nil {
			e := web.Classify(err)
			if e.Kind != core.KindInvalid && e.Kind != core.KindTooLarge {
				return err
			}
			var p core.Problems
			p.Add(q.Name(), e.Key, e.Args...)
			return p.Err()
		}
		in.Files = append(in.Files, b)
		in.Answers[q.Key] = calls.Answer{File: &calls.File{Blob: b.ID, Name: b.Name, Size: b.Size}}
	}
	return nil
}

// typed keeps what is being typed and answers in JSON what the saved line says.
func (w *Web) typed(c *web.C) error {
	values := c.Typed()
	base, _ := strconv.ParseInt(values.Get("version"), 10, 64) // 0 is stale
	if !c.Actor.SignedIn() {
		return c.Drafted("", core.SignIn())
	}
	at, err := w.s.Keep(c.Context(), c.Actor, core.ID(c.Param("id")), values.Encode(), base)
	return c.Drafted(c.T("proposals.typed_at", "Time", i18n.Clock(at.Time())), err)
}

func (w *Web) forget(c *web.C) error {
	v, err := w.load(c, "edit")
	if err != nil {
		return err
	}
	if err := w.s.Forget(c.Context(), c.Actor, v.ID); err != nil {
		return err
	}
	return c.Done(v.Path()+"/edit", "form.forgotten")
}

// file sends a file of an answer to whoever reads the answer.
func (w *Web) file(c *web.C) error {
	v, err := w.s.Get(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	x := v.Answers[c.Param("key")].File
	if x == nil {
		return core.NotFound()
	}
	return w.s.Files.Serve(c, x.Blob)
}
