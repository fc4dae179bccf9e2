package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

const (
	rushProposals = 400
	rushTyped     = 4000
	rushCallers   = 64
)

// rush measures the last hour of a call: so many proposals are handed in and so much is
// kept as people type, as fast as it goes; then everything is counted.
func rush(ctx context.Context, dir string) error {
	clock := &core.Clock{}
	a, err := app.Open(ctx, app.Config{Data: filepath.Join(dir, "rush"), BaseURL: "http://localhost", Clock: clock, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer a.Close()
	call, people, err := rushCall(ctx, a, clock)
	if err != nil {
		return err
	}
	form, err := a.Calls.Form(ctx, call, call.FormVersion)
	if err != nil {
		return err
	}
	answers := func(n int) calls.Answers {
		out := calls.Answers{}
		for _, q := range form.Form.Questions() {
			switch {
			case q.Means == calls.MeansTitle:
				out[q.Key] = calls.Answer{Text: fmt.Sprintf("Proposal %d", n)}
			case q.Kind == calls.KindArea:
				out[q.Key] = calls.Answer{Text: fmt.Sprintf("What proposal %d would bring, in a few sentences that somebody has thought about.", n)}
			case q.Kind == calls.KindTags:
				out[q.Key] = calls.Answer{Many: []string{"access", fmt.Sprintf("tag %d", n%30)}}
			case q.Kind == calls.KindOrganisation && q.Required:
				out[q.Key] = calls.Answer{Text: fmt.Sprintf("Organisation %d", n)}
			case q.Kind == calls.KindChoice && q.Required:
				out[q.Key] = calls.Answer{Text: q.Options[0].Code}
			}
		}
		return out
	}
	begun := make([]proposals.Proposal, rushProposals)
	for i := range begun {
		if begun[i], err = a.Proposals.Begin(ctx, people[i], call.Ref, "en", ""); err != nil {
			return err
		}
	}
	// Each proposal is typed ten times, then handed in; all of them at once.
	type act struct{ proposal, typed int }
	var acts []act
	for i := range begun {
		for n := range rushTyped / rushProposals {
			acts = append(acts, act{i, n + 1})
		}
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
	for i := range begun {
		acts = append(acts, act{i, 0})
	}
	took := [2][]time.Duration{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	work := make(chan act)
	var failed error
	began := time.Now()
	for range rushCallers {
		wg.Go(func() {
			for x := range work {
				start := time.Now()
				p := begun[x.proposal]
				var err error
				if x.typed > 0 {
					_, err = a.Proposals.Keep(ctx, people[x.proposal], p.ID, fmt.Sprintf("version=1&a.title=Proposal+%d&typed=%d", x.proposal, x.typed), p.Version)
				} else {
					_, err = a.Proposals.Save(ctx, people[x.proposal], p.ID, proposals.SaveInput{Version: p.Version, Lang: "en", Answers: answers(x.proposal), Submit: true})
				}
				mu.Lock()
				kind := min(1, x.typed)
				took[kind] = append(took[kind], time.Since(start))
				if err != nil {
					failed = err
				}
				mu.Unlock()
			}
		})
	}
	for i, x := range acts {
		if i == len(begun)*(rushTyped/rushProposals) { // what is typed comes before what is handed in
			for {
				mu.Lock()
				n := len(took[1])
				mu.Unlock()
				if n == i {
					break
				}
				time.Sleep(time.Millisecond)
			}
			var drafts int
			if err := a.DB.Read.NewRaw("SELECT COUNT(*) FROM form_drafts").Scan(ctx, &drafts); err != nil {
				return err
			}
			if drafts != rushProposals {
				return fmt.Errorf("%d drafts are kept, not %d", drafts, rushProposals)
			}
		}
		work <- x
	}
	close(work)
	wg.Wait()
	all := time.Since(began)
	if failed != nil {
		return failed
	}
	var row struct{ N, Numbers, Revisions, Receipts int }
	if err := a.DB.Read.NewRaw(`SELECT (SELECT COUNT(*) FROM proposals WHERE state = 'submitted') AS n, (SELECT COUNT(DISTINCT number) FROM proposals WHERE number > 0) AS numbers,
		(SELECT COUNT(*) FROM proposal_revisions) AS revisions, (SELECT COUNT(*) FROM outbox WHERE kind = 'proposal_receipt') AS receipts`).Scan(ctx, &row); err != nil {
		return err
	}
	if row.N != rushProposals || row.Numbers != rushProposals || row.Revisions != rushProposals || row.Receipts != rushProposals {
		return fmt.Errorf("of %d proposals %d were handed in, with %d numbers, %d revisions, %d receipts", rushProposals, row.N, row.Numbers, row.Revisions, row.Receipts)
	}
	p := func(list []time.Duration, part int) string { slices.Sort(list); return round(list[len(list)*part/100]) }
	fmt.Printf("## The last hour of a call\n\n%d proposals handed in and %d times something kept that was typed, by %d callers at once: %.1f s. All are there, each with its number, revision and receipt.\n\n",
		rushProposals, rushTyped, rushCallers, all.Seconds())
	fmt.Printf("| | p50 | p95 |\n|---|---:|---:|\n| kept as typed | %s | %s |\n| handed in | %s | %s |\n\n", p(took[1], 50), p(took[1], 95), p(took[0], 50), p(took[0], 95))
	began = time.Now()
	rows, err := a.Proposals.Screening(ctx, core.Operator, call)
	if err != nil {
		return err
	}
	fmt.Printf("Screening of all %d: %s.\n\n", len(rows), round(time.Since(began)))
	return nil
}

func rushCall(ctx context.Context, a *app.App, clock *core.Clock) (call calls.Call, people []core.Actor, err error) {
	now := clock.Now()
	err = a.Record.Write(ctx, core.Operator, func(ctx context.Context, tx *record.Tx) error {
		if err := a.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Forum"), Short: "F"}); err != nil {
			return err
		}
		e, err := a.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: "2030", Name: core.NewText("en", "2030"), City: core.NewText("en", "Kyoto"), Zone: "UTC", State: editions.StatePublic, FirstDay: "2030-01-01", LastDay: "2030-01-04",
		})
		if err != nil {
			return err
		}
		for i := range rushProposals {
			acc, err := a.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: fmt.Sprintf("p%d@example.org", i), Name: fmt.Sprintf("Proposer %d", i)})
			if err != nil {
				return err
			}
			people = append(people, acc.Actor())
		}
		call, err = a.Calls.AddTx(ctx, tx, calls.Input{
			Kind: calls.ThematicInput, Title: core.NewText("en", "Inputs"), OpenDay: now.AddDate(0, 0, -9).Format(time.DateOnly), OpenTime: "00:00",
			CloseDay: now.AddDate(0, 0, 9).Format(time.DateOnly), CloseTime: "00:00", Zone: "UTC", Audience: calls.Everyone, Shown: "never", Published: true, Edition: e.ID,
		})
		return err
	})
	return call, people, err
}
