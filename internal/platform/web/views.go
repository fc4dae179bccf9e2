package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"plenary/internal/core"
)

// views holds the templates. They are parsed once; a set of clones per language (and
// per way the language was chosen) is made when it is first needed.
type views struct {
	s    *Server
	base *template.Template
	text map[string]string // page name → source

	mu   sync.Mutex
	sets map[setKey]*viewSet
}

type setKey struct {
	lang     string
	prefixed bool
}

// viewSet is all pages for one language.
type viewSet struct {
	mu    sync.Mutex
	funcs template.FuncMap
	base  *template.Template
	pages map[string]*template.Template
}

func newViews(s *Server) *views {
	v := &views{s: s, text: map[string]string{}, sets: map[setKey]*viewSet{}}
	v.base = template.New("base").Funcs(v.funcs(setKey{lang: "en"}))
	return v
}

// shared parses layout and components, which every page may use.
func (v *views) shared(fsys fs.FS) error {
	files, err := fs.Glob(fsys, "*.html")
	if err != nil {
		return err
	}
	for _, f := range files {
		b, err := fs.ReadFile(fsys, f)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(path.Base(f), ".html")
		if strings.HasPrefix(name, "page-") {
			v.text["web/"+strings.TrimPrefix(name, "page-")] = string(b)
			continue
		}
		if _, err := v.base.New(f).Parse(string(b)); err != nil {
			return fmt.Errorf("template %s: %w", f, err)
		}
	}
	return nil
}

// add reads the templates of a room: view/*.html. A file view/_parts.html holds
// parts that all pages of the room may use.
func (v *views) add(room string, fsys fs.FS) error {
	files, err := fs.Glob(fsys, "view/*.html")
	if err != nil {
		return err
	}
	parts := ""
	if b, err := fs.ReadFile(fsys, "view/_parts.html"); err == nil {
		parts = string(b)
	}
	for _, f := range files {
		name := strings.TrimSuffix(path.Base(f), ".html")
		if name == "_parts" {
			continue
		}
		b, err := fs.ReadFile(fsys, f)
		if err != nil {
			return err
		}
		v.text[room+"/"+name] = string(b) + parts
	}
	return nil
}

func (v *views) set(key setKey) (*viewSet, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if vs, ok := v.sets[key]; ok {
		return vs, nil
	}
	base, err := v.base.Clone()
	if err != nil {
		return nil, err
	}
	vs := &viewSet{base: base, funcs: v.funcs(key), pages: map[string]*template.Template{}}
	v.sets[key] = vs
	return vs, nil
}

func (v *views) page(key setKey, name string) (*template.Template, error) {
	vs, err := v.set(key)
	if err != nil {
		return nil, err
	}
	vs.mu.Lock()
	defer vs.mu.Unlock()
	if t, ok := vs.pages[name]; ok {
		return t, nil
	}
	text, ok := v.text[name]
	if !ok {
		return nil, fmt.Errorf("no template %q", name)
	}
	t, err := vs.base.Clone()
	if err != nil {
		return nil, err
	}
	if t, err = t.Funcs(vs.funcs).New(name).Parse(text); err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}
	vs.pages[name] = t
	return t, nil
}

// ParseAll parses every page: tests ask for it, so that a broken template is found
// before a reader finds it.
func (s *Server) ParseAll(lang string) error {
	for _, name := range slices.Sorted(maps.Keys(s.views.text)) {
		if _, err := s.views.page(setKey{lang: lang}, name); err != nil {
			return err
		}
	}
	return nil
}

// funcs are what templates can call. They take no decisions.
func (v *views) funcs(key setKey) template.FuncMap {
	cat := v.s.Catalog
	return template.FuncMap{
		"t":   func(k string, args ...any) string { return cat.T(key.lang, k, args...) },
		"has": cat.Has,
		"url": func(p string) string { return localURL(key.lang, key.prefixed, p) },
		"asset": func(name string) string {
			return v.s.assets.url(name)
		},
		"icon": func(name string) template.HTML {
			return v.s.icon(name)
		},
		"lang": func() string { return key.lang },
		"text": func(t core.Text) TextView { return NewTextView(key.lang, t) },
		"list": func(v ...any) []any { return v },
		"map":  pairs,
		"inc":  func(i int) int { return i + 1 },
	}
}

// icon is a picture of the sprite. Names come from templates and Go code only, never from
// people.
func (s *Server) icon(name string) template.HTML {
	class := "icon"
	if name == "arrow" || name == "back" || name == "external" {
		class = "icon turn"
	}
	return template.HTML(`<svg class="` + class + `" aria-hidden="true"><use href="` + s.assets.url("icons.svg") + "#" + template.HTMLEscapeString(name) + `"/></svg>`) //nolint:gosec // see above
}

// Icon is a picture of the sprite, for markup that a room puts together by hand.
func (c *C) Icon(name string) template.HTML { return c.S.icon(name) }

// pairs makes a map for a template part that wants several values.
func pairs(kv ...any) map[string]any {
	m := make(map[string]any, len(kv)/2)
	for i := 0; i+1 < len(kv); i += 2 {
		m[fmt.Sprint(kv[i])] = kv[i+1]
	}
	return m
}

// TextView is a Text ready to print: with the language it is really in.
type TextView struct {
	S, Lang, Dir string
	Fallback     bool // it is not in the reader's language
	LangName     string
}

// NewTextView chooses the language of a text for a reader.
func NewTextView(lang string, t core.Text) TextView {
	s, really := t.In(lang)
	return TextView{S: s, Lang: really, Dir: core.Dir(really), Fallback: s != "" && really != lang, LangName: LangName[really]}
}

// Paragraphs splits the text at blank lines.
func (t TextView) Paragraphs() []string {
	var out []string
	for _, p := range strings.Split(strings.ReplaceAll(t.S, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// render executes a page inside the layout.
func (c *C) render(name string, data any) (*bytes.Buffer, error) {
	t, err := c.S.views.page(setKey{c.Lang, c.st.prefixed}, name)
	if err != nil {
		return nil, err
	}
	buf := new(bytes.Buffer)
	if err := t.ExecuteTemplate(buf, "layout", data); err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	return buf, nil
}

// Part renders a template on its own, for panels: the part of a page that another
// room fills.
func (c *C) Part(name string, data any) (template.HTML, error) {
	t, err := c.S.views.page(setKey{c.Lang, c.st.prefixed}, name)
	if err != nil {
		return "", err
	}
	buf := new(bytes.Buffer)
	if err := t.ExecuteTemplate(buf, "main", data); err != nil {
		return "", fmt.Errorf("render %s: %w", name, err)
	}
	return template.HTML(buf.String()), nil //nolint:gosec // html/template has escaped it
}
