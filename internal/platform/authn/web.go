package authn

import (
	"embed"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

//go:embed all:view
var viewFS embed.FS

// Web is the room's pages.
type Web struct {
	s *Service
	// Scopes lists, with their names, where roles may be granted besides the forum as a
	// whole: editions, bodies. It is set while the program is wired, and may stay nil.
	Scopes func(c *web.C) ([]web.Option, error)
	// More are what else the staff may do with an account: of rooms. It may stay nil.
	More func(c *web.C, a Account) []web.Action
	// Merging is the address of the page that shows what becomes of two accounts of one
	// person, for a link to an address that has another account; empty where no room merges.
	Merging string
}

// NewWeb makes the pages.
func NewWeb(s *Service) *Web { return &Web{s: s} }

// Register registers pages and templates.
func (w *Web) Register(s *web.Server) error {
	if err := s.Views("authn", viewFS); err != nil {
		return err
	}
	s.Takes("Accounts", takes)
	s.Handle("GET /sign-in", w.signIn)
	s.Handle("POST /sign-in", w.askLink)
	s.Handle("GET /sign-in/link", w.link)
	s.Handle("POST /sign-in/link", w.useLink)
	s.Handle("POST /sign-out", w.signOut)
	s.Handle("GET /me/sessions", func(c *web.C) error { return c.Redirect("/me/security") }) // its former page
	s.Handle("POST /me/sessions", w.endSessions)
	s.Handle("GET /me/security", w.security)
	s.Handle("POST /me/security/addresses", w.addAddress)
	s.Handle("POST /me/security/addresses/change", w.changeAddress)
	s.Handle("POST /me/security/passkeys", w.addPasskey)
	s.Handle("POST /me/security/passkeys/begin", w.beginPasskey)
	s.Handle("POST /me/security/passkeys/change", w.changePasskey)
	s.Handle("GET /me/security/connect", w.connect)
	s.Handle("POST /me/security/connect", w.useConnect)
	s.Handle("POST /me/security/identities", w.disconnect)
	s.Handle("GET /sign-in/with/{provider}", w.elsewhere)
	s.Handle("GET "+oidcReturn, w.returned)
	s.Handle("POST "+oidcReturn, w.answered)
	s.FromOtherSites("POST " + oidcReturn)
	s.Handle("POST /sign-in/passkey", w.usePasskey)
	s.Handle("POST /sign-in/passkey/begin", w.beginSignIn)
	s.Handle("GET /me/security/address", w.addressLink)
	s.Handle("POST /me/security/address", w.useAddressLink)
	s.Handle("GET /me/security/prove", w.prove)
	s.Handle("POST /me/security/prove", w.prove)
	s.Handle("GET /me/account", w.account)
	s.Handle("POST /me/account", w.account)
	s.Handle("GET /me/tokens", w.tokens)
	s.Handle("POST /me/tokens", w.tokens)
	s.Handle("POST /me/tokens/{token}/end", w.endToken)
	s.Handle("POST /admin/accounts/{id}/tokens/{token}/end", w.endTokenOf)
	s.Handle("GET /admin/accounts", w.list)
	s.Handle("GET /admin/accounts/invitations", w.invitations)
	s.Handle("POST /admin/accounts/invitations", w.invitations)
	s.Handle("POST /admin/accounts/invitations/{id}/resend", w.resendInvitation)
	s.Handle("POST /admin/accounts/invitations/{id}/revoke", w.withdrawInvitation)
	s.Handle("POST /me/security/codes", w.makeCodes)
	s.Handle("GET /sign-in/recover", w.recoverPage)
	s.Handle("POST /sign-in/recover", w.recover)
	s.Handle("GET /sign-in/invitation", w.invited)
	s.Handle("POST /sign-in/invitation", w.accept)
	s.Handle("GET /admin/accounts/{id}", w.show)
	s.Handle("POST /admin/accounts/{id}", w.show)
	s.Handle("POST /admin/accounts/{id}/revoke", w.revoke)
	s.Handle("POST /admin/accounts/{id}/close", w.close)
	s.Handle("POST /admin/accounts/{id}/reopen", w.reopen)
	s.Handle("GET /admin/accounts/{id}/rescue", w.rescue)
	s.Handle("POST /admin/accounts/{id}/rescue", w.rescue)
	s.Handle("POST /admin/accounts/{id}/rescues/{rescue}/cancel", w.cancelRescue)
	s.Handle("GET /sign-in/rescue", w.rescueLink)
	s.Handle("POST /sign-in/rescue", w.useRescue)
	s.Handle("GET /sign-in/rescue/stop", w.stopLink)
	s.Handle("POST /sign-in/rescue/stop", w.stopRescue)
	s.Handle("GET /demo", w.demo)
	s.Handle("POST /demo/as/{key}", w.demoAs)
	s.Handle("POST /demo/clock", w.demoClock)
	return nil
}

// stamp is one instant, ready to print.
type stamp struct{ Words, Machine string }

// moment prints an instant in the reader's zone, or UTC, and names the zone.
func moment(c *web.C, at core.Instant) stamp {
	return stamp{Words: c.StampHere(at), Machine: at.Time().Format(time.RFC3339)}
}

// apart keeps an address in one piece inside a sentence that runs the other way.
func apart(c *web.C, s string) string {
	if core.Dir(c.Lang) == "rtl" {
		return "\u2068" + s + "\u2069"
	}
	return s
}
