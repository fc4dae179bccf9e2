package calls

import "plenary/internal/platform/record"

// Shelf keeps calls with their forms and the moves of their windows; CycleShelf the steps
// of an edition's cycle, by the edition.
var (
	Shelf = record.Shelf{Kind: "call_for_input", Tables: []record.Table{
		{Name: "calls", Key: []string{"id"}, Where: "id IN (?)"},
		{Name: "call_forms", Key: []string{"call", "number"}, Where: "call IN (?)"},
		{Name: "call_moves", Key: []string{"id"}, Where: "call IN (?)"},
	}}
	CycleShelf = record.Shelf{Kind: "cycle", Tables: []record.Table{
		{Name: "cycle_steps", Key: []string{"id"}, Where: "edition IN (?)"},
	}}
)
