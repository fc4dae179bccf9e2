package figures

import (
	"errors"
	"io"
	"net/http"
	"path"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type nowView struct {
	Name, Value, Real, Was, URL string
	Status                      web.Status
	Drift, Changed              bool
}

type publishView struct {
	Form   *web.Form
	Rows   []nowView
	AsOf   string
	Hidden string
}

// publish is the page on which the staff sees what the record says, and publishes it.
func (w *Web) publish(c *web.C) error {
	set, err := w.s.Editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	var failed error
	var in PublishInput
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.Publish(c.Context(), c.Actor, set, in); failed == nil {
				return c.Done(set.Path()+"/statistics", "figures.published", "Count", len(in.Indicators))
			}
		}
	}
	now, err := w.s.Now(c.Context(), c.Actor, set)
	if err != nil {
		return err
	}
	if c.R.Method != http.MethodPost {
		in = PublishInput{Status: Provisional, Parts: true}
		for _, n := range now {
			if n.Real > 0 || n.Was != nil {
				in.Indicators = append(in.Indicators, n.Of.Code)
			}
		}
	}
	f := c.Form("figures.form", &in)
	f.Cancel = c.URL(set.Path() + "/statistics")
	f.Options("status", []web.Option{{Value: Provisional, Label: c.T("figures.status.provisional")}, {Value: Final, Label: c.T("figures.status.final")}})
	var choices []web.Option
	for _, d := range Indicators {
		choices = append(choices, web.Option{Value: d.Code, Label: c.T("figures.of." + d.Code)})
	}
	f.Options("indicators", choices)
	code, err := f.Refused(failed)
	if err != nil {
		return err
	}
	v := publishView{Form: f, AsOf: c.T("figures.as_of", "Time", c.Stamp(w.s.rec.Clock.Instant(), set.Zone))}
	for _, n := range now {
		row := nowView{
			Name: c.T("figures.of." + n.Of.Code), Real: i18n.Number(c.Lang, n.Real), Value: amount(c, n.Figure), Drift: n.Drift,
		}
		if n.Was != nil {
			row.Was, row.Status, row.URL = amount(c, *n.Was), status(c, *n.Was), c.URL(set.Path()+"/statistics/"+n.Of.Code)
			row.Changed = n.Was.Digest != n.Digest
		}
		v.Rows = append(v.Rows, row)
	}
	return c.Page(web.Page{
		Name: "figures/publish", Title: c.T("figures.publish"), Section: "about", Status: code, NoIndex: true,
		Trail: trail(c, set, web.Crumb{Label: c.T("figures.publish")}), V: v,
	})
}

// settings is the page on which the staff says what is small.
func (w *Web) settings(c *web.C) error {
	now, err := w.s.Settings(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	in := SettingsInput{Version: now.Version, Least: now.Least}
	var failed error
	if c.R.Method == http.MethodPost {
		if failed = c.Decode(&in); failed == nil {
			if failed = w.s.Set(c.Context(), c.Actor, in); failed == nil {
				return c.Done("/statistics", "figures.set")
			}
		}
	}
	f := c.Form("figures.rule", &in)
	f.Cancel = c.URL("/statistics")
	code, err := f.Refused(failed)
	if err != nil {
		return err
	}
	return w.forum(c, "figures/settings", c.T("figures.settings"), code, f)
}

func (w *Web) forum(c *web.C, name, title string, status int, v any) error {
	return c.Page(web.Page{
		Name: name, Title: title, Section: "about", Status: status, NoIndex: true, V: v,
		Trail: []web.Crumb{{Label: c.T("shell.about"), URL: c.URL("/about")}, {Label: c.T("figures.series"), URL: c.URL("/statistics")}, {Label: title}},
	})
}

type bringInput struct {
	File string `form:"file" ui:"file" accept:".csv,text/csv"`
	Text string `form:"text" ui:"area"`
	Name string `form:"name" max:"80"`
}

type bringView struct {
	Form    *web.Form
	Header  string
	Shipped []string
}

// bring is the page on which the staff brings facts of others in.
func (w *Web) bring(c *web.C) error {
	if err := internal(c.Actor, "import", core.ScopeForum); err != nil {
		return err
	}
	var in bringInput
	var failed error
	if c.R.Method == http.MethodPost {
		var n int
		if failed = c.Decode(&in); failed == nil {
			if c.Wants("shipped") {
				n, failed = w.s.ImportShipped(c.Context(), c.Actor)
			} else {
				n, failed = w.take(c, in)
			}
		}
		if failed == nil {
			return c.Done("/statistics", "figures.imported", "Count", n)
		}
	}
	f := c.Form("figures.bring", &in)
	f.Cancel = c.URL("/statistics")
	code, err := f.Refused(failed)
	if err != nil {
		return err
	}
	return w.forum(c, "figures/bring", c.T("figures.import"), code, bringView{Form: f, Header: strings.Join(Header, ","), Shipped: Shipped})
}

// take takes in a file, or what was pasted.
func (w *Web) take(c *web.C, in bringInput) (int, error) {
	p := core.Validate(in)
	if err := p.Err(); err != nil {
		return 0, err
	}
	name := strings.TrimSpace(in.Name)
	f, head, err := c.R.FormFile("file")
	switch {
	case errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart):
		if strings.TrimSpace(in.Text) == "" {
			p.Add("file", "figures.error.nothing")
			return 0, p.Err()
		}
		if name == "" {
			name = c.T("figures.pasted")
		}
		return w.s.Import(c.Context(), c.Actor, name, strings.NewReader(in.Text))
	case err != nil:
		return 0, web.Classify(err)
	}
	defer func() { _ = f.Close() }() // it was only read
	if name == "" {
		name = short(path.Base(strings.ReplaceAll(strings.ToValidUTF8(head.Filename, ""), `\`, "/")))
	}
	return w.s.Import(c.Context(), c.Actor, name, io.Reader(f))
}
