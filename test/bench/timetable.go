package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"plenary/internal/solve/search"
	"plenary/internal/solve/timetable/cosplib"
)

// library names the instances that CoSPLib publishes with solutions.
var library = []string{"N2OR", "GECCO20", "OR60F"}

// timetables searches timetables for the library's instances, with so many seeds for each
// of the times, beside the best solution that the library publishes.
func timetables(ctx context.Context, dir, times string, seeds int) error {
	fmt.Println("## Timetabling: the library's instances")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		fmt.Printf("\nLeft out: there is no folder %s.\n\n", dir)
		return nil
	}
	fmt.Println("\n| instance | published best | lower bound | seconds | best | median | worst | moves a second |\n|---|---:|---:|---:|---:|---:|---:|---:|")
	for _, name := range library {
		p, published, err := readInstance(dir, name)
		if err != nil {
			return err
		}
		for word := range strings.SplitSeq(times, ",") {
			seconds, err := strconv.Atoi(word)
			if err != nil {
				return fmt.Errorf("-times: %w", err)
			}
			if err := timetable(ctx, p, published, seconds, seeds); err != nil {
				return err
			}
		}
	}
	fmt.Println("\n| instance | a move with its difference | evaluation from scratch | ratio |\n|---|---:|---:|---:|")
	for _, name := range library {
		p, _, err := readInstance(dir, name)
		if err != nil {
			return err
		}
		differences(ctx, p)
	}
	fmt.Println()
	return nil
}

func timetable(ctx context.Context, p *cosplib.Instance, published int64, seconds, seeds int) error {
	var totals []int64
	bound, moves, took := int64(0), int64(0), 0.0
	for seed := range seeds {
		res := cosplib.Solve(ctx, p, search.Options{Seed: uint64(seed + 1), Workers: runtime.GOMAXPROCS(0), Time: time.Duration(seconds) * time.Second})
		if err := ctx.Err(); err != nil {
			return err
		}
		if !res.Score.Feasible() {
			return fmt.Errorf("%s, seed %d: the solution breaks hard rules: %+v", p.Name, seed+1, res.Score)
		}
		totals, bound = append(totals, res.Score.Total), res.Bound
		moves, took = moves+res.Moves, took+res.Seconds
	}
	slices.Sort(totals)
	fmt.Printf("| %s | %d | %d | %d | %d | %d | %d | %.1f million |\n", p.Name, published, bound, seconds,
		totals[0], totals[len(totals)/2], totals[len(totals)-1], float64(moves)/max(took, 1e-9)/1e6)
	return nil
}

// differences measures what working out differences saves against evaluating anew.
func differences(ctx context.Context, p *cosplib.Instance) {
	res := cosplib.Solve(ctx, p, search.Options{Seed: 1, Moves: 2_000_000})
	move := time.Duration(res.Seconds / float64(max(res.Moves, 1)) * float64(time.Second))
	whole := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			p.Evaluate(res.Solution)
		}
	})
	fmt.Printf("| %s | %d ns | %d µs | %.0f |\n", p.Name, move.Nanoseconds(), whole.NsPerOp()/1000, float64(whole.NsPerOp())/float64(max(1, move.Nanoseconds())))
}

// readInstance reads an instance and the smallest total published with it.
func readInstance(dir, name string) (*cosplib.Instance, int64, error) {
	text, err := os.ReadFile(filepath.Join(dir, name+".json"))
	if err != nil {
		return nil, 0, err
	}
	p, err := cosplib.ReadInstance(text)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", name, err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "published", name+"_*.json"))
	if err != nil {
		return nil, 0, err
	}
	best := int64(-1)
	for _, file := range files {
		var solution struct{ Total int64 }
		if text, err = os.ReadFile(file); err == nil {
			err = json.Unmarshal(text, &solution)
		}
		if err != nil {
			return nil, 0, fmt.Errorf("%s: %w", file, err)
		}
		if best < 0 || solution.Total < best {
			best = solution.Total
		}
	}
	return p, best, nil
}
