package review

import "plenary/internal/core"

// Roles with an evaluation: reviewers are core.RoleEditor, those who run the call
// core.RoleCoordinator and the staff. A reviewer sees and judges what is assigned to her,
// and nothing with which she has a conflict, whatever else she is.
var (
	runners = append([]core.Role{core.RoleCoordinator}, core.Staff...)
	judges  = []core.Role{core.RoleEditor}
	both    = append([]core.Role{core.RoleEditor, core.RoleCoordinator}, core.Staff...)
)

// Policies of the room: the states are those of a phase.
var Policies = []core.Policy{{
	Subject: "evaluation", States: []string{StatePlanned, StateOpen, StateClosed},
	Rules: []core.Rule{
		{Action: "see", Roles: both},
		{Action: "bid", Roles: judges, States: []string{StatePlanned}},
		{Action: "declare", Roles: judges, States: []string{StatePlanned, StateOpen}},
		{Action: "score", Roles: judges, States: []string{StateOpen}},
		{Action: "discuss", Roles: both, States: []string{StateOpen, StateClosed}},
		{Action: "describe", Roles: judges},
		{Action: "run", Roles: runners},
		{Action: "results", Roles: runners},
	},
}}

var policy = Policies[0]
