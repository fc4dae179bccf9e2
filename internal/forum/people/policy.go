package people

import (
	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// States of a person, as seen by an actor.
const (
	StatePrivate = "private" // she has no public role
	StatePublic  = "public"
	StateOwn     = "own" // the actor is the person herself
)

// signedIn are all roles but the visitor's.
var signedIn = core.AllRoles[1:]

// Policies of the room: persons and organisations.
var Policies = []core.Policy{
	{
		Subject: "person", States: []string{StatePrivate, StatePublic, StateOwn},
		Rules: []core.Rule{
			{Action: "see", Roles: core.Everybody, States: []string{StatePublic}},
			{Action: "see", Roles: signedIn, States: []string{StateOwn}},
			{Action: "see", Roles: core.Staff},
			{Action: "see_private", Roles: signedIn, States: []string{StateOwn}},
			{Action: "see_private", Roles: core.Staff},
			{Action: "edit", Roles: signedIn, States: []string{StateOwn}},
			{Action: "edit", Roles: core.Staff},
			{Action: "create", Roles: core.Staff},
			{Action: "publish", Roles: core.Staff},
			{Action: "merge", Roles: core.Staff},
			// Of one's own two pages of one name, whoever has proved both of their accounts.
			{Action: "merge_own", Roles: signedIn, States: []string{StateOwn}},
			{Action: "connect", Roles: core.Staff},
		},
	},
	{
		Subject: "organisation", States: []string{""},
		Rules: []core.Rule{
			{Action: "see", Roles: core.Everybody},
			{Action: "edit", Roles: core.Staff},
			{Action: "create", Roles: core.Staff},
			{Action: "see_internal_history", Roles: core.Staff},
		},
	},
}

var (
	personPolicy       = Policies[0]
	organisationPolicy = Policies[1]
)

// state is what a person is to an actor.
func state(a core.Actor, p Person) string {
	switch {
	case a.SignedIn() && a.Person != "" && a.Person == p.ID:
		return StateOwn
	case p.Public:
		return StatePublic
	}
	return StatePrivate
}

// Can tells whether the actor may do something with the person: see, see_private,
// edit, publish, merge.
func Can(a core.Actor, action string, p Person) bool {
	return personPolicy.Can(action, state(a, p), a.Roles(core.ScopeForum)...)
}

func checkPersonPolicy(a core.Actor, action string, p Person) error {
	return personPolicy.Check(action, state(a, p), a.Roles(core.ScopeForum)...)
}

// CanCreate tells whether the actor may enter persons.
func CanCreate(a core.Actor) bool {
	return personPolicy.Can("create", StatePublic, a.Roles(core.ScopeForum)...)
}

// CanOrganisation tells whether the actor may do something with organisations: edit,
// create, see_internal_history.
func CanOrganisation(a core.Actor, action string) bool {
	return organisationPolicy.Can(action, "", a.Roles(core.ScopeForum)...)
}

// Visible narrows a query over people (alias p) to persons whom the actor may see. It
// is the list's form of the action "see".
func Visible(a core.Actor, q *bun.SelectQuery) *bun.SelectQuery {
	if personPolicy.Can("see", StatePrivate, a.Roles(core.ScopeForum)...) {
		return q
	}
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		q = q.Where("p.public = TRUE")
		if a.SignedIn() && a.Person != "" {
			q = q.WhereOr("p.id = ?", a.Person)
		}
		return q
	})
}

// listed narrows further to those who stand in lists.
func listed(a core.Actor, q *bun.SelectQuery) *bun.SelectQuery {
	q = Visible(a, q).Where("p.merged_into = ''")
	if personPolicy.Can("see", StatePrivate, a.Roles(core.ScopeForum)...) {
		return q
	}
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		q = q.Where("p.listed = TRUE")
		if a.SignedIn() && a.Person != "" {
			q = q.WhereOr("p.id = ?", a.Person)
		}
		return q
	})
}

// affiliated narrows to persons whose affiliations the actor may see.
func affiliated(a core.Actor, q *bun.SelectQuery) *bun.SelectQuery {
	if personPolicy.Can("see_private", StatePrivate, a.Roles(core.ScopeForum)...) {
		return q
	}
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		q = q.Where("p.show_affiliations = TRUE")
		if a.SignedIn() && a.Person != "" {
			q = q.WhereOr("p.id = ?", a.Person)
		}
		return q
	})
}

// shown takes away what the actor may not see of a person whom she may see.
func shown(a core.Actor, p Person) Person {
	if !Can(a, "see_private", p) {
		p.Gender = ""
		if !p.ShowContact {
			p.Links = nil
		}
	}
	return p
}
