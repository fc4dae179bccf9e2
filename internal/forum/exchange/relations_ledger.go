package exchange

import (
	"plenary/internal/core"
	"plenary/internal/forum/ledger"
	"plenary/internal/forum/vocab"
)

// otherThings names texts and calls of other editions to which the ledger and calls for input lead. Like
// other_sessions it is no table of the database.
const (
	otherThings = "other_things"
	otherText   = "text"
	otherCall   = "call"
)

// ledgerRelations are the tables of the ledger.
var ledgerRelations = []relation{
	{name: otherThings, key: []string{"id"}, since: 2, columns: []column{
		id("id"), one("kind", otherText, otherCall, otherInput), text("edition").such(func(s string) bool { return s == "" || editionSlug(s) }), words("title"),
	}},
	{name: "ledger_processes", key: []string{"id"}, unique: [][]string{{"slug"}}, since: 2, columns: []column{
		id("id"), text("slug").such(addressPart), words("name"), words("about"), text("url").such(addressOrNone), value[[]ledger.Milestone]("milestones").good(milestones),
		instant("created"), version,
	}},
	{name: "ledger_references", key: []string{"id"}, since: 2, columns: []column{
		id("id"), words("title"), prose("title_key"), text("symbol"), text("symbol_key"), text("url").such(addressOrNone), text("issuer"), date("day"),
		maybe("process", "ledger_processes"), instant("created"), version,
	}},
	{name: "ledger_calls", key: []string{"id"}, unique: [][]string{{"ref"}}, edition: "edition", since: 2, columns: []column{
		id("id"), text("ref").must(), must("document", "documents"), one("source", ledger.FromReport, ledger.FromMessage, ledger.FromPaper), must("edition", "editions"),
		maybe("session", "sessions"), words("words"), prose("words_key"), value[[]string]("to_codes").with(addressees), text("to_key"), text("to_as"), instant("called"),
		one("state", ledger.CallStates...), instant("answered").orNull(), maybe("superseded_by", "ledger_calls or "+otherThings), prose("note"),
		instant("asked").orNull().kept(), version,
	}},
	{name: "ledger_addressees", key: []string{"call", "organisation"}, since: 2, columns: []column{
		must("call", "ledger_calls"), must("organisation", "organisations"),
	}},
	{name: "ledger_commitments", key: []string{"id"}, edition: "edition", since: 2, columns: []column{
		id("id"), maybe("ledger_call", "ledger_calls"), must("organisation", "organisations"), one("kind", ledger.Kinds...),
		one("state", ledger.Claimed, ledger.Confirmed, ledger.Progress, ledger.Changed, ledger.Done, ledger.Withdrawn, ledger.Refused), must("edition", "editions"),
		maybe("session", "sessions"), words("words"), date("said"), date("due"), text("contact"), text("account").here(), maybe("person", "people").kept(),
		instant("made"), instant("confirmed").orNull(), one("confirmed_by", "", "staff", "member"), instant("updated"), date("asked_due").kept(), version,
	}},
	{name: "ledger_updates", key: []string{"id"}, since: 2, columns: []column{
		id("id"), must("commitment", "ledger_commitments"),
		one("state", ledger.Claimed, ledger.Confirmed, ledger.Progress, ledger.Changed, ledger.Done, ledger.Withdrawn, ledger.Refused), words("words"), date("due"),
		text("account").here(), maybe("person", "people").kept(), instant("at"),
	}},
	{name: "ledger_flags", key: []string{"id"}, since: 2, columns: []column{
		id("id"), must("commitment", "ledger_commitments"), prose("reason"), text("account").here(), maybe("person", "people").kept(), instant("at"),
		prose("answer"), instant("answered").orNull(),
	}},
	{name: "ledger_deliveries", key: []string{"id"}, since: 2, columns: []column{
		id("id"), maybe("process", "ledger_processes"), must("document", "documents"), integer("revision"), date("day"), text("by_whom"), text("to_whom"),
		one("form", ledger.Forms...), text("receipt"), text("url").such(addressOrNone), instant("made"),
	}},
	// A kept copy stays where it is; its title and address come.
	{name: "ledger_evidence", key: []string{"id"}, since: 2, columns: []column{
		id("id"), must("owner", "ledger_updates or ledger_references or ledger_deliveries"), maybe("subject", "ledger_commitments"), integer("position"),
		text("title"), text("url").such(addressOrNone), text("hash").here(), instant("at"),
	}},
	{name: "ledger_citations", key: []string{"id"}, unique: [][]string{{"reference", "ref", "place"}}, since: 2, columns: []column{
		id("id"), must("reference", "ledger_references"), must("document", "documents"), text("ref").must(), text("place"), prose("quote"), instant("at"),
	}},
	{name: "ledger_mentions", key: []string{"id"}, unique: [][]string{{"reference", "session", "segment"}}, edition: "edition", since: 2, columns: []column{
		id("id"), must("reference", "ledger_references"), must("session", "sessions"), must("edition", "editions"), maybe("segment", "transcript_segments"),
		prose("note"), instant("at"),
	}},
	{name: "ledger_derivations", key: []string{"id"}, unique: [][]string{{"later", "earlier"}}, since: 2, columns: []column{
		id("id"), text("later").must(), text("earlier").must(), prose("note"), instant("at"),
	}},
	{name: "ledger_issues", key: []string{"id"}, unique: [][]string{{"slug"}}, since: 2, columns: []column{
		id("id"), text("slug").such(addressPart), words("name"), words("about"), value[[]string]("words"), instant("created"), version,
	}},
	{name: "ledger_issue_items", key: []string{"issue", "kind", "ref"}, since: 2, columns: []column{
		must("issue", "ledger_issues"), one("kind", ledger.ThingParagraph, ledger.ThingSession, ledger.ThingReference, ledger.ThingCommitment), text("ref").must(),
		prose("note"), instant("at"),
	}},
}

func addressees(v any) []codeUse { return codesOf(vocab.Addressees, *v.(*[]string)) }

func milestones(v any) bool {
	for _, m := range *v.(*[]ledger.Milestone) {
		if !goodText(m.Title) || m.URL != "" && !core.WebAddress(m.URL) || !isDay(m.Day) || m.Until != "" && !isDay(m.Until) {
			return false
		}
	}
	return true
}
