package db

import (
	"context"
	"sync/atomic"

	"github.com/uptrace/bun"
)

// counter is a query hook that counts the queries asked under a context.
type counter struct{}

type countKey struct{}

func (counter) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context {
	if n, ok := ctx.Value(countKey{}).(*atomic.Int64); ok {
		n.Add(1)
	}
	return ctx
}

func (counter) AfterQuery(context.Context, *bun.QueryEvent) {}

// WithCount returns a context under which queries are counted, and the count. The
// server keeps one per request for its log; tests hold pages and services to a number.
func WithCount(ctx context.Context) (context.Context, *atomic.Int64) {
	if n, ok := ctx.Value(countKey{}).(*atomic.Int64); ok {
		return ctx, n // somebody further out counts already
	}
	n := new(atomic.Int64)
	return context.WithValue(ctx, countKey{}, n), n
}
