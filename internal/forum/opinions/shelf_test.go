package opinions_test

import (
	"fmt"
	"slices"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/opinions"
	"plenary/internal/solve/opinion"
)

// A ballot names nobody, is the same each time, and stays the same when it is carried on;
// where somebody with an account joins those without names, all are named anew, in the
// order of a salt that only this installation knows.
func TestBallot(t *testing.T) {
	var votes []opinions.Cast
	for n := range 12 {
		for st := 1; st <= 3; st++ {
			votes = append(votes, opinions.Cast{Voter: core.ID(fmt.Sprint("account-", n)), Statement: st, Vote: opinion.Vote(n%3 - 1)})
		}
	}
	out := opinions.Ballot("salt", []int{1, 3}, votes)
	if len(out) != 24 {
		t.Fatalf("%d votes, want those on the two accepted statements", len(out))
	}
	for _, v := range out {
		if !opinions.NamelessVoter(v.Voter) || v.Statement == 2 {
			t.Errorf("vote %+v", v)
		}
	}
	slices.Reverse(votes)
	if again := opinions.Ballot("salt", []int{1, 3}, votes); !slices.Equal(out, again) {
		t.Error("the same votes in another order give another ballot")
	}
	if carried := opinions.Ballot("another salt", []int{1, 3}, out); !slices.Equal(out, carried) {
		t.Error("a ballot that was carried is another one")
	}
	if other := opinions.Ballot("another salt", []int{1, 3}, votes); slices.Equal(out, other) {
		t.Error("the order does not depend on the salt")
	}
	joined := opinions.Ballot("another salt", []int{1, 3}, append(slices.Clone(out), opinions.Cast{Voter: "account-new", Statement: 1, Vote: 1}))
	if len(joined) != 25 || slices.ContainsFunc(joined, func(v opinions.Cast) bool { return !opinions.NamelessVoter(v.Voter) }) {
		t.Errorf("with somebody new: %v", joined)
	}
	if last := joined[len(joined)-1].Voter; last != "voter-000013" {
		t.Errorf("13 voters end with %s", last)
	}
	few := slices.DeleteFunc(slices.Clone(votes), func(v opinions.Cast) bool { return v.Voter > "account-6" })
	if out := opinions.Ballot("salt", []int{1, 3}, few); out != nil {
		t.Errorf("the votes of few: %v", out)
	}
	for voter, want := range map[core.ID]bool{"voter-000001": true, "voter-1000000": true, "voter-1": false, "voter-000000": false, "account-1": false, "voter-000001x": false, "": false} {
		if opinions.NamelessVoter(voter) != want {
			t.Errorf("%q is nameless: %v", voter, !want)
		}
	}
}
