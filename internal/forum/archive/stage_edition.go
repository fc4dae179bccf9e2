package archive

import (
	"context"
	"slices"

	"plenary/internal/core"
	"plenary/internal/formats/forumtext"
	"plenary/internal/formats/schedule"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// Fields of an edition that a source may fill.
const (
	fieldOrdinal = "ordinal"
	fieldTheme   = "theme"
	fieldCity    = "city"
	fieldHost    = "host"
	fieldDates   = "dates"
)

func foundEdition(h forumtext.EditionHint) FoundEdition {
	f := FoundEdition{Ordinal: h.Ordinal, Theme: h.Theme, City: h.City, Host: h.Host}
	for _, d := range []struct {
		from forumtext.Date
		to   *string
	}{{h.Start, &f.FirstDay}, {h.End, &f.LastDay}, {h.DayZero, &f.DayZero}} {
		if d.from.Year != 0 && d.from.Month != 0 && d.from.Day != 0 {
			*d.to = d.from.String()
		}
	}
	return f
}

func conferenceEdition(s *schedule.Schedule) FoundEdition {
	f := FoundEdition{FirstDay: s.Conference.Start, LastDay: s.Conference.End, City: s.Conference.City}
	if len(f.FirstDay) > 10 {
		f.FirstDay = f.FirstDay[:10]
	}
	if len(f.LastDay) > 10 {
		f.LastDay = f.LastDay[:10]
	}
	if _, err := core.ParseDate(f.FirstDay); err != nil {
		f.FirstDay = ""
	}
	if _, err := core.ParseDate(f.LastDay); err != nil || f.LastDay < f.FirstDay {
		f.LastDay = f.FirstDay
	}
	f.reckoned = f.FirstDay == ""
	for _, e := range s.Events { // some files state other days than they fill
		if e.Date == "" {
			continue
		}
		if f.FirstDay == "" || e.Date < f.FirstDay {
			f.FirstDay = e.Date
		}
		f.LastDay = max(f.LastDay, e.Date)
	}
	return f
}

// edition stages what the source says of the edition itself, if anything is new, and
// notes what it says otherwise.
func (st *staging) edition(f FoundEdition, at Spot, confidence int) {
	set := st.set
	var changes []Change
	fill := func(field, have, said string) {
		if said == "" || core.Fold(said) == core.Fold(have) {
			return
		}
		c := Change{Field: field, Before: Arg{S: have}, After: Arg{S: said}, Why: WhyFills, Take: true}
		if have != "" {
			c.Why, c.Take = WhyContradicts, false
			if covers(have, said) || covers(said, have) {
				return
			}
		}
		changes = append(changes, c)
	}
	if f.Ordinal != 0 && f.Ordinal != set.Ordinal {
		c := Change{Field: fieldOrdinal, Before: Arg{N: set.Ordinal}, After: Arg{N: f.Ordinal}, Why: WhyContradicts}
		if set.Ordinal == 0 {
			c.Why, c.Take = WhyFills, true
		}
		changes = append(changes, c)
	}
	fill(fieldTheme, anyText(set.Edition.Theme, f.Theme), f.Theme)
	fill(fieldCity, anyText(set.City, f.City), f.City)
	fill(fieldHost, anyText(set.Host, f.Host), f.Host)
	if c, ok := st.dates(f, at); ok {
		changes = append(changes, c)
	}
	for _, c := range changes {
		if c.Why == WhyContradicts && c.Field != fieldDates {
			st.note(Note{Group: NoteContradiction, Code: "edition", Place: at, Item: -1, Args: map[string]Arg{"Field": {S: c.Field}, "Said": c.After, "Have": c.Before}})
		}
	}
	if len(changes) == 0 {
		return
	}
	st.add(Staged{
		Kind: KindEdition, Label: set.Name.String(), Place: at, Confidence: confidence, Choice: ChoiceLink, Target: set.ID, Changes: changes,
	}, f)
}

// anyText is the language of a text in which it says the same, else its own.
func anyText(t core.Text, said string) string {
	for _, v := range values(t) {
		if core.Fold(v) == core.Fold(said) {
			return v
		}
	}
	return t.String()
}

// dates compares the dates that a source states with those of the edition: some count
// Day Zero and some do not (X12). An edition without any session takes them over.
func (st *staging) dates(f FoundEdition, at Spot) (Change, bool) {
	set := st.set
	if f.FirstDay == "" || f.LastDay == "" {
		return Change{}, false
	}
	if f.FirstDay == set.FirstDay && f.LastDay == set.LastDay {
		return Change{}, false
	}
	if days := set.Days(); f.reckoned && len(st.known.briefs) > 0 && len(days) > 0 && days[0].Date <= f.FirstDay && f.LastDay <= days[len(days)-1].Date {
		return Change{}, false // sessions need not be on each of its days
	}
	args := map[string]Arg{"Said": {Date: f.FirstDay}, "SaidUntil": {Date: f.LastDay}, "Have": {Date: set.FirstDay}, "HaveUntil": {Date: set.LastDay}}
	if days := set.Days(); len(days) > 0 && set.DayZero != "" {
		first, last := days[0].Date, days[len(days)-1].Date
		without := slices.DeleteFunc(slices.Clone(days), func(d editions.Day) bool { return d.Number == 0 })
		switch {
		case f.FirstDay == first && f.LastDay == last:
			st.note(Note{Group: NoteContradiction, Code: "dates-with-day-zero", Place: at, Item: -1, Args: args})
			return Change{}, false
		case len(without) > 0 && f.FirstDay == without[0].Date && f.LastDay == without[len(without)-1].Date:
			st.note(Note{Group: NoteContradiction, Code: "dates-without-day-zero", Place: at, Item: -1, Args: args})
			return Change{}, false
		}
	}
	st.note(Note{Group: NoteContradiction, Code: "dates", Place: at, Item: -1, Args: args})
	c := Change{
		Field: fieldDates, Before: Arg{Date: set.FirstDay, S: set.LastDay}, After: Arg{Date: f.FirstDay, S: f.LastDay}, Why: WhyContradicts,
		Take: len(st.known.briefs) == 0,
	}
	if c.Take {
		e := set.Edition
		e.FirstDay, e.LastDay, e.DayZero, e.DatesCountDayZero = f.FirstDay, f.LastDay, f.DayZero, false
		st.days = e.Days()
	}
	return c, true
}

// edition makes the taken changes to the edition, and adds the figures.
func (ap *applying) edition(ctx context.Context, tx *record.Tx) error {
	in, changed := editions.InputOf(ap.set.Edition), false
	figures := slices.Clone(ap.set.Figures)
	for i := range ap.plan.Items {
		st := &ap.plan.Items[i]
		switch {
		case st.Kind == KindEdition && st.Choice == ChoiceLink:
			var f FoundEdition
			if err := st.into(&f); err != nil {
				return err
			}
			for _, c := range st.Changes {
				if !c.Take {
					continue
				}
				changed = true
				switch c.Field {
				case fieldOrdinal:
					in.Ordinal = f.Ordinal
				case fieldTheme:
					in.Theme = with(in.Theme, ap.text(clipTo(f.Theme, 300)))
				case fieldCity:
					in.City = with(in.City, ap.text(clipTo(f.City, 100)))
				case fieldHost:
					in.Host = with(in.Host, ap.text(clipTo(f.Host, 200)))
				case fieldDates:
					in.FirstDay, in.LastDay, in.DayZero = f.FirstDay, f.LastDay, f.DayZero
					in.DatesCountDayZero = f.DayZero != "" && f.DayZero >= f.FirstDay && f.DayZero <= f.LastDay
				}
			}
			if changed {
				ap.item("edition", ap.set.ID, st.Label, st.Place)
				st.Subject = ap.set.ID
			}
		case st.Kind == KindFigure && st.Choice == ChoiceNew:
			var f FoundFigure
			if err := st.into(&f); err != nil {
				return err
			}
			id := tx.NewID()
			figures = append(figures, editions.Figure{
				ID: id, Indicator: f.Indicator, Qualifier: f.Qualifier, Amount: f.Amount, Note: clipTo(f.Words, 500), Source: ap.plan.Name,
			})
			ap.res.Figures++
			st.Subject = id
			ap.item("figure", id, st.Label, st.Place)
		}
	}
	if changed {
		if err := ap.s.editions.ChangeTx(ctx, tx, ap.set, in); err != nil {
			return err
		}
	}
	if ap.res.Figures == 0 {
		return nil
	}
	return ap.s.editions.SetFiguresTx(ctx, tx, ap.set, figures)
}
