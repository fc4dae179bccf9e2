package review

import (
	"context"
	"fmt"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/platform/record"
)

// OwnInput is what a reviewer says of herself for a call.
type OwnInput struct {
	Version int64    `form:"version" ui:"hidden" json:"version"`
	Langs   []string `form:"langs" ui:"checks" json:"languages,omitempty"`
	Themes  []string `form:"themes" ui:"checks" json:"themes,omitempty"`
	Words   string   `form:"words" ui:"area" max:"2000" json:"words,omitempty" doc:"further topics, one on a line"`
	MaxLoad string   `form:"max_load" ui:"number" max:"5" json:"max_load,omitempty" doc:"most proposals; empty: as the phase says"`
}

// Own is what a reviewer may change of herself, and within which limits.
type Own struct {
	Call        calls.Call
	Input       OwnInput
	Least, Most int // of MaxLoad
}

// Own gives the actor what she may change of herself as a reviewer of a call. Errors:
// SignIn, NotFound for who does not review it.
func (s *Service) Own(ctx context.Context, a core.Actor, ref string) (Own, error) {
	out, _, _, err := s.own(ctx, a, ref)
	return out, err
}

func (s *Service) own(ctx context.Context, a core.Actor, ref string) (out Own, me Reviewer, themes []string, err error) {
	if !a.SignedIn() {
		return out, me, nil, core.SignIn()
	}
	list, err := s.selves(ctx, s.rec.DB.Read, a)
	if err != nil {
		return out, me, nil, err
	}
	var ids []core.ID
	for _, r := range list {
		ids = append(ids, r.Call)
	}
	found, err := s.Calls.Calls(ctx, ids)
	if err != nil {
		return out, me, nil, err
	}
	i := slices.IndexFunc(list, func(r Reviewer) bool { return found[r.Call].Ref == ref })
	if i < 0 {
		return out, me, nil, core.NotFound()
	}
	me = list[i]
	out.Call = found[me.Call]
	if themes, err = s.themeIDs(ctx, a, out.Call); err != nil {
		return out, me, nil, err
	}
	phases, err := phasesOf(ctx, s.rec.DB.Read, me.Call)
	if err != nil {
		return out, me, nil, err
	}
	out.Least, out.Most = 1, me.MaxLoad
	for _, p := range phases {
		least, _ := me.Loads(p)
		out.Least, out.Most = max(out.Least, least), max(out.Most, p.MaxLoad)
	}
	if len(phases) == 0 {
		out.Most = mostLoad
	}
	in := ReviewerInputOf(me, themes)
	out.Input = OwnInput{Version: in.Version, Langs: in.Langs, Themes: in.Themes, Words: in.Words, MaxLoad: in.MaxLoad}
	return out, me, themes, nil
}

// ChangeOwn changes what a reviewer knows and reads, and how many proposals she takes at
// most: not fewer than are asked of her, and not more than a phase gives. What she belongs
// to is for who runs the call to change. Event: evaluation.reviewer_changed. Errors: Stale
// with the present OwnInput, Invalid, NotFound.
func (s *Service) ChangeOwn(ctx context.Context, a core.Actor, ref string, in OwnInput) error {
	own, me, themes, err := s.own(ctx, a, ref)
	if err != nil {
		return err
	}
	if err := policy.Check("describe", StateOpen, core.RoleEditor); err != nil {
		return err
	}
	p := core.Validate(in)
	knows(&p, in.Langs, in.Themes, themes)
	most := readLoad(&p, "max_load", in.MaxLoad)
	if most >= 0 && p.Err() == nil && in.MaxLoad != own.Input.MaxLoad && (most < own.Least || most > own.Most) {
		p.Add("max_load", "review.error.number", "Min", own.Least, "Max", own.Most)
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		r, err := s.reviewerTx(ctx, tx, own.Call, me.ID)
		if err != nil {
			return err
		}
		r.Langs, r.Topics, r.MaxLoad, r.Version = append([]string{}, in.Langs...), append(append([]string{}, in.Themes...), core.Lines(in.Words)...), most, in.Version+1
		stale, err := record.Once(tx.NewUpdate().Model(&r).Where("id = ? AND version = ?", me.ID, in.Version).Exec(ctx))
		if err != nil || stale {
			return record.StaleOr(err, own.Input)
		}
		tx.Append("evaluation.reviewer_changed", own.Call.ID, own.Call.Scope(), record.Internal, record.Data{"label": r.Name, "call": own.Call.Ref})
		return nil
	})
}

// knows checks the languages and themes of a reviewer.
func knows(p *core.Problems, langs, themes, known []string) {
	for _, l := range langs {
		if !core.LangKnown(l) {
			p.Add("langs", "review.error.choice")
		}
	}
	for _, t := range themes {
		if !slices.Contains(known, t) {
			p.Add("themes", "review.error.choice")
		}
	}
}

// expertise are the words of what reviewers know, for the likeness of texts: themes by
// their names.
func (s *Service) expertise(ctx context.Context, c calls.Call, list []Reviewer) ([]string, error) {
	names := map[string]string{}
	if c.Edition != "" {
		set, err := s.Editions.SettingByID(ctx, core.Operator, c.Edition)
		if err != nil {
			return nil, fmt.Errorf("load themes: %w", err)
		}
		for _, t := range set.Themes {
			names[string(t.ID)] = t.Name.String()
		}
	}
	out := make([]string, len(list))
	for i, r := range list {
		for _, t := range r.Topics {
			if name := names[t]; name != "" {
				t = name
			}
			out[i] += t + "\n"
		}
	}
	return out, nil
}
