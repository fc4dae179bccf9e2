package archive

import (
	"net/http"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/formats/schedule"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// columnsIn says what each column of a table is, in their order.
type columnsIn struct {
	Fields []string `form:"field"`
}

type columnsView struct {
	Title, Name string
	Rows        []columnRow
	Problem     *problemView
	Back        string
}

type columnRow struct {
	ID, Head, Sample, Place string
	Options                 []web.Option
}

// columns says what the columns of a table are; saving reads the table anew.
func (w *Web) columns(c *web.C) error {
	set, p, err := w.ours(c)
	if err != nil {
		return err
	}
	if p.State != StateStaged {
		return core.Conflict("archive.error.applied", "Name", p.Name)
	}
	heads, sample, mapping, err := w.s.Columns(c.Context(), c.Actor, set, p)
	if err != nil {
		return err
	}
	var failed error
	if c.R.Method == http.MethodPost {
		var in columnsIn
		if failed = c.Decode(&in); failed == nil && len(in.Fields) != len(heads) {
			return core.Invalid("error.unreadable")
		}
		if failed == nil {
			mapping = make(schedule.Mapping, len(heads))
			for i, h := range heads {
				mapping[i] = schedule.Column{Head: h, Field: in.Fields[i]}
			}
			var fresh *Plan
			if fresh, failed = w.s.Restage(c.Context(), c.Actor, set, p.ID, mapping); failed == nil {
				return c.Done(pathOf(set, fresh.ID), "archive.columns.saved")
			}
		}
		if !tellable(failed) {
			return failed
		}
	}
	return w.columnsPage(c, set, p, heads, sample, mapping, failed)
}

func (w *Web) columnsPage(c *web.C, set *editions.Setting, p *Plan, heads []string, sample [][]string, m schedule.Mapping, failed error) error {
	v := columnsView{Title: c.T("archive.columns"), Name: p.Name, Back: c.URL(pathOf(set, p.ID))}
	for i, h := range heads {
		r := columnRow{ID: "column-" + strconv.Itoa(i+1), Head: h, Sample: sampleOf(sample, i), Place: c.T("archive.columns.number", "Number", i+1)}
		for _, f := range schedule.Fields() {
			r.Options = append(r.Options, web.Option{Value: f, Label: words(c.T, "archive.columns.field.", f), Selected: i < len(m) && m[i].Field == f})
		}
		v.Rows = append(v.Rows, r)
	}
	page := web.Page{Name: "archive/columns", Title: v.Title, Section: "programme", NoIndex: true, Trail: w.trail(c, set, p, v.Title)}
	if failed != nil {
		v.Problem = problem(c, failed)
		page.Title, page.Status = c.T("form.error_title", "Title", v.Title), http.StatusUnprocessableEntity
	}
	page.V = v
	return c.Page(page)
}

// sampleOf is the first value that a column has, cut.
func sampleOf(sample [][]string, column int) string {
	for _, row := range sample {
		if column < len(row) && row[column] != "" {
			return clipTo(row[column], 120)
		}
	}
	return ""
}
