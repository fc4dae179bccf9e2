package assignment

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"plenary/internal/testkit"
)

// Three conferences whose reviewers said what they would like to judge; the best sums and
// the best worst papers are known.
func TestRealBids(t *testing.T) {
	for name, want := range map[string]float64{"csconf-1": 0, "csconf-2": 1, "csconf-3": 0} {
		data, err := os.ReadFile(testkit.Shared(t, "fixtures/assignment/"+name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var in struct {
			Bids      [][]float64 `json:"bids"`
			Reference struct {
				Reviews int     `json:"reviews_per_paper"`
				MaxLoad int     `json:"max_load"`
				Total   float64 `json:"max_total"`
			} `json:"reference"`
		}
		if err := json.Unmarshal(data, &in); err != nil {
			t.Fatal(err)
		}
		n := len(in.Bids)
		p := Problem{Reviews: in.Reference.Reviews, Affinity: in.Bids, Conflict: make([][]bool, n), MaxLoad: make([]int, n)}
		for r, row := range in.Bids {
			p.MaxLoad[r], p.Conflict[r] = in.Reference.MaxLoad, make([]bool, len(row))
			for q, b := range row {
				p.Conflict[r][q] = b < 0
			}
		}
		best, err := Best(p)
		if err != nil {
			t.Fatal(err)
		}
		if err := lawful(&p, &best); err != nil || lacking(&best) > 0 {
			t.Errorf("%s: %v, %d are lacking", name, err, lacking(&best))
		}
		fair, err := Fair(p)
		if err != nil {
			t.Fatal(err)
		}
		if err := lawful(&p, &fair); err != nil || lacking(&fair) > 0 {
			t.Errorf("%s, fair: %v, %d are lacking", name, err, lacking(&fair))
		}
		t.Logf("%s: best %g (worst %g), fair %g (worst %g, limit %g)", name, best.Total, best.Sums[best.Worst], fair.Total, fair.Sums[fair.Worst], fair.Bound)
		if best.Total != in.Reference.Total || in.Reference.Total == 0 {
			t.Errorf("%s: %g, the best sum is %g", name, best.Total, in.Reference.Total)
		}
		if fair.Sums[fair.Worst] != want {
			t.Errorf("%s: the worst paper has %g, and could have %g", name, fair.Sums[fair.Worst], want)
		}
	}
}

func big(n, m, reviews int) Problem {
	g := rand.New(rand.NewPCG(5, 6))
	p := Problem{Reviews: reviews, Affinity: make([][]float64, n), Conflict: make([][]bool, n), MaxLoad: make([]int, n)}
	topics := make([][6]float64, n+m)
	for i := range topics {
		for k := range topics[i] {
			topics[i][k] = math.Pow(g.Float64(), 3)
		}
	}
	for r := range n {
		p.MaxLoad[r] = (m*reviews+n-1)/n + 2
		p.Affinity[r], p.Conflict[r] = make([]float64, m), make([]bool, m)
		for q := range m {
			for k := range topics[r] {
				p.Affinity[r][q] += topics[r][k] * topics[n+q][k]
			}
			p.Conflict[r][q] = g.IntN(50) == 0
		}
	}
	return p
}

func BenchmarkBest(b *testing.B) {
	for _, x := range [][3]int{{55, 434, 8}, {600, 3000, 4}} {
		b.Run(fmt.Sprintf("%dx%d", x[1], x[0]), func(b *testing.B) {
			p := big(x[0], x[1], x[2])
			for b.Loop() {
				if _, err := Best(p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkFair(b *testing.B) {
	p := big(55, 434, 8)
	for b.Loop() {
		res, err := Fair(p)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(res.Sums[res.Worst], "worst")
		b.ReportMetric(res.Bound, "limit")
	}
}
