package agenda

import (
	_ "embed"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/pdf"
	"plenary/internal/platform/web"
)

// printStyle is the style of the programme as a PDF; on the page it is part of the forum's.
//
//go:embed print.css
var printStyle string

// acrossPaper is how many rooms stand side by side on a sheet.
const acrossPaper = 6

type printView struct {
	Title, Subtitle string
	Days            web.Tabs
	Forms           web.Tabs
	PDF             string
	Sheet           sheetView
	Empty           *web.Empty
}

// sheetView is what is printed.
type sheetView struct {
	Title, Subtitle, Address string
	Grid                     bool
	Days                     []sheetDay
}

type sheetDay struct {
	Label  string
	Clock  string
	Rows   []sheetRow
	Tables []sheetTable
}

type sheetRow struct {
	Time, Ref string // Time is empty where it is that of the row above
	Title     web.TextView
	Room      web.TextView
	Statuses  string
	Cancelled bool
}

// sheetTable is a part of the rooms, side by side.
type sheetTable struct {
	Label string
	Rooms []web.TextView
	Lines []sheetLine
}

type sheetLine struct {
	Time  string
	Cells [][]sheetRow
}

// sheet prepares the programme for paper: one day or all, as a list or with rooms side by
// side, as everybody may see it.
func (w *Web) sheet(c *web.C) (*editions.Setting, sheetView, []programme.Brief, error) {
	set, err := w.prog.Listed(c)
	if err != nil {
		return nil, sheetView{}, nil, err
	}
	filters := url.Values{}
	if day := c.Query("day"); day != "" {
		filters.Set("day", day)
	}
	list, err := w.s.Programme.Chosen(c.Context(), core.Visitor, set, filters)
	if err != nil {
		return nil, sheetView{}, nil, err
	}
	list = slices.DeleteFunc(slices.Clone(list), func(b programme.Brief) bool { return !b.Scheduled() })
	v := sheetView{
		Title: c.T("programme.list.calendar_name", "Edition", c.Text(set.Name).S), Address: c.S.BaseURL + set.Path() + "/programme", Grid: c.Query("view") == "grid",
		Subtitle: c.T("agenda.print.as_of", "Dates", editions.Dates(c, set.Edition), "Place", set.Place(c.Lang), "Count", len(list)),
	}
	for i := 0; i < len(list); {
		j := i
		for j < len(list) && list[j].Day == list[i].Day {
			j++
		}
		v.Days = append(v.Days, w.sheetDay(c, set, list[i:j], v.Grid))
		i = j
	}
	return set, v, list, nil
}

func (w *Web) sheetDay(c *web.C, set *editions.Setting, list []programme.Brief, grid bool) sheetDay {
	_, label := dayOf(c, set, list[0].Day)
	d := sheetDay{Label: label, Clock: w.prog.ClockNote(c, set, list)}
	if grid {
		d.Tables = w.sheetTables(c, set, list)
		return d
	}
	last := ""
	for _, b := range list {
		r := sheetRowOf(c, set, b)
		if r.Time == last {
			r.Time = ""
		} else {
			last = r.Time
		}
		d.Rows = append(d.Rows, r)
	}
	return d
}

func sheetRowOf(c *web.C, set *editions.Setting, b programme.Brief) sheetRow {
	r := sheetRow{
		Time: i18n.Clock(b.Starts.In(set.Zone)) + "–" + i18n.Clock(b.Ends.In(set.Zone)), Ref: programme.RefLabel(b.Ref), Title: c.Text(b.Label()),
		Cancelled: b.State == programme.StateCancelled,
	}
	var words []string
	if r.Cancelled {
		words = append(words, c.T("policy.session.state.cancelled"))
	}
	if b.InvitedOnly {
		words = append(words, c.T("programme.invited_only"))
	}
	r.Statuses = strings.Join(words, ", ")
	if x := set.Room(b.Room); x != nil {
		r.Room = c.Text(x.Name)
	}
	return r
}

// sheetTables lays a day out with its rooms side by side, as many as a sheet holds; a line
// for each time at which something starts.
func (w *Web) sheetTables(c *web.C, set *editions.Setting, list []programme.Brief) []sheetTable {
	var rooms []core.ID
	used := map[core.ID]bool{}
	for _, b := range list {
		if set.Room(b.Room) == nil {
			b.Room = ""
		}
		used[b.Room] = true
	}
	for _, r := range set.Rooms {
		if used[r.ID] {
			rooms = append(rooms, r.ID)
		}
	}
	if used[""] {
		rooms = append(rooms, "")
	}
	var out []sheetTable
	for part := range slices.Chunk(rooms, acrossPaper) {
		t := sheetTable{}
		for _, id := range part {
			name := web.TextView{S: c.T("programme.list.no_room"), Lang: c.Lang}
			if r := set.Room(id); r != nil {
				name = c.Text(r.Name)
			}
			t.Rooms = append(t.Rooms, name)
		}
		t.Label = c.T("agenda.print.rooms", "First", t.Rooms[0].S, "Last", t.Rooms[len(t.Rooms)-1].S)
		for _, b := range list {
			if set.Room(b.Room) == nil {
				b.Room = ""
			}
			at := slices.Index(part, b.Room)
			if at < 0 {
				continue
			}
			start := i18n.Clock(b.Starts.In(set.Zone))
			if n := len(t.Lines); n == 0 || t.Lines[n-1].Time != start {
				t.Lines = append(t.Lines, sheetLine{Time: start, Cells: make([][]sheetRow, len(part))})
			}
			cells := t.Lines[len(t.Lines)-1].Cells
			cells[at] = append(cells[at], sheetRowOf(c, set, b))
		}
		out = append(out, t)
	}
	return out
}

// print is the programme for paper, on a page that prints as it is.
func (w *Web) print(c *web.C) error {
	set, sheet, list, err := w.sheet(c)
	if err != nil {
		return err
	}
	title := c.T("agenda.print.title")
	v := printView{Title: title, Subtitle: c.T("agenda.print.subtitle"), Sheet: sheet}
	at := func(path, day, view string) string {
		q := url.Values{}
		if day != "" {
			q.Set("day", day)
		}
		if view != "" {
			q.Set("view", view)
		}
		if len(q) > 0 {
			path += "?" + q.Encode()
		}
		return c.URL(set.Path() + path)
	}
	day, view := c.Query("day"), ""
	if sheet.Grid {
		view = "grid"
	}
	known, err := w.prog.Ways(c, set)
	if err != nil {
		return err
	}
	v.Days = web.Tabs{Label: c.T("programme.list.days"), Class: "days", Tabs: []web.Tab{{Label: c.T("agenda.print.all_days"), URL: at("/programme/print", "", view), Current: day == ""}}}
	for _, way := range known {
		if way.Name != "day" {
			continue
		}
		for _, t := range way.Values {
			v.Days.Tabs = append(v.Days.Tabs, web.Tab{Label: t.Label, URL: at("/programme/print", t.URL, view), Current: day == t.URL})
		}
	}
	v.Forms = web.Tabs{Label: c.T("agenda.print.forms"), Tabs: []web.Tab{
		{Label: c.T("agenda.print.list"), URL: at("/programme/print", day, ""), Current: !sheet.Grid},
		{Label: c.T("agenda.print.grid"), URL: at("/programme/print", day, "grid"), Current: sheet.Grid},
	}}
	if len(list) == 0 {
		v.Empty = &web.Empty{Title: c.T("programme.list.none"), Text: c.T("programme.list.none_text")}
	} else if w.s.Printer.Available() {
		v.PDF = at("/programme/print.pdf", day, view)
	}
	return c.Page(web.Page{Name: "agenda/print", Title: title, Section: "programme", V: v, Trail: trail(c, set, web.Crumb{Label: title}), Canonical: c.S.BaseURL + set.Path() + "/programme/print"})
}

// printPDF is the same as a PDF, where the forum has a browser that prints.
func (w *Web) printPDF(c *web.C) error {
	if !w.s.Printer.Available() {
		return &core.Error{Kind: core.KindUnavailable, Key: "documents.pdf.none"}
	}
	set, sheet, list, err := w.sheet(c)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return core.NotFound()
	}
	body, err := c.Part("agenda/sheet", sheet)
	if err != nil {
		return err
	}
	class := "list"
	if sheet.Grid {
		class = "grid"
	}
	esc := template.HTMLEscapeString
	dir := core.Dir(c.Lang)
	pg := pdf.Page{
		HTML: fmt.Appendf(nil, "<!doctype html>\n<html lang=%q dir=%q><head><meta charset=\"utf-8\"><title>%s</title><style>%s</style></head><body class=%q>%s</body></html>",
			c.Lang, dir, esc(sheet.Title), printStyle, class, body),
		Footer: fmt.Sprintf(`<div lang=%q dir=%q style="font:8px Helvetica,Arial,sans-serif;width:100%%;margin:0 12mm;display:flex;justify-content:space-between"><span dir="ltr">%s</span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>`,
			c.Lang, dir, esc(sheet.Address)),
	}
	if !w.s.Printer.Has(pg) {
		if err := w.s.prints.Allow(web.RemoteAddr(c.R)); err != nil {
			return err
		}
	}
	out, err := w.s.Printer.Print(c.Context(), pg)
	if err != nil {
		return err
	}
	return c.File(web.File{
		Type: "application/pdf", Name: set.Slug + " " + c.T("shell.programme") + ".pdf", Inline: true, Packed: true,
		Policy: "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'", Body: out,
	})
}
