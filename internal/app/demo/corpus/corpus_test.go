package corpus

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

// meetings are the corpora that the rules are tested on.
var meetings = sync.OnceValue(func() []*Corpus {
	var out []*Corpus
	for _, seed := range []uint64{1, 2026} {
		c := New(seed)
		out = append(out, c, c.Scale(Small))
	}
	return out
})

// each runs a check on every meeting.
func each(t *testing.T, check func(*testing.T, *Corpus)) {
	for _, c := range meetings() {
		t.Run(fmt.Sprintf("%s-%d", c.Size, c.Seed), func(t *testing.T) { check(t, c) })
	}
}

func encode(t *testing.T, c *Corpus) []byte {
	t.Helper()
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEqualSeedsGiveEqualCorpora(t *testing.T) {
	first := New(11)
	small := first.Scale(Small)
	if !bytes.Equal(encode(t, first), encode(t, small.Scale(Full))) {
		t.Error("two corpora of one seed differ")
	}
	if !bytes.Equal(encode(t, small), encode(t, first.Scale(Small))) {
		t.Error("two small corpora of one seed differ")
	}
	if bytes.Equal(encode(t, small), encode(t, build(12, Small))) {
		t.Error("two seeds give the same corpus")
	}
}

func TestAnySeedWorks(t *testing.T) {
	for seed := range uint64(40) {
		if c := build(seed*7919, Small); len(c.Sessions) != 40 {
			t.Errorf("seed %d: %d sessions", seed, len(c.Sessions))
		}
	}
	for seed := range uint64(2) {
		if c := build(seed+100, Full); len(c.Sessions) != 300 {
			t.Errorf("seed %d: %d sessions", seed, len(c.Sessions))
		}
	}
}

func TestSize(t *testing.T) {
	each(t, func(t *testing.T, c *Corpus) {
		want := map[Size][4]int{Full: {300, 900, 10, 120}, Small: {40, 120, 4, 60}}[c.Size]
		countries := map[string]bool{}
		for _, p := range c.People {
			countries[p.Country] = true
		}
		if len(c.Sessions) != want[0] || len(c.People) != want[1] || len(c.Rooms) != want[2] || len(countries) < want[3] {
			t.Errorf("%d sessions, %d people, %d rooms, %d countries", len(c.Sessions), len(c.People), len(c.Rooms), len(countries))
		}
		if len(c.Edition.Days) != 5 || c.Edition.Days[0].Kind != "day-zero" || c.Edition.Days[4].Date != "2026-10-22" || !c.Edition.Sample {
			t.Errorf("edition %+v", c.Edition)
		}
	})
}

func TestThemesAreWrittenInFull(t *testing.T) {
	lib := library()
	if len(lib.themes) != 8 {
		t.Fatalf("%d themes", len(lib.themes))
	}
	for _, theme := range lib.themes {
		n := map[string]int{}
		tags := map[string]bool{}
		for _, topic := range theme.Topics {
			n["titles"] += len(topic.Sessions)
			n["contexts"] += len(topic.Context)
			n["questions"] += len(topic.Questions)
			n["takeaways"] += len(topic.Takeaways)
			n["calls"] += len(topic.Calls)
			if len(topic.Message) >= 2 && len(topic.Message) <= 4 {
				n["messages"]++
			}
			for _, tag := range topic.Tags {
				tags[tag] = true
			}
			if len(topic.SDGs) == 0 || len(topic.Lines) == 0 || topic.Subject == "" {
				t.Errorf("%s/%s lacks goals, action lines or a subject", theme.Key, topic.Key)
			}
		}
		n["tags"] = len(tags)
		for what, least := range map[string]int{"titles": 30, "contexts": 12, "questions": 8, "takeaways": 14, "calls": 10, "messages": 6, "tags": 12} {
			if n[what] < least {
				t.Errorf("theme %s has %d %s, want %d", theme.Key, n[what], what, least)
			}
		}
		if len(theme.Summary) < 80 {
			t.Errorf("theme %s has no summary", theme.Key)
		}
	}
}

var sixLanguages = []string{"en", "fr", "es", "ru", "zh", "ar"}

// inSix reports what a text lacks: a language, or another script than English for those
// that have one.
func inSix(text Text) string {
	for _, lang := range sixLanguages {
		s := text[lang]
		first := map[string][2]rune{"ru": {0x400, 0x4ff}, "zh": {0x4e00, 0x9fff}, "ar": {0x600, 0x6ff}}[lang]
		if s == "" || first[0] > 0 && !strings.ContainsFunc(s, func(r rune) bool { return r >= first[0] && r <= first[1] }) {
			return lang
		}
	}
	return ""
}

func TestTranslations(t *testing.T) {
	each(t, func(t *testing.T, c *Corpus) {
		check := func(what string, text Text) {
			if lang := inSix(text); lang != "" {
				t.Errorf("%s %q lacks %s", what, text["en"], lang)
			}
		}
		check("edition", c.Edition.Name)
		check("edition theme", c.Edition.Theme)
		check("city", c.Edition.City)
		for _, d := range c.Edition.Days {
			check("day", d.Name)
		}
		for _, r := range c.Rooms {
			check("room", r.Name)
		}
		for _, theme := range c.Themes {
			check("theme", theme.Name)
		}
		for _, m := range c.Messages {
			check("Message", m.Title)
		}
		translated := 0
		for _, s := range c.Sessions {
			switch s.Type {
			case "main":
				check("main session", s.Title)
				for _, lang := range sixLanguages {
					if len(s.Description[lang]) != len(s.Description["en"]) {
						t.Errorf("%s: description in %s", s.Title["en"], lang)
					}
				}
			case "ceremony", "open-mic":
				check(s.Type, s.Title)
			default:
				if inSix(s.Title) == "" {
					translated++
				} else if s.Language != "en" {
					t.Errorf("%q is held in %s without a title in it", s.Title["en"], s.Language)
				}
			}
		}
		if least := map[Size]int{Full: 20, Small: 5}[c.Size]; translated < least {
			t.Errorf("%d titles translated, want %d", translated, least)
		}
	})
}

// readable returns every English text that a reader sees.
func readable(c *Corpus) []string {
	var out []string
	for _, s := range c.Sessions {
		out = append(out, s.Title["en"], s.Subtitle)
		out = append(out, s.Description["en"]...)
		out = append(out, s.Questions...)
		out = append(out, s.GuidingQuestions...)
		for _, a := range s.Agenda {
			out = append(out, a.Text)
		}
		for _, k := range s.Takeaways {
			out = append(out, k.Text)
		}
		for _, k := range s.Calls {
			out = append(out, k.Text)
		}
	}
	for _, m := range c.Messages {
		for _, s := range m.Sentences {
			out = append(out, s.Text)
		}
		if m.Dissent != nil {
			out = append(out, m.Dissent.Text)
		}
	}
	for _, theme := range c.Themes {
		out = append(out, theme.Summary)
	}
	return out
}

func TestTextsAreClean(t *testing.T) {
	each(t, func(t *testing.T, c *Corpus) {
		for _, s := range readable(c) {
			if s == "" {
				continue
			}
			for _, bad := range []string{"{", "}", "|", "  ", " ,", " .", "..", "'", "\"", "%!", " a a", " a e", " a i", " a o", " the the ", "<"} {
				if strings.Contains(s, bad) && !strings.Contains(s, " a one") {
					t.Errorf("%q in %q", bad, s)
				}
			}
			if !utf8.ValidString(s) || strings.TrimSpace(s) != s || capital(s) != s {
				t.Errorf("not a tidy text: %q", s)
			}
		}
	})
}

// TestNothingIsQuoted compares runs of eight words with the documents that the domain was
// learnt from. It needs the material beside the repository.
func TestNothingIsQuoted(t *testing.T) {
	files, _ := filepath.Glob("../../../../../shared/seeds/*.txt")
	if len(files) == 0 {
		t.Skip("the source documents do not lie beside this repository")
	}
	words := func(s string) []string {
		return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
			return r < 128 && (r < 'a' || r > 'z') && (r < '0' || r > '9') || r == '’' || r == '“' || r == '”'
		})
	}
	const run = 8
	known := map[string]bool{}
	documents := ""
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		w := words(string(b))
		documents += " " + strings.Join(w, " ")
		for i := range len(w) - run {
			known[strings.Join(w[i:i+run], " ")] = true
		}
	}
	each(t, func(t *testing.T, c *Corpus) {
		for _, s := range readable(c) {
			w := words(s)
			for i := range max(0, len(w)-run+1) {
				if r := strings.Join(w[i:i+run], " "); known[r] {
					t.Errorf("%q stands in a source document", r)
				}
			}
		}
		for _, p := range c.People {
			if n := strings.Join(words(p.Name), " "); strings.Contains(n, " ") && strings.Contains(documents, " "+n+" ") {
				t.Errorf("%s is named in a source document", p.Name)
			}
		}
		for _, o := range c.Organisations {
			if n := strings.Join(words(o.Name), " "); o.Kind != "government" && strings.Contains(documents, " "+n+" ") {
				t.Errorf("%s is named in a source document", o.Name)
			}
		}
	})
}
