// Package ledger says what came of it: each call to action with whom it addresses, who
// answered with which commitment and evidence, or that nobody did; issues over the
// years; processes elsewhere, what was submitted to them and where the forum is cited.
// Nothing in it is ever deleted: what is withdrawn stays readable.
package ledger

import (
	"slices"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Where a call stands.
const (
	FromReport  = "report"
	FromMessage = "messages"
	FromPaper   = "paper"
)

// States of a call. Those between follow from its answers.
const (
	StateOpen       = "open"      // nobody has answered
	StateAnswered   = "answered"  // somebody answered without a promise
	StateDeclined   = "declined"  // all answers decline
	StateCommitted  = "committed" // somebody promised
	StateProgress   = "progress"
	StateDone       = "done"
	StateSuperseded = "superseded" // a later call stands for it
	StateGone       = "gone"       // a correction took it out of the text
)

// CallStates are the states in the order in which they are shown.
var CallStates = []string{StateOpen, StateAnswered, StateCommitted, StateProgress, StateDone, StateDeclined, StateSuperseded, StateGone}

// Call is a call to action: a paragraph of a published text (E130, E131).
type Call struct {
	bun.BaseModel `bun:"table:ledger_calls,alias:lc" json:"-"`

	ID       core.ID   `bun:"id,pk" json:"id"`
	Ref      string    `bun:"ref" json:"ref" doc:"permanent name of the paragraph: document#paragraph"`
	Document core.ID   `bun:"document" json:"document"`
	Source   string    `bun:"source" json:"source" enum:"report,messages,paper"`
	Edition  core.ID   `bun:"edition" json:"edition,omitempty"`
	Session  core.ID   `bun:"session" json:"session,omitempty"`
	Words    core.Text `bun:"words,type:jsonb" json:"words" doc:"as the text stands now"`
	WordsKey string    `bun:"words_key" json:"-"`
	To       []string  `bun:"to_codes,type:jsonb" json:"to" doc:"codes of those whom it addresses as a group"`
	ToKey    string    `bun:"to_key" json:"-"` // "|government|igo|", to be asked for
	ToAs     string    `bun:"to_as" json:"to_as,omitempty" doc:"an addressee in words"`

	Called       core.Instant `bun:"called" json:"called" doc:"when it was first published"`
	State        string       `bun:"state" json:"state" enum:"open,answered,committed,progress,done,declined,superseded,gone"`
	Answered     core.Instant `bun:"answered" json:"answered" doc:"when the first answer was confirmed"`
	SupersededBy core.ID      `bun:"superseded_by" json:"superseded_by,omitempty"`
	Note         string       `bun:"note" json:"note,omitempty"`
	Asked        core.Instant `bun:"asked" json:"-"` // when the addressed were reminded
	Version      int64        `bun:"version" json:"version"`

	Organisations []core.ID `bun:"-" json:"organisations" doc:"organisations that it addresses"`
}

// Path is the permanent address of the call.
func (c Call) Path() string { return "/ledger/" + string(c.ID) }

// Silent tells for how many whole days a call has had no answer. A call that is
// answered, superseded or gone is not silent.
func (c Call) Silent(now core.Instant) (days int, silent bool) {
	if c.State != StateOpen || c.Called.IsZero() || now.Before(c.Called) {
		return 0, c.State == StateOpen
	}
	return int(now.Sub(c.Called) / (24 * time.Hour)), true
}

// Kinds of what an organisation says.
const (
	KindCommitment = "commitment" // it will do something
	KindAnswer     = "answer"     // it answers without a promise
	KindDecline    = "decline"    // it will not, with reasons
)

// Kinds of answers in the order in which a form offers them.
var Kinds = []string{KindCommitment, KindAnswer, KindDecline}

// States of a commitment. One that was never confirmed is seen by the staff and the
// organisation only.
const (
	Claimed   = "claimed"
	Confirmed = "confirmed"
	Progress  = "progress"
	Changed   = "changed"
	Done      = "done"
	Withdrawn = "withdrawn"
	Refused   = "refused" // the staff could not confirm that the organisation said it
)

// Steps are the states to which an update may lead.
var Steps = []string{Progress, Done, Changed, Withdrawn}

// Commitment is what an organisation says: an answer to a call, or a promise by itself,
// for instance after a session (E159).
type Commitment struct {
	bun.BaseModel `bun:"table:ledger_commitments,alias:cm" json:"-"`

	ID           core.ID      `bun:"id,pk" json:"id"`
	Call         core.ID      `bun:"ledger_call" json:"call,omitempty"`
	Organisation core.ID      `bun:"organisation" json:"organisation"`
	Kind         string       `bun:"kind" json:"kind" enum:"commitment,answer,decline"`
	State        string       `bun:"state" json:"state" enum:"claimed,confirmed,progress,changed,done,withdrawn,refused"`
	Edition      core.ID      `bun:"edition" json:"edition,omitempty"`
	Session      core.ID      `bun:"session" json:"session,omitempty" doc:"the session that it follows up"`
	Words        core.Text    `bun:"words,type:jsonb" json:"words"`
	Said         string       `bun:"said" json:"said" doc:"the day on which it was said"`
	Due          string       `bun:"due" json:"due,omitempty" doc:"by which day"`
	Contact      string       `bun:"contact" json:"contact,omitempty" doc:"the role that answers questions"`
	Account      core.ID      `bun:"account" json:"-"`
	Person       core.ID      `bun:"person" json:"-"`
	Made         core.Instant `bun:"made" json:"made"`
	Confirmed    core.Instant `bun:"confirmed" json:"confirmed"`
	ConfirmedBy  string       `bun:"confirmed_by" json:"confirmed_by,omitempty" enum:"staff,member"`
	Updated      core.Instant `bun:"updated" json:"updated"`
	AskedDue     string       `bun:"asked_due" json:"-"` // the day of which the claimant was reminded
	Version      int64        `bun:"version" json:"version"`

	OrganisationName core.Text `bun:"organisation_name,scanonly" json:"organisation_name"`
	Updates          []Update  `bun:"-" json:"updates,omitempty"`
	Flags            []Flag    `bun:"-" json:"flags,omitempty"`
}

// Path is the permanent address of the commitment.
func (c Commitment) Path() string { return "/commitments/" + string(c.ID) }

// Public tells whether everybody may read it.
func (c Commitment) Public() bool { return !c.Confirmed.IsZero() }

// saidAt is the day on which it was said as an instant; where it was said today, when
// it was handed in.
func (c Commitment) saidAt() core.Instant {
	t, err := core.ParseDate(c.Said)
	if err != nil || dayOf(c.Made) == c.Said {
		return c.Made
	}
	return core.At(t)
}

// Overdue tells whether the promised day has passed without an end.
func (c Commitment) Overdue(now core.Instant) bool {
	return c.Kind == KindCommitment && c.Due != "" && c.Due < dayOf(now) &&
		slices.Contains([]string{Confirmed, Progress, Changed}, c.State)
}

// Update is a dated step of a commitment with its evidence. The first is what was
// handed in.
type Update struct {
	bun.BaseModel `bun:"table:ledger_updates,alias:up" json:"-"`

	ID         core.ID      `bun:"id,pk" json:"id"`
	Commitment core.ID      `bun:"commitment" json:"-"`
	State      string       `bun:"state" json:"state"`
	Words      core.Text    `bun:"words,type:jsonb" json:"words"`
	Due        string       `bun:"due" json:"due,omitempty"`
	Account    core.ID      `bun:"account" json:"-"`
	Person     core.ID      `bun:"person" json:"-"`
	At         core.Instant `bun:"at" json:"at"`

	Evidence []Evidence `bun:"-" json:"evidence,omitempty"`
}

// Evidence is a link or a kept copy. The program fetches nothing by itself.
type Evidence struct {
	bun.BaseModel `bun:"table:ledger_evidence,alias:ev" json:"-"`

	ID       core.ID      `bun:"id,pk" json:"id"`
	Owner    core.ID      `bun:"owner" json:"-"`   // an update, an outside document, a delivery
	Subject  core.ID      `bun:"subject" json:"-"` // the commitment; empty where everybody may see it
	Position int          `bun:"position" json:"-"`
	Title    string       `bun:"title" json:"title"`
	URL      string       `bun:"url" json:"url,omitempty"`
	Hash     string       `bun:"hash" json:"sha256,omitempty" doc:"of the kept copy"`
	At       core.Instant `bun:"at" json:"at"`
}

// Path is where the kept copy is; empty without one.
func (e Evidence) Path() string {
	if e.Hash == "" {
		return ""
	}
	return "/kept/" + string(e.ID)
}

// Flag is a doubt about a commitment, and the staff's answer to it.
type Flag struct {
	bun.BaseModel `bun:"table:ledger_flags,alias:fl" json:"-"`

	ID         core.ID      `bun:"id,pk" json:"id"`
	Commitment core.ID      `bun:"commitment" json:"-"`
	Reason     string       `bun:"reason" json:"reason"`
	Account    core.ID      `bun:"account" json:"-"`
	Person     core.ID      `bun:"person" json:"-"`
	At         core.Instant `bun:"at" json:"at"`
	Answer     string       `bun:"answer" json:"answer,omitempty"`
	Answered   core.Instant `bun:"answered" json:"answered"`
}

// dayOf is the day of an instant, in UTC.
func dayOf(at core.Instant) string { return at.Time().Format(time.DateOnly) }

// standing is the state of a call by its confirmed answers.
func standing(list []Commitment) (state string, answered core.Instant) {
	state = StateOpen
	rank := func(s string) int {
		return slices.Index([]string{StateOpen, StateDeclined, StateAnswered, StateCommitted, StateProgress, StateDone}, s)
	}
	for _, c := range list {
		if !c.Public() || c.State == Withdrawn {
			continue
		}
		if at := c.saidAt(); answered.IsZero() || at.Before(answered) {
			answered = at
		}
		s := StateCommitted
		switch {
		case c.Kind == KindDecline:
			s = StateDeclined
		case c.Kind == KindAnswer:
			s = StateAnswered
		case c.State == Progress:
			s = StateProgress
		case c.State == Done:
			s = StateDone
		}
		if rank(s) > rank(state) {
			state = s
		}
	}
	return state, answered
}
