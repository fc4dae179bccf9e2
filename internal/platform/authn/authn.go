// Package authn knows accounts, what they are granted, and their sessions. People
// sign in with a link that is mailed to them; there are no passwords. A person is
// only an id here; who she is, the forum's rooms know.
package authn

import (
	"log/slog"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// Account is somebody who can sign in. Its e-mail address is personal: pages show it
// to the staff and to the person herself only.
type Account struct {
	bun.BaseModel `bun:"table:accounts,alias:a" json:"-"`

	ID        core.ID      `bun:"id,pk" json:"id"`
	Email     string       `bun:"email" json:"email"`
	EmailKey  string       `bun:"email_key" json:"-"` // mail.Address
	Name      string       `bun:"name" json:"account_name"`
	NameKey   string       `bun:"name_key" json:"-"`
	Lang      string       `bun:"lang" json:"account_lang"` // of mails
	Zone      string       `bun:"zone" json:"account_zone"`
	Person    core.ID      `bun:"person" json:"person"` // empty until it is linked
	DemoRole  string       `bun:"demo_role" json:"-"`
	DemoAbout string       `bun:"demo_about" json:"-"`
	Disabled  bool         `bun:"disabled" json:"disabled"`
	Into      core.ID      `bun:"merged_into" json:"-"` // the account that this one became part of
	Created   core.Instant `bun:"created" json:"created"`
	Version   int64        `bun:"version" json:"version"`

	Grants []core.Grant `bun:"-" json:"grants"`
	// Keys are those of all its addresses (mail.Address), where they were asked for.
	Keys []string `bun:"-" json:"-"`
}

// Actor is who acts when the account acts. Programs use it for what a person has sent
// otherwise than by a page.
func (a Account) Actor() core.Actor {
	return core.Actor{Account: a.ID, Person: a.Person, Name: a.Name, Grants: a.Grants}
}

// State is the state of the account for the policy.
func (a Account) State() string {
	switch {
	case a.Merged():
		return StateMerged
	case a.Disabled:
		return StateClosed
	}
	return StateOpen
}

// How long things hold. Sessions hold so long after they were last seen.
const (
	sessionFor = 30 * 24 * time.Hour
	linkFor    = 30 * time.Minute
	parkFor    = 24 * time.Hour
	seenEvery  = 10 * time.Minute
	freshFor   = 10 * time.Minute // what a proof of who she is is good for
)

// Config is what the service is told from outside.
type Config struct {
	// BaseURL is the canonical address of the forum, without a slash at the end. With
	// https session cookies are only sent over TLS.
	BaseURL string
	// Demo opens the pages below /demo: signing in as a demo person, moving the clock.
	Demo bool
	// DemoStart is where the clock goes "back to the start"; without it, the instant at
	// which the service was made. DemoZone is the zone in which the demo tells time.
	DemoStart core.Instant
	DemoZone  string
	// Providers are where else people may sign in.
	Providers []Provider
	// Log takes what cannot be told to anybody. Without it slog.Default does.
	Log *slog.Logger
}

// Service holds accounts, grants and sessions.
type Service struct {
	rec    *record.Record
	mailer *mail.Service
	cfg    Config
	seen   memory
	now    func() time.Time // the machine's clock: sessions are no matter of forums

	keys    *webauthn.WebAuthn // nil where there are no passkeys
	remotes []*remote          // where else people sign in

	perEmail, perNetwork, perAccount, perStaff, guesses *web.Limiter

	parkRoom int64
}

// New makes the service and tells the mailer how links to sign in are written.
func New(rec *record.Record, mailer *mail.Service, cfg Config) *Service {
	s := &Service{
		rec: rec, mailer: mailer, cfg: cfg, now: core.Machine, parkRoom: parkRoom,
		// A person asks again when the mail is slow; a whole conference may sit behind
		// one network address.
		perEmail: web.NewLimiter(5*time.Minute, 5), perNetwork: web.NewLimiter(3*time.Second, 100),
		// What she asks to have mailed elsewhere is no business of hers too often.
		perAccount: web.NewLimiter(10*time.Minute, 5), perStaff: web.NewLimiter(10*time.Second, 100),
		guesses: web.NewLimiter(time.Minute, 20),
	}
	if s.cfg.Log == nil {
		s.cfg.Log = slog.Default()
	}
	if s.cfg.DemoStart.IsZero() {
		s.cfg.DemoStart = rec.Clock.Instant()
	}
	if s.cfg.DemoZone == "" {
		s.cfg.DemoZone = "UTC"
	}
	s.keys, s.remotes = newKeys(cfg.BaseURL, s.site()), newRemotes(cfg.Providers, cfg.BaseURL)
	for _, kind := range []string{linkMail, addressMail, invitationMail, rescueMail, rescueStopMail} {
		mailer.Late(kind, s.writeLink)
	}
	mailer.UseReaders(readers{s})
	rec.OnSignal(sessionsMoved, s.seen.forget)
	return s
}

func (s *Service) secure() bool { return strings.HasPrefix(s.cfg.BaseURL, "https:") }
