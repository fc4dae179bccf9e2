package people

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/db"
)

// Filter narrows the list of persons. All its parts must hold.
type Filter struct {
	Query   string // words of a name, in any order and script
	Group   string // stakeholder group of an affiliation that holds today
	Country string // ISO 3166-1 alpha-2
	Page    core.Page
}

// Facet is one value by which a list may be narrowed, and how many it would leave.
type Facet struct {
	Value string `bun:"value"`
	Count int    `bun:"count"`
}

const maxQueryWords = 6

// today is the day by the forum's clock, in UTC.
func (s *Service) today() string { return s.rec.Clock.Now().Format(time.DateOnly) }

// holdsToday is On as SQL, for affiliations (alias f).
func holdsToday(q *bun.SelectQuery, day string) *bun.SelectQuery {
	return q.Where("(f.from_date = '' OR f.from_date <= substr(?, 1, length(f.from_date)))", day).
		Where("(f.until_date = '' OR substr(?, 1, length(f.until_date)) <= f.until_date)", day)
}

// narrow puts a filter and what the actor may see into a query over people. skip names
// a part that is left out, for counting its values.
func (s *Service) narrow(a core.Actor, q *bun.SelectQuery, f Filter, skip string) *bun.SelectQuery {
	q = listed(a, q)
	if w := words(f.Query); len(w) > 0 {
		form := s.rec.DB.Read.NewSelect().Model((*nameRow)(nil)).ColumnExpr("1").Where("n.person = p.id")
		for _, word := range w[:min(len(w), maxQueryWords)] {
			form = form.Where("n.name_key LIKE ? ESCAPE '!'", db.Contains(word))
		}
		q = q.Where("EXISTS (?)", form)
	} else if strings.TrimSpace(f.Query) != "" {
		q = q.Where("1 = 0") // signs only: nobody is called that
	}
	if f.Country != "" && skip != "country" {
		q = q.Where("p.country = ?", f.Country)
	}
	if f.Group != "" && skip != "group" {
		q = affiliated(a, q)
		q = q.Where("EXISTS (?)", holdsToday(s.rec.DB.Read.NewSelect().Model((*Affiliation)(nil)).
			ColumnExpr("1").Where("f.person = p.id AND f.stakeholder = ?", f.Group), s.today()))
	}
	return q
}

// List gives the persons whom the actor may see and who stand in lists, by name.
func (s *Service) List(ctx context.Context, a core.Actor, f Filter) (core.List[Person], error) {
	var list core.List[Person]
	q := s.narrow(a, s.rec.DB.Read.NewSelect().Model(&list.Items), f, "")
	if f.Page.Cursor != "" {
		var key string
		var id core.ID
		if err := core.ReadCursor(f.Page.Cursor, &key, &id); err != nil {
			return list, err
		}
		q = q.Where("(p.name_key > ? OR p.name_key = ? AND p.id > ?)", key, key, id)
	}
	if err := q.OrderExpr("p.name_key, p.id").Limit(int64(f.Page.Size()) + 1).Scan(ctx); err != nil {
		return list, fmt.Errorf("list people: %w", err)
	}
	if len(list.Items) > f.Page.Size() {
		list.Items = list.Items[:f.Page.Size()]
		last := list.Items[len(list.Items)-1]
		list.Next = core.Cursor(last.NameKey, last.ID)
	}
	total, err := s.narrow(a, s.rec.DB.Read.NewSelect().Model((*Person)(nil)), f, "").Count(ctx)
	if err != nil {
		return list, fmt.Errorf("count people: %w", err)
	}
	list.Total = int(total)
	for i := range list.Items {
		list.Items[i] = shown(a, list.Items[i])
	}
	return list, nil
}

// Facets counts, in two queries, how many persons each stakeholder group and each
// country would leave in the list, the most first.
func (s *Service) Facets(ctx context.Context, a core.Actor, f Filter) (groups, countries []Facet, err error) {
	q := s.narrow(a, s.rec.DB.Read.NewSelect().Model((*Person)(nil)), f, "group")
	q = holdsToday(affiliated(a, q).Join("JOIN affiliations AS f ON f.person = p.id"), s.today())
	if err := q.ColumnExpr("f.stakeholder AS value, COUNT(DISTINCT p.id) AS count").Where("f.stakeholder <> ''").
		GroupExpr("f.stakeholder").OrderExpr("COUNT(DISTINCT p.id) DESC, f.stakeholder").Scan(ctx, &groups); err != nil {
		return nil, nil, fmt.Errorf("count people by group: %w", err)
	}
	if err := s.narrow(a, s.rec.DB.Read.NewSelect().Model((*Person)(nil)), f, "country").
		ColumnExpr("p.country AS value, COUNT(*) AS count").Where("p.country <> ''").
		GroupExpr("p.country").OrderExpr("COUNT(*) DESC, p.country").Scan(ctx, &countries); err != nil {
		return nil, nil, fmt.Errorf("count people by country: %w", err)
	}
	return groups, countries, nil
}

// Affiliated is a person with one of her affiliations.
type Affiliated struct {
	Person      Person      `json:"person"`
	Affiliation Affiliation `json:"affiliation"`
}

// maxAffiliated is how many people the page of an organisation names.
const maxAffiliated = 500

// PeopleOf lists who speaks or spoke for an organisation, by name: persons whom the
// actor may see, who stand in lists and show their affiliations.
func (s *Service) PeopleOf(ctx context.Context, a core.Actor, organisation core.ID) ([]Affiliated, error) {
	var affs []Affiliation
	if err := s.rec.DB.Read.NewSelect().Model(&affs).Where("f.organisation = ?", organisation).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load people of an organisation: %w", err)
	}
	of := map[core.ID][]Affiliation{}
	for _, f := range affs {
		of[f.Person] = append(of[f.Person], f)
	}
	if len(of) == 0 {
		return nil, nil
	}
	var persons []Person
	q := s.rec.DB.Read.NewSelect().Model(&persons).Where("p.id IN (?)", bun.List(slices.Sorted(maps.Keys(of))))
	if err := affiliated(a, listed(a, q)).OrderExpr("p.name_key, p.id").Limit(maxAffiliated).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load people of an organisation: %w", err)
	}
	var out []Affiliated
	for _, p := range persons {
		slices.SortFunc(of[p.ID], func(x, y Affiliation) int {
			return cmp.Or(-cmp.Compare(x.From, y.From), cmp.Compare(x.ID, y.ID))
		})
		for _, f := range of[p.ID] {
			out = append(out, Affiliated{shown(a, p), f})
		}
	}
	return out, nil
}
