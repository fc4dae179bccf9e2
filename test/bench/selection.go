package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/review"
	"plenary/internal/forum/selection"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
)

// What the forum of 2023 had: 434 workshops. 55 reviewers and eight reviews each.
const (
	selProposals = 434
	selReviewers = 55
	selReviews   = 8
	selPlaces    = 90
)

// selecting measures the pages of a call of full size for who decides on it, and how long
// publishing takes.
func selecting(ctx context.Context, dir string) error {
	clock := &core.Clock{}
	a, err := app.Open(ctx, app.Config{Data: filepath.Join(dir, "selection"), BaseURL: "http://localhost", Clock: clock, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer a.Close()
	began := time.Now()
	w := workshop{App: a, clock: clock, pages: a.Server.Handler(), rand: rand.New(rand.NewPCG(7, 11))}
	if err := w.make(ctx); err != nil {
		return err
	}
	fmt.Printf("## Selecting workshops\n\n%d proposals of 250 words with five people each, %d reviewers, %d reviews (made in %.0f s). Pages signed in as the secretariat, 60 requests each, one after the other; the reference reads the proposals, their people and reviews from SQLite and does nothing with them.\n\n",
		selProposals, selReviewers, w.reviews, time.Since(began).Seconds())
	reference, err := w.reference(ctx)
	if err != nil {
		return err
	}
	base := w.call.Path()
	fmt.Println("| | p50 | p95 | queries | KB |\n|---|---:|---:|---:|---:|")
	fmt.Printf("| reference | %s | %s | 3 | |\n", round(reference[len(reference)/2]), round(reference[len(reference)*95/100]))
	for _, page := range []struct{ name, path string }{
		{"board", base + "/board"},
		{"board, three tried out", base + "/board?try=" + w.tries()},
		{"a proposal on the board", base + "/board/" + w.some()},
		{"before publishing", base + "/board/publish"},
		{"results of the evaluation", base + "/review/results"},
		{"progress of reviewers", base + "/review/progress"},
		{"screening", base + "/proposals"},
	} {
		took, queries, size, err := w.ask(page.path)
		if err != nil {
			return fmt.Errorf("%s: %w", page.name, err)
		}
		fmt.Printf("| %s | %s | %s | %d | %d |\n", page.name, round(took[len(took)/2]), round(took[len(took)*95/100]), queries, size/1024)
	}
	b, err := a.Selection.Board(ctx, w.chair, w.call.Ref, nil)
	if err != nil {
		return err
	}
	began = time.Now()
	if _, err := a.Selection.Publish(ctx, w.chair, w.call.Ref, selection.PublishInput{Digest: b.Digest, Sure: true}); err != nil {
		return err
	}
	took := time.Since(began)
	var row struct{ Sessions, Letters int }
	if err := a.DB.Read.NewRaw("SELECT (SELECT COUNT(*) FROM sessions) AS sessions, (SELECT COUNT(*) FROM outbox WHERE kind LIKE 'selection_%') AS letters").Scan(ctx, &row); err != nil {
		return err
	}
	if row.Sessions != b.Used[w.call.Becomes] || row.Sessions == 0 || row.Letters != selProposals {
		return fmt.Errorf("%d sessions and %d letters, want %d and %d", row.Sessions, row.Letters, b.Used[w.call.Becomes], selProposals)
	}
	fmt.Printf("\nPublished at once, with %d sessions and %d letters: %s.\n\n", row.Sessions, row.Letters, round(took))
	return nil
}

// workshop is a call of full size.
type workshop struct {
	*app.App
	clock   *core.Clock
	pages   http.Handler
	rand    *rand.Rand
	call    calls.Call
	themes  []core.ID
	chair   core.Actor
	cookie  *http.Cookie
	reviews int
}

func (w *workshop) make(ctx context.Context) error {
	people, judges, err := w.people(ctx)
	if err != nil {
		return err
	}
	form, err := w.Calls.Form(ctx, w.call, w.call.FormVersion)
	if err != nil {
		return err
	}
	if err := each(selProposals, func(n int) error {
		p, err := w.Proposals.Begin(ctx, people[n], w.call.Ref, "en", "")
		if err != nil {
			return err
		}
		_, err = w.Proposals.Save(ctx, people[n], p.ID, proposals.SaveInput{Version: p.Version, Lang: "en", Answers: w.answers(form.Form, n), Submit: true})
		return err
	}); err != nil {
		return fmt.Errorf("propose: %w", err)
	}
	rows, err := w.Proposals.Screening(ctx, w.chair, w.call)
	if err != nil {
		return err
	}
	if err := each(len(rows), func(n int) error {
		return w.Proposals.Judge(ctx, w.chair, rows[n].ID, proposals.ScreenInput{Version: rows[n].Version, To: proposals.StateEligible})
	}); err != nil {
		return fmt.Errorf("screen: %w", err)
	}
	if err := w.evaluate(ctx, judges); err != nil {
		return fmt.Errorf("evaluate: %w", err)
	}
	return w.Selection.SetRules(ctx, w.chair, w.call.Ref, w.rules())
}

// people are the proposers, the reviewers, and who decides.
func (w *workshop) people(ctx context.Context) (proposers, judges []core.Actor, err error) {
	now := w.clock.Now()
	var chair authn.Account
	err = w.Record.Write(ctx, core.Operator, func(ctx context.Context, tx *record.Tx) error {
		if err := w.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Forum"), Short: "F"}); err != nil {
			return err
		}
		e, err := w.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: "2030", Name: core.NewText("en", "2030"), City: core.NewText("en", "Kyoto"), Zone: "UTC", State: editions.StatePublic, FirstDay: "2030-01-01", LastDay: "2030-01-04",
		})
		if err != nil {
			return err
		}
		set, err := w.Editions.SettingTx(ctx, tx, e.ID)
		if err != nil {
			return err
		}
		in := editions.ThemesInput{Version: set.Version}
		for _, name := range []string{"Access", "Rights", "Safety", "Data", "Environment", "Skills", "Markets", "Cooperation"} {
			in.Themes = append(in.Themes, editions.ThemeInput{Name: core.NewText("en", name)})
		}
		if err := w.Editions.SetThemesTx(ctx, tx, set, in); err != nil {
			return err
		}
		account := func(kind string, i int) (authn.Account, error) {
			return w.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: fmt.Sprintf("%s%d@example.org", kind, i), Name: fmt.Sprintf("%s %d", strings.ToUpper(kind[:1])+kind[1:], i)})
		}
		for i := range selProposals {
			acc, err := account("proposer", i)
			if err != nil {
				return err
			}
			proposers = append(proposers, acc.Actor())
		}
		for i := range selReviewers {
			acc, err := account("reviewer", i)
			if err != nil {
				return err
			}
			judges = append(judges, acc.Actor())
		}
		if chair, err = account("chair", 0); err != nil {
			return err
		}
		if err := w.Authn.GrantTx(ctx, tx, chair.ID, core.RoleSecretariat, core.ScopeForum); err != nil {
			return err
		}
		w.call, err = w.Calls.AddTx(ctx, tx, calls.Input{
			Kind: calls.Workshop, Title: core.NewText("en", "Workshops"), OpenDay: now.AddDate(0, 0, -9).Format(time.DateOnly), OpenTime: "00:00",
			CloseDay: now.AddDate(0, 0, 1).Format(time.DateOnly), CloseTime: "00:00", Zone: "UTC", Audience: calls.Everyone, Shown: "decided", Published: true, Edition: e.ID,
		})
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	set, err := w.Editions.SettingByID(ctx, core.Operator, w.call.Edition)
	if err != nil {
		return nil, nil, err
	}
	for _, t := range set.Themes {
		w.themes = append(w.themes, t.ID)
	}
	if chair, err = w.Authn.ByID(ctx, chair.ID); err != nil {
		return nil, nil, err
	}
	w.chair = chair.Actor()
	login := httptest.NewRecorder()
	if err := w.Authn.StartSession(ctx, login, chair.ID); err != nil {
		return nil, nil, err
	}
	for _, c := range login.Result().Cookies() {
		if c.Name == "session" {
			w.cookie = c
		}
	}
	return proposers, judges, nil
}

// evaluate has all proposals read: each by so many, with marks of habit and chance.
func (w *workshop) evaluate(ctx context.Context, judges []core.Actor) error {
	now := w.clock.Now()
	in := review.UsualPhase(w.clock.Instant())
	in.Name = core.NewText("en", "Reading")
	in.OpenDay, in.CloseDay = now.AddDate(0, 0, -1).Format(time.DateOnly), now.AddDate(0, 0, 20).Format(time.DateOnly)
	in.Reviews, in.MaxLoad, in.Langs = selReviews, 80, review.LangsAny
	if _, err := w.Review.SetPhase(ctx, w.chair, w.call.Ref, 0, in); err != nil {
		return err
	}
	if err := w.Review.SetCriteria(ctx, w.chair, w.call.Ref, review.CriteriaOf(nil, w.Catalog)); err != nil {
		return err
	}
	var list []string
	for i := range judges {
		list = append(list, fmt.Sprintf("Reviewer %d <reviewer%d@example.org>", i, i))
	}
	if _, err := w.Review.AddReviewers(ctx, w.chair, w.call.Ref, review.AddInput{Addresses: strings.Join(list, "\n")}); err != nil {
		return err
	}
	plan, err := w.Review.Plan(ctx, w.chair, w.call.Ref, 1, false)
	if err != nil {
		return err
	}
	if err := w.Review.Apply(ctx, w.chair, w.call.Ref, 1, false, plan.Digest); err != nil {
		return err
	}
	setup, err := w.Review.Setup(ctx, w.chair, w.call.Ref)
	if err != nil {
		return err
	}
	type job struct {
		judge int
		item  review.Item
		phase core.ID
	}
	var jobs []job
	for i, j := range judges {
		tasks, err := w.Review.Mine(ctx, j)
		if err != nil {
			return err
		}
		for _, t := range tasks {
			for _, item := range t.Items {
				jobs = append(jobs, job{i, item, t.Phase.ID})
			}
		}
	}
	w.reviews = len(jobs)
	marks := make([]map[core.ID]review.Mark, len(jobs))
	for i, x := range jobs {
		marks[i] = map[core.ID]review.Mark{}
		for _, c := range setup.Criteria {
			m := 1 + (x.item.Number*7%3+x.judge%2+w.rand.IntN(3))%5
			marks[i][c.ID] = review.Mark{Mark: max(1, min(5, m)), Reason: "The description says little of how people take part."}
		}
	}
	return each(len(jobs), func(n int) error {
		x := jobs[n]
		_, err := w.Review.Save(ctx, judges[x.judge], x.phase, x.item.ID, review.ScoreInput{Marks: marks[n], ForProposer: "A clear question. Say who else is heard.", Submit: true})
		return err
	})
}

func (w *workshop) rules() selection.RulesInput {
	return selection.RulesInput{
		Measure: selection.ByNormalised, Least: 3, First: 40, Cap: 20, Waiting: 30, Fill: true, Quotas: []selection.QuotaRow{{Type: w.call.Becomes, Places: selPlaces}},
		Bonuses: []selection.BonusRow{{For: selection.ForNewcomer, Points: "0.1"}},
	}
}

func (w *workshop) tries() string { return "12:accept,15:decline,17:wait" }

func (w *workshop) some() string { return "12" }

// ask asks for a page again and again.
func (w *workshop) ask(path string) (took []time.Duration, queries int64, size int, err error) {
	for i := range 66 {
		req := httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil)
		req.AddCookie(w.cookie)
		ctx, count := db.WithCount(req.Context())
		rec := httptest.NewRecorder()
		began := time.Now()
		w.pages.ServeHTTP(rec, req.WithContext(ctx))
		if d := time.Since(began); i >= 6 {
			took = append(took, d)
		}
		if rec.Code != http.StatusOK {
			return nil, 0, 0, fmt.Errorf("answer %d of %s", rec.Code, path)
		}
		queries, size = max(queries, count.Load()), rec.Body.Len()
	}
	slices.Sort(took)
	return took, queries, size, nil
}

// reference reads the rows that the board looks at.
func (w *workshop) reference(ctx context.Context) (took []time.Duration, err error) {
	for range 60 {
		began := time.Now()
		var rows []proposals.Proposal
		var people []proposals.Party
		var reviews []review.Review
		for _, q := range []*bun.SelectQuery{
			w.DB.Read.NewSelect().Model(&rows).Where("pr.call = ?", w.call.ID), w.DB.Read.NewSelect().Model(&people), w.DB.Read.NewSelect().Model(&reviews),
		} {
			if err := q.Scan(ctx); err != nil {
				return nil, err
			}
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took, nil
}

// each does n jobs, many at a time.
func each(n int, fn func(int) error) error {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var failed error
	work := make(chan int)
	for range 32 {
		wg.Go(func() {
			for i := range work {
				if err := fn(i); err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
				}
			}
		})
	}
	for i := range n {
		work <- i
	}
	close(work)
	wg.Wait()
	return failed
}
