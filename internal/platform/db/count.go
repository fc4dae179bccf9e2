package db

import (
	"context"
	"database/sql"
	"errors"
	"sync/atomic"

	"github.com/uptrace/bun"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// counter is a query hook that counts the queries asked under a context, and traces them
// where that is wanted.
type counter struct{}

type countKey struct{}

func (counter) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context {
	if n, ok := ctx.Value(countKey{}).(*atomic.Int64); ok {
		n.Add(1)
	}
	if trace.SpanFromContext(ctx).IsRecording() { // within a request that is traced
		ctx, _ = otel.Tracer("plenary").Start(ctx, "query", trace.WithSpanKind(trace.SpanKindClient))
		return context.WithValue(ctx, tracedKey{}, true)
	}
	return ctx
}

// AfterQuery ends the span of a query. It is named by what the query does; its text holds
// what people typed.
func (counter) AfterQuery(ctx context.Context, e *bun.QueryEvent) {
	if ctx.Value(tracedKey{}) == nil {
		return
	}
	span := trace.SpanFromContext(ctx)
	span.SetName(e.Operation())
	if e.Err != nil && !errors.Is(e.Err, sql.ErrNoRows) {
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

type tracedKey struct{}

// WithCount returns a context under which queries are counted, and the count. The
// server keeps one per request for its log; tests hold pages and services to a number.
func WithCount(ctx context.Context) (context.Context, *atomic.Int64) {
	if n, ok := ctx.Value(countKey{}).(*atomic.Int64); ok {
		return ctx, n // somebody further out counts already
	}
	n := new(atomic.Int64)
	return context.WithValue(ctx, countKey{}, n), n
}
