package timetable

import (
	"fmt"
	"os"
	"testing"
)

// BenchmarkEvaluate and BenchmarkDelta together show what working out a move from the move
// alone saves: 300 sessions in 10 rooms.
func BenchmarkEvaluate(b *testing.B) {
	f := week(1, 10, 300, 88)
	for b.Loop() {
		Evaluate(f.p, f.answer)
	}
}

func BenchmarkDelta(b *testing.B) {
	f := week(1, 10, 300, 88)
	s, c := newState(newModel(f.p, nil), f.answer), newChance(1)
	for b.Loop() {
		o := f.answer[c.IntN(300)]
		s.delta(c.IntN(300), Place{c.IntN(10), o.Start})
	}
}

func BenchmarkFits(b *testing.B) {
	f := week(1, 10, 300, 60)
	for b.Loop() {
		Fits(f.p, f.answer, 17, 10)
	}
}

func BenchmarkExplain(b *testing.B) {
	f := week(1, 10, 300, 92)
	for b.Loop() {
		Explain(f.p, f.answer, 17)
	}
}

// BenchmarkSolve makes 100,000 moves with one worker.
func BenchmarkSolve(b *testing.B) {
	f := week(1, 10, 300, 88)
	for b.Loop() {
		Solve(b.Context(), f.p, f.p.Empty(), Options{Seed: 1, Moves: 100_000}, nil)
	}
}

// TestFigures prints what the optimiser reaches; it is for people:
// TIMETABLE=1 go test -run Figures -v ./internal/solve/timetable/
func TestFigures(t *testing.T) {
	if os.Getenv("TIMETABLE") == "" {
		t.Skip("set TIMETABLE to see figures")
	}
	for _, percent := range []int{60, 70, 80, 88, 92} {
		for seed := range uint64(2) {
			f := week(seed, 10, 300, percent)
			hardAt := -1.0
			sol := Solve(t.Context(), f.p, f.p.Empty(), Options{Seed: seed, Workers: 2, Seconds: 10}, func(p Progress) {
				if p.Blocks == 0 && hardAt < 0 {
					hardAt = p.Seconds
				}
			})
			fmt.Printf("%d %% seed %d: drawn %d, blocks %d unplaced %d cost %d bound %d, hard done at %.1f s, %.0f moves/s\n", percent, seed,
				Evaluate(f.p, f.answer).Cost, sol.Result.Blocks, sol.Result.Unplaced, sol.Result.Cost, sol.Bound, hardAt, float64(sol.Moves)/sol.Seconds)
		}
	}
}
