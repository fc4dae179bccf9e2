package consultations

import (
	"context"

	"plenary/internal/core"
)

var (
	signedIn = []core.Role{
		core.RoleMember, core.RoleSpeaker, core.RoleModerator, core.RoleRapporteur, core.RoleOrganiser,
		core.RoleCoordinator, core.RoleEditor, core.RoleSecretariat, core.RoleAdmin, core.RoleOperator,
	}
	runs = append([]core.Role{core.RoleCoordinator, core.RoleEditor}, core.Staff...)
)

// Policies of the room. Who coordinates a body runs the consultations of its texts,
// editors those of the Messages.
var Policies = []core.Policy{{
	Subject: "consultation", States: States,
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody},
		{Action: "run", Roles: runs},
		{Action: "comment", Roles: signedIn, States: []string{StateOpen, StateClosed}},
		{Action: "support", Roles: signedIn, States: []string{StateOpen, StateClosed}},
		{Action: "dispose", Roles: runs, States: []string{StateOpen, StateClosed, StateAnswered, StateChallenged}},
		{Action: "moderate", Roles: runs},
		{Action: "challenge", Roles: signedIn, States: []string{StateAnswered, StateChallenged}},
		{Action: "read_private", Roles: runs},
	},
}}

var policy = Policies[0]

// roles are those of the actor towards a consultation. An editor of Messages is none of
// other texts.
func (s *Service) roles(ctx context.Context, a core.Actor, c Consultation) ([]core.Role, error) {
	var out []core.Role
	for _, r := range a.Roles(c.Scope) {
		if r != core.RoleEditor || c.Kind == kindMessages {
			out = append(out, r)
		}
	}
	if c.Body == "" || !a.SignedIn() || a.Person == "" {
		return out, nil
	}
	in, err := s.bodies.RolesIn(ctx, a, c.Body)
	if err != nil {
		return nil, err
	}
	for _, r := range in {
		if r == core.RoleCoordinator {
			out = append(out, r)
		}
	}
	return out, nil
}

// may asks the policy for an action in the present state.
func (s *Service) may(ctx context.Context, a core.Actor, action string, c Consultation) error {
	roles, err := s.roles(ctx, a, c)
	if err != nil {
		return err
	}
	return policy.Check(action, c.State(s.rec.Clock.Instant()), roles...)
}

// Runs tells whether the actor runs the consultation: settings, dispositions, moderation.
func (s *Service) Runs(ctx context.Context, a core.Actor, c Consultation) (bool, error) {
	roles, err := s.roles(ctx, a, c)
	return err == nil && policy.Can("run", c.State(s.rec.Clock.Instant()), roles...), err
}

// role is the one word under which an act of moderation stands.
func role(roles []core.Role) string {
	for _, r := range []core.Role{core.RoleSecretariat, core.RoleEditor, core.RoleCoordinator, core.RoleAdmin, core.RoleOperator} {
		for _, x := range roles {
			if x == r {
				return string(r)
			}
		}
	}
	return string(core.RoleMember)
}
