package figures

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
)

// Populations of registrations that can be looked into, by name.
var Populations = []string{"registered", "approved", "badges", "attended", "attended-onsite", "attended-online", "attended-hubs", "waiting", "declined"}

// Field is something that registrations can be counted by.
type Field struct {
	Code  string
	Label core.Text // of a question of the form; empty: the catalogue names the field
	// Options name the values of a question of the form.
	Options map[string]core.Text
	of      func(personRow, calls.Answers) []string
}

func single(f func(personRow) string) func(personRow, calls.Answers) []string {
	return func(p personRow, _ calls.Answers) []string { return []string{f(p)} }
}

func inClasses(p personRow, _ calls.Answers) []string {
	var out []string
	for i, in := range []bool{p.LDC, p.LLDC, p.SIDS, p.Transition} {
		if in {
			out = append(out, classes[i])
		}
	}
	if out == nil {
		out = []string{none}
	}
	return out
}

// own are the fields that each registration has.
var own = []Field{
	{Code: "group", of: single(dims[ByGroup])},
	{Code: "region", of: single(func(p personRow) string { return cmp.Or(p.Region, unsaid) })},
	{Code: "country", of: single(func(p personRow) string { return cmp.Or(p.Country, unsaid) })},
	{Code: "class", of: inClasses},
	{Code: "gender", of: single(func(p personRow) string { return cmp.Or(p.Gender, none) })},
	{Code: "first-time", of: single(dims[ByFirst])},
	{Code: "youth", of: single(dims[ByYouth])},
	{Code: "mode", of: single(func(p personRow) string { return p.Mode })},
	{Code: "state", of: single(func(p personRow) string { return p.State })},
	{Code: "rank", of: single(func(p personRow) string { return cmp.Or(p.Rank, none) })},
	{Code: "high-level", of: single(func(p personRow) string { return flag(p.HighLevel) })},
	{Code: "legislators", of: single(func(p personRow) string { return flag(ofParliament(p)) })},
	{Code: "media", of: single(func(p personRow) string { return flag(p.Media) })},
}

// Crossing counts registrations by one field, and by a second one across.
type Crossing struct {
	Population string
	First      Field
	Second     *Field
	Total      int
	Rows       []string
	Columns    []string
	Counts     map[[2]string]int // the second word is empty for the whole row
}

// Fields are what the registrations of an edition can be counted by: their own fields, and
// the questions of the form that have choices. Staff only, NotFound for others.
func (s *Service) Fields(ctx context.Context, a core.Actor, set *editions.Setting) ([]Field, error) {
	if err := internal(a, "explore", set.Scope()); err != nil {
		return nil, err
	}
	out := slices.Clone(own)
	var call core.ID
	err := s.rec.DB.Read.NewRaw("SELECT rs.call FROM registration_settings AS rs WHERE rs.edition = ?", set.ID).Scan(ctx, &call)
	if errors.Is(err, sql.ErrNoRows) || err == nil && call == "" {
		return out, nil
	}
	if err != nil {
		return nil, fmt.Errorf("load form of registration: %w", err)
	}
	c, err := s.Calls.ByID(ctx, core.Operator, call)
	if core.KindOf(err) == core.KindNotFound || err == nil && c.FormVersion == 0 {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	form, err := s.Calls.Form(ctx, c, c.FormVersion)
	if err != nil {
		return nil, err
	}
	for _, q := range form.Form.Questions() {
		switch q.Kind {
		case calls.KindChoice, calls.KindChoices, calls.KindCheck:
			out = append(out, question(q))
		}
	}
	return out, nil
}

func question(q calls.Question) Field {
	f := Field{Code: "q." + q.Key, Label: q.Label, Options: map[string]core.Text{}}
	for _, o := range q.Options {
		f.Options[o.Code] = o.Label
	}
	f.of = func(_ personRow, a calls.Answers) []string {
		x := a[q.Key]
		switch {
		case q.Kind == calls.KindChoices && len(x.Many) > 0:
			return x.Many
		case q.Kind == calls.KindCheck:
			return []string{flag(x.Text == yes)}
		}
		return []string{cmp.Or(x.Text, none)}
	}
	return f
}

// Explore counts the registrations of a population by one field or two, with nothing
// hidden. Staff only, NotFound for others.
func (s *Service) Explore(ctx context.Context, a core.Actor, set *editions.Setting, population, first, second string) (Crossing, error) {
	fields, err := s.Fields(ctx, a, set)
	if err != nil {
		return Crossing{}, err
	}
	find := func(code string) *Field {
		if i := slices.IndexFunc(fields, func(f Field) bool { return f.Code == code }); i >= 0 {
			return &fields[i]
		}
		return nil
	}
	out := Crossing{Population: population, Counts: map[[2]string]int{}, Second: find(second)}
	x := find(first)
	if x == nil || !slices.Contains(Populations, population) {
		return out, core.Invalid("figures.error.choose_field")
	}
	out.First = *x
	var people []personRow
	if err := s.rec.DB.Read.NewRaw(Queries["people"], set.ID).Scan(ctx, &people); err != nil {
		return out, fmt.Errorf("ask for people: %w", err)
	}
	answers, err := s.answers(ctx, set.ID, x, out.Second)
	if err != nil {
		return out, err
	}
	columns := map[string]bool{}
	for _, p := range people {
		if !p.inPopulation(population) {
			continue
		}
		out.Total++
		for _, row := range x.of(p, answers[p.ID]) {
			out.Counts[[2]string{row, ""}]++
			if out.Second == nil {
				continue
			}
			for _, column := range out.Second.of(p, answers[p.ID]) {
				out.Counts[[2]string{row, column}]++
				columns[column] = true
			}
		}
	}
	for key := range out.Counts {
		if key[1] == "" {
			out.Rows = append(out.Rows, key[0])
		}
	}
	slices.SortFunc(out.Rows, func(a, b string) int {
		return cmp.Or(out.Counts[[2]string{b, ""}]-out.Counts[[2]string{a, ""}], cmp.Compare(a, b))
	})
	out.Columns = slices.Sorted(maps.Keys(columns))
	return out, nil
}

// answers are those of the registrations of an edition, where a field needs them.
func (s *Service) answers(ctx context.Context, edition core.ID, fields ...*Field) (map[core.ID]calls.Answers, error) {
	if !slices.ContainsFunc(fields, func(f *Field) bool { return f != nil && f.Options != nil }) {
		return nil, nil
	}
	var rows []struct {
		ID      core.ID       `bun:"id"`
		Answers calls.Answers `bun:"answers,type:jsonb"`
	}
	err := s.rec.DB.Read.NewRaw("SELECT rg.id, rg.answers FROM registrations AS rg WHERE rg.edition = ? AND rg.duplicate_of = ''", edition).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("load answers: %w", err)
	}
	out := make(map[core.ID]calls.Answers, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Answers
	}
	return out, nil
}

func (p personRow) inPopulation(name string) bool {
	in := p.in()
	switch name {
	case "approved":
		return in[popApproved]
	case "badges":
		return in[popBadges]
	case "attended":
		return in[popAttended]
	case "attended-onsite":
		return in[popOnsite]
	case "attended-online":
		return in[popOnline]
	case "attended-hubs":
		return in[popHubs]
	case "waiting":
		return p.State == participation.StateWaiting
	case "declined":
		return p.State == participation.StateDeclined
	}
	return in[popRegistered]
}
