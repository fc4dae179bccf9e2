package figures

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/{edition}/statistics/publish", ID: "publish-figures", Says: "Publish figures of an edition", In: PublishInput{}},
	{Path: "/statistics/import", ID: "import-figures", Says: "Bring in figures of others", In: bringInput{}, Also: "shipped", File: "file"},
	{Path: "/statistics/settings", ID: "set-figures", Says: "Set how figures are counted and hidden", In: SettingsInput{}},
}
