package bodies

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/community/{kind}/new", ID: "add-body", Says: "Add a body", In: New{}, Makes: true},
	{Path: "/community/{kind}/counts/new", ID: "note-body-count", Says: "Note a published total of bodies", In: NewTotal{}, Makes: true},
	{Path: "/community/{kind}/{slug}/edit", ID: "edit-body", Says: "Change a body", In: EditInput{}},
	{Path: "/community/{kind}/{slug}/standing", ID: "set-body-standing", Says: "Say how a body stands: recognised, dormant, closed", In: StandingInput{}},
	{Path: "/community/{kind}/{slug}/seats/new", ID: "add-seat", Says: "Give somebody a seat in a body", In: seatForm{}, Makes: true},
	{Path: "/community/{kind}/{slug}/seats/{seat}", ID: "change-seat", Says: "Change a seat", In: changeForm{}},
	{Path: "/community/{kind}/{slug}/seats/{seat}/end", ID: "end-seat", Says: "End a seat", In: EndInput{}},
}
