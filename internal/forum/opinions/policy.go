package opinions

import (
	"github.com/uptrace/bun"

	"plenary/internal/core"
)

var member = append([]core.Role{core.RoleMember, core.RoleEditor}, core.Staff...)

// Policies of the room. Who votes has proved an address by signing in; the staff see
// no more of a vote than everybody does.
var Policies = []core.Policy{{
	Subject: "opinion_poll", States: []string{StateDraft, StateComing, StateOpen, StateClosed},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody, States: []string{StateComing, StateOpen, StateClosed}},
		{Action: "see", Roles: core.Staff},
		{Action: "vote", Roles: member, States: []string{StateOpen}},
		{Action: "propose", Roles: member, States: []string{StateOpen}},
		{Action: "run", Roles: core.Staff},
	},
}}

var policy = Policies[0]

// visible narrows a list of polls (alias op) to those that the actor may see.
func visible(a core.Actor) func(*bun.SelectQuery) *bun.SelectQuery {
	scopes, all := a.StaffScopes()
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		if all {
			return q
		}
		return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			q = q.Where("op.published = TRUE")
			if len(scopes) > 0 {
				q = q.WhereOr("op.scope IN (?)", bun.List(scopes))
			}
			return q
		})
	}
}
