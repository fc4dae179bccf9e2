package mine

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// by says by what a column tells that a row is hers.
type by string

const (
	byAccount      by = "account"
	byPerson       by = "person"
	byEmail        by = "email"
	byRegistration by = "registration"
)

// own is a column by which rows are hers; under: it names a row of another table which is.
type own struct {
	column string
	by     by
	under  string
}

// table is what one table holds about people, and what becomes of it.
type table struct {
	name string
	key  []string // primary key; id unless said
	own  []own    // rows that are hers
	// acts are columns that name who did something. The id stays: it leads to an account
	// or person that is empty by then. Only the id goes into the export, with the key.
	acts []string
	only string // further condition of the rows that are hers
	// not are columns of the rows that are not for the export: secrets, and others.
	not      []string
	file     string // column with the hash of a file that she sent
	fileName string
	remove   bool           // the rows go
	set      map[string]any // values that columns get
	names    []string       // columns with her name, which is withdrawn unless she keeps it
	alone    []string       // columns with a name alone: withdrawn where it is hers and nobody else has it
	within   []string       // columns of JSON in which her name stands as a value
	linked   []string       // columns that are emptied, so that they lead to nobody
	kept     string         // key of the sentence why rows stay
	filesIn  string         // column of JSON with files that she sent, as calls keep them
	emptied  bool           // the room itself empties the row
	same     bool           // another entry of the table tells what it holds
}

func account(columns ...string) (out []own) { return owns(byAccount, columns) }
func person(columns ...string) (out []own)  { return owns(byPerson, columns) }
func email(columns ...string) (out []own)   { return owns(byEmail, columns) }
func entry(columns ...string) (out []own)   { return owns(byRegistration, columns) }

func owns(b by, columns []string) (out []own) {
	for _, c := range columns {
		out = append(out, own{column: c, by: b})
	}
	return out
}

// under says that a row is hers where the row of another table is, which it names.
func under(column, table string) []own { return []own{{column: column, under: table}} }

func (t *table) keys() []string {
	if len(t.key) == 0 {
		return []string{"id"}
	}
	return t.key
}

// hers is the condition of the rows that are hers; empty where there can be none.
func hers(all map[string]*table, t *table, who *Who) (where string, args []any) {
	var parts []string
	for _, o := range t.own {
		if o.under != "" {
			p := all[o.under]
			inner, more := hers(all, p, who)
			if inner == "" {
				continue
			}
			parts = append(parts, o.column+" IN (SELECT "+p.keys()[0]+" FROM "+p.name+" WHERE "+inner+")")
			args = append(args, more...)
			continue
		}
		list := who.values(o.by)
		if len(list) == 0 {
			continue
		}
		parts = append(parts, o.column+" IN (?)")
		args = append(args, bun.List(list))
	}
	if len(parts) == 0 {
		return "", nil
	}
	where = "(" + strings.Join(parts, " OR ") + ")"
	if t.only != "" {
		where += " AND (" + t.only + ")"
	}
	return where, args
}

func (w *Who) values(b by) (out []string) {
	switch b {
	case byAccount:
		for _, id := range w.accounts() {
			out = append(out, string(id))
		}
	case byPerson:
		for _, id := range w.people() {
			out = append(out, string(id))
		}
	case byEmail:
		return w.Emails
	case byRegistration:
		for _, id := range w.Registrations {
			out = append(out, string(id))
		}
	}
	return out
}

// tables is a Holder whose tables say all that there is to say.
type tables struct {
	name string
	list []table
	all  map[string]*table
	rec  *record.Record
	drop func(ctx context.Context, tx *record.Tx, file string) error
}

// Name is that of the room.
func (h *tables) Name() string { return h.name }

func (h *tables) holding(t *table, who *Who) (record.Holding, bool) {
	where, args := hers(h.all, t, who)
	return record.Holding{Table: t.name, Where: where, Args: args}, where != ""
}

// Collect reads the rows that are hers, and the keys of those where she only did something.
func (h *tables) Collect(ctx context.Context, who *Who) ([]Part, error) {
	var out []Part
	for i := range h.list {
		t := &h.list[i]
		if t.same {
			continue
		}
		p := Part{Name: t.name}
		if held, ok := h.holding(t, who); ok {
			rows, err := held.Read(ctx, h.rec.DB.Read)
			if err != nil {
				return nil, err
			}
			for _, r := range rows {
				p.Files = append(p.Files, t.files(r)...)
				maps.DeleteFunc(r, func(k string, v any) bool {
					return slices.Contains(t.not, k) || slices.Contains(t.acts, k) && !who.is(v)
				})
				p.Rows = append(p.Rows, r)
			}
		}
		acted, err := h.acted(ctx, t, who)
		if err != nil {
			return nil, err
		}
		if len(p.Rows) > 0 {
			out = append(out, p)
		}
		if len(acted) > 0 {
			out = append(out, Part{Name: t.name + "_done", Rows: acted})
		}
	}
	return out, nil
}

func (w *Who) is(v any) bool {
	s, ok := v.(string)
	return ok && s != "" && (slices.Contains(w.accounts(), core.ID(s)) || slices.Contains(w.people(), core.ID(s)))
}

// acted are the keys of the rows in which she did something, with the column that says so.
func (h *tables) acted(ctx context.Context, t *table, who *Who) ([]record.Row, error) {
	var out []record.Row
	for _, column := range t.acts {
		ids := append(who.values(byAccount), who.values(byPerson)...)
		rows, err := record.Holding{Table: t.name, Where: column + " IN (?)", Args: []any{bun.List(ids)}}.Read(ctx, h.rec.DB.Read)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			one := record.Row{"as": column}
			for _, k := range t.keys() {
				one[k] = r[k]
			}
			for _, k := range []string{"at", "created", "signed", "decided"} {
				if v, ok := r[k]; ok && v != nil {
					one[k] = v
				}
			}
			out = append(out, one)
		}
	}
	return out, nil
}

// Keeps counts the rows that would stay.
func (h *tables) Keeps(ctx context.Context, who *Who) ([]Kept, error) {
	var out []Kept
	for i := range h.list {
		t := &h.list[i]
		held, ok := h.holding(t, who)
		if t.kept == "" || !ok {
			continue
		}
		n, err := held.Count(ctx, h.rec.DB.Read)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			out = append(out, Kept{Key: t.kept, Count: n})
		}
	}
	return out, nil
}

// EraseTx does with the rows what their tables say, those that stand under others first.
func (h *tables) EraseTx(ctx context.Context, tx *record.Tx, who *Who) error {
	for i := len(h.list) - 1; i >= 0; i-- {
		t := &h.list[i]
		if err := h.alone(ctx, tx, t, who); err != nil {
			return err
		}
		held, ok := h.holding(t, who)
		if !ok {
			continue
		}
		if err := h.one(ctx, tx, t, held, who); err != nil {
			return err
		}
	}
	return nil
}

func (h *tables) one(ctx context.Context, tx *record.Tx, t *table, held record.Holding, who *Who) error {
	if t.file != "" && t.remove || t.filesIn != "" && t.same {
		rows, err := held.Read(ctx, tx)
		if err != nil {
			return err
		}
		for _, r := range rows {
			for _, f := range t.files(r) {
				if err := h.drop(ctx, tx, f.ID); err != nil {
					return err
				}
			}
		}
	}
	if t.remove {
		return held.DeleteTx(ctx, tx)
	}
	if !who.keepsName() {
		for _, c := range t.within {
			if err := held.RenameTx(ctx, tx, t.keys(), c, who.Names, who.Withdrawn); err != nil {
				return err
			}
		}
	}
	values := maps.Clone(t.set)
	if values == nil {
		values = map[string]any{}
	}
	if !who.keepsName() {
		for _, c := range t.names {
			values[c] = who.Withdrawn
			if strings.HasSuffix(c, "_key") {
				values[c] = core.Fold(who.Withdrawn)
			}
		}
	}
	for _, c := range t.linked {
		values[c] = ""
	}
	return held.ClearTx(ctx, tx, values)
}

// alone withdraws a name that stands without an id beside it, unless somebody else with an
// account has the same one.
func (h *tables) alone(ctx context.Context, tx *record.Tx, t *table, who *Who) error {
	if len(t.alone) == 0 {
		return nil
	}
	for _, name := range who.Names {
		others, err := tx.NewSelect().TableExpr("accounts AS a").Where("a.name = ? AND a.id NOT IN (?)", name, bun.List(who.accounts())).Exists(ctx)
		if err != nil {
			return err
		}
		if others {
			continue
		}
		for _, c := range t.alone {
			held := record.Holding{Table: t.name, Where: c + " = ?", Args: []any{name}}
			if err := held.ClearTx(ctx, tx, map[string]any{c: who.Withdrawn}); err != nil {
				return err
			}
		}
	}
	return nil
}

// files are the files that a row names.
func (t *table) files(r record.Row) (out []FileRef) {
	if id, _ := r[t.file].(string); id != "" {
		name, _ := r[t.fileName].(string)
		out = append(out, FileRef{ID: id, Name: name})
	}
	if raw, ok := r[t.filesIn].(json.RawMessage); ok {
		var v any
		if json.Unmarshal(raw, &v) == nil {
			out = append(out, filesWithin(v)...)
		}
	}
	return out
}

// filesWithin finds the files in answers, wherever they stand.
func filesWithin(v any) (out []FileRef) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			out = append(out, filesWithin(x)...)
		}
	case map[string]any:
		if id, _ := v["blob"].(string); id != "" {
			name, _ := v["name"].(string)
			return []FileRef{{ID: id, Name: name}}
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out = append(out, filesWithin(v[k])...)
		}
	}
	return out
}
