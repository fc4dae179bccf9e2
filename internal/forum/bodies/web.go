package bodies

import (
	"embed"
	"html/template"
	"strconv"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/people"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

//go:embed view/*.html
var viewFS embed.FS

// Slots of this room's pages. Rooms below fill them.
const (
	SlotCommunity = "bodies.community" // the overview; it has no subject
	SlotBody      = "bodies.body"      // a body's page: sessions, reports
	SlotBodySide  = "bodies.body.side" // beside it
)

// Web is the room's pages.
type Web struct {
	s      *Service
	people *people.Service
	vocab  *vocab.Service
}

// NewWeb makes the pages.
func NewWeb(s *Service) *Web { return &Web{s: s, people: s.people, vocab: s.vocab} }

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("bodies", viewFS); err != nil {
		return err
	}
	s.Takes("Bodies", takes)
	s.Handle("GET /community", w.overview)
	s.Handle("GET /community/{kind}", w.list) // also KIND.csv
	s.Handle("GET /community/{kind}/counts.csv", w.countsCSV)
	s.Handle("GET /community/{kind}/{slug}", w.body)
	s.Handle("GET /community/{kind}/{slug}/history", w.history)
	for path, h := range map[string]web.Handler{
		"/community/{kind}/new":                     w.create,
		"/community/{kind}/counts/new":              w.noteFigure,
		"/community/{kind}/{slug}/edit":             w.edit,
		"/community/{kind}/{slug}/standing":         w.standing,
		"/community/{kind}/{slug}/seats/new":        w.addSeat,
		"/community/{kind}/{slug}/seats/{seat}":     w.changeSeat,
		"/community/{kind}/{slug}/seats/{seat}/end": w.endSeat,
	} {
		s.Handle("GET "+path, h)
		s.Handle("POST "+path, h)
	}
	return nil
}

// reads says what a page of this room is made from. Seats are held today or not, so
// a page also changes at midnight UTC.
func reads(c *web.C) {
	c.Reads(core.ScopeForum)
	c.Until(c.Now().Truncate(24 * time.Hour).Add(24 * time.Hour))
}

func kindURL(c *web.C, k Kind) string { return c.URL("/community/" + k.Path) }

func (w *Web) trail(c *web.C, more ...web.Crumb) []web.Crumb {
	return append([]web.Crumb{{Label: c.T("bodies.community"), URL: c.URL("/community")}}, more...)
}

func kindCrumb(c *web.C, k Kind) web.Crumb {
	return web.Crumb{Label: c.T("bodies.kind." + k.Code + ".plural"), URL: kindURL(c, k)}
}

func bodyCrumb(c *web.C, b Body) web.Crumb {
	name := c.Text(b.Name)
	crumb := web.Crumb{Label: name.S, URL: c.URL(b.Path())}
	if name.Fallback {
		crumb.Lang = name.Lang
	}
	return crumb
}

// date prints a date as exactly as it is known.
func (w *Web) date(c *web.C, d Date) string {
	switch d.Precision() {
	case "day":
		return c.Date(d.First())
	case "month":
		return c.T("bodies.month."+strconv.Itoa(int(d.First().Month())), "Year", strconv.Itoa(d.Year()))
	case "year":
		return string(d)
	}
	return ""
}

// span prints a time between two dates.
func (w *Web) span(c *web.C, from, until Date) string {
	switch {
	case from != "" && until != "":
		return c.T("bodies.span.both", "From", w.date(c, from), "Until", w.date(c, until))
	case from != "":
		return c.T("bodies.span.from", "From", w.date(c, from))
	case until != "":
		return c.T("bodies.span.until", "Until", w.date(c, until))
	}
	return ""
}

func (w *Web) region(c *web.C, code string) web.TextView {
	return c.Text(w.vocab.Label(vocab.Regions, code))
}

func (w *Web) country(c *web.C, alpha2 string) web.TextView {
	if country, ok := w.vocab.Country(alpha2); ok {
		return c.Text(country.Name)
	}
	return web.TextView{}
}

// place is where a body is from: its country, else its regional group.
func (w *Web) place(c *web.C, b Body) web.TextView {
	if t := w.country(c, b.Country); t.S != "" {
		return t
	}
	return w.region(c, b.Region)
}

func (w *Web) status(c *web.C, b Body) web.Status {
	key := "bodies.status." + b.Status
	switch b.Status {
	case Active:
		return c.Status("done", key)
	case Inactive:
		return c.Status("cancelled", key)
	}
	st := c.Status("draft", key)
	st.Icon = "info"
	return st
}

// overviewView is the first page of the community.
type overviewView struct {
	Sections []overviewSection
	Panels   []template.HTML
}

type overviewSection struct {
	Title string
	Rows  []overviewRow
}

type overviewRow struct {
	Label, URL, What, Count string
	Parts                   []web.Tab // the kinds of a family
	Bodies                  []bodyLink
}

type bodyLink struct {
	Name web.TextView
	URL  string
}

// few is how many bodies of a kind the overview names one by one.
const few = 3

func (w *Web) overview(c *web.C) error {
	reads(c)
	counts, err := w.s.overview(c.Context())
	if err != nil {
		return err
	}
	all, err := w.s.all(c.Context())
	if err != nil {
		return err
	}
	var v overviewView
	last := ""
	for _, k := range counts {
		if k.Kind.Section != last {
			last = k.Kind.Section
			v.Sections = append(v.Sections, overviewSection{Title: c.T("bodies.section." + last)})
		}
		row := overviewRow{
			Label: c.T("bodies.kind." + k.Kind.Code + ".plural"), URL: kindURL(c, k.Kind),
			What: c.T("bodies.kind." + k.Kind.Code + ".what"), Count: c.T("bodies.listed", "Count", k.Count),
		}
		for _, p := range k.Parts {
			row.Parts = append(row.Parts, web.Tab{
				Label: c.T("bodies.kind." + p.Kind.Code + ".plural"), URL: kindURL(c, p.Kind), Count: i18n.Number(c.Lang, p.Count),
			})
		}
		for _, b := range all.list {
			if k.Count <= few && b.Kind == k.Kind.Code {
				row.Bodies = append(row.Bodies, bodyLink{Name: c.Text(b.Name), URL: c.URL(b.Path())})
			}
		}
		s := &v.Sections[len(v.Sections)-1]
		s.Rows = append(s.Rows, row)
	}
	v.Sections = append(v.Sections, overviewSection{Title: c.T("bodies.section.people"), Rows: []overviewRow{
		{Label: c.T("people.title"), URL: c.URL("/people"), What: c.T("people.subtitle")},
		{Label: c.T("people.organisations"), URL: c.URL("/organisations"), What: c.T("people.organisations_subtitle")},
	}})
	if v.Panels, err = c.Panels(SlotCommunity, ""); err != nil {
		return err
	}
	return c.Page(web.Page{
		Name: "bodies/overview", Title: c.T("bodies.community"), Describe: c.T("bodies.community.what"), Section: "community", V: v,
	})
}
