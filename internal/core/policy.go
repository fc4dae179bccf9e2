package core

import "slices"

// Policy says who may do what with one kind of thing, per state of the thing. It
// is plain data: rooms ask it, the golden matrix test walks it, and the public page
// "who may do what" is printed from it.
type Policy struct {
	Subject string   // what it is about: "session", "report"
	States  []string // all states of the subject; {""} where it has none
	Rules   []Rule
}

// Rule allows one action to roles, in the states named; no states means all.
type Rule struct {
	Action string
	Roles  []Role
	States []string
}

// Staff are the roles that run the forum or the program: most rules end with them.
var Staff = []Role{RoleSecretariat, RoleAdmin, RoleOperator}

// Everybody is every role there is.
var Everybody = AllRoles

// Can tells whether one of the roles may do the action in the state.
func (p Policy) Can(action, state string, roles ...Role) bool {
	for _, r := range p.Rules {
		if r.Action != action || (len(r.States) > 0 && !slices.Contains(r.States, state)) {
			continue
		}
		for _, role := range roles {
			if slices.Contains(r.Roles, role) {
				return true
			}
		}
	}
	return false
}

// Check turns a "no" into the right error: a visitor is asked to sign in, others
// learn that they may not. Callers ask for the action "see" first and answer
// NotFound when it fails, so that nothing is given away.
func (p Policy) Check(action, state string, roles ...Role) error {
	if p.Can(action, state, roles...) {
		return nil
	}
	if p.Can("see", state, roles...) || !p.has("see") {
		if len(roles) == 0 || slices.Contains(roles, RoleVisitor) {
			return SignIn()
		}
		return Forbidden()
	}
	return NotFound()
}

func (p Policy) has(action string) bool {
	return slices.ContainsFunc(p.Rules, func(r Rule) bool { return r.Action == action })
}

// Actions lists the actions in the order in which the rules name them.
func (p Policy) Actions() []string {
	var out []string
	for _, r := range p.Rules {
		if !slices.Contains(out, r.Action) {
			out = append(out, r.Action)
		}
	}
	return out
}
