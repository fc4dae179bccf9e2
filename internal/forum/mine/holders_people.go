package mine

// heldByGround is what the ground floor holds: accounts with what people leave behind while
// they use the forum, and mails.
var heldByGround = []room{
	{"accounts", []table{
		{name: "accounts", own: []own{{column: "id", by: byAccount}}, not: []string{"email_key", "name_key"}, emptied: true},
		{name: "account_grants", key: []string{"account", "role", "scope"}, own: account("account")},
		{name: "account_sessions", own: account("account"), not: []string{"hash"}},
		{name: "sign_in_links", own: append(email("email", "email_key"), account("account")...), not: []string{"address", "next"}, remove: true},
		{name: "account_addresses", key: []string{"email_key"}, own: account("account"), not: []string{"email_key"}, emptied: true},
		{name: "account_passkeys", own: account("account"), not: []string{"handle", "credential", "data"}, remove: true},
		{name: "account_identities", own: account("account"), remove: true},
		{name: "account_codes", key: []string{"hash"}, own: account("account"), not: []string{"hash"}, remove: true},
		{
			name: "account_invitations", own: append(account("account"), email("email", "email_key")...), acts: []string{"by_account"}, not: []string{"email_key"},
			set: map[string]any{"email": "", "email_key": ""}, names: []string{"name"},
		},
		{name: "account_rescues", own: append(account("account"), email("email", "email_key")...), acts: []string{"by_account"}, not: []string{"email_key", "reason"}, remove: true},
		{name: "account_tokens", own: account("account"), not: []string{"hash"}, remove: true},
		{name: "api_keys", own: account("account"), not: []string{"sent", "headers", "body"}, remove: true},
		{name: "form_drafts", key: []string{"thing", "account"}, own: account("account"), remove: true},
		{name: "blobs", key: []string{"hash"}, acts: []string{"added_by"}},
	}},
	{"mails", []table{
		{
			name: "outbox", own: email("to_addr"), only: "state NOT IN ('queued', 'held', 'stopped')", not: []string{"message_id", "last_error", "unsubscribe"},
			set: map[string]any{"to_addr": "", "to_name": "", "subject": "", "text": "", "html": "", "calendar": "", "unsubscribe": "", "last_error": "", "ref": ""},
		},
		{name: "mail_tries", own: under("mail", "outbox"), not: []string{"ref"}, set: map[string]any{"answer": ""}},
		{name: "mail_unreachable", own: email("email", "email_key"), not: []string{"email_key"}, remove: true},
		{name: "mail_holds", acts: []string{"account"}},
	}},
	{"mail_choices", []table{
		{name: "mail_choices", key: []string{"account"}, own: account("account"), remove: true},
		{name: "mail_gathered", own: append(account("account"), email("to_addr")...), not: []string{"message_id"}, remove: true},
		{name: "mail_texts", alone: []string{"by_name"}},
	}},
	{"searches", []table{
		{name: "saved_searches", own: account("account"), remove: true},
		{name: "search_readers", key: []string{"account"}, own: account("account"), remove: true},
	}},
}

// heldByPeople is who she is and where she took part.
var heldByPeople = []room{
	{"person", []table{
		{name: "people", own: []own{{column: "id", by: byPerson}}, not: []string{"name_key", "source"}, emptied: true},
		{name: "person_names", key: []string{"person", "form"}, own: person("person"), not: []string{"name_key", "words_key", "initial_key"}},
		{name: "affiliations", own: person("person"), remove: true},
	}},
	{"documents", []table{
		{name: "document_revisions", acts: []string{"author_account", "author_person"}, kept: "documents"},
	}},
	{"bodies", []table{
		{name: "body_seats", own: person("person"), kept: "roles"},
	}},
	{"programme", []table{
		{name: "session_roles", own: person("person"), within: []string{"snapshot"}, kept: "roles"},
		{name: "timetable_absences", own: person("person"), remove: true},
		{name: "placements", key: []string{"session"}, alone: []string{"by_name"}},
		{name: "timetable_accepted", alone: []string{"by_name"}},
		{name: "timetable_steps", key: []string{"edition", "seq"}, own: account("account"), not: []string{"moves"}, names: []string{"by_name"}},
		{name: "timetable_runs", own: account("account"), not: []string{"asked", "base", "progress", "result"}, names: []string{"by_name"}},
		{name: "timetables", key: []string{"edition"}, alone: []string{"began_by"}},
		{name: "releases", alone: []string{"by_name"}},
		{name: "release_notices", key: []string{"release", "account"}, own: account("account"), remove: true},
	}},
	{"agenda", []table{
		{name: "agenda_bookmarks", key: []string{"account", "session"}, own: account("account"), remove: true},
		{name: "agenda_feeds", key: []string{"account"}, own: account("account"), not: []string{"hash"}, remove: true},
	}},
	{"meetings", []table{
		{name: "meeting_asks", key: []string{"meeting", "account"}, own: account("account"), remove: true},
	}},
}

// private is the condition of proposals that nobody but their proposer and the staff needs.
const private = "state = 'draft' OR call IN (SELECT id FROM calls WHERE kind = 'travel-support')"

// heldByCalls is what she asked for and what she judged.
var heldByCalls = []room{
	{"proposals", []table{
		{name: "proposals", own: account("account"), not: []string{"copied_from"}, linked: []string{"person"}, kept: "proposals", filesIn: "answers"},
		{name: "proposal_revisions", key: []string{"proposal", "number"}, own: under("proposal", "proposals"), acts: []string{"by_account"}},
		{
			name: "proposal_people", own: append(person("person"), email("email", "email_key")...), not: []string{"token", "name_key", "email_key"},
			set: map[string]any{"email": "", "email_key": "", "token": ""}, names: []string{"name", "name_key"}, kept: "proposals",
		},
		{name: "proposal_findings", key: []string{"proposal", "rule"}, alone: []string{"by_name"}},
		{name: "proposal_offers", own: append(account("account"), email("email")...), set: map[string]any{"email": "", "words": ""}, names: []string{"name"}},
		{name: "proposal_merges", own: account("by_account"), names: []string{"by_name"}, alone: []string{"reply_name"}},
	}},
	{"review", []table{
		{
			name: "review_reviewers", own: append(account("account"), append(person("person"), email("email", "email_key")...)...), not: []string{"email_key"},
			set: map[string]any{"email": "", "email_key": ""}, names: []string{"name"}, kept: "reviews",
		},
		{name: "review_conflicts", key: []string{"reviewer", "proposal"}, own: under("reviewer", "review_reviewers"), alone: []string{"by_name"}},
		{name: "review_bids", key: []string{"reviewer", "proposal"}, own: under("reviewer", "review_reviewers")},
		{name: "review_assignments", key: []string{"phase", "proposal", "reviewer"}, own: under("reviewer", "review_reviewers")},
		{name: "review_reviews", key: []string{"phase", "proposal", "reviewer"}, own: under("reviewer", "review_reviewers"), kept: "reviews"},
		{name: "review_reminders", key: []string{"phase", "reviewer", "step"}, own: under("reviewer", "review_reviewers"), remove: true},
		{name: "review_remarks", own: append(account("account"), under("reviewer", "review_reviewers")...), names: []string{"name"}, kept: "reviews"},
	}},
	{"selection", []table{
		{name: "selection_choices", key: []string{"proposal"}, acts: []string{"account"}, alone: []string{"by_name"}},
		{name: "selection_mergers", alone: []string{"by_name"}},
		{name: "selection_rounds", key: []string{"call", "number"}, alone: []string{"by_name"}},
		{name: "selection_results", key: []string{"call", "round", "proposal"}, alone: []string{"by_name"}},
		{name: "selection_done", key: []string{"proposal", "task"}, alone: []string{"by_name"}},
		{name: "selection_news", alone: []string{"by_name"}},
	}},
	// What was never handed in, and applications for support, are nobody else's: their answers go.
	{"unsent", []table{
		{name: "proposals", own: account("account"), only: private, same: true, set: map[string]any{"answers": "{}", "title": "", "organisation": "", "org_key": ""}, filesIn: "answers"},
		{
			name: "proposal_revisions", key: []string{"proposal", "number"}, own: account("by_account"), same: true, only: "proposal IN (SELECT id FROM proposals WHERE " + private + ")",
			set: map[string]any{"answers": "{}"},
		},
	}},
}

// heldByOutcomes is what she said and signed.
var heldByOutcomes = []room{
	{"floor", []table{
		{name: "transcript_segments", own: person("person"), acts: []string{"by_person"}, kept: "transcripts"},
		{name: "transcript_speakers", key: []string{"transcript", "label"}, own: person("person"), kept: "transcripts"},
	}},
	{"papers", []table{
		{name: "papers", own: person("person"), kept: "signed"},
		{name: "paper_endorsements", own: append(account("account"), person("person")...), acts: []string{"acted_by"}, within: []string{"snapshot"}, kept: "signed"},
	}},
	{"reports", []table{
		{
			name: "report_helpers", own: append(account("account"), append(person("person"), email("email", "email_key")...)...), acts: []string{"by_account", "by_person"},
			not: []string{"email_key"}, set: map[string]any{"email": "", "email_key": "", "note": ""},
		},
		{name: "report_reminders", key: []string{"session", "kind", "step", "account"}, own: account("account"), remove: true},
		{name: "report_remarks", key: []string{"session", "kind"}, own: person("person"), kept: "documents"},
	}},
	{"messages", []table{
		{name: "message_materials", key: []string{"edition", "ref"}, acts: []string{"account", "person"}},
		{name: "message_signers", own: person("person"), kept: "signed"},
		{name: "message_signatures", own: append(account("account"), person("person")...), kept: "signed"},
		{name: "message_statements", own: append(account("account"), person("person")...), acts: []string{"decider"}, alone: []string{"signed_as"}, kept: "signed"},
	}},
	{"consultations", []table{
		{
			name: "comments", own: append(account("account"), person("person")...), acts: []string{"assignee", "disposed_by"}, names: []string{"name"},
			set: map[string]any{"mails": "none"}, linked: []string{"person"}, kept: "comments",
		},
		{name: "comment_supports", key: []string{"comment", "account"}, own: account("account"), kept: "votes"},
		{name: "comment_acts", acts: []string{"account", "person", "answered_by"}},
		{name: "consultation_challenges", own: account("account"), names: []string{"name"}, kept: "comments"},
		{name: "mailed_comments", key: []string{"token"}, own: email("email"), not: []string{"token"}, remove: true},
	}},
	{"opinions", []table{
		{name: "opinion_statements", own: account("author"), kept: "comments"},
		{name: "opinion_votes", key: []string{"poll", "account", "statement"}, own: account("account"), kept: "votes"},
	}},
	{"ledger", []table{
		{name: "ledger_commitments", own: append(account("account"), person("person")...), acts: []string{"confirmed_by"}, linked: []string{"contact"}, kept: "commitments"},
		{name: "ledger_updates", own: append(account("account"), person("person")...), kept: "commitments"},
		{name: "ledger_flags", own: append(account("account"), person("person")...), kept: "commitments"},
		{name: "ledger_deliveries", alone: []string{"by_whom", "to_whom"}},
	}},
	{"archive", []table{
		{name: "imports", acts: []string{"account", "person"}},
		{name: "import_sources", acts: []string{"account", "person"}},
	}},
}

// nothingPersonal are the columns whose name sounds as if somebody stood in them, and why
// nobody does, or why what stands there is told elsewhere.
var nothingPersonal = map[string]string{
	"events.account":                      "the holder of the record tells",
	"events.person":                       "the holder of the record tells",
	"events.subject":                      "the holder of the record tells",
	"erase_requests.account":              "the holder of requests tells",
	"erase_requests.by_account":           "the holder of requests tells",
	"followers.name":                      "a part of the program",
	"mail_texts.name":                     "the name of a text",
	"webhooks.name":                       "another program",
	"leases.name":                         "a part of the program",
	"leases.owner":                        "a process of the program",
	"signals.name":                        "a part of the program",
	"write_marks.process":                 "a process of the program",
	"write_marks.mark":                    "a group of acts",
	"setup_tokens.hash":                   "the hash of a token",
	"followers.owner":                     "a process of the program",
	"participation_keys.name":             "a key of the installation",
	"document_revisions.author_program":   "a program",
	"transcript_segments.by_program":      "a program",
	"blobs.name":                          "goes with the row that holds the file",
	"transcripts.file_name":               "a file of the staff",
	"recordings.file_name":                "a file of the staff",
	"imports.name":                        "a file of the staff",
	"import_sources.name":                 "a source on the web",
	"import_items.subject":                "what was imported",
	"import_keys.subject":                 "what was imported",
	"import_staged.subject":               "what was imported",
	"documents.subject":                   "what a document is about",
	"ledger_evidence.subject":             "what it is evidence of",
	"ledger_evidence.owner":               "a commitment or a report on it",
	"ledger_calls.superseded_by":          "a call of the ledger",
	"selection_letters.subject":           "of letters to many",
	"proposal_offers.profile":             "a profile in a call",
	"transcript_segments.speaker":         "a label in a published transcript, which keeps what it says",
	"papers.by_words":                     "who wrote a paper, as it says in public",
	"delegations.name":                    "an organisation or a country",
	"hubs.name":                           "a place",
	"doors.name":                          "a door",
	"forum.contact":                       "the address of the forum",
	"conduct_settings.contact":            "where the forum is reached",
	"conduct_files.name":                  "stays with the report until that is erased",
	"conduct_decisions.registration":      "whom a decision concerns, until the report is erased: the registration itself is empty",
	"conduct_decisions.account":           "who decided, until the report is erased",
	"support_reminders.application":       "an application, which is empty",
	"support_recommendations.application": "an application, which is empty",
	"support_scores.application":          "an application, which is empty",
}
