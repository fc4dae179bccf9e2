package selection

import (
	"context"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/platform/record"
)

// ChoiceInput is what somebody chooses for a proposal; without a choice, what was chosen is
// taken back.
type ChoiceInput struct {
	Version    int64    `form:"version" ui:"hidden" json:"version" doc:"of the choice as it was read; 0: there was none"`
	Choice     string   `form:"choice" ui:"radio" json:"choice" enum:",accept,condition,merge,offer,wait,decline"`
	Type       string   `form:"type" ui:"select" json:"type,omitempty"`
	Target     string   `form:"target" ui:"select" json:"into,omitempty" doc:"id of the proposal that it is merged into"`
	Conditions string   `form:"conditions" ui:"area" max:"2000" json:"conditions,omitempty"`
	Reasons    []string `form:"reasons" ui:"checks" json:"reasons,omitempty"`
	Words      string   `form:"words" ui:"area" max:"4000" json:"words,omitempty"`
	Note       string   `form:"note" ui:"area" max:"2000" json:"note,omitempty"`
}

// ChoiceOf is the form of a choice as it stands.
func ChoiceOf(x *Choice) ChoiceInput {
	if x == nil {
		return ChoiceInput{}
	}
	return ChoiceInput{Version: x.Version, Choice: x.Choice, Type: x.Type, Target: string(x.Target), Conditions: x.Conditions, Reasons: x.Reasons, Words: x.Words, Note: x.Note}
}

// ChoiceOf is the form of what is chosen for a proposal. Where nothing is, its version says
// in which round it was last decided: whoever looked before that looks again.
func (b *Board) ChoiceOf(id core.ID) ChoiceInput {
	if x, ok := b.choices[id]; ok {
		return ChoiceOf(&x)
	}
	return ChoiceInput{Version: -1 - int64(b.results[id].Round)}
}

// check tells what is wrong with a choice on a board.
func (in *ChoiceInput) check(b *Board, id core.ID) error {
	p := core.Validate(*in)
	in.Conditions, in.Words, in.Note = strings.TrimSpace(in.Conditions), strings.TrimSpace(in.Words), strings.TrimSpace(in.Note)
	if in.Choice != "" && !slices.Contains(Choices, in.Choice) {
		p.Add("choice", "form.unreadable")
	}
	for _, code := range in.Reasons {
		if !slices.ContainsFunc(b.Selection.Reasons, func(r Reason) bool { return r.Code == code }) {
			p.Add("reasons", "form.unreadable")
		}
	}
	switch in.Choice {
	case Offer:
		if in.Type == "" || in.Type == b.Call.Becomes {
			p.Add("type", "selection.error.other_type")
		} else if !slices.ContainsFunc(b.types, func(o calls.Option) bool { return o.Code == in.Type }) {
			p.Add("type", "selection.error.type")
		}
	case Merge:
		if _, ok := b.facts[core.ID(in.Target)]; !ok || core.ID(in.Target) == id || b.barred[core.ID(in.Target)] {
			p.Add("target", "selection.error.target")
		} else if !b.agreed(id, core.ID(in.Target)) {
			p.Add("target", "selection.error.not_agreed")
		}
	case Condition:
		if in.Conditions == "" {
			p.Add("conditions", "selection.error.conditions")
		}
	case Wait, Decline:
		if len(in.Reasons) == 0 && in.Words == "" {
			p.Add("words", "selection.error.reason")
		}
	}
	if in.Choice != Offer {
		in.Type = ""
	}
	if in.Choice != Merge {
		in.Target = ""
	}
	if in.Choice != Condition {
		in.Conditions = ""
	}
	return p.Err()
}

// agreed tells whether both sides have agreed to become one session.
func (b *Board) agreed(one, two core.ID) bool {
	return slices.ContainsFunc(b.Mergers, func(m Merger) bool { return m.Of(one, two) && m.State == MergerAgreed })
}

// Choose keeps what is chosen for a proposal of a call, by its number; nobody outside learns
// of it before it is published. Who runs the call may, unless she has a conflict with it as
// a reviewer. Event: selection.chosen. Errors: NotFound, Invalid, Stale with the present
// ChoiceInput.
func (s *Service) Choose(ctx context.Context, a core.Actor, ref string, number int, in ChoiceInput) error {
	return s.change(ctx, a, ref, func(ctx context.Context, tx *record.Tx, b *Board) error {
		return s.chooseTx(ctx, tx, b, number, in, true)
	})
}

// BulkInput is what several proposals are chosen for at once.
type BulkInput struct {
	Reasons []string `form:"reasons" ui:"checks" json:"reasons,omitempty"`
	Words   string   `form:"words" ui:"area" max:"4000" json:"words,omitempty"`
}

// ChooseAll keeps what was tried out for several proposals: all or nothing, with the same
// reasons for those that need some. Rights, events and errors as of Choose.
func (s *Service) ChooseAll(ctx context.Context, a core.Actor, ref string, tries []Hand, in BulkInput) error {
	return s.change(ctx, a, ref, func(ctx context.Context, tx *record.Tx, b *Board) error {
		for _, t := range tries {
			x := ChoiceInput{Choice: t.Choice, Type: t.Type, Target: string(t.Target)}
			if t.Choice == Wait || t.Choice == Decline {
				x.Reasons, x.Words = in.Reasons, in.Words
			}
			was, ok := b.choices[t.Proposal]
			if ok {
				x.Note = was.Note
				if was.Choice == t.Choice && was.Type == t.Type {
					x = ChoiceOf(&was)
					if needs := t.Choice == Wait || t.Choice == Decline; needs && (len(in.Reasons) > 0 || strings.TrimSpace(in.Words) != "") {
						x.Reasons, x.Words = in.Reasons, in.Words // said anew
					}
				}
			}
			if err := s.chooseTx(ctx, tx, b, b.facts[t.Proposal].Number, x, false); err != nil {
				return err
			}
		}
		return nil
	})
}

// change runs fn on the board of a call inside a write, for who runs it.
func (s *Service) change(ctx context.Context, a core.Actor, ref string, fn func(ctx context.Context, tx *record.Tx, b *Board) error) error {
	c, err := s.may(ctx, a, ref, "run")
	if err != nil {
		return err
	}
	barred, err := s.Review.Barred(ctx, a, c.ID)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		b, err := s.board(ctx, tx, c)
		if err != nil {
			return err
		}
		b.barred = barred
		return fn(ctx, tx, b)
	})
}

func (s *Service) chooseTx(ctx context.Context, tx *record.Tx, b *Board, number int, in ChoiceInput, versioned bool) error {
	id, ok := b.byNumber(number)
	if !ok || b.barred[id] {
		return core.NotFound()
	}
	was, had := b.choices[id]
	if now := b.ChoiceOf(id); versioned && in.Version != now.Version && (had || in.Version != 0) {
		return core.Stale(now)
	}
	if in.Choice == Offer && b.types == nil {
		var err error
		if b.types, err = s.types(ctx, b.Call); err != nil {
			return err
		}
	}
	if err := in.check(b, id); err != nil {
		return err
	}
	if in.Choice == Offer {
		types, err := s.types(ctx, b.Call)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(types, func(o calls.Option) bool { return o.Code == in.Type }) {
			var p core.Problems
			p.Add("type", "selection.error.type")
			return p.Err()
		}
	}
	if _, err := tx.NewDelete().Model((*Choice)(nil)).Where("proposal = ?", id).Exec(ctx); err != nil {
		return wrap(err, "take choice back")
	}
	if in.Choice != "" {
		x := Choice{
			Proposal: id, Call: b.Call.ID, Choice: in.Choice, Type: in.Type, Target: core.ID(in.Target), Conditions: in.Conditions, Reasons: in.Reasons,
			Words: in.Words, Note: in.Note, Account: tx.Actor.Account, ByName: tx.Actor.Name, At: tx.Now,
			Version: max(was.Version+1, tx.Now.Time().UnixMicro()), // no choice has that of one that was taken back or published
		}
		if x.Reasons == nil {
			x.Reasons = []string{}
		}
		if _, err := tx.NewInsert().Model(&x).Exec(ctx); err != nil {
			return wrap(err, "keep choice")
		}
	} else if !had {
		return nil
	}
	f := b.facts[id]
	tx.Append("selection.chosen", id, b.Call.Scope(), record.Internal, record.Data{
		"label": core.NewText(f.Proposal.Lang, f.Title), "call": b.Call.Ref, "number": f.Number, "choice": in.Choice,
	})
	return nil
}

func (b *Board) byNumber(number int) (core.ID, bool) {
	for id, f := range b.facts {
		if f.Number == number {
			return id, true
		}
	}
	return "", false
}
