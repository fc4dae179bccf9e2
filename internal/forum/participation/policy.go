package participation

import (
	"slices"

	"plenary/internal/core"
)

var (
	own      = []core.Role{core.RoleParticipant}
	hers     = append([]core.Role{core.RoleParticipant}, core.Staff...)
	signedIn = core.AllRoles[1:]
	open     = []string{StateSubmitted, StatePending, StateWaiting, StateApproved, StateCheckedIn, StateAttended, StateDeclined}
	leaving  = []string{StateSubmitted, StatePending, StateWaiting, StateApproved}
)

// Policies of the room. With a registration, core.RoleParticipant is whose it is and
// core.RoleCoordinator the focal point of its delegation, who sees what concerns the
// delegation only. What people register with is the subject "registering".
var Policies = []core.Policy{{
	Subject: "registration", States: States,
	Rules: []core.Rule{
		{Action: "see", Roles: append([]core.Role{core.RoleParticipant, core.RoleCoordinator}, core.Staff...)},
		{Action: "correct", Roles: own, States: open},
		{Action: "correct", Roles: core.Staff},
		{Action: "withdraw", Roles: hers, States: leaving},
		{Action: "return", Roles: own, States: []string{StateWithdrawn}},
		{Action: "confirm", Roles: append([]core.Role{core.RoleCoordinator}, core.Staff...), States: []string{StateSubmitted}},
		{Action: "decide", Roles: core.Staff},
		{Action: "revoke_links", Roles: hers},
	},
}, {
	Subject: "registering", States: []string{""},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody},
		{Action: "register", Roles: signedIn},
		{Action: "manage", Roles: core.Staff},
	},
}}

var policy, registering = Policies[0], Policies[1]

// Manages tells whether the actor runs the registration of an edition.
func Manages(a core.Actor, edition core.ID) bool {
	return registering.Can("manage", "", a.Roles(string(edition))...)
}

// checkStaff hides what is the staff's from everybody else.
func checkStaff(a core.Actor, edition core.ID) error {
	switch {
	case Manages(a, edition):
		return nil
	case !a.SignedIn():
		return core.SignIn()
	}
	return core.NotFound()
}

// rolesWith are those of an actor towards a registration; focal says that she is the focal
// point of its delegation.
func rolesWith(a core.Actor, r *Registration, focal bool) []core.Role {
	out := a.Roles(string(r.Edition))
	if a.SignedIn() && a.Account == r.Account {
		out = append(out, core.RoleParticipant)
	}
	if focal {
		out = append(out, core.RoleCoordinator)
	}
	return out
}

// forFocal takes out what a focal point has no business to know.
func (r *Registration) forFocal() {
	r.Gender, r.GenderOwn, r.FirstTime, r.AccessNeeds, r.Diet, r.Visa, r.Answers = "", "", "", "", "", Visa{}, nil
	r.Youth, r.ShowName, r.ShowOrg, r.ShowCountry = false, false, false, false
}

// Live tells whether a registration has or may still get a place.
func (r *Registration) Live() bool { return slices.Contains(open, r.State) && r.State != StateDeclined }

// holds tells whether it takes a place of its category.
func (r *Registration) holds() bool { return r.MayJoin() }
