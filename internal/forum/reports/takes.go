package reports

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/{edition}/{session}/report/edit", ID: "edit-takeaways", Says: "Save the takeaways of a session, publish them, or pin one", In: TakeawaysInput{}, With: web.Words{"pin_to", "pin", "q"}, Also: "publish,_find"},
	{Path: "/{edition}/{session}/report/save", ID: "keep-takeaways", Says: "Keep what is typed of the takeaways", In: TakeawaysInput{}},
	{Path: "/{edition}/{session}/report/full/edit", ID: "edit-report", Says: "Save the report of a session, or publish it", In: FullInput{}, Also: "publish", File: "file"},
	{Path: "/{edition}/{session}/report/full/save", ID: "keep-report", Says: "Keep what is typed of the report", In: FullInput{}},
	{Path: "/{edition}/{session}/report/card", ID: "file-card", Says: "File the participation card of a session", In: CardInput{}},
	{Path: "/{edition}/{session}/report/hand-over", ID: "hand-report-over", Says: "Hand the report of a session over", In: HandInput{}},
	{Path: "/{edition}/{session}/report/hand-over/end", ID: "end-hand-over", Says: "Take back that a report was handed over", In: web.Words{"id"}},
	{Path: "/{edition}/{session}/report/take/{id}", ID: "take-report", Says: "Take over a report that was handed to you"},
	{Path: "/{edition}/reports/settings", ID: "set-report-rules", Says: "Set when reports are due and who is reminded", In: SettingsInput{}},
	{Path: "/{edition}/reports/remind/{ref}", ID: "remind-rapporteur", Says: "Remind the rapporteur of a session"},
	{Path: "/{edition}/reports/note/{ref}", ID: "remark-report", Says: "Note something about the report of a session", In: RemarkInput{}},
}
