package record_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// Personal parts and names go; numbers, order and the rest of the record stay.
func TestErasePersonal(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r := open(t, url)
		ctx := t.Context()
		her, other := r.IDs.New(), r.IDs.New()
		write := func(a core.Actor, fn func(ctx context.Context, tx *record.Tx) error) {
			t.Helper()
			if err := r.Write(ctx, a, fn); err != nil {
				t.Fatal(err)
			}
		}
		name := `Zoë "Z" <Q>_%`
		write(core.Actor{Account: her}, func(_ context.Context, tx *record.Tx) error {
			tx.AppendPersonal("thing.done", other, "forum", record.Public, record.Data{"label": "Thing", "by": name}, record.Data{"x": 1})
			return nil
		})
		write(core.Operator, func(_ context.Context, tx *record.Tx) error {
			tx.AppendPersonal("account.made", her, "forum", record.Internal, record.Data{"label": name, "into": other, "n": 3, "changes": map[string]any{"name": name}}, record.Data{"email": "z@example.org"})
			tx.AppendPersonal("thing.done", other, "forum", record.Public, record.Data{"label": name + " and others"}, record.Data{"keep": 1})
			return nil
		})
		seqs, err := r.Naming(ctx, []string{name, ""})
		if err != nil || len(seqs) != 2 {
			t.Fatalf("%v %v", seqs, err)
		}
		write(core.Operator, func(ctx context.Context, tx *record.Tx) error {
			if err := record.ErasePersonalTx(ctx, tx, []core.ID{her}, her); err != nil {
				return err
			}
			if err := record.RedactTx(ctx, tx, []core.ID{her}, "Withdrawn"); err != nil {
				return err
			}
			return record.RenameTx(ctx, tx, seqs, []string{name}, "Withdrawn")
		})
		var rows []record.Event
		if err := r.DB.Read.NewSelect().Model(&rows).OrderExpr("seq").Scan(ctx); err != nil {
			t.Fatal(err)
		}
		if len(rows) != 3 || rows[0].Personal != nil || rows[1].Personal != nil || rows[2].Personal == nil {
			t.Fatalf("%+v", rows)
		}
		var d map[string]any
		if err := json.Unmarshal(rows[1].Data, &d); err != nil || d["label"] != "Withdrawn" || d["into"] != string(other) || d["changes"] != nil || d["n"] != 3.0 {
			t.Errorf("%v %v", d, err)
		}
		if s := string(rows[0].Data); !strings.Contains(s, "Withdrawn") || strings.Contains(s, "Zo") || !strings.Contains(s, "Thing") {
			t.Error(s)
		}
		if s := string(rows[2].Data); !strings.Contains(s, "and others") || !strings.Contains(s, "Zo") {
			t.Error("a text that only begins with the name is another text:", s)
		}
		if flaws, err := r.Check(ctx); err != nil || len(flaws) > 0 {
			t.Errorf("%v %v", flaws, err)
		}
	})
}

// The rows of a table are read, cleared and taken away by what is said of them.
func TestHolding(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r := open(t, url)
		ctx := t.Context()
		h := record.Holding{Table: "form_drafts", Where: "account = ?", Args: []any{"a"}}
		all := record.Holding{Table: "form_drafts", Where: "1 = 1"}
		if err := r.Write(ctx, core.Operator, func(ctx context.Context, tx *record.Tx) error {
			for _, a := range []string{"a", "b"} {
				if _, err := tx.NewRaw("INSERT INTO form_drafts (thing, account, typed, base, at) VALUES ('t', ?, 'words', 1, 1)", a).Exec(ctx); err != nil {
					return err
				}
			}
			return h.ClearTx(ctx, tx, map[string]any{"typed": "", "base": 2})
		}); err != nil {
			t.Fatal(err)
		}
		rows, err := h.Read(ctx, r.DB.Read)
		if err != nil || len(rows) != 1 || rows[0]["typed"] != "" || rows[0]["base"] != int64(2) {
			t.Errorf("%v %v", rows, err)
		}
		if err := r.Write(ctx, core.Operator, h.DeleteTx); err != nil {
			t.Fatal(err)
		}
		if n, err := all.Count(ctx, r.DB.Read); err != nil || n != 1 {
			t.Errorf("%d %v", n, err)
		}
	})
}
