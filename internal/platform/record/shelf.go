package record

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// A Shelf says in which rows of a room's tables the things of one kind are kept: the
// thing's own row first, then the rows that belong to it. With it a room lets its
// things be copied and put back as they were (an import that is taken back) or carried
// to another database (a data package), without telling anybody its tables.
type Shelf struct {
	Kind   string // "session": events of a restored thing are session.taken_back
	Tables []Table
}

// Table is one table of a Shelf.
type Table struct {
	Name  string
	Key   []string // primary key
	Where string   // which rows belong to things: "session IN (?)"
}

// Row is one row: columns by name. Text, numbers and truth values are themselves; a
// column of JSON is json.RawMessage in its shortest form with sorted keys, equal on
// both databases.
type Row map[string]any

// Rows are rows by table, each list in the order of its primary key.
type Rows map[string][]Row

// ErrChanged is returned by RestoreTx when what is to be put back was changed since.
var ErrChanged = errors.New("changed since")

// Copy reads the rows of things. Ids of nothing have no rows.
func (s Shelf) Copy(ctx context.Context, q bun.IDB, ids []core.ID) (Rows, error) {
	out := Rows{}
	if len(ids) == 0 {
		return out, nil
	}
	for _, t := range s.Tables {
		for part := range slices.Chunk(ids, 500) {
			rows, err := t.read(ctx, q, part)
			if err != nil {
				return nil, fmt.Errorf("copy rows of %s: %w", t.Name, err)
			}
			out[t.Name] = append(out[t.Name], rows...)
		}
		slices.SortFunc(out[t.Name], func(a, b Row) int { return strings.Compare(t.key(a), t.key(b)) })
	}
	return out, nil
}

func (t Table) read(ctx context.Context, q bun.IDB, ids []core.ID) ([]Row, error) {
	args := []any{bun.Ident(t.Name)}
	for range strings.Count(t.Where, "?") {
		args = append(args, bun.List(ids))
	}
	rows, err := q.QueryContext(ctx, "SELECT * FROM ? WHERE "+t.Where, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	var out []Row
	for rows.Next() {
		values, dest := make([]any, len(types)), make([]any, len(types))
		for i := range values {
			dest[i] = &values[i]
		}
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		row := make(Row, len(types))
		for i, c := range types {
			if row[c.Name()], err = column(c, values[i]); err != nil {
				return nil, err
			}
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

// column brings a value to the one form that both databases share.
func column(c *sql.ColumnType, v any) (any, error) {
	if b, ok := v.([]byte); ok {
		v = string(b)
	}
	switch c.DatabaseTypeName() {
	case "JSONB":
		if s, ok := v.(string); ok {
			return canonical([]byte(s))
		}
	case "BOOLEAN", "BOOL":
		if n, ok := v.(int64); ok {
			return n != 0, nil
		}
	}
	return v, nil
}

// canonical is JSON in its shortest form, with sorted keys and numbers as written.
func canonical(b []byte) (json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

func (t Table) key(r Row) string {
	var b strings.Builder
	for _, k := range t.Key {
		if n, ok := number(r[k]); ok {
			fmt.Fprintf(&b, "%020d\x00", n)
			continue
		}
		fmt.Fprintf(&b, "%v\x00", r[k])
	}
	return b.String()
}

func number(v any) (int64, bool) {
	switch n := v.(type) {
	case int64:
		return n, true
	case json.Number:
		i, err := n.Int64()
		return i, err == nil
	case float64:
		return int64(n), n == math.Trunc(n)
	}
	return 0, false
}

// equal compares rows; versions do not count.
func equal(a, b Row) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		w, ok := b[k]
		if !ok || k != "version" && text(v) != text(w) {
			return false
		}
	}
	return true
}

func text(v any) string {
	switch x := v.(type) {
	case nil:
		return "\x00"
	case json.RawMessage:
		return string(x)
	case map[string]any, []any: // a JSON column that went through JSON itself
		b, err := json.Marshal(x)
		if err != nil {
			return ""
		}
		c, err := canonical(b)
		if err != nil {
			return ""
		}
		return string(c)
	}
	if n, ok := number(v); ok {
		return fmt.Sprint(n)
	}
	return fmt.Sprint(v)
}

func (t Table) byKey(rows []Row) map[string]Row {
	out := make(map[string]Row, len(rows))
	for _, r := range rows {
		out[t.key(r)] = r
	}
	return out
}

// RestoreTx puts things back as they were: was and is are the copies of before and
// after what is taken back. Only rows that differ between the two are touched, and
// only when they still stand as in is; else ErrChanged with the ids of those things.
// A thing that is taken away must not have gained rows since. ids are the things
// concerned; the caller knows that nothing else refers to those that go. Event for
// each: KIND.taken_back, in the scope that it is given.
func (s Shelf) RestoreTx(ctx context.Context, tx *Tx, scope string, ids []core.ID, was, is Rows) ([]core.ID, error) {
	now, err := s.Copy(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	if changed := s.changed(was, is, now); len(changed) > 0 {
		return changed, ErrChanged
	}
	for _, t := range slices.Backward(s.Tables) {
		before := t.byKey(was[t.Name])
		for _, r := range is[t.Name] {
			if before[t.key(r)] != nil {
				continue
			}
			if err := t.remove(ctx, tx, r); err != nil {
				return nil, fmt.Errorf("take away row of %s: %w", t.Name, err)
			}
		}
	}
	for _, t := range s.Tables {
		after, current := t.byKey(is[t.Name]), t.byKey(now[t.Name])
		for _, r := range was[t.Name] {
			k := t.key(r)
			switch {
			case after[k] == nil:
				err = insert(ctx, tx, t.Name, []Row{r})
			case !equal(after[k], r):
				err = t.change(ctx, tx, r, current[k])
			}
			if err != nil {
				return nil, fmt.Errorf("put back row of %s: %w", t.Name, err)
			}
		}
	}
	for _, id := range ids {
		tx.Append(s.Kind+".taken_back", id, scope, Internal, Data{"label": ""})
	}
	return nil, nil
}

// changed lists the things whose rows do not stand as they were left.
func (s Shelf) changed(was, is, now Rows) []core.ID {
	var out []core.ID
	add := func(t Table, r Row) {
		id, _ := r[t.Key[0]].(string)
		if i := strings.Index(t.Where, " IN"); i > 0 && !strings.Contains(t.Where[:i], " ") {
			if owner, ok := r[t.Where[:i]].(string); ok {
				id = owner
			}
		}
		if !slices.Contains(out, core.ID(id)) {
			out = append(out, core.ID(id))
		}
	}
	root := s.Tables[0]
	before := root.byKey(was[root.Name])
	whole := len(before) == 0 // all of them go: they must not have gained anything
	for _, t := range s.Tables {
		b, a, n := t.byKey(was[t.Name]), t.byKey(is[t.Name]), t.byKey(now[t.Name])
		for k, r := range a {
			if b[k] != nil && equal(b[k], r) {
				continue
			}
			if n[k] == nil || !equal(n[k], r) {
				add(t, r)
			}
		}
		for k, r := range b {
			if a[k] == nil && n[k] != nil { // taken away then, back again since
				add(t, r)
			}
		}
		if whole {
			for k, r := range n {
				if a[k] == nil {
					add(t, r)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

func (t Table) remove(ctx context.Context, tx *Tx, r Row) error {
	q := tx.NewDelete().TableExpr("?", bun.Ident(t.Name))
	for _, k := range t.Key {
		q = q.Where("? = ?", bun.Ident(k), r[k])
	}
	_, err := q.Exec(ctx)
	return err
}

func (t Table) change(ctx context.Context, tx *Tx, r, current Row) error {
	q := tx.NewUpdate().TableExpr("?", bun.Ident(t.Name))
	for _, c := range slices.Sorted(maps.Keys(r)) {
		if slices.Contains(t.Key, c) {
			continue
		}
		v := r[c]
		if c == "version" { // forms that are open know the row under another
			n, _ := number(current[c])
			v = n + 1
		}
		q = q.Set("? = ?", bun.Ident(c), sqlValue(v))
	}
	for _, k := range t.Key {
		q = q.Where("? = ?", bun.Ident(k), r[k])
	}
	_, err := q.Exec(ctx)
	return err
}

// InsertTx writes rows that were copied elsewhere, of this or of another database,
// and appends KIND.carried for each thing. Rows whose key stands already are an error
// of the database.
func (s Shelf) InsertTx(ctx context.Context, tx *Tx, scope string, vis Visibility, ids []core.ID, rows Rows) error {
	for _, t := range s.Tables {
		for part := range slices.Chunk(rows[t.Name], 200) {
			if err := insert(ctx, tx, t.Name, part); err != nil {
				return fmt.Errorf("carry rows of %s: %w", t.Name, err)
			}
		}
	}
	for _, id := range ids {
		tx.Append(s.Kind+".carried", id, scope, vis, Data{"label": ""})
	}
	return nil
}

func insert(ctx context.Context, tx *Tx, table string, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	cols := slices.Sorted(maps.Keys(rows[0]))
	idents := make([]string, len(cols))
	args := []any{bun.Ident(table)}
	for i, c := range cols {
		idents[i] = "?"
		args = append(args, bun.Ident(c))
	}
	tuples := make([]string, len(rows))
	for i, r := range rows {
		marks := make([]string, len(cols))
		for j, c := range cols {
			marks[j] = "?"
			args = append(args, sqlValue(r[c]))
		}
		tuples[i] = "(" + strings.Join(marks, ", ") + ")"
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO ? ("+strings.Join(idents, ", ")+") VALUES "+strings.Join(tuples, ", "), args...)
	return err
}

// sqlValue is a value as the database takes it.
func sqlValue(v any) any {
	switch x := v.(type) {
	case json.RawMessage:
		return string(x)
	case map[string]any, []any:
		return text(x)
	}
	if n, ok := number(v); ok {
		return n
	}
	return v
}

// Only keeps the rows of some things: of made things of which a part is to stay.
func (s Shelf) Only(rows Rows, ids []core.ID) (Rows, error) {
	out := Rows{}
	for i, t := range s.Tables {
		owner := t.Key[0]
		if i > 0 {
			var ok bool
			if owner, _, ok = strings.Cut(t.Where, " IN "); !ok || strings.Contains(owner, " ") {
				return nil, fmt.Errorf("rows of %s do not name their owner", t.Name)
			}
		}
		for _, r := range rows[t.Name] {
			id, _ := r[owner].(string)
			if slices.Contains(ids, core.ID(id)) {
				out[t.Name] = append(out[t.Name], r)
			}
		}
	}
	return out, nil
}
