package archive

import (
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
)

// flatten lists nested questions with their numbers, in order.
func flatten(qs []forumtext.Question) []forumtext.Question {
	var out []forumtext.Question
	for _, q := range qs {
		out = append(out, q)
		out = append(out, flatten(q.Under)...)
	}
	return out
}

func values(t core.Text) []string {
	var out []string
	for _, l := range core.Langs {
		if s := t.By[l]; s != "" {
			out = append(out, s)
		}
	}
	return out
}

// span is one statement of a session's time, as instants.
type span struct {
	starts, ends core.Instant
	when         forumtext.When
}

// spans turns what the document says of a session's times into instants. A time without
// a zone of its own is the venue's.
func spans(s forumtext.Session, set *editions.Setting) []span {
	var out []span
	for _, w := range s.When {
		year := w.Date.Year
		if year == 0 {
			year = set.Year
		}
		if w.Start == "" || w.End == "" || w.Date.Month == 0 {
			continue
		}
		zone := w.Zone
		if zone == "" {
			zone = set.Zone
		}
		date := fmt.Sprintf("%04d-%02d-%02d", year, w.Date.Month, w.Date.Day)
		endDate := date
		if !w.EndDate.IsZero() && w.EndDate != w.Date {
			endDate = fmt.Sprintf("%04d-%02d-%02d", max(w.EndDate.Year, year), w.EndDate.Month, w.EndDate.Day)
		}
		from, err1 := core.WallTime(date, w.Start, zone)
		to, err2 := core.WallTime(endDate, w.End, zone)
		if err1 == nil && err2 == nil && from.Before(to) {
			out = append(out, span{from, to, w})
		}
	}
	return out
}

// choose picks the statement of time that is taken for a new session: the one in the
// venue's own zone before one in another.
func choose(list []span, set *editions.Setting) (span, bool) {
	for _, s := range list {
		if s.when.Zone == set.Zone {
			return s, true
		}
	}
	if len(list) > 0 {
		return list[0], true
	}
	return span{}, false
}

// dayOf is the date of a session that states a day of the meeting but no time.
func dayOf(s forumtext.Session, set *editions.Setting) string {
	if s.Day == 0 {
		return ""
	}
	for _, d := range set.Days() {
		if d.Number == s.Day {
			return d.Date
		}
	}
	return ""
}

// typeOf finds the session type that the source's words mean; where they mean none it
// is the usual one of such a source.
func typeOf(words, usual string, types []programme.Type) programme.Type {
	if t := programme.TypeNamed(types, words); t != nil {
		return *t
	}
	w := core.Fold(words)
	for _, c := range []struct{ has, slug string }{
		{"high-level", "high-level"},
		{"high level", "high-level"},
		{"lightning", "lightning"},
		{"open forum", "open-forum"},
		{"town hall", "town-hall"},
		{"workshop", "workshop"},
		{"networking", "networking"},
		{"launch", "launch-award"},
		{"policy network", "bpf-pn-session"},
		{"best practice", "bpf-pn-session"},
		{"initiative", "nri-session"},
		{"award", "launch-award"},
		{"ceremony", "ceremony"},
		{"taking stock", "open-mic"},
		{"open mic", "open-mic"},
		{"parliament", "parliamentary"},
		{"youth", "youth"},
		{"coalition", "dc-session"},
		{"day 0", "day-zero"},
		{"day zero", "day-zero"},
		{"pre-event", "day-zero"},
		{"main", "main"},
		{"special", "main"},
	} {
		if strings.Contains(w, c.has) {
			if t := programme.TypeNamed(types, c.slug); t != nil {
				return *t
			}
		}
	}
	if t := programme.TypeNamed(types, usual); t != nil {
		return *t
	}
	if len(types) > 0 {
		return types[0]
	}
	return programme.Type{}
}

// addressees guesses whom a call addresses from the words with which it begins (E130):
// a proposal for the rapporteur, who publishes.
func addressees(text string) []string {
	w := core.Fold(text)
	if i := strings.IndexAny(w, ".:;"); i > 0 {
		w = w[:i]
	}
	if len(w) > 60 {
		w = w[:60]
	}
	var out []string
	for _, c := range []struct{ has, code string }{
		{"government", "government"},
		{"states ", "government"},
		{"compan", "private-sector"},
		{"private sector", "private-sector"},
		{"industry", "private-sector"},
		{"platforms", "private-sector"},
		{"civil society", "civil-society"},
		{"technical community", "technical-community"},
		{"parliament", "parliaments"},
		{"legislat", "parliaments"},
		{"regulator", "regulators"},
		{"donor", "donors"},
		{"igf", "igf-community"},
	} {
		if strings.Contains(w, c.has) && !slices.Contains(out, c.code) {
			out = append(out, c.code)
		}
	}
	return out
}

// degreeOf reads the degree of support out of a sentence's wording (X11); empty where
// the wording is on no scale.
func degreeOf(sentence string) string {
	w := " " + core.Fold(sentence) + " "
	for _, c := range []struct {
		code string
		has  []string
	}{
		{"broad", []string{"broad support", "broad agreement", "broad confidence", "broadly supported", "broadly agreed", "wide support"}},
		{"general", []string{"general support", "general agreement", "generally supported", "generally agreed"}},
		{"diverse-views", []string{"diverse views", "divergent views", "views differed"}},
		{"calls-were-made", []string{"calls were made", "there were also calls", "there were calls"}},
		{"many", []string{" many noted", " many agreed", " many emphasised", " many indicated", " many acknowledged", " many stressed", " many participants"}},
		{"several", []string{" several discussants", " several participants", " several speakers", " several noted"}},
		{"some", []string{" some noted", " some argued", " some warned", " some pointed", " some expressed", " some called", " some recommended", " some highlighted", " some discussants", " some were", " for some"}},
		{"others", []string{" others noted", " others argued", " others warned", " others stressed", " others considered", " others cautioned", " others suggested"}},
	} {
		for _, h := range c.has {
			if strings.Contains(w, h) {
				return c.code
			}
		}
	}
	return ""
}

// describe joins paragraphs as the session's page shows them.
func describe(paras []forumtext.Paragraph) string {
	parts := make([]string, 0, len(paras))
	for _, p := range paras {
		parts = append(parts, p.Text)
	}
	return strings.Join(parts, "\n\n")
}

// question is the text of a policy question; one that stands under another carries its
// number, so that the nesting is kept (E194).
func question(q forumtext.Question) string {
	if strings.Contains(q.Number, ".") {
		return q.Number + " " + q.Text
	}
	return q.Text
}
