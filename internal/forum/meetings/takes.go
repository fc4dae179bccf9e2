package meetings

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/meetings/new", ID: "add-meeting", Says: "Announce a meeting or a series", In: Input{}, Also: "_look", Makes: true},
	{Path: "/meetings/{id}/edit", ID: "edit-meeting", Says: "Change a meeting", In: Input{}, Also: "_look"},
	{Path: "/meetings/{id}/cancel", As: "cancel-meeting"},
	{Path: "/meetings/{id}/held", ID: "mark-meeting-held", Says: "Say that a meeting was held", In: StateInput{}},
	{Path: "/meetings/{id}/reopen", ID: "reopen-meeting", Says: "Take back that a meeting is cancelled or held", In: StateInput{}},
	{Path: "/meetings/{id}/address", ID: "ask-meeting-address", Says: "Ask for the address at which a meeting is joined"},
	{Path: "/meetings/series/{series}/turns", ID: "rotate-series", Says: "Let the hours of a series rotate"},
}
