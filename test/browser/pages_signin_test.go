package browser

import "net/http"

// The pages on which people say by what they sign in.
func init() {
	pages = append(pages, []page{
		{name: "me-security", path: "/me/security", as: "participant"},
		{name: "me-security-wrong", path: "/me/security", as: "participant", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "me-security-prove", path: "/me/security/prove", as: "participant"},
		{name: "invitations", path: "/admin/accounts/invitations", as: "admin"},
		{name: "invitations-wrong", path: "/admin/accounts/invitations", as: "admin", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "recover", path: "/sign-in/recover"},
		{name: "recover-wrong", path: "/sign-in/recover", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "invited-dead", path: "/sign-in/invitation?token=none", want: http.StatusGone},
		{name: "me-security-link-dead", path: "/me/security/address?token=none", as: "participant", want: http.StatusGone},
	}...)
}
