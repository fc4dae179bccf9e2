package programme

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/platform/record"
)

// RoleInput is a role to be given. Without a snapshot the affiliations of the session's
// day are taken; a given one (of a printed programme) stays for ever.
type RoleInput struct {
	Person       core.ID
	Organisation core.ID
	Role         string
	Note         core.Text
	Snapshot     *people.Snapshot
}

// CrewChange is a role given or taken in the data of the event session.crew_changed,
// under "added" and "removed". It holds no name: names are looked up when it is shown.
type CrewChange struct {
	Person       core.ID `json:"person,omitempty"`
	Organisation core.ID `json:"organisation,omitempty"`
	Role         string  `json:"role"`
}

func changeOf(r Role) CrewChange { return CrewChange{r.Person, r.Organisation, r.Role} }

// AddRoleTx gives a role in a session; see AddRolesTx.
func (s *Service) AddRoleTx(ctx context.Context, tx *record.Tx, set *editions.Setting, x *Session, in RoleInput) (Role, error) {
	added, err := s.AddRolesTx(ctx, tx, set, x, []RoleInput{in})
	if err != nil {
		return Role{}, err
	}
	return added[0], nil
}

// AddRolesTx gives roles in a session; the caller has asked for permission and loaded
// the session with SessionTx or made it. Persons who get a role in a public session
// become public. Event: session.crew_changed. Errors: Invalid.
func (s *Service) AddRolesTx(ctx context.Context, tx *record.Tx, set *editions.Setting, x *Session, in []RoleInput) ([]Role, error) {
	rows := make([]Role, 0, len(in))
	next := 0
	for _, r := range x.Roles {
		next = max(next, r.Position+1)
	}
	for i, r := range in {
		if !slices.Contains(RoleNames, r.Role) || r.Person == "" && r.Organisation == "" {
			return nil, core.Invalid("programme.error.role", "Role", r.Role)
		}
		row := Role{
			ID: tx.NewID(), Session: x.ID, Position: next + i, Person: r.Person, Organisation: r.Organisation,
			Role: r.Role, Note: r.Note.Clean(),
		}
		if r.Snapshot != nil {
			row.Snapshot, row.Given = *r.Snapshot, true
		}
		rows = append(rows, row)
	}
	if err := s.snap(ctx, tx, rows, x.Day); err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, nil
	}
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return nil, fmt.Errorf("give roles: %w", err)
	}
	x.Roles = append(slices.Clone(x.Roles), rows...)
	if err := s.publish(ctx, tx, x); err != nil {
		return nil, err
	}
	s.crewChanged(tx, set, x, rows, nil)
	return rows, nil
}

func (s *Service) crewChanged(tx *record.Tx, set *editions.Setting, x *Session, added, removed []Role) {
	list := func(roles []Role) []CrewChange {
		out := []CrewChange{}
		for _, r := range roles {
			out = append(out, changeOf(r))
		}
		return out
	}
	tx.Append("session.crew_changed", x.ID, set.Scope(), visibility(set, x.State),
		data(x, record.Data{"added": list(added), "removed": list(removed)}))
}

// publish makes the people of a session public, if the session is.
func (s *Service) publish(ctx context.Context, tx *record.Tx, x *Session) error {
	if x.State == StateDraft {
		return nil
	}
	var ids []core.ID
	for _, r := range x.Roles {
		if r.Person != "" && !slices.Contains(ids, r.Person) {
			ids = append(ids, r.Person)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	if err := s.people.PublishTx(ctx, tx, ids...); err != nil {
		return fmt.Errorf("make people public: %w", err)
	}
	return nil
}

// snap takes the snapshots of roles as of a day, but for those that were given. Without
// a day, affiliations that have no end count.
func (s *Service) snap(ctx context.Context, tx *record.Tx, roles []Role, day string) error {
	var persons, organisations []core.ID
	for _, r := range roles {
		if r.Person != "" {
			persons = append(persons, r.Person)
		}
		if r.Organisation != "" {
			organisations = append(organisations, r.Organisation)
		}
	}
	known, err := s.people.PersonsTx(ctx, tx, persons)
	if err != nil {
		return fmt.Errorf("load people: %w", err)
	}
	affs, err := s.people.AffiliationsTx(ctx, tx, persons)
	if err != nil {
		return err
	}
	called, err := s.people.OrganisationsTx(ctx, tx, organisations)
	if err != nil {
		return err
	}
	for i := range roles {
		r := &roles[i]
		p, ok := known[r.Person]
		o, there := called[r.Organisation]
		if r.Person != "" && !ok || r.Organisation != "" && !there {
			return core.Invalid("programme.error.nobody")
		}
		switch {
		case r.Given:
		case r.Person != "":
			r.Snapshot = people.SnapshotOf(p, affs[r.Person], day)
		default:
			r.Snapshot = people.Snapshot{Name: o.Name.String(), Country: o.Country}
			if o.Kind != people.KindNetwork {
				r.Snapshot.Group = o.Kind
			}
		}
		r.Affiliated = affiliated(r.Snapshot)
	}
	return nil
}

// affiliated holds the organisations of a snapshot as |id|id|, to be searched.
func affiliated(s people.Snapshot) string {
	var b strings.Builder
	for _, f := range s.Affiliations {
		if f.OrganisationID != "" {
			b.WriteString("|" + string(f.OrganisationID))
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return b.String() + "|"
}

// retake takes the snapshots of a session anew, as of its present day.
func (s *Service) retake(ctx context.Context, tx *record.Tx, x *Session) error {
	return s.retakeAll(ctx, tx, []*Session{x}, x.Day)
}

// retakeAll takes the snapshots of sessions of one day anew.
func (s *Service) retakeAll(ctx context.Context, tx *record.Tx, list []*Session, day string) error {
	var fresh []Role
	for _, x := range list {
		fresh = append(fresh, x.Roles...)
	}
	if err := s.snap(ctx, tx, fresh, day); err != nil {
		return err
	}
	for _, x := range list {
		was := x.Roles
		x.Roles, fresh = fresh[:len(was):len(was)], fresh[len(was):]
		for i := range was {
			if reflect.DeepEqual(x.Roles[i].Snapshot, was[i].Snapshot) {
				continue
			}
			// A handful of people at most have another affiliation on another day.
			if _, err := tx.NewUpdate().Model(&x.Roles[i]).Column("snapshot", "affiliated").WherePK().Exec(ctx); err != nil {
				return fmt.Errorf("take snapshot: %w", err)
			}
		}
	}
	return nil
}

// OnAffiliated takes the snapshots of a person anew in sessions that have not begun:
// what counts is the affiliation of the session's day. It is wired for the events
// person.affiliated and person.changed.
func (s *Service) OnAffiliated(ctx context.Context, tx *record.Tx, e *record.Event) error {
	var ids []core.ID
	err := tx.NewSelect().Model((*Role)(nil)).ColumnExpr("DISTINCT ro.session").
		Join("JOIN sessions AS se ON se.id = ro.session").Where("ro.person = ?", e.Subject).
		WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("se.starts IS NULL").WhereOr("se.starts > ?", tx.Now)
		}).Scan(ctx, &ids)
	if err != nil {
		return fmt.Errorf("find sessions of a person: %w", err)
	}
	list, err := loadByID(ctx, tx, everything, ids)
	if err != nil {
		return err
	}
	for _, x := range list {
		if err := s.retake(ctx, tx, x); err != nil {
			return err
		}
	}
	return nil
}

// OnMerged gives the roles of a person to the one whose page hers became part of. It is
// wired for the event person.merged.
func (s *Service) OnMerged(ctx context.Context, tx *record.Tx, e *record.Event) error {
	var d struct {
		Into core.ID `json:"into"`
	}
	if err := json.Unmarshal(e.Data, &d); err != nil {
		return fmt.Errorf("read merge: %w", err)
	}
	if d.Into == "" {
		return nil
	}
	if _, err := tx.NewUpdate().Model((*Role)(nil)).Set("person = ?", d.Into).Where("person = ?", e.Subject).Exec(ctx); err != nil {
		return fmt.Errorf("move roles of a person: %w", err)
	}
	return nil
}

// name fills how people and organisations of roles are called now: two queries.
func (s *Service) name(ctx context.Context, roles []*Role) error {
	var persons, organisations []core.ID
	for _, r := range roles {
		if r.Person != "" && !slices.Contains(persons, r.Person) {
			persons = append(persons, r.Person)
		}
		if r.Organisation != "" && !slices.Contains(organisations, r.Organisation) {
			organisations = append(organisations, r.Organisation)
		}
	}
	known, err := s.people.Persons(ctx, persons)
	if err != nil {
		return fmt.Errorf("load people: %w", err)
	}
	called, err := s.people.Organisations(ctx, organisations)
	if err != nil {
		return fmt.Errorf("load organisations: %w", err)
	}
	for _, r := range roles {
		r.Name = r.Snapshot.Name
		if p, ok := known[r.Person]; ok {
			r.Name, r.Names = p.Name, p.Names
			if p.Public {
				r.Path = p.Path()
			}
		}
		if o, ok := called[r.Organisation]; ok {
			r.OrganisationName, r.OrganisationPath = o.Name, o.Path()
		}
	}
	return nil
}

// names tells what persons and organisations are called, in a language.
func (s *Service) names(ctx context.Context, lang string, persons, organisations []core.ID) (map[core.ID]string, error) {
	out := map[core.ID]string{}
	unset := func(id core.ID) bool { return id == "" }
	known, err := s.people.Persons(ctx, slices.DeleteFunc(slices.Clone(persons), unset))
	if err != nil {
		return nil, fmt.Errorf("load people: %w", err)
	}
	for id, p := range known {
		out[id] = p.In(lang)
	}
	called, err := s.people.Organisations(ctx, slices.DeleteFunc(slices.Clone(organisations), unset))
	if err != nil {
		return nil, fmt.Errorf("load organisations: %w", err)
	}
	for id, o := range called {
		out[id], _ = o.Name.In(lang)
	}
	return out, nil
}
