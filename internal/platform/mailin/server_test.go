package mailin

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"math/big"
	"net"
	"net/smtp"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"

	"plenary/internal/core"
)

type inbox struct {
	mu     sync.Mutex
	tokens []string
	mails  []Message
	err    error
}

func (b *inbox) take(_ context.Context, m Message, token string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return b.err
	}
	b.tokens, b.mails = append(b.tokens, token), append(b.mails, m)
	return nil
}

func start(t *testing.T, cfg ServerConfig) (addr string, b *inbox) {
	t.Helper()
	b = &inbox{}
	router := NewRouter(slog.New(slog.DiscardHandler), "forum.example", "Forum2.Example.")
	router.Handle("comment", b.take)
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- NewServer(router, slog.New(slog.DiscardHandler), cfg).Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String(), b
}

const letter = "From: Ana <ana@example.org>\r\nTo: comment+R7x@forum.example\r\nSubject: p3\r\nMessage-ID: <1@example.org>\r\n\r\nI agree.\r\n"

func code(t *testing.T, err error) int {
	t.Helper()
	if err == nil {
		return 250
	}
	var e *textproto.Error
	if !errors.As(err, &e) {
		t.Fatalf("not an answer of the server: %v", err)
	}
	return e.Code
}

// TestServer takes mail over a real connection, for our addresses only.
func TestServer(t *testing.T) { // E141
	addr, b := start(t, ServerConfig{})
	send := func(to ...string) error {
		return smtp.SendMail(addr, nil, "ana@example.org", to, []byte(letter))
	}
	if err := send("comment+R7x@forum.example", "Comment+r8@FORUM2.example"); err != nil {
		t.Fatal(err)
	}
	if len(b.mails) != 2 || b.tokens[0] != "R7x" || b.tokens[1] != "r8" || b.mails[0].Text != "I agree." || b.mails[0].From != "ana@example.org" || b.mails[0].MessageID != "1@example.org" {
		t.Errorf("%+v %v", b.mails, b.tokens)
	}
	for _, to := range []string{
		"comment+R7x@elsewhere.example", "nobody@forum.example", "comment@forum.example", "other+R7x@forum.example", "comment+R7x%elsewhere.example@other.example",
		"@elsewhere.example:comment+x@forum.example.org", "comment+a/b@forum.example",
	} {
		if got := code(t, send(to)); got < 500 {
			t.Errorf("%s is answered %d", to, got)
		}
	}
	if len(b.mails) != 2 {
		t.Error("mail for nobody was taken")
	}
}

// TestNothingLost: what cannot be stored is not acknowledged; what can never be is
// refused for good.
func TestNothingLost(t *testing.T) {
	addr, b := start(t, ServerConfig{})
	send := func(raw string) int {
		return code(t, smtp.SendMail(addr, nil, "ana@example.org", []string{"comment+R7x@forum.example"}, []byte(raw)))
	}
	for _, c := range []struct {
		err  error
		want int
	}{{errors.New("disk full"), 451}, {&core.Error{Kind: core.KindLimited}, 451}, {core.NotFound(), 550}, {core.Invalid("x"), 550}, {core.Conflict("x"), 550}, {nil, 250}} {
		b.err = c.err
		if got := send(letter); got != c.want {
			t.Errorf("%v is answered %d, not %d", c.err, got, c.want)
		}
	}
	if got := send("Just words without a header\r\nand more\r\n"); got != 554 {
		t.Error(got)
	}
	if got := send(strings.Repeat("Received: from a by b\r\n", 60) + letter); got != 554 {
		t.Error(got)
	}
	if got := send(letter + strings.Repeat(strings.Repeat("x", 900)+"\r\n", MaxBytes/900)); got != 552 {
		t.Error(got)
	}
	if len(b.mails) != 1 {
		t.Errorf("%d were taken", len(b.mails))
	}
}

// TestBounce: the empty sender of an envelope makes a mail automatic.
func TestBounce(t *testing.T) {
	addr, b := start(t, ServerConfig{})
	if err := smtp.SendMail(addr, nil, "", []string{"comment+R7x@forum.example"}, []byte(letter)); err != nil {
		t.Fatal(err)
	}
	if !b.mails[0].Auto {
		t.Error("a bounce is taken for a person's mail")
	}
}

// TestRate: one address cannot send without end, nor hold many connections.
func TestRate(t *testing.T) {
	addr, b := start(t, ServerConfig{PerMinute: 1}) // times 20 on this machine
	later := 0
	for range 25 {
		if code(t, smtp.SendMail(addr, nil, "ana@example.org", []string{"comment+R7x@forum.example"}, []byte(letter))) == 451 {
			later++
		}
	}
	if len(b.mails) < 20 || len(b.mails) > 21 || later != 25-len(b.mails) {
		t.Errorf("%d taken, %d put off", len(b.mails), later)
	}
	refused := 0
	for range maxFromOne + 3 {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		line := make([]byte, 512)
		_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
		n, _ := c.Read(line)
		// The session begins with the greeting of the client.
		if _, err := c.Write([]byte("EHLO x\r\n")); err == nil {
			n, _ = c.Read(line)
		}
		if strings.HasPrefix(string(line[:n]), "421") {
			refused++
		}
	}
	if refused < 3 || refused > 5 { // one of the senders may still be hanging up
		t.Errorf("%d connections were refused", refused)
	}
}

// TestStartTLS: with a certificate the connection can be encrypted.
func TestStartTLS(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cert := x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"forum.example"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, &cert, &cert, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	addr, b := start(t, ServerConfig{TLS: &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}})
	c, err := smtp.Dial(addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.StartTLS(&tls.Config{InsecureSkipVerify: true}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.Mail("ana@example.org"), c.Rcpt("comment+R7x@forum.example")); err != nil {
		t.Fatal(err)
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write([]byte(letter))
	if err := errors.Join(w.Close(), c.Quit()); err != nil || len(b.mails) != 1 {
		t.Error(err, len(b.mails))
	}
}

// TestDeliver is the way of a pipe: recipients are those of the message.
func TestDeliver(t *testing.T) {
	b := &inbox{}
	router := NewRouter(slog.New(slog.DiscardHandler), "forum.example")
	router.Handle("comment", b.take)
	if err := router.Deliver(t.Context(), "ana@example.org", nil, []byte(letter)); err != nil || len(b.mails) != 1 || b.tokens[0] != "r7x" {
		t.Error(err, b.tokens)
	}
	err := router.Deliver(t.Context(), "ana@example.org", nil, []byte("From: a@b.c\nTo: x@y.z\n\nHi"))
	if !errors.Is(err, ErrUnknown) || Temporary(err) {
		t.Error(err)
	}
	router.Handle("comment", func(context.Context, Message, string) error { panic("oh") })
	if err := router.Deliver(t.Context(), "ana@example.org", nil, []byte(letter)); !Temporary(err) {
		t.Error(err)
	}
	if a := router.Address("comment", "R7x"); a != "comment+R7x@forum.example" || !router.Takes(a) {
		t.Error(a)
	}
	if a := NewRouter(slog.New(slog.DiscardHandler)).Address("comment", "x"); a != "" {
		t.Error(a)
	}
}
