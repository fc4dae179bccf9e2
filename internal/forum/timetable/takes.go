package timetable

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/{edition}/timetable/begin", ID: "begin-plan", Says: "Begin the plan of an edition"},
	{Path: "/{edition}/timetable/move", ID: "move-placement", Says: "Move a session in the plan", In: moveInput{}},
	{Path: "/{edition}/timetable/undo", ID: "undo-step", Says: "Undo your last step in the plan"},
	{Path: "/{edition}/timetable/redo", ID: "redo-step", Says: "Do again the step that you undid"},
	{Path: "/{edition}/timetable/sessions/{ref}", ID: "place-planned-session", Says: "Place a session in the plan", In: placeInput{}},
	{Path: "/{edition}/timetable/findings", ID: "accept-finding", Says: "Accept a finding of the plan, with a reason", In: acceptInput{}},
	{Path: "/{edition}/timetable/rules", ID: "set-plan-rules", Says: "Set the rules of the plan", In: web.Answers{}},
	{Path: "/{edition}/timetable/rules/reset", ID: "reset-plan-rules", Says: "Go back to the usual rules of the plan", In: web.Words{"version", "yes"}},
	{Path: "/{edition}/timetable/days", ID: "set-plan-days", Says: "Set the days and breaks of the plan", In: daysForm{}},
	{Path: "/{edition}/timetable/rooms", ID: "set-plan-rooms", Says: "Set what the rooms of the plan offer", In: roomsForm{}},
	{Path: "/{edition}/timetable/ties", ID: "tie-sessions", Says: "Say in what order two sessions stand", In: tieForm{}, Makes: true},
	{Path: "/{edition}/timetable/ties/remove", ID: "untie-sessions", Says: "Remove the order of two sessions", In: web.Words{"id"}},
	{Path: "/{edition}/timetable/ties/restore", ID: "restore-tie", Says: "Restore an order that was removed", In: web.Words{"tie"}},
	{Path: "/{edition}/timetable/absences", ID: "add-absence", Says: "Note when somebody cannot be there", In: absenceForm{}, Makes: true},
	{Path: "/{edition}/timetable/absences/remove", ID: "remove-absence", Says: "Remove an absence", In: web.Words{"id"}},
	{Path: "/{edition}/timetable/absences/restore", ID: "restore-absence", Says: "Restore an absence that was removed", In: web.Words{"absence"}},
	{Path: "/{edition}/{session}/placement", ID: "wish-placement", Says: "Say what a session needs of the timetable", In: WishesInput{}},
	{Path: "/{edition}/my-availability", ID: "add-own-absence", Says: "Say when you cannot be there", In: ownForm{}, Makes: true},
	{Path: "/{edition}/my-availability/remove", ID: "remove-own-absence", Says: "Remove an absence of yours", In: web.Words{"id"}},
	{Path: "/{edition}/my-availability/restore", ID: "restore-own-absence", Says: "Restore an absence of yours", In: web.Words{"absence"}},
	{Path: "/{edition}/timetable/optimiser", ID: "look-for-plan", Says: "Look for a better plan", In: RunInput{}, Makes: true},
	{Path: "/{edition}/timetable/optimiser/{n}/stop", ID: "stop-optimiser", Says: "Stop a run of the optimiser"},
	{Path: "/{edition}/timetable/optimiser/{n}/accept", ID: "accept-optimised", Says: "Accept what the optimiser proposes"},
	{Path: "/{edition}/timetable/optimiser/{n}/discard", ID: "discard-optimised", Says: "Discard what the optimiser proposes"},
	{Path: "/{edition}/timetable/release", ID: "release-plan", Says: "Make the plan public", In: ReleaseInput{}, Makes: true},
	{Path: "/{edition}/timetable/link", ID: "share-plan", Says: "Make the private link of the draft plan, or end it", In: web.Words{"end"}, Secret: true},
}
