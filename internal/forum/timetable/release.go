package timetable

import (
	"slices"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
)

// Release is one publication of the programme: numbered, and never changed.
type Release struct {
	bun.BaseModel `bun:"table:releases,alias:re"`

	ID      core.ID        `bun:"id,pk" json:"id"`
	Edition core.ID        `bun:"edition" json:"-"`
	Number  int            `bun:"number" json:"number"`
	Note    core.Text      `bun:"note" json:"note"`
	Counts  map[string]int `bun:"counts,type:jsonb" json:"counts" doc:"changes by kind, and sessions"`
	SHA256  string         `bun:"sha256" json:"sha256" doc:"of the programme that was released, as JSON"`
	ByName  string         `bun:"by_name" json:"-"`
	At      core.Instant   `bun:"at" json:"at"`
	Quiet   bool           `bun:"quiet" json:"quiet" doc:"nobody was written to"`
	Told    core.Instant   `bun:"told" json:"-"` // when who is concerned was written to

	Changes []Change `bun:"-" json:"changes,omitempty"`
}

// Slot is a session as a release has it.
type Slot struct {
	bun.BaseModel `bun:"table:release_slots,alias:rs"`

	Release  core.ID      `bun:"release,pk" json:"-"`
	Session  core.ID      `bun:"session,pk" json:"session"`
	Position int          `bun:"position" json:"-"`
	Ref      string       `bun:"ref" json:"ref"`
	Title    core.Text    `bun:"title" json:"title"`
	Starts   core.Instant `bun:"starts" json:"starts"`
	Ends     core.Instant `bun:"ends" json:"ends"`
	Room     core.ID      `bun:"room" json:"room,omitempty"`
	Place    core.Text    `bun:"place" json:"place" doc:"the room's name at that time"`
	State    string       `bun:"state" json:"state" enum:"scheduled,cancelled"`
}

// Kinds of changes, in the order in which they are told. A session that is moved into
// another room at another time has two of them.
const (
	ChangeCancelled   = "cancelled"
	ChangeMoved       = "moved"
	ChangeRoom        = "room"
	ChangeRestored    = "restored"
	ChangeUnscheduled = "unscheduled" // it is public and has no time any more
	ChangeNew         = "new"
	ChangeRenamed     = "renamed"
)

// ChangeKinds are all kinds in their order.
var ChangeKinds = []string{ChangeCancelled, ChangeMoved, ChangeRoom, ChangeRestored, ChangeUnscheduled, ChangeNew, ChangeRenamed}

// Change is what a release changed about a session, reckoned once when it was released.
type Change struct {
	bun.BaseModel `bun:"table:release_changes,alias:rc"`

	Release  core.ID  `bun:"release,pk" json:"-"`
	Session  core.ID  `bun:"session,pk" json:"session"`
	Position int      `bun:"position" json:"-"`
	Kinds    []string `bun:"kinds,type:jsonb" json:"kinds"`
	Before   Shown    `bun:"before,type:jsonb" json:"before"`
	After    Shown    `bun:"after,type:jsonb" json:"after"`
	Urgent   bool     `bun:"urgent" json:"urgent" doc:"it begins, or was to begin, within 24 hours"`
}

// Is tells whether the change is of a kind.
func (c Change) Is(kind string) bool { return slices.Contains(c.Kinds, kind) }

// Shown is what a change tells of a session.
type Shown struct {
	Ref    string       `json:"ref"`
	Title  core.Text    `json:"title"`
	Starts core.Instant `json:"starts"`
	Ends   core.Instant `json:"ends"`
	Place  core.Text    `json:"place"`
	State  string       `json:"state,omitempty"`
	Note   core.Text    `json:"note"`
}

// soon is how near a change must be to be urgent.
const soon = 24 * time.Hour

// Draft is what a release would do now.
type Draft struct {
	Slots   []Slot
	Changes []Change
	Counts  map[string]int
	// Publish is what becomes public of each session that differs.
	Publish []programme.Publication
}

// draftOf compares the plan with what is public.
func draftOf(set *editions.Setting, items []Item, now core.Instant) Draft {
	d := Draft{Counts: map[string]int{}}
	place := func(room core.ID) core.Text {
		if r := set.Room(room); r != nil {
			return r.Name
		}
		return core.Text{}
	}
	for i := range items {
		it := &items[i]
		to := it.Plan
		public := it.State != programme.StateDraft
		if to.State == PlanHeld && public { // what is public stays as it is
			to = planOf(it.Brief)
		}
		switch {
		case to.State == PlanHeld && !public, !to.Scheduled() && !public, to.State == PlanCancelled && !public:
			continue // nothing was or becomes public of it
		}
		p := programme.Publication{Session: it.ID, Placement: to.at(), State: programme.StateScheduled}
		if to.State == PlanCancelled {
			p.State, p.Note = programme.StateCancelled, to.Note
			if !to.Scheduled() { // a cancelled session keeps the place that it had
				p.Placement = programme.Placement{Starts: it.Starts, Ends: it.Ends, Room: it.Room}
			}
		}
		title, next := it.Title, it.Title
		if !it.NextTitle.IsZero() {
			next = it.NextTitle
		}
		before := Shown{Ref: it.Ref, Title: title, Starts: it.Starts, Ends: it.Ends, Place: place(it.Room), State: it.State, Note: it.CancelledNote}
		after := Shown{Ref: it.Ref, Title: next, Starts: p.Starts, Ends: p.Ends, Place: place(p.Room), State: p.State, Note: p.Note}
		d.Slots = append(d.Slots, Slot{
			Session: it.ID, Position: len(d.Slots), Ref: it.Ref, Title: next, Starts: p.Starts, Ends: p.Ends, Room: p.Room, Place: after.Place, State: p.State,
		})
		kinds := kindsOf(it, p)
		if len(kinds) == 0 && !differs(it, p) {
			continue
		}
		d.Publish = append(d.Publish, p)
		if len(kinds) == 0 {
			continue
		}
		c := Change{Session: it.ID, Kinds: kinds, Before: before, After: after}
		if !public {
			c.Before = Shown{}
		}
		c.Urgent = near(c.Before.Starts, now) || near(c.After.Starts, now)
		for _, k := range kinds {
			d.Counts[k]++
		}
		d.Changes = append(d.Changes, c)
	}
	slices.SortStableFunc(d.Changes, func(a, b Change) int {
		return slices.Index(ChangeKinds, a.Kinds[0]) - slices.Index(ChangeKinds, b.Kinds[0])
	})
	for i := range d.Changes {
		d.Changes[i].Position = i
	}
	d.Counts["sessions"] = len(d.Slots)
	return d
}

// differs tells whether anything is to be written that no reader is told of.
func differs(it *Item, p programme.Publication) bool {
	return !it.NextTitle.IsZero() || p.State == programme.StateCancelled && !it.CancelledNote.Equal(p.Note)
}

// kindsOf says what is new about a session.
func kindsOf(it *Item, p programme.Publication) []string {
	var out []string
	public := it.State != programme.StateDraft
	retimed := !it.Starts.Time().Equal(p.Starts.Time()) || !it.Ends.Time().Equal(p.Ends.Time())
	switch {
	case !public:
		return []string{ChangeNew}
	case p.State == programme.StateCancelled && it.State != programme.StateCancelled:
		return []string{ChangeCancelled}
	case it.State == programme.StateCancelled && p.State != programme.StateCancelled:
		out = append(out, ChangeRestored)
	}
	switch {
	case retimed && p.Starts.IsZero():
		out = append(out, ChangeUnscheduled)
	case retimed:
		out = append(out, ChangeMoved)
	}
	if it.Room != p.Room && !p.Starts.IsZero() {
		out = append(out, ChangeRoom)
	}
	if !it.NextTitle.IsZero() && !it.NextTitle.Equal(it.Title) {
		out = append(out, ChangeRenamed)
	}
	slices.SortFunc(out, func(a, b string) int { return slices.Index(ChangeKinds, a) - slices.Index(ChangeKinds, b) })
	return out
}

func near(at, now core.Instant) bool {
	return !at.IsZero() && at.After(now) && at.Sub(now) <= soon
}
