package figures

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct{ s *Service }

// NewWeb makes the pages.
func NewWeb(s *Service) *Web { return &Web{s: s} }

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("figures", viewFS); err != nil {
		return err
	}
	s.Takes("Statistics", takes)
	for path, h := range map[string]web.Handler{
		"/statistics": w.edition, "/statistics.csv": w.editionCSV, "/statistics.json": w.editionJSON, "/statistics/{figure}": w.figure,
		"/statistics/missing": w.missing, "/statistics/missing.csv": w.missingCSV, "/statistics/explore": w.explore,
		"/statistics/publish": w.publish,
	} {
		s.Edition("GET "+path, h)
	}
	s.Edition("POST /statistics/publish", w.publish)
	for path, h := range map[string]web.Handler{
		"/statistics": w.series, "/statistics.csv": w.seriesCSV, "/statistics.json": w.seriesJSON,
		"/statistics/import": w.bring, "/statistics/settings": w.settings,
	} {
		s.Handle("GET "+path, h)
	}
	s.Handle("POST /statistics/import", w.bring)
	s.Handle("POST /statistics/settings", w.settings)
	return nil
}

func trail(c *web.C, set *editions.Setting, last ...web.Crumb) []web.Crumb {
	return editions.Trail(c, set, append([]web.Crumb{{Label: c.T("figures.title"), URL: c.URL(set.Path() + "/statistics")}}, last...)...)
}

// figureView is a figure in a list.
type figureView struct {
	Code, Name, URL string
	Value           string
	Hidden          bool
	Unit            string
	Status          web.Status
}

func (w *Web) view(c *web.C, set *editions.Setting, f Figure) figureView {
	d, _ := Find(f.Indicator)
	return figureView{
		Code: f.Indicator, Name: c.T("figures.of." + f.Indicator), URL: c.URL(set.Path() + "/statistics/" + f.Indicator),
		Value: amount(c, f), Hidden: f.Hidden, Unit: c.T("figures.unit." + d.Unit), Status: status(c, f),
	}
}

func amount(c *web.C, f Figure) string {
	if f.Hidden {
		return c.T("figures.hidden")
	}
	return i18n.Number(c.Lang, f.Amount)
}

// status says whether a figure is final, and when it will be.
func status(c *web.C, f Figure) web.Status {
	if f.Status == Final {
		return c.Status("done", "figures.status.final")
	}
	if day, err := core.ParseDate(f.Promised); err == nil {
		return c.Status("due", "figures.status.promised", "Date", c.Date(day))
	}
	return c.Status("due", "figures.status.provisional")
}

type partView struct {
	Title string
	Mixed bool // not all figures of the page have the same status
	Rows  []figureView
}

type editionView struct {
	Title, Subtitle, AsOf string
	Status                web.Status // of all figures, where it is the same
	Keys                  []figureView
	Parts                 []partView
	Charts                []barsView
	Map                   *mapView
	Hiding                string
	Actions               []web.Action
	Links                 []web.Tab
	Empty                 *web.Empty
	Drift                 string
}

// edition is the page of an edition's figures.
func (w *Web) edition(c *web.C) error {
	set, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	list, err := w.s.Values(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	v := editionView{Title: c.T("figures.title_of", "Edition", c.Text(set.Name).S), Subtitle: c.T("figures.lead")}
	if err := w.actions(c, set, &v); err != nil {
		return err
	}
	if len(list) == 0 {
		v.Empty = &web.Empty{Title: c.T("figures.empty"), Text: c.T("figures.empty_text"), Link: &web.Tab{Label: c.T("figures.series"), URL: c.URL("/statistics")}}
		return w.page(c, set, "figures/edition", v.Title, v)
	}
	w.fill(c, set, list, &v)
	if v.Charts, v.Map, err = w.charts(c, set, list); err != nil {
		return err
	}
	return w.page(c, set, "figures/edition", v.Title, v)
}

func (w *Web) fill(c *web.C, set *editions.Setting, list []Figure, v *editionView) {
	parts := map[string]*partView{}
	newest, mixed := list[0], false
	for _, f := range list {
		mixed = mixed || f.Status != newest.Status || f.Promised != newest.Promised
	}
	if !mixed {
		v.Status = status(c, newest)
	}
	for _, f := range list {
		d, _ := Find(f.Indicator)
		row := w.view(c, set, f)
		if d.Key {
			v.Keys = append(v.Keys, row)
		}
		if parts[d.Part] == nil {
			parts[d.Part] = &partView{Title: c.T("figures.part." + d.Part), Mixed: mixed}
		}
		parts[d.Part].Rows = append(parts[d.Part].Rows, row)
		if f.AsOf.After(newest.AsOf) {
			newest = f
		}
	}
	for _, p := range Parts {
		if parts[p] != nil {
			v.Parts = append(v.Parts, *parts[p])
		}
	}
	v.AsOf = c.T("figures.as_of", "Time", c.Stamp(newest.AsOf, set.Zone))
	v.Hiding = c.T("figures.hiding")
	at := set.Path() + "/statistics"
	v.Links = []web.Tab{
		{Label: c.T("figures.csv"), URL: c.URL(at + ".csv")},
		{Label: c.T("figures.json"), URL: c.URL(at + ".json")},
		{Label: c.T("figures.missing"), URL: c.URL(at + "/missing")},
		{Label: c.T("figures.series"), URL: c.URL("/statistics")},
	}
}

// actions are what the staff can do, and what it must look at.
func (w *Web) actions(c *web.C, set *editions.Setting, v *editionView) error {
	if !Can(c.Actor, "publish", set.Scope()) {
		return nil
	}
	at := set.Path() + "/statistics"
	v.Actions = []web.Action{
		{Label: c.T("figures.publish"), URL: c.URL(at + "/publish"), Icon: "published", Primary: true},
		{Label: c.T("figures.explore"), URL: c.URL(at + "/explore"), Icon: "filter"},
		{Label: c.T("figures.missing_all"), URL: c.URL(at + "/missing?all=1"), Icon: "globe"},
	}
	if Can(c.Actor, "set", core.ScopeForum) {
		v.Actions = append(v.Actions, web.Action{Label: c.T("figures.settings"), URL: c.URL("/statistics/settings"), Icon: "edit"})
	}
	drift, err := w.s.Drifted(c.Context(), c.Actor, set)
	if n := len(drift); n > 0 {
		v.Drift = c.T("figures.drift", "Count", n)
	}
	return err
}

func (w *Web) page(c *web.C, set *editions.Setting, name, title string, v any, more ...web.Crumb) error {
	return c.Page(web.Page{Name: name, Title: title, Section: "about", Trail: trail(c, set, more...), V: v})
}

// HomePanel shows the key figures on the first page of an edition, once they are published.
// The page reads the scope in which that is said.
func (w *Web) HomePanel(c *web.C, edition core.ID) (string, any, error) {
	set, err := w.s.Editions.SettingByID(c.Context(), c.Actor, edition)
	if err != nil {
		return "", nil, err
	}
	list, err := w.s.Values(c.Context(), c.Actor, set)
	if err != nil {
		return "", nil, err
	}
	var v editionView
	for _, f := range list {
		if d, _ := Find(f.Indicator); d.Key && !f.Hidden && f.Amount > 0 && len(v.Keys) < 3 {
			v.Keys = append(v.Keys, w.view(c, set, f))
		}
	}
	if len(v.Keys) == 0 {
		return "", nil, nil
	}
	v.Links = []web.Tab{{Label: c.T("figures.all"), URL: c.URL(set.Path() + "/statistics")}}
	return "figures/panel", v, nil
}

// sendJSON sends a value as a file that programs read.
func sendJSON(c *web.C, v any) error {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return c.Bytes("application/json; charset=utf-8", b)
}

// stem parts the name of a file from its ending.
func stem(name string) (code, ending string) {
	code, ending, _ = strings.Cut(name, ".")
	return code, ending
}
