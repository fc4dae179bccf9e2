package people

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/people/new", ID: "add-person", Says: "Add a person", In: PersonInput{}, Makes: true},
	{Path: "/people/{id}/edit", ID: "edit-person", Says: "Change a person", In: PersonInput{}},
	{Path: "/people/{id}/merge", ID: "merge-person", Says: "Merge a double entry into a person", In: MergeInput{}},
	{Path: "/people/{id}/account", ID: "connect-account", Says: "Connect an account with a person", In: ConnectInput{}},
	{Path: "/organisations/new", ID: "add-organisation", Says: "Add an organisation", In: OrganisationInput{}, Makes: true},
	{Path: "/organisations/{id}/edit", ID: "edit-organisation", Says: "Change an organisation", In: OrganisationInput{}},
	{Path: "/me/introduce", ID: "introduce-yourself", Says: "Make yourself a person of the forum", Makes: true},
}
