package reports_test

import (
	"context"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/papers"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/db"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/mail/mailtest"
	"plenary/internal/platform/record"
	"plenary/web"
)

var staff = core.Actor{Account: "account-staff", Name: "Secretariat", Grants: []core.Grant{{Role: core.RoleSecretariat, Scope: core.ScopeForum}}}

// house is the rooms above, one edition of three days in Nairobi, and a session of each
// of some types with a rapporteur and an organiser who have accounts.
type house struct {
	*testing.T
	clock    *core.Clock
	rec      *record.Record
	s        *reports.Service
	docs     *documents.Service
	people   *people.Service
	prog     *programme.Service
	floor    *floor.Service
	papers   *papers.Service
	accounts *authn.Service
	mail     *mail.Service
	smtp     *mailtest.Server
	set      *editions.Setting
	types    []programme.Type

	rapporteur, organiser, speaker core.Actor
	org                            core.ID // "Sahel Networks"
	seen                           int     // mails read so far
}

const zone = "Africa/Nairobi"

func at(t *testing.T, clock string) core.Instant {
	t.Helper()
	i, err := core.WallTime(clock[:10], clock[11:], zone)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func newHouse(t *testing.T, url string) *house {
	t.Helper()
	h := &house{T: t, clock: &core.Clock{}, smtp: mailtest.Start(t)}
	h.clock.Freeze(time.Date(2026, 2, 1, 9, 0, 0, 0, time.UTC))
	data, err := db.Open(t.Context(), url)
	h.ok(err)
	t.Cleanup(func() { _ = data.Close() })
	h.rec, err = record.Open(t.Context(), data, h.clock, core.SeededIDs(h.clock, "desk"), nil, slog.New(slog.DiscardHandler))
	h.ok(err)
	t.Cleanup(h.rec.Close)
	words := fstest.MapFS{} // those of the mails
	for _, name := range []string{"shell.en.toml", "mail.en.toml", "reports.en.toml", "reports.fr.toml"} {
		text, err := fs.ReadFile(web.Locales(), name)
		h.ok(err)
		words[name] = &fstest.MapFile{Data: text}
	}
	catalog, err := i18n.Load(words)
	h.ok(err)
	h.mail, err = mail.New(h.rec, catalog, mail.Config{SMTP: h.smtp.URL(), BaseURL: "https://forum.example", Name: func(string) string { return "Open Waters Forum" }, Log: slog.New(slog.DiscardHandler)})
	h.ok(err)
	h.accounts = authn.New(h.rec, h.mail, authn.Config{BaseURL: "https://forum.example", Log: slog.New(slog.DiscardHandler)})
	v, eds := vocab.New(h.rec), editions.New(h.rec)
	h.docs, h.people = documents.New(h.rec), people.New(h.rec, v)
	bod := bodies.NewService(h.rec, h.people, v, catalog)
	h.prog = programme.New(h.rec, eds, h.people, v, bod)
	h.floor = floor.New(h.rec, h.prog, h.people, blob.New(h.rec, t.TempDir(), 0))
	h.papers = papers.New(h.rec, h.docs, h.people, bod, eds, h.prog)
	h.s = reports.New(h.rec, h.docs, h.prog)
	h.s.Furnish(reports.House{
		Editions: eds, People: h.people, Floor: h.floor, Papers: h.papers, Accounts: h.accounts, Mail: h.mail, Catalog: catalog, BaseURL: "https://forum.example",
	})
	h.write(func(ctx context.Context, tx *record.Tx) error { return v.Seed(ctx, tx) })
	h.ok(eds.SetForum(t.Context(), staff, editions.ForumInput{Name: core.NewText("en", "Open Waters Forum"), Short: "OWF"}))
	_, err = eds.Add(t.Context(), staff, editions.EditionInput{
		Slug: "2026", Name: core.NewText("en", "OWF 2026"), State: editions.StatePublic, Zone: zone, City: core.NewText("en", "Marenza"),
		FirstDay: "2026-03-03", LastDay: "2026-03-05",
	})
	h.ok(err)
	h.set, err = eds.Setting(t.Context(), staff, "2026")
	h.ok(err)
	h.write(func(ctx context.Context, tx *record.Tx) error {
		var err error
		if h.types, err = h.prog.AddDefaultTypesTx(ctx, tx, h.set); err != nil {
			return err
		}
		for name, a := range map[string]*core.Actor{"Ines Quell": &h.rapporteur, "Odo Marsh": &h.organiser, "Salma Reeve": &h.speaker} {
			p, err := h.people.CreatePersonTx(ctx, tx, people.NewPerson{Name: name, Public: true})
			if err != nil {
				return err
			}
			lang := "en"
			if a == &h.rapporteur {
				lang = "fr"
			}
			acc, err := h.accounts.CreateTx(ctx, tx, authn.NewAccount{Email: strings.ToLower(strings.Fields(name)[0]) + "@forum.example", Name: name, Lang: lang, Person: p.ID})
			if err != nil {
				return err
			}
			*a = core.Actor{Account: acc.ID, Person: p.ID, Name: name}
		}
		acc, err := h.accounts.CreateTx(ctx, tx, authn.NewAccount{Email: "office@forum.example", Name: "Office", Lang: "en"})
		if err != nil {
			return err
		}
		if err := h.accounts.GrantTx(ctx, tx, acc.ID, core.RoleSecretariat, core.ScopeForum); err != nil {
			return err
		}
		o, err := h.people.CreateOrganisationTx(ctx, tx, people.NewOrganisation{Name: core.NewText("en", "Sahel Networks"), Acronym: "SN"})
		h.org = o.ID
		return err
	})
	return h
}

func (h *house) ok(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) is(err error, kind core.Kind) {
	h.Helper()
	if core.KindOf(err) != kind {
		h.Fatalf("got %v, want %s", err, kind)
	}
}

func (h *house) write(fn func(ctx context.Context, tx *record.Tx) error) {
	h.Helper()
	h.ok(h.rec.Write(h.Context(), core.Operator, fn))
}

// session makes a workshop that ends at a time of day of the first day.
func (h *house) session(title, ends string) *programme.Session {
	h.Helper()
	var x *programme.Session
	h.write(func(ctx context.Context, tx *record.Tx) error {
		end := at(h.T, "2026-03-03 "+ends)
		var err error
		x, err = h.prog.CreateTx(ctx, tx, h.set, programme.NewSession{
			Type: programme.TypeNamed(h.types, "workshop").ID, State: programme.StateScheduled,
			Texts: programme.EditInput{Title: core.NewText("en", title)}, Starts: end.Add(-time.Hour), Ends: end,
		})
		if err != nil {
			return err
		}
		_, err = h.prog.AddRolesTx(ctx, tx, h.set, x, []programme.RoleInput{
			{Person: h.rapporteur.Person, Role: programme.Rapporteur},
			{Person: h.organiser.Person, Role: programme.Organiser},
			{Person: h.speaker.Person, Role: programme.Speaker},
			{Organisation: h.org, Role: programme.CoOrganiser},
		})
		return err
	})
	return h.load(x.Ref)
}

func (h *house) load(ref string) *programme.Session {
	h.Helper()
	x, err := h.prog.Session(h.Context(), core.Operator, h.set, ref)
	h.ok(err)
	return x
}

func (h *house) freeze(clock string) { h.clock.Freeze(at(h.T, clock).Time()) }

// mails sends what is due and gives the mails that came since the last call, as
// "to: subject".
func (h *house) mails() []string {
	h.Helper()
	n, err := h.mail.SendDue(h.Context())
	h.ok(err)
	_ = n
	var out []string
	all := h.smtp.Mails()
	for _, m := range all[h.seen:] {
		out = append(out, m.To+": "+m.Subject)
	}
	h.seen = len(all)
	return out
}

func en(s string) core.Text { return core.NewText("en", s) }

// filled is a report with one takeaway and one call.
func filled() reports.TakeawaysInput {
	return reports.TakeawaysInput{
		Takeaways: []reports.TakeawayInput{{Text: en("Gauges that villages own are still read after ten years.")}},
		Calls:     []reports.CallInput{{Text: en("Publish the readings of each gauge every week."), To: []string{"governments"}}},
	}
}

type programmeRole = programme.Role

func errOf[T any](_ T, err error) error { return err }

func (h *house) newAccount(email string) core.Actor {
	h.Helper()
	var acc authn.Account
	h.write(func(ctx context.Context, tx *record.Tx) (err error) {
		acc, err = h.accounts.CreateTx(ctx, tx, authn.NewAccount{Email: email, Name: email, Lang: "en"})
		return err
	})
	return core.Actor{Account: acc.ID, Name: email}
}

// freezeNow does something at another time.
func (h *house) freezeNow(clock string, fn func()) {
	now := h.clock.Now()
	h.freeze(clock)
	fn()
	h.clock.Freeze(now)
}
