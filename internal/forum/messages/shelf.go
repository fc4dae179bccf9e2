package messages

import "plenary/internal/platform/record"

// Shelf says how far the Messages of editions have come, by the edition: the workshop,
// who signs and has signed, and the statements that were handed in. Their text is a
// document.
var Shelf = record.Shelf{Kind: "messages", Tables: []record.Table{
	{Name: "message_sets", Key: []string{"edition"}, Where: "edition IN (?)"},
	{Name: "message_clusters", Key: []string{"id"}, Where: "edition IN (?)"},
	{Name: "message_materials", Key: []string{"edition", "ref"}, Where: "edition IN (?)"},
	{Name: "message_signers", Key: []string{"id"}, Where: "edition IN (?)"},
	{Name: "message_signatures", Key: []string{"id"}, Where: "edition IN (?)"},
	{Name: "message_statements", Key: []string{"id"}, Where: "edition IN (?)"},
}}
