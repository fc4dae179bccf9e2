package captions

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// roles are words that stand for who speaks without being a name, folded to small
// letters; captioners write them in any case.
var roles = map[string]bool{
	"moderator": true, "chair": true, "chairman": true, "chairwoman": true, "chairperson": true, "speaker": true, "interpreter": true,
	"audience": true, "participant": true, "host": true, "facilitator": true, "rapporteur": true, "panelist": true, "question": true,
	"answer": true, "president": true, "remote participant": true, "online moderator": true, "remote moderator": true, "narrator": true,
	"modérateur": true, "modératrice": true, "président": true, "présidente": true, "intervenant": true, "intervenante": true, "interprète": true, "participante": true,
	"moderador": true, "moderadora": true, "presidente": true, "presidenta": true, "orador": true, "oradora": true, "intérprete": true,
	"модератор": true, "председатель": true, "ведущий": true, "ведущая": true, "спикер": true, "участник": true, "переводчик": true,
}

// notNames are words with a colon that open a sentence, not a turn.
var notNames = map[string]bool{
	"note": true, "notes": true, "day": true, "date": true, "time": true, "room": true, "session": true, "title": true, "agenda": true,
	"organizer": true, "organizers": true, "organiser": true, "organisers": true, "theme": true, "format": true, "language": true, "source": true,
	"http": true, "https": true, "p.s.": true, "ps": true, "nb": true, "igf": true, "ws": true, "re": true, "cc": true, "faq": true,
}

// particles stand in names in small letters.
var particles = map[string]bool{
	"de": true, "da": true, "do": true, "dos": true, "das": true, "del": true, "della": true, "di": true, "du": true, "des": true, "la": true, "le": true,
	"van": true, "von": true, "der": true, "den": true, "ter": true, "ten": true, "zu": true, "af": true, "av": true, "al": true, "el": true,
	"bin": true, "bint": true, "ibn": true, "ben": true, "y": true, "e": true, "i": true, "of": true, "the": true, "for": true, "and": true,
}

// label finds who speaks at the beginning of a line: ">> NAME: text", "NAME: text",
// "M. DUPONT : text", "主席：text". mark tells of ">>", which says that somebody else
// speaks even without a name. loose also takes names in usual case ("Amina Diallo:").
func label(line string, loose bool) (speaker, rest string, mark bool) {
	rest = strings.TrimSpace(line)
	for strings.HasPrefix(rest, ">>") {
		mark = true
		rest = strings.TrimSpace(strings.TrimLeft(rest, ">"))
	}
	i := strings.IndexAny(rest, ":：")
	if i <= 0 || i > 160 {
		return "", rest, mark
	}
	_, size := utf8.DecodeRuneInString(rest[i:])
	name, after := strings.TrimRight(rest[:i], " \u00a0\u202f"), rest[i+size:]
	if size == 1 && after != "" && after[0] != ' ' && !strings.HasPrefix(after, "\u00a0") {
		return "", rest, mark
	}
	if !isLabel(name, loose || mark) {
		return "", rest, mark
	}
	return strings.Join(strings.Fields(name), " "), strings.TrimLeft(after, " \u00a0"), mark
}

func isLabel(name string, loose bool) bool {
	words := strings.Fields(name)
	folded := strings.ToLower(name)
	if len(words) == 0 || len(words) > 8 || utf8.RuneCountInString(name) > 70 || notNames[folded] {
		return false
	}
	if roles[folded] {
		return true
	}
	letters, upper, lower, caseless := 0, 0, 0, 0
	for _, r := range name {
		switch {
		case unicode.IsUpper(r):
			upper++
			letters++
		case unicode.IsLower(r):
			lower++
			letters++
		case unicode.IsLetter(r):
			caseless++
			letters++
		case unicode.IsDigit(r), unicode.IsSpace(r), unicode.Is(unicode.M, r), strings.ContainsRune("'’.-–()&,/·׳״ـ", r):
		default:
			return false
		}
	}
	switch {
	case letters < 2:
		return false
	case caseless == letters:
		return len(words) <= 5 && letters <= 30
	case lower == 0:
		return true
	case !loose:
		// "Dr. AMINA DIALLO", "Mr McDONALD": most of it is capitals.
		return upper >= 4 && upper > 2*lower
	}
	capital := 0
	for _, w := range words {
		w = strings.TrimLeft(w, "(‘'“\"")
		r, _ := utf8.DecodeRuneInString(w)
		switch {
		case unicode.IsUpper(r) || unicode.IsDigit(r) || r == '&' || unicode.Is(unicode.Pd, r):
			capital++
		case unicode.IsLetter(r) && !unicode.IsLower(r):
			capital++
		case particles[strings.ToLower(strings.Trim(w, ".,)"))]:
		case strings.HasPrefix(w, "al-") || strings.HasPrefix(w, "el-"):
			capital++
		default:
			return false
		}
	}
	return capital >= 2 && len(words) <= 6
}
