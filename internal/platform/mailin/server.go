package mailin

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
	"golang.org/x/time/rate"

	"plenary/internal/core"
)

// ServerConfig says how the listener behaves. Zero values are the usual ones.
type ServerConfig struct {
	Name      string      // how the server names itself; the router's domain unless given
	TLS       *tls.Config // certificates for STARTTLS; without them there is none
	PerMinute int         // messages from one address, 30
	Wait      time.Duration
}

// Server takes mail over SMTP for the addresses of a router, and for no others: it
// never passes mail on.
type Server struct {
	router *Router
	cfg    ServerConfig
	log    *slog.Logger
	smtp   *smtp.Server

	mu    sync.Mutex
	peers map[netip.Addr]*peer
}

// peer is an address that sends mail.
type peer struct {
	limit *rate.Limiter
	open  int
}

const (
	maxRecipients  = 20
	maxConnections = 200
	maxFromOne     = 10
	storeTime      = time.Minute
)

// NewServer makes a server; Serve starts it.
func NewServer(router *Router, log *slog.Logger, cfg ServerConfig) *Server {
	if cfg.PerMinute == 0 {
		cfg.PerMinute = 30
	}
	if cfg.Wait == 0 {
		cfg.Wait = time.Minute
	}
	if cfg.Name == "" {
		cfg.Name = router.Domain()
	}
	s := &Server{router: router, cfg: cfg, log: log, peers: map[netip.Addr]*peer{}}
	s.smtp = smtp.NewServer(smtp.BackendFunc(s.session))
	s.smtp.Domain = cfg.Name
	s.smtp.MaxMessageBytes = MaxBytes
	s.smtp.MaxRecipients = maxRecipients
	s.smtp.MaxLineLength = 8000
	s.smtp.ReadTimeout, s.smtp.WriteTimeout = cfg.Wait, cfg.Wait
	s.smtp.EnableSMTPUTF8 = true
	s.smtp.TLSConfig = cfg.TLS
	s.smtp.ErrorLog = quiet{log}
	return s
}

// quiet writes what the protocol's library complains about where it does not disturb.
type quiet struct{ log *slog.Logger }

func (q quiet) Printf(format string, v ...any) {
	q.log.Debug("smtp", "message", fmt.Sprintf(format, v...))
}
func (q quiet) Println(v ...any) { q.log.Debug("smtp", "message", fmt.Sprint(v...)) }

// Serve takes mail on a listener until ctx ends; messages on their way in are finished.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	done := make(chan error, 1)
	go func() { done <- s.smtp.Serve(l) }()
	select {
	case err := <-done:
		return fmt.Errorf("take mail on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := s.smtp.Shutdown(end); err != nil {
		_ = s.smtp.Close() // whoever is still connected tries again
	}
	if err := <-done; err != nil && !errors.Is(err, smtp.ErrServerClosed) {
		return fmt.Errorf("take mail on %s: %w", l.Addr(), err)
	}
	return nil
}

func refuse(code, a, b, c int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{a, b, c}, Message: text}
}

// session begins with a connection, if there are not too many.
func (s *Server) session(c *smtp.Conn) (smtp.Session, error) {
	addr := remote(c.Conn().RemoteAddr())
	s.mu.Lock()
	defer s.mu.Unlock()
	open := 0
	for a, p := range s.peers {
		open += p.open
		if p.open == 0 && p.limit.Tokens() >= float64(p.limit.Burst()) {
			delete(s.peers, a)
		}
	}
	p := s.peers[addr]
	if p == nil {
		n := s.cfg.PerMinute
		if addr.IsLoopback() || addr.IsPrivate() {
			n *= 20 // our own mail server, which brings what it gets from all
		}
		p = &peer{limit: rate.NewLimiter(rate.Limit(float64(n)/60), n)}
		s.peers[addr] = p
	}
	if open >= maxConnections || p.open >= maxFromOne {
		return nil, refuse(421, 4, 7, 0, "too many connections, try again later")
	}
	p.open++
	return &session{s: s, peer: p}, nil
}

func remote(a net.Addr) netip.Addr {
	p, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.Addr{}
	}
	addr := p.Addr().Unmap()
	if addr.Is6() && !addr.IsLoopback() && !addr.IsPrivate() {
		if prefix, err := addr.Prefix(64); err == nil {
			return prefix.Addr() // one network, one sender
		}
	}
	return addr
}

type session struct {
	s    *Server
	peer *peer
	from string
	to   []string
	once sync.Once
}

func (x *session) Reset() { x.from, x.to = "", nil }

func (x *session) Logout() error {
	x.once.Do(func() {
		x.s.mu.Lock()
		defer x.s.mu.Unlock()
		x.peer.open--
	})
	return nil
}

func (x *session) Mail(from string, _ *smtp.MailOptions) error {
	if !x.peer.limit.Allow() {
		return refuse(451, 4, 7, 1, "too many messages, try again later")
	}
	x.from = from
	return nil
}

func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if !x.s.router.Takes(to) {
		// Guessing addresses uses up the sender's allowance, too.
		if !x.peer.limit.Allow() {
			return refuse(451, 4, 7, 1, "too many unknown addresses, try again later")
		}
		return refuse(550, 5, 1, 1, "there is nobody of this address here")
	}
	x.to = append(x.to, to)
	return nil
}

// Data answers "taken" only after all recipients' handlers have stored the message.
func (x *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		if errors.Is(err, smtp.ErrDataTooLarge) {
			return err
		}
		return refuse(451, 4, 3, 0, "the message did not arrive in full")
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeTime)
	defer cancel()
	switch err := x.s.router.Deliver(ctx, x.from, x.to, raw); {
	case err == nil:
		return nil
	case Temporary(err):
		return refuse(451, 4, 3, 0, "not stored, try again later")
	case errors.Is(err, ErrTooLarge):
		return refuse(552, 5, 3, 4, "the message is too large")
	case errors.Is(err, ErrNotMail):
		return refuse(554, 5, 6, 0, "this is not a message that can be read")
	case errors.Is(err, ErrLoop):
		return refuse(554, 5, 4, 6, "this message goes in circles")
	default:
		return refuse(550, 5, 7, 1, "not taken: "+reason(err))
	}
}

// reason says to the sender's server why a message is refused, without what is inside.
func reason(err error) string {
	if core.KindOf(err) == core.KindNotFound || errors.Is(err, ErrUnknown) {
		return "nothing here has this address (any more)"
	}
	return "it cannot be used as it is"
}
