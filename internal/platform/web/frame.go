package web

import "strings"

// framedPolicy is the policy of a page that other sites may show within theirs: nothing
// can be sent from it, so that nobody can be made to press a button that she does not see.
var framedPolicy = strings.NewReplacer("form-action 'self'", "form-action 'none'", "frame-ancestors 'none'", "frame-ancestors *").Replace(csp)

// Framed lets other sites show this page, or fetch this file, within pages of theirs. It
// is for what everybody may see and for what has no form; no other page may be framed.
func (c *C) Framed() {
	c.more = append(c.more, [2]string{"Content-Security-Policy", framedPolicy}, [2]string{"Cross-Origin-Resource-Policy", "cross-origin"})
}

// Frames lets this page show other pages of this server within it.
func (c *C) Frames() {
	c.more = append(c.more, [2]string{"Content-Security-Policy", csp + "; frame-src 'self'"})
}
