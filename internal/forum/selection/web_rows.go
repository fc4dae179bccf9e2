package selection

import (
	"context"
	"strconv"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type balanceShare struct {
	Name       web.TextView
	Colour     int
	All, Taken string // widths of the bars
	Says       string
	Before     string
	Over       bool
}

type balanceView struct {
	Title, Note string
	Rows        []balanceShare
}

// sidesOf is the balance as bars: what was proposed, and what is taken.
func sidesOf(x words, b *Board) []balanceView {
	out := make([]balanceView, 0, len(b.Balance))
	for i, s := range b.Balance {
		v := balanceView{Title: x.c.T("selection.side." + s.Side)}
		most := 0
		switch s.Side {
		case SideTheme:
			if b.Selection.Rules.Cap > 0 {
				most = ThemeMost(b.inputs)
				v.Note = x.c.T("selection.cap_note", "Most", most, "Percent", b.Selection.Rules.Cap)
			}
		case SideGender:
			v.Note = x.c.T("selection.gender_note")
		}
		top := 1.0
		for _, share := range s.Shares {
			taken, all := s.Part(share)
			top = max(top, taken, all)
		}
		was := map[string]int{}
		for _, share := range b.Before[i].Shares {
			was[share.Code] = share.Taken
		}
		for _, share := range s.Shares {
			taken, all := s.Part(share)
			r := balanceShare{
				Name: x.value(s.Side, share.Code), All: width(all / top), Taken: width(taken / top), Over: most > 0 && share.Code != "" && share.Taken > most,
				Says: x.c.T("selection.share", "Taken", share.Taken, "All", share.All, "Percent", int(taken+0.5)),
			}
			if was[share.Code] != share.Taken {
				r.Before = x.c.T("selection.was", "Count", was[share.Code])
			}
			if t, ok := x.theme(core.ID(share.Code)); ok && s.Side == SideTheme {
				r.Colour = t.Colour
			}
			v.Rows = append(v.Rows, r)
		}
		out = append(out, v)
	}
	return out
}

func width(part float64) string { return strconv.FormatFloat(100*part, 'f', 1, 64) }

// alike are the proposals that have near-duplicates; what is kept from the reader makes no
// pair.
func (s *Service) alike(ctx context.Context, b *Board) (map[core.ID]bool, error) {
	pairs, err := s.Proposals.PairsOf(ctx, b.Call)
	out := map[core.ID]bool{}
	for _, p := range pairs {
		if !p.Same || b.barred[p.A] || b.barred[p.B] {
			continue
		}
		out[p.A], out[p.B] = true, true
	}
	return out, err
}

// rows are the lines of one page of the board.
func (w *Web) rows(v *boardView, x words, b *Board, f filters) error {
	c := x.c
	list := make([]Line, 0, len(b.Lines))
	for _, l := range b.Lines {
		if f.keeps(b, l) {
			list = append(list, l)
		}
	}
	order(list, f.Sort)
	v.Result = c.T("selection.shown", "Count", len(list), "All", len(b.Lines))
	if len(list) == 0 {
		v.Empty = &web.Empty{Title: c.T("selection.nothing"), Text: c.T("selection.nothing_text")}
		return nil
	}
	pages := (len(list) + perPage - 1) / perPage
	f.Page = min(f.Page, pages)
	if pages > 1 {
		v.Pager = web.Tabs{Label: c.T("selection.pages")}
		for n := 1; n <= pages; n++ {
			v.Pager.Tabs = append(v.Pager.Tabs, web.Tab{Label: strconv.Itoa(n), URL: c.URL(f.query(b, "page", strconv.Itoa(n))), Current: n == f.Page})
		}
	}
	same, err := w.s.alike(c.Context(), b)
	if err != nil {
		return err
	}
	keys := []string{"number", "place", "n", "mean", "normalised", "sd"}
	if len(b.Selection.Rules.Bonuses) > 0 {
		keys = append(keys, "points")
	}
	for i, k := range keys {
		col := column{Label: c.T("selection.column." + k), Num: i > 0, URL: c.URL(f.query(b, "sort", k, "page", ""))}
		switch f.Sort {
		case k:
			col.Sort, col.URL = "ascending", c.URL(f.query(b, "sort", "-"+k, "page", ""))
		case "-" + k:
			col.Sort = "descending"
		}
		v.Columns = append(v.Columns, col)
	}
	apart, outcome, was := c.T("review.apart"), c.T("selection.column.outcome"), c.T("selection.column.was")
	twin, newcomer := c.T("selection.alike"), c.T("selection.newcomer.yes")
	names := map[[2]string]web.TextView{}
	named := func(side, code string) web.TextView {
		key := [2]string{side, code}
		if _, ok := names[key]; !ok {
			names[key] = x.value(side, code)
		}
		return names[key]
	}
	for _, l := range list[(f.Page-1)*perPage : min(len(list), f.Page*perPage)] {
		r := boardRow{
			Number: l.Number, Title: titled(l.Title, l.Language), URL: c.URL(onePath(b.Call.Ref, l.Number)), Try: c.T("selection.try_one", "Number", l.Number),
			Outcome: x.status(l.Outcome.Choice, l.Outcome.Type), Why: x.why(l), OutcomeL: outcome, WasL: was,
		}
		if t, ok := x.theme(l.Theme()); ok {
			r.Theme = &web.ThemeChip{Colour: t.Colour, Name: c.Text(t.Name)}
		}
		if l.Group != "" {
			r.Facts = append(r.Facts, named(SideGroup, l.Group))
		}
		if l.Region != "" {
			r.Facts = append(r.Facts, named(SideRegion, l.Region))
		}
		for _, code := range l.Classes {
			r.Facts = append(r.Facts, web.TextView{S: code, Lang: c.Lang})
		}
		if l.Newcomer {
			r.Facts = append(r.Facts, web.TextView{S: newcomer, Lang: c.Lang})
		}
		if same[l.ID] {
			r.Alike = twin
		}
		if l.Standing.Apart() {
			r.Apart = apart
		}
		for i, k := range keys[1:] {
			r.Cells = append(r.Cells, cell{Label: v.Columns[i+1].Label, Value: shownValue(c.Lang, l, k)})
		}
		if l.Was != nil {
			r.Was = x.status(l.Was.Choice, l.Was.Type)
			if l.Was.Answer != "" {
				r.Was.Words = c.T("selection.was_answered", "Choice", r.Was.Words, "Answer", c.T("selection.answer."+l.Was.Answer))
			}
		}
		v.Rows = append(v.Rows, r)
	}
	return nil
}

func shownValue(lang string, l Line, key string) string {
	x, ok := sortable[key](l)
	switch {
	case key == "n":
		return strconv.Itoa(l.N) + "/" + strconv.Itoa(l.Assigned)
	case !ok:
		return "–"
	case key == "place" || key == "number":
		return strconv.Itoa(int(x))
	}
	return decimal(lang, x)
}

// why says why an outcome is what it is.
func (x words) why(l Line) string {
	switch {
	case l.Tried:
		return x.c.T("selection.why.tried")
	case l.Hand != nil:
		return x.c.T("selection.why.hand", "Who", l.Hand.ByName)
	case l.Outcome.Why == WhyHand:
		return x.c.T("selection.why.stands")
	case l.Outcome.Why == "":
		return ""
	}
	return x.c.T("selection.why." + l.Outcome.Why)
}
