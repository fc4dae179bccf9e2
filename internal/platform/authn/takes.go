package authn

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/me/sessions", ID: "end-sessions", Says: "End a session of yours, or all others", In: endInput{}},
	{Path: "/me/account", ID: "edit-account", Says: "Change your account", In: EditInput{}},
	{Path: "/me/tokens", ID: "make-token", Says: "Make a personal token", In: AccessInput{}, Makes: true, Secret: true},
	{Path: "/me/tokens/{token}/end", ID: "end-token", Says: "End a personal token"},
	{Path: "/admin/accounts/invitations", ID: "invite", Says: "Invite somebody by mail, with roles", In: InviteInput{}, Makes: true},
	{Path: "/admin/accounts/invitations/{id}/resend", ID: "resend-invitation", Says: "Send an invitation again"},
	{Path: "/admin/accounts/invitations/{id}/revoke", ID: "revoke-invitation", Says: "Take an invitation back"},
	{Path: "/admin/accounts/{id}", ID: "grant-role", Says: "Grant a role to an account", In: GrantInput{}},
	{Path: "/admin/accounts/{id}/revoke", ID: "revoke-role", Says: "Take a role away from an account", In: revokeInput{}},
	{Path: "/admin/accounts/{id}/close", ID: "close-account", Says: "Close an account"},
	{Path: "/admin/accounts/{id}/reopen", ID: "reopen-account", Says: "Open a closed account again"},
	{Path: "/admin/accounts/{id}/rescue", ID: "rescue-account", Says: "Open a way into an account whose owner has lost all of hers", In: RescueInput{}},
	{Path: "/admin/accounts/{id}/rescues/{rescue}/cancel", ID: "cancel-rescue", Says: "Take a rescue of an account back"},
	{Path: "/admin/accounts/{id}/tokens/{token}/end", ID: "end-token-of-account", Says: "End a personal token of somebody else"},
}
