package upgrade

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"plenary/internal/platform/backup"
	"plenary/internal/platform/db"
	"plenary/internal/testkit"
	"plenary/migrations"
)

// A backup of a former program is loaded with its own schema and then brought up to date: its
// rows stay what they were, and the forum serves.
func TestFormerBackup(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		data, res := restore(t, former, address)
		if len(res.Header.Schema) != 41 || len(res.Migrated) == 0 {
			t.Errorf("schema %v, brought up by %v", res.Header.Schema, res.Migrated)
		}
		d, err := db.Open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = d.Close() }()
		got, err := backup.DigestsOf(t.Context(), d, res.Header)
		if err != nil {
			t.Fatal(err)
		}
		if differ := backup.Same(got, res.Manifest); len(differ) > 0 {
			t.Errorf("rows of %v are not what they were", differ)
		}
		h := open(t, address, data)
		h.clean()
		for _, path := range begins {
			if status, _, _ := h.get(path); status != http.StatusOK {
				t.Errorf("%s: %d", path, status)
			}
		}
		var accounts, addresses int // what a version makes out of older rows
		if err := d.Read.NewRaw("SELECT (SELECT COUNT(*) FROM accounts), (SELECT COUNT(*) FROM account_addresses)").Scan(t.Context(), &accounts, &addresses); err != nil || accounts == 0 || accounts != addresses {
			t.Errorf("%d accounts with %d addresses, %v", accounts, addresses, err)
		}
	})
}

// A version of the schema that is out never changes: who has it already would not get it.
func TestVersionsStay(t *testing.T) {
	list, err := os.ReadFile("testdata/migrations.sha256")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(list)), "\n")
	if len(lines) < 41 {
		t.Fatalf("%d versions", len(lines))
	}
	for _, line := range lines {
		want, name, _ := strings.Cut(line, "  ")
		b, err := fs.ReadFile(migrations.FS, name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != want {
			t.Errorf("%s was changed: a version that is out stays; write another one", name)
		}
	}
}

// What a former program asks the database for, it asks of the present schema too: each of its
// statements, taken down while its tests ran, is understood.
func TestFormerStatements(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		name := "sqlite"
		if !strings.HasPrefix(address, "sqlite:") {
			name = "postgres"
		}
		f, err := os.Open("testdata/statements42." + name + ".jsonl.zst")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		z, err := zstd.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		d, err := db.Open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = d.Close() }()
		lines := bufio.NewScanner(z)
		lines.Buffer(nil, 1<<20)
		n := 0
		for lines.Scan() {
			var statement string
			if err := json.Unmarshal(lines.Bytes(), &statement); err != nil {
				t.Fatal(err)
			}
			n++
			rows, err := d.Writer().QueryContext(t.Context(), "EXPLAIN "+statement)
			if err != nil {
				t.Errorf("%.300s: %v", statement, err)
				continue
			}
			for rows.Next() { // the plan itself is not looked at
			}
			if err := rows.Err(); err != nil {
				t.Errorf("%.300s: %v", statement, err)
			}
			if err := rows.Close(); err != nil {
				t.Error(err)
			}
		}
		if err := lines.Err(); err != nil || n < 500 {
			t.Errorf("%d statements, %v", n, err)
		}
	})
}
