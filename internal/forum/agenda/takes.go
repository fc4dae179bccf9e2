package agenda

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/{edition}/my-programme", ID: "keep-in-programme", Says: "Keep a session in your programme, or give it up", In: keepInput{}},
	{Path: "/me/calendar", ID: "set-own-calendar", Says: "Make the link of your private calendar, or revoke it", In: web.Words{"do"}, Secret: true},
}
