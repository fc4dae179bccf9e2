package figures

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

// Check compares the published figures of all editions with the record, where the record
// has moved since it was last done, and notes for the staff which final ones do not equal
// it. It changes no published figure. It is for rec.Every; it never runs for a reader.
func (s *Service) Check(ctx context.Context) error {
	list, err := s.Editions.Editions(ctx, core.Operator)
	if err != nil {
		return fmt.Errorf("list editions: %w", err)
	}
	ids := make([]core.ID, len(list))
	for i, e := range list {
		ids[i] = e.ID
	}
	all, err := latest(ctx, s.rec.DB.Read, ids...)
	if err != nil {
		return err
	}
	finals := map[core.ID][]Figure{}
	for _, f := range all {
		if f.Status == Final {
			finals[f.Edition] = append(finals[f.Edition], f)
		}
	}
	if len(finals) == 0 {
		return nil
	}
	var checks []checkRow
	if err := s.rec.DB.Read.NewSelect().Model(&checks).Scan(ctx); err != nil {
		return fmt.Errorf("load checks: %w", err)
	}
	was := map[core.ID]string{}
	for _, c := range checks {
		was[c.Edition] = c.Mark
	}
	for _, e := range list {
		mark := s.mark(e)
		if len(finals[e.ID]) == 0 || was[e.ID] == mark {
			continue
		}
		if err := s.compare(ctx, e.ID, was[e.ID], mark, finals[e.ID]); err != nil {
			return err
		}
	}
	return nil
}

// mark is how far the record of an edition has moved.
func (s *Service) mark(e editions.Edition) string {
	return strconv.FormatInt(s.rec.Scope(e.Scope()).Load(), 10) + "." + strconv.FormatInt(s.rec.Scope(participation.Scope(e.ID)).Load(), 10)
}

// compare notes what no longer fits, unless somebody has compared since the mark "was"
// read: that one may have seen more.
func (s *Service) compare(ctx context.Context, edition core.ID, was, mark string, finals []Figure) error {
	set, err := s.Editions.SettingByID(ctx, core.Operator, edition)
	if err != nil {
		return fmt.Errorf("load edition: %w", err)
	}
	r, err := s.result(ctx, set, together{})
	if err != nil {
		return err
	}
	var rows []Drift
	for _, f := range finals {
		o, ok := r.outcomes[f.Indicator]
		if digest := o.digest(); ok && digest != f.Digest {
			rows = append(rows, Drift{Edition: edition, Indicator: f.Indicator, Amount: o.amount, Lines: len(o.lines), Digest: digest})
		}
	}
	return s.rec.Write(ctx, core.Actor{Program: "follower"}, func(ctx context.Context, tx *record.Tx) error {
		var last []string
		if err := tx.NewSelect().Model((*checkRow)(nil)).Column("mark").Where("edition = ?", edition).Scan(ctx, &last); err != nil {
			return fmt.Errorf("load check: %w", err)
		}
		if strings.Join(last, "") != was {
			return nil
		}
		if err := setDrift(ctx, tx, edition, rows); err != nil {
			return err
		}
		c := checkRow{Edition: edition, Mark: mark, At: tx.Now}
		if _, err := tx.NewInsert().Model(&c).On("CONFLICT (edition) DO UPDATE").Set("mark = EXCLUDED.mark").Set("at = EXCLUDED.at").Exec(ctx); err != nil {
			return fmt.Errorf("note check: %w", err)
		}
		return nil
	})
}
