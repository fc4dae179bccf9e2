package reports

import (
	"fmt"
	"strconv"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type tableView struct {
	ID, Title string
	First     string // head of the first column
	Cols      []string
	Rows      []tableRow
}

type tableRow struct {
	Label string
	URL   string
	Cells []tableCell
}

type tableCell struct{ Label, Value string }

type figuresView struct {
	Title, Subtitle string
	Tabs            web.Tabs
	Figures         []figureView
	Tables          []tableView
	Defined         []figureView // what each figure means, in words
	CSV             string
	Empty           *web.Empty
	AsOf            string
}

func (w *Web) punctualIn(c *web.C) (*editions.Setting, Punctual, error) {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return nil, Punctual{}, err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	p, err := w.s.Punctuality(c.Context(), c.Actor, set, kindOf(c))
	if err != nil {
		return nil, Punctual{}, err
	}
	// What is missing grows when a limit passes.
	c.Until(c.Now().Truncate(time.Minute).Add(time.Minute))
	return set, p, nil
}

// punctuality is the public page of how punctual reports are. It is about types of
// sessions and days, never about persons.
func (w *Web) punctuality(c *web.C) error {
	set, p, err := w.punctualIn(c)
	if err != nil {
		return err
	}
	base := set.Path() + "/reports/punctuality"
	kind := kindOf(c)
	v := figuresView{
		Title: c.T("reports.punctuality_title", "Edition", c.Text(set.Name).S), Subtitle: c.T("reports.punctuality_subtitle"),
		Tabs: w.kindTabs(c, base, kind), Figures: punctualFigures(c, p.All), CSV: c.URL(base + ".csv?kind=" + kind),
		AsOf: c.T("reports.as_of", "Time", c.Stamp(c.S.Clock.Instant(), set.Zone), "Place", set.Place(c.Lang)),
	}
	if p.All.Median > 0 {
		v.Figures = append(v.Figures, figureView{c.T("reports.col.median"), c.Span(time.Duration(p.All.Median) * time.Minute)})
	}
	if p.All.Owed+p.All.Waiting == 0 {
		v.Empty = &web.Empty{Title: c.T("reports.board_empty"), Text: c.T("reports.board_empty_text")}
	}
	cols := []string{"owed", "on_time", "late", "median", "missing", "waiting"}
	for _, x := range cols {
		v.Defined = append(v.Defined, figureView{c.T("reports.col." + x), c.T("reports.define." + x)})
	}
	table := func(id string, list []Punctuality, label func(Punctuality) string) tableView {
		t := tableView{ID: id, Title: c.T("reports.by." + id), First: c.T("reports.col." + id)}
		for _, x := range cols {
			t.Cols = append(t.Cols, c.T("reports.col."+x))
		}
		for _, x := range list {
			median := ""
			if x.Late > 0 {
				median = c.Span(time.Duration(x.Median) * time.Minute)
			}
			row := tableRow{Label: label(x)}
			for i, s := range []string{strconv.Itoa(x.Owed), strconv.Itoa(x.OnTime), strconv.Itoa(x.Late), median, strconv.Itoa(x.Missing), strconv.Itoa(x.Waiting)} {
				row.Cells = append(row.Cells, tableCell{t.Cols[i], s})
			}
			t.Rows = append(t.Rows, row)
		}
		return t
	}
	if v.Empty == nil {
		v.Tables = []tableView{
			table("type", p.ByType, func(x Punctuality) string { return c.Text(x.Name).S }),
			table("day", p.ByDay, func(x Punctuality) string { return dayName(c, x.Group) }),
		}
	}
	return c.Page(web.Page{
		Name: "reports/figures", Title: v.Title, Section: "outcomes",
		Trail: editions.Trail(c, set, web.Crumb{Label: c.T("reports.board"), URL: c.URL(set.Path() + "/reports")}, web.Crumb{Label: c.T("reports.punctuality")}), V: v,
	})
}

func dayName(c *web.C, date string) string {
	if t, err := core.ParseDate(date); err == nil {
		return c.Date(t)
	}
	return c.T("reports.board_no_day")
}

func (w *Web) punctualityCSV(c *web.C) error {
	_, p, err := w.punctualIn(c)
	if err != nil {
		return err
	}
	rows := [][]string{{"by", "group", "owed", "on_time", "late", "median_late_minutes", "missing", "waiting"}}
	for _, part := range []struct {
		by   string
		list []Punctuality
	}{{"all", []Punctuality{p.All}}, {"type", p.ByType}, {"day", p.ByDay}} {
		for _, x := range part.list {
			row := []string{part.by, x.Group}
			for _, n := range []int{x.Owed, x.OnTime, x.Late, x.Median, x.Missing, x.Waiting} {
				row = append(row, strconv.Itoa(n))
			}
			rows = append(rows, row)
		}
	}
	return c.CSV(rows)
}

// counted is what the participation page is made of: the sessions with a published
// report, in the order of the programme, with their cards.
func (w *Web) counted(c *web.C) (*editions.Setting, []programme.Brief, map[core.ID]Card, error) {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return nil, nil, nil, err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	briefs, err := w.s.reported(c.Context(), c.Actor, set)
	if err != nil {
		return nil, nil, nil, err
	}
	cards, err := w.s.Cards(c.Context(), set.ID)
	open := map[core.ID]Card{} // of sessions that everybody may see
	for _, b := range briefs {
		if x, ok := cards[b.ID]; ok {
			open[b.ID] = x
		}
	}
	return set, briefs, open, err
}

// participation is the public page of who took part, as the reports say.
func (w *Web) participation(c *web.C) error {
	set, briefs, cards, err := w.counted(c)
	if err != nil {
		return err
	}
	sum := Participate(cards, len(briefs))
	base := set.Path() + "/reports"
	v := figuresView{
		Title: c.T("reports.participation_title", "Edition", c.Text(set.Name).S), Subtitle: c.T("reports.participation_subtitle"), CSV: c.URL(base + "/participation.csv"),
		AsOf: c.T("reports.as_of", "Time", c.Stamp(c.S.Clock.Instant(), set.Zone), "Place", set.Place(c.Lang)),
	}
	for _, f := range []struct {
		key string
		n   int
	}{
		{"reports", sum.Reports},
		{"numbers", sum.Numbers},
		{"uncounted", sum.Uncounted},
		{"no_card", sum.None},
		{"onsite", sum.Onsite},
		{"online", sum.Online},
		{"women", sum.Women},
		{"men", sum.Men},
		{"other", sum.Other},
		{"unstated", sum.Unstated},
		{"speakers", sum.Speakers},
		{"speakers_women", sum.WomenSpeak},
		{"topic_main", sum.TopicMain},
		{"topic_part", sum.TopicPart},
		{"topic_no", sum.TopicNo},
	} {
		v.Figures = append(v.Figures, figureView{c.T("reports.participation." + f.key), i18n.Number(c.Lang, f.n)})
		v.Defined = append(v.Defined, figureView{c.T("reports.participation." + f.key), c.T("reports.participation." + f.key + ".means")})
	}
	if len(briefs) == 0 {
		v.Empty = &web.Empty{Title: c.T("reports.empty"), Text: c.T("reports.participation_empty")}
	} else {
		v.Tables = []tableView{w.cardTable(c, briefs, cards)}
	}
	return c.Page(web.Page{
		Name: "reports/figures", Title: v.Title, Section: "outcomes",
		Trail: editions.Trail(c, set, web.Crumb{Label: c.T("reports.board"), URL: c.URL(base)}, web.Crumb{Label: c.T("reports.participation")}), V: v,
	})
}

func (w *Web) cardTable(c *web.C, briefs []programme.Brief, cards map[core.ID]Card) tableView {
	t := tableView{ID: "sessions", Title: c.T("reports.by.session"), First: c.T("reports.col.session")}
	in := CardInput{}
	t.Cols = append(t.Cols, c.T("reports.card.col"))
	for _, f := range in.figures(&Card{}) {
		t.Cols = append(t.Cols, c.T("reports.card.of."+f.name))
	}
	for _, b := range briefs {
		x, ok := cards[b.ID]
		row := tableRow{Label: c.T("reports.card.session", "Ref", programme.RefLabel(b.Ref), "Session", c.Text(b.Title).S), URL: c.URL(b.Path() + "/report")}
		how := c.T("reports.card.missing")
		if ok {
			how = c.T("reports.card.how." + x.How)
		}
		row.Cells = append(row.Cells, tableCell{t.Cols[0], how})
		for i, f := range in.figures(&x) {
			s := ""
			if ok && *f.n >= 0 {
				s = i18n.Number(c.Lang, *f.n)
			}
			row.Cells = append(row.Cells, tableCell{t.Cols[i+1], s})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (w *Web) participationCSV(c *web.C) error {
	_, briefs, cards, err := w.counted(c)
	if err != nil {
		return err
	}
	in := CardInput{}
	head := []string{"session", "title", "how", "reason"}
	for _, f := range in.figures(&Card{}) {
		head = append(head, f.name)
	}
	rows := [][]string{append(head, "topic")}
	for _, b := range briefs {
		x, ok := cards[b.ID]
		row := []string{b.Ref, c.Text(b.Title).S, x.How, x.Reason}
		for _, f := range in.figures(&x) {
			s := ""
			if ok && *f.n >= 0 {
				s = fmt.Sprint(*f.n)
			}
			row = append(row, s)
		}
		rows = append(rows, append(row, x.Topic))
	}
	return c.CSV(rows)
}
