package mine

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"plenary/internal/platform/db"
)

// col is a column of the database.
type col struct {
	table, name string
	text        bool // text or JSON
	json        bool // a name in JSON is that of a thing, in languages
}

// columns are all columns of all tables.
func columns(ctx context.Context, d *db.DB) ([]col, error) {
	var rows []struct{ T, C, Kind string }
	query := "SELECT m.name AS t, p.name AS c, p.type AS kind FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, p.cid"
	if d.Postgres() {
		query = "SELECT table_name AS t, column_name AS c, data_type AS kind FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
	}
	if err := d.Read.NewRaw(query).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	out := make([]col, 0, len(rows))
	for _, r := range rows {
		kind := strings.ToLower(r.Kind)
		if strings.HasPrefix(r.T, "goose") {
			continue
		}
		out = append(out, col{table: r.T, name: r.C, text: kind == "text" || strings.HasPrefix(kind, "json"), json: strings.HasPrefix(kind, "json")})
	}
	return out, nil
}

// sounds is how columns are called in which somebody may stand: an account, a person, an
// address, a name.
var sounds = regexp.MustCompile(`^(account|person|email|email_key|name|moderator|focal|assignee|decider|author|speaker|reviewer|owner|contact|registration|application|subject|handler|profile|signed_as|to_addr|by_whom|to_whom)$|_(account|person|by|name|email)$|^by_`)

// untold are the columns of text which sound as if somebody stood in them and of which no
// holder says anything.
func untold(cols []col) []string {
	var out []string
	for _, c := range cols {
		if !c.text || c.json && strings.HasSuffix(c.name, "name") || !sounds.MatchString(c.name) || nothingPersonal[c.table+"."+c.name] != "" || told(c) {
			continue
		}
		out = append(out, c.table+"."+c.name)
	}
	return out
}

// told tells whether a holder names a column.
func told(c col) bool {
	for _, r := range rooms() {
		for i := range r.list {
			t := &r.list[i]
			if t.name != c.table {
				continue
			}
			if t.remove || t.emptied || slices.ContainsFunc(t.own, func(o own) bool { return o.column == c.name }) {
				return true
			}
			for _, list := range [][]string{t.acts, t.not, t.names, t.alone, t.linked} {
				if slices.Contains(list, c.name) {
					return true
				}
			}
			if _, ok := t.set[c.name]; ok {
				return true
			}
		}
	}
	return false
}
