package programme

import (
	"slices"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// Kinds of findings.
const (
	RoomTwice         = "room-twice"         // two sessions in one room at once
	PersonTwice       = "person-twice"       // a person in two places at once (X2, E121)
	OrganisationTwice = "organisation-twice" // an organisation in two places at once
	GapShort          = "gap-short"          // too little time between two sessions in one room (X10)
	DurationOdd       = "duration-odd"       // no duration of its type
	OutsideWindow     = "outside-window"     // outside the times of day of its type
)

// Finding is something in the timetable that the staff should look at. It refuses
// nothing: sometimes a person does run from one room to the other.
type Finding struct {
	Kind         string  `json:"kind"`
	Session      core.ID `json:"session"`
	Other        core.ID `json:"other,omitempty" doc:"the other session, where two are concerned"`
	Room         core.ID `json:"room,omitempty"`
	Person       core.ID `json:"person,omitempty"`
	Organisation core.ID `json:"organisation,omitempty"`
	Minutes      int     `json:"minutes" doc:"how long they overlap, how short the gap is, how long the session takes"`
}

// Findings checks a timetable: the sessions of one edition with their roles by session.
// Sessions without a time and cancelled ones disturb nobody. Pairs come in the order of
// time, each once.
func Findings(set *editions.Setting, types []Type, list []Brief, roles map[core.ID][]Role) []Finding {
	var out []Finding
	placed := slices.DeleteFunc(slices.Clone(list), func(b Brief) bool { return !b.Scheduled() || b.State == StateCancelled })
	slices.SortStableFunc(placed, func(a, b Brief) int { return a.Starts.Time().Compare(b.Starts.Time()) })
	gap := 0
	for _, t := range types {
		gap = max(gap, t.GapMinutes)
	}
	for i, a := range placed {
		out = append(out, alone(set, TypeOf(types, a.Type), a)...)
		for _, b := range placed[i+1:] {
			if !b.Starts.Before(a.Ends.Add(time.Duration(gap) * time.Minute)) {
				break
			}
			out = append(out, together(set, types, a, b, roles)...)
		}
	}
	return out
}

// alone finds what is odd about one session.
func alone(set *editions.Setting, t Type, b Brief) []Finding {
	var out []Finding
	minutes := int(b.Ends.Sub(b.Starts) / time.Minute)
	if len(t.Durations) > 0 && !slices.Contains(t.Durations, minutes) {
		out = append(out, Finding{Kind: DurationOdd, Session: b.ID, Minutes: minutes})
	}
	start, end := b.Starts.In(set.Zone), b.Ends.In(set.Zone)
	if len(t.Windows) > 0 && !slices.ContainsFunc(t.Windows, func(w Window) bool { return w.Holds(start, end) }) {
		out = append(out, Finding{Kind: OutsideWindow, Session: b.ID, Minutes: minutes})
	}
	return out
}

// together finds what stands between two sessions of which a starts first.
func together(set *editions.Setting, types []Type, a, b Brief, roles map[core.ID][]Role) []Finding {
	var out []Finding
	end := a.Ends
	if b.Ends.Before(end) {
		end = b.Ends
	}
	overlap := int(end.Sub(b.Starts) / time.Minute)
	room := set.Room(a.Room)
	sameRoom := room != nil && a.Room == b.Room
	if b.Starts.Before(a.Ends) {
		// An open space without walls takes several at once (E074).
		if sameRoom && !room.Informal {
			out = append(out, Finding{Kind: RoomTwice, Session: a.ID, Other: b.ID, Room: a.Room, Minutes: overlap})
		}
		for _, id := range inBoth(roles[a.ID], roles[b.ID], func(r Role) core.ID { return r.Person }) {
			out = append(out, Finding{Kind: PersonTwice, Session: a.ID, Other: b.ID, Person: id, Minutes: overlap})
		}
		for _, id := range inBoth(roles[a.ID], roles[b.ID], Itself) {
			out = append(out, Finding{Kind: OrganisationTwice, Session: a.ID, Other: b.ID, Organisation: id, Minutes: overlap})
		}
		return out
	}
	between := int(b.Starts.Sub(a.Ends) / time.Minute)
	least := min(TypeOf(types, a.Type).GapMinutes, TypeOf(types, b.Type).GapMinutes)
	if sameRoom && between < least {
		out = append(out, Finding{Kind: GapShort, Session: a.ID, Other: b.ID, Room: a.Room, Minutes: between})
	}
	return out
}

// Itself is the organisation that has a role as such: it organises, or no person stands
// for it. Two people of one ministry may well speak in two rooms.
func Itself(r Role) core.ID {
	if r.Person == "" || r.Role == Organiser || r.Role == CoOrganiser {
		return r.Organisation
	}
	return ""
}

func inBoth(a, b []Role, of func(Role) core.ID) []core.ID {
	var out []core.ID
	for _, x := range a {
		id := of(x)
		if id != "" && !slices.Contains(out, id) && slices.ContainsFunc(b, func(y Role) bool { return of(y) == id }) {
			out = append(out, id)
		}
	}
	return out
}
