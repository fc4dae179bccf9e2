package assignment

import (
	"cmp"
	"context"
	"slices"
)

// start gives every proposal the k reviewers it likes best, or as many as may judge it.
// Reviewers who got too many then become dearer, each by just so much that those leave
// who lose least by going elsewhere (an auction that only goes up: Demange, Gale,
// Sotomayor, Journal of Political Economy 94, 1986). That keeps the sum the best for its
// prices at every step, so it may stop at any; what is too much even then goes along
// shortest paths. It is false if there are not so many for all.
func (f *flow) start(ctx context.Context, k int) (bool, error) {
	f.clear()
	room := 0
	for _, most := range f.p.MaxLoad {
		room += min(most, f.m)
	}
	for q := range f.m {
		for len(f.holders[q]) < k && f.take(q) {
		}
		if room -= len(f.holders[q]); room < 0 {
			return false, nil
		}
	}
	if err := f.bid(ctx); err != nil {
		return false, err
	}
	f.offers()
	return f.push(ctx)
}

// take gives a proposal the cheapest reviewer that it may have.
func (f *flow) take(q int) bool {
	best, to := int64(never), int32(-1)
	for r, c := range f.cost[q*f.n : (q+1)*f.n] {
		if c < best && !f.has[q*f.n+r] && f.room(q, int32(r)) {
			best, to = c, int32(r)
		}
	}
	if to < 0 {
		return false
	}
	f.give(q, to)
	f.load[to]++
	return true
}

// highest is how dear a reviewer may become.
const highest = never / 8

// leave is a proposal that could leave a reviewer, to whom, and what it would lose, or
// what it would lose at least.
type leave struct {
	loss  int64
	q, to int32
}

func compareLeave(a, b leave) int {
	if a.loss != b.loss {
		return cmp.Compare(a.loss, b.loss)
	}
	return cmp.Compare(a.q, b.q)
}

// bidder holds what is known while reviewers become dearer.
type bidder struct {
	*flow
	least []int64 // what a reviewer that a proposal has not costs at least: this never falls
	hold  []leave
	leave []leave
	work  int
}

// bid makes reviewers dearer as long as a round costs less than the paths that it spares.
func (f *flow) bid(ctx context.Context) error {
	b := bidder{flow: f, least: make([]int64, f.m)}
	for q := range b.least {
		b.least[q] = -never
	}
	before, path := 0, f.n*f.n/4
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		over := 0
		b.work = 0
		for r, most := range f.p.MaxLoad {
			if many := f.load[r] - most; many > 0 {
				over += many
				b.dearer(r, many)
			}
		}
		if over == 0 || before > 0 && over > before/2 && (before-over)*path < b.work {
			return nil
		}
		before = over
	}
}

// dearer makes a reviewer so much dearer that so many proposals leave.
func (b *bidder) dearer(r, many int) {
	b.hold, b.leave = b.hold[:0], b.leave[:0]
	for _, q := range b.holds[r] {
		b.hold = append(b.hold, leave{b.least[q] - b.cost[int(q)*b.n+r] + b.price[r], q, -1})
	}
	slices.SortFunc(b.hold, compareLeave)
	for _, x := range b.hold {
		if len(b.leave) >= many && b.leave[many-1].loss <= x.loss {
			break // all others lose more
		}
		if x.to, x.loss = b.elsewhere(int(x.q), r); x.to >= 0 {
			i, _ := slices.BinarySearchFunc(b.leave, x, compareLeave)
			b.leave = slices.Insert(b.leave, i, x)
		}
	}
	many = min(many, len(b.leave))
	if many == 0 || b.price[r]-b.leave[many-1].loss < -highest {
		return
	}
	b.price[r] -= b.leave[many-1].loss
	for _, x := range b.leave[:many] {
		b.move(int(x.q), int32(r), x.to)
		b.load[r]--
		b.load[x.to]++
	}
}

// elsewhere is the cheapest reviewer to whom a proposal can go from r, and what it loses;
// -1 if there is none.
func (b *bidder) elsewhere(q, r int) (int32, int64) {
	n := b.n
	cost, has, price := b.cost[q*n:(q+1)*n], b.has[q*n:(q+1)*n], b.price
	b.work += n
	best, least, to := int64(never), int64(never), int32(-1)
	for s, c := range cost {
		if c -= price[s]; c < best && !has[s] && cost[s] != never {
			least = min(least, c)
			if b.can(q, int32(r), int32(s)) {
				best, to = c, int32(s)
			}
		}
	}
	b.least[q] = least
	if to < 0 {
		return -1, 0
	}
	return to, best - cost[r] + price[r]
}
