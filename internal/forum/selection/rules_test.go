package selection_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/review"
	"plenary/internal/forum/selection"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// Who has looked before somebody else chose is shown both choices.
func TestChoiceStale(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		h := openOutside(t, database)
		h.choose(1, selection.ChoiceInput{Choice: selection.Accept, Note: "Zzmine"})
		p := h.as(h.staff).Post("/calls/"+h.call.Ref+"/board/1", url.Values{"version": {"0"}, "choice": {selection.Decline}, "words": {"Zztyped"}})
		if p.Status != http.StatusConflict || !strings.Contains(p.Body, "Zztyped") || !strings.Contains(p.Body, "Zzmine") {
			t.Fatalf("%d: %s", p.Status, p.Text("main"))
		}
		again := p.Form()
		if p = h.as(h.staff).Post("/calls/"+h.call.Ref+"/board/1", again); p.Status != http.StatusOK {
			t.Fatalf("sent again: %d", p.Status)
		}
		if l, _ := h.board().Line(1); l.Hand.Choice != selection.Decline || l.Hand.Words != "Zztyped" {
			t.Errorf("%+v", l.Hand)
		}
	})
}

// Rules that cannot be are refused at their fields, reasons keep their codes, and a reason
// that something names stays.
func TestRulesRefused(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		h := openOutside(t, database)
		ctx := t.Context()
		_, sel, err := h.Selection.Rules(ctx, h.staff, h.call.Ref)
		h.ok(err)
		if len(sel.Reasons) < 8 || len(sel.Reasons[0].Label.By) != len(core.Langs) {
			t.Fatalf("usual reasons: %+v", sel.Reasons)
		}
		for want, change := range map[string]func(*selection.RulesInput){
			"measure":          func(in *selection.RulesInput) { in.Measure = "luck" },
			"least":            func(in *selection.RulesInput) { in.Least = -1 },
			"floor":            func(in *selection.RulesInput) { in.Floor = "0.5" },
			"cap":              func(in *selection.RulesInput) { in.Cap = 101 },
			"first":            func(in *selection.RulesInput) { in.First = -1 },
			"waiting":          func(in *selection.RulesInput) { in.Waiting = 1e6 },
			"quotas[1].type":   func(in *selection.RulesInput) { in.Quotas = append(in.Quotas, selection.QuotaRow{Type: "circus"}) },
			"quotas[0].places": func(in *selection.RulesInput) { in.Quotas[0].Places = -2 },
			"bonuses[0].for": func(in *selection.RulesInput) {
				in.Bonuses = []selection.BonusRow{{For: "region:atlantis", Points: "1"}}
			},
			"bonuses[0].points": func(in *selection.RulesInput) { in.Bonuses = []selection.BonusRow{{For: "newcomer", Points: "many"}} },
			"bonuses[1].for": func(in *selection.RulesInput) {
				in.Bonuses = []selection.BonusRow{{For: "newcomer", Points: "1"}, {For: "newcomer", Points: "2"}}
			},
			"reasons[1].label": func(in *selection.RulesInput) { in.Reasons[1].Label = in.Reasons[0].Label },
		} {
			in := selection.RulesOf(sel)
			change(&in)
			err := h.Selection.SetRules(ctx, h.staff, h.call.Ref, in)
			if core.KindOf(err) != core.KindInvalid || !strings.Contains(err.Error(), "["+want+":") {
				t.Errorf("%s: %v", want, err)
			}
		}
		twice := selection.RulesOf(sel)
		twice.Quotas = append(twice.Quotas, twice.Quotas[0])
		if err := h.Selection.SetRules(ctx, h.staff, h.call.Ref, twice); core.KindOf(err) != core.KindInvalid {
			t.Errorf("a quota twice: %v", err)
		}

		in := selection.RulesOf(sel)
		in.Reasons = append(in.Reasons, selection.ReasonRow{Label: core.NewText("en", "The moon was full")})
		h.ok(h.Selection.SetRules(ctx, h.staff, h.call.Ref, in))
		h.kind(h.Selection.SetRules(ctx, h.staff, h.call.Ref, in), core.KindStale)
		_, sel, err = h.Selection.Rules(ctx, h.staff, h.call.Ref)
		h.ok(err)
		last := sel.Reasons[len(sel.Reasons)-1]
		if last.Code != "r1" {
			t.Fatalf("code of a new reason: %q", last.Code)
		}
		h.choose(6, selection.ChoiceInput{Choice: selection.Decline, Reasons: []string{"r1"}})
		in = selection.RulesOf(sel)
		in.Reasons[len(in.Reasons)-1].Remove = true
		h.kind(h.Selection.SetRules(ctx, h.staff, h.call.Ref, in), core.KindConflict)
		in = selection.RulesOf(sel)
		in.Reasons[len(in.Reasons)-1].Label = core.NewText("en", "The moon was not full")
		h.ok(h.Selection.SetRules(ctx, h.staff, h.call.Ref, in))
		if l, _ := h.board().Line(6); l.Hand.Reasons[0] != "r1" {
			t.Errorf("%+v", l.Hand)
		}
		h.kind(h.Selection.SetRules(ctx, h.who[0], h.call.Ref, in), core.KindNotFound)
	})
}

// The number of questions to the database does not depend on that of the proposals.
func TestBoardAsksAsOften(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		h := openOutside(t, database)
		h.judges([]int{5, 4, 4, 3, 2, 1}, []int{1, 2, 3, 4, 5})
		count := func() int64 {
			ctx, n := db.WithCount(context.Background())
			if _, err := h.Selection.File(ctx, h.staff, h.call.Ref, "1:accept"); err != nil {
				t.Fatal(err)
			}
			if _, err := h.Selection.Draft(ctx, h.staff, h.call.Ref); err != nil {
				t.Fatal(err)
			}
			return n.Load()
		}
		count()
		few := count()
		for i := range 30 {
			h.p = append(h.p, h.propose(7+i, h.who[i%6], "en"))
		}
		count()
		if many := count(); many != few || many > 60 {
			t.Errorf("%d questions with 36 proposals, %d with 6", many, few)
		}
	})
}

// crowd adds proposals up to so many, with so many reviews each.
func (h *outside) crowd(tb testing.TB, most, each int) {
	h.judges([]int{5}, []int{4})
	for n := len(h.p) + 1; n <= most; n++ {
		h.p = append(h.p, h.propose(n, h.who[n%len(h.who)], core.Langs[n%len(core.Langs)]))
	}
	set, err := h.Review.Setup(tb.Context(), h.staff, h.call.Ref)
	h.ok(err)
	h.write(func(ctx context.Context, tx *record.Tx) error {
		var reviewers []review.Reviewer
		for i := range 55 {
			r := set.Reviewers[0]
			r.ID, r.Account, r.Email, r.EmailKey, r.Name = tx.NewID(), "", fmt.Sprintf("many%d@example.org", i), fmt.Sprintf("many%d@example.org", i), fmt.Sprintf("Many %d", i)
			reviewers = append(reviewers, r)
		}
		if _, err := tx.NewInsert().Model(&reviewers).Exec(ctx); err != nil {
			return err
		}
		for i, p := range h.p {
			var list []review.Assignment
			var says []review.Review
			for k := range each {
				r := reviewers[(i*7+k)%len(reviewers)]
				x := review.Review{Phase: set.Phases[0].ID, Proposal: p, Reviewer: r.ID, State: review.Submitted, Marks: map[core.ID]review.Mark{}, ForCommittee: strings.Repeat("A sound plan. ", 10), Updated: tx.Now, Submitted: tx.Now, Version: 1}
				for c, cr := range set.Criteria {
					x.Marks[cr.ID] = review.Mark{Mark: 1 + (i*3+k+c)%5, Reason: "It asks one question and has time for answers."}
				}
				list, says = append(list, review.Assignment{Phase: x.Phase, Proposal: p, Reviewer: r.ID, At: tx.Now}), append(says, x)
			}
			if _, err := tx.NewInsert().Model(&list).Exec(ctx); err != nil {
				return err
			}
			if _, err := tx.NewInsert().Model(&says).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// Size of a real call: 434 proposals with 8 reviews each.
func BenchmarkBoard434(b *testing.B) {
	h := openOutside(b, testkit.SQLite(b))
	h.crowd(b, 434, 8)
	h.rules(func(in *selection.RulesInput) { in.Fill, in.Quotas[0].Places, in.Cap = true, 80, 20 })
	r := h.as(h.staff)
	path := "/calls/" + h.call.Ref + "/board"
	if p := r.Get(path); p.Status != http.StatusOK {
		b.Fatal(p.Status)
	}
	b.Run("service", func(b *testing.B) {
		for b.Loop() {
			if _, err := h.Selection.Board(context.Background(), h.staff, h.call.Ref, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("page", func(b *testing.B) {
		for b.Loop() {
			r.Get(path)
		}
	})
}
