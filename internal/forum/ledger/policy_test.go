package ledger

import (
	"testing"

	"plenary/internal/core"
)

// Who may do what with what an organisation says, by what it is to who reads it: a claim
// is for the staff and the organisation until somebody else confirms it.
func TestWhoMayDoWhat(t *testing.T) {
	const org, other = core.ID("org"), core.ID("other")
	visitor := core.Visitor
	member := core.Actor{Account: "member"}
	author := core.Actor{Account: "author"}
	staff := core.Actor{Account: "staff", Grants: []core.Grant{{Role: core.RoleSecretariat, Scope: core.ScopeForum}}}
	editor := core.Actor{Account: "editor", Grants: []core.Grant{{Role: core.RoleEditor, Scope: core.ScopeForum}}}
	claim := Commitment{Organisation: org, Account: "author", State: Claimed}
	public := claim
	public.Confirmed, public.State = core.At(core.Machine()), Confirmed
	for _, x := range []struct {
		who  string
		a    core.Actor
		mine []core.ID
		c    Commitment
		may  string
	}{
		{"a visitor, a claim", visitor, nil, claim, ""},
		{"somebody else, a claim", member, []core.ID{other}, claim, ""},
		{"an editor, a claim", editor, nil, claim, ""},
		{"who handed it in", author, []core.ID{org}, claim, "see update"},
		{"who handed it in and has left", author, nil, claim, "see update"},
		{"another member", member, []core.ID{other, org}, claim, "see confirm"},
		{"the staff, a claim", staff, nil, claim, "see record confirm refuse update"},
		{"a visitor", visitor, nil, public, "see"},
		{"somebody else", member, []core.ID{other}, public, "see flag"},
		{"who handed it in and has left, later", author, nil, public, "see flag"},
		{"a member", member, []core.ID{org}, public, "see update flag"},
		{"the staff", staff, nil, public, "see record update flag settle_flag"},
	} {
		got := ""
		for _, action := range commitmentPolicy.Actions() {
			if can(x.a, x.mine, action, x.c) {
				if got != "" {
					got += " "
				}
				got += action
			}
		}
		if got != x.may {
			t.Errorf("%s may %q, want %q", x.who, got, x.may)
		}
	}
	for action, want := range map[string]string{"see": "visitor member editor staff", "answer": "member editor staff", "mark": "editor staff", "address": "editor staff", "supersede": "editor staff"} {
		got := ""
		for _, x := range []struct {
			name string
			a    core.Actor
		}{{"visitor", visitor}, {"member", member}, {"editor", editor}, {"staff", staff}} {
			if callPolicy.Can(action, StateOpen, x.a.Roles(core.ScopeForum)...) {
				if got != "" {
					got += " "
				}
				got += x.name
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", action, got, want)
		}
	}
}
