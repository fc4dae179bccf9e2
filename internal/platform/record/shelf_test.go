package record_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

var things = record.Shelf{Kind: "thing", Tables: []record.Table{
	{Name: "things", Key: []string{"id"}, Where: "id IN (?)"},
	{Name: "thing_parts", Key: []string{"thing", "position"}, Where: "thing IN (?)"},
}}

func shelf(t *testing.T, url string) (*record.Record, func(string, ...any), func(ids ...core.ID) record.Rows) {
	t.Helper()
	r := open(t, url)
	exec := func(q string, args ...any) {
		t.Helper()
		if err := r.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.ExecContext(ctx, q, args...)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	exec("CREATE TABLE things (id TEXT PRIMARY KEY, title JSONB NOT NULL, starts BIGINT, open BOOLEAN NOT NULL DEFAULT FALSE, version BIGINT NOT NULL DEFAULT 1)")
	exec("CREATE TABLE thing_parts (thing TEXT NOT NULL REFERENCES things (id), position BIGINT NOT NULL, note TEXT NOT NULL, PRIMARY KEY (thing, position))")
	return r, exec, func(ids ...core.ID) record.Rows {
		t.Helper()
		rows, err := things.Copy(t.Context(), r.DB.Read, ids)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
}

// through sends rows through JSON, as a kept copy goes.
func through(t *testing.T, rows record.Rows) record.Rows {
	t.Helper()
	b, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	var out record.Rows
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWhatWasChangedIsPutBack(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r, exec, have := shelf(t, url)
		exec(`INSERT INTO things (id, title, open) VALUES ('old', '{"en": "Old", "fr":"Vieux"}', TRUE)`)
		exec("INSERT INTO thing_parts VALUES ('old', 1, 'first'), ('old', 2, 'second')")
		was := have("old", "new")

		exec(`UPDATE things SET title = '{"en":"Changed"}', starts = 1700000000000000, version = 2 WHERE id = 'old'`)
		exec("DELETE FROM thing_parts WHERE position = 1")
		exec("INSERT INTO thing_parts VALUES ('old', 10, 'tenth')")
		exec(`INSERT INTO things (id, title) VALUES ('new', '{}')`)
		is := have("old", "new")

		back := func() ([]core.ID, error) {
			var changed []core.ID
			err := r.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) (err error) {
				changed, err = things.RestoreTx(ctx, tx, "forum", []core.ID{"old", "new"}, through(t, was), through(t, is))
				return err
			})
			return changed, err
		}

		// What somebody has changed since is not overwritten, and nothing else either.
		exec("UPDATE thing_parts SET note = 'mine' WHERE position = 10")
		changed, err := back()
		if !errors.Is(err, record.ErrChanged) || len(changed) != 1 || changed[0] != "old" {
			t.Fatalf("got %v, %v; want that old was changed", changed, err)
		}
		if d := cmp.Diff(is["things"], have("old", "new")["things"]); d != "" {
			t.Fatalf("a refused undo changed something:\n%s", d)
		}
		exec("UPDATE thing_parts SET note = 'tenth' WHERE position = 10")
		// A row that the act did not touch may have changed.
		exec("UPDATE thing_parts SET note = 'still second' WHERE position = 2")

		if changed, err := back(); err != nil {
			t.Fatalf("put back: %v %v", changed, err)
		}
		now := have("old", "new")
		for _, rows := range []record.Rows{was, now} {
			delete(rows["things"][0], "version")
		}
		was["thing_parts"][1]["note"] = "still second"
		if d := cmp.Diff(was, now); d != "" {
			t.Errorf("not as it was:\n%s", d)
		}
	})
}

func TestAThingThatGainedSomethingStays(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r, exec, have := shelf(t, url)
		was := have("new")
		exec(`INSERT INTO things (id, title) VALUES ('new', '{}')`)
		is := have("new")
		exec("INSERT INTO thing_parts VALUES ('new', 1, 'since')")
		err := r.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
			_, err := things.RestoreTx(ctx, tx, "forum", []core.ID{"new"}, was, is)
			return err
		})
		if !errors.Is(err, record.ErrChanged) {
			t.Fatalf("got %v, want that it was changed", err)
		}
	})
}

func TestRowsAreCarried(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r, exec, have := shelf(t, url)
		exec(`INSERT INTO things (id, title, open) VALUES ('a', '{"fr":"Été","en":"<b>"}', TRUE), ('b', '{}', FALSE)`)
		exec("INSERT INTO thing_parts VALUES ('a', 2, 'second'), ('a', 10, 'tenth')")
		was := have("a", "b")
		if got := was["thing_parts"]; len(got) != 2 || got[0]["note"] != "second" {
			t.Fatalf("order of parts: %v", got)
		}
		exec("DELETE FROM thing_parts")
		exec("DELETE FROM things")
		if err := r.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
			return things.InsertTx(ctx, tx, "forum", record.Public, []core.ID{"a", "b"}, through(t, was))
		}); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(was, have("a", "b")); d != "" {
			t.Error(d)
		}
	})
}
