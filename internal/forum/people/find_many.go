package people

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// FindPersonsOf is FindPersons for many names at once, in a few queries: the answer has
// an entry for each name for which somebody was found.
func (s *Service) FindPersonsOf(ctx context.Context, names []string) (map[string][]Match, error) {
	keys := make(map[string]nameRow, len(names))
	var full, words, initials []string
	for _, n := range names {
		_, bare := SplitHonorific(n)
		k := keysOf(bare, "", "")
		if k.Words == "" {
			continue
		}
		keys[n] = k
		full, words = append(full, k.Name), append(words, k.Words)
		if k.Initial != "" {
			initials = append(initials, k.Initial)
		}
	}
	byName, byWords, byInitial := map[string][]nameRow{}, map[string][]nameRow{}, map[string][]nameRow{}
	for _, q := range []struct {
		column string
		keys   []string
		into   map[string][]nameRow
		key    func(nameRow) string
	}{
		{"name_key", full, byName, func(r nameRow) string { return r.Name }},
		{"words_key", words, byWords, func(r nameRow) string { return r.Words }},
		{"initial_key", initials, byInitial, func(r nameRow) string { return r.Initial }},
	} {
		slices.Sort(q.keys)
		for part := range slices.Chunk(slices.Compact(q.keys), 400) {
			var rows []nameRow
			if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("? IN (?)", bun.Ident(q.column), bun.List(part)).
				OrderExpr("name_key, person").Scan(ctx); err != nil {
				return nil, fmt.Errorf("find persons: %w", err)
			}
			for _, r := range rows {
				q.into[q.key(r)] = append(q.into[q.key(r)], r)
			}
		}
	}
	found := map[string]map[core.ID]Reason{}
	var ids []core.ID
	for n, k := range keys {
		best := map[core.ID]Reason{}
		take := func(rows []nameRow, reason Reason) {
			for _, r := range rows {
				if _, ok := best[r.Person]; !ok {
					best[r.Person] = reason
					ids = append(ids, r.Person)
				}
			}
		}
		take(byName[k.Name], SameName)
		take(byWords[k.Words], SameWords)
		if k.Initial != "" {
			take(byInitial[k.Initial], SameFamily)
		}
		found[n] = best
	}
	persons := map[core.ID]Person{}
	slices.Sort(ids)
	for part := range slices.Chunk(slices.Compact(ids), 500) {
		some, err := s.Persons(ctx, part)
		if err != nil {
			return nil, err
		}
		for id, p := range some {
			persons[id] = p
		}
	}
	out := map[string][]Match{}
	for n, best := range found {
		for id, reason := range best {
			if p, ok := persons[id]; ok && p.MergedInto == "" {
				out[n] = append(out[n], Match{p, reason})
			}
		}
		slices.SortFunc(out[n], func(a, b Match) int {
			if d := slices.Index(certainty, a.Reason) - slices.Index(certainty, b.Reason); d != 0 {
				return d
			}
			if d := strings.Compare(a.Person.NameKey, b.Person.NameKey); d != 0 {
				return d
			}
			return strings.Compare(string(a.Person.ID), string(b.Person.ID))
		})
	}
	return out, nil
}

// FindOrganisationsOf is FindOrganisations for many names at once.
func (s *Service) FindOrganisationsOf(ctx context.Context, names []string) (map[string][]OrganisationMatch, error) {
	var keys, sorted []string
	for _, n := range names {
		for _, r := range readings(n) {
			keys, sorted = append(keys, orgKey(r)), append(sorted, orgWords(r))
		}
	}
	byName, byWords := map[string][]orgNameRow{}, map[string][]orgNameRow{}
	for _, q := range []struct {
		column string
		keys   []string
		into   map[string][]orgNameRow
		key    func(orgNameRow) string
	}{
		{"name_key", filled(keys...), byName, func(r orgNameRow) string { return r.Name }},
		{"words_key", filled(sorted...), byWords, func(r orgNameRow) string { return r.Words }},
	} {
		slices.Sort(q.keys)
		for part := range slices.Chunk(slices.Compact(q.keys), 400) {
			var rows []orgNameRow
			if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("? IN (?)", bun.Ident(q.column), bun.List(part)).
				OrderExpr("name_key, organisation").Scan(ctx); err != nil {
				return nil, fmt.Errorf("find organisations: %w", err)
			}
			for _, r := range rows {
				q.into[q.key(r)] = append(q.into[q.key(r)], r)
			}
		}
	}
	found := map[string]map[core.ID]Reason{}
	var ids []core.ID
	for _, n := range names {
		best := map[core.ID]Reason{}
		take := func(rows []orgNameRow, reason Reason) {
			for _, r := range rows {
				why := reason
				if r.Form == "acronym" {
					why = SameAcronym
				}
				have, ok := best[r.Organisation]
				if !ok {
					ids = append(ids, r.Organisation)
				}
				if !ok || slices.Index(certainty, why) < slices.Index(certainty, have) {
					best[r.Organisation] = why
				}
			}
		}
		for _, r := range readings(n) {
			if k := orgKey(r); k != "" {
				take(byName[k], SameName)
			}
			if k := orgWords(r); k != "" {
				take(byWords[k], SameWords)
			}
		}
		found[n] = best
	}
	slices.Sort(ids)
	organisations := map[core.ID]Organisation{}
	for part := range slices.Chunk(slices.Compact(ids), 500) {
		some, err := s.Organisations(ctx, part)
		if err != nil {
			return nil, err
		}
		for id, o := range some {
			organisations[id] = o
		}
	}
	out := map[string][]OrganisationMatch{}
	for n, best := range found {
		for id, reason := range best {
			if o, ok := organisations[id]; ok {
				out[n] = append(out[n], OrganisationMatch{o, reason})
			}
		}
		slices.SortFunc(out[n], func(a, b OrganisationMatch) int {
			if d := slices.Index(certainty, a.Reason) - slices.Index(certainty, b.Reason); d != 0 {
				return d
			}
			if d := strings.Compare(a.Organisation.NameKey, b.Organisation.NameKey); d != 0 {
				return d
			}
			return strings.Compare(string(a.Organisation.ID), string(b.Organisation.ID))
		})
	}
	return out, nil
}
