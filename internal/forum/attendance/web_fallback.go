package attendance

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"maps"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

//go:embed offline/fallback.js
var offlineScript []byte

//go:embed offline/fallback.css
var offlineStyle []byte

type fallbackView struct {
	Title string
	Days  []web.Tab
}

// offlinePage is the page in the file.
type offlinePage struct {
	Lang, Dir   string
	Forum, Name web.TextView
	Date, Place string
	Made        string
	Sessions    []offlineSession
	Home        string
}

type offlineSession struct {
	Ref, Label string
	Title      web.TextView
	When       web.When
	Room       web.TextView
	Place      bool
}

// fallback explains the page to fall back on, or with a day gives it as a zip file.
func (w *Web) fallback(c *web.C) error {
	set, err := w.setting(c)
	if err != nil {
		return err
	}
	if err := check(policy, c.Actor, set, "export_fallback"); err != nil {
		return err
	}
	day := c.Query("day")
	if day == "" {
		v := fallbackView{Title: c.T("attendance.fallback.title")}
		for _, d := range set.Days() {
			v.Days = append(v.Days, web.Tab{Label: i18n.LongDate(c.Lang, d.Time(set.Zone)), URL: c.URL(set.Path() + "/attendance/fallback?day=" + d.Slug())})
		}
		return c.Page(web.Page{
			Name: "attendance/fallback", Title: v.Title, Section: "programme", NoIndex: true, V: v,
			Trail: editions.Trail(c, set, web.Crumb{Label: c.T("attendance.places.title"), URL: c.URL(set.Path() + "/attendance")}, web.Crumb{Label: v.Title}),
		})
	}
	at := slices.IndexFunc(set.Days(), func(d editions.Day) bool { return d.Slug() == day })
	if at < 0 {
		return core.NotFound()
	}
	d := set.Days()[at]
	doors, locked, err := w.s.fallbackOf(c.Context(), c.Actor, set, d.Date, c.Lang)
	if err != nil {
		return err
	}
	body, err := w.offline(c, set, d, doors, locked)
	if err != nil {
		return err
	}
	return c.File(web.File{Type: "application/zip", Name: set.Slug + "-" + d.Slug() + "-fallback.zip", Packed: true, Body: body})
}

// offline puts the page and its files into a zip.
func (w *Web) offline(c *web.C, set *editions.Setting, d editions.Day, doors []Door, locked *vault) ([]byte, error) {
	forum, err := w.s.Participation.Editions.Forum(c.Context())
	if err != nil {
		return nil, err
	}
	v := offlinePage{
		Lang: c.Lang, Dir: core.Dir(c.Lang), Forum: c.Text(forum.Name), Name: c.Text(set.Name), Date: i18n.LongDate(c.Lang, d.Time(set.Zone)),
		Place: set.Place(c.Lang), Made: c.Stamp(c.S.Clock.Instant(), "UTC") + " UTC", Home: c.S.BaseURL,
	}
	theirs := *c
	theirs.Zone = "" // the page is not the reader's: its script tells each her own time
	for i := range doors {
		x := &doors[i]
		s := offlineSession{
			Ref: x.Ref, Label: refLabel(x.Ref), Title: c.Text(x.Title), When: theirs.When(x.Starts, x.Ends, set.Zone, set.Place(c.Lang)), Place: x.URL != "",
		}
		if r := set.Room(x.Room); r != nil {
			s.Room = c.Text(r.Name)
		}
		v.Sessions = append(v.Sessions, s)
	}
	page, err := c.Part("attendance/offline", v)
	if err != nil {
		return nil, err
	}
	files, err := locked.files()
	if err != nil {
		return nil, err
	}
	files["index.html"], files["fallback.js"], files["fallback.css"] = []byte(page), offlineScript, offlineStyle
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: c.S.Clock.Now()})
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(files[name]); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}
