package floor

import (
	"plenary/internal/core"
	"plenary/internal/forum/programme"
)

var (
	crew     = append([]core.Role{core.RoleSpeaker, core.RoleModerator, core.RoleRapporteur, core.RoleOrganiser, core.RoleEditor}, core.Staff...)
	scribes  = append([]core.Role{core.RoleModerator, core.RoleRapporteur, core.RoleOrganiser}, core.Staff...)
	speakers = append([]core.Role{core.RoleSpeaker}, scribes...)
)

// Policy says who may do what with a transcript. It is public as soon as it is there;
// staff may withhold it, and then its crew still works on it. Who spoke may correct
// what she is said to have said.
var Policy = core.Policy{
	Subject: "transcript", States: []string{StateNone, StatePublished, StateWithheld},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody, States: []string{StateNone, StatePublished}},
		{Action: "see", Roles: crew},
		{Action: "import", Roles: scribes},
		{Action: "correct", Roles: speakers, States: []string{StatePublished, StateWithheld}},
		{Action: "name_speakers", Roles: scribes, States: []string{StatePublished, StateWithheld}},
		{Action: "withhold", Roles: core.Staff, States: []string{StatePublished}},
		{Action: "publish", Roles: core.Staff, States: []string{StateWithheld}},
	},
}

// RecordingPolicy says who may do what with the recordings of a session.
var RecordingPolicy = core.Policy{
	Subject: "recording", States: []string{""},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody},
		{Action: "edit", Roles: scribes},
	},
}

// Policies are all policies of the room.
var Policies = []core.Policy{Policy, RecordingPolicy}

// roles of an actor in a session, for this room.
func roles(a core.Actor, s *programme.Session) []core.Role { return programme.Crew(a, s) }

func stateOf(t *Transcript) string {
	if t == nil {
		return StateNone
	}
	return t.State
}

// Can tells whether the actor may do an action of Policy with a transcript of a session;
// nil is the transcript that is not there yet.
func Can(a core.Actor, s *programme.Session, t *Transcript, action string) bool {
	return Policy.Can(action, stateOf(t), roles(a, s)...)
}
