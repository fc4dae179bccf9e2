package attendance

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/{edition}/my-links", ID: "renew-own-links", Says: "Make your links to join anew, or end a device", In: web.Words{"end", "renew"}},
	{Path: "/{edition}/attendance/paste", ID: "paste-places", Says: "Set the addresses of many sessions", In: PasteInput{}},
	{Path: "/{edition}/attendance/people/{number}", ID: "change-attendee", Says: "Make somebody's links anew, or take a certificate back", In: web.Words{"revoke", "renew"}},
	{Path: "/{edition}/certificate", ID: "issue-certificate", Says: "Have a certificate of your attendance made", In: CertificateInput{}, Makes: true},
	{Path: "/{edition}/{session}/place", ID: "set-place", Says: "Set where a session is joined online", In: PlaceInput{}},
	{Path: "/{edition}/{session}/attendance", ID: "correct-attendance", Says: "Correct who was in a session", In: CorrectInput{}},
}
