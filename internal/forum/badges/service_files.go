package badges

import (
	"context"
	"encoding/base64"
	"fmt"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

var printer = core.Actor{Program: "badges"}

// MakeFiles makes the files of batches that wait for them, one after the other, and drops those
// that are a day old. It is periodic work: each file is an act of its own that does nothing
// where another process was quicker, so that a run goes on where it was after a stop.
func (s *Service) MakeFiles(ctx context.Context) error {
	old := s.rec.Clock.Instant().Add(-KeepFiles)
	var batches []Batch
	if err := s.rec.DB.Read.NewSelect().Model(&batches).Where("bb.asked IS NOT NULL").OrderExpr("bb.asked").Scan(ctx); err != nil {
		return fmt.Errorf("look for batches: %w", err)
	}
	for i := range batches {
		b := &batches[i]
		if b.Asked.Before(old) {
			if err := s.dropFiles(ctx, b); err != nil {
				return err
			}
			continue
		}
		if !s.Printer.Available() {
			continue
		}
		if err := s.makeFilesOf(ctx, b); err != nil {
			return fmt.Errorf("files of batch %d: %w", b.Number, err)
		}
	}
	return nil
}

// dropFiles forgets the files of a batch; it can be asked for them again.
func (s *Service) dropFiles(ctx context.Context, b *Batch) error {
	return s.rec.Write(ctx, printer, func(ctx context.Context, tx *record.Tx) error {
		missed, err := record.Once(tx.NewUpdate().Model((*Batch)(nil)).Set("asked = NULL").Where("id = ? AND version = ?", b.ID, b.Version).Exec(ctx))
		if err != nil || missed {
			return err
		}
		if _, err := tx.NewDelete().Model((*file)(nil)).Where("batch = ?", b.ID).Exec(ctx); err != nil {
			return fmt.Errorf("drop files: %w", err)
		}
		return nil
	})
}

func (s *Service) makeFilesOf(ctx context.Context, b *Batch) error {
	there, err := filesOf(ctx, s.rec.DB.Read, b.ID)
	if err != nil || len(there) == b.Parts {
		return err
	}
	have := map[int]bool{}
	for _, n := range there {
		have[n] = true
	}
	set, err := s.Editions.SettingByID(ctx, core.Operator, b.Edition)
	if err != nil {
		return err
	}
	w, err := s.wardrobe(ctx, set)
	if err != nil {
		return err
	}
	for part := 1; part <= b.Parts; part++ {
		if have[part] {
			continue
		}
		list, err := s.part(ctx, w, b, part)
		if err != nil {
			return err
		}
		body, err := s.printAll(ctx, fmt.Sprintf("%s %d/%d", set.Name, part, b.Parts), list)
		if err != nil {
			return err
		}
		err = s.rec.Write(ctx, printer, func(ctx context.Context, tx *record.Tx) error {
			// Who asked anew meanwhile gets files of that time.
			same, err := tx.NewSelect().Model((*Batch)(nil)).Where("bb.id = ? AND bb.version = ?", b.ID, b.Version).Exists(ctx)
			if err != nil || !same {
				return err
			}
			row := file{Batch: b.ID, Part: part, Data: base64.StdEncoding.EncodeToString(body), Made: tx.Now}
			_, err = tx.NewInsert().Model(&row).On("CONFLICT (batch, part) DO NOTHING").Exec(ctx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// part are the badges of one file, without those that are not good any more.
func (s *Service) part(ctx context.Context, w *wardrobe, b *Batch, part int) ([]dressed, error) {
	var list []Badge
	err := s.rec.DB.Read.NewSelect().Model(&list).Join("JOIN badge_items AS bi ON bi.badge = ba.id").
		Where("bi.batch = ? AND bi.position >= ? AND bi.position < ?", b.ID, (part-1)*PerFile, part*PerFile).Where("ba.revoked IS NULL").OrderExpr("bi.position").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("load badges of batch: %w", err)
	}
	ids, badges := make([]core.ID, len(list)), make(map[core.ID]Badge, len(list))
	for i, x := range list {
		ids[i], badges[x.Registration] = x.Registration, x
	}
	all, err := registrationsByID(ctx, s.rec.DB.Read, ids)
	if err != nil {
		return nil, err
	}
	worn := make([]participation.Registration, 0, len(all))
	for i := range all {
		if wears(&all[i]) {
			worn = append(worn, all[i])
		}
	}
	return w.dress(ctx, worn, badges)
}

// printAll prints badges into one file. Without any badge it is an empty page, so that a
// batch gets complete.
func (s *Service) printAll(ctx context.Context, title string, list []dressed) ([]byte, error) {
	lang := "en"
	if len(list) > 0 {
		lang = list[0].design.Lang
	}
	pg, err := sheets(title, lang, list)
	if err != nil {
		return nil, err
	}
	return s.Printer.Print(ctx, pg)
}

// File is one PDF of a batch. Staff only; NotFound where it is not made (any more).
func (s *Service) File(ctx context.Context, a core.Actor, set *editions.Setting, n, part string) ([]byte, error) {
	b, _, err := s.Batch(ctx, a, set, n)
	if err != nil {
		return nil, err
	}
	var f file
	if err := s.rec.DB.Read.NewSelect().Model(&f).Where("bf.batch = ? AND bf.part = ?", b.ID, number(part)).Scan(ctx); err != nil {
		return nil, record.Found(err)
	}
	return base64.StdEncoding.DecodeString(f.Data)
}

// one is the badge of one registration as a PDF, for its owner or the desk, which asked.
func (s *Service) one(ctx context.Context, set *editions.Setting, r *participation.Registration, b *Badge) ([]byte, error) {
	w, err := s.wardrobe(ctx, set)
	if err != nil {
		return nil, err
	}
	list, err := w.dress(ctx, []participation.Registration{*r}, map[core.ID]Badge{r.ID: *b})
	if err != nil {
		return nil, err
	}
	return s.printAll(ctx, list[0].face.Describe, list)
}
