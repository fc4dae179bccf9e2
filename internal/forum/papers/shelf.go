package papers

import "plenary/internal/platform/record"

// Shelf keeps papers with their endorsements; their texts are documents.
var Shelf = record.Shelf{Kind: "paper", Tables: []record.Table{
	{Name: "papers", Key: []string{"id"}, Where: "id IN (?)"},
	{Name: "paper_endorsements", Key: []string{"id"}, Where: "paper IN (?)"},
}}
