package backup

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// reader asks one database, within a transaction.
type reader struct {
	tx       *sql.Tx
	postgres bool
	without  map[string]string // tables whose rows are left out
	blank    map[string]string // columns that are blanked
}

// goose keeps the versions of the schema in a table of its own.
const versions = "goose_db_version"

// tables are all tables with their columns, in an order in which none refers to a later one.
func (r *reader) tables(ctx context.Context) ([]Table, error) {
	byName := map[string]*Table{}
	query := `SELECT m.name, p.name, p.type, p.pk FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS p
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY m.name, p.name`
	if r.postgres {
		query = `SELECT c.relname, a.attname, format_type(a.atttypid, NULL), COALESCE(array_position(i.indkey::int2[], a.attnum) + 1, 0)
			FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
			LEFT JOIN pg_index AS i ON i.indrelid = c.oid AND i.indisprimary
			WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema() ORDER BY c.relname, a.attname`
	}
	type keyed struct {
		name string
		at   int
	}
	keys := map[string][]keyed{}
	err := r.each(ctx, query, func(scan func(...any) error) error {
		var table, column, kind string
		var at int
		if err := scan(&table, &column, &kind, &at); err != nil {
			return err
		}
		if table == versions {
			return nil
		}
		typ, err := typeOf(kind)
		if err != nil {
			return fmt.Errorf("column %s.%s: %w", table, column, err)
		}
		t := byName[table]
		if t == nil {
			t = &Table{Name: table}
			byName[table] = t
		}
		t.Columns = append(t.Columns, Column{column, typ})
		if at > 0 {
			keys[table] = append(keys[table], keyed{column, at})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	for name, t := range byName {
		slices.SortFunc(t.Columns, func(a, b Column) int { return cmp.Compare(a.Name, b.Name) })
		slices.SortFunc(keys[name], func(a, b keyed) int { return cmp.Compare(a.at, b.at) })
		for _, k := range keys[name] {
			t.Key = append(t.Key, k.name)
		}
		if len(t.Key) == 0 { // all of it then
			for _, c := range t.Columns {
				t.Key = append(t.Key, c.Name)
			}
		}
	}
	if err := r.references(ctx, byName); err != nil {
		return nil, err
	}
	return ordered(byName), nil
}

// references finds which table refers to which.
func (r *reader) references(ctx context.Context, byName map[string]*Table) error {
	query := `SELECT m.name, f."table" FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table'`
	if r.postgres {
		query = `SELECT c.relname, f.relname FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_class AS f ON f.oid = k.confrelid
			JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE k.contype = 'f' AND n.nspname = current_schema()`
	}
	err := r.each(ctx, query, func(scan func(...any) error) error {
		var from, to string
		if err := scan(&from, &to); err != nil {
			return err
		}
		if t := byName[from]; t != nil && from != to {
			t.refs = append(t.refs, to)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read the references of tables: %w", err)
	}
	return nil
}

// ordered puts tables after those that they refer to, else by name.
func ordered(byName map[string]*Table) []Table {
	names := make([]string, 0, len(byName))
	for n := range byName {
		names = append(names, n)
	}
	slices.Sort(names)
	var out []Table
	done := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		t := byName[name]
		if t == nil || done[name] {
			return
		}
		done[name] = true
		slices.Sort(t.refs)
		for _, to := range t.refs {
			visit(to)
		}
		out = append(out, *t)
	}
	for _, n := range names {
		visit(n)
	}
	return out
}

func typeOf(kind string) (Type, error) {
	switch strings.ToLower(kind) {
	case "text", "character varying":
		return Text, nil
	case "bigint", "integer", "smallint":
		return Int, nil
	case "boolean":
		return Bool, nil
	case "double precision", "real":
		return Float, nil
	case "jsonb", "json":
		return JSON, nil
	}
	return "", fmt.Errorf("%q is a type that no backup knows", kind)
}

func (r *reader) each(ctx context.Context, query string, fn func(scan func(...any) error) error) error {
	rows, err := r.tx.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := fn(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// selectAll is the query of all rows of a table, in the one order that both databases have.
func (r *reader) selectAll(t *Table) string {
	cols := make([]string, len(t.Columns))
	types := map[string]Type{}
	for i, c := range t.Columns {
		cols[i] = quote(c.Name)
		types[c.Name] = c.Type
		if c.Type == JSON && r.postgres {
			cols[i] = "CAST(" + cols[i] + " AS TEXT)"
		}
	}
	keys := make([]string, len(t.Key))
	for i, k := range t.Key {
		keys[i] = quote(k)
		if r.postgres && types[k] == Text {
			keys[i] += ` COLLATE "C"`
		}
	}
	return "SELECT " + strings.Join(cols, ", ") + " FROM " + quote(t.Name) + " ORDER BY " + strings.Join(keys, ", ")
}
