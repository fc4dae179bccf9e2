package proposals

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
)

// List gives the proposals of a call that the actor may read, in the order of their
// numbers, without their answers; a text narrows by the title and by the answers that she
// may read. Staff read all that were handed in, reviewers those shown to them, everybody
// those that are public. Two queries, four with a text, and what the reviewers' room asks.
func (s *Service) List(ctx context.Context, a core.Actor, c calls.Call, text string) ([]Proposal, error) {
	if words := strings.Fields(core.Fold(text)); len(words) > 0 {
		views, err := s.Sheet(ctx, a, c)
		var out []Proposal
		for _, v := range views {
			if v.says(words) {
				v.Answers = nil
				out = append(out, v.Proposal)
			}
		}
		return out, err
	}
	var list []Proposal
	if err := s.rec.DB.Read.NewSelect().Model(&list).ExcludeColumn("answers").Where("pr.call = ? AND pr.state <> ?", c.ID, StateDraft).
		OrderExpr("pr.number").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list proposals: %w", err)
	}
	may, err := s.readable(ctx, a, c)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(p Proposal) bool { return !may(p) })
	for i := range list {
		list[i].CallRef = c.Ref
	}
	return list, nil
}

// says tells whether each word stands in the title or in what the view shows of the
// answers and people; words are folded.
func (v View) says(words []string) bool {
	var b strings.Builder
	put := func(list ...string) {
		for _, s := range list {
			b.WriteString(core.Fold(s) + "\n")
		}
	}
	put(v.Title)
	for _, x := range v.Answers {
		put(x.Text)
		put(x.Many...)
		for _, p := range x.People {
			put(p.Name, p.Organisation)
		}
		if x.File != nil {
			put(x.File.Name)
		}
	}
	for _, p := range v.Parties {
		put(p.Name, p.Organisation)
	}
	all := b.String()
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(all, w) })
}

// readable tells which proposals of a call somebody may read who has no part in them.
func (s *Service) readable(ctx context.Context, a core.Actor, c calls.Call) (func(Proposal) bool, error) {
	barred, err := s.barred(ctx, a, c.ID)
	if err != nil {
		return nil, err
	}
	if s.Calls.May(ctx, a, c, "run") == nil {
		return func(p Proposal) bool { return p.State != StateDraft && !barred[p.ID] }, nil
	}
	var access Access
	if s.Reviewing != nil && a.SignedIn() {
		if access, err = s.Reviewing(ctx, a, c.ID); err != nil {
			return nil, err
		}
	}
	return func(p Proposal) bool { return s.open(p, c) || slices.Contains(access.IDs, p.ID) }, nil
}

// Sheet gives the proposals of a call with the answers that the actor may read, for a
// table: as Get would show each. The number of queries does not depend on theirs.
func (s *Service) Sheet(ctx context.Context, a core.Actor, c calls.Call) ([]View, error) {
	list, err := s.List(ctx, a, c, "")
	if err != nil || len(list) == 0 {
		return nil, err
	}
	ids := make([]core.ID, len(list))
	for i, p := range list {
		ids[i] = p.ID
	}
	full, err := s.byID(ctx, ids)
	if err != nil {
		return nil, err
	}
	parties, err := s.PartiesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	staff := s.Calls.May(ctx, a, c, "run") == nil
	var access Access
	if !staff && s.Reviewing != nil && a.SignedIn() {
		if access, err = s.Reviewing(ctx, a, c.ID); err != nil {
			return nil, err
		}
	}
	forms := map[int]calls.Form{}
	out := make([]View, 0, len(list))
	for _, id := range ids {
		p := full[id]
		p.CallRef = c.Ref
		form, ok := forms[p.FormVersion]
		if !ok {
			f, err := s.Calls.Form(ctx, c, p.FormVersion)
			if err != nil {
				return nil, err
			}
			form = f.Form
			forms[p.FormVersion] = form
		}
		v := View{Proposal: p, Of: c, Form: form, Parties: parties[id]}
		if !staff {
			v.Blind = access.Blind && slices.Contains(access.IDs, id)
			v.Outside = !slices.Contains(access.IDs, id)
			v.hide()
		}
		out = append(out, v)
	}
	return out, nil
}
