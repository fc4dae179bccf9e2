package support

import (
	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

// Roles here: the grantee or applicant is core.RoleOrganiser of her application, somebody
// of the committee core.RoleEditor. Whoever has applied herself is only that for her own
// application, whatever else she is.
var (
	own       = []core.Role{core.RoleOrganiser}
	committee = []core.Role{core.RoleEditor}
	reading   = append([]core.Role{core.RoleEditor}, core.Staff...)
)

// Policies of the room.
var Policies = []core.Policy{{
	Subject: "travel_support", States: []string{""},
	Rules: []core.Rule{
		{Action: "see", Roles: reading},
		{Action: "score", Roles: committee},
		{Action: "manage", Roles: core.Staff},
	},
}, {
	Subject: "support_grant", States: States,
	Rules: []core.Rule{
		{Action: "see", Roles: append([]core.Role{core.RoleOrganiser, core.RoleEditor}, core.Staff...)},
		{Action: "read", Roles: reading},
		{Action: "score", Roles: committee, States: []string{StateEligible}},
		{Action: "decide", Roles: core.Staff, States: []string{StateApplied, StateEligible, StateIneligible}},
		{Action: "award", Roles: core.Staff, States: choosable},
		{Action: "answer", Roles: own, States: []string{StateOffered}},
		{Action: "give_up", Roles: own, States: []string{StateAccepted}},
		{Action: "travel", Roles: own, States: []string{StateAccepted, StateTravelled}},
		{Action: "attach", Roles: own, States: Granted},
		{Action: "report", Roles: own, States: []string{StateAccepted, StateTravelled, StateReported}},
		{Action: "arrived", Roles: core.Staff, States: []string{StateAccepted}},
		{Action: "book", Roles: core.Staff, States: append([]string{StateCancelled}, Granted...)},
		{Action: "cancel", Roles: core.Staff, States: []string{StateAccepted, StateTravelled}},
		{Action: "close", Roles: core.Staff, States: []string{StateReported}},
	},
}}

var policy, grantPolicy = Policies[0], Policies[1]

// Manages tells whether the actor runs the travel support of an edition: the staff.
func Manages(a core.Actor, edition core.ID) bool {
	return policy.Can("manage", "", staffRoles(a, string(edition))...)
}

// staffRoles are the roles of an actor without editor, which here means the committee.
func staffRoles(a core.Actor, scope string) []core.Role {
	var out []core.Role
	for _, r := range a.Roles(scope) {
		if r != core.RoleEditor {
			out = append(out, r)
		}
	}
	return out
}

// mayManage is nil for who runs the support, and core.NotFound for all others.
func mayManage(a core.Actor, set *editions.Setting) error {
	if !Manages(a, set.ID) {
		return core.NotFound()
	}
	return nil
}
