package mine

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/me/data/erase", As: "ask-to-erase"},
	{Path: "/me/data/erase/confirm", As: "confirm-erase"},
	{Path: "/me/data/erase/cancel", ID: "cancel-erasing", Says: "Take the request to be erased back"},
	{Path: "/admin/erasures/new", ID: "erase-for", Says: "Have somebody erased who asked on paper", In: ForInput{}, Makes: true},
	{Path: "/admin/erasures/setting", ID: "set-keeping", Says: "Set how long things are kept", In: SettingInput{}},
	{Path: "/admin/accounts/{id}/merge", ID: "merge-account", Says: "Make an account part of another of the same person", In: MergeForInput{}},
	{Path: "/admin/erasures/{id}/cancel", ID: "cancel-erasure", Says: "Take a request to be erased back for somebody"},
}
