package record

import (
	"context"
	"slices"
	"sync"

	"github.com/uptrace/bun"
)

type signalRow struct {
	Name  string `bun:"name,pk"`
	Moved int64  `bun:"moved"`

	bun.BaseModel `bun:"table:signals,alias:si"`
}

// signals are what processes tell each other that is no event.
type signals struct {
	mu    sync.Mutex
	moved map[string]int64
	hears map[string][]func()
}

// OnSignal calls fn soon after an act of any process gave that signal (Tx.Signal), and after
// each time this process may have missed one. It is used while the program is wired; fn must
// be quick.
func (r *Record) OnSignal(name string, fn func()) {
	r.signals.mu.Lock()
	defer r.signals.mu.Unlock()
	if r.signals.hears == nil {
		r.signals.hears = map[string][]func(){}
	}
	r.signals.hears[name] = append(r.signals.hears[name], fn)
}

// Signal tells all processes, this one too, once the act is durable: for what is no event and
// makes what they remember untrue.
func (tx *Tx) Signal(name string) {
	if !slices.Contains(tx.signals, name) {
		tx.signals = append(tx.signals, name)
	}
	tx.AfterCommit(func() { tx.record.signals.hear(name) })
}

func (s *signals) hear(name string) {
	s.mu.Lock()
	fns := s.hears[name]
	s.mu.Unlock()
	for _, fn := range fns {
		fn()
	}
}

// take compares what stands in the database with what was known and tells who listens.
func (s *signals) take(rows []signalRow) {
	s.mu.Lock()
	first := s.moved == nil
	if first {
		s.moved = map[string]int64{}
	}
	var told []string
	for _, row := range rows {
		if s.moved[row.Name] != row.Moved {
			s.moved[row.Name] = row.Moved
			told = append(told, row.Name)
		}
	}
	s.mu.Unlock()
	if first {
		return
	}
	for _, name := range told {
		s.hear(name)
	}
}

func (r *Record) loadSignals(ctx context.Context) error {
	var rows []signalRow
	if err := r.DB.Read.NewSelect().Model(&rows).Scan(ctx); err != nil {
		return err
	}
	r.signals.take(rows)
	return nil
}

// own notes signals that this process gave itself: who listens hears of them when their act
// is answered, and not once more by a look. Where another process gave one meanwhile, the
// look tells of it.
func (s *signals) own(rows []signalRow) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, row := range rows {
		if s.moved[row.Name] == row.Moved-1 {
			s.moved[row.Name] = row.Moved
		}
	}
}

// sendSignals writes down those of a group, each name once and in order, so that two
// processes do not wait for one another.
func sendSignals(ctx context.Context, tx bun.Tx, reqs []*request) (sent []signalRow, err error) {
	var names []string
	for _, req := range reqs {
		if req.err == nil && req.tx != nil {
			names = append(names, req.tx.signals...)
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	slices.Sort(names)
	rows := make([]signalRow, 0, len(names))
	for _, name := range slices.Compact(names) {
		rows = append(rows, signalRow{Name: name, Moved: 1})
	}
	err = tx.NewInsert().Model(&rows).On("CONFLICT (name) DO UPDATE").Set("moved = si.moved + 1").Returning("name, moved").Scan(ctx, &sent)
	return sent, err
}
