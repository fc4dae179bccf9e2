package reports

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
)

// Whatever is in a text file becomes paragraphs without losing a word, and the same
// paragraphs when it is read again.
func FuzzFile(f *testing.F) {
	f.Add("# Key issues\r\n\r\nOne.\n \nTwo\nlines.\n### Way forward\nThree.")
	f.Add("\n\n#\n# \n#x\n## y")
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			t.Skip()
		}
		once := fromFile(s)
		words := func(s string) []string {
			return slices.DeleteFunc(strings.Fields(s), func(w string) bool { return strings.Trim(w, "#") == "" })
		}
		if got, want := strings.Join(words(once), " "), strings.Join(words(s), " "); strings.ReplaceAll(got, "#", "") != strings.ReplaceAll(want, "#", "") {
			t.Fatalf("%q became %q", want, got)
		}
		in := FullInput{Text: core.NewText("en", once)}
		back := fullOf(documents.Revision{Paragraphs: in.paragraphs()})
		again := FullInput{Text: back.Text}
		if a, b := in.paragraphs(), again.paragraphs(); len(a) != len(b) {
			t.Fatalf("%d paragraphs became %d: %q", len(a), len(b), back.Text)
		}
	})
}
