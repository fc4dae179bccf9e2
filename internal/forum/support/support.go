// Package support is the travel support of an edition: who applied by its call, who may be
// supported and why, how a committee scores them, what is awarded within a budget, what was
// paid, and what the supported report. Nobody learns from here that somebody has applied:
// only she herself, the committee and the staff read it. Counts without names go to the
// figures.
package support

import (
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// States of an application and of the grant that it becomes.
const (
	StateApplied    = "applied"
	StateEligible   = "eligible"
	StateIneligible = "ineligible"
	StateRanked     = "ranked"    // the scoring is closed, she has a place
	StateWaiting    = "waiting"   // on the waiting list
	StateNot        = "not-taken" // there was not enough for all
	StateOffered    = "offered"
	StateLapsed     = "lapsed"   // the offer was not answered in time
	StateDeclined   = "declined" // by herself
	StateAccepted   = "accepted"
	StateTravelled  = "travelled"
	StateReported   = "reported"
	StateClosed     = "closed"
	StateCancelled  = "cancelled" // the whole commitment was taken back
	StateWithdrawn  = "withdrawn" // she took the application back
)

// States are all states, in the order in which an application goes through them.
var States = []string{
	StateApplied, StateEligible, StateIneligible, StateRanked, StateWaiting, StateNot, StateOffered, StateLapsed, StateDeclined,
	StateAccepted, StateTravelled, StateReported, StateClosed, StateCancelled, StateWithdrawn,
}

// Granted are the states of who was given support and has not lost it.
var Granted = []string{StateAccepted, StateTravelled, StateReported, StateClosed}

// judged are the states of who is compared with others.
var judged = []string{StateEligible, StateRanked, StateWaiting, StateNot, StateOffered, StateLapsed, StateDeclined, StateAccepted, StateTravelled, StateReported, StateClosed, StateCancelled}

// choosable are the states from which an award may still be made.
var choosable = []string{StateRanked, StateWaiting, StateNot}

// Costs are the kinds of cost that a programme may cover.
var Costs = []string{"ticket", "hotel", "daily", "visa", "online"}

// Classes are the classes of countries (vocab.Classes), most in need first.
var Classes = []string{"LDC", "LLDC", "SIDS", "transition"}

// Criteria that the committee marks, and those that are counted from what stands in the
// application and in the record.
const (
	ByActivity  = "activity"
	ByBenefit   = "benefit"
	ByAdvice    = "recommendation"
	ByNeed      = "need"  // the country's class
	ByNew       = "first" // not supported before
	mostMark    = 5
	mostWeight  = 10
	mostScorers = 20
)

// CriterionCodes are all criteria, in order. Those after ByNew count only what she states.
var CriterionCodes = []string{ByActivity, ByBenefit, ByAdvice, ByNeed, ByNew, "woman", "indigenous", "disability", "elderly", "youth"}

// Marked tells whether the committee gives the marks of a criterion; the others follow
// from facts.
func Marked(code string) bool { return code == ByActivity || code == ByBenefit || code == ByAdvice }

// Criterion is one thing by which applications are compared.
type Criterion struct {
	Code   string `json:"code"`
	Weight int    `json:"weight" doc:"0: it does not count"`
}

// Programme is the travel support of an edition.
type Programme struct {
	bun.BaseModel `bun:"table:support_programmes,alias:sp"`

	Edition     core.ID      `bun:"edition,pk" json:"-"`
	Call        core.ID      `bun:"call" json:"call"`
	Currency    string       `bun:"currency" json:"currency"`
	Budget      Money        `bun:"budget" json:"budget" doc:"in minor units of the currency"`
	Most        Money        `bun:"most" json:"most,omitempty" doc:"for one person; 0: no limit"`
	Covers      []string     `bun:"covers,type:jsonb" json:"covers"`
	Classes     []string     `bun:"classes,type:jsonb" json:"classes"`
	Criteria    []Criterion  `bun:"criteria,type:jsonb" json:"criteria"`
	Scorers     int          `bun:"scorers" json:"scorers"`
	AcceptUntil string       `bun:"accept_until" json:"accept_until"`
	ReportDays  int          `bun:"report_days" json:"report_days"`
	Letter      core.Text    `bun:"letter" json:"letter,omitzero"`
	LastEntry   int          `bun:"last_entry" json:"-"`
	Ranked      core.Instant `bun:"ranked" json:"ranked,omitzero"`
	Published   core.Instant `bun:"published" json:"published,omitzero"`
	Version     int64        `bun:"version" json:"version"`
}

// Weight of a criterion; 0 if it does not count.
func (p *Programme) Weight(code string) int {
	for _, c := range p.Criteria {
		if c.Code == code {
			return c.Weight
		}
	}
	return 0
}

// Marks are the criteria that the committee marks here.
func (p *Programme) Marks() []string {
	return slices.DeleteFunc(slices.Clone(CriterionCodes), func(code string) bool { return !Marked(code) || p.Weight(code) == 0 })
}

// Application is an answer to the call, and the grant that it may become. Number is that
// of the answer.
type Application struct {
	bun.BaseModel `bun:"table:support_applications,alias:sa"`

	ID           core.ID      `bun:"id,pk" json:"id"`
	Edition      core.ID      `bun:"edition" json:"-"`
	Proposal     core.ID      `bun:"proposal" json:"-"`
	Number       int          `bun:"number" json:"number"`
	Account      core.ID      `bun:"account" json:"-"`
	Person       core.ID      `bun:"person" json:"-"`
	State        string       `bun:"state" json:"state"`
	Was          string       `bun:"was" json:"-"` // before it was cancelled
	Complete     bool         `bun:"complete" json:"complete"`
	Country      string       `bun:"country" json:"country"`
	Region       string       `bun:"region" json:"region"`
	Classes      []string     `bun:"classes,type:jsonb" json:"classes" doc:"of the country, on the edition's first day"`
	Stakeholder  string       `bun:"stakeholder" json:"stakeholder"`
	Organisation string       `bun:"organisation" json:"organisation"`
	OrgKey       string       `bun:"org_key" json:"-"`
	Stated       []string     `bun:"stated,type:jsonb" json:"stated" doc:"what she wants to be taken into account"`
	FirstTime    string       `bun:"first_time" json:"first_time" enum:",yes,no"`
	Asked        Money        `bun:"asked" json:"asked" doc:"what she thinks that it costs, in minor units"`
	Findings     []Finding    `bun:"findings,type:jsonb" json:"findings"`
	Overruled    string       `bun:"overruled" json:"overruled,omitempty" doc:"why the staff decided otherwise than the rules"`
	Score        int          `bun:"score" json:"score" doc:"thousandths of a point, once the scoring is closed"`
	Place        int          `bun:"place" json:"place" doc:"in the ranking; those with one score share it"`
	Choice       string       `bun:"choice" json:"choice,omitempty" enum:",offer,wait,not"`
	Amount       Money        `bun:"amount" json:"amount"`
	Because      string       `bun:"because" json:"because,omitempty" doc:"why the choice is another than the ranking's"`
	Over         string       `bun:"over" json:"-"` // why the offer may exceed the budget
	Feedback     core.Text    `bun:"feedback" json:"feedback,omitzero"`
	Offered      core.Instant `bun:"offered" json:"offered,omitzero"`
	AnswerUntil  string       `bun:"answer_until" json:"answer_until,omitempty" doc:"last day on which the offer can be accepted, in the zone of the venue"`
	Answered     core.Instant `bun:"answered" json:"answered,omitzero"`
	Travel       Travel       `bun:"travel,type:jsonb" json:"travel,omitzero"`
	Report       Report       `bun:"report,type:jsonb" json:"report,omitzero"`
	Reported     core.Instant `bun:"reported" json:"reported,omitzero"`
	Reason       string       `bun:"reason" json:"reason,omitempty"` // why she declined, or why it was cancelled
	Submitted    core.Instant `bun:"submitted" json:"submitted"`
	Erased       core.Instant `bun:"erased" json:"-"`
	Version      int64        `bun:"version" json:"version"`
}

// In tells whether the application is in one of the states.
func (x *Application) In(states []string) bool { return slices.Contains(states, x.State) }

// Travel is what the grantee says of her journey.
type Travel struct {
	Arrives string `json:"arrives,omitempty"`
	Leaves  string `json:"leaves,omitempty"`
	From    string `json:"from,omitempty"`
	Route   string `json:"route,omitempty"`
	Needs   string `json:"needs,omitempty"`
}

// Report is what the grantee reports after the edition.
type Report struct {
	Lang    string `json:"lang,omitempty"`
	Did     string `json:"did,omitempty"`
	Learned string `json:"learned,omitempty"`
	Home    string `json:"home,omitempty"`
}

// Choices of an award.
const (
	ChoiceOffer = "offer"
	ChoiceWait  = "wait"
	ChoiceNot   = "not"
)

// Scope of what happens to the support of an edition: no page of visitors reads it.
func Scope(edition core.ID) string { return string(edition) + "/support" }

// Member is somebody of the committee.
type Member struct {
	bun.BaseModel `bun:"table:support_members,alias:sm"`

	Edition      core.ID      `bun:"edition,pk" json:"-"`
	Account      core.ID      `bun:"account,pk" json:"account"`
	Country      string       `bun:"country" json:"country"`
	Organisation string       `bun:"organisation" json:"organisation"`
	OrgKey       string       `bun:"org_key" json:"-"`
	Appointed    core.Instant `bun:"appointed" json:"appointed"`
}

// States of a recommendation.
const (
	AdviceAsked     = "asked"
	AdviceConfirmed = "confirmed"
	AdviceDeclined  = "declined"
	AdviceDropped   = "dropped" // she names somebody else now, or nobody
)

// Advice is a recommendation by somebody whom the applicant names.
type Advice struct {
	bun.BaseModel `bun:"table:support_recommendations,alias:sr"`

	Application core.ID      `bun:"application,pk" json:"-"`
	Name        string       `bun:"name" json:"name"`
	Email       string       `bun:"email" json:"-"`
	EmailKey    string       `bun:"email_key" json:"-"`
	Lang        string       `bun:"lang" json:"-"`
	State       string       `bun:"state" json:"state" enum:"asked,confirmed,declined,dropped"`
	Words       string       `bun:"words" json:"words,omitempty"`
	Token       string       `bun:"token" json:"-"` // hash of the token in her mail
	Round       int          `bun:"round" json:"-"` // raised with each other address: the ids of mails
	Asked       core.Instant `bun:"asked" json:"asked"`
	Answered    core.Instant `bun:"answered" json:"answered,omitzero"`
}

// File is a boarding pass or a receipt.
type File struct {
	bun.BaseModel `bun:"table:support_files,alias:sf"`

	ID          core.ID      `bun:"id,pk" json:"id"`
	Application core.ID      `bun:"application" json:"-"`
	Kind        string       `bun:"kind" json:"kind" enum:"boarding-pass,receipt,other"`
	Blob        string       `bun:"file" json:"-"`
	Name        string       `bun:"name" json:"name"`
	Size        int64        `bun:"size" json:"size"`
	At          core.Instant `bun:"at" json:"at"`
}

// FileKinds are the kinds of files that a grantee hands in.
var FileKinds = []string{"boarding-pass", "receipt", "other"}
