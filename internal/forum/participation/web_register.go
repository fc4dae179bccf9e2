package participation

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// register is the page on which somebody registers; who has, sees how it stands.
func (w *Web) register(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	f, err := w.s.frameOf(c.Context(), set)
	if core.KindOf(err) == core.KindNotFound {
		return w.none(c, set)
	}
	if err != nil {
		return err
	}
	call, form := f.call, f.form
	posted := c.R.Method == http.MethodPost
	if posted {
		return w.enter(c, set, f.st, call, form)
	}
	st, err := w.s.Setting(c.Context(), c.Actor, set) // with the places that are taken now
	if err != nil {
		return err
	}
	state := call.State(c.S.Clock.Instant())
	c.Until(call.Opens.Time())
	c.Until(call.Closes.Time())
	r, err := w.mine(c, set)
	if err != nil {
		return err
	}
	switch {
	case r != nil:
		return w.own(c, set, st, r)
	case c.Actor.SignedIn() && (state == calls.StateOpen || Manages(c.Actor, set.ID)) && form.Number > 0:
		return w.enter(c, set, st, call, form)
	}
	return w.invite(c, set, st, call, state)
}

// none is the page of an edition that registers nobody.
func (w *Web) none(c *web.C, set *editions.Setting) error {
	v := notBegun{Title: c.T("participation.title"), Text: c.T("participation.none")}
	if Manages(c.Actor, set.ID) {
		v.Text, v.Begin = c.T("participation.setting.none"), c.URL(set.Path()+"/registrations/settings/begin")
	}
	return c.Page(web.Page{Name: "participation/begin", Title: v.Title, Section: "programme", Trail: editions.Trail(c, set, web.Crumb{Label: v.Title}), V: v})
}

type categoryView struct{ Name, About web.TextView }

type inviteView struct {
	Subtitle   string
	Intro      web.TextView
	Status     web.Status
	Window     string
	SignIn     string
	Lead       string
	Categories []categoryView
	Conduct    string
	Facts      []string
	Actions    []web.Action
}

// invite tells who is not registered how to.
func (w *Web) invite(c *web.C, set *editions.Setting, st *Setting, call calls.Call, state string) error {
	v := inviteView{Subtitle: c.Text(set.Name).S, Intro: c.Text(st.Intro)}
	stamp := func(at core.Instant) string { return c.Stamp(at, call.Zone) + " " + web.ZoneCity(call.Zone) }
	switch state {
	case calls.StateOpen:
		v.Status, v.Window = c.Status("live", "participation.window.open"), c.T("participation.window.until", "Time", stamp(call.Closes))
		v.Lead = c.T("participation.window.how")
		if !c.Actor.SignedIn() {
			v.SignIn = c.URL("/sign-in?next=" + url.QueryEscape(c.URL(set.Path()+"/register")))
		}
	case calls.StateComing:
		v.Status, v.Window = c.Status("due", "participation.window.coming"), c.T("participation.window.from", "Time", stamp(call.Opens))
	default:
		v.Status, v.Window = c.Status("cancelled", "participation.window.closed"), c.T("participation.window.over")
	}
	for _, cat := range st.Categories {
		if !cat.Staffed {
			v.Categories = append(v.Categories, categoryView{c.Text(cat.Name), c.Text(cat.About)})
		}
	}
	if !st.Conduct.IsZero() {
		v.Conduct = c.URL(set.Path() + "/conduct")
	}
	if Manages(c.Actor, set.ID) {
		v.Actions = append(v.Actions, web.Action{Label: c.T("participation.registrations"), URL: c.URL(set.Path() + "/registrations"), Icon: "person"})
	}
	return c.Page(web.Page{
		Name: "participation/invite", Title: c.T("participation.title"), Describe: v.Window, Section: "programme", V: v,
		Trail: editions.Trail(c, set, web.Crumb{Label: c.T("participation.title")}),
	})
}

// enter is the form of a new registration.
func (w *Web) enter(c *web.C, set *editions.Setting, st *Setting, call calls.Call, form calls.StoredForm) error {
	var failed error
	if c.R.Method == http.MethodPost && !c.Wants("_more") {
		if !c.Actor.SignedIn() {
			return core.SignIn()
		}
		in := read(c.Typed(), form.Form, nil, w.newKey)
		if failed = w.files(c, form.Form, &in); failed == nil {
			var r *Registration
			if r, failed = w.s.Register(c.Context(), c.Actor, set, in); failed == nil {
				return c.Done(set.Path()+"/register", "participation.registered."+r.State, "Number", r.Number)
			}
		}
	}
	now := Input{Lang: c.Lang, Name: c.Actor.Name, ShowName: false}
	if last, err := w.s.OfAccount(c.Context(), c.Actor.Account); err == nil && len(last) > 0 { // what she said the year before
		now = InputOf(&last[0])
		now.Version, now.Category, now.Hub, now.Visa, now.Conduct, now.Answers, now.FirstTime = 0, "", "", Visa{}, false, nil, "no"
	}
	lead := c.T("participation.enter.lead", "Time", c.Stamp(call.Closes, call.Zone)+" "+web.ZoneCity(call.Zone))
	return w.form(c, asking{set: set, st: st, form: form.Form, staff: false}, now, set.ID, c.T("participation.enter.title"), lead, set.Path()+"/register", failed)
}

// edit corrects a registration.
func (w *Web) edit(c *web.C) error {
	set, r, err := w.hers(c)
	if err != nil {
		return err
	}
	if err := policy.Check("correct", r.State, rolesWith(c.Actor, r, false)...); err != nil {
		return err
	}
	return w.correct(c, set, r, false, set.Path()+"/register/edit", set.Path()+"/register")
}

// correct is the form of a registration that stands; staff corrects on somebody's behalf.
func (w *Web) correct(c *web.C, set *editions.Setting, r *Registration, staff bool, here, then string) error {
	st, err := settingOf(c.Context(), w.s.rec.DB.Read, set.ID)
	if err != nil {
		return err
	}
	_, form, err := w.s.Window(c.Context(), core.Operator, st)
	if err != nil {
		return err
	}
	var failed error
	if c.R.Method == http.MethodPost && !c.Wants("_more") {
		in := read(c.Typed(), form.Form, r.Answers, w.newKey)
		if staff { // what she has accepted or chosen stays hers
			in.Conduct = !r.Conduct.IsZero()
		}
		if failed = w.files(c, form.Form, &in); failed == nil {
			var now *Registration
			if now, failed = w.s.Correct(c.Context(), c.Actor, set, r.ID, in); failed == nil {
				if now.Recheck && !r.Recheck {
					return c.Done(then, "participation.corrected.recheck")
				}
				return c.Done(then, "participation.corrected")
			}
		}
	}
	title := c.T("participation.edit.title")
	if staff {
		title = c.T("participation.edit.for", "Number", r.Number)
	}
	return w.form(c, asking{set: set, st: st, form: form.Form, was: r, staff: staff}, InputOf(r), r.ID, title, c.T("participation.edit.lead"), here, failed)
}

// form prints the form of a registration; what is typed is kept under thing.
func (w *Web) form(c *web.C, x asking, now Input, thing core.ID, title, lead, here string, failed error) error {
	hubs, err := w.s.Hubs(c.Context(), x.set.ID)
	if err != nil {
		return err
	}
	x.hubs = hubOptions(hubs, x.was)
	have := values(now, x.st, x.form)
	v := formView{Title: title, Lead: lead}
	if c.Actor.SignedIn() && !x.staff {
		kept, err := w.s.drafts.Kept(c.Context(), c.Actor, thing)
		if err != nil {
			return err
		}
		var typed url.Values
		if typed, v.Unkept = c.Offer(kept, here, x.set.Path()+"/register/forget"); typed != nil {
			have = typed
		}
	}
	f := c.FormOf("participation.register", w.fields(c, x), have)
	if x.was != nil {
		f.Submit = c.T("participation.edit.submit")
	}
	if !x.staff {
		f.Autosave = c.URL(x.set.Path() + "/register/typed")
	}
	f.Cancel = c.URL(x.set.Path() + "/register")
	if e, ok := errors.AsType[*core.Error](failed); ok && e.Kind == core.KindStale {
		if in, ok := e.Current.(Input); ok {
			failed = core.Stale(values(in, x.st, x.form))
		}
	}
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	if failed != nil {
		title = c.T("form.error_title", "Title", title)
	}
	v.Form = f
	if fd := f.Field("conduct"); fd != nil {
		fd.Help = c.T("participation.field.conduct.read", "Address", c.Absolute(x.set.Path()+"/conduct"))
	}
	trail := w.trail(c, x.set, web.Crumb{Label: v.Title})
	if x.staff {
		trail = w.deskTrail(c, x.set, web.Crumb{Label: v.Title})
		f.Cancel = c.URL(x.set.Path() + "/registrations/" + strconv.Itoa(x.was.Number))
	}
	return c.Page(web.Page{Name: "participation/form", Title: title, Section: "programme", NoIndex: true, Status: status, Trail: trail, V: v})
}

func (w *Web) newKey() string { return string(w.s.rec.IDs.New()) }

// files keeps the files that came with the further questions.
func (w *Web) files(c *web.C, form calls.Form, in *Input) error {
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
		b, err := w.s.House.Files.Put(c.Context(), f, head.Filename, head.Header.Get("Content-Type"))
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

// thing is under which name what the reader types is kept: her registration, or the edition
// before there is one.
func (w *Web) thing(c *web.C) (*editions.Setting, core.ID, error) {
	if !c.Actor.SignedIn() {
		return nil, "", core.SignIn()
	}
	set, err := w.setting(c)
	if err != nil {
		return nil, "", err
	}
	r, err := w.s.Mine(c.Context(), c.Actor, set)
	if err != nil {
		return nil, "", err
	}
	if r != nil {
		return set, r.ID, nil
	}
	return set, set.ID, nil
}

// typed keeps what is being typed.
func (w *Web) typed(c *web.C) error {
	v := c.Typed()
	_, id, err := w.thing(c)
	if err != nil {
		return c.Drafted("", err)
	}
	base, _ := strconv.ParseInt(v.Get("version"), 10, 64) // 0 is a new one
	at, err := w.s.drafts.Keep(c.Context(), c.Actor, id, v.Encode(), base)
	return c.Drafted(c.T("participation.typed_at", "Time", i18n.Clock(at.Time())), err)
}

func (w *Web) forget(c *web.C) error {
	set, id, err := w.thing(c)
	if err != nil {
		return err
	}
	if err := w.s.drafts.Forget(c.Context(), c.Actor, id); err != nil {
		return err
	}
	if id == set.ID {
		return c.Done(set.Path()+"/register", "form.forgotten")
	}
	return c.Done(set.Path()+"/register/edit", "form.forgotten")
}
