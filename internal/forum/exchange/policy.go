package exchange

import (
	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// Policies of the room: who may take an edition out as a package, and bring one in. A
// package is public or holds everything; what is in a public one follows the policies
// of the rooms whose things they are.
var Policies = []core.Policy{{
	Subject: "package", States: []string{""},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody},
		{Action: "take_public", Roles: core.Everybody},
		{Action: "take_all", Roles: core.Staff},
		{Action: "import", Roles: core.Staff},
	},
}}

var policy = Policies[0]

// CanTakeAll tells whether the actor may have everything of an edition, drafts and
// private persons among it.
func CanTakeAll(a core.Actor, set *editions.Setting) bool {
	return policy.Can("take_all", "", a.Roles(set.Scope())...)
}

// CanImport tells whether the actor may bring in a package: that makes an edition, so
// it is asked of the whole forum.
func CanImport(a core.Actor) bool {
	return policy.Can("import", "", a.Roles(core.ScopeForum)...)
}
