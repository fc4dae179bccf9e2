package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"plenary/internal/app"
	"plenary/internal/app/demo"
	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/formats/captions"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/find"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
	"plenary/internal/platform/search/searchtest"
)

const (
	transcriptLength = 90 * time.Minute
	transcriptCues   = 1000
	transcriptWords  = 12_000
)

// transcripts measures the page of a session of ninety minutes, and the search over
// four million words of transcripts through the service, with its questions to the rooms.
func transcripts(ctx context.Context, dir string) error {
	a, err := demo.Open(ctx, demo.Options{Scale: corpus.Full, Config: app.Config{Data: filepath.Join(dir, "transcripts"), BaseURL: "http://localhost", Log: slog.New(slog.DiscardHandler)}})
	if err != nil {
		return err
	}
	defer a.Close()
	set, err := a.Editions.Setting(ctx, core.Operator, "2026-sample")
	if err != nil {
		return err
	}
	list, err := a.Programme.Briefs(ctx, core.Operator, set, programme.Filter{State: programme.StateScheduled})
	if err != nil {
		return err
	}
	ids := make([]core.ID, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	found, err := a.Programme.SessionsByID(ctx, core.Operator, ids)
	if err != nil {
		return err
	}
	g := searchtest.New(1, 20_000)
	words, began := 0, time.Now()
	var first *programme.Session
	n := 0
	for _, lang := range []string{"ru", "es"} { // languages in which the demo has none
		for i := 0; i < len(ids) && words < searchWords; i++ {
			x := found[ids[i]]
			if x == nil {
				continue
			}
			in := floor.ImportInput{Name: "a.vtt", Language: lang, Source: floor.SourceHuman, Text: spoken(g, x, n, lang)}
			if err := a.Record.Write(ctx, core.Operator, func(ctx context.Context, tx *record.Tx) error {
				_, err := a.Floor.ImportTx(ctx, tx, set, x, in)
				return err
			}); err != nil {
				return err
			}
			if first == nil && x.Scheduled() && len(x.Roles) > 3 {
				first = x
			}
			words += transcriptWords
			n++
		}
	}
	fmt.Printf("## Transcripts\n\n%d transcripts of %d minutes (%d segments, %d words each) brought in: %.1f s.\n\n",
		n, transcriptLength/time.Minute, transcriptCues, transcriptWords, time.Since(began).Seconds())
	if err := transcriptPage(ctx, a, set, first); err != nil {
		return err
	}
	return transcriptSearch(ctx, a, g)
}

// spoken is a transcript of ninety minutes: three speakers in turns of seven segments.
func spoken(g *searchtest.Generator, x *programme.Session, n int, lang string) string {
	var who []string
	for _, r := range x.Roles {
		if r.Person != "" && !slices.Contains(who, r.Name) && len(who) < 3 {
			who = append(who, r.Name)
		}
	}
	who = append(who, "MODERATOR")
	cues := make([]captions.Cue, transcriptCues)
	each := transcriptLength / transcriptCues
	for i := range cues {
		var text []string
		for range transcriptWords / transcriptCues {
			text = append(text, g.Word(lang))
		}
		cues[i] = captions.Cue{Start: time.Duration(i) * each, End: time.Duration(i+1)*each - 100*time.Millisecond, Speaker: who[(i/7+n)%len(who)], Text: strings.Join(text, " ")}
	}
	return string(captions.VTT(captions.Head{Lang: lang}, cues))
}

// transcriptPage measures the page as it is made, for somebody who is signed in, and as
// it is kept, for visitors.
func transcriptPage(ctx context.Context, a *app.App, _ *editions.Setting, x *programme.Session) error {
	h := a.Server.Handler()
	path := x.Path() + "/transcript?lang=ru"
	ask := func(query, packed string) (*httptest.ResponseRecorder, time.Duration) {
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, path+query, nil)
		r.Header.Set("Accept-Encoding", packed)
		w := httptest.NewRecorder()
		began := time.Now()
		h.ServeHTTP(w, r)
		return w, time.Since(began)
	}
	var made, kept, reference []time.Duration
	for i := range 60 {
		w, took := ask(fmt.Sprintf("&again=%d", i), "gzip") // another address each time: nothing is kept
		if w.Code != http.StatusOK {
			return fmt.Errorf("%s answers %d", path, w.Code)
		}
		if i < 10 {
			continue
		}
		made = append(made, took)
		page, _ := ask("", "")
		again, err := reread(page.Body.Bytes())
		if err != nil {
			return err
		}
		reference = append(reference, again)
	}
	for range 60 {
		_, took := ask("", "gzip")
		kept = append(kept, took)
	}
	toReference := ratio(made, reference)
	slices.Sort(made)
	slices.Sort(kept)
	plain, _ := ask("", "")
	packed, _ := ask("", "gzip")
	body, err := gzip.NewReader(bytes.NewReader(packed.Body.Bytes()))
	if err != nil {
		return err
	}
	if b, err := io.ReadAll(body); err != nil || len(b) != plain.Body.Len() {
		return fmt.Errorf("the packed page is another: %w", err)
	}
	counted, queries := db.WithCount(ctx)
	if _, err := a.Floor.Transcript(counted, core.Visitor, x.ID); err != nil {
		return err
	}
	fmt.Printf("| page of %d minutes | |\n|---|---:|\n", transcriptLength/time.Minute)
	fmt.Printf("| made anew, p50 | %s |\n| made anew, p95 | %s |\n", round(made[len(made)/2]), round(made[len(made)*95/100]))
	fmt.Printf("| made anew, to golang.org/x/net/html reading and writing the page | %s |\n", toReference)
	fmt.Printf("| kept, p50 | %s |\n", round(kept[len(kept)/2]))
	fmt.Printf("| bytes | %d KB |\n| gzip | %d KB |\n| queries of its text | %d |\n\n", plain.Body.Len()>>10, packed.Body.Len()>>10, queries.Load())
	return nil
}

func round(d time.Duration) string { return d.Round(10 * time.Microsecond).String() }

// transcriptSearch builds the index anew and asks for one to three words of what was said.
func transcriptSearch(ctx context.Context, a *app.App, g *searchtest.Generator) error {
	s := searched{}
	src := floor.NewFinds(a.Floor, a.Editions)
	ids, err := src.All(ctx)
	if err != nil {
		return err
	}
	other, err := newFTS(ctx, a.Data)
	if err != nil {
		return err
	}
	defer func() { _ = other.db.Close() }() // it is thrown away
	for part := range slices.Chunk(ids, 50) {
		docs, err := src.Docs(ctx, part)
		if err != nil {
			return err
		}
		if err := other.add(ctx, docs); err != nil {
			return err
		}
		for _, d := range docs {
			s.words += len(strings.Fields(d.Body.String()))
			s.text += int64(len(d.Body.String()))
			s.docs++
		}
	}
	began := time.Now()
	_, size, err := a.Find.RebuildHere(ctx, func(int64, int64) {})
	if err != nil {
		return err
	}
	s.built, s.index = time.Since(began), size
	hits := 0
	var theirs []time.Duration
	for i := range 300 {
		lang := []string{"ru", "es"}[i%2]
		words := make([]string, 1+i%3)
		for j := range words {
			words[j] = g.Word(lang)
		}
		q := find.ReadQuestion(nil)
		q.Text, q.Filter = strings.Join(words, " "), map[string]string{"kind": "transcript"}
		if i%3 == 2 {
			q.Filter = nil
		}
		began := time.Now()
		answer, err := a.Find.Ask(ctx, core.Visitor, lang, q)
		if err != nil {
			return err
		}
		took := time.Since(began)
		again, err := other.ask(ctx, words)
		if err != nil {
			return err
		}
		if i >= 30 {
			s.measurements, theirs = append(s.measurements, took), append(theirs, again)
		}
		hits += min(len(answer.Hits), search.MaxSize)
	}
	toFTS := ratio(s.measurements, theirs)
	fmt.Printf("| search over transcripts | |\n|---|---:|\n")
	for i, name := range []string{"runs of segments", "words", "text", "index (with the full demo)", "index / text", "documents indexed a second", "building it anew", "p50", "p95"} {
		fmt.Printf("| %s | %s |\n", name, s.cells()[i])
	}
	slices.Sort(theirs)
	fmt.Printf("| full-text index of SQLite over the same texts, built / p50 / p95 | %s / %s / %s |\n| to it | %s |\n",
		other.built.Round(100*time.Millisecond), round(median(theirs)), round(theirs[len(theirs)*95/100]), toFTS)
	fmt.Printf("\n%d hits shown for 300 questions.\n\n", hits)
	return nil
}
