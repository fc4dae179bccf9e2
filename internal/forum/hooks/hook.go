// Package hooks tells other programs what happens: public events of the record are posted
// to addresses that administrators add, signed by the rules of Standard Webhooks
// (https://www.standardwebhooks.com), tried again for a day and kept in a log.
package hooks

import (
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/fetch"
)

// States of a hook.
const (
	StateOn      = "on"
	StatePaused  = "paused"  // by a person; what happens meanwhile is not told later
	StateStopped = "stopped" // by the program: its address failed for days
)

// States of a delivery.
const (
	Waiting = "waiting"
	Done    = "done"
	Failed  = "failed"  // all tries were in vain
	Dropped = "dropped" // what it tells is public no more, or the hook is not on
)

// Subjects are what events may be about, as hooks choose them: the part of an event's kind
// before the dot.
var Subjects = []string{
	"session", "programme", "report", "messages", "consultation", "comment", "call", "commitment", "issue", "process", "paper", "transcript",
	"recording", "call_for_input", "proposal", "meeting", "opinion_poll", "edition", "body", "seat", "person", "organisation", "figure", "output",
}

// Hook is an address that is told what happens.
type Hook struct {
	bun.BaseModel `bun:"table:webhooks,alias:wh" json:"-"`

	ID         core.ID      `bun:"id,pk" json:"id"`
	Name       string       `bun:"name" json:"name"`
	URL        string       `bun:"url" json:"url"`
	Kinds      string       `bun:"kinds" json:"-"`
	Edition    string       `bun:"edition" json:"edition,omitempty" doc:"id of an edition whose events alone are told"`
	State      string       `bun:"state" json:"state" enum:"on,paused,stopped"`
	Since      int64        `bun:"since" json:"since" doc:"place in the record after which events are told"`
	Generation int64        `bun:"generation" json:"-"`
	OldUntil   core.Instant `bun:"old_until" json:"-"`
	Failing    core.Instant `bun:"failing" json:"failing,omitzero" doc:"when the first of a row of failures was"`
	Account    core.ID      `bun:"account" json:"-"`
	Created    core.Instant `bun:"created" json:"created"`
	Version    int64        `bun:"version" json:"version"`
}

// Subjects are what the hook is told of; none is everything.
func (h Hook) Subjects() []string { return core.Lines(h.Kinds) }

// Wants tells whether an event of a kind and scope is told to the hook.
func (h Hook) Wants(kind, scope string) bool {
	if h.Edition != "" && h.Edition != scope {
		return false
	}
	subject, _, _ := strings.Cut(kind, ".")
	chosen := h.Subjects()
	return len(chosen) == 0 || slices.Contains(chosen, subject)
}

// Delivery is one event on its way to one hook.
type Delivery struct {
	bun.BaseModel `bun:"table:webhook_deliveries,alias:wd" json:"-"`

	ID       core.ID      `bun:"id,pk" json:"id"`
	Hook     core.ID      `bun:"hook" json:"hook"`
	Event    core.ID      `bun:"event" json:"event"`
	Seq      int64        `bun:"seq" json:"seq" doc:"place in the record; 0 for a test"`
	Kind     string       `bun:"kind" json:"kind"`
	State    string       `bun:"state" json:"state" enum:"waiting,done,failed,dropped"`
	Attempts int64        `bun:"attempts" json:"attempts"`
	NextTry  core.Instant `bun:"next_try" json:"next_try,omitzero"`
	Body     string       `bun:"body" json:"body" doc:"as it was sent"`
	Status   int64        `bun:"status" json:"status" doc:"HTTP status of the last answer; 0 for none"`
	Answer   string       `bun:"answer" json:"answer" doc:"beginning of the last answer"`
	Error    string       `bun:"error" json:"error" doc:"why there was no answer"`
	Took     int64        `bun:"took" json:"took_ms"`
	Created  core.Instant `bun:"created" json:"created"`
	Tried    core.Instant `bun:"tried" json:"tried,omitzero"`
}

// MessageID is the delivery as the other program knows it.
func (d Delivery) MessageID() string { return "msg_" + string(d.ID) }

// TestKind is the kind of what the test button sends.
const TestKind = "webhook.test"

// waits are the times between tries; after the last one a delivery has failed.
var waits = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 8 * time.Hour, 8 * time.Hour,
}

const (
	// stopAfter is how long an address may fail without one success between.
	stopAfter = 3 * 24 * time.Hour
	// oldFor is how long a secret counts on after it was replaced.
	oldFor = 24 * time.Hour
	// keepFor is how long the log is kept.
	keepFor = 30 * 24 * time.Hour
	// mostHooks bounds how much work one event can make.
	mostHooks = 50
)

// Input is the form of a hook.
type Input struct {
	Version int64    `form:"version" ui:"hidden" json:"version,omitempty"`
	Name    string   `form:"name" required:"1" max:"120" json:"name"`
	URL     string   `form:"url" required:"1" max:"1000" json:"url"`
	Kinds   []string `form:"kinds" ui:"checks" json:"kinds,omitempty"`
	Edition string   `form:"edition" ui:"select" json:"edition,omitempty"`
}

// Validate checks the form. That the edition stands is asked by the service.
func (in Input) Validate() error {
	p := core.Validate(in)
	if in.URL != "" {
		if _, err := fetch.Address(in.URL); err != nil {
			p.Add("url", "hooks.error.address")
		}
	}
	for _, k := range in.Kinds {
		if !slices.Contains(Subjects, k) {
			p.Add("kinds", "hooks.error.kind", "Kind", k)
		}
	}
	return p.Err()
}

// InputOf is the form of a hook as it stands.
func InputOf(h Hook) Input {
	return Input{Version: h.Version, Name: h.Name, URL: h.URL, Kinds: h.Subjects(), Edition: h.Edition}
}
