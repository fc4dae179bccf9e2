// Package backup writes a whole forum into one file and puts it back, into either
// database. The file is a tar stream under zstd:
//
//	backup.json             what it is: version of the format, of the program, of the schema; the tables
//	tables/NAME/000001.jsonl  rows in the order of their keys, one JSON array a line
//	files/HASH              the files that people sent, under the SHA-256 of their bytes
//	data/NAME               what else the data folder holds that the forum needs
//	manifest.json           rows, bytes and SHA-256 of each table; what could not be read
//	manifest.sha256         the SHA-256 of manifest.json
//
// Values have one form whatever the database: texts, whole numbers, true and false,
// numbers, and JSON with sorted keys. So the same forum has the same sums on both.
package backup

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"plenary/internal/core"
)

// Version of the format. A program reads its own and all before it.
const Version = 1

const (
	formatName   = "plenary-backup"
	headerName   = "backup.json"
	manifestName = "manifest.json"
	sumName      = "manifest.sha256"

	partSize   = 1 << 20   // rows are handed on in parts of about this size
	largestRow = 256 << 20 // and none is larger than this
	smallFile  = 1 << 20   // largest header, manifest or file of the data folder, in a multiple below
)

// Header is the first entry: what the file is.
type Header struct {
	Format   string            `json:"format"`
	Version  int               `json:"version"`
	Program  string            `json:"program"`
	Made     core.Instant      `json:"made"`
	Database string            `json:"database"` // sqlite or postgres; for people
	Schema   []int64           `json:"schema"`   // versions that were applied
	Place    int64             `json:"place"`    // the last event
	Tables   []Table           `json:"tables"`   // in an order in which none refers to a later one
	LeftOut  map[string]string `json:"left_out"` // tables without their rows, and why
	Blanked  map[string]string `json:"blanked"`  // columns whose values are not carried: TABLE.COLUMN → what stands there, as JSON
}

// Table is a table as it stands in the file.
type Table struct {
	Name    string   `json:"name"`
	Columns []Column `json:"columns"` // by name
	Key     []string `json:"key"`     // rows are in the order of these columns

	refs []string // tables that it refers to
}

// Column is a column with the form of its values.
type Column struct {
	Name string `json:"name"`
	Type Type   `json:"type"`
}

// Type is the form of values.
type Type string

// Types of columns.
const (
	Text  Type = "text"
	Int   Type = "int"
	Bool  Type = "bool"
	Float Type = "float"
	JSON  Type = "json"
)

// Manifest is the entry before the last: what must have been there.
type Manifest struct {
	Header string            `json:"header"` // SHA-256 of backup.json
	Tables map[string]Sum    `json:"tables"`
	Files  Count             `json:"files"`
	Data   map[string]string `json:"data"` // SHA-256 of each file of the data folder
	// Missing are listed files whose bytes were not there, Damaged those whose bytes were
	// others: the forum that was backed up had lost them already.
	Missing []string `json:"missing,omitempty"`
	Damaged []string `json:"damaged,omitempty"`
}

// Sum is what a table comes to.
type Sum struct {
	Rows   int64  `json:"rows"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Count is how many files, and of how many bytes.
type Count struct {
	Count int64 `json:"count"`
	Bytes int64 `json:"bytes"`
}

// Rows are all rows of all tables.
func (m *Manifest) Rows() (n int64) {
	for _, s := range m.Tables {
		n += s.Rows
	}
	return n
}

// leftOut are tables whose rows are not carried: they are of a process, or good for a
// short while only. A session that was ended must not come back with an old backup.
var leftOut = map[string]string{ //nolint:gosec // names of tables
	"search_indexes":   "how the search index of each process stands",
	"account_sessions": "sessions of browsers: everybody signs in anew",
	"sign_in_links":    "links of mails, good for half an hour",
	"account_tokens":   "personal tokens: their owners make new ones",
	"sign_in_tokens":   "links of mails, good for half an hour",
	"sign_in_states":   "what browsers are in the middle of, for some minutes",
	"parked_forms":     "forms that wait for signing in, for a day",
	"leases":           "which process does what work just now",
	"write_marks":      "what processes note to find out whether a commit came through",
	"setup_tokens":     "tokens of the set-up page, good until the next start",
	"api_keys":         "answers to calls that may be sent twice, for a day",
}

// blanked are columns whose values are not carried but written as these: leases of processes.
var blanked = map[string]string{
	"followers.owner":       `""`,
	"followers.lease_until": "0",
}

// DamageError says what is broken in a backup, and where.
type DamageError struct {
	Where string
	What  string
}

func (d *DamageError) Error() string {
	if d.Where == "" {
		return "the backup is broken: " + d.What
	}
	return "the backup is broken at " + d.Where + ": " + d.What
}

func broken(where, format string, args ...any) error {
	return &DamageError{where, fmt.Sprintf(format, args...)}
}

var (
	tableName  = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
	partName   = regexp.MustCompile(`^tables/([a-z][a-z0-9_]{0,62})/([0-9]{6})\.jsonl$`)
	hashName   = regexp.MustCompile(`^files/([0-9a-f]{64})$`)
	dataName   = regexp.MustCompile(`^data/([a-z0-9][a-z0-9._-]{0,62})$`)
	hashOfText = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

func part(table string, n int) string {
	return path.Join("tables", table, fmt.Sprintf("%06d.jsonl", n))
}

// check looks whether a header can be what Write wrote.
func (h *Header) check() error {
	switch {
	case h.Format != formatName:
		return broken(headerName, "this is no backup of Plenary")
	case h.Version > Version:
		return &NewerError{fmt.Sprintf("the backup has format %d, made by Plenary %s; this program reads up to %d", h.Version, clean(h.Program), Version)}
	case h.Version < 1:
		return broken(headerName, "it has no version")
	case len(h.Schema) == 0 || !slices.IsSorted(h.Schema):
		return broken(headerName, "it does not say of which version of the schema it is")
	case len(h.Tables) == 0:
		return broken(headerName, "it names no tables")
	}
	seen := map[string]bool{}
	for _, t := range h.Tables {
		if !tableName.MatchString(t.Name) || seen[t.Name] || len(t.Columns) == 0 || len(t.Key) == 0 {
			return broken(headerName, "table %q is not described as a table is", clean(t.Name))
		}
		seen[t.Name] = true
		names := map[string]bool{}
		for i, c := range t.Columns {
			if !tableName.MatchString(c.Name) || i > 0 && t.Columns[i-1].Name >= c.Name || !slices.Contains([]Type{Text, Int, Bool, Float, JSON}, c.Type) {
				return broken(headerName, "column %q of %s is not described as a column is", clean(c.Name), t.Name)
			}
			names[c.Name] = true
		}
		for _, k := range t.Key {
			if !names[k] {
				return broken(headerName, "the key of %s names a column that is not there", t.Name)
			}
		}
	}
	return nil
}

// table finds a table.
func (h *Header) table(name string) (*Table, bool) {
	i := slices.IndexFunc(h.Tables, func(t Table) bool { return t.Name == name })
	if i < 0 {
		return nil, false
	}
	return &h.Tables[i], true
}

// NewerError says that a backup needs a newer program.
type NewerError struct{ what string }

func (n *NewerError) Error() string {
	return n.what + ". Restore it with the program that made it, or a newer one"
}

// known tells whether the program can make the schema of the backup.
func (h *Header) known(versions []int64) error {
	var lacks []string
	for _, v := range h.Schema {
		if !slices.Contains(versions, v) {
			lacks = append(lacks, fmt.Sprint(v))
		}
	}
	if len(lacks) == 0 {
		return nil
	}
	return &NewerError{fmt.Sprintf("the backup was made by Plenary %s with a newer schema (this program does not know version %s of it)", clean(h.Program), strings.Join(lacks, ", "))}
}

// clean makes words of a foreign file fit for a terminal.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, s)
	if len(s) > 80 {
		s = strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}

func marshal(v any) ([]byte, error) {
	b, err := json.MarshalIndent(v, "", "  ")
	return append(b, '\n'), err
}

// Same says in which tables two backups differ; nothing where they hold the same rows.
func Same(a, b *Manifest) (differ []string) {
	names := map[string]bool{}
	for n := range a.Tables {
		names[n] = true
	}
	for n := range b.Tables {
		names[n] = true
	}
	for _, n := range slices.Sorted(maps.Keys(names)) {
		if a.Tables[n] != b.Tables[n] {
			differ = append(differ, n)
		}
	}
	return differ
}
