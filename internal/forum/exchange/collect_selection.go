package exchange

import (
	"context"
	"encoding/json"

	"plenary/internal/forum/selection"
	"plenary/internal/platform/record"
)

// selection is how the answers to the calls of the edition were selected: for the staff,
// but for the sessions that public proposals became.
func (c *collector) selection(ctx context.Context) error {
	if err := c.take(ctx, selection.Shelf, columnIDs(c.rows, "calls", "id")); err != nil {
		return err
	}
	handed := c.have("proposals")
	for _, x := range []struct{ table, column string }{
		{"selection_choices", "proposal"},
		{"selection_mergers", "one"},
		{"selection_mergers", "two"},
		{"selection_results", "proposal"},
		{"selection_sessions", "proposal"},
		{"selection_done", "proposal"},
	} {
		c.within(x.table, x.column, handed)
	}
	c.within("selection_sessions", "session", c.have("sessions"))
	c.within("selection_sessions", "edition", c.have("editions"))
	// What was ticked off and is no task any more counts nowhere.
	tasks := c.tasks()
	c.drop("selection_done", func(r record.Row) bool { return !tasks[idOf(r, "task")] })
	for _, rel := range selectionRelations {
		for _, col := range rel.columns {
			for _, r := range c.rows[rel.name] {
				if raw, ok := r[col.name].(json.RawMessage); ok && col.fractions {
					out, err := plainNumbers(raw)
					if err != nil {
						return err
					}
					r[col.name] = out
				}
			}
		}
	}
	return nil
}

// tasks are those of the calls in the package.
func (c *collector) tasks() ids {
	out := ids{}
	for _, r := range c.rows["selections"] {
		for _, t := range in[[]selection.Task](r, "tasks") {
			out.add(t.ID)
		}
	}
	return out
}
