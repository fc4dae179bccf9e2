package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/platform/backup"
)

type backupCmd struct {
	File     string `arg:"" help:"File that is written; - for standard output."`
	Data     string `default:"data" help:"Folder of the database and the files." type:"path"`
	Database string `help:"sqlite:FILE or postgres://…; a file in the data folder unless given." env:"PLENARY_DATABASE"`
	Files    string `placeholder:"PLACE" help:"Where files lie, if not in the data folder." env:"PLENARY_FILES"`
	Replace  bool   `help:"Replace the file if it is there."`
	Quiet    bool   `short:"q" help:"Tell nothing but what is wrong."`
}

// Run writes the forum as it stands into a file, while it is served. Its status is 1 also
// where the backup is written, but files of the forum were missing or changed.
func (b *backupCmd) Run(ctx context.Context) error {
	src, done, err := app.Source(ctx, app.Config{Data: b.Data, Database: b.Database, Files: b.Files})
	if err != nil {
		return err
	}
	defer done()
	began := core.Machine()
	src.Say = teller(b.Quiet)
	var res *backup.Result
	if b.File == "-" {
		res, err = backup.Write(ctx, src, os.Stdout)
	} else {
		res, err = backup.WriteFile(ctx, src, b.File, b.Replace)
	}
	if errors.Is(err, backup.ErrThere) {
		return fmt.Errorf("%w; choose another name, or give --replace", err)
	}
	if err != nil {
		return err
	}
	m := res.Manifest
	if !b.Quiet {
		fmt.Fprintf(os.Stderr, "Backed up: %d rows in %d tables, %d files of %.1f MB, the record up to event %d, in %.1f s.\n",
			m.Rows(), len(m.Tables), m.Files.Count, float64(m.Files.Bytes)/1e6, res.Header.Place, core.MachineSince(began).Seconds())
	}
	if len(res.Lost) > 0 {
		fmt.Fprintf(os.Stderr, "plenary: the backup is written, but %d %s of the forum missing or changed; plenary check names them:\n", len(res.Lost), plural(len(res.Lost), "file is", "files are"))
		for _, id := range res.Lost[:min(10, len(res.Lost))] {
			fmt.Fprintln(os.Stderr, "  "+id)
		}
		return errSaid
	}
	return nil
}

type restoreCmd struct {
	File     string `arg:"" help:"File of plenary backup; - for standard input."`
	Data     string `default:"data" help:"Folder of the database and the files; made if it is missing." type:"path"`
	Database string `help:"sqlite:FILE or postgres://…; a file in the data folder unless given." env:"PLENARY_DATABASE"`
	Files    string `placeholder:"PLACE" help:"Where files lie, if not in the data folder." env:"PLENARY_FILES"`
	Replace  bool   `help:"Remove the forum that stands there. Without it a backup is restored into an empty database only."`
	Verify   bool   `name:"verify" help:"Only read the backup and hold it against its sums; nothing is changed."`
	NoIndex  bool   `name:"no-index" help:"Do not build the search index: the server does so when it starts."`
	Quiet    bool   `short:"q" help:"Tell nothing but what is wrong."`
}

// Run puts a backup back.
func (r *restoreCmd) Run(ctx context.Context) error {
	in, done, err := r.open()
	if err != nil {
		return err
	}
	defer done()
	began := core.Machine()
	say := teller(r.Quiet)
	if r.Verify {
		c, err := backup.Read(ctx, in, nil, say)
		if err != nil {
			return err
		}
		fmt.Println(described("The backup is whole", c))
		return nil
	}
	cfg := app.Config{Data: r.Data, Database: r.Database, Files: r.Files, BaseURL: "http://localhost", Chromium: "none"}
	if r.Replace {
		if err := r.warn(ctx, cfg); err != nil {
			return err
		}
	}
	res, err := app.Restore(ctx, cfg, in, r.Replace, say)
	if err != nil {
		return err
	}
	if !r.Quiet {
		fmt.Println(described("Restored", res.Contents))
		if len(res.Migrated) > 0 {
			fmt.Printf("Its schema was brought up to date: %v.\n", res.Migrated)
		}
	}
	if len(res.Back) > 0 {
		fmt.Fprintf(os.Stderr, "plenary: the backup is older than the erasure of %d %s; erase them again under /admin/erasures:\n", len(res.Back), plural(len(res.Back), "person", "persons"))
		for _, id := range res.Back {
			fmt.Fprintln(os.Stderr, "  account", id)
		}
	}
	if !r.NoIndex {
		if err := r.index(ctx, cfg); err != nil {
			return fmt.Errorf("the forum is restored, but the search index is not built (run plenary reindex): %w", err)
		}
	}
	if !r.Quiet {
		fmt.Printf("Done in %.1f s. Start the server; plenary check looks whether the record is whole.\n", core.MachineSince(began).Seconds())
	}
	return nil
}

func described(what string, c *backup.Contents) string {
	m := c.Manifest
	out := fmt.Sprintf("%s: made %s by Plenary %s on %s, %d rows in %d tables, %d files of %.1f MB, the record up to event %d.", what, c.Header.Made, strings.ToValidUTF8(c.Header.Program, "?"), c.Header.Database,
		m.Rows(), len(m.Tables), m.Files.Count, float64(m.Files.Bytes)/1e6, c.Header.Place)
	if n := len(m.Missing) + len(m.Damaged); n > 0 {
		out += fmt.Sprintf(" %d %s missing or changed already when it was made.", n, plural(n, "file was", "files were"))
	}
	return out
}

// open opens the backup so that it can be read twice: what comes by a pipe is put into a
// temporary file.
func (r *restoreCmd) open() (in io.ReadSeeker, done func(), err error) {
	if r.File != "-" {
		f, err := os.Open(r.File)
		if err != nil {
			return nil, nil, fmt.Errorf("open backup: %w", err)
		}
		return f, func() { _ = f.Close() }, nil
	}
	f, err := os.CreateTemp("", "plenary-restore-")
	if err != nil {
		return nil, nil, fmt.Errorf("keep backup for reading: %w", err)
	}
	done = func() { _ = f.Close(); _ = os.Remove(f.Name()) }
	if _, err = io.Copy(f, os.Stdin); err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		done()
		return nil, nil, fmt.Errorf("keep backup for reading: %w", err)
	}
	return f, done, nil
}

// warn says what is going to be removed.
func (r *restoreCmd) warn(ctx context.Context, cfg app.Config) error {
	there, err := app.Standing(ctx, cfg)
	if err != nil {
		return err
	}
	if there.Rows > 0 && !r.Quiet {
		fmt.Fprintf(os.Stderr, "What stands there is removed if the backup is whole: %d rows, the record up to event %d.\n", there.Rows, there.Events)
	}
	return nil
}

func (r *restoreCmd) index(ctx context.Context, cfg app.Config) error {
	cfg.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	a, err := app.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer a.Close()
	docs, bytes, err := a.Find.RebuildHere(ctx, func(int64, int64) {})
	if err == nil && !r.Quiet {
		fmt.Printf("Search index: %d documents, %.1f MB.\n", docs, float64(bytes)/1e6)
	}
	return err
}

// teller prints how far it is, a line every two seconds at most.
func teller(quiet bool) func(backup.Progress) {
	last, stage := core.Machine(), ""
	return func(p backup.Progress) {
		if quiet || p.Stage == stage && core.MachineSince(last) < 2*time.Second {
			return
		}
		if p.Stage == stage || stage == "" && p.Stage == "" {
			fmt.Fprintf(os.Stderr, "  %s: %s, %d\n", p.Stage, p.What, p.Rows)
		} else if words := stages[p.Stage]; words != "" {
			fmt.Fprintln(os.Stderr, words)
		}
		last, stage = core.Machine(), p.Stage
	}
}

// stages are what a stage is called when it begins.
var stages = map[string]string{
	"backup":  "Reading the tables.",
	"files":   "Reading the files.",
	"verify":  "Holding the backup against its sums.",
	"load":    "Loading it.",
	"compare": "Reading back what was loaded.",
	"migrate": "Bringing the schema up to date.",
}
