package papers

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/papers/new", ID: "add-paper", Says: "Begin a paper", In: Input{}, File: "upload", Makes: true},
	{Path: "/papers/{id}/edit", ID: "edit-paper", Says: "Change a paper", In: Input{}, File: "upload"},
	{Path: "/papers/{id}/save", ID: "keep-paper", Says: "Keep what is typed of a paper", In: Input{}},
	{Path: "/papers/{id}/publish", ID: "publish-paper", Says: "Publish a paper", In: PublishInput{}},
	{Path: "/papers/{id}/window", ID: "open-endorsing", Says: "Open or close a paper for endorsements", In: WindowInput{}},
	{Path: "/papers/{id}/endorse", ID: "endorse-paper", Says: "Endorse a paper", In: EndorseInput{}, Makes: true},
	{Path: "/papers/{id}/endorsements/{e}", ID: "keep-endorsement", Says: "Check an endorsement", In: KeepInput{}},
	{Path: "/papers/{id}/endorsements/{e}/end", ID: "withdraw-endorsement", Says: "Withdraw an endorsement"},
	{Path: "/papers/{id}/brackets/{para}/{n}", ID: "settle-bracket", Says: "Settle the words in a bracket", In: ResolveInput{}},
}
