package badges

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

// BatchInput is what the form of a run sends.
type BatchInput struct {
	Category   core.ID `form:"category" ui:"select" json:"category,omitempty"`
	Delegation core.ID `form:"delegation" ui:"select" json:"delegation,omitempty"`
	From       string  `form:"from" max:"80" json:"from,omitempty"`
	To         string  `form:"to" max:"80" json:"to,omitempty"`
	Number     string  `form:"number" max:"8" json:"number,omitempty"`
	Again      bool    `form:"again" ui:"check" json:"again,omitempty"`
}

// choice reads what was sent.
func (in *BatchInput) choice() (BatchChoice, error) {
	p := core.Validate(in)
	c := BatchChoice{Category: in.Category, Delegation: in.Delegation, From: strings.TrimSpace(in.From), To: strings.TrimSpace(in.To), Again: in.Again}
	if n := strings.TrimSpace(in.Number); n != "" {
		if c.Number = number(n); c.Number < 1 || len(n) > 7 {
			p.Add("number", "form.unreadable")
		}
	}
	if from, to := core.Fold(c.From), core.Fold(c.To); to != "" && from > to && !strings.HasPrefix(from, to) {
		p.Add("to", "badges.error.range")
	}
	return c, p.Err()
}

// wanted narrows registrations (alias rg) to those whose badges are printed.
func (c BatchChoice) wanted(q *bun.SelectQuery, edition core.ID) *bun.SelectQuery {
	q = q.Where("rg.edition = ?", edition).Where("rg.mode <> ?", participation.ModeOnline).
		Where("rg.state IN (?) OR (rg.recheck = TRUE AND rg.state = ?)", bun.List(participation.Admitted), participation.StatePending)
	if c.Category != "" {
		q = q.Where("rg.category = ?", c.Category)
	}
	if c.Delegation != "" {
		q = q.Where("rg.delegation = ?", c.Delegation)
	}
	if c.From != "" {
		q = q.Where("rg.name_key >= ?", core.Fold(c.From))
	}
	if c.To != "" {
		to := core.Fold(c.To)
		q = q.Where("substr(rg.name_key, 1, ?) <= ?", utf8.RuneCountInString(to), to)
	}
	if c.Number > 0 {
		q = q.Where("rg.number = ?", c.Number)
	}
	if !c.Again {
		q = q.Where("NOT EXISTS (SELECT 1 FROM badges AS b WHERE b.registration = rg.id AND b.revoked IS NULL AND b.printed IS NOT NULL)")
	}
	return q
}

// Waiting tells how many badges of a choice would be printed, and which registrations are
// left out because they are looked at anew. Staff only.
func (s *Service) Waiting(ctx context.Context, a core.Actor, set *editions.Setting, in BatchInput) (count int, leftOut []int, err error) {
	if err := may(a, set, "see"); err != nil {
		return 0, nil, err
	}
	c, err := in.choice()
	if err != nil {
		return 0, nil, err
	}
	return waiting(ctx, s.rec.DB.Read, set.ID, c)
}

func waiting(ctx context.Context, idb bun.IDB, edition core.ID, c BatchChoice) (int, []int, error) {
	n, err := c.wanted(idb.NewSelect().TableExpr("registrations AS rg"), edition).Where("rg.recheck = FALSE").Count(ctx)
	if err != nil {
		return 0, nil, fmt.Errorf("count badges to print: %w", err)
	}
	left := []int{}
	if err := c.wanted(idb.NewSelect().TableExpr("registrations AS rg").Column("rg.number"), edition).Where("rg.recheck = TRUE").OrderExpr("rg.number").Scan(ctx, &left); err != nil {
		return 0, nil, fmt.Errorf("list who is left out: %w", err)
	}
	return int(n), left, nil
}

// Print makes a batch of the badges of a choice, in the order of names, and asks for its
// files. Badges that people have not yet are issued. Nobody to print is core.Conflict
// "badges.error.nobody". Staff only. Events: badge.printed for the batch, badge.issued.
func (s *Service) Print(ctx context.Context, a core.Actor, set *editions.Setting, in BatchInput) (Batch, error) {
	if err := may(a, set, "print"); err != nil {
		return Batch{}, err
	}
	c, err := in.choice()
	if err != nil {
		return Batch{}, err
	}
	var b Batch
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		var list []participation.Registration
		err := c.wanted(tx.NewSelect().Model(&list).Column("rg.id", "rg.number", "rg.category"), set.ID).Where("rg.recheck = FALSE").OrderExpr("rg.name_key, rg.number").Scan(ctx)
		if err != nil {
			return fmt.Errorf("load who is printed: %w", err)
		}
		if len(list) == 0 {
			return core.Conflict("badges.error.nobody")
		}
		_, left, err := waiting(ctx, tx, set.ID, c)
		if err != nil {
			return err
		}
		b, err = s.batchTx(ctx, tx, set, c, list, left)
		return err
	})
	return b, err
}

// batchTx makes a batch of the badges of some registrations, which may have one.
func (s *Service) batchTx(ctx context.Context, tx *record.Tx, set *editions.Setting, c BatchChoice, list []participation.Registration, left []int) (Batch, error) {
	have, err := issue(ctx, tx, set.ID, list)
	if err != nil {
		return Batch{}, err
	}
	last := 0
	if err := tx.NewSelect().Model((*Batch)(nil)).ColumnExpr("COALESCE(MAX(bb.number), 0)").Where("bb.edition = ?", set.ID).Scan(ctx, &last); err != nil {
		return Batch{}, fmt.Errorf("number batch: %w", err)
	}
	b := Batch{
		ID: tx.NewID(), Edition: set.ID, Number: last + 1, Chosen: c, Count: len(list), LeftOut: left, Asked: tx.Now,
		Parts: (len(list) + PerFile - 1) / PerFile, Account: tx.Actor.Account, Created: tx.Now, Version: 1,
	}
	if _, err := tx.NewInsert().Model(&b).Exec(ctx); err != nil {
		return Batch{}, fmt.Errorf("add batch: %w", err)
	}
	items, ids := make([]item, len(list)), make([]core.ID, len(list))
	for i := range list {
		ids[i] = have[list[i].ID].ID
		items[i] = item{Batch: b.ID, Position: i, Badge: ids[i]}
	}
	if err := insertAll(ctx, tx, items); err != nil {
		return Batch{}, err
	}
	for part := range slices.Chunk(ids, 500) {
		if _, err := tx.NewUpdate().Model((*Badge)(nil)).Set("printed = ?", tx.Now).Set("batch = ?", b.ID).Where("id IN (?)", bun.List(part)).Exec(ctx); err != nil {
			return Batch{}, fmt.Errorf("mark printed: %w", err)
		}
	}
	data := record.Data{"label": fmt.Sprintf("No. %d", b.Number), "count": b.Count}
	subject := b.ID
	if len(list) == 1 { // a badge of one stands in her history
		subject, data["label"] = list[0].ID, label(list[0].Number)
	}
	tx.Append("badge.printed", subject, participation.Scope(set.ID), record.Internal, data)
	return b, nil
}

// Batches are the runs of an edition, the newest first. Staff only.
func (s *Service) Batches(ctx context.Context, a core.Actor, set *editions.Setting) ([]Batch, error) {
	if err := may(a, set, "see"); err != nil {
		return nil, err
	}
	list := []Batch{}
	if err := s.rec.DB.Read.NewSelect().Model(&list).Where("bb.edition = ?", set.ID).OrderExpr("bb.number DESC").Limit(500).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list batches: %w", err)
	}
	return list, nil
}

// Batch is one run by its number, and which of its files are there. Staff only; NotFound.
func (s *Service) Batch(ctx context.Context, a core.Actor, set *editions.Setting, n string) (Batch, []int, error) {
	var b Batch
	if err := may(a, set, "see"); err != nil {
		return b, nil, err
	}
	if number(n) < 1 {
		return b, nil, core.NotFound()
	}
	if err := s.rec.DB.Read.NewSelect().Model(&b).Where("bb.edition = ? AND bb.number = ?", set.ID, number(n)).Scan(ctx); err != nil {
		return b, nil, record.Found(err)
	}
	there, err := filesOf(ctx, s.rec.DB.Read, b.ID)
	return b, there, err
}

func filesOf(ctx context.Context, idb bun.IDB, batch core.ID) ([]int, error) {
	there := []int{}
	if err := idb.NewSelect().Model((*file)(nil)).Column("bf.part").Where("bf.batch = ?", batch).OrderExpr("bf.part").Scan(ctx, &there); err != nil {
		return nil, fmt.Errorf("list files: %w", err)
	}
	return there, nil
}

// AskAgain has the files of a batch made anew, with the designs and words of now. Badges
// that were revoked since, and of people who may not come any more, are left out. Staff
// only. Event: badge.reprinted.
func (s *Service) AskAgain(ctx context.Context, a core.Actor, set *editions.Setting, n string) error {
	if err := may(a, set, "print"); err != nil {
		return err
	}
	b, _, err := s.Batch(ctx, a, set, n)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if _, err := tx.NewDelete().Model((*file)(nil)).Where("batch = ?", b.ID).Exec(ctx); err != nil {
			return fmt.Errorf("drop files: %w", err)
		}
		if _, err := tx.NewUpdate().Model((*Batch)(nil)).Set("asked = ?", tx.Now).Set("version = version + 1").Where("id = ?", b.ID).Exec(ctx); err != nil {
			return fmt.Errorf("ask for files: %w", err)
		}
		tx.Append("badge.reprinted", b.ID, participation.Scope(set.ID), record.Internal, record.Data{"label": fmt.Sprintf("No. %d", b.Number), "count": b.Count})
		return nil
	})
}
