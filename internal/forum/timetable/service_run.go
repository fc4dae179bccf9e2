package timetable

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
	solve "plenary/internal/solve/timetable"
)

const (
	longestRun = 600 // seconds
	runsKept   = 20
	// dead is how long a run that says nothing is taken to live.
	dead = 30 * time.Second
)

// Optimise asks for a run of the optimiser from the plan as it stands. Staff only; one run
// of an edition at a time. Event: timetable.optimised. Errors: Invalid; Conflict
// "timetable.error.runs" while one runs.
func (s *Service) Optimise(ctx context.Context, a core.Actor, set *editions.Setting, in RunInput) (Run, error) {
	var r Run
	if err := check(a, set, "optimise"); err != nil {
		return r, err
	}
	var p core.Problems
	if in.Seconds < 1 || in.Seconds > longestRun {
		p.Add("seconds", "timetable.error.seconds", "Most", longestRun)
	}
	if in.Seed < 0 || in.Moves < 0 {
		p.Add("seed", "form.unreadable")
	}
	if err := p.Err(); err != nil {
		return r, err
	}
	b, err := s.board(ctx, set)
	if err != nil {
		return r, err
	}
	if err := b.problem.Check(); err != nil {
		return r, core.Conflict("timetable.error.problem", "Why", err.Error())
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if err := s.beginTx(ctx, tx, a, set); err != nil {
			return err
		}
		busy, err := tx.NewSelect().Model((*Run)(nil)).Where("edition = ? AND state IN (?, ?)", set.ID, RunQueued, RunRunning).Exists(ctx)
		if err != nil {
			return fmt.Errorf("look for runs: %w", err)
		}
		if busy {
			return core.Conflict("timetable.error.runs")
		}
		var last int
		if err := tx.NewSelect().Model((*Run)(nil)).ColumnExpr("COALESCE(MAX(number), 0)").Where("edition = ?", set.ID).Scan(ctx, &last); err != nil {
			return fmt.Errorf("number run: %w", err)
		}
		if in.Seed == 0 {
			in.Seed = last + 1
		}
		r = Run{
			ID: tx.NewID(), Edition: set.ID, Number: last + 1, State: RunQueued, Account: a.Account, ByName: a.Name, Asked: in, Base: b.versions(),
			Progress: RunProgress{Best: b.Score(), Line: []Point{}}, Result: RunResult{Before: b.Score(), Moves: []RunMove{}}, Created: tx.Now,
			Alive: core.Machine().UnixMicro(),
		}
		if _, err := tx.NewInsert().Model(&r).Exec(ctx); err != nil {
			return fmt.Errorf("ask for a run: %w", err)
		}
		if _, err := tx.NewDelete().Model((*Run)(nil)).Where("edition = ? AND number <= ?", set.ID, last+1-runsKept).Exec(ctx); err != nil {
			return fmt.Errorf("drop old runs: %w", err)
		}
		tx.Append("timetable.optimised", r.ID, programme.PlanScope(set), record.Internal, record.Data{"label": set.Name, "number": r.Number})
		return nil
	})
	return r, err
}

// versions are those of all placements of the board.
func (b *Board) versions() map[core.ID]int64 {
	out := make(map[core.ID]int64, len(b.Items))
	for i := range b.Items {
		out[b.Items[i].ID] = b.Items[i].Plan.Version
	}
	return out
}

// Runs does the runs that are asked for, one after the other, until there is none. It is
// periodic work; several processes share it.
func (s *Service) Runs(ctx context.Context) error {
	for ctx.Err() == nil {
		r, err := s.claim(ctx)
		if err != nil || r == nil {
			return err
		}
		if err := s.work(ctx, r); err != nil {
			return fmt.Errorf("run %d of the optimiser: %w", r.Number, err)
		}
	}
	return nil
}

var runner = core.Actor{Program: "optimiser"}

// claim takes one run that waits, and gives up those whose process died.
func (s *Service) claim(ctx context.Context) (*Run, error) {
	var due []Run
	lost := core.Machine().Add(-dead).UnixMicro()
	err := s.rec.DB.Read.NewSelect().Model(&due).ExcludeColumn("result").
		Where("state = ? OR (state = ? AND alive < ?)", RunQueued, RunRunning, lost).OrderExpr("created, id").Scan(ctx)
	if err != nil || len(due) == 0 {
		return nil, err
	}
	var mine *Run
	err = s.rec.Write(ctx, runner, func(ctx context.Context, tx *record.Tx) error {
		mine = nil
		for i := range due {
			r := &due[i]
			to, now := RunRunning, core.Machine().UnixMicro()
			if r.State == RunRunning {
				to = RunFailed
			}
			gone, err := record.Once(tx.NewUpdate().Model((*Run)(nil)).Set("state = ?, alive = ?", to, now).
				Where("id = ? AND state = ? AND alive = ?", r.ID, r.State, r.Alive).Exec(ctx))
			if err != nil {
				return err
			}
			if !gone && to == RunRunning {
				mine = r
				return nil
			}
		}
		return nil
	})
	return mine, err
}

// work does one run and keeps its progress for whoever looks on.
func (s *Service) work(ctx context.Context, r *Run) error {
	set, err := s.Editions.SettingByID(ctx, core.Operator, r.Edition)
	if err != nil {
		return err
	}
	b, err := s.board(ctx, set)
	if err != nil {
		return err
	}
	before := b.Score()
	r.Base = b.versions() // it may have been moved since it was asked for
	inner, stop := context.WithCancel(ctx)
	defer stop()
	var mu sync.Mutex
	start := solve.Evaluate(b.problem, b.places)
	pr := RunProgress{Best: before, Line: []Point{{0, start.Blocks, start.Cost}}}
	done := make(chan solve.Solution, 1)
	go func() {
		stay := 0
		if r.Asked.KeepClose {
			stay = b.problem.Rules[solve.RuleMoved].Weight
		}
		o := solve.Options{Seed: uint64(r.Asked.Seed), Workers: runtime.GOMAXPROCS(0), Seconds: float64(r.Asked.Seconds), Moves: r.Asked.Moves, KeepClose: stay}
		done <- solve.Solve(inner, b.problem, b.places, o, func(p solve.Progress) {
			mu.Lock()
			defer mu.Unlock()
			pr.Seconds, pr.Moves, pr.Share = p.Seconds, p.Moves, p.Share
			pr.Best = Score{Blocks: p.Blocks, Hard: p.Hard, Cost: p.Cost, Unplaced: p.Unplaced}
			if b.problem.Rules[solve.RuleUnplaced].Level == solve.Block {
				pr.Best.Blocks -= p.Unplaced
			}
			if last := pr.Line[len(pr.Line)-1]; last.Blocks != p.Blocks || last.Cost != p.Cost {
				pr.Line = append(pr.Line, Point{p.Seconds, p.Blocks, p.Cost})
			}
		})
	}()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case sol := <-done:
			mu.Lock()
			r.Progress = pr
			mu.Unlock()
			return s.finish(context.WithoutCancel(ctx), set, b, r, sol)
		case <-tick.C:
			mu.Lock()
			now := pr
			now.Line = thin(pr.Line)
			mu.Unlock()
			asked, err := s.beat(ctx, r, now)
			if err != nil && ctx.Err() == nil {
				stop()
				<-done
				return err
			}
			if asked {
				stop()
			}
		}
	}
}

// thin keeps a line short enough to be drawn.
func thin(line []Point) []Point {
	const enough = 200
	out := []Point{}
	for i, p := range line {
		if len(line) <= enough || i == len(line)-1 || i%(len(line)/enough+1) == 0 {
			out = append(out, p)
		}
	}
	return out
}

// beat keeps the progress of a run and tells whether somebody asked to stop it.
func (s *Service) beat(ctx context.Context, r *Run, now RunProgress) (stop bool, err error) {
	err = s.rec.Write(ctx, runner, func(ctx context.Context, tx *record.Tx) error {
		row := Run{ID: r.ID, Progress: now, Alive: core.Machine().UnixMicro()}
		if _, err := tx.NewUpdate().Model(&row).Column("progress", "alive").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("keep progress: %w", err)
		}
		return tx.NewSelect().Model((*Run)(nil)).Column("stop").Where("id = ?", r.ID).Scan(ctx, &stop)
	})
	return stop, err
}

func (s *Service) finish(ctx context.Context, set *editions.Setting, b *Board, r *Run, sol solve.Solution) error {
	r.State, r.Progress.Line = RunDone, thin(r.Progress.Line)
	r.Progress.Moves, r.Progress.Seconds = sol.Moves, sol.Seconds
	r.Result = b.resultOf(sol)
	r.Progress.Best = r.Result.After
	return s.rec.Write(ctx, runner, func(ctx context.Context, tx *record.Tx) error {
		r.Ended = tx.Now
		if _, err := tx.NewUpdate().Model(r).Column("state", "progress", "result", "base", "ended").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("keep result: %w", err)
		}
		tx.Append("timetable.proposed", r.ID, programme.PlanScope(set), record.Internal,
			record.Data{"label": set.Name, "number": r.Number, "moves": len(r.Result.Moves)})
		return nil
	})
}

// resultOf is a solution in the words of the forum.
func (b *Board) resultOf(sol solve.Solution) RunResult {
	after := *b
	after.places = sol.Places
	after.find()
	out := RunResult{Before: b.Score(), After: after.Score(), Bound: sol.Bound, Moves: []RunMove{}}
	for _, c := range sol.Changes {
		it := b.Items[b.solved[c.Session]]
		m := RunMove{Session: it.ID, Ref: it.Ref, Before: it.Plan.spot(), After: it.Plan.spot(), Gone: []Found{}, Left: []Found{}}
		m.After.Starts, m.After.Ends, m.After.Room = core.Instant{}, core.Instant{}, ""
		if c.To.Placed() {
			m.After.Starts = b.instant(c.To.Start)
			m.After.Ends, m.After.Room = it.end(m.After.Starts), b.room(c.To.Room)
		}
		m.Saves = c.HardBefore - c.HardAfter + c.CostBefore - c.CostAfter
		have := map[string]bool{}
		for _, f := range c.After {
			x := b.found(f)
			have[x.Key] = true
			m.Left = append(m.Left, x)
		}
		for _, f := range c.Before {
			if x := b.found(f); !have[x.Key] {
				m.Gone = append(m.Gone, x)
			}
		}
		out.Moves = append(out.Moves, m)
	}
	out.Unplaced = after.unplaced()
	return out
}

// mostUnplaced is of how many sessions without a place a run says why.
const mostUnplaced = 20

func (b *Board) unplaced() []Unplaced {
	out := []Unplaced{}
	for i := range b.Items {
		if b.of[i] < 0 || b.places[b.of[i]].Placed() || b.Items[i].Plan.State == PlanHeld || len(out) == mostUnplaced {
			continue
		}
		why := b.Why(b.Items[i].ID)
		out = append(out, Unplaced{Session: b.Items[i].ID, Candidates: why.Candidates, Reasons: why.Reasons[:min(3, len(why.Reasons))]})
	}
	return out
}

// RunOf gives a run of the optimiser. Staff only.
func (s *Service) RunOf(ctx context.Context, a core.Actor, set *editions.Setting, number int) (Run, error) {
	var r Run
	if err := check(a, set, "optimise"); err != nil {
		return r, err
	}
	if err := s.rec.DB.Read.NewSelect().Model(&r).Where("edition = ? AND number = ?", set.ID, number).Scan(ctx); err != nil {
		return r, record.Found(err)
	}
	return r, nil
}

// RunsOf lists the runs of an edition, the newest first. Staff only.
func (s *Service) RunsOf(ctx context.Context, a core.Actor, set *editions.Setting) ([]Run, error) {
	if err := check(a, set, "optimise"); err != nil {
		return nil, err
	}
	var rows []Run
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("edition = ?", set.ID).OrderExpr("number DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list runs: %w", err)
	}
	return rows, nil
}

// StopRun asks a run to stop; what it has found until then is its result. Staff only.
func (s *Service) StopRun(ctx context.Context, a core.Actor, set *editions.Setting, number int) error {
	if err := check(a, set, "optimise"); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewUpdate().Model((*Run)(nil)).Set("stop = TRUE").Where("edition = ? AND number = ?", set.ID, number).Exec(ctx)
		return err
	})
}

// AcceptRun takes over what a run proposes, as one step that can be taken back. Sessions
// that somebody has moved since it began stay where they are now; skipped counts them.
// Staff only.
func (s *Service) AcceptRun(ctx context.Context, a core.Actor, set *editions.Setting, number int) (moved, skipped int, err error) {
	r, err := s.RunOf(ctx, a, set, number)
	if err != nil {
		return 0, 0, err
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		moved, skipped = 0, 0
		gone, err := record.Once(tx.NewUpdate().Model((*Run)(nil)).Set("state = ?", RunAccepted).Where("id = ? AND state = ?", r.ID, RunDone).Exec(ctx))
		if err != nil {
			return err
		}
		if gone {
			return core.Conflict("timetable.error.run_over")
		}
		placed, err := loadPlaced(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		var moves []Move
		for _, m := range r.Result.Moves {
			if placed[m.Session].Version != r.Base[m.Session] {
				skipped++
				continue
			}
			moves = append(moves, Move{Session: m.Session, Version: r.Base[m.Session], To: m.After})
		}
		done, err := s.placeTx(ctx, tx, a, set, "optimised", moves)
		moved = len(done)
		return err
	})
	return moved, skipped, err
}

// DiscardRun throws away what a run proposes. Staff only.
func (s *Service) DiscardRun(ctx context.Context, a core.Actor, set *editions.Setting, number int) error {
	if err := check(a, set, "optimise"); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewUpdate().Model((*Run)(nil)).Set("state = ?", RunDiscarded).
			Where("edition = ? AND number = ? AND state = ?", set.ID, number, RunDone).Exec(ctx)
		return err
	})
}
