package attendance

import (
	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// Policies of the room. With a join link, "see" is its waiting page: it shows what the
// programme shows to everybody, and asks who is there before it opens. Who may enter is not
// a matter of roles but of whose link it is.
var Policies = []core.Policy{{
	Subject: "session_place", States: []string{""},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Staff},
		{Action: "set", Roles: core.Staff},
	},
}, {
	Subject: "attendance", States: []string{""},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Staff},
		{Action: "correct", Roles: core.Staff},
		{Action: "renew_links", Roles: core.Staff},
		{Action: "export_fallback", Roles: core.Staff},
		{Action: "revoke_certificate", Roles: core.Staff},
	},
}}

var placePolicy, policy = Policies[0], Policies[1]

// check is a rule about an edition's places or attendance.
func check(p core.Policy, a core.Actor, set *editions.Setting, action string) error {
	return p.Check(action, "", a.Roles(set.Scope())...)
}

// Can tells whether an actor may do something with the attendance of an edition.
func Can(a core.Actor, set *editions.Setting, action string) bool {
	return policy.Can(action, "", a.Roles(set.Scope())...)
}
