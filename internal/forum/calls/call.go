// Package calls asks people for things: proposals of sessions, thematic inputs, booths,
// nominations. A call has a window, a form and rules; what comes in is kept by the rooms
// below. The steps of a cycle stand here too, for most of them are the windows of calls.
package calls

import (
	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Kinds of calls (process.md 2.1 and 2.2 name their sources: what the forum asks for in a
// cycle). A kind chooses the form to begin with and what an accepted answer becomes.
const (
	ThematicInput = "thematic-input"
	TakingStock   = "taking-stock"
	Workshop      = "workshop"
	OpenForum     = "open-forum"
	TownHall      = "town-hall"
	LightningTalk = "lightning-talk"
	Launch        = "launch-award"
	DayZero       = "day-zero"
	Coalition     = "coalition-session"
	Network       = "network-session"
	Networking    = "networking"
	Booth         = "booth"
	Art           = "art"
	TravelSupport = "travel-support"
	Nomination    = "nomination"
	Consultation  = "consultation-input"
	Registration  = "registration" // answered in the room of participation
)

// CallKinds are all kinds, in the order in which they are offered.
var CallKinds = []string{
	ThematicInput, TakingStock, Workshop, OpenForum, TownHall, LightningTalk, Launch, DayZero, Coalition, Network, Networking,
	Booth, Art, TravelSupport, Nomination, Consultation, Registration,
}

// ForSessions tells whether what is accepted under a kind becomes a session.
func ForSessions(kind string) bool {
	switch kind {
	case Workshop, OpenForum, TownHall, LightningTalk, Launch, DayZero, Coalition, Network, Networking:
		return true
	}
	return false
}

// States of a call: they follow from its publication and its window.
const (
	StateDraft     = "draft"
	StateComing    = "coming"
	StateOpen      = "open"
	StateClosed    = "closed"
	StateCancelled = "cancelled"
)

// Who may answer.
const (
	Everyone  = "everyone"  // who has signed in
	OfBodies  = "of-bodies" // who holds a seat in a body of the kinds named
	ByMail    = "invited"   // whose address was invited
	shownNot  = "never"     // proposals are for reviewers and staff
	shownDone = "decided"   // what was accepted is public
	shownLate = "closed"    // all is public when the call closes
	shownLive = "at-once"   // all is public as it comes: inputs, taking stock
)

// Shown are the choices of when answers are public.
var Shown = []string{shownNot, shownDone, shownLate, shownLive}

// Audiences are the choices of who may answer.
var Audiences = []string{Everyone, OfBodies, ByMail}

// Call is one call.
type Call struct {
	bun.BaseModel `bun:"table:calls,alias:ca"`

	ID          core.ID      `bun:"id,pk" json:"id"`
	Ref         string       `bun:"ref" json:"ref" doc:"permanent part of its address"`
	Edition     core.ID      `bun:"edition" json:"edition,omitempty"`
	Body        core.ID      `bun:"body" json:"body,omitempty" doc:"the body that asks, where it is not the secretariat"`
	Kind        string       `bun:"kind" json:"kind"`
	Position    int          `bun:"position" json:"-"`
	Title       core.Text    `bun:"title" json:"title"`
	About       core.Text    `bun:"about" json:"about"`
	Thanks      core.Text    `bun:"thanks" json:"-"` // what the receipt says beside the usual
	Published   bool         `bun:"published" json:"-"`
	Cancelled   string       `bun:"cancelled" json:"cancelled,omitempty" doc:"why the call was taken back"`
	Opens       core.Instant `bun:"opens" json:"opens"`
	Closes      core.Instant `bun:"closes" json:"closes"`
	Zone        string       `bun:"zone" json:"zone" doc:"IANA zone in which the window was set"`
	Announced   core.Instant `bun:"announced" json:"announced,omitzero"`
	Audience    string       `bun:"audience" json:"audience" enum:"everyone,of-bodies,invited"`
	BodyKinds   []string     `bun:"body_kinds,type:jsonb" json:"body_kinds,omitempty"`
	Invited     []string     `bun:"invited,type:jsonb" json:"-"` // keys of addresses
	PerPerson   int          `bun:"per_person" json:"per_person,omitempty" doc:"most answers of a person; 0: any number"`
	PerOrg      int          `bun:"per_org" json:"per_organisation,omitempty"`
	Langs       []string     `bun:"langs,type:jsonb" json:"languages,omitempty" doc:"in which it may be answered; empty: any"`
	Becomes     string       `bun:"becomes" json:"becomes,omitempty" doc:"code of the session type that an accepted answer becomes"`
	Shown       string       `bun:"shown" json:"shown" doc:"when answers are public: never, decided, closed, at-once"`
	Alike       bool         `bun:"alike" json:"-"`  // proposers are shown what is like theirs
	Wanted      bool         `bun:"wanted" json:"-"` // proposers may look for speakers in public before their proposals are
	Rules       []Rule       `bun:"rules,type:jsonb" json:"rules"`
	Previous    core.ID      `bun:"previous" json:"previous,omitempty" doc:"the call of the year before: answers can be carried over from it"`
	FormVersion int          `bun:"form_version" json:"form_version" doc:"number of the form in force; 0: none yet"`
	Created     core.Instant `bun:"created" json:"-"`
	Version     int64        `bun:"version" json:"version"`
}

// Scope of a call in the record: its edition, or the forum. What bodies do stands in the
// forum's.
func (c Call) Scope() string {
	if c.Edition != "" {
		return string(c.Edition)
	}
	return core.ScopeForum
}

// AnswerPath is where a call is answered; edition is the slug of its own, if it has one.
func (c Call) AnswerPath(edition string) string {
	if c.Kind == Registration && edition != "" {
		return "/" + edition + "/register"
	}
	return c.Path() + "/answer"
}

// Path is the call's permanent address.
func (c Call) Path() string { return "/calls/" + c.Ref }

// State of the call at an instant.
func (c Call) State(now core.Instant) string {
	switch {
	case !c.Published:
		return StateDraft // whatever else it is: nobody may know of it
	case c.Cancelled != "":
		return StateCancelled
	case now.Before(c.Opens):
		return StateComing
	case now.Before(c.Closes):
		return StateOpen
	}
	return StateClosed
}

// Severities of a rule.
const (
	Blocks  = "block"  // what breaks it is not eligible, unless staff overrule it with a reason
	Warns   = "warn"   // reviewers and staff are told
	Informs = "inform" // the proposer is told
)

// Severities are all severities.
var Severities = []string{Blocks, Warns, Informs}

// Codes of rules (process.md 2.3 and 2.4 give their sources). Limit is their number,
// where they have one.
const (
	RuleComplete  = "complete"       // all required questions are answered
	RuleSpeakers  = "speakers"       // at least Limit speakers have confirmed or are said to have
	RuleGender    = "gender"         // not all speakers are of one gender
	RuleOnsite    = "onsite"         // an onsite moderator, and Limit speakers on site
	RuleOnline    = "online"         // an online moderator
	RulePerPerson = "per-person"     // a person proposes at most Limit
	RulePerOrg    = "per-org"        // so does an organisation
	RuleSpeaking  = "speaking"       // a speaker stands in at most Limit proposals of the edition
	RuleReport    = "report"         // the report of the last session was filed
	RuleMember    = "member"         // members of the advisory group may not propose
	RuleGroups    = "groups"         // organisers are of at least Limit stakeholder groups
	RuleRegions   = "regions"        // speakers are of at least Limit regions
	RuleEligible  = "eligible-group" // the proposer is of one of Codes
)

// RuleCodes are all rules, in the order in which they are shown.
var RuleCodes = []string{
	RuleComplete, RuleMember, RuleEligible, RuleReport, RuleSpeakers, RuleOnsite, RuleOnline, RuleGender, RuleGroups, RuleRegions,
	RulePerPerson, RulePerOrg, RuleSpeaking,
}

// Limited tells whether a rule has a number.
func Limited(code string) bool {
	switch code {
	case RuleSpeakers, RuleOnsite, RulePerPerson, RulePerOrg, RuleSpeaking, RuleGroups, RuleRegions:
		return true
	}
	return false
}

// Rule is one rule of a call. Source says where the forum has decided it.
type Rule struct {
	Code     string   `json:"code"`
	Severity string   `json:"severity" enum:"block,warn,inform"`
	Limit    int      `json:"limit,omitempty"`
	Codes    []string `json:"codes,omitempty"` // stakeholder groups of eligible-group
	Source   string   `json:"source,omitempty"`
}

// StoredForm is a form of a call; Number 0 is the draft.
type StoredForm struct {
	bun.BaseModel `bun:"table:call_forms,alias:cf"`

	Call      core.ID      `bun:"call,pk" json:"-"`
	Number    int          `bun:"number,pk" json:"number"`
	Form      Form         `bun:"form,type:jsonb" json:"form"`
	Published core.Instant `bun:"published" json:"published,omitzero"`
	Version   int64        `bun:"version" json:"version" doc:"of the draft: saving and publishing ask for it"`
}

// Move is one change of a window: of its end.
type Move struct {
	bun.BaseModel `bun:"table:call_moves,alias:cm"`

	ID     core.ID      `bun:"id,pk" json:"-"`
	Call   core.ID      `bun:"call" json:"-"`
	Was    core.Instant `bun:"was" json:"was"`
	Now    core.Instant `bun:"now" json:"now"`
	Reason core.Text    `bun:"reason" json:"reason"`
	At     core.Instant `bun:"at" json:"at"`
}
