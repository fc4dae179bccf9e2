package support

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// reminder is one row of what was sent.
type reminder struct {
	bun.BaseModel `bun:"table:support_reminders,alias:sd"`

	Application core.ID      `bun:"application,pk"`
	Kind        string       `bun:"kind,pk"`
	At          core.Instant `bun:"at"`
}

// when reminders go out, in days from the end of what they remind of; the last that is due
// goes out, those before it are not made up for.
var (
	offerDays  = []int{-3, -1}
	reportDays = []int{-14, -3, 1, 14, 45}
)

// due is the reminder that is due: the last of days that has come, unless what comes next
// is long over.
func due(days []int, end, now core.Instant) (int, bool) {
	found, ok := 0, false
	for _, d := range days {
		if !now.Before(end.Add(time.Duration(d) * 24 * time.Hour)) {
			found, ok = d, true
		}
	}
	return found, ok
}

// Due does what time brings: offers that were not answered lapse, who has come is noted as
// travelled, and reminders go out. The wiring calls it every hour; a second call does
// nothing. Events: support.lapsed, support.travelled.
func (s *Service) Due(ctx context.Context) error {
	var list []Programme
	if err := s.rec.DB.Read.NewSelect().Model(&list).Where("sp.published IS NOT NULL").OrderExpr("sp.edition").Scan(ctx); err != nil {
		return fmt.Errorf("load programmes: %w", err)
	}
	for i := range list {
		set, err := s.Editions.SettingByID(ctx, core.Operator, list[i].Edition)
		if err != nil {
			return err
		}
		if err := s.dueOf(ctx, &list[i], set); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) dueOf(ctx context.Context, p *Programme, set *editions.Setting) error {
	open := []string{StateOffered, StateAccepted, StateTravelled}
	if list, err := applications(ctx, s.rec.DB.Read, p.Edition, open); err != nil || len(list) == 0 {
		return err
	}
	return s.rec.Write(ctx, core.Actor{Program: "follower"}, func(ctx context.Context, tx *record.Tx) error {
		list, err := applications(ctx, tx, p.Edition, open)
		if err != nil || len(list) == 0 {
			return err
		}
		rows, err := in[reminder](ctx, tx, ids(list), "sd.application IN (?)", "sd.application, sd.kind")
		if err != nil {
			return err
		}
		sent := map[reminder]bool{}
		for _, r := range rows {
			sent[reminder{Application: r.Application, Kind: r.Kind}] = true
		}
		came, err := s.cameTx(ctx, tx, p.Edition)
		if err != nil {
			return err
		}
		for i := range list {
			if err := s.dueTx(ctx, tx, p, set, &list[i], came[list[i].Account], sent); err != nil {
				return err
			}
		}
		return nil
	})
}

// cameTx are the accounts whose registration says that they were at the venue.
func (s *Service) cameTx(ctx context.Context, tx *record.Tx, edition core.ID) (map[core.ID]bool, error) {
	var rows []core.ID
	if err := tx.NewSelect().TableExpr("registrations AS rg").Column("rg.account").
		Where("rg.edition = ? AND rg.account <> '' AND (rg.onsite IS NOT NULL OR rg.collected IS NOT NULL)", edition).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("load who came: %w", err)
	}
	out := map[core.ID]bool{}
	for _, id := range rows {
		out[id] = true
	}
	return out, nil
}

func (s *Service) dueTx(ctx context.Context, tx *record.Tx, p *Programme, set *editions.Setting, x *Application, came bool, sent map[reminder]bool) error {
	if x.State == StateAccepted && came {
		if err := s.stateTx(ctx, tx, x, StateTravelled); err != nil {
			return err
		}
	}
	kind, end, days, until := "support_offer_reminder", endOf(x.AnswerUntil, set.Zone, 0), offerDays, lastMoment(x.AnswerUntil, set.Zone)
	switch {
	case x.State == StateOffered && !tx.Now.Before(end):
		if err := s.stateTx(ctx, tx, x, StateLapsed); err != nil {
			return err
		}
		return s.remindTx(ctx, tx, x, set, mailOf("support_lapsed", x), until)
	case x.State != StateOffered:
		kind, end, days = "support_report_reminder", p.ReportDue(set.LastDay, set.Zone), reportDays
		until = end.Add(-time.Minute).In(set.Zone).Format("2006-01-02 15:04") + " " + set.Zone
	}
	day, ok := due(days, end, tx.Now)
	if !ok {
		return nil
	}
	r := reminder{Application: x.ID, Kind: fmt.Sprintf("%s/%d", kind, day)}
	if sent[r] {
		return nil
	}
	r.At = tx.Now
	if _, err := tx.NewInsert().Model(&r).On("CONFLICT (application, kind) DO NOTHING").Exec(ctx); err != nil {
		return fmt.Errorf("note reminder: %w", err)
	}
	if day > 0 {
		kind = "support_report_late"
	}
	return s.remindTx(ctx, tx, x, set, mail.Message{ID: fmt.Sprintf("%s/%s/%d", kind, x.ID, day), Kind: kind}, until)
}

func (s *Service) remindTx(ctx context.Context, tx *record.Tx, x *Application, set *editions.Setting, m mail.Message, until string) error {
	acc, err := s.Accounts.ByIDs(ctx, []core.ID{x.Account})
	if err != nil {
		return err
	}
	return s.tellTx(ctx, tx, acc[x.Account], m, set, "Until", until, "URL", s.BaseURL+set.Path()+"/my-support")
}
