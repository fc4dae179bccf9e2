package people

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// nameRow is one way in which a person's name is written.
type nameRow struct {
	bun.BaseModel `bun:"table:person_names,alias:n"`

	Person  core.ID `bun:"person,pk"`
	Form    string  `bun:"form,pk"` // "", "parts", or a language
	Name    string  `bun:"name_key"`
	Words   string  `bun:"words_key"`
	Initial string  `bun:"initial_key"`
}

// orgNameRow is one way in which an organisation's name is written.
type orgNameRow struct {
	bun.BaseModel `bun:"table:organisation_names,alias:n"`

	Organisation core.ID `bun:"organisation,pk"`
	Form         string  `bun:"form,pk"` // "acronym", or a language
	Name         string  `bun:"name_key"`
	Words        string  `bun:"words_key"`
}

// nameRows are all keys of a person.
func nameRows(p Person) []nameRow {
	rows := []nameRow{keysOf(p.Name, p.Given, p.Family)}
	add := func(form string, r nameRow) {
		if r.Name == "" || slices.ContainsFunc(rows, func(o nameRow) bool { return o.Name == r.Name }) {
			return
		}
		r.Form = form
		rows = append(rows, r)
	}
	if p.Given != "" && p.Family != "" {
		add("parts", keysOf(p.Given+" "+p.Family, p.Given, p.Family))
	}
	for _, l := range core.Langs {
		add(l, keysOf(p.Names.By[l], "", ""))
	}
	for i := range rows {
		rows[i].Person = p.ID
	}
	return rows
}

// keysOf makes the keys of a name. Where given and family name are not known apart,
// the last word is taken for the family name.
func keysOf(name, given, family string) nameRow {
	w := words(name)
	r := nameRow{Name: core.Fold(tidy(name)), Words: sortedWords(w)}
	first, last := strings.Join(words(given), " "), strings.Join(words(family), " ")
	if (first == "" || last == "") && len(w) > 1 {
		first, last = w[0], w[len(w)-1]
	}
	if first != "" && last != "" {
		letter, _ := utf8.DecodeRuneInString(first)
		r.Initial = last + " " + string(letter)
	}
	return r
}

// words are the words of a name, folded.
func words(name string) []string {
	return strings.FieldsFunc(core.Fold(name), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r) && r != '\''
	})
}

func sortedWords(w []string) string {
	w = slices.Clone(w)
	slices.Sort(w)
	return strings.Join(w, " ")
}

// honorifics are forms of address that stand before a name and are no names.
var honorifics = []string{
	"dr", "prof", "professor", "mr", "mrs", "ms", "mx", "sir", "dame", "hon", "h.e", "amb", "ambassador", "rev",
	"mme", "mlle", "sra", "dra", "г-н", "г-жа", "проф", "д-р",
}

// SplitHonorific takes forms of address off the front of a name: "H.E. Dr. Amina
// Diallo" is "H.E. Dr." and "Amina Diallo". The last word always stays.
func SplitHonorific(s string) (honorific, name string) {
	parts := strings.Fields(s)
	n := 0
	for n < len(parts)-1 && slices.Contains(honorifics, strings.TrimSuffix(strings.ToLower(parts[n]), ".")) {
		n++
	}
	return strings.Join(parts[:n], " "), strings.Join(parts[n:], " ")
}

// orgNameRows are all keys of an organisation.
func orgNameRows(o Organisation) []orgNameRow {
	var rows []orgNameRow
	add := func(form, name string) {
		key := orgKey(name)
		if key == "" || slices.ContainsFunc(rows, func(r orgNameRow) bool { return r.Name == key }) {
			return
		}
		rows = append(rows, orgNameRow{Organisation: o.ID, Form: form, Name: key, Words: orgWords(name)})
	}
	for _, l := range core.Langs {
		add(l, o.Name.By[l])
	}
	add("acronym", o.Acronym)
	return rows
}

// orgKey is the key of an organisation's name: punctuation and a leading article do
// not count.
func orgKey(name string) string {
	w := words(name)
	if len(w) > 1 && slices.Contains([]string{"the", "le", "la", "les", "el", "los", "las", "l'"}, w[0]) {
		w = w[1:]
	}
	return strings.Join(w, " ")
}

// readings are the ways to read a name that may carry its acronym: "Sahel Networks
// (SN)" is also "Sahel Networks" and "SN".
func readings(name string) []string {
	out := []string{name}
	before, rest, ok := strings.Cut(name, "(")
	inside, _, closed := strings.Cut(rest, ")")
	if ok && closed {
		out = append(out, before, inside)
	}
	return out
}

var smallWords = []string{"the", "of", "for", "and", "on", "in", "de", "des", "du", "la", "le", "les", "l", "d", "el", "los", "del", "y", "et", "e", "и"}

// orgWords is its words in any order, without small ones.
func orgWords(name string) string {
	w := slices.DeleteFunc(words(name), func(s string) bool { return slices.Contains(smallWords, s) })
	return sortedWords(w)
}
