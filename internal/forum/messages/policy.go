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
		{Action: "set_signers", Roles: core.Staff},
		{Action: "ask_signers", Roles: core.Staff, States: []string{StateDraft, StateFinal}},
		{Action: "hand_in_statement", Roles: core.AllRoles[1:], States: []string{StateDraft}},
	},
}, {
	Subject: "message_signature", States: []string{StateOthers, StateOwn},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody},
		{Action: "sign", Roles: core.AllRoles[1:], States: []string{StateOwn}},
	},
}, {
	Subject: "message_statement", States: []string{StateOffered, StateOwn, StateAccepted, StateRefused, StateWithdrawn},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody, States: []string{StateAccepted, StateRefused}},
		{Action: "see", Roles: core.AllRoles[1:], States: []string{StateOwn}},
		{Action: "see", Roles: editors},
		{Action: "withdraw", Roles: core.AllRoles[1:], States: []string{StateOwn}},
		{Action: "decide", Roles: core.Staff, States: []string{StateOffered, StateOwn}},
	},
}}

// Whose a signature or a statement that is not decided is, to an actor.
const (
	StateOwn    = "own"
	StateOthers = "others"
)

var policy, signPolicy, statementPolicy = Policies[0], Policies[1], Policies[2]

// CanSeeDraft tells whether the actor may read Messages that are being written.
func CanSeeDraft(a core.Actor, scope string) bool {
	return policy.Can("see", StateDrafted, a.Roles(scope)...)
}
