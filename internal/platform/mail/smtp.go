package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"plenary/internal/core"
)

// sendTimeout is how long the mail server may take over one mail.
const sendTimeout = 30 * time.Second

// server is how to reach the mail server.
type server struct {
	host string
	opts []gomail.Option
}

func parseServer(address string) (*server, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the address of the mail server cannot be read: want smtp://user:password@host:port") // err holds the password
	}
	sv := &server{host: u.Hostname(), opts: []gomail.Option{gomail.WithTimeout(sendTimeout)}}
	if sv.host == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") {
		return nil, fmt.Errorf("the address of the mail server has scheme %q and host %q: want smtp://host or smtps://host", u.Scheme, sv.host)
	}
	port := 25
	policy := gomail.TLSOpportunistic
	if u.User != nil {
		port = 587
		password, _ := u.User.Password()
		sv.opts = append(sv.opts, gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
		if ip := net.ParseIP(sv.host); sv.host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			policy = gomail.TLSMandatory
		}
	}
	switch tls := u.Query().Get("tls"); tls {
	case "":
	case "mandatory":
		policy = gomail.TLSMandatory
	case "opportunistic":
		policy = gomail.TLSOpportunistic
	case "none":
		policy = gomail.NoTLS
	default:
		return nil, fmt.Errorf("the address of the mail server has tls=%s: want mandatory, opportunistic or none", tls)
	}
	if u.User != nil {
		auth := gomail.SMTPAuthAutoDiscover
		if policy != gomail.TLSMandatory && u.Scheme == "smtp" {
			auth = gomail.SMTPAuthPlainNoEnc // chosen by the address, or on this machine
		}
		sv.opts = append(sv.opts, gomail.WithSMTPAuth(auth))
	}
	if u.Scheme == "smtps" {
		port = 465
		sv.opts = append(sv.opts, gomail.WithSSL())
	} else {
		sv.opts = append(sv.opts, gomail.WithTLSPolicy(policy))
	}
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil {
			return nil, fmt.Errorf("port of the mail server: %w", err)
		}
	}
	sv.opts = append(sv.opts, gomail.WithPort(port))
	if helo := u.Query().Get("helo"); helo != "" {
		sv.opts = append(sv.opts, gomail.WithHELO(helo))
	}
	if _, err := gomail.NewClient(sv.host, sv.opts...); err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	return sv, nil
}

// connection is one conversation with the mail server. It is opened with the first
// mail and again after each error.
type connection struct {
	server *server
	client *gomail.Client
	smtp   *smtp.Client
}

// send hands one letter over. What the server said last comes back, also with an error.
// It takes sendTimeout to reach the server and as long again to tell it everything.
func (c *connection) send(ctx context.Context, from, to string, letter []byte) (said string, err error) {
	if err := c.open(ctx); err != nil {
		return "", err
	}
	said, err = c.hand(from, to, letter)
	if err != nil {
		c.close()
	}
	return said, err
}

// open opens the conversation, or looks whether the one that is open still stands.
func (c *connection) open(ctx context.Context) error {
	if c.smtp != nil {
		err := c.smtp.UpdateDeadline(sendTimeout)
		if err == nil {
			err = c.smtp.Reset()
		}
		if err == nil {
			return nil
		}
		c.close()
	}
	client, err := gomail.NewClient(c.server.host, c.server.opts...)
	if err != nil {
		return fmt.Errorf("reach mail server: %w", err)
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("reach mail server: %w", err)
	}
	c.client, c.smtp = client, conn
	if err := conn.UpdateDeadline(sendTimeout); err != nil {
		c.close()
		return fmt.Errorf("reach mail server: %w", err)
	}
	return nil
}

func (c *connection) hand(from, to string, letter []byte) (string, error) {
	if err := c.smtp.Mail((&netmail.Address{Address: from}).String()); err != nil {
		return "", &answer{"sender", err}
	}
	if err := c.smtp.Rcpt((&netmail.Address{Address: to}).String()); err != nil {
		return "", &answer{"recipient", err}
	}
	w, err := c.smtp.Data()
	if err != nil {
		return "", &answer{"text", err}
	}
	if _, err := w.Write(letter); err != nil {
		return "", &answer{"text", err}
	}
	if err := w.Close(); err != nil {
		return "", &answer{"end", err}
	}
	if d, ok := w.(*smtp.DataCloser); ok {
		return d.ServerResponse(), nil
	}
	return "", nil
}

func (c *connection) close() {
	if c.smtp == nil {
		return
	}
	if c.client.CloseWithSMTPClient(c.smtp) != nil { // a server that is gone hears no goodbye
		_ = c.smtp.Close()
	}
	c.smtp = nil
}

// answer is what the mail server did not like, and when it said so.
type answer struct {
	stage string
	err   error
}

func (a *answer) Error() string { return a.stage + ": " + a.err.Error() }

func (a *answer) Unwrap() error { return a.err }

// refused tells whether the server does not want this mail for good: it does not know
// the recipient, or does not take the text. All else (no connection, no sign-in, a
// sender that it does not like) may be put right by the operator.
func refused(err error) bool {
	a, ok := errors.AsType[*answer](err)
	if !ok || a.stage != "recipient" && a.stage != "end" {
		return false
	}
	return codeOf(err) >= 500
}

// codeOf is the number of a mail server's answer; 0 where it gave none.
func codeOf(err error) int {
	if e, ok := errors.AsType[*textproto.Error](err); ok {
		return e.Code
	}
	return 0
}

// written is a mail as it goes over the wire, signed.
func (s *Service) written(r row) ([]byte, error) {
	var b bytes.Buffer
	if _, err := s.letter(r).WriteTo(&b); err != nil {
		return nil, fmt.Errorf("write mail: %w", err)
	}
	return seal(s.seals, b.Bytes())
}

// letter sets a mail for the wire.
func (s *Service) letter(r row) *gomail.Msg {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(&netmail.Address{Name: s.name(r.Lang), Address: envelope(s.cfg.From)})
	m.ToMailAddress(&netmail.Address{Name: r.ToName, Address: envelope(r.ToAddr)})
	m.Subject(r.Subject)
	m.SetMessageIDWithValue(r.MessageID + "@" + s.host)
	m.SetDateWithValue(core.Machine())
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no holiday answers
	m.SetGenHeader("X-Auto-Response-Suppress", "All")
	m.SetGenHeader("Content-Language", r.Lang)
	switch {
	case strings.HasPrefix(r.Unsubscribe, "https:") && m.SetListUnsubscribeOneClick(r.Unsubscribe) == nil:
	case r.Unsubscribe != "":
		m.SetListUnsubscribe(r.Unsubscribe)
	}
	m.SetBodyString(gomail.TypeTextPlain, r.Text)
	if r.HTML != "" {
		m.AddAlternativeString(gomail.TypeTextHTML, r.HTML)
	}
	if r.Calendar != "" {
		kind := gomail.ContentType("text/calendar; charset=utf-8; method=" + method(r.Calendar))
		// What is read from memory cannot fail.
		_ = m.AttachReader("programme.ics", strings.NewReader(r.Calendar), gomail.WithFileContentType(kind))
	}
	return m
}

// method is what an iCalendar object says that is to be done with it.
func method(calendar string) string {
	for line := range strings.Lines(calendar) {
		if m, ok := strings.CutPrefix(line, "METHOD:"); ok {
			return strings.TrimSpace(m)
		}
	}
	return "PUBLISH"
}
