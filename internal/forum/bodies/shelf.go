package bodies

import "plenary/internal/platform/record"

// Shelf keeps a body with its seats.
var Shelf = record.Shelf{Kind: "body", Tables: []record.Table{
	{Name: "bodies", Key: []string{"id"}, Where: "id IN (?)"},
	{Name: "body_seats", Key: []string{"id"}, Where: "body IN (?)"},
}}
