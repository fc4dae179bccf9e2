package app

import (
	"context"

	"plenary/internal/core"
	"plenary/internal/forum/consultations"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/papers"
	"plenary/internal/platform/web"
)

// reviews makes the room of public reviews and tells it where texts belong.
func (a *App) reviews() {
	s := consultations.New(a.Record, a.Documents, a.Editions, a.Bodies, a.People, a.Vocab, a.Authn, a.Mail, consultations.Config{BaseURL: a.BaseURL, MailHost: a.mailHost()})
	s.Owners("messages", func(_ context.Context, docs []documents.Document) (map[core.ID]consultations.Owner, error) {
		out := map[core.ID]consultations.Owner{}
		for _, d := range docs {
			out[d.ID] = consultations.Owner{Edition: d.Subject}
		}
		return out, nil
	})
	s.Owners("report", func(_ context.Context, docs []documents.Document) (map[core.ID]consultations.Owner, error) {
		out := map[core.ID]consultations.Owner{}
		for _, d := range docs {
			out[d.ID] = consultations.Owner{Edition: core.ID(d.Scope)}
		}
		return out, nil
	})
	s.Owners(papers.DocumentKind, func(ctx context.Context, docs []documents.Document) (map[core.ID]consultations.Owner, error) {
		ids := make([]core.ID, len(docs))
		for i, d := range docs {
			ids[i] = d.ID
		}
		list, err := a.Papers.Papers(ctx, core.Operator, papers.Filter{Documents: ids})
		out := map[core.ID]consultations.Owner{}
		for _, p := range list {
			out[p.Document] = consultations.Owner{Edition: p.Edition, Body: p.Body}
		}
		return out, err
	})
	s.TakePart(func(ctx context.Context, edition, person core.ID) (bool, error) {
		list, err := a.Programme.RolesOf(ctx, core.Operator, person)
		for _, x := range list {
			if x.Session.Edition == edition {
				return true, nil
			}
		}
		return false, err
	})
	a.Consultations = s
}

// reviewPanels puts the reviews of a text on the pages of other rooms.
func (a *App) reviewPanels(s *web.Server, w *consultations.Web) {
	itself := w.DocumentPanel(func(_ context.Context, doc core.ID) (core.ID, error) { return doc, nil })
	s.Panel("messages.set", 10, itself)
	s.Panel("messages.one", 20, w.ParaPanel)
	s.Panel("papers.paper", 10, w.DocumentPanel(func(ctx context.Context, paper core.ID) (core.ID, error) {
		list, err := a.Papers.Papers(ctx, core.Operator, papers.Filter{IDs: []core.ID{paper}})
		if err != nil || len(list) == 0 {
			return "", err
		}
		return list[0].Document, nil
	}))
	s.Panel("editions.outcomes", 20, w.OutcomesPanel)
	s.Panel("people.me", 20, w.MePanel)
}
