package forumtext

import (
	"regexp"
	"unicode/utf8"
)

var (
	hourOfCity = regexp.MustCompile(`(?i)^(?:heure|hora)s? (?:de|d['’])\s?(.+)$`)
	localHour  = regexp.MustCompile(`(?i)^(?:heure locale|hora local)$`)
)

// placeHour reads "heure de Paris", "hora de Bogotá" and "heure locale" at token i.
func placeHour(s string, ts []token, i int) (label string, to int) {
	if !ts[i].is("heure", "hora", "heures", "horas") || i+1 >= len(ts) {
		return "", 0
	}
	if ts[i+1].is("locale", "local") {
		return s[ts[i].from:ts[i+1].to], i + 2
	}
	if !ts[i+1].is("de", "d") {
		return "", 0
	}
	for to = i + 2; to < len(ts) && to < i+6; to++ {
		if r, _ := utf8.DecodeRuneInString(ts[to].text); ts[to].kind == 'w' && startsUpper(string(r)) || ts[to].is("’", "'", "-", "de") {
			continue
		}
		break
	}
	if to == i+2 {
		return "", 0
	}
	return s[ts[i].from:ts[to-1].to], to
}

// clockZones takes the zone behind each time of day. "CET (UTC+1)" is taken by its
// offset, and a second time in another zone ("12:50 UTC / 13:50 CET") repeats the first.
func clockZones(text string, ts []token, cs []clock, cover func(from, to int)) (kept []clock, label string) {
	labels := make([]string, len(cs))
	for i, c := range cs {
		cover(c.from, c.to)
		got, to := zoneAt(text, ts, c.to)
		if to == 0 {
			continue
		}
		cover(c.to, to)
		if zoneAbbrs[got] == "" {
			if offset, end := zoneAt(text, ts, to); end > 0 && offsetLabel.MatchString(offset) {
				cover(to, end)
				got = offset
			}
		}
		labels[i] = got
	}
	if len(cs) < 2 {
		if len(cs) == 1 {
			label = labels[0]
		}
		return cs, label
	}
	first, second := labels[0], labels[1]
	if first != "" && second != "" && first != second {
		return cs[:1], first
	}
	if len(cs) >= 4 && second != "" {
		return cs[:2], second
	}
	for _, l := range labels {
		if l != "" {
			label = l
		}
	}
	return cs, label
}

// looseZone finds a zone that stands apart from the times: "UTC, 12:50 - 13:50".
func looseZone(text string, ts []token, used []bool, cover func(from, to int)) string {
	for i, t := range ts {
		if used[i] || t.kind != 'w' {
			continue
		}
		label, to := zoneAt(text, ts, i)
		if to > 0 && (zoneAbbrs[label] != "" || offsetLabel.MatchString(label)) {
			cover(i, to)
			return label
		}
	}
	return ""
}
