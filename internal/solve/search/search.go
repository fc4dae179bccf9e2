// Package search drives searches that give a better answer the longer they run. Several
// workers change a solution of their own by small moves, under simulated annealing whose
// temperatures are taken from the problem itself; at the end of every epoch they meet, and
// at the end of every cycle all of them go on from the best that any of them has found.
//
// A search ends after a number of moves, after a time, when its context ends or when the
// value that cannot be bettered is reached. With a number of moves and no time the result
// is a pure function of the problem, the seed, the number of workers and that number: each
// worker draws from a source of its own, and what workers tell each other depends on their
// moves alone, never on which was quicker.
//
// The package knows nothing of what is searched. A problem implements State: its Run makes
// many moves in one call, so that nothing here costs anything per move but Walk.Accept.
//
// The acceptance is that of S. Kirkpatrick, C. D. Gelatt and M. P. Vecchi, Optimization by
// Simulated Annealing, Science 220 (1983), with geometric cooling and reheating.
package search

import (
	"context"
	"math"
	"math/rand/v2"
	"time"

	"plenary/internal/core"
)

// State is the solution that one worker changes. Smaller values are better.
type State[S any] interface {
	// Run tries so many moves. Each move draws from w.Rand, works out by how much it would
	// change the value, and stands if w.Accept of that difference says so. Run remembers
	// the best solution it has seen. A move that turns out not to be possible counts too.
	Run(w *Walk, moves int)
	// Best is the value of the best solution seen.
	Best() int64
	// Adopt makes the best solution of another state, or of this one itself, the present
	// one, and the best one if it is better than this state's own. It must not change
	// the other. Adopt may also tell the state that a new cycle begins.
	Adopt(from S)
}

// Options are the limits and the habits of a search. Without Moves and Time it runs until
// its context ends.
type Options struct {
	Seed    uint64
	Workers int           // 0: one
	Moves   int64         // in all, over all workers; 0: no limit
	Time    time.Duration // 0: no limit
	Target  int64         // a value that cannot be bettered: the search ends where it is reached
	Aims    bool          // there is a Target
	Epoch   int           // moves of each worker between two meetings; 0: 20,000
	Cycles  int           // coolings one after the other; 0: DefaultCycles
	Hot     float64       // the highest temperature, in medians of what makes a first solution worse; 0: DefaultHot
	Reheat  float64       // the heat of a cycle as a part of that of the cycle before; 0: DefaultReheat
	// Report is told how far the search is, after meetings: at most ten times a second where
	// there is no limit of moves, else after every meeting.
	Report func(Progress)
}

// What measured best over all problems of the house; see docs/benchmarks.md.
const (
	DefaultCycles = 2
	DefaultHot    = 1.0
	DefaultReheat = 0.1
	firstCycle    = 0.5 // of the whole
	defaultEpoch  = 20_000
	batch         = 256 // moves between two looks at the clock
	sampled       = 4_000
)

// Progress is how far a search is.
type Progress struct {
	Best    int64
	Moves   int64 // of all workers
	Seconds float64
	Share   float64 // of the limit that is used up, from 0 to 1; 0 without limits
	Reached bool    // the target
}

// Run searches. The function start makes the first solution of each worker, from a source
// of its own; it is called once per worker, at the same time for all. Run returns the state
// whose best solution is the best of all (the first of several), and how far it came. A
// context that ends is no error: what was found until then is the answer.
func Run[S State[S]](ctx context.Context, o Options, start func(worker int, r *rand.Rand) S) (S, Progress) {
	d := newDriver[S](ctx, o)
	d.each(func(n int) {
		w := d.workers[n]
		w.state = start(n, w.walk.Rand)
		w.walk.sampling = true
		d.run(w, d.sample)
		w.walk.sampling = false
	})
	d.heat()
	for d.meet() {
		d.each(func(n int) { d.run(d.workers[n], d.next(n)) })
	}
	return d.best().state, d.progress()
}

type worker[S State[S]] struct {
	walk  Walk
	state S
	moves int64
}

type driver[S State[S]] struct {
	ctx      context.Context //nolint:containedctx // a driver lives as long as one call of Run
	o        Options
	workers  []*worker[S]
	began    time.Time
	told     time.Time
	sample   int
	cold     float64
	hot      float64
	cycle    int
	ended    bool // the time or the context
	schedule schedule
}

func newDriver[S State[S]](ctx context.Context, o Options) *driver[S] {
	o.Workers, o.Epoch = max(o.Workers, 1), orElse(o.Epoch, defaultEpoch)
	o.Cycles, o.Hot, o.Reheat = orElse(o.Cycles, DefaultCycles), orElse(o.Hot, DefaultHot), orElse(o.Reheat, DefaultReheat)
	d := &driver[S]{ctx: ctx, o: o, began: core.Machine(), sample: sampled, schedule: schedule{cycles: o.Cycles}}
	d.told = d.began
	if o.Moves > 0 {
		d.sample = int(min(sampled, o.Moves/int64(o.Workers)/4))
	}
	for n := range o.Workers {
		w := &worker[S]{}
		w.walk.Rand = rand.New(rand.NewPCG(o.Seed, uint64(n))) //nolint:gosec // a search wants to be repeatable
		d.workers = append(d.workers, w)
	}
	return d
}

func orElse[T int | float64](x, otherwise T) T {
	if x <= 0 {
		return otherwise
	}
	return x
}

// over says whether the time or the context has ended.
func (d *driver[S]) over() bool {
	return d.ctx.Err() != nil || d.o.Time > 0 && core.MachineSince(d.began) >= d.o.Time
}

// share is the part of the limit that is used up: of the moves where they are limited, so
// that the result does not depend on the clock, else of the time.
func (d *driver[S]) share(w *worker[S]) float64 {
	switch {
	case d.o.Moves > 0:
		return float64(w.moves) * float64(d.o.Workers) / float64(d.o.Moves)
	case d.o.Time > 0:
		return float64(core.MachineSince(d.began)) / float64(d.o.Time)
	}
	return endless(w.moves)
}

// next is how many moves a worker makes until the next meeting.
func (d *driver[S]) next(n int) int {
	if d.o.Moves == 0 {
		return d.o.Epoch
	}
	own := d.o.Moves / int64(d.o.Workers)
	if int64(n) < d.o.Moves%int64(d.o.Workers) {
		own++
	}
	return int(min(int64(d.o.Epoch), own-d.workers[n].moves))
}

// run makes so many moves, unless the search ends before.
func (d *driver[S]) run(w *worker[S], moves int) {
	for moves > 0 && !d.over() {
		n := min(moves, batch)
		w.walk.T = math.Inf(1) // while sampling, where nothing hangs on it
		if !w.walk.sampling {
			w.walk.T = d.schedule.at(d.share(w), d.cycle, d.hot, d.cold, d.o.Reheat)
		}
		w.state.Run(&w.walk, n)
		w.moves += int64(n)
		moves -= n
	}
}

// meet is where all workers stand still: the best of all is told, at the end of a cycle
// everybody goes on from there. It says whether the search goes on.
func (d *driver[S]) meet() bool {
	p := d.progress()
	d.ended = d.over()
	done := d.ended || p.Reached || d.o.Moves > 0 && p.Moves >= d.o.Moves
	if d.o.Report != nil && (done || d.o.Moves > 0 || core.MachineSince(d.told) >= 100*time.Millisecond) {
		d.told = core.Machine()
		d.o.Report(p)
	}
	if done {
		return false
	}
	if cycle := d.schedule.cycle(d.share(d.workers[0])); cycle != d.cycle {
		d.cycle = cycle
		best := d.best()
		for _, w := range d.workers {
			if w != best {
				w.state.Adopt(best.state)
			}
		}
		best.state.Adopt(best.state)
	}
	return true
}

func (d *driver[S]) best() *worker[S] {
	best := d.workers[0]
	for _, w := range d.workers[1:] {
		if w.state.Best() < best.state.Best() {
			best = w
		}
	}
	return best
}

func (d *driver[S]) progress() Progress {
	p := Progress{Best: d.best().state.Best(), Seconds: core.MachineSince(d.began).Seconds()}
	for _, w := range d.workers {
		p.Moves += w.moves
	}
	switch {
	case d.o.Moves > 0:
		p.Share = min(1, float64(p.Moves)/float64(d.o.Moves))
	case d.o.Time > 0:
		p.Share = min(1, p.Seconds/d.o.Time.Seconds())
	}
	p.Reached = d.o.Aims && p.Best <= d.o.Target
	return p
}
