package messages

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/papers"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/solve/cluster"
)

// States of a piece of raw material.
const (
	MaterialOpen  = "open"  // nobody has looked at it yet
	MaterialUsed  = "used"  // a Message rests on it
	MaterialAside = "aside" // set aside, with a reason
)

// MaterialStates are all of them in the order in which they are shown.
var MaterialStates = []string{MaterialOpen, MaterialUsed, MaterialAside}

// PartParagraph is a paragraph of what a track has put out (E147), beside
// reports.PartTakeaway and reports.PartCall.
const PartParagraph = "paragraph"

// Material is a published takeaway, call or paragraph of a track's output of which a
// Message may be made.
type Material struct {
	Key      string // "takeaway:DOC#p3": as a source of a sentence is named in a form
	Source   documents.Source
	Part     string // takeaway, call or paragraph
	Para     string
	Text     core.Text
	Session  *programme.Brief // nil for a paper that was presented at none
	Paper    *papers.Paper    // of a paragraph
	Theme    core.ID
	Pins     []documents.Source // what it is pinned to itself
	Used     []int              // numbers of the Messages that rest on it
	State    string
	Decision *Decision // what editors have decided; nil for nothing
}

// Decision is what editors have decided about one piece of raw material.
type Decision struct {
	bun.BaseModel `bun:"table:message_materials,alias:mm"`

	Edition core.ID      `bun:"edition,pk"`
	Ref     string       `bun:"ref,pk"`
	Cluster core.ID      `bun:"cluster"` // in which cluster they have put it; empty: as its words say
	Aside   bool         `bun:"aside"`
	Reason  string       `bun:"reason"`
	Account core.ID      `bun:"account"`
	Person  core.ID      `bun:"person"`
	Decided core.Instant `bun:"decided"`
}

// Named is a cluster that editors have made.
type Named struct {
	bun.BaseModel `bun:"table:message_clusters,alias:mc"`

	ID      core.ID      `bun:"id,pk"`
	Edition core.ID      `bun:"edition"`
	Name    core.Text    `bun:"name"`
	Created core.Instant `bun:"created"`
	Version int64        `bun:"version"`
}

// Cluster is raw material that speaks of the same, with the words that made it so.
type Cluster struct {
	cluster.Cluster

	Named *Named // nil where nobody has named or changed it
	Theme core.ID
}

// Workshop is the raw material of an edition's Messages, clustered.
type Workshop struct {
	View      View
	Materials map[string]*Material
	Clusters  []Cluster // those that editors made first, then the largest
	Counts    map[string]int
	Bare      []Message // Messages with sentences that rest on nothing yet
}

// Workshop gives the raw material of the Messages. Editors may ask. It asks some fifteen
// queries, whatever there is.
func (s *Service) Workshop(ctx context.Context, a core.Actor, set *editions.Setting) (Workshop, error) {
	w := Workshop{Materials: map[string]*Material{}, Counts: map[string]int{}}
	var err error
	if w.View, err = s.View(ctx, a, set, true); err != nil {
		return w, err
	}
	if err := s.mayCompile(a, set, w.View.State); err != nil {
		return w, err
	}
	if err := s.gather(ctx, a, set, &w); err != nil {
		return w, err
	}
	decisions, named, err := s.decisions(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return w, err
	}
	used := map[string][]int{}
	if w.View.Revision != nil {
		for _, m := range all(*w.View.Revision) {
			for _, src := range m.Para.Sources {
				if !slices.Contains(used[key(src)], m.N) {
					used[key(src)] = append(used[key(src)], m.N)
				}
			}
			if len(m.bare()) > 0 {
				w.Bare = append(w.Bare, m)
			}
		}
	}
	for k, m := range w.Materials {
		m.Used, m.State = used[k], MaterialOpen
		if d, ok := decisions[k]; ok {
			m.Decision = &d
		}
		switch {
		case len(m.Used) > 0:
			m.State = MaterialUsed
		case m.Decision != nil && m.Decision.Aside:
			m.State = MaterialAside
		}
		w.Counts[m.State]++
	}
	w.Clusters = clusters(w.Materials, named)
	return w, nil
}

func (s *Service) mayCompile(a core.Actor, set *editions.Setting, state string) error {
	return policy.Check("compile", state, a.Roles(set.Scope())...)
}

// gather collects what is published: takeaways and calls of all sessions, paragraphs of
// what tracks have put out.
func (s *Service) gather(ctx context.Context, a core.Actor, set *editions.Setting, w *Workshop) error {
	points, err := s.reports.Published(ctx, set.ID)
	if err != nil {
		return err
	}
	briefs, err := s.programme.Briefs(ctx, a, set, programme.Filter{})
	if err != nil {
		return err
	}
	bySession := map[core.ID]*programme.Brief{}
	for i := range briefs {
		bySession[briefs[i].ID] = &briefs[i]
	}
	for session, list := range points {
		b := bySession[session]
		if b == nil {
			continue
		}
		for _, p := range list {
			w.add(Material{
				Source: documents.Source{Kind: SourceTakeaway, Ref: p.Ref, Revision: p.Revision}, Part: p.Part, Para: p.Para,
				Text: p.Text, Session: b, Theme: b.Theme, Pins: p.Sources,
			})
		}
	}
	return s.gatherPapers(ctx, a, set, bySession, w)
}

func (w *Workshop) add(m Material) {
	m.Key = key(m.Source)
	w.Materials[m.Key] = &m
}

func (s *Service) gatherPapers(ctx context.Context, a core.Actor, set *editions.Setting, sessions map[core.ID]*programme.Brief, w *Workshop) error {
	if s.house.Papers == nil {
		return nil
	}
	list, err := s.house.Papers.Papers(ctx, a, papers.Filter{Edition: set.ID, Kinds: []string{papers.TrackOutput}})
	if err != nil {
		return err
	}
	var docs []core.ID
	for _, p := range list {
		if p.Document != "" && p.Public() {
			docs = append(docs, p.Document)
		}
	}
	revs, err := s.docs.Published(ctx, docs...)
	if err != nil {
		return err
	}
	for i := range list {
		p := &list[i]
		rev, ok := revs[p.Document]
		if !ok || p.Document == "" {
			continue
		}
		b := sessions[p.Session]
		for _, para := range rev.Paragraphs {
			if para.Kind == documents.Heading || para.Kind == documents.Note {
				continue
			}
			m := Material{
				Source: documents.Source{Kind: documents.SourceParagraph, Ref: documents.ParaRef(p.Document, para.ID), Revision: rev.Number},
				Part:   PartParagraph, Para: para.ID, Text: para.Text, Paper: p, Session: b, Pins: para.Sources,
			}
			if b != nil {
				m.Theme = b.Theme
			}
			w.add(m)
		}
	}
	return nil
}

// clusters puts raw material together by theme and likeness, and where editors have put
// it.
func clusters(materials map[string]*Material, named []Named) []Cluster {
	var items []cluster.Item
	for k, m := range materials {
		it := cluster.Item{ID: k, Group: string(m.Theme), Texts: m.Text.By, Lang: m.Text.Orig}
		if m.Decision != nil {
			it.Fixed = string(m.Decision.Cluster)
		}
		items = append(items, it)
	}
	var fixed []string
	byID := map[string]*Named{}
	for i := range named {
		fixed = append(fixed, string(named[i].ID))
		byID[string(named[i].ID)] = &named[i]
	}
	var out []Cluster
	for _, c := range cluster.Make(items, fixed) {
		x := Cluster{Cluster: c, Named: byID[c.Key]}
		if len(c.Groups) > 0 {
			x.Theme = core.ID(c.Groups[0])
		}
		out = append(out, x)
	}
	return out
}

// Label is the name of a cluster: as editors call it, else by its words.
func (c Cluster) Label(lang string) string {
	if c.Named != nil && !c.Named.Name.IsZero() {
		s, _ := c.Named.Name.In(lang)
		return s
	}
	var words []string
	for _, w := range c.Words[:min(3, len(c.Words))] {
		words = append(words, w.Word)
	}
	return strings.Join(words, " · ")
}

// chosenOf gives the materials of keys; one that is not there is Invalid.
func (w Workshop) chosenOf(keys []string) ([]*Material, error) {
	var out []*Material
	for _, k := range keys {
		m, ok := w.Materials[k]
		if !ok {
			return nil, core.Invalid("messages.error.takeaway_gone")
		}
		if !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	if len(out) == 0 {
		return nil, core.Invalid("messages.error.nothing_chosen")
	}
	return out, nil
}

// part is takeaway for what reports and papers call otherwise.
func partKey(part string) string {
	switch part {
	case reports.PartCall, PartParagraph:
		return "messages.part." + part
	}
	return "messages.part." + reports.PartTakeaway
}
