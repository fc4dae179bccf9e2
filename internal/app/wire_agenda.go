package app

import (
	"plenary/internal/forum/agenda"
	"plenary/internal/platform/web"
)

// agendaRoom makes the room of the programme as those who take part use it.
func (a *App) agendaRoom() {
	a.Agenda = agenda.New(a.Record, agenda.House{
		Editions: a.Editions, Programme: a.Programme, People: a.People, Accounts: a.Authn, Catalog: a.Catalog, Printer: a.PDF, BaseURL: a.BaseURL,
	})
}

// agendaPanels shows the room's part on the pages of other rooms.
func agendaPanels(s *web.Server, w *agenda.Web) {
	s.Panel("programme.session.side", 1, w.SessionPanel)
	s.Panel("people.me", 8, w.MePanel)
}
