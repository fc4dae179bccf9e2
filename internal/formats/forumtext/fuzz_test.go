package forumtext

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// FuzzRead holds the promises of Read for any bytes, as a text and as a page of HTML: it
// does not panic, and what it returns passes checkDocument.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.*"))
	if err != nil {
		f.Fatal(err)
	}
	seeds, err := filepath.Glob(filepath.Join("..", "..", "..", "..", "shared", "seeds", "*.txt"))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range append(files, seeds...) {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	for _, s := range []string{
		"", "\n", "\r", "\f", "•", "•\n•", "# ", "[](x)", "> ", "1 http://a.example", "word1\n1 http://a.example",
		"A (1 May | 10:00 | B", "A (1 May | 10:00 - 11:00 | B)\n(1 May | 10:00 - 11:00 | B)", "Day 1\nX\nMessages\n- y",
		"IGF 2030 WS #1\nTime\n\nRoom\nKey Takeaways:\nCall to Action:", "\ufeff\u00ad-\n\u00adx", "a-\u00ad\nb",
		"Speakers\n- A. B., C and D; , ;\n- (x)", "¹²", "x¹\n¹ N", "Policy questions:\n • a?\n  ◦ b?\n   ▪ c?\n ◦ d?",
		"<table><tr><td>|<td>", "<p>a<ul><li><p>b<li>", "<a href=x><h1>T</h1>", "<title>T | S", "<pre>\n\n a</pre>", "<dl><dt>a<dd>", "<br>#  x<p>",
		"<h3>A (WS #1)</h3><p>Workshop by B/C<p>1 May 2030 10:00 - 11:00 UTC<h3>D</h3><p>When: 2 May 11:00 CET (UTC+1) / Where: E", "<b>\u00ad</b>",
		"A (#1)\nWorkshop by B, C & D\n1 May | 10:00 - 11:00 UTC\nB?\nWhen: 2 May / Where: C", "| Session | Time |\n|a|1 May 10:00|", "Session\tTime\tRoom\nA\t1 May 10:00\tB",
		"10:00 - 11:00 UTC: Aaaaaaa\n11:00 - 12:00 UTC - Bbbbbbb (WS #2)", "heure de Paris 12 h 50", "1 May 10:00 UTC / 11:00 CET", "<nav>a<main>b", "<p hidden>x",
		"Date: 31 February 2023 25:00 UTC+99", "Mr. ", "A00\nTime:0\n00A\n•CAll to ACtion", "\u00ad", " 0.00|A", "IGF 2030 X\n1 May 2030 10:00 UTC\n(1 May | 10:00 - 11:00 | B)\nY", "2023年10月11日 (10：00 - 11：00)", "DAY One\nDAY Two\nSession Messages\n● x",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, name := range []string{"fuzz", "fuzz.html"} {
			doc, err := Read(name, src)
			if err != nil {
				continue
			}
			checkDocument(t, doc, src)
		}
	})
}

// FuzzSentences: splitting loses and adds nothing but white space.
func FuzzSentences(f *testing.F) {
	for _, s := range []string{"", "A. B", "Dr. X said so. Y!", "« Oui. » Non.", "一。二！三？", "…", "a\n\nb.", "e.g. this (i.e. that)."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "?") // as every source is before it is read
		strip := func(s string) string {
			return strings.Map(func(r rune) rune {
				if unicode.IsSpace(r) {
					return -1
				}
				return r
			}, s)
		}
		parts := Sentences(s)
		if got, want := strip(strings.Join(parts, "")), strip(s); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		for _, p := range parts {
			if strings.TrimSpace(p) == "" {
				t.Errorf("an empty sentence in %q", parts)
			}
		}
	})
}
