// Package cluster_test runs two servers of the built program on one PostgreSQL, one NATS and
// one store of files, and takes parts of it away.
package cluster_test

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/nats-io/nats-server/v2/server"

	"plenary/internal/core"
	"plenary/internal/platform/mail/mailtest"
	"plenary/internal/testkit"
	"plenary/internal/testkit/pgserver"
	"plenary/internal/testkit/s3kit"
	"plenary/test/fleet"
)

// house is all that runs.
type house struct {
	t     *testing.T // the part that is done just now
	whole *testing.T
	bin   string
	pg    *pgserver.Server
	nats  *server.Server
	mail  *mailtest.Server
	env   []string
	args  []string
	a, b  *fleet.Process
	staff *fleet.Browser
	token string // of the set-up page, as the first server printed it
}

// margin is what a machine that does much else may take beyond what the forum promises.
const margin = 3 * time.Second

func open(t *testing.T) *house {
	t.Helper()
	pgbin := pgserver.Find()
	if pgbin == "" {
		testkit.MissingPostgres(t)
	}
	h := &house{t: t, whole: t, mail: mailtest.Start(t), staff: fleet.NewBrowser(20 * time.Second)}
	ctx := t.Context()
	built := make(chan error, 1)
	dir := t.TempDir()
	go func() {
		var err error
		h.bin, err = fleet.Build(ctx, testkit.Root(t), dir)
		built <- err
	}()
	var err error
	if h.pg, err = pgserver.Start(ctx, pgbin, pgserver.Kept...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.pg.Stop)
	h.startNATS("127.0.0.1:-1")
	if err := <-built; err != nil {
		t.Fatal(err)
	}
	ports, err := fleet.Ports(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	h.env = []string{
		"PLENARY_DATABASE=" + h.pg.Address, "PLENARY_NATS=" + h.nats.ClientURL(), "PLENARY_FILES=" + s3kit.New(t).Address, "PLENARY_SMTP=" + h.mail.URL(),
	}
	h.args = []string{"--base-url", "http://" + ports[0], "--from", "forum@example.org", "--drain", "300ms"} // a proxy would listen there
	h.a, h.b = h.start(), h.start()
	h.token = h.a.Token()
	return h
}

func (h *house) startNATS(address string) {
	h.t.Helper()
	host, port, _ := strings.Cut(address, ":")
	n, err := strconv.Atoi(port)
	if err != nil {
		h.t.Fatal(err)
	}
	s, err := server.NewServer(&server.Options{Host: host, Port: n, NoLog: true, NoSigs: true})
	if err != nil {
		h.t.Fatal(err)
	}
	go s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		h.t.Fatal("NATS did not start")
	}
	h.whole.Cleanup(s.Shutdown)
	h.nats = s
}

func (h *house) start() *fleet.Process {
	h.t.Helper()
	ctx, stop := context.WithTimeout(h.t.Context(), time.Minute)
	defer stop()
	p, err := fleet.Start(ctx, h.bin, h.whole.TempDir(), h.env, h.args...)
	if err != nil {
		h.t.Fatal(err)
	}
	h.whole.Cleanup(p.Kill)
	return p
}

// sql asks the database beside the program.
func (h *house) sql(query string, into ...any) {
	h.t.Helper()
	conn, err := pgx.Connect(h.t.Context(), h.pg.Address)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if len(into) == 0 {
		_, err = conn.Exec(h.t.Context(), query)
	} else {
		err = conn.QueryRow(h.t.Context(), query).Scan(into...)
	}
	if err != nil {
		h.t.Fatalf("%s: %v", query, err)
	}
}

func (h *house) get(b *fleet.Browser, address string) *fleet.Page {
	h.t.Helper()
	p, err := b.Get(h.t.Context(), address)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

func (h *house) post(b *fleet.Browser, address string, form map[string][]string) *fleet.Page {
	h.t.Helper()
	p, err := b.Post(h.t.Context(), address, form)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

func (h *house) must(p *fleet.Page, status int) *fleet.Page {
	h.t.Helper()
	if p.Status != status {
		h.t.Fatalf("%s answered %d, want %d: %s", p.URL, p.Status, status, strings.Join(strings.Fields(p.Find("main").Text()), " "))
	}
	return p
}

// within waits until it is so and says how long that took; longer than what the forum promises
// and the margin is a failure.
func (h *house) within(promised time.Duration, what string, so func() bool) time.Duration {
	h.t.Helper()
	began := core.Machine()
	for !so() {
		if took := core.MachineSince(began); took > promised+margin {
			h.t.Errorf("%s: not after %s", what, took)
			return took
		}
		time.Sleep(10 * time.Millisecond)
	}
	took := core.MachineSince(began)
	h.t.Logf("%s: %s", what, took.Round(time.Millisecond))
	return took
}

// owner is who does a work just now.
func (h *house) owner(work string) string {
	var owner string
	h.sql("SELECT COALESCE((SELECT owner FROM leases WHERE name = '"+work+"' AND lease_until > EXTRACT(EPOCH FROM clock_timestamp()) * 1000000), '')", &owner)
	return owner
}

// followed is how far the slowest follower has come.
func (h *house) followed() int64 {
	var cursor int64
	h.sql("SELECT COALESCE(min(cursor), -1) FROM followers", &cursor)
	return cursor
}

// check has the program look for flaws in all that it keeps.
func (h *house) check() {
	h.t.Helper()
	var out string
	var err error
	for range 30 { // an index that is just being built comes after
		if out, err = h.command("check", "--data", filepath.Join(h.t.TempDir(), "none")); err == nil || !strings.Contains(out, "index-behind") {
			break
		}
		time.Sleep(500 * time.Millisecond)
	}
	if err != nil || !strings.Contains(out, "No flaws") {
		h.t.Errorf("check: %v\n%s", err, out)
	}
}

// seen tells whether a visitor's page shows a text.
func (h *house) seen(b *fleet.Browser, address, text string) func() bool {
	return func() bool {
		p, err := b.Get(h.t.Context(), address)
		return err == nil && p.Status == http.StatusOK && strings.Contains(p.Find("main").Text(), text)
	}
}

func numbered(prefix string, n int64) string { return fmt.Sprintf("%s %04d", prefix, n) }
