package review

import "plenary/internal/platform/record"

// Shelf keeps the evaluation of calls, by the call: criteria, phases, reviewers with what
// keeps them from proposals and what they would like to read, who reads what, what they
// said. When somebody was reminded is not among it: that mail is of one installation.
var Shelf = record.Shelf{Kind: "evaluation", Tables: []record.Table{
	{Name: "review_phases", Key: []string{"id"}, Where: "call IN (?)"},
	{Name: "review_criteria", Key: []string{"id"}, Where: "call IN (?)"},
	{Name: "review_reviewers", Key: []string{"id"}, Where: "call IN (?)"},
	{Name: "review_conflicts", Key: []string{"reviewer", "proposal"}, Where: "reviewer IN (SELECT id FROM review_reviewers WHERE call IN (?))"},
	{Name: "review_bids", Key: []string{"reviewer", "proposal"}, Where: "reviewer IN (SELECT id FROM review_reviewers WHERE call IN (?))"},
	{Name: "review_assignments", Key: []string{"phase", "proposal", "reviewer"}, Where: "phase IN (SELECT id FROM review_phases WHERE call IN (?))"},
	{Name: "review_reviews", Key: []string{"phase", "proposal", "reviewer"}, Where: "phase IN (SELECT id FROM review_phases WHERE call IN (?))"},
	{Name: "review_remarks", Key: []string{"id"}, Where: "phase IN (SELECT id FROM review_phases WHERE call IN (?))"},
}}
