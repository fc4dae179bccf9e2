package figures

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// PublishInput is the form with which figures are published.
type PublishInput struct {
	Status     string   `form:"status" ui:"radio" required:"true"`
	Promised   string   `form:"promised" ui:"date"`
	Parts      bool     `form:"parts" ui:"check"`
	Indicators []string `form:"indicators" ui:"checks" required:"true"`
	Reason     string   `form:"reason" ui:"area" max:"1000"`
}

// Validate checks what can be checked without the record.
func (in PublishInput) Validate(today string) error {
	p := core.Validate(in)
	if in.Status != "" && in.Status != Provisional && in.Status != Final {
		p.Add("status", "form.required")
	}
	if in.Status == Provisional {
		if in.Promised == "" {
			p.Add("promised", "figures.error.promised")
		} else if _, err := core.ParseDate(in.Promised); err != nil {
			p.Add("promised", "core.date.unreadable", "Date", in.Promised)
		} else if in.Promised < today {
			p.Add("promised", "figures.error.promised_past")
		}
	}
	for _, code := range in.Indicators {
		if _, ok := Find(code); !ok {
			p.Add("indicators", "figures.error.choose")
			break
		}
	}
	return p.Err()
}

// Publish reckons indicators of an edition and publishes them, with their breakdowns if
// asked for. What is small is hidden, with what it takes to keep it hidden, and stays so in
// all that is published of the edition later. Staff only, NotFound for others.
//
// Until the edition is over, breakdowns are published once a day at most, since two that
// are close in time tell apart who came between. A final figure is published anew with a
// reason only. Events: figure.published or figure.finalised, in the scope of the edition.
func (s *Service) Publish(ctx context.Context, a core.Actor, set *editions.Setting, in PublishInput) error {
	if err := internal(a, "publish", set.Scope()); err != nil {
		return err
	}
	asOf := s.rec.Clock.Instant()
	if err := in.Validate(dayAt(set, asOf)); err != nil {
		return err
	}
	if in.Status == Final {
		in.Promised = ""
	}
	r, err := s.result(ctx, set, together{codes: in.Indicators, parts: in.Parts})
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		was, err := latest(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		if err := mayPublish(set, in, was, tx.Now); err != nil {
			return err
		}
		if err := s.keepHidden(ctx, tx, set.ID, r); err != nil {
			return err
		}
		return s.keep(ctx, tx, set, in, r, was, asOf)
	})
}

// mayPublish checks the rules that depend on what was published before.
func mayPublish(set *editions.Setting, in PublishInput, was []Figure, now core.Instant) error {
	var p core.Problems
	for _, f := range was {
		chosen := slices.Contains(in.Indicators, f.Indicator)
		if chosen && f.Status == Final && in.Status == Provisional {
			p.Add("status", "figures.error.was_final")
			break
		}
		if chosen && f.Status == Final && strings.TrimSpace(in.Reason) == "" {
			p.Add("reason", "figures.error.reason")
			break
		}
	}
	for _, f := range was {
		if in.Parts && !over(set, now) && len(f.Parts) > 0 && dayAt(set, f.Published) == dayAt(set, now) {
			p.Add("parts", "figures.error.once_a_day")
			break
		}
	}
	return p.Err()
}

// keepHidden notes what is hidden from now on. What another act hid meanwhile is not known
// to this one, which is done again then.
func (s *Service) keepHidden(ctx context.Context, tx *record.Tx, edition core.ID, r result) error {
	before, err := hiddenBefore(ctx, tx, edition)
	if err != nil {
		return err
	}
	var rows []hiddenRow
	for table, p := range r.hidden {
		names := p.Names()
		for _, was := range before[table] {
			if was != mergedMark && !slices.Contains(names, was) && r.has(table, was) {
				return core.Conflict("figures.error.meanwhile")
			}
		}
		if table == "people/gender" && r.mergedGender {
			names = append(names, mergedMark)
		}
		for _, name := range names {
			if !slices.Contains(before[table], name) {
				rows = append(rows, hiddenRow{Edition: edition, Table: table, Cell: name})
			}
		}
	}
	for part := range slices.Chunk(rows, 500) {
		if _, err := tx.NewInsert().Model(&part).On("CONFLICT (edition, tab, cell) DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("note hidden cells: %w", err)
		}
	}
	return nil
}

// keep writes the figures and says so.
func (s *Service) keep(ctx context.Context, tx *record.Tx, set *editions.Setting, in PublishInput, r result, was []Figure, asOf core.Instant) error {
	lang := "en"
	if f, err := s.Editions.Forum(ctx); err == nil && f.Lang != "" {
		lang = f.Lang
	}
	var rows []Figure
	for _, d := range Indicators {
		if !slices.Contains(in.Indicators, d.Code) {
			continue
		}
		f := r.figure(set.ID, d)
		if !in.Parts {
			f.Parts = []Breakdown{}
		}
		f.ID, f.Number, f.Latest, f.Status, f.AsOf, f.Promised = tx.NewID(), 1, true, in.Status, asOf, in.Promised
		f.Reason, f.Account, f.Person, f.Published = core.NewText(lang, in.Reason), tx.Actor.Account, tx.Actor.Person, tx.Now
		if i := slices.IndexFunc(was, func(w Figure) bool { return w.Indicator == d.Code }); i >= 0 {
			f.Number = was[i].Number + 1
		}
		rows = append(rows, f)
	}
	_, err := tx.NewUpdate().Model((*Figure)(nil)).Set("latest = FALSE").
		Where("edition = ? AND latest = TRUE AND indicator IN (?)", set.ID, bun.List(in.Indicators)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("put former figures aside: %w", err)
	}
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("publish figures: %w", err)
	}
	if _, err := tx.NewDelete().Model((*Drift)(nil)).Where("edition = ? AND indicator IN (?)", set.ID, bun.List(in.Indicators)).Exec(ctx); err != nil {
		return fmt.Errorf("forget drift: %w", err)
	}
	kind := "figure.published"
	if in.Status == Final {
		kind = "figure.finalised"
	}
	label, _ := set.Name.In(lang)
	tx.Append(kind, set.ID, set.Scope(), record.Public, record.Data{"label": label, "figures": in.Indicators})
	return nil
}
