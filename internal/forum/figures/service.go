package figures

import (
	"context"
	"fmt"
	"slices"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/record"
)

// House is what the room needs of others.
type House struct {
	Editions  *editions.Service
	Vocab     *vocab.Service
	People    *people.Service
	Calls     *calls.Service
	Programme *programme.Service
	Catalog   *i18n.Catalog
	Grantees  Grantees // nil: travel is not supported here
}

// Service reckons figures and publishes them.
type Service struct {
	House
	rec *record.Record
}

// New makes the service. Check is to be called every minute by rec.Every.
func New(rec *record.Record, h House) *Service { return &Service{House: h, rec: rec} }

// Value is a figure as it was last published. Anybody who sees the edition may call;
// NotFound for what is not published. A hidden number is 0, with Hidden.
func (s *Service) Value(ctx context.Context, a core.Actor, set *editions.Setting, code string) (Figure, error) {
	list, err := s.History(ctx, a, set, code)
	if err != nil {
		return Figure{}, err
	}
	return list[0], nil
}

// History is each state in which a figure was published, newest first. NotFound where it
// never was.
func (s *Service) History(ctx context.Context, a core.Actor, set *editions.Setting, code string) ([]Figure, error) {
	if err := policy.Check("see", "", a.Roles(set.Scope())...); err != nil {
		return nil, err
	}
	if _, ok := Find(code); !ok {
		return nil, core.NotFound()
	}
	list, err := published(ctx, s.rec.DB.Read, set.ID, code)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, core.NotFound()
	}
	return list, nil
}

// Values are the figures of an edition as they were last published, in the order of
// Indicators. One query.
func (s *Service) Values(ctx context.Context, a core.Actor, set *editions.Setting) ([]Figure, error) {
	if err := policy.Check("see", "", a.Roles(set.Scope())...); err != nil {
		return nil, err
	}
	list, err := latest(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return nil, err
	}
	return inOrder(list), nil
}

// inOrder sorts figures as Indicators stand; those of indicators that are gone go.
func inOrder(list []Figure) []Figure {
	place := func(f Figure) int {
		return slices.IndexFunc(Indicators, func(d Indicator) bool { return d.Code == f.Indicator })
	}
	list = slices.DeleteFunc(list, func(f Figure) bool { return place(f) < 0 })
	slices.SortStableFunc(list, func(a, b Figure) int { return place(a) - place(b) })
	return list
}

// Now is what the record says at this moment of all indicators of an edition, for the
// staff before they publish: each as it would be shown, with its real amount.
type Now struct {
	Figure
	Of    Indicator
	Real  int     // what stays hidden too
	Was   *Figure // as it was last published
	Drift bool    // a published final figure does not equal the record any more
}

// Now reckons all indicators. Staff only, NotFound for others.
func (s *Service) Now(ctx context.Context, a core.Actor, set *editions.Setting) ([]Now, error) {
	if err := internal(a, "publish", set.Scope()); err != nil {
		return nil, err
	}
	all := together{parts: true}
	for _, d := range Indicators {
		all.codes = append(all.codes, d.Code)
	}
	r, err := s.result(ctx, set, all)
	if err != nil {
		return nil, err
	}
	was, err := latest(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return nil, err
	}
	out := make([]Now, 0, len(Indicators))
	for _, d := range Indicators {
		n := Now{Figure: r.figure(set.ID, d), Of: d, Real: r.outcomes[d.Code].amount}
		if i := slices.IndexFunc(was, func(f Figure) bool { return f.Indicator == d.Code }); i >= 0 {
			n.Was = &was[i]
			n.Drift = was[i].Status == Final && was[i].Digest != n.Digest
		}
		out = append(out, n)
	}
	return out, nil
}

// result reckons an edition as it stands in the record now.
func (s *Service) result(ctx context.Context, set *editions.Setting, to together) (result, error) {
	rule, err := settings(ctx, s.rec.DB.Read)
	if err != nil {
		return result{}, err
	}
	before, err := hiddenBefore(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return result{}, err
	}
	x, err := s.read(ctx, s.rec.DB.Read, set, rule.Least)
	if err != nil {
		return result{}, err
	}
	return reckon(x, before, rule.Least, to), nil
}

// Drifted are the published final figures of an edition that no longer equal the record,
// as last compared. Staff only.
func (s *Service) Drifted(ctx context.Context, a core.Actor, set *editions.Setting) (map[string]Drift, error) {
	if err := internal(a, "publish", set.Scope()); err != nil {
		return nil, err
	}
	return driftOf(ctx, s.rec.DB.Read, set.ID)
}

// Settings are how small cells are hidden. Staff only.
func (s *Service) Settings(ctx context.Context, a core.Actor) (Settings, error) {
	if err := internal(a, "set", core.ScopeForum); err != nil {
		return Settings{}, err
	}
	return settings(ctx, s.rec.DB.Read)
}

// SettingsInput is the form of the settings.
type SettingsInput struct {
	Version int64 `form:"version" ui:"hidden"`
	Least   int   `form:"least" ui:"number" required:"true"`
}

// Set changes the least number of people that is shown. It holds for what is published
// from now on; what was hidden stays hidden. Staff of the forum only. Event:
// figures.rule_set.
func (s *Service) Set(ctx context.Context, a core.Actor, in SettingsInput) error {
	if err := internal(a, "set", core.ScopeForum); err != nil {
		return err
	}
	p := core.Validate(in)
	if in.Least < fewestLeast || in.Least > mostLeast {
		p.Add("least", "figures.error.least", "From", fewestLeast, "To", mostLeast)
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		was, err := settings(ctx, tx)
		if err != nil {
			return err
		}
		if was.Version != in.Version {
			return core.Stale(SettingsInput{Version: was.Version, Least: was.Least})
		}
		now := Settings{ID: core.ScopeForum, Least: in.Least, Version: was.Version + 1}
		if _, err := tx.NewInsert().Model(&now).On("CONFLICT (id) DO UPDATE").Set("least = EXCLUDED.least").Set("version = EXCLUDED.version").Exec(ctx); err != nil {
			return fmt.Errorf("save settings of figures: %w", err)
		}
		tx.Append("figures.rule_set", core.ID(core.ScopeForum), core.ScopeForum, record.Public, record.Data{
			"changes": map[string]record.Change{"least": {Before: was.Least, After: in.Least}},
		})
		return nil
	})
}

// over tells whether an edition is over.
func over(set *editions.Setting, now core.Instant) bool {
	return len(set.Days()) > 0 && !now.Before(set.End())
}

// dayAt is the date at the venue.
func dayAt(set *editions.Setting, at core.Instant) string {
	return at.In(set.Zone).Format(time.DateOnly)
}
