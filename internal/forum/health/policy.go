package health

import "plenary/internal/core"

// Policies of the room.
var Policies = []core.Policy{{
	Subject: "health", States: []string{""},
	Rules: []core.Rule{{Action: "see", Roles: core.Staff}},
}}
