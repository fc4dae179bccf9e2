package mine

import (
	"slices"
	"strings"
	"testing"

	"plenary/internal/platform/db"
	"plenary/internal/testkit"
)

// Every column in which somebody may stand is told by a holder or named as holding nothing
// personal, so that no later table is forgotten; and what is told is there.
func TestEveryColumnIsHeld(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		d, err := db.Open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = d.Close() }()
		cols, err := columns(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		if len(cols) < 500 {
			t.Fatalf("only %d columns", len(cols))
		}
		for _, c := range untold(cols) {
			t.Errorf("%s may hold somebody: tell of it in a holder, or in nothingPersonal why it does not", c)
		}
		there := func(table, column string) bool {
			return slices.ContainsFunc(cols, func(c col) bool { return c.table == table && c.name == column })
		}
		for _, r := range rooms() {
			for _, x := range r.list {
				all := slices.Concat(x.keys(), x.acts, x.not, x.names, x.alone, x.within, x.linked)
				for _, o := range x.own {
					all = append(all, o.column)
				}
				for c := range x.set {
					all = append(all, c)
				}
				for _, c := range []string{x.file, x.fileName, x.filesIn} {
					if c != "" {
						all = append(all, c)
					}
				}
				for _, c := range all {
					if !there(x.name, c) {
						t.Errorf("%s: there is no column %s.%s", r.name, x.name, c)
					}
				}
			}
		}
		for name := range nothingPersonal {
			table, column, _ := strings.Cut(name, ".")
			if !there(table, column) {
				t.Errorf("nothingPersonal: there is no column %s", name)
			}
		}
		if got := untold([]col{{"new_table", "account", true, false}, {"new_table", "seen_by", true, false}, {"new_table", "name", true, true}, {"new_table", "count", false, false}}); len(got) != 2 {
			t.Errorf("a new table is not noticed: %v", got)
		}
	})
}
