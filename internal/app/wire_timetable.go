package app

import (
	"time"

	"plenary/internal/forum/timetable"
	"plenary/internal/platform/web"
)

// timetableRoom makes the room in which the programme team plans.
func (a *App) timetableRoom() {
	a.Timetable = timetable.New(a.Record, timetable.House{
		Programme: a.Programme, Agenda: a.Agenda, Editions: a.Editions, People: a.People, Accounts: a.Authn, Mail: a.Mail, Catalog: a.Catalog, BaseURL: a.BaseURL,
	})
	a.Mail.Late("release", a.Timetable.WriteNotice)
	a.Record.Every("runs of the optimiser", time.Second, a.Timetable.Runs)
	a.Record.Every("notices of releases", 2*time.Second, a.Timetable.Notices)
}

// timetablePanels puts the plan on the pages of other rooms.
func timetablePanels(s *web.Server, w *timetable.Web) {
	s.Panel("programme.session.side", 60, w.PlacementPanel)
	s.Panel("people.me", 15, w.MePanel)
}
