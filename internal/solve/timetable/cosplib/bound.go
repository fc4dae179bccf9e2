package cosplib

import (
	"cmp"
	"math"
	"slices"
)

// sortBy sorts by a key, equal ones staying in their order.
func sortBy(list []int, key func(int) int64) {
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(key(a), key(b)) })
}

// The largest transport, in steps of its solution, for which cells are told apart; beyond
// that only sessions are.
const boundSteps = 1_000_000_000

// bound is a value that no solution that keeps the hard rules goes below: that of sending
// the submissions' slots to cells by the cheapest transport. A slot pays its part of what
// its submission costs in that cell, and its part of what the cell costs if its track fills
// it. A submission may be cut up and tracks may share cells in that, and people, order and
// the shape of tracks cost nothing; so it can only be cheaper than any solution is. It is 0
// where there is no room for everything.
func (m *model) bound() int64 {
	n, all := int64(len(m.track)), int64(m.p.needed())
	steps := func(places int) int64 { return all * (n + int64(places)) * (n + int64(places)) }
	cells, places := true, m.cells
	if steps(places) > boundSteps {
		cells, places = false, m.sessions
	}
	if n == 0 || steps(places) > boundSteps {
		return 0
	}
	supply, room := make([]int64, n), make([]int64, places)
	most := int64(1)
	for a := range m.track {
		supply[a] = int64(m.slots[a])
	}
	for c, size := range m.size {
		room[m.place(c, cells)] += int64(size)
	}
	price := make([][]int64, n)
	for a, t := range m.track {
		for c := range m.cells {
			most = max(most, m.session[a][c/m.rooms]+m.room[a][c%m.rooms]+m.paint[t][c])
		}
	}
	scale := min(27_720, max(1, math.MaxInt64/8/most/(all+1))) // parts of a price, rounded down
	for a, t := range m.track {
		price[a] = slices.Repeat([]int64{math.MaxInt64}, places)
		for c := range m.cells {
			if m.size[c] < m.slots[a] {
				continue
			}
			x := scale*(m.session[a][c/m.rooms]+m.room[a][c%m.rooms])/supply[a] + scale*m.paint[t][c]/int64(m.size[c])
			price[a][m.place(c, cells)] = min(x, price[a][m.place(c, cells)])
		}
	}
	sum, ok := transport(supply, room, price)
	if !ok {
		return 0
	}
	return (sum + scale - 1) / scale
}

func (m *model) place(c int, cells bool) int {
	if cells {
		return c
	}
	return c / m.rooms
}

// transport sends what is supplied to places with so much room and gives the smallest sum of
// prices, by cheapest paths one after the other. A price of MaxInt64 forbids.
func transport(supply, room []int64, price [][]int64) (sum int64, ok bool) {
	n, m := len(supply), len(room)
	sent := grid(n, m)
	high := make([]int64, n+m) // potentials
	for i := range n {
		for left := supply[i]; left > 0; {
			t := route{n: n, m: m, sent: sent, price: price, high: high, room: room}
			end := t.cheapest(i)
			if end < 0 {
				return 0, false
			}
			amount := min(left, room[end])
			for j := end; ; {
				from := t.from[n+j]
				if from == i {
					break
				}
				amount = min(amount, sent[from][t.from[from]-n])
				j = t.from[from] - n
			}
			for j := end; ; {
				from := t.from[n+j]
				sent[from][j] += amount
				sum += amount * price[from][j]
				if from == i {
					break
				}
				j = t.from[from] - n
				sent[from][j] -= amount
				sum -= amount * price[from][j]
			}
			room[end] -= amount
			left -= amount
		}
	}
	return sum, true
}

// route is one search for the cheapest way from a source to a place with room, over places
// whose share another source can move elsewhere.
type route struct {
	n, m  int
	sent  [][]int64
	price [][]int64
	high  []int64
	room  []int64
	from  []int
	dist  []int64
	done  []bool
}

func (t *route) cheapest(source int) int {
	t.from, t.dist, t.done = make([]int, t.n+t.m), slices.Repeat([]int64{math.MaxInt64}, t.n+t.m), make([]bool, t.n+t.m)
	t.dist[source] = 0
	for {
		v := -1
		for u, d := range t.dist {
			if !t.done[u] && d < math.MaxInt64 && (v < 0 || d < t.dist[v]) {
				v = u
			}
		}
		if v < 0 {
			return -1
		}
		t.done[v] = true
		if v >= t.n && t.room[v-t.n] > 0 {
			for u := range t.high {
				t.high[u] += min(t.dist[u], t.dist[v])
			}
			return v - t.n
		}
		if v < t.n {
			for j, x := range t.price[v] {
				if x < math.MaxInt64 {
					t.reach(v, t.n+j, x)
				}
			}
			continue
		}
		for i := range t.n {
			if t.sent[i][v-t.n] > 0 {
				t.reach(v, i, -t.price[i][v-t.n])
			}
		}
	}
}

func (t *route) reach(v, u int, price int64) {
	if d := t.dist[v] + price + t.high[v] - t.high[u]; d < t.dist[u] {
		t.dist[u], t.from[u] = d, v
	}
}
