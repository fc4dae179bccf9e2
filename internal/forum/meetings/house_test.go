package meetings_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/testkit"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/meetings"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/db"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
	assets "plenary/web"
)

var now = time.Date(2026, 2, 10, 9, 0, 0, 0, time.UTC)

var staff = core.Actor{Account: "staff", Grants: []core.Grant{{Role: core.RoleSecretariat, Scope: core.ScopeForum}}}

// house is the rooms above meetings, and meetings, on a real database.
type house struct {
	*meetings.Service
	t         *testing.T
	rec       *record.Record
	clock     *core.Clock
	people    *people.Service
	bodies    *bodies.Service
	editions  *editions.Service
	programme *programme.Service
	accounts  *authn.Service
	vocab     *vocab.Service
	words     *i18n.Catalog

	set     *editions.Setting
	session *programme.Session
	body    bodies.Body
	other   bodies.Body
	actors  map[string]core.Actor
}

func open(t *testing.T, address string) *house {
	t.Helper()
	d, err := db.Open(t.Context(), address)
	must(t, err)
	t.Cleanup(func() { _ = d.Close() })
	h := &house{t: t, clock: &core.Clock{}, actors: map[string]core.Actor{"": core.Visitor, "staff": staff}}
	h.clock.Freeze(now)
	h.rec, err = record.Open(t.Context(), d, h.clock, core.NewIDs(h.clock), nil, slog.New(slog.DiscardHandler))
	must(t, err)
	t.Cleanup(h.rec.Close)
	h.words, err = testkit.Catalog()
	must(t, err)
	mailer, err := mail.New(h.rec, h.words, mail.Config{BaseURL: "http://forum.example"})
	must(t, err)
	h.vocab = vocab.New(h.rec)
	h.people = people.New(h.rec, h.vocab)
	h.accounts = authn.New(h.rec, mailer, authn.Config{BaseURL: "http://forum.example"})
	h.bodies = bodies.NewService(h.rec, h.people, h.vocab, h.words)
	h.editions = editions.New(h.rec)
	h.programme = programme.New(h.rec, h.editions, h.people, h.vocab, h.bodies)
	h.Service = meetings.New(h.rec, meetings.House{
		Bodies: h.bodies, People: h.people, Vocab: h.vocab, Accounts: h.accounts, Mail: mailer, Catalog: h.words, BaseURL: "http://forum.example", From: "desk@forum.example",
	})
	must(t, h.rec.Write(t.Context(), core.Operator, h.fill))
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func en(s string) core.Text { return core.NewText("en", s) }

// fill makes an edition with a session, two coalitions, and people with accounts. The
// speaker holds a plain seat; gone held one until last year; deaf holds one without an
// account.
func (h *house) fill(ctx context.Context, tx *record.Tx) error {
	if err := h.vocab.Seed(ctx, tx); err != nil {
		return err
	}
	if err := h.editions.SetForumTx(ctx, tx, editions.ForumInput{Name: en("Forum"), Short: "F"}); err != nil {
		return err
	}
	e, err := h.editions.AddTx(ctx, tx, editions.EditionInput{Slug: "2026", Name: en("Forum 2026"), State: editions.StatePublic, Zone: "Asia/Tokyo", FirstDay: "2026-06-08", LastDay: "2026-06-12"})
	if err != nil {
		return err
	}
	h.set = &editions.Setting{Edition: e}
	types, err := h.programme.AddDefaultTypesTx(ctx, tx, h.set)
	if err != nil {
		return err
	}
	if h.session, err = h.programme.CreateTx(ctx, tx, h.set, programme.NewSession{
		Type: programme.TypeNamed(types, "workshop").ID, State: programme.StateScheduled, Day: "2026-06-10", Texts: programme.EditInput{Title: en("Rural networks")},
		Starts: core.At(time.Date(2026, 6, 10, 5, 0, 0, 0, time.UTC)), Ends: core.At(time.Date(2026, 6, 10, 6, 30, 0, 0, time.UTC)),
	}); err != nil {
		return err
	}
	for _, to := range []*bodies.Body{&h.body, &h.other} {
		name := "Coalition on Rural Access"
		if to == &h.other {
			name = "Coalition on Quiet Hours"
		}
		if *to, err = h.bodies.CreateTx(ctx, tx, bodies.New{Kind: "dynamic-coalition", Name: en(name), Status: bodies.Active}); err != nil {
			return err
		}
	}
	for _, p := range []struct {
		key, name, country, role, until string
		of                              *bodies.Body
	}{
		{"coordinator", "Lina Haddad", "JO", "coordinator", "", &h.body},
		{"seat", "Amina Diallo", "SN", "member", "", &h.body},
		{"gone", "Ivo Brandt", "DE", "member", "2025", &h.body},
		{"deaf", "Kenji Moriyama", "JP", "member", "", &h.body},
		{"stranger", "Tomás Rivero", "CO", "coordinator", "", &h.other},
		{"member", "Mei Tan", "SG", "", "", nil},
	} {
		person, err := h.people.CreatePersonTx(ctx, tx, people.NewPerson{Name: p.name, Country: p.country, Public: true})
		if err != nil {
			return err
		}
		if p.of != nil {
			if _, err := h.bodies.AddSeatTx(ctx, tx, bodies.NewSeat{Body: p.of.ID, Person: person.ID, Role: p.role, From: "2024", Until: bodies.Date(p.until)}); err != nil {
				return err
			}
		}
		if p.key == "deaf" {
			continue
		}
		zone := ""
		if p.key == "seat" {
			zone = "America/Sao_Paulo"
		}
		acc, err := h.accounts.CreateTx(ctx, tx, authn.NewAccount{Email: p.key + "@example.org", Name: p.name, Lang: "en", Zone: zone, Person: person.ID})
		if err != nil {
			return err
		}
		h.actors[p.key] = acc.Actor()
	}
	return nil
}

// input is a meeting of an hour in Paris.
func input(title, day string) meetings.Input {
	return meetings.Input{
		Title: en(title), Day: day, Time: "15:00", Minutes: 60, Zone: "Europe/Paris", Address: "https://rooms.example/secret-door", AddressFor: meetings.ForMembers,
		State: meetings.Confirmed, Visibility: meetings.ForPublic, Agenda: en("One.\n\nTwo."),
	}
}

// add announces as the coordinator of the body.
func (h *house) add(in meetings.Input) []meetings.Meeting {
	h.t.Helper()
	list, err := h.Add(h.t.Context(), h.actors["coordinator"], h.body.ID, in)
	must(h.t, err)
	return list
}

type letter struct{ To, Subject, Text, Calendar, Kind string }

// mails are all mails of the room, by recipient.
func (h *house) mails() (out []letter) {
	h.t.Helper()
	must(h.t, h.rec.DB.Read.NewRaw(`SELECT to_addr AS "to", subject, text, calendar, kind FROM outbox WHERE kind LIKE 'meeting%' ORDER BY queued, id`).Scan(h.t.Context(), &out))
	return out
}

// fresh are the mails that came since the last so many.
func (h *house) fresh(before int, want ...string) []letter {
	h.t.Helper()
	list := h.mails()
	slices.SortStableFunc(list[before:], func(a, b letter) int { return strings.Compare(a.To, b.To) })
	var got []string
	for _, l := range list[before:] {
		name, _, _ := strings.Cut(l.To, "@")
		got = append(got, name)
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		h.t.Errorf("mails to %v, want %v", got, want)
	}
	return list[before:]
}

func kindOf(t *testing.T, err error, want core.Kind) {
	t.Helper()
	if err == nil || core.KindOf(err) != want {
		t.Errorf("error %v, want kind %v", err, want)
	}
}

// site is the room behind a real server. Who asks stands in a header.
type site struct {
	*house
	h http.Handler
}

func newSite(t *testing.T, address string) *site {
	t.Helper()
	s := &site{house: open(t, address)}
	srv, err := web.New(web.Config{BaseURL: "http://forum.example"}, s.words, s.rec, slog.New(slog.DiscardHandler), assets.Templates(), assets.Assets())
	must(t, err)
	srv.Identify = func(_ http.ResponseWriter, r *http.Request) core.Actor { return s.actors[r.Header.Get("X-As")] }
	pages := meetings.NewWeb(s.Service, s.programme)
	for _, p := range []interface{ Register(*web.Server) error }{
		pages, people.NewWeb(s.people), bodies.NewWeb(s.bodies), editions.NewWeb(s.editions, s.vocab, s.people),
		programme.NewWeb(s.programme, s.editions, s.people, s.vocab, s.bodies),
	} {
		must(t, p.Register(srv))
	}
	srv.Panel("bodies.body", 5, pages.BodyPanel)
	srv.Panel("bodies.community", 10, pages.CommunityPanel)
	srv.Panel("programme.session.side", 90, pages.SessionPanel)
	must(t, srv.ParseAll("en"))
	s.API(srv.NewAPI("test"))
	s.h = srv.Handler()
	return s
}

func (s *site) do(as, method, path string, form url.Values) (int, string, http.Header) {
	s.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req := httptest.NewRequestWithContext(s.t.Context(), method, path, body)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if as != "" {
		req.Header.Set("X-As", as)
		req.Header.Set("Cookie", "session="+as)
	}
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, req)
	return w.Code, w.Body.String(), w.Header()
}
