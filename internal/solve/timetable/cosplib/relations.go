package cosplib

// relations are the conflicts of people. All are symmetric, and none is of a thing with
// itself. Sharing two people is no more than sharing one.
type relations struct {
	presenters pairs // P: submissions that share a presenter, or a presenter with a chair of the other's track
	attendees  pairs // A: submissions that share an attendee, or an attendee with a presenter or a chair of the other's track
	chairs     pairs // C: tracks that share a chair
}

// pairs is a symmetric relation of things numbered from 0.
type pairs struct {
	n    int
	bits []uint64
}

func newPairs(n int) pairs { return pairs{n: n, bits: make([]uint64, (n*n+63)/64)} }

func (x *pairs) add(a, b int) {
	if a != b {
		x.set(a*x.n + b)
		x.set(b*x.n + a)
	}
}

func (x *pairs) set(i int) { x.bits[i/64] |= 1 << (i % 64) }

func (x *pairs) has(a, b int) bool {
	i := a*x.n + b
	return x.bits[i/64]>>(i%64)&1 == 1
}

// relate works out who is in conflict with whom. A chair counts for a submission of another
// track only: chairing one's own track's session is no conflict.
func (p *Instance) relate() {
	presents, attends, chairs := map[string][]int{}, map[string][]int{}, map[string][]int{}
	for i, s := range p.Submissions {
		for _, name := range s.Presenters {
			presents[name] = append(presents[name], i)
		}
		for _, name := range s.Attendees {
			attends[name] = append(attends[name], i)
		}
	}
	of := make([][]int, len(p.Tracks)) // submissions of each track
	for i, s := range p.Submissions {
		of[s.Track] = append(of[s.Track], i)
	}
	for t, track := range p.Tracks {
		for _, name := range track.Chairs {
			chairs[name] = append(chairs[name], t)
		}
	}
	r := relations{newPairs(len(p.Submissions)), newPairs(len(p.Submissions)), newPairs(len(p.Tracks))}
	all := func(x *pairs, as, bs []int) {
		for _, a := range as {
			for _, b := range bs {
				x.add(a, b)
			}
		}
	}
	chaired := func(x *pairs, submissions []int, name string) {
		for _, t := range chairs[name] {
			for _, a := range submissions {
				if p.Submissions[a].Track != t {
					all(x, []int{a}, of[t])
				}
			}
		}
	}
	for name, list := range presents {
		all(&r.presenters, list, list)
		chaired(&r.presenters, list, name)
	}
	for name, list := range attends {
		all(&r.attendees, list, list)
		all(&r.attendees, list, presents[name])
		chaired(&r.attendees, list, name)
	}
	for _, list := range chairs {
		all(&r.chairs, list, list)
	}
	p.relations = r
}

// similar is the price of two different tracks side by side: the one that comes first in the
// list of tracks holds it.
func (p *Instance) similar(t, u int) int64 { return p.Similar[min(t, u)][max(t, u)] }
