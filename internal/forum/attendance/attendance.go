// Package attendance is how people come into sessions online and who was there: places of
// sessions, personal links, the waiting page before the door, attendance counted once per
// person, a page to fall back on, and certificates.
package attendance

import (
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
)

// Ways of being in a session.
const (
	Onsite = "onsite" // a badge was scanned at the room
	Online = "online" // by a join link
	Hub    = "hub"    // at a remote hub
)

// Ways are all of them.
var Ways = []string{Onsite, Online, Hub}

// Who may join a session.
const (
	ForAll     = "all"     // everybody who is admitted to the edition
	ForInvited = "invited" // who is invited, and who has a role in the session
)

const (
	usualEarly = 15               // minutes before the start at which the door opens
	mostEarly  = 180              //
	staysOpen  = 15 * time.Minute // after the end: sessions overrun
)

// Place is where a session is joined online.
type Place struct {
	bun.BaseModel `bun:"table:session_places,alias:pl"`

	Session core.ID      `bun:"session,pk" json:"session"`
	Edition core.ID      `bun:"edition" json:"-"`
	URL     string       `bun:"url" json:"url"`
	DialIn  string       `bun:"dial_in" json:"dial_in"`
	Note    core.Text    `bun:"note" json:"note"`
	Early   int          `bun:"early" json:"early" doc:"minutes before the start at which the door opens"`
	Access  string       `bun:"access" json:"access" enum:"all,invited"`
	Changed core.Instant `bun:"changed" json:"changed,omitzero"`
	Version int64        `bun:"version" json:"version"`
}

// invited is one who is invited to a session.
type invited struct {
	bun.BaseModel `bun:"table:session_invited,alias:iv"`

	Session      core.ID `bun:"session,pk"`
	Registration core.ID `bun:"registration,pk"`
	EmailKey     string  `bun:"email_key,pk"`
	Label        string  `bun:"label"`
}

// Attendance is that somebody was in a session. First is when she was counted first; the
// others are when she was first counted in that way.
type Attendance struct {
	bun.BaseModel `bun:"table:attendances,alias:at"`

	Session      core.ID      `bun:"session,pk" json:"session"`
	Registration core.ID      `bun:"registration,pk" json:"registration"`
	Edition      core.ID      `bun:"edition" json:"-"`
	First        core.Instant `bun:"first" json:"first"`
	Onsite       core.Instant `bun:"onsite" json:"onsite,omitzero"`
	Online       core.Instant `bun:"online" json:"online,omitzero"`
	Hub          core.Instant `bun:"hub" json:"hub,omitzero"`
}

// Ways are those in which she was there.
func (a Attendance) Ways() []string {
	var out []string
	for i, at := range []core.Instant{a.Onsite, a.Online, a.Hub} {
		if !at.IsZero() {
			out = append(out, Ways[i])
		}
	}
	return out
}

// void is an attendance that the staff took out.
type void struct {
	bun.BaseModel `bun:"table:attendance_voids,alias:av"`

	Session      core.ID      `bun:"session,pk"`
	Registration core.ID      `bun:"registration,pk"`
	Account      core.ID      `bun:"account"`
	At           core.Instant `bun:"at"`
	Reason       string       `bun:"reason"`
}

// States of a door.
const (
	Untimed   = "untimed" // the session has no time
	Closed    = "closed"  // it opens later
	Open      = "open"
	Over      = "over"
	Cancelled = "cancelled"
)

// Door is a session as who joins it meets it.
type Door struct {
	bun.BaseModel `bun:"table:sessions,alias:se"`

	ID          core.ID      `bun:"id"`
	Edition     core.ID      `bun:"edition"`
	Ref         string       `bun:"ref"`
	Title       core.Text    `bun:"title"`
	Starts      core.Instant `bun:"starts"`
	Ends        core.Instant `bun:"ends"`
	Day         string       `bun:"day"`
	Room        core.ID      `bun:"room"`
	State       string       `bun:"state"`
	InvitedOnly bool         `bun:"invited_only"`
	Cancelled   core.Text    `bun:"cancelled_note"`
	URL         string       `bun:"url"`
	DialIn      string       `bun:"dial_in"`
	Note        core.Text    `bun:"note"`
	Early       int          `bun:"early"`
	Access      string       `bun:"access"`

	Set *editions.Setting `bun:"-"`
}

// Path is the address of the session's page.
func (d *Door) Path() string { return d.Set.Path() + "/" + d.Ref }

// Restricted tells whether only those invited may join: the programme's word goes first.
func (d *Door) Restricted() bool { return d.InvitedOnly || d.Access == ForInvited }

// Opens is when the door opens.
func (d *Door) Opens() core.Instant {
	if d.Starts.IsZero() {
		return d.Starts
	}
	return d.Starts.Add(-time.Duration(d.Early) * time.Minute)
}

// At is the state of the door at an instant. It stays open for a quarter of an hour after
// the end, because sessions overrun.
func (d *Door) At(now core.Instant) string {
	switch {
	case d.State == "cancelled":
		return Cancelled
	case d.Starts.IsZero() || d.Ends.IsZero():
		return Untimed
	case now.Before(d.Opens()):
		return Closed
	case now.Before(d.Ends.Add(staysOpen)):
		return Open
	}
	return Over
}

// Holder is whom a link belongs to: a registration, or a hub with its moderator.
type Holder struct {
	Registration *participation.Registration
	Hub          *participation.Hub
}

// subject is the id to which codes and devices are bound: the registration, or the account
// that moderates the hub.
func (h Holder) subject() core.ID {
	if h.Hub != nil {
		return h.Hub.Moderator
	}
	return h.Registration.ID
}

// generation is that of the holder's links; devices of one before are not hers any more.
func (h Holder) generation() int {
	if h.Hub != nil {
		return 0
	}
	return h.Registration.Generation
}

// way is how who enters by the link is counted.
func (h Holder) way() string {
	if h.Hub != nil {
		return Hub
	}
	return Online
}

// Link is a join link that holds: its door and whom it belongs to.
type Link struct {
	*Door
	Holder
	Token string
}
