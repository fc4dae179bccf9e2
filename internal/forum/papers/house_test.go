package papers_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"plenary/internal/testkit"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/papers"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/db"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
	assets "plenary/web"
)

var now = time.Date(2026, 6, 10, 9, 0, 0, 0, time.UTC)

var staff = core.Actor{Account: "staff", Grants: []core.Grant{{Role: core.RoleSecretariat, Scope: core.ScopeForum}}}

// house is the rooms above papers, and papers, on a real database.
type house struct {
	*papers.Service
	t         *testing.T
	rec       *record.Record
	clock     *core.Clock
	docs      *documents.Service
	people    *people.Service
	bodies    *bodies.Service
	editions  *editions.Service
	programme *programme.Service
	accounts  *authn.Service
	vocab     *vocab.Service
	words     *i18n.Catalog
	blobs     *blob.Store

	set     *editions.Setting
	hidden  *editions.Setting // an edition that only the staff sees
	body    bodies.Body
	session *programme.Session
	actors  map[string]core.Actor
	orgs    map[string]core.ID
}

func open(t *testing.T, address string) *house {
	t.Helper()
	d, err := db.Open(t.Context(), address)
	must(t, err)
	t.Cleanup(func() { _ = d.Close() })
	h := &house{t: t, clock: &core.Clock{}, actors: map[string]core.Actor{"": core.Visitor, "staff": staff}, orgs: map[string]core.ID{}}
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
	h.docs = documents.New(h.rec)
	h.bodies = bodies.NewService(h.rec, h.people, h.vocab, h.words)
	h.editions = editions.New(h.rec)
	h.programme = programme.New(h.rec, h.editions, h.people, h.vocab, h.bodies)
	h.blobs = blob.New(h.rec, t.TempDir(), 0)
	h.Service = papers.New(h.rec, h.docs, h.people, h.bodies, h.editions, h.programme)
	h.UseFiles(h.blobs)
	h.UseMail(mailer, h.accounts, "http://forum.example")
	h.docs.Guard(papers.DocumentKind, h.Guard)
	h.docs.Address(papers.DocumentKind, h.Addresses)
	h.rec.On("person.merged", h.PersonMerged)
	h.write(h.fill)
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) write(fn func(ctx context.Context, tx *record.Tx) error) {
	h.t.Helper()
	must(h.t, h.rec.Write(h.t.Context(), core.Operator, fn))
}

// fill makes an edition with a session, a coalition, and people with accounts.
func (h *house) fill(ctx context.Context, tx *record.Tx) error {
	if err := h.vocab.Seed(ctx, tx); err != nil {
		return err
	}
	if err := h.editions.SetForumTx(ctx, tx, editions.ForumInput{Name: en("Forum"), Short: "F"}); err != nil {
		return err
	}
	for _, in := range []editions.EditionInput{
		{Slug: "2026", Name: en("Forum 2026"), State: editions.StatePublic, Zone: "Europe/Paris", FirstDay: "2026-06-08", LastDay: "2026-06-12"},
		{Slug: "2031", Name: en("Forum 2031"), State: editions.StateDraft, Zone: "UTC", FirstDay: "2031-06-08", LastDay: "2031-06-12"},
	} {
		e, err := h.editions.AddTx(ctx, tx, in)
		if err != nil {
			return err
		}
		set := &editions.Setting{Edition: e}
		if in.Slug == "2031" {
			h.hidden = set
			continue
		}
		h.set = set
	}
	types, err := h.programme.AddDefaultTypesTx(ctx, tx, h.set)
	if err != nil {
		return err
	}
	if h.session, err = h.programme.CreateTx(ctx, tx, h.set, programme.NewSession{
		Type: programme.TypeNamed(types, "workshop").ID, State: programme.StateScheduled, Day: "2026-06-10", Texts: programme.EditInput{Title: en("Rural networks")},
	}); err != nil {
		return err
	}
	for _, name := range []string{"Levant Digital Rights", "Sahel Networks"} {
		o, err := h.people.CreateOrganisationTx(ctx, tx, people.NewOrganisation{Name: en(name), Kind: "civil-society"})
		if err != nil {
			return err
		}
		h.orgs[name] = o.ID
	}
	for _, p := range []struct{ key, name, org, group string }{
		{"coordinator", "Lina Haddad", "Levant Digital Rights", "civil-society"},
		{"organiser", "Tomás Rivero", "", "technical-community"},
		{"speaker", "Amina Diallo", "Sahel Networks", "civil-society"},
		{"member", "Ivo Brandt", "Levant Digital Rights", "government"},
		{"other", "Mei Tan", "", "private-sector"},
	} {
		person, err := h.people.CreatePersonTx(ctx, tx, people.NewPerson{Name: p.name, Public: p.key != "other"})
		if err != nil {
			return err
		}
		if p.org != "" {
			if _, err := h.people.AddAffiliationTx(ctx, tx, people.NewAffiliation{Person: person.ID, Organisation: h.orgs[p.org], Title: "Director", Group: p.group, From: "2024"}); err != nil {
				return err
			}
		}
		acc, err := h.accounts.CreateTx(ctx, tx, authn.NewAccount{Email: p.key + "@example.org", Name: p.name, Lang: "en", Person: person.ID})
		if err != nil {
			return err
		}
		h.actors[p.key] = acc.Actor()
	}
	for key, role := range map[string]string{"organiser": programme.Organiser, "speaker": programme.Speaker} {
		if _, err := h.programme.AddRoleTx(ctx, tx, h.set, h.session, programme.RoleInput{Person: h.actors[key].Person, Role: role}); err != nil {
			return err
		}
	}
	if h.body, err = h.bodies.CreateTx(ctx, tx, bodies.New{Kind: "dynamic-coalition", Name: en("Coalition on Rural Access"), Status: bodies.Active}); err != nil {
		return err
	}
	_, err = h.bodies.AddSeatTx(ctx, tx, bodies.NewSeat{Body: h.body.ID, Person: h.actors["coordinator"].Person, Role: "coordinator", From: "2025"})
	return err
}

func en(s string) core.Text { return core.NewText("en", s) }

// joint is a published joint statement whose endorsements are open.
func (h *house) joint(text string) papers.Paper {
	h.t.Helper()
	p, err := h.Add(h.t.Context(), h.actors["coordinator"], papers.Place{Body: h.body.ID}, papers.Input{Kind: papers.Joint, Title: en("Joint statement on access"), Text: en(text), Licence: "CC-BY-4.0"})
	must(h.t, err)
	return h.opened(p)
}

func (h *house) opened(p papers.Paper) papers.Paper {
	h.t.Helper()
	p, err := h.SetWindow(h.t.Context(), h.actors["coordinator"], p.ID, papers.WindowInput{
		Version: p.Version, FromDay: "2026-06-01", FromTime: "00:00", UntilDay: "2026-06-20", UntilTime: "18:00", Zone: "Europe/Paris",
	})
	must(h.t, err)
	p, err = h.Publish(h.t.Context(), h.actors["coordinator"], p.ID, papers.PublishInput{Version: p.Version})
	must(h.t, err)
	return p
}

// mails gives recipient and text of all mails of a kind.
func (h *house) mails(kind string) (out []struct{ To, Text string }) {
	h.t.Helper()
	must(h.t, h.rec.DB.Read.NewRaw(`SELECT to_addr AS "to", text FROM outbox WHERE kind = ? ORDER BY to_addr, id`, kind).Scan(h.t.Context(), &out))
	return out
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
	pages := papers.NewWeb(s.Service, s.vocab)
	for _, p := range []interface{ Register(*web.Server) error }{
		pages, documents.NewWeb(s.docs, s.people.Names), people.NewWeb(s.people), bodies.NewWeb(s.bodies), editions.NewWeb(s.editions, s.vocab, s.people),
	} {
		must(t, p.Register(srv))
	}
	srv.Panel("bodies.body", 20, pages.BodyPanel)
	srv.Panel("people.person", 30, pages.PersonPanel)
	srv.Panel("people.organisation", 30, pages.OrganisationPanel)
	srv.Panel("editions.outcomes", 50, pages.OutcomesPanel)
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

// request asks for a page as a visitor whom nothing is kept for, under a context.
func (s *site) request(ctx context.Context, path string) int {
	s.t.Helper()
	req := httptest.NewRequestWithContext(ctx, "GET", path, nil)
	req.Header.Set("X-As", "member")
	req.Header.Set("Cookie", "session=member")
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, req)
	return w.Code
}
