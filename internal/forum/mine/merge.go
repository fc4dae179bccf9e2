package mine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

// Merging is what would become of two accounts of one person: From becomes part of Into.
type Merging struct {
	From, Into authn.Account
	Held       []Held // what From holds
	Doubles    int    // of which Into has the same: its own stays
	People     bool   // two pages of people become one
	Stops      []Stop // what stands in the way
}

// unshown are rooms of which a preview says nothing: what moves of them is what was done, or
// mails. unsaid are those of which the staff learns nothing either.
var (
	unshown = []string{"record", "requests", "mails"}
	unsaid  = []string{"conduct", "opinions"}
)

// Merging tells the actor what becomes of another account of hers when it is made part of
// this one, by the link that was mailed to an address of the other; it does nothing. Errors
// are those of authn.ForMerging.
func (s *Service) Merging(ctx context.Context, a core.Actor, token string) (Merging, error) {
	from, err := s.Accounts.ForMerging(ctx, a, token)
	if err != nil {
		return Merging{}, err
	}
	into, err := s.Accounts.ByID(ctx, a.Account)
	if err != nil {
		return Merging{}, err
	}
	return s.preview(ctx, from, into, true)
}

// Merge makes another account of the actor's part of this one: all that it holds is hers
// under this one from then on. The link of Merging is used up. It appends account.merged, and
// person.merged where both had a page. Conflict says what stands in the way.
func (s *Service) Merge(ctx context.Context, a core.Actor, token, lang string) (from authn.Account, err error) {
	return from, s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if from, err = s.Accounts.UseForMergingTx(ctx, tx, a, token); err != nil {
			return err
		}
		into, err := s.Accounts.ByID(ctx, a.Account)
		if err != nil {
			return err
		}
		return s.mergeTx(ctx, tx, from, into, merging{own: true, lang: lang})
	})
}

// MergeForInput is the form by which the staff makes an account part of another.
type MergeForInput struct {
	Into   string `form:"into" ui:"hidden" max:"200" required:"1"` // an address of the one that is kept
	Reason string `form:"reason" ui:"area" max:"1000" required:"1"`
}

// MergingFor is Merging for the staff: into is an address of the account that is kept. What
// somebody has reported and how she has voted is not in it.
func (s *Service) MergingFor(ctx context.Context, a core.Actor, id core.ID, into string) (Merging, error) {
	from, kept, err := s.bothFor(ctx, a, id, into)
	if err != nil {
		return Merging{From: from}, err
	}
	m, err := s.preview(ctx, from, kept, false)
	m.Held = slices.DeleteFunc(m.Held, func(h Held) bool { return slices.Contains(unsaid, h.Room) })
	return m, err
}

func (s *Service) bothFor(ctx context.Context, a core.Actor, id core.ID, into string) (from, kept authn.Account, err error) {
	if from, err = s.Accounts.Show(ctx, a, id); err != nil {
		return from, kept, err
	}
	kept, err = s.Accounts.ByEmail(ctx, strings.TrimSpace(into))
	if core.KindOf(err) == core.KindNotFound && err != nil {
		var p core.Problems
		p.Add("into", "mine.error.no_account")
		return from, kept, p.Err()
	}
	if err != nil {
		return from, kept, err
	}
	if kept.ID == from.ID {
		var p core.Problems
		p.Add("into", "security.merge.same")
		return from, kept, p.Err()
	}
	return from, kept, s.Accounts.MayMerge(a, from, kept)
}

// MergeFor makes an account part of another for the staff, who says how it was made sure that
// both are of one person: that stands in the personal part of account.merged.
func (s *Service) MergeFor(ctx context.Context, a core.Actor, id core.ID, in MergeForInput, lang string) (authn.Account, error) {
	from, kept, err := s.bothFor(ctx, a, id, in.Into)
	if err != nil {
		return kept, err
	}
	if err := core.Validate(in).Err(); err != nil {
		return kept, err
	}
	return kept, s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		return s.mergeTx(ctx, tx, from, kept, merging{lang: lang, reason: strings.TrimSpace(in.Reason)})
	})
}

func (s *Service) preview(ctx context.Context, from, into authn.Account, own bool) (Merging, error) {
	m := Merging{From: from, Into: into}
	var err error
	if m.Stops, err = s.stops(ctx, s.rec.DB.Read, from, into, own); err != nil {
		return m, err
	}
	if m.Doubles, err = s.doubles(ctx, from.ID, into.ID); err != nil {
		return m, err
	}
	one, other, err := s.pages(ctx, from, into)
	if err != nil {
		return m, err
	}
	m.People = one.ID != "" && other.ID != "" && one.ID != other.ID
	list, err := s.held(ctx, from.ID)
	m.Held = slices.DeleteFunc(list, func(h Held) bool { return slices.Contains(unshown, h.Room) })
	return m, err
}

// merging is how two accounts are made one.
type merging struct {
	own    bool // by their owner
	lang   string
	reason string // of the staff
}

// mergeTx makes an account part of another, in one act.
func (s *Service) mergeTx(ctx context.Context, tx *record.Tx, from, into authn.Account, how merging) error {
	stops, err := s.stops(ctx, tx, from, into, how.own)
	if err != nil {
		return err
	}
	if len(stops) > 0 {
		return stops[0].failure(how.lang)
	}
	if err := s.tiesTx(ctx, tx, from.ID, into.ID); err != nil {
		return err
	}
	moved := map[string]int{}
	if err := moveAllTx(ctx, tx, from.ID, into.ID, moved); err != nil {
		return err
	}
	data, personal := record.Data{"moved": moved, "by_owner": how.own}, record.Data{}
	if how.reason != "" {
		personal["reason"] = how.reason
	}
	if err := s.Accounts.MergeTx(ctx, tx, from, into, data, personal); err != nil {
		return err
	}
	return s.mergePeopleTx(ctx, tx, from, into)
}

// mergePeopleTx makes the pages of the people of two accounts one, or gives the only one to
// the account that is kept.
func (s *Service) mergePeopleTx(ctx context.Context, tx *record.Tx, from, into authn.Account) error {
	one, other, err := s.pages(ctx, from, into)
	if err != nil {
		return err
	}
	if one.ID == "" || other.ID == "" {
		return s.Accounts.TakePersonTx(ctx, tx, from, into)
	}
	if one.ID != other.ID {
		if _, err := s.People.MergeTx(ctx, tx, one.ID, other.ID); err != nil {
			return fmt.Errorf("merge pages: %w", err)
		}
	}
	// What rooms hold of the former page beside what they moved themselves.
	for _, id := range []core.ID{from.Person, one.ID} {
		if id != other.ID {
			if err := moveAllTx(ctx, tx, id, other.ID, map[string]int{}); err != nil {
				return err
			}
		}
	}
	return nil
}
