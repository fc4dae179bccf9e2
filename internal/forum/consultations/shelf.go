package consultations

import (
	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// Shelf keeps consultations with their comments and all that was done with these. Who
// supports a comment is known by account, and what came by mail waits for the word of its
// sender: both are of one installation and leave it in no package.
var Shelf = record.Shelf{Kind: "consultation", Tables: []record.Table{
	{Name: "consultations", Key: []string{"id"}, Where: "id IN (?)"},
	{Name: "comments", Key: []string{"id"}, Where: "consultation IN (?)"},
	{Name: "comment_notes", Key: []string{"comment"}, Where: "comment IN (SELECT id FROM comments WHERE consultation IN (?))"},
	{Name: "comment_supports", Key: []string{"comment", "account"}, Where: "comment IN (SELECT id FROM comments WHERE consultation IN (?))"},
	{Name: "comment_places", Key: []string{"comment", "revision"}, Where: "comment IN (SELECT id FROM comments WHERE consultation IN (?))"},
	{Name: "comment_changes", Key: []string{"comment", "revision", "para", "sentence"}, Where: "comment IN (SELECT id FROM comments WHERE consultation IN (?))"},
	{Name: "comment_acts", Key: []string{"id"}, Where: "consultation IN (?)"},
	{Name: "disposition_reasons", Key: []string{"id"}, Where: "consultation IN (?)"},
	{Name: "consultation_challenges", Key: []string{"id"}, Where: "consultation IN (?)"},
	{Name: "mailed_comments", Key: []string{"token"}, Where: "consultation IN (?)"},
}}

// OwnShelf keeps why drafters changed sentences of their own accord, by the document.
var OwnShelf = record.Shelf{Kind: "own_changes", Tables: []record.Table{
	{Name: "own_changes", Key: []string{"document", "revision", "para", "sentence"}, Where: "document IN (?)"},
}}

// ForAll gives a comment with its changes as everybody may read it; published is the
// newest published revision of the text. It is what a package for everybody holds.
func ForAll(co Comment, published int) Comment { return shown(core.Visitor, co, false, published) }
