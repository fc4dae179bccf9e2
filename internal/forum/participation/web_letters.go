package participation

import (
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/pdf"
	"plenary/internal/platform/web"
)

// letterStyle is the style of a letter as a PDF.
//
//go:embed letter.css
var letterStyle string

type letterRow struct {
	ID, Kind, Lang, Issued, Code string
	URL, PDF, Verify             string
	Status                       web.Status
	Revoke                       bool
}

type offerRow struct{ Kind, Label, About, Why, Edit string }

type lettersView struct {
	Title, Subtitle, Action string
	Offers                  []offerRow
	Langs                   []web.Option
	Rows                    []letterRow
	Error                   string
	Staff                   bool
}

var letterClass = map[string]string{LetterValid: "done", LetterRevoked: "cancelled", LetterReplaced: "changed", LetterPast: "cancelled", LetterErased: "private"}

// ownLetters are the letters that the reader can make of her registration.
func (w *Web) ownLetters(c *web.C) error {
	set, r, err := w.hers(c)
	if err != nil {
		return err
	}
	return w.letters(c, set, r, set.Path()+"/register/letters", false, nil)
}

func (w *Web) makeLetter(c *web.C) error {
	set, r, err := w.hers(c)
	if err != nil {
		return err
	}
	return w.postLetters(c, set, r, set.Path()+"/register/letters", false)
}

// staffLetters are the letters of a registration for the staff.
func (w *Web) staffLetters(c *web.C) error {
	set, r, err := w.staffed1(c)
	if err != nil {
		return err
	}
	here := set.Path() + "/registrations/" + strconv.Itoa(r.Number) + "/letters"
	if c.R.Method == http.MethodPost {
		return w.postLetters(c, set, r, here, true)
	}
	return w.letters(c, set, r, here, true, nil)
}

// staffed1 is the registration of a page for the staff.
func (w *Web) staffed1(c *web.C) (*editions.Setting, *Registration, error) {
	set, _, err := w.staffed(c)
	if err != nil {
		return nil, nil, err
	}
	r, err := w.s.ByNumber(c.Context(), c.Actor, set, c.Param("number"))
	return set, r, err
}

// postLetters makes or revokes a letter.
func (w *Web) postLetters(c *web.C, set *editions.Setting, r *Registration, here string, staff bool) error {
	if err := c.Decode(&struct{}{}); err != nil {
		return err
	}
	v := c.Typed()
	if id := v.Get("revoke"); id != "" {
		if err := w.s.RevokeLetter(c.Context(), c.Actor, set, r.ID, core.ID(id)); err != nil {
			return err
		}
		return c.Done(here, "participation.letter.revoked")
	}
	l, err := w.s.Issue(c.Context(), c.Actor, set, r.ID, v.Get("kind"), v.Get("lang"))
	switch core.KindOf(err) {
	case core.KindConflict:
		return w.letters(c, set, r, here, staff, err)
	default:
		if err != nil {
			return err
		}
	}
	return c.Done(here+"/"+string(l.ID), "participation.letter.made")
}

// letters lists the letters of a registration, and what can be made of it.
func (w *Web) letters(c *web.C, set *editions.Setting, r *Registration, here string, staff bool, failed error) error {
	list, err := w.s.LettersOf(c.Context(), c.Actor, set, r.ID)
	if err != nil {
		return err
	}
	own, err := settingOf(c.Context(), w.s.rec.DB.Read, set.ID)
	if err != nil {
		return err
	}
	v := lettersView{Title: c.T("participation.letter.title"), Subtitle: c.Text(set.Name).S, Action: c.URL(here), Staff: staff}
	if staff {
		v.Subtitle = c.T("participation.letter.of", "Number", r.Number, "Name", r.Name)
	}
	for _, kind := range LetterKinds {
		why, ok := MayMake(kind, own, r)
		if why == "participation.letter.why.none" {
			continue
		}
		o := offerRow{Kind: kind, Label: c.T("participation.letter.kind." + kind), About: c.T("participation.letter.about." + kind)}
		if !ok {
			o.Why = c.T(why)
			if !staff && policy.Can("correct", r.State, rolesWith(c.Actor, r, false)...) && why != "participation.letter.why.state" {
				o.Edit = c.URL(set.Path() + "/register/edit")
			}
		}
		v.Offers = append(v.Offers, o)
	}
	for _, l := range core.Langs {
		v.Langs = append(v.Langs, web.Option{Value: l, Label: web.LangName[l], Selected: l == r.Lang})
	}
	for i := range list {
		l := &list[i]
		state := l.State(r)
		row := letterRow{
			ID: string(l.ID), Kind: w.letterName(c, l.Kind), Lang: web.LangName[l.Lang], Issued: c.Stamp(l.Issued, set.Zone), Code: l.Code,
			Status: c.Status(letterClass[state], "participation.letter.state."+state), Verify: c.URL("/verify/" + l.Code), Revoke: staff && state == LetterValid,
		}
		if slices.Contains(LetterKinds, l.Kind) && state == LetterValid {
			row.URL = c.URL(here + "/" + row.ID)
			if w.s.Printer.Available() {
				row.PDF = row.URL + "/pdf"
			}
		}
		v.Rows = append(v.Rows, row)
	}
	page := web.Page{Name: "participation/letters", Title: v.Title, Section: "programme", NoIndex: true, V: v, Trail: w.letterTrail(c, set, r, staff)}
	if failed != nil {
		if e, ok := errors.AsType[*core.Error](failed); ok {
			v.Error = c.T(e.Key, e.Args...)
		}
		page.V, page.Status, page.Title = v, http.StatusConflict, c.T("form.error_title", "Title", v.Title)
	}
	return c.Page(page)
}

// letterName is the kind of a letter in words: other rooms name theirs in the catalogue
// under participation.letter.kind.
func (w *Web) letterName(c *web.C, kind string) string {
	if key := "participation.letter.kind." + kind; c.S.Catalog.Has(key) {
		return c.T(key)
	}
	return c.T("participation.letter.kind.other")
}

func (w *Web) letterTrail(c *web.C, set *editions.Setting, r *Registration, staff bool, more ...web.Crumb) []web.Crumb {
	if staff {
		at := c.URL(set.Path() + "/registrations/" + strconv.Itoa(r.Number))
		return w.deskTrail(c, set, append([]web.Crumb{{Label: c.T("participation.number", "Number", r.Number), URL: at}, {Label: c.T("participation.letter.title"), URL: at + "/letters"}}, more...)...)
	}
	return w.trail(c, set, append([]web.Crumb{{Label: c.T("participation.letter.title"), URL: c.URL(set.Path() + "/register/letters")}}, more...)...)
}

func (w *Web) ownLetter(c *web.C) error {
	set, r, err := w.hers(c)
	if err != nil {
		return err
	}
	return w.letter(c, set, r, false, false)
}

func (w *Web) ownLetterPDF(c *web.C) error {
	set, r, err := w.hers(c)
	if err != nil {
		return err
	}
	return w.letter(c, set, r, false, true)
}

func (w *Web) staffLetter(c *web.C) error {
	set, r, err := w.staffed1(c)
	if err != nil {
		return err
	}
	return w.letter(c, set, r, true, false)
}

func (w *Web) staffLetterPDF(c *web.C) error {
	set, r, err := w.staffed1(c)
	if err != nil {
		return err
	}
	return w.letter(c, set, r, true, true)
}

type letterView struct {
	Title, PDF, Back string
	Lang, Dir        string
	Sheet            template.HTML
}

// letter shows a letter, as a page or as the PDF that is sent on.
func (w *Web) letter(c *web.C, set *editions.Setting, r *Registration, staff, asPDF bool) error {
	list, err := w.s.LettersOf(c.Context(), c.Actor, set, r.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(l Letter) bool { return string(l.ID) == c.Param("letter") })
	if i < 0 || !slices.Contains(LetterKinds, list[i].Kind) {
		return core.NotFound()
	}
	l := &list[i]
	key, err := w.s.Key(c.Context(), letterKey)
	if err != nil {
		return err
	}
	if state := l.State(r); state != LetterValid {
		return core.Conflict("participation.letter.not_printed." + state)
	}
	if l.Data["print"] != letterData(key, l.Kind, r)["print"] {
		return core.Conflict("participation.letter.not_printed.changed")
	}
	sheet, err := w.sheet(c, set, r, l)
	if err != nil {
		return err
	}
	if asPDF {
		return w.letterPDF(c, set, r, l, sheet)
	}
	here := set.Path() + "/register/letters"
	if staff {
		here = set.Path() + "/registrations/" + strconv.Itoa(r.Number) + "/letters"
	}
	body, err := c.Part("participation/letter-sheet", sheet)
	if err != nil {
		return err
	}
	v := letterView{Title: w.letterName(c, l.Kind), Back: c.URL(here), Lang: l.Lang, Dir: core.Dir(l.Lang), Sheet: body}
	if w.s.Printer.Available() {
		v.PDF = c.URL(here + "/" + string(l.ID) + "/pdf")
	}
	return c.Page(web.Page{Name: "participation/letter", Title: v.Title, Section: "programme", NoIndex: true, V: v, Trail: w.letterTrail(c, set, r, staff, web.Crumb{Label: v.Title})})
}

// letterPDF prints a letter. It is made anew each time it is asked for: nothing of it is
// kept but in the printer's memory.
func (w *Web) letterPDF(c *web.C, set *editions.Setting, r *Registration, l *Letter, sheet letterSheet) error {
	if !w.s.Printer.Available() {
		return &core.Error{Kind: core.KindUnavailable, Key: "documents.pdf.none"}
	}
	body, err := c.Part("participation/letter-sheet", sheet)
	if err != nil {
		return err
	}
	esc := template.HTMLEscapeString
	pg := pdf.Page{
		HTML: fmt.Appendf(nil, "<!doctype html>\n<html lang=%q dir=%q><head><meta charset=\"utf-8\"><title>%s</title><style>%s</style></head><body>%s</body></html>",
			l.Lang, core.Dir(l.Lang), esc(sheet.Title), letterStyle, body),
		Footer: fmt.Sprintf(`<div lang=%q dir=%q style="font:8px Helvetica,Arial,sans-serif;width:100%%;margin:0 22mm;display:flex;justify-content:space-between"><span dir="ltr">%s</span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>`,
			l.Lang, core.Dir(l.Lang), esc(sheet.VerifyURL)),
	}
	if !w.s.Printer.Has(pg) {
		if err := w.s.verifies.Allow("print:" + string(c.Actor.Account)); err != nil {
			return err
		}
	}
	out, err := w.s.Printer.Print(c.Context(), pg)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%s %s %d.pdf", set.Slug, w.letterName(c, l.Kind), r.Number)
	return c.File(web.File{
		Type: "application/pdf", Name: name, Packed: true, Body: out,
		Policy: "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'",
	})
}
