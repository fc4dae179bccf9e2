package reports

import (
	"plenary/internal/core"
	"plenary/internal/forum/programme"
)

var (
	reporters = append([]core.Role{core.RoleRapporteur, core.RoleOrganiser}, core.Staff...)
	crew      = append([]core.Role{core.RoleRapporteur, core.RoleOrganiser, core.RoleModerator, core.RoleEditor}, core.Staff...)
)

// Policies of the room. A report that was published stays public while a correction of
// it is being written.
var Policies = []core.Policy{{
	Subject: "report", States: []string{StateNone, StateDraft, StatePublished},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody, States: []string{StatePublished}},
		{Action: "see", Roles: crew},
		{Action: "write", Roles: append([]core.Role{core.RoleModerator}, reporters...), States: []string{StateNone, StateDraft}},
		{Action: "publish", Roles: reporters, States: []string{StateDraft}},
		{Action: "correct", Roles: reporters, States: []string{StatePublished}},
	},
}}

var policy = Policies[0]

// roles of an actor in a session, for this room.
func roles(a core.Actor, s *programme.Session) []core.Role { return programme.Crew(a, s) }

func stateOf(r *Report) string {
	if r == nil {
		return StateNone
	}
	return r.State
}

// CanSeeDraft tells whether the actor may read what is being written of a session.
func CanSeeDraft(a core.Actor, s *programme.Session) bool {
	return policy.Can("see", StateDraft, roles(a, s)...)
}
