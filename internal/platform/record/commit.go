package record

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/db"
)

// lockRecord lets one process at a time number events. A process that stands still while it
// holds the lock does not hold all others up for long: the server ends its transaction.
const lockRecord = "SELECT pg_advisory_xact_lock(70111), set_config('idle_in_transaction_session_timeout', '4000', true)"

// beginFor is how long a connection is waited for.
const beginFor = time.Second

// begin begins a transaction; done gives its connection back, and undoes what was not
// committed.
func (r *Record) begin(ctx context.Context) (tx bun.Tx, done func(), err error) {
	if !r.DB.Postgres() {
		tx, err = r.DB.Write.BeginTx(ctx, nil)
		return tx, func() { _ = tx.Rollback() }, err
	}
	// Waiting has an end, the transaction has none.
	wait, stop := context.WithTimeout(ctx, beginFor)
	defer stop()
	conn, err := r.DB.Write.Conn(wait)
	if err != nil {
		if wait.Err() != nil {
			err = errNoConnection
		}
		return tx, nil, err
	}
	if tx, err = conn.BeginTx(ctx, nil); err != nil {
		_ = conn.Close()
		return tx, nil, err
	}
	return tx, func() { _ = tx.Rollback(); _ = conn.Close() }, nil
}

var errNoConnection = fmt.Errorf("no connection in time: %w", db.ErrAway)

type markRow struct {
	Process core.ID `bun:"process,pk"`
	Mark    core.ID `bun:"mark"`
	At      int64   `bun:"at"` // by the machine's clock, for tidying up

	bun.BaseModel `bun:"table:write_marks,alias:wm"`
}

// mark is by what a group is known again when the answer to its commit was lost: its first
// event or, without one, a row of this process that it moved. SQLite loses no answers.
func (r *Record) mark(ctx context.Context, tx bun.Tx, events []*Event) (markRow, error) {
	if !r.DB.Postgres() {
		return markRow{}, nil
	}
	if len(events) > 0 {
		return markRow{Mark: events[0].ID}, nil
	}
	m := markRow{Process: r.process, Mark: r.IDs.New(), At: core.Machine().UnixMicro()}
	_, err := tx.NewInsert().Model(&m).On("CONFLICT (process) DO UPDATE").Set("mark = EXCLUDED.mark, at = EXCLUDED.at").Exec(ctx)
	return m, err
}

// errUnknown is for acts of which nobody can say whether they stand.
var errUnknown = errors.New("the database went away while it committed, and does not say what became of it")

// finish commits. Where the answer was lost it finds out what became of the group, and says so.
func (r *Record) finish(ctx context.Context, tx bun.Tx, m markRow) error {
	err := tx.Commit()
	if err == nil {
		return nil
	}
	if !db.Away(err) || m.Mark == "" {
		return fmt.Errorf("commit: %w", err)
	}
	for since := core.Machine(); core.MachineSince(since) < patience; time.Sleep(pause) {
		stands, lerr := r.stands(ctx, m)
		switch {
		case lerr == nil && stands:
			r.log.Warn("the answer to a commit was lost; it stands", "error", err)
			return nil
		case lerr == nil:
			return fmt.Errorf("commit: %w", err) // it was not, which is as if it had never begun
		case !db.Away(lerr):
			r.log.Error("look for what became of a commit", "error", lerr)
		}
	}
	return &core.Error{Kind: core.KindUnavailable, Key: "error.database_unknown", Err: errors.Join(errUnknown, err)}
}

// stands asks whether a group was committed. It waits for its transaction, should the server
// still be at it: by the lock of the record or that of the row.
func (r *Record) stands(ctx context.Context, m markRow) (bool, error) {
	tx, done, err := r.begin(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	if _, err := tx.ExecContext(ctx, "SET LOCAL lock_timeout = '1s'"); err != nil {
		return false, err
	}
	if m.Process != "" {
		var marks []core.ID
		err := tx.NewSelect().Model((*markRow)(nil)).Column("mark").Where("process = ?", m.Process).For("SHARE").Scan(ctx, &marks)
		return len(marks) == 1 && marks[0] == m.Mark, err
	}
	if _, err := tx.ExecContext(ctx, lockRecord); err != nil {
		return false, err
	}
	return tx.NewSelect().Model((*Event)(nil)).Where("id = ?", m.Mark).Exists(ctx)
}

// tidyMarks forgets those of processes that are gone, and this one's when it ends.
func (r *Record) tidyMarks(ctx context.Context) {
	if !r.DB.Postgres() {
		return
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer stop()
	before := core.Machine().Add(-7 * 24 * time.Hour).UnixMicro()
	if _, err := r.DB.Write.NewDelete().Model((*markRow)(nil)).Where("process = ? OR at < ?", r.process, before).Exec(ctx); err != nil {
		r.log.Warn("marks of ended processes were not tidied up", "error", err)
	}
}
