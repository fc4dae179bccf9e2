package record

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/uptrace/bun"
)

// Version is the place in the record of the last event of a scope. A page that was
// made from a scope is good as long as its version stands still.
type Version = atomic.Int64

type scopeVersion struct {
	Scope   string `bun:"scope,pk"`
	Version int64  `bun:"version"`

	bun.BaseModel `bun:"table:scope_versions,alias:sv"`
}

// scopes keeps the versions of all scopes in memory, so that asking costs nothing.
type scopes struct {
	m    sync.Map // scope → *Version
	last atomic.Int64
	// seen is how far load has come. It is not last: that moves with this process' own
	// commits, and an event of another process may stand before them.
	seen atomic.Int64
}

func (s *scopes) of(scope string) *Version {
	if v, ok := s.m.Load(scope); ok {
		return v.(*Version)
	}
	v, _ := s.m.LoadOrStore(scope, new(Version))
	return v.(*Version)
}

func (s *scopes) raise(moved map[string]int64) {
	for scope, n := range moved {
		raise(s.of(scope), n)
		raise(&s.last, n)
	}
}

func raise(v *atomic.Int64, n int64) {
	for old := v.Load(); n > old && !v.CompareAndSwap(old, n); old = v.Load() {
	}
}

// load reads what has moved since the last look, also by other processes.
func (s *scopes) load(ctx context.Context, idb bun.IDB) error {
	var rows []scopeVersion
	if err := idb.NewSelect().Model(&rows).Where("version > ?", s.seen.Load()).Scan(ctx); err != nil {
		return err
	}
	moved := make(map[string]int64, len(rows))
	for _, r := range rows {
		moved[r.Scope] = r.Version
	}
	s.raise(moved)
	for _, r := range rows {
		raise(&s.seen, r.Version)
	}
	return nil
}

// Scope returns the version of a scope: a number to be asked again and again.
func (r *Record) Scope(scope string) *Version { return r.scopes.of(scope) }

// Last is the place of the last event that this process knows of.
func (r *Record) Last() int64 { return r.scopes.last.Load() }
