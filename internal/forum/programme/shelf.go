package programme

import "plenary/internal/platform/record"

// TypeShelf keeps the session types of editions, Shelf a session with its people, its
// former references and what it leads to.
var (
	TypeShelf = record.Shelf{Kind: "session_types", Tables: []record.Table{
		{Name: "session_types", Key: []string{"id"}, Where: "edition IN (?)"},
	}}
	Shelf = record.Shelf{Kind: "session", Tables: []record.Table{
		{Name: "sessions", Key: []string{"id"}, Where: "id IN (?)"},
		{Name: "session_refs", Key: []string{"edition", "ref"}, Where: "session IN (?)"},
		{Name: "session_questions", Key: []string{"session", "question"}, Where: "session IN (?)"},
		{Name: "session_tracks", Key: []string{"session", "body"}, Where: "session IN (?)"},
		{Name: "session_roles", Key: []string{"id"}, Where: "session IN (?)"},
		{Name: "session_relations", Key: []string{"id"}, Where: "from_session IN (?)"},
	}}
)
