package record

import (
	"database/sql"
	"errors"

	"plenary/internal/core"
)

// Once checks that an update changed exactly the row that it named with its version.
// No row means that somebody else was quicker: the caller answers core.Stale with
// the row as it now stands.
func Once(res sql.Result, err error) (stale bool, _ error) {
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	if err != nil {
		return false, err
	}
	return n == 0, nil
}

// StaleOr is what to return after Once: its error or, without one, the answer that the
// row has changed, with the input as it now stands.
func StaleOr(err error, current any) error {
	if err != nil {
		return err
	}
	return core.Stale(current)
}

// Found turns "no rows" into the one answer for what is not there.
func Found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return core.NotFound()
	}
	return err
}
