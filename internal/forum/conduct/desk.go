package conduct

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

// load reads all that belongs to a report.
func load(ctx context.Context, idb bun.IDB, r *Report) error {
	if err := idb.NewSelect().Model(&r.Notes).Where("cn.report = ?", r.ID).OrderExpr("cn.at, cn.id").Scan(ctx); err != nil {
		return fmt.Errorf("load notes of report: %w", err)
	}
	if err := idb.NewSelect().Model(&r.Files).Where("cf.report = ?", r.ID).OrderExpr("cf.at, cf.id").Scan(ctx); err != nil {
		return fmt.Errorf("load files of report: %w", err)
	}
	if err := idb.NewSelect().Model(&r.Decisions).Where("cd.report = ?", r.ID).OrderExpr("cd.decided, cd.id").Scan(ctx); err != nil {
		return fmt.Errorf("load decisions: %w", err)
	}
	var rows []recusedRow
	if err := idb.NewSelect().Model(&rows).Where("cx.report = ?", r.ID).OrderExpr("cx.account").Scan(ctx); err != nil {
		return fmt.Errorf("load recused: %w", err)
	}
	r.Recused = nil
	for _, x := range rows {
		r.Recused = append(r.Recused, x.Account)
	}
	return nil
}

// eligibleIn are the accounts that handle a report.
func (s *Service) eligibleIn(ctx context.Context, idb bun.IDB, r *Report) ([]core.ID, error) {
	named, others, err := handlersOf(ctx, idb, r.Edition)
	if err != nil {
		return nil, err
	}
	out := append([]core.ID{r.Account}, r.Recused...)
	if r.Registration != "" {
		var account core.ID
		err := idb.NewRaw("SELECT account FROM registrations WHERE id = ?", r.Registration).Scan(ctx, &account)
		if err = record.Found(err); err != nil && core.KindOf(err) != core.KindNotFound {
			return nil, fmt.Errorf("load whom it concerns: %w", err)
		}
		out = append(out, account)
	}
	return eligible(named, others, out...), nil
}

func (s *Service) check(ctx context.Context, idb bun.IDB, a core.Actor, r *Report, action string) error {
	ids, err := s.eligibleIn(ctx, idb, r)
	if err != nil {
		return err
	}
	if !a.SignedIn() || !slices.Contains(ids, a.Account) {
		return hidden(a)
	}
	return reportPolicy.Check(action, r.State, core.RoleMember, core.RoleCoordinator)
}

// Handles tells whether an actor handles reports of an edition at all.
func (s *Service) Handles(ctx context.Context, a core.Actor, edition core.ID) (bool, error) {
	if !a.SignedIn() {
		return false, nil
	}
	named, others, err := handlersOf(ctx, s.rec.DB.Read, edition)
	if err != nil {
		return false, err
	}
	if slices.Contains(eligible(named, others), a.Account) {
		return true, nil
	}
	// Somebody of the secretariat stands in where all named ones are out.
	list, err := s.visible(ctx, a, edition)
	return len(list) > 0, err
}

// Reports are the reports of an edition that the actor handles, newest first. NotFound for
// who handles none.
func (s *Service) Reports(ctx context.Context, a core.Actor, set *editions.Setting) ([]Report, error) {
	ok, err := s.Handles(ctx, a, set.ID)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, hidden(a)
	}
	return s.visible(ctx, a, set.ID)
}

func (s *Service) visible(ctx context.Context, a core.Actor, edition core.ID) ([]Report, error) {
	db := s.rec.DB.Read
	named, others, err := handlersOf(ctx, db, edition)
	if err != nil || !slices.Contains(named, a.Account) && !slices.Contains(others, a.Account) {
		return nil, err
	}
	var list []Report
	if err := db.NewSelect().Model(&list).Where("cr.edition = ?", edition).OrderExpr("cr.number DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load reports: %w", err)
	}
	if len(list) == 0 {
		return nil, nil
	}
	var rows []recusedRow
	if err := db.NewSelect().Model(&rows).Where("cx.report IN (SELECT id FROM conduct_reports WHERE edition = ?)", edition).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load recused: %w", err)
	}
	recused := map[core.ID][]core.ID{}
	for _, x := range rows {
		recused[x.Report] = append(recused[x.Report], x.Account)
	}
	var concerned []struct{ ID, Account core.ID }
	if err := db.NewRaw("SELECT rg.id, rg.account FROM registrations AS rg WHERE rg.edition = ? AND rg.id IN (SELECT registration FROM conduct_reports WHERE edition = ?)", edition, edition).Scan(ctx, &concerned); err != nil {
		return nil, fmt.Errorf("load whom reports concern: %w", err)
	}
	accountOf := map[core.ID]core.ID{}
	for _, x := range concerned {
		accountOf[x.ID] = x.Account
	}
	return slices.DeleteFunc(list, func(r Report) bool {
		out := append([]core.ID{r.Account, accountOf[r.Registration]}, recused[r.ID]...)
		return !slices.Contains(eligible(named, others, out...), a.Account)
	}), nil
}

// Report is one report, for who handles it. NotFound for all others.
func (s *Service) Report(ctx context.Context, a core.Actor, set *editions.Setting, number string) (*Report, error) {
	n, err := strconv.Atoi(number)
	if err != nil {
		return nil, hidden(a)
	}
	r := &Report{}
	if err := s.rec.DB.Read.NewSelect().Model(r).Where("cr.edition = ? AND cr.number = ?", set.ID, n).Scan(ctx); err != nil {
		if err = record.Found(err); core.KindOf(err) == core.KindNotFound {
			return nil, hidden(a)
		}
		return nil, err
	}
	if err := load(ctx, s.rec.DB.Read, r); err != nil {
		return nil, err
	}
	return r, s.check(ctx, s.rec.DB.Read, a, r, "see")
}

// History is what happened to a report, for who handles it.
func (s *Service) History(ctx context.Context, r *Report) ([]record.Event, error) {
	list, err := s.rec.Events(ctx, record.Query{Subjects: []core.ID{r.ID}, Internal: true, Page: core.Page{Limit: 100}})
	return list.Items, err
}

// act does something with a report as it stands, for who may do the action.
func (s *Service) act(ctx context.Context, a core.Actor, r *Report, action string, version int64, fn func(ctx context.Context, tx *record.Tx, now *Report) error) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		now, err := reportTx(ctx, tx, r.ID)
		if err != nil {
			return err
		}
		if err := s.check(ctx, tx, a, now, "see"); err != nil {
			return err
		}
		if err := reportPolicy.Check(action, now.State, core.RoleMember, core.RoleCoordinator); err != nil {
			return err
		}
		if version != 0 && version != now.Version {
			return core.Conflict("conduct.error.changed")
		}
		return fn(ctx, tx, now)
	})
}

func save(ctx context.Context, tx *record.Tx, r *Report, columns ...string) error {
	r.Version++
	if _, err := tx.NewUpdate().Model(r).Column(append(columns, "version")...).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("save report: %w", err)
	}
	return nil
}

// Look says that somebody looks at a report. It appends conduct.looked.
func (s *Service) Look(ctx context.Context, a core.Actor, set *editions.Setting, r *Report) error {
	return s.act(ctx, a, r, "look", 0, func(ctx context.Context, tx *record.Tx, now *Report) error {
		now.State = StateLooked
		tx.Append("conduct.looked", now.ID, Scope(set.ID), record.Internal, record.Data{"number": now.Number})
		return save(ctx, tx, now, "state")
	})
}

// NoteInput is what a handler adds.
type NoteInput struct {
	Words string `form:"words" ui:"area" required:"true" max:"8000"`
	Show  bool   `form:"show" ui:"check"` // who reported reads it
}

// Note adds to a report, for the handlers or for who reported too. It appends
// conduct.noted.
func (s *Service) Note(ctx context.Context, a core.Actor, set *editions.Setting, r *Report, in NoteInput) error {
	if err := core.Validate(in).Err(); err != nil {
		return err
	}
	return s.act(ctx, a, r, "note", 0, func(ctx context.Context, tx *record.Tx, now *Report) error {
		n := Note{ID: tx.NewID(), Report: now.ID, Source: FromInside, Account: a.Account, Words: strings.TrimSpace(in.Words), At: tx.Now}
		if in.Show {
			n.Source = FromHandler
		}
		if _, err := tx.NewInsert().Model(&n).Exec(ctx); err != nil {
			return fmt.Errorf("note: %w", err)
		}
		tx.Append("conduct.noted", now.ID, Scope(set.ID), record.Internal, record.Data{"number": now.Number})
		return nil
	})
}

// Recuse takes a handler out of a report: herself, or another one. It appends
// conduct.recused. Conflict where nobody would be left.
func (s *Service) Recuse(ctx context.Context, a core.Actor, set *editions.Setting, r *Report, account core.ID) error {
	return s.act(ctx, a, r, "recuse", 0, func(ctx context.Context, tx *record.Tx, now *Report) error {
		ids, err := s.eligibleIn(ctx, tx, now)
		if err != nil {
			return err
		}
		if !slices.Contains(ids, account) {
			return core.NotFound()
		}
		now.Recused = append(now.Recused, account)
		left, err := s.eligibleIn(ctx, tx, now)
		if err != nil {
			return err
		}
		if len(left) == 0 {
			return core.Conflict("conduct.error.nobody_left")
		}
		if err := recuseTx(ctx, tx, now.ID, account); err != nil {
			return err
		}
		tx.Append("conduct.recused", now.ID, Scope(set.ID), record.Internal, record.Data{"number": now.Number})
		return s.tellTx(ctx, tx, set, now, "conduct_reported", fmt.Sprint(len(now.Recused)))
	})
}

// ConcernInput says whom a report concerns: the number of a registration; 0 takes it back.
type ConcernInput struct {
	Number int `form:"number" ui:"number"`
}

// Concern ties a report to a registration of the edition. It appends conduct.concerned,
// which names nobody. Whom it concerns handles it no more.
func (s *Service) Concern(ctx context.Context, a core.Actor, set *editions.Setting, r *Report, in ConcernInput) error {
	var p core.Problems
	var id core.ID
	if in.Number != 0 {
		rg, err := s.Participation.ByNumber(ctx, core.Operator, set, strconv.Itoa(in.Number))
		switch {
		case core.KindOf(err) == core.KindNotFound:
			p.Add("number", "conduct.error.no_registration", "Number", in.Number)
		case err != nil:
			return err
		case rg.Account == a.Account:
			p.Add("number", "conduct.error.yourself")
		default:
			id = rg.ID
		}
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.act(ctx, a, r, "concern", 0, func(ctx context.Context, tx *record.Tx, now *Report) error {
		now.Registration = id
		left, err := s.eligibleIn(ctx, tx, now)
		if err != nil {
			return err
		}
		if len(left) == 0 {
			return core.Conflict("conduct.error.nobody_left")
		}
		tx.Append("conduct.concerned", now.ID, Scope(set.ID), record.Internal, record.Data{"number": now.Number})
		return save(ctx, tx, now, "registration")
	})
}

// Concerned is the registration of whom a report concerns, or nil.
func (s *Service) Concerned(ctx context.Context, r *Report) (*participation.Registration, error) {
	if r.Registration == "" {
		return nil, nil
	}
	found, err := s.Participation.ByIDs(ctx, []core.ID{r.Registration})
	if err != nil {
		return nil, err
	}
	if rg, ok := found[r.Registration]; ok {
		return &rg, nil
	}
	return nil, nil
}
