package forumtext

import (
	"regexp"
	"strings"
)

// nounKinds says by its head noun what a figure counts.
var nounKinds = indexKinds(map[FactKind]string{
	FactParticipants: `delegates participants attendees stakeholders registrants people individuals persons participating visitors
		délégués déléguées personnes participantes delegados delegadas personas asistentes`,
	FactCountries:     `countries territories economies nations pays países paises`,
	FactSessions:      `sessions workshops séances ateliers sesiones talleres`,
	FactExhibitors:    `exhibitors booths exposants expositores`,
	FactInitiatives:   `nris initiatives iniciativas`,
	FactCoalitions:    `dcs coalitions coaliciones`,
	FactProposals:     `proposals submissions propositions propuestas`,
	FactGrants:        `grants fellowships scholarships bursaries grantees fellows bourses becas`,
	FactMedia:         `articles artículos`,
	FactPosts:         `posts tweets toots`,
	FactViews:         `views viewers downloads vues visualizaciones`,
	FactSpeakers:      `speakers panellists panelists intervenants intervenantes ponentes oradores`,
	FactExperts:       `experts expertos`,
	FactMinisters:     `ministers ministres ministros`,
	FactParliament:    `parliamentarians legislators mps lawmakers parlementaires parlamentarios`,
	FactOrganisations: `entities organisations organizations agencies organizaciones entidades`,
	FactMembers:       `members member membres miembros`,
	FactDays:          `days day jours journées días dias`,
	FactDuration: `years year months month weeks week hours hour minutes minute decades decade ans années mois semaines heures
		años meses semanas horas`,
})

func indexKinds(lists map[FactKind]string) map[string]FactKind {
	index := make(map[string]FactKind)
	for kind, list := range lists {
		for noun := range strings.FieldsSeq(list) {
			index[noun] = kind
		}
	}
	return index
}

// figureStops are words that end the noun behind a figure.
var figureStops = wordSet(`from in on at by for with within to who which whom that whose were was are is be been took take attended
	attend participated joined join will would could have has had during as than including onsite online between under over through
	across since until when where while came come gave used held registered represented submitted briefed met of and or & per
	de du des en au aux à pour par dans qui venus ont étaient y e con del por para que a et ou el la los las
	the this these those its their our his her it they we`)

// counted is the noun of a figure.
type counted struct {
	text    string // as written
	kind    FactKind
	from    int  // byte at which it begins
	of      bool // "thirty of whom were speakers"
	carried bool // it stands with another figure, or before this one
	end     int  // byte at which it ends
}

type spanWord struct {
	text     string
	from, to int
}

// wordsBehind are the words between a figure and the next mark or number, at most nine.
func wordsBehind(s string, from int) []spanWord {
	var out []spanWord
	i := from
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	for i < len(s) && len(out) < 9 {
		switch c := s[i]; {
		case c == ' ':
			i++
			continue
		case strings.IndexByte(",;:.!?()[]\"", c) >= 0 || isDigit(c):
			return out
		}
		end := i
		for end < len(s) && strings.IndexByte(" ,;:!?()[]\"", s[end]) < 0 && !isDigit(s[end]) {
			end++
		}
		if end == i {
			return out
		}
		text := strings.TrimRight(s[i:end], ".”’'»¹²³⁰⁴⁵⁶⁷⁸⁹")
		stop := len(text) < end-i && strings.HasSuffix(s[i:end], ".")
		text = strings.TrimLeft(text, "“‘'«")
		if text != "" {
			at := i + strings.Index(s[i:end], text)
			out = append(out, spanWord{text, at, at + len(text)})
		}
		if stop {
			return out
		}
		i = end
	}
	return out
}

// kindOf is the kind of a word, alone or behind its hyphen: "vice-ministers".
func kindOf(word string) FactKind {
	word = strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(word, "’s"), "'s"))
	if k := nounKinds[word]; k != "" {
		return k
	}
	if i := strings.LastIndexByte(word, '-'); i >= 0 {
		return nounKinds[word[i+1:]]
	}
	return ""
}

// nounOf finds what the number n of a sentence counts.
func nounOf(s string, n number) counted {
	words := wordsBehind(s, n.to)
	if len(words) > 0 && strings.EqualFold(words[0].text, "or") && n.qualifier == "or more" {
		words = words[2:]
	}
	if len(words) > 1 && modeIn(words[0].text) != "" && !figureStops[strings.ToLower(words[1].text)] {
		words = words[1:] // "two online sessions"
	}
	hyphen := n.to < len(s) && s[n.to] == '-'
	partitive := len(words) > 1 && (words[0].text == "of" || words[0].text == "de")
	if partitive && n.value != 0 && !bigRound(n) {
		return partOf(s, words)
	}
	if partitive || len(words) > 0 && words[0].text == "d" {
		words = words[1:]
	}
	if hyphen {
		return hyphenated(s, words)
	}
	if at := knownNoun(words); at >= 0 {
		at = joinedNouns(words, at)
		return counted{text: s[words[0].from:words[at].to], kind: kindOf(words[at].text), from: words[0].from, end: words[at].to}
	}
	last := -1
	for i, w := range words {
		if i == 4 || figureStops[strings.ToLower(w.text)] {
			break
		}
		last = i
		if isPlural(w.text) {
			break
		}
	}
	if last < 0 {
		return counted{}
	}
	if !isPlural(words[last].text) {
		last = 0 // no plural noun: only the word right behind the figure
		if strings.HasSuffix(words[0].text, "ed") {
			return counted{}
		}
	}
	return counted{text: s[words[0].from:words[last].to], kind: FactOther, from: words[0].from, end: words[last].to}
}

// bigRound reports "millions of" and "2 million of", which count what follows "of".
func bigRound(n number) bool { return n.value >= 1_000_000 && n.value%1_000_000 == 0 }

// hyphenated reads "five-day meeting" and "fifteen-member Panel".
func hyphenated(s string, words []spanWord) counted {
	if len(words) == 0 {
		return counted{}
	}
	head, _, _ := strings.Cut(words[0].text, "-")
	kind := kindOf(head)
	if kind == "" {
		kind = FactOther
	}
	last := 0
	for i := 1; i < len(words) && i < 4 && !figureStops[strings.ToLower(words[i].text)]; i++ {
		if i > 1 && !startsUpper(words[i].text) {
			break
		}
		last = i
	}
	return counted{text: s[words[0].from:words[last].to], kind: kind, from: words[0].from, end: words[last].to}
}

// partOf reads "thirty of whom were speakers" and "two of the three basins".
func partOf(s string, words []spanWord) counted {
	who := strings.ToLower(words[1].text)
	for _, w := range words[1:] {
		if k := kindOf(w.text); k != "" {
			return counted{text: w.text, kind: k, from: w.from, end: w.to, of: true}
		}
	}
	if who == "whom" || who == "which" || who == "them" || who == "these" {
		return counted{kind: FactOther, of: true}
	}
	for i, w := range words[1:min(len(words), 5)] {
		if numberWords[strings.ToLower(w.text)] > 0 {
			break // "two of the three basins": the noun stands behind the next figure
		}
		if isPlural(w.text) {
			return counted{text: s[words[1].from:w.to], kind: FactOther, from: words[1].from, end: words[i+1].to, of: true}
		}
	}
	return counted{kind: FactOther, of: true}
}

// knownNoun is the first word behind a figure that says what it counts, -1 when none
// does before the noun must have ended.
func knownNoun(words []spanWord) int {
	for i, w := range words {
		if i > 6 {
			break
		}
		if kindOf(w.text) != "" {
			return i
		}
		switch lower := strings.ToLower(w.text); {
		case lower == "and" || lower == "et" || lower == "y" || lower == "&":
			if !lookAhead(words, i+1) {
				return -1 // no "news and media articles"
			}
		case figureStops[lower] || isPlural(w.text):
			return -1
		}
	}
	return -1
}

// lookAhead reports a word that can be counted among the next three.
func lookAhead(words []spanWord, from int) bool {
	for i := from; i < len(words) && i < from+3; i++ {
		if kindOf(words[i].text) != "" {
			return true
		}
		if figureStops[strings.ToLower(words[i].text)] {
			return false
		}
	}
	return false
}

var singularS = wordSet(`news rights affairs various previous religious diverse series business access women's youth's`)

func isPlural(word string) bool {
	lower := strings.ToLower(word)
	return len(lower) > 3 && strings.HasSuffix(lower, "s") && !strings.HasSuffix(lower, "ss") &&
		!strings.HasSuffix(lower, "ous") && !singularS[lower]
}

// joinedNouns goes on over "ministers and vice-ministers".
func joinedNouns(words []spanWord, at int) int {
	if at+2 < len(words) {
		switch strings.ToLower(words[at+1].text) {
		case "and", "or", "et", "&", "y":
			if kindOf(words[at+2].text) == kindOf(words[at].text) {
				return at + 2
			}
		}
	}
	return at
}

var (
	onsiteForm  = regexp.MustCompile(`(?i)\b(?:on-?site|on site|in[- ]person|physical(?:ly)?|sur place|en présentiel|presencial(?:es|mente)?|in situ)\b`)
	onlineForm  = regexp.MustCompile(`(?i)\b(?:on-?line|remote(?:ly)?|virtual(?:ly)?|en ligne|à distance|en línea|a distancia)\b`)
	grantForm   = regexp.MustCompile(`(?i)\b(?:financial(?:ly)? support(?:ed)?|travel (?:support|grants?|funding)|funded|fellowships?|bursar(?:y|ies)|scholarships?|sponsored|bourses?|becas?|soutien financier|apoyo financiero)\b`)
	parlForm    = regexp.MustCompile(`(?i)\b(?:parliament\p{L}*|legislators?|lawmakers?|MPs|parlement\p{L}*|parlament\p{L}*)\b`)
	ofForm      = regexp.MustCompile(`(?i)((?:[\p{L}\-’']+\s+){0,2}[\p{L}\-’']+)\s+(from|of|de)\s*$`)
	currentForm = regexp.MustCompile(`(?i)\b(?:current(?:ly)?|now|today|to date|at present|actuel(?:lement)?|actual(?:mente)?|hoy)\b`)
)

// modeIn is the mode that a stretch of a sentence names; both is none.
func modeIn(s string) string {
	onsite, online := onsiteForm.MatchString(s), onlineForm.MatchString(s)
	switch {
	case onsite && !online:
		return ModeOnsite
	case online && !onsite:
		return ModeOnline
	}
	return ""
}
