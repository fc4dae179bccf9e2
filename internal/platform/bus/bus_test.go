package bus_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"plenary/internal/core"
	"plenary/internal/platform/bus"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

func open(t *testing.T, address string) *bus.Bus {
	t.Helper()
	b, err := bus.Open(bus.Config{Address: address})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// serve starts a server of NATS at a port of this machine; 0 takes any.
func serve(t *testing.T, port int) (address string, stop func()) {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: port, NoLog: true, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server did not start")
	}
	stop = func() { s.Shutdown(); s.WaitForShutdown() }
	t.Cleanup(stop)
	return s.ClientURL(), stop
}

// until asks again until it is so.
func until(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !so(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(what)
		}
	}
}

func heard(ch chan string) func() bool {
	return func() bool {
		select {
		case <-ch:
			return true
		default:
			return false
		}
	}
}

// listen puts a word into the channel at each wake.
func listen(t *testing.T, b *bus.Bus) (ch chan string, stop func()) {
	t.Helper()
	ch = make(chan string, 100)
	stop, err := b.OnWake(func() { ch <- "woken" })
	if err != nil {
		t.Fatal(err)
	}
	return ch, stop
}

func TestWakeReachesThisProcess(t *testing.T) {
	b := open(t, "")
	if !b.Connected() {
		t.Fatal("the embedded bus is not connected")
	}
	ch, stop := listen(t, b)
	b.Wake(7)
	until(t, "nobody was woken", heard(ch))
	stop()
	b.Wake(8)
	again, _ := listen(t, b)
	b.Wake(9)
	until(t, "nobody was woken", heard(again))
	if heard(ch)() {
		t.Error("who has stopped listening was woken")
	}
	// Two embedded buses are two houses.
	other, _ := listen(t, open(t, ""))
	b.Wake(10)
	until(t, "nobody was woken", heard(again))
	if heard(other)() {
		t.Error("the bus of another process was woken without a server between")
	}
}

func TestWakeReachesOtherConnections(t *testing.T) {
	address, _ := serve(t, 0)
	one, two := open(t, address), open(t, address)
	ch, _ := listen(t, two)
	until(t, "the other connection was not woken", func() bool { one.Wake(7); return heard(ch)() })
}

func TestPublish(t *testing.T) {
	address, _ := serve(t, 0)
	one, two := open(t, address), open(t, address)
	ch := make(chan string, 100)
	stop, err := two.Subscribe("subject", func(data []byte) { ch <- string(data) })
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	one.Publish("subject", func() {}) // no JSON: dropped
	var got string
	until(t, "nothing was heard", func() bool {
		one.Publish("subject", map[string]int{"n": 1})
		select {
		case got = <-ch:
			return true
		default:
			return false
		}
	})
	if got != `{"n":1}` {
		t.Errorf("heard %q", got)
	}
	if _, err := two.Subscribe("not a subject", func([]byte) {}); err == nil {
		t.Error("a subject with spaces was taken")
	}
}

// While the server is away nothing fails; when it comes back, so does the bus.
func TestServerAway(t *testing.T) {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	b := open(t, fmt.Sprintf("nats://127.0.0.1:%d", port))
	if b.Connected() {
		t.Fatal("connected to nothing")
	}
	ch, _ := listen(t, b)
	b.Wake(1)
	_, stop := serve(t, port)
	until(t, "the bus did not come", func() bool { b.Wake(2); return b.Connected() && heard(ch)() })
	stop()
	until(t, "the loss was not noticed", func() bool { return !b.Connected() })
	b.Wake(3)
}

// A record hears through the bus what another one wrote, long before it would look by
// the clock, and without any bus it looks by the clock.
func TestRecordsWakeEachOther(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		address, stop := serve(t, 0)
		openRecord := func() *record.Record {
			d, err := db.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = d.Close() })
			clock := &core.Clock{}
			r, err := record.Open(t.Context(), d, clock, core.NewIDs(clock), open(t, address), slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(r.Close)
			return r
		}
		one, two := openRecord(), openRecord()
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { two.Run(ctx); close(done) }()
		t.Cleanup(func() { cancel(); <-done })
		write := func() time.Duration {
			t.Helper()
			if err := one.Write(t.Context(), core.Operator, func(_ context.Context, tx *record.Tx) error {
				tx.Append("thing.done", tx.NewID(), "there", record.Public, nil)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			wrote := time.Now()
			until(t, "the other record has not seen the write", func() bool { return two.Last() == one.Last() })
			return time.Since(wrote)
		}
		write() // until both have settled
		var took []time.Duration
		for range 15 {
			took = append(took, write())
		}
		slices.Sort(took)
		if median := took[len(took)/2]; median > 100*time.Millisecond { // by the clock it is 125 or more
			t.Errorf("woken after %s: it looked by the clock", median)
		}
		stop()
		write()
	})
}

// free finds ports of this machine that nobody listens on.
func free(t *testing.T, n int) []string {
	t.Helper()
	var out []string
	for range n {
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }() //nolint:revive // all ports are held until the last is found
		out = append(out, l.Addr().String())
	}
	return out
}

// Processes that know the secret are a cluster of themselves, also when one comes later or
// comes back; who does not know it hears nothing.
func TestClusterOfProcesses(t *testing.T) {
	at := free(t, 3)
	member := func(i int, secret string) *bus.Bus {
		t.Helper()
		b, err := bus.Open(bus.Config{Listen: at[i], Peers: at[:2], Secret: secret})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(b.Close)
		return b
	}
	const secret = "a secret of the cluster"
	one := member(0, secret)
	one.Wake(1) // nobody is there yet
	two := member(1, secret)
	ch, _ := listen(t, two)
	until(t, "the other process was not woken", func() bool { one.Wake(2); return heard(ch)() })
	stranger := member(2, "another secret, as long")
	strange, _ := listen(t, stranger)
	back, _ := listen(t, one)
	until(t, "the first process was not woken", func() bool { two.Wake(3); return heard(back)() })
	if heard(strange)() {
		t.Error("who does not know the secret hears")
	}
	two.Close()
	again := member(1, secret)
	ch, _ = listen(t, again)
	until(t, "who came back was not woken", func() bool { one.Wake(4); return heard(ch)() })
}

func TestWrongConfig(t *testing.T) {
	for _, c := range []bus.Config{
		{Listen: "127.0.0.1:4001", Secret: "short"},
		{Listen: "nowhere", Secret: "a secret of the cluster"},
		{Peers: []string{"127.0.0.1:4001"}, Secret: "a secret of the cluster"},
		{Listen: "127.0.0.1:4001", Peers: []string{"there"}, Secret: "a secret of the cluster"},
		{Address: "nats://127.0.0.1:1", Listen: "127.0.0.1:4001", Secret: "a secret of the cluster"},
	} {
		if b, err := bus.Open(c); err == nil {
			b.Close()
			t.Errorf("%+v is taken", c)
		}
	}
}
