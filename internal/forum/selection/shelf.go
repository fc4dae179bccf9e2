package selection

import "plenary/internal/platform/record"

// Shelf keeps how the answers to calls were selected, by the call: the rules, what was
// chosen and not published, recommended mergers, rounds with what they say of each
// proposal, the sessions that came of it, and what was written to organisers.
var Shelf = record.Shelf{Kind: "selection", Tables: []record.Table{
	{Name: "selections", Key: []string{"call"}, Where: "call IN (?)"},
	{Name: "selection_choices", Key: []string{"proposal"}, Where: "call IN (?)"},
	{Name: "selection_mergers", Key: []string{"id"}, Where: "call IN (?)"},
	{Name: "selection_rounds", Key: []string{"call", "number"}, Where: "call IN (?)"},
	{Name: "selection_results", Key: []string{"call", "round", "proposal"}, Where: "call IN (?)"},
	{Name: "selection_sessions", Key: []string{"proposal"}, Where: "proposal IN (SELECT id FROM proposals WHERE call IN (?))"},
	{Name: "selection_letters", Key: []string{"call", "kind", "lang"}, Where: "call IN (?)"},
	{Name: "selection_done", Key: []string{"proposal", "task"}, Where: "proposal IN (SELECT id FROM proposals WHERE call IN (?))"},
	{Name: "selection_news", Key: []string{"id"}, Where: "call IN (?)"},
}}

// Follows tells whether a round says the list that follows from what it keeps.
func (r Round) Follows() bool { return Digest(r.Inputs, Decide(r.Inputs)) == r.Digest }

// LetterHolds tells whether everything in braces in the words of a letter is a placeholder.
func LetterHolds(text string) bool {
	what, _ := strange(text)
	return what == ""
}
