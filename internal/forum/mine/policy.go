package mine

import "plenary/internal/core"

var (
	signedIn = core.AllRoles[1:]
	self     = []core.Role{core.RoleParticipant}
)

// Policies of the room. With a request to erase, core.RoleParticipant is whose data it is.
var Policies = []core.Policy{{
	Subject: "own_data", States: []string{""},
	Rules: []core.Rule{
		{Action: "see", Roles: signedIn},
		{Action: "export", Roles: signedIn},
		{Action: "erase", Roles: signedIn},
	},
}, {
	Subject: "erase_request", States: States,
	Rules: []core.Rule{
		{Action: "see", Roles: append([]core.Role{core.RoleParticipant}, core.Staff...)},
		{Action: "ask_for", Roles: core.Staff},
		{Action: "confirm", Roles: self, States: []string{StateAsked}},
		{Action: "cancel", Roles: append([]core.Role{core.RoleParticipant}, core.Staff...), States: []string{StateAsked, StateConfirmed}},
		{Action: "set_days", Roles: core.Staff},
	},
}}

var policy, requestPolicy = Policies[0], Policies[1]

// Manages tells whether an actor sees the requests of all.
func Manages(a core.Actor) bool {
	return requestPolicy.Can("ask_for", StateAsked, a.Roles(core.ScopeForum)...)
}

func hidden(a core.Actor) error {
	if !a.SignedIn() && a.Program == "" {
		return core.SignIn()
	}
	return core.NotFound()
}
