package exchange

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/record"
)

// checker checks the rows of a package: each by itself, then all together.
type checker struct {
	faults *faults
	own    ownPart
	known  func(words, code string) bool
	lines  map[string][]int // line of each row, by table
	total  int
}

// place are the values that every message about a row has.
func place(rel *relation, row, line int, column string, more ...any) []any {
	return append([]any{"File", dataFolder + rel.name + ".json", "Row", row, "Line", line, "Column", column}, more...)
}

var errRows = errors.New("too many rows")

// table reads the rows of a table and checks each by itself.
func (ch *checker) table(rel *relation, b []byte) ([]record.Row, error) {
	if b == nil { // it came with a later format
		return nil, nil
	}
	var out []record.Row
	at := 0
	err := rawRows(b, func(row, line int, columns map[string]json.RawMessage) error {
		at = row
		if ch.total++; ch.total > maxRows {
			return errRows
		}
		out = append(out, ch.row(rel, row, line, columns))
		ch.lines[rel.name] = append(ch.lines[rel.name], line)
		return nil
	})
	if errors.Is(err, errRows) {
		return nil, refuse("rows", "Limit", maxRows)
	}
	if err != nil {
		return nil, refuse("unreadable", "File", dataFolder+rel.name+".json", "Row", at+1)
	}
	return out, nil
}

// row checks one row by itself: its columns and their values. What is wrong is told
// and has the value of nothing.
func (ch *checker) row(rel *relation, row, line int, columns map[string]json.RawMessage) record.Row {
	out := make(record.Row, len(rel.columns))
	for i := range rel.columns {
		c := &rel.columns[i]
		raw, ok := columns[c.name]
		if !ok {
			ch.faults.add("no_column", place(rel, row, line, c.name)...)
			out[c.name] = c.empty()
			continue
		}
		v, problem := ch.value(c, raw)
		if problem != "" {
			ch.faults.add(problem, place(rel, row, line, c.name, "Value", shown(string(raw)), "Words", c.words)...)
			v = c.empty()
		}
		out[c.name] = v
	}
	if len(columns) > len(rel.columns) {
		for _, name := range slices.Sorted(maps.Keys(columns)) {
			if rel.column(name) == nil {
				ch.faults.add("unknown_column", place(rel, row, line, shown(name))...)
			}
		}
	}
	if rel.edition != "" && idOf(out, rel.edition) != ch.own.Edition {
		ch.faults.add("edition", place(rel, row, line, rel.edition)...)
	}
	return out
}

// longest is how many characters a column that is not prose may have: what is looked
// up must fit into an index.
const longest = 1000

// leastShare is the smallest share that is not nothing: databases differ below it.
const leastShare = 1e-12

// value reads the value of a column; problem is the key of what is wrong with it.
func (ch *checker) value(c *column, raw json.RawMessage) (v any, problem string) {
	if c.sort == isJSON {
		return ch.json(c, raw)
	}
	if string(raw) == "null" {
		if c.null {
			return nil, ""
		}
		return nil, "null"
	}
	switch c.sort {
	case isInteger:
		n, err := strconv.ParseInt(string(raw), 10, 64)
		if err != nil || !plainNumber.Match(raw) {
			return nil, "integer"
		}
		if c.local && n != 0 {
			return nil, "local"
		}
		return n, ""
	case isShare:
		n, err := strconv.ParseFloat(string(raw), 64)
		if err != nil || n < 0 || n > 1 || n != 0 && n < leastShare {
			return nil, "share"
		}
		return n + 0, "" // no zero has a sign
	case isTruth:
		if string(raw) != "true" && string(raw) != "false" {
			return nil, "truth"
		}
		return string(raw) == "true", ""
	default:
	}
	var s string
	if json.Unmarshal(raw, &s) != nil || !cleanString(s) {
		return nil, "text"
	}
	if c.sort == isInstant {
		t, err := time.Parse(time.RFC3339Nano, s)
		if err != nil || t.Year() < 1 || t.Year() > 9999 {
			return nil, "instant"
		}
		return t.UnixMicro(), ""
	}
	return s, ch.text(c, s)
}

func (ch *checker) text(c *column, s string) (problem string) {
	switch {
	case s == "" && (c.filled || c.null && c.sort == isID):
		return "empty"
	case !c.long && utf8.RuneCountInString(s) > longest:
		return "long"
	case c.local && s != "":
		return "local"
	case s != "" && c.sort == isID && !core.ID(s).Valid():
		return "id"
	case s != "" && c.sort == isDate && !isDay(s):
		return "date"
	case s != "" && c.words != "" && !ch.known(c.words, s):
		return "code"
	case len(c.choice) > 0 && !slices.Contains(c.choice, s), c.check != nil && !c.check(s):
		return "choice"
	}
	return ""
}

// isDay tells whether s is a day, a month or a year.
func isDay(s string) bool {
	layout, ok := map[int]string{4: "2006", 7: "2006-01", 10: time.DateOnly}[len(s)]
	if !ok {
		return false
	}
	_, err := time.Parse(layout, s)
	return err == nil
}

// json reads a value into the type of the room whose it is.
func (ch *checker) json(c *column, raw json.RawMessage) (v any, problem string) {
	plain := plainNumber.MatchString
	if c.fractions {
		plain = plainDecimal
	}
	out, ok := canonicalOf(raw, plain)
	if !ok {
		return nil, "json"
	}
	into := c.shape()
	d := json.NewDecoder(strings.NewReader(string(out)))
	d.DisallowUnknownFields()
	if d.Decode(into) != nil || !goodTexts(into) || c.right != nil && !c.right(into) {
		return nil, "json"
	}
	if c.codes != nil {
		for _, use := range c.codes(into) {
			if use.code != "" && !ch.known(use.words, use.code) {
				return nil, "code_in"
			}
		}
	}
	return out, ""
}

// goodTexts checks the texts in a value.
func goodTexts(v any) bool {
	switch x := v.(type) {
	case *core.Text:
		return goodText(*x)
	case *[]core.Text:
		return !slices.ContainsFunc(*x, func(t core.Text) bool { return !goodText(t) })
	case *documents.Attrs:
		return !slices.ContainsFunc(x.Dissent, func(d documents.Dissent) bool { return !goodText(d.Text) })
	}
	return true
}

// whole checks what rows are to one another: no key twice, nothing named that is not
// there, texts that are what their hash says.
func (ch *checker) whole(rows record.Rows) {
	have := map[string]ids{}
	for i := range relations {
		rel := &relations[i]
		have[rel.name] = ids{}
		for _, r := range rows[rel.name] {
			have[rel.name].add(idOf(r, "id"))
		}
		ch.doubles(rel, rows[rel.name])
	}
	if len(rows["editions"]) != 1 || str(rows["editions"][0], "slug") != ch.own.Slug {
		ch.faults.add("one_edition")
	}
	for i := range relations {
		rel := &relations[i]
		for j := range rel.columns {
			c := &rel.columns[j]
			if c.ref == "" {
				continue
			}
			for n, r := range rows[rel.name] {
				id := idOf(r, c.name)
				if id == "" || named(have, c.ref, id) {
					continue
				}
				ch.faults.add("reference", place(rel, n+1, ch.line(rel, n), c.name, "Value", string(id))...)
			}
		}
	}
	ch.texts(rows)
	ch.more(rows, have)
	ch.times(rows)
	ch.family(rows)
}

// named tells whether one of the tables that a column may name has the row.
func named(have map[string]ids, tables string, id core.ID) bool {
	for _, t := range strings.Split(tables, " or ") {
		if have[t][id] {
			return true
		}
	}
	return false
}

func (ch *checker) line(rel *relation, n int) int { return ch.lines[rel.name][n] }

// doubles finds rows with one key.
func (ch *checker) doubles(rel *relation, rows []record.Row) {
	for _, key := range append([][]string{rel.key}, rel.unique...) {
		seen := make(map[string]bool, len(rows))
		for n, r := range rows {
			var b strings.Builder
			for _, k := range key {
				fmt.Fprintf(&b, "%v\x00", r[k])
			}
			if seen[b.String()] {
				ch.faults.add("double", place(rel, n+1, ch.line(rel, n), strings.Join(key, ", "))...)
			}
			seen[b.String()] = true
		}
	}
}

// texts checks documents: published revisions are what their hash says, and the
// numbers of a document name revisions that are there.
func (ch *checker) texts(rows record.Rows) {
	rel := relationNamed("document_revisions")
	numbers := map[core.ID]map[int64]string{}
	for n, r := range rows[rel.name] {
		doc := idOf(r, "document")
		if numbers[doc] == nil {
			numbers[doc] = map[int64]string{}
		}
		numbers[doc][num(r, "number")] = str(r, "state")
		published := str(r, "state") == string(documents.StatePublished)
		if published != (str(r, "hash") != "") || published && documents.Sum([]byte(str(r, "frozen"))) != str(r, "hash") {
			ch.faults.add("hash", place(rel, n+1, ch.line(rel, n), "hash")...)
		}
	}
	rel = relationNamed("documents")
	for n, r := range rows[rel.name] {
		of, head, last := numbers[idOf(r, "id")], num(r, "head_revision"), num(r, "published_revision")
		if of[head] == "" || last != 0 && of[last] != string(documents.StatePublished) || (last > 0) != (str(r, "state") == string(documents.StatePublished)) {
			ch.faults.add("revision", place(rel, n+1, ch.line(rel, n), "head_revision")...)
		}
	}
}

// times checks that sessions end after they begin.
func (ch *checker) times(rows record.Rows) {
	rel := relationNamed("sessions")
	for n, r := range rows[rel.name] {
		from, begins := r["starts"].(int64)
		until, ends := r["ends"].(int64)
		if begins && ends && until <= from {
			ch.faults.add("ends", place(rel, n+1, ch.line(rel, n), "ends")...)
		}
	}
}

// family checks that no body stands above itself.
func (ch *checker) family(rows record.Rows) {
	rel := relationNamed("bodies")
	if _, ok := parentsFirst(rows[rel.name]); !ok {
		ch.faults.add("family", "File", dataFolder+rel.name+".json")
	}
}

// parentsFirst puts bodies after those above them; ok is false where there is a ring.
func parentsFirst(rows []record.Row) (out []record.Row, ok bool) {
	placed, there := ids{}, ids{}
	for _, r := range rows {
		there.add(idOf(r, "id"))
	}
	rest := slices.Clone(rows)
	for len(rest) > 0 {
		var wait []record.Row
		for _, r := range rest {
			if up := idOf(r, "parent"); up == "" || placed[up] || !there[up] {
				placed.add(idOf(r, "id"))
				out = append(out, r)
				continue
			}
			wait = append(wait, r)
		}
		if len(wait) == len(rest) {
			return nil, false
		}
		rest = wait
	}
	return out, true
}
