package record

import (
	"context"
	"time"

	"plenary/internal/core"
)

// job is work that time brings, not an event.
type job struct {
	name   string
	period time.Duration
	fn     func(ctx context.Context) error

	next time.Time    // by the machine's clock
	at   core.Instant // by the forum's clock, which a demo or a test may move
	busy bool
}

// Every wires work that is looked for again and again while Run runs: reminders whose
// hour has come, windows that have closed. It is called each period of the machine's
// clock, and at once when the forum's clock was moved by a period or more; in one of several
// processes (Alone), which may die in the middle. So fn must find what is due by itself and do
// each thing in an act that does nothing the second time.
func (r *Record) Every(name string, period time.Duration, fn func(ctx context.Context) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.jobs = append(r.jobs, &job{name: name, period: period, fn: fn})
}

// DoJobs does all wired work once, in the order of wiring. Tests and the building of
// the demo use it; Run calls the jobs by itself.
func (r *Record) DoJobs(ctx context.Context) error {
	for _, j := range r.jobs {
		if err := j.fn(ctx); err != nil {
			return err
		}
	}
	return nil
}

// doJobs does what is due, again and again, until ctx ends.
func (r *Record) doJobs(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for _, j := range r.jobs {
		j.next, j.at, j.busy = time.Time{}, core.Instant{}, false // another process may have done them since
	}
	ended, running := make(chan *job, len(r.jobs)), 0
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-tick.C:
			running += r.startJobs(ctx, ended)
		case j := <-ended:
			j.busy = false
			running--
		}
	}
	for range running {
		<-ended
	}
}

// startJobs begins the jobs whose time has come.
func (r *Record) startJobs(ctx context.Context, done chan<- *job) (started int) {
	for _, j := range r.jobs {
		now, at := core.Machine(), r.Clock.Instant()
		moved := at.Sub(j.at).Abs() >= j.period
		if j.busy || now.Before(j.next) && !moved {
			continue
		}
		j.busy, j.next, j.at = true, now.Add(j.period), at
		started++
		go func() {
			if err := j.fn(ctx); err != nil && ctx.Err() == nil {
				r.log.Error("periodic work failed; it tries again", "job", j.name, "error", err)
			}
			done <- j
		}()
	}
	return started
}
