package participation

import (
	"embed"
	"net/http"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct{ s *Service }

// NewWeb makes the pages.
func NewWeb(s *Service) *Web { return &Web{s: s} }

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("participation", viewFS); err != nil {
		return err
	}
	s.Takes("Participation", takes)
	for path, h := range map[string]web.Handler{
		"/register": w.register, "/register/edit": w.edit, "/register/withdraw": w.withdraw,
		"/registrations/settings": w.settings, "/registrations/settings/categories": w.categories,
	} {
		s.Edition("GET "+path, h)
		s.Edition("POST "+path, h)
	}
	s.Edition("POST /register/typed", w.typed)
	s.Edition("POST /register/forget", w.forget)
	s.Edition("POST /register/return", w.comeBack)
	s.Edition("POST /registrations/settings/begin", w.begin)
	w.registerDesk(s)
	w.registerGroups(s)
	return nil
}

// setting is the edition of a page.
func (w *Web) setting(c *web.C) (*editions.Setting, error) {
	return w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
}

// staffed is the edition of a page for its staff. A visitor is asked to sign in.
func (w *Web) staffed(c *web.C) (*editions.Setting, *Setting, error) {
	set, err := w.setting(c)
	if err != nil {
		return nil, nil, err
	}
	if err := checkStaff(c.Actor, set.ID); err != nil {
		return nil, nil, err
	}
	st, err := settingOf(c.Context(), w.s.rec.DB.Read, set.ID)
	return set, st, err
}

func (w *Web) trail(c *web.C, set *editions.Setting, more ...web.Crumb) []web.Crumb {
	return editions.Trail(c, set, append([]web.Crumb{{Label: c.T("participation.title"), URL: c.URL(set.Path() + "/register")}}, more...)...)
}

func (w *Web) deskTrail(c *web.C, set *editions.Setting, more ...web.Crumb) []web.Crumb {
	return editions.Trail(c, set, append([]web.Crumb{{Label: c.T("participation.registrations"), URL: c.URL(set.Path() + "/registrations")}}, more...)...)
}

type formView struct {
	Title, Lead string
	Form        *web.Form
	Actions     []web.Action
	Unkept      *web.Unkept
}

// editing is the way of every form of this room that is made from an input: show it as it
// stands, take what was typed, and on a problem give it back as it was typed.
func editing[In any](c *web.C, key string, now In, page web.Page, prepare func(f *web.Form), save func(in In) (done string, err error)) error {
	in := now
	var failed error
	if c.R.Method == http.MethodPost {
		var typed In
		failed = c.Decode(&typed)
		in = typed
		if failed == nil && !c.Wants("_more") {
			var done string
			if done, failed = save(typed); failed == nil {
				return c.Done(done, key+".saved")
			}
		}
	}
	f := c.Form(key, &in)
	prepare(f)
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	v := page.V.(formView)
	v.Form = f
	if failed != nil {
		page.Title = c.T("form.error_title", "Title", page.Title)
	}
	if page.Name == "" {
		page.Name = "participation/form"
	}
	page.V, page.Status, page.NoIndex = v, status, true
	return c.Page(page)
}

func options(c *web.C, prefix string, values ...string) []web.Option {
	var out []web.Option
	for _, v := range values {
		out = append(out, web.Option{Value: v, Label: c.T(prefix + v)})
	}
	return out
}

// stateWords are the classes of states, for c.Status.
var stateClass = map[string]string{
	StateSubmitted: "draft", StatePending: "due", StateWaiting: "due", StateApproved: "done", StateCheckedIn: "done", StateAttended: "done",
	StateDeclined: "cancelled", StateWithdrawn: "cancelled", StateRemoved: "cancelled",
}

// Status is the state of a registration in words.
func Status(c *web.C, r *Registration) web.Status {
	if r.Recheck && r.State == StatePending {
		return c.Status("changed", "participation.state.recheck")
	}
	return c.Status(stateClass[r.State], "policy.registration.state."+r.State)
}

// mine is the registration of who reads the page, after those that others made for her
// address have become hers; nil where there is none.
func (w *Web) mine(c *web.C, set *editions.Setting) (*Registration, error) {
	r, err := w.s.Mine(c.Context(), c.Actor, set)
	if err != nil || r != nil || !c.Actor.SignedIn() {
		return r, err
	}
	claimed, err := w.s.Claim(c.Context(), c.Actor, set)
	if err != nil || !claimed {
		return nil, err
	}
	return w.s.Mine(c.Context(), c.Actor, set)
}

// hers is mine where there must be one.
func (w *Web) hers(c *web.C) (*editions.Setting, *Registration, error) {
	if !c.Actor.SignedIn() {
		return nil, nil, core.SignIn()
	}
	set, err := w.setting(c)
	if err != nil {
		return nil, nil, err
	}
	r, err := w.mine(c, set)
	if err == nil && r == nil {
		err = core.NotFound()
	}
	return set, r, err
}
