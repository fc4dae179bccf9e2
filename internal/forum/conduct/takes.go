package conduct

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/{edition}/conduct/report", ID: "report-conduct", Says: "Report something against the code of conduct", In: ReportInput{}, File: "file", Makes: true, Secret: true},
	{Path: "/{edition}/conduct/follow", ID: "add-to-report", Says: "Add to a report of yours", In: AddInput{}, File: "file"},
	{Path: "/{edition}/conduct/decision", ID: "appeal-decision", Says: "Appeal against a decision", In: AppealInput{}},
	{Path: "/{edition}/conduct/setting", ID: "set-conduct", Says: "Set who handles reports and how they are reached", In: SettingInput{}},
	{Path: "/{edition}/conduct/reports/{number}/{action}", ID: "handle-report", Says: "Handle a report: look, note, concern, decide, answer, close or recuse", In: web.Answers{}},
}
