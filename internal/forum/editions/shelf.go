package editions

import "plenary/internal/platform/record"

// Shelf keeps an edition with its venues, rooms, themes, policy questions and figures.
var Shelf = record.Shelf{Kind: "edition", Tables: []record.Table{
	{Name: "editions", Key: []string{"id"}, Where: "id IN (?)"},
	{Name: "venues", Key: []string{"id"}, Where: "edition IN (?)"},
	{Name: "rooms", Key: []string{"id"}, Where: "edition IN (?)"},
	{Name: "themes", Key: []string{"id"}, Where: "edition IN (?)"},
	{Name: "policy_questions", Key: []string{"id"}, Where: "edition IN (?)"},
	{Name: "edition_figures", Key: []string{"id"}, Where: "edition IN (?)"},
}}
