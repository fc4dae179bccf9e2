package exchange

import (
	"fmt"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/review"
	"plenary/internal/forum/topics"
	"plenary/internal/platform/record"
)

// inputs checks what calls, proposals, topics and the evaluation are to one another.
func (ch *checker) inputs(rows record.Rows, have map[string]ids) {
	ch.windows(rows, "calls", "opens", "closes")
	ch.windows(rows, "review_phases", "opens", "closes")
	ch.tell(rows, "call_forms", "number", "choice", func(r record.Row) bool {
		return num(r, "number") >= 0 && (num(r, "number") > 0) == (r["published"] != nil)
	})
	ch.once(rows, "proposals", "call", "number")
	ch.once(rows, "review_reviewers", "call", "email_key")
	ch.tell(rows, "proposals", "number", "choice", func(r record.Row) bool { return num(r, "number") >= 0 })
	ch.forms(rows)
	ch.steps(rows, have["cycle_steps"])
	ch.each(rows, "topic_merges", "moved", func(r record.Row) bool {
		return !slices.ContainsFunc(in[[]topics.Moved](r, "moved"), func(m topics.Moved) bool { return m.Fold == "" || m.From != "" && !have["topic_tags"][m.From] })
	})
	ch.each(rows, "topic_decisions", "inputs", func(r record.Row) bool {
		return !slices.ContainsFunc(in[[]core.ID](r, "inputs"), func(id core.ID) bool { return !have["proposals"][id] })
	})
	ch.sameCall(rows)
}

// once checks that no two rows have the same value under one owner, but for nothing.
func (ch *checker) once(rows record.Rows, table, owner, column string) {
	seen := map[string]bool{}
	ch.tell(rows, table, column, "double", func(r record.Row) bool {
		v := fmt.Sprint(r[column])
		key := str(r, owner) + "\x00" + v
		twice := seen[key]
		seen[key] = true
		return !twice || v == "" || v == "0"
	})
}

// forms checks that calls and what was handed in name forms that were published, that
// these can be filled in, and that an answer which leads somewhere is an address.
func (ch *checker) forms(rows record.Rows) {
	type version struct {
		call   core.ID
		number int64
	}
	forms := map[version]calls.Form{}
	for _, r := range rows["call_forms"] {
		if n := num(r, "number"); n > 0 {
			forms[version{idOf(r, "call"), n}] = in[calls.Form](r, "form")
		}
	}
	kinds := map[core.ID]string{}
	for _, r := range rows["calls"] {
		kinds[idOf(r, "id")], _ = r["kind"].(string)
	}
	ch.tell(rows, "call_forms", "form", "json", func(r record.Row) bool {
		f := in[calls.Form](r, "form")
		return num(r, "number") == 0 || len(f.CheckFor(kinds[idOf(r, "call")])) == 0
	})
	there := func(call core.ID, r record.Row) bool {
		_, ok := forms[version{call, num(r, "form_version")}]
		return ok
	}
	ch.each(rows, "calls", "form_version", func(r record.Row) bool { return num(r, "form_version") == 0 || there(idOf(r, "id"), r) })
	ch.each(rows, "proposals", "form_version", func(r record.Row) bool { return there(idOf(r, "call"), r) })
	call := map[core.ID]core.ID{}
	for _, r := range rows["proposals"] {
		call[idOf(r, "id")] = idOf(r, "call")
	}
	ch.each(rows, "proposal_revisions", "form_version", func(r record.Row) bool { return there(call[idOf(r, "proposal")], r) })
	leads := func(of core.ID, r record.Row) bool {
		answers, good := in[calls.Answers](r, "answers"), true
		form := forms[version{of, num(r, "form_version")}]
		form.Each(func(_, _ int, q *calls.Question) {
			if a := answers[q.Key]; q.Kind == calls.KindLink && a.Text != "" {
				good = good && core.WebAddress(a.Text)
			}
		})
		return good
	}
	ch.tell(rows, "proposals", "answers", "json", func(r record.Row) bool { return leads(idOf(r, "call"), r) })
	ch.tell(rows, "proposal_revisions", "answers", "json", func(r record.Row) bool { return leads(call[idOf(r, "proposal")], r) })
}

// steps checks from what the steps of a cycle are counted: from the meeting, a day, or
// another step, and from none in a ring.
func (ch *checker) steps(rows record.Rows, have ids) {
	from := map[core.ID]core.ID{}
	for _, r := range rows["cycle_steps"] {
		if of := idOf(r, "counted"); have[of] {
			from[idOf(r, "id")] = of
		}
	}
	ch.each(rows, "cycle_steps", "counted", func(r record.Row) bool {
		of := str(r, "counted")
		return have[core.ID(of)] || slices.Contains([]string{calls.FromStart, calls.FromEnd, calls.OnDay}, of)
	})
	ch.tell(rows, "cycle_steps", "counted", "choice", func(r record.Row) bool {
		at := idOf(r, "id")
		for range len(from) + 1 {
			if at = from[at]; at == "" {
				return true
			}
		}
		return false
	})
}

// sameCall checks that proposals would be merged with others of their call, that reviewers read
// proposals of their own call, in its phases, and give marks for its criteria.
func (ch *checker) sameCall(rows record.Rows) {
	call := map[core.ID]core.ID{}
	for _, table := range []string{"proposals", "review_phases", "review_reviewers", "review_criteria"} {
		for _, r := range rows[table] {
			call[idOf(r, "id")] = idOf(r, "call")
		}
	}
	for _, table := range []string{"review_conflicts", "review_bids", "review_assignments", "review_reviews", "review_remarks"} {
		ch.each(rows, table, "proposal", func(r record.Row) bool {
			of := call[idOf(r, "proposal")]
			who, phase := idOf(r, "reviewer"), idOf(r, "phase")
			return (who == "" || call[who] == of) && (phase == "" || call[phase] == of)
		})
	}
	ch.each(rows, "proposal_merges", "other", func(r record.Row) bool {
		of := idOf(r, "call")
		return call[idOf(r, "proposal")] == of && call[idOf(r, "other")] == of
	})
	ch.each(rows, "review_reviews", "marks", func(r record.Row) bool {
		for id := range in[map[core.ID]review.Mark](r, "marks") {
			if call[id] != call[idOf(r, "proposal")] {
				return false
			}
		}
		return true
	})
}
