package arch

import (
	"cmp"
	"fmt"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// An access is one place in the code that writes or reads a table.
type access struct {
	table string
	by    place
	pos   token.Pos
	write bool
}

// A table is made by a migration and owned by the room that its comment names.
type table struct {
	name, owner string
	at          finding
}

var (
	createTable = regexp.MustCompile(`(?i)\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?"?([a-z_][a-z0-9_]*)"?`)
	renameTable = regexp.MustCompile(`(?i)\bALTER\s+TABLE\s+"?([a-z_][a-z0-9_]*)"?\s+RENAME\s+TO\s+"?([a-z_][a-z0-9_]*)"?`)
	roomComment = regexp.MustCompile(`^--\s*room:\s*([a-z]+)\s*$`)
)

// tablesOf reads the migrations. An owner comment holds for the tables below it, up
// to the next one.
func tablesOf(tr *tree) (map[string]table, []finding) {
	tables := map[string]table{}
	var out []finding
	for _, name := range tr.files {
		if path.Dir(name) != "migrations" || path.Ext(name) != ".sql" {
			continue
		}
		owner := ""
		for i, line := range strings.Split(string(tr.read(name)), "\n") {
			at := finding{name, i + 1, ""}
			if m := roomComment.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
				owner = m[1]
				continue
			}
			code, _, _ := strings.Cut(line, "--")
			if m := renameTable.FindStringSubmatch(code); m != nil {
				tables[m[2]] = table{m[2], tables[m[1]].owner, at}
				delete(tables, m[1])
			}
			m := createTable.FindStringSubmatch(code)
			if m == nil {
				continue
			}
			tables[m[1]] = table{m[1], owner, at}
			if owner == "" {
				at.text = fmt.Sprintf("table %s has no owner: write `-- room: NAME` above it", m[1])
				out = append(out, at)
			}
		}
	}
	return tables, out
}

// tableRules holds that a table is made by a migration, belongs to one room, is
// written by this room alone, and read only by rooms that may know of it.
func tableRules(tr *tree) []finding {
	tables, out := tablesOf(tr)
	known := map[string]bool{}
	for _, name := range tr.goFiles() {
		if p := placeOf(path.Dir(name)); p.zone == "platform" || p.zone == "forum" {
			known[p.room] = true
		}
	}
	for _, t := range sorted(tables) {
		if t.owner != "" && !slices.Contains(rooms, t.owner) && !known[t.owner] {
			t.at.text = fmt.Sprintf("table %s belongs to %q, which is no room", t.name, t.owner)
			out = append(out, t.at)
		}
	}
	accesses, unclear := accessesOf(tr, tables)
	unclear = slices.DeleteFunc(unclear, func(f finding) bool { return slices.Contains(copiers, f.path) })
	out = append(out, shelvesOf(tr, tables)...)
	slices.SortStableFunc(accesses, func(a, b access) int { return cmp.Compare(a.pos, b.pos) })
	out = append(out, unclear...)
	writers := map[string]access{}
	for _, a := range accesses {
		t, made := tables[a.table]
		switch {
		case !made && a.write:
			out = append(out, tr.at(a.pos, "%s writes %s, which no migration makes", a.by, a.table))
		case !made:
		case a.write && t.owner != a.by.room:
			out = append(out, tr.at(a.pos, "%s writes %s, which belongs to %s", a.by, a.table, t.owner))
		case !a.write && !mayRead(a.by, t.owner):
			out = append(out, tr.at(a.pos, "%s reads %s of %s, a room it may not know of", a.by, a.table, t.owner))
		}
		if !a.write {
			continue
		}
		if first, ok := writers[a.table]; ok && first.by != a.by {
			out = append(out, tr.at(a.pos, "%s writes %s, and so does %s at %s", a.by, a.table, first.by, tr.fset.Position(first.pos)))
		} else if !ok {
			writers[a.table] = a
		}
	}
	return out
}

// copiers work on rows of tables that rooms name to them: record.Shelf copies and restores
// them, record.Holding erases what they say of a person, and a backup fills all tables of a
// database that nobody serves yet.
var copiers = []string{"internal/platform/record/shelf.go", "internal/platform/record/erase.go", "internal/platform/backup/load.go"}

var shelved = regexp.MustCompile(`\{Name:\s*"([a-z_]+)",\s*Key:`)

// shelvesOf holds that a room puts its own tables on a shelf and no others.
func shelvesOf(tr *tree, tables map[string]table) []finding {
	var out []finding
	for _, name := range tr.goFiles() {
		by := placeOf(path.Dir(name))
		if by.zone != "forum" {
			continue
		}
		for i, line := range strings.Split(string(tr.read(name)), "\n") {
			for _, m := range shelved.FindAllStringSubmatch(line, -1) {
				if t := tables[m[1]]; t.owner != by.room {
					out = append(out, finding{name, i + 1, fmt.Sprintf("%s puts %s on a shelf, which belongs to %q", by, m[1], t.owner)})
				}
			}
		}
	}
	return out
}

// mayRead: a room reads its own tables, those of the rooms above it and those of the
// ground floor; app and cmd read all; the ground floor reads none of a room.
func mayRead(by place, owner string) bool {
	switch by.zone {
	case "forum":
		return owner == by.room || !slices.Contains(rooms, owner) || above(owner, by.room)
	case "platform":
		return !slices.Contains(rooms, owner)
	}
	return true
}

func sorted(tables map[string]table) []table {
	return slices.SortedFunc(maps.Values(tables), func(a, b table) int { return cmp.Compare(a.name, b.name) })
}

const ident = `"?([a-zA-Z_][a-zA-Z0-9_]*)"?`

var (
	insertInto = regexp.MustCompile(`(?i)\b(?:INSERT(?:\s+OR\s+\w+)?|REPLACE|MERGE)\s+INTO\s+` + ident + `\s*(?:\(|AS\b|SELECT\b|VALUES\b|DEFAULT\b|USING\b|$)`)
	update     = regexp.MustCompile(`(?i)\bUPDATE\s+` + ident + `(?:\s+(?:AS\s+)?\w+)?\s+SET\s*(?:$|[(?%]|"?[\w.]+"?\s*=)`)
	deleteFrom = regexp.MustCompile(`\bDELETE\s+FROM\s+` + ident + `|(?i:\bdelete\s+from\s+` + ident + `)`)
	readFrom   = regexp.MustCompile(`(?i)\b(?:FROM|JOIN)\s+` + ident)
	// A name that is put together at run time hides who writes it.
	dynamic = regexp.MustCompile(`\b(?:INSERT\s+INTO|DELETE\s+FROM|UPDATE)\s+"?(?:%[svq]|\?)|\b(?:INSERT\s+INTO|DELETE\s+FROM)\s*"?$|^\s*UPDATE\s*"?$`)
	tempTab = regexp.MustCompile(`(?i)\bCREATE\s+TEMP(?:ORARY)?\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?` + ident)
	with    = regexp.MustCompile(`(?i)(?:\bWITH\s+(?:RECURSIVE\s+)?|,\s*)` + ident + `(?:\s*\([^()]*\))?\s+AS\s*(?:NOT\s+)?(?:MATERIALIZED\s*)?\(`)
)

// statements finds the tables in one text of SQL.
func statements(sql string, tables map[string]table) (writes, reads []string, hidden bool) {
	own := map[string]bool{}
	for _, m := range append(tempTab.FindAllStringSubmatch(sql, -1), with.FindAllStringSubmatch(sql, -1)...) {
		own[m[1]] = true
	}
	add := func(list []string, name string) []string {
		if name == "" || own[name] {
			return list
		}
		return append(list, strings.ToLower(name))
	}
	for _, m := range insertInto.FindAllStringSubmatch(sql, -1) {
		writes = add(writes, m[1])
	}
	for _, m := range update.FindAllStringSubmatch(sql, -1) {
		if !strings.EqualFold(m[1], "SET") {
			writes = add(writes, m[1])
		}
	}
	for _, m := range deleteFrom.FindAllStringSubmatch(sql, -1) {
		if _, made := tables[strings.ToLower(m[2])]; made {
			writes = add(writes, m[2])
		}
		writes = add(writes, m[1])
	}
	for _, m := range readFrom.FindAllStringSubmatch(sql, -1) {
		reads = add(reads, m[1])
	}
	return writes, reads, dynamic.MatchString(sql)
}
