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

// Found turns "no rows" into the one answer for what is not there.
func Found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return core.NotFound()
	}
	return err
}
