package support_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/support"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// house is a forum with an edition that supports travel by an open call, a staff, and a
// committee of two.
type house struct {
	*site.Site
	t    *testing.T
	log  *asked
	room *support.Service
	set  *editions.Setting
	call calls.Call

	staff, ana, ben, kim, lou, editor, organiser core.Actor
}

// asked counts the queries of the last request, and keeps what went wrong.
type asked struct {
	slog.Handler
	mu      sync.Mutex
	queries int64
	errors  []string
}

func (l *asked) Enabled(context.Context, slog.Level) bool { return true }

func (l *asked) Handle(_ context.Context, r slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.Attrs(func(a slog.Attr) bool {
		switch {
		case a.Key == "queries":
			l.queries = a.Value.Int64()
		case r.Level >= slog.LevelError:
			l.errors = append(l.errors, a.String())
		}
		return true
	})
	return nil
}

func on(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, address string) { test(t, open(t, address)) })
}

func open(t *testing.T, address string) *house {
	t.Helper()
	h := &house{Site: site.Empty(t, address, func(c *app.Config) { c.Demo = true }), t: t, log: &asked{}}
	h.Server.Log = slog.New(h.log)
	h.Clock.Freeze(time.Date(2030, 3, 1, 9, 0, 0, 0, time.UTC))
	h.write(func(ctx context.Context, tx *record.Tx) error {
		return h.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Forum of the Test"), Short: "FT"})
	})
	h.set = h.edition("2030", "2030-10-20", "2030-10-24")
	known := h.Visitor(t).Get("/2030/my-support").Status != http.StatusNotFound
	h.room = support.New(h.Record, support.House{
		Editions: h.Editions, People: h.People, Vocab: h.Vocab, Calls: h.Calls, Proposals: h.Proposals, Accounts: h.Authn, Mail: h.Mail, Files: h.Blobs, Catalog: h.Catalog, BaseURL: h.BaseURL,
	})
	if !known { // the program does not know the room yet
		h.ok(support.NewWeb(h.room).Register(h.Server))
	}
	h.staff, h.ana, h.ben = h.account("Staff One", core.RoleSecretariat), h.account("Ana Lima", ""), h.account("Ben Otieno", "")
	h.kim, h.lou = h.account("Kim Seat", ""), h.account("Lou Seat", "")
	h.editor, h.organiser = h.account("Edith Or", core.RoleEditor), h.account("Olga Niser", "")
	h.call = h.open2030(h.set, "2030-02-01", "2030-05-24")
	h.ok(h.room.SetUp(t.Context(), h.staff, h.set, h.setup()))
	h.ok(h.room.Appoint(t.Context(), h.staff, h.set, support.SeatInput{Email: address2("Kim Seat"), Country: "KE", Organisation: "Lake Institute"}))
	h.ok(h.room.Appoint(t.Context(), h.staff, h.set, support.SeatInput{Email: address2("Lou Seat"), Country: "NO"}))
	return h
}

func (h *house) setup() support.SetupInput {
	in := support.UsualSetup()
	in.Call, in.Budget, in.Most, in.AcceptUntil = string(h.call.ID), "5000", "2,500.00", "2030-08-31"
	in.Woman = 1
	if d, err := h.room.Programme(h.t.Context(), h.staff, h.set); err == nil {
		in.Version = d.Version
	}
	return in
}

func (h *house) edition(slug, first, last string) *editions.Setting {
	h.t.Helper()
	var set *editions.Setting
	h.write(func(ctx context.Context, tx *record.Tx) error {
		e, err := h.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: slug, Name: core.NewText("en", "Forum "+slug), City: core.NewText("en", "Kyoto"), Zone: "Asia/Tokyo", State: editions.StatePublic, FirstDay: first, LastDay: last,
		})
		if err != nil {
			return err
		}
		set, err = h.Editions.SettingTx(ctx, tx, e.ID)
		return err
	})
	return set
}

func (h *house) open2030(set *editions.Setting, from, to string) calls.Call {
	h.t.Helper()
	c, err := h.Calls.Add(h.t.Context(), h.staff, calls.Input{
		Kind: calls.TravelSupport, Title: core.NewText("en", "Call for travel support"), OpenDay: from, OpenTime: "00:00", CloseDay: to, CloseTime: "23:59", Zone: "UTC",
		Audience: calls.Everyone, Shown: "never", Published: true, Edition: set.ID,
	})
	h.ok(err)
	return c
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) kind(err error, want core.Kind) {
	h.t.Helper()
	if core.KindOf(err) != want {
		h.t.Errorf("%v, not %s", err, want)
	}
}

func (h *house) write(fn func(ctx context.Context, tx *record.Tx) error) {
	h.t.Helper()
	h.ok(h.Record.Write(h.t.Context(), core.Operator, fn))
}

func (h *house) account(name string, role core.Role) core.Actor {
	h.t.Helper()
	var id core.ID
	h.write(func(ctx context.Context, tx *record.Tx) error {
		p, err := h.People.CreatePersonTx(ctx, tx, people.NewPerson{Name: name})
		if err != nil {
			return err
		}
		acc, err := h.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: address2(name), Name: name, Lang: "en", Person: p.ID})
		id = acc.ID
		if err != nil || role == "" {
			return err
		}
		return h.Authn.GrantTx(ctx, tx, acc.ID, role, core.ScopeForum)
	})
	acc, err := h.Authn.ByID(h.t.Context(), id)
	h.ok(err)
	return acc.Actor()
}

func address2(name string) string {
	return strings.ReplaceAll(strings.ToLower(name), " ", ".") + "@example.org"
}

// as is a reader with the browser of an actor; the zero actor is a visitor.
func (h *house) as(a core.Actor) *site.Reader {
	h.t.Helper()
	if !a.SignedIn() {
		return h.Visitor(h.t)
	}
	return h.AsAccount(h.t, a.Account)
}

// answers to the usual form.
func answers(title, country, organisation string, cost int) calls.Answers {
	words := "Networks need owners who stay and answer."
	return calls.Answers{
		"part_taken": {Text: title}, "organisation": {Text: organisation, Place: country}, "home": {Text: "Town", Place: country}, "group": {Text: "civil-society"},
		"statement": {Text: words}, "bring_home": {Text: words}, "attended_before": {Text: "0"}, "about_me": {Many: []string{"woman"}},
		"support": {Many: []string{"travel"}}, "cost": {Text: fmt.Sprint(cost)}, "supported_before": {Text: "no"}, "travel_report": {Text: "yes"},
	}
}

// apply hands an application in to the call of an edition; it gives its number.
func (h *house) apply(a core.Actor, c calls.Call, in calls.Answers) int {
	h.t.Helper()
	p, err := h.Proposals.Begin(h.t.Context(), a, c.Ref, "en", "")
	h.ok(err)
	p, err = h.Proposals.Save(h.t.Context(), a, p.ID, proposals.SaveInput{Version: p.Version, Lang: "en", Answers: in, Submit: true})
	h.ok(err)
	return p.Number
}

func (h *house) at(month time.Month, day int) {
	h.Clock.Freeze(time.Date(2030, month, day, 9, 0, 0, 0, time.UTC))
}

func (h *house) state(set *editions.Setting, number int) string {
	h.t.Helper()
	var out string
	h.ok(h.DB.Read.NewRaw("SELECT state FROM support_applications WHERE edition = ? AND number = ?", set.ID, number).Scan(h.t.Context(), &out))
	return out
}

type mailRow struct {
	Kind    string `bun:"kind"`
	To      string `bun:"to_addr"`
	Subject string `bun:"subject"`
	Text    string `bun:"text"`
}

func (h *house) mails(kind string) []mailRow {
	h.t.Helper()
	var out []mailRow
	h.ok(h.DB.Read.NewRaw("SELECT kind, to_addr, subject, text FROM outbox WHERE kind = ? ORDER BY created, id", kind).Scan(h.t.Context(), &out))
	return out
}

func marks(activity, benefit string) support.ScoreInput {
	return support.ScoreInput{Marks: map[string]string{"activity": activity, "benefit": benefit}, Why: map[string]string{"activity": "as the record says", "benefit": "many gain"}}
}
