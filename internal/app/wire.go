package app

import (
	"context"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/agenda"
	"plenary/internal/forum/archive"
	"plenary/internal/forum/attendance"
	"plenary/internal/forum/badges"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/conduct"
	"plenary/internal/forum/consultations"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/exchange"
	"plenary/internal/forum/figures"
	"plenary/internal/forum/find"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/health"
	"plenary/internal/forum/hooks"
	"plenary/internal/forum/ledger"
	"plenary/internal/forum/meetings"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/mine"
	"plenary/internal/forum/opinions"
	"plenary/internal/forum/papers"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/reports"
	"plenary/internal/forum/review"
	"plenary/internal/forum/selection"
	"plenary/internal/forum/setup"
	"plenary/internal/forum/support"
	"plenary/internal/forum/timetable"
	"plenary/internal/forum/topics"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/pdf"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
	webfiles "plenary/web"
)

// Rooms are the services of the forum's rooms, in the order in which a year flows
// through them.
type Rooms struct {
	Vocab         *vocab.Service
	People        *people.Service
	Documents     *documents.Service
	Bodies        *bodies.Service
	Editions      *editions.Service
	Calls         *calls.Service
	Proposals     *proposals.Service
	Topics        *topics.Service
	Review        *review.Service
	Selection     *selection.Service
	Programme     *programme.Service
	Agenda        *agenda.Service
	Timetable     *timetable.Service
	Meetings      *meetings.Service
	Participation *participation.Service
	Conduct       *conduct.Service
	Attendance    *attendance.Service
	Badges        *badges.Service
	Support       *support.Service
	Floor         *floor.Service
	Papers        *papers.Service
	Reports       *reports.Service
	Messages      *messages.Service
	Consultations *consultations.Service
	Opinions      *opinions.Service
	Ledger        *ledger.Service
	Archive       *archive.Service
	Exchange      *exchange.Service
	Hooks         *hooks.Service
	Find          *find.Service
	Figures       *figures.Service
	Mine          *mine.Service
	Health        *health.Service
	Setup         *setup.Service
}

// pages are the rooms' pages: each registers its own.
type pages interface{ Register(*web.Server) error }

const largestFile = 8 << 20

func (a *App) wire(ctx context.Context) error {
	if err := a.services(ctx); err != nil {
		return err
	}
	s, err := web.New(web.Config{BaseURL: a.BaseURL, Build: Version, Demo: a.Demo, Proxies: a.Proxies, Drain: a.Drain}, a.Catalog, a.Record, a.Log, webfiles.Templates(), webfiles.Assets())
	if err != nil {
		return err
	}
	a.Server = s
	s.Identify, s.Park, s.Unpark = a.Authn.Identify, a.Authn.Park, a.Authn.Unpark
	s.Bearer, s.Rates = a.Authn.Bearer, a.Rates
	s.Ready = func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
		defer cancel()
		var one int
		return a.DB.Read.NewRaw("SELECT 1").Scan(ctx, &one)
	}
	if a.JoinOnly {
		return a.joinPages(s)
	}
	return a.webs(s)
}

// usualTypes gives a new edition the usual session types, where it has none yet.
func (a *App) usualTypes(ctx context.Context, tx *record.Tx, edition core.ID) error {
	types, err := a.Programme.TypesTx(ctx, tx, edition)
	if err != nil || len(types) > 0 {
		return err
	}
	set, err := a.Editions.SettingTx(ctx, tx, edition)
	if err != nil {
		return err
	}
	_, err = a.Programme.AddDefaultTypesTx(ctx, tx, set)
	return err
}

// forumName is what mails in a language are signed with; empty before the set-up.
func (a *App) forumName(lang string) string {
	f, err := a.Editions.Forum(context.Background())
	if err != nil {
		return ""
	}
	name, _ := f.Name.In(lang)
	return name
}

// onceSetUp lets periodic work on the editions wait until there is a forum.
func (a *App) onceSetUp(work func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		if _, err := a.Editions.Forum(ctx); core.KindOf(err) == core.KindNotFound {
			return nil
		}
		return work(ctx)
	}
}

// services makes every service and ties those that guard or ask one another.
func (a *App) services(ctx context.Context) (err error) {
	rec := a.Record
	if a.Mail, err = mail.New(rec, a.Catalog, mail.Config{
		SMTP: a.SMTP, From: a.From, DKIM: a.DKIM, Bounces: a.Bounces, Name: a.forumName, BaseURL: a.BaseURL, Demo: a.Demo, Log: a.Log,
	}); err != nil {
		return err
	}
	a.Authn = authn.New(rec, a.Mail, authn.Config{BaseURL: a.BaseURL, Demo: a.Demo, DemoStart: a.DemoStart, DemoZone: a.DemoZone, Providers: a.Providers, Log: a.Log})
	a.Mail.Classify(mailClasses)
	rec.Every("collections of mails", time.Minute, a.Mail.Collect)
	place, err := blob.OpenPlace(a.Files, a.files())
	if err != nil {
		return err
	}
	a.Blobs = blob.NewAt(rec, place, largestFile)
	a.Vocab = vocab.New(rec)
	a.People = people.New(rec, a.Vocab)
	a.People.UseAccounts(a.Authn)
	a.Documents = documents.New(rec)
	a.PDF = pdf.New(pdf.Config{Browser: a.Chromium, Log: a.Log})
	a.Documents.UsePrinter(a.PDF)
	a.Bodies = bodies.NewService(rec, a.People, a.Vocab, a.Catalog)
	a.Editions = editions.New(rec)
	a.Programme = programme.New(rec, a.Editions, a.People, a.Vocab, a.Bodies)
	a.agendaRoom()
	a.timetableRoom()
	a.meetingsRoom()
	a.Floor = floor.New(rec, a.Programme, a.People, a.Blobs)
	if a.Recording > 0 {
		a.Floor.UseLimit(a.Recording << 20)
	}
	a.Papers = papers.New(rec, a.Documents, a.People, a.Bodies, a.Editions, a.Programme)
	a.Papers.UseFiles(a.Blobs)
	a.Papers.UseMail(a.Mail, a.Authn, a.BaseURL)
	a.Reports = reports.New(rec, a.Documents, a.Programme)
	a.Reports.Furnish(reports.House{
		Editions: a.Editions, People: a.People, Floor: a.Floor, Papers: a.Papers, Accounts: a.Authn, Mail: a.Mail, Catalog: a.Catalog, BaseURL: a.BaseURL,
	})
	rec.Every("report reminders", time.Minute, a.onceSetUp(a.Reports.Remind))
	a.Messages = messages.New(rec, a.Documents, a.Editions, a.Reports, a.Programme)
	a.Messages.Furnish(messages.House{
		People: a.People, Vocab: a.Vocab, Floor: a.Floor, Papers: a.Papers, Accounts: a.Authn, Mail: a.Mail, BaseURL: a.BaseURL,
	})
	a.reviews()
	a.callRooms()
	a.selectionRoom()
	a.participationRooms()
	a.Opinions = opinions.New(rec)
	a.Opinions.UseMail(a.Mail, a.Authn, a.BaseURL)
	a.Ledger = a.makeLedger()
	a.Archive = archive.New(rec, a.Blobs, a.Editions, a.People, a.Programme, a.Reports, a.Messages)
	a.Archive.UsePlan(a.Timetable)
	a.Archive.UseSources(archive.Sources{BaseURL: a.BaseURL, Private: a.SyncPrivate, Agent: "Plenary/" + Version + " (+" + a.BaseURL + ")"})
	a.Exchange = exchange.New(rec, a.Vocab, a.People, a.Documents, a.Bodies, a.Editions, a.Programme)
	a.Exchange.Barred = a.Review.Barred
	a.Hooks = hooks.New(rec, hooks.House{
		Editions: a.Editions, Exchange: a.Exchange, Accounts: a.Authn, Mail: a.Mail, BaseURL: a.BaseURL, Agent: "Plenary/" + Version + " (+" + a.BaseURL + ")", Private: a.SyncPrivate, Log: a.Log,
		Key: func(ctx context.Context) ([]byte, error) { return a.Participation.Key(ctx, "webhooks") },
	})
	a.lastRooms()
	a.Find = find.New(rec, a.Authn, a.Mail, a.Catalog, find.Config{Dir: a.index(), BaseURL: a.BaseURL, Log: a.Log})
	a.Find.Search(
		programme.NewFinds(a.Programme), messages.NewFinds(a.Messages), reports.NewFinds(a.Reports, a.Editions),
		people.NewFinds(a.People), people.NewOrganisationFinds(a.People), bodies.NewFinds(a.Bodies),
		editions.NewFinds(a.Editions, a.Vocab), vocab.NewFinds(a.Vocab), archive.NewFinds(a.Archive, a.Editions), floor.NewFinds(a.Floor, a.Editions), papers.NewFinds(a.Papers),
		meetings.NewFinds(a.Meetings), ledger.NewFinds(a.Ledger), ledger.NewIssueFinds(a.Ledger), ledger.NewProcessFinds(a.Ledger),
		opinions.NewFinds(a.Opinions), calls.NewFinds(a.Calls), proposals.NewFinds(a.Proposals), consultations.NewFinds(a.Consultations), figures.NewFinds(a.Figures),
	)
	a.Health = a.makeHealth()
	a.Setup = setup.New(rec, a.Authn, a.Editions, a.Programme)

	a.Editions.InUse(a.Programme.Usage)
	rec.On("edition.added", func(ctx context.Context, tx *record.Tx, e *record.Event) error {
		return a.usualTypes(ctx, tx, e.Subject)
	})
	rec.On("person.merged", a.Bodies.PersonMerged)
	rec.On("person.merged", a.Programme.OnMerged)
	rec.On("person.merged", a.Floor.OnMerged)
	rec.On("person.merged", a.Papers.PersonMerged)
	rec.On("person.merged", a.Reports.PersonMerged)
	rec.On("person.merged", a.Messages.OnMerged)
	rec.On("person.affiliated", a.Programme.OnAffiliated)
	rec.On("person.changed", a.Programme.OnAffiliated)
	rec.On("edition.changed", a.Programme.OnEdition)
	rec.On("proposal.person_answered", a.joined)
	a.documentKinds()
	if a.ReadOnly {
		return nil
	}
	// Mails are queued within acts, where no key can be made.
	if _, err := a.Participation.Key(ctx, mailKey); err != nil {
		return err
	}
	// Vocabularies come with the program; what is new in them is added at each start.
	return rec.Write(ctx, core.Actor{Program: "setup"}, func(ctx context.Context, tx *record.Tx) error { return a.Vocab.Seed(ctx, tx) })
}

// hiddenEditions are the scopes of editions of which an actor may not know yet.
func (a *App) hiddenEditions(ctx context.Context, actor core.Actor) ([]string, error) {
	all, err := a.Editions.Editions(ctx, core.Operator)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range all {
		if !editions.CanSee(actor, e) {
			out = append(out, e.Scope())
		}
	}
	return out, nil
}

// webs registers every room's pages, the panels that one puts on another's page, and
// the JSON API.
func (a *App) webs(s *web.Server) error {
	ed := editions.NewWeb(a.Editions, a.Vocab, a.People)
	prog := programme.NewWeb(a.Programme, a.Editions, a.People, a.Vocab, a.Bodies)
	flo := floor.NewWeb(a.Floor, prog, a.Vocab, a.People)
	pap := papers.NewWeb(a.Papers, a.Vocab)
	rep := reports.NewWeb(a.Reports, a.Editions, a.Programme, prog, a.Vocab, a.People)
	msg := messages.NewWeb(a.Messages, a.Editions, a.Programme, a.Vocab)
	body := bodies.NewWeb(a.Bodies)
	arch := archive.NewWeb(a.Archive, a.Editions)
	polls := opinions.NewWeb(a.Opinions, a.Editions)
	reviews := consultations.NewWeb(a.Consultations)
	led := ledger.NewWeb(a.Ledger)
	cal, props, top, rev, sel := calls.NewWeb(a.Calls), proposals.NewWeb(a.Proposals), topics.NewWeb(a.Topics), review.NewWeb(a.Review), selection.NewWeb(a.Selection)
	ag := agenda.NewWeb(a.Agenda, prog)
	tt := timetable.NewWeb(a.Timetable, prog)
	meet := meetings.NewWeb(a.Meetings, a.Programme)
	s.Shell = ed.Shell
	accounts := authn.NewWeb(a.Authn)
	accounts.Scopes, accounts.More, accounts.Merging = a.scopes, mine.NewWeb(a.Mine).AccountActions, mine.MergePath
	for _, p := range []pages{
		accounts, mail.NewWeb(a.Mail), a.mailDesk(), vocab.NewWeb(a.Vocab, a.People), people.NewWeb(a.People),
		documents.NewWeb(a.Documents, a.People.Names), body, ed, cal, props, top, rev, sel, prog, ag, tt, meet, flo, pap, rep, msg,
		polls, reviews, led, arch, exchange.NewWeb(a.Exchange, prog), hooks.NewWeb(a.Hooks),
		find.NewWeb(a.Find, a.Editions, a.People, a.Programme, a.Vocab), health.NewWeb(a.Health), setup.NewWeb(a.Setup, a.Authn),
	} {
		if err := p.Register(s); err != nil {
			return err
		}
	}
	s.Panel("editions.home", 10, prog.HomePanel)
	s.Panel("editions.home", 20, msg.HomePanel)
	s.Panel("editions.home.side", 10, rep.StepPanel)
	s.Panel("editions.outcomes", 10, rep.OutcomesPanel)
	s.Panel("editions.outcomes", 50, pap.OutcomesPanel)
	s.Panel("programme.session.side", 15, pap.SessionPanel)
	s.Panel("floor.transcript", 50, pap.TranscriptPanel)
	s.Panel("people.person", 30, pap.PersonPanel)
	s.Panel("people.organisation", 30, pap.OrganisationPanel)
	s.Panel("bodies.body", 20, pap.BodyPanel)
	s.Panel("editions.outcomes", 50, polls.OutcomesPanel)
	ledgerPanels(s, led)
	s.Panel("programme.session", 10, rep.SessionPanel)
	s.Panel("programme.session.side", 5, flo.SessionPanel)
	s.Panel("programme.session.side", 10, msg.SessionPanel)
	s.Panel("editions.outcomes", 10, msg.OutcomesPanel)
	s.Panel("floor.transcript", 60, msg.SessionPanel)
	s.Panel("reports.report", 60, msg.SessionPanel)
	s.Panel("programme.session.side", 20, arch.SessionPanel)
	s.Panel("people.person", 10, prog.PersonPanel)
	s.Panel("people.person", 20, body.PersonPanel)
	s.Panel("people.person", 90, arch.PersonPanel)
	s.Panel("people.organisation", 10, prog.OrganisationPanel)
	s.Panel("people.me", 10, prog.MePanel)
	s.Panel("people.me", 5, msg.MePanel)
	s.Panel("people.organisation", 20, body.OrganisationPanel)
	s.Panel("bodies.body", 10, prog.BodyPanel)
	a.reviewPanels(s, reviews)
	agendaPanels(s, ag)
	timetablePanels(s, tt)
	meetingsPanels(s, meet)
	for _, p := range a.participationPages(s, prog) {
		if err := p.Register(s); err != nil {
			return err
		}
	}
	s.Panel("people.me", 30, props.MePanel)
	s.Panel(calls.SlotOne, 20, props.CallPanel)
	s.Panel("people.me", 31, rev.MePanel)
	s.Panel(calls.SlotOne, 30, rev.CallPanel)
	selectionPanels(s, sel)
	s.Panel("editions.home", 15, top.Panel)
	s.Panel("editions.home.side", 5, cal.HomePanel)
	if err := a.registerPages(); err != nil {
		return err
	}
	a.API = s.NewAPI(Version)
	a.Mail.API(a.API)
	a.Vocab.API(a.API)
	a.People.API(a.API)
	a.Documents.API(a.API)
	a.Bodies.API(a.API)
	a.Editions.API(a.API)
	a.Calls.API(a.API)
	a.Proposals.API(a.API)
	a.Topics.API(a.API)
	a.Review.API(a.API)
	a.Selection.API(a.API)
	a.Programme.API(a.API)
	a.Agenda.API(a.API)
	a.Timetable.API(a.API)
	a.Meetings.API(a.API)
	a.Participation.API(a.API)
	a.Attendance.API(a.API)
	a.Badges.API(a.API)
	a.Support.API(a.API)
	a.Floor.API(a.API, a.Editions)
	a.Papers.API(a.API)
	a.Reports.API(a.API, a.Editions)
	a.Messages.API(a.API, a.Editions)
	a.Consultations.API(a.API)
	a.Opinions.API(a.API)
	a.Ledger.API(a.API)
	a.Archive.API(a.API)
	a.Exchange.API(a.API)
	a.Hooks.API(a.API)
	a.Find.API(a.API)
	a.Figures.API(a.API)
	a.Mine.API(a.API)
	a.Health.API(a.API)
	return s.Describe(a.API)
}

// scopes are the editions for which a role may be granted apart.
func (a *App) scopes(c *web.C) ([]web.Option, error) {
	list, err := a.Editions.Editions(c.Context(), c.Actor)
	if err != nil {
		return nil, err
	}
	var out []web.Option
	for _, e := range list {
		out = append(out, web.Option{Value: e.Scope(), Label: c.Text(e.Name).S})
	}
	return out, nil
}

// Policies are all policies of the house, in the order of the rooms.
func (a *App) Policies() []core.Policy {
	var out []core.Policy
	for _, list := range [][]core.Policy{
		authn.Policies, mail.Policies, vocab.Policies, people.Policies,
		{documents.Policy},
		bodies.Policies, editions.Policies, calls.Policies, proposals.Policies, topics.Policies, review.Policies, selection.Policies,
		programme.Policies, agenda.Policies, timetable.Policies, meetings.Policies, participation.Policies, participation.GroupPolicies, conduct.Policies, attendance.Policies, badges.Policies, support.Policies, floor.Policies, papers.Policies, reports.Policies, messages.Policies, consultations.Policies, opinions.Policies, ledger.Policies, archive.Policies, exchange.Policies, hooks.Policies, find.Policies, figures.Policies, mine.Policies, health.Policies,
	} {
		out = append(out, list...)
	}
	return out
}
