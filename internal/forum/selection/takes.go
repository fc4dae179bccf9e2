package selection

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/calls/{ref}/board", ID: "choose-many", Says: "Choose for several proposals at once", In: BulkInput{}},
	{Path: "/calls/{ref}/board/{number}", ID: "choose-one", Says: "Choose what is decided of a proposal", In: ChoiceInput{}},
	{Path: "/calls/{ref}/board/rules", As: "set-selection-rules"},
	{Path: "/calls/{ref}/board/publish", ID: "publish-round", Says: "Publish what is pending", In: PublishInput{}},
	{Path: "/calls/{ref}/board/mergers/{number}", ID: "recommend-one-merger", Says: "Recommend that two proposals merge", In: MergerInput{}, Makes: true},
	{Path: "/calls/{ref}/board/mergers/{id}/drop", ID: "take-back-merger", Says: "Take the recommendation of a merger back"},
	{Path: "/calls/{ref}/board/met/{number}", ID: "set-conditions-met", Says: "Say whether the conditions of an acceptance are met", In: web.Words{"version", "yes"}},
	{Path: "/calls/{ref}/board/letters/{kind}/{lang}", ID: "write-letter", Says: "Write a letter of the selection, or send it to yourself", In: letterForm{}, Also: "_preview,_test"},
	{Path: "/calls/{ref}/board/letters/{kind}/{lang}/usual", ID: "reset-letter", Says: "Go back to the usual words of a letter", In: web.Words{"version"}},
	{Path: "/calls/{ref}/board/tasks", ID: "set-organiser-tasks", Says: "Set what organisers have to do", In: TasksInput{}},
	{Path: "/calls/{ref}/organisers/tick", ID: "tick-organiser-task", Says: "Say that a task is done, or is not", In: web.Words{"done", "proposal", "task"}},
	{Path: "/calls/{ref}/organisers/news", ID: "announce-to-organisers", Says: "Send an announcement to the organisers", In: NewsInput{}, Makes: true},
	{Path: "/proposals/{id}/offer/{answer}", ID: "answer-type-offer", Says: "Take or refuse the type of session that is offered", In: web.Words{"version"}},
	{Path: "/proposals/{id}/mergers/{merger}", As: "answer-merger"},
}
