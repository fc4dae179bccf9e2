package programme

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/{edition}/edit/sessions/new", ID: "add-session", Says: "Add a session", In: newInput{}, Makes: true},
	{Path: "/{edition}/edit/types", ID: "set-session-types", Says: "Set the session types of an edition", In: TypesInput{}},
	{Path: "/{edition}/{session}/edit", ID: "edit-session", Says: "Change a session", In: EditInput{}},
	{Path: "/{edition}/{session}/people", ID: "set-session-people", Says: "Set the people of a session", In: PeopleInput{}},
	{Path: "/{edition}/{session}/relations", ID: "set-session-relations", Says: "Set how a session relates to others", In: RelationsInput{}},
	{Path: "/{edition}/{session}/standing", ID: "classify-session", Says: "Say where a session stands in the programme", In: StandingInput{}},
	{Path: "/{edition}/{session}/schedule", ID: "schedule-session", Says: "Give a session its time and room", In: MoveInput{}},
	{Path: "/{edition}/{session}/cancel", ID: "cancel-session", Says: "Cancel a session", In: CancelInput{}},
	{Path: "/{edition}/{session}/restore", ID: "restore-session", Says: "Restore a cancelled session", In: restoreInput{}},
}
