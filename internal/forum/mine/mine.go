// Package mine is what the forum holds about one person, from all rooms: she sees it,
// takes it away, corrects it where it stands, has it erased, and finds what she has to do.
package mine

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// Who is the person whose data is gathered or erased.
type Who struct {
	Account       core.ID
	Person        core.ID
	Former        []core.ID // accounts that became part of hers
	FormerPages   []core.ID // pages of people that became part of hers
	Registrations []core.ID
	Names         []string // as they stand in the forum, each once
	Emails        []string // addresses and their keys, each once
	Lang          string

	KeepName  bool   // of erasing: the name stays on what was public
	Public    bool   // she had a public role
	Withdrawn string // what stands where a name was
}

// subjects are what events are about her.
func (w *Who) subjects() []core.ID {
	out := w.accounts()
	out = append(out, w.people()...)
	return append(out, w.Registrations...)
}

// accounts are hers, with those that became part of it.
func (w *Who) accounts() []core.ID { return append([]core.ID{w.Account}, w.Former...) }

// people are her pages, with those that became part of it.
func (w *Who) people() []core.ID {
	if w.Person == "" {
		return nil
	}
	return append([]core.ID{w.Person}, w.FormerPages...)
}

// keepsName tells whether her name stays on what was public.
func (w *Who) keepsName() bool { return w.KeepName && w.Public }

// Part is what one room holds about somebody, under a stable name.
type Part struct {
	Name  string
	Rows  []record.Row
	Files []FileRef
}

// FileRef is a file that she sent.
type FileRef struct{ ID, Name string }

// Kept is what stays when she is erased, and why: Key is that of a sentence of the
// catalogue.
type Kept struct {
	Key   string
	Count int
}

// Holder is a room, or a part of the ground floor, that holds something about people.
type Holder interface {
	// Name is stable: files of the export are called by it.
	Name() string
	// Collect gathers what it holds about somebody, and nothing about others.
	Collect(ctx context.Context, who *Who) ([]Part, error)
	// Keeps tells what would stay if she were erased.
	Keeps(ctx context.Context, who *Who) ([]Kept, error)
	// EraseTx takes out what is hers. It is one of several acts; a second time it changes
	// nothing.
	EraseTx(ctx context.Context, tx *record.Tx, who *Who) error
}

// States of a request to erase.
const (
	StateAsked     = "asked"     // the mail with the link is out
	StateConfirmed = "confirmed" // waits for its day, and can be cancelled
	StateDone      = "done"
	StateCancelled = "cancelled"
)

// States are all states.
var States = []string{StateAsked, StateConfirmed, StateDone, StateCancelled}

// Request is a request to erase somebody.
type Request struct {
	bun.BaseModel `bun:"table:erase_requests,alias:er"`

	ID        core.ID      `bun:"id,pk" json:"id"`
	Account   core.ID      `bun:"account" json:"-"`
	State     string       `bun:"state" json:"state" enum:"asked,confirmed,done,cancelled"`
	KeepName  bool         `bun:"keep_name" json:"keep_name"`
	CodeHash  string       `bun:"code_hash" json:"-"`
	CodeUntil core.Instant `bun:"code_until" json:"-"`
	Asked     core.Instant `bun:"asked" json:"asked"`
	Confirmed core.Instant `bun:"confirmed" json:"confirmed,omitzero"`
	Due       core.Instant `bun:"due" json:"due,omitzero" doc:"until then it can be cancelled"`
	Ended     core.Instant `bun:"ended" json:"-"`
	By        core.ID      `bun:"by_account" json:"-"` // of the staff
	Reason    string       `bun:"reason" json:"-"`
	Version   int64        `bun:"version" json:"-"`
}

// Setting is how long things are kept.
type Setting struct {
	bun.BaseModel `bun:"table:mine_settings,alias:ms"`

	ID      string `bun:"id,pk"`
	Cooling int    `bun:"cooling"` // days between confirming and erasing
	Needs   int    `bun:"needs"`   // days after an edition until needs and papers for visas are erased
	Version int64  `bun:"version"`
}

func unique(list []string) []string {
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
