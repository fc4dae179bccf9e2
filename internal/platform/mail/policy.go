package mail

import "plenary/internal/core"

// Policies of the room: who looks into the outbox, and what may be done with a mail; the
// texts of mails; and what each says of her own.
var Policies = []core.Policy{outgoing, textPolicy, ownPolicy}

var outgoing = core.Policy{
	Subject: "outgoing_mail", States: []string{string(Queued), string(Held), string(Sent), string(Failed), string(Bounced), string(Cancelled), string(Caught)},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Staff},
		{Action: "retry", Roles: core.Staff, States: []string{string(Queued), string(Failed), string(Bounced), string(Cancelled)}},
		{Action: "hold", Roles: core.Staff, States: []string{string(Queued)}},
		{Action: "release", Roles: core.Staff, States: []string{string(Held)}},
		{Action: "cancel", Roles: core.Staff, States: []string{string(Queued), string(Held)}},
	},
}

var textPolicy = core.Policy{
	Subject: "mail_text", States: []string{""},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Staff},
		{Action: "word", Roles: []core.Role{core.RoleAdmin, core.RoleOperator, core.RoleSecretariat}},
	},
}

var ownPolicy = core.Policy{
	Subject: "own_mail", States: []string{""},
	Rules: []core.Rule{{Action: "choose", Roles: []core.Role{core.RoleMember}}},
}

// may checks an action on a mail; who may not look into the outbox does not find it.
func may(a core.Actor, action string, state State) error {
	return outgoing.Check(action, string(state), a.Roles(core.ScopeForum)...)
}

func mayWord(a core.Actor, action string) error {
	return textPolicy.Check(action, "", a.Roles(core.ScopeForum)...)
}

func mayChoose(a core.Actor) error {
	return ownPolicy.Check("choose", "", a.Roles(core.ScopeForum)...)
}
