package attendance

import (
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/pdf"
	"plenary/internal/platform/web"
)

//go:embed offline/certificate.css
var certificateStyle string

type certificateView struct {
	Title  string
	Form   *web.Form
	Tell   *web.Notice
	Result string
	Rows   []certificateRow
}

type certificateRow struct {
	ID                         core.ID
	Code, Lang, Issued, Verify string
	URL, PDF                   string
	State                      web.Status
	Valid                      bool
}

func (w *Web) certificateRow(c *web.C, set *editions.Setting, r *participation.Registration, x *Certificate) certificateRow {
	row := certificateRow{
		ID: x.ID, Code: x.Code, Lang: web.LangName[x.Lang], Issued: c.Stamp(x.Issued, set.Zone), Verify: c.URL("/verify/" + x.Code),
		URL: c.URL(set.Path() + "/certificate/" + string(x.ID)), State: c.Status("done", "attendance.certificate.valid"), Valid: true,
	}
	if x.State(r) != participation.LetterValid {
		row.State, row.Valid = c.Status("cancelled", "attendance.certificate.not_valid"), false
	}
	if w.s.Participation.Printer.Available() {
		row.PDF = row.URL + "/certificate.pdf"
	}
	return row
}

// certificate is where somebody has certificates of her attendance made.
func (w *Web) certificate(c *web.C) error {
	return w.certificatePage(c, nil, &CertificateInput{Lang: c.Lang})
}

func (w *Web) certificatePage(c *web.C, failed error, in *CertificateInput) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	r, err := w.s.own(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	list, err := w.s.Certificates(c.Context(), c.Actor, set, r)
	if err != nil {
		return err
	}
	now, err := w.s.contentOf(c.Context(), r, c.Lang)
	if err != nil {
		return err
	}
	v := certificateView{Title: c.T("attendance.certificate.title")}
	status := http.StatusOK
	if len(now) == 0 {
		if failed != nil {
			status = http.StatusUnprocessableEntity
		}
		v.Tell = &web.Notice{Class: "info", Icon: "info", Text: c.T("attendance.certificate.none")}
	} else {
		v.Result = c.T("attendance.certificate.result", "Count", len(now), "Hours", hours(c.Lang, minutesIn(now)))
		f := c.Form("attendance.certificate", in)
		var langs []web.Option
		for _, l := range core.Langs {
			langs = append(langs, web.Option{Value: l, Label: web.LangName[l]})
		}
		f.Options("lang", langs)
		if status, err = f.Refused(failed); err != nil {
			return err
		}
		v.Form = f
	}
	for i := range list {
		v.Rows = append(v.Rows, w.certificateRow(c, set, r, &list[i]))
	}
	return c.Page(web.Page{Name: "attendance/certificate", Title: v.Title, Section: "programme", NoIndex: true, Status: status, V: v, Trail: trail(c, set, v.Title)})
}

func (w *Web) issueCertificate(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	var in CertificateInput
	if err := c.Decode(&in); err != nil {
		return w.certificatePage(c, err, &in)
	}
	id, err := w.s.Certify(c.Context(), c.Actor, set, in)
	if err != nil {
		if k := core.KindOf(err); k == core.KindInvalid || k == core.KindConflict {
			return w.certificatePage(c, err, &in)
		}
		return err
	}
	return c.Done(set.Path()+"/certificate/"+string(id), "attendance.certificate.done")
}

// paperView is a certificate as it is printed.
type paperView struct {
	Forum, Edition web.TextView
	Dates, Place   string
	Name           string
	Says           string
	Rows           []paperRow
	Total          string
	Issued, Code   string
	Address        string
	Draft          string // it is worth nothing any more
}

type paperRow struct{ Ref, Title, Day, Time, Ways string }

type paperPage struct {
	Title string
	Lang  string
	Dir   string
	Paper template.HTML
	PDF   string
	Back  string
}

// paper loads a certificate and sets it in its own language.
func (w *Web) paper(c *web.C) (*editions.Setting, *Certificate, template.HTML, error) {
	set, err := w.setting(c)
	if err != nil {
		return nil, nil, "", err
	}
	r, err := w.s.own(c.Context(), c.Actor, set)
	if err != nil {
		return nil, nil, "", err
	}
	list, err := w.s.Certificates(c.Context(), c.Actor, set, r)
	if err != nil {
		return nil, nil, "", err
	}
	at := slices.IndexFunc(list, func(x Certificate) bool { return string(x.ID) == c.Param("letter") })
	if at < 0 {
		return nil, nil, "", core.NotFound()
	}
	x := &list[at]
	forum, err := w.s.Participation.Editions.Forum(c.Context())
	if err != nil {
		return nil, nil, "", err
	}
	theirs := *c
	theirs.Lang = x.Lang
	v := paperView{
		Forum: theirs.Text(forum.Name), Edition: theirs.Text(set.Name), Dates: editions.Dates(&theirs, set.Edition), Place: set.Place(x.Lang),
		Name: x.Data["name"], Code: x.Code, Address: c.S.BaseURL + "/verify/" + x.Code, Issued: i18n.Date(x.Lang, x.Issued.In(set.Zone)),
		Says:  theirs.T("attendance.certificate.says", "Edition", theirs.Text(set.Name).S, "Count", x.Days),
		Total: theirs.T("attendance.certificate.result", "Count", len(x.Sessions), "Hours", hours(theirs.Lang, x.Minutes)),
	}
	if x.State(r) != participation.LetterValid {
		v.Draft = theirs.T("attendance.certificate.not_valid")
	}
	for _, s := range x.Sessions {
		from, to := s.Starts.In(set.Zone), s.Ends.In(set.Zone)
		row := paperRow{Ref: refLabel(s.Ref), Title: s.Title, Day: i18n.ShortDate(x.Lang, from), Time: i18n.Clock(from) + "–" + i18n.Clock(to)}
		for i, way := range s.Ways {
			if i > 0 {
				row.Ways += " · "
			}
			row.Ways += theirs.T("attendance.way." + way)
		}
		v.Rows = append(v.Rows, row)
	}
	body, err := theirs.Part("attendance/paper", v)
	return set, x, body, err
}

// showCertificate is a certificate as a page.
func (w *Web) showCertificate(c *web.C) error {
	set, x, body, err := w.paper(c)
	if err != nil {
		return err
	}
	v := paperPage{
		Title: c.T("attendance.certificate.one"), Paper: body, Lang: x.Lang, Dir: core.Dir(x.Lang), Back: c.URL(set.Path() + "/certificate"),
	}
	if w.s.Participation.Printer.Available() {
		v.PDF = c.URL(set.Path() + "/certificate/" + string(x.ID) + "/certificate.pdf")
	}
	return c.Page(web.Page{
		Name: "attendance/certified", Title: v.Title, Section: "programme", NoIndex: true, V: v,
		Trail: editions.Trail(c, set, web.Crumb{Label: c.T("attendance.certificate.title"), URL: v.Back}, web.Crumb{Label: v.Title}),
	})
}

// printCertificate is the same as a PDF, where the forum has a browser that prints.
func (w *Web) printCertificate(c *web.C) error {
	set, x, body, err := w.paper(c)
	if err != nil {
		return err
	}
	if err := w.s.prints.Allow(string(c.Actor.Account)); err != nil {
		return err
	}
	title := template.HTMLEscapeString(c.S.Catalog.T(x.Lang, "attendance.certificate.one"))
	out, err := w.s.Participation.Printer.Print(c.Context(), pdf.Page{
		HTML: fmt.Appendf(nil, "<!doctype html>\n<html lang=%q dir=%q><head><meta charset=\"utf-8\"><title>%s</title><style>%s</style></head><body>%s</body></html>",
			x.Lang, core.Dir(x.Lang), title, certificateStyle, body),
		Footer: fmt.Sprintf(`<div dir="ltr" style="font:8px Helvetica,Arial,sans-serif;width:100%%;margin:0 18mm;text-align:center">%s · <span class="pageNumber"></span> / <span class="totalPages"></span></div>`,
			template.HTMLEscapeString(c.S.BaseURL+"/verify/"+x.Code)),
	})
	if err != nil {
		return err
	}
	return c.File(web.File{
		Type: "application/pdf", Name: set.Slug + " " + c.T("attendance.certificate.one") + ".pdf", Inline: true, Packed: true,
		Policy: "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'", Body: out,
	})
}
