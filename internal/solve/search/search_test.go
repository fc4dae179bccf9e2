package search

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"
)

// shelf is a row of numbers whose value is how far each stands from its place.
type shelf struct {
	row, kept   []int
	value, best int64
	runs        int
	stop        func(runs int)
}

func newShelf(r *rand.Rand, n int) *shelf {
	s := &shelf{row: r.Perm(n), kept: make([]int, n)}
	for i, x := range s.row {
		s.value += distance(i, x)
	}
	s.best = s.value
	copy(s.kept, s.row)
	return s
}

func distance(i, x int) int64 { return int64(max(i-x, x-i)) * 7 }

func (s *shelf) Run(w *Walk, moves int) {
	if s.runs++; s.stop != nil {
		s.stop(s.runs)
	}
	for range moves {
		i, j := w.Rand.IntN(len(s.row)), w.Rand.IntN(len(s.row))
		x, y := s.row[i], s.row[j]
		d := distance(i, y) + distance(j, x) - distance(i, x) - distance(j, y)
		if i == j || !w.Accept(d) {
			continue
		}
		s.row[i], s.row[j] = y, x
		if s.value += d; s.value < s.best {
			s.best = s.value
			copy(s.kept, s.row)
		}
	}
}

func (s *shelf) Best() int64 { return s.best }

func (s *shelf) Adopt(from *shelf) {
	copy(s.row, from.kept)
	if s.value = from.best; s.value < s.best {
		s.best = s.value
		copy(s.kept, s.row)
	}
}

func start(n int) func(int, *rand.Rand) *shelf {
	return func(_ int, r *rand.Rand) *shelf { return newShelf(r, n) }
}

func TestRunIsAFunctionOfSeedWorkersAndMoves(t *testing.T) {
	for _, o := range []Options{
		{Seed: 1, Moves: 30_001},
		{Seed: 1, Moves: 30_001, Workers: 2},
		{Seed: 2, Moves: 90_000, Workers: 3, Epoch: 1000, Cycles: 7},
		{Seed: 2, Moves: 5, Workers: 3},
		{Seed: 3, Moves: 2, Workers: 3},
	} {
		var told [2][]int64
		run := func(i int) (*shelf, Progress) {
			o.Report = func(p Progress) { told[i] = append(told[i], p.Best, p.Moves) }
			return Run(t.Context(), o, start(200))
		}
		a, p := run(0)
		b, q := run(1)
		p.Seconds, q.Seconds = 0, 0
		if p != q || p.Moves != o.Moves || p.Best != a.Best() {
			t.Errorf("%+v: %+v, %+v", o, p, q)
		}
		for i := range a.kept {
			if a.kept[i] != b.kept[i] {
				t.Fatalf("%+v: the results differ at %d", o, i)
			}
		}
		for i := range told[0] {
			if told[0][i] != told[1][i] {
				t.Fatalf("%+v: the reports differ at %d", o, i)
			}
		}
		if len(told[0]) == 0 || told[0][len(told[0])-1] != o.Moves {
			t.Errorf("%+v: the last report is %v", o, told[0])
		}
	}
}

func TestRunFindsTheBest(t *testing.T) {
	s, p := Run(t.Context(), Options{Moves: 400_000, Workers: 2, Aims: true}, start(60))
	if s.Best() != 0 || !p.Reached || p.Moves == 400_000 {
		t.Errorf("%d after %+v", s.Best(), p)
	}
}

func TestRunEndsInTime(t *testing.T) {
	s, p := Run(t.Context(), Options{Time: 50 * time.Millisecond, Workers: 2}, start(2000))
	if p.Share != 1 || p.Moves == 0 || s.Best() > 2000*2000*7 {
		t.Errorf("%+v", p)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, p := Run(ctx, Options{Workers: 2}, func(_ int, r *rand.Rand) *shelf {
		s := newShelf(r, 2000)
		s.stop = func(runs int) {
			if runs == 50 {
				cancel()
			}
		}
		return s
	})
	if p.Moves < 50*batch || p.Share != 0 {
		t.Errorf("%+v", p)
	}
	if s, p := Run(ctx, Options{Moves: 1000}, start(20)); p.Moves != 0 || s.Best() == 0 {
		t.Errorf("a context that has ended: %+v", p)
	}
}

// What is worse stands seldom when it is cold, and always when it is not worse.
func TestAccept(t *testing.T) {
	w := &Walk{Rand: rand.New(rand.NewPCG(1, 1)), T: 10}
	often := 0
	for range 10_000 {
		if !w.Accept(0) || !w.Accept(-5) {
			t.Fatal("what is no worse does not stand")
		}
		if w.Accept(10) {
			often++
		}
	}
	if often < 3400 || often > 3960 { // 1/e
		t.Errorf("%d of 10,000", often)
	}
}

func TestSchedule(t *testing.T) {
	s := schedule{cycles: 4}
	for _, x := range []struct {
		share float64
		cycle int
		want  float64
	}{{0, 0, 100}, {0.5, 0, 1}, {0.6, 0, 1}, {0.5, 1, 50}, {1, 3, 1}, {0.25, 0, 10}} {
		if got := s.at(x.share, x.cycle, 100, 1, 0.5); got < x.want*0.999 || got > x.want*1.001 {
			t.Errorf("at %g in cycle %d: %g, want %g", x.share, x.cycle, got, x.want)
		}
	}
	if s.cycle(0.99) != 3 || s.cycle(2) != 3 || s.cycle(0.5) != 1 || s.cycle(0.49) != 0 || s.cycle(0.7) != 2 || s.cycle(0) != 0 || (schedule{cycles: 1}).cycle(0.9) != 0 {
		t.Error("cycles")
	}
}
