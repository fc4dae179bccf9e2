package documents

import (
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Policy says who may see a text. The state is that of the revision, so that a
// correction in writing is as hidden as a first draft. Whoever the owner room lets see
// a draft (Service.Guard) counts as its editor. Who may write and publish is in the
// policies of the rooms that own the texts.
var Policy = core.Policy{
	Subject: "document",
	States:  []string{string(StateDraft), string(StatePublished)},
	Rules: []core.Rule{
		{Action: "see", Roles: core.Everybody, States: []string{string(StatePublished)}},
		{Action: "see", Roles: append([]core.Role{core.RoleEditor}, core.Staff...), States: []string{string(StateDraft)}},
	},
}

// roles are those of an actor towards a document, where editor says what its owner
// room has answered. An editor of the Messages is none of every other text.
func roles(a core.Actor, d Document, editor bool) []core.Role {
	out := slices.DeleteFunc(a.Roles(d.Scope), func(r core.Role) bool { return r == core.RoleEditor })
	if editor {
		out = append(out, core.RoleEditor)
	}
	return out
}

// Visible narrows a list of documents (alias d) to those that the actor may see by
// what is granted to her: published ones, and all of a scope that she runs. Drafts that
// she sees through an owner room are in the lists of that room.
func Visible(a core.Actor) func(*bun.SelectQuery) *bun.SelectQuery {
	scopes, all := a.StaffScopes()
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		if all {
			return q
		}
		return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			q = q.Where("d.published_revision > 0")
			if len(scopes) > 0 {
				q = q.WhereOr("d.scope IN (?)", bun.List(scopes))
			}
			return q
		})
	}
}
