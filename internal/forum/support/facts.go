package support

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// people are the accounts and persons behind applications, without empty ones.
func peopleOf(list []Application) (accounts, persons []core.ID) {
	for i := range list {
		if list[i].Account != "" {
			accounts = append(accounts, list[i].Account)
		}
		if list[i].Person != "" {
			persons = append(persons, list[i].Person)
		}
	}
	return accounts, persons
}

type counted struct {
	Who core.ID `bun:"who"`
	N   int     `bun:"n"`
}

func counts(ctx context.Context, q *bun.SelectQuery) (map[core.ID]int, error) {
	var rows []counted
	if err := q.Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("count what the record says: %w", err)
	}
	out := make(map[core.ID]int, len(rows))
	for _, r := range rows {
		out[r.Who] = r.N
	}
	return out, nil
}

// factsOf counts, from the record, what it says of those who applied: seven queries for
// any number up to a thousand.
func (s *Service) factsOf(ctx context.Context, idb bun.IDB, p *Programme, set *editions.Setting, apps []Application) (map[core.ID]*Facts, error) {
	out := map[core.ID]*Facts{}
	for part := range slices.Chunk(apps, 1000) {
		if err := s.factsInto(ctx, idb, p, set, part, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *Service) factsInto(ctx context.Context, idb bun.IDB, p *Programme, set *editions.Setting, apps []Application, out map[core.ID]*Facts) error {
	accounts, persons := peopleOf(apps)
	none := []core.ID{"-"}
	if len(accounts) == 0 {
		accounts = none
	}
	if len(persons) == 0 {
		persons = none
	}
	today := s.rec.Clock.Now().In(core.Zone(set.Zone)).Format("2006-01-02")
	sessions, err := counts(ctx, idb.NewSelect().TableExpr("session_roles AS ro").Join("JOIN sessions AS se ON se.id = ro.session").
		ColumnExpr("ro.person AS who, COUNT(DISTINCT ro.session) AS n").Where("se.edition = ? AND se.state NOT IN ('draft', 'cancelled') AND ro.person IN (?)", set.ID, bun.List(persons)).GroupExpr("ro.person"))
	if err != nil {
		return err
	}
	handed, err := counts(ctx, idb.NewSelect().TableExpr("proposals AS pr").ColumnExpr("pr.account AS who, COUNT(*) AS n").
		Where("pr.edition = ? AND pr.call <> ? AND pr.state NOT IN ('draft', 'withdrawn') AND pr.account IN (?)", set.ID, p.Call, bun.List(accounts)).GroupExpr("pr.account"))
	if err != nil {
		return err
	}
	seats, err := counts(ctx, idb.NewSelect().TableExpr("body_seats AS st").ColumnExpr("st.person AS who, COUNT(*) AS n").
		Where("st.person IN (?) AND st.from_date <= ? AND (st.until_date = '' OR st.until_date >= ?)", bun.List(persons), today, today).GroupExpr("st.person"))
	if err != nil {
		return err
	}
	var registered []struct {
		Account core.ID `bun:"account"`
		Edition core.ID `bun:"edition"`
		State   string  `bun:"state"`
	}
	if err := idb.NewSelect().TableExpr("registrations AS rg").Column("rg.account", "rg.edition", "rg.state").
		Where("rg.account IN (?) AND rg.state NOT IN ('declined', 'withdrawn', 'removed')", bun.List(accounts)).Scan(ctx, &registered); err != nil {
		return fmt.Errorf("load registrations: %w", err)
	}
	days, err := s.firstDays(ctx)
	if err != nil {
		return err
	}
	before, err := s.beforeOf(ctx, idb, set, days, accounts, persons)
	if err != nil {
		return err
	}
	here, earlier := map[core.ID]string{}, map[core.ID]int{}
	for _, r := range registered {
		switch {
		case r.Edition == set.ID:
			here[r.Account] = r.State
		case days[r.Edition].FirstDay != "" && days[r.Edition].FirstDay < set.FirstDay:
			earlier[r.Account]++
		}
	}
	for i := range apps {
		x := &apps[i]
		f := &Facts{}
		if x.Person != "" {
			f.Sessions, f.Seats = sessions[x.Person], seats[x.Person]
		}
		if x.Account != "" {
			f.Proposals, f.Registered, f.Meetings = handed[x.Account], here[x.Account], earlier[x.Account]
		}
		f.Before = before(x)
		out[x.ID] = f
	}
	return nil
}

func (s *Service) firstDays(ctx context.Context) (map[core.ID]editions.Edition, error) {
	all, err := s.Editions.Editions(ctx, core.Operator)
	out := make(map[core.ID]editions.Edition, len(all))
	for _, e := range all {
		out[e.ID] = e
	}
	return out, err
}

// beforeOf gives the grants of editions before one, of those who apply for it.
func (s *Service) beforeOf(ctx context.Context, idb bun.IDB, set *editions.Setting, days map[core.ID]editions.Edition, accounts, persons []core.ID) (func(*Application) []Before, error) {
	var rows []struct {
		Application
		Days int `bun:"report_days"`
	}
	err := idb.NewSelect().TableExpr("support_applications AS sa").Join("JOIN support_programmes AS sp ON sp.edition = sa.edition").
		ColumnExpr("sa.account, sa.person, sa.edition, sa.state, sa.reported, sp.report_days").
		Where("sa.edition <> ? AND sa.state IN (?) AND (sa.account IN (?) OR sa.person IN (?))", set.ID, bun.List(Granted), bun.List(accounts), bun.List(persons)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("load earlier grants: %w", err)
	}
	byAccount, byPerson := map[core.ID][]int{}, map[core.ID][]int{}
	list := make([]Before, len(rows))
	for i, r := range rows {
		e := days[r.Edition]
		if e.FirstDay >= set.FirstDay {
			continue
		}
		list[i] = Before{Edition: r.Edition, Slug: e.Slug, State: r.State, Filed: r.Reported, Due: endOf(e.LastDay, e.Zone, r.Days)}
		byAccount[r.Account] = append(byAccount[r.Account], i)
		byPerson[r.Person] = append(byPerson[r.Person], i)
	}
	return func(x *Application) []Before {
		var of []int
		if x.Account != "" {
			of = append(of, byAccount[x.Account]...)
		}
		if x.Person != "" {
			of = append(of, byPerson[x.Person]...)
		}
		slices.Sort(of)
		var out []Before
		for _, i := range slices.Compact(of) {
			out = append(out, list[i])
		}
		slices.SortFunc(out, func(a, b Before) int { return cmp.Compare(b.Slug, a.Slug) })
		return out
	}, nil
}

// findingsOf judges applications; all are those of the edition, for one applies once.
func (s *Service) findingsOf(p *Programme, set *editions.Setting, all []Application, facts map[core.ID]*Facts) map[core.ID][]Finding {
	first := firsts(all)
	out := map[core.ID][]Finding{}
	now := s.rec.Clock.Instant()
	for i := range all {
		x := &all[i]
		country, _ := s.Vocab.Country(x.Country)
		var before []Before
		if f := facts[x.ID]; f != nil {
			before = f.Before
		}
		out[x.ID] = judge(p, x, set.FirstDay, country.Classes, first[x.ID], before, now)
	}
	return out
}
