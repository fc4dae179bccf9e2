package db

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// awayCodes are PostgreSQL's for "not now": it ends, it starts, it was told to let go of a
// connection, it has no room for one more.
var awayCodes = []string{"57P01", "57P02", "57P03", "57P05", "25P03", "53300"}

// Away tells whether an error means that the database cannot be reached for the moment:
// what was asked may be asked again. What was being committed when it happened may stand
// or not.
func Away(err error) bool {
	if err == nil {
		return false
	}
	if errors.Is(err, ErrAway) {
		return true
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return strings.HasPrefix(e.Code, "08") || slices.Contains(awayCodes, e.Code)
	}
	if _, ok := errors.AsType[*lostError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || pgconn.SafeToRetry(err)
}

// ErrAway is for what waits for the database and does not want to wait longer.
var ErrAway = errors.New("the database is away")

// lostError is what happened to a connection to PostgreSQL itself.
type lostError struct{ err error }

func (e *lostError) Error() string { return "connection to PostgreSQL: " + e.err.Error() }
func (e *lostError) Unwrap() error { return e.err }
