package floor

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// chunk is how many ids stand in one list of a query.
const chunk = 1000

// transcriptsOf reads the transcripts of sessions, the original of each first.
func transcriptsOf(ctx context.Context, idb bun.IDB, sessions ...core.ID) ([]Transcript, error) {
	var out []Transcript
	for part := range slices.Chunk(sessions, chunk) {
		var rows []Transcript
		if err := idb.NewSelect().Model(&rows).Where("tr.session IN (?)", bun.List(part)).
			OrderExpr("tr.session, tr.original DESC, tr.language").Scan(ctx); err != nil {
			return nil, fmt.Errorf("load transcripts: %w", err)
		}
		out = append(out, rows...)
	}
	return out, nil
}

func loadTranscript(ctx context.Context, idb bun.IDB, id core.ID) (*Transcript, error) {
	if !id.Valid() {
		return nil, core.NotFound()
	}
	t := &Transcript{}
	if err := idb.NewSelect().Model(t).Where("tr.id = ?", id).Scan(ctx); err != nil {
		return nil, record.Found(err)
	}
	return t, nil
}

func transcriptsByID(ctx context.Context, idb bun.IDB, ids []core.ID) ([]Transcript, error) {
	var out []Transcript
	for part := range slices.Chunk(ids, chunk) {
		var rows []Transcript
		if err := idb.NewSelect().Model(&rows).Where("tr.id IN (?)", bun.List(part)).OrderExpr("tr.id").Scan(ctx); err != nil {
			return nil, fmt.Errorf("load transcripts: %w", err)
		}
		out = append(out, rows...)
	}
	return out, nil
}

// segmentsOf reads the newest revisions of a transcript in order; withdrawn ones are
// among them only if asked.
func segmentsOf(ctx context.Context, idb bun.IDB, transcript core.ID, withdrawn bool) ([]Segment, error) {
	var out []Segment
	q := idb.NewSelect().Model(&out).Where("sg.transcript = ? AND sg.newest = TRUE", transcript)
	if !withdrawn {
		q = q.Where("sg.withdrawn = FALSE")
	}
	if err := q.OrderExpr("sg.position, sg.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load segments: %w", err)
	}
	return out, nil
}

// revisionsOf reads all revisions of a segment, the oldest first.
func revisionsOf(ctx context.Context, idb bun.IDB, id core.ID) ([]Segment, error) {
	if !id.Valid() {
		return nil, core.NotFound()
	}
	var out []Segment
	if err := idb.NewSelect().Model(&out).Where("sg.id = ?", id).OrderExpr("sg.revision").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load revisions of a segment: %w", err)
	}
	if len(out) == 0 {
		return nil, core.NotFound()
	}
	return out, nil
}

// speakersOf reads who the labels of transcripts are: transcript, label, person.
func speakersOf(ctx context.Context, idb bun.IDB, transcripts []core.ID) (map[core.ID]map[string]core.ID, error) {
	out := map[core.ID]map[string]core.ID{}
	for part := range slices.Chunk(transcripts, chunk) {
		var rows []speakerRow
		if err := idb.NewSelect().Model(&rows).Where("sp.transcript IN (?)", bun.List(part)).Scan(ctx); err != nil {
			return nil, fmt.Errorf("load speakers: %w", err)
		}
		for _, r := range rows {
			if out[r.Transcript] == nil {
				out[r.Transcript] = map[string]core.ID{}
			}
			out[r.Transcript][r.Label] = r.Person
		}
	}
	return out, nil
}

// recordingsOf reads the recordings of sessions in their order.
func recordingsOf(ctx context.Context, idb bun.IDB, sessions ...core.ID) (map[core.ID][]Recording, error) {
	out := map[core.ID][]Recording{}
	for part := range slices.Chunk(sessions, chunk) {
		var rows []Recording
		if err := idb.NewSelect().Model(&rows).Where("rc.session IN (?) AND rc.withdrawn = FALSE", bun.List(part)).
			OrderExpr("rc.session, rc.position, rc.id").Scan(ctx); err != nil {
			return nil, fmt.Errorf("load recordings: %w", err)
		}
		for _, r := range rows {
			out[r.Session] = append(out[r.Session], r)
		}
	}
	return out, nil
}
