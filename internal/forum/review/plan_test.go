package review

import (
	"fmt"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/proposals"
)

func TestDetect(t *testing.T) {
	her := &side{id: "r", accounts: []core.ID{"acc", ""}, persons: []core.ID{"per", ""}, emails: []string{"a@x.org", ""}, names: []string{core.Fold("Amina Diallo"), ""}}
	her.org("Sahel Networks")
	her.org("SN")
	for _, c := range []struct {
		name string
		set  func(*side)
		want string
	}{
		{"nothing", func(*side) {}, ""},
		{"empty values are not alike", func(p *side) {
			p.accounts, p.persons, p.emails, p.names = []core.ID{""}, []core.ID{""}, []string{""}, []string{""}
			p.org("")
		}, ""},
		{"her account", func(p *side) { p.accounts = []core.ID{"acc"} }, IsProposer},
		{"her person", func(p *side) { p.persons = []core.ID{"x", "per"} }, IsNamed},
		{"her address", func(p *side) { p.emails = []string{"a@x.org"} }, IsNamed},
		{"her name, folded", func(p *side) { p.names = []string{core.Fold("AMINA  DIALLÓ")} }, SameName},
		{"her organisation, folded", func(p *side) { p.org("sahel networks") }, Organisation},
		{"its short name", func(p *side) { p.org("SN") }, Organisation},
		{"another organisation", func(p *side) { p.org("Sahel") }, ""},
		{"two of them", func(p *side) { p.accounts = []core.ID{"acc"}; p.org("SN") }, IsProposer + " " + Organisation},
	} {
		p := &side{id: "p"}
		c.set(p)
		got := ""
		for i, r := range detect(her, p) {
			if i > 0 {
				got += " "
			}
			got += r.Code
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestOverruling(t *testing.T) {
	k := pair{"r", "p"}
	found := []Reason{{Code: Organisation}}
	if c, found := judge(k, nil, &Said{Codes: []string{Organisation}, Overruled: "x"}); found || c.Stands {
		t.Error("an overruled conflict of yesterday is one today")
	}
	if c, _ := judge(k, found, &Said{Codes: []string{Organisation}, Overruled: "another branch"}); c.Stands {
		t.Error("an overruled conflict stands")
	}
	if c, _ := judge(k, append(found, Reason{Code: IsNamed}), &Said{Codes: []string{Organisation}, Overruled: "another branch"}); !c.Stands {
		t.Error("what was found later was overruled beforehand")
	}
	if c, _ := judge(k, nil, &Said{Declared: ByReviewer}); !c.Stands {
		t.Error("a declared conflict does not stand")
	}
}

// bench is a board of some reviewers and proposals.
func bench(reviewers, props, each, most int) *board {
	b := &board{phase: Phase{ID: "ph", Reviews: each, MaxLoad: most, Langs: LangsAny}, conflicts: map[pair]Conflict{}}
	for i := range reviewers {
		b.reviewers = append(b.reviewers, Reviewer{ID: core.ID(fmt.Sprintf("r%02d", i)), MinLoad: -1, MaxLoad: -1})
	}
	for i := range props {
		b.candidates = append(b.candidates, Candidate{ID: core.ID(fmt.Sprintf("p%02d", i)), Number: i + 1, Lang: "en", State: proposals.StateEligible})
	}
	b.index()
	return b
}

func (b *board) take(p Plan) {
	b.assigned = nil
	for _, k := range p.pairs {
		b.assigned = append(b.assigned, Assignment{Phase: "ph", Proposal: k.proposal, Reviewer: k.reviewer})
	}
}

func plan(t *testing.T, b *board, bids map[pair]string, fair bool) Plan {
	t.Helper()
	p, err := makePlan(b, bids, nil, fair)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A conflict after the assignment moves as little as possible, and never what was judged.
func TestAConflictMovesLittle(t *testing.T) {
	for _, fair := range []bool{false, true} {
		b := bench(8, 12, 3, 6)
		bids := map[pair]string{{"r01", "p01"}: Eager, {"r02", "p03"}: Unwilling}
		first := plan(t, b, bids, fair)
		if first.Missing != 0 || len(first.Added) != 36 || len(first.Removed) != 0 {
			t.Fatalf("the first plan adds %d and lacks %d", len(first.Added), first.Missing)
		}
		b.take(first)
		if again := plan(t, b, bids, fair); len(again.Added)+len(again.Removed) != 0 || again.Digest == first.Digest {
			t.Errorf("nothing has changed, and %d pairs move", len(again.Added)+len(again.Removed))
		}
		lost := first.pairs[0]
		b.conflicts[lost] = Conflict{Stands: true}
		for _, k := range first.pairs[1:5] {
			b.reviews = append(b.reviews, Review{Reviewer: k.reviewer, Proposal: k.proposal, State: Submitted})
		}
		after := plan(t, b, bids, fair)
		if len(after.Removed) != 1 || len(after.Added) != 1 || after.Removed[0].Proposal.ID != lost.proposal || after.Removed[0].Reviewer.ID != lost.reviewer {
			t.Errorf("fair=%v: a conflict moves %d and %d pairs", fair, len(after.Added), len(after.Removed))
		}
	}
}

func TestPinsGroupsLanguages(t *testing.T) {
	b := bench(4, 4, 2, 2)
	b.phase.OfGroup, b.phase.Langs = 1, LangsMust
	for i := range b.reviewers {
		b.reviewers[i].Group = []string{"civil-society", "government"}[i%2]
	}
	b.reviewers[0].Langs = []string{"fr"}
	b.candidates[0].Lang, b.candidates[1].Lang = "fr", "fr"
	p := plan(t, b, nil, false)
	for _, k := range p.pairs {
		if k.reviewer == "r00" && b.candidate(k.proposal).Lang != "fr" {
			t.Errorf("who reads French gets %s", k.proposal)
		}
	}
	for _, c := range b.candidates {
		groups := map[string]int{}
		for _, k := range p.pairs {
			if k.proposal == c.ID {
				groups[b.reviewer(k.reviewer).Group]++
			}
		}
		if groups["civil-society"] > 1 || groups["government"] > 1 {
			t.Errorf("%s goes to %v", c.ID, groups)
		}
	}
	// A pin stands though it is beyond the limits, and an abstention stays and is replaced.
	b = bench(4, 2, 1, 2)
	b.assigned = []Assignment{{Reviewer: "r00", Proposal: "p00", Pinned: true}, {Reviewer: "r01", Proposal: "p00", Pinned: true}, {Reviewer: "r02", Proposal: "p01"}}
	b.reviews = []Review{{Reviewer: "r02", Proposal: "p01", State: Abstained}}
	p = plan(t, b, nil, false)
	if len(p.Removed) != 0 || len(p.Added) != 1 || p.Past != 2 || p.Added[0].Reviewer.ID == "r02" {
		t.Errorf("added %v, removed %v, past %d", p.Added, p.Removed, p.Past)
	}
	if len(plan(t, bench(0, 3, 2, 5), nil, true).pairs) != 0 || plan(t, bench(0, 3, 2, 5), nil, true).Missing != 6 {
		t.Error("without reviewers there is a plan")
	}
}
