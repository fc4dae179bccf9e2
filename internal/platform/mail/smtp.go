package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
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

func (c *connection) send(ctx context.Context, m *gomail.Msg) error {
	if c.smtp == nil {
		client, err := gomail.NewClient(c.server.host, c.server.opts...)
		if err != nil {
			return err
		}
		conn, err := client.DialToSMTPClientWithContext(ctx)
		if err != nil {
			return fmt.Errorf("reach mail server: %w", err)
		}
		c.client, c.smtp = client, conn
	}
	err := c.client.SendWithSMTPClient(c.smtp, m)
	if err != nil {
		c.close()
	}
	if m.IsDelivered() {
		return nil // the server has it, whatever came after
	}
	return err
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

// refused tells whether the server does not want this mail for good: it does not know
// the recipient, or does not take the text. All else (no connection, no sign-in, a
// sender that it does not like) may be put right by the operator.
func refused(err error) bool {
	e, ok := errors.AsType[*gomail.SendError](err)
	if !ok || e.ErrorCode() < 500 {
		return false
	}
	return e.Reason == gomail.ErrSMTPRcptTo || e.Reason == gomail.ErrSMTPDataClose
}

// letter sets a mail for the wire.
func (s *Service) letter(r row) *gomail.Msg {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(&netmail.Address{Name: s.cfg.FromName, Address: envelope(s.cfg.From)})
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
