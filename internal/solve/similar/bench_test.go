package similar

import (
	"fmt"
	"testing"

	"plenary/internal/core"
)

// proposals are so many texts in all six languages, one in seven a copy.
func proposals(n int) []Text {
	var out []Text
	for i, lang := range core.Langs {
		list, _, _ := corpus(lang, n*3/4/len(core.Langs), uint64(20+i))
		out = append(out, list...)
	}
	english, _, _ := corpus("en", n, 99)
	for i := 0; len(out) < n; i++ {
		t := english[i]
		t.ID += "-more"
		out = append(out, t)
	}
	return out[:n]
}

func BenchmarkSimilar(b *testing.B) {
	for _, n := range []int{1000, 3000} {
		texts := proposals(n)
		b.Run(fmt.Sprintf("New/%d", n), func(b *testing.B) {
			for b.Loop() {
				New(texts)
			}
		})
		x := New(texts)
		b.Run(fmt.Sprintf("Like/%d", n), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				x.Like(texts[i%n], 5)
			}
		})
		b.Run(fmt.Sprintf("Pairs/%d", n), func(b *testing.B) {
			for b.Loop() {
				b.ReportMetric(float64(len(x.Pairs(Same))), "copies")
			}
		})
	}
}
