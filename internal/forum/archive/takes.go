package archive

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/import", ID: "import-source", Says: "Bring a source in, for somebody to decide", In: sendIn{}, File: "file", Makes: true},
	{Path: "/import/edition", ID: "add-edition-of-source", Says: "Add the edition of a source", In: editionIn{}, Makes: true},
	{Path: "/{edition}/import", ID: "import-source-of-edition", Says: "Bring a source of an edition in", In: sendIn{}, File: "file", Makes: true},
	{Path: "/{edition}/imports/{id}/apply", ID: "apply-import", Says: "Take a staged source in", In: versionIn{}},
	{Path: "/{edition}/imports/{id}/choose", ID: "choose-import-items", Says: "Choose what of a source is taken in", In: chooseIn{}},
	{Path: "/{edition}/imports/{id}/open", ID: "open-import-item", Says: "Open or close what was found, for the page", In: web.Words{"open"}},
	{Path: "/{edition}/imports/{id}/restage", ID: "restage-import", Says: "Read a source again"},
	{Path: "/{edition}/imports/{id}/discard", ID: "discard-import", Says: "Discard a staged source", In: versionIn{}},
	{Path: "/{edition}/imports/{id}/undo", ID: "undo-import", Says: "Take an import back as a whole", In: versionIn{}},
	{Path: "/{edition}/imports/{id}/columns", ID: "set-import-columns", Says: "Say what the columns of a table mean", In: columnsIn{}},
	{Path: "/{edition}/imports/{id}/items/{n}", ID: "correct-import-item", Says: "Correct what was read of a source", In: correctIn{}},
	{Path: "/{edition}/import/sources", ID: "follow-source", Says: "Follow a schedule elsewhere", In: FollowInput{}, Makes: true},
	{Path: "/{edition}/import/sources/restore", ID: "follow-source-again", Says: "Follow a source again", In: web.Words{"source"}},
	{Path: "/{edition}/import/sources/{id}/look", ID: "look-at-source", Says: "Fetch a source and stage what differs", In: FollowInput{}},
	{Path: "/{edition}/import/sources/{id}/remove", ID: "unfollow-source", Says: "Follow a source no more"},
}
