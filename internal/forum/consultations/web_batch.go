package consultations

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/commentfile"
	"plenary/internal/platform/web"
)

// largestUpload is the most bytes of a file that are taken: it comes back in the preview.
const largestUpload = 3 << 20

func (w *Web) registerBatch(s *web.Server, both func(string, web.Handler)) {
	both("/consultations/{ref}/upload", w.upload)
	s.Handle("GET /consultations/{ref}/template.csv", w.template)
	s.Handle("GET /consultations/{ref}/template.docx", w.template)
	s.Handle("GET /consultations/{ref}/template.xlsx", w.template)
	both("/comment-by-mail", w.mailed)
}

type uploadInput struct {
	File  string `form:"file" ui:"file" accept:".csv,.tsv,.txt,.docx,.xlsx" required:"1"`
	Mails string `form:"mails" ui:"radio" required:"1"`
}

type uploadView struct {
	Head      headView
	Form      *web.Form
	Files     []web.Tab
	Problems  []uploadProblem
	Rows      []uploadRow
	Sender    []string
	Result    string
	Name      string
	Data      string
	Mails     string
	Action    string
	Cancel    string
	Unchanged string
}

type uploadProblem struct{ Where, What string }

type uploadRow struct {
	Where, Words, Body, Proposal string
	Lang, Dir, LangName          string
}

// upload takes many comments in one file: it is looked at first, and then taken as a
// whole or not at all.
func (w *Web) upload(c *web.C) error {
	x, err := w.load(c)
	if err != nil {
		return err
	}
	if err := w.mayHandIn(c, x); err != nil {
		return err
	}
	if !c.Actor.SignedIn() { // a file cannot be parked over the sign-in
		return core.SignIn()
	}
	in := uploadInput{Mails: MailEach}
	title := c.T("consultations.upload_title")
	v := uploadView{Head: w.head(c, x, title), Action: c.URL(c.Path()), Cancel: c.URL(x.Path())}
	for _, ext := range []string{"docx", "xlsx", "csv"} {
		v.Files = append(v.Files, web.Tab{Label: c.T("consultations.template." + ext), URL: c.URL(x.Path() + "/template." + ext)})
	}
	var status int
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			var done bool
			if done, failed = w.uploaded(c, x, in, &v); done {
				return failed
			}
		}
	}
	f := c.Form("consultations.upload", &in)
	var mails []web.Option
	for _, m := range Mails {
		mails = append(mails, web.Option{Value: m, Label: c.T("consultations.mails." + m)})
	}
	f.Options("mails", mails)
	if bad, ok := errors.AsType[*BatchError](failed); ok {
		for _, p := range bad.Problems {
			if len(v.Problems) == 200 {
				break
			}
			v.Problems = append(v.Problems, uploadProblem{Where: w.place(c, p), What: c.T(p.Key, p.Args...)})
		}
		v.Unchanged, status = c.T("consultations.upload_unchanged", "Count", len(bad.Problems)), http.StatusUnprocessableEntity
	} else if status, err = f.Refused(failed); err != nil {
		return err
	}
	if len(v.Rows) == 0 {
		v.Form = f
	}
	return w.page(c, x, "upload", title, v, status)
}

func (w *Web) place(c *web.C, p BatchProblem) string {
	field := c.T("consultations.file_field.file")
	if p.Field != "" {
		field = c.T("consultations.file_field." + p.Field)
	}
	if p.Row > 0 {
		return c.T("consultations.file_row", "Row", p.Row, "Field", field)
	}
	return field
}

// uploaded shows what was found in a file, or takes it where that was seen. done says that
// the answer was sent.
func (w *Web) uploaded(c *web.C, x at, in uploadInput, v *uploadView) (done bool, err error) {
	var data []byte
	name := c.Value("name")
	if kept := c.Value("data"); kept != "" {
		if data, err = base64.StdEncoding.DecodeString(kept); err != nil {
			return false, core.Invalid("error.unreadable")
		}
	} else {
		f, head, err := c.R.FormFile("file")
		if err != nil {
			var p core.Problems
			p.Add("file", "form.required")
			return false, p.Err()
		}
		defer func() { _ = f.Close() }() // it was only read
		name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(head.Filename, ""), `\`, "/"))
		if data, err = io.ReadAll(io.LimitReader(f, largestUpload+1)); err != nil {
			return false, err
		}
	}
	if len(data) > largestUpload {
		var p core.Problems
		p.Add("file", "consultations.error.file_large", "Limit", largestUpload>>20)
		return false, p.Err()
	}
	if err := w.network.Allow(web.RemoteAddr(c.R)); err != nil {
		return false, err
	}
	file, rows, err := w.s.ReadBatch(c.Context(), c.Actor, x.Ref, name, data, in.Mails)
	if err != nil {
		return false, err
	}
	if c.Wants("confirm") {
		list, err := w.s.SubmitBatch(c.Context(), c.Actor, x.Ref, file, in.Mails)
		if err != nil {
			return false, err
		}
		return true, c.Done("/me/comments", "consultations.saved.batch", "Count", len(list))
	}
	v.Name, v.Data, v.Mails = name, base64.StdEncoding.EncodeToString(data), in.Mails
	v.Result = c.T("consultations.upload_found", "Count", len(rows))
	v.Sender, v.Rows = w.previewOf(c, rows)
	return false, nil
}

// previewOf shows the comments of a file before they are taken, and who sends them.
func (w *Web) previewOf(c *web.C, rows []CommentInput) (sender []string, out []uploadRow) {
	first := rows[0]
	for _, s := range []string{first.Name, first.Organisation, w.term(c, groupList, first.Group), w.term(c, regionList, first.Region)} {
		if s != "" {
			sender = append(sender, s)
		}
	}
	for i, r := range rows {
		if i == 500 {
			break
		}
		row := uploadRow{Where: c.T("consultations.whole"), Words: r.Quote, Body: r.Body, Proposal: r.Proposal, Lang: r.Lang, Dir: core.Dir(r.Lang), LangName: web.LangName[r.Lang]}
		if n, err := strconv.Atoi(strings.TrimPrefix(r.Para, "p")); err == nil {
			row.Where = c.T("consultations.paragraph", "Number", n)
		}
		out = append(out, row)
	}
	return sender, out
}

// template is the empty form of this very text.
func (w *Web) template(c *web.C) error {
	x, err := w.load(c)
	if err != nil {
		return err
	}
	t, err := w.s.Template(c.Context(), c.Actor, x.Consultation, c.Lang, c.T("consultations.template_note", "Time", moment(c, x.Closes, x.Zone)))
	if err != nil {
		return err
	}
	ext := path.Ext(c.Path())
	c.W.Header().Set("Content-Disposition", `attachment; filename="`+x.Ref+ext+`"`)
	var b []byte
	kind := "text/csv; charset=utf-8"
	switch ext {
	case ".docx":
		kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
		b, err = commentfile.TemplateDOCX(t)
	case ".xlsx":
		kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		b, err = commentfile.TemplateXLSX(t)
	default:
		b = commentfile.TemplateCSV(t)
	}
	if err != nil {
		return err
	}
	return c.Bytes(kind, b)
}

// mailed is where the sender of a mail confirms that it is her comment.
func (w *Web) mailed(c *web.C) error {
	token := c.Query("token")
	if err := w.network.Allow(web.RemoteAddr(c.R)); err != nil {
		return err
	}
	cs, in, err := w.s.Mailed(c.Context(), token)
	if err != nil {
		return err
	}
	doc, err := w.s.docs.See(c.Context(), core.Visitor, cs.Document)
	if err != nil {
		return err
	}
	x := at{Consultation: cs, doc: doc, state: w.s.State(cs)}
	if name, ok, err := w.s.MailedFile(c.Context(), token); err != nil || ok {
		if err != nil {
			return err
		}
		return w.mailedFile(c, x, token, name)
	}
	in.Revision, in.QuoteLang = doc.Published, c.Lang
	var failed error
	if c.R.Method == http.MethodPost {
		in = CommentInput{}
		if failed = c.Decode(&in); failed == nil && c.Wants("refuse") {
			if err := w.s.Refuse(c.Context(), token); err != nil {
				return err
			}
			return c.Done(cs.Path(), "consultations.saved.refused")
		}
		if failed == nil {
			var co Comment
			if _, co, failed = w.s.Confirm(c.Context(), token, in); failed == nil {
				return c.Done(cs.CommentPath(co.Number), "consultations.saved.comment", "Number", co.Number)
			}
		}
	}
	f := c.Form("consultations.comment", &in)
	rev, err := w.s.docs.Revision(c.Context(), cs.Document, doc.Published)
	if err != nil {
		return err
	}
	w.commentOptions(c, x, rev, f)
	f.Buttons = []web.Button{{Name: "refuse", Value: "1", Label: c.T("consultations.refuse")}}
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	title := c.T("consultations.mailed_title")
	return c.Page(web.Page{
		Name: "consultations/comment", Title: title, NoIndex: true, Status: status, Trail: []web.Crumb{{Label: c.T("consultations.title"), URL: c.URL("/consultations")}, {Label: title}},
		V: formView{Head: headView{Title: c.Text(cs.Title), H1: title, Back: web.Tab{Label: c.Text(cs.Title).S, URL: c.URL(cs.Path())}}, Form: f, Text: []string{c.T("consultations.mailed_text")}},
	})
}
