package demo_test

import (
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"plenary/internal/app"
	"plenary/internal/app/demo"
	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/forum/consultations"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/messages"
)

func built(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	a, err := demo.Open(t.Context(), demo.Options{
		Scale: corpus.Small, Config: app.Config{Data: dir, BaseURL: "http://localhost", Log: slog.New(slog.DiscardHandler)},
	})
	if err != nil {
		t.Fatal(err)
	}
	a.Close()
	return filepath.Join(dir, "plenary.db")
}

// dump prints every row of every table that the demo fills, in the order of its columns.
func dump(t *testing.T, file string) string {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var tables []string
	rows, err := db.QueryContext(t.Context(), "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		// What the machine knows of itself is not the forum's: migrations and leases.
		if !strings.HasPrefix(name, "goose") && !strings.HasPrefix(name, "sqlite") && name != "followers" {
			tables = append(tables, name)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, name := range tables {
		dumpTable(t, db, name, &b)
	}
	return b.String()
}

// secrets are what nobody may guess: each forum draws its own, of the demo too. With them
// go what is derived by them.
var secrets = map[string][]string{
	"participation_keys": {"secret"}, "delegations": {"code_hash"}, "issued_letters": {"code_hash", "data"},
	"doors": {"link_hash", "token_hash"}, "conduct_reports": {"token_hash"}, "conduct_decisions": {"token_hash"},
}

var tokenInMail = regexp.MustCompile(`token=[\w-]+`)

func dumpTable(t *testing.T, db *sql.DB, name string, w io.StringWriter) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+name+" ORDER BY 1, 2")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	cols, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		vals := make([]any, len(cols))
		for i := range vals {
			vals[i] = new(any)
		}
		if err := rows.Scan(vals...); err != nil {
			t.Fatal(err)
		}
		_, _ = w.WriteString(name)
		for i, v := range vals {
			if name == "outbox" && slices.Contains([]string{"queued", "next_try", "expires"}, cols[i]) {
				continue // these go by the machine's clock
			}
			if slices.Contains(secrets[name], cols[i]) {
				continue
			}
			_, _ = w.WriteString(tokenInMail.ReplaceAllString(fmt.Sprintf(" %s=%v", cols[i], *v.(*any)), "token="))
		}
		_, _ = w.WriteString("\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// Two runs make the same forum: ids, times, texts.
func TestTwoRunsAreEqual(t *testing.T) {
	one, two := dump(t, built(t)), dump(t, built(t))
	if one == two {
		return
	}
	a, b := strings.Split(one, "\n"), strings.Split(two, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Fatalf("line %d differs:\n%.400s\n%.400s", i, a[i], b[i])
		}
	}
	t.Fatalf("%d rows and %d rows", len(a), len(b))
}

// answerAll answers what waits in the reviews of an edition, so that its Messages may
// become final.
func answerAll(t *testing.T, a *app.App, set *editions.Setting) {
	t.Helper()
	list, err := a.Consultations.List(t.Context(), core.Operator, consultations.Filter{Edition: set.ID})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		waiting, err := a.Consultations.Comments(t.Context(), core.Visitor, c, consultations.CommentFilter{Disposition: "none", All: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, co := range waiting.Items {
			if err := a.Consultations.Dispose(t.Context(), core.Operator, c.Ref, co.Number, consultations.DisposeInput{
				Disposition: consultations.Rejected, Reason: core.NewText("en", "The text stays."), Publish: true,
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A second start serves what is there: what was changed stays, and the clock goes on
// from the last event.
func TestSecondStartKeepsWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	open := func() *app.App {
		a, err := demo.Open(t.Context(), demo.Options{
			Scale: corpus.Small, Config: app.Config{Data: dir, BaseURL: "http://localhost", Log: slog.New(slog.DiscardHandler)},
		})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := open()
	if d := a.Clock.Instant().Sub(a.DemoStart); d < 0 || d > 60e9 {
		t.Errorf("the demo's clock stands %v from the middle of day 2", d)
	}
	set, err := a.Editions.Setting(t.Context(), core.Operator, "2026-sample")
	if err != nil {
		t.Fatal(err)
	}
	a.Clock.Set(a.DemoStart.Add(40 * 24 * 3600e9).Time())
	answerAll(t, a, set)
	if err := a.Messages.PublishAs(t.Context(), core.Operator, set, messages.PublishInput{Final: true, Without: "The secretariat signs later."}); err != nil {
		t.Fatal(err)
	}
	a.Close()
	a = open()
	defer a.Close()
	v, err := a.Messages.View(t.Context(), core.Visitor, set, false)
	if err != nil || v.State != "final" {
		t.Errorf("after a second start the Messages are %q, %v", v.State, err)
	}
	if a.Clock.Instant().Before(a.DemoStart.Add(3 * 3600e9)) {
		t.Errorf("the clock went back to %v", a.Clock.Now())
	}
}
