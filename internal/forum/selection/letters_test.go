package selection

import (
	"strings"
	"testing"
)

// A paragraph is left out where all that it names is empty; what people typed is not read
// for placeholders again.
func TestFill(t *testing.T) {
	for name, x := range map[string]struct {
		text, want string
		values     map[string]string
	}{
		"names":             {"Dear {name},\n\non {title}.", "Dear Ana,\n\non Rivers.", map[string]string{"name": "Ana", "title": "Rivers"}},
		"empty paragraph":   {"One.\n\nReasons:\n{reasons}\n\nTwo.", "One.\n\nTwo.", nil},
		"half empty":        {"{type}, {number}", ", 3", map[string]string{"number": "3"}},
		"no second filling": {"{words} {title}", "{title} {session} T", map[string]string{"words": "{title} {session}", "title": "T"}},
		"line ends":         {"a\r\n\r\nb {name}", "a\n\nb N", map[string]string{"name": "N"}},
		"a lone brace":      {"a { b } {nothing}", "a { b } {nothing}", nil},
		"nothing":           {"", "", nil},
		"all empty":         {"{words}", "", nil},
		"right to left":     {"{title} مقبول", "نهر مقبول", map[string]string{"title": "نهر"}},
	} {
		if got := fill(x.text, x.values); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

func TestStrange(t *testing.T) {
	for text, want := range map[string]struct {
		what string
		line int
	}{
		"Dear {name},\n\n{title} {number} {call} {type} {reasons} {words} {conditions} {other} {session} {url}": {},
		"one\ntwo {titel} three": {"{titel}", 2},
		"{Title}":                {"{Title}", 1},
		"{ title }":              {"{ title }", 1},
		"a\n\n{title":            {"{title", 3},
		"title}":                 {"}", 1},
		"{}":                     {"{}", 1},
		"{{title}}":              {"{", 1},
	} {
		if what, line := strange(text); what != want.what || line != want.line {
			t.Errorf("%q: %q in line %d, want %q in %d", text, what, line, want.what, want.line)
		}
	}
}

func FuzzFill(f *testing.F) {
	f.Add("Dear {name},\n\n{words}", "Ana", "a {title} b")
	f.Add("{{name}}}\r\n\r\n{", "", "}")
	f.Fuzz(func(t *testing.T, text, name, words string) {
		got := fill(text, map[string]string{"name": name, "words": words})
		if strings.Contains(text, "{words}") && words != "" && strings.TrimSpace(words) == words && !strings.Contains(words, "\r") && !strings.Contains(got, words) {
			t.Errorf("fill(%q) lost %q: %q", text, words, got)
		}
		if what, _ := strange(text); what == "" && !strings.ContainsAny(name+words, "{}") && strings.ContainsAny(got, "{}") {
			t.Errorf("fill(%q) left a placeholder: %q", text, got)
		}
	})
}

// Of few people nobody says in public of which gender they are.
func TestWithhold(t *testing.T) {
	for name, x := range map[string]struct {
		all, taken int
		newest     bool
		withheld   bool
	}{
		"many":             {40, 20, true, false},
		"few in all":       {9, 9, true, true},
		"few taken":        {40, 9, true, true},
		"few left":         {25, 20, true, true},
		"all taken":        {25, 25, true, false},
		"none taken":       {25, 0, true, false},
		"an earlier round": {40, 20, false, true},
	} {
		f := Figures{Balance: []Side{{Side: SideGroup, All: 3, Taken: 1, Shares: []Share{{"a", 3, 1}}}, {Side: SideGender, All: x.all, Taken: x.taken, Shares: []Share{{"woman", x.all, x.taken}}}}}
		f.withhold(x.newest)
		if f.Withheld != x.withheld || (len(f.Balance[1].Shares) == 0) != x.withheld || len(f.Balance[0].Shares) != 1 {
			t.Errorf("%s: withheld %v, %v", name, f.Withheld, f.Balance)
		}
	}
}
