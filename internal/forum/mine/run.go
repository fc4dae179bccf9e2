package mine

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

// program is who acts where time brings it.
var program = core.Actor{Program: "retention"}

// Run carries out the requests whose day has come. It is looked for every hour. One that
// cannot be carried out does not hold up the others.
func (s *Service) Run(ctx context.Context) error {
	var due []Request
	if err := s.rec.DB.Read.NewSelect().Model(&due).Where("er.state = ? AND er.due <= ?", StateConfirmed, s.rec.Clock.Instant()).OrderExpr("er.due, er.id").Limit(100).Scan(ctx); err != nil {
		return fmt.Errorf("look for requests: %w", err)
	}
	var failed error
	for _, r := range due {
		if err := s.carryOut(ctx, r.ID); err != nil && failed == nil {
			failed = fmt.Errorf("erase for request %s: %w", r.ID, err)
		}
	}
	return failed
}

// carryOut erases the person of a request, in one act: nobody is ever half erased. It
// appends the events of the rooms, person.erased, account.erased and data.erased, which
// say nothing of her. A second time it changes nothing.
func (s *Service) carryOut(ctx context.Context, id core.ID) error {
	var r Request
	if err := s.rec.DB.Read.NewSelect().Model(&r).Where("er.id = ?", id).Scan(ctx); err != nil {
		return record.Found(err)
	}
	w, err := s.who(ctx, r.Account)
	if err != nil {
		return err
	}
	w.KeepName = r.KeepName
	seqs, err := s.naming(ctx, w)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, program, func(ctx context.Context, tx *record.Tx) error {
		res, err := tx.NewUpdate().Model((*Request)(nil)).Set("state = ?, ended = ?, reason = '', code_hash = '', version = version + 1", StateDone, tx.Now).
			Where("id = ? AND state = ?", id, StateConfirmed).Exec(ctx)
		if gone, err := record.Once(res, err); err != nil || gone {
			return err // cancelled meanwhile, or done by another process
		}
		return s.eraseTx(ctx, tx, w, seqs)
	})
}

// naming finds the events of others that name her, unless her name stays: then only what
// the forum says of its accounts is emptied, with the account.
func (s *Service) naming(ctx context.Context, w *Who) ([]int64, error) {
	texts := w.Emails
	if !w.keepsName() {
		texts = append(texts[:len(texts):len(texts)], w.Names...)
	}
	return s.rec.Naming(ctx, texts)
}

// eraseTx takes everything out, below first: what leads to a registration before the
// registration, the account last.
func (s *Service) eraseTx(ctx context.Context, tx *record.Tx, w *Who, seqs []int64) error {
	if err := s.Accounts.MayEraseTx(ctx, tx, w.Account); err != nil {
		return err
	}
	// Mails that still wait are about somebody who wants none.
	waiting := record.Holding{Table: "outbox", Where: "to_addr IN (?) AND state IN ('queued', 'held', 'stopped')", Args: []any{bun.List(w.Emails)}}
	if err := waiting.DeleteTx(ctx, tx); err != nil {
		return err
	}
	for i := len(s.parts) - 1; i >= 0; i-- {
		if err := s.parts[i].EraseTx(ctx, tx, w); err != nil {
			return fmt.Errorf("erase %s: %w", s.parts[i].Name(), err)
		}
	}
	if err := s.Support.EraseTx(ctx, tx, w.Account); err != nil {
		return err
	}
	for _, id := range w.Registrations {
		if err := s.Participation.EraseTx(ctx, tx, id); err != nil {
			return err
		}
	}
	if err := s.personTx(ctx, tx, w); err != nil {
		return err
	}
	for _, id := range w.accounts() {
		if err := s.Accounts.EraseTx(ctx, tx, id, w.Withdrawn); err != nil {
			return err
		}
	}
	texts := w.Emails
	if !w.keepsName() {
		texts = append(texts[:len(texts):len(texts)], w.Names...)
	}
	if err := record.RenameTx(ctx, tx, seqs, texts, w.Withdrawn); err != nil {
		return err
	}
	tx.Append("data.erased", w.Account, core.ScopeForum, record.Internal, nil)
	return nil
}

// personTx empties a person. Who had a public role keeps the page that roles lead to, with
// her name if she wants; nobody finds it in a list.
func (s *Service) personTx(ctx context.Context, tx *record.Tx, w *Who) error {
	for _, id := range w.people() {
		if err := s.pageTx(ctx, tx, w, id); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) pageTx(ctx context.Context, tx *record.Tx, w *Who, person core.ID) error {
	row := record.Holding{Table: "people", Where: "id = ?", Args: []any{person}}
	values := map[string]any{
		"honorific": "", "given": "", "family": "", "country": "", "gender": "", "bio": core.Text{}, "links": "[]", "languages": "[]", "source": "staff",
		"listed": false, "show_affiliations": false, "show_contact": false, "updated": tx.Now,
	}
	if !w.keepsName() {
		values["name"], values["name_key"], values["names"] = w.Withdrawn, core.Fold(w.Withdrawn), s.withdrawn()
		names := record.Holding{Table: "person_names", Where: "person = ?", Args: []any{person}}
		if err := names.DeleteTx(ctx, tx); err != nil {
			return err
		}
	}
	if err := row.ClearTx(ctx, tx, values); err != nil {
		return err
	}
	tx.Append("person.erased", person, core.ScopeForum, record.Internal, nil)
	return nil
}

// withdrawn is what stands where a name was, in every language.
func (s *Service) withdrawn() core.Text {
	t := core.NewText(core.Langs[0], s.Catalog.T(core.Langs[0], "mine.withdrawn"))
	for _, l := range core.Langs[1:] {
		t = t.With(l, s.Catalog.T(l, "mine.withdrawn"))
	}
	return t
}

// needs erases, some days after an edition, what was asked for it alone: what is needed for
// visas, needs of access and diet, with the papers for a visa. It appends
// data.needs_erased.
func (s *Service) needs(ctx context.Context) error {
	st, err := s.Setting(ctx)
	if err != nil {
		return err
	}
	all, err := s.Editions.Editions(ctx, core.Operator)
	if err != nil {
		return err
	}
	now := s.rec.Clock.Instant()
	for _, e := range all {
		end := endOf(e.LastDay, e.Zone)
		if end.IsZero() || now.Before(end.Add(time.Duration(st.Needs)*24*time.Hour)) {
			continue
		}
		if err := s.needsOf(ctx, e.ID); err != nil {
			return err
		}
	}
	return nil
}

// needsOf erases the needs of an edition, some at a time.
func (s *Service) needsOf(ctx context.Context, edition core.ID) error {
	for {
		var ids []core.ID
		err := s.rec.DB.Read.NewRaw(`SELECT rg.id FROM registrations AS rg WHERE rg.edition = ? AND (rg.access_needs <> '' OR rg.diet <> '' OR CAST(rg.visa AS TEXT) <> '{}'
			OR EXISTS (SELECT 1 FROM registration_files AS rf WHERE rf.registration = rg.id)
			OR EXISTS (SELECT 1 FROM issued_letters AS il WHERE il.registration = rg.id AND il.kind = ? AND CAST(il.data AS TEXT) LIKE '%passport%')) ORDER BY rg.id LIMIT 200`,
			edition, participation.LetterVisa).Scan(ctx, &ids)
		if err != nil {
			return fmt.Errorf("look for needs: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		if err := s.rec.Write(ctx, program, func(ctx context.Context, tx *record.Tx) error { return s.needsTx(ctx, tx, edition, ids) }); err != nil {
			return err
		}
	}
}

func (s *Service) needsTx(ctx context.Context, tx *record.Tx, edition core.ID, ids []core.ID) error {
	entries := record.Holding{Table: "registrations", Where: "id IN (?)", Args: []any{bun.List(ids)}}
	if err := entries.ClearTx(ctx, tx, map[string]any{"access_needs": "", "diet": "", "visa": "{}"}); err != nil {
		return err
	}
	letters := record.Holding{Table: "issued_letters", Where: "registration IN (?) AND kind = ?", Args: []any{bun.List(ids), participation.LetterVisa}}
	if err := letters.ClearTx(ctx, tx, map[string]any{"data": `{"state":"` + participation.LetterErased + `"}`}); err != nil {
		return err
	}
	papers := record.Holding{Table: "registration_files", Where: "registration IN (?)", Args: []any{bun.List(ids)}}
	rows, err := papers.Read(ctx, tx)
	if err != nil {
		return err
	}
	for _, r := range rows {
		id, _ := r["file"].(string)
		if err := s.Files.DropTx(ctx, tx, id); err != nil {
			return err
		}
	}
	if err := papers.DeleteTx(ctx, tx); err != nil {
		return err
	}
	tx.Append("data.needs_erased", edition, participation.Scope(edition), record.Internal, record.Data{"count": len(ids)})
	return nil
}

// Sweep does what time brings, every hour: it erases needs and papers for visas of editions
// that are long over, and takes away the bytes of files that somebody has let go of and
// nobody holds.
func (s *Service) Sweep(ctx context.Context) error {
	if err := s.needs(ctx); err != nil {
		return err
	}
	return s.House.Files.Remove(ctx, s.holds)
}

// holds tells whether a file stands anywhere in the database but in the list of files.
func (s *Service) holds(ctx context.Context, file string) (bool, error) {
	cols, err := columns(ctx, s.rec.DB)
	if err != nil {
		return false, err
	}
	for _, c := range cols {
		if !c.text || c.table == "blobs" || c.table == "events" {
			continue
		}
		n, err := record.Holding{Table: c.table, Where: "CAST(? AS TEXT) LIKE ?", Args: []any{bun.Ident(c.name), "%" + file + "%"}}.Count(ctx, s.rec.DB.Read)
		if err != nil || n > 0 {
			return n > 0, err
		}
	}
	return false, nil
}
