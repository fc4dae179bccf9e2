// Package badges is what people wear and show at a door: designs, print runs, the signed
// code that a door reads without network, doors with their scans, and the desk where
// badges are handed out. Who may come is said by the registrations; this room gives the
// badge, and notes who came with it.
package badges

import (
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Badge is a badge of a registration. One at most is good at a time: who loses hers gets
// the next serial.
type Badge struct {
	bun.BaseModel `bun:"table:badges,alias:ba"`

	ID           core.ID      `bun:"id,pk" json:"-"`
	Edition      core.ID      `bun:"edition" json:"-"`
	Registration core.ID      `bun:"registration" json:"-"`
	Serial       int          `bun:"serial" json:"serial" doc:"1 for the first badge of a registration"`
	Issued       core.Instant `bun:"issued" json:"issued"`
	Printed      core.Instant `bun:"printed" json:"printed,omitzero"` // last time
	Batch        core.ID      `bun:"batch" json:"-"`                  // with which it was printed last
	Revoked      core.Instant `bun:"revoked" json:"revoked,omitzero"`
	Reason       string       `bun:"reason" json:"-"` // why it was revoked: one of Reasons
}

// Reasons for which a badge is revoked.
var Reasons = []string{"lost", "wrong", "returned"}

// Kinds of doors. A desk hands badges out, so that it alone is told names.
const (
	DoorEntrance = "entrance"
	DoorRoom     = "room"
	DoorDesk     = "desk"
)

// DoorKinds are all kinds.
var DoorKinds = []string{DoorEntrance, DoorRoom, DoorDesk}

// Door is a device that reads badges. What it may do is what its kind says, and nothing
// else: it is nobody's account. Of its token and of the link that opens it only hashes
// are kept.
type Door struct {
	bun.BaseModel `bun:"table:doors,alias:dr"`

	ID        core.ID      `bun:"id,pk" json:"id"`
	Edition   core.ID      `bun:"edition" json:"-"`
	Name      string       `bun:"name" json:"name"`
	Kind      string       `bun:"kind" json:"kind" enum:"entrance,room,desk"`
	Room      core.ID      `bun:"room" json:"room,omitempty" doc:"room of the edition, for a door of this kind"`
	LinkHash  string       `bun:"link_hash" json:"-"`  // of the link that opens a device, once
	LinkUntil core.Instant `bun:"link_until" json:"-"` // the link is no good after it
	TokenHash string       `bun:"token_hash" json:"-"` // of the token that the device keeps
	Opened    core.Instant `bun:"opened" json:"opened,omitzero" doc:"when a device was opened with its link"`
	Seen      core.Instant `bun:"seen" json:"last_seen,omitzero"`
	Waiting   int          `bun:"waiting" json:"waiting" doc:"scans that its device had not sent yet when it was last seen"`
	Revoked   core.Instant `bun:"revoked" json:"revoked,omitzero"`
	Created   core.Instant `bun:"created" json:"-"`
	Version   int64        `bun:"version" json:"-"`
}

// What became of a scan. In counts; the others are refusals, or what staff shall look at.
const (
	ResultIn        = "in"        // let in, or counted in a session
	ResultAgain     = "again"     // was in here before
	ResultDesk      = "desk"      // sent to the desk: her registration is looked at anew
	ResultRefused   = "refused"   // may not come
	ResultRevoked   = "revoked"   // the badge is not good any more
	ResultForged    = "forged"    // nobody here signed it
	ResultOther     = "other"     // of another edition
	ResultUnread    = "unread"    // no badge at all
	ResultUnknown   = "unknown"   // signed, of a registration that is not here
	ResultNothing   = "nothing"   // nothing is on in the room
	ResultUninvited = "uninvited" // the session is for those invited, or she may not take part in it
	ResultNotHeard  = "notheard"  // what the device said was none of these
)

// Results are all results, as pages list them.
var Results = []string{
	ResultIn, ResultAgain, ResultDesk, ResultRefused, ResultRevoked, ResultForged, ResultOther, ResultUnread, ResultUnknown, ResultNothing, ResultUninvited,
}

// Scan is one badge held before a door. Its id is made by the device, so that the same
// scan sent twice is one. Nothing of the code is kept.
type Scan struct {
	bun.BaseModel `bun:"table:door_scans,alias:sc"`

	ID           core.ID      `bun:"id,pk"`
	Edition      core.ID      `bun:"edition"`
	Door         core.ID      `bun:"door"`
	Registration core.ID      `bun:"registration"` // empty where the code names none
	Serial       int          `bun:"serial"`
	Session      core.ID      `bun:"session"` // counted in it; empty at other doors
	Result       string       `bun:"result"`  // as the server decided
	Told         string       `bun:"told"`    // as the device told the person
	How          string       `bun:"how"`     // camera, typed, desk
	At           core.Instant `bun:"at"`      // by the forum's clock, as far as can be told
	Device       core.Instant `bun:"device"`  // by the device's clock
	Received     core.Instant `bun:"received"`
}

// Arrival is when somebody first came, at whichever door: one for a registration, so that
// nobody is counted twice. It moves to an earlier time when an earlier scan comes later.
type Arrival struct {
	bun.BaseModel `bun:"table:badge_arrivals,alias:ar"`

	Registration core.ID      `bun:"registration,pk"`
	Edition      core.ID      `bun:"edition"`
	Door         core.ID      `bun:"door"` // empty: by hand, at the desk
	At           core.Instant `bun:"at"`
}

// Batch is a run of badges for the printer.
type Batch struct {
	bun.BaseModel `bun:"table:badge_batches,alias:bb"`

	ID      core.ID      `bun:"id,pk" json:"-"`
	Edition core.ID      `bun:"edition" json:"-"`
	Number  int          `bun:"number" json:"number"`
	Chosen  BatchChoice  `bun:"chosen,type:jsonb" json:"chosen"`
	Count   int          `bun:"count" json:"count"`
	LeftOut []int        `bun:"left_out,type:jsonb" json:"left_out" doc:"numbers of registrations that are looked at anew and so were not printed"`
	Asked   core.Instant `bun:"asked" json:"files_asked,omitzero" doc:"when its files were last asked for"`
	Parts   int          `bun:"parts" json:"parts" doc:"files that the batch has"`
	Account core.ID      `bun:"account" json:"-"`
	Created core.Instant `bun:"created" json:"created"`
	Version int64        `bun:"version" json:"-"`
}

// BatchChoice says whose badges a batch holds.
type BatchChoice struct {
	Category   core.ID `json:"category,omitempty"`
	Delegation core.ID `json:"delegation,omitempty"`
	From       string  `json:"from,omitempty"`   // names from here
	To         string  `json:"to,omitempty"`     // to here, the whole of this beginning
	Number     int     `json:"number,omitempty"` // one registration
	Again      bool    `json:"again,omitempty"`  // also those that were printed before
}

// item is a badge of a batch.
type item struct {
	bun.BaseModel `bun:"table:badge_items,alias:bi"`

	Batch    core.ID `bun:"batch,pk"`
	Position int     `bun:"position,pk"`
	Badge    core.ID `bun:"badge"`
}

// file is one PDF of a batch; it is dropped a day after it was made.
type file struct {
	bun.BaseModel `bun:"table:badge_files,alias:bf"`

	Batch core.ID      `bun:"batch,pk"`
	Part  int          `bun:"part,pk"`
	Data  string       `bun:"data"` // in base64
	Made  core.Instant `bun:"made"`
}

// PerFile is how many badges a file of a batch holds.
const PerFile = 200

// KeepFiles is how long files of a batch are kept: they hold names.
const KeepFiles = 24 * time.Hour

// KeepAfter is how long after an edition doors work and their devices keep its list.
const KeepAfter = 48 * time.Hour

// WithinDoors is the time within which one badge at two doors is strange.
const WithinDoors = time.Minute

// BeforeSession is how long before its start scans count for a session.
const BeforeSession = 20 * time.Minute

// Lines of a badge that can be left out.
var Lines = []string{"honorific", "title", "organisation", "country", "flags", "number", "dates"}

// Sizes of the name.
var Sizes = []string{"S", "M", "L"}

// Design is how badges of an edition look: all of them, or those of one category.
type Design struct {
	bun.BaseModel `bun:"table:badge_designs,alias:bd"`

	ID         core.ID   `bun:"id,pk" json:"id"`
	Edition    core.ID   `bun:"edition" json:"-"`
	Category   core.ID   `bun:"category" json:"category,omitempty"` // empty: all that have none of their own
	Template   string    `bun:"template" json:"template"`
	Lines      []string  `bun:"lines,type:jsonb" json:"lines"`
	Size       string    `bun:"size" json:"size"`
	Background int       `bun:"background" json:"background"` // 0: white; 1 to 10: a light shade of the colour
	Lang       string    `bun:"lang" json:"lang"`             // of what the forum writes on it
	Back       core.Text `bun:"back" json:"back"`
	Logo       string    `bun:"logo" json:"-"` // a file
	Version    int64     `bun:"version" json:"version"`
}

// Has tells whether the design shows a line.
func (d *Design) Has(line string) bool { return slices.Contains(d.Lines, line) }

// usual is the design where nobody has made one.
func usual(edition core.ID) Design {
	return Design{Edition: edition, Template: "a6", Lines: slices.Clone(Lines), Size: "M", Lang: "en"}
}

// label says of a registration what events may: its number.
func label(number int) string { return fmt.Sprintf("No. %d", number) }
