package papers

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
)

// Finds are the papers as the search finds them: by what is published of each, or by its
// draft for those who may read that.
type Finds struct{ s *Service }

// NewFinds makes the source.
func NewFinds(s *Service) Finds { return Finds{s} }

// Kind of what is found.
func (Finds) Kind() string { return "paper" }

func (f Finds) ids(ctx context.Context, narrow func(*bun.SelectQuery) *bun.SelectQuery) ([]core.ID, error) {
	var out []core.ID
	if err := narrow(f.s.rec.DB.Read.NewSelect().Model((*Paper)(nil)).Column("pa.id")).OrderExpr("pa.id").Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("list what can be found: %w", err)
	}
	return out, nil
}

// All papers.
func (f Finds) All(ctx context.Context) ([]core.ID, error) {
	return f.ids(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q })
}

// Docs of papers. The number of queries does not depend on theirs.
func (f Finds) Docs(ctx context.Context, ids []core.ID) ([]search.Doc, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := f.s.Papers(ctx, core.Operator, Filter{IDs: ids})
	if err != nil {
		return nil, err
	}
	texts, err := f.texts(ctx, list)
	if err != nil {
		return nil, err
	}
	x, err := f.s.around(ctx, core.Operator, list)
	if err != nil {
		return nil, err
	}
	var out []search.Doc
	for _, p := range list {
		d := search.Doc{
			ID: "paper:" + string(p.ID), Kind: "paper", Title: p.Title, Path: p.Path(), At: p.Published, Weight: 0.9,
			Facets: map[string][]string{}, Extra: map[string]string{"kind": p.Kind, "state": p.State},
		}
		var parts []core.Text
		for _, para := range texts[p.Document] {
			parts = append(parts, para.Text)
		}
		d.Body = core.JoinTexts(parts...)
		for _, name := range []string{p.By, x.persons[p.Person], x.orgs[p.Organisation].Name.String()} {
			if name != "" {
				d.Names = append(d.Names, name)
			}
		}
		if p.Unofficial {
			d.Weight, d.Extra["unofficial"] = 0.6, "1"
		}
		if p.Organisation != "" {
			d.Facets["organisation"] = []string{string(p.Organisation)}
		}
		if x.persons[p.Person] != "" {
			d.Facets["person"] = []string{string(p.Person)}
		}
		if b, ok := x.bodies[p.Body]; ok {
			of, _ := json.Marshal(b.Name) // texts always marshal
			d.Extra["of"] = string(of)
		}
		e, known := x.editions[p.Edition]
		if known {
			d.Facets["edition"], d.Facets["year"] = []string{e.Slug}, []string{strconv.Itoa(e.Year)}
			d.Extra["edition"] = e.Slug
		}
		d.Readers = f.readers(p, e, x)
		out = append(out, d)
	}
	return out, nil
}

// texts are the paragraphs of papers: published ones, else the draft.
func (f Finds) texts(ctx context.Context, list []Paper) (map[core.ID][]documents.Paragraph, error) {
	var public, drafts []core.ID
	for _, p := range list {
		switch {
		case p.Document == "":
		case p.Public():
			public = append(public, p.Document)
		default:
			drafts = append(drafts, p.Document)
		}
	}
	out := map[core.ID][]documents.Paragraph{}
	published, err := f.s.docs.Published(ctx, public...)
	if err != nil {
		return nil, err
	}
	written, err := f.s.docs.Draft(ctx, drafts...)
	if err != nil {
		return nil, err
	}
	for _, m := range []map[core.ID]documents.Revision{published, written} {
		for id, rev := range m {
			out[id] = rev.Paragraphs
		}
	}
	return out, nil
}

// readers are those who may see a paper, as the policy says it.
func (f Finds) readers(p Paper, e editions.Edition, x setting) []string {
	if p.Edition != "" && e.State == editions.StateDraft {
		return core.StaffReaders(p.Scope)
	}
	if p.Public() || p.OpenDraft {
		return []string{search.Public}
	}
	out := core.StaffReaders(p.Scope)
	if p.Body != "" {
		out = append(out, core.StaffReaders(string(p.Body))...)
	}
	for _, seat := range bodies.On(x.seats[p.Body], f.s.bodies.Today()) {
		if seat.Person != "" && seat.Coordinates() {
			out = append(out, core.PersonReader(seat.Person))
		}
	}
	for _, r := range x.crews[p.Session] {
		if r.Person != "" && slices.Contains(crewRoles, r.Role) {
			out = append(out, core.PersonReader(r.Person))
		}
	}
	if p.Person != "" && p.Kind == Statement {
		out = append(out, core.PersonReader(p.Person))
	}
	return out
}

// Touched are the papers that events change: of their documents, bodies, sessions and
// editions, and of people and organisations who wrote them.
func (f Finds) Touched(ctx context.Context, events []record.Event) ([]core.ID, error) {
	var out, bodies, sessions, docs []core.ID
	for _, e := range events {
		switch subject, _, _ := strings.Cut(e.Kind, "."); subject {
		case "paper":
			out = append(out, e.Subject)
		case "seat", "body":
			bodies = append(bodies, e.Subject)
		case "session":
			sessions = append(sessions, e.Subject)
		case "document":
			docs = append(docs, e.Subject)
		}
	}
	persons, organisations := people.Concerned(events)
	shaped := editions.Reshaped(events)
	if len(bodies)+len(sessions)+len(docs)+len(persons)+len(organisations)+len(shaped) == 0 {
		return out, nil
	}
	more, err := f.ids(ctx, func(q *bun.SelectQuery) *bun.SelectQuery {
		for column, list := range map[string][]core.ID{
			"body": bodies, "session": sessions, "document": docs, "person": persons, "organisation": organisations, "edition": shaped,
		} {
			if len(list) > 0 {
				q = q.WhereOr("pa.? <> '' AND pa.? IN (?)", bun.Ident(column), bun.Ident(column), bun.List(list))
			}
		}
		return q
	})
	return append(out, more...), err
}

// May tells which of them the actor may see.
func (f Finds) May(ctx context.Context, a core.Actor, ids []string) (map[string]bool, error) {
	list := make([]core.ID, len(ids))
	for i, id := range ids {
		list[i] = core.ID(id)
	}
	seen, err := f.s.Papers(ctx, a, Filter{IDs: list})
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, p := range seen {
		out[string(p.ID)] = true
	}
	return out, nil
}

// setting is what stands around papers: what they are of, and who wrote them.
type setting struct {
	persons  map[core.ID]string // names that may be shown
	orgs     map[core.ID]people.Organisation
	bodies   map[core.ID]bodies.Body
	editions map[core.ID]editions.Edition // that the actor may see
	sessions map[core.ID]*programme.Session
	seats    map[core.ID][]bodies.Seat    // for the operator only
	crews    map[core.ID][]programme.Role // likewise
}

// around reads what stands around papers, in a number of queries that does not depend on
// theirs.
func (s *Service) around(ctx context.Context, a core.Actor, list []Paper) (x setting, err error) {
	var persons, orgs, ofBodies, sessions []core.ID
	add := func(to *[]core.ID, id core.ID) {
		if id != "" && !slices.Contains(*to, id) {
			*to = append(*to, id)
		}
	}
	for _, p := range list {
		add(&persons, p.Person)
		add(&orgs, p.Organisation)
		add(&ofBodies, p.Body)
		add(&sessions, p.Session)
	}
	if x.persons, err = s.people.Names(ctx, persons); err != nil {
		return x, err
	}
	if x.orgs, err = s.people.Organisations(ctx, orgs); err != nil {
		return x, err
	}
	if x.bodies, err = s.bodies.Bodies(ctx, ofBodies); err != nil {
		return x, err
	}
	all, err := s.editions.Editions(ctx, a)
	if err != nil {
		return x, err
	}
	x.editions = make(map[core.ID]editions.Edition, len(all))
	for _, e := range all {
		x.editions[e.ID] = e
	}
	if a.Program != "" {
		if x.seats, err = s.bodies.SeatsIn(ctx, ofBodies); err != nil {
			return x, err
		}
		if x.crews, err = s.programme.RolesIn(ctx, sessions); err != nil {
			return x, err
		}
		return x, nil
	}
	x.sessions, err = s.programme.SessionsByID(ctx, a, sessions)
	return x, err
}
