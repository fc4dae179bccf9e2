package participation

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// ListedParticipant is somebody in the public list of participants: what she chose to show, and
// nothing else. What she did not choose is not read from the database.
type ListedParticipant struct {
	Name         string `bun:"name" json:"name"`
	Organisation string `bun:"organisation" json:"organisation,omitempty"`
	Country      string `bun:"country" json:"country,omitempty" doc:"ISO 3166-1 alpha-2"`
}

// ListFilter narrows the list of participants. It looks at shown values only.
type ListFilter struct {
	Query   string // words of the name, or of a shown organisation
	Country string
	Page    core.Page
}

// fewest is the least number of people that is told of those who are not listed.
const fewest = 5

const listPage = 100

// Participants are those who may come to an edition and chose to stand in its public list,
// by name. More says how many others there are, rounded down to fives and never fewer than
// five, so that nobody can tell from it who has just registered; it is told for the whole
// list only. countries are the shown countries with how many show them. NotFound where the
// edition has no public list.
func (s *Service) Participants(ctx context.Context, a core.Actor, set *editions.Setting, f ListFilter) (list core.List[ListedParticipant], countries map[string]int, more int, err error) {
	st, err := s.Setting(ctx, a, set)
	if err != nil {
		return list, nil, 0, err
	}
	if !st.Listed {
		return list, nil, 0, core.NotFound()
	}
	offset := 0
	if f.Page.Cursor != "" {
		if err := core.ReadCursor(f.Page.Cursor, &offset); err != nil {
			return list, nil, 0, err
		}
	}
	shown := func() *bun.SelectQuery {
		return s.rec.DB.Read.NewSelect().TableExpr("registrations AS rg").
			Where("rg.edition = ? AND rg.state IN (?) AND rg.show_name = TRUE AND rg.erased IS NULL AND rg.name <> ''", set.ID, bun.List(Admitted))
	}
	q := shown()
	if f.Country != "" {
		q = q.Where("rg.show_country = TRUE AND rg.country = ?", f.Country)
	}
	for _, word := range core.Words(f.Query) {
		like := "%" + word + "%"
		q = q.Where("(rg.name_key LIKE ? OR (rg.show_organisation = TRUE AND rg.organisation_key LIKE ?))", like, like)
	}
	n, err := q.Clone().Count(ctx)
	if err != nil {
		return list, nil, 0, fmt.Errorf("count participants: %w", err)
	}
	list.Total = int(n)
	list.Items = []ListedParticipant{}
	err = q.ColumnExpr("rg.name").ColumnExpr("CASE WHEN rg.show_organisation = TRUE THEN rg.organisation ELSE '' END AS organisation").
		ColumnExpr("CASE WHEN rg.show_country = TRUE THEN rg.country ELSE '' END AS country").
		OrderExpr("rg.name_key, rg.id").Limit(listPage+1).Offset(int64(max(0, offset))).Scan(ctx, &list.Items)
	if err != nil {
		return list, nil, 0, fmt.Errorf("list participants: %w", err)
	}
	if len(list.Items) > listPage {
		list.Items, list.Next = list.Items[:listPage], core.Cursor(offset+listPage)
	}
	var tally []struct {
		Country string `bun:"country"`
		N       int    `bun:"n"`
	}
	if err := shown().Where("rg.show_country = TRUE AND rg.country <> ''").ColumnExpr("rg.country, COUNT(*) AS n").GroupExpr("rg.country").Scan(ctx, &tally); err != nil {
		return list, nil, 0, fmt.Errorf("count countries of participants: %w", err)
	}
	countries = map[string]int{}
	for _, t := range tally {
		countries[t.Country] = t.N
	}
	if f.Query == "" && f.Country == "" {
		all, err := s.rec.DB.Read.NewSelect().Model((*Registration)(nil)).Where("rg.edition = ? AND rg.state IN (?)", set.ID, bun.List(Admitted)).Count(ctx)
		if err != nil {
			return list, nil, 0, fmt.Errorf("count admitted: %w", err)
		}
		more = roundedMore(int(all) - list.Total)
	}
	return list, countries, more, nil
}

// roundedMore is how many others are told: fives, or nothing.
func roundedMore(n int) int {
	if n < fewest {
		return 0
	}
	return n - n%fewest
}
