package exchange

import (
	"plenary/internal/core"
	"plenary/internal/forum/selection"
	"plenary/internal/platform/record"
)

// selection checks what choices, mergers, rounds and their results are to one another, and
// that the list of a round follows from what it keeps.
func (ch *checker) selection(rows record.Rows) {
	call := map[core.ID]core.ID{}
	for _, r := range rows["proposals"] {
		call[idOf(r, "id")] = idOf(r, "call")
	}
	for _, x := range []struct{ table, column, other string }{
		{"selection_choices", "proposal", ""},
		{"selection_choices", "target", "proposal"},
		{"selection_mergers", "one", ""},
		{"selection_mergers", "two", "one"},
		{"selection_results", "proposal", ""},
		{"selection_results", "target", "proposal"},
	} {
		ch.each(rows, x.table, x.column, func(r record.Row) bool {
			of := idOf(r, x.column)
			return of == "" || call[of] == idOf(r, "call") && (x.other == "" || of != idOf(r, x.other))
		})
	}
	for _, table := range []string{"selection_choices", "selection_results"} {
		ch.tell(rows, table, "target", "choice", func(r record.Row) bool { return (str(r, "choice") == selection.Merge) == (str(r, "target") != "") })
	}
	type numbered struct {
		call   core.ID
		number int64
	}
	rounds, last := map[numbered]bool{}, map[core.ID]int64{}
	for _, r := range rows["selection_rounds"] {
		rounds[numbered{idOf(r, "call"), num(r, "number")}] = true
		last[idOf(r, "call")]++
	}
	ch.tell(rows, "selection_rounds", "number", "choice", func(r record.Row) bool { // the next takes the next number
		return num(r, "number") >= 1 && num(r, "number") <= last[idOf(r, "call")]
	})
	ch.tell(rows, "selection_rounds", "digest", "choice", func(r record.Row) bool {
		return selection.Round{Inputs: in[selection.Inputs](r, "inputs"), Digest: str(r, "digest")}.Follows()
	})
	ch.each(rows, "selection_results", "round", func(r record.Row) bool { return rounds[numbered{idOf(r, "call"), num(r, "round")}] })
	ch.tell(rows, "selection_results", "place", "choice", func(r record.Row) bool { return num(r, "place") >= 0 })
	type task struct{ call, id core.ID }
	tasks := map[task]bool{}
	for _, r := range rows["selections"] {
		for _, t := range in[[]selection.Task](r, "tasks") {
			tasks[task{idOf(r, "call"), t.ID}] = true
		}
	}
	ch.each(rows, "selection_done", "task", func(r record.Row) bool { return tasks[task{call[idOf(r, "proposal")], idOf(r, "task")}] })
}
