package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"plenary/internal/app"
	"plenary/internal/core"
)

type checkCmd struct {
	Data     string `default:"data" help:"Folder of the database and the files." type:"path"`
	Database string `help:"sqlite:FILE or postgres://…; a file in the data folder unless given." env:"PLENARY_DATABASE"`
	Files    string `placeholder:"PLACE" help:"Where files lie, if not in the data folder." env:"PLENARY_FILES"`
	JSON     bool   `name:"json" help:"Print as JSON: parts of the house with their flaws."`
}

// Run prints every flaw of the forum and fails when there is one. It only reads, also
// beside a server.
func (c *checkCmd) Run(ctx context.Context) error {
	parts, err := c.look(ctx)
	if err != nil {
		return err
	}
	flaws := 0
	for _, p := range parts {
		flaws += len(p.Flaws)
	}
	if c.JSON {
		e := json.NewEncoder(os.Stdout)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		if err := e.Encode(parts); err != nil {
			return err
		}
	} else {
		for _, p := range parts {
			for _, f := range p.Flaws {
				fmt.Printf("%s: %s: %s: %s\n", p.Part, f.Code, f.Where, f.Text)
			}
		}
	}
	if flaws > 0 {
		fmt.Fprintf(os.Stderr, "plenary: %d %s in the forum\n", flaws, plural(flaws, "flaw", "flaws"))
		return errSaid
	}
	if !c.JSON {
		fmt.Printf("No flaws: %d parts of the forum were looked at.\n", len(parts))
	}
	return nil
}

func (c *checkCmd) look(ctx context.Context) ([]app.Checked, error) {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	a, err := app.Open(ctx, app.Config{Data: c.Data, Database: c.Database, Files: c.Files, BaseURL: "http://localhost", Chromium: "none", ReadOnly: true, Log: log})
	if errors.Is(err, app.ErrOldSchema) { // nothing else can be looked at
		return []app.Checked{{Part: "database", Flaws: []core.Flaw{{Code: "schema-old", Where: "schema", Text: app.ErrOldSchema.Error()}}}}, nil
	}
	if err != nil {
		return nil, err
	}
	defer a.Close()
	return a.Check(ctx)
}
