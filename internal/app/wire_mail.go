package app

import (
	"context"

	"plenary/internal/core"
	"plenary/internal/platform/mail"
)

// mailDesk makes the pages on which the staff looks after outgoing mail. What the conduct team
// and the committee of travel support write is for those alone to whom they write.
func (a *App) mailDesk() *mail.Desk {
	a.Mail.Closed("conduct", "support")
	d := mail.NewDesk(a.Mail)
	d.Emails = a.Authn.Keys
	a.Server.Panel("people.me", 0, d.MePanel)
	a.Server.Panel("authn.security", 0, d.MePanel)
	a.Server.Panel("authn.account", 0, d.AccountPanel)
	d.Names = func(ctx context.Context, accounts []core.ID) (map[core.ID]string, error) {
		list, err := a.Authn.ByIDs(ctx, accounts)
		out := make(map[core.ID]string, len(list))
		for id := range list {
			out[id] = list[id].Name
		}
		return out, err
	}
	return d
}
