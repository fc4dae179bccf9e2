package figures_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/figures"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// house is a forum with two editions and people who take part in them.
type house struct {
	*site.Site
	t        *testing.T
	log      *asked
	s        *figures.Service
	set      *editions.Setting
	before   *editions.Setting
	types    []programme.Type
	staff    core.Actor
	who      map[string]core.Actor
	grantees []figures.Grantee
	number   int
}

// asked counts the queries of the last request.
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
		if a.Key == "queries" {
			l.queries = a.Value.Int64()
		}
		if r.Level >= slog.LevelError {
			l.errors = append(l.errors, r.Message+" "+a.String())
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
	h := &house{Site: site.Empty(t, address), t: t, log: &asked{}}
	h.Server.Log = slog.New(h.log)
	h.Clock.Freeze(time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC))
	h.s = figures.New(h.Record, figures.House{
		Editions: h.Editions, Vocab: h.Vocab, People: h.People, Calls: h.Calls, Programme: h.Programme, Catalog: h.Catalog,
		Grantees: func(_ context.Context, edition core.ID) ([]figures.Grantee, error) {
			if edition == h.set.ID {
				return h.grantees, nil
			}
			return nil, nil
		},
	})
	h.write(func(ctx context.Context, tx *record.Tx) error {
		return h.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Forum of the Test"), Short: "FT"})
	})
	h.before = h.edition(editions.EditionInput{
		Slug: "2025", Name: core.NewText("en", "Forum 2025"), City: core.NewText("en", "Lima"), Zone: "America/Lima", State: editions.StateHeld,
		FirstDay: "2025-11-10", LastDay: "2025-11-12",
	})
	h.set = h.edition(editions.EditionInput{
		Slug: "2026", Name: core.NewText("en", "Forum 2026"), City: core.NewText("en", "Oslo"), Zone: "Europe/Oslo", State: editions.StatePublic,
		FirstDay: "2026-11-10", LastDay: "2026-11-12", DayZero: "2026-11-09",
	})
	var err error
	h.types, err = h.Programme.Types(t.Context(), h.set.ID)
	h.ok(err)
	h.staff = h.account("Staff", core.RoleSecretariat)
	h.who = map[string]core.Actor{"visitor": {}, "member": h.account("Bo", ""), "editor": h.account("Edith", core.RoleEditor), "secretariat": h.staff}
	// Before the program knows the room by itself, it is put there by hand.
	if h.Visitor(t).Get("/2026/statistics").Status == http.StatusNotFound {
		w := figures.NewWeb(h.s)
		h.ok(w.Register(h.Server))
		h.Server.Panel("editions.home", 12, w.HomePanel)
		h.s.API(h.API)
	}
	return h
}

func (h *house) edition(in editions.EditionInput) *editions.Setting {
	h.t.Helper()
	var id core.ID
	h.write(func(ctx context.Context, tx *record.Tx) error {
		e, err := h.Editions.AddTx(ctx, tx, in)
		if err != nil {
			return err
		}
		id = e.ID
		set, err := h.Editions.SettingTx(ctx, tx, e.ID)
		if err != nil {
			return err
		}
		return h.Editions.SetThemesTx(ctx, tx, set, editions.ThemesInput{Version: set.Version, Themes: []editions.ThemeInput{{Name: core.NewText("en", "Access")}, {Name: core.NewText("en", "Trust")}}})
	})
	set, err := h.Editions.SettingByID(h.t.Context(), core.Operator, id)
	h.ok(err)
	return set
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) write(fn func(ctx context.Context, tx *record.Tx) error) {
	h.t.Helper()
	h.ok(h.Record.Write(h.t.Context(), core.Operator, fn))
}

func (h *house) account(name string, role core.Role) core.Actor {
	h.t.Helper()
	var acc authn.Account
	h.write(func(ctx context.Context, tx *record.Tx) error {
		p, err := h.People.CreatePersonTx(ctx, tx, people.NewPerson{Name: name + " Quist", Public: true})
		if err != nil {
			return err
		}
		if acc, err = h.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: strings.ToLower(name) + "@example.org", Name: name, Lang: "en", Person: p.ID}); err != nil || role == "" {
			return err
		}
		return h.Authn.GrantTx(ctx, tx, acc.ID, role, core.ScopeForum)
	})
	acc, err := h.Authn.ByID(h.t.Context(), acc.ID)
	h.ok(err)
	return acc.Actor()
}

type change func(*participation.Registration)

// came adds registrations that are alike. They are approved, and stand in the record of
// participation, not of the edition.
func (h *house) came(set *editions.Setting, n int, country, group string, changes ...change) []core.ID {
	h.t.Helper()
	var ids []core.ID
	h.write(func(ctx context.Context, tx *record.Tx) error {
		rows := make([]participation.Registration, 0, n)
		for range n {
			h.number++
			in := h.Vocab.ClassesOf(country, set.FirstDay)
			r := participation.Registration{
				ID: tx.NewID(), Edition: set.ID, Number: h.number, Email: fmt.Sprintf("p%d@example.org", h.number), EmailKey: fmt.Sprintf("p%d@example.org", h.number),
				Lang: "en", State: participation.StateApproved, Mode: participation.ModeOnsite, Name: fmt.Sprintf("Secret Name %d", h.number),
				Country: country, Region: h.Vocab.RegionOf(country), Stakeholder: group, Answers: calls.Answers{}, Submitted: tx.Now, Updated: tx.Now, Version: 1,
			}
			if country == "" {
				r.Region = ""
			}
			if group == "igo" {
				r.Region = "igo"
			}
			for _, c := range in {
				switch c {
				case "LDC":
					r.LDC = true
				case "LLDC":
					r.LLDC = true
				case "SIDS":
					r.SIDS = true
				case "transition":
					r.Transition = true
				}
			}
			for _, c := range changes {
				c(&r)
			}
			ids = append(ids, r.ID)
			rows = append(rows, r)
		}
		if n > 0 {
			if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
				return err
			}
		}
		tx.Append("registration.submitted", ids[0], participation.Scope(set.ID), record.Internal, record.Data{"label": "No. 1"})
		return nil
	})
	return ids
}

func state(s string) change { return func(r *participation.Registration) { r.State = s } }

func gender(g string) change { return func(r *participation.Registration) { r.Gender = g } }

func onsite(r *participation.Registration) { r.Onsite, r.Collected = r.Submitted, r.Submitted }

func online(r *participation.Registration) { r.Online = r.Submitted }

func badge(r *participation.Registration) { r.Collected = r.Submitted }

func first(r *participation.Registration) { r.FirstTime = "yes" }

// codes of all indicators.
func codes() []string {
	out := make([]string, len(figures.Indicators))
	for i, d := range figures.Indicators {
		out[i] = d.Code
	}
	return out
}

func (h *house) publish(change ...func(*figures.PublishInput)) error {
	h.t.Helper()
	in := figures.PublishInput{Status: figures.Provisional, Promised: "2026-12-01", Parts: true, Indicators: codes()}
	for _, c := range change {
		c(&in)
	}
	return h.s.Publish(h.t.Context(), h.staff, h.set, in)
}

func final(in *figures.PublishInput) { in.Status, in.Promised = figures.Final, "" }

func reason(why string) func(*figures.PublishInput) {
	return func(in *figures.PublishInput) { in.Reason = why }
}

func (h *house) value(code string) figures.Figure {
	h.t.Helper()
	f, err := h.s.Value(h.t.Context(), core.Visitor, h.set, code)
	h.ok(err)
	return f
}

// says is the real amount of an indicator in the record now.
func (h *house) says() map[string]figures.Now {
	h.t.Helper()
	list, err := h.s.Now(h.t.Context(), h.staff, h.set)
	h.ok(err)
	out := map[string]figures.Now{}
	for _, n := range list {
		out[n.Of.Code] = n
	}
	return out
}

func (h *house) as(a core.Actor) *site.Reader {
	h.t.Helper()
	if !a.SignedIn() {
		return h.Visitor(h.t)
	}
	return h.AsAccount(h.t, a.Account)
}

// fetch asks as a program does.
func (h *house) fetch(path string) (*http.Response, string) {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.URL+path, http.NoBody)
	h.ok(err)
	res, err := http.DefaultClient.Do(req)
	h.ok(err)
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	h.ok(err)
	return res, string(body)
}

// session adds a session of a day to the programme.
func (h *house) session(set *editions.Setting, title, day string, theme int, more ...func(*programme.NewSession)) *programme.Session {
	h.t.Helper()
	types, err := h.Programme.Types(h.t.Context(), set.ID)
	h.ok(err)
	in := programme.NewSession{Type: types[4].ID, State: programme.StateScheduled}
	in.Texts = programme.EditInput{Title: core.NewText("en", title), Theme: set.Themes[theme].ID, Description: core.NewText("en", "About "+title+".")}
	if in.Starts, err = core.WallTime(day, "10:00", set.Zone); err != nil {
		h.t.Fatal(err)
	}
	in.Ends = in.Starts.Add(time.Hour)
	for _, fn := range more {
		fn(&in)
	}
	var x *programme.Session
	h.write(func(ctx context.Context, tx *record.Tx) (err error) {
		x, err = h.Programme.CreateTx(ctx, tx, set, in)
		return err
	})
	return x
}

func values(in figures.PublishInput) url.Values {
	v := url.Values{"status": {in.Status}, "promised": {in.Promised}, "reason": {in.Reason}, "indicators": in.Indicators}
	if in.Parts {
		v.Set("parts", "true")
	}
	return v
}
