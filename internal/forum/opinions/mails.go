package opinions

import (
	"context"
	"fmt"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// UseMail hands in who sends mails and who knows the addresses of accounts, while the
// program is wired.
func (s *Service) UseMail(m *mail.Service, accounts *authn.Service, baseURL string) {
	s.mail, s.accounts, s.baseURL = m, accounts, baseURL
}

// tell mails who proposed a statement what became of it, and why it was rejected.
func (s *Service) tell(ctx context.Context, tx *record.Tx, p Poll, x Statement) error {
	if s.mail == nil || x.Author == "" {
		return nil
	}
	acc, err := s.accounts.ByID(ctx, x.Author)
	switch {
	case err != nil && core.KindOf(err) != core.KindNotFound:
		return err
	case err != nil, acc.Disabled:
		return nil //nolint:nilerr // who has gone hears nothing
	}
	title, _ := p.Title.In(acc.Lang)
	m := mail.Message{
		ID:   fmt.Sprintf("opinion-judged/%s/%d", x.ID, tx.Now.Time().UnixMicro()),
		Kind: "opinion_" + x.State, To: acc.Email, ToName: acc.Name, Lang: acc.Lang,
	}
	m.Subject, m.Text = s.mail.Compose(acc.Lang, m.Kind, "Title", title, "Statement", x.Body.String(), "Reason", x.Reason, "URL", s.baseURL+p.Path())
	return s.mail.QueueTx(ctx, tx, m)
}
