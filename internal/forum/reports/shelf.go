package reports

import "plenary/internal/platform/record"

// Shelf keeps the reports of sessions with what stands around them, by the session;
// their texts are documents.
var Shelf = record.Shelf{Kind: "report", Tables: []record.Table{
	{Name: "reports", Key: []string{"id"}, Where: "session IN (?)"},
	{Name: "report_cards", Key: []string{"session"}, Where: "session IN (?)"},
	{Name: "report_notes", Key: []string{"session"}, Where: "session IN (?)"},
	{Name: "report_helpers", Key: []string{"id"}, Where: "session IN (?)"},
	{Name: "report_remarks", Key: []string{"session", "kind"}, Where: "session IN (?)"},
}}

// SettingsShelf keeps what an edition expects of its reports, by the edition.
var SettingsShelf = record.Shelf{Kind: "reports", Tables: []record.Table{
	{Name: "report_settings", Key: []string{"edition"}, Where: "edition IN (?)"},
	{Name: "report_rules", Key: []string{"edition", "type"}, Where: "edition IN (?)"},
}}
