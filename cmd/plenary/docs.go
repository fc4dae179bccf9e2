package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"plenary/internal/app"
)

// docsCmd writes what is generated from the code and committed.
type docsCmd struct {
	Dir   string `default:"docs" help:"Folder of the documents." type:"path"`
	Check bool   `help:"Write nothing; fail when a document is not up to date."`
}

func (d *docsCmd) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "plenary-docs-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	a, err := app.Open(ctx, app.Config{Data: dir, BaseURL: "http://localhost"})
	if err != nil {
		return err
	}
	defer a.Close()
	openapi, err := a.OpenAPI()
	if err != nil {
		return err
	}
	stale := false
	for name, want := range map[string][]byte{"openapi.json": openapi, "permissions.md": a.PermissionMatrix()} {
		path := filepath.Join(d.Dir, name)
		if !d.Check {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				return err
			}
			continue
		}
		have, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(have, want) {
			fmt.Fprintf(os.Stderr, "%s is not up to date: run make generate\n", path)
			stale = true
		}
	}
	if stale {
		return errSaid
	}
	return nil
}
