// Package selection decides which answers to a call the forum takes up: rules and choices
// by hand, with the balance that follows from them, published at once with all that they
// follow from, so that anybody with the inputs comes to the same list.
package selection

import (
	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
)

// Choices: what can be decided of a proposal (process.md 2.4: mergers are recommended,
// never imposed).
const (
	Accept    = "accept"
	Condition = "condition" // accepted once conditions are met
	Merge     = "merge"     // into another; both sides have agreed
	Offer     = "offer"     // another type of session, which its proposers may take
	Wait      = "wait"
	Decline   = "decline"
)

// Choices are all choices, in the order in which they are offered.
var Choices = []string{Accept, Condition, Merge, Offer, Wait, Decline}

// stateOf is what a proposal is after a choice was published.
var stateOf = map[string]string{
	Accept: proposals.StateAccepted, Condition: proposals.StateCondition, Merge: proposals.StateMerged,
	Offer: proposals.StateOffered, Wait: proposals.StateWaiting, Decline: proposals.StateDeclined,
}

// Reasons why the rules come to an outcome.
const (
	WhyHand  = "hand"  // somebody has chosen it
	WhyBest  = "best"  // among the best, who are taken whatever their theme
	WhyRoom  = "room"  // there is a place, and its theme has not had its share
	WhyCap   = "cap"   // its theme has had its share
	WhyFull  = "full"  // all places are taken
	WhyFloor = "floor" // its score is too low
	WhyFew   = "few"   // too few reviews to say anything
)

// Measures by which proposals are ranked.
const (
	ByMean       = "mean"
	ByNormalised = "normalised"
)

// What a bonus can be given for.
const (
	ForNewcomer = "newcomer" // nobody of its organisers had a session before
	ForClass    = "class"    // its organiser's country is in a development class on the first day
	ForRegion   = "region"   // it comes from that regional group
	ForGroup    = "group"    // it comes from that stakeholder group
)

// BonusKinds are all of them.
var BonusKinds = []string{ForNewcomer, ForClass, ForRegion, ForGroup}

// Bonus is points that are added to the score of proposals.
type Bonus struct {
	Of     string  `json:"of" enum:"newcomer,class,region,group"`
	Code   string  `json:"code,omitempty" doc:"of the class, region or group; empty with class: any"`
	Points float64 `json:"points"`
}

// Quota is how many sessions of a type there is room for.
type Quota struct {
	Type   string `json:"type" doc:"code of the session type"`
	Places int    `json:"places"`
}

// Rules are how a call's proposals are ranked, and how many of them are taken.
type Rules struct {
	Measure string  `json:"measure" enum:"mean,normalised"`
	Least   int     `json:"least" doc:"reviews that a proposal needs before the rules place it"`
	Floor   float64 `json:"floor" doc:"score below which the rules accept nothing"`
	Quotas  []Quota `json:"quotas"`
	First   int     `json:"first" doc:"so many of the best are taken whatever their theme"`
	Cap     int     `json:"cap" doc:"most per cent of the places that one theme gets; 0: any"`
	Bonuses []Bonus `json:"bonuses"`
	Waiting int     `json:"waiting" doc:"how many of those that were not taken wait for a place"`
	Fill    bool    `json:"fill" doc:"the rules decide what nobody has decided by hand"`
}

// Places are the places of a session type; 0 is any number.
func (r Rules) Places(kind string) int {
	for _, q := range r.Quotas {
		if q.Type == kind {
			return q.Places
		}
	}
	return 0
}

// Reason is one that choices are given with: proposers read its label.
type Reason struct {
	Code  string    `json:"code"`
	Label core.Text `json:"label"`
}

// Task is what organisers whose proposals were taken have to do, by a date.
type Task struct {
	ID    core.ID   `json:"id"`
	Label core.Text `json:"label"`
	About core.Text `json:"about"`
	Due   string    `json:"due" doc:"YYYY-MM-DD"`
}

// Selection is how the answers to one call are selected.
type Selection struct {
	bun.BaseModel `bun:"table:selections,alias:sl"`

	Call    core.ID   `bun:"call,pk"`
	Rules   Rules     `bun:"rules,type:jsonb"`
	Reasons []Reason  `bun:"reasons,type:jsonb"`
	Tasks   []Task    `bun:"tasks,type:jsonb"`
	About   core.Text `bun:"about"` // words on the public page
	Version int64     `bun:"version"`
}

// Choice is what somebody has chosen by hand, and has not been published.
type Choice struct {
	bun.BaseModel `bun:"table:selection_choices,alias:sc" json:"-"`

	Proposal   core.ID      `bun:"proposal,pk" json:"proposal"`
	Call       core.ID      `bun:"call" json:"-"`
	Choice     string       `bun:"choice" json:"choice" enum:"accept,condition,merge,offer,wait,decline"`
	Type       string       `bun:"type" json:"type,omitempty" doc:"of the session that is offered"`
	Target     core.ID      `bun:"target" json:"into,omitempty" doc:"the proposal that it is merged into"`
	Conditions string       `bun:"conditions" json:"conditions,omitempty"`
	Reasons    []string     `bun:"reasons,type:jsonb" json:"reasons,omitempty"`
	Words      string       `bun:"words" json:"words,omitempty" doc:"for the proposers"`
	Note       string       `bun:"note" json:"-"` // for those who decide
	Account    core.ID      `bun:"account" json:"-"`
	ByName     string       `bun:"by_name" json:"by,omitempty"`
	At         core.Instant `bun:"at" json:"at"`
	Version    int64        `bun:"version" json:"-"`
}

// States of a merger.
const (
	MergerAsked   = "asked"
	MergerAgreed  = "agreed" // by both
	MergerRefused = "refused"
	MergerDropped = "dropped" // the recommendation was taken back
)

// Merger is a recommendation to make one session of two proposals.
type Merger struct {
	bun.BaseModel `bun:"table:selection_mergers,alias:sm" json:"-"`

	ID       core.ID      `bun:"id,pk" json:"id"`
	Call     core.ID      `bun:"call" json:"-"`
	One      core.ID      `bun:"one" json:"one"`
	Two      core.ID      `bun:"two" json:"two"`
	Words    string       `bun:"words" json:"words,omitempty"`
	State    string       `bun:"state" json:"state" enum:"asked,agreed,refused,dropped"`
	OneSays  string       `bun:"one_says" json:"one_says,omitempty" enum:"yes,no"`
	TwoSays  string       `bun:"two_says" json:"two_says,omitempty" enum:"yes,no"`
	OneWords string       `bun:"one_words" json:"one_words,omitempty"`
	TwoWords string       `bun:"two_words" json:"two_words,omitempty"`
	ByName   string       `bun:"by_name" json:"by"`
	At       core.Instant `bun:"at" json:"at"`
	Answered core.Instant `bun:"answered" json:"answered,omitzero"`
	Version  int64        `bun:"version" json:"version"`
}

// Of tells whether a merger is of two proposals, in either order.
func (m Merger) Of(a, b core.ID) bool { return m.One == a && m.Two == b || m.One == b && m.Two == a }

// Round is a decision that was published: what it followed from, and when.
type Round struct {
	bun.BaseModel `bun:"table:selection_rounds,alias:so" json:"-"`

	Call   core.ID      `bun:"call,pk" json:"-"`
	Number int          `bun:"number,pk" json:"number"`
	At     core.Instant `bun:"at" json:"at"`
	ByName string       `bun:"by_name" json:"by"`
	Body   core.ID      `bun:"body" json:"body,omitempty" doc:"the body that decided"`
	Note   core.Text    `bun:"note" json:"note"`
	Inputs Inputs       `bun:"inputs,type:jsonb" json:"-"`
	Facts  Facts        `bun:"facts,type:jsonb" json:"-"` // about the evaluation, as it was then
	Digest string       `bun:"digest" json:"digest" doc:"SHA-256 of the inputs and the list that follows from them"`
}

// Answers that proposers give to what was decided.
const (
	AnswerTaken   = "taken"   // they take the other type of session
	AnswerRefused = "refused" // they do not
	AnswerMet     = "met"     // staff: the conditions are met
	AnswerNotMet  = "not-met" // staff: they were not met in time
)

// Decided is what a round says of a proposal.
type Decided struct {
	bun.BaseModel `bun:"table:selection_results,alias:sr" json:"-"`

	Call       core.ID      `bun:"call,pk" json:"-"`
	Round      int          `bun:"round,pk" json:"round"`
	Proposal   core.ID      `bun:"proposal,pk" json:"proposal"`
	Place      int          `bun:"place" json:"place" doc:"on the ranked list; 0: it has none"`
	Choice     string       `bun:"choice" json:"choice"`
	Type       string       `bun:"type" json:"type,omitempty"`
	Target     core.ID      `bun:"target" json:"into,omitempty"`
	Conditions string       `bun:"conditions" json:"conditions,omitempty"`
	Reasons    []string     `bun:"reasons,type:jsonb" json:"reasons,omitempty"`
	Words      string       `bun:"words" json:"words,omitempty"`
	Hand       bool         `bun:"hand" json:"by_hand"`
	Why        string       `bun:"why" json:"why"`
	Answer     string       `bun:"answer" json:"answer,omitempty"`
	Answered   core.Instant `bun:"answered" json:"answered,omitzero"`
	ByName     string       `bun:"by_name" json:"answered_by,omitempty"`
	Version    int64        `bun:"version" json:"-"`
}

// Link says that a proposal became a session.
type Link struct {
	bun.BaseModel `bun:"table:selection_sessions,alias:ss" json:"-"`

	Proposal core.ID      `bun:"proposal,pk" json:"proposal"`
	Session  core.ID      `bun:"session" json:"session"`
	Edition  core.ID      `bun:"edition" json:"-"`
	At       core.Instant `bun:"at" json:"at"`
}

// Letter is the words of a call for one kind of decision in one language. In them {title},
// {number}, {call}, {type}, {reasons}, {words}, {conditions}, {other}, {session} and {url}
// stand for what they name.
type Letter struct {
	bun.BaseModel `bun:"table:selection_letters,alias:se"`

	Call    core.ID `bun:"call,pk"`
	Kind    string  `bun:"kind,pk"` // a choice
	Lang    string  `bun:"lang,pk"`
	Subject string  `bun:"subject"`
	Body    string  `bun:"body"`
	Version int64   `bun:"version"`
}

// Done is a task that the organisers of a proposal have ticked off.
type Done struct {
	bun.BaseModel `bun:"table:selection_done,alias:sd"`

	Proposal core.ID      `bun:"proposal,pk"`
	Task     core.ID      `bun:"task,pk"`
	ByName   string       `bun:"by_name"`
	At       core.Instant `bun:"at"`
}

// News is an announcement to the organisers whose proposals were taken.
type News struct {
	bun.BaseModel `bun:"table:selection_news,alias:sn"`

	ID     core.ID      `bun:"id,pk" json:"id"`
	Call   core.ID      `bun:"call" json:"-"`
	Title  core.Text    `bun:"title" json:"title"`
	Body   core.Text    `bun:"body" json:"body"`
	ByName string       `bun:"by_name" json:"by"`
	At     core.Instant `bun:"at" json:"at"`
}

// Usual are the rules of a call that nobody has set: by the mean, three reviews at least,
// nothing filled by itself.
func Usual(c calls.Call) Selection {
	s := Selection{Call: c.ID, Rules: Rules{Measure: ByMean, Least: 3, Quotas: []Quota{}, Bonuses: []Bonus{}}, Reasons: []Reason{}, Tasks: []Task{}}
	if c.Becomes != "" {
		s.Rules.Quotas = append(s.Rules.Quotas, Quota{Type: c.Becomes})
	}
	return s
}
