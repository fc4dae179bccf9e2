// Package proposals keeps what people answer to calls: drafts, submissions, the people they
// name, and what screening by the call's rules finds.
package proposals

import (
	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
)

// States of a proposal. Those after screening are set by the rooms that judge and decide.
const (
	StateDraft      = "draft"
	StateSubmitted  = "submitted"
	StateReturned   = "returned"   // to be mended, with a note
	StateEligible   = "eligible"   // screening let it pass
	StateIneligible = "ineligible" // with its findings
	StateWithdrawn  = "withdrawn"
	StateAccepted   = "accepted"
	StateCondition  = "conditional" // accepted with conditions
	StateOffered    = "offered"     // another type of session is offered
	StateMerged     = "merged"      // it lives on in another
	StateWaiting    = "waiting"     // on the waiting list
	StateDeclined   = "declined"
)

// States are all states.
var States = []string{
	StateDraft, StateSubmitted, StateReturned, StateEligible, StateIneligible, StateWithdrawn,
	StateAccepted, StateCondition, StateOffered, StateMerged, StateWaiting, StateDeclined,
}

// Live are the states in which a proposal counts: it was handed in, and not taken back or
// found ineligible.
var Live = []string{StateSubmitted, StateReturned, StateEligible, StateAccepted, StateCondition, StateOffered, StateMerged, StateWaiting, StateDeclined}

// Taken are the states of proposals that the forum takes up.
var Taken = []string{StateAccepted, StateCondition, StateMerged}

// Proposal is what somebody answered to a call.
type Proposal struct {
	bun.BaseModel `bun:"table:proposals,alias:pr"`

	ID           core.ID       `bun:"id,pk" json:"id"`
	Call         core.ID       `bun:"call" json:"call"`
	Edition      core.ID       `bun:"edition" json:"edition,omitempty"`
	Number       int           `bun:"number" json:"number,omitempty" doc:"given when it is handed in"`
	FormVersion  int           `bun:"form_version" json:"form_version"`
	State        string        `bun:"state" json:"state"`
	Lang         string        `bun:"lang" json:"lang"`
	Answers      calls.Answers `bun:"answers,type:jsonb" json:"answers"`
	Title        string        `bun:"title" json:"title"`
	Account      core.ID       `bun:"account" json:"-"`
	Person       core.ID       `bun:"person" json:"-"`
	Organisation string        `bun:"organisation" json:"-"`
	OrgKey       string        `bun:"org_key" json:"-"`
	CopiedFrom   core.ID       `bun:"copied_from" json:"-"`
	Note         string        `bun:"note" json:"-"`   // of staff to the proposer, with a return or a refusal
	Wanted       bool          `bun:"wanted" json:"-"` // its editors look in public for the profiles that it names
	Created      core.Instant  `bun:"created" json:"-"`
	Updated      core.Instant  `bun:"updated" json:"updated"`
	Submitted    core.Instant  `bun:"submitted" json:"submitted,omitzero"`
	Version      int64         `bun:"version" json:"version"`

	CallRef string `bun:"-" json:"-"`
}

// Path is the proposal's permanent address.
func (p Proposal) Path() string { return "/proposals/" + string(p.ID) }

// Revision is one saved state of a proposal that was handed in.
type Revision struct {
	bun.BaseModel `bun:"table:proposal_revisions,alias:pv"`

	Proposal    core.ID       `bun:"proposal,pk"`
	Number      int           `bun:"number,pk"`
	FormVersion int           `bun:"form_version"`
	Answers     calls.Answers `bun:"answers,type:jsonb"`
	At          core.Instant  `bun:"at"`
	ByAccount   core.ID       `bun:"by_account"`
}

// States of a person who is named.
const (
	Named     = "named"   // nobody has written to her
	Invited   = "invited" // she was asked by mail
	Confirmed = "confirmed"
	Declined  = "declined"
)

// Party is a person named in a proposal. What she stated herself (Own) is hers: the
// proposer can name somebody else in her place, and cannot change her words.
type Party struct {
	bun.BaseModel `bun:"table:proposal_people,alias:pp"`

	ID           core.ID      `bun:"id,pk" json:"-"`
	Proposal     core.ID      `bun:"proposal" json:"-"`
	Question     string       `bun:"question" json:"question"`
	Means        string       `bun:"means" json:"role,omitempty"`
	Position     int          `bun:"position" json:"-"`
	Name         string       `bun:"name" json:"name"`
	NameKey      string       `bun:"name_key" json:"-"`
	Email        string       `bun:"email" json:"-"`
	EmailKey     string       `bun:"email_key" json:"-"`
	Organisation string       `bun:"organisation" json:"organisation,omitempty"`
	Group        string       `bun:"stakeholder" json:"group,omitempty"`
	Country      string       `bun:"country" json:"country,omitempty"`
	Gender       string       `bun:"gender" json:"-"` // only she says it
	Onsite       string       `bun:"onsite" json:"onsite,omitempty"`
	Asked        bool         `bun:"asked" json:"-"`
	State        string       `bun:"state" json:"state" enum:"named,invited,confirmed,declined"`
	Own          bool         `bun:"own" json:"own" doc:"she stated this herself"`
	Person       core.ID      `bun:"person" json:"person,omitempty"`
	Lang         string       `bun:"lang" json:"-"`
	Token        string       `bun:"token" json:"-"` // hash of the token in her mail
	Invited      core.Instant `bun:"invited" json:"-"`
	Answered     core.Instant `bun:"answered" json:"-"`
	Gone         bool         `bun:"gone" json:"-"` // the proposer has taken her out
}

// Coming tells whether a person counts as provisionally confirmed: she said so, or the
// proposer says that she was asked, and she has not declined.
func (p Party) Coming() bool {
	return !p.Gone && (p.State == Confirmed || p.State != Declined && p.Asked)
}

// Genders that a person may state.
const (
	Woman   = "woman"
	Man     = "man"
	Another = "another"
	NotSaid = "not-said"
)

// Genders are the choices, in order; empty is not asked yet.
var Genders = []string{Woman, Man, Another, NotSaid}

// Finding is what one rule of the call says of a proposal.
type Finding struct {
	bun.BaseModel `bun:"table:proposal_findings,alias:pf"`

	Proposal  core.ID        `bun:"proposal,pk" json:"-"`
	Rule      string         `bun:"rule,pk" json:"rule"`
	Outcome   string         `bun:"outcome" json:"outcome" enum:"holds,broken,unknown"`
	Args      map[string]any `bun:"args,type:jsonb" json:"args"`
	Overruled string         `bun:"overruled" json:"overruled,omitempty" doc:"why it does not count"`
	ByName    string         `bun:"by_name" json:"by,omitempty"`
	At        core.Instant   `bun:"at" json:"at"`

	Severity string `bun:"-" json:"severity"`
}

// Outcomes of a rule.
const (
	Holds   = "holds"
	Broken  = "broken"
	Unknown = "unknown" // what it asks is not known yet
)
