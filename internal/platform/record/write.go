package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/uptrace/bun"
	"go.opentelemetry.io/otel"

	"plenary/internal/core"
	"plenary/internal/platform/db"
)

// Tx is the transaction of one act. It is only good inside the function given to
// Write, on the goroutine that runs it.
type Tx struct {
	bun.IDB
	Actor core.Actor
	Now   core.Instant

	record  *Record
	act     core.ID
	events  []*Event
	after   []func()
	signals []string
}

// NewID makes an id for a row of this act.
func (tx *Tx) NewID() core.ID { return tx.record.IDs.New() }

// Append notes that something happened. Events are numbered and written last, just
// before the commit. Handlers wired for the kind run when the act's function has
// returned, in the order of the events.
func (tx *Tx) Append(kind string, subject core.ID, scope string, vis Visibility, data Data) {
	tx.AppendPersonal(kind, subject, scope, vis, data, nil)
}

// AppendPersonal is Append with a personal part: addresses, needs, what may have to
// be erased one day. It is never shown with the event.
func (tx *Tx) AppendPersonal(kind string, subject core.ID, scope string, vis Visibility, data, personal Data) {
	e := &Event{
		ID: tx.NewID(), Act: tx.act, At: tx.Now,
		Account: tx.Actor.Account, Person: tx.Actor.Person, Program: tx.Actor.Program, Token: tx.Actor.Token,
		Kind: kind, Subject: subject, Scope: scope, Visibility: vis,
	}
	if data == nil {
		data = Data{}
	}
	e.Data = mustJSON(data)
	if personal != nil {
		e.Personal = mustJSON(personal)
	}
	tx.events = append(tx.events, e)
}

// AfterCommit calls fn once the act is durable. It must be quick and must not write.
func (tx *Tx) AfterCommit(fn func()) { tx.after = append(tx.after, fn) }

func mustJSON(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("event data does not marshal: %v", err)) // a mistake in the program
	}
	return b
}

// A request is one act that waits for the writer.
type request struct {
	ctx   context.Context
	actor core.Actor
	fn    func(ctx context.Context, tx *Tx) error
	since time.Time // by the machine's clock
	tx    *Tx
	err   error
	done  chan struct{}
}

type txKey struct{}

// ErrNested is returned by Write inside Write: it would wait for itself for ever.
var ErrNested = errors.New("record: write inside write")

// Write does one act for the actor: fn changes rows through tx and appends events;
// all of it is durable when Write returns nil, and none of it otherwise. Acts that
// wait at the same time share one commit. fn must do no outside I/O.
func (r *Record) Write(ctx context.Context, actor core.Actor, fn func(ctx context.Context, tx *Tx) error) error {
	if ctx.Value(txKey{}) != nil {
		return ErrNested
	}
	ctx, span := otel.Tracer("plenary").Start(ctx, "record.write")
	defer span.End()
	req := &request{ctx: ctx, actor: actor, fn: fn, since: core.Machine(), done: make(chan struct{})}
	select {
	case r.requests <- req:
	case <-r.stop:
		return &core.Error{Kind: core.KindUnavailable, Key: "error.stopping"}
	case <-ctx.Done():
		return ctx.Err()
	}
	// The answer is waited for even if the caller has gone: the act may be half done.
	select {
	case <-req.done:
		return req.err
	case <-r.stopped:
		select {
		case <-req.done:
			return req.err
		default:
			return &core.Error{Kind: core.KindUnavailable, Key: "error.stopping"}
		}
	}
}

const groupLimit = 256

func (r *Record) writer() {
	defer close(r.stopped)
	for {
		select {
		case req := <-r.requests:
			r.group(r.collect(req))
		case <-r.stop:
			for {
				select {
				case req := <-r.requests:
					r.group(r.collect(req))
				default:
					return
				}
			}
		}
	}
}

func (r *Record) collect(first *request) []*request {
	reqs := []*request{first}
	for len(reqs) < groupLimit {
		select {
		case req := <-r.requests:
			reqs = append(reqs, req)
		default:
			return reqs
		}
	}
	return reqs
}

// group runs the acts in one transaction, each in a savepoint of its own, and
// answers all of them after the one commit.
func (r *Record) group(reqs []*request) {
	// The transaction belongs to the group, not to the first caller's context.
	for rest := reqs; len(rest) > 0; {
		err := r.commit(context.Background(), rest)
		rest = r.answer(rest, err)
		if len(rest) > 0 {
			time.Sleep(pause) // the database is away; the rest has not begun
		}
	}
}

const (
	patience = 4 * time.Second // so long an act waits for a database that is away
	pause    = 100 * time.Millisecond
)

// answer tells the callers what became of their acts. Those that have not begun, because the
// database went away before, are given back while they may wait.
func (r *Record) answer(reqs []*request, err error) (again []*request) {
	_, told := errors.AsType[*core.Error](err)
	away := !told && db.Away(err)
	for _, req := range reqs {
		switch {
		case req.err == nil && away && req.tx == nil && core.MachineSince(req.since) < patience:
			again = append(again, req)
			continue
		case req.err == nil && away:
			req.err = &core.Error{Kind: core.KindUnavailable, Key: "error.database_away", Err: err}
		case req.err == nil:
			req.err = err
		}
		if req.err == nil {
			for _, fn := range req.tx.after {
				fn()
			}
		}
		close(req.done)
	}
	return again
}

func (r *Record) commit(ctx context.Context, reqs []*request) error {
	tx, done, err := r.begin(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer done() // after a commit it only gives the connection back

	alone := len(reqs) == 1
	var events []*Event
	for _, req := range reqs {
		if err := req.ctx.Err(); err != nil {
			req.err = err
			continue
		}
		if !alone {
			if _, err := tx.ExecContext(ctx, "SAVEPOINT act"); err != nil {
				return fmt.Errorf("savepoint: %w", err)
			}
		}
		req.err = r.act(req, tx)
		switch {
		case req.err != nil && db.Away(req.err):
			err, req.err = req.err, nil // it is nobody's own: the whole group is undone
			return err
		case alone && req.err != nil:
			return nil // rolled back as a whole; the request keeps its error
		case alone:
		case req.err != nil:
			if _, err := tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT act"); err != nil {
				return fmt.Errorf("roll back to savepoint: %w", err)
			}
			fallthrough
		default:
			if _, err := tx.ExecContext(ctx, "RELEASE SAVEPOINT act"); err != nil {
				return fmt.Errorf("release savepoint: %w", err)
			}
		}
		if req.err == nil {
			events = append(events, req.tx.events...)
		}
	}
	moved, err := r.number(ctx, tx, events)
	if err != nil {
		return err
	}
	signalled, err := sendSignals(ctx, tx, reqs)
	if err != nil {
		return fmt.Errorf("write signals: %w", err)
	}
	mark, err := r.mark(ctx, tx, events)
	if err != nil {
		return fmt.Errorf("mark the group: %w", err)
	}
	if err := r.finish(ctx, tx, mark); err != nil {
		return err
	}
	r.signals.own(signalled)
	if len(events) > 0 {
		r.scopes.raise(moved)
		r.nudge()
	}
	if len(signalled)+len(events) > 0 && r.wake != nil {
		r.wake.Wake(r.Last())
	}
	return nil
}

// act runs one act and the handlers of its events.
func (r *Record) act(req *request, tx bun.Tx) (err error) {
	req.tx = &Tx{IDB: tx, Actor: req.actor, Now: r.Clock.Instant(), record: r, act: r.IDs.New()}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a write: %v\n%s", p, debug.Stack())
		}
	}()
	ctx := context.WithValue(req.ctx, txKey{}, req.tx)
	if err := fenced(ctx, req.tx); err != nil {
		return err
	}
	if err := req.fn(ctx, req.tx); err != nil {
		return err
	}
	for i := 0; i < len(req.tx.events); i++ { // handlers may append more
		e := req.tx.events[i]
		for _, h := range r.handlers[e.Kind] {
			if err := h(ctx, req.tx, e); err != nil {
				return fmt.Errorf("on %s: %w", e.Kind, err)
			}
		}
	}
	return nil
}

// number gives the events their places in the record and writes them. On PostgreSQL
// the lock is a statement of its own, so that the next one sees what its holders
// before us have committed: no follower's cursor can pass an event that comes later.
func (r *Record) number(ctx context.Context, tx bun.Tx, events []*Event) (map[string]int64, error) {
	if len(events) == 0 {
		return nil, nil
	}
	if r.DB.Postgres() {
		if _, err := tx.ExecContext(ctx, lockRecord); err != nil {
			return nil, fmt.Errorf("lock record: %w", err)
		}
	}
	var last int64
	if err := tx.NewRaw("SELECT COALESCE(MAX(seq), 0) FROM events").Scan(ctx, &last); err != nil {
		return nil, fmt.Errorf("read end of record: %w", err)
	}
	moved := map[string]int64{}
	for _, e := range events {
		last++
		e.Seq = last
		moved[e.Scope] = last
	}
	if _, err := tx.NewInsert().Model(&events).Exec(ctx); err != nil {
		return nil, fmt.Errorf("write events: %w", err)
	}
	versions := make([]scopeVersion, 0, len(moved))
	for s, v := range moved {
		versions = append(versions, scopeVersion{Scope: s, Version: v})
	}
	if _, err := tx.NewInsert().Model(&versions).
		On("CONFLICT (scope) DO UPDATE").Set("version = EXCLUDED.version").Exec(ctx); err != nil {
		return nil, fmt.Errorf("write scope versions: %w", err)
	}
	return moved, nil
}
