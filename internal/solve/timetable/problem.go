// Package timetable is the forum's own model of a timetable: sessions are put into rooms
// and continuous time (on a grid of a few minutes) over some days. It evaluates a
// timetable (Evaluate: every finding with its rule), proposes places for one session
// (Fits), explains why a session has none (Explain), bounds what any timetable can reach
// (Bound), and improves one as long as it is given time (Solve). It knows nothing of
// forums, zones or clocks, and does no I/O: the same call always has the same answer.
package timetable

// Problem is what is to be put into a timetable. Everything refers to everything else by
// index. A minute counts from an instant that the caller chose, midnight UTC before the
// first day, say: days, zones and changes of the clock are just numbers. A Problem is only
// read.
type Problem struct {
	Step      int // starts are multiples of it; usually 5
	Days      []Day
	Rooms     []Room
	Sessions  []Session
	Venues    int
	Travel    [][]int // minutes from venue to venue; nil: none
	Actors    []Actor
	Relations []Relation
	Alike     []Likeness
	// Night says by zone and then by minute / Step how unkind a time is to somebody who
	// takes part from there: 0 good, 1 yellow (18–22, 05–07), 2 red (23–04). Times beyond
	// the slice are good.
	Night [][]uint8
	Rules Rules
}

// Day is when sessions take place: each lies within one day. Days are in the order of time
// and do not overlap.
type Day struct {
	From, Until int
	Breaks      []Span
}

// Span is a stretch of time in minutes; Until is no more part of it.
type Span struct{ From, Until int }

// Room is where sessions take place.
type Room struct {
	Venue      int    // index, below Problem.Venues (0 if there is one)
	Capacity   int    // 0: not known, nobody is too many
	Services   uint64 // what it offers, a bit each
	Open       []Span // none: always
	Informal   bool   // an open space that takes several sessions at once (E074)
	Changeover int    // least minutes between two sessions
	Hall       bool   // where main sessions take place
}

// Session is what is placed. Cancelled sessions are no part of a problem.
type Session struct {
	Length         int
	Gap            int    // least minutes to the next session in its room, if that has a gap too; the smaller counts
	Main           bool   // a main session: one at a time, in a hall
	Theme          int    // -1: none
	Tracks         []int  //
	Day            int    // the day it must be on; -1: any
	Actors         []int  // every person and organisation with any role, each once
	Expected       int    // people who bookmarked it
	Seats          int    // least capacity that its type needs; 0: none
	Needs          uint64 // services, a bit each
	Rooms          []int  // only these rooms; nil: any
	Windows        []Span // only within one of these; nil: any; empty, but not nil: there is no time at all
	InBreaks       bool   // may lie in a break (lightning talks)
	Remote         []int  // zones (indices into Problem.Night) of remote speakers, one entry a person
	Preferred      []Span // wished for: within one of these; nil: no wish
	PreferredRooms []int  // nil: no wish
	Pinned         bool   // the optimiser leaves it where it is
	Poster         bool   // shares its room with other posters
}

// Actor is a person, or an organisation that stands as itself; where it does, the caller
// decides by naming it in Session.Actors.
type Actor struct {
	Organisation bool
	Away         []Span
	Most         int // sessions a day; 0: for a person the rule's limit, for an organisation none
}

// RelationKind is how two sessions stand to each other.
type RelationKind int

// Kinds of relations. Relation.Minutes means something else with each.
const (
	Before   RelationKind = iota // A ends at least Minutes before B starts
	SameDay                      // A and B are on one day
	Adjacent                     // one of the two follows the other after at most Minutes
	Apart                        // not at the same time, and at least Minutes lie between
	SameRoom                     // A and B are in one room
)

// Relation is a wish about two sessions. It says nothing while one of them is not placed.
type Relation struct {
	Kind    RelationKind
	A, B    int
	Minutes int
}

// Likeness says that two sessions are about nearly the same.
type Likeness struct{ A, B, Percent int }

// Place is where and when a session is.
type Place struct {
	Room  int // -1: not placed
	Start int // minute
}

// Nowhere is the place of a session that is not placed.
var Nowhere = Place{Room: -1}

// Placed tells whether it is a place at all.
func (p Place) Placed() bool { return p.Room >= 0 }

// Empty is the timetable in which nothing is placed.
func (p *Problem) Empty() []Place {
	out := make([]Place, len(p.Sessions))
	for i := range out {
		out[i] = Nowhere
	}
	return out
}
