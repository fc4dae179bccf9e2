package cosplib

// Score is a solution's value.
type Score struct {
	Counts     [terms]int64 // unweighted, of every term, whatever its weight
	Total      int64        // of the weighted terms and MultiSlot
	Complete   bool         // every submission stands in as many slots as it needs
	Consistent bool         // no submission stands in a cell of another track
	Trackless  int          // submissions' slots in cells without a track, which the library passes
}

// Feasible says whether all hard rules are kept.
func (s *Score) Feasible() bool {
	return s.Complete && s.Consistent && s.Trackless == 0 && s.Counts[MultiSlot] == 0
}

// Evaluate values a solution from scratch, one that breaks rules as well.
func (p *Instance) Evaluate(x *Solution) Score {
	e := evaluator{p: p, x: x}
	e.tracks()
	e.submissions()
	e.order()
	e.people()
	e.score.Counts[MultiSlot] = e.multiSlot()
	e.rules()
	for t, n := range e.score.Counts {
		e.score.Total += p.Weights.on(Term(t)) * n
	}
	return e.score
}

type evaluator struct {
	p     *Instance
	x     *Solution
	score Score
}

func (e *evaluator) add(t Term, n int64) { e.score.Counts[t] += n }

// tracks counts what concerns tracks and their cells. "Cells" are those with a track,
// whether a submission stands in them or not; similar and chairs count pairs of cells of a
// session, so that a track in two rooms beside another counts twice.
func (e *evaluator) tracks() {
	p := e.p
	for t := range p.Tracks {
		rooms, sessions := make([]int64, len(p.Rooms)), make([]int64, len(p.Sessions))
		for s := range p.Sessions {
			for r := range p.Rooms {
				if e.x.Track[p.Cell(s, r)] != t {
					continue
				}
				e.add(TracksSessions, p.Tracks[t].Session[s])
				e.add(TracksRooms, p.Tracks[t].Room[r])
				e.add(SessionsRooms, p.SessionRoom[s][r])
				rooms[r]++
				sessions[s]++
			}
		}
		used := int64(0)
		for _, n := range rooms {
			used += min(n, 1)
		}
		e.add(RoomsPerTrack, max(0, used-1))
		first, last, different := -1, -1, 0
		for s, n := range sessions {
			e.add(ParallelTracks, max(0, n-1))
			if n > 0 {
				if first < 0 {
					first = s
				}
				last = s
				different++
			}
		}
		if different > 0 && last-first+1 > different { // one gap or several
			e.add(ConsecutiveTracks, 1)
		}
	}
	for s := range p.Sessions {
		for r := range p.Rooms {
			for q := range r {
				t, u := e.x.Track[p.Cell(s, q)], e.x.Track[p.Cell(s, r)]
				if t < 0 || u < 0 || t == u {
					continue
				}
				e.add(SimilarTracks, p.similar(t, u))
				if p.relations.chairs.has(t, u) {
					e.add(ChairsConflicts, 1)
				}
			}
		}
	}
}

// submissions counts penalties per filled slot; one of n slots counts n times.
func (e *evaluator) submissions() {
	p := e.p
	for s := range p.Sessions {
		for r := range p.Rooms {
			for _, a := range e.x.Slots[p.Cell(s, r)] {
				if a >= 0 {
					e.add(SubmissionsSessions, p.Submissions[a].Session[s])
					e.add(SubmissionsRooms, p.Submissions[a].Room[r])
					e.add(SubmissionsTimezones, p.zonePrice(a, s))
				}
			}
		}
	}
}

// order counts two things, both of cells with a track alone: submissions of one track with
// wanted places that stand at the same slot of a session, in pairs; and submissions whose
// place among those in their track's cells, by first appearance in scan order, is not the
// wanted one. Those without a wanted place take a place too; the rooms of a session come one
// after the other.
func (e *evaluator) order() {
	p := e.p
	for s := range p.Sessions {
		for k := range p.Sessions[s].Slots {
			at := e.at(s, k, true)
			for i, a := range at {
				for _, b := range at[:i] {
					if p.Submissions[a].Track == p.Submissions[b].Track && p.Submissions[a].Order != 0 && p.Submissions[b].Order != 0 {
						e.add(SubmissionsOrder, 1)
					}
				}
			}
		}
	}
	places, seen := make([]int, len(p.Tracks)), map[[2]int]bool{}
	for c, t := range e.x.Track {
		if t < 0 {
			continue
		}
		for _, a := range e.x.Slots[c] {
			if a < 0 || seen[[2]int{t, a}] {
				continue
			}
			seen[[2]int{t, a}] = true
			places[t]++
			if o := p.Submissions[a].Order; o != 0 && o != places[t] {
				e.add(SubmissionsOrder, 1)
			}
		}
	}
}

// at lists the different submissions that stand at one slot of a session.
func (e *evaluator) at(s, k int, tracked bool) []int {
	var out []int
	seen := map[int]bool{}
	for r := range e.p.Rooms {
		c := e.p.Cell(s, r)
		a := e.x.Slots[c][k]
		if a >= 0 && !seen[a] && (!tracked || e.x.Track[c] >= 0) {
			seen[a] = true
			out = append(out, a)
		}
	}
	return out
}

// people counts conflicts twice over, as terms of their own: by session, where pairs in
// different rooms count once wherever in the session they stand, and by slot.
func (e *evaluator) people() {
	p := e.p
	type standing struct{ submission, room int }
	for s := range p.Sessions {
		var in []standing
		for r := range p.Rooms {
			seen := map[int]bool{}
			for _, a := range e.x.Slots[p.Cell(s, r)] {
				if a >= 0 && !seen[a] {
					seen[a] = true
					in = append(in, standing{a, r})
				}
			}
		}
		for i, a := range in {
			for _, b := range in[:i] {
				if a.room != b.room {
					e.pair(a.submission, b.submission, PresentersConflicts, AttendeesConflicts)
				}
			}
		}
		for k := range p.Sessions[s].Slots {
			at := e.at(s, k, false)
			for i, a := range at {
				for _, b := range at[:i] {
					e.pair(a, b, PresentersConflictsSlot, AttendeesConflictsSlot)
				}
			}
		}
	}
}

func (e *evaluator) pair(a, b int, presenters, attendees Term) {
	if e.p.relations.presenters.has(a, b) {
		e.add(presenters, 1)
	}
	if e.p.relations.attendees.has(a, b) {
		e.add(attendees, 1)
	}
}

// The prices of the term without a weight.
const (
	torn   = 10_000_000    // a cell in which a submission stands not as often as it has slots
	absent = 1_000_000_000 // any submission nowhere, or a run with holes
)

// multiSlot values how submissions of several slots stand: in every cell that holds one, it
// must stand there as often as it has slots; and its slots' numbers, over all cells in scan
// order, must sum to what a run from the first to the last of them sums to. Where one of
// them stands nowhere, the term is that price alone.
func (e *evaluator) multiSlot() int64 {
	p := e.p
	sum := int64(0)
	list := make([][]int, len(p.Submissions))
	for c := range e.x.Slots {
		often := map[int]int{}
		for k, a := range e.x.Slots[c] {
			if a >= 0 && p.Submissions[a].Slots > 1 {
				often[a]++
				list[a] = append(list[a], k)
			}
		}
		for a, n := range often {
			if n != p.Submissions[a].Slots {
				sum += torn
			}
		}
	}
	for a, ks := range list {
		switch {
		case p.Submissions[a].Slots <= 1:
			continue
		case len(ks) == 0:
			return absent
		}
		have, run := 0, 0
		for _, k := range ks {
			have += k
		}
		for k := ks[0]; k <= ks[len(ks)-1]; k++ {
			run += k
		}
		if have != run {
			sum += absent
		}
	}
	return sum
}

// rules tests what is yes or no. The library lets a cell without a track hold anything;
// Trackless counts what stands there.
func (e *evaluator) rules() {
	often := make([]int, len(e.p.Submissions))
	e.score.Consistent = true
	for c, slots := range e.x.Slots {
		for _, a := range slots {
			if a < 0 {
				continue
			}
			often[a]++
			switch t := e.x.Track[c]; {
			case t < 0:
				e.score.Trackless++
			case t != e.p.Submissions[a].Track:
				e.score.Consistent = false
			}
		}
	}
	e.score.Complete = true
	for a, n := range often {
		if n != e.p.Submissions[a].Slots {
			e.score.Complete = false
		}
	}
}
