package ledger

import (
	"context"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// submissions are what was submitted to a process of texts that the actor may see.
func (s *Service) submissions(ctx context.Context, a core.Actor, process core.ID) ([]Delivery, error) {
	list, err := s.deliveries(ctx, "ld.process = ?", process)
	if err != nil {
		return nil, err
	}
	things := make([]Thing, len(list))
	for i, d := range list {
		things[i] = Thing{Kind: ThingParagraph, Ref: string(d.Document)}
	}
	labels, err := s.Labels(ctx, a, "en", things)
	if err != nil {
		return nil, err
	}
	out := []Delivery{}
	for i, d := range list {
		if _, ok := labels[things[i]]; ok {
			out = append(out, d)
		}
	}
	return out, nil
}

// referenceViews completes outside documents: what they cite and where they were cited,
// as far as the actor may see it.
func (s *Service) referenceViews(ctx context.Context, a core.Actor, list []Reference) ([]ReferenceView, error) {
	out := []ReferenceView{}
	if len(list) == 0 {
		return out, nil
	}
	ids := make([]core.ID, len(list))
	for i, r := range list {
		ids[i] = r.ID
	}
	cites, _, err := s.citations(ctx, "lt.reference IN (?)", bun.List(ids))
	if err != nil {
		return nil, err
	}
	var things []Thing
	for _, c := range cites {
		things = append(things, Thing{Kind: ThingParagraph, Ref: c.Ref})
	}
	labels, err := s.Labels(ctx, a, "en", things)
	if err != nil {
		return nil, err
	}
	mentions, err := s.mentions(ctx, a, "mn.reference IN (?)", bun.List(ids))
	if err != nil {
		return nil, err
	}
	ev, err := evidenceOf(ctx, s.rec.DB.Read, ids)
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		v := ReferenceView{Reference: r, Address: r.Path(), Citations: []Citation{}, Mentions: []Mention{}}
		v.Kept = ev[r.ID]
		for _, c := range cites {
			if _, ok := labels[Thing{Kind: ThingParagraph, Ref: c.Ref}]; ok && c.Reference == r.ID {
				v.Citations = append(v.Citations, c)
			}
		}
		for _, m := range mentions {
			if m.Reference == r.ID {
				v.Mentions = append(v.Mentions, m)
			}
		}
		out = append(out, v)
	}
	return out, nil
}
