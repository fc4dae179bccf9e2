package mail

import (
	"net/http"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

const textsPath = "/admin/mail-texts"

func textPath(name, lang string) string { return textsPath + "/" + name + "?lang=" + lang }

type textsView struct {
	Words, Clear string
	Result       string
	Rows         []textRowView
	Empty        *web.Empty
}

type textRowView struct {
	URL, Subject, Name string
	Own                string
	Moved              bool
}

func (w *Web) texts(c *web.C) error {
	words := strings.TrimSpace(c.Query("q"))
	list, err := w.s.Lines(c.Context(), c.Actor, c.Lang, words)
	if err != nil {
		return err
	}
	v := textsView{Words: words, Clear: c.URL(textsPath), Result: c.T("mailtexts.count", "Count", len(list))}
	for _, l := range list {
		own := make([]string, len(l.Own))
		for i, lang := range l.Own {
			own[i] = web.LangName[lang]
		}
		v.Rows = append(v.Rows, textRowView{URL: c.URL(textPath(l.Name, c.Lang)), Subject: l.Subject, Name: l.Name, Own: strings.Join(own, " · "), Moved: l.Moved})
	}
	if len(v.Rows) == 0 {
		v.Empty = &web.Empty{Title: c.T("mailtexts.none"), Text: c.T("mailtexts.none_text"), Link: &web.Tab{URL: c.URL(textsPath), Label: c.T("mailtexts.all")}}
	}
	return c.Page(web.Page{Name: "mail/texts", Title: c.T("mailtexts.title"), NoIndex: true, V: v, Trail: []web.Crumb{{Label: c.T("mailtexts.title")}}})
}

type textView struct {
	Name     string
	Tabs     web.Tabs
	Status   web.Status
	Changed  string
	Moved    *web.Notice
	Values   []valueView
	Form     *web.Form
	Previews previewsView
	Lang     string
	Test     string // address that sends it to oneself
	Unword   string
	Program  *previewsView
}

type valueView struct {
	Value, Sample string
	Needed        bool
}

// previewsView is a text as its reader gets it, once for each number that reads otherwise.
type previewsView struct {
	Lang, Dir string
	Mails     []previewView
}

// previewView is a mail as its reader gets it.
type previewView struct {
	Head, Subject string
	Text          []piece
}

func (w *Web) text(c *web.C) error {
	lang := c.Query("lang")
	if lang == "" {
		lang = c.Lang
	}
	name := c.Param("name")
	var in TextInput
	var failed error
	post := c.R.Method == http.MethodPost
	if post {
		if failed = c.Decode(&in); core.LangKnown(in.Lang) {
			lang = in.Lang
		}
	}
	t, err := w.s.TextOf(c.Context(), c.Actor, name, lang)
	if err != nil {
		return err
	}
	now := t.Now
	switch {
	case !post:
		in = InputOf(t)
	case failed != nil:
	case c.Wants("preview"):
		if err := mayWord(c.Actor, "word"); err != nil {
			return err
		}
		now, failed = w.s.wording(name, in)
	default:
		if failed = w.s.Word(c.Context(), c.Actor, name, in); failed == nil {
			return c.Done(textPath(name, lang), "mailtexts.saved")
		}
	}
	return w.showText(c, t, &in, now, failed)
}

func (w *Web) showText(c *web.C, t Text, in *TextInput, now Wording, failed error) error {
	title, _ := w.s.program(t.Name, c.Lang)
	v := textView{
		Name: t.Name, Lang: t.Lang, Form: c.Form("mailtexts.form", in),
		Test: c.URL(textsPath + "/" + t.Name + "/test"),
	}
	v.Tabs.Label = c.T("mailtexts.languages")
	for _, l := range core.Langs {
		v.Tabs.Tabs = append(v.Tabs.Tabs, web.Tab{Label: web.LangName[l], URL: c.URL(textPath(t.Name, l)), Current: l == t.Lang})
	}
	v.Status = c.Status("draft", "mailtexts.program")
	if t.Own {
		v.Status = c.Status("done", "mailtexts.own")
		v.Changed = c.T("mailtexts.changed", "By", t.By, "When", c.StampHere(t.Changed))
		v.Unword = c.URL(textsPath + "/" + t.Name + "/program?lang=" + t.Lang)
	}
	if t.Moved {
		v.Moved = &web.Notice{Class: "warning", Icon: "history", Title: c.T("mailtexts.moved"), Text: c.T("mailtexts.moved_text")}
		program := w.previews(c, t, t.Program)
		v.Program = &program
	}
	for _, x := range t.Values {
		v.Values = append(v.Values, valueView{Value: "{" + x + "}", Sample: w.sample(c, t.Lang, x), Needed: slices.Contains(t.Needed, x)})
	}
	var drop []string
	for _, form := range i18n.PluralForms {
		for _, x := range []struct {
			part string
			have i18n.Forms
		}{{"subject", t.Program.Subject}, {"body", t.Program.Body}} {
			field := fieldOf(x.part, form)
			if _, ok := x.have[form]; !ok {
				drop = append(drop, field)
				continue
			}
			fd := v.Form.Field(field)
			fd.Lang, fd.Dir, fd.Required = t.Lang, core.Dir(t.Lang), true
			if x.part == "body" {
				fd.Lines = 12
			}
			if form == "other" && len(x.have) > 1 {
				fd.Label = c.T("mailtexts.form." + field + "_other")
			}
		}
	}
	v.Form.Drop(drop...)
	v.Form.Action, v.Form.Cancel = c.URL(textPath(t.Name, t.Lang)), c.URL(textsPath)
	v.Form.Buttons = []web.Button{{Name: "preview", Value: "1", Label: c.T("mailtexts.preview")}}
	p := web.Page{
		Name: "mail/text", Title: title.Subject["other"], NoIndex: true, V: &v,
		Trail: []web.Crumb{{Label: c.T("mailtexts.title"), URL: c.URL(textsPath)}, {Label: title.Subject["other"]}},
	}
	if failed != nil {
		if err := v.Form.Fail(failed); err != nil {
			return err
		}
		now = t.Now
		p.Title, p.Status = c.T("form.error_title", "Title", p.Title), web.StatusCode(core.KindOf(failed))
	}
	v.Previews = w.previews(c, t, now)
	return c.Page(p)
}

// previews show a text as a mail, once for each number that reads otherwise.
func (w *Web) previews(c *web.C, t Text, words Wording) previewsView {
	counts := []int{3}
	if len(words.Subject) > 1 || len(words.Body) > 1 {
		counts = []int{1, 3}
	}
	out := previewsView{Lang: t.Lang, Dir: core.Dir(t.Lang)}
	for _, n := range counts {
		subject, text, err := w.s.rehearse(t.Name, t.Lang, words, w.samples(c, t, n)...)
		if err != nil {
			continue // it was checked before: a text that is no template is not shown
		}
		p := previewView{Subject: subject, Text: linked(text)}
		if len(counts) > 1 {
			p.Head = c.T("mailtexts.with", "Count", n)
		}
		out.Mails = append(out.Mails, p)
	}
	return out
}

// rehearse writes a mail by a wording that is not kept.
func (s *Service) rehearse(name, lang string, words Wording, args ...any) (subject, text string, err error) {
	edits := map[string]map[string]i18n.Forms{}
	lay(edits, name, lang, words)
	catalog, err := s.catalog.Edited(edits)
	if err != nil {
		return "", "", err
	}
	subject, text = Compose(catalog, lang, name, args...)
	return subject, text + s.signature(lang), nil
}

func (w *Web) samples(c *web.C, t Text, count int) []any {
	var out []any
	for _, v := range t.Values {
		if v == "Count" {
			out = append(out, v, count)
			continue
		}
		out = append(out, v, w.sample(c, t.Lang, v))
	}
	return out
}

// sample is something that could stand for a value.
func (w *Web) sample(c *web.C, lang, value string) string {
	switch {
	case value == "Code":
		return "482 913"
	case value == "Count" || value == "Days" || value == "Hours" || value == "Minutes":
		return "3"
	case addresses[value] || samplePaths[value]:
		return w.s.cfg.BaseURL + "/…"
	}
	if key := "mailtexts.sample." + strings.ToLower(value); c.S.Catalog.Has(key) {
		return c.S.Catalog.T(lang, key)
	}
	return "‹" + value + "›"
}

// samplePaths are values that are addresses, without which a mail still is of use.
var samplePaths = map[string]bool{"Own": true, "Profile": true, "Feedback": true, "Mine": true, "All": true}

// testText sends a text to whoever asks, with examples for its values.
func (w *Web) testText(c *web.C) error {
	name, lang := c.Param("name"), c.Value("lang")
	t, err := w.s.TextOf(c.Context(), c.Actor, name, lang)
	if err != nil {
		return err
	}
	if err := w.s.Try(c.Context(), c.Actor, t, w.samples(c, t, 3)...); err != nil {
		return err
	}
	return c.Done(textPath(name, lang), "mailtexts.tested")
}

type unwordView struct {
	Title, Text, Action, Submit, Back, BackURL string
	Version                                    int64
	Preview                                    previewsView
	Lang                                       string
}

type unwordInput struct {
	Version int64  `form:"version" ui:"hidden"`
	Lang    string `form:"lang" ui:"hidden" enum:"en,fr,es,ru,zh,ar" required:"1"`
}

// unword gives the program's wording back.
func (w *Web) unword(c *web.C) error {
	in := unwordInput{Lang: c.Query("lang")}
	name := c.Param("name")
	if c.R.Method == http.MethodPost {
		if err := c.Decode(&in); err != nil {
			return err
		}
		if err := w.s.Unword(c.Context(), c.Actor, name, in.Lang, in.Version); err != nil {
			return err
		}
		return c.Done(textPath(name, in.Lang), "mailtexts.unworded")
	}
	t, err := w.s.TextOf(c.Context(), c.Actor, name, in.Lang)
	if err != nil {
		return err
	}
	if !t.Own {
		return c.Redirect(textPath(name, in.Lang))
	}
	title := c.T("mailtexts.unword")
	return c.Page(web.Page{
		Name: "mail/unword", Title: title, NoIndex: true,
		Trail: []web.Crumb{{Label: c.T("mailtexts.title"), URL: c.URL(textsPath)}, {Label: title}},
		V: unwordView{
			Title: title, Text: c.T("mailtexts.unword_text", "Language", web.LangName[t.Lang]), Action: c.URL(textsPath + "/" + name + "/program"),
			Submit: c.T("mailtexts.unword"), Back: c.T("mailtexts.keep"), BackURL: c.URL(textPath(name, t.Lang)),
			Version: t.Version, Preview: w.previews(c, t, t.Program), Lang: t.Lang,
		},
	})
}
