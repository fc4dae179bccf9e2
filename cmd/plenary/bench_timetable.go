package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"plenary/internal/solve/search"
	"plenary/internal/solve/timetable/cosplib"
)

type benchTimetableCmd struct {
	Seconds float64  `help:"Time for each file; 60 where neither this nor --moves is given." placeholder:"N"`
	Moves   int64    `help:"Moves for each file, over all workers. Without --seconds the same seed, workers and moves always give the same solution." placeholder:"N"`
	Seed    uint64   `help:"Where chance begins." default:"1"`
	Workers int      `help:"Searches side by side; as many as there are processors if not given." placeholder:"N"`
	Out     string   `help:"Write each solution into DIR, named after its instance." placeholder:"DIR" type:"path"`
	Quiet   bool     `help:"Tell no progress on standard error."`
	Files   []string `arg:"" name:"file" help:"JSON: an instance of the Conference Scheduling Problem Library (submissions, tracks, sessions, rooms, penalties, weights)."`
}

// benchTimetable is what is printed of one instance.
type benchTimetable struct {
	Instance   string          `json:"instance"`
	Total      int64           `json:"total"`
	Terms      cosplib.Amounts `json:"terms"`
	Complete   bool            `json:"complete"`
	Consistent bool            `json:"consistent"`
	Feasible   bool            `json:"feasible"`           // all hard rules hold
	Unplaced   []benchUnplaced `json:"unplaced,omitempty"` // submissions that stand nowhere
	Bound      int64           `json:"lower_bound"`        // nothing feasible is below
	Optimal    bool            `json:"optimal"`            // the bound is reached
	Seconds    float64         `json:"seconds"`
	Moves      int64           `json:"moves"`
	PerSecond  int64           `json:"moves_per_second"`
	Workers    int             `json:"workers"`
	Seed       uint64          `json:"seed"`
}

type benchUnplaced struct {
	Submission string `json:"submission"`
	Slots      int    `json:"slots"`
	Why        string `json:"why"`
}

// The largest file of an instance that is read.
const timetableBytes = 64 << 20

// Run prints one JSON object per file.
func (b *benchTimetableCmd) Run(ctx context.Context) error {
	if b.Seconds < 0 || math.IsNaN(b.Seconds) || b.Seconds > 1e8 || b.Moves < 0 || b.Workers < 0 || b.Workers > 1024 {
		return errors.New("--seconds, --moves and --workers are no numbers below zero, nor beyond measure")
	}
	all := make([]*cosplib.Instance, 0, len(b.Files)) // all are read first: a mistake in the last shows at once
	for _, name := range b.Files {
		p, err := openTimetable(name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, p)
	}
	if b.Out != "" {
		if err := os.MkdirAll(b.Out, 0o755); err != nil {
			return err
		}
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for i, p := range all {
		if err := b.solve(ctx, out, p); err != nil {
			return fmt.Errorf("%s: %w", b.Files[i], err)
		}
		if i+1 < len(all) && ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return nil
}

func openTimetable(name string) (*cosplib.Instance, error) {
	file, err := os.Open(name)
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		err = failed.Err // the name is told by Run
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, timetableBytes+1))
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		err = failed.Err
	}
	if err != nil {
		return nil, err
	}
	return cosplib.ReadInstance(text)
}

func (b *benchTimetableCmd) solve(ctx context.Context, out *json.Encoder, p *cosplib.Instance) error {
	o := search.Options{Seed: b.Seed, Workers: b.Workers, Moves: b.Moves, Time: time.Duration(b.Seconds * float64(time.Second))}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if b.Seconds == 0 && b.Moves == 0 {
		o.Time = time.Minute
	}
	if !b.Quiet {
		next := 0.0
		o.Report = func(x search.Progress) {
			if x.Seconds >= next {
				next = x.Seconds + 5
				fmt.Fprintf(os.Stderr, "%s: %.0f s, %d moves, best %d\n", p.Name, x.Seconds, x.Moves, x.Best)
			}
		}
	}
	res := cosplib.Solve(ctx, p, o)
	line := benchTimetable{
		Instance: p.Name, Total: res.Score.Total, Terms: p.Amounts(&res.Score), Complete: res.Score.Complete, Consistent: res.Score.Consistent,
		Feasible: res.Score.Feasible(), Bound: res.Bound, Optimal: res.Optimal, Seconds: round(res.Seconds), Moves: res.Moves,
		PerSecond: int64(float64(res.Moves) / max(res.Seconds, 1e-3)), Workers: o.Workers, Seed: o.Seed,
	}
	for _, x := range res.Out {
		line.Unplaced = append(line.Unplaced, benchUnplaced{p.Submissions[x].Ref, p.Submissions[x].Slots, p.WhyOut(x)})
	}
	if b.Out != "" {
		if err := b.write(p, &res); err != nil {
			return err
		}
	}
	return out.Encode(line)
}

func (b *benchTimetableCmd) write(p *cosplib.Instance, res *cosplib.Result) error {
	if p.Name != filepath.Base(p.Name) || strings.ContainsAny(p.Name, `/\`) || strings.HasPrefix(p.Name, ".") {
		return fmt.Errorf("the instance's name %.60q cannot name a file", p.Name)
	}
	text, err := p.WriteSolution(res.Solution, "found", fmt.Sprintf("plenary bench timetable, seed %d, %d moves", b.Seed, res.Moves))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(b.Out, p.Name+".json"), text, 0o644)
}
