package proposals

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/platform/record"
	"plenary/internal/solve/similar"
)

// Judged are the states of proposals that are decided on, or were: what passed the
// screening and was not taken back.
var Judged = []string{StateEligible, StateAccepted, StateCondition, StateOffered, StateMerged, StateWaiting, StateDeclined}

// JudgedOf gives the proposals of a call that are decided on, with what their forms say but
// without the answers themselves, in the order of their numbers. The caller decides who may
// read it: nothing is left out. What a version of a proposal says is kept in memory, for the
// answers are long and the board asks for all of them.
func (s *Service) JudgedOf(ctx context.Context, idb bun.IDB, c calls.Call) ([]Input, error) {
	var rows []Proposal
	if err := idb.NewSelect().Model(&rows).ExcludeColumn("answers").Where("pr.call = ? AND pr.state IN (?)", c.ID, bun.List(Judged)).OrderExpr("pr.number, pr.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load proposals: %w", err)
	}
	known := s.kin.said(rows)
	var missing []core.ID
	for _, p := range rows {
		if _, ok := known[p.ID]; !ok {
			missing = append(missing, p.ID)
		}
	}
	if len(missing) > 0 {
		list, err := s.AnsweredOf(ctx, idb, c, missing)
		if err != nil {
			return nil, err
		}
		for _, x := range list {
			x.Answers = nil
			known[x.ID] = x
		}
		if idb == bun.IDB(s.rec.DB.Read) { // what a write sees may never come to be
			s.kin.keep(list)
		}
	}
	out := make([]Input, len(rows))
	for i, p := range rows {
		p.CallRef = c.Ref
		out[i] = known[p.ID]
		out[i].Proposal = p
	}
	return out, nil
}

// AnsweredOf gives some proposals of a call with their answers; the caller decides who may
// read them.
func (s *Service) AnsweredOf(ctx context.Context, idb bun.IDB, c calls.Call, ids []core.ID) ([]Input, error) {
	forms := map[int]calls.Form{}
	var out []Input
	for part := range slices.Chunk(ids, 1000) {
		var rows []Proposal
		if err := idb.NewSelect().Model(&rows).Where("pr.call = ? AND pr.id IN (?)", c.ID, bun.List(part)).OrderExpr("pr.number, pr.id").Scan(ctx); err != nil {
			return nil, fmt.Errorf("load answers: %w", err)
		}
		for _, p := range rows {
			form, ok := forms[p.FormVersion]
			if !ok {
				f, err := s.Calls.Form(ctx, c, p.FormVersion)
				if err != nil {
					return nil, err
				}
				form = f.Form
				forms[p.FormVersion] = form
			}
			p.CallRef = c.Ref
			out = append(out, inputOf(p, c, form, false))
		}
	}
	return out, nil
}

// PartiesTx is PartiesOf as a write sees it.
func (s *Service) PartiesTx(ctx context.Context, tx *record.Tx, proposals []core.ID) (map[core.ID][]Party, error) {
	return partiesOf(ctx, tx, proposals...)
}

// Verdict is what a proposal is from now on.
type Verdict struct {
	Input
	To string // one of Judged
}

// DecideTx gives proposals of a call the states that were decided; the caller has asked for
// permission, and read them in this write. Event for each: proposal.decided.
func (s *Service) DecideTx(ctx context.Context, tx *record.Tx, c calls.Call, list []Verdict) error {
	by := map[string][]core.ID{}
	for _, v := range list {
		if !slices.Contains(Judged, v.To) || v.Call != c.ID {
			return core.Forbidden()
		}
		by[v.To] = append(by[v.To], v.ID)
	}
	for _, state := range Judged {
		for part := range slices.Chunk(by[state], 1000) {
			res, err := tx.NewUpdate().Model((*Proposal)(nil)).Set("state = ?, updated = ?, version = version + 1", state, tx.Now).
				Where("id IN (?) AND state IN (?)", bun.List(part), bun.List(Judged)).Exec(ctx)
			if err != nil {
				return fmt.Errorf("decide proposals: %w", err)
			}
			if n, err := res.RowsAffected(); err != nil || int(n) != len(part) {
				return core.Conflict("proposals.error.decided_meanwhile")
			}
		}
	}
	for _, v := range list {
		tx.Append("proposal.decided", v.ID, c.Scope(), record.Internal, record.Data{
			"label": core.NewText(v.Lang, v.Title), "call": c.Ref, "number": v.Number, "state": v.To,
		})
	}
	return nil
}

// KnownTx notes which persons of the record people with addresses are: in all proposals that
// name them. The caller has found that out. No event: it is their person that has one.
func (s *Service) KnownTx(ctx context.Context, tx *record.Tx, persons map[string]core.ID) error {
	keys := make([]string, 0, len(persons))
	for key := range persons {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		if _, err := tx.NewUpdate().Model((*Party)(nil)).Set("person = ?", persons[key]).Where("email_key = ? AND person = ''", key).Exec(ctx); err != nil {
			return fmt.Errorf("note person: %w", err)
		}
	}
	return nil
}

// Pair is two proposals of a call that are alike, and why.
type Pair struct {
	A, B  core.ID
	Score float64
	Same  bool
	Why   []similar.Reason
}

// PairsOf gives the pairs of a call's proposals that are alike, the most alike first; the
// caller decides who may read it. One query where nothing has changed.
func (s *Service) PairsOf(ctx context.Context, c calls.Call) ([]Pair, error) {
	k, err := s.compared(ctx, c)
	if err != nil {
		return nil, err
	}
	k.once.Do(func() {
		for _, m := range k.index.Pairs(similar.Alike) {
			k.pairs = append(k.pairs, Pair{A: core.ID(m.A), B: core.ID(m.B), Score: m.Score, Same: m.Kind == similar.KindSame, Why: m.Why})
		}
	})
	return k.pairs, nil
}

const mostSaid = 20_000 // proposals of which it is kept in memory what they say

// said gives what is kept of those versions of proposals.
func (k *kin) said(rows []Proposal) map[core.ID]Input {
	k.mu.Lock()
	defer k.mu.Unlock()
	out := make(map[core.ID]Input, len(rows))
	for _, p := range rows {
		if x, ok := k.says[p.ID]; ok && x.Version == p.Version {
			out[p.ID] = x
		}
	}
	return out
}

func (k *kin) keep(list []Input) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.says == nil || len(k.says)+len(list) > mostSaid {
		k.says = map[core.ID]Input{}
	}
	for _, x := range list {
		x.Answers = nil
		k.says[x.ID] = x
	}
}
