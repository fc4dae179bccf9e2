// Package cosplib solves the conference scheduling problem as the Conference Scheduling
// Problem Library states it: submissions go into the slots of sessions and rooms, each room
// of a session belongs to one track at most, and sixteen terms tell how good that is.
//
// The library and its model are Ahmed Kheiri's, Yaroslav Pylyavskyy's and Peter Jacko's:
// CoSPLib – A benchmark library for conference scheduling problems, GECCO '25 Companion,
// pp. 131–134, doi 10.1145/3712255.3726570, version 1.0.2. The evaluator gives the numbers
// of the library's own checker; each of its rules is told where it is worked out.
//
// ReadInstance and ReadSolution read the library's problems and solutions as JSON,
// Instance.Evaluate values a solution from scratch, and Solve searches for a good one with
// package search. The hard rules are kept by the form of what is searched, and are never
// traded for terms: one track in a cell, one submission in a slot, every submission in a
// cell of its own track, in neighbouring slots of one cell. Where there is no room for all
// submissions, some stay out, as few slots of them as could be found, and Result says so.
package cosplib

// Instance is a problem. A thing's index is its place in its list; a cell is a session with
// a room and has the index session*len(Rooms) + room, which is the library's scan order.
type Instance struct {
	Name        string
	Source      string
	Submissions []Submission
	Tracks      []Track
	Sessions    []Session
	Rooms       []string
	// SessionRoom is the price of a room in a session in which it is not to be had.
	SessionRoom [][]int64
	// Similar is the price of two tracks side by side, [t][u] with t before u; the other
	// half is not looked at.
	Similar [][]int64
	Weights Weights
	Windows Windows

	relations relations
}

// Submission is what is put into slots.
type Submission struct {
	Ref        string
	Track      int
	Slots      int // neighbouring slots that it needs
	Order      int // wanted place in its track, from 1; 0: none
	Zone       int // of the presenter, minutes east of Greenwich
	Presenters []string
	Attendees  []string
	Session    []int64 // penalty of each session
	Room       []int64 // penalty of each room
}

// Track is a subject, which has cells of its own.
type Track struct {
	ID      string
	Chairs  []string
	Session []int64 // penalty of each session
	Room    []int64 // penalty of each room
}

// Session is a stretch of time in which all rooms are used side by side.
type Session struct {
	ID         string
	Slots      int // of each room
	Date       string
	Start, End int // minutes after midnight, local
}

// Windows tell which time of day suits a presenter, in minutes after midnight there.
type Windows struct {
	Local                int // minutes east of Greenwich
	From, To             int
	LessFrom, LessTo     int
	LessSuitable, Unfits int64 // penalties
}

// A Term is one of the parts of the objective, MultiSlot the one without a weight.
type Term int

// The terms in the order in which the library's solutions list them.
const (
	TracksSessions Term = iota
	TracksRooms
	SessionsRooms
	SimilarTracks
	RoomsPerTrack
	ParallelTracks
	ConsecutiveTracks
	SubmissionsTimezones
	SubmissionsOrder
	SubmissionsSessions
	SubmissionsRooms
	PresentersConflicts
	AttendeesConflicts
	ChairsConflicts
	PresentersConflictsSlot
	AttendeesConflictsSlot
	MultiSlot

	weighted = MultiSlot
	terms    = MultiSlot + 1
)

// Weights are those of the weighted terms. A weight of 0 or less switches its term off.
type Weights [weighted]int64

var termNames = [terms]string{
	"tracks_sessions", "tracks_rooms", "sessions_rooms", "similar_tracks", "rooms_per_track", "parallel_tracks",
	"consecutive_tracks", "submissions_timezones", "submissions_order", "submissions_sessions", "submissions_rooms",
	"presenters_conflicts", "attendees_conflicts", "chairs_conflicts", "presenters_conflicts_slot",
	"attendees_conflicts_slot", "multi_slot",
}

// String is the term's name in files.
func (t Term) String() string { return termNames[t] }

// on is a weight as it counts.
func (w *Weights) on(t Term) int64 {
	if t == MultiSlot {
		return 1
	}
	return max(0, w[t])
}

// cells is the number of cells.
func (p *Instance) cells() int { return len(p.Sessions) * len(p.Rooms) }

// Cell is the index of a room in a session.
func (p *Instance) Cell(session, room int) int { return session*len(p.Rooms) + room }

// zonePrice is the penalty of one slot of a submission in a session: the session's start
// and end at the presenter's, as times of day without a date, against the windows. The
// whole session is judged, wherever in it the submission stands; one that passes midnight
// there is judged by the same formula.
func (p *Instance) zonePrice(submission, session int) int64 {
	const day = 24 * 60
	shift := p.Submissions[submission].Zone - p.Windows.Local
	at := func(minute int) int { return ((minute+shift)%day + day) % day }
	begin, end, w := at(p.Sessions[session].Start), at(p.Sessions[session].End), &p.Windows
	switch {
	case begin < w.LessFrom || end > w.LessTo || end < w.LessFrom:
		return w.Unfits
	case begin < w.From || end > w.To:
		return w.LessSuitable
	}
	return 0
}

// needed is the number of slots that all submissions need.
func (p *Instance) needed() int {
	n := 0
	for _, s := range p.Submissions {
		n += s.Slots
	}
	return n
}
