package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// Status is a state in words with its icon and class (docs/look.md, Status).
type Status struct{ Class, Icon, Words string }

// Status makes a state of the catalogue of states: class is one of late, due, draft,
// published, done, live, cancelled, private, changed.
func (c *C) Status(class, key string, args ...any) Status {
	icons := map[string]string{
		"late": "late", "due": "clock", "draft": "draft", "published": "published", "done": "check",
		"cancelled": "cancelled", "private": "lock", "changed": "history",
	}
	return Status{Class: class, Icon: icons[class], Words: c.T(key, args...)}
}

// ThemeChip is a theme of an edition: its number (1 to 10) and its name.
type ThemeChip struct {
	Colour int
	Name   TextView
}

// Empty is what stands where a list has nothing yet: what will be here, who can add
// it, when.
type Empty struct {
	Title, Text string
	Link        *Tab
}

// Notice is a boxed sentence: class is info, success, warning or error.
type Notice struct{ Class, Icon, Title, Text, Role string }

// Tabs is a row of links among which one is the page itself.
type Tabs struct {
	Label, Class string
	Tabs         []Tab
}

// Text chooses the language of a text for the reader.
func (c *C) Text(t core.Text) TextView { return NewTextView(c.Lang, t) }

// HistoryLine is one event, ready to print.
type HistoryLine struct {
	When, Machine    string
	What, Label, Who string
	Changes          []HistoryChange
	Internal         bool
	ByToken          bool // a program acted, by a personal token
}

// HistoryChange is one field before and after.
type HistoryChange struct{ Field, Before, After string }

// History prepares events for reading. names tells the names of persons that may be
// shown; whoever is not in it stays unnamed. The sentence for an event stands in the
// catalogue under "event." and its kind.
func (c *C) History(events []record.Event, names map[core.ID]string, zone string) []HistoryLine {
	out := make([]HistoryLine, 0, len(events))
	for _, e := range events {
		l := HistoryLine{
			When: c.Stamp(e.At, zone), Machine: e.At.Time().Format(time.RFC3339),
			What: c.T("event." + e.Kind), Internal: e.Visibility != record.Public, Who: names[e.Person],
		}
		if l.Who == "" && e.Program != "" {
			l.Who = c.T("program." + e.Program)
		}
		l.ByToken = e.Token != ""
		var data struct {
			Label   any                      `json:"label"`
			Changes map[string]record.Change `json:"changes"`
		}
		if json.Unmarshal(e.Data, &data) == nil {
			l.Label = c.plain(data.Label)
			for _, f := range slices.Sorted(maps.Keys(data.Changes)) {
				ch := data.Changes[f]
				key := "field." + f
				name := f
				if c.S.Catalog.Has(key) {
					name = c.T(key)
				}
				l.Changes = append(l.Changes, HistoryChange{Field: name, Before: c.plain(ch.Before), After: c.plain(ch.After)})
			}
		}
		out = append(out, l)
	}
	return out
}

// plain prints a value of an event's data for people: texts in the reader's language,
// instants as such, lists joined. Long texts are cut; the revision has the whole.
func (c *C) plain(v any) string {
	var s string
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		s = v
		if t, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return c.Stamp(core.At(t), "UTC") + " UTC"
		}
	case map[string]any:
		if by, ok := v["by"].(map[string]any); ok {
			for _, k := range []string{c.Lang, fmt.Sprint(v["orig"])} {
				if x, ok := by[k].(string); ok && x != "" {
					s = x
					break
				}
			}
		}
	case []any:
		parts := make([]string, 0, len(v))
		for _, x := range v {
			if p := c.plain(x); p != "" {
				parts = append(parts, p)
			}
		}
		s = strings.Join(parts, "; ")
	default:
		s = fmt.Sprint(v)
	}
	if r := []rune(s); len(r) > 300 {
		s = string(r[:300]) + "…"
	}
	return s
}
