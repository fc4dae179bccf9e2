package bodies

import (
	"net/http"
	"slices"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// figuresView is the published totals of a kind, as bars and as a table.
type figuresView struct {
	Says          string // what the bars show, in a sentence
	Bars          []figureBar
	Disagreements []disagreementView
	Rows          []figureRow
	CSV           string
}

type figureBar struct {
	When, Width, Number string
	Latest              bool
}

type figureRow struct {
	When, Number, Source string
	Note                 web.TextView
}

type disagreementView struct {
	Says    string
	Figures []figureRow
}

// ofKind gives the figures of exactly this kind: a total of all initiatives is none of
// the national ones.
func (w *Web) ofKind(c *web.C, k Kind) ([]Total, error) {
	list, err := w.s.Totals(c.Context(), k.Code)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(f Total) bool { return f.Kind != k.Code }), nil
}

func (w *Web) figures(c *web.C, k Kind) (*figuresView, error) {
	list, err := w.ofKind(c, k)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	v := &figuresView{CSV: kindURL(c, k) + "/counts.csv"}
	most := 0
	for _, f := range list {
		most = max(most, f.Count)
	}
	last, _ := latest(list)
	for _, f := range list {
		v.Bars = append(v.Bars, figureBar{
			When: w.date(c, f.AsOf), Number: figureNumber(c, f, ".short"), Latest: f.ID == last.ID, Width: width(f.Count, most),
		})
		v.Rows = append(v.Rows, w.figureRow(c, f))
	}
	v.Says = c.T("bodies.figures.one", "Last", figureNumber(c, last, ""), "LastDate", w.date(c, last.AsOf))
	if first := list[0]; first.ID != last.ID {
		v.Says = c.T("bodies.figures.says", "First", figureNumber(c, first, ""), "FirstDate", w.date(c, first.AsOf),
			"Last", figureNumber(c, last, ""), "LastDate", w.date(c, last.AsOf))
	}
	for _, d := range Disagreements(list) {
		dv := disagreementView{Says: c.T("bodies.figures.disagree", "Year", strconv.Itoa(d.Year), "Count", len(d.Figures))}
		for _, f := range d.Figures {
			dv.Figures = append(dv.Figures, w.figureRow(c, f))
		}
		v.Disagreements = append(v.Disagreements, dv)
	}
	return v, nil
}

func (w *Web) figureRow(c *web.C, f Total) figureRow {
	return figureRow{When: w.date(c, f.AsOf), Number: figureNumber(c, f, ""), Source: f.Source, Note: c.Text(f.Note)}
}

// width is the length of a bar in per cent of the largest.
func width(n, most int) string {
	if most == 0 {
		return "0"
	}
	return strconv.FormatFloat(float64(n)*100/float64(most), 'f', 1, 64)
}

// figureNumber prints a total as the source worded it: "more than 160", or ">160"
// where there is little room.
func figureNumber(c *web.C, f Total, form string) string {
	n := i18n.Number(c.Lang, f.Count)
	if f.Bound == "" {
		return n
	}
	return c.T("bodies.bound."+f.Bound+form, "Number", n)
}

// seen says how complete the list is: it holds what was seen, not all there are.
func (w *Web) seen(c *web.C, v *listView, k Kind) error {
	list, err := w.ofKind(c, k)
	if err != nil {
		return err
	}
	all, err := w.s.found(c.Context(), Query{Kind: k.Code})
	if err != nil {
		return err
	}
	last, known := latest(list)
	switch {
	case len(all) == 0:
	case known:
		v.Seen = c.T("bodies.seen.total", "Count", len(all), "Total", figureNumber(c, last, ""), "Date", w.date(c, last.AsOf))
	case slices.ContainsFunc(all, func(b Body) bool { return !b.AsSeen.IsZero() }):
		v.Seen = c.T("bodies.seen")
	}
	return nil
}

func (w *Web) noteFigure(c *web.C) error {
	k, ok := listOf(c.Param("kind"))
	if !ok {
		return core.NotFound()
	}
	if err := Policy.Check("count", Active, c.Actor.Roles(core.ScopeForum)...); err != nil && c.R.Method == http.MethodGet {
		return err
	}
	title := c.T("bodies.figure.new")
	return editing(c, "bodies.figure", NewTotal{}, formPage(title, append(w.trail(c, kindCrumb(c, k)), web.Crumb{Label: title})),
		func(f *web.Form) {
			var bounds []web.Option
			for _, b := range Bounds {
				if b != "" {
					bounds = append(bounds, web.Option{Value: b, Label: c.T("bodies.bound." + b + ".choice")})
				}
			}
			f.Options("bound", bounds)
		}, func(in NewTotal) (string, error) {
			in.Kind = k.Code
			_, err := w.s.NoteTotal(c.Context(), c.Actor, in)
			return "/community/" + k.Path, err
		}, "/community/"+k.Path)
}
