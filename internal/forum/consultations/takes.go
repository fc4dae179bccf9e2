package consultations

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/consultations/new", ID: "open-consultation", Says: "Open a public review of a text", In: OpenInput{}, Makes: true},
	{Path: "/consultations/{ref}/comment", ID: "comment", Says: "Hand in a comment", In: CommentInput{}, Makes: true},
	{Path: "/consultations/{ref}/comments/{n}/edit", ID: "edit-comment", Says: "Change a comment of yours", In: CommentInput{}},
	{Path: "/consultations/{ref}/comments/{n}/withdraw", ID: "withdraw-comment", Says: "Withdraw a comment of yours"},
	{Path: "/consultations/{ref}/comments/{n}/support", ID: "support-comment", Says: "Support a comment, or no longer", In: web.Words{"do"}},
	{Path: "/consultations/{ref}/comments/{n}/dispose", ID: "dispose-comment", Says: "Say what becomes of a comment", In: DisposeInput{}},
	{Path: "/consultations/{ref}/comments/{n}/word", ID: "have-word", Says: "Have a word with who commented", In: wordInput{}},
	{Path: "/consultations/{ref}/comments/{n}/moderate", ID: "moderate-comment", Says: "Hide a comment, or show it again", In: ModerateInput{}},
	{Path: "/consultations/{ref}/log/{act}/appeal", ID: "appeal-moderation", Says: "Appeal against an act of moderation", In: appealInput{}},
	{Path: "/consultations/{ref}/log/{act}/answer", ID: "answer-appeal", Says: "Answer an appeal", In: answerInput{}},
	{Path: "/consultations/{ref}/desk", ID: "handle-comments", Says: "Assign or answer several comments at once", In: web.Words{"do", "assignee", "reason", "duplicate_of"}},
	{Path: "/consultations/{ref}/changes/explain", ID: "explain-change", Says: "Say which comments led to a change", In: LinkInput{}},
	{Path: "/consultations/{ref}/synthesis/challenge", ID: "challenge-synthesis", Says: "Challenge the synthesis", In: challengeInput{}, Makes: true},
	{Path: "/consultations/{ref}/challenges/{n}", ID: "answer-challenge", Says: "Answer a challenge", In: ChallengeAnswer{}},
	{Path: "/consultations/{ref}/settings", ID: "edit-consultation", Says: "Change a public review", In: OpenInput{}},
	{Path: "/consultations/{ref}/end", ID: "end-consultation", Says: "End a public review"},
	{Path: "/consultations/{ref}/upload", ID: "upload-comments", Says: "Hand in many comments by a file", In: uploadInput{}, With: web.Words{"name", "data"}, Also: "confirm", File: "file"},
	{Path: "/comment-by-mail", ID: "confirm-mailed-comment", Says: "Confirm or refuse a comment that came by mail", In: web.Answers{}, Also: "refuse"},
}
