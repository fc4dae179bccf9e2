package meetings

import (
	"context"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
)

// States of the policy: who sees a meeting, and whether it is still to be held.
const (
	statePublic      = "public"
	statePublicOver  = "public-over"
	stateMembers     = "members"
	stateMembersOver = "members-over"
	placeBody        = "body"
	placeForum       = "forum"
)

var (
	keepers = append([]core.Role{core.RoleCoordinator}, core.Staff...)
	members = append([]core.Role{core.RoleSpeaker}, keepers...)
	open    = []string{statePublic, stateMembers}
	over    = []string{statePublicOver, stateMembersOver}
)

// Policies of the room. With a meeting, core.RoleSpeaker is who holds a seat in the body
// today, and core.RoleCoordinator who holds a coordinating one.
var Policies = []core.Policy{{
	Subject: "meeting", States: []string{statePublic, statePublicOver, stateMembers, stateMembersOver},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody, States: []string{statePublic, statePublicOver}},
		{Action: "see", Roles: members},
		{Action: "edit", Roles: keepers, States: open},
		{Action: "cancel", Roles: keepers, States: open},
		{Action: "hold", Roles: keepers, States: open},
		{Action: "reopen", Roles: keepers, States: over},
		{Action: "see_asked", Roles: keepers},
	},
}, {
	Subject: "meeting_address", States: []string{ForPublic, ForMembers, ForAsking},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody, States: []string{ForPublic}},
		{Action: "see", Roles: members},
		{Action: "ask", Roles: core.AllRoles[1:], States: []string{ForAsking}},
	},
}, {
	Subject: "meetings", States: []string{placeBody, placeForum},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody},
		{Action: "add", Roles: keepers, States: []string{placeBody}},
		{Action: "add", Roles: core.Staff, States: []string{placeForum}},
	},
}}

var policy, addressPolicy, placePolicy = Policies[0], Policies[1], Policies[2]

func (m Meeting) policyState() string {
	switch {
	case m.Visibility == ForMembers && m.Open():
		return stateMembers
	case m.Visibility == ForMembers:
		return stateMembersOver
	case m.Open():
		return statePublic
	}
	return statePublicOver
}

func placeOf(body core.ID) string {
	if body == "" {
		return placeForum
	}
	return placeBody
}

// rolesAt are those of an actor towards the meetings of a body, or of the forum.
func (s *Service) rolesAt(ctx context.Context, a core.Actor, body core.ID) ([]core.Role, error) {
	out := a.Roles(scopeOf(body))
	if body == "" || !a.SignedIn() || a.Person == "" {
		return out, nil
	}
	seats, err := s.Bodies.SeatsOf(ctx, a.Person)
	if err != nil {
		return nil, err
	}
	for _, seat := range bodies.On(seats, s.Bodies.Today()) {
		if seat.Body != body {
			continue
		}
		out = append(out, core.RoleSpeaker)
		if seat.Coordinates() {
			out = append(out, core.RoleCoordinator)
		}
	}
	return out, nil
}

// sight is which meetings an actor may know of: the list's form of the action "see", and
// of which meetings she may know the address.
type sight struct {
	actor  core.Actor
	staff  bool                 // of everything
	bodies map[core.ID]struct{} // in which she holds a seat, or whose staff she is
}

func (s *Service) sight(ctx context.Context, a core.Actor) (sight, error) {
	v := sight{actor: a, staff: a.Staff(core.ScopeForum), bodies: map[core.ID]struct{}{}}
	if v.staff || !a.SignedIn() {
		return v, nil
	}
	for _, g := range a.Grants {
		if g.Role == core.RoleSecretariat || g.Role == core.RoleAdmin {
			v.bodies[core.ID(g.Scope)] = struct{}{}
		}
	}
	if a.Person == "" {
		return v, nil
	}
	seats, err := s.Bodies.SeatsOf(ctx, a.Person)
	if err != nil {
		return v, err
	}
	for _, seat := range bodies.On(seats, s.Bodies.Today()) {
		v.bodies[seat.Body] = struct{}{}
	}
	return v, nil
}

func (v sight) in(body core.ID) bool {
	_, ok := v.bodies[body]
	return v.staff || body != "" && ok
}

// visible narrows a query over meetings (alias me) to those that the actor may see.
func (v sight) visible(q *bun.SelectQuery) *bun.SelectQuery {
	if v.staff {
		return q
	}
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		q = q.Where("me.visibility = ?", ForPublic)
		if len(v.bodies) > 0 {
			ids := make([]core.ID, 0, len(v.bodies))
			for id := range v.bodies {
				ids = append(ids, id)
			}
			q = q.WhereOr("me.body <> '' AND me.body IN (?)", bun.List(ids))
		}
		return q
	})
}

// shown takes from meetings the addresses that the actor may not know. asked are those of
// which she has asked for it.
func (v sight) shown(list []Meeting, asked map[core.ID]bool) {
	for i := range list {
		m := &list[i]
		m.Online = m.Address != ""
		if m.AddressFor != ForPublic && !v.in(m.Body) && (m.AddressFor != ForAsking || !asked[m.ID]) {
			m.Address = ""
		}
	}
}
