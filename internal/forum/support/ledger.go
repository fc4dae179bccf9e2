package support

import (
	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Kinds of entries of the ledger.
const (
	EntryCommitted = "committed" // promised to her
	EntryTicket    = "ticket"    // bought
	EntryAllowance = "allowance" // paid
	EntryRefund    = "refund"    // of what was paid
	EntryCancelled = "cancelled" // no longer promised
)

// EntryKinds are all kinds.
var EntryKinds = []string{EntryCommitted, EntryTicket, EntryAllowance, EntryRefund, EntryCancelled}

// Entry is one recorded fact. It is never changed or deleted: one that reverses it has its
// kind, its amount with the other sign, and names it.
type Entry struct {
	bun.BaseModel `bun:"table:support_entries,alias:se"`

	ID          core.ID      `bun:"id,pk" json:"id"`
	Edition     core.ID      `bun:"edition" json:"-"`
	Number      int          `bun:"number" json:"number"`
	Application core.ID      `bun:"application" json:"-"`
	Kind        string       `bun:"kind" json:"kind" enum:"committed,ticket,allowance,refund,cancelled"`
	Amount      Money        `bun:"amount" json:"amount" doc:"in minor units; negative where it reverses another"`
	Day         string       `bun:"day" json:"day"`
	Reference   string       `bun:"reference" json:"reference,omitempty"`
	Note        string       `bun:"note" json:"note,omitempty"`
	Reverses    core.ID      `bun:"reverses" json:"reverses,omitempty"`
	Over        string       `bun:"over" json:"over,omitempty" doc:"why it may exceed the budget"`
	Account     core.ID      `bun:"account" json:"-"` // who wrote it down
	At          core.Instant `bun:"at" json:"at"`
}

// Signed is the entry's part of the balance: what is promised and given back adds to it,
// what is paid and no longer promised takes from it.
func (e Entry) Signed() Money {
	switch e.Kind {
	case EntryCommitted, EntryRefund:
		return e.Amount
	}
	return -e.Amount
}

// Totals are what entries come to. They are always reckoned from the entries.
type Totals struct {
	Committed Money `json:"committed" doc:"promised, less what was cancelled"`
	Spent     Money `json:"spent" doc:"paid, less what came back"`
	Balance   Money `json:"balance" doc:"promised and not yet spent: the sum of all entries"`
	Used      Money `json:"used" doc:"of the budget: for each grant what is promised or, if more, spent"`
}

// Add puts other totals on top.
func (t *Totals) Add(o Totals) {
	t.Committed += o.Committed
	t.Spent += o.Spent
	t.Balance += o.Balance
	t.Used += o.Used
}

// Reckon gives the totals of each application that has entries, and of all.
func Reckon(list []Entry) (of map[core.ID]Totals, all Totals) {
	of = map[core.ID]Totals{}
	for _, e := range list {
		t := of[e.Application]
		switch e.Kind {
		case EntryCommitted:
			t.Committed += e.Amount
		case EntryCancelled:
			t.Committed -= e.Amount
		case EntryTicket, EntryAllowance:
			t.Spent += e.Amount
		case EntryRefund:
			t.Spent -= e.Amount
		}
		t.Balance += e.Signed()
		t.Used = max(t.Committed, t.Spent)
		of[e.Application] = t
	}
	for _, t := range of {
		all.Add(t)
	}
	return of, all
}

// refuse tells why an entry cannot stand: it would leave a grant with less than nothing
// promised or paid, or more paid than promised, or the programme with more used than it
// has. was and now are the grant before and after it, all the programme after it and open
// what is offered besides. A reason lets the last stand, and nothing else.
func refuse(p *Programme, was, now Totals, all, open Money, over string) *core.Error {
	switch {
	case now.Committed < 0:
		return core.Conflict("support.error.cancels_more")
	case now.Spent < 0:
		return core.Conflict("support.error.refunds_more")
	case now.Spent > was.Spent && now.Spent > now.Committed:
		return core.Conflict("support.error.not_committed")
	case now.Used > was.Used && all+open > p.Budget && over == "":
		return core.Conflict("support.error.budget")
	}
	return nil
}
