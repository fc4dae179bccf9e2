package reports

import "plenary/internal/platform/record"

// Shelf keeps the reports of sessions, by the session; their texts are documents.
var Shelf = record.Shelf{Kind: "report", Tables: []record.Table{
	{Name: "reports", Key: []string{"id"}, Where: "session IN (?)"},
}}
