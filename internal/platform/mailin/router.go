package mailin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"plenary/internal/core"
)

// Handler takes one message for one of its addresses; token is what stands in the
// address behind the plus sign, as the sender's server wrote it. It returns once the
// message is stored, and may be given the same one again. An error of the kinds that the
// sender can do something about (not found, invalid, forbidden, conflict, too large)
// refuses the message for good; after any other the sender's server tries again later.
type Handler func(ctx context.Context, m Message, token string) error

// Router knows which addresses are ours and who handles them.
type Router struct {
	log      *slog.Logger
	domains  []string
	handlers map[string]Handler
}

// NewRouter makes a router for addresses at these domains.
func NewRouter(log *slog.Logger, domains ...string) *Router {
	r := &Router{log: log, handlers: map[string]Handler{}}
	for _, d := range domains {
		if d = strings.ToLower(strings.Trim(d, ". ")); d != "" && !slices.Contains(r.domains, d) {
			r.domains = append(r.domains, d)
		}
	}
	return r
}

// Handle has a handler take the mail to prefix+TOKEN at our domains.
func (r *Router) Handle(prefix string, h Handler) { r.handlers[strings.ToLower(prefix)] = h }

// Domain is the first of our domains, empty if there is none.
func (r *Router) Domain() string {
	if len(r.domains) == 0 {
		return ""
	}
	return r.domains[0]
}

// Address is the address of a token: "comment+x7@forum.example". Without a domain it is
// empty: then no mail comes in.
func (r *Router) Address(prefix, token string) string {
	if r.Domain() == "" || !tokenOK(token) {
		return ""
	}
	return prefix + "+" + token + "@" + r.Domain()
}

// find takes an address apart and finds its handler.
func (r *Router) find(address string) (h Handler, token string, ok bool) {
	local, domain, ok := cutLast(strings.Trim(strings.TrimSpace(address), "<>"), "@")
	if !ok || !slices.Contains(r.domains, strings.ToLower(strings.Trim(domain, "."))) {
		return nil, "", false
	}
	prefix, token, _ := strings.Cut(strings.Trim(local, `"`), "+")
	h, ok = r.handlers[strings.ToLower(prefix)]
	return h, token, ok && tokenOK(token)
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func tokenOK(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for _, c := range s {
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}

// Takes tells whether mail to an address is taken.
func (r *Router) Takes(address string) bool { _, _, ok := r.find(address); return ok }

// ErrUnknown is for mail to nobody here.
var ErrUnknown = errors.New("mailin: there is nobody of this address here")

// ErrLoop is for a message that has been through too many servers.
var ErrLoop = errors.New("mailin: this message goes in circles")

// maxHops is how many servers a message may have been through.
const maxHops = 50

// Deliver hands a raw message to the handlers of its recipients. Where recipients is
// empty, those named in the message count. from is the sender of the envelope; empty
// means a bounce. It returns nil when all of them have stored it. Temporary tells whether
// an error passes.
func (r *Router) Deliver(ctx context.Context, from string, recipients []string, raw []byte) error {
	m, err := Parse(raw)
	if err != nil {
		return err
	}
	if hops(raw) > maxHops {
		return ErrLoop
	}
	if from == "" || from == "<>" {
		m.Auto = true
	}
	if len(recipients) == 0 {
		recipients = slices.DeleteFunc(slices.Clone(m.To), func(a string) bool { return !r.Takes(a) })
	}
	if len(recipients) == 0 {
		return ErrUnknown
	}
	var errs []error
	seen := map[string]bool{}
	for _, to := range recipients {
		h, token, ok := r.find(to)
		if !ok {
			errs = append(errs, fmt.Errorf("%w: %s", ErrUnknown, to))
			continue
		}
		if key := strings.ToLower(to); !seen[key] {
			seen[key] = true
			if err := r.handle(ctx, h, m, token); err != nil {
				r.log.Warn("mail not taken", "to", to, "message", m.MessageID, "error", err)
				errs = append(errs, err)
			}
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	for _, n := range m.Notes {
		r.log.Info("mail read in part", "message", m.MessageID, "note", n)
	}
	return nil
}

// handle keeps a handler that panics from ending the program: the message stays with
// its sender's server.
func (*Router) handle(ctx context.Context, h Handler, m Message, token string) (err error) {
	defer func() {
		if x := recover(); x != nil {
			err = fmt.Errorf("mailin: the handler panicked: %v", x)
		}
	}()
	return h(ctx, m, token)
}

func hops(raw []byte) int {
	head, _, _ := divide(raw)
	n := 0
	for l := range strings.Lines(string(head)) {
		if len(l) > 9 && strings.EqualFold(l[:9], "Received:") {
			n++
		}
	}
	return n
}

// Temporary tells whether a message that was not taken may be taken later. Of several
// recipients one is enough.
func Temporary(err error) bool {
	if err == nil {
		return false
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		return slices.ContainsFunc(many.Unwrap(), Temporary)
	}
	for _, e := range []error{ErrNotMail, ErrTooLarge, ErrUnknown, ErrLoop} {
		if errors.Is(err, e) {
			return false
		}
	}
	switch core.KindOf(err) {
	case core.KindNotFound, core.KindInvalid, core.KindForbidden, core.KindConflict, core.KindTooLarge, core.KindSignIn:
		return false
	}
	return true
}
