package bodies

import (
	"slices"

	"plenary/internal/core"
)

func and(first core.Role) []core.Role { return append([]core.Role{first}, core.Staff...) }

// Policy says who may do what with a body. Its states are its statuses: a coalition
// that is listed inactive is still its coordinators' own.
var Policy = core.Policy{
	Subject: "body",
	States:  Statuses,
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody},
		{Action: "edit", Roles: and(core.RoleCoordinator)},
		{Action: "list", Roles: core.Staff}, // its standing: status, recognition, parent, source
		{Action: "create", Roles: core.Staff},
		{Action: "count", Roles: core.Staff}, // published totals of a kind
	},
}

// States of a seat: how people come to it.
const (
	seatAppointed = "appointed" // by the Secretary-General or an employer
	seatOpen      = "open"      // by the body itself
)

// SeatPolicy says who may do what with the seats of a body. Officers of a body that
// chooses its own members may add and end plain seats; who holds an office is set by
// the staff, because an office carries rights.
var SeatPolicy = core.Policy{
	Subject: "seat",
	States:  []string{seatOpen, seatAppointed},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody},
		{Action: "add", Roles: and(core.RoleCoordinator), States: []string{seatOpen}},
		{Action: "add", Roles: core.Staff, States: []string{seatAppointed}},
		{Action: "office", Roles: core.Staff},
		{Action: "end", Roles: and(core.RoleCoordinator), States: []string{seatOpen}},
		{Action: "end", Roles: core.Staff, States: []string{seatAppointed}},
		{Action: "change", Roles: core.Staff},
	},
}

// Policies are all policies of the room: the matrix of who may do what is made from them.
var Policies = []core.Policy{Policy, SeatPolicy}

func seatState(body Body) string {
	if k, _ := KindOf(body.Kind); k.Appointed {
		return seatAppointed
	}
	return seatOpen
}

// plainRoles are the seats that officers may give and end themselves.
var plainRoles = []string{"member", "contact", "focal-point"}

// checkSeat asks the policy for an action with a seat of that role: what an officer
// may do with a plain seat, only the staff may do with an office.
func checkSeat(action, role string, body Body, roles []core.Role) error {
	if action != "change" && !slices.Contains(plainRoles, role) {
		action = "office"
	}
	return SeatPolicy.Check(action, seatState(body), roles...)
}
