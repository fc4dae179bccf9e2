// Package fetch gets a file from an address that a person typed, or posts to one. The server stands in
// networks that the person does not: so every connection is looked at where it is made,
// after names were resolved, and those to networks of the house are refused.
package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// Limits of a fetch.
const (
	Largest       = 8 << 20 // bytes, after they were unpacked
	mostRedirects = 3
	dialTime      = 5 * time.Second
	headTime      = 15 * time.Second
	wholeTime     = 30 * time.Second
)

// Reasons why a fetch fails.
const (
	BadAddress  = "address"     // neither http nor https, no host, or with a name and password
	Private     = "private"     // it leads into a network that is refused
	Redirects   = "redirects"   // it leads on more often than is followed
	Unreachable = "unreachable" // nobody answers, or not in time
	BadStatus   = "status"      // the server answers with something else than the file
	TooLarge    = "large"
)

// Error says why a fetch failed. Its text holds no address: that may carry a token.
type Error struct {
	Reason string
	Status int // with BadStatus
	Err    error
}

func (e *Error) Error() string {
	switch {
	case e.Status != 0:
		return fmt.Sprintf("fetch: %s %d", e.Reason, e.Status)
	case e.Err != nil:
		return "fetch: " + e.Reason + ": " + e.Err.Error()
	}
	return "fetch: " + e.Reason
}

func (e *Error) Unwrap() error { return e.Err }

// File is what an address gave.
type File struct {
	Same     bool // not changed since; Data is empty
	Data     []byte
	Type     string // Content-Type without its parameters
	ETag     string
	Modified string  // Last-Modified
	From     url.URL // after redirects
}

// Known is what the last fetch of the address said of the file.
type Known struct{ ETag, Modified string }

// Fetcher gets files. Its zero value is not used: see New.
type Fetcher struct {
	client *http.Client
	agent  string
	limit  int64
}

// New makes a fetcher that names itself with agent and connects where allow says so;
// nil allows the public internet only.
func New(agent string, allow func(netip.AddrPort) bool) *Fetcher {
	if allow == nil {
		allow = func(a netip.AddrPort) bool { return Public(a.Addr()) }
	}
	dialer := &net.Dialer{Timeout: dialTime, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !allow(netip.AddrPortFrom(at.Addr().Unmap(), at.Port())) {
			return &Error{Reason: Private}
		}
		return nil
	}}
	return &Fetcher{agent: agent, limit: Largest, client: &http.Client{
		Timeout: wholeTime,
		Transport: &http.Transport{ // no proxy: it would connect in our place
			DialContext: dialer.DialContext, TLSHandshakeTimeout: dialTime, ResponseHeaderTimeout: headTime, DisableKeepAlives: true,
			ForceAttemptHTTP2: true, MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > mostRedirects {
				return &Error{Reason: Redirects}
			}
			_, err := Address(r.URL.String())
			return err
		},
	}}
}

// Anywhere allows every address that a machine can have: for forums whose sources stand
// in the same network, and for tests.
func Anywhere(a netip.AddrPort) bool {
	ip := a.Addr()
	return ip.IsValid() && !ip.IsUnspecified() && !ip.IsMulticast()
}

// special are networks beyond those that netip knows to be no part of the public internet,
// and those in which an address of any other one may hide.
var special = func() (out []netip.Prefix) {
	for _, s := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}()

// Public tells whether an address belongs to the public internet.
func Public(ip netip.Addr) bool {
	ip = ip.Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.Zone() != "" {
		return false
	}
	for _, p := range special {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

// Address reads an address that may be fetched: http or https with a host, and without a
// name and password.
func Address(s string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil {
		return nil, &Error{Reason: BadAddress} // its text would hold the address
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Opaque != "" {
		return nil, &Error{Reason: BadAddress}
	}
	u.Fragment = ""
	return u, nil
}

// Get gets the file at an address, at most Largest bytes of it; Same where it is as it was
// known. Errors are *Error.
func (f *Fetcher) Get(ctx context.Context, address string, known Known) (*File, error) {
	u, err := Address(address)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, &Error{Reason: BadAddress}
	}
	req.Header.Set("User-Agent", f.agent)
	req.Header.Set("Accept", "application/json, application/xml, text/xml, text/calendar, text/csv;q=0.9, */*;q=0.5")
	if known.ETag != "" {
		req.Header.Set("If-None-Match", known.ETag)
	}
	if known.Modified != "" {
		req.Header.Set("If-Modified-Since", known.Modified)
	}
	res, err := f.client.Do(req)
	if err != nil {
		return nil, failed(err)
	}
	defer func() { _ = res.Body.Close() }() // it was only read
	file := &File{ETag: res.Header.Get("ETag"), Modified: res.Header.Get("Last-Modified"), From: *res.Request.URL}
	file.Type, _, _ = strings.Cut(strings.ToLower(res.Header.Get("Content-Type")), ";")
	file.Type = strings.TrimSpace(file.Type)
	switch {
	case res.StatusCode == http.StatusNotModified && known != Known{}:
		file.Same = true
		return file, nil
	case res.StatusCode != http.StatusOK:
		return nil, &Error{Reason: BadStatus, Status: res.StatusCode}
	case res.ContentLength > f.limit:
		return nil, &Error{Reason: TooLarge}
	}
	if file.Data, err = io.ReadAll(io.LimitReader(res.Body, f.limit+1)); err != nil {
		return nil, failed(err)
	}
	if int64(len(file.Data)) > f.limit {
		return nil, &Error{Reason: TooLarge}
	}
	return file, nil
}

// Reply is what an address answered to what was posted to it.
type Reply struct {
	Status     int
	Body       string // its beginning
	RetryAfter string
}

// Limits of a post.
const (
	postTime   = 15 * time.Second
	replyStart = 2 << 10 // bytes of an answer that are read
)

// Post posts a body to an address and gives the answer, whatever its status; a redirect is
// an answer like any other. Errors are *Error.
func (f *Fetcher) Post(ctx context.Context, address string, header http.Header, body []byte) (*Reply, error) {
	u, err := Address(address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, postTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, &Error{Reason: BadAddress}
	}
	for name, values := range header {
		req.Header[name] = values
	}
	req.Header.Set("User-Agent", f.agent)
	stays := *f.client
	stays.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := stays.Do(req)
	if err != nil {
		return nil, failed(err)
	}
	defer func() { _ = res.Body.Close() }() // it was only read
	start, err := io.ReadAll(io.LimitReader(res.Body, replyStart))
	if err != nil {
		return nil, failed(err)
	}
	return &Reply{Status: res.StatusCode, Body: string(start), RetryAfter: res.Header.Get("Retry-After")}, nil
}

// failed is why nothing came, without the address, which net/http puts into its errors.
func failed(err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return &Error{Reason: e.Reason, Status: e.Status}
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	return &Error{Reason: Unreachable, Err: err}
}
