package ledger

import (
	"context"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

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

// Kept gives a kept copy that the actor may see.
func (s *Service) Kept(ctx context.Context, a core.Actor, id core.ID) (Evidence, error) {
	var e Evidence
	if !id.Valid() {
		return e, core.NotFound()
	}
	if err := s.rec.DB.Read.NewSelect().Model(&e).Where("ev.id = ?", id).Scan(ctx); err != nil {
		return e, record.Found(err)
	}
	if e.Hash == "" {
		return e, core.NotFound()
	}
	if e.Subject != "" {
		_, err := s.Commitment(ctx, a, e.Subject)
		return e, err
	}
	return e, nil
}
