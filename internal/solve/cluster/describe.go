package cluster

import (
	"cmp"
	"slices"
	"strings"
)

// describe says what made a cluster.
func (m *measured) describe(items []Item, g *gathered) Cluster {
	c := Cluster{Key: g.key, Fixed: g.fixed}
	groups := map[string]int{}
	for _, i := range g.items {
		groups[items[i].Group]++
	}
	c.Groups = sortedKeys(groups)
	slices.SortStableFunc(c.Groups, func(a, b string) int { return groups[b] - groups[a] })
	if len(g.items) == 0 {
		return c
	}
	slices.Sort(g.items) // items are in the order of their ids
	if !g.fixed {
		c.Key = "~" + items[g.items[0]].ID
	}
	all, own := m.shared(g.items)
	top := m.top(all)
	sum := 0.0
	for _, id := range sortedKeys(all) {
		sum += all[id]
	}
	for _, id := range top {
		c.Words = append(c.Words, m.word(g.items, id, all[id]/sum))
	}
	c.Members = m.members(items, g, top, c.Words, own)
	return c
}

func (m *measured) members(items []Item, g *gathered, top []int, words []Word, own []map[int]float64) []Member {
	shares, total := make([]float64, len(g.items)), 0.0
	for k := range g.items {
		for _, id := range top {
			shares[k] += own[k][id]
		}
		total += shares[k]
	}
	out := make([]Member, 0, len(g.items))
	for k, i := range g.items {
		mem := Member{ID: items[i].ID, Fixed: g.fixed && items[i].Fixed == g.key}
		for _, j := range g.items {
			if j != i {
				mem.Likeness += m.like[i][j] / float64(len(g.items)-1)
			}
		}
		if total > 0 {
			mem.Share = shares[k] / total
		}
		for n, id := range top {
			if _, ok := m.spelt[i][id]; ok {
				mem.Words = append(mem.Words, words[n].Word)
			}
		}
		out = append(out, mem)
	}
	slices.SortStableFunc(out, func(a, b Member) int {
		if d := cmp.Compare(b.Likeness, a.Likeness); d != 0 {
			return d
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}

// shared adds up what each term gives to the likeness of the pairs of a cluster, and
// how much of it comes from each item; of an item alone, what each gives to its weight.
func (m *measured) shared(list []int) (all map[int]float64, own []map[int]float64) {
	all, own = map[int]float64{}, make([]map[int]float64, len(list))
	for k := range own {
		own[k] = map[int]float64{}
	}
	if len(list) == 1 {
		for _, t := range m.texts[list[0]] {
			if t.lang != m.written[list[0]] && len(m.texts[list[0]]) > 1 {
				continue
			}
			for x, id := range t.terms {
				all[id] += t.weight[x] * t.weight[x]
				own[0][id] += t.weight[x] * t.weight[x]
			}
		}
		return all, own
	}
	for x := range list {
		for y := range x {
			_, u, v := m.pair(list[x], list[y])
			if u == nil {
				continue
			}
			both(u, v, func(id int, w float64) {
				all[id] += w
				own[x][id] += w
				own[y][id] += w
			})
		}
	}
	return all, own
}

// top are the weightiest terms.
func (m *measured) top(all map[int]float64) []int {
	list := sortedKeys(all)
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(all[b], all[a]) })
	return list[:min(len(list), NamedWords)]
}

// word is a term as the items mostly write it.
func (m *measured) word(list []int, id int, share float64) Word {
	w := Word{Lang: m.langs[id], Share: share}
	spelt := map[string]int{}
	for _, i := range list {
		if s, ok := m.spelt[i][id]; ok {
			spelt[s]++
			w.Items++
		}
	}
	for _, s := range sortedKeys(spelt) {
		if w.Word == "" || spelt[s] > spelt[w.Word] {
			w.Word = s
		}
	}
	return w
}
