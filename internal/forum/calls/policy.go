package calls

import (
	"github.com/uptrace/bun"

	"plenary/internal/core"
)

var (
	runners  = append([]core.Role{core.RoleCoordinator}, core.Staff...) // coordinators of the body that asks
	signedIn = append([]core.Role{core.RoleMember, core.RoleCoordinator, core.RoleEditor}, core.Staff...)
)

// Policies of the room. Whether a person is of those who may answer is asked beside this:
// the audience of the call says it.
var Policies = []core.Policy{{
	Subject: "input_call", States: []string{StateDraft, StateComing, StateOpen, StateClosed, StateCancelled},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody, States: []string{StateComing, StateOpen, StateClosed, StateCancelled}},
		{Action: "see", Roles: runners},
		{Action: "answer", Roles: signedIn, States: []string{StateOpen}},
		{Action: "run", Roles: runners},
	},
}, {
	Subject: "cycle", States: []string{""},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody},
		{Action: "edit", Roles: core.Staff},
	},
}}

var policy, cyclePolicy = Policies[0], Policies[1]

// visible narrows a list of calls (alias ca) to those that the actor may see; bodies are
// those that she coordinates.
func visible(a core.Actor, bodies []core.ID) func(*bun.SelectQuery) *bun.SelectQuery {
	scopes, all := a.StaffScopes()
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		if all {
			return q
		}
		return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			q = q.Where("ca.published = TRUE")
			if len(scopes) > 0 {
				q = q.WhereOr("ca.edition IN (?)", bun.List(scopes)).WhereOr("ca.edition = '' AND ca.body IN (?)", bun.List(scopes))
			}
			if len(bodies) > 0 {
				q = q.WhereOr("ca.body IN (?)", bun.List(bodies))
			}
			return q
		})
	}
}
