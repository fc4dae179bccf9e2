package exchange

import (
	"database/sql"
	"slices"
	"testing"

	"plenary/internal/platform/db"
	"plenary/internal/testkit"
)

// The tables of a package are those of the database, column by column: a migration that
// adds one must say here what becomes of it.
func TestColumnsAreThoseOfTheDatabase(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		d, err := db.Open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		for _, rel := range relations {
			if rel.name == elsewhere || rel.name == otherThings {
				continue
			}
			types := typesOf(t, d, rel.name)
			var names []string
			for _, c := range types {
				names = append(names, c.Name())
				if col := rel.column(c.Name()); col == nil {
					t.Errorf("%s.%s is not described", rel.name, c.Name())
				} else if !slices.Contains(sorts(c), col.sort) {
					t.Errorf("%s.%s is %s, described as %s", rel.name, c.Name(), c.DatabaseTypeName(), col.sort)
				}
			}
			for _, c := range rel.columns {
				if !slices.Contains(names, c.name) {
					t.Errorf("the database has no %s.%s", rel.name, c.name)
				}
			}
		}
	})
}

func typesOf(t *testing.T, d *db.DB, table string) []*sql.ColumnType {
	t.Helper()
	rows, err := d.Read.QueryContext(t.Context(), "SELECT * FROM "+table+" WHERE 1 = 0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	types, err := rows.ColumnTypes()
	if err != nil || rows.Err() != nil {
		t.Fatal(err, rows.Err())
	}
	return types
}

func sorts(c *sql.ColumnType) []sort {
	switch c.DatabaseTypeName() {
	case "BIGINT", "INT8":
		return []sort{isInteger, isInstant}
	case "BOOLEAN", "BOOL":
		return []sort{isTruth}
	case "DOUBLE PRECISION", "FLOAT8":
		return []sort{isShare}
	case "JSONB":
		return []sort{isJSON}
	}
	return []sort{isText, isID, isDate}
}
