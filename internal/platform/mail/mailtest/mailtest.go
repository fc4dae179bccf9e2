// Package mailtest is a mail server on this machine for tests: it takes real mails by
// real SMTP and hands them to the test. Some recipients it does not like.
package mailtest

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Mail is one mail that the server has taken, read as a mail program reads it.
type Mail struct {
	From, To string // of the envelope
	Header   mail.Header
	Subject  string
	Text     string
	HTML     string
	Raw      []byte // as it came over the wire
}

// Link returns the first address of a web page in the text.
func (m Mail) Link() string { return webAddress.FindString(m.Text) }

var webAddress = regexp.MustCompile(`https?://\S+`)

// Server is the mail server. Recipients that begin with "gone" are refused for good;
// those that begin with "later" are refused for now, as often as Later says.
type Server struct {
	// User and Password must be given by who sends, if they are not empty.
	User, Password string

	tb       testing.TB
	listener net.Listener
	mu       sync.Mutex
	mails    []Mail
	later    int
	slow     time.Duration
	arrived  chan struct{}
}

// Start starts a server that ends with the test.
func Start(tb testing.TB) *Server {
	tb.Helper()
	l, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s := &Server{tb: tb, listener: l, later: 1, arrived: make(chan struct{}, 1)}
	srv := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{s: s}, nil }))
	srv.Domain, srv.AllowInsecureAuth = "mail.test", true
	srv.ReadTimeout, srv.WriteTimeout = 10*time.Second, 10*time.Second
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = srv.Serve(l) // it ends when it is closed
	}()
	tb.Cleanup(func() {
		_ = srv.Close()
		<-done
	})
	return s
}

// URL is the address of the server for mail.Config.SMTP.
func (s *Server) URL() string {
	u := url.URL{Scheme: "smtp", Host: s.listener.Addr().String(), RawQuery: "tls=none"}
	if s.User != "" {
		u.User = url.UserPassword(s.User, s.Password)
	}
	return u.String()
}

// Later says how often recipients that begin with "later" are refused from now on.
func (s *Server) Later(times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.later = times
}

// Slow says how long the server thinks about each mail from now on.
func (s *Server) Slow(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slow = d
}

// Mails are the mails taken so far.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mails...)
}

// Wait returns the n-th mail (from 1); it waits for it up to ten seconds.
func (s *Server) Wait(n int) Mail {
	s.tb.Helper()
	timeout := time.After(10 * time.Second)
	for {
		if got := s.Mails(); len(got) >= n {
			return got[n-1]
		}
		select {
		case <-s.arrived:
		case <-timeout:
			s.tb.Fatalf("mail %d did not come within ten seconds; %d came", n, len(s.Mails()))
		}
	}
}

type session struct {
	s        *Server
	from, to string
	known    bool
}

func (x *session) AuthMechanisms() []string {
	if x.s.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (x *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != x.s.User || password != x.s.Password {
			return smtp.ErrAuthFailed
		}
		x.known = true
		return nil
	}), nil
}

func (x *session) Reset()        { x.from, x.to = "", "" }
func (x *session) Logout() error { return nil }

func (x *session) Mail(from string, _ *smtp.MailOptions) error {
	if x.s.User != "" && !x.known {
		return smtp.ErrAuthRequired
	}
	x.from = from
	return nil
}

func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	switch {
	case strings.HasPrefix(to, "gone"):
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "there is no such person"}
	case strings.HasPrefix(to, "later") && x.s.later > 0:
		x.s.later--
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "come back later"}
	}
	x.to = to
	return nil
}

func (x *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := read(raw)
	if err != nil {
		x.s.tb.Errorf("a mail that cannot be read: %v\n%s", err, raw)
		return err
	}
	m.From, m.To, m.Raw = x.from, x.to, raw
	x.s.mu.Lock()
	slow := x.s.slow
	x.s.mu.Unlock()
	time.Sleep(slow)
	x.s.mu.Lock()
	x.s.mails = append(x.s.mails, m)
	x.s.mu.Unlock()
	select {
	case x.s.arrived <- struct{}{}:
	default:
	}
	return nil
}

func read(raw []byte) (Mail, error) {
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Mail{}, err
	}
	m := Mail{Header: msg.Header}
	if m.Subject, err = new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject")); err != nil {
		return m, err
	}
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil {
		return m, err
	}
	if !strings.HasPrefix(kind, "multipart/") {
		return m, m.take(kind, msg.Header.Get("Content-Transfer-Encoding"), msg.Body)
	}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return m, err
		}
		kind, _, err := mime.ParseMediaType(p.Header.Get("Content-Type"))
		if err != nil {
			return m, err
		}
		if err := m.take(kind, p.Header.Get("Content-Transfer-Encoding"), p); err != nil {
			return m, err
		}
	}
}

func (m *Mail) take(kind, encoding string, body io.Reader) error {
	if strings.EqualFold(encoding, "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	b, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	text := strings.ReplaceAll(string(b), "\r\n", "\n")
	switch kind {
	case "text/plain":
		m.Text = text
	case "text/html":
		m.HTML = text
	default:
		return errors.New("a part of type " + kind)
	}
	return nil
}
