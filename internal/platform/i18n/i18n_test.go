package i18n_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
	webfiles "plenary/web"
)

func load(t *testing.T) *i18n.Catalog {
	t.Helper()
	c, err := i18n.Load(webfiles.Locales())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Every message stands in all six languages, and no language has one that English lacks.
func TestCataloguesAreComplete(t *testing.T) {
	c := load(t)
	for _, lang := range core.Langs[1:] {
		have := c.Keys(lang)
		for _, k := range c.Keys("en") {
			if !slices.Contains(have, k) {
				t.Errorf("%s lacks %s", lang, k)
			}
		}
		for _, k := range c.Keys(lang) {
			if !c.Has(k) {
				t.Errorf("%s has %s, English does not", lang, k)
			}
		}
	}
}

var value = regexp.MustCompile(`\{\{\s*\.(\w+)\s*\}\}`)

// A translation uses the values that the English text uses; otherwise a reader of it
// learns less, or sees a hole.
func TestTranslationsUseTheSameValues(t *testing.T) {
	texts := map[string]map[string][]string{} // lang → key → values
	files, err := fs.Glob(webfiles.Locales(), "*.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := fs.ReadFile(webfiles.Locales(), f)
		if err != nil {
			t.Fatal(err)
		}
		lang := strings.Split(f, ".")[1]
		if texts[lang] == nil {
			texts[lang] = map[string][]string{}
		}
		key := ""
		for line := range strings.Lines(string(b)) {
			if m := regexp.MustCompile(`^\["([^"]+)"\]`).FindStringSubmatch(line); m != nil {
				key = m[1]
			} else if m := regexp.MustCompile(`^"([^"]+)"\s*=`).FindStringSubmatch(line); m != nil {
				key = m[1]
			}
			for _, m := range value.FindAllStringSubmatch(line, -1) {
				if !slices.Contains(texts[lang][key], m[1]) {
					texts[lang][key] = append(texts[lang][key], m[1])
				}
			}
		}
	}
	for _, lang := range core.Langs[1:] {
		for key, want := range texts["en"] {
			for _, v := range want {
				if v != "Count" && !slices.Contains(texts[lang][key], v) {
					t.Errorf("%s: %s does not use {{.%s}}", lang, key, v)
				}
			}
		}
		for key, have := range texts[lang] {
			for _, v := range have {
				if !slices.Contains(texts["en"][key], v) {
					t.Errorf("%s: %s uses {{.%s}}, English does not", lang, key, v)
				}
			}
		}
	}
}

var (
	inTemplate = regexp.MustCompile(`\{\{[^}]*?\(?\bt "([a-z0-9_.-]+)"`)
	inCode     = regexp.MustCompile(`\b(?:T|Status|Invalid|Conflict|Pager|Done|Add)\((?:[^()"]*, )?"([a-z_]+\.[a-z0-9_.-]+)"`)
)

// Every key that a template or the code names exists.
func TestEveryKeyThatIsNamedExists(t *testing.T) {
	c := load(t)
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, dir := range []string{"internal", "web/templates"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "testdata") {
				return err
			}
			re := inTemplate
			switch filepath.Ext(path) {
			case ".html":
			case ".go":
				re = inCode
			default:
				return nil
			}
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range re.FindAllStringSubmatch(string(b), -1) {
				seen++
				if !strings.HasSuffix(m[1], ".") && !c.Has(m[1]) {
					rel, _ := filepath.Rel(root, path)
					t.Errorf("%s names %q, which no catalogue has", rel, m[1])
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen < 100 {
		t.Errorf("only %d keys were found: the search is broken", seen)
	}
}

func TestPluralsFollowTheLanguage(t *testing.T) {
	c := load(t)
	if got := c.T("en", "span.days", "Count", 1); got != "1 day" {
		t.Errorf("got %q", got)
	}
	if got := c.T("en", "span.days", "Count", 1200); got != "1,200 days" {
		t.Errorf("got %q", got)
	}
	few, many := c.T("ru", "span.days", "Count", 2), c.T("ru", "span.days", "Count", 5)
	if few == many || !strings.HasPrefix(few, "2") {
		t.Errorf("Russian says %q and %q: two and five take different forms", few, many)
	}
}

func TestDatesInSixLanguages(t *testing.T) {
	day := time.Date(2023, 10, 11, 14, 0, 0, 0, time.UTC)
	for lang, want := range map[string]string{
		"en": "Wed 11 Oct", "fr": "mer. 11 oct.", "es": "mié 11 oct", "ru": "ср, 11 окт.", "zh": "10月11日周三", "ar": "الأربعاء 11 أكتوبر",
	} {
		if got := i18n.ShortDate(lang, day); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
	if got := i18n.DateRange("en", day.AddDate(0, 0, -3), day.AddDate(0, 0, 1)); got != "8–12 Oct 2023" {
		t.Errorf("range: %q", got)
	}
}

func TestNegotiate(t *testing.T) {
	c := load(t)
	for accept, want := range map[string]string{
		"": "en", "fr-CH, fr;q=0.9, en;q=0.8": "fr", "zh-Hans-CN": "zh", "de-DE,de": "en", "ar-EG": "ar", ";;;": "en",
	} {
		if got := c.Negotiate(accept); got != want {
			t.Errorf("%q: %s, want %s", accept, got, want)
		}
	}
}
