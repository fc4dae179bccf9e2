// Package bus carries short messages between the parts and processes of Plenary:
// NATS, embedded in the process unless an address is given. Nothing is lost when it
// is away: whoever waits for it also looks by the clock.
package bus

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// Bus is a connection to NATS.
type Bus struct {
	conn     *nats.Conn
	embedded *server.Server
}

const wakeSubject = "plenary.record"

// Config says which NATS. Without anything it is one of this process alone.
type Config struct {
	Address string // servers elsewhere: nats://user:password@host:4222, tls://…; several with commas
	CA      string // file of certificates that are trusted for tls, besides the system's

	Listen string   // host:port at which this process listens to its like
	Peers  []string // where they listen
	Secret string   // by what they know each other
}

// Open connects to the servers of an address or, without one, to an embedded server that
// listens nowhere, or to the other processes alone. Servers that cannot be reached are tried
// again and again; that is no error.
func Open(cfg Config) (*Bus, error) {
	b := &Bus{}
	opts := []nats.Option{
		nats.Name("plenary"), nats.MaxReconnects(-1), nats.RetryOnFailedConnect(true), nats.ReconnectWait(time.Second),
		nats.PingInterval(5 * time.Second), nats.MaxPingsOutstanding(2), nats.Timeout(2 * time.Second),
		nats.ReconnectBufSize(64 << 10), // what could not be said in time is not worth saying
	}
	address := cfg.Address
	switch {
	case address != "" && (cfg.Listen != "" || len(cfg.Peers) > 0):
		return nil, errors.New("choose between NATS elsewhere and a cluster of the processes themselves")
	case address != "" && cfg.CA != "":
		opts = append(opts, nats.RootCAs(cfg.CA))
	case address == "":
		options, err := embedded(cfg)
		if err != nil {
			return nil, err
		}
		s, err := server.NewServer(options)
		if err != nil {
			return nil, fmt.Errorf("embedded bus: %w", err)
		}
		go s.Start()
		if !s.ReadyForConnections(5 * time.Second) {
			return nil, fmt.Errorf("embedded bus did not start")
		}
		b.embedded = s
		opts = append(opts, nats.InProcessServer(s), nats.UserInfo(options.Username, options.Password))
		address = nats.DefaultURL
	}
	conn, err := nats.Connect(address, opts...)
	if err != nil {
		return nil, fmt.Errorf("connect to bus: %w", err)
	}
	b.conn = conn
	return b, nil
}

// embedded are the options of a server in this process: alone, or one of a cluster whose
// members know each other by their secret.
func embedded(cfg Config) (*server.Options, error) {
	o := &server.Options{ServerName: "plenary-" + rand.Text(), DontListen: true, NoLog: true, NoSigs: true, JetStream: false}
	if cfg.Listen == "" && len(cfg.Peers) == 0 {
		return o, nil
	}
	if cfg.Listen == "" || len(cfg.Secret) < 16 {
		return nil, errors.New("a cluster needs an address to listen on and a secret of 16 signs or more")
	}
	host, port, err := hostPort(cfg.Listen)
	if err != nil {
		return nil, err
	}
	o.Cluster = server.ClusterOpts{
		Name: "plenary", Host: host, Port: port, Username: "plenary", Password: cfg.Secret, AuthTimeout: 2,
		PoolSize: -1, ConnectRetries: 0, PingInterval: 5 * time.Second, MaxPingsOut: 2,
	}
	for _, peer := range cfg.Peers {
		if _, _, err := hostPort(peer); err != nil {
			return nil, err
		}
		o.Routes = append(o.Routes, &url.URL{Scheme: "nats", Host: peer, User: url.UserPassword("plenary", cfg.Secret)})
	}
	// Routes are not taken before clients are: this machine's may, if they know the secret.
	o.DontListen, o.Host, o.Port, o.Username, o.Password = false, "127.0.0.1", server.RANDOM_PORT, "plenary", cfg.Secret
	return o, nil
}

func hostPort(address string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(address)
	if err == nil {
		port, err = strconv.Atoi(text)
	}
	if err != nil || port <= 0 || port > 65535 {
		return "", 0, fmt.Errorf("%q is no address of a cluster: want HOST:PORT", address)
	}
	return host, port, nil
}

// Publish sends a value as JSON to whoever listens on the subject. A message that
// cannot be sent is dropped.
func (b *Bus) Publish(subject string, v any) {
	if data, err := json.Marshal(v); err == nil {
		_ = b.conn.Publish(subject, data)
	}
}

// Subscribe calls fn with the data of each message on the subject.
func (b *Bus) Subscribe(subject string, fn func(data []byte)) (stop func(), err error) {
	sub, err := b.conn.Subscribe(subject, func(m *nats.Msg) { fn(m.Data) })
	if err != nil {
		return nil, fmt.Errorf("subscribe to %s: %w", subject, err)
	}
	return func() { _ = sub.Unsubscribe() }, nil
}

// Wake tells all processes that the record has grown.
func (b *Bus) Wake(seq int64) { _ = b.conn.Publish(wakeSubject, strconv.AppendInt(nil, seq, 10)) }

// OnWake calls fn when the record has grown.
func (b *Bus) OnWake(fn func()) (stop func(), err error) {
	return b.Subscribe(wakeSubject, func([]byte) { fn() })
}

// Connected tells whether the bus can be reached.
func (b *Bus) Connected() bool { return b.conn.IsConnected() }

// Close leaves the bus and ends the embedded server.
func (b *Bus) Close() {
	b.conn.Close()
	if b.embedded != nil {
		b.embedded.Shutdown()
		b.embedded.WaitForShutdown()
	}
}
