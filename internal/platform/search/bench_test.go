package search_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/search"
	"plenary/internal/platform/search/searchtest"
)

// corpus is documents with about so many words.
func corpus(words int) (docs []search.Doc, total, bytes int) {
	g := searchtest.New(7, 40_000)
	for total < words {
		d := g.Doc(len(docs), 250)
		docs = append(docs, d)
		total += searchtest.Words(d)
		bytes += searchtest.Bytes(d)
	}
	return docs, total, bytes
}

// E151: how fast the index is made and how large it is beside the text.
func BenchmarkRebuild(b *testing.B) {
	docs, words, bytes := corpus(1_000_000)
	b.SetBytes(int64(bytes))
	n := 0
	for b.Loop() {
		n++
		x, err := search.Open(b.TempDir(), nil)
		if err != nil {
			b.Fatal(err)
		}
		rebuild(b, x, docs)
		_, size := x.Stats()
		b.ReportMetric(float64(size)/float64(bytes), "index/text")
		if err := x.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(docs)*n)/b.Elapsed().Seconds(), "docs/s")
	b.ReportMetric(float64(words*n)/b.Elapsed().Seconds(), "words/s")
}

func rebuild(tb testing.TB, x *search.Index, docs []search.Doc) {
	tb.Helper()
	err := x.Rebuild(context.Background(), func(put func([]search.Doc) error) error {
		for part := range slices.Chunk(docs, 500) {
			if err := put(part); err != nil {
				return err
			}
		}
		return nil
	}, 1)
	if err != nil {
		tb.Fatal(err)
	}
}

// E151: one subject changed, as after every act, until it is on the disk.
func BenchmarkUpdate(b *testing.B) {
	docs, _, _ := corpus(200_000)
	x, err := search.Open(b.TempDir(), nil)
	if err != nil {
		b.Fatal(err)
	}
	rebuild(b, x, docs)
	n := 0
	for b.Loop() {
		n++
		if err := x.Update(docs[n%len(docs):][:1], nil, int64(n)); err != nil {
			b.Fatal(err)
		}
	}
	if err := x.Close(); err != nil {
		b.Fatal(err)
	}
}

// E151: what a reader waits for among about four million words.
func BenchmarkSearch(b *testing.B) {
	docs, words, bytes := corpus(4_000_000)
	x, err := search.Open(b.TempDir(), nil)
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	rebuild(b, x, docs)
	took := time.Since(start)
	n, size := x.Stats()
	b.Logf("%d documents, %d words, %d MB of text; built in %s (%.0f docs/s, %.1f MB/s); index %d MB, %.2f of the text",
		n, words, bytes>>20, took.Round(time.Second), float64(n)/took.Seconds(),
		float64(bytes)/1e6/took.Seconds(), size>>20, float64(size)/float64(bytes))
	g := searchtest.New(7, 40_000)
	questions := map[string]func(i int) string{
		"word":   func(i int) string { return g.Word(core.Langs[i%6]) },
		"words":  func(i int) string { l := core.Langs[i%6]; return g.Word(l) + " " + g.Word(l) },
		"phrase": func(i int) string { l := core.Langs[i%5]; return `"` + g.Word(l) + " " + g.Word(l) + `"` },
		"slip": func(i int) string { // a letter is missing
			w := []rune(g.Word([]string{"en", "fr", "es", "ru", "ar"}[i%5]))
			return string(w[:2]) + string(w[min(3, len(w)):])
		},
		"all": func(int) string { return "" },
	}
	for _, name := range []string{"word", "words", "phrase", "slip", "all"} {
		for _, facets := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/facets=%v", name, facets), func(b *testing.B) {
				var took []time.Duration
				i, found := 0, 0
				for b.Loop() {
					q := search.Query{
						Text: questions[name](i), Lang: "en", Readers: []string{search.Public}, Fragments: true,
					}
					if facets {
						q.Facets = []string{"kind", "year", "theme", "organisation"}
					}
					start := time.Now()
					res, err := x.Search(context.Background(), q)
					if err != nil {
						b.Fatal(err)
					}
					took = append(took, time.Since(start))
					found += res.Total
					i++
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
				b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
				b.ReportMetric(float64(found)/float64(i), "found")
			})
		}
	}
	if err := x.Close(); err != nil {
		b.Fatal(err)
	}
}
