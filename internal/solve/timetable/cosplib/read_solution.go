package cosplib

import (
	"fmt"
	"slices"
)

// ReadSolution reads a solution of a problem, one that breaks rules as well, and what the
// file says of it. Errors name the line and the field.
func (p *Instance) ReadSolution(source []byte) (*Solution, Claim, error) {
	r, n := newReader(source)
	x := p.NewSolution()
	var claim Claim
	if r.err == nil && r.fields(n, "", []string{"instance", "cells"}, []string{"kind", "note", "complete", "consistent", "total", "terms"}) {
		if name := r.str(n.get("instance"), "instance"); r.err == nil && name != p.Name {
			r.fail(n.get("instance"), "instance", "the solution is one of %.60q, not of %.60q", name, p.Name)
		}
		claim = r.claim(n)
		r.cells(n.get("cells"), p, x)
	}
	if r.err != nil {
		return nil, Claim{}, r.err
	}
	return x, claim, nil
}

func (r *reader) claim(n *node) Claim {
	const most = 1 << 62
	c := Claim{Kind: r.str(n.get("kind"), "kind"), Note: r.str(n.get("note"), "note")}
	c.Score.Complete, c.Score.Consistent = r.truth(n.get("complete"), "complete"), r.truth(n.get("consistent"), "consistent")
	c.Score.Total = r.whole(n.get("total"), "total", -most, most)
	if list := n.get("terms"); list != nil && r.fields(list, "terms", nil, termNames[:]) {
		for t := range terms {
			path := "terms." + t.String()
			if x := list.get(t.String()); x != nil && r.fields(x, path, []string{"count"}, []string{"weight", "value"}) {
				c.Score.Counts[t] = r.whole(x.get("count"), path+".count", 0, most)
			}
		}
	}
	return c
}

func (r *reader) cells(n *node, p *Instance, x *Solution) {
	sessions, rooms, tracks, refs := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for i, s := range p.Sessions {
		sessions[s.ID] = i
	}
	for i, id := range p.Rooms {
		rooms[id] = i
	}
	for i, t := range p.Tracks {
		tracks[t.ID] = i
	}
	for i, s := range p.Submissions {
		refs[s.Ref] = i
	}
	seen := make([]bool, p.cells())
	known := func(ids map[string]int, n *node, path, what string) int {
		if n.kind == "null" && what != "session" && what != "room" {
			return -1
		}
		i, ok := ids[r.str(n, path)]
		if !ok {
			r.fail(n, path, "there is no %s %.60q", what, n.text)
			return -1
		}
		return i
	}
	for i, cell := range r.list(n, "cells") {
		path := fmt.Sprintf("cells[%d]", i)
		if !r.fields(cell, path, []string{"session", "room", "track", "slots"}, nil) {
			return
		}
		s, room := known(sessions, cell.get("session"), path+".session", "session"), known(rooms, cell.get("room"), path+".room", "room")
		if r.err != nil {
			return
		}
		c := p.Cell(s, room)
		if seen[c] {
			r.fail(cell, path, "room %.60q of session %.60q stands twice", p.Rooms[room], p.Sessions[s].ID)
		}
		seen[c] = true
		x.Track[c] = known(tracks, cell.get("track"), path+".track", "track")
		slots := r.list(cell.get("slots"), path+".slots")
		if len(slots) != p.Sessions[s].Slots && r.err == nil {
			r.fail(cell.get("slots"), path+".slots", "%d slots, and session %.60q has %d", len(slots), p.Sessions[s].ID, p.Sessions[s].Slots)
		}
		for k, a := range slots {
			if r.err != nil {
				return
			}
			x.Slots[c][k] = known(refs, a, fmt.Sprintf("%s.slots[%d]", path, k), "submission")
		}
	}
}

// most is more than any solution that keeps the hard rules can cost, roughly.
func (p *Instance) most() float64 {
	w := func(t Term) float64 { return float64(p.Weights.on(t)) }
	top := func(list []int64) float64 {
		if len(list) == 0 {
			return 0
		}
		return float64(slices.Max(list))
	}
	cells, n := float64(p.cells()), float64(len(p.Submissions))
	sum, similar := 0.0, 0.0
	track, away := 0.0, 0.0
	for t := range p.Tracks {
		track = max(track, w(TracksSessions)*top(p.Tracks[t].Session)+w(TracksRooms)*top(p.Tracks[t].Room))
		similar = max(similar, top(p.Similar[t]))
	}
	for _, row := range p.SessionRoom {
		away = max(away, top(row))
	}
	sum += cells * (track + w(SessionsRooms)*away + w(RoomsPerTrack) + w(ParallelTracks) + w(ConsecutiveTracks))
	sum += cells * float64(len(p.Rooms)) * (w(SimilarTracks)*similar + w(ChairsConflicts))
	for _, s := range p.Submissions {
		sum += float64(s.Slots) * (w(SubmissionsSessions)*top(s.Session) + w(SubmissionsRooms)*top(s.Room) + w(SubmissionsTimezones)*float64(max(p.Windows.Unfits, p.Windows.LessSuitable)))
		sum += w(SubmissionsOrder) + n*(w(PresentersConflicts)+w(AttendeesConflicts)+float64(s.Slots)*(w(SubmissionsOrder)+w(PresentersConflictsSlot)+w(AttendeesConflictsSlot)))
	}
	return sum
}
