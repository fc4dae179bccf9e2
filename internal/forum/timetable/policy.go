package timetable

import (
	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// Policies of the room. The plan is the staff's: nothing of it is public before a release,
// but for who has the private link of the draft. Organisers say what their session needs
// (the policy of the session is asked for that); releases and what they changed are public.
var Policies = []core.Policy{{
	Subject: "timetable", States: []string{""},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Staff},
		{Action: "place", Roles: core.Staff},
		{Action: "rules", Roles: core.Staff},
		{Action: "optimise", Roles: core.Staff},
		{Action: "release", Roles: core.Staff},
		{Action: "share", Roles: core.Staff},
	},
}, {
	Subject: "release", States: []string{""},
	Rules: []core.Rule{{Action: "see", Roles: core.Everybody}},
}}

var policy = Policies[0]

// Can tells whether the actor may do an action of the policy with the plan of an edition.
func Can(a core.Actor, set *editions.Setting, action string) bool {
	return policy.Can(action, "", a.Roles(set.Scope())...)
}

func check(a core.Actor, set *editions.Setting, action string) error {
	return policy.Check(action, "", a.Roles(set.Scope())...)
}
