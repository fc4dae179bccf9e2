package people

import "plenary/internal/platform/record"

// PersonShelf keeps a person with her names and affiliations, OrganisationShelf an
// organisation with its names and members.
var (
	PersonShelf = record.Shelf{Kind: "person", Tables: []record.Table{
		{Name: "people", Key: []string{"id"}, Where: "id IN (?)"},
		{Name: "person_names", Key: []string{"person", "form"}, Where: "person IN (?)"},
		{Name: "affiliations", Key: []string{"id"}, Where: "person IN (?)"},
	}}
	OrganisationShelf = record.Shelf{Kind: "organisation", Tables: []record.Table{
		{Name: "organisations", Key: []string{"id"}, Where: "id IN (?)"},
		{Name: "organisation_names", Key: []string{"organisation", "form"}, Where: "organisation IN (?)"},
		{Name: "org_members", Key: []string{"network", "member"}, Where: "network IN (?)"},
	}}
)
