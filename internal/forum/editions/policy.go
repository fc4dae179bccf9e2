package editions

import "plenary/internal/core"

// Policies of the room: the forum itself, and its editions.
var Policies = []core.Policy{
	{
		Subject: "forum", States: []string{""},
		Rules: []core.Rule{
			{Action: "see", Roles: core.Everybody},
			{Action: "edit", Roles: core.Staff},
			{Action: "add_edition", Roles: core.Staff},
		},
	},
	{
		Subject: "edition", States: []string{StateDraft, StatePublic, StateHeld},
		Rules: []core.Rule{
			{Action: "see", Roles: core.Everybody, States: []string{StatePublic, StateHeld}},
			{Action: "see", Roles: core.Staff},
			{Action: "edit", Roles: core.Staff},
			{Action: "see_internal_history", Roles: core.Staff},
		},
	},
}

var (
	forumPolicy   = Policies[0]
	editionPolicy = Policies[1]
)

// CanSee tells whether the actor may know of the edition.
func CanSee(a core.Actor, e Edition) bool {
	return editionPolicy.Can("see", e.State, a.Roles(e.Scope())...)
}

// CanEdit tells whether the actor may change the edition.
func CanEdit(a core.Actor, e Edition) bool {
	return editionPolicy.Can("edit", e.State, a.Roles(e.Scope())...)
}
