package documents

// run is a row of n equal elements: from a in the first sequence, from b in the second.
type run struct{ a, b, n int }

// align finds a longest common subsequence of two sequences, after Myers, "An O(ND)
// Difference Algorithm" (1986), in linear space. Where the two differ in more than
// twice effort elements it gives up for that stretch and calls it replaced: no text that
// somebody sends may keep the server busy.
func align(a, b []int) []run {
	al := aligner{a: a, b: b}
	al.solve(0, len(a), 0, len(b))
	return al.runs
}

const effort = 1000

type aligner struct {
	a, b   []int
	runs   []run
	fw, bw []int // furthest reach per diagonal, from the start and from the end
}

func (al *aligner) match(a, b, n int) {
	if n == 0 {
		return
	}
	if k := len(al.runs) - 1; k >= 0 && al.runs[k].a+al.runs[k].n == a && al.runs[k].b+al.runs[k].n == b {
		al.runs[k].n += n
		return
	}
	al.runs = append(al.runs, run{a, b, n})
}

func (al *aligner) solve(a0, a1, b0, b1 int) {
	n := 0
	for a0+n < a1 && b0+n < b1 && al.a[a0+n] == al.b[b0+n] {
		n++
	}
	al.match(a0, b0, n)
	a0, b0 = a0+n, b0+n
	tail := 0
	for a1-tail > a0 && b1-tail > b0 && al.a[a1-tail-1] == al.b[b1-tail-1] {
		tail++
	}
	a1, b1 = a1-tail, b1-tail
	if a0 < a1 && b0 < b1 {
		if x, y, ok := al.middle(a0, a1, b0, b1); ok {
			al.solve(a0, x, b0, y)
			al.solve(x, a1, y, b1)
		}
	}
	al.match(a1, b1, tail)
}

// middle finds a point that a shortest path from one corner to the other passes, by
// searching from both ends until they meet. Both stretches differ in their first and
// in their last element.
func (al *aligner) middle(a0, a1, b0, b1 int) (x, y int, ok bool) {
	n, m := a1-a0, b1-b0
	delta := n - m
	most := min((n+m+1)/2, effort)
	size := 2*most + 2
	if len(al.fw) < size {
		al.fw, al.bw = make([]int, size), make([]int, size)
	}
	fw, bw := al.fw[:size], al.bw[:size]
	mid := most
	fw[mid+1], bw[mid+1] = 0, 0
	for d := 0; d <= most; d++ {
		for k := -d; k <= d; k += 2 {
			x := fw[mid+k+1]
			if k != -d && (k == d || fw[mid+k-1] >= x) {
				x = fw[mid+k-1] + 1
			}
			y := x - k
			sx, sy := x, y
			for x < n && y < m && al.a[a0+x] == al.b[b0+y] {
				x, y = x+1, y+1
			}
			fw[mid+k] = x
			if r := delta - k; delta%2 != 0 && r >= -(d-1) && r <= d-1 && x+bw[mid+r] >= n {
				return al.split(a0, b0, sx, sy, x, y, n, m)
			}
		}
		for k := -d; k <= d; k += 2 {
			x := bw[mid+k+1]
			if k != -d && (k == d || bw[mid+k-1] >= x) {
				x = bw[mid+k-1] + 1
			}
			y := x - k
			ex, ey := x, y
			for x < n && y < m && al.a[a1-1-x] == al.b[b1-1-y] {
				x, y = x+1, y+1
			}
			bw[mid+k] = x
			if r := delta - k; delta%2 == 0 && r >= -d && r <= d && x+fw[mid+r] >= n {
				return al.split(a0, b0, n-x, m-y, n-ex, m-ey, n, m)
			}
		}
	}
	return 0, 0, false
}

// split chooses the end of the meeting snake from (sx, sy) to (x, y) at which to cut,
// so that both halves are smaller than the whole.
func (al *aligner) split(a0, b0, sx, sy, x, y, n, m int) (int, int, bool) {
	if sx+sy > 0 && sx+sy < n+m && sx >= 0 && sy >= 0 && sx <= n && sy <= m {
		return a0 + sx, b0 + sy, true
	}
	if x+y > 0 && x+y < n+m && x >= 0 && y >= 0 && x <= n && y <= m {
		return a0 + x, b0 + y, true
	}
	return 0, 0, false
}
