package authn

import (
	"plenary/internal/core"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// peopleView is the list of people a visitor of the demo can sign in as.
type peopleView struct {
	People []demoPerson
	Next   string
}

type demoPerson struct{ Name, About, URL string }

// people is nil outside a demo, and where nobody is offered.
func (w *Web) people(c *web.C, next string) (*peopleView, error) {
	if !w.s.cfg.Demo {
		return nil, nil
	}
	list, err := w.s.DemoAccounts(c.Context())
	if err != nil {
		return nil, err
	}
	v := &peopleView{}
	if next != "/" {
		v.Next = next
	}
	for _, a := range list {
		p := demoPerson{Name: a.Name, About: a.DemoAbout, URL: c.URL("/demo/as/" + a.DemoRole)}
		if c.S.Catalog.Has(a.DemoAbout) {
			p.About = c.T(a.DemoAbout)
		}
		v.People = append(v.People, p)
	}
	if len(v.People) == 0 {
		return nil, nil
	}
	return v, nil
}

type demoView struct {
	People *peopleView
	Now    string
	Form   *web.Form
	Mail   string
	Empty  web.Empty
}

func (w *Web) demo(c *web.C) error {
	if !w.s.cfg.Demo {
		return core.NotFound()
	}
	return w.demoPage(c, w.clockNow(), nil)
}

// clockNow is the form of the clock as it stands.
func (w *Web) clockNow() *ClockInput {
	now := w.s.rec.Clock.Now().In(core.Zone(w.s.cfg.DemoZone))
	return &ClockInput{Date: now.Format("2006-01-02"), Time: i18n.Clock(now), Zone: w.s.cfg.DemoZone}
}

func (w *Web) demoPage(c *web.C, in *ClockInput, failure error) error {
	people, err := w.people(c, "/")
	if err != nil {
		return err
	}
	now := w.s.rec.Clock.Now().In(core.Zone(w.s.cfg.DemoZone))
	v := demoView{
		People: people, Form: c.Form("authn.clock", in), Mail: c.URL("/demo/mail"),
		Now:   c.T("authn.demo.now", "Date", i18n.LongDate(c.Lang, now), "Time", i18n.Clock(now), "Place", web.ZoneCity(w.s.cfg.DemoZone)),
		Empty: web.Empty{Title: c.T("authn.demo.nobody"), Text: c.T("authn.demo.nobody_text")},
	}
	v.Form.Action = c.URL("/demo/clock")
	for _, step := range []string{"hour", "day", "start"} {
		v.Form.Buttons = append(v.Form.Buttons, web.Button{Name: "step", Value: step, Label: c.T("authn.clock.step." + step)})
	}
	p := web.Page{Name: "authn/demo", Title: c.T("authn.demo.title"), NoIndex: true}
	if failure != nil {
		if err := v.Form.Fail(failure); err != nil {
			return err
		}
		p.Status = web.StatusCode(core.KindOf(failure))
	}
	p.V = v
	return c.Page(p)
}

func (w *Web) demoAs(c *web.C) error {
	if err := w.s.SignInAs(c.W, c.R, c.Param("key")); err != nil {
		return err
	}
	return c.Redirect(safeNext(c.Back("/")))
}

func (w *Web) demoClock(c *web.C) error {
	if !w.s.cfg.Demo {
		return core.NotFound()
	}
	var in ClockInput
	err := c.Decode(&in)
	if err == nil {
		err = w.s.MoveClock(in)
	}
	if err != nil {
		return w.demoPage(c, &in, err)
	}
	return c.Done("/demo", "authn.clock.moved")
}
