package participation

import (
	"net/http"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

type fact struct{ Term, Words string }

type factGroup struct {
	Title string
	Facts []fact
}

// story is one thing that happened to a registration.
type story struct {
	When, Machine, What, Detail string
}

type ownView struct {
	Title, Subtitle string
	Number          int
	Status          web.Status
	Next            string // the one next step, in words
	Reason          web.TextView
	Place           string // her place on the waiting list
	Actions         []web.Action
	Links           []web.Tab
	Groups          []factGroup
	History         []story
	Withdraw        string
	Return          string
}

// own is how a registration stands, for whose it is.
func (w *Web) own(c *web.C, set *editions.Setting, st *Setting, r *Registration) error {
	roles := rolesWith(c.Actor, r, false)
	v := ownView{
		Title: c.T("participation.own.title"), Subtitle: c.Text(set.Name).S, Number: r.Number, Status: Status(c, r), Reason: c.Text(r.Reason),
		Next: w.next(c, set, st, r),
	}
	if r.State == StateWaiting {
		place, err := w.s.Place(c.Context(), r)
		if err != nil {
			return err
		}
		v.Place = c.T("participation.own.place", "Place", place)
	}
	if policy.Can("correct", r.State, roles...) {
		v.Actions = append(v.Actions, web.Action{Label: c.T("participation.own.correct"), URL: c.URL(set.Path() + "/register/edit"), Icon: "edit"})
	}
	if r.MayJoin() {
		v.Links = append(v.Links, web.Tab{Label: c.T("participation.own.links"), URL: c.URL(set.Path() + "/my-links")})
		if r.OnSite() {
			v.Links = append(v.Links, web.Tab{Label: c.T("participation.own.badge"), URL: c.URL(set.Path() + "/my-badge")})
		}
		v.Links = append(v.Links, web.Tab{Label: c.T("participation.own.letters"), URL: c.URL(set.Path() + "/register/letters")})
	}
	if r.Media {
		v.Links = append(v.Links, web.Tab{Label: c.T("participation.own.papers"), URL: c.URL(set.Path() + "/register/papers")})
	}
	v.Links = append(v.Links, web.Tab{Label: c.T("participation.own.programme"), URL: c.URL(set.Path() + "/my-programme")})
	if policy.Can("withdraw", r.State, roles...) {
		v.Withdraw = c.URL(set.Path() + "/register/withdraw")
	}
	if policy.Can("return", r.State, roles...) {
		v.Return = c.URL(set.Path() + "/register/return")
	}
	v.Groups = w.said(c, set, st, r)
	events, err := w.s.HistoryOf(c.Context(), r, core.Page{Limit: 100})
	if err != nil {
		return err
	}
	v.History = stories(c, events.Items)
	return c.Page(web.Page{
		Name: "participation/own", Title: v.Title, Section: "programme", NoIndex: true, V: v,
		Trail: editions.Trail(c, set, web.Crumb{Label: c.T("participation.title")}),
	})
}

// next is the one next step of a registration, in words.
func (w *Web) next(c *web.C, set *editions.Setting, st *Setting, r *Registration) string {
	switch {
	case r.State == StatePending && r.Recheck:
		return c.T("participation.next.recheck")
	case r.MayJoin() && r.Conduct.IsZero() && !st.Conduct.IsZero():
		return c.T("participation.next.conduct")
	case r.State == StateApproved && r.OnSite():
		return c.T("participation.next.approved", "City", set.Place(c.Lang))
	case r.State == StateApproved:
		return c.T("participation.next.online")
	}
	return c.T("participation.next." + r.State)
}

// said is what a registration says, grouped: what is empty is left out.
func (w *Web) said(c *web.C, set *editions.Setting, st *Setting, r *Registration) []factGroup {
	var out []factGroup
	group := func(part string, facts ...fact) {
		g := factGroup{Title: c.T("participation.part." + part)}
		for _, f := range facts {
			if f.Words != "" {
				g.Facts = append(g.Facts, f)
			}
		}
		if len(g.Facts) > 0 {
			out = append(out, g)
		}
	}
	f := func(field, words string) fact { return fact{c.T("participation.field." + field), words} }
	coded := func(field, prefix, code string) fact {
		if code == "" {
			return fact{}
		}
		return f(field, c.T(prefix+code))
	}
	yes := func(field string, on bool) fact {
		if !on {
			return fact{}
		}
		return f(field, c.T("participation.yes"))
	}
	country := func(code string) string {
		if code == "" {
			return ""
		}
		x, _ := w.s.Vocab.Country(code)
		return c.Text(x.Name).S
	}
	group("you", f("name", strings.TrimSpace(r.Honorific+" "+r.Name)), f("organisation", r.Organisation), f("title", r.Title),
		f("stakeholder", c.Text(w.s.Vocab.Label(vocab.Groups, r.Stakeholder)).S), f("country", country(r.Country)), f("email", r.Email))
	category := ""
	if cat := st.Category(r.Category); cat != nil {
		category = c.Text(cat.Name).S
	}
	group("part", coded("mode", "participation.mode.", r.Mode), f("category", category), coded("rank", "participation.rank.", r.Rank), yes("high_level", r.HighLevel))
	gender := coded("gender", "participation.gender.", r.Gender)
	if r.GenderOwn != "" {
		gender.Words = r.GenderOwn
	}
	group("count", gender, coded("first_time", "participation.first_time.", r.FirstTime), yes("youth", r.Youth), yes("parliamentarian", r.Parliament))
	group("needs", f("access_needs", r.AccessNeeds), f("diet", r.Diet), f("visa_name", r.Visa.Name), f("visa_nationality", country(r.Visa.Nationality)),
		f("visa_passport", r.Visa.Passport), f("visa_born", r.Visa.Born), f("visa_arrives", r.Visa.Arrives), f("visa_leaves", r.Visa.Leaves))
	if r.Form > 0 && st.Call != "" {
		if _, form, err := w.s.Window(c.Context(), core.Operator, st); err == nil {
			for _, s := range form.Form.Sections {
				g := factGroup{Title: c.Text(s.Title).S}
				for _, q := range s.Questions {
					if words := strings.Join(q.Shown(c.Lang, r.Answers[q.Key], c.T, w.s.Vocab, w.choices(c, set)), "; "); words != "" {
						g.Facts = append(g.Facts, fact{c.Text(q.Label).S, words})
					}
				}
				if len(g.Facts) > 0 {
					out = append(out, g)
				}
			}
		}
	}
	shown := []string{}
	for field, on := range map[string]bool{"show_name": r.ShowName, "show_organisation": r.ShowOrg, "show_country": r.ShowCountry} {
		if on {
			shown = append(shown, field)
		}
	}
	if len(shown) == 0 {
		group("public", fact{c.T("participation.public"), c.T("participation.public.nothing")})
	} else {
		group("public", yes("show_name", r.ShowName), yes("show_organisation", r.ShowOrg), yes("show_country", r.ShowCountry))
	}
	return out
}

// stories are events about a registration as the person and the staff read them.
func stories(c *web.C, events []record.Event) []story {
	out := make([]story, 0, len(events))
	for i, l := range c.History(events, nil, "UTC") {
		s := story{When: c.StampHere(events[i].At), Machine: l.Machine, What: l.What}
		if fields := fieldsOf(events[i]); len(fields) > 0 {
			words := make([]string, 0, len(fields))
			for _, f := range fields {
				key := "participation.field." + f
				if !c.S.Catalog.Has(key) {
					key = "participation.field.other"
				}
				words = append(words, c.T(key))
			}
			s.Detail = strings.Join(words, c.T("calls.form.comma"))
		}
		out = append(out, s)
	}
	return out
}

type confirmView struct {
	Title, Text, Action, Submit, Cancel string
}

// withdraw takes the own registration back, after asking once.
func (w *Web) withdraw(c *web.C) error {
	set, r, err := w.hers(c)
	if err != nil {
		return err
	}
	if c.R.Method == http.MethodPost {
		if err := w.s.Withdraw(c.Context(), c.Actor, set, r.ID); err != nil {
			return err
		}
		return c.Done(set.Path()+"/register", "participation.withdrawn")
	}
	if err := policy.Check("withdraw", r.State, rolesWith(c.Actor, r, false)...); err != nil {
		return err
	}
	title := c.T("participation.withdraw.title")
	return c.Page(web.Page{
		Name: "participation/confirm", Title: title, Section: "programme", NoIndex: true, Trail: w.trail(c, set, web.Crumb{Label: title}),
		V: confirmView{title, c.T("participation.withdraw.text"), c.URL(set.Path() + "/register/withdraw"), c.T("participation.withdraw.submit"), c.URL(set.Path() + "/register")},
	})
}

// comeBack takes a withdrawal back.
func (w *Web) comeBack(c *web.C) error {
	set, r, err := w.hers(c)
	if err != nil {
		return err
	}
	if err := w.s.Return(c.Context(), c.Actor, set, r.ID); err != nil {
		return err
	}
	return c.Done(set.Path()+"/register", "participation.returned")
}

type mePanel struct {
	Rows []meRow
	Open []web.Tab
}

type meRow struct {
	Edition web.TextView
	URL     string
	Status  web.Status
	Next    string
}

// MePanel shows, on somebody's own page, what she is registered for, and what she could be.
func (w *Web) MePanel(c *web.C, _ core.ID) (string, any, error) {
	list, err := w.s.OfAccount(c.Context(), c.Actor.Account)
	if err != nil {
		return "", nil, err
	}
	var v mePanel
	known := map[core.ID]bool{}
	for i := range list {
		r := &list[i]
		known[r.Edition] = true
		set, err := w.s.Editions.SettingByID(c.Context(), c.Actor, r.Edition)
		if core.KindOf(err) == core.KindNotFound {
			continue
		}
		if err != nil {
			return "", nil, err
		}
		st, err := settingOf(c.Context(), w.s.rec.DB.Read, set.ID)
		if err != nil {
			return "", nil, err
		}
		v.Rows = append(v.Rows, meRow{Edition: c.Text(set.Name), URL: c.URL(set.Path() + "/register"), Status: Status(c, r), Next: w.next(c, set, st, r)})
	}
	offered, err := w.s.Open(c.Context(), c.Actor)
	if err != nil {
		return "", nil, err
	}
	for _, e := range offered {
		if !known[e.ID] {
			v.Open = append(v.Open, web.Tab{Label: c.T("participation.me.register", "Edition", c.Text(e.Name).S), URL: c.URL(e.Path() + "/register")})
		}
	}
	return "participation/me", v, nil
}

type homePanel struct{ URL, Words string }

// HomePanel leads, from an edition's home page, to its registration while that is open.
func (w *Web) HomePanel(c *web.C, edition core.ID) (string, any, error) {
	set, err := w.s.Editions.SettingByID(c.Context(), c.Actor, edition)
	if err != nil {
		return "", nil, err
	}
	st, err := settingOf(c.Context(), w.s.rec.DB.Read, edition)
	if core.KindOf(err) == core.KindNotFound {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	call, err := w.s.Calls.ByID(c.Context(), core.Operator, st.Call)
	if err != nil {
		return "", nil, err
	}
	c.Until(call.Opens.Time())
	c.Until(call.Closes.Time())
	now := c.S.Clock.Instant()
	if !call.Published || call.Cancelled != "" || now.Before(call.Opens) || !now.Before(call.Closes) {
		return "", nil, nil
	}
	return "participation/home", homePanel{c.URL(set.Path() + "/register"), c.T("participation.window.until", "Time", c.Stamp(call.Closes, call.Zone)+" "+web.ZoneCity(call.Zone))}, nil
}
