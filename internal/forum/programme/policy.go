package programme

import (
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
)

var (
	crew      = append([]core.Role{core.RoleSpeaker, core.RoleModerator, core.RoleRapporteur, core.RoleOrganiser}, core.Staff...)
	organised = append([]core.Role{core.RoleOrganiser}, core.Staff...)
	open      = []string{StateDraft, StateScheduled}
)

// Policy says who may do what with a session. Visitors see what is scheduled and what
// was cancelled; a draft is its crew's and the staff's. Organisers write the texts and
// name the people; time and room are the staff's.
var Policy = core.Policy{
	Subject: "session", States: States,
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody, States: []string{StateScheduled, StateCancelled}},
		{Action: "see", Roles: crew},
		{Action: "edit", Roles: organised, States: open},
		{Action: "edit", Roles: core.Staff},
		{Action: "people", Roles: organised, States: open},
		{Action: "people", Roles: core.Staff},
		{Action: "relate", Roles: core.Staff},
		{Action: "schedule", Roles: core.Staff, States: open},
		{Action: "renumber", Roles: core.Staff},
		{Action: "cancel", Roles: core.Staff, States: []string{StateScheduled}},
		{Action: "restore", Roles: core.Staff, States: []string{StateCancelled}},
		{Action: "see_findings", Roles: crew},
		{Action: "see_internal_history", Roles: crew},
	},
}

// ProgrammePolicy says who may do what with the programme of an edition as a whole.
var ProgrammePolicy = core.Policy{
	Subject: "programme", States: []string{""},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody},
		{Action: "add_session", Roles: core.Staff},
		{Action: "edit_types", Roles: core.Staff},
		{Action: "see_findings", Roles: core.Staff},
	},
}

// Policies are all policies of the room.
var Policies = []core.Policy{ProgrammePolicy, Policy}

// Crew lists what the actor is in a session: what she has been granted in its edition,
// and what her roles in it give. The session must have its roles loaded.
func Crew(a core.Actor, s *Session) []core.Role {
	roles := a.Roles(string(s.Edition))
	if !a.SignedIn() || a.Person == "" {
		return roles
	}
	for _, r := range s.Roles {
		if r.Person != a.Person {
			continue
		}
		if role := CoreRole(r.Role); !slices.Contains(roles, role) {
			roles = append(roles, role)
		}
	}
	return roles
}

// Can tells whether the actor may do an action of Policy with the session.
func Can(a core.Actor, s *Session, action string) bool {
	return Policy.Can(action, s.State, Crew(a, s)...)
}

// CanProgramme tells whether the actor may do an action of ProgrammePolicy.
func CanProgramme(a core.Actor, set *editions.Setting, action string) bool {
	return ProgrammePolicy.Can(action, "", a.Roles(set.Scope())...)
}

// sightOf is which sessions of these editions the actor may know of.
func sightOf(a core.Actor, list ...editions.Edition) sight {
	v := sight{person: a.Person}
	if a.Program == "" && !a.SignedIn() {
		v.person = ""
	}
	for _, e := range list {
		v.editions = append(v.editions, e.ID)
		if Policy.Can("see", StateDraft, a.Roles(e.Scope())...) {
			v.staff = append(v.staff, e.ID)
		}
	}
	return v
}
