package programme

import (
	"net/url"
	"slices"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
)

func urlQuery(s string) string { return url.QueryEscape(s) }

// facts are the short facts beside a session's text: what it is, whose it is, in which
// languages, with which services.
func (w *Web) facts(c *web.C, set *editions.Setting, x *Session) ([]fact, error) {
	var out []fact
	add := func(key string, values ...web.Tab) {
		if len(values) > 0 {
			out = append(out, fact{Label: c.T(key), Values: values})
		}
	}
	say := func(s string) web.Tab { return web.Tab{Label: s} }
	text := func(t core.Text, path string) web.Tab {
		v := c.Text(t)
		tab := web.Tab{Label: v.S}
		if v.Fallback {
			tab.Lang = v.Lang
		}
		if path != "" {
			tab.URL = c.URL(path)
		}
		return tab
	}
	all := set.Path() + "/programme/all?"
	add("programme.fact.type", text(x.Of.Name, all+"type="+x.Of.Slug))
	if x.Format != "" {
		add("programme.fact.format", text(w.vocab.Label(vocab.Formats, x.Format), ""))
	}
	if x.Scheduled() {
		add("programme.fact.duration", say(c.Span(x.Ends.Sub(x.Starts))))
	}
	if x.OpenFloorMinutes > 0 {
		add("programme.fact.open_floor", say(c.Span(time.Duration(x.OpenFloorMinutes)*time.Minute)))
	}
	if x.Language != "" {
		add("programme.fact.language", text(w.vocab.Label(vocab.Languages, x.Language), all+"language="+x.Language))
	}
	var into []web.Tab
	for _, l := range x.Of.Services.Interpretation {
		if l != x.Language {
			into = append(into, text(w.vocab.Label(vocab.Languages, l), ""))
		}
	}
	add("programme.fact.interpretation", into...)
	var services []web.Tab
	if x.Of.Services.Webcast {
		services = append(services, say(c.T("programme.service.webcast")))
	}
	if x.Of.Services.Transcript {
		services = append(services, say(c.T("programme.service.transcript")))
	}
	add("programme.fact.services", services...)
	known, err := w.bodies.Bodies(c.Context(), append([]core.ID{x.Body}, x.Tracks...))
	if err != nil {
		return nil, err
	}
	if b, ok := known[x.Body]; ok {
		add("programme.fact.body", text(b.Name, b.Path()))
	}
	var tracks []web.Tab
	for _, id := range x.Tracks {
		if b, ok := known[id]; ok {
			tracks = append(tracks, text(b.Name, b.Path()))
		}
	}
	add("programme.fact.tracks", tracks...)
	var lines []web.Tab
	for _, code := range x.ActionLines {
		label := c.Text(w.vocab.Label(vocab.ActionLines, code))
		lines = append(lines, web.Tab{
			Label: c.T("programme.action_line", "Code", code, "Name", label.S), URL: c.URL(all + "line=" + urlQuery(code)),
		})
	}
	add("programme.fact.action_lines", lines...)
	return out, nil
}

// Sentences says findings in the reader's language, in their order. Names of people and
// sessions are as the reader may see them. Three queries at most.
func (w *Web) Sentences(c *web.C, set *editions.Setting, list []Finding) ([]string, error) {
	var sessions, persons, organisations []core.ID
	for _, f := range list {
		sessions = append(sessions, f.Session, f.Other)
		persons, organisations = append(persons, f.Person), append(organisations, f.Organisation)
	}
	briefs, err := w.s.Briefs(c.Context(), c.Actor, set, Filter{})
	if err != nil {
		return nil, err
	}
	called := map[core.ID]string{}
	for _, b := range briefs {
		if slices.Contains(sessions, b.ID) {
			called[b.ID] = RefLabel(b.Ref)
		}
	}
	names, err := w.s.names(c.Context(), c.Lang, persons, organisations)
	if err != nil {
		return nil, err
	}
	out := make([]string, 0, len(list))
	for _, f := range list {
		room := ""
		if r := set.Room(f.Room); r != nil {
			room = c.Text(r.Name).S
		}
		who := names[f.Person]
		if f.Person == "" {
			who = names[f.Organisation]
		}
		out = append(out, c.T("programme.finding."+f.Kind, "Session", called[f.Session], "Other", called[f.Other],
			"Room", room, "Who", who, "Minutes", f.Minutes))
	}
	return out, nil
}
