package badges

import (
	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// Policies of the room. Badges and doors are the staff's; who has a badge of her own sees
// it because it is hers (participation). A door's device has no role here: it does what
// its token says and nothing else.
var Policies = []core.Policy{{
	Subject: "badges", States: []string{""},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Staff},
		{Action: "design", Roles: core.Staff},
		{Action: "print", Roles: core.Staff},
		{Action: "hand_out", Roles: core.Staff},
		{Action: "revoke", Roles: core.Staff},
		{Action: "run_doors", Roles: core.Staff},
	},
}}

var policy = Policies[0]

// may asks the policy for an action in an edition. To everybody but the staff there is
// nothing here.
func may(a core.Actor, set *editions.Setting, action string) error {
	if policy.Can(action, "", a.Roles(set.Scope())...) {
		return nil
	}
	return core.NotFound()
}
