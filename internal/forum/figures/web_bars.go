package figures

import (
	"fmt"
	"strconv"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// barsView is a chart of bars, which is a table.
type barsView struct {
	Anchor    string
	Sentence  string // what it shows
	Caption   string
	Of        *web.Tab // the figure that it divides
	Rows      []barView
	More      []barView // what is folded away
	MoreLabel string
	Note      string
	Whole     bool
}

type barView struct {
	Label  web.TextView
	URL    string
	Width  string
	Value  string
	Share  string
	Hidden bool
	First  bool
}

// shownRows is how many rows a chart of many has before the rest is folded.
const shownRows = 12

// labels names the cells of breakdowns for a reader.
type labels struct {
	c        *web.C
	s        *Service
	set      *editions.Setting
	types    []programme.Type
	sessions map[string]core.Text
}

func (w *Web) labels(c *web.C, set *editions.Setting, list []Figure) (labels, error) {
	l := labels{c: c, s: w.s, set: set, sessions: map[string]core.Text{}}
	var refs []string
	needTypes := false
	for i := range list {
		if b := list[i].Part(BySession); b != nil {
			for _, cell := range b.Cells {
				refs = append(refs, cell.Code)
			}
		}
		needTypes = needTypes || list[i].Part(ByType) != nil
	}
	var err error
	if needTypes {
		if l.types, err = w.s.Programme.Types(c.Context(), set.ID); err != nil {
			return l, err
		}
	}
	if len(refs) == 0 {
		return l, nil
	}
	var rows []struct {
		Ref   string    `bun:"ref"`
		Title core.Text `bun:"title"`
	}
	err = w.s.rec.DB.Read.NewSelect().TableExpr("sessions AS se").Column("se.ref", "se.title").
		Where("se.edition = ? AND se.state = 'scheduled'", set.ID).Where("se.ref IN (?)", bun.List(refs)).Scan(c.Context(), &rows)
	if err != nil {
		return l, fmt.Errorf("load titles of sessions: %w", err)
	}
	for _, r := range rows {
		l.sessions[r.Ref] = r.Title
	}
	return l, nil
}

// of names a cell, in whatever languages its name is known.
func (l labels) of(indicator, by, code string) core.Text {
	plain := func(key string) core.Text { return l.s.Catalog.Text(key) }
	if code == unsaid || code == none {
		return plain("figures.cell." + code)
	}
	switch by {
	case ByGroup:
		return l.s.Vocab.Label(vocab.Groups, code)
	case ByRegion:
		return l.s.Vocab.Label(vocab.Regions, code)
	case ByCountry, ByOrgCountry:
		return l.s.Vocab.Label(vocab.CountryList, code)
	case ByClass:
		return l.s.Vocab.Label(vocab.Classes, code)
	case ByOrganiser:
		if indicator == "proposals" {
			return l.s.Vocab.Label(vocab.Groups, code)
		}
		return l.s.Vocab.Label(vocab.Kinds, code)
	case ByTheme:
		if t := l.set.Theme(core.ID(code)); t != nil {
			return t.Name
		}
		if t := l.set.ThemeNamed(code); t != nil {
			return t.Name
		}
	case ByType:
		if t := programme.TypeNamed(l.types, code); t != nil {
			return t.Name
		}
		if key := "calls.kind." + code; l.s.Catalog.Has(key) {
			return plain(key)
		}
	case BySession:
		if t, ok := l.sessions[code]; ok {
			return t
		}
		return core.NewText("en", programme.RefLabel(code))
	}
	if key := "figures.cell." + by + "." + code; l.s.Catalog.Has(key) {
		return plain(key)
	}
	return core.NewText("en", code)
}

// overlaps tells whether the cells of a breakdown are no parts of one whole.
func overlaps(by string) bool { return by == ByClass || by == BySession || by == ByOrgCountry }

// bars makes a chart of a breakdown.
func (l labels) bars(f Figure, b Breakdown) barsView {
	c := l.c
	v := barsView{
		Anchor: b.By, Caption: c.T("figures.by."+b.By, "Figure", c.T("figures.of."+f.Indicator)), Whole: b.Whole,
		Of: &web.Tab{Label: c.T("figures.definition"), URL: c.URL(l.set.Path() + "/statistics/" + f.Indicator)},
	}
	if b.Whole {
		v.Note = c.T("figures.whole")
		return v
	}
	most, total, hidden, ties := 0, 0, 0, 0
	var first Cell
	for _, cell := range b.Cells {
		total += cell.Amount
		if cell.Hidden {
			hidden++
		}
		if cell.Amount == most {
			ties++
		}
		if cell.Amount > most {
			most, first, ties = cell.Amount, cell, 0
		}
	}
	if !f.Hidden && !overlaps(b.By) {
		total = max(total, f.Amount)
	}
	cells := b.Cells
	if by := b.By; by == ByCountry || by == ByOrgCountry || by == BySession {
		cells = largestFirst(cells)
	}
	for _, cell := range cells {
		row := barView{Label: c.Text(l.of(f.Indicator, b.By, cell.Code)), Hidden: cell.Hidden, First: cell == first && most > 0 && ties == 0, Value: i18n.Number(c.Lang, cell.Amount)}
		if cell.Hidden {
			row.Value = c.T("figures.hidden")
		}
		if b.By == BySession {
			row.URL = c.URL(l.set.Path() + "/" + cell.Code)
		}
		if most > 0 {
			row.Width = decimal(float64(cell.Amount*1000/most) / 10)
		}
		if total > 0 && !cell.Hidden && !overlaps(b.By) {
			row.Share = percent(c, cell.Amount, total)
		}
		if len(v.Rows) < shownRows || len(cells) <= shownRows+3 {
			v.Rows = append(v.Rows, row)
		} else {
			v.More = append(v.More, row)
		}
	}
	v.MoreLabel = c.T("figures.more", "Count", len(v.More))
	if most > 0 && ties == 0 {
		key := "figures.sentence.most"
		if !overlaps(b.By) {
			key = "figures.sentence.share"
		}
		v.Sentence = c.T(key, "Label", c.Text(l.of(f.Indicator, b.By, first.Code)).S, "Number", i18n.Number(c.Lang, most), "Share", percent(c, most, total))
	}
	if hidden > 0 {
		v.Note = c.T("figures.hidden_cells", "Count", hidden)
	}
	return v
}

func percent(c *web.C, n, of int) string {
	if of == 0 {
		return ""
	}
	p := strconv.Itoa((n*100 + of/2) / of)
	if n > 0 && p == "0" {
		return c.T("figures.percent_less")
	}
	return c.T("figures.percent", "Number", p)
}

// charts are those of the people who came, as far as they are published, and of the
// programme; the map shows where people came from.
func (w *Web) charts(c *web.C, set *editions.Setting, list []Figure) ([]barsView, *mapView, error) {
	l, err := w.labels(c, set, list)
	if err != nil {
		return nil, nil, err
	}
	var out []barsView
	var where *mapView
	for _, code := range []string{"attended", "badges", "approved", "registered"} {
		f := figureOf(list, code)
		if f == nil || len(f.Parts) == 0 || f.Amount == 0 {
			continue
		}
		for _, by := range []string{ByGroup, ByRegion, ByClass, ByGender, ByFirst} {
			if b := f.Part(by); b != nil {
				out = append(out, l.bars(*f, *b))
			}
		}
		if b := f.Part(ByCountry); b != nil {
			where = w.worldMap(l, *f, *b)
		}
		break
	}
	if f := figureOf(list, "sessions"); f != nil {
		for _, by := range []string{ByType, ByTheme} {
			if b := f.Part(by); b != nil && len(b.Cells) > 0 {
				out = append(out, l.bars(*f, *b))
			}
		}
	}
	if f := figureOf(list, "session-attendance"); f != nil {
		if b := f.Part(BySession); b != nil && len(b.Cells) > 0 {
			out = append(out, l.bars(*f, *b))
		}
	}
	return out, where, nil
}

func figureOf(list []Figure, code string) *Figure {
	for i := range list {
		if list[i].Indicator == code {
			return &list[i]
		}
	}
	return nil
}
