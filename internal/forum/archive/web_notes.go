package archive

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// Translate gives a message of the catalogue in one language; a key that it does not
// know comes back as it is.
type Translate func(key string, args ...any) string

// NoteText is what a note says, in a sentence of the language: for pages and for the
// command line. A code that the catalogue does not know is shown with its values, so
// that nothing is swallowed.
func NoteText(t func(key string, args ...any) string, lang string, n Note) string {
	return noteText(t, lang, n, web.ZoneCity)
}

// noteText is NoteText with a name for the clock of a zone.
func noteText(t Translate, lang string, n Note, place func(zone string) string) string {
	args := make([]any, 0, 2*len(n.Args)+2)
	for _, name := range slices.Sorted(maps.Keys(n.Args)) {
		if name != "Count" { // how often a thing happened is said behind its sentence
			args = append(args, name, noteValue(t, lang, n, name, place))
		}
	}
	if m := minutes(n); m > 0 {
		args = append(args, "Count", m)
	} else if n.Code == "too-long" {
		args = append(args, "Count", n.Args["Count"].N)
	}
	for _, name := range always[n.Code] { // values that a sentence names and a reader may leave out
		if _, ok := n.Args[name]; !ok {
			args = append(args, name, "")
		}
	}
	key := noteKey(n)
	s := t(key, args...)
	if s == key || strings.TrimSpace(s) == "" {
		s = t("archive.note.other", "Code", n.Code, "Values", noteValues(lang, n))
	}
	if c := n.Args["Count"].N; c > 1 && n.Code != "too-long" {
		s += " " + t("archive.note.times", "Count", c)
	}
	return s
}

// minutes is how long or how far apart two things are, where a note says so.
func minutes(n Note) int {
	a := n.Args["Minutes"]
	m := a.N
	if a.S != "" {
		m, _ = strconv.Atoi(a.S) // what is no number is not said
	}
	return max(m, -m)
}

// noteKey is the sentence for a note; some depend on what the source left out.
func noteKey(n Note) string {
	key := "archive.note." + n.Group + "." + n.Code
	has := func(name string) bool { return n.Args[name] != Arg{} }
	switch n.Code {
	case "promise":
		switch {
		case has("About") && has("Due"):
			return key + ".about_due"
		case has("About"):
			return key + ".about"
		case has("Due"):
			return key + ".due"
		}
	case "two-figures", "impossible-year":
		for _, name := range []string{"Agrees", "Basis"} {
			if v := n.Args[name].S; v == "rounded" || v == "date" {
				return key + "." + v
			}
		}
	case "vague-figure":
		if n.Args["Form"].S == "magnitude" {
			return key + ".magnitude"
		}
		if has("RefersTo") {
			return key + ".refers"
		}
	case "overlap":
		if has("Party") {
			return key + ".party"
		}
	case "day-zero-counted", "day-zero-apart":
		if n.Args["Certainty"].S == "likely" {
			return key + ".likely"
		}
	case "inside":
		if minutes(n) > 0 {
			return key + ".minutes"
		}
	case "figure", "figure-rounded":
		if has("Source") {
			return key + ".source"
		}
	}
	return key
}

// always are values that sentences name although a reader leaves them out at times.
var always = map[string][]string{
	"two-figures": {"Year"}, "two-nouns": {"Year"}, "truncated": {"Reason"}, "not-in-programme": {"State"},
	"overlap": {"Date"}, "room-overlap": {"Date"}, "unclosed-event": {"Title"}, "encoding": {"Encoding"},
}

// named are values that are codes: their words stand in the catalogue.
var named = map[string]string{
	"Field": "archive.field.", "Kind": "archive.fact.", "Indicator": "archive.indicator.",
}

func noteValue(t Translate, lang string, n Note, name string, place func(zone string) string) any {
	a := n.Args[name]
	switch {
	case n.Code == "year" || name == "Line" || strings.HasSuffix(name, "Line"):
		return fmt.Sprint(a.N)
	case name == "HaveQualifier":
		return ""
	case name == "Have" && strings.HasPrefix(n.Code, "figure"):
		return qualified(t, lang, n.Args["HaveQualifier"].S, a.N)
	}
	if prefix, ok := named[name]; ok && a.S != "" {
		if n.Code == "column-guessed" {
			prefix = "archive.columns.field."
		}
		return words(t, prefix, a.S)
	}
	if f, ok := n.Args["Field"]; ok && (name == "Said" || name == "Have") {
		return valueText(t, lang, f.S, a, place)
	}
	return argText(lang, a, place)
}

// words is the label of a code, or the code itself where the catalogue has none.
func words(t Translate, prefix, code string) string {
	key := prefix + code
	if s := t(key); s != key {
		return s
	}
	return code
}

// noteValues lists the values of a note that has no sentence.
func noteValues(lang string, n Note) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(n.Args)) {
		if v := ArgText(lang, n.Args[name]); v != "" && name != "Count" {
			parts = append(parts, name+": "+v)
		}
	}
	return strings.Join(parts, "; ")
}

// ArgText writes a value in the language: dates and times as its readers write them.
func ArgText(lang string, a Arg) string {
	return argText(lang, a, web.ZoneCity)
}

func argText(lang string, a Arg, place func(zone string) string) string {
	switch {
	case !a.From.IsZero():
		return spanText(lang, a, place)
	case a.Date != "":
		return datesText(lang, a.Date, a.S)
	case a.S != "":
		return isolated(lang, dated(lang, a.S))
	case a.N != 0:
		return i18n.Number(lang, a.N)
	}
	return ""
}

// spanText is a span of time by the venue's clock: "11 Oct 2023, 14:00–15:30 Tokyo".
func spanText(lang string, a Arg, place func(zone string) string) string {
	from, to := a.From.In(a.Zone), a.To.In(a.Zone)
	s := i18n.Stamp(lang, from)
	switch {
	case a.To.IsZero():
	case from.YearDay() == to.YearDay() && from.Year() == to.Year():
		s += "–" + i18n.Clock(to)
	default:
		s += " – " + i18n.Stamp(lang, to)
	}
	return strings.TrimSpace(s + " " + place(a.Zone))
}

func datesText(lang, from, to string) string {
	first, err := core.ParseDate(from)
	if err != nil {
		return strings.TrimSpace(from + " " + to)
	}
	last, err := core.ParseDate(to)
	if err != nil || to == from {
		return i18n.Date(lang, first)
	}
	return i18n.DateRange(lang, first, last)
}

// datedDay is a date with its day of the week, as conflicts of days have it.
var datedDay = regexp.MustCompile(`^(\d{4}-\d\d-\d\d) \p{L}+$`)

var (
	isoDate  = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)(?:/(\d{4}-\d\d-\d\d))?$`)
	yearless = regexp.MustCompile(`^--(\d\d)-(\d\d)$`)
)

// dated writes the dates that the readers of files hand over as people write them.
func dated(lang, s string) string {
	if m := isoDate.FindStringSubmatch(s); m != nil {
		return datesText(lang, m[1], m[2])
	}
	if m := datedDay.FindStringSubmatch(s); m != nil {
		if d, err := core.ParseDate(m[1]); err == nil {
			return i18n.LongDate(lang, d)
		}
	}
	if m := yearless.FindStringSubmatch(s); m != nil {
		if d, err := time.Parse("2006-01-02", "2000-"+m[1]+"-"+m[2]); err == nil {
			return strings.TrimSpace(strings.NewReplacer("2000年", "", "2000", "", " г.", "").Replace(i18n.Date(lang, d)))
		}
	}
	return s
}

// isolated keeps words of a source from turning the sentence around them, in languages
// that are written from right to left.
func isolated(lang, s string) string {
	if core.Dir(lang) == "rtl" && s != "" {
		return "\u2068" + s + "\u2069"
	}
	return s
}

// qualified is a figure as it stands with an edition: "more than 2,000".
func qualified(t Translate, lang, qualifier string, amount int) string {
	n := i18n.Number(lang, amount)
	if qualifier == "" {
		return n
	}
	return t("editions.qualifier."+qualifier, "Number", n)
}

// valueText is a value of a field as people read it: labels for codes, how many of what
// for lists.
func valueText(t Translate, lang, field string, a Arg, place func(zone string) string) string {
	switch field {
	case FieldQuestions, FieldLinks, FieldPeople:
		if field == FieldPeople && a.S != "" {
			return isolated(lang, a.S)
		}
		if a.N == 0 {
			return ""
		}
		return t("archive.count."+field, "Count", a.N)
	case FieldLanguage:
		if name := web.LangName[a.S]; name != "" {
			return name
		}
	case FieldState:
		return words(t, "policy.session.state.", a.S)
	case FieldFormat:
		return words(t, "programme.format.", a.S)
	}
	return argText(lang, a, place)
}
