package opinions_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/opinions"
	"plenary/internal/platform/bus"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

type room struct {
	*opinions.Service
	rec   *record.Record
	clock *core.Clock
}

func open(t *testing.T, url string) *room {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	b, err := bus.Open(bus.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	clock := &core.Clock{}
	clock.Freeze(time.Date(2026, 10, 20, 9, 0, 0, 0, time.UTC))
	rec, err := record.Open(t.Context(), d, clock, core.NewIDs(clock), b, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rec.Close)
	return &room{opinions.New(rec), rec, clock}
}

func person(n int) core.Actor {
	return core.Actor{Account: core.ID(fmt.Sprintf("01890000-0000-7000-8000-%012d", n)), Name: "Somebody"}
}

var staff = core.Actor{Account: "01890000-0000-7000-8000-00000000aaaa", Grants: []core.Grant{{Role: core.RoleSecretariat, Scope: core.ScopeForum}}}

func input() opinions.PollInput {
	return opinions.PollInput{
		Title: core.NewText("en", "What should come first?"), OpenDay: "2026-10-20", OpenTime: "08:00", CloseDay: "2026-10-22", CloseTime: "18:00",
		Zone: "Europe/Paris", Proposals: true, Published: true,
		Statements: "Access comes before everything else.\nRules must follow the technology.\nOne address per person is enough.\n",
	}
}

func add(t *testing.T, r *room, in opinions.PollInput) opinions.Poll {
	t.Helper()
	p, err := r.Add(t.Context(), staff, core.ScopeForum, in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Votes count once a person, the last one; groups are shown once ten have voted; the
// matrix names nobody; the record holds no event of a vote.
func TestVotesAreSecret(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r := open(t, url)
		p := add(t, r, input())
		before := r.rec.Last()
		for n := range 12 {
			for s := 1; s <= 3; s++ {
				vote := "agree"
				if n >= 6 && s > 1 {
					vote = "disagree"
				}
				if err := r.Vote(t.Context(), person(n), p.Ref, opinions.VoteInput{Number: s, Vote: "pass"}); err != nil {
					t.Fatal(err)
				}
				if err := r.Vote(t.Context(), person(n), p.Ref, opinions.VoteInput{Number: s, Vote: vote}); err != nil {
					t.Fatal(err)
				}
			}
			res, err := r.Results(t.Context(), core.Visitor, p)
			if err != nil || res.Shown != (n >= 9) || res.Voters != n+1 || res.Votes != 3*(n+1) {
				t.Fatalf("after %d people: %+v, %v", n+1, res, err)
			}
			if _, err := r.Matrix(t.Context(), core.Visitor, p); (err == nil) != res.Shown {
				t.Fatalf("matrix after %d people: %v", n+1, err)
			}
			r.clock.Freeze(r.clock.Now().Add(2 * time.Minute))
		}
		if r.rec.Last() != before {
			t.Error("a vote stands in the record")
		}
		res, err := r.Results(t.Context(), core.Visitor, p)
		if err != nil || !slices.Equal(res.Found.Sizes, []int{6, 6}) || res.Found.Statements[0].Consensus < .7 || res.Found.Statements[1].Divides < .7 {
			t.Errorf("results %+v, %v", res.Found, err)
		}
		rows, err := r.Matrix(t.Context(), core.Visitor, p)
		if err != nil || len(rows) != 13 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		for _, row := range rows {
			if strings.Contains(strings.Join(row, " "), "01890000") {
				t.Errorf("the matrix names an account: %v", row)
			}
		}
		mine, err := r.VotesOf(t.Context(), person(7), p)
		if err != nil || mine[1] != 1 || mine[2] != -1 {
			t.Errorf("own votes %v, %v", mine, err)
		}
		if other, _ := r.VotesOf(t.Context(), core.Visitor, p); len(other) != 0 {
			t.Errorf("a visitor sees votes: %v", other)
		}
	})
}

// Who may do what, when: the window counts by its instants, drafts are the staff's.
func TestWindow(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r := open(t, url)
		in := input()
		in.Published = false
		p := add(t, r, in)
		is := func(what string, err error, want core.Kind) { // "" is no error
			t.Helper()
			if want == "" && err != nil || want != "" && (err == nil || core.KindOf(err) != want) {
				t.Errorf("%s: %v", what, err)
			}
		}
		see := func(a core.Actor) error { _, err := r.Poll(t.Context(), a, p.Ref); return err }
		vote := func(a core.Actor) error {
			return r.Vote(t.Context(), a, p.Ref, opinions.VoteInput{Number: 1, Vote: "agree"})
		}
		is("a draft is hidden", see(person(1)), core.KindNotFound)
		is("a draft is the staff's", see(staff), "")
		is("no vote on a draft", vote(person(1)), core.KindNotFound)
		if list, err := r.Polls(t.Context(), person(1), ""); err != nil || len(list) != 0 {
			t.Errorf("the list shows a draft: %v, %v", list, err)
		}
		change := opinions.InputOf(p)
		change.Published = true
		is("only the staff edit", r.Change(t.Context(), person(1), p.Ref, change), core.KindNotFound)
		is("publish", r.Change(t.Context(), staff, p.Ref, change), "")
		is("a second edit of the old form", r.Change(t.Context(), staff, p.Ref, change), core.KindStale)
		is("a visitor signs in", vote(core.Visitor), core.KindSignIn)
		is("vote", vote(person(1)), "")
		is("a vote on nothing", r.Vote(t.Context(), person(1), p.Ref, opinions.VoteInput{Number: 9, Vote: "agree"}), core.KindNotFound)
		is("a vote of no kind", r.Vote(t.Context(), person(1), p.Ref, opinions.VoteInput{Number: 1, Vote: "maybe"}), core.KindInvalid)
		r.clock.Freeze(time.Date(2026, 10, 22, 15, 59, 59, 0, time.UTC))
		is("the last second, Paris is two hours ahead", vote(person(1)), "")
		r.clock.Freeze(time.Date(2026, 10, 22, 16, 0, 0, 0, time.UTC))
		is("closed", vote(person(1)), core.KindForbidden)
	})
}

// A statement waits for the staff; its author reads why it was rejected.
func TestProposals(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r := open(t, url)
		p := add(t, r, input())
		propose := func(a core.Actor, text string) error {
			_, err := r.Propose(t.Context(), a, p.Ref, opinions.StatementInput{Lang: "fr", Text: text})
			return err
		}
		if err := propose(person(1), "  L’accès d’abord,  partout. "); err != nil {
			t.Fatal(err)
		}
		if err := propose(person(2), "access comes before everything else."); core.KindOf(err) != core.KindConflict {
			t.Errorf("the same words once more: %v", err)
		}
		if err := propose(person(2), strings.Repeat("x", 281)); core.KindOf(err) != core.KindInvalid {
			t.Errorf("too long: %v", err)
		}
		if list, err := r.Statements(t.Context(), person(2), p); err != nil || len(list) != 3 {
			t.Errorf("others see %d statements, %v", len(list), err)
		}
		if err := r.Vote(t.Context(), person(2), p.Ref, opinions.VoteInput{Number: 4, Vote: "agree"}); core.KindOf(err) != core.KindNotFound {
			t.Errorf("a vote on what waits: %v", err)
		}
		if err := r.Judge(t.Context(), staff, p.Ref, opinions.JudgeInput{Number: 4}); core.KindOf(err) != core.KindInvalid {
			t.Errorf("rejected without reason: %v", err)
		}
		if err := r.Judge(t.Context(), person(1), p.Ref, opinions.JudgeInput{Number: 4, Accept: true}); core.KindOf(err) != core.KindForbidden {
			t.Errorf("judged by its author: %v", err)
		}
		if err := r.Judge(t.Context(), staff, p.Ref, opinions.JudgeInput{Number: 4, Reason: "Two ideas at once."}); err != nil {
			t.Fatal(err)
		}
		if own, err := r.Mine(t.Context(), person(1), p); err != nil || len(own) != 1 || own[0].Reason != "Two ideas at once." || own[0].Body.String() != "L’accès d’abord, partout." {
			t.Errorf("own proposals %+v, %v", own, err)
		}
		if err := r.Judge(t.Context(), staff, p.Ref, opinions.JudgeInput{Number: 4, Accept: true}); err != nil {
			t.Fatal(err)
		}
		if err := r.Vote(t.Context(), person(2), p.Ref, opinions.VoteInput{Number: 4, Vote: "agree"}); err != nil {
			t.Error(err)
		}
	})
}

// Bad windows name their fields.
func TestBadPoll(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r := open(t, url)
		for name, change := range map[string]func(*opinions.PollInput){
			"zone":       func(in *opinions.PollInput) { in.Zone = "Paris" },
			"close_day":  func(in *opinions.PollInput) { in.CloseDay = "2026-10-19" },
			"open_day":   func(in *opinions.PollInput) { in.OpenDay = "soon" },
			"statements": func(in *opinions.PollInput) { in.Statements = strings.Repeat("long ", 80) },
			"title":      func(in *opinions.PollInput) { in.Title = core.Text{} },
		} {
			in := input()
			change(&in)
			_, err := r.Add(t.Context(), staff, core.ScopeForum, in)
			if core.KindOf(err) != core.KindInvalid || !strings.Contains(fmt.Sprintf("%+v", err), name) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := r.Add(t.Context(), person(1), core.ScopeForum, input()); err == nil {
			t.Error("anybody may open a poll")
		}
		list, err := r.Polls(context.Background(), staff, "")
		if err != nil || len(list) != 0 {
			t.Errorf("something was kept: %v, %v", list, err)
		}
	})
}
