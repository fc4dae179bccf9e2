package core

import (
	"encoding/base64"
	"encoding/json"
)

// Page asks for a part of a list.
type Page struct {
	Limit  int    // 1 to 500; 0 means 50
	Cursor string // where the part before ended; empty for the first
}

// Size is the number of rows to give, within bounds.
func (p Page) Size() int {
	switch {
	case p.Limit <= 0:
		return 50
	case p.Limit > 500:
		return 500
	}
	return p.Limit
}

// List is a part of a list. Next is empty on the last part.
type List[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"cursor of the next page"`
	Total int    `json:"total" doc:"number of items in the whole list"`
}

// Cursor packs the sort keys of the last row of a part.
func Cursor(keys ...any) string {
	b, _ := json.Marshal(keys) // strings and numbers always marshal
	return base64.RawURLEncoding.EncodeToString(b)
}

// ReadCursor unpacks the keys of a cursor into pointers to strings and numbers.
func ReadCursor(cursor string, keys ...any) error {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return Invalid("core.cursor.unreadable")
	}
	var raw []json.RawMessage
	if json.Unmarshal(b, &raw) != nil || len(raw) != len(keys) {
		return Invalid("core.cursor.unreadable")
	}
	for i, k := range keys {
		if json.Unmarshal(raw[i], k) != nil {
			return Invalid("core.cursor.unreadable")
		}
	}
	return nil
}
