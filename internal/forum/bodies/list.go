package bodies

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"plenary/internal/core"
)

// Query narrows a list of bodies. The zero Query asks for all.
type Query struct {
	Kind   string // a kind, or Initiative for the four of the family
	Region string // regional group
	Status string
	Year   int // was there in that year: Body.In
	Search string
	Page   core.Page
}

func (q Query) takes(b Body) bool {
	return slices.Contains(codesOf(q.Kind), b.Kind) &&
		(q.Region == "" || b.Region == q.Region) &&
		(q.Status == "" || b.Status == q.Status) &&
		(q.Year == 0 || b.In(q.Year)) &&
		b.holds(q.Search)
}

// List gives the bodies that a query asks for, by kind and name. Anybody may call.
func (s *Service) List(ctx context.Context, q Query) (core.List[Body], error) {
	var out core.List[Body]
	found, err := s.found(ctx, q)
	if err != nil {
		return out, err
	}
	out.Total = len(found)
	start := 0
	if q.Page.Cursor != "" {
		var last core.ID
		if err := core.ReadCursor(q.Page.Cursor, &last); err != nil {
			return out, err
		}
		start = slices.IndexFunc(found, func(b Body) bool { return b.ID == last }) + 1
	}
	out.Items = found[start:]
	if len(out.Items) > q.Page.Size() {
		out.Items = out.Items[:q.Page.Size()]
		out.Next = core.Cursor(out.Items[len(out.Items)-1].ID)
	}
	return out, nil
}

func (s *Service) found(ctx context.Context, q Query) ([]Body, error) {
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	codes := codesOf(q.Kind)
	found := slices.DeleteFunc(slices.Clone(all.list), func(b Body) bool { return !q.takes(b) })
	slices.SortStableFunc(found, func(a, b Body) int {
		return cmp.Compare(slices.Index(codes, a.Kind), slices.Index(codes, b.Kind))
	})
	return found, nil
}

// facets are the ways in which a list can be narrowed, with how many each would leave:
// the other filters stay as they are.
type facets struct {
	regions, statuses, kinds map[string]int
	years                    map[int]int
	yearless                 int // bodies of which no year is known
}

func (s *Service) facets(ctx context.Context, q Query) (facets, error) {
	f := facets{regions: map[string]int{}, statuses: map[string]int{}, kinds: map[string]int{}, years: map[int]int{}}
	all, err := s.all(ctx)
	if err != nil {
		return f, err
	}
	first, last := 0, s.Today().Year()
	for _, b := range all.list {
		if y := b.Since().Year(); y > 0 && slices.Contains(codesOf(q.Kind), b.Kind) && (first == 0 || y < first) {
			first = y
		}
	}
	without := func(change func(*Query)) Query { w := q; change(&w); return w }
	byRegion := without(func(w *Query) { w.Region = "" })
	byStatus := without(func(w *Query) { w.Status = "" })
	byYear := without(func(w *Query) { w.Year = 0 })
	byKind := q
	if slices.ContainsFunc(Kinds, func(k Kind) bool { return k.Code == q.Kind && k.Family != "" }) {
		byKind.Kind = Initiative
	}
	for _, b := range all.list {
		if byRegion.takes(b) && b.Region != "" {
			f.regions[b.Region]++
		}
		if byStatus.takes(b) {
			f.statuses[b.Status]++
		}
		if byKind.takes(b) {
			f.kinds[b.Kind]++
		}
		if !byYear.takes(b) {
			continue
		}
		if b.Since() == "" {
			f.yearless++
		}
		for y := first; first > 0 && y <= last; y++ {
			if b.In(y) {
				f.years[y]++
			}
		}
	}
	return f, nil
}

// yearsShown are the years of which a filter is offered, newest first: those in which
// the number changes, so that a list of twenty years does not become twenty links.
func (f facets) yearsShown() []int {
	var out []int
	years := slices.Sorted(maps.Keys(f.years))
	for i, y := range years {
		if i == 0 || f.years[y] != f.years[years[i-1]] || years[i-1] != y-1 {
			out = append(out, y)
		}
	}
	slices.Reverse(out)
	return out
}

// kindCount is a kind (or the family) with how many bodies of it are listed.
type kindCount struct {
	Kind  Kind
	Count int
	Parts []kindCount // of the family: its kinds
}

// overview counts the bodies of each kind, the initiatives as one with its parts.
func (s *Service) overview(ctx context.Context) ([]kindCount, error) {
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for _, b := range all.list {
		counts[b.Kind]++
	}
	var out []kindCount
	for _, k := range Kinds {
		one := kindCount{Kind: k, Count: counts[k.Code]}
		if k.Family == "" {
			out = append(out, one)
			continue
		}
		i := slices.IndexFunc(out, func(c kindCount) bool { return c.Kind.Code == k.Family })
		if i < 0 {
			out = append(out, kindCount{Kind: initiatives})
			i = len(out) - 1
		}
		out[i].Count += one.Count
		out[i].Parts = append(out[i].Parts, one)
	}
	return out, nil
}

// RecognisedOn counts the initiatives that were recognised on a day, as far as this
// record knows: it is a lower bound where dates are missing (E163). undated says how
// many initiatives have no such date.
func (s *Service) RecognisedOn(ctx context.Context, day Date) (count, undated int, err error) {
	all, err := s.all(ctx)
	if err != nil {
		return 0, 0, err
	}
	for _, b := range all.list {
		k, _ := KindOf(b.Kind)
		switch {
		case k.Family != Initiative:
		case b.Recognised == "":
			undated++
		case b.RecognisedOn(day):
			count++
		}
	}
	return count, undated, nil
}
