package authn

import "plenary/internal/core"

// States of an account.
const (
	StateOpen   = "open"
	StateClosed = "closed" // nobody signs in with it
	StateMerged = "merged" // it became part of another
)

// Policies of the room: the accounts of everybody, what each does with her own, and who is
// asked to come.
var Policies = []core.Policy{
	{
		Subject: "account", States: []string{StateOpen, StateClosed, StateMerged},
		Rules: []core.Rule{
			{Action: "see", Roles: core.Staff},
			{Action: "grant", Roles: []core.Role{core.RoleAdmin, core.RoleOperator}, States: []string{StateOpen}},
			{Action: "revoke", Roles: []core.Role{core.RoleAdmin, core.RoleOperator}},
			{Action: "close", Roles: []core.Role{core.RoleAdmin, core.RoleOperator}, States: []string{StateOpen}},
			{Action: "reopen", Roles: []core.Role{core.RoleAdmin, core.RoleOperator}, States: []string{StateClosed}},
			{Action: "end_tokens", Roles: core.Staff},
			{Action: "merge", Roles: core.Staff, States: []string{StateOpen}},
			{Action: "merge_staff", Roles: []core.Role{core.RoleAdmin, core.RoleOperator}, States: []string{StateOpen}},
			{Action: "rescue", Roles: core.Staff, States: []string{StateOpen}},
			{Action: "rescue_staff", Roles: []core.Role{core.RoleAdmin, core.RoleOperator}, States: []string{StateOpen}},
		},
	},
	{
		Subject: "own_account", States: []string{""},
		Rules: []core.Rule{
			{Action: "edit", Roles: []core.Role{core.RoleMember}},
			{Action: "sessions", Roles: []core.Role{core.RoleMember}},
			{Action: "end_sessions", Roles: []core.Role{core.RoleMember}},
			{Action: "secure", Roles: []core.Role{core.RoleMember}},
			{Action: "tokens", Roles: []core.Role{core.RoleMember}},
		},
	},
	{
		Subject: "invitation", States: []string{InvitationOpen, InvitationExpired, InvitationAccepted, InvitationRevoked},
		Rules: []core.Rule{
			{Action: "see", Roles: core.Staff},
			{Action: "make", Roles: core.Staff, States: []string{InvitationOpen}},
			{Action: "give_any_role", Roles: []core.Role{core.RoleAdmin, core.RoleOperator}, States: []string{InvitationOpen}},
			{Action: "resend", Roles: core.Staff, States: []string{InvitationOpen, InvitationExpired}},
			{Action: "revoke", Roles: core.Staff, States: []string{InvitationOpen, InvitationExpired}},
		},
	},
}

var (
	accountPolicy = Policies[0]
	ownPolicy     = Policies[1]

	invitationPolicy = Policies[2]
)

// Grantable are the roles that are granted to accounts, the widest last; all others
// follow from what a person is in a session or a body.
var Grantable = []core.Role{core.RoleEditor, core.RoleSecretariat, core.RoleAdmin}

// may checks an action on an account; whoever may not even see it learns nothing.
func may(a core.Actor, action, state string) error {
	return accountPolicy.Check(action, state, a.Roles(core.ScopeForum)...)
}

// mayOwn checks what somebody does with her own account. A token may neither look at how
// its account is signed in nor change that: who finds one must not be able to keep it.
func mayOwn(a core.Actor, action string) error {
	if a.Token != "" && action != "edit" {
		return core.ForbiddenBecause("access.not_by_token")
	}
	return ownPolicy.Check(action, "", a.Roles(core.ScopeForum)...)
}
