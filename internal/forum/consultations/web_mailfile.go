package consultations

import (
	"errors"
	"net/http"

	"plenary/internal/platform/web"
)

type mailFileView struct {
	Head     headView
	Name     string
	Action   string
	Problems []uploadProblem
	Result   string
	Sender   []string
	Rows     []uploadRow
}

// mailedFile is where the sender of a delegation's form confirms that it is hers, and
// sees what is in it, or what is wrong with it.
func (w *Web) mailedFile(c *web.C, x at, token, name string) error {
	title := c.T("consultations.mailed_file_title")
	v := mailFileView{
		Head: headView{Title: c.Text(x.Title), H1: title, Back: web.Tab{Label: c.Text(x.Title).S, URL: c.URL(x.Path())}},
		Name: name, Action: c.URL(c.Path()) + "?token=" + token,
	}
	var failed error
	if c.R.Method == http.MethodPost {
		if err := c.Decode(&struct{}{}); err != nil {
			return err
		}
		if c.Wants("refuse") {
			if err := w.s.Refuse(c.Context(), token); err != nil {
				return err
			}
			return c.Done(x.Path(), "consultations.saved.refused")
		}
		var list []Comment
		if _, list, failed = w.s.ConfirmFile(c.Context(), token); failed == nil {
			return c.Done(x.Path()+"/comments", "consultations.saved.batch", "Count", len(list))
		}
	}
	status := 0
	if failed == nil {
		_, rows, err := w.s.ReadMailedFile(c.Context(), token)
		if failed = err; err == nil {
			v.Result = c.T("consultations.upload_found", "Count", len(rows))
			v.Sender, v.Rows = w.previewOf(c, rows)
		}
	}
	if bad, ok := errors.AsType[*BatchError](failed); ok {
		for _, p := range bad.Problems[:min(200, len(bad.Problems))] {
			v.Problems = append(v.Problems, uploadProblem{Where: w.place(c, p), What: c.T(p.Key, p.Args...)})
		}
		v.Result = c.T("consultations.mailed_file_unchanged", "Count", len(bad.Problems))
		if c.R.Method == http.MethodPost {
			status = http.StatusUnprocessableEntity
		}
	} else if failed != nil {
		return failed
	}
	return c.Page(web.Page{
		Name: "consultations/mailfile", Title: title, NoIndex: true, Status: status, V: v,
		Trail: []web.Crumb{{Label: c.T("consultations.title"), URL: c.URL("/consultations")}, {Label: title}},
	})
}
