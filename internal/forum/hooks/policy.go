package hooks

import "plenary/internal/core"

// Policies of the room. A hook gets nothing but what everybody may know, but its log says
// where the forum sends it.
var Policies = []core.Policy{{
	Subject: "webhook", States: []string{StateOn, StatePaused, StateStopped},
	Rules: []core.Rule{
		{Action: "see", Roles: []core.Role{core.RoleAdmin, core.RoleOperator}},
		{Action: "add", Roles: []core.Role{core.RoleAdmin, core.RoleOperator}},
		{Action: "change", Roles: []core.Role{core.RoleAdmin, core.RoleOperator}},
		{Action: "remove", Roles: []core.Role{core.RoleAdmin, core.RoleOperator}},
		{Action: "send", Roles: []core.Role{core.RoleAdmin, core.RoleOperator}, States: []string{StateOn}},
		{Action: "pause", Roles: []core.Role{core.RoleAdmin, core.RoleOperator}, States: []string{StateOn}},
		{Action: "resume", Roles: []core.Role{core.RoleAdmin, core.RoleOperator}, States: []string{StatePaused, StateStopped}},
	},
}}

// may checks an action; who may not see hooks does not find them.
func may(a core.Actor, action, state string) error {
	return Policies[0].Check(action, state, a.Roles(core.ScopeForum)...)
}
