package proposals

import "plenary/internal/core"

// Roles with a proposal: its editors are core.RoleOrganiser, people whom it names
// core.RoleSpeaker, reviewers to whom it is shown core.RoleEditor. Whether everybody may
// see it follows from the call: see mayRead.
var (
	own    = []core.Role{core.RoleOrganiser}
	seeing = append([]core.Role{core.RoleOrganiser, core.RoleSpeaker, core.RoleEditor, core.RoleCoordinator}, core.Staff...)
	// seeking are the states in which a proposal may look for speakers.
	seeking = []string{StateSubmitted, StateReturned, StateEligible, StateAccepted, StateCondition, StateOffered, StateWaiting}
	judges  = append([]core.Role{core.RoleCoordinator}, core.Staff...)
)

// Policy says who may do what with a proposal.
var Policy = core.Policy{
	Subject: "proposal", States: States,
	Rules: []core.Rule{
		{Action: "see", Roles: append([]core.Role{core.RoleOrganiser}, core.Staff...)},
		{Action: "see", Roles: seeing, States: Live},
		{Action: "edit", Roles: own, States: []string{StateDraft, StateSubmitted, StateReturned}},
		{Action: "submit", Roles: own, States: []string{StateDraft, StateReturned}},
		{Action: "withdraw", Roles: own, States: []string{StateSubmitted, StateReturned, StateEligible, StateWaiting, StateOffered}},
		{Action: "seek", Roles: own, States: seeking},
		{Action: "merge", Roles: own, States: []string{StateSubmitted, StateReturned, StateEligible}},
		{Action: "discard", Roles: own, States: []string{StateDraft}},
		{Action: "screen", Roles: judges, States: []string{StateSubmitted, StateReturned, StateEligible, StateIneligible}},
		{Action: "decide", Roles: judges, States: []string{StateEligible, StateAccepted, StateCondition, StateOffered, StateMerged, StateWaiting, StateDeclined}},
	},
}

// Policies of the room.
var Policies = []core.Policy{Policy}
