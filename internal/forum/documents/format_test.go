package documents

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"golang.org/x/net/html"

	"plenary/internal/platform/i18n"
)

// No line of plain text is wider than a terminal, and no word is lost, in any script.
func TestWrap(t *testing.T) {
	for _, s := range []string{strings.Repeat(accessZ, 5), strings.Repeat(access+" ", 5), strings.Repeat("الإنترنت للجميع، اليوم وغدا. ", 12)} {
		out := wrap(s, "12. ", "    ")
		for line := range strings.SplitSeq(out, "\n") {
			if i18n.Columns(line) > lineWidth {
				t.Errorf("%d columns: %s", i18n.Columns(line), line)
			}
			if strings.HasPrefix(strings.TrimSpace(line), "，") || strings.HasPrefix(strings.TrimSpace(line), "。") {
				t.Errorf("a line begins with a sign that closes: %s", line)
			}
		}
		squeezed := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if squeezed(out) != "12."+squeezed(s) {
			t.Errorf("words are lost: %s", out)
		}
	}
}

// Whatever somebody writes, Markdown shows it as it was written.
func TestMarkdownIsTakenLiterally(t *testing.T) {
	r := rand.New(rand.NewPCG(10, 7))
	signs := []string{"*", "_", "`", "#", "- ", "+ ", "1. ", "2) ", "> ", "[a](b)", "![x](y)", "<b>", "&amp;", "\\", "~~", "|", "word", "two words", "=", "===", "---", "\n", "[^1]", "http://x.example"}
	for range 2000 {
		var b strings.Builder
		for range 1 + r.IntN(8) {
			b.WriteString(signs[r.IntN(len(signs))])
		}
		text := strings.TrimSpace(b.String())
		if text == "" || strings.Contains(text, "\n\n") {
			continue
		}
		e := Export{words: Words{T: func(string, ...any) string { return "" }}, Paras: []ExportPara{{ID: "p1", Kind: Plain, Parts: []ExportPart{{Text: text}}}}}
		var out bytes.Buffer
		if err := goldmark.Convert([]byte(e.Markdown()), &out); err != nil {
			t.Fatal(err)
		}
		squeezed := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if got := squeezed(visible(out.String())); got != squeezed(text) {
			t.Fatalf("%q is shown as %q\n%s", text, got, out.String())
		}
	}
}

func visible(page string) string {
	z := html.NewTokenizer(strings.NewReader(page))
	var b strings.Builder
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.WriteString(html.UnescapeString(string(z.Raw())))
		}
	}
}
