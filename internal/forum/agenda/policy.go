package agenda

import "plenary/internal/core"

var signedIn = append([]core.Role{core.RoleMember, core.RoleEditor}, core.Staff...)

// Policies of the room. What somebody keeps is hers alone: the staff see how many keep a
// session, for the size of its room, and not who.
var Policies = []core.Policy{{
	Subject: "my_programme", States: []string{""},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody},
		{Action: "keep", Roles: signedIn},
		{Action: "subscribe", Roles: signedIn},
		{Action: "count", Roles: core.Staff},
	},
}}

var policy = Policies[0]
