package db

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"plenary/internal/core"
)

const (
	dialFor    = 2 * time.Second        // longer is not waited for a server
	silentFor  = 4 * time.Second        // a server that does not even confirm what it got is gone
	refuseFor  = 200 * time.Millisecond // after a failure the next try waits so long
	probeEvery = time.Second
)

// dialer connects to PostgreSQL and notices soon when it is gone. While it is, one caller
// tries and all others are told at once: nobody waits in a row.
type dialer struct {
	net.Dialer

	mu     sync.Mutex
	failed error
	at     time.Time
	trying bool
}

func newDialer() *dialer {
	return &dialer{Dialer: net.Dialer{
		Timeout: dialFor, Control: userTimeout,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: probeEvery, Interval: probeEvery, Count: int(silentFor / probeEvery)},
	}}
}

func (d *dialer) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if err := d.begin(); err != nil {
		return nil, err
	}
	conn, err := d.DialContext(ctx, network, addr)
	if ctx.Err() != nil {
		d.end(nil) // the caller has gone: that says nothing of the server
	} else {
		d.end(err)
	}
	if err != nil {
		return nil, &lostError{err}
	}
	return &watched{conn}, nil
}

func (d *dialer) begin() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.failed != nil {
		if d.trying || core.MachineSince(d.at) < refuseFor {
			return &lostError{d.failed}
		}
		d.trying = true
	}
	return nil
}

func (d *dialer) end(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.trying, d.failed, d.at = false, err, core.Machine()
}

// watched says of what fails on the line that it is the line.
type watched struct{ net.Conn }

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	return n, lost(err)
}

func (w *watched) Write(p []byte) (int, error) {
	n, err := w.Conn.Write(p)
	return n, lost(err)
}

func lost(err error) error {
	if e, ok := err.(net.Error); err == nil || ok && e.Timeout() { //nolint:errorlint // a deadline of the library's own, which looks for the error itself
		return err
	}
	return &lostError{err}
}

// settings are what a session asks of the server: that it notices a client that is gone, and
// lets go of its locks. A server that does not know one of them goes without.
var settings = [][2]string{
	{"tcp_keepalives_idle", "1"},
	{"tcp_keepalives_interval", "1"},
	{"tcp_keepalives_count", "4"},
	{"tcp_user_timeout", "4000"},
	{"client_connection_check_interval", "1000"},
	{"idle_in_transaction_session_timeout", "60000"},
}

// greet sets them, in one query for each connection.
func greet(ctx context.Context, conn *pgx.Conn) error {
	names, values := make([]string, len(settings)), make([]string, len(settings))
	for i, s := range settings {
		names[i], values[i] = s[0], s[1]
	}
	_, err := conn.Exec(ctx, `SELECT set_config(s.name, w.value, false) FROM pg_settings AS s
		JOIN unnest($1::text[], $2::text[]) AS w(name, value) ON w.name = s.name WHERE s.context = 'user'`, names, values)
	if err != nil {
		return fmt.Errorf("greet PostgreSQL: %w", err)
	}
	return nil
}
