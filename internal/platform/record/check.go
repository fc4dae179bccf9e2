package record

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"plenary/internal/core"
)

const checkBatch = 2000

var kindOfEvent = regexp.MustCompile(`^[a-z][a-z_]*\.[a-z][a-z_]*$`)

// Check looks for flaws in the log itself: numbers that are missing, events and acts that
// are not well-formed, scopes whose version is behind. It reads only, and may run beside
// a server that writes.
func (r *Record) Check(ctx context.Context) ([]core.Flaw, error) {
	c := checker{last: map[string]int64{}, acts: map[core.ID]bool{}}
	for {
		var rows []Event
		if err := r.DB.Read.NewSelect().Model(&rows).Column("seq", "id", "act", "at", "account", "person", "program", "kind", "subject", "scope", "visibility", "data").
			Where("seq > ?", c.seq).OrderExpr("seq").Limit(checkBatch).Scan(ctx); err != nil {
			return nil, fmt.Errorf("read events: %w", err)
		}
		for i := range rows {
			c.event(&rows[i])
		}
		if len(rows) < checkBatch {
			break
		}
	}
	if err := c.scopes(ctx, r); err != nil {
		return nil, err
	}
	return c.flaws, nil
}

// checker remembers what one walk through the log has seen.
type checker struct {
	flaws  []core.Flaw
	seq    int64
	before *Event
	acts   map[core.ID]bool // acts that are over
	last   map[string]int64 // newest event of each scope
}

func (c *checker) flaw(e *Event, code, format string, args ...any) {
	c.flaws = append(c.flaws, core.Flaw{Code: code, Subject: e.ID, Where: fmt.Sprintf("event %d", e.Seq), Text: fmt.Sprintf(format, args...)})
}

func (c *checker) event(e *Event) {
	if e.Seq != c.seq+1 {
		c.flaw(e, "event-gap", "events %d to %d are missing", c.seq+1, e.Seq-1)
	}
	c.seq, c.last[e.Scope] = e.Seq, e.Seq
	switch {
	case !e.ID.Valid() || !e.Act.Valid():
		c.flaw(e, "event-malformed", "its id %q or the id of its act %q is none", e.ID, e.Act)
	case !kindOfEvent.MatchString(e.Kind):
		c.flaw(e, "event-malformed", "%q is no kind of event", e.Kind)
	case e.Subject == "" || e.Scope == "":
		c.flaw(e, "event-malformed", "it names no subject or no scope")
	case e.Visibility != Public && e.Visibility != Internal:
		c.flaw(e, "event-malformed", "%q says not who may read it", e.Visibility)
	case e.At.IsZero():
		c.flaw(e, "event-malformed", "it has no time")
	case !bytes.HasPrefix(bytes.TrimSpace(e.Data), []byte("{")) || !json.Valid(e.Data):
		c.flaw(e, "event-malformed", "its data is no JSON object")
	}
	if b := c.before; b != nil && b.Act != e.Act {
		c.acts[b.Act] = true
	} else if b != nil && (b.Account != e.Account || b.Person != e.Person || b.Program != e.Program || b.At != e.At) {
		c.flaw(e, "act-malformed", "the events of act %s have not one time and one actor", e.Act)
	}
	if c.acts[e.Act] {
		c.flaw(e, "act-malformed", "other events stand between those of act %s", e.Act)
	}
	c.before = e
}

// scopes are read after the events: a version may be ahead of what was seen of a scope,
// for somebody may write meanwhile, but never behind it.
func (c *checker) scopes(ctx context.Context, r *Record) error {
	var rows []struct {
		Scope   string
		Version int64
	}
	if err := r.DB.Read.NewRaw("SELECT scope, version FROM scope_versions ORDER BY scope").Scan(ctx, &rows); err != nil {
		return fmt.Errorf("read scope versions: %w", err)
	}
	var newest int64
	if err := r.DB.Read.NewRaw("SELECT COALESCE(MAX(seq), 0) FROM events").Scan(ctx, &newest); err != nil {
		return fmt.Errorf("read the newest event: %w", err)
	}
	versions := map[string]int64{}
	for _, row := range rows {
		versions[row.Scope] = row.Version
		if row.Version > newest {
			c.flaws = append(c.flaws, core.Flaw{Code: "scope-ahead", Subject: core.ID(row.Scope), Where: "scope " + row.Scope, Text: fmt.Sprintf("its version is %d, the newest event is %d", row.Version, newest)})
		}
	}
	for _, scope := range slices.Sorted(maps.Keys(c.last)) {
		if versions[scope] < c.last[scope] {
			c.flaws = append(c.flaws, core.Flaw{Code: "scope-behind", Subject: core.ID(scope), Where: "scope " + scope, Text: fmt.Sprintf("its version is %d, its newest event is %d: pages that were kept may be old", versions[scope], c.last[scope])})
		}
	}
	return nil
}
