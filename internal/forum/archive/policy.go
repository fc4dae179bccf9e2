package archive

import "plenary/internal/core"

// Policies of the room: documents are read in by those who run the forum.
var Policies = []core.Policy{{
	Subject: "import", States: []string{""},
	Rules: []core.Rule{{Action: "import", Roles: core.Staff}},
}}

var policy = Policies[0]
