package reports

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/programme"
)

var (
	reporters = append([]core.Role{core.RoleRapporteur, core.RoleOrganiser}, core.Staff...)
	crew      = append([]core.Role{core.RoleRapporteur, core.RoleOrganiser, core.RoleModerator, core.RoleEditor}, core.Staff...)
	writers   = append([]core.Role{core.RoleModerator}, reporters...)
)

// Policies of the room. A report that was published stays public while a correction of
// it is being written. Whoever took over a report has the rights of its rapporteur.
var Policies = []core.Policy{
	{
		Subject: "report", States: []string{StateNone, StateDraft, StatePublished},
		Rules: []core.Rule{
			{Action: "see", Roles: core.Everybody, States: []string{StatePublished}},
			{Action: "see", Roles: crew},
			{Action: "write", Roles: writers, States: []string{StateNone, StateDraft}},
			{Action: "publish", Roles: reporters, States: []string{StateDraft}},
			{Action: "correct", Roles: reporters, States: []string{StatePublished}},
			{Action: "note", Roles: writers},
			{Action: "count", Roles: writers},
			{Action: "hand_over", Roles: reporters},
		},
	},
	{
		Subject: "reports", States: []string{""},
		Rules: []core.Rule{
			{Action: "see", Roles: core.Everybody},
			{Action: "chase", Roles: core.Staff},
			{Action: "settle", Roles: core.Staff},
		},
	},
}

var policy, desk = Policies[0], Policies[1]

// crewRoles of an actor in a session by the programme alone.
func crewRoles(a core.Actor, s *programme.Session) []core.Role { return programme.Crew(a, s) }

func stateOf(r *Report) string {
	if r == nil {
		return StateNone
	}
	return r.State
}

// Roles are what the actor is in a session for this room: what the programme says, and
// rapporteur where its report was handed over to her.
func (s *Service) Roles(ctx context.Context, a core.Actor, ses *programme.Session) ([]core.Role, error) {
	return s.rolesIn(ctx, s.rec.DB.Read, a, ses)
}

func (s *Service) rolesIn(ctx context.Context, idb bun.IDB, a core.Actor, ses *programme.Session) ([]core.Role, error) {
	out := crewRoles(a, ses)
	if !a.SignedIn() || slices.Contains(out, core.RoleRapporteur) {
		return out, nil
	}
	held, err := heldBy(ctx, idb, a)
	if held[ses.ID] {
		out = append(slices.Clone(out), core.RoleRapporteur)
	}
	return out, err
}

// heldBy are the sessions whose report the actor has taken over, of all editions.
func heldBy(ctx context.Context, idb bun.IDB, a core.Actor) (map[core.ID]bool, error) {
	out := map[core.ID]bool{}
	if !a.SignedIn() {
		return out, nil
	}
	var ids []core.ID
	if err := idb.NewSelect().Model((*Helper)(nil)).Column("rh.session").Where("rh.ended IS NULL").
		Where("rh.account = ? OR (rh.person <> '' AND rh.person = ?)", a.Account, a.Person).Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("look for reports taken over: %w", err)
	}
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}

func canSeeDraft(roles []core.Role) bool { return policy.Can("see", StateDraft, roles...) }
