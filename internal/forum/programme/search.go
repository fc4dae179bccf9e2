package programme

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
)

// Finds are the sessions as the search finds them.
type Finds struct{ s *Service }

// NewFinds makes the source.
func NewFinds(s *Service) Finds { return Finds{s} }

// Kind of what is found.
func (Finds) Kind() string { return "session" }

func (f Finds) ids(ctx context.Context, narrow func(*bun.SelectQuery) *bun.SelectQuery) ([]core.ID, error) {
	var out []core.ID
	if err := narrow(f.s.rec.DB.Read.NewSelect().Model((*Session)(nil)).Column("se.id")).OrderExpr("se.id").Scan(ctx, &out); err != nil {
		return nil, fmt.Errorf("list what can be found: %w", err)
	}
	return out, nil
}

// All sessions.
func (f Finds) All(ctx context.Context) ([]core.ID, error) {
	return f.ids(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q })
}

// findable is what the documents of some sessions are made from.
type findable struct {
	settings map[core.ID]*editions.Setting
	called   map[core.ID]people.Organisation
	bodies   map[core.ID]bodies.Body
	was      map[core.ID][]string // references that they had once
}

// Docs of sessions. The number of queries does not depend on theirs.
func (f Finds) Docs(ctx context.Context, ids []core.ID) ([]search.Doc, error) {
	list, err := loadByID(ctx, f.s.rec.DB.Read, sight{all: true}, ids)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	if err := f.s.complete(ctx, list); err != nil {
		return nil, err
	}
	x, err := f.gather(ctx, ids, list)
	if err != nil {
		return nil, err
	}
	out := make([]search.Doc, 0, len(list))
	for _, s := range list {
		if set := x.settings[s.Edition]; set != nil {
			out = append(out, x.doc(set, s))
		}
	}
	return out, nil
}

func (f Finds) gather(ctx context.Context, ids []core.ID, list []*Session) (*findable, error) {
	x := &findable{settings: map[core.ID]*editions.Setting{}, was: map[core.ID][]string{}}
	var orgs, owners []core.ID
	for _, s := range list {
		owners = append(owners, s.Body)
		orgs = append(orgs, organisationsOf(s)...)
		if _, ok := x.settings[s.Edition]; ok {
			continue
		}
		set, err := f.s.editions.SettingByID(ctx, core.Operator, s.Edition)
		if err != nil && core.KindOf(err) != core.KindNotFound {
			return nil, fmt.Errorf("load edition: %w", err)
		}
		x.settings[s.Edition] = set
	}
	var err error
	if x.called, err = f.s.people.Organisations(ctx, orgs); err != nil {
		return nil, err
	}
	if x.bodies, err = f.s.bodies.Bodies(ctx, owners); err != nil {
		return nil, err
	}
	var old []oldRef
	if err := f.s.rec.DB.Read.NewSelect().Model(&old).Where("session IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load old references: %w", err)
	}
	for _, o := range old {
		x.was[o.Session] = append(x.was[o.Session], o.Ref)
	}
	return x, nil
}

// organisationsOf are the organisations that a session names, through its people too.
func organisationsOf(s *Session) []core.ID {
	var out []core.ID
	add := func(id core.ID) {
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	for _, r := range s.Roles {
		add(r.Organisation)
		for _, a := range r.Snapshot.Affiliations {
			add(a.OrganisationID)
		}
	}
	return out
}

func (x *findable) doc(set *editions.Setting, s *Session) search.Doc {
	d := search.Doc{
		ID: "session:" + string(s.ID), Kind: "session", Title: s.Title, Path: s.Path(), Weight: 1.2,
		At: s.Starts, Facets: FindFacets(set, s), Readers: FindReaders(set, s),
		Extra: map[string]string{"edition": set.Slug, "ref": RefLabel(s.Ref), "state": s.State, "type": s.Of.Slug},
	}
	if !s.Ends.IsZero() {
		d.Extra["ends"] = s.Ends.String()
	}
	if day, err := time.ParseInLocation(time.DateOnly, s.Day, core.Zone(set.Zone)); s.Starts.IsZero() && err == nil {
		d.At, d.Extra["day"] = core.At(day), s.Day
	}
	if s.Of.Main() {
		d.Weight = 1.4
	}
	if s.State == StateCancelled {
		d.Weight *= 0.8
	}
	theme := core.Text{}
	if t := set.Theme(s.Theme); t != nil {
		theme = t.Name
	}
	texts := append([]core.Text{s.ShortTitle, s.Description, s.Goal, s.Agenda}, s.GuidingQuestions...)
	texts = append(texts, core.NewText(s.Title.Orig, strings.Join(s.Tags, ", ")), theme, s.Of.Name, s.CancelledNote)
	d.Body = core.JoinTexts(texts...)
	d.Names = x.names(set, s, d.Extra)
	return d
}

// names are what a session is called and who and what stands in it, in every script.
func (x *findable) names(set *editions.Setting, s *Session, extra map[string]string) []string {
	names := append([]string{s.Ref, RefLabel(s.Ref)}, x.was[s.ID]...)
	add := func(list ...string) {
		for _, n := range list {
			if n != "" && !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	for _, r := range s.Roles {
		if r.Person != "" {
			add(r.Name)
			add(r.Names.Spelt()...)
		}
		add(r.OrganisationName.Spelt()...)
		for _, a := range r.Snapshot.Affiliations {
			add(a.Organisation)
		}
	}
	for _, id := range organisationsOf(s) {
		if o, ok := x.called[id]; ok {
			add(o.Acronym)
			add(o.Name.Spelt()...)
		}
	}
	if r := set.Room(s.Room); r != nil {
		extra["room"] = string(r.ID)
		add(r.Name.Spelt()...)
		add(r.Aliases...)
	}
	if b, ok := x.bodies[s.Body]; ok {
		add(b.Acronym)
		add(b.Name.Spelt()...)
	}
	return names
}

// FindFacets are the values under which a session, and what comes of it, is sorted.
// The session must be complete (Session, SessionsByID).
func FindFacets(set *editions.Setting, s *Session) map[string][]string {
	out := set.Facets()
	put := func(facet, value string) {
		if value != "" && !slices.Contains(out[facet], value) {
			out[facet] = append(out[facet], value)
		}
	}
	put("type", s.Of.Slug)
	if t := set.Theme(s.Theme); t != nil {
		put("theme", t.Slug)
	}
	put("language", s.Language)
	for _, n := range s.SDGs {
		put("sdg", strconv.Itoa(n))
	}
	for _, id := range organisationsOf(s) {
		put("organisation", string(id))
	}
	for _, r := range s.Roles {
		if r.Path != "" { // she has a page
			put("person", string(r.Person))
		}
	}
	return out
}

// FindReaders are those who may see a session, as Policy says it.
func FindReaders(set *editions.Setting, s *Session) []string {
	if s.State != StateDraft || set.State == editions.StateDraft {
		return set.Readers()
	}
	out := core.StaffReaders(set.Scope())
	for _, r := range s.Roles {
		if r.Person != "" {
			out = append(out, core.PersonReader(r.Person))
		}
	}
	return out
}

// Touched are the sessions that events change: of a person or organisation, those in
// which she or it stands; of an edition's places or themes, all of them.
func (f Finds) Touched(ctx context.Context, events []record.Event) ([]core.ID, error) {
	var out, owners []core.ID
	for _, e := range events {
		switch subject, _, _ := strings.Cut(e.Kind, "."); subject {
		case "session":
			out = append(out, e.Subject)
		case "body":
			owners = append(owners, e.Subject)
		}
	}
	persons, organisations := people.Concerned(events)
	shaped := editions.Reshaped(events)
	if len(shaped)+len(persons)+len(owners) > 0 {
		more, err := f.ids(ctx, func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("se.edition IN (?)", bun.List(append(shaped, ""))).
				WhereOr("se.body IN (?) AND se.body <> ''", bun.List(append(owners, ""))).
				WhereOr("se.id IN (SELECT r.session FROM session_roles AS r WHERE r.person IN (?) AND r.person <> '')", bun.List(append(persons, "")))
		})
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	if len(organisations) == 0 {
		return out, nil
	}
	more, err := f.with(ctx, organisations)
	return append(out, more...), err
}

// with are the sessions that name organisations, in one query.
func (f Finds) with(ctx context.Context, organisations []core.ID) ([]core.ID, error) {
	var rows []Role
	if err := f.s.rec.DB.Read.NewSelect().Model(&rows).Column("session", "organisation", "affiliated").
		Where("organisation <> '' OR affiliated <> ''").Scan(ctx); err != nil {
		return nil, fmt.Errorf("look for organisations of sessions: %w", err)
	}
	wanted := map[string]bool{}
	for _, id := range organisations {
		wanted[string(id)] = true
	}
	var out []core.ID
	for _, r := range rows {
		hit := wanted[string(r.Organisation)]
		for id := range strings.SplitSeq(r.Affiliated, "|") {
			hit = hit || wanted[id]
		}
		if hit {
			out = append(out, r.Session)
		}
	}
	return out, nil
}

// May tells which of them the actor may see.
func (f Finds) May(ctx context.Context, a core.Actor, ids []string) (map[string]bool, error) {
	v, err := f.s.sight(ctx, a)
	if err != nil {
		return nil, err
	}
	found, err := f.ids(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return v.scope(q).Where("se.id IN (?)", bun.List(ids)) })
	out := make(map[string]bool, len(found))
	for _, id := range found {
		out[string(id)] = true
	}
	return out, err
}
