package programme

import (
	"context"
	"maps"
	"slices"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// panelFacets are the facets of the filter panel, in order. The state is offered only
// where there is more than one.
var panelFacets = []int{byDay, byRoom, byTheme, byType, byTrack, byFormat, byLanguage, byBody, byState}

// allView is the whole programme on one page, with its filters.
type allView struct {
	Title, Clock, Result string
	Tabs                 web.Tabs
	Actions              []web.Action
	Search               string
	Path                 string
	Keep                 []web.Tab // what a search keeps: Label is the name, URL the value
	Panel                []panelGroup
	Chosen               int
	Chips                []web.Tab
	Clear                string
	Days                 []dayGroup
	Jumps                []web.Tab
	Stars                *starsView
	Empty                *web.Empty
}

type panelGroup struct {
	Label  string
	Values []panelValue
}

type panelValue struct {
	word
	URL, Count string
	Current    bool
}

type dayGroup struct {
	ID, Label, Short string
	Hours            []hourGroup
}

type hourGroup struct {
	Label string
	Rows  []listedSession
}

// allPage shows all sessions of an edition, or those that the filters of the address
// leave, grouped by day and hour.
func (w *Web) allPage(c *web.C) error {
	set, err := w.listed(c)
	if err != nil {
		return err
	}
	sel, err := w.s.choose(c.Context(), c.Actor, set, readChoice(c.R.URL.Query()))
	if err != nil {
		return err
	}
	x := w.words(c, sel)
	stars, err := w.useStars(x)
	if err != nil {
		return err
	}
	path := set.Path() + "/programme/all"
	v := allView{
		Title: c.T("programme.list.all_title"), Tabs: w.listTabs(c, set, "/all"), Actions: w.files(c, sel), Path: c.URL(path), Stars: stars,
		Search: sel.choice.q, Panel: x.panel(path), Days: x.days(sel.list), Clear: c.URL(path), Clock: x.clockNote(sel.datesOf(sel.list)),
	}
	v.Result = c.T("programme.list.result", "Count", sel.all)
	if len(sel.choice.values()) > 0 {
		v.Result = c.T("programme.list.result_of", "Count", len(sel.list), "All", i18n.Number(c.Lang, sel.all))
	}
	if v.Chips, err = w.chips(c, x, path); err != nil {
		return err
	}
	v.Chosen = len(v.Chips)
	chosen := sel.choice.values()
	for _, name := range slices.Sorted(maps.Keys(chosen)) { // the same page has the same bytes
		if name != "q" {
			v.Keep = append(v.Keep, web.Tab{Label: name, URL: chosen[name][0]})
		}
	}
	if len(v.Days) > 1 {
		for _, d := range v.Days {
			v.Jumps = append(v.Jumps, web.Tab{Label: d.Short, URL: "#" + d.ID})
		}
	}
	v.Empty = x.empty(len(sel.list), v.Clear)
	untilNext(c, sel.list)
	return c.Page(web.Page{
		Name: "programme/list", Title: v.Title, Describe: v.Result, Section: "programme", Trail: listTrail(c, set, v.Title),
		NoIndex: len(sel.choice.values()) > 0, V: v,
	})
}

// untilNext says that a page of sessions changes when the next of them starts or ends.
func untilNext(c *web.C, list []Brief) {
	for i := range list {
		if list[i].State == StateScheduled {
			c.Until(list[i].Starts.Time())
			c.Until(list[i].Ends.Time())
		}
	}
}

// empty is what stands where no session is: none was found, or none is there yet.
func (x *words) empty(shown int, all string) *web.Empty {
	switch {
	case shown > 0:
		return nil
	case x.sel.all > 0:
		return &web.Empty{
			Title: x.c.T("programme.list.none_found"), Text: x.c.T("programme.list.none_found_text"),
			Link: &web.Tab{Label: x.c.T("programme.list.clear"), URL: all},
		}
	}
	return &web.Empty{Title: x.c.T("programme.list.none"), Text: x.c.T("programme.list.none_text")}
}

// panel is the filter panel: each value a link that sets it or, where it is set, takes
// it away, with how many sessions it leaves.
func (x *words) panel(path string) []panelGroup {
	var out []panelGroup
	for _, f := range panelFacets {
		counts, current := x.sel.counts[f], x.sel.choice.facet[f]
		if f == byState && len(counts) <= 2 && current == "" {
			continue // all in one state, and the value for "not cancelled"
		}
		g := panelGroup{Label: x.c.T("programme.list.facet." + facetNames[f])}
		for _, n := range x.of(f) {
			if n.Value != current && (counts[n.Value] == 0 || n.Value == stateOn) {
				continue
			}
			v := panelValue{word: n, Count: i18n.Number(x.c.Lang, counts[n.Value]), Current: n.Value == current}
			to := n.Value
			if v.Current {
				to = ""
			}
			v.URL = x.c.URL(x.sel.choice.with(f, to).at(path))
			g.Values = append(g.Values, v)
		}
		if len(g.Values) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// chips repeat what is chosen; each link takes one choice away.
func (w *Web) chips(c *web.C, x *words, path string) ([]web.Tab, error) {
	var out []web.Tab
	ch := x.sel.choice
	for f, value := range ch.facet {
		if value != "" {
			n := x.name(f, value)
			out = append(out, web.Tab{Label: n.Label, Lang: n.Lang, URL: c.URL(ch.with(f, "").at(path))})
		}
	}
	without := func(set func(*choice)) string {
		rest := ch
		set(&rest)
		return c.URL(rest.at(path))
	}
	if ch.q != "" {
		out = append(out, web.Tab{Label: c.T("programme.list.chip.q", "Words", ch.q), URL: without(func(r *choice) { r.q = "" })})
	}
	if ch.tag != "" {
		out = append(out, web.Tab{Label: c.T("programme.list.chip.tag", "Tag", ch.tag), URL: without(func(r *choice) { r.tag = "" })})
	}
	if ch.sdg != "" {
		out = append(out, web.Tab{Label: c.T("programme.list.chip.sdg", "Number", ch.sdg), URL: without(func(r *choice) { r.sdg = "" })})
	}
	if ch.line != "" {
		out = append(out, web.Tab{Label: c.T("programme.list.chip.line", "Code", ch.line), URL: without(func(r *choice) { r.line = "" })})
	}
	if ch.person != "" {
		name, err := w.s.personName(c.Context(), core.ID(ch.person))
		if err != nil {
			return nil, err
		}
		if name == "" {
			name = c.T("programme.list.chip.person")
		}
		out = append(out, web.Tab{Label: name, URL: without(func(r *choice) { r.person = "" })})
	}
	if ch.organisation != "" {
		name, err := w.s.organisationName(c.Context(), core.ID(ch.organisation))
		if err != nil {
			return nil, err
		}
		t := web.Tab{Label: c.T("programme.list.chip.organisation"), URL: without(func(r *choice) { r.organisation = "" })}
		if n := x.named("", name); n.Label != "" {
			t.Label, t.Lang = n.Label, n.Lang
		}
		out = append(out, t)
	}
	return out, nil
}

// days groups sessions by day and by the hour in which they start, those without a
// time last.
func (x *words) days(list []Brief) []dayGroup {
	var out []dayGroup
	day, hour := "-", -1
	for i := range list {
		b := &list[i]
		if b.Day != day {
			day, hour = b.Day, -1
			none := x.c.T("programme.list.no_day")
			g := dayGroup{ID: "no-day", Label: none, Short: none}
			if day != "" {
				at := x.sel.keys.midnight(day)
				g = dayGroup{ID: x.sel.keys.day[day][0], Label: i18n.LongDate(x.c.Lang, at), Short: i18n.ShortDate(x.c.Lang, at)}
			}
			out = append(out, g)
		}
		g := &out[len(out)-1]
		if b.Scheduled() {
			if start := b.Starts.In(x.sel.set.Zone); start.Hour() != hour {
				hour = start.Hour()
				g.Hours = append(g.Hours, hourGroup{Label: hourLabel(hour)})
			}
		} else if len(g.Hours) == 0 {
			g.Hours = append(g.Hours, hourGroup{})
		}
		h := &g.Hours[len(g.Hours)-1]
		h.Rows = append(h.Rows, x.session(b))
	}
	return out
}

func hourLabel(h int) string {
	return string([]byte{byte('0' + h/10), byte('0' + h%10), ':', '0', '0'})
}

// datesOf are the dates on which sessions of a list take place, in order.
func (sel *selection) datesOf(list []Brief) []string {
	var out []string
	for i := range list {
		if d := list[i].Day; d != "" && (len(out) == 0 || out[len(out)-1] != d) {
			out = append(out, d)
		}
	}
	return out
}

// files are the downloads of a selection and, for the staff, what they may add.
func (w *Web) files(c *web.C, sel *selection) []web.Action {
	at := func(path string) string { return c.URL(sel.choice.at(sel.set.Path() + path)) }
	var out []web.Action
	for _, f := range w.more {
		out = append(out, f(c, sel.set)...)
	}
	out = append(out, []web.Action{
		{Label: c.T("programme.list.calendar_file"), URL: at("/programme.ics"), Icon: "calendar"},
		{Label: c.T("programme.list.csv"), URL: at("/programme.csv"), Icon: "download"},
		{Label: c.T("exchange.data.link"), URL: c.URL(sel.set.Path() + "/data"), Icon: "download"},
	}...)
	if CanProgramme(c.Actor, sel.set, "add_session") {
		out = append(out, web.Action{Label: c.T("programme.list.add"), URL: c.URL(sel.set.Path() + "/edit/sessions/new"), Icon: "plus"})
	}
	if CanProgramme(c.Actor, sel.set, "edit_types") {
		out = append(out, web.Action{Label: c.T("programme.list.types"), URL: c.URL(sel.set.Path() + "/edit/types"), Icon: "edit"})
	}
	return out
}

// personName is how a person may be called on public pages; empty where she may not.
func (s *Service) personName(ctx context.Context, id core.ID) (string, error) {
	if !id.Valid() {
		return "", nil
	}
	names, err := s.people.Names(ctx, []core.ID{id})
	return names[id], err
}

// organisationName is the name of an organisation; empty where there is none.
func (s *Service) organisationName(ctx context.Context, id core.ID) (core.Text, error) {
	if !id.Valid() {
		return core.Text{}, nil
	}
	found, err := s.people.Organisations(ctx, []core.ID{id})
	return found[id].Name, err
}
