package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"plenary/internal/app"
	"plenary/internal/core"
)

type reindexCmd struct {
	Data     string `default:"data" help:"Folder of the database and the index." type:"path"`
	Database string `help:"sqlite:FILE or postgres://…; a file in the data folder unless given." env:"PLENARY_DATABASE"`
}

// Run has the index of every process that serves built anew, while it serves; where
// none does it builds the one in the data folder.
func (r *reindexCmd) Run(ctx context.Context) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	a, err := app.Open(ctx, app.Config{Data: r.Data, Database: r.Database, BaseURL: "http://localhost", Log: log})
	if err != nil {
		return err
	}
	defer a.Close()
	live, _, err := a.Find.Indexes(ctx, core.Operator)
	if err != nil {
		return err
	}
	if len(live) == 0 {
		return reindexHere(ctx, a)
	}
	fmt.Printf("Rebuilding the search index of %d running %s.\n", len(live), plural(len(live), "server", "servers"))
	request, err := a.Find.RequestRebuild(ctx, core.Operator)
	if err != nil {
		return err
	}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	shown := ""
	for {
		p, err := a.Find.Rebuilt(ctx, core.Operator, request)
		if err != nil {
			return err
		}
		if len(p.Errors) > 0 {
			return errors.New("rebuild: " + strings.Join(p.Errors, "; "))
		}
		switch {
		case p.Processes == 0:
			fmt.Println("The server has stopped meanwhile.")
			return reindexHere(ctx, a)
		case p.Ended == p.Processes:
			fmt.Printf("Done: %d documents, %.1f MB.\n", p.Documents, float64(p.Bytes)/1e6)
			return nil
		}
		if line := fmt.Sprintf("  %d of %d", p.Done, p.Of); line != shown && p.Of > 0 {
			fmt.Println(line)
			shown = line
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

func reindexHere(ctx context.Context, a *app.App) error {
	fmt.Println("No server is running: building the search index here.")
	docs, bytes, err := a.Find.RebuildHere(ctx, func(done, of int64) { fmt.Printf("  %d of %d\n", done, of) })
	if err != nil {
		return err
	}
	fmt.Printf("Done: %d documents, %.1f MB.\n", docs, float64(bytes)/1e6)
	return nil
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
