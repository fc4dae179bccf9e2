package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"plenary/internal/app"
	"plenary/internal/app/demo"
	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/forum/find"
	"plenary/internal/platform/search"
	"plenary/internal/platform/search/searchtest"
)

const searchWords = 4_000_000

// searches measures the search over the full demo, through the service with its
// questions to the rooms, and the bare index over four million words.
func searches(ctx context.Context, dir string) error {
	fmt.Printf("## Search\n\n| | full demo | four million words in six languages |\n|---|---:|---:|\n")
	small, err := searchDemo(ctx, filepath.Join(dir, "search-demo"))
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	large, err := searchLarge(ctx, filepath.Join(dir, "search-large"))
	if err != nil {
		return fmt.Errorf("four million words: %w", err)
	}
	for i, name := range []string{"documents", "words", "text", "index", "index / text", "documents indexed a second", "building it anew", "p50", "p95"} {
		fmt.Printf("| %s | %s | %s |\n", name, small.cells()[i], large.cells()[i])
	}
	fmt.Println()
	return nil
}

type searched struct {
	docs         uint64
	words        int
	text, index  int64
	built        time.Duration
	measurements []time.Duration
}

func (s searched) cells() []string {
	slices.Sort(s.measurements)
	n := len(s.measurements)
	mb := func(b int64) string { return fmt.Sprintf("%.1f MB", float64(b)/1e6) }
	return []string{
		fmt.Sprint(s.docs), fmt.Sprint(s.words), mb(s.text), mb(s.index), fmt.Sprintf("%.2f", float64(s.index)/float64(s.text)),
		fmt.Sprintf("%.0f", float64(s.docs)/s.built.Seconds()), s.built.Round(100 * time.Millisecond).String(),
		s.measurements[n/2].Round(10 * time.Microsecond).String(), s.measurements[n*95/100].Round(10 * time.Microsecond).String(),
	}
}

func (s *searched) count(d search.Doc) {
	s.words += searchtest.Words(d)
	s.text += int64(searchtest.Bytes(d))
}

// searchDemo asks what people ask: common and rare words, phrases, names, references,
// mistakes, in three languages, with and without filters.
func searchDemo(ctx context.Context, dir string) (s searched, err error) {
	a, err := demo.Open(ctx, demo.Options{Scale: corpus.Full, Config: app.Config{Data: dir, BaseURL: "http://localhost", Log: slog.New(slog.DiscardHandler)}})
	if err != nil {
		return s, err
	}
	defer a.Close()
	for _, src := range a.Find.Sources() {
		ids, err := src.All(ctx)
		if err != nil {
			return s, err
		}
		for part := range slices.Chunk(ids, 100) {
			docs, err := src.Docs(ctx, part)
			if err != nil {
				return s, err
			}
			for _, d := range docs {
				s.count(d)
			}
		}
	}
	began := time.Now()
	docs, bytes, err := a.Find.RebuildHere(ctx, func(int64, int64) {})
	if err != nil {
		return s, err
	}
	s.docs, s.index, s.built = uint64(docs), bytes, time.Since(began)
	texts := []string{
		"internet", "networks", "community networks", `"community networks"`, "ws 184", "children online safety", "Amina Diallo", "encryption -children",
		"netwrks", "données personnelles", "الإنترنت", "互联网", "управление данными", "igf 2023 kyoto", "who owns shared infrastructure", "",
	}
	filters := []map[string]string{{}, {"kind": "session"}, {"edition": "2026-sample", "type": "workshop"}}
	for round := range 8 {
		for _, text := range texts {
			for _, f := range filters {
				q := find.ReadQuestion(nil)
				q.Text, q.Filter = text, f
				began := time.Now()
				if _, err := a.Find.Ask(ctx, core.Visitor, []string{"en", "fr", "ar"}[round%3], q); err != nil {
					return s, err
				}
				if round > 0 { // the first one warms up
					s.measurements = append(s.measurements, time.Since(began))
				}
			}
		}
	}
	return s, nil
}

// searchLarge makes texts until there are four million words, and asks for words of
// those texts, one to three of them.
func searchLarge(ctx context.Context, dir string) (s searched, err error) {
	x, err := search.Open(dir, nil)
	if err != nil {
		return s, err
	}
	defer func() { _ = x.Close() }() // nothing is kept of it
	g := searchtest.New(1, 20_000)
	var docs []search.Doc
	for n := 0; s.words < searchWords; n++ {
		d := g.Doc(n, 400)
		s.count(d)
		docs = append(docs, d)
	}
	began := time.Now()
	err = x.Rebuild(ctx, func(put func([]search.Doc) error) error {
		for part := range slices.Chunk(docs, 200) {
			if err := put(part); err != nil {
				return err
			}
		}
		return nil
	}, 1)
	if err != nil {
		return s, err
	}
	s.built = time.Since(began)
	s.docs, s.index = x.Stats()
	ask := searchtest.New(2, 20_000)
	for i := range 400 {
		lang := core.Langs[i%len(core.Langs)]
		words := make([]string, 1+i%3)
		for j := range words {
			words[j] = ask.Word(lang)
		}
		began := time.Now()
		if _, err := x.Search(ctx, search.Query{
			Text: strings.Join(words, " "), Lang: lang, Readers: []string{search.Public}, Facets: []string{"kind", "year"}, Fragments: true,
		}); err != nil {
			return s, err
		}
		if i >= 40 {
			s.measurements = append(s.measurements, time.Since(began))
		}
	}
	return s, nil
}
