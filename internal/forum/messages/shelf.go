package messages

import "plenary/internal/platform/record"

// Shelf says how far the Messages of editions have come, by the edition; their text is
// a document.
var Shelf = record.Shelf{Kind: "messages", Tables: []record.Table{
	{Name: "message_sets", Key: []string{"edition"}, Where: "edition IN (?)"},
}}
