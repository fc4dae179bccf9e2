package app

import (
	"cmp"
	"net/url"
	"time"

	"plenary/internal/forum/meetings"
	"plenary/internal/platform/web"
)

// meetingsRoom makes the room of the meetings all year round.
func (a *App) meetingsRoom() {
	host := "localhost"
	if u, err := url.Parse(a.BaseURL); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	a.Meetings = meetings.New(a.Record, meetings.House{
		Bodies: a.Bodies, People: a.People, Vocab: a.Vocab, Accounts: a.Authn, Mail: a.Mail, Catalog: a.Catalog,
		BaseURL: a.BaseURL, From: cmp.Or(a.From, "no-reply@"+host),
	})
	a.Record.Every("meeting reminders", 10*time.Minute, a.Meetings.Remind)
}

// meetingsPanels puts meetings on the pages of other rooms.
func meetingsPanels(s *web.Server, w *meetings.Web) {
	s.Panel("bodies.body", 5, w.BodyPanel)
	s.Panel("bodies.community", 10, w.CommunityPanel)
	s.Panel("people.me", 33, w.MePanel)
	s.Panel("programme.session.side", 90, w.SessionPanel)
}
