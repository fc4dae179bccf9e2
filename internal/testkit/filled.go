package testkit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"
)

// Filled puts what fill makes into the fresh database of that address and into an empty
// folder. It calls fill once per process, name and kind of database, with a database and
// a folder of their own; all get copies of these. fill closes what it opens. Two fills
// that differ have different names.
func Filled(t testing.TB, address, folder, name string, fill func(address, folder string) error) {
	t.Helper()
	file, isFile := strings.CutPrefix(address, "sqlite:")
	half := HalfPostgres
	if isFile {
		half = HalfSQLite
	}
	made, _ := fillings.LoadOrStore(half+" "+name, &filling{})
	f := made.(*filling) //nolint:forcetypeassert // nothing else is stored
	f.once.Do(func() { f.err = errors.New("make filled template: broken off"); f.err = f.make(half, fill) })
	if f.err != nil {
		t.Fatal(f.err)
	}
	if err := os.CopyFS(folder, f.folder); err != nil {
		t.Fatal(err)
	}
	if isFile {
		if err := os.WriteFile(file, f.file, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	database := path.Base(address[:strings.IndexByte(address+"?", '?')])
	if err := f.server.replace(t.Context(), database, f.template); err != nil {
		t.Fatal(err)
	}
}

// filling is one filled database and the folder beside it, kept as long as the process.
type filling struct {
	once     sync.Once
	err      error
	folder   fstest.MapFS
	file     []byte // SQLite
	server   *server
	template string // PostgreSQL
}

var fillings sync.Map

func (f *filling) make(half string, fill func(address, folder string) error) (err error) {
	dir, err := os.MkdirTemp("", "plenary-filled-")
	if err != nil {
		return fmt.Errorf("make filled template: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	data, file := filepath.Join(dir, "data"), filepath.Join(dir, "filled.db")
	if err := os.Mkdir(data, 0o750); err != nil {
		return fmt.Errorf("make filled template: %w", err)
	}
	if half == HalfSQLite {
		template, err := sqliteTemplate()
		if err != nil {
			return err
		}
		if err := os.WriteFile(file, template, 0o600); err != nil {
			return fmt.Errorf("make filled template: %w", err)
		}
		if err := fill("sqlite:"+file, data); err != nil {
			return fmt.Errorf("fill template: %w", err)
		}
		if f.file, err = wholeFile(file); err != nil {
			return fmt.Errorf("make filled template: %w", err)
		}
	} else {
		if f.server, err = openServer(os.Getenv(PostgresEnv)); err != nil {
			return err
		}
		f.template, err = f.server.makeFilled(context.Background(), func(address string) error { return fill(address, data) })
		if err != nil {
			return fmt.Errorf("fill template: %w", err)
		}
	}
	f.folder, err = inMemory(os.DirFS(data))
	return err
}

// inMemory reads a folder, for nothing takes one away when the tests of a package end.
func inMemory(folder fs.FS) (fstest.MapFS, error) {
	out := fstest.MapFS{}
	return out, fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		file := &fstest.MapFile{Mode: info.Mode()}
		if !d.IsDir() {
			if file.Data, err = fs.ReadFile(folder, name); err != nil {
				return err
			}
		}
		out[name] = file
		return nil
	})
}

// filledLock is the first half of the advisory locks that say which filled templates
// are in use; the second half stands in the template's name.
const filledLock = 70112

const filledPrefix = "plenary_filled_"

// makeFilled makes a template of this process alone and returns its name.
func (s *server) makeFilled(ctx context.Context, fill func(address string) error) (string, error) {
	var number int32
	// Held until the connection ends, with the process.
	if err := s.query(ctx, &number, `SELECT n FROM (SELECT (random() * 2000000000)::int AS n) AS any_number
		WHERE pg_try_advisory_lock($1, n)`, filledLock); err != nil {
		return "", fmt.Errorf("lock: %w", err)
	}
	name := fmt.Sprintf("%s%d", filledPrefix, number)
	if err := s.copyTemplate(ctx, name); err != nil {
		return "", err
	}
	if err := fill(s.address(name)); err != nil {
		return "", err
	}
	return name, s.exec(ctx, "ALTER DATABASE "+name+" WITH ALLOW_CONNECTIONS false")
}

// dropFilled takes away the templates of processes that have ended. It comes before this
// process makes one, for its own locks do not stop it.
func (s *server) dropFilled(ctx context.Context) error {
	var names []string
	if err := s.query(ctx, &names, "SELECT COALESCE(array_agg(datname::text), '{}') FROM pg_database WHERE datname LIKE $1", filledPrefix+"%"); err != nil {
		return err
	}
	for _, name := range names {
		var ended bool
		number := strings.TrimPrefix(name, filledPrefix)
		if err := s.query(ctx, &ended, "SELECT pg_try_advisory_lock($1, $2::text::int)", filledLock, number); err != nil {
			return err
		}
		if !ended {
			continue
		}
		err := s.exec(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)")
		var let bool
		if err = errors.Join(err, s.query(ctx, &let, "SELECT pg_advisory_unlock($1, $2::text::int)", filledLock, number)); err != nil {
			return err
		}
	}
	return nil
}

// replace makes a database anew as a copy of a template.
func (s *server) replace(ctx context.Context, name, template string) error {
	if err := s.exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
		return fmt.Errorf("make room for a copy: %w", err)
	}
	if err := s.exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template+s.strategy); err != nil {
		return fmt.Errorf("copy filled template: %w", err)
	}
	return nil
}

func (s *server) query(ctx context.Context, to any, sql string, args ...any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn.QueryRow(ctx, sql, args...).Scan(to)
}
