package bodies_test

import (
	"context"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/people"
	"plenary/internal/platform/record"
)

// person enters somebody who is public and returns her as she acts when signed in.
func (h *house) person(t *testing.T, name string) core.Actor {
	t.Helper()
	var p people.Person
	h.write(t, func(ctx context.Context, tx *record.Tx) (err error) {
		p, err = h.people.CreatePersonTx(ctx, tx, people.NewPerson{Name: name, Public: true})
		return err
	})
	return core.Actor{Account: "account-" + p.ID, Person: p.ID, Name: name}
}

// organisation enters one.
func (h *house) organisation(t *testing.T, name, acronym string) core.ID {
	t.Helper()
	var o people.Organisation
	h.write(t, func(ctx context.Context, tx *record.Tx) (err error) {
		o, err = h.people.CreateOrganisationTx(ctx, tx, people.NewOrganisation{Name: en(name), Acronym: acronym})
		return err
	})
	return o.ID
}

// hide makes the page of somebody private again.
func (h *house) hide(t *testing.T, who core.Actor) {
	t.Helper()
	p, err := h.people.Get(t.Context(), staff, who.Person)
	if err != nil {
		t.Fatal(err)
	}
	in := people.InputOf(p, nil)
	in.Public = false
	if _, err := h.people.Edit(t.Context(), staff, who.Person, in); err != nil {
		t.Fatal(err)
	}
}
