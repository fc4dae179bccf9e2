package papers

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/programme"
)

var (
	writers  = append([]core.Role{core.RoleModerator, core.RoleRapporteur, core.RoleOrganiser, core.RoleCoordinator}, core.Staff...)
	keepers  = append([]core.Role{core.RoleOrganiser, core.RoleCoordinator}, core.Staff...)
	crew     = append([]core.Role{core.RoleSpeaker, core.RoleModerator, core.RoleRapporteur, core.RoleOrganiser}, core.Staff...)
	signedIn = core.AllRoles[1:]

	drafts = []string{StateDraft, StateOpenDraft}
	public = []string{StatePublished, StateFinal}
)

// Policies of the room. A coordinator is one of the body that the paper is of; the
// moderators, rapporteurs and organisers are those of the session at which a statement
// was presented; and the speaker is the person whose statement it is.
var Policies = []core.Policy{{
	Subject: "paper", States: []string{StateDraft, StateOpenDraft, StatePublished, StateFinal},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody, States: []string{StateOpenDraft, StatePublished, StateFinal}},
		{Action: "see", Roles: append([]core.Role{core.RoleSpeaker}, writers...)},
		{Action: "see_draft", Roles: core.Everybody, States: []string{StateOpenDraft}},
		{Action: "see_draft", Roles: append([]core.Role{core.RoleSpeaker}, writers...), States: drafts},
		{Action: "see_draft", Roles: writers, States: public},
		{Action: "edit", Roles: append([]core.Role{core.RoleSpeaker}, writers...), States: drafts},
		{Action: "edit", Roles: writers, States: []string{StatePublished}},
		{Action: "publish", Roles: writers, States: append(slices.Clone(drafts), StatePublished)},
		{Action: "finalise", Roles: keepers, States: []string{StatePublished}},
		{Action: "correct", Roles: keepers, States: []string{StateFinal}},
		{Action: "endorse", Roles: signedIn, States: public},
		{Action: "set_window", Roles: keepers},
		{Action: "keep_endorsements", Roles: keepers, States: public},
		{Action: "see_internal_history", Roles: writers},
	},
}, {
	Subject: "papers", States: []string{placeSession, placeBody, placeForum},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody},
		{Action: "add", Roles: crew, States: []string{placeSession}},
		{Action: "add", Roles: append([]core.Role{core.RoleCoordinator}, core.Staff...), States: []string{placeBody}},
		{Action: "add", Roles: core.Staff, States: []string{placeForum}},
	},
}}

var policy, placePolicy = Policies[0], Policies[1]

// Where a paper is added: at a session, to a body, or to an edition or the forum.
const (
	placeSession = "session"
	placeBody    = "body"
	placeForum   = "forum"
)

func placeOf(session, body core.ID) string {
	switch {
	case session != "":
		return placeSession
	case body != "":
		return placeBody
	}
	return placeForum
}

// roles are those of an actor towards a paper: what was granted to her in its edition, the
// forum or its body, a coordinating seat in its body, her part in the crew of its session,
// and speaker where the statement is hers.
func (s *Service) roles(ctx context.Context, a core.Actor, p Paper) ([]core.Role, error) {
	out, err := s.rolesAt(ctx, a, p.Scope, p.Session, p.Body)
	if err != nil {
		return nil, err
	}
	out = slices.DeleteFunc(out, func(r core.Role) bool { return r == core.RoleSpeaker })
	if a.SignedIn() && a.Person != "" && a.Person == p.Person && p.Kind == Statement {
		out = append(out, core.RoleSpeaker)
	}
	return out, nil
}

// rolesAt are those of an actor at a place where papers are added.
func (s *Service) rolesAt(ctx context.Context, a core.Actor, scope string, session, body core.ID) ([]core.Role, error) {
	out := a.Roles(scope)
	if body != "" {
		more, err := s.bodies.RolesIn(ctx, a, body)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	if session != "" && a.SignedIn() && a.Person != "" {
		all, err := s.programme.RolesIn(ctx, []core.ID{session})
		if err != nil {
			return nil, err
		}
		for _, r := range all[session] {
			if r.Person == a.Person {
				out = append(out, programme.CoreRole(r.Role))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// checkAuthor refuses to name as the author of a statement anybody but those who have a
// role in its session and the actor herself, for whoever is named may write it; and, of
// other papers, somebody who is not there.
func (s *Service) checkAuthor(ctx context.Context, a core.Actor, session, was, now core.ID) error {
	if now == "" || now == was || now == a.Person {
		return nil
	}
	var known bool
	if session != "" {
		all, err := s.programme.RolesIn(ctx, []core.ID{session})
		if err != nil {
			return err
		}
		known = slices.ContainsFunc(all[session], func(r programme.Role) bool { return r.Person == now })
	} else {
		found, err := s.people.Persons(ctx, []core.ID{now})
		if err != nil {
			return err
		}
		_, known = found[now]
	}
	if known {
		return nil
	}
	var p core.Problems
	p.Add("person", "papers.error.person")
	return p.Err()
}

// sight is which papers an actor may know of: the list's form of the action "see".
type sight struct {
	actor    core.Actor
	staff    bool      // of everything
	editions []core.ID // that she may see
	scopes   []string  // that she is staff of, beside the forum
	bodies   []core.ID // whose drafts she sees: she coordinates them, or is their staff
}

func (s *Service) sight(ctx context.Context, a core.Actor) (sight, error) {
	v := sight{actor: a, staff: a.Staff(core.ScopeForum)}
	if v.staff {
		return v, nil
	}
	list, err := s.editions.Editions(ctx, a)
	if err != nil {
		return v, err
	}
	for _, e := range list {
		v.editions = append(v.editions, e.ID)
	}
	for _, g := range a.Grants {
		if g.Role == core.RoleSecretariat || g.Role == core.RoleAdmin {
			v.scopes = append(v.scopes, g.Scope)
			v.bodies = append(v.bodies, core.ID(g.Scope))
		}
	}
	if a.SignedIn() && a.Person != "" {
		seats, err := s.bodies.SeatsOf(ctx, a.Person)
		if err != nil {
			return v, err
		}
		for _, seat := range bodies.On(seats, s.bodies.Today()) {
			if seat.Coordinates() {
				v.bodies = append(v.bodies, seat.Body)
			}
		}
	}
	return v, nil
}

// visible narrows a query over papers (alias pa) to those that the actor may see.
func (v sight) visible(q *bun.SelectQuery) *bun.SelectQuery {
	if v.staff {
		return q
	}
	q = q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		q = q.Where("pa.edition = ''")
		if len(v.editions) > 0 {
			q = q.WhereOr("pa.edition IN (?)", bun.List(v.editions))
		}
		return q
	})
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		q = q.Where("pa.state IN (?)", bun.List(public)).WhereOr("pa.open_draft = TRUE")
		if len(v.scopes) > 0 {
			q = q.WhereOr("pa.scope IN (?)", bun.List(v.scopes))
		}
		if len(v.bodies) > 0 {
			q = q.WhereOr("pa.body <> '' AND pa.body IN (?)", bun.List(v.bodies))
		}
		if v.actor.SignedIn() && v.actor.Person != "" {
			q = q.WhereOr("pa.kind = ? AND pa.person = ?", Statement, v.actor.Person).
				WhereOr("pa.session <> '' AND pa.session IN (SELECT r.session FROM session_roles AS r WHERE r.person = ? AND r.role IN (?))", v.actor.Person, bun.List(crewRoles))
		}
		return q
	})
}

// crewRoles are the roles in a session that let somebody see the drafts of its statements.
var crewRoles = func() []string {
	var out []string
	for _, r := range programme.RoleNames {
		if policy.Can("see", StateDraft, programme.CoreRole(r)) && programme.CoreRole(r) != core.RoleSpeaker {
			out = append(out, r)
		}
	}
	return out
}()
