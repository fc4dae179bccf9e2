package vocab

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/about/vocabularies/{vocab}/new", ID: "add-term", Says: "Add a term to a vocabulary", In: NewTermInput{}, Makes: true},
	{Path: "/about/vocabularies/{vocab}/{code}/edit", ID: "edit-term", Says: "Change a term of a vocabulary", In: TermInput{}},
	{Path: "/about/countries/{alpha2}/edit", ID: "edit-country", Says: "Change a country's names and classes", In: CountryInput{}},
}
