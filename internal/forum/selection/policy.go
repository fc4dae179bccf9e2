package selection

import "plenary/internal/core"

// States of a selection, as its policy knows them.
const (
	StatePending   = "pending"
	StatePublished = "published" // at least one round
)

// Who runs the call decides; everybody reads how the programme was chosen once something
// was published. What proposers answer is asked of the proposal: its organisers may.
var (
	runners  = append([]core.Role{core.RoleCoordinator}, core.Staff...)
	involved = append([]core.Role{core.RoleOrganiser, core.RoleCoordinator}, core.Staff...)
)

// Policies of the room.
var Policies = []core.Policy{{
	Subject: "selection", States: []string{StatePending, StatePublished},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody, States: []string{StatePublished}},
		{Action: "see", Roles: involved},
		{Action: "answer", Roles: []core.Role{core.RoleOrganiser}},
		{Action: "tasks", Roles: involved, States: []string{StatePublished}},
		{Action: "run", Roles: runners},
	},
}}

var policy = Policies[0]
