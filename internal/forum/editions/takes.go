package editions

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/about/edit", ID: "edit-forum", Says: "Change the forum and its mandate", In: ForumInput{}},
	{Path: "/editions/new", ID: "add-edition", Says: "Add an edition", In: EditionInput{}, Makes: true},
	{Path: "/{edition}/edit", ID: "edit-edition", Says: "Change an edition", In: EditionInput{}},
	{Path: "/{edition}/edit/themes", ID: "set-themes", Says: "Set the themes of an edition", In: ThemesInput{}},
	{Path: "/{edition}/edit/questions", ID: "set-policy-questions", Says: "Set the policy questions of an edition", In: QuestionsInput{}},
	{Path: "/{edition}/edit/places", ID: "set-places", Says: "Set the venues and rooms of an edition", In: PlacesInput{}},
}
