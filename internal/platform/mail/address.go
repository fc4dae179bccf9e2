package mail

import (
	netmail "net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"plenary/internal/core"
)

// Address reads a bare e-mail address as a person writes it. addr is how it is shown
// and mailed, key the same for all spellings that mean one mailbox to people: upper
// and lower case, composed and decomposed letters, a domain in its own script or in
// ASCII. What is no address is core.Invalid.
func Address(s string) (addr, key string, err error) {
	s = norm.NFC.String(strings.TrimSpace(s))
	a, perr := netmail.ParseAddress(s)
	at := strings.LastIndexByte(s, '@')
	if perr != nil || a.Address != s || a.Name != "" || len(s) > 254 || at > 64 ||
		strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }) {
		return "", "", core.Invalid("mail.address.invalid", "Address", s)
	}
	domain, derr := asciiDomain(s[at+1:])
	if derr != nil {
		return "", "", core.Invalid("mail.address.invalid", "Address", s)
	}
	return s, strings.ToLower(s[:at]) + "@" + domain, nil
}

func asciiDomain(domain string) (string, error) { return idna.Lookup.ToASCII(domain) }

// envelope is the address as mail servers take it: the domain in ASCII.
func envelope(addr string) string {
	at := strings.LastIndexByte(addr, '@')
	if domain, err := asciiDomain(addr[at+1:]); err == nil {
		return addr[:at+1] + domain
	}
	return addr
}
