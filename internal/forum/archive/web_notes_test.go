package archive

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/testkit"
)

// Every code with which a reader or the staging speaks has a sentence, in which no value
// is missing; a code that nobody knows is shown with its values.
func TestEveryNoteSpeaks(t *testing.T) {
	catalog, err := testkit.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	words := func(key string, args ...any) string { return catalog.T("en", key, args...) }
	codes := codesIn(t, "internal/forum/archive", "internal/formats/schedule", "internal/formats/forumtext")
	if len(codes) < 90 {
		t.Fatalf("only %d codes were found: the search is broken", len(codes))
	}
	delete(codes, "duplicate-") // with the kind of id behind it; both stand below
	codes["duplicate-guid"], codes["duplicate-code"] = "identity.go", "identity.go"
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		said := ""
		for _, group := range []string{NoteContradiction, NoteRepair, NoteUnread, NoteFact} {
			if key := "archive.note." + group + "." + code; catalog.Has(key) {
				said = NoteText(words, "en", Note{Group: group, Code: code, Args: sampleArgs(), Item: -1})
				if strings.Contains(said, "<no value>") || strings.Contains(said, "archive.") || strings.Contains(said, "2026-03-04") {
					t.Errorf("%s says %q", code, said)
				}
			}
		}
		if said == "" {
			t.Errorf("nothing is said of %q (%s)", code, codes[code])
		}
	}
	got := NoteText(words, "en", Note{Group: NoteRepair, Code: "never-heard-of", Args: map[string]Arg{"Value": {S: "seven"}}})
	if !strings.Contains(got, "never-heard-of") || !strings.Contains(got, "seven") {
		t.Errorf("an unknown code is shown as %q", got)
	}
	at := core.At(time.Date(2023, 10, 11, 5, 0, 0, 0, time.UTC))
	got = ArgText("en", Arg{From: at, To: at.Add(90 * time.Minute), Zone: "Asia/Tokyo"})
	if got != "11 Oct 2023, 14:00–15:30 Tokyo" {
		t.Errorf("a span of time is written %q", got)
	}
}

// sampleArgs has a value for every name that a sentence uses.
func sampleArgs() map[string]Arg {
	out := map[string]Arg{}
	for _, name := range strings.Fields(`About Act After Basis Before Column Component Date Due Edition Element Encoding Field First FirstNoun
		FirstStart FirstTitle Form Found Have HaveQualifier HaveUntil ID IDs Indicator Kind Latest Mark Meant Name Named Number Offset Other OtherTime
		Party Person Reason RefersTo Room Said SaidUntil Second SecondNoun SecondStart SecondTitle Session Sessions Sheet Source Start End State
		Stated Text Title Track Value Venue Wall Was When With Words Written Year Zone`) {
		out[name] = Arg{S: "w" + strings.ToLower(name)}
	}
	out["Start"], out["End"], out["Date"] = Arg{S: "2026-03-03"}, Arg{S: "2026-03-04"}, Arg{S: "2026-03-04"}
	for _, name := range []string{"FirstLine", "SecondLine", "Line"} {
		out[name] = Arg{N: 12}
	}
	out["Minutes"], out["Count"], out["HaveQualifier"] = Arg{S: "20"}, Arg{N: 3}, Arg{}
	return out
}

// codesIn finds the codes of notes in the source of packages: literals behind Code, and
// those that the readers of files hand to what collects their findings.
func codesIn(t *testing.T, dirs ...string) map[string]string {
	t.Helper()
	patterns := []*regexp.Regexp{
		regexp.MustCompile(`\bCode: "([a-z][a-z-]*)"`), regexp.MustCompile(`\bcode(?:[A-Z]\w*)? :?= "([a-z][a-z-]+)"`),
		regexp.MustCompile(`\b(?:Repaired|Assumed|Ignored|Refused|Clash), "([a-z][a-z-]*)"`), regexp.MustCompile(`\.(?:refuse|unread)\("([a-z-]+)"`),
		regexp.MustCompile(`\bassume\(l, e, "([a-z-]+)"`), regexp.MustCompile(`\bFind[A-Z]\w+\s+= "([a-z-]+)"`), regexp.MustCompile(`\bNote(?:Link|Furniture|Prose) +NoteKind = "([a-z]+)"`),
		regexp.MustCompile(`\{"(missing-[a-z]+)", e\.`), regexp.MustCompile(`, "((?:room|person)-clash)", func`),
	}
	out := map[string]string{}
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(testkit.Root(t), dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") || strings.HasPrefix(filepath.Base(name), "web") {
				continue
			}
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range patterns {
				for _, m := range p.FindAllSubmatch(b, -1) {
					out[string(m[1])] = filepath.Base(name)
				}
			}
		}
	}
	return out
}
