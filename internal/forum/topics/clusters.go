package topics

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/solve/cluster"
)

// Workshop is the inputs of an edition in clusters: those that people have made, then
// those that their words make.
type Workshop struct {
	Clusters []Cluster
	Inputs   map[core.ID]Input
	Table    *Table
}

// Cluster is one of them, with the words that made it.
type Cluster struct {
	cluster.Cluster

	Named *Named // nil where only words made it
}

// Label is what people call the cluster, else its first words; empty where it has neither.
func (c Cluster) Label(lang string) string {
	if c.Named != nil && !c.Named.Name.IsZero() {
		s, _ := c.Named.Name.In(lang)
		return s
	}
	var words []string
	for _, w := range c.Words {
		if len(words) < 3 {
			words = append(words, w.Word)
		}
	}
	return strings.Join(words, " · ")
}

// Workshop puts the inputs that a curator may see into clusters. kind narrows them to
// those of one kind of call; empty: all.
func (s *Service) Workshop(ctx context.Context, a core.Actor, set *editions.Setting, kind string) (Workshop, error) {
	w, err := s.material(ctx, a, set, kind)
	if err != nil {
		return w, err
	}
	named, places, err := loadClusters(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return w, err
	}
	items := make([]cluster.Item, 0, len(w.Inputs))
	for _, in := range w.Table.listable(w.Table.Inputs) {
		items = append(items, w.Table.item(in, places[in.ID]))
	}
	var fixed []string
	by := map[string]*Named{}
	for i := range named {
		fixed = append(fixed, string(named[i].ID))
		by[fixed[i]] = &named[i]
	}
	for _, c := range s.made.clusters(items, fixed) {
		w.Clusters = append(w.Clusters, Cluster{Cluster: c, Named: by[c.Key]})
	}
	return w, nil
}

// material is the workshop without its clusters: the inputs that a curator may see.
func (s *Service) material(ctx context.Context, a core.Actor, set *editions.Setting, kind string) (Workshop, error) {
	w := Workshop{Inputs: map[core.ID]Input{}}
	if err := may(a, set, "curate"); err != nil {
		return w, err
	}
	var err error
	if w.Table, err = s.Table(ctx, a, set, Filter{Kind: kind}); err != nil {
		return w, err
	}
	for _, in := range w.Table.listable(w.Table.Inputs) {
		w.Inputs[in.ID] = in
	}
	return w, nil
}

// made keeps the clusters that were reckoned last, by what they were made of: a thousand
// inputs take a second, and a curator looks at the same ones again and again.
type made struct {
	mu   sync.Mutex
	kept map[uint64][]cluster.Cluster
}

const mostKept = 8

func (m *made) clusters(items []cluster.Item, fixed []string) []cluster.Cluster {
	b, err := json.Marshal([]any{items, fixed})
	if err != nil {
		return cluster.Make(items, fixed)
	}
	key := xxhash.Sum64(b)
	m.mu.Lock()
	list, ok := m.kept[key]
	m.mu.Unlock()
	if ok {
		return list
	}
	list = cluster.Make(items, fixed)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil || len(m.kept) >= mostKept {
		m.kept = map[uint64][]cluster.Cluster{}
	}
	m.kept[key] = list
	return list
}

// item is an input as the clusters compare it: its words, and each of its tags in every
// language that the tag has a name in, so that inputs of different languages meet.
func (t *Table) item(in Input, place core.ID) cluster.Item {
	it := cluster.Item{ID: string(in.ID), Lang: cmp.Or(in.Title.Orig, "en"), Texts: map[string]string{}, Fixed: string(place)}
	add := func(text core.Text) {
		for lang, s := range text.By {
			it.Texts[lang] += s + "\n"
		}
	}
	add(in.Title)
	add(in.Text)
	for _, tag := range t.tags[in.ID] {
		if tag.Named {
			add(tag.Name)
		} else {
			it.Texts[it.Lang] += tag.Name.String() + "\n"
		}
	}
	return it
}

// Cluster finds one that people have made; nil where there is none.
func (w Workshop) Cluster(id core.ID) *Cluster {
	for i := range w.Clusters {
		if c := &w.Clusters[i]; c.Named != nil && c.Named.ID == id {
			return c
		}
	}
	return nil
}

// chosen looks up inputs by id. Invalid where none is named, or one that the curator may
// not see or that was withdrawn.
func (w Workshop) chosen(ids []string) ([]core.ID, error) {
	if len(ids) == 0 {
		return nil, core.Invalid("topics.error.no_inputs")
	}
	var out []core.ID
	for _, id := range ids {
		if _, ok := w.Inputs[core.ID(id)]; !ok {
			return nil, core.Invalid("topics.error.input_gone")
		}
		if !slices.Contains(out, core.ID(id)) {
			out = append(out, core.ID(id))
		}
	}
	return out, nil
}
