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
		{name: "me-security-connect", path: "/me/security/connect", as: "participant", want: http.StatusConflict},
		{name: "me-security-codes", path: "/me/security", as: "participant", act: sendCodes},
		{name: "me-security-merge-dead", path: "/me/security/merge?token=none", as: "participant", want: http.StatusGone},
		{name: "account-rescue", path: "/admin/accounts?q=alejandro", as: "admin", act: openRescue},
		{name: "account-merge", path: "/admin/accounts?q=alejandro", as: "admin", want: http.StatusConflict, act: openMerge},
		{name: "rescue-dead", path: "/sign-in/rescue?token=none", want: http.StatusGone},
		{name: "rescue-stop-dead", path: "/sign-in/rescue/stop?token=none", want: http.StatusGone},
		{name: "me-security-link-dead", path: "/me/security/address?token=none", as: "participant", want: http.StatusGone},
	}...)
}

// sendCodes makes new recovery codes: the page that shows them once.
func sendCodes(b *tab) { b.press(`form[action$="/me/security/codes"] button`) }

// openRescue goes to the page on which the staff opens a way into the first account.
func openRescue(b *tab) {
	b.press("main table tbody th a")
	b.press(`main a[href$="/rescue"]`)
}

// openMerge goes to the page on which the staff makes the first account part of another, and
// asks what would become of both.
func openMerge(b *tab) {
	b.press("main table tbody th a")
	b.press(`main a[href$="/merge"]`)
	b.set("into", "anais.moreau@example.org")
	b.press("main form.form button")
}
