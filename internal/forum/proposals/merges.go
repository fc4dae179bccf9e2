package proposals

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// States of a wish to merge.
const (
	WishAsked         = "asked"
	WishInterested    = "interested"
	WishNotInterested = "not-interested"
)

// Wish is a wish of the editors of one proposal to merge it with another, and what the
// editors of that say. It decides nothing.
type Wish struct {
	bun.BaseModel `bun:"table:proposal_merges,alias:pm"`

	ID        core.ID      `bun:"id,pk"`
	Call      core.ID      `bun:"call"`
	A         core.ID      `bun:"proposal"` // whose editors ask
	B         core.ID      `bun:"other"`
	ByAccount core.ID      `bun:"by_account"`
	ByName    string       `bun:"by_name"`
	Words     string       `bun:"words"`
	State     string       `bun:"state"`
	Reply     string       `bun:"reply"`
	ReplyName string       `bun:"reply_name"`
	At        core.Instant `bun:"at"`
	Answered  core.Instant `bun:"answered"`
}

const (
	mostWishes  = 10   // that one proposal sends
	longestWish = 1000 // characters
)

// WishInput is what the editors of one proposal write to those of another.
type WishInput struct {
	Words string `form:"words" ui:"area" max:"1000" required:"1" json:"words"`
}

// MergeWishes gives what the proposers of a call wish among themselves, the oldest first.
// The caller decides who may read it.
func (s *Service) MergeWishes(ctx context.Context, call core.ID) ([]Wish, error) {
	return s.wishes(ctx, s.rec.DB.Read, "pm.call = ?", call)
}

func (s *Service) wishes(ctx context.Context, idb bun.IDB, where string, args ...any) ([]Wish, error) {
	var out []Wish
	if err := idb.NewSelect().Model(&out).Where(where, args...).OrderExpr("pm.at, pm.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load wishes to merge: %w", err)
	}
	return out, nil
}

// WishView is a wish as it stands beside one of its proposals.
type WishView struct {
	Wish
	Other  Proposal // without its answers
	Theirs bool     // the editors of the other ask
	May    bool     // the reader may read the other
}

// WishesOf are the wishes that one proposal sends and gets: for its editors, and for who
// judges it, those with proposals that she may read too. Others get none.
func (s *Service) WishesOf(ctx context.Context, a core.Actor, v View) ([]WishView, error) {
	editor := slices.Contains(v.Roles, core.RoleOrganiser)
	if !editor {
		if runs, err := s.Calls.Runs(ctx, a, v.Of); err != nil || !runs {
			return nil, err
		}
	}
	list, err := s.wishes(ctx, s.rec.DB.Read, "pm.proposal = ? OR pm.other = ?", v.ID, v.ID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var ids []core.ID
	for _, x := range list {
		ids = append(ids, x.A, x.B)
	}
	found, err := s.byID(ctx, ids)
	if err != nil {
		return nil, err
	}
	may, err := s.readable(ctx, a, v.Of)
	if err != nil {
		return nil, err
	}
	var out []WishView
	for _, x := range list {
		w := WishView{Wish: x, Theirs: x.B == v.ID}
		w.Other = found[x.B]
		if w.Theirs {
			w.Other = found[x.A]
		}
		w.Other.Answers, w.Other.CallRef = nil, v.Of.Ref
		if w.May = may(w.Other); w.May || editor {
			out = append(out, w)
		}
	}
	return out, nil
}

// mergeKey names another proposal in the addresses of one that is like it.
func mergeKey(one, other core.ID) string { return secret(string(one), string(other)) }

// MergeWith gives the proposal that is like one by the key of its address, where the
// editors of the one may ask its editors to merge. Errors: NotFound.
func (s *Service) MergeWith(ctx context.Context, a core.Actor, v View, key string) (Proposal, error) {
	if !v.Of.Alike || !slices.Contains(v.Roles, core.RoleOrganiser) {
		return Proposal{}, core.NotFound()
	}
	list, err := s.AlikeTo(ctx, a, v)
	if err != nil {
		return Proposal{}, err
	}
	for _, x := range list {
		if mergeKey(v.ID, x.ID) == key {
			return x.Proposal, nil
		}
	}
	return Proposal{}, core.NotFound()
}

// ProposeMerge writes to the editors of a proposal that is like one's own whether they
// would merge. Editors may, where the call shows proposers what is alike, until both are
// decided on. No address is shown; the name of who asks is. Event: proposal.merge_proposed.
// Errors: NotFound, Invalid, Limited, Conflict.
func (s *Service) ProposeMerge(ctx context.Context, a core.Actor, id core.ID, key string, in WishInput) error {
	in.Words = strings.TrimSpace(in.Words)
	if err := core.Validate(in).Err(); err != nil {
		return err
	}
	v, err := s.Get(ctx, a, id)
	if err != nil {
		return err
	}
	other, err := s.MergeWith(ctx, a, v, key)
	if err != nil {
		return err
	}
	if err := s.tell.Allow(string(a.Account)); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		v, err := s.get(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if err := Policy.Check("merge", v.State, v.Roles...); err != nil {
			return err
		}
		e, err := s.partiesAndProposalTx(ctx, tx, other.ID)
		if err != nil {
			return err
		}
		if !Policy.Can("merge", e.State, core.RoleOrganiser) {
			return core.Conflict("wanted.error.merge_late")
		}
		had, err := s.wishes(ctx, tx, "pm.proposal = ? OR pm.proposal = ? AND pm.other = ?", v.ID, e.ID, v.ID)
		if err != nil {
			return err
		}
		sent := 0
		for _, x := range had {
			if x.A == v.ID {
				sent++
			}
			if x.A == e.ID || x.B == e.ID {
				return core.Conflict("wanted.error.merge_twice")
			}
		}
		if sent >= mostWishes {
			return core.Conflict("wanted.error.merge_many", "Count", mostWishes)
		}
		x := Wish{ID: tx.NewID(), Call: v.Call, A: v.ID, B: e.ID, ByAccount: a.Account, ByName: tx.Actor.Name, Words: in.Words, State: WishAsked, At: tx.Now}
		if _, err := tx.NewInsert().Model(&x).Exec(ctx); err != nil {
			return fmt.Errorf("keep wish: %w", err)
		}
		tx.Append("proposal.merge_proposed", v.ID, v.Of.Scope(), record.Internal, record.Data{"label": core.NewText(v.Lang, v.Title), "call": v.Of.Ref, "number": v.Number})
		told, err := s.tellEditorsTx(ctx, tx, e, "proposal_merge", string(x.ID), "By", x.ByName, "Title", v.Title, "Yours", e.Title, "Words", x.Words, "URL", s.BaseURL+e.Path()+"#merge")
		if err == nil && !told {
			err = core.Conflict("wanted.error.nobody")
		}
		return err
	})
}

// AnswerMerge says whether the editors of a proposal would merge it with the one whose
// editors ask; they may change their answer while neither is decided on. Event:
// proposal.merge_answered. Errors: NotFound, Invalid, Conflict.
func (s *Service) AnswerMerge(ctx context.Context, a core.Actor, id, wish core.ID, interested bool, reply string) error {
	reply = strings.TrimSpace(reply)
	if n := utf8.RuneCountInString(reply); n > longestWish {
		var p core.Problems
		p.Add("reply", "form.too_long", "Count", longestWish, "Have", n)
		return p.Err()
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		v, err := s.get(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if err := Policy.Check("merge", v.State, v.Roles...); err != nil {
			return err
		}
		list, err := s.wishes(ctx, tx, "pm.id = ? AND pm.other = ?", wish, id)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return core.NotFound()
		}
		x, was := list[0], list[0]
		e, err := s.partiesAndProposalTx(ctx, tx, x.A)
		if err != nil {
			return err
		}
		if !Policy.Can("merge", e.State, core.RoleOrganiser) {
			return core.Conflict("wanted.error.merge_late")
		}
		x.State, x.Reply, x.ReplyName, x.Answered = WishNotInterested, reply, tx.Actor.Name, tx.Now
		if interested {
			x.State = WishInterested
		}
		if x.State == was.State && x.Reply == was.Reply {
			return nil
		}
		if err := s.tell.Allow(string(a.Account)); err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model(&x).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("answer wish: %w", err)
		}
		tx.Append("proposal.merge_answered", v.ID, v.Of.Scope(), record.Internal, record.Data{
			"label": core.NewText(v.Lang, v.Title), "call": v.Of.Ref, "number": v.Number, "state": x.State,
		})
		_, err = s.tellEditorsTx(ctx, tx, e, "proposal_merge_"+strings.ReplaceAll(x.State, "-", "_"), fmt.Sprintf("%s/%d", x.ID, tx.Now.Time().UnixMicro()),
			"By", x.ReplyName, "Title", v.Title, "Yours", e.Title, "Words", reply, "URL", s.BaseURL+e.Path()+"#merge")
		return err
	})
}
