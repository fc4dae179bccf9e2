package messages

import (
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

type coverageView struct {
	Title, Says string
	Status      web.Status
	CSV         string
	Groups      heardView
	Regions     heardView
	Messages    []coveredView
	Themes      []subjectView
	Questions   []subjectView
	Unused      []web.Tab
	Silent      []web.Tab
	Empty       *web.Empty
}

type heardView struct {
	ID, Caption, Says string
	Rows              []heardRow
	Unheard           []string
}

type heardRow struct {
	Label               string
	Of                  string // "6 of 34"
	ProgrammeW, VoicesW string // widths of the bars
	Gap                 bool
}

type coveredView struct {
	N, URL          string
	Rests, Voices   string
	Groups, Regions []string
}

type subjectView struct {
	Label    web.TextView
	Number   string
	Theme    web.ThemeChip
	Sessions string
	Messages []web.Tab
	Gap      bool
}

func (w *Web) covered(c *web.C) (*editions.Setting, Coverage, error) {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return nil, Coverage{}, err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	c.Until(c.Tomorrow())
	cov, err := w.s.Coverage(c.Context(), c.Actor, set, CanSeeDraft(c.Actor, set.Scope()) && c.Query("version") != "public")
	if !cov.Next.IsZero() {
		c.Until(cov.Next.Time().Add(time.Microsecond))
	}
	return set, cov, err
}

// coverage is the page that says what of the programme is in the Messages, and who is
// not heard in them.
func (w *Web) coverage(c *web.C) error {
	set, cov, err := w.covered(c)
	if err != nil {
		return err
	}
	base := c.URL(set.Path() + "/messages")
	out := coverageView{
		Title: c.T("messages.coverage"), CSV: base + "/coverage.csv",
		Says:    c.T("messages.coverage_says", "Used", cov.Sessions-len(cov.Unused), "Sessions", cov.Sessions, "Count", len(cov.Messages), "Voices", cov.Voices, "People", cov.People),
		Groups:  w.heard(c, "groups", vocab.Groups, cov.Groups),
		Regions: w.heard(c, "regions", vocab.Regions, cov.Regions),
	}
	if cov.View.Set != nil {
		out.Status = w.status(c, set, cov.View)
	}
	if len(cov.Messages) == 0 {
		out.Empty = &web.Empty{Title: c.T("messages.empty"), Text: c.T("messages.coverage_empty")}
	}
	for _, m := range cov.Messages {
		v := coveredView{
			N: c.T("messages.title_one", "Number", m.N), URL: base + "/" + strconv.Itoa(m.N) + "/provenance",
			Rests: c.T("messages.pinned_of", "Pinned", m.Pinned, "Count", m.Sources), Voices: i18n.Number(c.Lang, m.Voices),
			Groups: w.labels(c, vocab.Groups, m.Groups), Regions: w.labels(c, vocab.Regions, m.Regions),
		}
		out.Messages = append(out.Messages, v)
	}
	for _, th := range cov.Themes {
		out.Themes = append(out.Themes, subjectView{
			Theme: web.ThemeChip{Colour: th.Theme.Colour, Name: c.Text(th.Theme.Name)}, Sessions: i18n.Number(c.Lang, th.Sessions),
			Messages: numbersOf(base, th.Messages), Gap: len(th.Messages) == 0,
		})
	}
	for _, q := range cov.Question {
		out.Questions = append(out.Questions, subjectView{
			Number: q.Question.Number, Label: c.Text(q.Question.Question), Sessions: i18n.Number(c.Lang, q.Sessions),
			Messages: numbersOf(base, q.Messages), Gap: len(q.Messages) == 0,
		})
	}
	out.Unused, out.Silent = sessionTabs(c, cov.Unused, "/report"), sessionTabs(c, cov.Silent, "")
	return c.Page(web.Page{Name: "messages/coverage", Title: out.Title, Describe: out.Says, Section: "outcomes", Trail: w.trail(c, set, out.Title), V: out})
}

func numbersOf(base string, list []int) []web.Tab {
	var out []web.Tab
	for _, n := range list {
		out = append(out, web.Tab{Label: strconv.Itoa(n), URL: base + "/" + strconv.Itoa(n)})
	}
	return out
}

func sessionTabs(c *web.C, list []programme.Brief, end string) []web.Tab {
	var out []web.Tab
	for _, b := range list {
		t := c.Text(b.Title)
		tab := web.Tab{Label: t.S, URL: c.URL(b.Path() + end)}
		if t.Fallback {
			tab.Lang = t.Lang
		}
		out = append(out, tab)
	}
	return out
}

func (w *Web) labels(c *web.C, list string, codes []string) []string {
	var out []string
	for _, code := range codes {
		out = append(out, c.Text(w.vocab.Label(list, code)).S)
	}
	return out
}

// heard prints the counts of groups or regions with their bars.
func (w *Web) heard(c *web.C, id, list string, rows []Heard) heardView {
	v := heardView{ID: id, Caption: c.T("messages.heard." + id)}
	most := 1
	for _, h := range rows {
		most = max(most, h.Programme, h.Voices)
	}
	for _, h := range rows {
		label := c.T("messages.not_known")
		if h.Code != "" {
			label = c.Text(w.vocab.Label(list, h.Code)).S
		}
		r := heardRow{
			Label: label, Of: c.T("messages.heard_of", "Voices", i18n.Number(c.Lang, h.Voices), "People", i18n.Number(c.Lang, h.Programme)),
			ProgrammeW: width(h.Programme, most), VoicesW: width(h.Voices, most),
			Gap: h.Voices == 0 && h.Programme > 0 && h.Code != "",
		}
		if r.Gap {
			v.Unheard = append(v.Unheard, label)
		}
		v.Rows = append(v.Rows, r)
	}
	v.Says = c.T("messages.heard_all")
	if n := len(v.Unheard); n > 0 {
		v.Says = c.T("messages.unheard."+id, "Count", n)
	}
	return v
}

func width(n, most int) string {
	return strconv.FormatFloat(float64(n)*100/float64(most), 'f', 1, 64)
}

// coverageCSV is the coverage as a table for programs and spreadsheets.
func (w *Web) coverageCSV(c *web.C) error {
	set, cov, err := w.covered(c)
	if err != nil {
		return err
	}
	rows := [][]string{{"kind", "code", "label", "in_programme", "in_messages", "messages"}}
	numbers := func(list []int) string {
		s := make([]string, len(list))
		for i, n := range list {
			s[i] = strconv.Itoa(n)
		}
		return strings.Join(s, " ")
	}
	rows = append(rows, heardRows(w, c, vocab.Groups, cov.Groups, numbers)...)
	rows = append(rows, heardRows(w, c, vocab.Regions, cov.Regions, numbers)...)
	for _, th := range cov.Themes {
		rows = append(rows, []string{"theme", th.Theme.Slug, c.Text(th.Theme.Name).S, strconv.Itoa(th.Sessions), strconv.Itoa(len(th.Messages)), numbers(th.Messages)})
	}
	for _, q := range cov.Question {
		rows = append(rows, []string{"policy-question", q.Question.Number, c.Text(q.Question.Question).S, strconv.Itoa(q.Sessions), strconv.Itoa(len(q.Messages)), numbers(q.Messages)})
	}
	for _, b := range cov.Unused {
		rows = append(rows, []string{"session-not-used", set.Slug + "/" + b.Ref, c.Text(b.Title).S, "", "0", ""})
	}
	for _, b := range cov.Silent {
		rows = append(rows, []string{"session-without-takeaways", set.Slug + "/" + b.Ref, c.Text(b.Title).S, "", "0", ""})
	}
	return c.CSV(rows)
}

func heardRows(w *Web, c *web.C, kind string, list []Heard, numbers func([]int) string) [][]string {
	var rows [][]string
	for _, h := range list {
		label := c.T("messages.not_known")
		if h.Code != "" {
			label = c.Text(w.vocab.Label(kind, h.Code)).S
		}
		rows = append(rows, []string{kind, h.Code, label, strconv.Itoa(h.Programme), strconv.Itoa(h.Voices), numbers(h.Messages)})
	}
	return rows
}
