package editions

import (
	"slices"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

type aboutView struct {
	Name, About web.TextView
	Contact     string
	Mandates    []mandateView
	Actions     []web.Action
	Panels      []web.Tab
}

type mandateView struct {
	Instrument          web.TextView
	Symbol, URL, Period string
	Review              string
}

func (w *Web) about(c *web.C) error {
	c.Reads(core.ScopeForum)
	f, err := w.s.Forum(c.Context())
	if err != nil {
		return err
	}
	v := aboutView{Name: c.Text(f.Name), About: c.Text(f.About), Contact: f.Contact}
	for _, m := range f.Mandates {
		mv := mandateView{Instrument: c.Text(m.Instrument), Symbol: m.Symbol, URL: m.URL}
		from, err1 := core.ParseDate(m.From)
		until, err2 := core.ParseDate(m.Until)
		switch {
		case err1 == nil && err2 == nil:
			mv.Period = i18n.DateRange(c.Lang, from, until)
		case err1 == nil:
			mv.Period = c.T("editions.mandate.since", "Date", c.Date(from))
		}
		if r, err := core.ParseDate(m.Review); err == nil {
			mv.Review = c.T("editions.mandate.reviewed", "Date", c.Date(r))
		}
		v.Mandates = append(v.Mandates, mv)
	}
	v.Panels = []web.Tab{
		{Label: c.T("editions.all"), URL: c.URL("/editions")},
		{Label: c.T("shell.rights"), URL: c.URL("/about/rights")},
		{Label: c.T("shell.vocabularies"), URL: c.URL("/about/vocabularies")},
		{Label: c.T("shell.data"), URL: c.URL("/about/data")},
		{Label: c.T("editions.history"), URL: c.URL("/about/history")},
	}
	if forumPolicy.Can("edit", "", c.Actor.Roles(core.ScopeForum)...) {
		v.Actions = []web.Action{{Label: c.T("editions.edit_forum"), URL: c.URL("/about/edit"), Icon: "edit"}}
	}
	return c.Page(web.Page{Name: "editions/about", Title: c.T("editions.about_title", "Forum", v.Name.S), Section: "about", V: v})
}

type factsView struct {
	Title, Theme, Host web.TextView
	Dates, DayZero     string
	Country, Zone      string
	City               web.TextView
	Ordinal            string
	Venues             []venueView
	Rooms              []roomView
	Themes             []web.ThemeChip
	Questions          []questionView
	Figures            []figureView
	Actions            []web.Action
	HasRooms           bool
}

type venueView struct {
	Name    web.TextView
	Address string
}

type roomView struct {
	Name, Access web.TextView
	Venue        web.TextView
	Capacity     string
	Aliases      []string
	Informal     bool
	URL          string
}

type questionView struct {
	Number string
	Text   web.TextView
	Depth  int
	URL    string
	Below  []questionView
}

type figureView struct{ Label, Amount, Note, Source string }

// facts is the page that says when and where an edition meets and what it asks.
func (w *Web) facts(c *web.C) error {
	set, err := w.s.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	v := factsView{
		Title: c.Text(set.Name), Theme: c.Text(set.Edition.Theme), Host: c.Text(set.Host), City: c.Text(set.City),
		Dates: Dates(c, set.Edition), Zone: set.Zone, Actions: w.actions(c, set), Country: w.country(c, set.Country),
	}
	if set.Ordinal > 0 {
		v.Ordinal = c.T("editions.ordinal", "Number", set.Ordinal)
	}
	if d, err := core.ParseDate(set.DayZero); err == nil {
		key := "editions.day_zero.apart"
		if set.DatesCountDayZero {
			key = "editions.day_zero.counted"
		}
		v.DayZero = c.T(key, "Date", c.Date(d))
	}
	venues := map[core.ID]web.TextView{}
	for _, x := range set.Venues {
		venues[x.ID] = c.Text(x.Name)
		v.Venues = append(v.Venues, venueView{Name: c.Text(x.Name), Address: x.Address})
	}
	for _, r := range set.Rooms {
		rv := roomView{
			Name: c.Text(r.Name), Access: c.Text(r.Accessibility), Venue: venues[r.Venue], Aliases: r.Aliases,
			Informal: r.Informal, URL: c.URL(set.Path() + "/programme/all?room=" + r.Slug),
		}
		if r.Capacity > 0 {
			rv.Capacity = i18n.Number(c.Lang, r.Capacity)
		}
		v.Rooms = append(v.Rooms, rv)
	}
	for _, t := range set.Themes {
		v.Themes = append(v.Themes, web.ThemeChip{Colour: t.Colour, Name: c.Text(t.Name)})
	}
	v.Questions = questions(c, set)
	for _, f := range set.Figures {
		v.Figures = append(v.Figures, figureView{
			Label: c.T("editions.indicator." + f.Indicator), Amount: figureText(c, f), Note: f.Note, Source: f.Source,
		})
	}
	return c.Page(web.Page{
		Name: "editions/facts", Title: c.T("editions.facts_title", "Edition", v.Title.S), Section: "about",
		Trail: Trail(c, set, web.Crumb{Label: c.T("shell.about")}), V: v,
	})
}

// questions nests the policy questions for printing.
func questions(c *web.C, set *Setting) []questionView {
	var top []questionView
	for _, q := range set.Questions {
		qv := questionView{
			Number: q.Number, Text: c.Text(q.Question), Depth: q.Depth(),
			URL: c.URL(set.Path() + "/programme/all?question=" + q.Number),
		}
		if qv.Depth > 0 && len(top) > 0 {
			top[len(top)-1].Below = append(top[len(top)-1].Below, qv)
			continue
		}
		top = append(top, qv)
	}
	return top
}

type activityView struct {
	Title string
	Lines []web.HistoryLine
	Pager web.Pager
	Empty web.Empty
	Tabs  web.Tabs
}

// activity is everything that happened in an edition, newest first.
func (w *Web) activity(c *web.C) error {
	set, err := w.s.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	internal := editionPolicy.Can("see_internal_history", set.State, c.Actor.Roles(set.Scope())...)
	v, err := w.events(c, record.Query{Scope: set.Scope(), Internal: internal, Page: c.PageArg()}, set.Zone)
	if err != nil {
		return err
	}
	v.Title = c.T("editions.activity_title", "Edition", c.Text(set.Name).S)
	return c.Page(web.Page{
		Name: "editions/activity", Title: v.Title,
		Trail: Trail(c, set, web.Crumb{Label: c.T("shell.activity")}), V: v,
	})
}

func (w *Web) forumHistory(c *web.C) error {
	c.Reads(core.ScopeForum)
	v, err := w.events(c, record.Query{
		Scope: core.ScopeForum, Kinds: []string{"forum.founded", "forum.changed", "edition.added"}, Page: c.PageArg(),
	}, "UTC")
	if err != nil {
		return err
	}
	v.Title = c.T("editions.history")
	return c.Page(web.Page{
		Name: "editions/activity", Title: v.Title, Section: "about",
		Trail: []web.Crumb{{Label: c.T("shell.about"), URL: c.URL("/about")}, {Label: v.Title}}, V: v,
	})
}

func (w *Web) events(c *web.C, q record.Query, zone string) (activityView, error) {
	var v activityView
	list, err := w.rec.Events(c.Context(), q)
	if err != nil {
		return v, err
	}
	var ids []core.ID
	for _, e := range list.Items {
		if e.Person != "" && !slices.Contains(ids, e.Person) {
			ids = append(ids, e.Person)
		}
	}
	names, err := w.people.Names(c.Context(), ids)
	if err != nil {
		return v, err
	}
	v.Lines = c.History(list.Items, names, zone)
	v.Pager = c.Pager(len(list.Items), list.Total, list.Next, "editions.events")
	v.Empty = web.Empty{Title: c.T("editions.no_events"), Text: c.T("editions.no_events_text")}
	return v, nil
}
