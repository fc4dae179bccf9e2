package selection_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/review"
	"plenary/internal/forum/selection"
	"plenary/internal/testkit"
)

// judges makes a phase that is open, with reviewers who have the marks given: marks[i][j]
// is what reviewer i gives to proposal j+1; 0 is no review. It gives the reviewers.
func (h *outside) judges(marks ...[]int) []core.Actor {
	h.t.Helper()
	ctx := h.t.Context()
	in := review.UsualPhase(h.Clock.Instant())
	in.Name, in.OpenDay, in.CloseDay, in.Reviews = core.NewText("en", "First round"), "2030-05-25", "2030-06-20", 2
	phase, err := h.Review.SetPhase(ctx, h.staff, h.call.Ref, 0, in)
	h.ok(err)
	h.ok(h.Review.SetCriteria(ctx, h.staff, h.call.Ref, review.CriteriaOf(nil, h.Catalog)))
	set, err := h.Review.Setup(ctx, h.staff, h.call.Ref)
	h.ok(err)
	var who []core.Actor
	for i, row := range marks {
		a := h.account(fmt.Sprintf("Reviewer Zzjudge%d", i), "en", "")
		who = append(who, a)
		_, err := h.Review.AddReviewers(ctx, h.staff, h.call.Ref, review.AddInput{Addresses: fmt.Sprintf("reviewer.zzjudge%d@example.org", i)})
		h.ok(err)
		for j, mark := range row {
			if mark == 0 {
				continue
			}
			h.ok(h.Review.Assign(ctx, h.staff, h.call.Ref, 1, review.AssignInput{Do: review.HandAdd, Reviewer: h.reviewer(a), Proposal: h.p[j]}))
			s := review.ScoreInput{Marks: map[core.ID]review.Mark{}, Submit: true, ForCommittee: fmt.Sprintf("Zzcommittee%d", j+1)}
			for _, c := range set.Criteria {
				s.Marks[c.ID] = review.Mark{Mark: mark, Reason: "Zzwhy"}
			}
			_, err := h.Review.Save(ctx, a, phase.ID, h.p[j], s)
			h.ok(err)
		}
	}
	return who
}

func (h *outside) reviewer(a core.Actor) core.ID {
	h.t.Helper()
	set, err := h.Review.Setup(h.t.Context(), h.staff, h.call.Ref)
	h.ok(err)
	for _, r := range set.Reviewers {
		if r.Account == a.Account {
			return r.ID
		}
	}
	h.t.Fatalf("%s reviews nothing", a.Name)
	return ""
}

func (h *outside) board() *selection.Board {
	h.t.Helper()
	b, err := h.Selection.Board(h.t.Context(), h.staff, h.call.Ref, nil)
	h.ok(err)
	return b
}

func (h *outside) rules(change func(*selection.RulesInput)) {
	h.t.Helper()
	_, s, err := h.Selection.Rules(h.t.Context(), h.staff, h.call.Ref)
	h.ok(err)
	in := selection.RulesOf(s)
	in.Least = 1
	change(&in)
	h.ok(h.Selection.SetRules(h.t.Context(), h.staff, h.call.Ref, in))
}

// outcomes are what the board says of the proposals by their numbers.
func outcomes(b *selection.Board) string {
	out := make([]string, 0, len(b.Lines))
	for n := range len(b.Lines) + 1 {
		if l, ok := b.Line(n); ok {
			out = append(out, fmt.Sprintf("%d:%s", n, l.Outcome.Choice))
		}
	}
	return strings.Join(out, " ")
}

// The board in a browser without script: rules by a form, a try that keeps nothing, choices
// kept, publishing, a second round from the waiting list, and both follow again from what
// was kept of them.
func TestBoardJourney(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		h := openOutside(t, database)
		h.judges([]int{5, 4, 4, 3, 2, 1}, []int{5, 5, 4, 3, 2, 1})
		base := "/calls/" + h.call.Ref + "/board"
		r := h.as(h.staff)

		form := r.Get(base + "/rules").Form()
		form.Set("least", "2")
		form.Set("floor", "1,5") // as written in French
		form.Set("quotas[0].places", "2")
		form.Set("quotas[1].type", "lightning")
		form.Set("quotas[1].places", "1")
		form.Set("waiting", "2")
		form.Set("fill", "true")
		form.Set("bonuses[0].for", "class:LDC")
		form.Set("bonuses[0].points", "0,25")
		if p := r.Post(base+"/rules", form); p.Status != http.StatusOK || !strings.Contains(p.Body, h.Catalog.T("en", "selection.saved")) {
			t.Fatalf("rules: %d %s", p.Status, p.Text("main"))
		}
		if got := outcomes(h.board()); got != "1:accept 2:accept 3:wait 4:wait 5:decline 6:decline" {
			t.Fatalf("by the rules: %s", got)
		}

		// What is tried stands in the address, and nothing is kept.
		p := r.Get(base + "?n=3&n=4&as=offer:lightning")
		if got := p.URL.Query().Get("try"); got != "3:offer:lightning,4:offer:lightning" {
			t.Fatalf("ticked: %s", p.URL)
		}
		if text := p.Text("main"); !strings.Contains(text, "2 sessions for 1 places") {
			t.Errorf("more sessions than places are tried and not said: %s", text)
		}
		p = r.Get(base + "?try=3:offer:lightning,6:wait,99:accept,4:condition,x")
		if text := p.Text("main"); !strings.Contains(text, "99:accept, 4:condition, x") || !strings.Contains(text, "1 of 1") {
			t.Errorf("what cannot be tried: %s", text)
		}
		if got := outcomes(h.board()); !strings.Contains(got, "3:wait") || len(h.board().Lines) != 6 {
			t.Fatalf("a try was kept: %s", got)
		}
		keep := url.Values{}
		if p := r.Post(base+"?try=3:offer:lightning,6:wait", keep); p.Status != http.StatusUnprocessableEntity {
			t.Fatalf("a place on the waiting list without a reason: %d", p.Status)
		}
		if got := outcomes(h.board()); !strings.Contains(got, "3:wait") {
			t.Fatalf("half of what was tried was kept: %s", got)
		}
		keep.Set("reasons", "places")
		if p := r.Post(base+"?try=3:offer:lightning,6:wait", keep); p.Status != http.StatusOK || !strings.Contains(p.Body, "Choices kept: 2") {
			t.Fatalf("kept: %d %s", p.Status, p.Text("main"))
		}
		one := r.Get(base + "/4")
		if text := one.Text("main"); !strings.Contains(text, "Zzcommittee4") || !strings.Contains(text, "Zzsummary4") || !strings.Contains(text, "as it stands") {
			t.Errorf("the page of one: %s", text)
		}
		r.Post(base+"/4", url.Values{"version": {"0"}, "choice": {selection.Condition}, "conditions": {"Zzcondition"}})
		if got := outcomes(h.board()); got != "1:accept 2:wait 3:offer 4:condition 5:wait 6:wait" {
			t.Fatalf("chosen: %s", got) // the condition takes a place, and proposal 2 loses its
		}
		for _, end := range []string{"csv", "xlsx", "json"} {
			if p := r.Get(base + "." + end); p.Status != http.StatusOK || end != "xlsx" && !strings.Contains(p.Body, "Zztitle4") {
				t.Errorf("%s: %d", end, p.Status)
			}
		}

		publish := r.Get(base + "/publish").Form()
		if p := r.Post(base+"/publish", publish); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("published without having read: %d", p.Status)
		}
		publish.Set("sure", "true")
		h.choose(5, selection.ChoiceInput{Choice: selection.Decline, Reasons: []string{"score"}})
		p = r.Post(base+"/publish", publish)
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, "Something has changed") {
			t.Fatalf("published what was not looked at: %d", p.Status)
		}
		publish = p.Form()
		publish.Set("sure", "true")
		if p := r.Post(base+"/publish", publish); p.Status != http.StatusOK || !strings.Contains(p.Body, "The same list follows") {
			t.Fatalf("published: %d %s", p.Status, p.Text("main"))
		}

		// The one that was accepted on conditions meets them; with a further place the rules
		// take the first of those who wait.
		rounds := r.Get(base + "/rounds")
		if text := rounds.Text("main"); !strings.Contains(text, "Zzcondition") || !strings.Contains(text, "Lightning talk") {
			t.Errorf("what is open: %s", text)
		}
		b := h.board()
		l, _ := b.Line(4)
		r.Post(base+"/met/4", url.Values{"version": {fmt.Sprint(l.Was.Version)}, "yes": {"1"}})
		if l, _ = h.board().Line(4); l.Was.Answer != selection.AnswerMet || l.State != proposals.StateAccepted {
			t.Errorf("conditions met: %+v", l.Was)
		}
		h.rules(func(in *selection.RulesInput) { in.Quotas[0].Places, in.Least = 3, 2 })
		if got := outcomes(h.board()); !strings.HasPrefix(got, "1:accept 2:accept 3:offer 4:accept 5:decline") {
			t.Fatalf("with a further place: %s", got)
		}
		h.publish()
		for n := 1; n <= 2; n++ {
			f, err := h.Selection.RoundFile(t.Context(), h.staff, h.call.Ref, n)
			if err != nil || !f.Same || len(f.Inputs.Rows) != 6 {
				t.Errorf("round %d does not follow again: %v %v", n, f.Same, err)
			}
			var back selection.RoundFile
			if err := json.Unmarshal([]byte(r.Get(fmt.Sprintf("%s/rounds/%d.json", base, n)).Body), &back); err != nil {
				t.Fatal(err)
			}
			if list := selection.Decide(back.Inputs); selection.Digest(back.Inputs, list) != back.Digest {
				t.Errorf("round %d does not follow again from its file", n)
			}
		}
		if got, err := h.Proposals.List(t.Context(), h.staff, h.call, ""); err != nil || got[1].State != proposals.StateAccepted {
			t.Errorf("the second of the waiting list: %v %v", got[1].State, err)
		}
	})
}

// Blank and conflicted scores change nothing on the board.
func TestBlankScoresChangeNothing(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		h := openOutside(t, database)
		who := h.judges([]int{5, 4, 3}, []int{4, 4, 3}, []int{1, 1, 1})
		ctx := t.Context()
		h.rules(func(in *selection.RulesInput) { in.Fill, in.Quotas[0].Places = true, 2 })
		declare := func(i, p int) {
			h.ok(h.Review.SetConflict(ctx, h.staff, h.call.Ref, review.ConflictInput{Reviewer: string(h.reviewer(who[i])), Proposal: string(h.p[p]), Reason: "A friend."}))
		}
		for p := range 3 {
			declare(2, p)
		}
		b := h.board()
		want := map[int]string{1: "4.50 2", 2: "4.00 2", 3: "3.00 2"}
		for n, w := range want {
			if l, _ := b.Line(n); fmt.Sprintf("%.2f %d", l.Mean, l.N) != w {
				t.Errorf("proposal %d: %.2f %d, want %s", n, l.Mean, l.N, w)
			}
		}
		before := b.Digest
		h.ok(h.Review.Assign(ctx, h.staff, h.call.Ref, 1, review.AssignInput{Do: review.HandAdd, Reviewer: h.reviewer(who[0]), Proposal: h.p[3]}))
		_, err := h.Review.Save(ctx, who[0], b.Call.ID, h.p[3], review.ScoreInput{})
		h.kind(err, core.KindNotFound) // there is no such phase
		set, err := h.Review.Setup(ctx, h.staff, h.call.Ref)
		h.ok(err)
		_, err = h.Review.Save(ctx, who[0], set.Phases[0].ID, h.p[3], review.ScoreInput{Marks: map[core.ID]review.Mark{}})
		h.ok(err)
		if now := h.board().Digest; now != before {
			t.Error("a blank review changes the digest of the board")
		}
	})
}

// Who has a conflict with a proposal as a reviewer sees nothing of it on any door of the
// board, although she runs the call.
func TestBoardKeepsConflictsApart(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		h := openOutside(t, database)
		h.judges([]int{5, 4, 4, 3, 2, 1})
		ctx := t.Context()
		other := h.account("Staff Two", "en", core.RoleSecretariat)
		_, err := h.Review.AddReviewers(ctx, h.staff, h.call.Ref, review.AddInput{Addresses: "staff.two@example.org"})
		h.ok(err)
		h.ok(h.Review.SetConflict(ctx, h.staff, h.call.Ref, review.ConflictInput{Reviewer: string(h.reviewer(other)), Proposal: string(h.p[1]), Reason: "They share an office."}))
		h.rules(func(in *selection.RulesInput) { in.Fill, in.Quotas[0].Places = true, 3 })
		m, err := h.Selection.Recommend(ctx, h.staff, h.call.Ref, selection.MergerInput{One: 2, Two: 3, Words: "Zzmerger"})
		h.ok(err)
		h.publish()
		base, api := "/calls/"+h.call.Ref+"/board", "/api/v1/calls/"+h.call.Ref+"/board"
		for _, d := range []string{
			base, base + "?try=1:decline", base + "?q=of", base + "/1", base + "/3", base + "/rules", base + "/publish", base + "/rounds", base + "/rounds/1", base + "/rounds/1.json",
			base + ".csv", base + ".json", api, api + "?try=3:decline", api + "/mergers", api + "/rounds", api + "/rounds/1", api + "/rules",
		} {
			p := h.as(other).Get(d)
			if p.Status != http.StatusOK {
				t.Errorf("%s: %d", d, p.Status)
			}
			for _, s := range []string{"Zztitle2", string(h.p[1]), "Zzcommittee2", "Zzmerger", "Zzsummary2"} {
				if strings.Contains(p.Body, s) {
					t.Errorf("%s shows %q", d, s)
				}
			}
		}
		for _, d := range []string{base + "/2", base + "/mergers/2"} {
			if p := h.as(other).Get(d); p.Status != http.StatusNotFound {
				t.Errorf("%s: %d", d, p.Status)
			}
		}
		h.kind(h.Selection.Choose(ctx, other, h.call.Ref, 2, selection.ChoiceInput{Choice: selection.Accept}), core.KindNotFound)
		h.kind(h.Selection.ChooseAll(ctx, other, h.call.Ref, []selection.Hand{{Proposal: h.p[1], Choice: selection.Accept}}, selection.BulkInput{}), core.KindNotFound)
		h.kind(h.Selection.Drop(ctx, other, h.call.Ref, m.ID), core.KindNotFound)
		_, err = h.Selection.Recommend(ctx, other, h.call.Ref, selection.MergerInput{One: 1, Two: 2, Words: "Why not"})
		h.kind(err, core.KindNotFound)
		h.kind(h.Selection.Meet(ctx, other, h.call.Ref, 2, selection.AnswerInput{}), core.KindNotFound)
		b, err := h.Selection.Board(ctx, other, h.call.Ref, nil)
		h.ok(err)
		for i, l := range b.Lines { // no gap tells where the other stands
			if l.N > 0 && l.Outcome.Place != i+1 {
				t.Errorf("line %d has place %d", i+1, l.Outcome.Place)
			}
		}
		if b.Hidden != 1 || len(b.Lines) != 5 || b.Used["workshop"] != 2 || b.Balance[0].All != 5 {
			t.Errorf("hidden %d, lines %d, used %v, %d in the balance", b.Hidden, len(b.Lines), b.Used, b.Balance[0].All)
		}
	})
}
