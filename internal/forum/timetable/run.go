package timetable

import (
	"github.com/uptrace/bun"

	"plenary/internal/core"
	solve "plenary/internal/solve/timetable"
)

// States of a run of the optimiser.
const (
	RunQueued    = "queued"
	RunRunning   = "running"
	RunDone      = "done" // it waits to be accepted or discarded
	RunAccepted  = "accepted"
	RunDiscarded = "discarded"
	RunFailed    = "failed" // the program was stopped meanwhile
)

// RunInput is what the optimiser is asked for.
type RunInput struct {
	Seconds   int   `form:"seconds" ui:"number" json:"seconds" doc:"how long it may take, 1 to 600"`
	KeepClose bool  `form:"keep_close" ui:"check" json:"keep_close" doc:"what stands is moved only where it is worth it"`
	Seed      int   `form:"seed" ui:"number" json:"seed,omitempty"`
	Moves     int64 `form:"moves" ui:"-" json:"moves,omitempty" doc:"stop after so many moves: the same seed then gives the same plan"`
}

// Run is one run of the optimiser over the plan of an edition. Nothing is moved before it
// is accepted.
type Run struct {
	bun.BaseModel `bun:"table:timetable_runs,alias:ru"`

	ID       core.ID           `bun:"id,pk" json:"id"`
	Edition  core.ID           `bun:"edition" json:"-"`
	Number   int               `bun:"number" json:"number"`
	State    string            `bun:"state" json:"state" enum:"queued,running,done,accepted,discarded,failed"`
	Account  core.ID           `bun:"account" json:"-"`
	ByName   string            `bun:"by_name" json:"-"`
	Asked    RunInput          `bun:"asked,type:jsonb" json:"asked"`
	Base     map[core.ID]int64 `bun:"base,type:jsonb" json:"-"` // versions of the placements from which it started
	Progress RunProgress       `bun:"progress,type:jsonb" json:"progress"`
	Result   RunResult         `bun:"result,type:jsonb" json:"result"`
	Stop     bool              `bun:"stop" json:"-"`
	Created  core.Instant      `bun:"created" json:"created"`
	Alive    int64             `bun:"alive" json:"-"` // microseconds of the machine's clock
	Ended    core.Instant      `bun:"ended" json:"ended"`
}

// Score is how good a plan is.
type Score struct {
	Blocks   int   `json:"blocks" doc:"findings that block"`
	Hard     int64 `json:"hard"`
	Cost     int64 `json:"cost" doc:"what the findings that warn cost together"`
	Unplaced int   `json:"unplaced"`
}

// RunProgress is how far a run has come.
type RunProgress struct {
	Seconds float64 `json:"seconds"`
	Moves   int64   `json:"moves"`
	Share   float64 `json:"share" doc:"of the time that is used up"`
	Best    Score   `json:"best"`
	Line    []Point `json:"line" doc:"the best over time, for the picture"`
}

// Point is the best plan at one moment.
type Point struct {
	Seconds float64 `json:"seconds"`
	Blocks  int     `json:"blocks"`
	Cost    int64   `json:"cost"`
}

// RunResult is what a run proposes.
type RunResult struct {
	Before Score     `json:"before"`
	After  Score     `json:"after"`
	Bound  int64     `json:"bound" doc:"no plan costs less"`
	Moves  []RunMove `json:"moves"`
	// Unplaced are sessions for which no place was found, with why.
	Unplaced []Unplaced `json:"unplaced"`
}

// Unplaced is a session for which no place was found.
type Unplaced struct {
	Session    core.ID  `json:"session"`
	Candidates int      `json:"candidates"`
	Reasons    []Reason `json:"reasons"`
}

// RunMove is a session that a run moves, with why.
type RunMove struct {
	Session core.ID `json:"session"`
	Ref     string  `json:"ref"`
	Before  Spot    `json:"before"`
	After   Spot    `json:"after"`
	Gone    []Found `json:"gone" doc:"findings that it has no more"`
	Left    []Found `json:"left" doc:"findings that it has there"`
	Saves   int64   `json:"saves" doc:"what its findings cost less"`
}

// Score of the plan as it stands. Sessions without a place are counted apart, and what
// somebody lets stand is not counted.
func (b *Board) Score() Score {
	var s Score
	for _, f := range b.Findings {
		switch {
		case f.Accepted != nil || f.Rule == solve.RuleUnplaced.String():
		case f.Level == "block":
			s.Blocks++
			s.Hard += f.Cost
		default:
			s.Cost += f.Cost
		}
	}
	for i := range b.Items {
		if b.of[i] >= 0 && (!b.places[b.of[i]].Placed() || b.places[b.of[i]].Room == b.nowhere()) {
			s.Unplaced++
		}
	}
	return s
}
