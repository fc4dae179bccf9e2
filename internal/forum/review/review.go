// Package review has proposals judged: phases with their rules, criteria, reviewers and
// what keeps them from a proposal, who reads what, scores, and what they say together.
package review

import (
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Best and least mark (process.md 2.4: 5 is best).
const (
	LeastMark = 1
	BestMark  = 5
)

// States of a phase: they follow from its window.
const (
	StatePlanned = "planned"
	StateOpen    = "open"
	StateClosed  = "closed"
)

// When a reviewer is shown what the others of her proposal have given.
const (
	ShownNever     = "never"
	ShownSubmitted = "submitted" // after she has submitted hers
	ShownClosed    = "closed"    // when the phase has closed
)

// Who takes part in the discussion of a proposal.
const (
	DiscussNot       = "off"
	DiscussSubmitted = "submitted" // who has submitted
	DiscussOpen      = "open"      // all to whom it is assigned
)

// How the languages of reviewers count when proposals are assigned.
const (
	LangsAny    = "any"
	LangsPrefer = "prefer"
	LangsMust   = "must"
)

// What proposers are told after the phase.
const (
	FeedbackNone     = "none"
	FeedbackComments = "comments"
	FeedbackScores   = "scores" // with the comments
)

// The choices of each.
var (
	Showns      = []string{ShownNever, ShownSubmitted, ShownClosed}
	Discussions = []string{DiscussNot, DiscussSubmitted, DiscussOpen}
	LangRules   = []string{LangsAny, LangsPrefer, LangsMust}
	Feedbacks   = []string{FeedbackNone, FeedbackComments, FeedbackScores}
)

// Phase is a round in which proposals of a call are read and scored.
type Phase struct {
	bun.BaseModel `bun:"table:review_phases,alias:rp" json:"-"`

	ID         core.ID      `bun:"id,pk" json:"id"`
	Call       core.ID      `bun:"call" json:"call"`
	Number     int          `bun:"number" json:"number"`
	Name       core.Text    `bun:"name" json:"name"`
	Opens      core.Instant `bun:"opens" json:"opens"`
	Closes     core.Instant `bun:"closes" json:"closes"`
	Zone       string       `bun:"zone" json:"zone"`
	Reviews    int          `bun:"reviews" json:"reviews" doc:"reviewers that each proposal gets"`
	MinLoad    int          `bun:"min_load" json:"min_load"`
	MaxLoad    int          `bun:"max_load" json:"max_load"`
	OfGroup    int          `bun:"of_group" json:"of_group,omitempty" doc:"most reviewers of one stakeholder group that a proposal gets; 0: any number"`
	Langs      string       `bun:"langs" json:"languages" enum:"any,prefer,must"`
	Blind      bool         `bun:"blind" json:"blind" doc:"who proposes is hidden from reviewers"`
	Named      bool         `bun:"named" json:"named" doc:"reviewers are told one another's names"`
	Bidding    bool         `bun:"bidding" json:"bidding" doc:"until it opens, reviewers say what they would like to read"`
	Shown      string       `bun:"shown" json:"shown" enum:"never,submitted,closed"`
	Discussion string       `bun:"discussion" json:"discussion" enum:"off,submitted,open"`
	Feedback   string       `bun:"feedback" json:"feedback" enum:"none,comments,scores"`
	Version    int64        `bun:"version" json:"version"`
}

// State of the phase at an instant.
func (p Phase) State(now core.Instant) string {
	switch {
	case now.Before(p.Opens):
		return StatePlanned
	case now.Before(p.Closes):
		return StateOpen
	}
	return StateClosed
}

// Bids tells whether reviewers say at an instant what they would like to read.
func (p Phase) Bids(now core.Instant) bool { return p.Bidding && p.State(now) == StatePlanned }

// Criterion is what marks are given for. All reviewers give one for each.
type Criterion struct {
	bun.BaseModel `bun:"table:review_criteria,alias:rc" json:"-"`

	ID        core.ID     `bun:"id,pk" json:"id"`
	Call      core.ID     `bun:"call" json:"-"`
	Position  int         `bun:"position" json:"-"`
	Label     core.Text   `bun:"label" json:"label"`
	About     core.Text   `bun:"about" json:"about"`
	Weight    int         `bun:"weight" json:"weight"`
	Anchors   []core.Text `bun:"anchors,type:jsonb" json:"anchors" doc:"what each mark means, from 1 to 5"`
	Threshold int         `bun:"threshold" json:"threshold,omitempty" doc:"a mark as low as this or lower needs a reason; 0: none does"`
	Version   int64       `bun:"version" json:"-"`
}

// Anchor is what a mark means; zero where nothing is said.
func (c Criterion) Anchor(mark int) core.Text {
	if mark < LeastMark || mark > len(c.Anchors) {
		return core.Text{}
	}
	return c.Anchors[mark-1]
}

// Reviewer is somebody who reviews a call.
type Reviewer struct {
	bun.BaseModel `bun:"table:review_reviewers,alias:rr" json:"-"`

	ID           core.ID      `bun:"id,pk" json:"id"`
	Call         core.ID      `bun:"call" json:"-"`
	Account      core.ID      `bun:"account" json:"-"` // empty until she has one
	Person       core.ID      `bun:"person" json:"person,omitempty"`
	Email        string       `bun:"email" json:"-"`
	EmailKey     string       `bun:"email_key" json:"-"`
	Name         string       `bun:"name" json:"name"`
	Body         core.ID      `bun:"body" json:"body,omitempty" doc:"the body in whose name she reviews"`
	Group        string       `bun:"stakeholder" json:"group,omitempty"`
	Region       string       `bun:"region" json:"region,omitempty"`
	Organisation string       `bun:"organisation" json:"organisation,omitempty"`
	Langs        []string     `bun:"langs,type:jsonb" json:"languages,omitempty" doc:"that she reads; empty: not known"`
	Topics       []string     `bun:"topics,type:jsonb" json:"topics,omitempty" doc:"ids of themes, and words"`
	MinLoad      int          `bun:"min_load" json:"-"` // -1: as the phase says
	MaxLoad      int          `bun:"max_load" json:"-"`
	Gone         bool         `bun:"gone" json:"-"`
	Created      core.Instant `bun:"created" json:"-"`
	Version      int64        `bun:"version" json:"-"`
}

// Loads are the fewest and the most proposals that she gets in a phase.
func (r Reviewer) Loads(p Phase) (least, most int) {
	least, most = p.MinLoad, p.MaxLoad
	if r.MaxLoad >= 0 {
		most = r.MaxLoad
	}
	if r.MinLoad >= 0 {
		least = r.MinLoad
	}
	return min(least, most), most
}

// Bids that a reviewer can give, the gladdest first.
const (
	Eager     = "eager"
	Willing   = "willing"
	Neutral   = "neutral"
	Unwilling = "unwilling"
)

// BidKinds are all bids.
var BidKinds = []string{Eager, Willing, Neutral, Unwilling}

// Bid is how gladly somebody would read a proposal.
type Bid struct {
	bun.BaseModel `bun:"table:review_bids,alias:rb"`

	Reviewer core.ID `bun:"reviewer,pk"`
	Proposal core.ID `bun:"proposal,pk"`
	Bid      string  `bun:"bid"`
}

// Assignment says that a reviewer reads a proposal.
type Assignment struct {
	bun.BaseModel `bun:"table:review_assignments,alias:ra"`

	Phase    core.ID      `bun:"phase,pk"`
	Proposal core.ID      `bun:"proposal,pk"`
	Reviewer core.ID      `bun:"reviewer,pk"`
	Pinned   bool         `bun:"pinned"`
	At       core.Instant `bun:"at"`
}

// States of a review.
const (
	Draft     = "draft" // hers alone; it counts nowhere
	Submitted = "submitted"
	Abstained = "abstained"
)

// Mark is what was given for a criterion; 0 is none.
type Mark struct {
	Mark   int    `json:"mark"`
	Reason string `json:"reason,omitempty"`
}

// Review is what a reviewer says of a proposal in a phase.
type Review struct {
	bun.BaseModel `bun:"table:review_reviews,alias:rv" json:"-"`

	Phase        core.ID          `bun:"phase,pk" json:"phase"`
	Proposal     core.ID          `bun:"proposal,pk" json:"proposal"`
	Reviewer     core.ID          `bun:"reviewer,pk" json:"-"`
	State        string           `bun:"state" json:"state" enum:"draft,submitted,abstained"`
	Marks        map[core.ID]Mark `bun:"marks,type:jsonb" json:"marks"`
	ForProposer  string           `bun:"for_proposer" json:"for_proposer,omitempty"`
	ForCommittee string           `bun:"for_committee" json:"for_committee,omitempty"`
	Reason       string           `bun:"reason" json:"reason,omitempty" doc:"of an abstention"`
	Updated      core.Instant     `bun:"updated" json:"updated"`
	Submitted    core.Instant     `bun:"submitted" json:"submitted,omitzero"`
	Version      int64            `bun:"version" json:"version"`
}

// Remark is what somebody says to the other reviewers of a proposal.
type Remark struct {
	bun.BaseModel `bun:"table:review_remarks,alias:rk" json:"-"`

	ID       core.ID      `bun:"id,pk" json:"id"`
	Phase    core.ID      `bun:"phase" json:"-"`
	Proposal core.ID      `bun:"proposal" json:"-"`
	Reviewer core.ID      `bun:"reviewer" json:"-"`
	Account  core.ID      `bun:"account" json:"-"`
	Name     string       `bun:"name" json:"name,omitempty"`
	Body     string       `bun:"body" json:"body"`
	At       core.Instant `bun:"at" json:"at"`
}

// current is the phase that counts at an instant: the last that has begun; nil if none has.
func current(phases []Phase, now core.Instant) *Phase {
	var out *Phase
	for i := range phases {
		if phases[i].State(now) != StatePlanned {
			out = &phases[i]
		}
	}
	return out
}

func phaseBy(phases []Phase, number int) (Phase, bool) {
	i := slices.IndexFunc(phases, func(p Phase) bool { return p.Number == number })
	if i < 0 {
		return Phase{}, false
	}
	return phases[i], true
}
