package people

import (
	"context"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// UseAccounts hands in the accounts of those who sign in, while the program is wired.
func (s *Service) UseAccounts(a *authn.Service) { s.accounts = a }

// ConnectInput is the form that says whose account it is.
type ConnectInput struct {
	Email string `form:"email" ui:"email" max:"200" required:"1"`
}

// Connect makes an account that of a person: from then on she acts with the rights of
// her roles in sessions and bodies. The staff may. Events of authn. Errors: Invalid at
// "email" where nobody has signed in with the address yet; Conflict where the person
// has another account.
func (s *Service) Connect(ctx context.Context, a core.Actor, person core.ID, in ConnectInput) error {
	p, err := s.Get(ctx, a, person)
	if err != nil {
		return err
	}
	if err := checkPersonPolicy(a, "connect", p); err != nil {
		return err
	}
	if err := core.Validate(in).Err(); err != nil {
		return err
	}
	acc, err := s.accounts.ByEmail(ctx, in.Email)
	if err != nil {
		if core.KindOf(err) != core.KindNotFound {
			return err
		}
		var problems core.Problems
		problems.Add("email", "people.error.no_account", "Email", in.Email)
		return problems.Err()
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		return s.accounts.LinkPersonTx(ctx, tx, acc.ID, p.ID)
	})
}

// Introduce enters the signed-in actor herself as a person who is not public, and makes
// her account hers. Conflict where she is a person already. Event: person.created.
func (s *Service) Introduce(ctx context.Context, a core.Actor) (Person, error) {
	if !a.SignedIn() {
		return Person{}, core.SignIn()
	}
	if a.Person != "" {
		return Person{}, core.Conflict("people.error.introduced")
	}
	var p Person
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) (err error) {
		if p, err = s.CreatePersonTx(ctx, tx, NewPerson{Name: a.Name, Source: SourceSelf}); err != nil {
			return err
		}
		return s.accounts.LinkPersonTx(ctx, tx, a.Account, p.ID)
	})
	return p, err
}

// connect is the staff's form that connects an account with a person.
func (w *Web) connect(c *web.C) error {
	p, moved, err := w.find(c)
	if err != nil {
		return err
	}
	if moved {
		return c.Redirect(p.Path())
	}
	if err := checkPersonPolicy(c.Actor, "connect", p); err != nil {
		return err
	}
	title := c.T("people.connect_title", "Name", p.Name)
	return formPage[ConnectInput]{
		key: "people.connecting", title: title, note: c.T("people.connect_note"), cancel: p.Path(),
		trail:   peopleTrail(c, web.Crumb{Label: p.In(c.Lang), URL: c.URL(p.Path())}),
		prepare: func(*web.Form) {},
		save: func(in ConnectInput) (string, error) {
			return p.Path(), w.s.Connect(c.Context(), c.Actor, p.ID, in)
		},
	}.serve(c, ConnectInput{})
}

// introduce makes the signed-in reader a person.
func (w *Web) introduce(c *web.C) error {
	p, err := w.s.Introduce(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Done(p.Path()+"/edit", "people.introduced")
}
