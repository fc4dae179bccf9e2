package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"plenary/internal/core"
)

// checker is a room, or a part of the ground floor, that can look for flaws in what it
// keeps.
type checker interface {
	Check(ctx context.Context) ([]core.Flaw, error)
}

// Checked is what one part of the house found.
type Checked struct {
	Part  string      `json:"part"`
	Flaws []core.Flaw `json:"flaws"`
}

// Check has the record, the files and every room that can look for flaws. It reads only,
// and may run beside a server.
func (a *App) Check(ctx context.Context) ([]Checked, error) {
	parts := []struct {
		name string
		c    checker
	}{{"record", a.Record}, {"files", a.Blobs}}
	rooms := reflect.ValueOf(a.Rooms)
	for i := range rooms.NumField() {
		if c, ok := rooms.Field(i).Interface().(checker); ok && !rooms.Field(i).IsNil() {
			parts = append(parts, struct {
				name string
				c    checker
			}{strings.ToLower(rooms.Type().Field(i).Name), c})
		}
	}
	var out []Checked
	for _, p := range parts {
		flaws, err := p.c.Check(ctx)
		if err != nil {
			return out, fmt.Errorf("check %s: %w", p.name, err)
		}
		if flaws == nil {
			flaws = []core.Flaw{}
		}
		out = append(out, Checked{p.name, flaws})
	}
	return out, nil
}

// errNoRecord and errOldSchema say why there is nothing to read.
var (
	errNoRecord  = errors.New("there is no record here: name the folder with --data or the database with --database")
	errOldSchema = errors.New("the database is of another version of the program: start this version's server once, or check with the program that serves it")
)

// readable says why a database cannot be read as it stands: it is not there, or its
// schema is not that of this program. Nothing is made or changed.
func (a *App) readable(ctx context.Context) error {
	current, err := a.DB.Current(ctx)
	if err == nil && !current {
		err = errOldSchema
	}
	return err
}

// fileThere says whether the file of an SQLite database is there, before opening it would
// make it.
func fileThere(database string) error {
	path, ok := strings.CutPrefix(database, "sqlite:")
	if !ok {
		return nil
	}
	if _, err := os.Stat(filepath.Clean(path)); errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s: %w", path, errNoRecord)
	}
	return nil
}
