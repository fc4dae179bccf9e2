package topics

import "plenary/internal/core"

var curators = append([]core.Role{core.RoleEditor}, core.Staff...)

// Policies of the room. Curators put tags in order and write down what was decided about
// themes; everybody sees the ranking and what each figure rests on.
var Policies = []core.Policy{{
	Subject: "topics", States: []string{""},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody},
		{Action: "curate", Roles: curators},
		{Action: "decide", Roles: curators},
	},
}}

var policy = Policies[0]

// Curates tells whether the actor puts the tags of an edition in order.
func Curates(a core.Actor, scope string) bool { return policy.Can("curate", "", a.Roles(scope)...) }
