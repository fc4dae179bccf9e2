package testkit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"plenary/migrations"
)

// templateLock is the advisory lock under which one process makes the template
// database while the others wait.
const templateLock = 70111

// Postgres returns the address of a fresh, migrated database on the server named by
// PLENARY_TEST_POSTGRES. It is copied from a template database that is made once per
// set of migrations and stays on the server.
func Postgres(t testing.TB) string {
	t.Helper()
	address := os.Getenv(PostgresEnv)
	if address == "" {
		missing(t, HalfPostgres, "no PostgreSQL: run `make test`, or set "+PostgresEnv+" to postgres://USER:PASSWORD@HOST/postgres of a server for tests")
	}
	server, err := openServer(address)
	if err != nil {
		t.Fatal(err)
	}
	name := "plenary_test_" + strings.ToLower(rand.Text()[:16])
	if err := server.copyTemplate(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// t.Context is over when cleanups run.
		if err := server.exec(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop test database: %v", err)
		}
	})
	used(t, HalfPostgres)
	return server.address(name)
}

// MissingPostgres ends a test that starts a server of its own where none is installed.
func MissingPostgres(t testing.TB) {
	t.Helper()
	missing(t, HalfPostgres, "no PostgreSQL is installed")
}

// server makes and drops databases through one connection.
type server struct {
	base     url.URL
	template string
	strategy string

	mu   sync.Mutex
	conn *pgx.Conn
}

var servers struct {
	sync.Mutex
	open map[string]*server
}

// openServer connects to a server once per process and sees that the template is there.
func openServer(address string) (*server, error) {
	servers.Lock()
	defer servers.Unlock()
	if s := servers.open[address]; s != nil {
		return s, nil
	}
	base, err := url.Parse(address)
	if err != nil || (base.Scheme != "postgres" && base.Scheme != "postgresql") {
		return nil, fmt.Errorf("%s must be an address like postgres://USER:PASSWORD@HOST/postgres", PostgresEnv)
	}
	template, err := templateName(migrations.FS)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("reach the server of %s: %w", PostgresEnv, err)
	}
	s := &server{base: *base, template: template, conn: conn}
	var version int
	if err := conn.QueryRow(ctx, "SELECT current_setting('server_version_num')::int").Scan(&version); err != nil {
		return nil, fmt.Errorf("ask PostgreSQL for its version: %w", err)
	}
	if version >= 150000 {
		s.strategy = " STRATEGY file_copy" // half the time of the other one on a small template
	}
	if err := s.makeTemplate(ctx); err != nil {
		return nil, fmt.Errorf("make PostgreSQL template: %w", err)
	}
	if err := s.dropFilled(ctx); err != nil {
		return nil, fmt.Errorf("drop old templates: %w", err)
	}
	if servers.open == nil {
		servers.open = map[string]*server{}
	}
	servers.open[address] = s
	return s, nil
}

// templateName says which migrations a template holds.
func templateName(migrations fs.FS) (string, error) {
	files, err := fs.Glob(migrations, "*.sql")
	if err != nil {
		return "", fmt.Errorf("list migrations: %w", err)
	}
	sum := sha256.New()
	for _, file := range files {
		text, err := fs.ReadFile(migrations, file)
		if err != nil {
			return "", fmt.Errorf("read migration: %w", err)
		}
		fmt.Fprintf(sum, "%s %d\n%s\n", file, len(text), text)
	}
	return "plenary_template_" + hex.EncodeToString(sum.Sum(nil))[:16], nil
}

// makeTemplate makes the template unless it is there. It gets its name last, so that
// one that was broken off is never taken for whole.
func (s *server) makeTemplate(ctx context.Context) (err error) {
	if _, err := s.conn.Exec(ctx, "SELECT pg_advisory_lock($1)", templateLock); err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	defer func() {
		if _, uerr := s.conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", templateLock); err == nil {
			err = uerr
		}
	}()
	var there bool
	if err := s.conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", s.template).Scan(&there); err != nil || there {
		return err
	}
	draft := s.template + "_draft"
	if err := s.exec(ctx, "DROP DATABASE IF EXISTS "+draft+" WITH (FORCE)"); err != nil {
		return err
	}
	if err := s.exec(ctx, "CREATE DATABASE "+draft+" TEMPLATE template0 ENCODING 'UTF8'"); err != nil {
		return err
	}
	if err := migrate(ctx, s.address(draft)); err != nil {
		return err
	}
	// Nobody may connect: a copy fails while somebody is connected to its source.
	if err := s.exec(ctx, "ALTER DATABASE "+draft+" WITH ALLOW_CONNECTIONS false"); err != nil {
		return err
	}
	return s.exec(ctx, "ALTER DATABASE "+draft+" RENAME TO "+s.template)
}

func (s *server) copyTemplate(ctx context.Context, name string) error {
	if err := s.exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+s.template+s.strategy); err != nil {
		return fmt.Errorf("copy template: %w", err)
	}
	return nil
}

func (s *server) exec(ctx context.Context, sql string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.conn.Exec(ctx, sql)
	return err
}

// address is the address of one database of the server.
func (s *server) address(database string) string {
	u := s.base
	u.Path = "/" + database
	return u.String()
}
