package ledger

import (
	"slices"

	"plenary/internal/core"
)

// What a commitment is to who reads it. Whether somebody belongs to an organisation
// follows from the affiliations of her person that hold today.
const (
	asClaimed = "claimed" // not confirmed, and of another organisation
	asMine    = "mine"    // not confirmed, handed in by the reader
	asOurs    = "ours"    // not confirmed, of the reader's organisation
	asPublic  = "public"
	asOwn     = "own" // public, of the reader's organisation
)

var (
	signedIn = core.AllRoles[1:]
	curators = append([]core.Role{core.RoleEditor}, core.Staff...)
)

// Policies of the room.
var Policies = []core.Policy{
	{
		Subject: "call", States: CallStates,
		Rules: []core.Rule{
			{Action: "see", Roles: core.Everybody},
			{Action: "answer", Roles: signedIn, States: []string{StateOpen, StateAnswered, StateCommitted, StateProgress, StateDone, StateDeclined}},
			{Action: "mark", Roles: curators},
			{Action: "address", Roles: curators},
			{Action: "supersede", Roles: curators},
			{Action: "see_internal_history", Roles: core.Staff},
		},
	},
	{
		Subject: "commitment", States: []string{asClaimed, asMine, asOurs, asPublic, asOwn},
		Rules: []core.Rule{
			{Action: "see", Roles: core.Everybody, States: []string{asPublic}},
			{Action: "see", Roles: signedIn, States: []string{asMine, asOurs, asOwn}},
			{Action: "see", Roles: core.Staff},
			{Action: "record", Roles: core.Staff},
			{Action: "confirm", Roles: signedIn, States: []string{asOurs}},
			{Action: "confirm", Roles: core.Staff, States: []string{asClaimed, asMine, asOurs}},
			{Action: "refuse", Roles: core.Staff, States: []string{asClaimed, asMine, asOurs}},
			{Action: "update", Roles: signedIn, States: []string{asMine, asOwn}},
			{Action: "update", Roles: core.Staff},
			{Action: "flag", Roles: signedIn, States: []string{asPublic, asOwn}},
			{Action: "settle_flag", Roles: core.Staff, States: []string{asPublic, asOwn}},
		},
	},
	{
		Subject: "issue", States: []string{""},
		Rules: []core.Rule{
			{Action: "see", Roles: core.Everybody},
			{Action: "edit", Roles: curators},
		},
	},
	{
		Subject: "process", States: []string{""},
		Rules: []core.Rule{
			{Action: "see", Roles: core.Everybody},
			{Action: "edit", Roles: curators},
		},
	},
	{
		Subject: "reference", States: []string{""},
		Rules: []core.Rule{
			{Action: "see", Roles: core.Everybody},
			{Action: "edit", Roles: curators},
		},
	},
}

var callPolicy, commitmentPolicy, issuePolicy, processPolicy, referencePolicy = Policies[0], Policies[1], Policies[2], Policies[3], Policies[4]

// standingOf is what a commitment is to an actor who belongs to organisations.
func standingOf(a core.Actor, mine []core.ID, c Commitment) string {
	member := slices.Contains(mine, c.Organisation)
	switch {
	case c.Public() && member:
		return asOwn
	case c.Public():
		return asPublic
	case a.SignedIn() && a.Account == c.Account:
		return asMine
	case member:
		return asOurs
	}
	return asClaimed
}

func scopeOf(edition core.ID) string {
	if edition == "" {
		return core.ScopeForum
	}
	return string(edition)
}

// can tells whether the actor may do something with a commitment.
func can(a core.Actor, mine []core.ID, action string, c Commitment) bool {
	return commitmentPolicy.Can(action, standingOf(a, mine, c), a.Roles(scopeOf(c.Edition))...)
}

func check(a core.Actor, mine []core.ID, action string, c Commitment) error {
	return commitmentPolicy.Check(action, standingOf(a, mine, c), a.Roles(scopeOf(c.Edition))...)
}

// CanCurate tells whether the actor may keep issues, processes and outside documents.
func CanCurate(a core.Actor) bool {
	return issuePolicy.Can("edit", "", a.Roles(core.ScopeForum)...)
}

func mayCurate(a core.Actor, p core.Policy) error {
	return p.Check("edit", "", a.Roles(core.ScopeForum)...)
}
