package vocab

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// CountrySubject names a country in the record.
func CountrySubject(alpha2 string) core.ID { return core.ID(CountryList + "/" + alpha2) }

// InputOfCountry is the form of a country as it stands.
func InputOfCountry(c Country) CountryInput {
	in := CountryInput{Version: c.Version, Name: c.Name}
	for _, m := range c.Classes {
		in.Classes = append(in.Classes, ClassRow{Class: m.Class, From: m.From, Until: m.Until, Scheduled: m.Scheduled, Note: m.Note})
	}
	return in
}

// Validate checks the form of a country. Rows without a class are rows taken away.
func (in CountryInput) Validate() error {
	p := core.Validate(in)
	seen := map[string]bool{}
	for i, r := range in.Classes {
		at := "classes[" + strconv.Itoa(i) + "]."
		if r.Class == "" {
			continue
		}
		if seen[r.Class] {
			p.Add(at+"class", "vocab.error.class_twice")
		}
		seen[r.Class] = true
		checkDay(&p, at+"from", r.From)
		checkDay(&p, at+"until", r.Until)
		if r.From != "" && r.Until != "" && r.Until <= r.From {
			p.Add(at+"until", "vocab.error.until_first")
		}
		if r.Scheduled && r.Until == "" {
			p.Add(at+"until", "vocab.error.scheduled_when")
		}
	}
	return p.Err()
}

// EditCountry gives a country other names, per language, and corrects its classes:
// a scheduled end is moved or becomes a fact. A name that equals the one that comes
// with the program is not kept as a change, so that later releases can mend it. Staff
// only. Event: country.changed. Errors: NotFound, Invalid, Stale with a CountryInput.
func (s *Service) EditCountry(ctx context.Context, a core.Actor, alpha2 string, in CountryInput) (Country, error) {
	c, ok := s.Country(alpha2)
	if !ok {
		return c, core.NotFound()
	}
	if err := check(a, "edit"); err != nil {
		return c, err
	}
	in.Name = in.Name.Clean()
	if err := in.Validate(); err != nil {
		return c, err
	}
	in.Classes = slices.DeleteFunc(slices.Clone(in.Classes), func(r ClassRow) bool { return r.Class == "" })
	for i, r := range in.Classes {
		if !s.Has(Classes, r.Class) {
			p := core.Problems{}
			p.Add("classes["+strconv.Itoa(i)+"].class", "vocab.error.class")
			return c, p.Err()
		}
	}
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		st, err := load(ctx, tx)
		if err != nil {
			return err
		}
		before := build(0, st).countries[c.Alpha2]
		if before.Version != in.Version {
			return core.Stale(InputOfCountry(before))
		}
		own := override(data().countries[c.Alpha2].Name, in.Name)
		row := nameRow{Alpha2: c.Alpha2, Name: own, Version: in.Version + 1}
		changed := changedClasses(c.Alpha2, before.Classes, in.Classes)
		c = before
		c.Classes = after(before.Classes, changed)
		for l, n := range in.Name.By {
			c.Name = c.Name.With(l, n)
		}
		for l, n := range data().countries[c.Alpha2].Name.By {
			if in.Name.By[l] == "" { // emptied: back to what comes with the program
				c.Name = c.Name.With(l, n)
			}
		}
		c.Version, c.Edited = row.Version, len(own.By) > 0
		changes := record.Changes(flatCountry(before), flatCountry(c))
		if len(changes) == 0 {
			c = before
			return nil
		}
		if err := writeCountry(ctx, tx, row, in.Version, changed); err != nil {
			if core.KindOf(err) == core.KindStale {
				return core.Stale(InputOfCountry(before))
			}
			return err
		}
		tx.Append("country.changed", CountrySubject(c.Alpha2), core.ScopeForum, record.Public,
			record.Data{"label": c.Name, "alpha2": c.Alpha2, "changes": changes})
		return nil
	})
	return c, err
}

func writeCountry(ctx context.Context, tx *record.Tx, row nameRow, version int64, classes []classRow) error {
	stale, err := record.Once(tx.NewInsert().Model(&row).On("CONFLICT (alpha2) DO UPDATE").
		Set("name = EXCLUDED.name, version = EXCLUDED.version").Where("n.version = ?", version).Exec(ctx))
	if err != nil {
		return fmt.Errorf("name country: %w", err)
	}
	if stale {
		return core.Stale(nil)
	}
	if len(classes) == 0 {
		return nil
	}
	if _, err := tx.NewInsert().Model(&classes).On("CONFLICT (alpha2, class) DO UPDATE").
		Set("from_date = EXCLUDED.from_date, until_date = EXCLUDED.until_date, scheduled = EXCLUDED.scheduled").
		Set("note = EXCLUDED.note, removed = EXCLUDED.removed, edited = TRUE, version = cc.version + 1").
		Exec(ctx); err != nil {
		return fmt.Errorf("class country: %w", err)
	}
	return nil
}

// override keeps of a typed name what differs from the one that comes along.
func override(base, typed core.Text) core.Text {
	out := core.Text{}
	for _, l := range core.Langs {
		if n := typed.By[l]; n != "" && n != base.By[l] {
			out = out.With(l, n)
		}
	}
	return out
}

// changedClasses are the rows to be written: new ones, other dates, those taken away.
func changedClasses(alpha2 string, have []Membership, want []ClassRow) []classRow {
	var out []classRow
	for _, w := range want {
		row := classRow{
			Alpha2: alpha2, Class: w.Class, From: w.From, Until: w.Until, Scheduled: w.Scheduled,
			Note: strings.TrimSpace(w.Note), Edited: true, Version: 1,
		}
		if i := slices.IndexFunc(have, func(m Membership) bool { return m.Class == w.Class }); i >= 0 {
			m := have[i]
			if m.From == row.From && m.Until == row.Until && m.Scheduled == row.Scheduled && m.Note == row.Note {
				continue
			}
			row.Source, row.Recalled = m.Source, m.Recalled
		}
		out = append(out, row)
	}
	for _, m := range have {
		if !slices.ContainsFunc(want, func(w ClassRow) bool { return w.Class == m.Class }) {
			row := classRowOf(alpha2, m)
			row.Removed, row.Edited, row.Version = true, true, 1
			out = append(out, row)
		}
	}
	return out
}

// after is what the classes are once the rows are written.
func after(have []Membership, changed []classRow) []Membership {
	out := slices.Clone(have)
	for _, r := range changed {
		out = slices.DeleteFunc(out, func(m Membership) bool { return m.Class == r.Class })
		if !r.Removed {
			out = append(out, r.membership())
		}
	}
	slices.SortFunc(out, func(a, b Membership) int { return strings.Compare(a.Class, b.Class) })
	return out
}

// flatCountry spreads a country out for the record.
func flatCountry(c Country) map[string]any {
	out := map[string]any{}
	spread(out, "country_name_", c.Name)
	var lines []string
	for _, m := range c.Classes {
		line := m.Class + " " + m.From + "/" + m.Until
		if m.Scheduled {
			line += " scheduled"
		}
		if m.Note != "" {
			line += ": " + m.Note
		}
		lines = append(lines, line)
	}
	out["country_classes"] = lines
	return out
}
