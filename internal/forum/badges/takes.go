package badges

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/{edition}/badges/desk/{number}", ID: "hand-out-badge", Says: "Hand a badge out, or revoke it", In: handOutInput{}, With: web.Words{"do", "reason"}},
	{Path: "/{edition}/my-badge", ID: "report-lost-badge", Says: "Say that your badge is lost"},
	{Path: "/{edition}/badges/print", ID: "print-badges", Says: "Have badges printed", In: BatchInput{}, Also: "_count", Makes: true},
	{Path: "/{edition}/badges/batches/{number}", ID: "print-again", Says: "Print a run again"},
	{Path: "/{edition}/badges/designs/edit", ID: "design-badge", Says: "Design a badge", In: DesignInput{}, With: web.Words{"example"}, Also: "_preview,_remove", File: "file"},
	{Path: "/{edition}/badges/doors/new", ID: "add-door", Says: "Add a door", In: DoorInput{}, Makes: true, Secret: true},
	{Path: "/{edition}/badges/doors/{door}", ID: "change-door", Says: "Change a door, or revoke its device", In: DoorInput{}, With: web.Words{"do"}, Secret: true},
}
