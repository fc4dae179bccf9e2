package exchange

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/import-package", ID: "import-package", Says: "Bring the data package of an edition in", In: importInput{}, File: "file", Makes: true},
}
