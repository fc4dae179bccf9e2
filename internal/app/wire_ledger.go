package app

import (
	"context"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/ledger"
	"plenary/internal/platform/web"
)

// makeLedger makes the ledger and lets it follow what reports and texts say.
func (a *App) makeLedger() *ledger.Service {
	s := ledger.New(a.Record, ledger.Rooms{
		Documents: a.Documents, Editions: a.Editions, People: a.People, Programme: a.Programme, Reports: a.Reports, Messages: a.Messages,
		Vocab: a.Vocab, Blobs: a.Blobs, Mail: a.Mail, Accounts: a.Authn, BaseURL: a.BaseURL,
	})
	s.UseMoments(ledger.Moments{
		ByID: func(ctx context.Context, actor core.Actor, segments []core.ID) (map[core.ID]ledger.Moment, error) {
			found, err := a.Floor.Moments(ctx, actor, segments)
			out := make(map[core.ID]ledger.Moment, len(found))
			for id, m := range found {
				out[id] = moment(m)
			}
			return out, err
		},
		At: func(ctx context.Context, actor core.Actor, session core.ID, t string) (ledger.Moment, bool, error) {
			// The address of a moment names it, though it began within that second.
			list, err := a.Floor.Transcript(ctx, actor, session)
			if err != nil {
				return ledger.Moment{}, false, err
			}
			for _, m := range list {
				if strings.HasSuffix(m.Path, "#t="+t) {
					return moment(m), true, nil
				}
			}
			d, err := floor.ParseTime(t)
			if err != nil {
				return ledger.Moment{}, false, nil //nolint:nilerr // it names no time: the session is meant
			}
			m, found, err := a.Floor.At(ctx, actor, session, d)
			return moment(m), found, err
		},
	})
	s.Watch()
	return s
}

func moment(m floor.Moment) ledger.Moment {
	return ledger.Moment{ID: m.Segment, Person: m.Person, Speaker: m.Speaker, Path: m.Path, At: m.At, Recording: m.Recording}
}

// ledgerPanels shows the ledger's part on the pages of other rooms.
func ledgerPanels(s *web.Server, w *ledger.Web) {
	s.Panel("editions.outcomes", 60, w.OutcomesPanel)
	s.Panel("messages.one", 60, w.TextPanel)
	s.Panel("messages.set", 60, w.TextPanel)
	s.Panel("reports.report", 70, w.ReportPanel)
	s.Panel("papers.paper", 60, w.PaperPanel)
	s.Panel("programme.session.side", 40, w.SessionPanel)
	s.Panel("people.organisation", 40, w.OrganisationPanel)
}
