package documents

import (
	"cmp"
	"math"
	"slices"
)

// AssignIDs gives the paragraphs of a new state their permanent ids.
//
// A paragraph that carries an id keeps it; where two carry the same one (a form in
// which a paragraph was split) the more similar keeps it. The others are recognised
// among the paragraphs before, which are those of the draft and then earlier ones that
// the draft no longer has: first the same words, then similar ones, in their old order
// where that is possible. What is not recognised gets a fresh id, counted on from free.
// The next free number comes back: no id is ever given twice.
func AssignIDs(before, earlier, after []Paragraph, free int) ([]Paragraph, int) {
	m := newMatcher(before, earlier, after)
	m.carried()
	if m.open > 0 {
		m.same()
	}
	if m.open > 0 {
		m.similar()
	}
	for i := range m.after {
		if m.after[i].ID == "" {
			m.after[i].ID = paraID(free)
			free++
		}
	}
	return m.after, free
}

type matcher struct {
	before []Paragraph // candidates: the draft's, then earlier ones
	after  []Paragraph
	open   int // paragraphs of after without an id

	taken   []bool // before[i] has found its successor
	origin  []int  // after[j] is before[origin[j]]; -1 if none
	old     []profiles
	fresh   []profiles
	byID    map[string]int
	started bool // profiles have been reckoned
}

func newMatcher(before, earlier, after []Paragraph) *matcher {
	m := &matcher{after: slices.Clone(after), byID: map[string]int{}}
	for _, p := range slices.Concat(before, earlier) {
		if _, ok := m.byID[p.ID]; !ok {
			m.byID[p.ID] = len(m.before)
			m.before = append(m.before, p)
		}
	}
	m.taken = make([]bool, len(m.before))
	m.origin = make([]int, len(m.after))
	return m
}

// carried keeps the ids that came with the paragraphs, each once.
func (m *matcher) carried() {
	claims := map[string][]int{}
	for j, p := range m.after {
		m.origin[j] = -1
		if p.ID != "" {
			claims[p.ID] = append(claims[p.ID], j)
		}
	}
	for j := range m.after {
		id := m.after[j].ID
		if id == "" {
			m.open++
			continue
		}
		i, known := m.byID[id]
		if c := claims[id]; len(c) > 1 && m.best(i, known, c) != j {
			m.after[j].ID = ""
			m.open++
			continue
		}
		if known {
			m.taken[i], m.origin[j] = true, i
		}
	}
}

// best chooses among paragraphs that claim the same id.
func (m *matcher) best(i int, known bool, claims []int) int {
	if !known {
		return claims[0]
	}
	m.reckon()
	return slices.MaxFunc(claims, func(a, b int) int {
		return cmp.Or(cmp.Compare(likeText(m.old[i], m.fresh[a]), likeText(m.old[i], m.fresh[b])), cmp.Compare(b, a))
	})
}

func (m *matcher) reckon() {
	if m.started {
		return
	}
	m.started = true
	for _, p := range m.before {
		m.old = append(m.old, profilesOf(p.Text))
	}
	for _, p := range m.after {
		m.fresh = append(m.fresh, profilesOf(p.Text))
	}
}

func (m *matcher) take(i, j int) {
	m.taken[i], m.origin[j] = true, i
	m.after[j].ID = m.before[i].ID
	m.open--
}

// same pairs paragraphs with the same words: along the order of the text first, so
// that of several "None." each stays where it is, then wherever they have gone.
func (m *matcher) same() {
	m.reckon()
	words := func(p profiles, para Paragraph) string { return para.Text.Orig + " " + p[para.Text.Orig].words }
	left, right := make([]string, len(m.before)), make([]string, len(m.after))
	for i, p := range m.before {
		if left[i] = words(m.old[i], p); m.taken[i] {
			left[i] = "\x00" + p.ID // an anchor: only its own successor is equal to it
		}
	}
	for j, p := range m.after {
		if right[j] = words(m.fresh[j], p); m.origin[j] >= 0 {
			right[j] = "\x00" + p.ID
		} else if p.ID != "" {
			right[j] = "\x01" + p.ID // restored: no place to be compared with
		}
	}
	for _, run := range align(intern(left, right)) {
		for k := range run.n {
			if i, j := run.a+k, run.b+k; m.after[j].ID == "" && !m.taken[i] {
				m.take(i, j)
			}
		}
	}
	where := map[string][]int{}
	for i := range m.before {
		if !m.taken[i] {
			where[left[i]] = append(where[left[i]], i)
		}
	}
	for j := range m.after {
		if is := where[right[j]]; m.after[j].ID == "" && len(is) > 0 {
			// Of several the one that comes along with its neighbour.
			k := max(0, slices.IndexFunc(is, func(i int) bool { return j > 0 && m.origin[j-1] == i-1 }))
			m.take(is[k], j)
			where[right[j]] = slices.Delete(is, k, k+1)
		}
	}
}

// similar pairs what is left, the most alike first. Between pairs that are about as
// alike the one that keeps the order wins.
func (m *matcher) similar() {
	type pair struct {
		i, j int
		rank float64
	}
	expected := m.expected()
	var pairs []pair
	for j := range m.after {
		if m.after[j].ID != "" {
			continue
		}
		for i := range m.before {
			if m.taken[i] {
				continue
			}
			if score := likeText(m.old[i], m.fresh[j]); score >= alike {
				away := math.Abs(float64(i - expected[j]))
				pairs = append(pairs, pair{i, j, score + 0.05/(1+away)})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(a.i, b.i), cmp.Compare(a.j, b.j))
	})
	for _, p := range pairs {
		if !m.taken[p.i] && m.after[p.j].ID == "" {
			m.take(p.i, p.j)
		}
	}
}

// expected says for each new paragraph where its original would stand if nothing had
// moved: right behind that of the paragraph before it.
func (m *matcher) expected() []int {
	out := make([]int, len(m.after))
	next := 0
	for j := range m.after {
		if m.origin[j] >= 0 {
			next = m.origin[j]
		}
		out[j] = next
		next++
	}
	return out
}
