package ledger_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/ledger"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/db"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

var staff = core.Actor{Account: "account-staff", Grants: []core.Grant{{Role: core.RoleSecretariat, Scope: core.ScopeForum}}}

// kyoto is the hour at which the report of 2023 is published.
var kyoto = time.Date(2023, 10, 8, 9, 0, 0, 0, time.UTC)

// house is the ledger with the rooms above it: the editions of 2023 and 2024, two
// organisations with members who have accounts, and one report with two calls.
type house struct {
	rec   *record.Record
	clock *core.Clock
	words *i18n.Catalog
	ledger.Rooms
	s *ledger.Service

	sets        map[string]*editions.Setting
	session     *programme.Session
	later       *programme.Session
	report      *reports.Report
	river, hill people.Organisation
	ana, ben    core.Actor // both of River
	cem         core.Actor // of Hill
}

func en(s string) core.Text { return core.NewText("en", s) }

func open(t *testing.T, url string) *house {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	h := &house{clock: &core.Clock{}, sets: map[string]*editions.Setting{}}
	h.clock.Freeze(kyoto.Add(-48 * time.Hour))
	if h.rec, err = record.Open(t.Context(), d, h.clock, core.SeededIDs(h.clock, t.Name()), nil, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.rec.Close)
	if h.words, err = testkit.Catalog(); err != nil {
		t.Fatal(err)
	}
	r := &h.Rooms
	r.BaseURL = "http://forum.example"
	if r.Mail, err = mail.New(h.rec, h.words, mail.Config{BaseURL: r.BaseURL, Demo: true}); err != nil {
		t.Fatal(err)
	}
	r.Accounts = authn.New(h.rec, r.Mail, authn.Config{BaseURL: r.BaseURL})
	r.Blobs = blob.New(h.rec, t.TempDir(), 1<<20)
	r.Vocab = vocab.New(h.rec)
	r.People = people.New(h.rec, r.Vocab)
	r.People.UseAccounts(r.Accounts)
	r.Documents = documents.New(h.rec)
	b := bodies.NewService(h.rec, r.People, r.Vocab, h.words)
	r.Editions = editions.New(h.rec)
	r.Programme = programme.New(h.rec, r.Editions, r.People, r.Vocab, b)
	r.Reports, r.Messages = rooms(h, r)
	r.Documents.Address("report", r.Reports.Addresses)
	r.Documents.Address("messages", r.Messages.Addresses)
	r.Documents.Guard("report", r.Reports.Guard)
	h.s = ledger.New(h.rec, h.Rooms)
	h.s.Watch()
	h.write(t, func(ctx context.Context, tx *record.Tx) error { return r.Vocab.Seed(ctx, tx) })
	h.write(t, func(ctx context.Context, tx *record.Tx) error { return h.furnish(ctx, tx) })
	return h
}

func (h *house) write(t *testing.T, fn func(ctx context.Context, tx *record.Tx) error) {
	t.Helper()
	if err := h.rec.Write(t.Context(), core.Operator, fn); err != nil {
		t.Fatal(err)
	}
}

func (h *house) furnish(ctx context.Context, tx *record.Tx) error {
	if err := h.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: en("Forum"), Short: "F", About: en("A forum.")}); err != nil {
		return err
	}
	for _, e := range []struct{ slug, first, last string }{{"2023", "2023-10-08", "2023-10-12"}, {"2024", "2024-12-15", "2024-12-19"}} {
		made, err := h.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: e.slug, Name: en("Forum " + e.slug), City: en("Town"), Zone: "UTC", State: editions.StatePublic, FirstDay: e.first, LastDay: e.last,
		})
		if err != nil {
			return err
		}
		set := &editions.Setting{Edition: made}
		h.sets[e.slug] = set
		types, err := h.Programme.AddDefaultTypesTx(ctx, tx, set)
		if err != nil {
			return err
		}
		x := programme.NewSession{
			Type: programme.TypeNamed(types, "workshop").ID, State: programme.StateScheduled, Number: 7,
			Texts: programme.EditInput{Title: en("Rural networks of " + e.slug), Tags: "access"},
		}
		if e.slug == "2023" {
			x.Starts, x.Ends = core.At(kyoto.Add(-2*time.Hour)), core.At(kyoto.Add(-time.Hour))
		} else {
			x.Starts, x.Ends = core.At(time.Date(2024, 12, 15, 9, 0, 0, 0, time.UTC)), core.At(time.Date(2024, 12, 15, 10, 0, 0, 0, time.UTC))
		}
		ses, err := h.Programme.CreateTx(ctx, tx, set, x)
		if err != nil {
			return err
		}
		if e.slug == "2023" {
			h.session = ses
		} else {
			h.later = ses
		}
	}
	var err error
	if h.river, err = h.People.CreateOrganisationTx(ctx, tx, people.NewOrganisation{Name: en("River Networks"), Kind: "private-sector"}); err != nil {
		return err
	}
	if h.hill, err = h.People.CreateOrganisationTx(ctx, tx, people.NewOrganisation{Name: en("Ministry of the Hills"), Kind: "government"}); err != nil {
		return err
	}
	for _, p := range []struct {
		name string
		org  core.ID
		to   *core.Actor
	}{{"Ana", h.river.ID, &h.ana}, {"Ben", h.river.ID, &h.ben}, {"Cem", h.hill.ID, &h.cem}} {
		made, err := h.People.CreatePersonTx(ctx, tx, people.NewPerson{Name: p.name + " Invented"})
		if err != nil {
			return err
		}
		if _, err := h.People.AddAffiliationTx(ctx, tx, people.NewAffiliation{Person: made.ID, Organisation: p.org, From: "2020"}); err != nil {
			return err
		}
		acc, err := h.Accounts.CreateTx(ctx, tx, authn.NewAccount{Email: p.name + "@forum.example", Name: p.name, Lang: "en", Person: made.ID})
		if err != nil {
			return err
		}
		*p.to = core.Actor{Account: acc.ID, Person: made.ID, Name: p.name}
	}
	return nil
}

// publish publishes the report of the session of 2023, and gives its calls by words.
func (h *house) publish(t *testing.T, calls ...reports.CallInput) map[string]ledger.Call {
	t.Helper()
	h.clock.Freeze(kyoto)
	in := reports.TakeawaysInput{Takeaways: []reports.TakeawayInput{{Text: en("Networks need owners.")}}, Calls: calls}
	h.write(t, func(ctx context.Context, tx *record.Tx) error {
		r, err := h.Reports.ImportTx(ctx, tx, h.sets["2023"], h.session, in)
		if err != nil {
			return err
		}
		h.report = r
		_, err = h.Reports.PublishTx(ctx, tx, h.sets["2023"], h.session, reports.Takeaways, "")
		return err
	})
	return h.calls(t)
}

func (h *house) calls(t *testing.T) map[string]ledger.Call {
	t.Helper()
	list, err := h.s.List(t.Context(), core.Visitor, ledger.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]ledger.Call{}
	for _, c := range list.Items {
		out[c.Words.String()] = c
	}
	return out
}

var (
	licence = reports.CallInput{Text: en("Offer a licence for rural networks."), To: []string{"government"}, ToAs: "Ministry of the Hills"}
	masts   = reports.CallInput{Text: en("Share masts with communities."), To: []string{"private-sector"}}
)

func on(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, url string) { fn(t, open(t, url)) })
}
