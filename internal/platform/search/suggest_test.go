package search_test

import (
	"testing"

	"plenary/internal/core"
	"plenary/internal/platform/search"
)

// E151: a slip is corrected to the nearest word that the reader may find, with its accents.
func TestDidYouMean(t *testing.T) {
	x := open(t)
	put(t, x, sixLanguages...)
	put(t, x, page("more", "en", "Cybersecurity", "Capacity development and cybersecurity norms; intermediary liability."),
		search.Doc{ID: "person", Title: core.NewText("fr", "Zoé Bîrsan"), Names: []string{"Zoé Bîrsan"}})
	secret := page("secret", "en", "Whistleblower", "the whistleblower is Fitzwilliam")
	secret.Readers = []string{"staff"}
	put(t, x, secret)
	for text, want := range map[string]string{
		"goverance":              "governance",
		"govermence":             "governance",
		"Cybresecurity":          "cybersecurity",
		"multistakehodler":       "multistakeholder",
		"inetrnet goverance":     "internet governance",
		`"capcity development"`:  `"capacity development"`,
		"intermediary liabilty":  "intermediary liability",
		"gouvernanse":            "gouvernances",
		"egalute":                "égalité",
		"fracture numeriqe":      "fracture numériques",
		"Birzan":                 "bîrsan",
		"политики управленее":    "",
		"управленее":             "", // its stem is known
		"упровление":             "управление",
		"кибербезопастность":     "кибербезопасности",
		"интернетм":              "интернетом",
		"المشاركزن":              "المشاركون",
		"الاطفل":                 "الأطفال",
		"السيايات":               "السياسات",
		"governance":             "",
		"gouvernance":            "",
		"участник":               "",
		"互联网冶理":                  "",
		"xyzzyqwv":               "",
		"whistleblowre":          "",
		"Fitzwiliam":             "",
		"ws18444":                "",
		"the":                    "",
		"-goverance internet":    "",
		"goverance -cybresecure": "governance -cybresecure",
	} {
		if got := ask(t, x, search.Query{Text: text, Lang: "en"}).Suggest; got != want {
			t.Errorf("%q: suggested %q, want %q", text, got, want)
		}
	}
	if got := ask(t, x, search.Query{Text: "whistleblowre", Readers: []string{"staff"}}).Suggest; got != "whistleblower" {
		t.Errorf("the staff: suggested %q", got)
	}
}

// E151: a slip that somebody else made too is corrected to the word that nearly all write.
func TestSlipOfOthers(t *testing.T) {
	x := open(t)
	docs := []search.Doc{page("slip", "en", "Goverment", "")}
	for i := range 30 {
		docs = append(docs, page(string(rune('a'+i)), "en", "Government", ""))
	}
	put(t, x, docs...)
	if res := ask(t, x, search.Query{Text: "goverment"}); res.Suggest != "government" || res.Total != 1 {
		t.Errorf("suggested %q, found %d", res.Suggest, res.Total)
	}
}
