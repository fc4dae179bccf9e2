package backup

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// liner writes rows as lines: a JSON array of the values in the order of the columns.
type liner struct {
	table   *Table
	blank   []string // JSON that stands instead of what a column holds, by place
	buf     bytes.Buffer
	enc     *json.Encoder
	scratch bytes.Buffer
}

func newLiner(t *Table, blank map[string]string) *liner {
	l := &liner{table: t, blank: make([]string, len(t.Columns))}
	l.enc = json.NewEncoder(&l.scratch)
	l.enc.SetEscapeHTML(false)
	for i, c := range t.Columns {
		l.blank[i] = blank[t.Name+"."+c.Name]
	}
	return l
}

// add puts a row of the database at the end of the buffer.
func (l *liner) add(values []any) error {
	l.buf.WriteByte('[')
	for i, v := range values {
		if i > 0 {
			l.buf.WriteByte(',')
		}
		if l.blank[i] != "" {
			l.buf.WriteString(l.blank[i])
			continue
		}
		if err := l.value(l.table.Columns[i].Type, v); err != nil {
			return fmt.Errorf("%s.%s: %w", l.table.Name, l.table.Columns[i].Name, err)
		}
	}
	l.buf.WriteString("]\n")
	return nil
}

var errForm = errors.New("the value has not the form of its column")

func (l *liner) value(typ Type, v any) error {
	if v == nil {
		l.buf.WriteString("null")
		return nil
	}
	if b, ok := v.([]byte); ok {
		v = string(b)
	}
	switch typ {
	case Text:
		s, ok := v.(string)
		if !ok {
			s = fmt.Sprint(v) // SQLite may keep a number in a column of text
		}
		return l.json(s)
	case Int:
		n, ok := v.(int64)
		if !ok {
			return fmt.Errorf("%w: %T is no whole number", errForm, v)
		}
		l.buf.WriteString(strconv.FormatInt(n, 10))
	case Bool:
		switch b := v.(type) {
		case bool:
			l.buf.WriteString(strconv.FormatBool(b))
		case int64:
			l.buf.WriteString(strconv.FormatBool(b != 0))
		default:
			return fmt.Errorf("%w: %T is not true or false", errForm, v)
		}
	case Float:
		switch f := v.(type) {
		case float64:
			l.buf.WriteString(strconv.FormatFloat(f, 'g', -1, 64))
		case int64:
			l.buf.WriteString(strconv.FormatFloat(float64(f), 'g', -1, 64))
		default:
			return fmt.Errorf("%w: %T is no number", errForm, v)
		}
	case JSON:
		s, ok := v.(string)
		if !ok {
			s = fmt.Sprint(v) // SQLite keeps JSON that is a number as one
		}
		return l.canonical(s)
	}
	return nil
}

// json writes a value of JSON in its shortest form.
func (l *liner) json(v any) error {
	l.scratch.Reset()
	if err := l.enc.Encode(v); err != nil {
		return err
	}
	l.buf.Write(bytes.TrimSuffix(l.scratch.Bytes(), []byte("\n")))
	return nil
}

// canonical writes JSON with sorted keys, without space, with plain numbers: PostgreSQL
// keeps the meaning of JSON, not its letters.
func (l *liner) canonical(text string) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return fmt.Errorf("%w: it is no JSON: %w", errForm, err)
	}
	v = plain(v)
	if m, ok := v.(map[string]any); v == nil || ok && len(m) == 1 && has(m, wrapped) {
		v = map[string]any{wrapped: v}
	}
	return l.json(v)
}

// wrapped is the key under which the null of JSON stands, which is not that of the
// database, and an object with this one key itself.
const wrapped = "$json"

func has(m map[string]any, key string) bool {
	_, ok := m[key]
	return ok
}

// unwrapped takes a value of JSON out again.
func unwrapped(raw json.RawMessage) (string, error) {
	if !bytes.HasPrefix(raw, []byte(`{"`+wrapped+`":`)) {
		return string(raw), nil
	}
	var m map[string]json.RawMessage
	if err := json.Unmarshal(raw, &m); err != nil {
		return "", err
	}
	if len(m) != 1 {
		return string(raw), nil
	}
	return string(m[wrapped]), nil
}

// plain writes numbers without an exponent, as PostgreSQL does.
func plain(v any) any {
	switch v := v.(type) {
	case json.Number:
		s := string(v)
		if strings.ContainsAny(s, "eE") {
			if f, err := v.Float64(); err == nil {
				s = strconv.FormatFloat(f, 'f', -1, 64)
			}
		}
		if strings.HasPrefix(s, "-0") && strings.Trim(s, "-0.") == "" {
			s = s[1:] // there is one zero
		}
		return json.Number(s)
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = plain(v[k])
		}
	}
	return v
}

// values reads a line back. JSON stays as it is written.
func (t *Table) values(line []byte, out []any) error {
	var raw []json.RawMessage
	if err := json.Unmarshal(line, &raw); err != nil {
		return fmt.Errorf("the row is no JSON: %w", err)
	}
	if len(raw) != len(t.Columns) {
		return fmt.Errorf("the row has %d values, not %d", len(raw), len(t.Columns))
	}
	for i, c := range t.Columns {
		v, err := c.value(raw[i])
		if err != nil {
			return fmt.Errorf("column %s: %w", c.Name, err)
		}
		out[i] = v
	}
	return nil
}

func (c Column) value(raw json.RawMessage) (any, error) {
	if string(raw) == "null" {
		return nil, nil
	}
	switch c.Type {
	case Text:
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err
	case Int:
		return strconv.ParseInt(string(raw), 10, 64)
	case Bool:
		switch string(raw) {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
		return nil, errForm
	case Float:
		return strconv.ParseFloat(string(raw), 64)
	case JSON:
		return unwrapped(raw)
	}
	return nil, errForm
}
