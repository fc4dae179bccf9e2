package topics_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"plenary/internal/testkit"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/topics"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/db"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
	"plenary/test/site"
	webfiles "plenary/web"
)

// house is a forum with one edition, an advisory group, and inputs that the test gives,
// behind a server that has the pages of this room.
type house struct {
	*site.Site
	t      *testing.T
	s      *topics.Service
	set    *editions.Setting
	body   core.ID
	staff  core.Actor
	editor core.Actor
	member core.Actor

	mu     sync.Mutex
	inputs []topics.Input
	veiled map[core.ID]bool // not even curators see these
	log    strings.Builder
}

func open(t *testing.T, url string) *house {
	t.Helper()
	h := &house{Site: &site.Site{App: rooms(t, url)}, t: t, veiled: map[core.ID]bool{}}
	h.Clock = h.Record.Clock
	h.Clock.Freeze(time.Date(2030, 3, 1, 9, 0, 0, 0, time.UTC))
	h.write(func(ctx context.Context, tx *record.Tx) error {
		if err := h.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Forum of the Test"), Short: "FT"}); err != nil {
			return err
		}
		e, err := h.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: "2030", Name: core.NewText("en", "Forum 2030"), City: core.NewText("en", "Kyoto"), Zone: "Asia/Tokyo", State: editions.StatePublic,
			FirstDay: "2030-10-20", LastDay: "2030-10-24",
		})
		if err != nil {
			return err
		}
		h.set = &editions.Setting{Edition: e}
		b, err := h.Bodies.CreateTx(ctx, tx, bodies.New{Kind: "advisory-group", Name: core.NewText("en", "Programme Group"), Status: "active"})
		h.body = b.ID
		return err
	})
	h.s = topics.New(h.Record, h.Editions, h.Bodies, h.Vocab)
	h.s.Inputs = h.given
	h.Editions.InUse(h.s.Usage)
	h.staff, h.editor, h.member = h.account("Staff One", core.RoleSecretariat), h.account("Editor", core.RoleEditor), h.account("Member", "")
	h.serve()
	return h
}

// rooms are those above this one, without the rest of the program.
func rooms(t *testing.T, url string) *app.App {
	t.Helper()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	a := &app.App{}
	var err error
	a.DB, err = db.Open(t.Context(), url)
	check(err)
	a.Catalog, err = testkit.Catalog()
	check(err)
	clock := &core.Clock{}
	a.Record, err = record.Open(t.Context(), a.DB, clock, core.NewIDs(clock), nil, slog.New(slog.DiscardHandler))
	check(err)
	t.Cleanup(func() {
		a.Record.Close()
		check(a.DB.Close())
	})
	a.Mail, err = mail.New(a.Record, a.Catalog, mail.Config{BaseURL: "http://localhost", Demo: true, Log: slog.New(slog.DiscardHandler)})
	check(err)
	a.Authn = authn.New(a.Record, a.Mail, authn.Config{BaseURL: "http://localhost", Log: slog.New(slog.DiscardHandler)})
	a.Vocab = vocab.New(a.Record)
	a.People = people.New(a.Record, a.Vocab)
	a.Bodies = bodies.NewService(a.Record, a.People, a.Vocab, a.Catalog)
	a.Editions = editions.New(a.Record)
	check(a.Record.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error { return a.Vocab.Seed(ctx, tx) }))
	return a
}

// serve puts the pages of the room behind a server of their own.
func (h *house) serve() {
	h.t.Helper()
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		h.t.Fatal(err)
	}
	base := app.BaseOf(l)
	s, err := web.New(web.Config{BaseURL: base}, h.Catalog, h.Record, slog.New(slog.NewTextHandler(locked{h}, nil)), webfiles.Templates(), webfiles.Assets())
	if err != nil {
		h.t.Fatal(err)
	}
	s.Identify, s.Park, s.Unpark = h.Authn.Identify, h.Authn.Park, h.Authn.Unpark
	ed, own := editions.NewWeb(h.Editions, h.Vocab, h.People), topics.NewWeb(h.s)
	s.Shell = ed.Shell
	for _, register := range []func(*web.Server) error{ed.Register, authn.NewWeb(h.Authn).Register, own.Register} {
		if err := register(s); err != nil {
			h.t.Fatal(err)
		}
	}
	s.Panel("editions.home", 15, own.Panel)
	h.s.API(s.NewAPI("test"))
	if err := s.ParseAll("en"); err != nil {
		h.t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(s.Handler())
	srv.Listener = l
	srv.Start()
	h.t.Cleanup(func() {
		srv.Close()
		h.mu.Lock()
		defer h.mu.Unlock()
		if strings.Contains(h.log.String(), "level=ERROR") {
			h.t.Error(h.log.String())
		}
	})
	h.URL = base
}

type locked struct{ h *house }

func (l locked) Write(b []byte) (int, error) {
	l.h.mu.Lock()
	defer l.h.mu.Unlock()
	return l.h.log.Write(b)
}

// given are the inputs as the room of proposals gives them.
func (h *house) given(_ context.Context, a core.Actor, edition core.ID) ([]topics.Input, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if edition != h.set.ID {
		return nil, nil
	}
	return slices.DeleteFunc(slices.Clone(h.inputs), func(in topics.Input) bool { return a.Program == "" && h.veiled[in.ID] }), nil
}

// give replaces the inputs and moves the edition, as a submission does.
func (h *house) give(list ...topics.Input) {
	h.t.Helper()
	h.mu.Lock()
	h.inputs = list
	h.mu.Unlock()
	h.write(func(_ context.Context, tx *record.Tx) error {
		tx.Append("proposal.submitted", h.set.ID, h.set.Scope(), record.Internal, nil)
		return nil
	})
}

// input is the nth input: of the title that is given, with tags as written.
func input(n int, title string, tags ...string) topics.Input {
	return topics.Input{
		ID: core.ID(fmt.Sprintf("00000000-0000-7000-8000-%012d", n)), Kind: "thematic-input", Call: "c", Title: core.NewText("en", title), Tags: tags,
		Group: "civil-society", Region: "african", Country: "SN", Path: "/proposals/" + strconv.Itoa(n), Public: true,
		Submitted: core.At(time.Date(2030, 2, 1, 0, n, 0, 0, time.UTC)),
	}
}

func (h *house) write(fn func(ctx context.Context, tx *record.Tx) error) {
	h.t.Helper()
	if err := h.Record.Write(h.t.Context(), core.Operator, fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) account(name string, role core.Role) core.Actor {
	h.t.Helper()
	var acc authn.Account
	h.write(func(ctx context.Context, tx *record.Tx) (err error) {
		if acc, err = h.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: strings.ReplaceAll(strings.ToLower(name), " ", ".") + "@example.org", Name: name, Lang: "en"}); err != nil || role == "" {
			return err
		}
		return h.Authn.GrantTx(ctx, tx, acc.ID, role, core.ScopeForum)
	})
	acc, err := h.Authn.ByID(h.t.Context(), acc.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return acc.Actor()
}

// as is a reader of the front; the zero actor is a visitor.
func (h *house) as(a core.Actor) *site.Reader {
	h.t.Helper()
	if !a.SignedIn() {
		return h.Visitor(h.t)
	}
	return h.AsAccount(h.t, a.Account)
}

func (h *house) setting() *editions.Setting {
	h.t.Helper()
	set, err := h.Editions.Setting(h.t.Context(), core.Operator, "2030")
	if err != nil {
		h.t.Fatal(err)
	}
	return set
}

func (h *house) table(a core.Actor) *topics.Table {
	h.t.Helper()
	t, err := h.s.Table(h.t.Context(), a, h.setting(), topics.Filter{})
	if err != nil {
		h.t.Fatal(err)
	}
	return t
}

func (h *house) merge(into string, tags ...string) {
	h.t.Helper()
	if _, err := h.s.Merge(h.t.Context(), h.staff, h.setting(), topics.MergeInput{Into: into, Tags: tags}); err != nil {
		h.t.Fatalf("merge %v into %s: %v", tags, into, err)
	}
}

// ask reads what the JSON API answers.
func ask(t *testing.T, r *site.Reader, path string, into any) {
	t.Helper()
	p := r.Get("/api/v1/editions/2030" + path)
	if err := json.Unmarshal([]byte(p.Body), into); err != nil || p.Status != 200 {
		t.Fatalf("%s: %d %v %s", path, p.Status, err, p.Body)
	}
}

// rows reads a file as its columns by name.
func rows(t *testing.T, r *site.Reader, path string) []map[string]string {
	t.Helper()
	p := r.Get(path)
	list, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(p.Body, "\ufeff"))).ReadAll()
	if err != nil || p.Status != 200 || len(list) == 0 {
		t.Fatalf("%s: %d %v", path, p.Status, err)
	}
	out := []map[string]string{}
	for _, row := range list[1:] {
		m := map[string]string{}
		for i, name := range list[0] {
			m[name] = row[i]
		}
		out = append(out, m)
	}
	return out
}

func fails(t *testing.T, err error, kind core.Kind, key string) {
	t.Helper()
	e, ok := errors.AsType[*core.Error](err)
	if !ok || e.Kind != kind {
		t.Fatalf("got %v, want %s %s", err, kind, key)
	}
	keys := e.Key
	for _, f := range e.Fields {
		keys += " " + f.Path + ":" + f.Key
	}
	if !strings.Contains(keys, key) {
		t.Fatalf("got %s, want %s", keys, key)
	}
}

func form(kv ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		v.Add(kv[i], kv[i+1])
	}
	return v
}

type (
	ctx              = context.Context
	reader           = *site.Reader
	goquerySelection = goquery.Selection
)
