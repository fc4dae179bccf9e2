// Package migrations holds the one sequence of SQL that brings a database, SQLite
// or PostgreSQL, to the present schema. Files are numbered and only go forward; a
// program one release older must still run on the new schema. Each table names in a
// comment the room that alone writes it: `-- room: programme`.
package migrations

import "embed"

// FS holds the migrations.
//
//go:embed *.sql
var FS embed.FS
