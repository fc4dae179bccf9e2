package reports

import (
	"context"
	"fmt"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// PointsTx gives, inside an act, the takeaways and calls that the report of a session
// says in public, with the report; nil where nothing is published or a correction of it
// is being written. Rooms below call it on report.published and report.corrected.
func (s *Service) PointsTx(ctx context.Context, tx *record.Tx, session core.ID) (*Report, []Point, error) {
	list, err := ofSession(ctx, tx, session)
	if err != nil {
		return nil, nil, err
	}
	r := byKind(list, Takeaways)
	if r == nil || r.State != StatePublished {
		return nil, nil, nil
	}
	heads, err := s.docs.HeadTx(ctx, tx, r.Document)
	if err != nil {
		return nil, nil, err
	}
	rev, ok := heads[r.Document]
	if !ok || rev.Draft() {
		return nil, nil, nil
	}
	return r, points(session, rev), nil
}

// AllPublished gives the published reports of takeaways of all editions.
func (s *Service) AllPublished(ctx context.Context) ([]Report, error) {
	var rows []Report
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("kind = ? AND state = ?", Takeaways, StatePublished).
		OrderExpr("edition, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load reports: %w", err)
	}
	return rows, nil
}
