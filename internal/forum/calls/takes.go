package calls

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/calls/new", As: "add-input-call"},
	{Path: "/{edition}/input/new", ID: "add-call-of-edition", Says: "Make a call of an edition", In: Input{}, Makes: true},
	{Path: "/calls/{ref}/edit", ID: "edit-call", Says: "Change a call, announce it, or move its window", In: Input{}},
	{Path: "/calls/{ref}/rules", ID: "set-call-rules", Says: "Set the rules of a call", In: RulesInput{}},
	{Path: "/calls/{ref}/cancel", ID: "cancel-call", Says: "Cancel a call, or throw its draft away", In: CancelInput{}},
	{Path: "/calls/{ref}/form", As: "save-input-call-form"},
	{Path: "/calls/{ref}/form/publish", ID: "publish-call-form", Says: "Put the draft of a call's form in force", In: web.Words{"version"}},
	{Path: "/calls/{ref}/form/section", ID: "edit-form-section", Says: "Add or change a section of a call's form", In: SectionInput{}},
	{Path: "/calls/{ref}/form/question", ID: "edit-form-question", Says: "Add or change a question of a call's form", In: QuestionInput{}},
	{Path: "/calls/{ref}/form/import", ID: "import-call-form", Says: "Replace the draft of a call's form by one that comes as JSON", In: ImportInput{}},
	{Path: "/{edition}/cycle/edit", ID: "edit-cycle", Says: "Change the steps of an edition's year", In: StepsInput{}},
	{Path: "/{edition}/cycle/fill", ID: "fill-cycle", Says: "Fill the steps of an edition's year with the usual ones"},
}
