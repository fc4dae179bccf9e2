package record

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Holding is the rows of one table in which something personal of somebody stands. Table
// and Where are written in the program, never by a reader; whose table it is has said in
// the program what may be taken out of it.
type Holding struct {
	Table string
	Where string
	Args  []any
}

// Read reads the rows, in the form of Shelf.
func (h Holding) Read(ctx context.Context, q bun.IDB) ([]Row, error) {
	rows, err := q.QueryContext(ctx, "SELECT * FROM ? WHERE "+h.Where, append([]any{bun.Ident(h.Table)}, h.Args...)...)
	if err != nil {
		return nil, fmt.Errorf("read rows of %s: %w", h.Table, err)
	}
	defer func() { _ = rows.Close() }()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, fmt.Errorf("read columns of %s: %w", h.Table, err)
	}
	var out []Row
	for rows.Next() {
		values, dest := make([]any, len(types)), make([]any, len(types))
		for i := range values {
			dest[i] = &values[i]
		}
		if err := rows.Scan(dest...); err != nil {
			return nil, fmt.Errorf("read row of %s: %w", h.Table, err)
		}
		row := make(Row, len(types))
		for i, c := range types {
			if row[c.Name()], err = column(c, values[i]); err != nil {
				return nil, fmt.Errorf("read %s of %s: %w", c.Name(), h.Table, err)
			}
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

// Count counts the rows.
func (h Holding) Count(ctx context.Context, q bun.IDB) (n int, err error) {
	err = q.NewRaw("SELECT COUNT(*) FROM ? WHERE "+h.Where, append([]any{bun.Ident(h.Table)}, h.Args...)...).Scan(ctx, &n)
	if err != nil {
		return 0, fmt.Errorf("count rows of %s: %w", h.Table, err)
	}
	return n, nil
}

// DeleteTx takes the rows away, inside an act that appends what was done.
func (h Holding) DeleteTx(ctx context.Context, tx *Tx) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM ? WHERE "+h.Where, append([]any{bun.Ident(h.Table)}, h.Args...)...); err != nil {
		return fmt.Errorf("erase rows of %s: %w", h.Table, err)
	}
	return nil
}

// ClearTx gives columns of the rows other values, inside an act that appends what was done.
func (h Holding) ClearTx(ctx context.Context, tx *Tx, values map[string]any) error {
	if len(values) == 0 {
		return nil
	}
	args, sets := []any{bun.Ident(h.Table)}, make([]string, 0, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		sets = append(sets, "? = ?")
		args = append(args, bun.Ident(name), values[name])
	}
	if _, err := tx.ExecContext(ctx, "UPDATE ? SET "+strings.Join(sets, ", ")+" WHERE "+h.Where, append(args, h.Args...)...); err != nil {
		return fmt.Errorf("clear columns of %s: %w", h.Table, err)
	}
	return nil
}

// RenameTx writes another text wherever a column of JSON in the rows has one of the old
// ones as a whole value. key is the primary key.
func (h Holding) RenameTx(ctx context.Context, tx *Tx, key []string, name string, old []string, text string) error {
	rows, err := h.Read(ctx, tx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		raw, ok := row[name].(json.RawMessage)
		if !ok {
			continue
		}
		changed, did := Renamed(raw, old, text)
		if !did {
			continue
		}
		one := Holding{Table: h.Table}
		for i, k := range key {
			if i > 0 {
				one.Where += " AND "
			}
			one.Where += "? = ?"
			one.Args = append(one.Args, bun.Ident(k), row[k])
		}
		if err := one.ClearTx(ctx, tx, map[string]any{name: string(changed)}); err != nil {
			return err
		}
	}
	return nil
}

// Renamed is JSON in which every text that is one of the old ones is another text; did
// says whether there was any.
func Renamed(raw json.RawMessage, old []string, text string) (out json.RawMessage, did bool) {
	shape, err := canonical(raw)
	if err != nil {
		return raw, false
	}
	var v any
	if json.Unmarshal(shape, &v) != nil {
		return raw, false
	}
	var walk func(v any) any
	walk = func(v any) any {
		switch v := v.(type) {
		case string:
			if slices.Contains(old, v) {
				did = true
				return text
			}
		case []any:
			for i := range v {
				v[i] = walk(v[i])
			}
		case map[string]any:
			for k := range v {
				v[k] = walk(v[k])
			}
		}
		return v
	}
	v = walk(v)
	if !did {
		return raw, false
	}
	return mustJSON(v), true
}

// ErasePersonalTx takes the personal parts out of the events about subjects and of what an
// account did, inside the act that erases them. Numbers, order and public parts stay: the
// record remains whole.
func ErasePersonalTx(ctx context.Context, tx *Tx, subjects []core.ID, account core.ID) error {
	q := tx.NewUpdate().Model((*Event)(nil)).Set("personal = NULL").Where("personal IS NOT NULL")
	q = q.WhereGroup(" AND ", func(q *bun.UpdateQuery) *bun.UpdateQuery {
		if len(subjects) > 0 {
			q = q.Where("subject IN (?)", bun.List(subjects))
		}
		if account != "" {
			q = q.WhereOr("account = ?", account)
		}
		return q.WhereOr("1 = 0")
	})
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("erase personal parts: %w", err)
	}
	return nil
}

// plainRun is the longest part of a text that is written in JSON as it is.
func plainRun(text string) (longest string) {
	for _, run := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != ' ' && r != '-' }) {
		if len(run) > len(longest) {
			longest = run
		}
	}
	return longest
}

// Naming finds the events whose public part holds one of the texts as a whole value. It
// reads the whole record: it is asked before the act that renames.
func (r *Record) Naming(ctx context.Context, texts []string) ([]int64, error) {
	var seqs []int64
	for _, t := range texts {
		if t == "" {
			continue
		}
		like := plainRun(t) // the databases write the other characters of JSON each in its own way
		var rows []Event
		if err := r.DB.Read.NewSelect().Model(&rows).Column("seq", "data").Where("CAST(data AS TEXT) LIKE ?", "%"+like+"%").OrderExpr("seq").Scan(ctx); err != nil {
			return nil, fmt.Errorf("look for events that name: %w", err)
		}
		for _, e := range rows {
			if _, did := Renamed(e.Data, []string{t}, ""); did && !slices.Contains(seqs, e.Seq) {
				seqs = append(seqs, e.Seq)
			}
		}
	}
	slices.Sort(seqs)
	return seqs, nil
}

// RenameTx writes another text into the public parts of events wherever one of the old
// ones stands as a whole value, inside the act that erases somebody. seqs are those of
// Naming.
func RenameTx(ctx context.Context, tx *Tx, seqs []int64, old []string, text string) error {
	for part := range slices.Chunk(seqs, 500) {
		var rows []Event
		if err := tx.NewSelect().Model(&rows).Column("seq", "data").Where("seq IN (?)", bun.List(part)).Scan(ctx); err != nil {
			return fmt.Errorf("load events that name: %w", err)
		}
		for _, e := range rows {
			data, did := Renamed(e.Data, old, text)
			if !did {
				continue
			}
			if _, err := tx.NewUpdate().Model((*Event)(nil)).Set("data = ?", string(data)).Where("seq = ?", e.Seq).Exec(ctx); err != nil {
				return fmt.Errorf("rename in event: %w", err)
			}
		}
	}
	return nil
}

// RedactTx takes the words out of the public parts of all events about subjects, inside the
// act that erases them; text becomes what the subject is called. Ids, numbers and truth
// values stay.
func RedactTx(ctx context.Context, tx *Tx, subjects []core.ID, text string) error {
	if len(subjects) == 0 {
		return nil
	}
	var rows []Event
	if err := tx.NewSelect().Model(&rows).Column("seq", "data").Where("subject IN (?)", bun.List(subjects)).Scan(ctx); err != nil {
		return fmt.Errorf("load events about: %w", err)
	}
	for _, e := range rows {
		was, now := map[string]any{}, map[string]any{"label": text}
		if err := json.Unmarshal(e.Data, &was); err != nil {
			return fmt.Errorf("read event: %w", err)
		}
		for k, v := range was {
			switch v := v.(type) {
			case string:
				if core.ID(v).Valid() {
					now[k] = v
				}
			case float64, bool:
				now[k] = v
			}
		}
		if _, err := tx.NewUpdate().Model((*Event)(nil)).Set("data = ?", string(mustJSON(now))).Where("seq = ?", e.Seq).Exec(ctx); err != nil {
			return fmt.Errorf("redact event: %w", err)
		}
	}
	return nil
}
