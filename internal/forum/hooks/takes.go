package hooks

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/admin/webhooks/new", ID: "add-webhook", Says: "Add a webhook", In: Input{}, Makes: true},
	{Path: "/admin/webhooks/{id}/edit", ID: "edit-webhook", Says: "Change a webhook", In: Input{}},
	{Path: "/admin/webhooks/{id}/remove", ID: "remove-webhook", Says: "Remove a webhook"},
	{Path: "/admin/webhooks/{id}/secret", ID: "replace-webhook-secret", Says: "Replace the secret of a webhook", Secret: true},
	{Path: "/admin/webhooks/{id}/test", ID: "test-webhook", Says: "Send a test to a webhook"},
	{Path: "/admin/webhooks/{id}/pause", ID: "pause-webhook", Says: "Pause a webhook"},
	{Path: "/admin/webhooks/{id}/resume", ID: "resume-webhook", Says: "Resume a webhook"},
	{Path: "/admin/webhooks/{id}/deliveries/{delivery}/resend", ID: "resend-delivery", Says: "Send a delivery again"},
}
