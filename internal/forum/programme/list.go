package programme

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// registerLists registers the pages and files that show many sessions at once: days,
// the whole programme with its filters, indexes, coverage, calendar and tables.
func (w *Web) registerLists(s *web.Server) {
	s.Edition("GET /programme", w.dayPage)
	s.Edition("GET /programme/{day}", w.dayPage)
	s.Edition("GET /programme/all", w.allPage)
	s.Edition("GET /programme/questions", w.coveragePage)
	s.Edition("GET /programme/questions.csv", w.coverageCSV)
	for _, name := range indexNames {
		s.Edition("GET /programme/"+name, w.indexPage(name))
	}
	s.Edition("GET /programme.ics", w.calendar)
	s.Edition("GET /programme.csv", w.programmeCSV)
	s.Edition("GET /programme.json", w.programmeJSON)
	s.Session("GET /calendar.ics", w.sessionCalendar)
}

// listed gives the edition of the address and says that the page is made from it. It
// is asked again after that was said: a change between the two is not missed.
func (w *Web) listed(c *web.C) (*editions.Setting, error) {
	set, err := w.s.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return nil, err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	return w.s.editions.Setting(c.Context(), c.Actor, c.Edition)
}

// selection is what a choice leaves of the sessions of an edition, with how many there
// would be under each other value of each facet.
type selection struct {
	set    *editions.Setting
	types  []Type
	bodies map[core.ID]bodies.Body
	keys   *facetKeys
	choice choice
	all    int     // sessions of the edition, as far as the actor sees them
	list   []Brief // what is left, in the order of the timetable
	counts [facetCount]map[string]int
}

// choose makes the selection of a choice: what concerns people and words is asked of
// the database, everything else is counted from one and the same list, so that counts
// and results cannot differ. Anybody may call; it holds what the actor may see. Four
// queries at most while nothing changes: two for her drafts, two for words and people.
func (s *Service) choose(ctx context.Context, a core.Actor, set *editions.Setting, ch choice) (*selection, error) {
	types, err := s.Types(ctx, set.ID)
	if err != nil {
		return nil, err
	}
	list, err := s.visible(ctx, a, set)
	if err != nil {
		return nil, err
	}
	sel := &selection{set: set, types: types, all: len(list)}
	if sel.bodies, err = s.bodies.Bodies(ctx, bodiesOf(list)); err != nil {
		return nil, err
	}
	sel.keys = newFacetKeys(set, types, sel.bodies, list)
	sel.choice = sel.keys.canonical(ch)
	if f, asked := ch.filter(); asked {
		found, err := s.Briefs(ctx, a, set, f)
		if err != nil {
			return nil, err
		}
		keep := make(map[core.ID]bool, len(found))
		for i := range found {
			keep[found[i].ID] = true
		}
		list = slices.DeleteFunc(slices.Clone(list), func(b Brief) bool { return !keep[b.ID] })
	}
	sel.count(list)
	return sel, nil
}

// count keeps what the facets leave. A session that only one facet keeps out counts
// among the other values of that facet: this many there would be if it were chosen.
func (sel *selection) count(list []Brief) {
	for f := range sel.counts {
		sel.counts[f] = map[string]int{}
	}
	sel.list = make([]Brief, 0, len(list))
	for i := range list {
		values := sel.keys.of(&list[i])
		misses, missed := 0, 0
		for f, want := range sel.choice.facet {
			if want != "" && !slices.Contains(values[f], want) {
				misses, missed = misses+1, f
			}
		}
		switch misses {
		case 0:
			sel.list = append(sel.list, list[i])
			for f := range sel.counts {
				for _, v := range values[f] {
					sel.counts[f][v]++
				}
			}
		case 1:
			for _, v := range values[missed] {
				sel.counts[missed][v]++
			}
		}
	}
}

// bodiesOf are the bodies that sessions belong to or are tracks of.
func bodiesOf(list []Brief) []core.ID {
	var ids []core.ID
	seen := map[core.ID]bool{"": true}
	add := func(id core.ID) {
		if !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	for i := range list {
		add(list[i].Body)
		for _, t := range list[i].Tracks {
			add(t)
		}
	}
	return ids
}

// byReference puts sessions in the order of time and reference, those without a time
// last: an order that a cursor can hold on to.
func byReference(a, b Brief) int {
	if a.Starts.IsZero() != b.Starts.IsZero() {
		if a.Starts.IsZero() {
			return 1
		}
		return -1
	}
	return cmp.Or(a.Starts.Time().Compare(b.Starts.Time()), strings.Compare(a.Ref, b.Ref))
}
