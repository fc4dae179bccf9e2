package cluster

// gathered is a cluster while clusters grow together.
type gathered struct {
	key    string
	fixed  bool
	items  []int
	groups map[string]bool
}

// gather lets the two clusters that are most alike become one until none are alike
// enough. Among equals those that come first in the order of ids do.
func (m *measured) gather(items []Item, fixed []string) []*gathered {
	var list []*gathered
	byKey := map[string]*gathered{}
	for _, key := range fixed {
		if byKey[key] != nil {
			continue
		}
		g := &gathered{key: key, fixed: true, groups: map[string]bool{}}
		byKey[key] = g
		list = append(list, g)
	}
	for i, it := range items {
		if g := byKey[it.Fixed]; g != nil && it.Fixed != "" {
			g.items = append(g.items, i)
			g.groups[it.Group] = true
			continue
		}
		list = append(list, &gathered{items: []int{i}, groups: map[string]bool{it.Group: true}})
	}
	s := newSums(m, list)
	for {
		a, b := s.best()
		if a < 0 {
			break
		}
		s.join(a, b)
	}
	var out []*gathered
	for _, g := range s.list {
		if g != nil {
			out = append(out, g)
		}
	}
	return out
}

// sums holds, of each two clusters, the likeness of all pairs of their items added up,
// and for each cluster which one after it is most like it.
type sums struct {
	list []*gathered
	sum  [][]float64
	next []int
	like []float64
}

func newSums(m *measured, list []*gathered) *sums {
	n := len(list)
	s := &sums{list: list, sum: make([][]float64, n), next: make([]int, n), like: make([]float64, n)}
	for a := range n {
		s.sum[a] = make([]float64, n)
		for b := range a {
			x := 0.0
			for _, i := range list[a].items {
				for _, j := range list[b].items {
					x += m.like[i][j]
				}
			}
			s.sum[a][b], s.sum[b][a] = x, x
		}
	}
	for a := range n {
		s.look(a)
	}
	return s
}

// average likeness of two clusters; nothing where they may not become one.
func (s *sums) average(a, b int) float64 {
	x, y := s.list[a], s.list[b]
	if x.fixed && y.fixed || len(x.items) == 0 || len(y.items) == 0 || !meet(x.groups, y.groups) {
		return 0
	}
	return s.sum[a][b] / float64(len(x.items)*len(y.items))
}

func meet(a, b map[string]bool) bool {
	for g := range a {
		if b[g] {
			return true
		}
	}
	return false
}

// look finds the cluster after a that is most like it.
func (s *sums) look(a int) {
	s.next[a], s.like[a] = -1, 0
	if s.list[a] == nil {
		return
	}
	for b := a + 1; b < len(s.list); b++ {
		if s.list[b] == nil {
			continue
		}
		if x := s.average(a, b); x >= Enough && x > s.like[a] {
			s.next[a], s.like[a] = b, x
		}
	}
}

// best are the two clusters that become one next; -1 where none do.
func (s *sums) best() (a, b int) {
	a = -1
	for i := range s.list {
		if s.next[i] >= 0 && (a < 0 || s.like[i] > s.like[a]) {
			a = i
		}
	}
	if a < 0 {
		return -1, -1
	}
	return a, s.next[a]
}

// join makes b a part of a.
func (s *sums) join(a, b int) {
	x, y := s.list[a], s.list[b]
	if y.fixed { // at most one of them is
		x.key, x.fixed, x.groups = y.key, true, y.groups
	}
	x.items = append(x.items, y.items...)
	s.list[b] = nil
	for i := range s.list {
		s.sum[a][i] += s.sum[b][i]
		s.sum[i][a] = s.sum[a][i]
	}
	s.next[b] = -1
	s.look(a)
	for i := range s.list {
		if s.list[i] == nil || i == a {
			continue
		}
		if s.next[i] == a || s.next[i] == b {
			s.look(i)
		} else if i < a {
			if v := s.average(i, a); v >= Enough && (v > s.like[i] || v == s.like[i] && a < s.next[i]) {
				s.next[i], s.like[i] = a, v
			}
		}
	}
}
