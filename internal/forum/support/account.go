package support

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// OfAccount gives all applications of the actor, those of the newest edition first. A
// visitor has none. She alone asks: it is what her own page and the export of her data
// hold.
func (s *Service) OfAccount(ctx context.Context, a core.Actor) ([]*Own, error) {
	if !a.SignedIn() {
		return nil, nil
	}
	var of []core.ID
	q := s.rec.DB.Read.NewSelect().Model((*Application)(nil)).ColumnExpr("DISTINCT sa.edition")
	if a.Person != "" {
		q = q.Where("sa.account = ? OR sa.person = ?", a.Account, a.Person)
	} else {
		q = q.Where("sa.account = ?", a.Account)
	}
	if err := q.Scan(ctx, &of); err != nil {
		return nil, fmt.Errorf("load own applications: %w", err)
	}
	var out []*Own
	for _, id := range of { // one a year
		set, err := s.Editions.SettingByID(ctx, a, id)
		if core.KindOf(err) == core.KindNotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		list, err := s.Mine(ctx, a, set)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	slices.SortStableFunc(out, func(x, y *Own) int { return -compareDays(x.Set.FirstDay, y.Set.FirstDay) })
	return out, nil
}

func compareDays(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Task is a committee of which the actor is, with how many applications wait for her.
type Task struct {
	Set  *editions.Setting
	Left int
}

// SeatsOf gives the committees of the actor whose scoring is open.
func (s *Service) SeatsOf(ctx context.Context, a core.Actor) ([]Task, error) {
	if !a.SignedIn() {
		return nil, nil
	}
	var of []core.ID
	if err := s.rec.DB.Read.NewSelect().Model((*Member)(nil)).ColumnExpr("DISTINCT sm.edition").Join("JOIN support_applications AS sa ON sa.edition = sm.edition").
		Where("sm.account = ? AND sa.state = ?", a.Account, StateEligible).Scan(ctx, &of); err != nil {
		return nil, fmt.Errorf("load own committees: %w", err)
	}
	var out []Task
	for _, id := range of { // one a year
		set, err := s.Editions.SettingByID(ctx, a, id)
		if core.KindOf(err) == core.KindNotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		seen, err := s.Lines(ctx, a, set)
		if err != nil {
			return nil, err
		}
		t := Task{Set: set}
		for _, l := range seen.Lines {
			if l.State == StateEligible && rankOf(l) == 0 {
				t.Left++
			}
		}
		out = append(out, t)
	}
	return out, nil
}

// EraseTx takes out of the applications of an account what is personal: words of hers and
// of who recommends her, her files, her name behind them. What the ledger and the figures
// need stays: states, country, classes, group, region, what was stated as a code, amounts.
// Her answers to the call are the proposals' matter. Event: support.erased for each.
func (s *Service) EraseTx(ctx context.Context, tx *record.Tx, account core.ID) error {
	if account == "" {
		return nil
	}
	var list []Application
	if err := tx.NewSelect().Model(&list).Where("sa.account = ?", account).Scan(ctx); err != nil {
		return fmt.Errorf("load applications: %w", err)
	}
	if len(list) == 0 {
		return nil
	}
	of := bun.List(ids(list))
	if _, err := tx.NewDelete().Model((*File)(nil)).Where("application IN (?)", of).Exec(ctx); err != nil {
		return fmt.Errorf("erase files: %w", err)
	}
	if _, err := tx.NewUpdate().Model((*Advice)(nil)).Set("name = '', email = '', email_key = '', words = '', token = ''").Where("application IN (?)", of).Exec(ctx); err != nil {
		return fmt.Errorf("erase recommendations: %w", err)
	}
	if _, err := tx.NewUpdate().Model((*Score)(nil)).Set("words = '', marks = ?", "{}").Where("application IN (?)", of).Exec(ctx); err != nil {
		return fmt.Errorf("erase scores: %w", err)
	}
	for i := range list {
		x := &list[i]
		x.Account, x.Person, x.Organisation, x.OrgKey, x.Overruled, x.Because, x.Reason = "", "", "", "", "", "", ""
		if x.In([]string{StateApplied, StateEligible, StateIneligible, StateRanked, StateWaiting, StateNot, StateOffered}) {
			x.State, x.Choice = StateWithdrawn, ""
		}
		x.Travel, x.Report, x.Feedback, x.Erased = Travel{}, Report{}, core.Text{}, tx.Now
		if err := save(ctx, tx, x); err != nil {
			return err
		}
		tx.Append("support.erased", x.ID, Scope(x.Edition), record.Internal, record.Data{"label": label(x)})
	}
	return nil
}
