package i18n

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"plenary/internal/core"
)

// MailPrefix begins the keys of the texts of mails: those that an installation may word
// otherwise.
const MailPrefix = "mail."

// PluralForms are the names of plural forms (CLDR) in the order in which they are shown.
var PluralForms = []string{"zero", "one", "two", "few", "many", "other"}

// Forms is a message by plural form. One without a number has the form "other" alone.
type Forms map[string]string

func formsOf(m *goi18n.Message) Forms {
	all := Forms{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other}
	maps.DeleteFunc(all, func(_, text string) bool { return text == "" })
	return all
}

func (f Forms) message(key string) *goi18n.Message {
	return &goi18n.Message{ID: key, Zero: f["zero"], One: f["one"], Two: f["two"], Few: f["few"], Many: f["many"], Other: f["other"]}
}

// Names are the forms that there are, in order.
func (f Forms) Names() []string {
	return slices.DeleteFunc(slices.Clone(PluralForms), func(name string) bool { _, ok := f[name]; return !ok })
}

// Values are the names of the values that a message takes, sorted.
func (f Forms) Values() []string {
	var out []string
	for _, text := range f {
		for _, m := range value.FindAllStringSubmatch(text, -1) {
			out = append(out, m[1])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

var value = regexp.MustCompile(`\{\{\.([A-Za-z]+)\}\}`)

// Edition is the messages of one language that read otherwise.
type edition struct {
	loc  *goi18n.Localizer
	keys map[string]bool
}

func (e edition) localizer(key string) (*goi18n.Localizer, bool) { return e.loc, e.keys[key] }

// Mail is a text of a mail as the program words it, by plural form; a language that lacks it
// has none.
func (c *Catalog) Mail(lang, key string) Forms { return c.mails[lang][key] }

// Edited is the catalogue with some messages worded otherwise, by language and key. It fails
// if one of them is no template.
func (c *Catalog) Edited(edits map[string]map[string]Forms) (*Catalog, error) {
	out := *c
	out.edited = map[string]edition{}
	for lang, list := range edits {
		if !core.LangKnown(lang) {
			return nil, fmt.Errorf("language %q is none of the catalogue", lang)
		}
		// Of its own bundle, whose fallback is the language itself: its plural rules hold.
		tag := language.MustParse(lang)
		bundle := goi18n.NewBundle(tag)
		e := edition{keys: map[string]bool{}}
		for key, forms := range list {
			if err := bundle.AddMessages(tag, forms.message(key)); err != nil {
				return nil, fmt.Errorf("word %s in %s: %w", key, lang, err)
			}
			e.keys[key] = true
		}
		e.loc = goi18n.NewLocalizer(bundle, lang)
		out.edited[lang] = e
	}
	return &out, nil
}
