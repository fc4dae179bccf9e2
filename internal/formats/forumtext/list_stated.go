package forumtext

import (
	"regexp"
	"strconv"
	"strings"
)

const nameRun = `(?:(?:[Tt]he|[Ll]es?|[Ll]a|[Ee]l|[Ll]os|[Ll]as)\s+|[Ll]['’]\s*)?(\p{Lu}[\p{L}\p{M}\d&'’.\-]*(?:\s+(?:\p{Lu}[\p{L}\p{M}\d&'’.\-]*|of|for|and|the|in|on|&|de|la|le|des|du|del|y|et|para|pour)){0,8}?)`

var (
	listTakesPart = regexp.MustCompile(`^` + nameRun + `(?:\s+\([^()]{2,20}\))?\s+(?:(?:will(?:\s+be)?|is|are|has|have|was|were|va|sera|estará)\b.{0,80}?(?:organi[sz]|host|participa|particip|present|join|lead|conven|speak|attend|contribut|part\b)|(?:co-?)?(?:organi[sz]es?|organiza|participe|participa|organi[sz]es|hosts|joins|presents|holds|participera|participará|organisera|organizará|tiendra|presenta)\s)`)
	atEdition     = regexp.MustCompile(`^` + nameRun + `(?:['’]s?|\s*[:–—])?\s+(?i:(?:our\s+|nos\s+|nuestras\s+)?(?:sessions?|events?|workshops?|programme|program|calendar|agenda|séances|sesiones)\s+)?(?i:at|@|in|during|à|au|aux|en(?: el| la)?|dans)\s+(?i:the\s+|l['’]\s*)?(?:.{0,60}?\b)(?:19|20)\d\d\b`)
	weTake        = regexp.MustCompile(`(?i)^(?:[^.]{0,40},\s+)?(?:we|nous|nosotr[oa]s)\b.{0,80}?(?:organi[sz]|host|particip|present|join|lead|conven|speak|part\b|hold)`)
	sessionBy     = regexp.MustCompile(`(?i:^(?:.{0,40}?\b)?(?:sessions?|events?|workshops?|séances|ateliers|sesiones|eventos)\s+(?:co-?)?(?:organi[sz]ed\s+|hosted\s+|held\s+|organisée?s\s+|organizad[oa]s\s+)?(?:by|of|par|de|por)\s+)` + nameRun + `(?:\s+(?i:at|@|in|during|à|au|en)\s.*|\s*)$`)
	countForm     = regexp.MustCompile(`(?i)\b(\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|une?|deux|trois|quatre|cinq|sept|huit|neuf|dix|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez)\s+((?:[\p{L}\-]+\s+){0,3}?)(sessions?|workshops?|events?|panels?|forums?|others|séances?|ateliers?|événements?|autres|sesiones|sesión|talleres|taller|eventos?|otr[ao]s)\b`)
	yearNamed     = regexp.MustCompile(`\b(?:([A-Z][A-Z&\-]{1,11}|(?:\p{Lu}[\p{L}\-]+\s+(?:(?:of|on|for|and|the|de|la|sur|del)\s+)?){0,5}(?:Forum|Summit|Conference|Congress|Assembly|Meeting|Week|Foro|Cumbre|Sommet|Conférence))\s+((?:19|20)\d\d)|((?:Forum|Cumbre|Foro|Sommet|Congreso|Conférence|Conferencia)(?:\s+(?:de|du|des|del|la|las|los|le|sur|sobre|pour|of|on|for)|\s+(?:l['’]\s*)?\p{Lu}[\p{L}\-]+){1,6})\s+((?:19|20)\d\d)|((?:19|20)\d\d)\s+([A-Z][A-Z&\-]{1,11}|(?:\p{Lu}[\p{L}\-]+\s+(?:(?:of|on|for|and|the)\s+)?){0,5}(?:Forum|Summit|Conference|Congress|Assembly|Meeting|Week)))\b`)
	zoneNote      = regexp.MustCompile(`(?i)\b(?:times|hours|horaires|heures|horas|horarios)(?:\s+(?:are|given|listed|shown|below|here|all|stated|sont|son|indiquées|indicadas))*(?:\s+(?:in|en)\s+(?:the\s+)?|\s*:\s*|\s+)(\S.{1,40})`)
)

var countWords = map[string]int{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
	"eighteen": 18, "nineteen": 19, "twenty": 20,
	"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
	"dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10,
}

// statements are the sentences of a list that are about all of it: its headings and what
// stands outside of its sessions.
func (r *reader) statements() []Placed {
	var out []Placed
	for _, b := range r.blocks {
		switch r.uses[b.lines[0]] {
		case UseSection:
			for _, sp := range sentenceSpans(b.text) {
				out = append(out, Placed{b.text[sp.from:sp.to], b.at(sp.from, sp.to)})
			}
		case UseHeading:
			out = append(out, Placed{b.text, b.place()})
		}
		if len(out) > factReach {
			break
		}
	}
	return out
}

// readStated reads what the list says about all of it: whose it is, at which edition,
// how many sessions it holds.
func (r *reader) readStated() {
	all := r.statements()
	r.listEdition(all)
	for _, p := range all {
		name, ok := r.organisationIn(p)
		if !ok && !(weTake.MatchString(p.Text) && sessionWord.MatchString(p.Text)) {
			continue
		}
		if ok && r.doc.Organisation.Text == "" {
			r.doc.Organisation = Placed{name, p.Place}
		}
		if r.readListed(p) {
			return
		}
	}
}

// readListed reads "two online sessions and … six others" as one fact with their sum,
// unless one of the numbers alone is what the list holds.
func (r *reader) readListed(p Placed) bool {
	sum, found := 0, len(r.doc.Sessions)
	var nouns []string
	for _, m := range countForm.FindAllStringSubmatch(p.Text, -1) {
		if strings.Contains(" "+m[2], " of ") || strings.Contains(" "+m[2], " the ") {
			continue
		}
		n := countWords[strings.ToLower(m[1])]
		if n == 0 {
			n = atoiDigits(m[1])
		}
		noun := strings.TrimSpace(m[2] + m[3])
		if n == found {
			sum, nouns = n, []string{noun}
			break
		}
		sum, nouns = sum+n, append(nouns, noun)
	}
	if sum == 0 {
		return false
	}
	r.fact(Fact{Kind: FactListed, Value: strconv.Itoa(sum), Number: sum, Noun: strings.Join(nouns, ", ")}, p)
	return true
}

func atoiDigits(s string) int {
	if s == "" || s[0] < '0' || s[0] > '9' {
		return 0
	}
	return atoi(s)
}

// organisationIn finds whose list it is: "X will be organising two sessions", "X at Forum
// 2026", "Sessions organised by X".
func (r *reader) organisationIn(p Placed) (string, bool) {
	for _, form := range []*regexp.Regexp{listTakesPart, sessionBy, atEdition} {
		m := form.FindStringSubmatch(p.Text)
		if m == nil {
			continue
		}
		if form == listTakesPart && !sessionWord.MatchString(p.Text) {
			continue
		}
		name := strings.TrimRight(m[1], " .,:'’-")
		if e := &r.doc.Edition; name == e.Forum || name == e.ForumAbbr || notOrganisation[strings.ToLower(firstOf(name))] || monthNames[strings.ToLower(name)] > 0 {
			continue
		}
		return name, true
	}
	return "", false
}

var (
	sessionWord     = regexp.MustCompile(`(?i)\b(?:sessions?|workshops?|events?|panels?|forums?|séances?|ateliers?|événements?|sesion(?:es)?|sesión|talleres|taller|eventos?)\b`)
	notOrganisation = wordSet(`we our this these that the all sessions session events event workshops join follow here in at on nos notre nuestras nuestra nuestros list programme program calendar`)
)

// listEdition finds the edition. Where the text names several years, the weekdays of the
// sessions decide, then what the text says first.
func (r *reader) listEdition(all []Placed) {
	e := &r.doc.Edition
	best := -1
	for _, p := range all {
		for _, m := range yearNamed.FindAllStringSubmatch(p.Text, -1) {
			forum, year := m[1]+m[3]+m[6], atoiDigits(m[2]+m[4]+m[5])
			score := 2 * r.weekdaysIn(year)
			if _, ok := r.organisationIn(p); ok || r.uses[p.Place.Line-1] == UseHeading {
				score++
			}
			if score <= best {
				continue
			}
			best = score
			e.Forum, e.Year, e.Place = strings.TrimSpace(forum), year, p.Place
			if e.ForumAbbr = ""; strings.ToUpper(e.Forum) == e.Forum {
				e.ForumAbbr = e.Forum
			}
		}
	}
	for _, p := range all {
		if start, end, ok := dateRange(tokenize(p.Text)); ok && e.Start.IsZero() && r.holdsSessions(start, end) {
			if start.Year == 0 {
				start.Year, end.Year = e.Year, e.Year
			}
			e.Start, e.End = start, end
			if e.Year == 0 {
				e.Year = end.Year
			}
		}
		for _, m := range cityForm.FindAllStringSubmatch(p.Text, -1) {
			if c, ok := findCity(strings.TrimRight(m[1], ".")); ok && e.City == "" {
				e.City, e.Country, e.Zone = c.name, c.country, c.zone
			}
		}
	}
}

// weekdaysIn counts the dates whose weekday is right in a year.
func (r *reader) weekdaysIn(year int) int {
	n := 0
	for i := range r.doc.Sessions {
		for _, w := range r.doc.Sessions[i].When {
			d := w.Date
			if w.weekday == 0 || d.IsZero() || d.Year != 0 && d.Year != year {
				continue
			}
			if d.Year = year; int(d.weekday())+1 == w.weekday {
				n++
			}
		}
	}
	return n
}

// holdsSessions reports whether all dates of the list lie within a range of days.
func (r *reader) holdsSessions(start, end Date) bool {
	day := func(d Date) int { return int(d.Month)*32 + d.Day }
	dated := false
	for i := range r.doc.Sessions {
		for _, w := range r.doc.Sessions[i].When {
			if w.Date.IsZero() {
				continue
			}
			dated = true
			if day(w.Date) < day(start) || day(w.Date) > day(end) {
				return false
			}
		}
	}
	return dated && start.Month <= end.Month
}

// listZone gives times without a zone the one that the text states for all of them.
func (r *reader) listZone() {
	label := ""
	for _, p := range r.statements() {
		if m := zoneNote.FindStringSubmatch(p.Text); m != nil {
			if got, _ := zoneAt(m[1], tokenize(m[1]), 0); got != "" {
				label = got
				break
			}
		}
	}
	if label == "" {
		return
	}
	for i := range r.doc.Sessions {
		for k := range r.doc.Sessions[i].When {
			if w := &r.doc.Sessions[i].When[k]; w.ZoneLabel == "" && w.Start != "" {
				w.ZoneLabel = label
			}
		}
	}
}
