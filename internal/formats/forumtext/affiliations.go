package forumtext

import (
	"regexp"
	"strings"
	"unicode"
)

// readAffiliations splits what stands behind a name. The rules, in this order:
//
//   - a semicolon always separates two affiliations;
//   - a seat in a body ("MAG Member", "member of the Leadership Panel") is an affiliation
//     of its own, with Body set;
//   - "…, and" or "and" before a further title ("Founder, A and Director, B") begins a
//     further affiliation;
//   - of the parts between commas the last is the organisation; the first is the title,
//     unless it names an organisation itself; what is between them names a unit of the
//     organisation, or belongs to the title when it names none;
//   - one part alone is a title when it begins with a title's word, else an organisation;
//   - two complete organisations joined by "and" are two affiliations; the title stands
//     with the first only, because the text does not say that it holds for both.
func readAffiliations(text string) []Affiliation {
	var out []Affiliation
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '；' || r == '|' }) {
		out = append(out, readAffiliation(strings.Trim(part, " ,."))...)
	}
	return out
}

func readAffiliation(text string) []Affiliation {
	if text == "" {
		return nil
	}
	var seats []Affiliation
	var parts []string
	var more []Affiliation
	for _, p := range splitCommas(text) {
		for {
			before, seat, ok := seatBehind(p)
			if !ok {
				break
			}
			seats = append([]Affiliation{seat}, seats...)
			p = before
		}
		if p == "" {
			continue
		}
		if before, title, ok := titleBehind(p); ok && len(parts) > 0 {
			more = append(more, composeAffiliation(append(parts, before))...)
			parts, p = nil, title
		}
		parts = append(parts, p)
	}
	more = append(more, composeAffiliation(parts)...)
	return append(more, seats...)
}

// splitCommas cuts at commas outside brackets and keeps a list's "and" with its part.
func splitCommas(s string) []string {
	var out []string
	depth, start := 0, 0
	for i, r := range s {
		switch r {
		case '(', '[', '（':
			depth++
		case ')', ']', '）':
			depth--
		case ',', '，', '،', '、':
			if depth <= 0 {
				out = append(out, strings.TrimSpace(s[start:i]))
				start = i + len(string(r))
			}
		}
	}
	return append(out, strings.TrimSpace(s[start:]))
}

const bodyWords = `(?:Panel|Group|Committee|Council|Commission|Task Force|Bureau|Board|Network|Coalition|Forum|Assembly|Parliament|Caucus)`

var (
	seatForm = regexp.MustCompile(`^(?:(.*?)[\s,]+(?:and|&|et|y)\s+|and\s+|&\s+)?((?:[Ff]ormer |[Ff]ounding )?(?:[Mm]ember|[Cc]hair|[Cc]o-?[Cc]hair|[Vv]ice-?[Cc]hair|[Cc]hairperson|[Cc]hairman|[Cc]hairwoman|[Cc]oordinator|[Cc]o-?[Cc]oordinator))(?:,? of|,)? (?:the |an? )?((?:\p{Lu}[\p{L}&/.\-’']*\s+)*?(?:[A-Z]{2,8}|(?:\p{Lu}[\p{L}&/.\-’']*\s+)+` + bodyWords + `)(?:\s+(?:on|for)\s+.+)?)$`)
	bodySeat = regexp.MustCompile(`^(?:(.*?)\s+and\s+)?((?:\p{Lu}[\p{L}&/.\-’']*\s+)*?(?:[A-Z]{2,8}|(?:\p{Lu}[\p{L}&/.\-’']*\s+)*` + bodyWords + `))\s+((?:[Mm]ember|[Cc]hair|[Cc]o-?[Cc]hair|[Vv]ice-?[Cc]hair|[Cc]hairperson|[Cc]oordinator))$`)
)

// seatBehind takes a seat in a body off the end of a part.
func seatBehind(part string) (before string, seat Affiliation, ok bool) {
	if m := seatForm.FindStringSubmatch(part); m != nil {
		return strings.TrimRight(m[1], " ,"), Affiliation{Title: m[2], Organisation: m[3], Body: true}, true
	}
	if m := bodySeat.FindStringSubmatch(part); m != nil {
		return strings.TrimRight(m[1], " ,"), Affiliation{Title: m[3], Organisation: m[2], Body: true}, true
	}
	return part, Affiliation{}, false
}

var titleWords = wordSet(`director deputy head chief officer lead leader envoy professor president vice vice-president
	minister vice-minister secretary secretary-general under-secretary-general general manager adviser advisor consultant
	researcher fellow coordinator ceo cto coo founder co-founder ambassador executive specialist analyst
	engineer commissioner counsel counsellor representative student journalist lecturer senior junior
	assistant associate principal managing policy programme program project partner owner editor
	commissioner rapporteur chair chairperson co-chair member delegate attaché governor mayor senator judge
	independent former acting special permanent evangelist scientist lawyer attorney expert official
	directrice directeur ministre chef responsable conseiller professeur profesor profesora ministro ministra
	directora jefe jefa asesor asesora presidenta presidente`)

// isTitle reports whether a part reads as a function: it begins with a title's word, or
// its first words end in one ("Human Rights Lead").
func isTitle(part string) bool {
	head, _, _ := strings.Cut(part, " of ")
	head, _, _ = strings.Cut(head, " for ")
	words := strings.Fields(head)
	if len(words) == 0 {
		return false
	}
	if orgNoun[strings.ToLower(words[len(words)-1])] {
		return false
	}
	return titleWords[strings.ToLower(strings.Trim(words[0], ",.&"))] ||
		titleWords[strings.ToLower(strings.Trim(words[len(words)-1], ",.&"))]
}

// titleBehind finds a further title after "and": "Paradigm Lab and Director".
func titleBehind(part string) (before, title string, ok bool) {
	i := strings.LastIndex(part, " and ")
	if i < 0 {
		return "", "", false
	}
	before, title = part[:i], part[i+len(" and "):]
	first, _, _ := strings.Cut(title, " ")
	return before, title, titleWords[strings.ToLower(first)] && isTitle(title) && !isTitle(before)
}

var unitNoun = regexp.MustCompile(`(?i)\b(?:division|department|institute|section|unit|office|sector|centre|center|faculty|school|team|programme|program|branch|directorate|bureau|lab|laboratory|desk|group|chair of|college|service|region|cluster)\b`)

func composeAffiliation(parts []string) []Affiliation {
	switch len(parts) {
	case 0:
		return nil
	case 1:
		return oneAffiliation(parts[0])
	}
	last := parts[len(parts)-1]
	if !isTitle(parts[0]) && (namesOrganisation(parts[0]) || !namesOrganisation(last)) {
		return organisations("", "", strings.Join(parts, ", "))
	}
	middle := strings.Join(parts[1:len(parts)-1], ", ")
	if middle != "" && !unitNoun.MatchString(middle) {
		return organisations(parts[0]+", "+middle, "", last)
	}
	return organisations(parts[0], middle, last)
}

func oneAffiliation(part string) []Affiliation {
	for _, at := range []string{" at the ", " at ", " @ "} {
		if title, org, ok := strings.Cut(part, at); ok && isTitle(title) && org != "" {
			return organisations(title, "", org)
		}
	}
	if isTitle(part) {
		return []Affiliation{{Title: part}}
	}
	return organisations("", "", part)
}

var orgNoun = wordSet(`foundation university institute ministry department council agency centre center association
	society union commission authority bank company inc ltd gmbh network alliance initiative coalition
	organization organisation committee school college corporation group lab secretariat office government
	forum academy federation trust observatory registry consortium project`)

// namesOrganisation reports whether a part holds the noun of an organisation or unit, or
// is an acronym.
func namesOrganisation(part string) bool {
	for w := range strings.FieldsSeq(part) {
		if orgNoun[bare(w)] {
			return true
		}
	}
	return unitNoun.MatchString(part) || acronymForm.MatchString(part)
}

var acronymForm = regexp.MustCompile(`^[A-Z][A-Z&\-]{1,9}$`)

// organisations splits two complete organisations joined by "and".
func organisations(title, unit, text string) []Affiliation {
	for at := 0; ; {
		i := strings.Index(text[at:], " and ")
		if i < 0 {
			return []Affiliation{{Title: title, Unit: unit, Organisation: text}}
		}
		left, right := text[:at+i], text[at+i+len(" and "):]
		if twoOrganisations(left, right) {
			return []Affiliation{{Title: title, Unit: unit, Organisation: left}, {Organisation: right}}
		}
		at += i + len(" and ")
	}
}

// twoOrganisations asks for the noun of an organisation on both sides. When the left one
// may still be going on ("Foundation for Media and …"), the right side has to begin with
// its noun.
func twoOrganisations(left, right string) bool {
	leftNoun, rightNoun := -1, -1
	lw, rw := strings.Fields(left), strings.Fields(right)
	for i, w := range lw {
		if orgNoun[bare(w)] {
			leftNoun = i
		}
	}
	for i, w := range rw {
		if orgNoun[bare(w)] {
			rightNoun = i
			break
		}
	}
	if leftNoun < 0 || rightNoun < 0 || len(rw) < 2 {
		return false
	}
	if leftNoun == len(lw)-1 {
		return rightNoun > 0 || len(rw) > rightNoun+1
	}
	return rightNoun == 0
}

func bare(w string) string {
	return strings.ToLower(strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) }))
}
