package proposals

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/calls/{ref}/answer", ID: "begin-answer", Says: "Begin an answer to a call", In: beginInput{}, Makes: true},
	{Path: "/proposals/invited", ID: "answer-invitation", Says: "Answer an invitation to stand on a proposal", In: StatementInput{}},
	{Path: "/proposals/{id}/edit", ID: "edit-proposal", Says: "Save a proposal, submit it, or ask the people it names", In: web.Answers{}, Also: "submit,ask"},
	{Path: "/proposals/{id}/typed", ID: "keep-typed-proposal", Says: "Keep what is typed of a proposal and not saved", In: web.Answers{}},
	{Path: "/proposals/{id}/forget", ID: "forget-typed-proposal", Says: "Throw away what was typed of a proposal and not saved"},
	{Path: "/proposals/{id}/withdraw", ID: "take-back-proposal", Says: "Take a proposal back", In: web.Words{"version"}},
	{Path: "/proposals/{id}/discard", ID: "throw-away-proposal", Says: "Throw a draft away", In: web.Words{"version"}},
	{Path: "/proposals/{id}/ask/{party}", ID: "ask-proposal-party", Says: "Ask somebody whom a proposal names again"},
	{Path: "/proposals/{id}/screen", ID: "screen-one-proposal", Says: "Let a proposal pass, find it ineligible or return it", In: web.Words{"to", "note", "version"}},
	{Path: "/proposals/{id}/wanted", ID: "seek-speakers", Says: "Say whether a proposal looks for speakers in public", In: web.Words{"on"}},
	{Path: "/proposals/{id}/offers/{offer}", ID: "settle-speaker-offer", Says: "Take up or decline the offer of a speaker", In: web.Words{"to"}},
	{Path: "/proposals/{id}/merge/{key}", ID: "wish-merger", Says: "Ask those of a like proposal whether they would merge", In: WishInput{}},
	{Path: "/proposals/{id}/merges/{wish}", ID: "answer-merger-wish", Says: "Answer those who would merge", In: replyInput{}},
	{Path: "/{edition}/wanted/{key}", ID: "offer-speaker", Says: "Offer yourself or somebody else as a speaker", In: OfferInput{}, Makes: true},
}
