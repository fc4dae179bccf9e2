package vocab

import "plenary/internal/core"

// Policies of the room. Whoever may see a page of the forum may see its words.
var Policies = []core.Policy{{
	Subject: "vocabulary", States: []string{""},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody},
		{Action: "edit", Roles: core.Staff},
		{Action: "add", Roles: core.Staff},
		{Action: "see_internal_history", Roles: core.Staff},
	},
}}

var policy = Policies[0]

// Can tells whether the actor may do something with vocabularies.
func Can(a core.Actor, action string) bool {
	return policy.Can(action, "", a.Roles(core.ScopeForum)...)
}

func check(a core.Actor, action string) error {
	return policy.Check(action, "", a.Roles(core.ScopeForum)...)
}
