package app

import "plenary/internal/platform/mail"

// mailClasses are the kinds of mails about which people have a choice. All others come at
// once: what somebody asked for, answers to it, decisions, letters, what changes at short
// notice, and what comes with a calendar.
var mailClasses = map[string]mail.Class{
	"report_reminder":         mail.Reminders,
	"review_reminder":         mail.Reminders,
	"ledger_due":              mail.Reminders,
	"ledger_silent":           mail.Reminders,
	"selection_task":          mail.Reminders,
	"support_report_reminder": mail.Reminders,

	"release":                   mail.Notices,
	"comment_answered":          mail.Notices,
	"opinion_accepted":          mail.Notices,
	"opinion_rejected":          mail.Notices,
	"ledger_claim":              mail.Notices,
	"selection_news":            mail.Notices,
	"proposal_person_confirmed": mail.Notices,
	"proposal_person_declined":  mail.Notices,
}
