package selection

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// Says: what a side of a merger answers.
const (
	SaysYes = "yes"
	SaysNo  = "no"
)

// MergerInput recommends to make one session of two proposals.
type MergerInput struct {
	One   int    `form:"one" ui:"hidden" json:"one" doc:"number of a proposal"`
	Two   int    `form:"two" ui:"select" required:"true" json:"two"`
	Words string `form:"words" ui:"area" max:"2000" required:"true" json:"words" doc:"why; both sides read it"`
}

// Recommend asks the proposers of two proposals whether they would make one session of
// them: by mail, and with nothing said of any decision. Who runs the call may. Event:
// selection.merger_recommended. Errors: NotFound, Invalid, Conflict where the two were asked
// already.
func (s *Service) Recommend(ctx context.Context, a core.Actor, ref string, in MergerInput) (Merger, error) {
	in.Words = strings.TrimSpace(in.Words)
	p := core.Validate(in)
	if in.One == in.Two {
		p.Add("two", "selection.error.target")
	}
	if err := p.Err(); err != nil {
		return Merger{}, err
	}
	var m Merger
	err := s.change(ctx, a, ref, func(ctx context.Context, tx *record.Tx, b *Board) error {
		one, ok := b.byNumber(in.One)
		two, also := b.byNumber(in.Two)
		if !ok || !also || b.barred[one] || b.barred[two] {
			return core.NotFound()
		}
		if slices.ContainsFunc(b.Mergers, func(m Merger) bool { return m.Of(one, two) && m.State != MergerRefused }) {
			return core.Conflict("selection.error.asked_already")
		}
		for _, id := range []core.ID{one, two} {
			if b.facts[id].State != proposals.StateEligible && b.facts[id].State != proposals.StateWaiting {
				return core.Conflict("selection.error.decided_already")
			}
		}
		m = Merger{ID: tx.NewID(), Call: b.Call.ID, One: one, Two: two, Words: in.Words, State: MergerAsked, ByName: tx.Actor.Name, At: tx.Now, Version: 1}
		if _, err := tx.NewInsert().Model(&m).Exec(ctx); err != nil {
			return wrap(err, "keep merger")
		}
		tx.Append("selection.merger_recommended", one, b.Call.Scope(), record.Internal, record.Data{
			"label": core.NewText(b.facts[one].Proposal.Lang, b.facts[one].Title), "call": b.Call.Ref, "number": in.One, "other": in.Two,
		})
		return s.mergerMailsTx(ctx, tx, b, m, "selection_merger")
	})
	return m, err
}

// mergerMailsTx writes to both sides of a merger.
func (s *Service) mergerMailsTx(ctx context.Context, tx *record.Tx, b *Board, m Merger, kind string) error {
	both := []core.ID{m.One, m.Two}
	parties, err := s.Proposals.PartiesTx(ctx, tx, both)
	if err != nil {
		return err
	}
	to, err := s.addressees(ctx, []proposals.Input{b.facts[m.One], b.facts[m.Two]}, parties)
	if err != nil {
		return err
	}
	var out []mail.Message
	for i, id := range both {
		other := b.facts[both[1-i]]
		for _, x := range to[id] {
			call, _ := b.Call.Title.In(x.lang)
			msg := mail.Message{ID: fmt.Sprintf("%s/%s/%d/%s", kind, m.ID, m.Version, x.email), Kind: kind, To: x.email, ToName: x.name, Lang: x.lang}
			msg.Subject, msg.Text = s.Mail.Compose(x.lang, kind, "Title", b.facts[id].Title, "Other", other.Title, "OtherNumber", other.Number, "Call", call, "Words", m.Words,
				"URL", s.BaseURL+b.facts[id].Path())
			out = append(out, msg)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return s.Mail.QueueTx(ctx, tx, out...)
}

// AgreeInput is what the organisers of one side answer.
type AgreeInput struct {
	Version int64  `form:"version" ui:"hidden" json:"version"`
	Says    string `form:"says" ui:"radio" required:"true" json:"says" enum:"yes,no"`
	Words   string `form:"words" ui:"area" max:"2000" json:"words,omitempty"`
}

// Agree says for one of two proposals whether its organisers would merge; they can change
// it until a decision is published. When both say yes both are told, and so when one says
// no. Organisers of that proposal may. Event: selection.merger_answered. Errors: NotFound,
// Invalid, Stale.
func (s *Service) Agree(ctx context.Context, a core.Actor, id, proposal core.ID, in AgreeInput) (Merger, error) {
	in.Words = strings.TrimSpace(in.Words)
	p := core.Validate(in)
	if in.Says != SaysYes && in.Says != SaysNo {
		p.Add("says", "form.required")
	}
	if err := p.Err(); err != nil {
		return Merger{}, err
	}
	v, err := s.Proposals.Get(ctx, a, proposal)
	if err != nil {
		return Merger{}, err
	}
	if err := policy.Check("answer", StatePublished, v.Roles...); err != nil {
		return Merger{}, err
	}
	var m Merger
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if err := tx.NewSelect().Model(&m).Where("sm.id = ?", id).Scan(ctx); err != nil {
			return record.Found(err)
		}
		if m.One != proposal && m.Two != proposal || m.State == MergerDropped {
			return core.NotFound()
		}
		if m.Version != in.Version {
			return core.Stale(AgreeInput{Version: m.Version, Says: in.Says, Words: in.Words})
		}
		b, err := s.board(ctx, tx, v.Of)
		if err != nil {
			return err
		}
		for _, x := range []core.ID{m.One, m.Two} {
			_, there := b.facts[x] // or it was withdrawn
			if d, decided := b.results[x]; !there || decided && d.Choice != Wait {
				return core.Conflict("selection.error.decided_already")
			}
		}
		was := m.State
		if proposal == m.One {
			m.OneSays, m.OneWords = in.Says, in.Words
		} else {
			m.TwoSays, m.TwoWords = in.Says, in.Words
		}
		switch {
		case m.OneSays == SaysNo || m.TwoSays == SaysNo:
			m.State = MergerRefused
		case m.OneSays == SaysYes && m.TwoSays == SaysYes:
			m.State = MergerAgreed
		default:
			m.State = MergerAsked
		}
		m.Answered, m.Version = tx.Now, m.Version+1
		if _, err := tx.NewUpdate().Model(&m).WherePK().Exec(ctx); err != nil {
			return wrap(err, "keep answer")
		}
		if m.State != MergerAgreed { // a choice that built on it no longer holds
			if _, err := tx.NewDelete().Model((*Choice)(nil)).Where("choice = ? AND (proposal = ? AND target = ? OR proposal = ? AND target = ?)", Merge, m.One, m.Two, m.Two, m.One).Exec(ctx); err != nil {
				return wrap(err, "take choice back")
			}
		}
		tx.Append("selection.merger_answered", proposal, v.Of.Scope(), record.Internal, record.Data{
			"label": core.NewText(v.Lang, v.Title), "call": v.Of.Ref, "number": v.Number, "answer": in.Says,
		})
		if m.State == was || m.State == MergerAsked {
			return nil
		}
		return s.mergerMailsTx(ctx, tx, b, m, "selection_merger_"+m.State)
	})
	return m, err
}

// Drop takes a recommendation back. Who runs the call may. Event: selection.merger_dropped.
// Errors: NotFound, Conflict once it was published.
func (s *Service) Drop(ctx context.Context, a core.Actor, ref string, id core.ID) error {
	return s.change(ctx, a, ref, func(ctx context.Context, tx *record.Tx, b *Board) error {
		i := slices.IndexFunc(b.Mergers, func(m Merger) bool { return m.ID == id })
		if i < 0 || b.barred[b.Mergers[i].One] || b.barred[b.Mergers[i].Two] {
			return core.NotFound()
		}
		m := b.Mergers[i]
		if b.results[m.One].Choice == Merge || b.results[m.Two].Choice == Merge {
			return core.Conflict("selection.error.decided_already")
		}
		if _, err := tx.NewUpdate().Model((*Merger)(nil)).Set("state = ?, version = version + 1", MergerDropped).Where("id = ?", id).Exec(ctx); err != nil {
			return wrap(err, "drop merger")
		}
		if _, err := tx.NewDelete().Model((*Choice)(nil)).Where("choice = ? AND (proposal = ? AND target = ? OR proposal = ? AND target = ?)", Merge, m.One, m.Two, m.Two, m.One).Exec(ctx); err != nil {
			return wrap(err, "take choice back")
		}
		tx.Append("selection.merger_dropped", m.One, b.Call.Scope(), record.Internal, record.Data{
			"label": core.NewText(b.facts[m.One].Proposal.Lang, b.facts[m.One].Title), "call": b.Call.Ref, "number": b.facts[m.One].Number, "other": b.facts[m.Two].Number,
		})
		return nil
	})
}

// MergersOf are the recommendations that concern a proposal, with the other one: to its
// organisers, and to who runs the call and has a conflict with neither. Errors: NotFound.
func (s *Service) MergersOf(ctx context.Context, a core.Actor, proposal core.ID) ([]Merger, map[core.ID]proposals.Input, error) {
	v, err := s.Proposals.Get(ctx, a, proposal)
	if err != nil {
		return nil, nil, err
	}
	if inside, err := s.inside(ctx, a, v); err != nil || !inside {
		return nil, nil, err
	}
	barred := map[core.ID]bool{}
	if !slices.Contains(v.Roles, core.RoleOrganiser) {
		if barred, err = s.Review.Barred(ctx, a, v.Call); err != nil {
			return nil, nil, err
		}
	}
	list, err := mergersOf(ctx, s.rec.DB.Read, v.Call)
	if err != nil {
		return nil, nil, err
	}
	list = slices.DeleteFunc(list, func(m Merger) bool { return m.One != proposal && m.Two != proposal || barred[m.other(proposal)] })
	if len(list) == 0 {
		return nil, nil, nil
	}
	all, err := s.Proposals.JudgedOf(ctx, s.rec.DB.Read, v.Of)
	out := map[core.ID]proposals.Input{}
	for _, x := range all {
		out[x.ID] = x
	}
	return list, out, err
}
