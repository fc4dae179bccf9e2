package conduct

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// Counts are the numbers of an edition's reports and decisions, for its figures, which
// hide small ones.
type Counts struct {
	Reports, Appeals, Reversed int
	Decisions                  map[string]int // by kind; reversed ones are among them
}

// Counts counts the reports and decisions of an edition. It names nobody; its caller hides
// small numbers before they are shown.
func (s *Service) Counts(ctx context.Context, edition core.ID) (Counts, error) {
	out := Counts{Decisions: map[string]int{}}
	n, err := s.rec.DB.Read.NewSelect().Model((*Report)(nil)).Where("cr.edition = ?", edition).Count(ctx)
	if err != nil {
		return out, fmt.Errorf("count reports: %w", err)
	}
	out.Reports = int(n)
	var rows []struct {
		Kind, Outcome string
		N             int
	}
	if err := s.rec.DB.Read.NewRaw("SELECT kind, outcome, COUNT(*) AS n FROM conduct_decisions WHERE edition = ? GROUP BY kind, outcome", edition).Scan(ctx, &rows); err != nil {
		return out, fmt.Errorf("count decisions: %w", err)
	}
	for _, r := range rows {
		out.Decisions[r.Kind] += r.N
		if r.Outcome != "" {
			out.Appeals += r.N
		}
		if r.Outcome == OutcomeReversed {
			out.Reversed += r.N
		}
	}
	return out, nil
}

// BarredFrom are the sessions from which standing decisions remove registrations. Its
// caller has asked for the right; join links ask it.
func (s *Service) BarredFrom(ctx context.Context, registrations []core.ID) (map[core.ID][]core.ID, error) {
	out := map[core.ID][]core.ID{}
	if len(registrations) == 0 {
		return out, nil
	}
	var rows []Decision
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Column("registration", "session").
		Where("cd.registration IN (?) AND cd.kind = ? AND cd.outcome <> ?", bun.List(registrations), KindSession, OutcomeReversed).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load removals from sessions: %w", err)
	}
	for _, d := range rows {
		out[d.Registration] = append(out[d.Registration], d.Session)
	}
	return out, nil
}

// Barred are the registrations that standing decisions remove from sessions, by session. Its
// caller has asked for the right; doors of rooms ask it.
func (s *Service) Barred(ctx context.Context, sessions []core.ID) (map[core.ID][]core.ID, error) {
	out := map[core.ID][]core.ID{}
	if len(sessions) == 0 {
		return out, nil
	}
	var rows []Decision
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Column("registration", "session").
		Where("cd.session IN (?) AND cd.kind = ? AND cd.outcome <> ? AND cd.registration <> ''", bun.List(sessions), KindSession, OutcomeReversed).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load removals of sessions: %w", err)
	}
	for _, d := range rows {
		out[d.Session] = append(out[d.Session], d.Registration)
	}
	return out, nil
}

// Tidy erases the personal parts of reports that were closed long enough ago: what was
// reported, by whom and of whom, notes, files, reasons. What stays are the number, the days
// and the kind of the decision. It appends conduct.erased for each.
func (s *Service) Tidy(ctx context.Context) error {
	var due []struct {
		ID, Edition core.ID
		Closed      core.Instant
		Months      *int
	}
	if err := s.rec.DB.Read.NewRaw(`SELECT cr.id, cr.edition, cr.closed, cs.months FROM conduct_reports AS cr LEFT JOIN conduct_settings AS cs ON cs.edition = cr.edition
		WHERE cr.state = ? AND cr.erased IS NULL AND cr.closed IS NOT NULL ORDER BY cr.id`, StateClosed).Scan(ctx, &due); err != nil {
		return fmt.Errorf("look for old reports: %w", err)
	}
	now := s.rec.Clock.Now()
	for _, r := range due {
		months := 24
		if r.Months != nil {
			months = *r.Months
		}
		if r.Closed.Time().AddDate(0, months, 0).After(now) {
			continue
		}
		err := s.rec.Write(ctx, core.Actor{Program: "retention"}, func(ctx context.Context, tx *record.Tx) error { return s.EraseTx(ctx, tx, r.ID) })
		if err != nil {
			return err
		}
	}
	return nil
}

// EraseTx takes the personal parts out of a report inside an act whose caller has asked for
// the right. A second time it changes nothing.
func (s *Service) EraseTx(ctx context.Context, tx *record.Tx, id core.ID) error {
	r, err := reportTx(ctx, tx, id)
	if err != nil || !r.Erased.IsZero() {
		return err
	}
	for _, f := range r.Files {
		if err := s.Files.DropTx(ctx, tx, f.File); err != nil {
			return err
		}
	}
	if _, err := tx.NewDelete().Model((*Note)(nil)).Where("report = ?", id).Exec(ctx); err != nil {
		return fmt.Errorf("erase notes: %w", err)
	}
	if _, err := tx.NewDelete().Model((*Kept)(nil)).Where("report = ?", id).Exec(ctx); err != nil {
		return fmt.Errorf("erase files: %w", err)
	}
	if _, err := tx.NewDelete().Model((*recusedRow)(nil)).Where("report = ?", id).Exec(ctx); err != nil {
		return fmt.Errorf("erase recused: %w", err)
	}
	if _, err := tx.NewUpdate().Model((*Decision)(nil)).Set("registration = '', reason = '', outcome_why = '', account = '', token_hash = ''").Where("report = ?", id).Exec(ctx); err != nil {
		return fmt.Errorf("erase decisions: %w", err)
	}
	r.Account, r.Contact, r.TokenHash, r.Place, r.Happened, r.Words, r.About, r.Registration, r.Erased = "", "", "", "", "", "", "", "", tx.Now
	tx.Append("conduct.erased", id, Scope(r.Edition), record.Internal, record.Data{"number": r.Number})
	return save(ctx, tx, r, "account", "contact", "token_hash", "place", "happened", "words", "about", "registration", "erased")
}
