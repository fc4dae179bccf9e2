package programme

import (
	"context"
	"slices"
	"sync"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// openLists keeps what everybody may see of each programme in memory, until something
// in the edition changes.
type openLists struct {
	mu   sync.Mutex
	kept map[core.ID]openList
}

type openList struct {
	list []Brief
	at   int64
}

// visible lists the sessions of an edition that the actor may see, in the order of the
// timetable. What is open to everybody comes from memory; of a reader who is signed in
// the database is asked for the drafts that she may see. Callers must not change the
// sessions.
func (s *Service) visible(ctx context.Context, a core.Actor, set *editions.Setting) ([]Brief, error) {
	// The version is read before the rows: a change between the two is seen next time.
	at := s.rec.Scope(set.Scope()).Load()
	s.open.mu.Lock()
	kept, ok := s.open.kept[set.ID]
	s.open.mu.Unlock()
	if !ok || kept.at != at {
		list, err := s.Briefs(ctx, core.Visitor, set, Filter{})
		if err != nil {
			return nil, err
		}
		kept = openList{list, at}
		s.open.mu.Lock()
		if s.open.kept == nil {
			s.open.kept = map[core.ID]openList{}
		}
		s.open.kept[set.ID] = kept
		s.open.mu.Unlock()
	}
	if !a.SignedIn() && a.Program == "" {
		return kept.list, nil
	}
	drafts, err := s.Briefs(ctx, a, set, Filter{State: StateDraft})
	if err != nil || len(drafts) == 0 {
		return kept.list, err
	}
	// A session that has just become a draft again stands in both.
	list := slices.DeleteFunc(slices.Clone(kept.list), func(b Brief) bool {
		return slices.ContainsFunc(drafts, func(d Brief) bool { return d.ID == b.ID })
	})
	return s.inOrder(ctx, set, append(list, drafts...))
}

// inOrder puts sessions in the order of the timetable.
func (s *Service) inOrder(ctx context.Context, set *editions.Setting, list []Brief) ([]Brief, error) {
	types, err := s.Types(ctx, set.ID)
	if err != nil {
		return nil, err
	}
	rooms, kinds := map[core.ID]int{}, map[core.ID]int{}
	for i, r := range set.Rooms {
		rooms[r.ID] = i
	}
	for i, t := range types {
		kinds[t.ID] = i
	}
	sortBriefs(list, rooms, kinds)
	return list, nil
}
