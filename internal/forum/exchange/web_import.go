package exchange

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// importInput is the form that takes a package.
type importInput struct {
	File string `form:"file" ui:"file" accept:".zip,application/zip"`
}

// importView is the form and, after it, what came of the package.
type importView struct {
	Title, Subtitle string
	Form            *web.Form
	Done            *doneView
}

type doneView struct {
	Title, Text  string
	Edition      web.Tab
	Counts       []countView
	Differences  []differenceView
	LeftOut      string
	NothingElse  bool
	DifferTitle  string
	LeftOutTitle string
}

type countView struct{ Kind, New, Known string }

type differenceView struct{ Label, URL, Kind, Columns string }

// importForm takes a package and says what came of it.
func (w *Web) importForm(c *web.C) error {
	if err := policy.Check("import", "", c.Actor.Roles(core.ScopeForum)...); err != nil {
		return err
	}
	v := importView{Title: c.T("exchange.import.title"), Subtitle: c.T("exchange.import.subtitle")}
	page := web.Page{Name: "exchange/import", Title: v.Title, Section: "about", NoIndex: true, Trail: []web.Crumb{{Label: v.Title}}}
	var in importInput
	if c.R.Method != http.MethodPost {
		v.Form = c.Form("exchange.import", &in)
		page.V = v
		return c.Page(page)
	}
	if err := c.Decode(&in); err != nil {
		return err
	}
	v.Form = c.Form("exchange.import", &in)
	result, err := w.receive(c)
	if err != nil {
		if core.KindOf(err) == core.KindTooLarge { // this is about the file, not the request
			e, _ := errors.AsType[*core.Error](err)
			err = &core.Error{Kind: core.KindInvalid, Key: e.Key, Args: e.Args}
		}
		if err := v.Form.Fail(err); err != nil {
			return err
		}
		page.V, page.Status = v, http.StatusUnprocessableEntity
		return c.Page(page)
	}
	v.Done, v.Form = w.done(c, result), nil
	page.V = v
	return c.Page(page)
}

// receive reads the file that was sent and brings it in.
func (w *Web) receive(c *web.C) (*Result, error) {
	missing := func() error {
		var p core.Problems
		p.Add("file", "exchange.import.no_file")
		return p.Err()
	}
	if c.R.MultipartForm == nil || len(c.R.MultipartForm.File["file"]) == 0 {
		return nil, missing()
	}
	f, err := c.R.MultipartForm.File["file"][0].Open()
	if err != nil {
		return nil, fmt.Errorf("open the package that was sent: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("read the package that was sent: %w", err)
	}
	if len(data) == 0 {
		return nil, missing()
	}
	return w.s.ImportPackage(c.Context(), c.Actor, data)
}

// done says what came of a package.
func (w *Web) done(c *web.C, r *Result) *doneView {
	name := c.Text(r.Name)
	v := &doneView{
		Title: c.T("exchange.import.done", "Edition", name.S), Text: c.T("exchange.import.holds." + r.Holds),
		Edition: web.Tab{Label: c.T("exchange.import.open", "Edition", name.S), URL: c.URL("/" + r.Slug)},
		LeftOut: strings.Join(r.LeftOut, ", "), NothingElse: len(r.Differences) == 0 && len(r.LeftOut) == 0,
		DifferTitle:  c.T("exchange.import.differ", "Count", len(r.Differences)),
		LeftOutTitle: c.T("exchange.import.left_out", "Count", len(r.LeftOut)),
	}
	for _, n := range r.Counts {
		v.Counts = append(v.Counts, countView{
			Kind: c.T("exchange.kind." + n.Kind), New: c.T("exchange.import.new", "Count", n.New), Known: c.T("exchange.import.known", "Count", n.Known),
		})
	}
	for _, d := range r.Differences {
		v.Differences = append(v.Differences, differenceView{
			Label: d.Label, URL: c.URL(d.Path), Kind: c.T("exchange.kind.one." + d.Kind), Columns: strings.Join(d.Columns, ", "),
		})
	}
	return v
}
