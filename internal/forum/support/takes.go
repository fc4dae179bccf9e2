package support

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/support/recommendation", ID: "recommend-applicant", Says: "Recommend an applicant, or decline to", In: AdviceInput{}, Also: "decline"},
	{Path: "/{edition}/support/settings", ID: "set-support", Says: "Set the programme of travel support", In: SetupInput{}},
	{Path: "/{edition}/support/committee", ID: "appoint-member", Says: "Appoint a member of the committee", In: SeatInput{}},
	{Path: "/{edition}/support/committee/dismiss", ID: "dismiss-member", Says: "Dismiss a member of the committee", In: web.Words{"account"}},
	{Path: "/{edition}/support/settle", ID: "settle-eligibility", Says: "Settle who is eligible by the rules"},
	{Path: "/{edition}/support/scoring", ID: "begin-scoring", Says: "Begin the scoring"},
	{Path: "/{edition}/support/scoring/close", ID: "close-scoring", Says: "Close the scoring", In: CloseInput{}},
	{Path: "/{edition}/support/scoring/reopen", ID: "reopen-scoring", Says: "Open the scoring again"},
	{Path: "/{edition}/support/awards", ID: "select-awards", Says: "Try a selection of awards, or make it", In: TrialInput{}},
	{Path: "/{edition}/support/awards/next", ID: "offer-next", Says: "Offer to the next who waits", In: struct {
		Number int `form:"number"`
	}{}},
	{Path: "/{edition}/support/publish", ID: "publish-awards", Says: "Tell all applicants at once", In: PublishInput{}},
	{Path: "/{edition}/support/ledger/{entry}/reverse", ID: "reverse-entry", Says: "Reverse an entry of the ledger", In: ReverseInput{}},
	{Path: "/{edition}/support/applications/{number}", ID: "score-application", Says: "Score an application, or declare a conflict", In: web.Answers{}, Also: "conflict"},
	{Path: "/{edition}/support/applications/{number}/decide", ID: "overrule-eligibility", Says: "Decide otherwise than the rules", In: OverruleInput{}},
	{Path: "/{edition}/support/applications/{number}/award", ID: "choose-award", Says: "Choose an award by hand", In: ChoiceInput{}},
	{Path: "/{edition}/support/applications/{number}/book", ID: "book-entry", Says: "Book an entry of the ledger", In: EntryInput{}, Makes: true},
	{Path: "/{edition}/support/applications/{number}/cancel", ID: "cancel-grant", Says: "Cancel a grant", In: CancelInput{}},
	{Path: "/{edition}/support/applications/{number}/arrived", ID: "note-arrival", Says: "Note that somebody has arrived"},
	{Path: "/{edition}/support/applications/{number}/close", ID: "close-grant", Says: "Close a grant"},
	{Path: "/{edition}/my-support/{number}/accept", ID: "accept-grant", Says: "Accept the support that is offered"},
	{Path: "/{edition}/my-support/{number}/decline", ID: "decline-grant", Says: "Decline the support that is offered", In: DeclineInput{}},
	{Path: "/{edition}/my-support/{number}/travel", ID: "tell-travel", Says: "Tell how you travel", In: TravelInput{}},
	{Path: "/{edition}/my-support/{number}/report", ID: "report-travel", Says: "Report on your travel", In: ReportInput{}},
	{Path: "/{edition}/my-support/{number}/files", ID: "hand-in-receipt", Says: "Hand in a boarding pass or a receipt", In: fileForm{}, File: "file", Makes: true},
}
