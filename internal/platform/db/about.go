package db

import (
	"context"
	"fmt"
	"strings"
)

// About is what a database says of itself.
type About struct {
	Kind    string `json:"kind" enum:"SQLite,PostgreSQL"`
	Version string `json:"version"`
	Bytes   int64  `json:"bytes"`
	Schema  int64  `json:"schema" doc:"number of the last migration"`
}

// About asks the database for its version, its size and that of its schema.
func (d *DB) About(ctx context.Context) (About, error) {
	out := About{Kind: "SQLite"}
	query := "SELECT sqlite_version(), (SELECT page_count FROM pragma_page_count()) * (SELECT page_size FROM pragma_page_size())"
	if d.Postgres() {
		out.Kind = "PostgreSQL"
		query = "SELECT current_setting('server_version'), pg_database_size(current_database())"
	}
	if err := d.Read.NewRaw(query).Scan(ctx, &out.Version, &out.Bytes); err != nil {
		return out, fmt.Errorf("ask the database for its version: %w", err)
	}
	out.Version, _, _ = strings.Cut(out.Version, " ")
	if err := d.Read.NewRaw("SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version").Scan(ctx, &out.Schema); err != nil {
		return out, fmt.Errorf("read the version of the schema: %w", err)
	}
	return out, nil
}
