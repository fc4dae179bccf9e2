package figures

import (
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type stateView struct {
	Number, Value, Published, AsOf, Who string
	Status                              web.Status
	Reason                              web.TextView
	Digest                              string
}

type figurePage struct {
	figureView
	Definition, SQL string
	AsOf, How       string
	Charts          []barsView
	Map             *mapView
	History         []stateView
	Others          []sayView
	Links           []web.Tab
	Drift           *web.Notice
	Edition         string
	Hiding          string
}

// figure is the page of one figure, or its CSV or JSON.
func (w *Web) figure(c *web.C) error {
	code, ending := stem(c.Param("figure"))
	d, ok := Find(code)
	if !ok || ending != "" && ending != "csv" && ending != "json" {
		return core.NotFound()
	}
	set, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	list, err := w.s.History(c.Context(), c.Actor, set, code)
	if err != nil {
		return err
	}
	switch ending {
	case "csv":
		return w.sendCSV(c, set, list[:1])
	case "json":
		return sendJSON(c, file{Edition: set.Slug, Figures: []fileFigure{w.fileOf(list[0])}, History: list[1:]})
	}
	now := list[0]
	v := figurePage{
		figureView: w.view(c, set, now), Definition: c.T("figures.of." + code + ".definition"), SQL: strings.TrimSpace(Queries[d.Query]),
		AsOf: c.Stamp(now.AsOf, set.Zone), Edition: c.Text(set.Name).S,
		Links: []web.Tab{
			{Label: c.T("figures.csv"), URL: c.URL(set.Path() + "/statistics/" + code + ".csv")},
			{Label: c.T("figures.json"), URL: c.URL(set.Path() + "/statistics/" + code + ".json")},
			{Label: c.T("figures.series"), URL: c.URL("/statistics")},
		},
	}
	v.How = c.T("figures.how_digest")
	if now.Lines > 0 {
		v.How = c.T("figures.how_text", "Count", now.Lines)
	}
	l, err := w.labels(c, set, list[:1])
	if err != nil {
		return err
	}
	for _, b := range now.Parts {
		if b.By == ByCountry && !b.Whole {
			v.Map = w.worldMap(l, now, b)
		} else if len(b.Cells) > 0 || b.Whole {
			v.Charts = append(v.Charts, l.bars(now, b))
		}
	}
	if len(now.Parts) > 0 && d.Unit == UnitPeople {
		v.Hiding = c.T("figures.hiding")
	}
	if v.History, err = w.states(c, set, list); err != nil {
		return err
	}
	if v.Others, err = w.said(c, set, d); err != nil {
		return err
	}
	if Can(c.Actor, "publish", set.Scope()) {
		drift, err := w.s.Drifted(c.Context(), c.Actor, set)
		if err != nil {
			return err
		}
		if x, ok := drift[code]; ok {
			v.Drift = &web.Notice{Class: "warning", Icon: "warning", Title: c.T("figures.drift_title"), Text: c.T("figures.drift_text", "Number", i18n.Number(c.Lang, x.Amount))}
		}
	}
	return w.page(c, set, "figures/figure", c.T("figures.figure_title", "Figure", v.Name, "Edition", v.Edition), v, web.Crumb{Label: v.Name})
}

// states are the states in which a figure was published, newest first.
func (w *Web) states(c *web.C, set *editions.Setting, list []Figure) ([]stateView, error) {
	var ids []core.ID
	for _, f := range list {
		if f.Person != "" {
			ids = append(ids, f.Person)
		}
	}
	names, err := w.s.People.Names(c.Context(), ids)
	if err != nil {
		return nil, err
	}
	var out []stateView
	for _, f := range list {
		out = append(out, stateView{
			Number: i18n.Number(c.Lang, f.Number), Value: amount(c, f), Published: c.Stamp(f.Published, set.Zone), AsOf: c.Stamp(f.AsOf, set.Zone),
			Who: names[f.Person], Status: status(c, f), Reason: c.Text(f.Reason), Digest: f.Digest,
		})
	}
	return out, nil
}

// sayView is what somebody said of a figure.
type sayView struct{ Value, Source, Definition string }

// said are others' figures of the same thing, side by side.
func (w *Web) said(c *web.C, set *editions.Setting, d Indicator) ([]sayView, error) {
	if d.Said == "" {
		return nil, nil
	}
	all, err := w.s.Series(c.Context(), c.Actor)
	if err != nil {
		return nil, err
	}
	var out []sayView
	for _, s := range all {
		if s.Dimension != d.Said || s.Group != "" {
			continue
		}
		for _, p := range s.Points {
			if p.Edition == set.Slug && !p.Ours {
				out = append(out, sayView{Value: saidValue(c, p), Source: p.Source, Definition: p.Definition})
			}
		}
	}
	return out, nil
}

// saidValue prints a value as it was said: "more than 2,000".
func saidValue(c *web.C, p Said) string {
	if p.Hidden {
		return c.T("figures.hidden")
	}
	n := decimal(p.Value)
	if whole := int(p.Value); float64(whole) == p.Value {
		n = i18n.Number(c.Lang, whole)
	}
	if p.Unit == "percent" {
		n = c.T("figures.percent", "Number", n)
	}
	if p.Qualifier != "" {
		n = c.T("figures.qualifier."+p.Qualifier, "Number", n)
	}
	return n
}

// file is what the JSON files hold.
type file struct {
	Edition string       `json:"edition"`
	Figures []fileFigure `json:"figures"`
	History []Figure     `json:"history,omitempty"`
}

type fileFigure struct {
	Name       core.Text `json:"name"`
	Definition core.Text `json:"definition"`
	Unit       string    `json:"unit"`
	Figure
}

func (w *Web) fileOf(f Figure) fileFigure {
	d, _ := Find(f.Indicator)
	v := w.s.Described(d)
	return fileFigure{Name: v.Name, Definition: v.Definition, Unit: d.Unit, Figure: f}
}

func (w *Web) editionJSON(c *web.C) error {
	set, list, err := w.values(c)
	if err != nil {
		return err
	}
	out := file{Edition: set.Slug, Figures: []fileFigure{}}
	for _, f := range list {
		out.Figures = append(out.Figures, w.fileOf(f))
	}
	return sendJSON(c, out)
}

func (w *Web) editionCSV(c *web.C) error {
	set, list, err := w.values(c)
	if err != nil {
		return err
	}
	return w.sendCSV(c, set, list)
}

func (w *Web) values(c *web.C) (*editions.Setting, []Figure, error) {
	set, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return nil, nil, err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	list, err := w.s.Values(c.Context(), c.Actor, set)
	return set, list, err
}

// sendCSV sends figures with their breakdowns: a row for each number. A hidden one is
// empty, with a word beside it.
func (w *Web) sendCSV(c *web.C, set *editions.Setting, list []Figure) error {
	l, err := w.labels(c, set, list)
	if err != nil {
		return err
	}
	rows := [][]string{{"edition", "indicator", "name", "breakdown", "code", "label", "value", "note", "status", "as_of", "final_promised", "definition"}}
	for _, f := range list {
		line := func(by, code, label string, n int, hidden bool) {
			value, note := itoa(n), ""
			if hidden {
				value, note = "", "hidden"
			}
			rows = append(rows, []string{
				set.Slug, f.Indicator, c.T("figures.of." + f.Indicator), by, code, label, value, note, f.Status, f.AsOf.Time().Format(time.RFC3339), f.Promised,
				c.T("figures.of." + f.Indicator + ".definition"),
			})
		}
		line("", "", "", f.Amount, f.Hidden)
		for _, b := range f.Parts {
			if b.Whole {
				line(b.By, "", "", 0, true)
			}
			for _, cell := range b.Cells {
				line(b.By, cell.Code, c.Text(l.of(f.Indicator, b.By, cell.Code)).S, cell.Amount, cell.Hidden)
			}
		}
	}
	return c.CSV(rows)
}
