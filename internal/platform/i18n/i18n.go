// Package i18n holds what the program says, in six languages: catalogues, plural
// rules, dates and numbers.
package i18n

import (
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"

	"github.com/BurntSushi/toml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"plenary/internal/core"
)

// Catalog is every message in every language.
type Catalog struct {
	locs   map[string]*goi18n.Localizer
	simple map[string]map[string]string // messages without plural or values, by language and key
	keys   map[string]map[string]bool   // keys there are, by language
	mails  map[string]map[string]Forms  // texts of mails, which an installation may word otherwise
	edited map[string]edition           // what it words otherwise, by language
	Tags   []language.Tag
	match  language.Matcher
}

// Load reads the catalogues: files named ROOM.LANG.toml, flat keys
// `"programme.session.new" = "New session"` or tables with plural forms.
func Load(fsys fs.FS) (*Catalog, error) {
	c := &Catalog{
		locs: map[string]*goi18n.Localizer{}, simple: map[string]map[string]string{}, keys: map[string]map[string]bool{},
		mails: map[string]map[string]Forms{},
	}
	bundle := goi18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	for _, l := range core.Langs {
		c.simple[l], c.keys[l], c.mails[l] = map[string]string{}, map[string]bool{}, map[string]Forms{}
		c.Tags = append(c.Tags, language.MustParse(l))
	}
	files, err := fs.Glob(fsys, "*.toml")
	if err != nil {
		return nil, err
	}
	sort.Strings(files)
	for _, f := range files {
		b, err := fs.ReadFile(fsys, f)
		if err != nil {
			return nil, err
		}
		parts := strings.Split(path.Base(f), ".")
		if len(parts) != 3 || !core.LangKnown(parts[1]) {
			return nil, fmt.Errorf("catalogue %s: want ROOM.LANG.toml", f)
		}
		lang := parts[1]
		mf, err := bundle.ParseMessageFileBytes(b, f)
		if err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", f, err)
		}
		for _, m := range mf.Messages {
			if c.keys[lang][m.ID] {
				return nil, fmt.Errorf("catalogue %s: %q stands twice", f, m.ID)
			}
			c.keys[lang][m.ID] = true
			if strings.HasPrefix(m.ID, MailPrefix) {
				c.mails[lang][m.ID] = formsOf(m)
			}
			if m.One == "" && m.Few == "" && m.Many == "" && m.Two == "" && m.Zero == "" && !strings.Contains(m.Other, "{{") {
				c.simple[lang][m.ID] = m.Other
			}
		}
	}
	for _, l := range core.Langs {
		c.locs[l] = goi18n.NewLocalizer(bundle, l, "en")
	}
	c.match = language.NewMatcher(c.Tags)
	return c, nil
}

// T gives a message in a language. args are pairs of name and value; "Count" also
// chooses the plural form. A message that the language lacks comes in English; one
// that nobody knows comes as its key, so that it is seen.
func (c *Catalog) T(lang, key string, args ...any) string {
	loc, ok := c.edited[lang].localizer(key)
	if !ok {
		if s, ok := c.simple[lang][key]; ok {
			return s
		}
		if loc, ok = c.locs[lang]; !ok {
			loc = c.locs["en"]
		}
	}
	cfg := &goi18n.LocalizeConfig{MessageID: key}
	if len(args) > 0 {
		data := make(map[string]any, len(args)/2)
		for i := 0; i+1 < len(args); i += 2 {
			name := fmt.Sprint(args[i])
			data[name] = args[i+1]
			if name == "Count" {
				cfg.PluralCount = args[i+1]
				if n, ok := args[i+1].(int); ok {
					data[name] = Number(lang, n)
				}
			}
		}
		cfg.TemplateData = data
	}
	s, err := loc.Localize(cfg)
	if err != nil && s == "" {
		return key
	}
	return s
}

// Has tells whether any language knows the key; templates ask it for optional help texts.
func (c *Catalog) Has(key string) bool { return c.keys["en"][key] }

// Text is a message without values in every language that has it.
func (c *Catalog) Text(key string) core.Text {
	var t core.Text
	for _, l := range core.Langs { // English first: it is what the others are made from
		if s := c.simple[l][key]; s != "" {
			t = t.With(l, s)
		}
	}
	return t
}

// Keys lists the keys of a language.
func (c *Catalog) Keys(lang string) []string {
	out := make([]string, 0, len(c.keys[lang]))
	for k := range c.keys[lang] {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// Negotiate picks a language from an Accept-Language header; English without one.
func (c *Catalog) Negotiate(accept string) string {
	if accept == "" {
		return "en"
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return "en"
	}
	_, i, conf := c.match.Match(tags...)
	if conf == language.No {
		return "en"
	}
	return core.Langs[i]
}

// Error tells an error to a person.
func (c *Catalog) Error(lang string, e *core.Error) string {
	if e.Key == "" {
		return c.T(lang, "error."+string(e.Kind))
	}
	return c.T(lang, e.Key, e.Args...)
}
