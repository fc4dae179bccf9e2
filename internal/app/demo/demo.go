// Package demo fills an empty forum: facts about the editions of the IGF, shown as
// such, and one invented edition, marked as a sample, that is going on at this moment.
// The same seed gives the same forum, ids included.
package demo

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"plenary/internal/app"
	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// Options says what to build.
type Options struct {
	Config app.Config
	Scale  corpus.Size
	Clock  core.Instant // where the demo's clock begins; zero means the middle of day 2
	Say    func(format string, args ...any)
}

const seed = 2026

var actor = core.Actor{Program: "demo"}

// startOf is where the demo's clock stands when it is built: in the middle of day 2 of
// the sample, at the venue.
func startOf(e corpus.Edition) core.Instant {
	at, err := core.WallTime(e.Days[e.Now.Day].Date, fmt.Sprintf("%02d:%02d", e.Now.Minute/60, e.Now.Minute%60), e.Zone)
	if err != nil {
		panic(err) // the corpus is made by this program
	}
	return at
}

// Open opens the demo of a folder: it builds it where there is none, and sets the clock
// to where it stands: at the start, or where the forum's record ended last time.
func Open(ctx context.Context, o Options) (*app.App, error) {
	size := corpus.Full
	if o.Scale == corpus.Small {
		size = corpus.Small
	}
	c := (&corpus.Corpus{Seed: seed}).Scale(size)
	start := startOf(c.Edition)
	o.Config.Demo, o.Config.DemoStart, o.Config.DemoZone = true, start, c.Edition.Zone
	if o.Config.Clock == nil {
		o.Config.Clock = &core.Clock{}
	}
	clock := o.Config.Clock
	database := o.Config.Database
	if database == "" {
		database = "sqlite:" + filepath.Join(o.Config.Data, "plenary.db")
	}
	marker := filepath.Join(o.Config.Data, "demo")
	if _, err := os.Stat(marker); err != nil {
		if _, err := os.Stat(filepath.Join(o.Config.Data, "plenary.db")); err == nil {
			return nil, fmt.Errorf("%s holds a forum that is no finished demo; choose another folder with --data, or remove it", o.Config.Data)
		}
		if err := build(ctx, o, c, start); err != nil {
			return nil, err
		}
		if err := os.WriteFile(marker, []byte(o.Scale+"\n"), 0o600); err != nil {
			return nil, fmt.Errorf("mark demo as built: %w", err)
		}
	}
	o.Config.Database = database
	a, err := app.Open(ctx, o.Config)
	if err != nil {
		return nil, err
	}
	at := start
	if !o.Clock.IsZero() {
		at = o.Clock
	} else if last, err := a.Record.Events(ctx, record.Query{Internal: true, Page: core.Page{Limit: 1}}); err == nil && len(last.Items) > 0 && at.Before(last.Items[0].At) {
		at = last.Items[0].At
	}
	clock.Set(at.Time())
	return a, nil
}

// build makes the forum with a clock that stands where each thing happened.
func build(ctx context.Context, o Options, c *corpus.Corpus, start core.Instant) error {
	clock := &core.Clock{}
	clock.Freeze(time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC))
	cfg := o.Config
	cfg.Clock, cfg.Seed = clock, "plenary demo"
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	a, err := app.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer a.Close()
	b := &builder{App: a, ctx: ctx, clock: clock, corpus: c, say: o.Say, start: start}
	if b.say == nil {
		b.say = func(string, ...any) {}
	}
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"facts about the editions of the IGF", b.facts},
		{"bodies and initiatives", b.bodies},
		{"the sample edition: rooms, themes, questions", b.frame},
		{"organisations and people", b.people},
		{"sessions", b.sessions},
		{"transcripts", b.transcripts},
		{"reports", b.reports},
		{"Messages", b.messages},
		{"a poll of opinion", b.opinions},
		{"papers and statements", b.papers},
		{"the workshop and the signatures of the Messages", b.workshop},
		{"accounts", b.accounts},
		{"public reviews", b.consultations},
		{"answers to calls, issues, processes", b.ledger},
		{"a report handed over", b.desk},
		{"calls and what came in", b.calls},
		{"the workshops judged", b.evaluation},
		{"what was chosen", b.selection},
		{"what people keep of the programme", b.agenda},
		{"the plan and two releases", b.timetable},
		{"meetings all year round", b.meetings},
		{"travel support", b.support},
		{"registrations", b.registrations},
		{"places online and who was there", b.attendance},
		{"delegations, hubs, letters", b.groups},
		{"badges and doors", b.badges},
		{"two reports of conduct", b.conduct},
		{"figures", b.figures},
	} {
		began := core.Machine()
		if err := step.do(); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		b.say("  %s (%.1f s)", step.name, core.MachineSince(began).Seconds())
	}
	if err := a.Record.CatchUp(ctx); err != nil {
		return fmt.Errorf("catch up: %w", err)
	}
	return nil
}

// write does one act of the demo.
func (b *builder) write(fn func(ctx context.Context, tx *record.Tx) error) error {
	return b.Record.Write(b.ctx, actor, fn)
}
