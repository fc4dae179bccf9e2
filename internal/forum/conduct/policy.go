package conduct

import "plenary/internal/core"

// Policies of the room. With a report, core.RoleCoordinator is who handles it: named for
// the edition, or of the secretariat where nobody is, and neither concerned nor recused.
var Policies = []core.Policy{{
	Subject: "conduct", States: []string{""},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody},
		{Action: "report", Roles: core.Everybody},
		{Action: "name", Roles: core.Staff},
	},
}, {
	Subject: "conduct_report", States: States,
	Rules: []core.Rule{
		{Action: "see", Roles: handler},
		{Action: "note", Roles: handler, States: open},
		{Action: "recuse", Roles: handler, States: open},
		{Action: "concern", Roles: handler, States: []string{StateReceived, StateLooked}},
		{Action: "look", Roles: handler, States: []string{StateReceived}},
		{Action: "decide", Roles: handler, States: []string{StateLooked}},
		{Action: "answer", Roles: handler, States: []string{StateAppealed}},
		{Action: "close", Roles: handler, States: []string{StateDecided}},
	},
}}

var (
	handler              = []core.Role{core.RoleCoordinator}
	open                 = []string{StateReceived, StateLooked, StateDecided, StateAppealed}
	policy, reportPolicy = Policies[0], Policies[1]
)
