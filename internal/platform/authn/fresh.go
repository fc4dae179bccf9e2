package authn

import (
	"context"

	"plenary/internal/core"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// toldMail is the kind of the mails that tell somebody what was changed on how she signs in.
const toldMail = "account_changed"

// Fresh tells whether the actor has shown who she is within the last minutes, in this
// browser: what changes how she signs in asks for it, so that a browser left open is not
// enough.
func (s *Service) Fresh(a core.Actor) bool {
	return a.SignedIn() && !a.Proved.IsZero() && core.At(s.now()).Sub(a.Proved) < freshFor
}

func (s *Service) fresh(a core.Actor) error {
	if err := mayOwn(a, "secure"); err != nil {
		return err
	}
	if !s.Fresh(a) {
		return core.ForbiddenBecause("security.prove.needed", "Minutes", int(freshFor.Minutes()))
	}
	return nil
}

// tellTx tells every address of an account what was changed on how she signs in: whoever did
// it, its owner learns of it. what is the end of a key of the catalogue.
func (s *Service) tellTx(ctx context.Context, tx *record.Tx, a Account, what string, args ...any) error {
	list, err := addressesOf(ctx, tx, a)
	if err != nil {
		return err
	}
	act := string(tx.NewID())
	messages := make([]mail.Message, 0, len(list))
	for _, x := range list {
		m := mail.Message{ID: toldMail + "/" + act + "/" + x.Key, Kind: toldMail, To: x.Email, ToName: a.Name, Lang: a.Lang}
		m.Subject, m.Text = s.mailer.Compose(a.Lang, toldMail, "What", s.mailer.Say(a.Lang, "security.told."+what, args...),
			"Site", s.site(), "URL", s.cfg.BaseURL+"/me/security")
		messages = append(messages, m)
	}
	return s.mailer.QueueTx(ctx, tx, messages...)
}
