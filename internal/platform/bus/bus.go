// Package bus carries short messages between the parts and processes of Plenary:
// NATS, embedded in the process unless an address is given. Nothing is lost when it
// is away: whoever waits for it also looks by the clock.
package bus

import (
	"encoding/json"
	"fmt"
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

// Open starts an embedded server that listens nowhere and connects to it or, with
// an address, connects to the servers there.
func Open(address string) (*Bus, error) {
	b := &Bus{}
	opts := []nats.Option{nats.Name("plenary"), nats.MaxReconnects(-1), nats.RetryOnFailedConnect(true)}
	if address == "" {
		s, err := server.NewServer(&server.Options{
			ServerName: "plenary", DontListen: true, NoLog: true, NoSigs: true, JetStream: false,
		})
		if err != nil {
			return nil, fmt.Errorf("embedded bus: %w", err)
		}
		go s.Start()
		if !s.ReadyForConnections(5 * time.Second) {
			return nil, fmt.Errorf("embedded bus did not start")
		}
		b.embedded = s
		opts = append(opts, nats.InProcessServer(s))
		address = nats.DefaultURL
	}
	conn, err := nats.Connect(address, opts...)
	if err != nil {
		return nil, fmt.Errorf("connect to bus: %w", err)
	}
	b.conn = conn
	return b, nil
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
