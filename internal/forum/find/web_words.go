package find

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/search"
	"plenary/internal/platform/web"
)

// named is what a value of a facet is called.
type named struct{ label, lang string }

func (x *wording) named(t core.Text) named {
	v := x.c.Text(t)
	n := named{label: v.S}
	if v.Fallback {
		n.lang = v.Lang
	}
	return n
}

// learn finds out what the values of an answer's facets are called. What has no name
// for this reader is not shown.
func (x *wording) learn(a Answer) error {
	ctx := x.c.Context()
	x.names = map[string]map[string]named{}
	wanted := map[string][]string{}
	for _, f := range facets {
		x.names[f] = map[string]named{}
		for _, v := range a.Facets[f] {
			wanted[f] = append(wanted[f], v.Value)
		}
		if v := x.q.Filter[f]; v != "" && !slices.Contains(wanted[f], v) {
			wanted[f] = append(wanted[f], v)
		}
	}
	var err error
	if x.list, err = x.w.editions.Editions(ctx, x.c.Actor); err != nil {
		return err
	}
	for _, e := range x.list {
		x.names["edition"][e.Slug] = x.named(e.Name)
	}
	for _, k := range Kinds {
		x.names["kind"][k] = named{label: x.c.T("find.kinds." + k)}
	}
	for _, y := range wanted["year"] {
		x.names["year"][y] = named{label: y}
	}
	for _, l := range wanted["language"] {
		x.names["language"][l] = x.named(x.w.vocab.Label(vocab.Languages, l))
	}
	if err := x.ofEditions(wanted); err != nil {
		return err
	}
	return x.ofPeople(wanted)
}

// ofEditions names types and themes: as the newest edition that has them does.
func (x *wording) ofEditions(wanted map[string][]string) error {
	for _, e := range x.list {
		missing := func(facet string) bool {
			return slices.ContainsFunc(wanted[facet], func(v string) bool { return x.names[facet][v].label == "" })
		}
		if !missing("type") && !missing("theme") {
			return nil
		}
		if x.set != nil && x.set.ID != e.ID {
			continue
		}
		types, err := x.w.programme.Types(x.c.Context(), e.ID)
		if err != nil {
			return err
		}
		for _, t := range types {
			if x.names["type"][t.Slug].label == "" {
				x.names["type"][t.Slug] = x.named(t.Name)
			}
		}
		if !missing("theme") {
			continue
		}
		set, err := x.w.editions.Setting(x.c.Context(), x.c.Actor, e.Slug)
		if err != nil {
			return err
		}
		for _, t := range set.Themes {
			if x.names["theme"][t.Slug].label == "" {
				x.names["theme"][t.Slug] = x.named(t.Name)
			}
		}
	}
	return nil
}

// ofPeople names organisations, and those persons whom the reader may see.
func (x *wording) ofPeople(wanted map[string][]string) error {
	ids := func(facet string) []core.ID {
		var out []core.ID
		for _, v := range wanted[facet] {
			if id := core.ID(v); id.Valid() {
				out = append(out, id)
			}
		}
		return out
	}
	organisations, err := x.w.people.Organisations(x.c.Context(), ids("organisation"))
	if err != nil {
		return err
	}
	for id, o := range organisations {
		x.names["organisation"][string(id)] = x.named(o.Name)
	}
	names, err := x.w.people.Names(x.c.Context(), ids("person"))
	if err != nil {
		return err
	}
	for id, n := range names {
		x.names["person"][string(id)] = named{label: n}
	}
	return nil
}

// filters are the ways to narrow the answer, as links with counts.
func (x *wording) filters(a Answer) []web.Filter {
	var out []web.Filter
	for _, f := range facets {
		if x.set != nil && (f == "edition" || f == "year") {
			continue
		}
		list := web.Filter{Label: x.c.T("find.facet." + f)}
		for _, v := range a.Facets[f] {
			n := x.names[f][v.Value]
			if n.label == "" {
				continue
			}
			t := web.Tab{Label: n.label, Lang: n.lang, Count: i18n.Number(x.c.Lang, v.N), Current: x.q.Filter[f] == v.Value}
			t.URL = x.at(x.q.With(f, v.Value), 1)
			if t.Current {
				t.URL = x.at(x.q.With(f, ""), 1)
			}
			list.Values = append(list.Values, t)
		}
		if len(list.Values) > 1 || len(list.Values) == 1 && list.Values[0].Current {
			out = append(out, list)
		}
	}
	return out
}

// chips are the chosen filters; each link takes one away.
func (x *wording) chips() []web.Tab {
	var out []web.Tab
	for _, f := range parameters {
		v := x.q.Filter[f]
		if v == "" || x.set != nil && f == "edition" {
			continue
		}
		n := x.names[f][v]
		if n.label == "" {
			n.label = v
		}
		if f == "sdg" {
			n.label = x.c.T("find.sdg", "Number", v)
		}
		out = append(out, web.Tab{Label: n.label, Lang: n.lang, URL: x.at(x.q.With(f, ""), 1)})
	}
	return out
}

// row puts a hit into words.
func (x *wording) row(h search.Hit) rowView {
	c := x.c
	r := rowView{URL: c.URL(h.Path), Kind: c.T("find.kind." + h.Kind), Title: h.Title, Lang: x.langAttr(h.Lang)}
	if len(h.Fragment) > 0 {
		r.Fragment, r.FragmentLang, r.FragmentDir = h.Fragment, h.FragmentLang, core.Dir(h.FragmentLang)
	}
	var set *editions.Setting
	if slug := h.Extra["edition"]; slug != "" {
		set, _ = x.w.editions.Setting(c.Context(), c.Actor, slug) // the hit may be seen, so may the edition
	}
	say := func(n named) {
		if n.label != "" {
			r.Meta = append(r.Meta, metaView{n.label, n.lang})
		}
	}
	switch h.Kind {
	case "session":
		x.session(&r, h, set, say)
	case "report":
		r.Kind = c.T("find.part." + h.Extra["part"])
		say(named{label: h.Extra["ref"]})
		say(x.of(h))
		if h.Extra["state"] == "draft" {
			r.Status = c.Status("private", "find.state.draft")
		}
	case "transcript":
		r.URL = c.URL(momentURL(h.Path, x.q.Text))
		say(named{label: h.Extra["time"]})
		say(named{label: h.Extra["ref"]})
		say(x.of(h))
		if h.Extra["state"] != "published" {
			r.Status = c.Status("private", "find.state.draft")
		}
	case "paper":
		r.Kind = c.T("papers.kind." + h.Extra["kind"])
		say(x.of(h))
		if h.Extra["unofficial"] != "" {
			say(named{label: c.T("papers.unofficial_chip")})
		}
		if h.Extra["state"] == "draft" {
			r.Status = c.Status("private", "find.state.draft")
		}
	case "meeting":
		say(x.of(h))
		if h.Extra["state"] == "cancelled" {
			r.Status = c.Status("cancelled", "find.state.cancelled")
		} else if h.Extra["visibility"] != "public" {
			r.Status = c.Status("private", "meetings.private")
		}
	case "message":
		r.Kind = c.T("find.message", "Number", h.Extra["n"])
		say(x.of(h))
		if h.Extra["state"] == "drafted" {
			r.Status = c.Status("private", "find.state.draft")
		}
	case "person":
		say(named{label: h.Extra["line"]})
	case "organisation":
		say(x.named(x.w.vocab.Label(vocab.Kinds, h.Extra["group"])))
	case "body":
		r.Kind = c.T("bodies.kind." + h.Extra["group"])
	case "edition":
		if h.Extra["part"] != "" {
			r.Kind = c.T("find.part." + h.Extra["part"])
		}
		if set != nil {
			say(named{label: editions.Dates(c, set.Edition)})
		}
	case "source":
		say(named{label: c.T("find.line", "Number", h.Extra["line"])})
	}
	if code := h.Extra["country"]; code != "" {
		if country, ok := x.w.vocab.Country(code); ok {
			say(x.named(country.Name))
		}
	}
	if set != nil {
		if x.set == nil && h.Kind != "edition" && h.Kind != "message" {
			say(x.named(set.Name))
		}
		if set.State == editions.StateDraft {
			r.Status = c.Status("private", "find.state.draft")
		}
	}
	return r
}

// session says when and where, and what kind of session it is.
func (x *wording) session(r *rowView, h search.Hit, set *editions.Setting, say func(named)) {
	say(named{label: h.Extra["ref"]})
	say(x.names["type"][h.Extra["type"]])
	switch h.Extra["state"] {
	case programme.StateDraft:
		r.Status = x.c.Status("private", "find.state.draft")
	case programme.StateCancelled:
		r.Status = x.c.Status("cancelled", "find.state.cancelled")
	}
	if set == nil {
		return
	}
	if day := h.Extra["day"]; day != "" {
		if t, err := core.ParseDate(day); err == nil {
			say(named{label: x.c.Date(t)})
		}
	} else if !h.At.IsZero() {
		var ends core.Instant
		_ = ends.UnmarshalText([]byte(h.Extra["ends"])) // without an end it has none
		r.When = x.c.When(h.At, ends, set.Zone, set.Place(x.c.Lang))
	}
	if room := set.Room(core.ID(h.Extra["room"])); room != nil {
		say(x.named(room.Name))
	}
}

// of is the title of what a hit is a part of.
func (x *wording) of(h search.Hit) named {
	var t core.Text
	if json.Unmarshal([]byte(h.Extra["of"]), &t) != nil {
		return named{}
	}
	return x.named(t)
}

// momentURL is the address of a moment in a transcript whose page marks what is looked for.
func momentURL(path, text string) string {
	at, anchor, _ := strings.Cut(path, "#")
	if text == "" {
		return path
	}
	sign := "?"
	if strings.Contains(at, "?") {
		sign = "&"
	}
	return at + sign + "q=" + url.QueryEscape(text) + "#" + anchor
}
