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

// Missing answers whether an organiser still owes reports of sessions that she or it
// organised: those whose limit has passed without a publication, the oldest first. The
// screening of the next call asks it, because a missing report can stop a proposal (the
// rule of 2015: due two weeks after the event, or no proposal next year). Who owes what
// is public, so anybody may call. The number of queries depends on the editions only.
func (s *Service) Missing(ctx context.Context, q Question) ([]Owed, error) {
	if s.house.Editions == nil || q.Person == "" && q.Organisation == "" {
		return nil, nil
	}
	kinds := q.Kinds
	if len(kinds) == 0 {
		kinds = []string{Full}
	}
	now := s.rec.Clock.Instant()
	var out []Owed
	for _, id := range q.Editions {
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
				if slices.ContainsFunc(roles[l.Session.ID], func(r programme.Role) bool {
					return programme.CoreRole(r.Role) == core.RoleOrganiser &&
						(q.Person != "" && r.Person == q.Person || q.Organisation != "" && r.Organisation == q.Organisation)
				}) {
					out = append(out, Owed{id, l.Session.ID, l.Session.Ref, l.Session.Title, kind, l.Due, l.Session.Path() + editPage(kind)})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(x, y Owed) int { return x.Due.Time().Compare(y.Due.Time()) })
	return out, nil
}
