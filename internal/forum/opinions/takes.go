package opinions

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/opinions/new", ID: "open-poll", Says: "Open a poll of opinion", In: PollInput{}, Makes: true},
	{Path: "/opinions/{ref}/edit", ID: "edit-poll", Says: "Change a poll", In: PollInput{}},
	{Path: "/opinions/{ref}/vote", ID: "vote", Says: "Vote on a statement", In: VoteInput{}},
	{Path: "/opinions/{ref}/propose", ID: "propose-statement", Says: "Propose a statement", In: StatementInput{}, Makes: true},
	{Path: "/opinions/{ref}/statements", ID: "judge-statements", Says: "Accept or refuse statements", In: JudgeInput{}},
}
