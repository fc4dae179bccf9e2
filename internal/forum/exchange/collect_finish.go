package exchange

import (
	"encoding/json"
	"reflect"
	"slices"

	"plenary/internal/platform/record"
)

// finish empties what does not leave and puts every table in the order of its key.
func (c *collector) finish() {
	for _, rel := range relations {
		if rel.closed && !c.all {
			c.rows[rel.name] = nil
		}
		rows := c.rows[rel.name]
		for _, col := range rel.columns {
			if !col.local && (!col.secret || c.all) {
				continue
			}
			for _, r := range rows {
				r[col.name] = col.empty()
			}
		}
		slices.SortFunc(rows, rel.compare)
	}
}

// empty is the value of a column without what was in it.
func (c column) empty() any {
	switch {
	case c.null:
		return nil
	case c.sort == isInteger || c.sort == isInstant:
		return int64(0)
	case c.sort == isTruth:
		return false
	case c.sort == isShare:
		return float64(0)
	case c.sort == isJSON:
		return emptyJSON(c.shape())
	}
	return ""
}

// emptyJSON is the value of a type that nothing was put into.
func emptyJSON(into any) json.RawMessage {
	switch reflect.TypeOf(into).Elem().Kind() {
	case reflect.Slice:
		return json.RawMessage("[]")
	default: // texts, and what else has fields
		return json.RawMessage("{}")
	}
}

// compare orders rows by their key.
func (r *relation) compare(a, b record.Row) int {
	for _, k := range r.key {
		switch x := a[k].(type) {
		case int64:
			if d := x - num(b, k); d != 0 {
				if d < 0 {
					return -1
				}
				return 1
			}
		case string:
			if y := str(b, k); x != y {
				if x < y {
					return -1
				}
				return 1
			}
		}
	}
	return 0
}
