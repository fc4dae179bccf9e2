package opinions

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/solve/opinion"
)

// Shelf keeps polls with their statements and votes. The votes that it copies say who
// cast them: nothing but Ballot may hand them on.
var Shelf = record.Shelf{Kind: "opinion_poll", Tables: []record.Table{
	{Name: "opinion_polls", Key: []string{"id"}, Where: "id IN (?)"},
	{Name: "opinion_statements", Key: []string{"id"}, Where: "poll IN (?)"},
	{Name: "opinion_votes", Key: []string{"poll", "account", "statement"}, Where: "poll IN (?)"},
}}

// Cast is one vote as everybody may know of it.
type Cast struct {
	Voter     core.ID // on the way in an account; on the way out "voter-7", which is nobody's
	Statement int
	Vote      opinion.Vote
}

// voterForm is how a participant is called whom nobody can name.
const voterForm = "voter-%06d"

// NamelessVoter tells whether a voter is called by no account.
func NamelessVoter(voter core.ID) bool {
	n, err := strconv.Atoi(strings.TrimPrefix(string(voter), "voter-"))
	return err == nil && n > 0 && fmt.Sprintf(voterForm, n) == string(voter)
}

// Ballot gives the votes of a poll as its matrix publishes them, to everybody and to the
// staff alike: on accepted statements, by participants without names, in an order that
// says nothing of who they are. Nothing where too few have voted for a matrix. Where all
// were nameless before they stay called as they are, so that a copy of a copy is the same.
func Ballot(salt string, accepted []int, votes []Cast) []Cast {
	by := map[core.ID][]Cast{}
	nameless := true
	for _, v := range votes {
		if slices.Contains(accepted, v.Statement) {
			by[v.Voter] = append(by[v.Voter], v)
			nameless = nameless && NamelessVoter(v.Voter)
		}
	}
	if len(by) < leastShown {
		return nil
	}
	type voter struct {
		key  string
		cast []Cast
	}
	list := make([]voter, 0, len(by))
	for account, cast := range by {
		key := string(account)
		if !nameless {
			sum := sha256.Sum256([]byte(salt + key))
			key = hex.EncodeToString(sum[:])
		}
		list = append(list, voter{key, cast})
	}
	slices.SortFunc(list, func(a, b voter) int { return cmp.Compare(a.key, b.key) })
	var out []Cast
	for i, v := range list {
		name := core.ID(fmt.Sprintf(voterForm, i+1))
		if nameless {
			name = core.ID(v.key)
		}
		slices.SortFunc(v.cast, func(a, b Cast) int { return cmp.Compare(a.Statement, b.Statement) })
		for _, c := range v.cast {
			out = append(out, Cast{name, c.Statement, c.Vote})
		}
	}
	return out
}
