package topics

import "plenary/internal/platform/record"

// Shelf keeps what was made of the tags and inputs of an edition, by the edition.
var Shelf = record.Shelf{Kind: "topics", Tables: []record.Table{
	{Name: "topic_tags", Key: []string{"id"}, Where: "edition IN (?)"},
	{Name: "topic_spellings", Key: []string{"edition", "fold"}, Where: "edition IN (?)"},
	{Name: "topic_merges", Key: []string{"id"}, Where: "edition IN (?)"},
	{Name: "topic_apart", Key: []string{"edition", "one", "other"}, Where: "edition IN (?)"},
	{Name: "topic_clusters", Key: []string{"id"}, Where: "edition IN (?)"},
	{Name: "topic_places", Key: []string{"edition", "input"}, Where: "edition IN (?)"},
	{Name: "topic_decisions", Key: []string{"id"}, Where: "edition IN (?)"},
}}
