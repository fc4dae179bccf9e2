package mine

// heldByParticipation is how she took part in editions. The rooms themselves empty the
// registration; what leads to it from other tables is here.
var heldByParticipation = []room{
	{"participation", []table{
		{name: "registrations", own: entry("id"), not: []string{"email_key", "name_key", "words_key", "latin_key", "organisation_key", "generation", "duplicate_of"}, kept: "registrations", emptied: true},
		{name: "registration_words", key: []string{"edition", "word", "registration"}, own: entry("registration"), remove: true},
		{name: "registration_notes", own: entry("registration"), acts: []string{"account"}, remove: true},
		{name: "registration_files", own: entry("registration"), file: "file", fileName: "name", remove: true},
		{name: "registration_media", key: []string{"registration"}, own: entry("registration"), remove: true},
		{name: "issued_letters", own: entry("registration"), not: []string{"code_hash"}},
		{name: "registration_apart", key: []string{"edition", "one", "other"}, acts: []string{"account"}},
		{name: "registration_bulks", acts: []string{"account"}},
		{name: "delegations", own: account("focal"), not: []string{"code_hash", "note"}, kept: "groups"},
		{name: "hubs", own: account("moderator"), not: []string{"note"}, kept: "groups"},
		{name: "hub_counts", key: []string{"hub", "day", "session"}, acts: []string{"account"}},
	}},
	{"attendance", []table{
		{name: "session_invited", key: []string{"session", "registration", "email_key"}, own: append(entry("registration"), email("email_key")...), not: []string{"email_key"}, remove: true},
		{name: "attendances", key: []string{"session", "registration"}, own: entry("registration"), kept: "attendance"},
		{name: "attendance_voids", key: []string{"session", "registration"}, own: entry("registration"), acts: []string{"account"}},
		{name: "join_codes", own: append(entry("subject"), account("subject")...), not: []string{"hash"}, remove: true},
		{name: "join_devices", own: append(entry("subject"), account("subject")...), not: []string{"hash"}, remove: true},
	}},
	{"badges", []table{
		{name: "badges", own: entry("registration"), kept: "attendance"},
		{name: "badge_batches", acts: []string{"account"}},
		{name: "door_scans", own: entry("registration"), not: []string{"device"}, kept: "attendance"},
		{name: "badge_arrivals", key: []string{"registration"}, own: entry("registration"), kept: "attendance"},
	}},
	{"support", []table{
		{name: "support_members", key: []string{"edition", "account"}, own: account("account"), remove: true},
		{name: "support_applications", own: append(account("account"), person("person")...), not: []string{"score", "place", "org_key"}, kept: "support", emptied: true},
		// Those she wrote for others; those about her are the recommenders' own.
		{name: "support_recommendations", key: []string{"application"}, own: email("email", "email_key"), not: []string{"token", "email_key"}, set: map[string]any{"name": "", "email": "", "email_key": ""}},
		{name: "support_scores", key: []string{"application", "account"}, own: account("account"), kept: "reviews"},
		{name: "support_entries", own: under("application", "support_applications"), acts: []string{"account"}, kept: "support"},
		{name: "support_files", own: under("application", "support_applications"), file: "file", fileName: "name", remove: true},
	}},
	{"webhooks", []table{
		{name: "webhooks", acts: []string{"account"}},
	}},
	{"figures", []table{
		{name: "figure_values", acts: []string{"account", "person"}},
	}},
	{"conduct", []table{
		// Those she made. Those about her are not hers to have: they would tell who reported.
		{name: "conduct_reports", own: account("account"), not: []string{"token_hash", "registration", "about"}, set: map[string]any{"contact": ""}, linked: []string{"account"}, kept: "conduct"},
		{name: "conduct_notes", own: under("report", "conduct_reports"), only: "source = 'reporter'", acts: []string{"account"}},
		{name: "conduct_files", own: under("report", "conduct_reports")},
		{name: "conduct_handlers", key: []string{"edition", "account"}, own: account("account"), remove: true},
		{name: "conduct_recused", key: []string{"report", "account"}, acts: []string{"account"}},
	}},
}
