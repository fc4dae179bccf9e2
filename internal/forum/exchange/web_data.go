package exchange

import (
	"bytes"
	"net/http"

	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// dataView is the page of what can be taken out of an edition.
type dataView struct {
	Title, Subtitle string
	Groups          []dataGroup
	Give            []givenAddress
	Import          string // address; empty for who may not
	Follow          string // address of the schedules elsewhere that the edition follows; empty for who may not
}

// givenAddress is an address at which others follow the programme: for whom, and what is there.
type givenAddress struct{ ID, Label, Address, About string }

type dataGroup struct {
	Title string
	Files []dataFile
}

// dataFile is one file: what it is, for whom, and in what form.
type dataFile struct{ Label, URL, About, Form, Save string }

// data says what there is of an edition for programs and spreadsheets.
func (w *Web) data(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	path := func(p string) string { return c.URL(set.Path() + p) }
	file := func(key, address, form string) dataFile {
		return dataFile{Label: c.T("exchange.file." + key), About: c.T("exchange.file." + key + ".about"), URL: address, Form: form}
	}
	pack := file("package", path("/package.zip"), "ZIP")
	pack.Save = set.Slug + "-package.zip"
	packages := []dataFile{pack}
	if CanTakeAll(c.Actor, set) {
		all := file("package_all", path("/package.zip?all=1"), "ZIP")
		all.Save = set.Slug + "-package-all.zip"
		packages = append(packages, all)
	}
	v := dataView{
		Title: c.T("exchange.data.title"), Subtitle: c.T("exchange.data.subtitle", "Edition", c.Text(set.Name).S),
		Groups: []dataGroup{
			{Title: c.T("exchange.group.whole"), Files: packages},
			{Title: c.T("exchange.group.programme"), Files: []dataFile{
				file("ics", path("/programme.ics"), "iCalendar"),
				file("csv", path("/programme.csv"), "CSV"),
				file("xml", path("/schedule.xml"), "XML"),
				file("json", path("/schedule.json"), "JSON"),
				file("json2", path("/schedule.json?format=2"), "JSON"),
			}},
			{Title: c.T("exchange.group.activity"), Files: []dataFile{
				file("atom", path("/feed.atom"), "Atom"),
				file("jsonfeed", path("/feed.json"), "JSON Feed"),
			}},
			{Title: c.T("exchange.group.api"), Files: []dataFile{
				file("api", "/api/v1/editions/"+set.Slug, "JSON"),
				file("openapi", "/openapi.json", "OpenAPI"),
			}},
		},
	}
	for _, g := range []struct{ key, path string }{{"plenary", ""}, {"xml", "/schedule.xml"}, {"json", "/schedule.json"}, {"ics", "/programme.ics"}, {"csv", "/programme.csv"}} {
		v.Give = append(v.Give, givenAddress{
			ID: "give-" + g.key, Label: c.T("exchange.give." + g.key), Address: c.Absolute(set.Path() + g.path), About: c.T("exchange.give." + g.key + ".about"),
		})
	}
	if CanImport(c.Actor) {
		v.Import = c.URL("/import-package")
	}
	if CanTakeAll(c.Actor, set) {
		v.Follow = c.URL(set.Path() + "/import/sources")
	}
	return c.Page(web.Page{
		Name: "exchange/data", Title: v.Title, Describe: v.Subtitle, Section: "about",
		Trail: editions.Trail(c, set, web.Crumb{Label: v.Title}), V: v,
	})
}

// pack is the data package of an edition.
func (w *Web) pack(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	all := c.Query("all") != ""
	until, err := w.s.ends(c.Context(), set.ID)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := w.s.WritePackage(c.Context(), c.Actor, set.Slug, all, &b); err != nil {
		return err
	}
	if !all {
		for _, t := range until {
			c.Until(t.Time())
		}
		return c.Bytes("application/zip", b.Bytes())
	}
	// What holds private persons is kept nowhere on its way.
	h := c.W.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Disposition", `attachment; filename="`+set.Slug+`-package-all.zip"`)
	c.W.WriteHeader(http.StatusOK)
	_, _ = c.W.Write(b.Bytes()) // a reader who has gone needs no answer
	return nil
}
