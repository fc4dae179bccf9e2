package mail

import "plenary/internal/core"

// Policies of the room: who looks into the outbox, and what may be done with a mail.
var Policies = []core.Policy{{
	Subject: "outgoing_mail", States: []string{string(Queued), string(Held), string(Sent), string(Failed), string(Bounced), string(Cancelled), string(Caught)},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Staff},
		{Action: "retry", Roles: core.Staff, States: []string{string(Queued), string(Failed), string(Bounced), string(Cancelled)}},
		{Action: "hold", Roles: core.Staff, States: []string{string(Queued)}},
		{Action: "release", Roles: core.Staff, States: []string{string(Held)}},
		{Action: "cancel", Roles: core.Staff, States: []string{string(Queued), string(Held)}},
	},
}}

// may checks an action on a mail; who may not look into the outbox does not find it.
func may(a core.Actor, action string, state State) error {
	return Policies[0].Check(action, string(state), a.Roles(core.ScopeForum)...)
}
