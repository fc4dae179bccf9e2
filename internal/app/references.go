package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/db"
)

// references are the columns that name a row of another table by its key and that the
// database does not hold itself, because the other table may be empty, belongs to a room
// below, or the column may name nothing. An empty text names nothing.
var references = map[string][]string{
	"accounts": {
		"account_invitations.account", "account_invitations.by_account", "account_rescues.by_account", "accounts.merged_into", "webhooks.account", "mail_holds.account",
		"agenda_bookmarks.account", "agenda_feeds.account", "attendance_voids.account", "badge_batches.account", "blobs.added_by", "comment_acts.account",
		"comment_supports.account", "comments.account", "conduct_decisions.account", "conduct_handlers.account", "conduct_notes.account", "conduct_recused.account",
		"conduct_reports.account", "delegations.focal", "document_revisions.author_account", "erase_requests.account", "erase_requests.by_account", "events.account",
		"figure_values.account", "form_drafts.account", "hub_counts.account", "hubs.moderator", "import_sources.account", "imports.account",
		"ledger_commitments.account", "ledger_flags.account", "ledger_updates.account", "meeting_asks.account", "message_materials.account",
		"message_signatures.account", "message_statements.account", "paper_endorsements.account", "proposal_merges.by_account", "proposal_offers.account",
		"proposal_revisions.by_account", "proposals.account", "registration_apart.account", "registration_bulks.account", "registration_notes.account",
		"registrations.account", "release_notices.account", "report_helpers.account", "report_helpers.by_account", "report_reminders.account",
		"review_remarks.account", "review_reviewers.account", "selection_choices.account", "support_applications.account", "support_entries.account",
		"support_members.account", "support_scores.account", "timetable_runs.account", "timetable_steps.account",
	},
	"people": {
		"accounts.person", "body_seats.person", "comment_acts.person", "comments.person", "document_revisions.author_person", "events.person", "figure_values.person",
		"import_sources.person", "imports.person", "ledger_commitments.person", "ledger_flags.person", "ledger_updates.person", "message_materials.person",
		"message_signatures.person", "message_signers.person", "message_statements.person", "paper_endorsements.person", "papers.person", "people.merged_into",
		"proposal_people.person", "proposals.person", "registrations.person", "report_helpers.by_person", "report_helpers.person", "report_remarks.person",
		"review_reviewers.person", "session_roles.person", "support_applications.person", "timetable_absences.person", "transcript_segments.by_person",
		"transcript_segments.person", "transcript_speakers.person",
	},
	"editions": {
		"agenda_bookmarks.edition", "calls.edition", "consultations.edition", "ledger_calls.edition", "ledger_commitments.edition", "ledger_mentions.edition",
		"papers.edition", "proposals.edition", "webhooks.edition", "registration_words.edition", "selection_sessions.edition",
		"account_grants.scope", "consultations.scope", "documents.scope", "opinion_polls.scope", "papers.scope",
	},
	"rooms": {"agenda_bookmarks.room", "doors.room", "placements.room", "sessions.room"},
	"sessions": {
		"conduct_decisions.session", "door_scans.session", "hub_counts.session", "ledger_calls.session", "ledger_commitments.session", "ledger_mentions.session",
		"message_signatures.session", "message_signers.session", "message_statements.session", "papers.session", "report_reminders.session", "selection_sessions.session",
	},
	"documents":               {"ledger_calls.document", "ledger_citations.document", "ledger_deliveries.document", "papers.document"},
	"bodies":                  {"calls.body", "consultations.body", "meeting_series.body", "meetings.body", "papers.body", "review_reviewers.body"},
	"themes":                  {"policy_questions.theme", "sessions.theme", "topic_clusters.theme", "topic_decisions.theme"},
	"policy_questions":        {"session_questions.question"},
	"organisations":           {"body_seats.organisation", "paper_endorsements.organisation", "registrations.organisation_id", "session_roles.organisation"},
	"calls":                   {"calls.previous", "registration_settings.call"},
	"proposals":               {"proposals.copied_from", "selection_choices.target", "selection_results.target"},
	"registrations":           {"conduct_decisions.registration", "conduct_reports.registration", "door_scans.registration", "registrations.duplicate_of", "session_invited.registration"},
	"registration_categories": {"badge_designs.category", "registrations.category"},
	"delegations":             {"registrations.delegation"},
	"hubs":                    {"registrations.hub"},
	"doors":                   {"badge_arrivals.door"},
	"badge_batches":           {"badges.batch"},
	"venues":                  {"rooms.venue"},
	"meeting_series":          {"meetings.series"},
	"message_clusters":        {"message_materials.cluster"},
	"ledger_calls":            {"ledger_calls.superseded_by", "ledger_commitments.ledger_call"},
	"ledger_processes":        {"ledger_references.process"},
	"support_entries":         {"support_entries.reverses"},
	"review_reviewers":        {"review_remarks.reviewer"},
	"topic_clusters":          {"topic_decisions.cluster"},
	"blobs": {
		"conduct_files.file", "import_sources.file", "imports.file", "papers.file", "recordings.file", "registration_files.file", "support_files.file", "transcripts.file",
	},
}

// free are columns that hold ids and are no reference of that kind, and why.
var free = map[string]string{
	"cycle_steps.counted":     "a word or a step; the rule of the room says which",
	"document_sources.ref":    "by its kind; documents looks after it",
	"documents.subject":       "by its kind",
	"events.act":              "the act has no row",
	"events.id":               "the event's own",
	"events.scope":            "may name part of an edition",
	"events.subject":          "what happened stays, also to what is gone",
	"followers.owner":         "a process",
	"leases.owner":            "a process",
	"write_marks.mark":        "a group of acts",
	"write_marks.process":     "a process",
	"ledger_evidence.owner":   "by its kind; ledger looks after it",
	"ledger_evidence.subject": "by its kind; ledger looks after it",
	"ledger_issue_items.ref":  "by its kind; ledger looks after it",
	"opinion_polls.salt":      "no id",
	"opinion_votes.account":   "a salted hash",
	"mail_unreachable.mail":   "the mail may be gone",
	"outbox.ref":              "what the mail is about stays its sender's word",
	"scope_versions.scope":    "may name part of an edition",
	"release_changes.session": "a release says what was, also of what is gone",
	"release_slots.room":      "a release says what was, also of what is gone",
	"release_slots.session":   "a release says what was, also of what is gone",
	"transcript_segments.id":  "part of the key",
}

// referred looks for rows that name what is not there.
type referred struct{ db *db.DB }

// Check finds references that lead nowhere. It reads only.
func (r referred) Check(ctx context.Context) ([]core.Flaw, error) {
	var out []core.Flaw
	for _, to := range slices.Sorted(maps.Keys(references)) {
		key := "id"
		if to == "blobs" {
			key = "hash"
		}
		for _, column := range references[to] {
			table, name, _ := strings.Cut(column, ".")
			var lost []string
			query := fmt.Sprintf(`SELECT DISTINCT r.%[1]s FROM %[2]s AS r WHERE r.%[1]s <> '' AND r.%[1]s <> 'forum' AND NOT EXISTS (SELECT 1 FROM %[3]s AS o WHERE o.%[4]s = r.%[1]s) ORDER BY r.%[1]s LIMIT 20`, name, table, to, key)
			if err := r.db.Read.NewRaw(query).Scan(ctx, &lost); err != nil {
				return nil, fmt.Errorf("look for references from %s: %w", column, err)
			}
			for _, id := range lost {
				out = append(out, core.Flaw{Code: "dangling-reference", Subject: core.ID(id), Where: column, Text: fmt.Sprintf("names %s, which is not in %s", id, to)})
			}
		}
	}
	more, err := r.held(ctx)
	return append(out, more...), err
}

// held asks the database for the references that it holds itself: a restored or mended file
// may have been written without.
func (r referred) held(ctx context.Context) ([]core.Flaw, error) {
	if r.db.Postgres() {
		return nil, nil // it cannot be otherwise
	}
	var rows []struct {
		Table  string `bun:"table"`
		RowID  int64  `bun:"rowid"`
		Parent string `bun:"parent"`
	}
	if err := r.db.Read.NewRaw(`SELECT "table", COALESCE(rowid, 0) AS rowid, parent FROM pragma_foreign_key_check LIMIT 50`).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("look for references that the database holds: %w", err)
	}
	out := make([]core.Flaw, 0, len(rows))
	for _, x := range rows {
		out = append(out, core.Flaw{Code: "dangling-reference", Where: x.Table, Text: fmt.Sprintf("row %d names a row of %s that is not there", x.RowID, x.Parent)})
	}
	return out, nil
}
