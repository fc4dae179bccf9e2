package ledger

import "plenary/internal/platform/record"

// What the room keeps of an edition: calls with whom they address, commitments with their
// steps, evidence and doubts, where its texts were sent and cited, what was cited in its
// sessions, and what was made of what.
var (
	CallShelf = record.Shelf{Kind: "call", Tables: []record.Table{
		{Name: "ledger_calls", Key: []string{"id"}, Where: "id IN (?)"},
		{Name: "ledger_addressees", Key: []string{"call", "organisation"}, Where: "call IN (?)"},
	}}
	CommitmentShelf = record.Shelf{Kind: "commitment", Tables: []record.Table{
		{Name: "ledger_commitments", Key: []string{"id"}, Where: "id IN (?)"},
		{Name: "ledger_updates", Key: []string{"id"}, Where: "commitment IN (?)"},
		{Name: "ledger_evidence", Key: []string{"id"}, Where: "subject IN (?)"},
		{Name: "ledger_flags", Key: []string{"id"}, Where: "commitment IN (?)"},
	}}
	DeliveryShelf = record.Shelf{Kind: "delivery", Tables: []record.Table{
		{Name: "ledger_deliveries", Key: []string{"id"}, Where: "id IN (?)"},
		{Name: "ledger_evidence", Key: []string{"id"}, Where: "owner IN (?)"},
	}}
	CitationShelf = record.Shelf{Kind: "citation", Tables: []record.Table{
		{Name: "ledger_citations", Key: []string{"id"}, Where: "id IN (?)"},
	}}
	MentionShelf = record.Shelf{Kind: "mention", Tables: []record.Table{
		{Name: "ledger_mentions", Key: []string{"id"}, Where: "id IN (?)"},
	}}
	DerivationShelf = record.Shelf{Kind: "derivation", Tables: []record.Table{
		{Name: "ledger_derivations", Key: []string{"id"}, Where: "id IN (?)"},
	}}
)

// What belongs to the forum and not to an edition: issues over the years, processes
// elsewhere, documents of others with their kept copies.
var (
	IssueShelf = record.Shelf{Kind: "issue", Tables: []record.Table{
		{Name: "ledger_issues", Key: []string{"id"}, Where: "id IN (?)"},
		{Name: "ledger_issue_items", Key: []string{"issue", "kind", "ref"}, Where: "issue IN (?)"},
	}}
	ProcessShelf = record.Shelf{Kind: "process", Tables: []record.Table{
		{Name: "ledger_processes", Key: []string{"id"}, Where: "id IN (?)"},
	}}
	ReferenceShelf = record.Shelf{Kind: "reference", Tables: []record.Table{
		{Name: "ledger_references", Key: []string{"id"}, Where: "id IN (?)"},
		{Name: "ledger_evidence", Key: []string{"id"}, Where: "owner IN (?)"},
	}}
)
