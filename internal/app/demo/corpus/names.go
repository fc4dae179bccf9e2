package corpus

import (
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
)

// culture is a way of naming people, shared by one or more countries. F, M and Family are
// lists separated by spaces; "_" is a space within a name, "/" precedes the form in the
// culture's own script, "~" the feminine form of a family name.
type culture struct {
	Key, Script, Order string
	Languages          []string
	Countries          map[string]int // weight within the regional group
	F, M, Family       string

	female, male, family []name
}

type name struct {
	latin, feminine        string
	native, nativeFeminine string
}

func (c *culture) split() {
	c.female, c.male, c.family = parseNames(c.F), parseNames(c.M), parseNames(c.Family)
}

func parseNames(list string) []name {
	var out []name
	for _, f := range strings.Fields(list) {
		latin, native, _ := strings.Cut(strings.ReplaceAll(f, "_", " "), "/")
		m, w, both := strings.Cut(latin, "~")
		nm, nw, _ := strings.Cut(native, "~")
		n := name{latin: m, feminine: m, native: nm, nativeFeminine: nm}
		if both {
			n.feminine, n.nativeFeminine = w, nw
		}
		if n.nativeFeminine == "" {
			n.nativeFeminine = n.native
		}
		out = append(out, n)
	}
	return out
}

// twoFamilies are the cultures in which most people carry the family names of both parents.
var twoFamilies = []string{"andes", "meso", "southern-cone", "iberia"}

// give combines a name for a person of the given gender.
func (c *culture) give(r *rand.Rand, gender string) (given, family, full, native string) {
	list := c.female
	if gender == "male" || gender == "other" && r.IntN(2) == 0 {
		list = c.male
	}
	woman := &list[0] == &c.female[0]
	first := pick(r, list)
	if len(c.family) == 0 {
		return first.latin, "", first.latin, ""
	}
	last := pick(r, c.family)
	given, family, native = first.latin, last.latin, last.native
	if woman {
		family, native = last.feminine, last.nativeFeminine
	}
	if slices.Contains(twoFamilies, c.Key) && r.IntN(3) > 0 {
		if second := pick(r, c.family); second.latin != family {
			family += " " + second.latin
		}
	}
	if c.Order == "family-first" {
		full = family + " " + given
	} else {
		full = given + " " + family
	}
	switch c.Script {
	case "":
		native = ""
	case "Hans", "Kore":
		native += first.native
	case "Jpan":
		native += " " + first.native
	default:
		native = first.native + " " + native
	}
	return given, family, full, native
}

// nameKey is the same for two spellings of a name that differ in case, accents,
// punctuation or the order of words.
func nameKey(s string) string {
	w := strings.Fields(strings.Map(func(r rune) rune {
		if r == '-' {
			return ' '
		}
		return r
	}, strings.ToLower(s)))
	for i := range w {
		w[i] = ascii(w[i])
	}
	slices.Sort(w)
	return strings.Join(w, " ")
}

// famous reports whether a name contains all words of one that must not be produced.
func (t *texts) famous(name string) bool {
	words := strings.Fields(nameKey(name))
	return slices.ContainsFunc(t.deny, func(avoid []string) bool {
		return !slices.ContainsFunc(avoid, func(w string) bool { return !slices.Contains(words, w) })
	})
}

var plainLetters = strings.NewReplacer(
	"á", "a", "à", "a", "â", "a", "ã", "a", "ä", "a", "å", "a", "ā", "a", "ă", "a", "ą", "a", "ạ", "a", "ả", "a", "ấ", "a", "ầ", "a", "ậ", "a", "ắ", "a", "ặ", "a", "æ", "ae",
	"ç", "c", "ć", "c", "č", "c", "ď", "d", "đ", "d", "ð", "d", "é", "e", "è", "e", "ê", "e", "ë", "e", "ē", "e", "ė", "e", "ę", "e", "ě", "e", "ế", "e", "ễ", "e", "ệ", "e", "ề", "e", "ə", "e",
	"ğ", "g", "ģ", "g", "í", "i", "ì", "i", "î", "i", "ï", "i", "ī", "i", "ı", "i", "ị", "i", "ķ", "k", "ł", "l", "ļ", "l", "ñ", "n", "ń", "n", "ň", "n", "ņ", "n",
	"ó", "o", "ò", "o", "ô", "o", "õ", "o", "ö", "o", "ø", "o", "ő", "o", "ọ", "o", "ồ", "o", "ố", "o", "ỗ", "o", "ộ", "o", "ơ", "o", "ờ", "o", "ớ", "o", "ợ", "o", "ỏ", "o", "ổ", "o", "œ", "oe", "ř", "r", "ś", "s", "š", "s", "ş", "s", "ș", "s", "ß", "ss",
	"ť", "t", "ț", "t", "ţ", "t", "þ", "th", "ú", "u", "ù", "u", "û", "u", "ü", "u", "ū", "u", "ů", "u", "ű", "u", "ũ", "u", "ư", "u", "ứ", "u", "ừ", "u", "ử", "u", "ữ", "u", "ự", "u", "ủ", "u", "ụ", "u", "ý", "y", "ỳ", "y", "ỹ", "y", "ÿ", "y", "ź", "z", "ž", "z", "ż", "z",
)

// ascii folds a lower-case Latin text to the letters a to z and digits.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return -1
	}, plainLetters.Replace(strings.ToLower(s)))
}
