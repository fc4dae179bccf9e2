package messages

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/{edition}/messages/about", ID: "describe-messages", Says: "Write what stands in front of the Messages", In: AboutInput{}},
	{Path: "/{edition}/messages/attribution", ID: "set-attribution", Says: "Write whose words the Messages are", In: AttributionInput{}},
	{Path: "/{edition}/messages/workshop", ID: "sort-materials", Says: "Sort the material of the Messages into clusters", In: workInput{}},
	{Path: "/{edition}/messages/new", ID: "draft-message", Says: "Draft a Message of a cluster", In: DraftInput{}, Makes: true},
	{Path: "/{edition}/messages/compile", ID: "compile-messages", Says: "Compile the Messages of what was found", In: struct {
		Refs   []string `form:"refs"`
		Merged bool     `form:"merged"`
	}{}},
	{Path: "/{edition}/messages/publish", ID: "publish-messages", Says: "Publish the Messages as a draft, as final, or corrected", In: web.Words{"as", "version", "note", "without"}},
	{Path: "/{edition}/messages/sign-off", ID: "sign-messages", Says: "Ask for signatures, or sign", In: SignInput{}, With: web.Words{"op"}},
	{Path: "/{edition}/messages/sign-off/signers", ID: "set-signers", Says: "Say who signs the Messages", In: SignersInput{}},
	{Path: "/{edition}/messages/{n}/edit", ID: "edit-message", Says: "Change a Message", In: EditInput{}},
	{Path: "/{edition}/messages/{n}/move", ID: "move-message", Says: "Move a Message up or down", In: web.Words{"version", "to"}},
	{Path: "/{edition}/messages/{n}/remove", ID: "remove-message", Says: "Remove a Message", In: web.Words{"version"}},
	{Path: "/{edition}/messages/{n}/statement", ID: "hand-in-statement", Says: "Hand in a statement on a Message", In: StatementInput{}, Makes: true},
	{Path: "/{edition}/messages/{n}/statements/{id}", ID: "decide-statement", Says: "Accept or refuse a statement on a Message", In: struct {
		Op      string `form:"op"`
		Reason  string `form:"reason"`
		Version int64  `form:"version"`
	}{}},
}
