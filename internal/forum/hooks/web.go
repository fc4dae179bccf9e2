package hooks

import (
	"embed"
	"net/http"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

//go:embed view
var viewFS embed.FS

// Web is the pages of the room, for administrators.
type Web struct{ s *Service }

// NewWeb makes the pages.
func NewWeb(s *Service) *Web { return &Web{s: s} }

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("hooks", viewFS); err != nil {
		return err
	}
	s.Takes("Webhooks", takes)
	for path, h := range map[string]web.Handler{
		"/admin/webhooks/new": w.add, "/admin/webhooks/{id}/edit": w.edit, "/admin/webhooks/{id}/remove": w.remove,
		"/admin/webhooks/{id}/secret": w.secret,
	} {
		s.Handle("GET "+path, h)
		s.Handle("POST "+path, h)
	}
	s.Handle("GET /admin/webhooks", w.list)
	s.Handle("GET /admin/webhooks/{id}", w.show)
	s.Handle("GET /admin/webhooks/{id}/deliveries/{delivery}", w.delivery)
	s.Handle("POST /admin/webhooks/{id}/deliveries/{delivery}/resend", w.resend)
	s.Handle("POST /admin/webhooks/{id}/test", w.test)
	s.Handle("POST /admin/webhooks/{id}/pause", w.pause)
	s.Handle("POST /admin/webhooks/{id}/resume", w.resume)
	return nil
}

func trail(c *web.C, more ...web.Crumb) []web.Crumb {
	return append([]web.Crumb{{Label: c.T("hooks.title"), URL: c.URL("/admin/webhooks")}}, more...)
}

type listView struct {
	Rows    []row
	Actions []web.Action
	Empty   *web.Empty
}

type row struct {
	URL, Name, Address, What string
	Status                   web.Status
}

func (w *Web) list(c *web.C) error {
	list, err := w.s.Hooks(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := listView{Actions: []web.Action{{Label: c.T("hooks.add.title"), URL: c.URL("/admin/webhooks/new"), Icon: "plus", Primary: true}}}
	for _, h := range list {
		v.Rows = append(v.Rows, row{URL: c.URL(h.Path()), Name: h.Name, Address: h.URL, What: what(c, h), Status: status(c, h)})
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("hooks.none"), Text: c.T("hooks.none_text")}
	}
	return c.Page(web.Page{Name: "hooks/list", Title: c.T("hooks.title"), NoIndex: true, V: v, Trail: []web.Crumb{{Label: c.T("hooks.title")}}})
}

func status(c *web.C, h Hook) web.Status {
	switch {
	case h.State == StatePaused:
		return c.Status("private", "hooks.state.paused")
	case h.State == StateStopped:
		return c.Status("cancelled", "hooks.state.stopped")
	case !h.Failing.IsZero():
		return c.Status("late", "hooks.state.failing")
	}
	return c.Status("done", "hooks.state.on")
}

// what says what a hook is told of.
func what(c *web.C, h Hook) string {
	chosen := h.Subjects()
	if len(chosen) == 0 {
		return c.T("hooks.everything")
	}
	names := make([]string, len(chosen))
	for i, k := range chosen {
		names[i] = c.T("hooks.subject." + k)
	}
	return strings.Join(names, " · ")
}

func (w *Web) form(c *web.C, key string, in *Input, back string, failed error) error {
	f := c.Form("hooks."+key, in)
	f.Cancel = c.URL(back)
	var subjects []web.Option
	for _, k := range Subjects {
		subjects = append(subjects, web.Option{Value: k, Label: c.T("hooks.subject." + k)})
	}
	f.Options("kinds", subjects)
	var places []web.Option
	list, err := w.s.house.Editions.Editions(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	for _, e := range list {
		places = append(places, web.Option{Value: string(e.ID), Label: c.Text(e.Name).S})
	}
	f.Options("edition", places)
	title := c.T("hooks." + key + ".title")
	p := web.Page{Name: "hooks/form", Title: title, NoIndex: true, Trail: trail(c, web.Crumb{Label: title}), V: formView{Title: title, Form: f}}
	if failed != nil {
		if err := f.Fail(failed); err != nil {
			return err
		}
		p.Title, p.Status = c.T("form.error_title", "Title", title), web.StatusCode(core.KindOf(failed))
	}
	return c.Page(p)
}

type formView struct {
	Title string
	Form  *web.Form
}

func (w *Web) add(c *web.C) error {
	var in Input
	if c.R.Method == http.MethodGet {
		if err := may(c.Actor, "see", StateOn); err != nil {
			return err
		}
		return w.form(c, "add", &in, "/admin/webhooks", nil)
	}
	err := c.Decode(&in)
	if err == nil {
		var h Hook
		if h, err = w.s.Add(c.Context(), c.Actor, in); err == nil {
			return c.Done(h.Path()+"/secret", "hooks.added")
		}
	}
	return w.form(c, "add", &in, "/admin/webhooks", err)
}

func (w *Web) edit(c *web.C) error {
	h, err := w.s.Hook(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	in := InputOf(h)
	if c.R.Method == http.MethodGet {
		return w.form(c, "edit", &in, h.Path(), nil)
	}
	if err = c.Decode(&in); err == nil {
		if err = w.s.Change(c.Context(), c.Actor, h.ID, in); err == nil {
			return c.Done(h.Path(), "hooks.changed")
		}
	}
	return w.form(c, "edit", &in, h.Path(), err)
}

type confirmView struct {
	Title, Name, Action, Submit, Back, BackURL string
	Lines                                      []string
	Secret                                     string
	Danger                                     bool
}

func (w *Web) remove(c *web.C) error {
	h, err := w.s.Hook(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	if c.R.Method == http.MethodPost {
		if err := w.s.Remove(c.Context(), c.Actor, h.ID); err != nil {
			return err
		}
		return c.Done("/admin/webhooks", "hooks.removed", "Name", h.Name)
	}
	title := c.T("hooks.remove.title")
	return c.Page(web.Page{Name: "hooks/confirm", Title: title, NoIndex: true, Trail: trail(c, web.Crumb{Label: h.Name, URL: c.URL(h.Path())}, web.Crumb{Label: title}), V: confirmView{
		Title: title, Name: h.Name, Lines: []string{c.T("hooks.remove.what")}, Action: c.URL(h.Path() + "/remove"), Submit: c.T("hooks.remove.submit"), Danger: true,
		Back: c.T("hooks.remove.keep"), BackURL: c.URL(h.Path()),
	}})
}

// secret shows what the other program needs to know, and replaces it on POST.
func (w *Web) secret(c *web.C) error {
	h, err := w.s.Hook(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	if c.R.Method == http.MethodPost {
		if err := w.s.Rotate(c.Context(), c.Actor, h.ID); err != nil {
			return err
		}
		return c.Done(h.Path()+"/secret", "hooks.rotated")
	}
	secret, err := w.s.Secret(c.Context(), c.Actor, h)
	if err != nil {
		return err
	}
	lines := []string{c.T("hooks.secret.what"), c.T("hooks.secret.replace")}
	if core.At(w.s.now()).Before(h.OldUntil) {
		lines = append(lines, c.T("hooks.secret.old", "Time", c.StampHere(h.OldUntil)))
	}
	title := c.T("hooks.secret.title")
	return c.Page(web.Page{Name: "hooks/confirm", Title: title, NoIndex: true, Trail: trail(c, web.Crumb{Label: h.Name, URL: c.URL(h.Path())}, web.Crumb{Label: title}), V: confirmView{
		Title: title, Name: h.Name, Lines: lines, Secret: secret, Action: c.URL(h.Path() + "/secret"), Submit: c.T("hooks.secret.submit"),
		Back: c.T("hooks.secret.back"), BackURL: c.URL(h.Path()),
	}})
}

type showView struct {
	Name, Address, What, Edition string
	Status                       web.Status
	Stopped                      *web.Notice
	Actions                      []web.Action
	Tabs                         web.Tabs
	Rows                         []logRow
	Pager                        web.Pager
	Empty                        *web.Empty
}

type logRow struct {
	URL, What, When, Machine, Answer string
	Status                           web.Status
}

func (w *Web) show(c *web.C) error {
	h, err := w.s.Hook(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	state := c.Query("state")
	list, err := w.s.Log(c.Context(), c.Actor, h.ID, state, c.PageArg())
	if err != nil {
		return err
	}
	v := showView{
		Name: h.Name, Address: h.URL, What: what(c, h), Edition: c.T("hooks.whole"), Status: status(c, h), Actions: w.actions(c, h),
		Pager: c.Pager(len(list.Items), list.Total, list.Next, "hooks.log.count"), Tabs: web.Tabs{Label: c.T("hooks.log.states")},
	}
	if h.Edition != "" {
		set, err := w.s.house.Editions.SettingByID(c.Context(), c.Actor, core.ID(h.Edition))
		if err != nil {
			return err
		}
		v.Edition = c.Text(set.Name).S
	}
	if h.State == StateStopped {
		v.Stopped = &web.Notice{Class: "warning", Icon: "warning", Text: c.T("hooks.stopped")}
	}
	for _, s := range []string{"", Waiting, Done, Failed, Dropped} {
		tab := web.Tab{Label: c.T("hooks.log.all"), URL: c.URL(h.Path()), Current: s == state}
		if s != "" {
			tab.Label, tab.URL = c.T("hooks.delivery."+s), tab.URL+"?state="+s
		}
		v.Tabs.Tabs = append(v.Tabs.Tabs, tab)
	}
	for _, d := range list.Items {
		v.Rows = append(v.Rows, logRow{
			URL: c.URL(h.Path() + "/deliveries/" + string(d.ID)), What: c.T("event." + d.Kind), When: c.StampHere(d.Created), Machine: d.Created.Time().Format(time.RFC3339),
			Answer: answer(c, d), Status: deliveryStatus(c, d),
		})
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("hooks.log.none"), Text: c.T("hooks.log.none_text")}
	}
	return c.Page(web.Page{Name: "hooks/one", Title: h.Name, NoIndex: true, V: v, Trail: trail(c, web.Crumb{Label: h.Name})})
}

func (w *Web) actions(c *web.C, h Hook) []web.Action {
	var out []web.Action
	post := func(action string) web.Action {
		return web.Action{Label: c.T("hooks.do." + action), URL: c.URL(h.Path() + "/" + action), Post: true}
	}
	if h.State == StateOn {
		test := post("test")
		test.Primary = true
		out = append(out, test, post("pause"))
	} else {
		out = append(out, post("resume"))
	}
	for _, page := range []string{"edit", "secret", "remove"} {
		out = append(out, web.Action{Label: c.T("hooks.do." + page), URL: c.URL(h.Path() + "/" + page)})
	}
	return out
}

// answer is what became of a delivery, in few words.
func answer(c *web.C, d Delivery) string {
	switch {
	case d.Error != "":
		return c.T("hooks.reason." + d.Error)
	case d.Status != 0:
		return c.T("hooks.answered", "Status", d.Status, "Milliseconds", i18n.Number(c.Lang, int(d.Took)))
	}
	return ""
}

func deliveryStatus(c *web.C, d Delivery) web.Status {
	classes := map[string]string{Waiting: "due", Done: "done", Failed: "late", Dropped: "cancelled"}
	return c.Status(classes[d.State], "hooks.delivery."+d.State)
}

type deliveryView struct {
	Title              string
	Status             web.Status
	Message, Tries     string
	Created, Tried     string
	Next, Answer       string
	Body, Reply        string
	Resend             string
	CreatedAt, TriedAt string
}

func (w *Web) delivery(c *web.C) error {
	h, err := w.s.Hook(c.Context(), c.Actor, core.ID(c.Param("id")))
	if err != nil {
		return err
	}
	d, err := w.s.Delivery(c.Context(), c.Actor, h.ID, core.ID(c.Param("delivery")))
	if err != nil {
		return err
	}
	title := c.T("event." + d.Kind)
	v := deliveryView{
		Title: title, Status: deliveryStatus(c, d), Message: d.MessageID(), Tries: i18n.Number(c.Lang, int(d.Attempts)),
		Created: c.StampHere(d.Created), CreatedAt: d.Created.Time().Format(time.RFC3339), Answer: answer(c, d), Body: d.Body, Reply: d.Answer,
	}
	if !d.Tried.IsZero() {
		v.Tried, v.TriedAt = c.StampHere(d.Tried), d.Tried.Time().Format(time.RFC3339)
	}
	if d.State == Waiting && !d.NextTry.IsZero() {
		v.Next = c.StampHere(d.NextTry)
	}
	if h.State == StateOn && (d.State != Waiting || d.Attempts > 0) {
		v.Resend = c.URL(h.Path() + "/deliveries/" + string(d.ID) + "/resend")
	}
	return c.Page(web.Page{
		Name: "hooks/delivery", Title: title, NoIndex: true, V: v,
		Trail: trail(c, web.Crumb{Label: h.Name, URL: c.URL(h.Path())}, web.Crumb{Label: title}),
	})
}

func (w *Web) test(c *web.C) error {
	id := core.ID(c.Param("id"))
	d, err := w.s.Test(c.Context(), c.Actor, id)
	if err != nil {
		return err
	}
	return c.Done(Hook{ID: id}.Path()+"/deliveries/"+string(d.ID), "hooks.tested")
}

func (w *Web) resend(c *web.C) error {
	id, delivery := core.ID(c.Param("id")), core.ID(c.Param("delivery"))
	if err := w.s.Resend(c.Context(), c.Actor, id, delivery); err != nil {
		return err
	}
	return c.Done(Hook{ID: id}.Path()+"/deliveries/"+string(delivery), "hooks.resent")
}

func (w *Web) pause(c *web.C) error {
	id := core.ID(c.Param("id"))
	if err := w.s.Pause(c.Context(), c.Actor, id); err != nil {
		return err
	}
	return c.Done(Hook{ID: id}.Path(), "hooks.paused")
}

func (w *Web) resume(c *web.C) error {
	id := core.ID(c.Param("id"))
	if err := w.s.Resume(c.Context(), c.Actor, id); err != nil {
		return err
	}
	return c.Done(Hook{ID: id}.Path(), "hooks.resumed")
}
