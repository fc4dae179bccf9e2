package review

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/calls/{ref}/review/progress", ID: "remind-reviewer", Says: "Remind reviewers who are not done", In: web.Words{"phase", "reviewer"}},
	{Path: "/calls/{ref}/review/phases/{n}", ID: "set-phase", Says: "Add or change a phase of the evaluation", In: PhaseInput{}},
	{Path: "/calls/{ref}/review/criteria", ID: "set-criteria", Says: "Set the criteria of the evaluation", In: CriteriaInput{}},
	{Path: "/calls/{ref}/review/reviewers", As: "add-reviewers"},
	{Path: "/calls/{ref}/review/reviewers/{id}", ID: "edit-reviewer", Says: "Change what is known of a reviewer", In: ReviewerInput{}},
	{Path: "/calls/{ref}/review/reviewers/{id}/remove", ID: "take-out-reviewer", Says: "Take a reviewer out"},
	{Path: "/calls/{ref}/review/conflicts", As: "set-evaluation-conflict"},
	{Path: "/calls/{ref}/review/assign", ID: "apply-plan", Says: "Apply the assignment that was looked at", In: web.Words{"phase", "fair", "digest"}},
	{Path: "/calls/{ref}/review/hand", ID: "assign-one", Says: "Give a proposal to a reviewer, take it away, or pin it", In: web.Words{"phase", "do", "reviewer", "proposal"}},
	{Path: "/me/reviews/{ref}", ID: "edit-own-expertise", Says: "Change your languages, topics and limit as a reviewer", In: OwnInput{}},
	{Path: "/reviews/{phase}", ID: "bid", Says: "Say what you would like to review", In: web.Answers{}},
	{Path: "/reviews/{phase}/{proposal}", As: "save-review"},
	{Path: "/reviews/{phase}/{proposal}/typed", ID: "keep-typed-review", Says: "Keep what is typed of a review and not saved", In: web.Answers{}},
	{Path: "/reviews/{phase}/{proposal}/forget", ID: "forget-typed-review", Says: "Throw away what was typed of a review and not saved"},
	{Path: "/reviews/{phase}/{proposal}/abstain", ID: "abstain", Says: "Abstain from a review, with a reason", In: AbstainInput{}},
	{Path: "/reviews/{phase}/{proposal}/conflict", As: "declare-conflict"},
	{Path: "/reviews/{phase}/{proposal}/discuss", ID: "discuss", Says: "Add to the discussion of a proposal", In: wordsInput{}},
}
