package figures

import "plenary/internal/core"

// Policies of the room: what is published is everybody's; what stands in the record
// beneath it, person by person, is the staff's.
var Policies = []core.Policy{{
	Subject: "statistics", States: []string{""},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody},
		{Action: "publish", Roles: core.Staff},
		{Action: "explore", Roles: core.Staff},
		{Action: "import", Roles: core.Staff},
		{Action: "set", Roles: core.Staff},
	},
}}

var policy = Policies[0]

// Can tells whether the actor may do something with the figures of a scope.
func Can(a core.Actor, action, scope string) bool { return policy.Can(action, "", a.Roles(scope)...) }

// internal asks whether the actor may see what is not published; for all others there is
// no such thing.
func internal(a core.Actor, action, scope string) error {
	if Can(a, action, scope) {
		return nil
	}
	return core.NotFound()
}
