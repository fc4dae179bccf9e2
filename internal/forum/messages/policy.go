package messages

import "plenary/internal/core"

var editors = append([]core.Role{core.RoleEditor}, core.Staff...)

// Policies of the room. What is final has no way back to editing but a correction,
// which is a new version with a note.
var Policies = []core.Policy{{
	Subject: "messages", States: []string{StateNone, StateDrafted, StateDraft, StateFinal},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody, States: []string{StateDraft, StateFinal}},
		{Action: "see", Roles: editors},
		{Action: "compile", Roles: editors, States: []string{StateNone, StateDrafted, StateDraft}},
		{Action: "edit", Roles: editors, States: []string{StateDrafted, StateDraft}},
		{Action: "publish_draft", Roles: editors, States: []string{StateDrafted, StateDraft}},
		{Action: "finalise", Roles: core.Staff, States: []string{StateDraft}},
		{Action: "correct", Roles: core.Staff, States: []string{StateFinal}},
	},
}}

var policy = Policies[0]

// CanSeeDraft tells whether the actor may read Messages that are being written.
func CanSeeDraft(a core.Actor, scope string) bool {
	return policy.Can("see", StateDrafted, a.Roles(scope)...)
}
