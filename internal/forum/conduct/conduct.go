// Package conduct is the code of conduct of an edition: where it stands, how somebody
// reports against it in private, and what those who are named for it decide. Nobody else
// learns that a report exists.
package conduct

import (
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// States of a report.
const (
	StateReceived = "received"
	StateLooked   = "looked"   // a handler looks at it
	StateDecided  = "decided"  // and the person concerned may appeal for a while
	StateAppealed = "appealed" // she did
	StateClosed   = "closed"
)

// States are all states in their order.
var States = []string{StateReceived, StateLooked, StateDecided, StateAppealed, StateClosed}

// Kinds of decisions.
const (
	KindNone    = "none"    // no action
	KindWarning = "warning" //
	KindSession = "session" // removal from a session
	KindEdition = "edition" // removal from the edition
)

// Kinds are all kinds, the mildest first.
var Kinds = []string{KindNone, KindWarning, KindSession, KindEdition}

// Outcomes of an appeal.
const (
	OutcomeUpheld   = "upheld"
	OutcomeReversed = "reversed"
)

// Sources of what is added to a report.
const (
	FromReporter = "reporter"
	FromHandler  = "handler"  // who reported reads it
	FromInside   = "internal" // the handlers among themselves
	FromAccused  = "accused"  // an appeal
)

// Setting is how an edition handles reports.
type Setting struct {
	bun.BaseModel `bun:"table:conduct_settings,alias:cs"`

	Edition    core.ID   `bun:"edition,pk"`
	Contact    core.Text `bun:"contact"`
	Months     int       `bun:"months"`
	AppealDays int       `bun:"appeal_days"`
	LastNumber int       `bun:"last_number"`
	Version    int64     `bun:"version"`

	Handlers []core.ID `bun:"-"` // accounts; none: the secretariat
}

type handlerRow struct {
	bun.BaseModel `bun:"table:conduct_handlers,alias:ch"`

	Edition core.ID `bun:"edition,pk"`
	Account core.ID `bun:"account,pk"`
}

// Report is a report against the code of conduct.
type Report struct {
	bun.BaseModel `bun:"table:conduct_reports,alias:cr"`

	ID           core.ID      `bun:"id,pk"`
	Edition      core.ID      `bun:"edition"`
	Number       int          `bun:"number"`
	State        string       `bun:"state"`
	TokenHash    string       `bun:"token_hash"`
	Account      core.ID      `bun:"account"` // who reported, if she said so
	Contact      string       `bun:"contact"`
	Lang         string       `bun:"lang"`
	Withheld     bool         `bun:"withheld"` // the person concerned may not learn who reported
	Place        string       `bun:"place"`
	Happened     string       `bun:"happened"`
	Words        string       `bun:"words"`
	About        string       `bun:"about"`
	Registration core.ID      `bun:"registration"`
	Received     core.Instant `bun:"received"`
	Closed       core.Instant `bun:"closed"`
	Erased       core.Instant `bun:"erased"`
	Version      int64        `bun:"version"`

	Notes     []Note     `bun:"-"`
	Files     []Kept     `bun:"-"`
	Decisions []Decision `bun:"-"`
	Recused   []core.ID  `bun:"-"`
}

// Last is the newest decision, or nil.
func (r *Report) Last() *Decision {
	if len(r.Decisions) == 0 {
		return nil
	}
	return &r.Decisions[len(r.Decisions)-1]
}

// Note is what was added to a report.
type Note struct {
	bun.BaseModel `bun:"table:conduct_notes,alias:cn"`

	ID      core.ID      `bun:"id,pk"`
	Report  core.ID      `bun:"report"`
	Source  string       `bun:"source"`
	Account core.ID      `bun:"account"`
	Words   string       `bun:"words"`
	At      core.Instant `bun:"at"`
}

// Kept is a file that came with a report.
type Kept struct {
	bun.BaseModel `bun:"table:conduct_files,alias:cf"`

	ID     core.ID      `bun:"id,pk"`
	Report core.ID      `bun:"report"`
	File   string       `bun:"file"`
	Name   string       `bun:"name"`
	Size   int64        `bun:"size"`
	At     core.Instant `bun:"at"`
}

type recusedRow struct {
	bun.BaseModel `bun:"table:conduct_recused,alias:cx"`

	Report  core.ID `bun:"report,pk"`
	Account core.ID `bun:"account,pk"`
}

// Decision is what was decided on a report, and what came of an appeal.
type Decision struct {
	bun.BaseModel `bun:"table:conduct_decisions,alias:cd"`

	ID           core.ID      `bun:"id,pk"`
	Report       core.ID      `bun:"report"`
	Edition      core.ID      `bun:"edition"`
	Registration core.ID      `bun:"registration"`
	Kind         string       `bun:"kind"`
	Session      core.ID      `bun:"session"`
	Body         string       `bun:"body"`
	Reason       string       `bun:"reason"`
	Decided      core.Instant `bun:"decided"`
	AppealUntil  core.Instant `bun:"appeal_until"`
	TokenHash    string       `bun:"token_hash"`
	Account      core.ID      `bun:"account"`
	Outcome      string       `bun:"outcome"`
	OutcomeWhy   string       `bun:"outcome_why"`
	OutcomeAt    core.Instant `bun:"outcome_at"`
}

// MayAppeal tells whether the person concerned may still appeal.
func (d *Decision) MayAppeal(state string, now core.Instant) bool {
	return state == StateDecided && d.Outcome == "" && !d.AppealUntil.IsZero() && now.Before(d.AppealUntil)
}

// eligible are those of the handlers who may handle a report: not who reported, not whom
// it concerns, not who is recused. Where nobody of the named is left, the others are asked.
func eligible(named, others []core.ID, out ...core.ID) []core.ID {
	fit := func(list []core.ID) []core.ID {
		var ok []core.ID
		for _, id := range list {
			if id != "" && !slices.Contains(out, id) && !slices.Contains(ok, id) {
				ok = append(ok, id)
			}
		}
		return ok
	}
	if list := fit(named); len(list) > 0 {
		return list
	}
	return fit(others)
}
