package mine

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"plenary/internal/platform/db"
	"plenary/internal/testkit"
)

// naming is how columns are called that hold the id of an account or a person.
var naming = regexp.MustCompile(`^(account|person|moderator|focal|assignee|decider|author|added_by|merged_into)$|_(account|person)$|^(by|disposed|confirmed|answered|acted)_(account|person|by)$`)

// Every column that may name an account or a person is moved when two accounts become one, or
// it is said why it stays, so that no later table is forgotten; and where a key holds rows to
// one for each of them, it is said that the kept one wins.
func TestEveryColumnMoves(t *testing.T) {
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
		all := moves()
		for _, c := range unmoved(cols, all) {
			t.Errorf("%s may name an account or a person: tell of it in a holder, in namingToo, or in staying why it does not move", c)
		}
		if got := unmoved([]col{{"new_table", "account", true, false}, {"new_table", "asked_person", true, false}, {"new_table", "count", false, false}}, all); len(got) != 2 {
			t.Errorf("a new table is not noticed: %v", got)
		}
		for _, m := range all {
			if !slices.ContainsFunc(cols, func(c col) bool { return c.table == m.table && c.name == m.column }) {
				t.Errorf("there is no column %s.%s", m.table, m.column)
			}
		}
		for _, k := range keysOf(t, d) {
			for _, c := range k.columns {
				if (slices.Contains(all, move{k.table, c}) || c == "reviewer") && !same(once[k.table], k.columns) && !peoplesOwn[k.table] && k.table != "review_reviews" {
					t.Errorf("%s holds %v to one row: say in once that the kept account's wins, and in stops where it must not", k.table, k.columns)
				}
			}
		}
	})
}

// peoplesOwn are tables whose rooms settle it themselves when two pages become one.
var peoplesOwn = map[string]bool{"person_names": true, "paper_endorsements": true}

func unmoved(cols []col, all []move) (out []string) {
	for _, c := range cols {
		name := c.table + "." + c.name
		if !c.text || !naming.MatchString(c.name) || slices.Contains(movedByAccounts, c.table) || slices.Contains(ending, c.table) || staying[name] != "" || slices.Contains(all, move{c.table, c.name}) {
			continue
		}
		if why := nothingPersonal[name]; why != "" && !strings.HasPrefix(why, "the holder") && c.name != "account" && c.name != "person" {
			continue
		}
		out = append(out, name)
	}
	return out
}

type key struct {
	table   string
	columns []string
}

func same(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// keysOf are the keys of all tables, by which rows are held apart.
func keysOf(t *testing.T, d *db.DB) []key {
	t.Helper()
	var rows []struct{ T, I, C string }
	query := "SELECT m.name AS t, l.name AS i, c.name AS c FROM sqlite_master AS m JOIN pragma_index_list(m.name) AS l JOIN pragma_index_info(l.name) AS c WHERE m.type = 'table' AND l.\"unique\" = 1 ORDER BY 1, 2, c.seqno"
	if d.Postgres() {
		query = "SELECT tc.relname AS t, ic.relname AS i, a.attname AS c FROM pg_index AS x JOIN pg_class AS tc ON tc.oid = x.indrelid JOIN pg_class AS ic ON ic.oid = x.indexrelid JOIN pg_namespace AS n ON n.oid = tc.relnamespace JOIN pg_attribute AS a ON a.attrelid = tc.oid AND a.attnum = ANY(x.indkey) WHERE x.indisunique AND n.nspname = current_schema() ORDER BY 1, 2, 3"
	}
	if err := d.Read.NewRaw(query).Scan(t.Context(), &rows); err != nil {
		t.Fatal(err)
	}
	var out []key
	last := ""
	for _, r := range rows {
		if r.T+r.I != last {
			out, last = append(out, key{table: r.T}), r.T+r.I
		}
		out[len(out)-1].columns = append(out[len(out)-1].columns, r.C)
	}
	if len(out) < 80 {
		t.Fatalf("only %d keys", len(out))
	}
	return out
}
