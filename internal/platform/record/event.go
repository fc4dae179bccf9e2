// Package record is the only way to change anything: every change is one
// transaction that writes rows and one event per subject changed. What only reacts
// to a change (mail, search, caches, live pages) follows the record.
package record

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Visibility says who may read an event.
type Visibility string

// Visibilities of events. A public event stands on the activity page and in the
// history of its subject for everybody; an internal one for the crew and the staff.
const (
	Public   Visibility = "public"
	Internal Visibility = "internal"
)

// Event is one thing that happened, in the past tense. Everything but Seq, ID, Act,
// At and the actor is given by who appends it.
type Event struct {
	Seq        int64           `bun:"seq,pk" json:"seq"`
	ID         core.ID         `bun:"id" json:"id"`
	Act        core.ID         `bun:"act" json:"act" doc:"events of one act share it"`
	At         core.Instant    `bun:"at" json:"at"`
	Account    core.ID         `bun:"account" json:"-"`
	Person     core.ID         `bun:"person" json:"person,omitempty"`
	Program    string          `bun:"program" json:"program,omitempty"`
	Token      core.ID         `bun:"token" json:"-"` // personal token by which the account acted; empty: in a browser
	Kind       string          `bun:"kind" json:"kind" doc:"what happened: session.moved"`
	Subject    core.ID         `bun:"subject" json:"subject"`
	Scope      string          `bun:"scope" json:"scope" doc:"an edition, a body, or forum"`
	Visibility Visibility      `bun:"visibility" json:"visibility"`
	Data       json.RawMessage `bun:"data,type:jsonb" json:"data"`
	// Personal is kept apart so that it can be erased without touching the public part.
	Personal json.RawMessage `bun:"personal,type:jsonb,nullzero" json:"-"`

	bun.BaseModel `bun:"table:events,alias:e"`
}

// Data is the public part of an event: what it is about in a few named values. By
// convention "label" is what to call the subject, "changes" what Changes returned.
type Data map[string]any

// Change is one field before and after.
type Change struct {
	Before any `json:"before"`
	After  any `json:"after"`
}

// Changes compares the JSON forms of two values of one type, field by field, and
// returns what differs. Versions and time stamps of rows are left out.
func Changes(before, after any) map[string]Change {
	b, a := fields(before), fields(after)
	out := map[string]Change{}
	for _, k := range slices.Sorted(maps.Keys(merged(b, a))) {
		if k == "version" || k == "updated" || reflect.DeepEqual(b[k], a[k]) {
			continue
		}
		out[k] = Change{Before: b[k], After: a[k]}
	}
	return out
}

func fields(v any) map[string]any {
	out := map[string]any{}
	if b, err := json.Marshal(v); err == nil {
		_ = json.Unmarshal(b, &out) // a value that is no object has no fields
	}
	return out
}

func merged(a, b map[string]any) map[string]any {
	m := maps.Clone(a)
	maps.Copy(m, b)
	return m
}
