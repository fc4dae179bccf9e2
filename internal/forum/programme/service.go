package programme

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
)

// Service is what people do with sessions.
type Service struct {
	rec      *record.Record
	editions *editions.Service
	people   *people.Service
	vocab    *vocab.Service
	bodies   *bodies.Service

	mu    sync.Mutex
	types map[core.ID]typesAt

	open openLists
	plan Plan
}

type typesAt struct {
	list []Type
	at   int64
}

// New makes the service.
func New(rec *record.Record, e *editions.Service, p *people.Service, v *vocab.Service, b *bodies.Service) *Service {
	return &Service{rec: rec, editions: e, people: p, vocab: v, bodies: b, types: map[core.ID]typesAt{}}
}

// Types gives the session types of an edition in their order. They are kept in memory
// until something in the edition changes; callers must not change them.
func (s *Service) Types(ctx context.Context, edition core.ID) ([]Type, error) {
	// The version is read before the rows: a change between the two is seen next time.
	at := s.rec.Scope(string(edition)).Load()
	s.mu.Lock()
	kept, ok := s.types[edition]
	s.mu.Unlock()
	if ok && kept.at == at {
		return kept.list, nil
	}
	list, err := loadTypes(ctx, s.rec.DB.Read, edition)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.types[edition] = typesAt{list, at}
	s.mu.Unlock()
	return list, nil
}

// TypesTx is Types inside a write, as that write sees them.
func (s *Service) TypesTx(ctx context.Context, tx *record.Tx, edition core.ID) ([]Type, error) {
	return loadTypes(ctx, tx, edition)
}

// TypeOf gives one session type of an edition; the zero Type for an id of none.
func (s *Service) TypeOf(ctx context.Context, edition, id core.ID) (Type, error) {
	types, err := s.Types(ctx, edition)
	if err != nil {
		return Type{}, err
	}
	return TypeOf(types, id), nil
}

// Crew lists what the actor is in a session that was loaded with its roles.
func (s *Service) Crew(a core.Actor, x *Session) []core.Role { return Crew(a, x) }

// Session gives a session with all that belongs to it, by its reference or one that it
// had once, in capitals or not: the answer's Ref is the present one. NotFound for what the actor may not
// see. Seven queries at most, people's names included.
func (s *Service) Session(ctx context.Context, a core.Actor, set *editions.Setting, ref string) (*Session, error) {
	if ref = strings.ToLower(ref); !ValidRef(ref) {
		return nil, core.NotFound()
	}
	x, err := loadSession(ctx, s.rec.DB.Read, "se.edition = ? AND se.ref = ?", set.ID, ref)
	if err != nil && core.KindOf(err) == core.KindNotFound {
		x, err = loadSession(ctx, s.rec.DB.Read,
			"se.id IN (SELECT o.session FROM session_refs AS o WHERE o.edition = ? AND o.ref = ?)", set.ID, ref)
	}
	if err != nil {
		return nil, err
	}
	v, err := s.sight(ctx, a)
	if err != nil {
		return nil, err
	}
	list := []*Session{x}
	if err := loadParts(ctx, s.rec.DB.Read, v, list); err != nil {
		return nil, err
	}
	if !Can(a, x, "see") {
		return nil, core.NotFound()
	}
	return x, s.complete(ctx, list)
}

// SessionsByID gives sessions of any edition with all that belongs to them; those that
// the actor may not see are left out. The number of queries does not depend on theirs.
func (s *Service) SessionsByID(ctx context.Context, a core.Actor, ids []core.ID) (map[core.ID]*Session, error) {
	v, err := s.sight(ctx, a)
	if err != nil {
		return nil, err
	}
	list, err := loadByID(ctx, s.rec.DB.Read, v, ids)
	if err != nil {
		return nil, err
	}
	if err := s.complete(ctx, list); err != nil {
		return nil, err
	}
	out := make(map[core.ID]*Session, len(list))
	for _, x := range list {
		out[x.ID] = x
	}
	return out, nil
}

// Seen gives those of the sessions that the actor may see, with their roles and without
// anything else that stands in other tables: enough for Crew. At most two queries.
func (s *Service) Seen(ctx context.Context, a core.Actor, ids []core.ID) (map[core.ID]*Session, error) {
	out := make(map[core.ID]*Session, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	v, err := s.sight(ctx, a)
	if err != nil {
		return nil, err
	}
	var list []*Session
	if err := v.scope(s.rec.DB.Read.NewSelect().Model(&list)).Where("se.id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load sessions: %w", err)
	}
	for _, x := range list {
		out[x.ID] = x
	}
	if !a.SignedIn() || a.Person == "" {
		return out, nil // Crew asks for the roles of a person only
	}
	roles, err := loadRoles(ctx, s.rec.DB.Read, ids)
	for id, x := range out {
		x.Roles = orEmpty(roles[id])
	}
	return out, err
}

// Briefs lists the sessions of an edition that a filter chooses and the actor may see,
// in the order of the timetable. Two queries for any number.
func (s *Service) Briefs(ctx context.Context, a core.Actor, set *editions.Setting, f Filter) ([]Brief, error) {
	types, err := s.Types(ctx, set.ID)
	if err != nil {
		return nil, err
	}
	list, err := loadBriefs(ctx, s.rec.DB.Read, sightOf(a, set.Edition), set.ID, f)
	if err != nil {
		return nil, err
	}
	rooms, kinds := map[core.ID]int{}, map[core.ID]int{}
	for i, r := range set.Rooms {
		rooms[r.ID] = i
	}
	for i, t := range types {
		kinds[t.ID] = i
	}
	for i := range list {
		list[i].EditionSlug = set.Slug
	}
	sortBriefs(list, rooms, kinds)
	return list, nil
}

// RolesIn gives the roles of sessions, with names, by session. The caller has the
// sessions from Briefs: what may be seen was decided there. Three queries at most.
func (s *Service) RolesIn(ctx context.Context, sessions []core.ID) (map[core.ID][]Role, error) {
	roles, err := loadRoles(ctx, s.rec.DB.Read, sessions)
	if err != nil {
		return nil, err
	}
	var all []*Role
	for _, list := range roles {
		for i := range list {
			all = append(all, &list[i])
		}
	}
	return roles, s.name(ctx, all)
}

// Appearance is a session with the roles that somebody has in it.
type Appearance struct {
	Session Brief  `json:"session"`
	Roles   []Role `json:"roles"`
}

// RolesOf lists the sessions of all editions in which a person has a role and that the
// actor may see, newest first.
func (s *Service) RolesOf(ctx context.Context, a core.Actor, person core.ID) ([]Appearance, error) {
	return s.appearances(ctx, a, "r.person = ?", person)
}

// RolesOfOrganisation is RolesOf for an organisation, through its own roles and those
// of people who were with it on the day.
func (s *Service) RolesOfOrganisation(ctx context.Context, a core.Actor, organisation core.ID) ([]Appearance, error) {
	return s.appearances(ctx, a, "(r.organisation = ? OR r.affiliated LIKE ?)", organisation, "%|"+string(organisation)+"|%")
}

func (s *Service) appearances(ctx context.Context, a core.Actor, where string, args ...any) ([]Appearance, error) {
	v, err := s.sight(ctx, a)
	if err != nil {
		return nil, err
	}
	var list []Brief
	err = v.scope(s.rec.DB.Read.NewSelect().Model(&list)).
		Where("se.id IN (SELECT r.session FROM session_roles AS r WHERE "+where+")", args...).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list appearances: %w", err)
	}
	if len(list) == 0 {
		return nil, nil
	}
	ids := make([]core.ID, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	var roles []Role
	err = s.rec.DB.Read.NewSelect().Model(&roles).ModelTableExpr("session_roles AS r").
		ColumnExpr("r.*").Where("r.session IN (?)", bun.List(ids)).Where(where, args...).OrderExpr("r.session, r.position, r.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("load roles: %w", err)
	}
	bySession := rolesBySession(roles)
	slugs, err := s.slugs(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Appearance, 0, len(list))
	for _, b := range list {
		b.EditionSlug = slugs[b.Edition]
		out = append(out, Appearance{Session: b, Roles: bySession[b.ID]})
	}
	slices.SortStableFunc(out, func(x, y Appearance) int { return compareNewest(x.Session, y.Session) })
	return out, nil
}

// OfBody lists the sessions of all editions that a body owns or that are part of it as
// a track, as far as the actor sees them, newest first.
func (s *Service) OfBody(ctx context.Context, a core.Actor, body core.ID) ([]Brief, error) {
	v, err := s.sight(ctx, a)
	if err != nil {
		return nil, err
	}
	var list []Brief
	err = v.scope(s.rec.DB.Read.NewSelect().Model(&list)).WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("se.body = ?", body).WhereOr("se.id IN (SELECT t.session FROM session_tracks AS t WHERE t.body = ?)", body)
	}).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list sessions of a body: %w", err)
	}
	slugs, err := s.slugs(ctx)
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].EditionSlug = slugs[list[i].Edition]
	}
	slices.SortStableFunc(list, compareNewest)
	return list, nil
}

// sight is which sessions of all editions the actor may know of.
func (s *Service) sight(ctx context.Context, a core.Actor) (sight, error) {
	list, err := s.editions.Editions(ctx, a)
	if err != nil {
		return sight{}, fmt.Errorf("list editions: %w", err)
	}
	return sightOf(a, list...), nil
}

// slugs are the slugs of all editions by id.
func (s *Service) slugs(ctx context.Context) (map[core.ID]string, error) {
	list, err := s.editions.Editions(ctx, core.Operator)
	if err != nil {
		return nil, fmt.Errorf("list editions: %w", err)
	}
	out := make(map[core.ID]string, len(list))
	for _, e := range list {
		out[e.ID] = e.Slug
	}
	return out, nil
}

// complete fills what sessions show of other rooms: their edition's slug, their type
// and the names of their people.
func (s *Service) complete(ctx context.Context, list []*Session) error {
	slugs, err := s.slugs(ctx)
	if err != nil {
		return err
	}
	var roles []*Role
	for _, x := range list {
		types, err := s.Types(ctx, x.Edition)
		if err != nil {
			return err
		}
		x.Of, x.EditionSlug = TypeOf(types, x.Type), slugs[x.Edition]
		for i := range x.Relations {
			o := *x.Relations[i].Other
			o.EditionSlug = slugs[o.Edition]
			x.Relations[i].Other = &o
		}
		for i := range x.Roles {
			roles = append(roles, &x.Roles[i])
		}
	}
	return s.name(ctx, roles)
}

// Usage counts the sessions that stand in a room, under a theme or a policy question:
// the edition asks before it takes one away.
func (s *Service) Usage(ctx context.Context, tx *record.Tx, ids []core.ID) (int, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	n, err := tx.NewSelect().Model((*Session)(nil)).Where("se.room IN (?)", bun.List(ids)).WhereOr("se.theme IN (?)", bun.List(ids)).
		WhereOr("se.id IN (SELECT q.session FROM session_questions AS q WHERE q.question IN (?))", bun.List(ids)).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count sessions: %w", err)
	}
	return int(n), nil
}

// Findings checks the timetable of an edition as far as the actor sees it. The policy
// gives the whole to staff, and to a crew what concerns its own session.
func (s *Service) Findings(ctx context.Context, a core.Actor, set *editions.Setting) ([]Finding, error) {
	if !CanProgramme(a, set, "see_findings") {
		return nil, ProgrammePolicy.Check("see_findings", "", a.Roles(set.Scope())...)
	}
	return s.findings(ctx, a, set)
}

// FindingsOf is the part of Findings that concerns one session.
func (s *Service) FindingsOf(ctx context.Context, a core.Actor, set *editions.Setting, x *Session) ([]Finding, error) {
	if !Can(a, x, "see_findings") {
		return nil, nil
	}
	all, err := s.findings(ctx, a, set)
	return slices.DeleteFunc(all, func(f Finding) bool { return f.Session != x.ID && f.Other != x.ID }), err
}

func (s *Service) findings(ctx context.Context, a core.Actor, set *editions.Setting) ([]Finding, error) {
	types, err := s.Types(ctx, set.ID)
	if err != nil {
		return nil, err
	}
	list, err := s.Briefs(ctx, a, set, Filter{})
	if err != nil {
		return nil, err
	}
	ids := make([]core.ID, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	roles, err := loadRoles(ctx, s.rec.DB.Read, ids)
	if err != nil {
		return nil, err
	}
	return Findings(set, types, list, roles), nil
}
