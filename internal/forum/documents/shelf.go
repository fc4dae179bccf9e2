package documents

import "plenary/internal/platform/record"

// Shelf keeps a document with all its revisions.
var Shelf = record.Shelf{Kind: "document", Tables: []record.Table{
	{Name: "documents", Key: []string{"id"}, Where: "id IN (?)"},
	{Name: "document_revisions", Key: []string{"id"}, Where: "document IN (?)"},
	{Name: "document_paragraphs", Key: []string{"revision", "para"}, Where: "revision IN (SELECT id FROM document_revisions WHERE document IN (?))"},
	{Name: "document_sources", Key: []string{"revision", "para", "position"}, Where: "revision IN (SELECT id FROM document_revisions WHERE document IN (?))"},
}}
