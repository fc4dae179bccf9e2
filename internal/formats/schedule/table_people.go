package schedule

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"plenary/internal/core"
)

// Roles that columns of a table give; a speaker has none.
const (
	roleModerator  = "moderator"
	roleOrganiser  = "organiser"
	roleRapporteur = "rapporteur"
)

var (
	personAddress  = regexp.MustCompile(`[<(\[]?\s*(?:mailto:)?[^\s<>()\[\],;:]+@[^\s<>()\[\],;:]+\.[A-Za-z]{2,}\s*[>)\]]?`)
	personBrackets = regexp.MustCompile(`^(.*?)\s*[(（\[]([^()（）\[\]]*)[)）\]]\s*(.*)$`)
	personDash     = regexp.MustCompile(`^(.{3,}?)\s+[-–—]\s+(.+)$`)
	personAnd      = regexp.MustCompile(`(?i)\s+(?:and|et|und|&|и|y|e|و)\s+|\s+و`)
	personRole     = regexp.MustCompile(`^([\p{L} -]{3,30})\s*[:：]\s*(.+)$`)
	bodyWords      = regexp.MustCompile(`(?i)\b(?:university|universit\p{L}+|universidad|institut\p{L}*|ministr\p{L}+|minister\p{L}+|foundation|fondation|fundaci\p{L}+|cent(?:re|er)|centro|council|conseil|consejo|commission|comisi\p{L}+|committee|association|asociaci\p{L}+|society|agency|agence|agencia|authority|bank|group|groupe|grupo|network|forum|union|company|inc|ltd|llc|gmbh|corp|office|department|school|academy|college|organi[sz]ation|initiative|alliance|coalition|registry|lab|labs|government|secretariat|united nations|international|national|global|internet|digital)\b`)
)

// readPersons reads the people of a cell: "Name; Name", a line each, "Name
// (Organisation)", "Name, Organisation; Name, Organisation", "Name, Name and Name".
// Addresses are taken off; dropped tells that one stood for a name.
func readPersons(text, role string) (out []Person, dropped bool) {
	text = strings.ToValidUTF8(text, "")
	clean := personAddress.ReplaceAllString(text, " ")
	addresses := clean != text
	pieces := outsideBrackets(strings.ReplaceAll(clean, "\n", ";"), ";；؛|")
	if len(pieces) == 1 {
		pieces = byCommas(pieces[0])
	}
	for _, piece := range pieces {
		for _, p := range onePiece(piece, role) {
			if len(out) < maxPersons {
				out = append(out, p)
			}
		}
	}
	return out, addresses && len(out) == 0
}

// byCommas divides a list at its commas where those stand between names; after a name
// that what follows is no name of, they begin its organisation.
func byCommas(s string) []string {
	parts := outsideBrackets(s, ",，،、")
	if len(parts) == 2 && !strings.Contains(parts[0], " ") && !strings.Contains(parts[1], " ") && surnameFirst(parts[0], parts[1]) {
		return []string{parts[1] + " " + parts[0]}
	}
	var out []string
	for _, p := range parts {
		if trimmed, ok := cutAnd(p); ok {
			p = trimmed
		}
		if len(out) > 0 && !nameLike(p) {
			out[len(out)-1] += ", " + p
			continue
		}
		out = append(out, p)
	}
	return out
}

// cutAnd takes the "and" off that begins the last of a list.
func cutAnd(s string) (string, bool) {
	first, rest, ok := strings.Cut(strings.TrimSpace(s), " ")
	if ok && personAnd.MatchString(" "+first+" ") {
		return strings.TrimSpace(rest), true
	}
	return s, false
}

// surnameFirst tells "ROE, Jane" from two words that happen to stand beside each other.
func surnameFirst(a, b string) bool {
	return a == strings.ToUpper(a) && a != strings.ToLower(a) && len([]rune(a)) > 2 && b != strings.ToUpper(b) && nameWord(b)
}

// onePiece reads one person, or two or three that "and" joins.
func onePiece(s, role string) []Person {
	s = strings.Trim(cleanLine(s), " ,;-–•*·")
	if m := personRole.FindStringSubmatch(s); m != nil {
		if r, ok := roleOfHead(m[1]); ok {
			return onePiece(m[2], r)
		}
	}
	var out []Person
	names := personAnd.Split(s, -1)
	if len(names) > 1 && !slices.ContainsFunc(names, func(n string) bool { return !nameLike(headOfPerson(n)) }) {
		for _, n := range names {
			out = append(out, person(n, role)...)
		}
		return out
	}
	return person(s, role)
}

// headOfPerson is the name that a person's text begins with.
func headOfPerson(s string) string {
	if at := strings.IndexAny(s, "(（[,，"); at > 0 {
		s = s[:at]
	}
	return strings.TrimSpace(s)
}

func person(s, role string) []Person {
	s = strings.Trim(cleanLine(s), " ,;")
	body := ""
	if m := personBrackets.FindStringSubmatch(s); m != nil && m[1] != "" {
		s, body = m[1], strings.Trim(m[2]+" "+m[3], " ,;-–")
		if r, ok := roleOfHead(m[2]); ok {
			role, body = r, strings.Trim(m[3], " ,;-–")
		}
	}
	if name, rest, ok := strings.Cut(s, ","); ok && body == "" {
		s, body = strings.TrimSpace(name), strings.TrimSpace(rest)
		if r, ok := roleOfHead(body); ok {
			role, body = r, ""
		}
	} else if m := personDash.FindStringSubmatch(s); m != nil && body == "" {
		s, body = m[1], m[2]
	}
	s = strings.TrimRight(s, ",; ")
	if !strings.ContainsFunc(s, unicode.IsLetter) || len(s) > 300 {
		return nil
	}
	return []Person{{Key: nameKey(s), Name: s, Role: role, Organisation: body}}
}

// roleOfHead finds the role that a word means: "Moderator", "Rapporteurs"; "" is a
// speaker's.
func roleOfHead(word string) (string, bool) {
	w, ok := headIndex[headKey(word)]
	if !ok {
		return "", false
	}
	role, ok := fieldRoles[w.field]
	return role, ok
}

var fieldRoles = map[string]string{
	FieldSpeakers: "", FieldModerators: roleModerator, FieldOrganisers: roleOrganiser, FieldRapporteurs: roleRapporteur,
}

// nameLike tells whether a text may be somebody's name: two to five words that begin
// with capitals, or stand in a script without them, none of which names a body.
func nameLike(s string) bool {
	s = strings.TrimSpace(s)
	if m := personBrackets.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	words := strings.Fields(s)
	if bodyWords.MatchString(s) || len(words) == 0 || len(words) > 6 {
		return false
	}
	if len(words) == 1 {
		han := 0
		for _, r := range s {
			if unicode.Is(unicode.Han, r) {
				han++
			}
		}
		return han >= 2 && han <= 4
	}
	small := 0
	for _, w := range words {
		if !nameWord(w) {
			small++
		}
	}
	return small == 0 || small < len(words)-1 && len(words) > 2
}

// nameWord tells a word that a name may have: it has letters, no figures, and no small
// letter first.
func nameWord(w string) bool {
	w = strings.Trim(w, "'’\".")
	first, seen := rune(0), false
	for _, r := range w {
		if unicode.IsDigit(r) {
			return false
		}
		if !seen && unicode.IsLetter(r) {
			first, seen = r, true
		}
	}
	return seen && !unicode.IsLower(first)
}

// outsideBrackets divides a text at signs that stand outside of brackets.
func outsideBrackets(s, signs string) []string {
	var out []string
	from, depth := 0, 0
	add := func(to int) {
		if p := strings.TrimSpace(s[from:to]); p != "" {
			out = append(out, p)
		}
	}
	for i, r := range s {
		switch {
		case strings.ContainsRune("(（[", r):
			depth++
		case strings.ContainsRune(")）]", r):
			depth = max(0, depth-1)
		case (depth == 0 || r == ';') && strings.ContainsRune(signs, r):
			add(i)
			from = i + len(string(r))
			depth = 0
		}
	}
	add(len(s))
	return out
}

// sameName tells whether two people of an event are the same by name and part.
func sameName(a, b Person) bool {
	return a.Role == b.Role && core.Fold(a.Name) == core.Fold(b.Name)
}
