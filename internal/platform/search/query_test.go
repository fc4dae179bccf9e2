package search_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"plenary/internal/core"
	"plenary/internal/platform/search"
)

func libraryOfQuestions(t *testing.T) *search.Index {
	x := open(t)
	put(t, x,
		page("neutral", "en", "Net neutrality", "The open internet depends on network neutrality. Governance of the internet is shared."),
		page("open", "en", "Open standards", "Standards keep the internet open; neutrality of networks follows."),
		page("who", "en", "Health data", "The WHO spoke about artificial intelligence, AI for short."),
		page("stops", "en", "To be or not to be", "that is the question"),
		search.Doc{ID: "person", Title: core.NewText("en", "José Núñez-O’Brien"), Names: []string{"José Núñez-O’Brien", "Université de Genève"}},
		page("cn", "zh", "网络中立", "开放的互联网取决于网络中立性。"),
	)
	return x
}

// E151: phrases, exclusions, stop words, fall-back.
func TestQuestions(t *testing.T) {
	x := libraryOfQuestions(t)
	for _, c := range []struct{ text, want string }{
		{`"open internet"`, "neutral"},
		{`«open internet»`, "neutral"},
		{`"internet open"`, "open"},
		{`"internet open`, "open"}, // the quote is not closed
		{`"open the internet"`, ""},
		{`internet -standards`, "neutral"},
		{`internet -standard`, "neutral"},
		{`internet -"open internet"`, "open"},
		{`internet - standards`, "open"}, // a hyphen between words is none before one
		{`-internet -health -be -josé -互联网`, ""},
		{`net-neutrality`, "neutral"},
		{"the governance of the internet", "neutral"},
		{"la neutralité de l'internet", "neutral open loosened"},
		{"to be or not to be", "stops"},
		{"the", "neutral stops open who"},
		{"WHO", "who"},
		{"who intelligence", "who"},
		{"AI", "who"},
		{"neutrality zebra", "neutral open loosened"},
		{"zebra", ""},
		{"zebra giraffe", ""},
		{"jose nunez obrien", "person loosened"},
		{"jose nunez o'brien", "person"},
		{"Universite de geneve", "person"},
		{"nunez", "person"},
		{`"中立性"`, "cn"},
		{`"立中"`, ""},
		{"网络中立", "cn"},
		{"中立 -互联网", ""},
	} {
		if got := ids(t, x, c.text); got != c.want {
			t.Errorf("%s: found %q, want %q", c.text, got, c.want)
		}
	}
	for text, want := range map[string]string{"neu": "neutral", "nún": "person", "op": "open", "internet neut": "neutral"} {
		if got := idsOf(ask(t, x, search.Query{Text: text, Prefix: true})); got != want {
			t.Errorf("beginning %q: found %q, want %q", text, got, want)
		}
	}
}

// E151: what looks like a language of queries is words.
func TestNothingTypedIsALanguage(t *testing.T) {
	x := libraryOfQuestions(t)
	secret := page("secret", "en", "Confidential", "budget")
	secret.Readers = []string{"staff:2023"}
	put(t, x, secret)
	for _, text := range []string{
		"*", "?*", "w:budget", "r:staff", "+r:staff:2023", "_id:secret", "/.*/", "bud*", "budget~2", "budget^100",
		"title:confidential OR body:budget", `"`, `""`, `" " "`, "-", "--", `-"`, "((((", "]]>", "f.year:2023", "{!func}",
		"\x00", "\xff\xfe", "'; DROP TABLE docs; --", "<script>alert(1)</script>", "~~~", "\\", "AND OR NOT", "%s%d",
		strings.Repeat(`"`, 999), strings.Repeat("-", 999), strings.Repeat("*", 999),
	} {
		res := ask(t, x, search.Query{Text: text, Lang: text, Sort: text, Facets: []string{text}, Fragments: true})
		for _, h := range res.Hits {
			if h.ID == "secret" {
				t.Errorf("%q found what is not public", text)
			}
		}
	}
	for _, text := range []string{"*", "?*", "/.*/", `"`, "-", "((("} {
		if res := ask(t, x, search.Query{Text: text}); res.Total != 0 {
			t.Errorf("%q found %d", text, res.Total)
		}
	}
	if res := ask(t, x, search.Query{Text: " \n"}); res.Total != 6 {
		t.Errorf("nothing typed found %d of 6", res.Total)
	}
}

// E151: a text that is too long is cut, and the answer says so.
func TestHugeQuestion(t *testing.T) {
	x := libraryOfQuestions(t)
	for _, text := range []string{
		strings.Repeat("neutrality internet ", 50_000),
		strings.Repeat("a b c d e f g h i j k l m n o p q r s t u v w x y z ", 3),
		`"` + strings.Repeat("open internet ", 500) + `"`,
		strings.Repeat("互联网", 1000),
		strings.Repeat("é", 100_000),
	} {
		if res := ask(t, x, search.Query{Text: text, Fragments: true}); !res.Cut {
			t.Errorf("%.20q…: not said to be cut", text)
		}
	}
	if res := ask(t, x, search.Query{Text: "neutrality", From: 1 << 40, Size: 1 << 40}); len(res.Hits) != 0 || res.Total != 2 {
		t.Errorf("far away: %d hits of %d", len(res.Hits), res.Total)
	}
	if res := ask(t, x, search.Query{Text: "neutrality", From: -5, Size: -5, FacetSize: -1, Facets: []string{"kind"}}); len(res.Hits) != 2 {
		t.Errorf("below nothing: %d hits", len(res.Hits))
	}
}

func FuzzQuery(f *testing.F) {
	x, err := search.Open(f.TempDir(), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = x.Close() })
	docs := append([]search.Doc{}, sixLanguages...)
	for i := range docs {
		docs[i].Readers = []string{search.Public}
		if i == 0 {
			docs[i].Readers = []string{"staff"}
		}
	}
	if err := x.Update(docs, nil, 1); err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{
		"governance", `"égalité d'accès" -câbles`, "управлени", "互联网治理 \"治理\"", "حوكمة الإنترنت", "ws #184", "-", "\"", "a\u200fb", "ｗｓ１８４",
		"gouvernanse", "\xf0\x28\x8c", "ﷺ", "½ ⅷ ² ", "́a", "WHO is the ai",
	} {
		f.Add(s, "en", true)
	}
	f.Fuzz(func(t *testing.T, text, lang string, prefix bool) {
		res, err := x.Search(t.Context(), search.Query{
			Text: text, Lang: lang, Prefix: prefix, Readers: []string{search.Public}, Fragments: true, Facets: []string{"kind"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if res.Total < len(res.Hits) {
			t.Fatalf("%d hits of %d", len(res.Hits), res.Total)
		}
		if res.Suggest != "" {
			again, err := x.Search(t.Context(), search.Query{Text: res.Suggest, Readers: []string{search.Public}})
			if err != nil || again.Total == 0 {
				t.Fatalf("suggested %q finds %d (%v)", res.Suggest, again.Total, err)
			}
		}
		for _, h := range res.Hits {
			if h.ID == "en" {
				t.Fatal("found what is for the staff")
			}
			for _, p := range append(h.Title, h.Fragment...) {
				if !utf8.ValidString(p.Text) || p.Text == "" {
					t.Fatalf("piece %q", p.Text)
				}
			}
			if n := utf8.RuneCountInString(plainOf(h.Fragment)); n > 260 {
				t.Fatalf("a fragment of %d characters", n)
			}
		}
	})
}
