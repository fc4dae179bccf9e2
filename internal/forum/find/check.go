package find

import (
	"context"
	"fmt"
	"slices"

	"plenary/internal/core"
)

// Check holds the search index of each process that serves against the record: whether it
// works, follows, and holds as many documents as the rooms have to be found. It reads only;
// an index that nobody serves catches up when its server starts.
func (s *Service) Check(ctx context.Context) ([]core.Flaw, error) {
	before, last, err := s.Indexes(ctx, core.Operator)
	if err != nil || len(before) == 0 {
		return nil, err
	}
	var out []core.Flaw
	flaw := func(x Index, code, format string, args ...any) {
		out = append(out, core.Flaw{Code: code, Subject: x.Process, Where: "search index " + x.Folder, Text: fmt.Sprintf(format, args...)})
	}
	want, err := s.count(ctx)
	if err != nil {
		return nil, err
	}
	after, end, err := s.Indexes(ctx, core.Operator)
	if err != nil {
		return nil, err
	}
	for _, x := range after {
		i := slices.IndexFunc(before, func(b Index) bool { return b.Process == x.Process })
		switch {
		case x.State == StateFailing:
			flaw(x, "index-failing", "it cannot follow the record: %s", x.Error)
		case i < 0 || x.State != StateReady || end != last:
			// somebody writes, or it is being built
		case last-x.Cursor > farBehind && before[i].Cursor == x.Cursor: // it tells of itself every 15 seconds only
			flaw(x, "index-behind", "it stands at event %d, the last is %d", x.Cursor, last)
		case x.Cursor == last && before[i].Cursor == last && x.Documents != want:
			flaw(x, "index-drift", "it holds %d documents, and the rooms have %d: plenary reindex builds it anew", x.Documents, want)
		}
	}
	return out, nil
}

// count is how many documents all sources give.
func (s *Service) count(ctx context.Context) (n int64, err error) {
	for _, src := range s.sources {
		ids, err := src.All(ctx)
		if err != nil {
			return 0, fmt.Errorf("list %s: %w", src.Kind(), err)
		}
		for chunk := range slices.Chunk(ids, docBatch) {
			docs, err := src.Docs(ctx, chunk)
			if err != nil {
				return 0, fmt.Errorf("ask for %s to be found: %w", src.Kind(), err)
			}
			n += int64(len(docs))
		}
	}
	return n, nil
}
