package proposals

import (
	"context"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

// Shelf keeps proposals with their saved states, the people whom they name or who were
// offered to them, what screening found, and which would be merged. What an editor has
// typed and not saved is hers alone: it is not among it.
var Shelf = record.Shelf{Kind: "proposal", Tables: []record.Table{
	{Name: "proposals", Key: []string{"id"}, Where: "id IN (?)"},
	{Name: "proposal_revisions", Key: []string{"proposal", "number"}, Where: "proposal IN (?)"},
	{Name: "proposal_people", Key: []string{"id"}, Where: "proposal IN (?)"},
	{Name: "proposal_findings", Key: []string{"proposal", "rule"}, Where: "proposal IN (?)"},
	{Name: "proposal_offers", Key: []string{"id"}, Where: "proposal IN (?)"},
	{Name: "proposal_merges", Key: []string{"id"}, Where: "proposal IN (?)"},
}}

// Open tells whether everybody may read a proposal at an instant: it counts, and its call
// shows it.
func Open(p Proposal, c calls.Call, now core.Instant) bool {
	return c.Published && c.Public(slices.Contains(Live, p.State), slices.Contains(Taken, p.State), now)
}

// ForAll gives a proposal and its people as everybody may read them to whom it is open:
// without private answers, and without those who have not agreed to be named. It is what
// a package for everybody holds.
func ForAll(p Proposal, form calls.Form, parties []Party) (calls.Answers, []Party) {
	v := View{Proposal: p, Form: form, Parties: parties, Outside: true}
	v.hide()
	return v.Answers, v.Parties
}

// proposer is the account of who proposes. A proposal that came in a data package has
// none: its organisation stands for her, and nobody is written to.
func (s *Service) proposer(ctx context.Context, p Proposal) (authn.Account, error) {
	if p.Account == "" {
		return authn.Account{Name: p.Organisation, Disabled: true}, nil
	}
	return s.Accounts.ByID(ctx, p.Account)
}
