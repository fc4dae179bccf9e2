// Package timetable is where the programme team works: the plan of an edition's
// timetable, the rules it is held to, the optimiser, and the releases by which it becomes
// public. Sessions themselves (room programme) are always as the last release has them.
package timetable

import (
	"slices"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	solve "plenary/internal/solve/timetable"
)

// States of a session in the plan.
const (
	PlanOpen      = "open"      // will be public with the next release, once it has a time
	PlanHeld      = "held"      // stays a draft whatever is released
	PlanCancelled = "cancelled" // is cancelled with the next release
)

// Services that a session may need and a room may have, in the order of their bits.
var Services = []string{"webcast", "transcript", "interpretation", "recording", "hearing-loop", "movable-seats"}

// bits are services as the optimiser compares them.
func bits(codes []string) uint64 {
	var out uint64
	for _, c := range codes {
		if i := slices.Index(Services, c); i >= 0 {
			out |= 1 << i
		}
	}
	return out
}

// Frame is the plan of an edition: its days, its rules, the ways between its venues.
type Frame struct {
	bun.BaseModel `bun:"table:timetables,alias:tt"`

	Edition  core.ID         `bun:"edition,pk" json:"-"`
	Days     []Day           `bun:"days,type:jsonb" json:"days"`
	Rules    map[string]Rule `bun:"rules,type:jsonb" json:"rules" doc:"those that differ from the defaults, by rule"`
	Travel   []Way           `bun:"travel,type:jsonb" json:"travel"`
	LinkHash string          `bun:"link_hash" json:"-"`
	LinkMade core.Instant    `bun:"link_made" json:"link_made" doc:"when the private link of the draft was made"`
	Began    core.Instant    `bun:"began" json:"began"`
	BeganBy  string          `bun:"began_by" json:"-"`
	Version  int64           `bun:"version" json:"version"`
}

// Day is when a day of the edition begins and ends for the programme, at the venue.
type Day struct {
	Date   string  `json:"date"`
	From   string  `json:"from" doc:"09:00"`
	Until  string  `json:"until"`
	Breaks []Break `json:"breaks"`
}

// Break is a time of a day at which nothing takes place but what may lie in breaks.
type Break struct {
	From  string    `json:"from"`
	Until string    `json:"until"`
	Name  core.Text `json:"name"`
}

// Rule says what a rule of the timetable counts.
type Rule struct {
	Level  string `json:"level" enum:"ignore,warn,block"`
	Weight int    `json:"weight"`
	Limit  int    `json:"limit,omitempty"`
}

// Levels of rules: block keeps a plan from being released.
var Levels = []string{"ignore", "warn", "block"}

// Way is how long it takes from one venue to another.
type Way struct {
	From    core.ID `json:"from"`
	To      core.ID `json:"to"`
	Minutes int     `json:"minutes"`
}

// Room is what the programme team has to know of a room.
type Room struct {
	bun.BaseModel `bun:"table:timetable_rooms,alias:tr"`

	Room       core.ID  `bun:"room,pk" json:"room"`
	Edition    core.ID  `bun:"edition" json:"-"`
	Services   []string `bun:"services,type:jsonb" json:"services"`
	Open       []Span   `bun:"open,type:jsonb" json:"open" doc:"when it can be used; none: always"`
	Changeover int      `bun:"changeover" json:"changeover" doc:"minutes between two sessions"`
	Hall       bool     `bun:"hall" json:"hall" doc:"main sessions take place here"`
	Setup      string   `bun:"setup" json:"setup,omitempty"`
	Version    int64    `bun:"version" json:"version"`
}

// Span is a time of one day at the venue.
type Span struct {
	Date  string `json:"date"`
	From  string `json:"from"`
	Until string `json:"until"`
}

// Placed is where a session stands in the plan.
type Placed struct {
	bun.BaseModel `bun:"table:placements,alias:pl"`

	Session core.ID      `bun:"session,pk" json:"session"`
	Edition core.ID      `bun:"edition" json:"-"`
	Starts  core.Instant `bun:"starts" json:"starts"`
	Ends    core.Instant `bun:"ends" json:"ends"`
	Room    core.ID      `bun:"room" json:"room,omitempty"`
	State   string       `bun:"state" json:"state" enum:"open,held,cancelled"`
	Note    core.Text    `bun:"note" json:"note"`
	Pinned  bool         `bun:"pinned" json:"pinned" doc:"the optimiser leaves it where it is"`
	ByName  string       `bun:"by_name" json:"-"`
	Changed core.Instant `bun:"changed" json:"-"`
	Version int64        `bun:"version" json:"version"`
}

// Scheduled tells whether the plan gives it a time.
func (p Placed) Scheduled() bool { return !p.Starts.IsZero() && !p.Ends.IsZero() }

// at is the placement for other rooms.
func (p Placed) at() programme.Placement {
	return programme.Placement{Starts: p.Starts, Ends: p.Ends, Room: p.Room}
}

// planOf is the plan of a session that nobody has moved: as it is public.
func planOf(b programme.Brief) Placed {
	p := Placed{Session: b.ID, Edition: b.Edition, Starts: b.Starts, Ends: b.Ends, Room: b.Room, State: PlanOpen, Note: b.CancelledNote}
	if b.State == programme.StateCancelled {
		p.State = PlanCancelled
	}
	return p
}

// Wishes are what a session needs and would like. Organisers write them, the staff too.
type Wishes struct {
	Minutes   int      `json:"minutes,omitempty" doc:"how long it takes; 0: as its type says"`
	NotBefore string   `json:"not_before,omitempty" doc:"date and time at the venue"`
	NotAfter  string   `json:"not_after,omitempty"`
	Fixed     bool     `json:"fixed,omitempty" doc:"the times above are a must, not a wish"`
	Days      []string `json:"days,omitempty"`
	Rooms     []string `json:"rooms,omitempty"`
	Services  []string `json:"services,omitempty" doc:"beside those of its type"`
	Seats     int      `json:"seats,omitempty"`
	Remote    []string `json:"remote,omitempty" doc:"zones of those who speak from afar, one entry for each"`
	Poster    bool     `json:"poster,omitempty" doc:"shares its room with others at the same time"`
	Note      string   `json:"note,omitempty"`
}

type wishRow struct {
	bun.BaseModel `bun:"table:placement_wishes,alias:pw"`

	Session core.ID `bun:"session,pk"`
	Edition core.ID `bun:"edition"`
	Wishes  Wishes  `bun:"wishes,type:jsonb"`
	Version int64   `bun:"version"`
}

// Absence is a time at which a person or an organisation cannot be there.
type Absence struct {
	bun.BaseModel `bun:"table:timetable_absences,alias:ta"`

	ID           core.ID      `bun:"id,pk" json:"id"`
	Edition      core.ID      `bun:"edition" json:"-"`
	Person       core.ID      `bun:"person" json:"person,omitempty"`
	Organisation core.ID      `bun:"organisation" json:"organisation,omitempty"`
	Starts       core.Instant `bun:"starts" json:"starts"`
	Ends         core.Instant `bun:"ends" json:"ends"`
	Note         string       `bun:"note" json:"note,omitempty"`
}

// Tie is how two sessions stand to each other in time.
type Tie struct {
	bun.BaseModel `bun:"table:timetable_ties,alias:ti"`

	ID      core.ID `bun:"id,pk" json:"id"`
	Edition core.ID `bun:"edition" json:"-"`
	Kind    string  `bun:"kind" json:"kind" enum:"before,same-day,adjacent,apart,same-room"`
	First   core.ID `bun:"first" json:"first"`
	Second  core.ID `bun:"second" json:"second"`
	Minutes int     `bun:"minutes" json:"minutes,omitempty"`
}

// tieKinds are the kinds of ties with what the optimiser calls them.
var tieKinds = []struct {
	code string
	kind solve.RelationKind
}{
	{"before", solve.Before}, {"same-day", solve.SameDay}, {"adjacent", solve.Adjacent}, {"apart", solve.Apart}, {"same-room", solve.SameRoom},
}

// Accepted is a finding that somebody lets stand, with the reason.
type Accepted struct {
	bun.BaseModel `bun:"table:timetable_accepted,alias:ac"`

	ID      core.ID      `bun:"id,pk" json:"id"`
	Edition core.ID      `bun:"edition" json:"-"`
	Finding string       `bun:"finding" json:"finding"`
	Reason  string       `bun:"reason" json:"reason"`
	ByName  string       `bun:"by_name" json:"-"`
	At      core.Instant `bun:"at" json:"at"`
}

// Step is something done to the plan at once: one session moved, or many by the optimiser.
type Step struct {
	bun.BaseModel `bun:"table:timetable_steps,alias:ts"`

	Edition core.ID      `bun:"edition,pk" json:"-"`
	Seq     int64        `bun:"seq,pk" json:"seq"`
	Account core.ID      `bun:"account" json:"-"`
	ByName  string       `bun:"by_name" json:"-"`
	Kind    string       `bun:"kind" json:"kind" enum:"move,optimised,import,cancel,restore,pin,swap,shift,undo,redo"`
	Moves   []Moved      `bun:"moves,type:jsonb" json:"moves"`
	Undone  bool         `bun:"undone" json:"undone"`
	At      core.Instant `bun:"at" json:"at"`
}

// Moved is one session of a step.
type Moved struct {
	Session core.ID   `json:"session"`
	Ref     string    `json:"ref"`
	Before  Spot      `json:"before"`
	After   Spot      `json:"after"`
	Title   core.Text `json:"title"`
}

// Spot is all of a place in the plan that a step changes.
type Spot struct {
	Starts core.Instant `json:"starts"`
	Ends   core.Instant `json:"ends"`
	Room   core.ID      `json:"room,omitempty"`
	State  string       `json:"state"`
	Note   core.Text    `json:"note"`
	Pinned bool         `json:"pinned,omitempty"`
}

func (p Placed) spot() Spot { return Spot{p.Starts, p.Ends, p.Room, p.State, p.Note, p.Pinned} }

func (p *Placed) put(s Spot) {
	p.Starts, p.Ends, p.Room, p.State, p.Note, p.Pinned = s.Starts, s.Ends, s.Room, s.State, s.Note, s.Pinned
}

// Equal compares two spots.
func (s Spot) Equal(o Spot) bool {
	return s.Starts.Time().Equal(o.Starts.Time()) && s.Ends.Time().Equal(o.Ends.Time()) && s.Room == o.Room && s.State == o.State &&
		s.Note.Equal(o.Note) && s.Pinned == o.Pinned
}

// Usual times of a day of a forum, where nobody has said anything else.
const (
	usualFrom  = "09:00"
	usualUntil = "18:30"
)

// defaultDays are the days of an edition as a new plan has them.
func defaultDays(set *editions.Setting) []Day {
	out := []Day{}
	for _, d := range set.Days() {
		out = append(out, Day{Date: d.Date, From: usualFrom, Until: usualUntil, Breaks: []Break{}})
	}
	return out
}

// days are those of the edition, each as the plan has it; the plan may be older than the
// edition's dates.
func (f Frame) days(set *editions.Setting) []Day {
	out := defaultDays(set)
	for i := range out {
		if j := slices.IndexFunc(f.Days, func(d Day) bool { return d.Date == out[i].Date }); j >= 0 {
			out[i] = f.Days[j]
		}
	}
	return out
}

// wall is a time of day at the venue; the zero instant for one that cannot be read or that
// the zone skips.
func wall(date, clock, zone string) core.Instant {
	if clock == "24:00" {
		d, err := core.ParseDate(date)
		if err != nil {
			return core.Instant{}
		}
		date, clock = d.AddDate(0, 0, 1).Format(time.DateOnly), "00:00"
	}
	at, err := core.WallTime(date, clock, zone)
	if err != nil {
		return core.Instant{}
	}
	return at
}
