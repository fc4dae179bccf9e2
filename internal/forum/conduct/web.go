package conduct

import (
	"embed"
	"errors"
	"net/http"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/blob"
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
	if err := s.Views("conduct", viewFS); err != nil {
		return err
	}
	s.Takes("Conduct", takes)
	for path, h := range map[string]web.Handler{
		"/conduct/report": w.report, "/conduct/follow": w.follow, "/conduct/decision": w.decision, "/conduct/setting": w.setting,
		"/conduct/reports/{number}/{action}": w.action,
	} {
		s.Edition("GET "+path, h)
		s.Edition("POST "+path, h)
	}
	s.Edition("GET /conduct", w.code)
	s.Edition("GET /conduct/reports", w.list)
	s.Edition("GET /conduct/reports/{number}", w.show)
	s.Edition("GET /conduct/reports/{number}/files/{file}", w.file)
	return nil
}

func (w *Web) set(c *web.C) (*editions.Setting, error) {
	return w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
}

func (w *Web) trail(c *web.C, set *editions.Setting, more ...web.Crumb) []web.Crumb {
	out := []web.Crumb{{Label: c.Text(set.Name).S, URL: c.URL(set.Path() + "/")}}
	if len(more) == 0 {
		return append(out, web.Crumb{Label: c.T("conduct.title")})
	}
	return append(append(out, web.Crumb{Label: c.T("conduct.title"), URL: c.URL(set.Path() + "/conduct")}), more...)
}

type codeView struct {
	Edition  string
	Text     web.TextView
	Contact  web.TextView
	Handlers []string
	Report   string
	Actions  []web.Action
}

// code shows the code of conduct and how to report.
func (w *Web) code(c *web.C) error {
	set, err := w.set(c)
	if err != nil {
		return err
	}
	st, err := w.s.SettingOf(c.Context(), set.ID)
	if err != nil {
		return err
	}
	v := codeView{Edition: c.Text(set.Name).S, Contact: c.Text(st.Contact), Report: c.URL(set.Path() + "/conduct/report")}
	own, err := w.s.Participation.Setting(c.Context(), c.Actor, set)
	switch {
	case core.KindOf(err) == core.KindNotFound:
	case err != nil:
		return err
	default:
		v.Text = c.Text(own.Conduct)
	}
	if len(st.Handlers) > 0 {
		people, err := w.s.Handlers(c.Context(), set.ID)
		if err != nil {
			return err
		}
		for _, p := range people {
			v.Handlers = append(v.Handlers, p.Name)
		}
	}
	handles, err := w.s.Handles(c.Context(), c.Actor, set.ID)
	if err != nil {
		return err
	}
	if handles {
		v.Actions = append(v.Actions, web.Action{Label: c.T("conduct.desk.title"), URL: c.URL(set.Path() + "/conduct/reports"), Icon: "lock"})
	}
	if CanName(c.Actor, set.ID) {
		v.Actions = append(v.Actions, web.Action{Label: c.T("conduct.setting.title"), URL: c.URL(set.Path() + "/conduct/setting"), Icon: "edit"})
	}
	return c.Page(web.Page{Name: "conduct/code", Title: c.T("conduct.title"), Section: "programme", Trail: w.trail(c, set), V: v})
}

type formView struct {
	Title string
	About []string
	Form  *web.Form
}

// upload keeps the file that came with a form; the bytes are on the disk before the act.
func (w *Web) upload(c *web.C) ([]blob.Blob, error) {
	f, head, err := c.R.FormFile("file")
	switch {
	case errors.Is(err, http.ErrMissingFile), errors.Is(err, http.ErrNotMultipart):
		return nil, nil
	case err != nil:
		return nil, core.Invalid("error.unreadable")
	}
	defer func() { _ = f.Close() }() // it was only read
	if head.Size == 0 {
		return nil, nil
	}
	if err := w.s.uploads.Allow(web.RemoteAddr(c.R)); err != nil {
		return nil, err
	}
	b, err := w.s.Files.Put(c.Context(), f, head.Filename, head.Header.Get("Content-Type"))
	if err != nil {
		e := web.Classify(err)
		if e.Kind != core.KindInvalid && e.Kind != core.KindTooLarge {
			return nil, err
		}
		var p core.Problems
		p.Add("file", e.Key, e.Args...)
		return nil, p.Err()
	}
	return []blob.Blob{b}, nil
}

// report is the form of a report.
func (w *Web) report(c *web.C) error {
	set, err := w.set(c)
	if err != nil {
		return err
	}
	in := ReportInput{Withheld: true}
	var failed error
	if c.R.Method == http.MethodPost {
		in = ReportInput{}
		if failed = c.Decode(&in); failed == nil {
			failed = core.Validate(in).Err()
		}
		if failed == nil {
			in.Files, failed = w.upload(c)
		}
		if failed == nil {
			var token string
			if _, token, failed = w.s.Enter(c.Context(), c.Actor, set, in, c.Lang, web.RemoteAddr(c.R)); failed == nil {
				return c.Done(set.Path()+"/conduct/follow?token="+token, "conduct.report.done")
			}
		}
	}
	f := c.Form("conduct.report", &in)
	f.Cancel = c.URL(set.Path() + "/conduct")
	f.Largest = blob.DefaultLimit
	people, err := w.s.Handlers(c.Context(), set.ID)
	if err != nil {
		return err
	}
	var opts []web.Option
	for _, p := range people {
		opts = append(opts, web.Option{Value: string(p.ID), Label: p.Name})
	}
	f.Options("not", opts)
	if len(opts) < 2 {
		f.Drop("not")
	}
	if !c.Actor.SignedIn() {
		f.Drop("unnamed")
	}
	v := formView{Title: c.T("conduct.report.title"), About: []string{c.T("conduct.report.intro"), c.T("conduct.report.danger")}, Form: f}
	return w.formPage(c, set, v, failed)
}

// formPage shows a form again, with what was wrong.
func (w *Web) formPage(c *web.C, set *editions.Setting, v formView, failed error, more ...web.Crumb) error {
	status, err := v.Form.Refused(failed)
	if err != nil {
		return err
	}
	title := v.Title
	if failed != nil {
		title = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{
		Name: "conduct/form", Title: title, Section: "programme", NoIndex: true, Status: status,
		Trail: w.trail(c, set, append(more, web.Crumb{Label: v.Title})...), V: v,
	})
}

type noteLine struct {
	Who, When, Machine string
	Words              []string
}

func (w *Web) notes(c *web.C, set *editions.Setting, list []Note, names map[core.ID]string) []noteLine {
	out := make([]noteLine, 0, len(list))
	for _, n := range list {
		who := c.T("conduct.from." + n.Source)
		if name := names[n.Account]; name != "" {
			who = c.T("conduct.from_name", "Who", who, "Name", name)
		}
		out = append(out, noteLine{Who: who, When: c.Stamp(n.At, set.Zone), Machine: n.At.Time().Format(time.RFC3339), Words: core.Lines(n.Words)})
	}
	return out
}

type followView struct {
	Number          int
	Status          web.Status
	Address, Forget string
	Words           []string
	Facts           [][2]string
	Files           []string
	Notes           []noteLine
	Form            *web.Form
}

// follow is the page of who reported: what was done so far, and what she adds.
func (w *Web) follow(c *web.C) error {
	set, err := w.set(c)
	if err != nil {
		return err
	}
	token, network := c.Query("token"), web.RemoteAddr(c.R)
	r, err := w.s.Followed(c.Context(), set, token, network)
	if err != nil {
		return err
	}
	here := set.Path() + "/conduct/follow?token=" + token
	var in AddInput
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			failed = core.Validate(in).Err()
		}
		if failed == nil {
			in.Files, failed = w.upload(c)
		}
		if failed == nil {
			if failed = w.s.Add(c.Context(), set, token, in, network); failed == nil {
				return c.Done(here, "conduct.follow.added")
			}
		}
	}
	v := followView{Number: r.Number, Status: stateOf(c, r.State), Address: c.Absolute(here), Words: core.Lines(r.Words), Notes: w.notes(c, set, r.Notes, nil)}
	v.Facts = facts(c, r)
	for _, f := range r.Files {
		v.Files = append(v.Files, f.Name)
	}
	status := http.StatusOK
	if r.State != StateClosed {
		v.Form = c.Form("conduct.follow", &in)
		v.Form.Largest = blob.DefaultLimit
		if status, err = v.Form.Refused(failed); err != nil {
			return err
		}
	} else if failed != nil {
		return failed
	}
	title := c.T("conduct.follow.title", "Number", r.Number)
	return c.Page(web.Page{Name: "conduct/follow", Title: title, Section: "programme", NoIndex: true, Status: status, Trail: w.trail(c, set, web.Crumb{Label: title}), V: v})
}

func facts(c *web.C, r *Report) [][2]string {
	var out [][2]string
	for _, f := range [][2]string{{"place", r.Place}, {"happened", r.Happened}, {"about", r.About}, {"contact", r.Contact}} {
		if f[1] != "" {
			out = append(out, [2]string{c.T("conduct.report." + f[0]), f[1]})
		}
	}
	return out
}

func stateOf(c *web.C, state string) web.Status {
	class := map[string]string{StateReceived: "due", StateLooked: "draft", StateDecided: "done", StateAppealed: "due", StateClosed: "done"}[state]
	return c.Status(class, "conduct.state."+state)
}

type decisionView struct {
	Edition, What, Body, Until string
	Reason                     []string
	Outcome, OutcomeWhy        string
	Form                       *web.Form
	Late                       bool
}

// decision is what the person concerned reads by the link of her letter.
func (w *Web) decision(c *web.C) error {
	set, err := w.set(c)
	if err != nil {
		return err
	}
	token, network := c.Query("token"), web.RemoteAddr(c.R)
	d, state, err := w.s.ByLink(c.Context(), set, token, network)
	if err != nil {
		return err
	}
	var in AppealInput
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.Appeal(c.Context(), set, token, in, network); failed == nil {
				return c.Done(set.Path()+"/conduct/decision?token="+token, "conduct.decision.appealed")
			}
		}
	}
	v := decisionView{Edition: c.Text(set.Name).S, What: c.T("conduct.kind." + d.Kind), Body: d.Body, Reason: core.Lines(d.Reason), Until: c.Date(d.AppealUntil.In(set.Zone))}
	if d.Outcome != "" {
		v.Outcome, v.OutcomeWhy = c.T("conduct.letter."+d.Outcome), d.OutcomeWhy
	}
	status := http.StatusOK
	if d.MayAppeal(state, c.S.Clock.Instant()) {
		v.Form = c.Form("conduct.appeal", &in)
		if status, err = v.Form.Refused(failed); err != nil {
			return err
		}
	} else if failed != nil {
		return failed
	}
	v.Late = v.Form == nil && d.Outcome == "" && state != StateAppealed
	title := c.T("conduct.decision.title")
	return c.Page(web.Page{Name: "conduct/decision", Title: title, Section: "programme", NoIndex: true, Status: status, Trail: w.trail(c, set, web.Crumb{Label: title}), V: v})
}

// setting is the form of the setting.
func (w *Web) setting(c *web.C) error {
	set, err := w.set(c)
	if err != nil {
		return err
	}
	now, err := w.s.Form(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	in := now
	var failed error
	if c.R.Method == http.MethodPost {
		in = SettingInput{}
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.Set(c.Context(), c.Actor, set, in); failed == nil {
				return c.Done(set.Path()+"/conduct", "conduct.setting.saved")
			}
		}
	}
	f := c.Form("conduct.setting", &in)
	f.Cancel = c.URL(set.Path() + "/conduct")
	return w.formPage(c, set, formView{Title: c.T("conduct.setting.title"), Form: f}, failed)
}
