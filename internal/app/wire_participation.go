package app

import (
	"context"
	"strconv"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/attendance"
	"plenary/internal/forum/badges"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/conduct"
	"plenary/internal/forum/figures"
	"plenary/internal/forum/mine"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/support"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/web"
)

// participationRooms makes the rooms of who takes part.
func (a *App) participationRooms() {
	rec := a.Record
	a.Participation = participation.New(rec, participation.House{
		Editions: a.Editions, People: a.People, Vocab: a.Vocab, Calls: a.Calls, Programme: a.Programme, Accounts: a.Authn, Mail: a.Mail,
		Files: a.Blobs, Catalog: a.Catalog, Printer: a.PDF, BaseURL: a.BaseURL,
	})
	a.Participation.WireMail()
	rec.Every("registrations that can no longer be taken back", time.Hour, a.Participation.TidyDesk)
	a.Conduct = conduct.New(rec, conduct.House{
		Editions: a.Editions, Participation: a.Participation, Programme: a.Programme, Accounts: a.Authn, Mail: a.Mail, Files: a.Blobs, Catalog: a.Catalog, BaseURL: a.BaseURL,
	})
	rec.Every("reports of conduct that are kept no longer", time.Hour, a.Conduct.Tidy)
	a.Attendance = attendance.New(rec, attendance.House{Participation: a.Participation, Agenda: a.Agenda, Barred: a.Conduct.BarredFrom})
	a.Agenda.Joins = a.joins
	a.Badges = badges.New(rec, badges.House{
		Editions: a.Editions, Programme: a.Programme, Participation: a.Participation, Attendance: a.Attendance, Barred: a.Conduct.Barred, Vocab: a.Vocab, Files: a.Blobs,
		Catalog: a.Catalog, Printer: a.PDF, BaseURL: a.BaseURL,
	})
	rec.Every("files of print runs", 2*time.Second, a.Badges.MakeFiles)
	a.Support = support.New(rec, support.House{
		Editions: a.Editions, People: a.People, Vocab: a.Vocab, Calls: a.Calls, Proposals: a.Proposals, Accounts: a.Authn, Mail: a.Mail, Files: a.Blobs,
		Catalog: a.Catalog, BaseURL: a.BaseURL,
	})
	rec.Every("offers and reports of travel support", time.Minute, a.Support.Due)
}

// joins are the links by which an account joins sessions, of whatever edition.
func (a *App) joins(ctx context.Context, account core.ID, sessions []core.ID) (map[core.ID]string, error) {
	list, err := a.Participation.OfAccount(ctx, account)
	if err != nil {
		return nil, err
	}
	out := map[core.ID]string{}
	for i := range list {
		links, err := a.Attendance.LinksFor(ctx, account, list[i].Edition, sessions)
		if err != nil {
			return nil, err
		}
		for id, link := range links {
			out[id] = link
		}
	}
	return out, nil
}

// lastRooms makes the rooms that look at all others.
func (a *App) lastRooms() {
	a.Figures = figures.New(a.Record, figures.House{
		Editions: a.Editions, Vocab: a.Vocab, People: a.People, Calls: a.Calls, Programme: a.Programme, Catalog: a.Catalog, Grantees: a.grantees,
	})
	a.Record.Every("figures that no longer fit the record", time.Minute, a.onceSetUp(a.Figures.Check))
	a.Mine = mine.New(a.Record, mine.House{
		Editions: a.Editions, People: a.People, Participation: a.Participation, Support: a.Support, Accounts: a.Authn, Mail: a.Mail, Files: a.Blobs,
		Catalog: a.Catalog, BaseURL: a.BaseURL,
	})
	a.Mine.Asks(mine.OfRegistrations(a.Participation, a.Editions), mine.OfMessages(a.Messages), mine.OfReviews(a.Review), mine.OfSelection(a.Selection, a.Editions),
		mine.OfReports(a.Reports, a.Programme, a.Editions, a.Record.Clock), mine.OfSupport(a.Support))
	a.Record.Every("accounts that are rescued", time.Minute, a.Authn.SendRescues)
	a.Record.Every("data that is erased", time.Minute, a.Mine.Run)
	a.Record.Every("needs and passports that are kept no longer", time.Hour, a.onceSetUp(a.Mine.Sweep))
}

// joinPages are all that a process serves that is there for join links alone: it needs the
// database and nothing else.
func (a *App) joinPages(s *web.Server) error {
	if err := authn.NewWeb(a.Authn).Register(s); err != nil {
		return err
	}
	return attendance.NewWeb(a.Attendance, nil).RegisterJoin(s)
}

// grantees tells the figures whose travel was supported.
func (a *App) grantees(ctx context.Context, edition core.ID) ([]figures.Grantee, error) {
	list, err := a.Support.Grantees(ctx, edition)
	if err != nil {
		return nil, err
	}
	out := make([]figures.Grantee, len(list))
	for i, g := range list {
		out[i] = figures.Grantee{ID: core.ID(strconv.Itoa(i)), Country: g.Country, Region: g.Region}
		for _, class := range g.Classes {
			switch class {
			case "LDC":
				out[i].LDC = true
			case "LLDC":
				out[i].LLDC = true
			case "SIDS":
				out[i].SIDS = true
			case "transition":
				out[i].Transition = true
			}
		}
	}
	return out, nil
}

// participationPages are the pages of these rooms, with their panels on others.
func (a *App) participationPages(s *web.Server, prog *programme.Web) []pages {
	part, att, sup, fig, own := participation.NewWeb(a.Participation), attendance.NewWeb(a.Attendance, prog), support.NewWeb(a.Support), figures.NewWeb(a.Figures), mine.NewWeb(a.Mine)
	s.Panel("people.me", 0, own.DutiesPanel)
	s.Panel("people.me", 1, part.MePanel)
	s.Panel("people.me", 9, att.MePanel)
	s.Panel("participation.hub", 5, att.HubPanel)
	s.Panel("people.me", 32, sup.MePanel)
	s.Panel("people.me", 99, own.DataPanel)
	s.Panel("editions.home.side", 1, part.HomePanel)
	s.Panel("editions.home", 12, fig.HomePanel)
	s.Panel("programme.session.side", 0, att.SessionPanel)
	s.Panel(calls.SlotOne, 25, sup.CallPanel)
	return []pages{part, conduct.NewWeb(a.Conduct), att, badges.NewWeb(a.Badges), sup, fig, own}
}
