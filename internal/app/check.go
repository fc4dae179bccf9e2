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
	"plenary/internal/platform/db"
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

// part is one part of the house that can be looked through.
type part struct {
	name string
	c    checker
}

// look has a part look for flaws. What it stumbles over is one too: the others go on.
func (p part) look(ctx context.Context) ([]core.Flaw, error) {
	flaws, err := p.c.Check(ctx)
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("check %s: %w", p.name, ctx.Err())
	case err != nil:
		flaws = append(flaws, core.Flaw{Code: "unreadable", Where: p.name, Text: err.Error()})
	case flaws == nil:
		flaws = []core.Flaw{}
	}
	return flaws, nil
}

// parts are the ground floor and every room that can look for flaws.
func (a *App) parts() []part {
	out := []part{{"database", integrity{a.DB}}, {"record", a.Record}, {"files", stored{a.Blobs}}, {"references", referred{a.DB}}, {"work", working{a.DB}}}
	rooms := reflect.ValueOf(a.Rooms)
	for i := range rooms.NumField() {
		if c, ok := rooms.Field(i).Interface().(checker); ok && !rooms.Field(i).IsNil() {
			out = append(out, part{strings.ToLower(rooms.Type().Field(i).Name), c})
		}
	}
	return out
}

// Check looks through the database, the record, the files and every room. It reads only,
// and may run beside a server.
func (a *App) Check(ctx context.Context) ([]Checked, error) {
	var out []Checked
	for _, p := range a.parts() {
		flaws, err := p.look(ctx)
		if err != nil {
			return out, err
		}
		out = append(out, Checked{p.name, flaws})
	}
	return out, nil
}

// CheckPart looks through one part alone.
func (a *App) CheckPart(ctx context.Context, name string) ([]core.Flaw, error) {
	for _, p := range a.parts() {
		if p.name == name {
			return p.look(ctx)
		}
	}
	return nil, fmt.Errorf("there is no part %q that could be looked through", name)
}

// errNoRecord and ErrOldSchema say why there is nothing to read.
var (
	errNoRecord  = errors.New("there is no record here: name the folder with --data or the database with --database")
	ErrOldSchema = errors.New("the schema of the database is that of an older program: start this version's server once, or check with the program that serves it")
)

// readable says why a database cannot be read as it stands: it is not there, or its
// schema lacks something. A newer one is well: the release before runs on it. Nothing is
// made or changed.
func (a *App) readable(ctx context.Context) error {
	known, err := db.Known()
	if err != nil {
		return err
	}
	applied, err := a.DB.Applied(ctx)
	switch {
	case err != nil:
		return err
	case len(applied) == 0:
		return errNoRecord
	case len(missing(known, applied)) > 0:
		return ErrOldSchema
	}
	return nil
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
