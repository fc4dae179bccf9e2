// Package mail sends mail. What is to be sent is written into an outbox inside the
// act that causes it, so that a mail goes out if and only if the act stands; a sender
// takes it from there to the mail server, again and again until the server has it or
// refuses it for good. A demo without a mail server catches its mail and shows it.
package mail

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// State says how far a mail has come.
type State string

// States of a mail.
const (
	Queued State = "queued" // waits to be sent
	Sent   State = "sent"   // the mail server has taken it
	Failed State = "failed" // the mail server does not want it, or it came too late
	Held   State = "held"   // no mail server is set; it is queued as soon as one is
	Caught State = "caught" // a demo without a mail server keeps it to be looked at

	Stopped   State = "stopped"   // the staff holds this one; people see it as held
	Bounced   State = "bounced"   // it was sent, and came back
	Cancelled State = "cancelled" // the staff does not want it to be sent
)

// Message is a mail to one recipient.
type Message struct {
	// ID is stable and unique: made of what causes the mail and for whom, like the
	// event's id and the recipient's. The same ID is sent once, however often it is
	// queued, and becomes the Message-ID.
	ID string
	// Kind names the reason of the mail: "sign_in", "report_due".
	Kind string
	// To is the address; ToName may be empty.
	To, ToName string
	// Lang is the language of Subject and Text.
	Lang    string
	Subject string
	Text    string
	// HTML may stand beside Text for readers who prefer it.
	HTML string
	// Calendar is an iCalendar object that goes with the mail (RFC 6047); its METHOD says
	// what the recipient's program does with it.
	Calendar string
	// Ref is for mails whose text is written when they are sent (Service.Late).
	Ref string
	// Unsubscribe is the full address of a page of this forum where the recipient ends
	// mails of this kind. With https it must also end them when it gets a POST of
	// "List-Unsubscribe=One-Click" (RFC 8058). Mails that a person has asked for herself
	// leave it empty.
	Unsubscribe string
	// Urgent mails go before all others: somebody waits for them at a screen.
	Urgent bool
	// Useful is how long the mail is of any use; after that it is not sent. 0: always.
	Useful time.Duration
}

// Config is what the service is told from outside.
type Config struct {
	// SMTP is the mail server: smtp://user:password@host:587, smtps://host:465. Without
	// it nothing is sent (see State). smtp:// takes ?tls=mandatory, opportunistic or
	// none; by default TLS is mandatory where a password is sent to another machine.
	SMTP string
	// From is the sender's address; Name the name beside it, that of the forum in a language.
	// It may change while the program runs.
	From string
	Name func(lang string) string
	// Bounces is the address to which mails come back, each at an address of its own behind a
	// plus sign: bounce@forum.example. Empty: to From.
	Bounces string
	// DKIM says with what mails are signed.
	DKIM Signing
	// BaseURL is the canonical address of the forum, without a slash at the end.
	BaseURL string
	// Demo shows the mail catcher.
	Demo bool
	// Log takes what the sender has to say. Without it slog.Default does.
	Log *slog.Logger
}

// Composer writes the text of a mail inside the write that takes it out of the
// outbox. An error means that the mail has lost its purpose: it is not sent.
type Composer func(ctx context.Context, tx *record.Tx, m Message) (Message, error)

// Service is the outbox and its sender.
type Service struct {
	rec     *record.Record
	catalog *i18n.Catalog
	cfg     Config
	server  *server // nil: nothing is sent
	seals   []Seal
	key     func(context.Context) ([]byte, error)

	bounceName, bounceDomain string

	host   string // right side of Message-IDs
	late   map[string]Composer
	closed []string // how kinds begin that are nobody's business
	wake   chan struct{}
	now    func() time.Time // the machine's: retries and leases are no matter of forums

	texts   *wordings
	readers Readers
	classes map[string]Class
	tries   *web.Limiter

	leaseFor, renewAfter time.Duration
}

// New makes the service. Its error says what is wrong with the configuration. Nothing
// is sent before Run.
func New(rec *record.Record, catalog *i18n.Catalog, cfg Config) (*Service, error) {
	s := &Service{
		rec: rec, catalog: catalog, cfg: cfg, host: "localhost", late: map[string]Composer{},
		wake: make(chan struct{}, 1), now: core.Machine, leaseFor: leaseFor, renewAfter: renewAfter,
	}
	if u, err := url.Parse(cfg.BaseURL); err == nil && u.Hostname() != "" {
		s.host = u.Hostname()
	}
	if s.cfg.Log == nil {
		s.cfg.Log = slog.Default()
	}
	if s.cfg.From == "" {
		s.cfg.From = "no-reply@" + s.host
	}
	addr, _, err := Address(s.cfg.From)
	if err != nil {
		return nil, fmt.Errorf("sender of mails %q: %w", s.cfg.From, err)
	}
	s.cfg.From = addr
	if s.bounceName, s.bounceDomain, err = readBounces(cfg.Bounces); err != nil {
		return nil, err
	}
	s.late[testMail] = s.writeTest
	if s.seals, err = cfg.DKIM.Seals(addr); err != nil {
		return nil, err
	}
	s.texts = newWordings(rec, catalog, s.cfg.Log)
	s.tries = web.NewLimiter(time.Minute, 10)
	if cfg.SMTP != "" {
		if s.server, err = parseServer(cfg.SMTP); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Late says who writes the text of mails of a kind at the moment when they are sent:
// for texts that hold a secret, so that it never lies in the database. It is used
// while the program is wired. A demo without a mail server has the text written at
// once, because it shows it.
func (s *Service) Late(kind string, fn Composer) { s.late[kind] = fn }

// Catches tells whether mails are caught instead of sent.
func (s *Service) Catches() bool { return s.server == nil && s.cfg.Demo }

// arrival is the state of a mail that is queued now.
func (s *Service) arrival() State {
	switch {
	case s.server != nil:
		return Queued
	case s.cfg.Demo:
		return Caught
	}
	return Held
}
