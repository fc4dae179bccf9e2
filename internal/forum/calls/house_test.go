package calls_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/db"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
	"plenary/internal/testkit"
	assets "plenary/web"
)

var (
	staff    = core.Actor{Account: "account-staff", Grants: []core.Grant{{Role: core.RoleSecretariat, Scope: core.ScopeForum}}}
	stranger = core.Actor{Account: "account-stranger", Name: "Stranger"}
)

// house is the room with those above it, behind a server: an edition that is public and
// one that is being prepared, an advisory group with a member and a coalition with a
// coordinator. Who asks stands in a header.
type house struct {
	*calls.Service
	t        *testing.T
	rec      *record.Record
	clock    *core.Clock
	words    *i18n.Catalog
	editions *editions.Service
	h        http.Handler
	errors   []string

	set, hidden *editions.Setting
	coalition   bodies.Body
	member      core.Actor // of the advisory group
	leader      core.Actor // coordinates the coalition
	invited     core.Actor // invited@example.org
}

func en(s string) core.Text { return core.NewText("en", s) }

func open(t *testing.T, address string) *house {
	t.Helper()
	d, err := db.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	h := &house{t: t, clock: &core.Clock{}}
	h.clock.Freeze(time.Date(2023, 4, 1, 9, 0, 0, 0, time.UTC))
	if h.rec, err = record.Open(t.Context(), d, h.clock, core.SeededIDs(h.clock, t.Name()), nil, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.rec.Close)
	if h.words, err = testkit.Catalog(); err != nil {
		t.Fatal(err)
	}
	mails, err := mail.New(h.rec, h.words, mail.Config{BaseURL: "http://forum.example", Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	accounts := authn.New(h.rec, mails, authn.Config{BaseURL: "http://forum.example"})
	v := vocab.New(h.rec)
	p := people.New(h.rec, v)
	p.UseAccounts(accounts)
	b := bodies.NewService(h.rec, p, v, h.words)
	h.editions = editions.New(h.rec)
	h.Service = calls.New(h.rec, h.editions, b, v, accounts, h.words)
	h.write(func(ctx context.Context, tx *record.Tx) error { return v.Seed(ctx, tx) })
	h.write(func(ctx context.Context, tx *record.Tx) error { return h.furnish(ctx, tx, p, b, accounts) })
	h.set, h.hidden = h.edition("2023"), h.edition("2024")
	h.serve()
	return h
}

func (h *house) edition(slug string) *editions.Setting {
	h.t.Helper()
	set, err := h.editions.Setting(h.t.Context(), core.Operator, slug)
	if err != nil {
		h.t.Fatal(err)
	}
	return set
}

func (h *house) write(fn func(ctx context.Context, tx *record.Tx) error) {
	h.t.Helper()
	if err := h.rec.Write(h.t.Context(), core.Operator, fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) furnish(ctx context.Context, tx *record.Tx, p *people.Service, b *bodies.Service, accounts *authn.Service) error {
	if err := h.editions.SetForumTx(ctx, tx, editions.ForumInput{Name: en("Forum"), Short: "F"}); err != nil {
		return err
	}
	for _, e := range []editions.EditionInput{
		{Slug: "2023", Name: en("Forum 2023"), City: en("Kyoto"), Zone: "Asia/Tokyo", State: editions.StatePublic, FirstDay: "2023-10-08", LastDay: "2023-10-12"},
		{Slug: "2024", Name: en("Forum 2024"), City: en("Riyadh"), Zone: "Asia/Riyadh", State: editions.StateDraft, FirstDay: "2024-12-15", LastDay: "2024-12-19"},
	} {
		if _, err := h.editions.AddTx(ctx, tx, e); err != nil {
			return err
		}
	}
	account := func(mail, name, kind, role string) (core.Actor, bodies.Body, error) {
		who, err := p.CreatePersonTx(ctx, tx, people.NewPerson{Name: name})
		if err != nil {
			return core.Actor{}, bodies.Body{}, err
		}
		acc, err := accounts.CreateTx(ctx, tx, authn.NewAccount{Email: mail, Name: name, Person: who.ID})
		if err != nil || kind == "" {
			return acc.Actor(), bodies.Body{}, err
		}
		body, err := b.CreateTx(ctx, tx, bodies.New{Kind: kind, Name: en("The " + kind), Status: bodies.Active})
		if err != nil {
			return core.Actor{}, body, err
		}
		_, err = b.AddSeatTx(ctx, tx, bodies.NewSeat{Body: body.ID, Person: who.ID, Role: role, From: "2022"})
		return acc.Actor(), body, err
	}
	var err error
	if h.member, _, err = account("member@example.org", "Amina Diallo", "advisory-group", "member"); err != nil {
		return err
	}
	if h.leader, h.coalition, err = account("leader@example.org", "Kenji Moriyama", "dynamic-coalition", "coordinator"); err != nil {
		return err
	}
	h.invited, _, err = account("invited@example.org", "Ana Ruiz", "", "")
	return err
}

func (h *house) serve() {
	h.t.Helper()
	srv, err := web.New(web.Config{BaseURL: "http://forum.example"}, h.words, h.rec, slog.New(&listener{h}), assets.Templates(), assets.Assets())
	if err != nil {
		h.t.Fatal(err)
	}
	actors := map[string]core.Actor{"staff": staff, "member": h.member, "leader": h.leader, "stranger": stranger, "invited": h.invited}
	srv.Identify = func(_ http.ResponseWriter, r *http.Request) core.Actor { return actors[r.Header.Get("X-As")] }
	pages := calls.NewWeb(h.Service)
	if err := pages.Register(srv); err != nil {
		h.t.Fatal(err)
	}
	srv.Panel(calls.SlotOne, 1, func(*web.C, core.ID) (string, any, error) { return "", nil, nil })
	srv.Panel("test", 1, pages.HomePanel)
	srv.Handle("GET /test/home", func(c *web.C) error {
		c.Reads(core.ScopeForum, h.set.Scope())
		parts, err := c.Panels("test", h.set.ID)
		if err != nil {
			return err
		}
		body := "<main>"
		for _, p := range parts {
			body += string(p)
		}
		return c.Bytes("text/html; charset=utf-8", []byte(body+"</main>"))
	})
	for _, lang := range []string{"en", "ar"} {
		if err := srv.ParseAll(lang); err != nil {
			h.t.Fatal(err)
		}
	}
	h.API(srv.NewAPI("test"))
	h.h = srv.Handler()
}

type listener struct{ h *house }

func (*listener) Enabled(context.Context, slog.Level) bool { return true }
func (l *listener) WithAttrs([]slog.Attr) slog.Handler     { return l }
func (l *listener) WithGroup(string) slog.Handler          { return l }
func (l *listener) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "error" {
			l.h.errors = append(l.h.errors, a.Value.String())
		}
		return true
	})
	return nil
}

func on(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, address string) { fn(t, open(t, address)) })
}

func (h *house) send(as, method, path string, form url.Values) (int, string, http.Header) {
	h.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequestWithContext(h.t.Context(), method, path, body)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if as != "" {
		r.Header.Set("X-As", as)
		r.Header.Set("Cookie", "session="+as)
	}
	w := httptest.NewRecorder()
	h.h.ServeHTTP(w, r)
	return w.Code, w.Body.String(), w.Header()
}

func (h *house) get(as, path string) (int, string) {
	h.t.Helper()
	code, body, _ := h.send(as, http.MethodGet, path, nil)
	return code, body
}

var rawKey = regexp.MustCompile(`\b(calls|field|event|policy|form|bodies)\.[a-z_]+[a-z_.]*|<no value>`)

func (h *house) page(as, path string) *goquery.Document {
	h.t.Helper()
	code, body := h.get(as, path)
	if code != http.StatusOK {
		h.t.Fatalf("GET %s as %q: %d %v", path, as, code, h.errors)
	}
	return h.read(path, body)
}

func (h *house) read(path, body string) *goquery.Document {
	h.t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	if k := rawKey.FindString(doc.Find("main").Text()); k != "" {
		h.t.Errorf("%s shows a key: %s", path, k)
	}
	return doc
}

// typed is the form of a page as it stands, with some values changed; a value nil drops one.
func (h *house) typed(doc *goquery.Document, values map[string]string) url.Values {
	form := url.Values{}
	doc.Find("main form.form").First().Find("input, textarea, select").Each(func(_ int, f *goquery.Selection) {
		name := f.AttrOr("name", "")
		switch kind := f.AttrOr("type", ""); {
		case name == "" || kind == "file":
		case goquery.NodeName(f) == "select":
			form.Set(name, f.Find("option[selected]").AttrOr("value", ""))
		case kind == "checkbox" || kind == "radio":
			if _, on := f.Attr("checked"); on {
				form.Add(name, f.AttrOr("value", ""))
			}
		case goquery.NodeName(f) == "textarea":
			form.Set(name, strings.TrimPrefix(f.Text(), "\n"))
		default:
			form.Set(name, f.AttrOr("value", ""))
		}
	})
	for k, v := range values {
		if v == "" {
			form.Del(k)
			continue
		}
		form.Set(k, v)
	}
	return form
}

// fill sends the form of a page as a person would who fills in values.
func (h *house) fill(as, path string, values map[string]string) (int, *goquery.Document, string) {
	h.t.Helper()
	code, body, head := h.send(as, http.MethodPost, path, h.typed(h.page(as, path), values))
	return code, h.read(path, body), head.Get("Location")
}

func (h *house) must(as, path string, values map[string]string) string {
	h.t.Helper()
	code, doc, to := h.fill(as, path, values)
	if code != http.StatusSeeOther {
		h.t.Fatalf("POST %s as %s: %d %v %s", path, as, code, h.errors, text(doc.Find(".notice, .problem")))
	}
	return to
}

func text(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

// input is a call for workshops that is open in May 2023, as it was.
func (h *house) input(change ...func(*calls.Input)) calls.Input {
	in := calls.Input{
		Kind: calls.Workshop, Title: en("Workshops of 2023"), About: en("Propose a workshop."), OpenDay: "2023-04-17", OpenTime: "00:00", CloseDay: "2023-05-24",
		CloseTime: "23:59", Zone: "UTC", Audience: calls.Everyone, Shown: "decided", Published: true, Edition: h.set.ID,
	}
	for _, fn := range change {
		fn(&in)
	}
	return in
}

func (h *house) add(change ...func(*calls.Input)) calls.Call {
	h.t.Helper()
	c, err := h.Add(h.t.Context(), staff, h.input(change...))
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

func (h *house) now(c calls.Call) calls.Call {
	h.t.Helper()
	c, err := h.Call(h.t.Context(), core.Operator, c.Ref)
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

func is(t *testing.T, what string, err error, kind core.Kind, keys ...string) {
	t.Helper()
	if kind == "" {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		return
	}
	e, ok := errors.AsType[*core.Error](err)
	if !ok || e.Kind != kind {
		t.Errorf("%s: %v, want %s", what, err, kind)
		return
	}
	for _, k := range keys {
		if !strings.Contains(e.Error(), k) {
			t.Errorf("%s: %v, want %s", what, err, k)
		}
	}
}

func (h *house) events(visible bool) (kinds []string, data string) {
	h.t.Helper()
	list, err := h.rec.Events(h.t.Context(), record.Query{Internal: !visible, Page: core.Page{Limit: 500}})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, e := range slices.Backward(list.Items) {
		if strings.HasPrefix(e.Kind, "call_for_input.") {
			kinds = append(kinds, strings.TrimPrefix(e.Kind, "call_for_input."))
			data += string(e.Data)
		}
	}
	return kinds, data
}
