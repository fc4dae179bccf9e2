package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"plenary/internal/core"
	"plenary/internal/solve/assignment"
)

type benchAssignmentCmd struct {
	Fair  bool     `help:"Serve the worst served proposal as well as can be found, and print how well it could be at most."`
	Pairs bool     `help:"Print the assignment too."`
	Files []string `arg:"" name:"file" help:"JSON: reviews_per_proposal, max_load, min_load, affinity (reviewers by proposals), conflicts (pairs of reviewer and proposal)."`
}

// benchAssignment is what is printed of one file.
type benchAssignment struct {
	File          string   `json:"file"`
	Reviewers     int      `json:"reviewers"`
	Proposals     int      `json:"proposals"`
	Total         float64  `json:"total"`
	Worst         float64  `json:"worst"`
	WorstProposal *int     `json:"worst_proposal"` // null: there are no proposals
	Bound         *float64 `json:"bound,omitempty"`
	Loads         []int    `json:"loads"`
	LoadMin       int      `json:"load_min"`
	LoadMax       int      `json:"load_max"`
	Short         int      `json:"short"` // reviews that could not be given
	Under         int      `json:"under"` // proposals that reviewers lack of their least loads
	Seconds       float64  `json:"seconds"`
	Assignment    [][2]int `json:"assignment,omitempty"`
}

// Run prints one JSON object per file.
func (b *benchAssignmentCmd) Run(ctx context.Context) error {
	out := json.NewEncoder(os.Stdout)
	for _, name := range b.Files {
		p, err := b.open(name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		res, err := b.measure(ctx, name, p)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := out.Encode(res); err != nil {
			return err
		}
	}
	return nil
}

func (b *benchAssignmentCmd) open(name string) (assignment.Problem, error) {
	file, err := os.Open(name)
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		err = failed.Err // the name is told by Run
	}
	if err != nil {
		return assignment.Problem{}, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, assignmentBytes+1))
	if err != nil {
		return assignment.Problem{}, err
	}
	return readAssignment(text)
}

func (b *benchAssignmentCmd) measure(ctx context.Context, name string, p assignment.Problem) (benchAssignment, error) {
	solve := assignment.BestContext
	if b.Fair {
		solve = assignment.FairContext
	}
	began := core.Machine()
	res, err := solve(ctx, p)
	if err != nil {
		return benchAssignment{}, err
	}
	out := benchAssignment{
		File: name, Reviewers: len(p.Affinity), Proposals: len(res.Reviewers), Total: round(res.Total),
		Loads: res.Loads, Seconds: round(core.MachineSince(began).Seconds()),
	}
	if res.Worst >= 0 {
		out.Worst, out.WorstProposal = round(res.Sums[res.Worst]), &res.Worst
		if b.Fair {
			bound := round(res.Bound)
			out.Bound = &bound
		}
	}
	if len(res.Loads) > 0 {
		out.LoadMin, out.LoadMax = slices.Min(res.Loads), slices.Max(res.Loads)
	}
	for _, n := range res.Short {
		out.Short += n
	}
	for _, n := range res.Under {
		out.Under += n
	}
	if b.Pairs {
		for q, list := range res.Reviewers {
			for _, r := range list {
				out.Assignment = append(out.Assignment, [2]int{r, q})
			}
		}
	}
	return out, nil
}
