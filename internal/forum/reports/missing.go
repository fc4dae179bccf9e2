package reports

import (
	"context"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/programme"
)

// Question asks what somebody still owes.
type Question struct {
	Editions     []core.ID // which editions to look at
	Person       core.ID   // who organised the session, by a role of her own …
	Organisation core.ID   // … or as an organisation; one of the two is enough
	Kinds        []string  // of reports; none means the full report
}

// Owed is a report that was due and is not published.
type Owed struct {
	Edition core.ID      `json:"edition"`
	Session core.ID      `json:"session"`
	Ref     string       `json:"ref"`
	Title   core.Text    `json:"title"`
	Kind    string       `json:"kind" enum:"takeaways,full"`
	Due     core.Instant `json:"due"`
	Path    string       `json:"path" doc:"where it is written"`
}

// Owing is a report that is owed, with those who owe it.
type Owing struct {
	Owed
	Persons       []core.ID // organisers
	Organisations []core.ID // that organised it, and those for which its organisers stood there
}

// Missing answers whether an organiser still owes reports of sessions that she or it
// organised: those whose limit has passed without a publication, the oldest first. The
// screening of the next call asks it, because a missing report can stop a proposal (the
// rule of 2015: due two weeks after the event, or no proposal next year). Who owes what
// is public, so anybody may call. The number of queries depends on the editions only.
func (s *Service) Missing(ctx context.Context, q Question) ([]Owed, error) {
	if q.Person == "" && q.Organisation == "" {
		return nil, nil
	}
	list, err := s.AllMissing(ctx, q.Editions, q.Kinds...)
	var out []Owed
	for _, x := range list {
		if q.Person != "" && slices.Contains(x.Persons, q.Person) || q.Organisation != "" && slices.Contains(x.Organisations, q.Organisation) {
			out = append(out, x.Owed)
		}
	}
	return out, err
}

// AllMissing is Missing for everybody at once.
func (s *Service) AllMissing(ctx context.Context, editions []core.ID, kinds ...string) ([]Owing, error) {
	if s.house.Editions == nil {
		return nil, nil
	}
	if len(kinds) == 0 {
		kinds = []string{Full}
	}
	now := s.rec.Clock.Instant()
	var out []Owing
	for _, id := range editions {
		set, err := s.house.Editions.SettingByID(ctx, core.Operator, id)
		if err != nil {
			return nil, err
		}
		for _, kind := range kinds {
			lines, err := s.Board(ctx, core.Visitor, set, kind)
			if err != nil {
				return nil, err
			}
			lines = slices.DeleteFunc(lines, func(l Line) bool {
				return l.Due.IsZero() || !now.After(l.Due) || stateOf(l.Report) == StatePublished
			})
			ids := make([]core.ID, len(lines))
			for i, l := range lines {
				ids[i] = l.Session.ID
			}
			if len(ids) == 0 {
				continue
			}
			roles, err := s.programme.RolesIn(ctx, ids)
			if err != nil {
				return nil, err
			}
			for _, l := range lines {
				x := Owing{Owed: Owed{id, l.Session.ID, l.Session.Ref, l.Session.Title, kind, l.Due, l.Session.Path() + editPage(kind)}}
				x.owe(roles[l.Session.ID])
				out = append(out, x)
			}
		}
	}
	slices.SortStableFunc(out, func(x, y Owing) int { return x.Due.Time().Compare(y.Due.Time()) })
	return out, nil
}

// owe says who owes it: organisers, by a role of their own or through the organisation for
// which they stood in the programme.
func (x *Owing) owe(roles []programme.Role) {
	for _, r := range roles {
		if programme.CoreRole(r.Role) != core.RoleOrganiser {
			continue
		}
		if r.Person != "" {
			x.Persons = append(x.Persons, r.Person)
		}
		if r.Organisation != "" {
			x.Organisations = append(x.Organisations, r.Organisation)
		}
		for _, f := range r.Snapshot.Affiliations {
			if f.OrganisationID != "" {
				x.Organisations = append(x.Organisations, f.OrganisationID)
			}
		}
	}
}
