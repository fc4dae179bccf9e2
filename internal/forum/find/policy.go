package find

import "plenary/internal/core"

// Policies of the room. What somebody may find is no matter of this room: each thing
// says it by the policy of its own. Saved searches are those of whoever saved them;
// nobody else sees them.
var Policies = []core.Policy{
	{
		Subject: "saved_search", States: []string{""},
		Rules: []core.Rule{
			{Action: "save", Roles: []core.Role{core.RoleMember}},
			{Action: "edit", Roles: []core.Role{core.RoleMember}},
			{Action: "remove", Roles: []core.Role{core.RoleMember}},
		},
	},
	{
		Subject: "search_index", States: []string{""},
		Rules: []core.Rule{
			{Action: "see", Roles: core.Staff},
			{Action: "rebuild", Roles: core.Staff},
		},
	},
}

var (
	savedPolicy = Policies[0]
	indexPolicy = Policies[1]
)
