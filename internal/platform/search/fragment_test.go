package search_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"plenary/internal/core"
	"plenary/internal/platform/search"
)

func first(t *testing.T, x *search.Index, text, lang string) search.Hit {
	t.Helper()
	res := ask(t, x, search.Query{Text: text, Lang: lang, Fragments: true})
	if len(res.Hits) == 0 {
		t.Fatalf("%q: nothing found", text)
	}
	return res.Hits[0]
}

// E151: fragments show where the words are, in pieces of text, cut between words.
func TestFragments(t *testing.T) {
	x := open(t)
	before := strings.Repeat("Many things were said before that. ", 30)
	after := strings.Repeat(" Many things were said after that.", 30)
	put(t, x,
		page("long", "en", "A <b>long</b> report & more", before+"The encryption of messages\n\n is\tdisputed; encrypting protects people."+after),
		page("zh", "zh", "长篇报告", strings.Repeat("会议讨论了许多其他问题。", 40)+"专家认为加密技术保护隐私。"+strings.Repeat("随后继续讨论。", 60)),
		page("ru", "ru", "Отчёт", strings.Repeat("Обсуждалось многое. ", 40)+"Шифрованием занимались эксперты."),
		page("short", "ar", "تقرير", "ناقش الخبراء التشفير وحماية الخصوصية."),
	)
	h := first(t, x, "encryption", "en")
	got := markedOf(h.Fragment)
	if !strings.HasPrefix(got, "… ") || !strings.HasSuffix(got, " …") ||
		!strings.Contains(got, "The [encryption] of messages is disputed; [encrypting] protects people.") {
		t.Errorf("fragment: %s", got)
	}
	if n := utf8.RuneCountInString(plainOf(h.Fragment)); n < 150 || n > 215 {
		t.Errorf("%d characters: %s", n, got)
	}
	if h.FragmentLang != "en" || h.Lang != "en" || plainOf(h.Title) != "A <b>long</b> report & more" {
		t.Errorf("%+v", h)
	}
	h = first(t, x, "加密技术", "en")
	if got = markedOf(h.Fragment); !strings.Contains(got, "专家认为[加密技术]保护隐私。") || h.FragmentLang != "zh" {
		t.Errorf("Chinese: %s", got)
	}
	if n := utf8.RuneCountInString(plainOf(h.Fragment)); n > 210 {
		t.Errorf("Chinese: %d characters", n)
	}
	if got = markedOf(first(t, x, "шифрование", "ru").Fragment); !strings.Contains(got, "[Шифрованием] занимались эксперты.") {
		t.Errorf("Russian: %s", got)
	}
	if got = markedOf(first(t, x, "تشفير خصوصية", "ar").Fragment); got != "ناقش الخبراء [التشفير] وحماية [الخصوصية]." {
		t.Errorf("Arabic: %s", got)
	}
	if got = markedOf(first(t, x, `"said before that" encryption`, "").Fragment); !strings.Contains(got, "[said before that]") ||
		!strings.Contains(got, "[encryption]") {
		t.Errorf("phrase: %s", got)
	}
	if got = markedOf(first(t, x, "long report", "en").Title); got != "A <b>[long]</b> [report] & more" {
		t.Errorf("title: %s", got)
	}
	if got = markedOf(first(t, x, "long", "en").Fragment); !strings.HasPrefix(got, "Many things were said") {
		t.Errorf("nothing in the body: %s", got)
	}
	if res := ask(t, x, search.Query{Text: "encryption"}); res.Hits[0].Fragment != nil {
		t.Error("a fragment that was not asked for")
	}
}

// E151: the title is in the reader's language, the fragment where the words are, and both
// say which language that is.
func TestLanguagesOfAHit(t *testing.T) {
	x := open(t)
	d := search.Doc{
		ID: "d", Subject: "s", Kind: "session", Path: "/2023/d", Extra: map[string]string{"room": "A 1"}, Names: []string{"WS #184"},
		Title: core.NewText("en", "Safety of children").With("fr", "Sécurité des enfants"),
		Body:  core.NewText("en", "Children need protection.").With("fr", "Les enfants ont besoin de protection."),
	}
	put(t, x, d)
	for _, c := range []struct{ text, lang, want string }{
		{"enfant", "en", "en Safety of children / fr Les [enfants] ont besoin de protection."},
		{"enfant", "fr", "fr Sécurité des [enfants] / fr Les [enfants] ont besoin de protection."},
		{"protection", "fr", "fr Sécurité des enfants / fr Les enfants ont besoin de [protection]."},
		{"protection", "ru", "en Safety of children / en Children need [protection]."},
		{"child", "fr", "fr Sécurité des enfants / en Children need protection."},
		{"children", "fr", "fr Sécurité des enfants / en [Children] need protection."},
		{"ws184", "fr", "fr Sécurité des enfants / fr Les enfants ont besoin de protection."},
	} {
		res := ask(t, x, search.Query{Text: c.text, Lang: c.lang, Fragments: true})
		if c.text == "child" && len(res.Hits) == 0 {
			continue // the English stem of children is its own
		}
		h := first(t, x, c.text, c.lang)
		if got := h.Lang + " " + markedOf(h.Title) + " / " + h.FragmentLang + " " + markedOf(h.Fragment); got != c.want {
			t.Errorf("%s in %s: %s\nwant %s", c.text, c.lang, got, c.want)
		}
		if h.Subject != "s" || h.Kind != "session" || h.Path != "/2023/d" || h.Extra["room"] != "A 1" {
			t.Errorf("%+v", h)
		}
	}
}
