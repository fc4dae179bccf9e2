package review_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/review"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/test/site"
)

// house is a forum with a call that has closed, four proposals that screening has let
// pass, and an advisory group of four whose members review them.
type house struct {
	*site.Site
	t     *testing.T
	s     *review.Service
	set   *editions.Setting
	call  calls.Call
	body  core.ID
	staff core.Actor
	chair core.Actor // coordinates the advisory group, which asks
	mag   []core.Actor
	ana   core.Actor // proposes the first
	p     []core.ID
	phase review.Phase
}

type errorLog struct{ t *testing.T }

func (l errorLog) Write(b []byte) (int, error) {
	l.t.Log("server: " + string(b))
	return len(b), nil
}

func open(t *testing.T, url string) *house {
	t.Helper()
	h := &house{Site: site.Empty(t, url, func(c *app.Config) {
		c.Demo, c.Log = true, slog.New(slog.NewTextHandler(errorLog{t}, &slog.HandlerOptions{Level: slog.LevelError}))
	}), t: t}
	h.Clock.Freeze(time.Date(2030, 6, 1, 9, 0, 0, 0, time.UTC))
	h.s = h.Review
	h.write(func(ctx context.Context, tx *record.Tx) error {
		if err := h.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Forum of the Test"), Short: "FT"}); err != nil {
			return err
		}
		e, err := h.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: "2030", Name: core.NewText("en", "Forum 2030"), City: core.NewText("en", "Kyoto"), Zone: "Asia/Tokyo", State: editions.StatePublic,
			FirstDay: "2030-10-20", LastDay: "2030-10-24",
		})
		if err != nil {
			return err
		}
		h.set, err = h.Editions.SettingTx(ctx, tx, e.ID)
		return err
	})
	h.staff, h.ana, h.chair = h.account("Staff One", core.RoleSecretariat), h.account("Ana Lima", ""), h.account("Chair Person", "")
	for i := range 4 {
		h.mag = append(h.mag, h.account(fmt.Sprintf("Mag Member%d", i), ""))
	}
	h.write(func(ctx context.Context, tx *record.Tx) error {
		b, err := h.Bodies.CreateTx(ctx, tx, bodies.New{Kind: "advisory-group", Name: core.NewText("en", "Advisory Group")})
		if err != nil {
			return err
		}
		h.body = b.ID
		for i, a := range append([]core.Actor{h.chair}, h.mag...) {
			role := "member"
			if i == 0 {
				role = "chair"
			}
			if _, err = h.Bodies.AddSeatTx(ctx, tx, bodies.NewSeat{Body: b.ID, Person: a.Person, Role: role}); err != nil {
				return err
			}
		}
		return nil
	})
	var err error
	h.call, err = h.Calls.Add(t.Context(), h.staff, calls.Input{
		Kind: calls.Workshop, Title: core.NewText("en", "Call for workshops"), OpenDay: "2030-02-01", OpenTime: "00:00", CloseDay: "2030-05-24", CloseTime: "23:59", Zone: "UTC",
		Audience: calls.Everyone, Shown: "never", Published: true, Body: h.body,
	})
	h.ok(err)
	for i := range 4 {
		h.p = append(h.p, h.propose(i+1, h.account(fmt.Sprintf("Proposer Zzname%d", i), "")))
	}
	return h
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) write(fn func(ctx context.Context, tx *record.Tx) error) {
	h.t.Helper()
	h.ok(h.Record.Write(h.t.Context(), core.Operator, fn))
}

func (h *house) account(name string, role core.Role) core.Actor {
	h.t.Helper()
	var id core.ID
	h.write(func(ctx context.Context, tx *record.Tx) error {
		p, err := h.People.CreatePersonTx(ctx, tx, people.NewPerson{Name: name})
		if err != nil {
			return err
		}
		acc, err := h.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: address(name), Name: name, Lang: "en", Person: p.ID})
		id = acc.ID
		if err != nil || role == "" {
			return err
		}
		return h.Authn.GrantTx(ctx, tx, acc.ID, role, core.ScopeForum)
	})
	acc, err := h.Authn.ByID(h.t.Context(), id)
	h.ok(err)
	return acc.Actor()
}

func address(name string) string {
	return strings.ReplaceAll(strings.ToLower(name), " ", ".") + "@example.org"
}

func (h *house) as(a core.Actor) *site.Reader {
	h.t.Helper()
	if !a.SignedIn() {
		return h.Visitor(h.t)
	}
	return h.AsAccount(h.t, a.Account)
}

// propose hands in a proposal that screening has let pass: its title and summary have
// words that are found again, and so do those who propose.
func (h *house) propose(n int, by core.Actor) core.ID {
	h.t.Helper()
	f, err := h.Calls.Form(h.t.Context(), h.call, h.call.FormVersion)
	h.ok(err)
	var id core.ID
	h.write(func(ctx context.Context, tx *record.Tx) error {
		id = tx.NewID()
		p := proposals.Proposal{
			ID: id, Call: h.call.ID, Number: n, FormVersion: h.call.FormVersion, State: proposals.StateEligible, Lang: "en", Answers: calls.Answers{}, Account: by.Account, Person: by.Person,
			Title: fmt.Sprintf("Zztitle%d of networks", n), Created: tx.Now, Updated: tx.Now, Submitted: tx.Now, Version: 1, Organisation: fmt.Sprintf("Zzorg%d", n),
		}
		p.OrgKey = core.Fold(p.Organisation)
		var parties []proposals.Party
		for _, q := range f.Form.Questions() {
			switch {
			case q.Means == calls.MeansTitle:
				p.Answers[q.Key] = calls.Answer{Text: p.Title}
			case q.Means == calls.MeansSummary:
				p.Answers[q.Key] = calls.Answer{Text: fmt.Sprintf("Zzwords%d say what it is about.", n)}
			case q.Kind == calls.KindOrganisation:
				p.Answers[q.Key] = calls.Answer{Text: p.Organisation}
			case q.Means == calls.MeansOwner || q.Means == calls.MeansSpeaker:
				x := proposals.Party{
					ID: tx.NewID(), Proposal: id, Question: q.Key, Means: q.Means, Position: len(parties), Name: fmt.Sprintf("Zzperson%d %s", n, q.Means), State: proposals.Confirmed,
					Organisation: fmt.Sprintf("Zzparty%d %s", n, q.Means), Email: fmt.Sprintf("zz%d.%s@example.org", n, q.Means),
				}
				x.NameKey, x.EmailKey = core.Fold(x.Name), x.Email
				parties = append(parties, x)
				p.Answers[q.Key] = calls.Answer{People: []calls.Person{{Key: string(x.ID), Name: x.Name, Organisation: x.Organisation, Email: x.Email}}}
			}
		}
		if _, err := tx.NewInsert().Model(&p).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewInsert().Model(&parties).Exec(ctx)
		return err
	})
	return id
}

// party names somebody in a proposal.
func (h *house) party(proposal core.ID, change func(*proposals.Party)) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *record.Tx) error {
		x := proposals.Party{ID: tx.NewID(), Proposal: proposal, Question: "speakers", Means: calls.MeansSpeaker, Position: 9, Name: "Somebody", State: proposals.Named}
		change(&x)
		x.NameKey = core.Fold(x.Name)
		_, err := tx.NewInsert().Model(&x).Exec(ctx)
		return err
	})
}

// setup makes a phase from 8 June to 29 June, the usual criteria, and has the advisory
// group review.
func (h *house) setup(change func(*review.PhaseInput)) {
	h.t.Helper()
	in := review.UsualPhase(h.Clock.Instant())
	in.Name, in.Reviews, in.MaxLoad = core.NewText("en", "First round"), 2, 4
	if change != nil {
		change(&in)
	}
	ctx := h.t.Context()
	var err error
	h.phase, err = h.s.SetPhase(ctx, h.staff, h.call.Ref, 0, in)
	h.ok(err)
	h.ok(h.s.SetCriteria(ctx, h.staff, h.call.Ref, review.CriteriaOf(nil, h.Catalog)))
	got, err := h.s.AddReviewers(ctx, h.staff, h.call.Ref, review.AddInput{Body: string(h.body)})
	h.ok(err)
	if got.Added != 5 {
		h.t.Fatalf("%d reviewers were added, want 5", got.Added)
	}
}

func (h *house) apply() review.Plan {
	h.t.Helper()
	p, err := h.s.Plan(h.t.Context(), h.staff, h.call.Ref, 1, false)
	h.ok(err)
	h.ok(h.s.Apply(h.t.Context(), h.staff, h.call.Ref, 1, false, p.Digest))
	return p
}

// give gives proposals to a reviewer by hand.
func (h *house) give(reviewer core.Actor, list ...core.ID) {
	h.t.Helper()
	for _, id := range list {
		h.ok(h.s.Assign(h.t.Context(), h.staff, h.call.Ref, 1, review.AssignInput{Do: review.HandAdd, Reviewer: h.reviewer(reviewer).ID, Proposal: id}))
	}
}

func (h *house) reviewer(a core.Actor) review.Reviewer {
	h.t.Helper()
	set, err := h.s.Setup(h.t.Context(), h.staff, h.call.Ref)
	h.ok(err)
	for _, r := range set.Reviewers {
		if r.Account == a.Account {
			return r
		}
	}
	h.t.Fatalf("%s is no reviewer", a.Name)
	return review.Reviewer{}
}

func (h *house) days(n int) { h.Clock.Freeze(h.Clock.Now().AddDate(0, 0, n)) }

func (h *house) score(a core.Actor, proposal core.ID, mark int) {
	h.t.Helper()
	_, err := h.s.Save(h.t.Context(), a, h.phase.ID, proposal, h.marks(mark, true))
	h.ok(err)
}

func (h *house) marks(mark int, submit bool) review.ScoreInput {
	h.t.Helper()
	set, err := h.s.Setup(h.t.Context(), h.staff, h.call.Ref)
	h.ok(err)
	in := review.ScoreInput{Marks: map[core.ID]review.Mark{}, Submit: submit, ForProposer: "zzforproposer", ForCommittee: "zzforcommittee"}
	for _, c := range set.Criteria {
		in.Marks[c.ID] = review.Mark{Mark: mark, Reason: "zzreason"}
	}
	return in
}

func fails(t *testing.T, err error, kind core.Kind, key string) {
	t.Helper()
	e, ok := errors.AsType[*core.Error](err)
	if !ok || e.Kind != kind {
		t.Fatalf("got %v, want %s %s", err, kind, key)
	}
	keys := e.Key
	for _, f := range e.Fields {
		keys += " " + f.Path + ":" + f.Key
	}
	if !strings.Contains(keys, key) {
		t.Fatalf("got %s, want %s", keys, key)
	}
}
