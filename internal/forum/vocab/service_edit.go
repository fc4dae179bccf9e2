package vocab

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// InputOf is the form of a term as it stands.
func InputOf(t Term) TermInput {
	return TermInput{
		Version: t.Version, Label: t.Label, Place: t.Place, Rank: strconv.Itoa(t.Rank), From: t.From, Until: t.Until, Within: t.Within,
	}
}

// EditTerm changes the words of a term, its place and, where its vocabulary has them,
// its degree and the years in which it counts. Staff only. Event: term.changed.
// Errors: NotFound, Invalid, Stale with a TermInput.
func (s *Service) EditTerm(ctx context.Context, a core.Actor, vocab, code string, in TermInput) (Term, error) {
	v, ok := Find(vocab)
	t, known := s.Term(vocab, code)
	if !ok || !known {
		return t, core.NotFound()
	}
	if err := check(a, "edit"); err != nil {
		return t, err
	}
	in.Label = in.Label.Clean()
	if err := in.Validate(v); err != nil {
		return t, err
	}
	if in.Within != "" && (in.Within == code || !s.Has(vocab, in.Within)) {
		p := core.Problems{}
		p.Add("within", "vocab.error.within")
		return t, p.Err()
	}
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		before, err := s.termTx(ctx, tx, vocab, code)
		if err != nil {
			return err
		}
		if before.Version != in.Version {
			return core.Stale(InputOf(before))
		}
		t = before
		t.Label, t.Place, t.Edited, t.Version = in.Label, in.Place, true, before.Version+1
		if v.Dated {
			t.From, t.Until, t.Within = in.From, in.Until, in.Within
		}
		if v.Ranked {
			t.Rank, _ = strconv.Atoi(in.Rank) // Validate has read it
		}
		changes := record.Changes(flat(before), flat(t))
		if len(changes) == 0 {
			t = before
			return nil
		}
		r := rowOf(t)
		stale, err := record.Once(tx.NewInsert().Model(&r).On("CONFLICT (vocab, code) DO UPDATE").
			Set("label = EXCLUDED.label, place = EXCLUDED.place, rank = EXCLUDED.rank").
			Set("valid_from = EXCLUDED.valid_from, valid_until = EXCLUDED.valid_until, attrs = EXCLUDED.attrs").
			Set("edited = TRUE, version = EXCLUDED.version").
			Where("t.version = ?", in.Version).Exec(ctx))
		if err != nil {
			return fmt.Errorf("change term: %w", err)
		}
		if stale {
			return core.Stale(InputOf(before))
		}
		tx.Append("term.changed", Subject(vocab, code), core.ScopeForum, record.Public,
			record.Data{"label": t.Label, "vocabulary": vocab, "code": code, "changes": changes})
		return nil
	})
	return t, err
}

// termTx reads a term as the write sees it; one that was never seeded is as the
// program brings it along.
func (s *Service) termTx(ctx context.Context, tx *record.Tx, vocab, code string) (Term, error) {
	var rows []termRow
	if err := tx.NewSelect().Model(&rows).Where("vocab = ? AND code = ?", vocab, code).Scan(ctx); err != nil {
		return Term{}, fmt.Errorf("load term: %w", err)
	}
	if len(rows) == 1 {
		return rows[0].term(), nil
	}
	for _, t := range data().terms {
		if t.Vocab == vocab && t.Code == code {
			return t, nil
		}
	}
	return Term{}, core.NotFound()
}

// AddTerm adds a term at the end of an open vocabulary. Staff only. Event: term.added.
// Errors: NotFound, Invalid; Conflict where the vocabulary is defined elsewhere.
func (s *Service) AddTerm(ctx context.Context, a core.Actor, vocab string, in NewTermInput) (Term, error) {
	v, ok := Find(vocab)
	if !ok {
		return Term{}, core.NotFound()
	}
	if err := check(a, "add"); err != nil {
		return Term{}, err
	}
	if !v.Open {
		return Term{}, core.Conflict("vocab.error.closed")
	}
	in.Label, in.Code = in.Label.Clean(), strings.TrimSpace(in.Code)
	if err := in.Validate(v); err != nil {
		return Term{}, err
	}
	rank, _ := strconv.Atoi(in.Rank) // Validate has read it where it counts
	t := Term{Vocab: vocab, Code: in.Code, Label: in.Label, Rank: rank, Edited: true, Version: 1}
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		terms := slices.Clone(s.Terms(vocab))
		t.Place = 1
		for _, o := range terms {
			t.Place = max(t.Place, o.Place+1)
		}
		taken := s.Has(vocab, in.Code)
		if !taken {
			r := rowOf(t)
			var err error
			taken, err = record.Once(tx.NewInsert().Model(&r).On("CONFLICT (vocab, code) DO NOTHING").Exec(ctx))
			if err != nil {
				return fmt.Errorf("add term: %w", err)
			}
		}
		if taken {
			p := core.Problems{}
			p.Add("code", "vocab.error.code_taken", "Code", in.Code)
			return p.Err()
		}
		tx.Append("term.added", Subject(vocab, t.Code), core.ScopeForum, record.Public,
			record.Data{"label": t.Label, "vocabulary": vocab, "code": t.Code})
		return nil
	})
	return t, err
}

// flat spreads a term out for the record: a text is compared language by language.
func flat(t Term) map[string]any {
	out := map[string]any{
		"term_place": t.Place, "term_rank": t.Rank, "term_valid_from": t.From, "term_valid_until": t.Until, "term_within": t.Within,
	}
	spread(out, "term_label_", t.Label)
	return out
}

func spread(out map[string]any, prefix string, t core.Text) {
	for _, l := range core.Langs {
		if s := t.By[l]; s != "" {
			out[prefix+l] = s
		}
	}
}
