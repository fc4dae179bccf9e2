package messages

import (
	"plenary/internal/core"
	"plenary/internal/platform/web"
)

type meView struct {
	Rows []meRow
}

type meRow struct {
	Title   web.TextView
	URL     string
	Role    string
	Version string
	Status  web.Status
}

// MePanel shows the reader which Messages wait for her signature.
func (w *Web) MePanel(c *web.C, _ core.ID) (string, any, error) {
	list, err := w.s.Requests(c.Context(), c.Actor)
	if err != nil || len(list) == 0 {
		return "", nil, err
	}
	signers := make([]Signer, len(list))
	for i, r := range list {
		signers[i] = r.Signer
	}
	sessions, err := w.programme.SessionsByID(c.Context(), c.Actor, sessionsToSign(signers))
	if err != nil {
		return "", nil, err
	}
	var v meView
	for _, r := range list {
		v.Rows = append(v.Rows, meRow{
			Title: c.Text(r.Set.Name), URL: c.URL(r.Setting.Path() + "/messages/sign-off"), Role: signRole(c, r.Signer.Role, sessions[r.Signer.Session]),
			Version: c.T("messages.version", "Number", r.Revision.Number, "Time", c.Stamp(r.Revision.Issued, r.Setting.Zone)), Status: signStatus(c, r.State),
		})
	}
	return "messages/me", v, nil
}
