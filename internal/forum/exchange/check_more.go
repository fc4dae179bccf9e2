package exchange

import (
	"fmt"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/ledger"
	"plenary/internal/forum/papers"
	"plenary/internal/platform/record"
)

// more checks what papers, reviews, polls and the ledger must be to the texts that they
// are about.
func (ch *checker) more(rows record.Rows, have map[string]ids) {
	ch.signatures(rows)
	ch.windows(rows, "consultations", "opens", "closes")
	ch.windows(rows, "opinion_polls", "opens", "closes")
	ch.windows(rows, "papers", "endorse_from", "endorse_until")
	ch.versions(rows)
	ch.numbers(rows)
	ch.inputs(rows, have)
	ch.selection(rows)
	for _, x := range []struct{ table, column, document string }{
		{"ledger_calls", "ref", "document"}, {"ledger_citations", "ref", "document"},
	} {
		ch.each(rows, x.table, x.column, func(r record.Row) bool { return docOf(r, x.column) == idOf(r, x.document) })
	}
	far := func(doc core.ID) bool { return have["documents"][doc] || have[otherThings][doc] }
	ch.each(rows, "ledger_derivations", "later", func(r record.Row) bool { return far(docOf(r, "later")) })
	ch.each(rows, "ledger_derivations", "earlier", func(r record.Row) bool { return far(docOf(r, "earlier")) })
	at := map[string]string{
		ledger.ThingParagraph: "documents", ledger.ThingSession: "sessions", ledger.ThingReference: "ledger_references", ledger.ThingCommitment: "ledger_commitments",
	}
	ch.each(rows, "ledger_issue_items", "ref", func(r record.Row) bool {
		ref := idOf(r, "ref")
		if str(r, "kind") == ledger.ThingParagraph {
			ref, _ = documents.ReadParaRef(str(r, "ref"))
		}
		return have[at[str(r, "kind")]][ref]
	})
}

// each tells of every row of a table whose column names what is not in the package.
func (ch *checker) each(rows record.Rows, table, column string, ok func(record.Row) bool) {
	ch.tell(rows, table, column, "reference", ok)
}

func (ch *checker) tell(rows record.Rows, table, column, problem string, ok func(record.Row) bool) {
	rel := relationNamed(table)
	for n, r := range rows[table] {
		if !ok(r) {
			ch.faults.add(problem, place(rel, n+1, ch.line(rel, n), column, "Value", shown(fmt.Sprint(r[column])))...)
		}
	}
}

// signatures checks that nobody stands behind a paper twice.
func (ch *checker) signatures(rows record.Rows) {
	seen := map[string]bool{}
	ch.tell(rows, "paper_endorsements", "paper, person, organisation", "double", func(r record.Row) bool {
		if !(papers.Endorsement{State: str(r, "state")}).Stands() {
			return true
		}
		key := str(r, "paper") + " " + str(r, "person") + " " + str(r, "organisation")
		twice := seen[key]
		seen[key] = true
		return !twice
	})
}

// windows checks that what opens closes later, and has both or neither.
func (ch *checker) windows(rows record.Rows, table, opens, closes string) {
	ch.tell(rows, table, closes, "window", func(r record.Row) bool {
		from, begins := r[opens].(int64)
		until, ends := r[closes].(int64)
		return begins == ends && (!begins || from < until)
	})
}

// versions checks that reviews, signatures and deliveries name versions of their texts
// that are in the package and published.
func (ch *checker) versions(rows record.Rows) {
	type version struct {
		document core.ID
		number   int64
	}
	published := map[version]bool{}
	for _, r := range rows["document_revisions"] {
		if str(r, "state") == string(documents.StatePublished) {
			published[version{idOf(r, "document"), num(r, "number")}] = true
		}
	}
	text, review := map[core.ID]core.ID{}, map[core.ID]core.ID{} // of papers and reviews; of comments
	for _, table := range []string{"papers", "consultations"} {
		for _, r := range rows[table] {
			text[idOf(r, "id")] = idOf(r, "document")
		}
	}
	for _, r := range rows["comments"] {
		review[idOf(r, "id")] = text[idOf(r, "consultation")]
	}
	itself := func(r record.Row) core.ID { return idOf(r, "document") }
	of := func(r record.Row) core.ID { return review[idOf(r, "comment")] }
	for table, doc := range map[string]func(record.Row) core.ID{
		"consultations": itself, "ledger_deliveries": itself, "own_changes": itself,
		"comments":           func(r record.Row) core.ID { return text[idOf(r, "consultation")] },
		"paper_endorsements": func(r record.Row) core.ID { return text[idOf(r, "paper")] },
		"comment_places":     of, "comment_changes": of,
	} {
		ch.tell(rows, table, "revision", "revision", func(r record.Row) bool { return published[version{doc(r), num(r, "revision")}] })
	}
}

// numbers checks that votes and duplicates name what there is, that a vote is one, that
// the next number is free, and that an act of moderation is of its own review.
func (ch *checker) numbers(rows record.Rows) {
	type numbered struct {
		of     core.ID
		number int64
	}
	statements, comments := map[numbered]bool{}, map[numbered]bool{}
	review := map[core.ID]core.ID{}
	for _, r := range rows["opinion_statements"] {
		statements[numbered{idOf(r, "poll"), num(r, "number")}] = true
	}
	for _, r := range rows["comments"] {
		comments[numbered{idOf(r, "consultation"), num(r, "number")}] = true
		review[idOf(r, "id")] = idOf(r, "consultation")
	}
	ch.each(rows, "opinion_votes", "statement", func(r record.Row) bool { return statements[numbered{idOf(r, "poll"), num(r, "statement")}] })
	ch.tell(rows, "opinion_votes", "vote", "choice", func(r record.Row) bool { return num(r, "vote") >= -1 && num(r, "vote") <= 1 })
	ch.each(rows, "comments", "duplicate_of", func(r record.Row) bool {
		return num(r, "duplicate_of") == 0 || comments[numbered{idOf(r, "consultation"), num(r, "duplicate_of")}]
	})
	for _, x := range []struct{ table, of, parts string }{{"consultations", "consultation", "comments"}, {"opinion_polls", "poll", "opinion_statements"}} {
		last := map[core.ID]int64{}
		for _, r := range rows[x.parts] {
			last[idOf(r, x.of)] = max(last[idOf(r, x.of)], num(r, "number"))
		}
		ch.tell(rows, x.table, "next", "choice", func(r record.Row) bool { return num(r, "next") > last[idOf(r, "id")] })
	}
	ch.each(rows, "comment_acts", "comment", func(r record.Row) bool { return review[idOf(r, "comment")] == idOf(r, "consultation") })
}
