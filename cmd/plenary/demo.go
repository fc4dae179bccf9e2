package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"plenary/internal/app"
	"plenary/internal/app/demo"
	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/forum/archive"
	"plenary/internal/platform/web"
)

type demoCmd struct {
	serverFlags `embed:""`

	Scale   string `enum:"small,full" default:"full" help:"How large the sample edition is: full has 300 sessions and 900 people."`
	Clock   string `help:"Where the demo's clock begins, like 2026-10-20T12:30+09:00; the middle of the sample's day 2 unless given."`
	Seeds   string `help:"Folder of documents to read in as well, if it is there." type:"path"`
	NoServe bool   `name:"no-serve" help:"Only build the demo."`
}

func (d *demoCmd) Run(ctx context.Context) error {
	var at core.Instant
	if d.Clock != "" {
		t, err := readClock(d.Clock)
		if err != nil {
			return err
		}
		at = core.At(t)
	}
	_, err := os.Stat(filepath.Join(d.Data, "demo"))
	fresh := err != nil
	base := strings.TrimSuffix(d.BaseURL, "/")
	var listener net.Listener
	if !d.NoServe {
		l, err := d.listen(ctx)
		if err != nil {
			return err
		}
		listener = l
		if base == "" {
			base = app.BaseOf(l)
		}
	}
	if base == "" {
		base = "http://" + d.Listen
	}
	if fresh {
		fmt.Println("Building the demo forum in", d.Data)
	}
	a, err := demo.Open(ctx, demo.Options{
		Config: app.Config{Data: d.Data, BaseURL: base, Log: d.logger(), SyncPrivate: d.SyncPrivate, Rates: web.Rates{Account: d.APIRate, Address: d.APIVisitors}}, Scale: corpus.Size(d.Scale), Clock: at,
		Say: func(format string, args ...any) { fmt.Printf(format+"\n", args...) },
	})
	if err != nil {
		return err
	}
	defer a.Close()
	if fresh && d.Seeds != "" {
		if err := readSeeds(ctx, a, d.Seeds); err != nil {
			return err
		}
	}
	if d.NoServe {
		fmt.Println("The demo is built. Serve it with: plenary demo --data", d.Data)
		return nil
	}
	fmt.Println()
	fmt.Println("The demo forum is served at", base)
	fmt.Println("  the sample edition      ", base+"/2026-sample")
	fmt.Println("  in Arabic               ", base+"/ar/2026-sample")
	fmt.Println("  sign in as any role     ", base+"/demo")
	for _, r := range demo.Roles {
		fmt.Printf("    %-22s %s\n", r.Key, a.Catalog.T("en", r.About))
	}
	fmt.Println("  mail that would be sent ", base+"/demo/mail")
	fmt.Println("Stop it with Ctrl-C; the next start serves what is there.")
	return a.Run(ctx, listener)
}

func readClock(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("--clock %q is not a time; write it like 2026-10-20T12:30+09:00", s)
}

// readSeeds reads every document of the folder that has a known shape into the edition
// of the year that it names.
func readSeeds(ctx context.Context, a *app.App, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(files) == 0 {
		return err
	}
	slices.Sort(files)
	fmt.Println("Reading the documents of", dir)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		name := filepath.Base(f)
		year := a.Archive.YearOf(name, text)
		if year == 0 {
			fmt.Printf("  %s: names no year; left out\n", name)
			continue
		}
		src := archive.Source{Name: name, Data: text, Lang: "en"}
		if err := importOne(ctx, a, fmt.Sprint(year), src, false, false, "  "); err != nil {
			return err
		}
	}
	return nil
}
