package find

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/search/unsubscribe/{token}", ID: "end-search-mails", Says: "End the mails of a saved search"},
	{Path: "/admin/search", ID: "rebuild-index", Says: "Ask for the index to be built anew"},
	{Path: "/me/searches/new", ID: "save-search", Says: "Save a search", In: SavedInput{}, Makes: true},
	{Path: "/me/searches/{id}/edit", ID: "edit-search", Says: "Change a saved search", In: SavedInput{}},
	{Path: "/me/searches/{id}/remove", ID: "remove-search", Says: "Remove a saved search"},
}
