package participation

import "plenary/internal/core"

// hubInvited is the state of a hub for the policy that is approved and not open to anybody.
const hubInvited = "invited"

var (
	coordinating = append([]core.Role{core.RoleCoordinator}, core.Staff...)
	groupStates  = []string{GroupAsked, GroupApproved, GroupDeclined, GroupClosed}
	groupLive    = []string{GroupAsked, GroupApproved}
)

// GroupPolicies are those of delegations, hubs, letters and the list of participants. With
// a delegation, core.RoleCoordinator is its focal point; with a hub, who moderates it. With
// a letter, core.RoleParticipant is whose registration it is made of; the focal point of her
// delegation is nobody in particular there.
var GroupPolicies = []core.Policy{{
	Subject: "delegation", States: groupStates,
	Rules: []core.Rule{
		{Action: "see", Roles: coordinating},
		{Action: "edit", Roles: coordinating, States: groupLive},
		{Action: "add_people", Roles: coordinating, States: []string{GroupApproved}},
		{Action: "invite", Roles: coordinating, States: []string{GroupApproved}},
		{Action: "decide", Roles: core.Staff, States: []string{GroupAsked, GroupDeclined, GroupClosed}},
		{Action: "hand_over", Roles: core.Staff, States: groupLive},
		{Action: "close", Roles: coordinating, States: groupLive},
	},
}, {
	Subject: "hub", States: append([]string{hubInvited}, groupStates...),
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody, States: []string{GroupApproved}},
		{Action: "see", Roles: coordinating},
		{Action: "edit", Roles: coordinating, States: append([]string{hubInvited}, groupLive...)},
		{Action: "count", Roles: coordinating, States: []string{GroupApproved, hubInvited}},
		{Action: "decide", Roles: core.Staff, States: []string{GroupAsked, GroupDeclined, GroupClosed}},
		{Action: "close", Roles: coordinating, States: append([]string{hubInvited}, groupLive...)},
	},
}, {
	Subject: "groups", States: []string{""},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody},
		{Action: "ask", Roles: signedIn},
		{Action: "manage", Roles: core.Staff},
	},
}, {
	Subject: "registration_letter", States: []string{""},
	Rules: []core.Rule{
		{Action: "see", Roles: hers},
		{Action: "make", Roles: hers},
		{Action: "revoke", Roles: core.Staff},
		{Action: "write", Roles: core.Staff},
	},
}, {
	Subject: "registration_paper", States: []string{""},
	Rules: []core.Rule{
		{Action: "see", Roles: hers},
		{Action: "hand_in", Roles: hers},
	},
}}

var delegationPolicy, hubPolicy, groupsPolicy, letterPolicy, paperPolicy = GroupPolicies[0], GroupPolicies[1], GroupPolicies[2], GroupPolicies[3], GroupPolicies[4]

// policyState is the state of a hub for the policy.
func (h *Hub) policyState() string {
	if h.State == GroupApproved && !h.Open {
		return hubInvited
	}
	return h.State
}

// rolesAtLetter are those of an actor towards letters and papers of a registration.
func rolesAtLetter(a core.Actor, r *Registration) []core.Role { return rolesWith(a, r, false) }

// rolesAtGroup are those of an actor towards a delegation or a hub.
func rolesAtGroup(a core.Actor, edition, coordinator core.ID) []core.Role {
	out := a.Roles(string(edition))
	if a.SignedIn() && a.Account == coordinator {
		out = append(out, core.RoleCoordinator)
	}
	return out
}
