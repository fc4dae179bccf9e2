package figures

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/vocab"
)

// Missing is who is absent from an edition: countries and groups, by whether they took part
// in an earlier edition.
type Missing struct {
	Known   bool            `json:"known" doc:"whether anything can be said: breakdowns of the edition are published"`
	Earlier []string        `json:"earlier_editions" doc:"slugs of the editions that are compared with"`
	Absent  []AbsentCountry `json:"absent_now"` // present before
	Never   []AbsentCountry `json:"never_seen"`
	Groups  []string        `json:"groups_absent_now"`
	Regions []Share         `json:"regions"`
	Classes []Share         `json:"classes"`
}

// AbsentCountry is a member of the United Nations that nobody registered from.
type AbsentCountry struct {
	Country string   `json:"country"`
	Region  string   `json:"region"`
	Classes []string `json:"classes"`
	Last    string   `json:"last,omitempty" doc:"slug of the last edition with somebody from there"`
}

// Share is how a region or class takes part: how many of its countries are there, and how
// many of its people are on site and online.
type Share struct {
	Code      string `json:"code"`
	Countries int    `json:"countries" doc:"members of the United Nations in it"`
	Present   int    `json:"present" doc:"of these, with somebody registered"`
	Onsite    Cell   `json:"onsite"`
	Online    Cell   `json:"online"`
}

// presentIn are the countries, groups and shares of one edition.
type presentIn struct {
	countries map[string]bool
	groups    map[string]Cell
	onsite    map[string]Cell // by "region:CODE" and "class:CODE"
	online    map[string]Cell
}

// Missing reckons who is absent from an edition. For everybody it is made from what is
// published alone: a country whose number is hidden is present. The staff gets it from the
// record as it stands, where full is set; NotFound for others then.
func (s *Service) Missing(ctx context.Context, a core.Actor, set *editions.Setting, full bool) (Missing, error) {
	if err := policy.Check("see", "", a.Roles(set.Scope())...); err != nil {
		return Missing{}, err
	}
	if full {
		if err := internal(a, "explore", set.Scope()); err != nil {
			return Missing{}, err
		}
	}
	list, err := s.Editions.Editions(ctx, a)
	if err != nil {
		return Missing{}, err
	}
	before := map[string]*presentIn{}
	if err := s.spoken(ctx, set, before); err != nil {
		return Missing{}, err
	}
	var ids []core.ID
	slugs := map[core.ID]string{}
	for _, e := range list {
		if e.ID == set.ID || e.FirstDay != "" && e.FirstDay < set.FirstDay {
			ids, slugs[e.ID] = append(ids, e.ID), e.Slug
		}
	}
	there := s.fromPublished
	if full {
		there = s.fromRecord
	}
	found, err := there(ctx, set, ids)
	if err != nil {
		return Missing{}, err
	}
	now := found[set.ID]
	for id, p := range found {
		if slug := slugs[id]; id != set.ID {
			if x := before[slug]; x != nil {
				maps.Copy(p.countries, x.countries)
			}
			before[slug] = p
		}
	}
	out := Missing{Earlier: slices.Sorted(maps.Keys(before)), Absent: []AbsentCountry{}, Never: []AbsentCountry{}, Groups: []string{}, Regions: []Share{}, Classes: []Share{}}
	if now == nil {
		return out, nil
	}
	out.Known = true
	s.absences(set, &out, now, before)
	return out, nil
}

// spoken adds the countries that imported facts name for earlier editions.
func (s *Service) spoken(ctx context.Context, set *editions.Setting, before map[string]*presentIn) error {
	list, err := s.Points(ctx)
	if err != nil {
		return err
	}
	for _, p := range list {
		if p.Dimension != "country" || p.Number() == 0 || p.Edition >= set.Slug {
			continue
		}
		code, ok := s.Vocab.FindCountry(p.Group)
		if !ok {
			continue
		}
		if before[p.Edition] == nil {
			before[p.Edition] = newPresent()
		}
		before[p.Edition].countries[code] = true
	}
	return nil
}

func newPresent() *presentIn {
	return &presentIn{countries: map[string]bool{}, groups: map[string]Cell{}, onsite: map[string]Cell{}, online: map[string]Cell{}}
}

// fromPublished reads who was registered for editions from what is published of them. One
// query.
func (s *Service) fromPublished(ctx context.Context, _ *editions.Setting, ids []core.ID) (map[core.ID]*presentIn, error) {
	list, err := latest(ctx, s.rec.DB.Read, ids...)
	if err != nil {
		return nil, err
	}
	return presents(list), nil
}

// fromRecord reads the same from the record: the edition in full, of the earlier ones the
// countries. Two queries.
func (s *Service) fromRecord(ctx context.Context, set *editions.Setting, ids []core.ID) (map[core.ID]*presentIn, error) {
	x := &facts{set: set, regionOf: s.Vocab.RegionOf, classesOf: func(country string) []string { return s.Vocab.ClassesOf(country, set.FirstDay) }}
	if err := s.rec.DB.Read.NewRaw(Queries["people"], set.ID).Scan(ctx, &x.people); err != nil {
		return nil, fmt.Errorf("ask for people: %w", err)
	}
	var list []Figure
	if len(x.people) > 0 {
		for code, pop := range map[string]int{"registered": popRegistered, "attended-onsite": popOnsite, "attended-online": popOnline} {
			f := Figure{Edition: set.ID, Indicator: code}
			_, _, f.Parts = shown(persons(pop)(x), nil, 0)
			list = append(list, f)
		}
	}
	out := presents(list)
	var rows []struct {
		Edition core.ID `bun:"edition"`
		Country string  `bun:"country"`
	}
	err := s.rec.DB.Read.NewRaw(`SELECT DISTINCT rg.edition, rg.country FROM registrations AS rg
WHERE rg.edition IN (?) AND rg.edition <> ? AND rg.duplicate_of = '' AND rg.state <> 'withdrawn' AND rg.region <> 'igo'`, bun.List(ids), set.ID).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("ask for countries of earlier editions: %w", err)
	}
	for _, r := range rows {
		if out[r.Edition] == nil {
			out[r.Edition] = newPresent()
		}
		out[r.Edition].countries[r.Country] = true
	}
	return out, nil
}

// presents are the editions of figures of which it is known which countries were there.
func presents(list []Figure) map[core.ID]*presentIn {
	out := map[core.ID]*presentIn{}
	for i := range list {
		f := &list[i]
		if b := f.Part(ByCountry); f.Indicator == "registered" && b != nil && !b.Whole {
			p := newPresent()
			for _, c := range b.Cells {
				p.countries[c.Code] = c.Hidden || c.Amount > 0
			}
			if g := f.Part(ByGroup); g != nil {
				for _, c := range g.Cells {
					p.groups[c.Code] = c
				}
			}
			out[f.Edition] = p
		}
	}
	for i := range list {
		p := out[list[i].Edition]
		switch {
		case p == nil:
		case list[i].Indicator == "attended-onsite":
			shares(&list[i], p.onsite)
		case list[i].Indicator == "attended-online":
			shares(&list[i], p.online)
		}
	}
	return out
}

func shares(f *Figure, into map[string]Cell) {
	for by, prefix := range map[string]string{ByRegion: "region:", ByClass: "class:"} {
		if b := f.Part(by); b != nil {
			for _, c := range b.Cells {
				into[prefix+c.Code] = c
			}
		}
	}
}

// absences fills in who is not there.
func (s *Service) absences(set *editions.Setting, out *Missing, now *presentIn, before map[string]*presentIn) {
	share := map[string]*Share{}
	at := func(key, code string) *Share {
		if share[key] == nil {
			share[key] = &Share{Code: code, Onsite: now.onsite[key], Online: now.online[key]}
		}
		return share[key]
	}
	for _, c := range s.Vocab.Countries("en") {
		if !c.Member {
			continue
		}
		region := s.Vocab.RegionOf(c.Alpha2)
		in := s.Vocab.ClassesOf(c.Alpha2, set.FirstDay)
		groups := []*Share{at("region:"+region, region)}
		for _, k := range in {
			groups = append(groups, at("class:"+k, k))
		}
		for _, g := range groups {
			g.Countries++
			if now.countries[c.Alpha2] {
				g.Present++
			}
		}
		if now.countries[c.Alpha2] {
			continue
		}
		x := AbsentCountry{Country: c.Alpha2, Region: region, Classes: append([]string{}, in...)}
		for _, slug := range out.Earlier {
			if before[slug].countries[c.Alpha2] {
				x.Last = slug
			}
		}
		if x.Last == "" {
			out.Never = append(out.Never, x)
		} else {
			out.Absent = append(out.Absent, x)
		}
	}
	for _, t := range s.Vocab.TermsOn(vocab.Regions, set.FirstDay) {
		if g := share["region:"+t.Code]; g != nil {
			out.Regions = append(out.Regions, *g)
		}
	}
	for _, k := range classes {
		if g := share["class:"+k]; g != nil {
			out.Classes = append(out.Classes, *g)
		}
	}
	for _, t := range s.Vocab.TermsOn(vocab.Groups, set.FirstDay) {
		if c := now.groups[t.Code]; c.Amount == 0 && !c.Hidden {
			out.Groups = append(out.Groups, t.Code)
		}
	}
}
