package floor

import (
	"bytes"
	"context"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/db"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
	"plenary/internal/testkit"
)

// house is an edition with a session that has begun, behind a real server; the header
// X-As names who asks.
type house struct {
	t        testing.TB
	rec      *record.Record
	db       *db.DB
	clock    *core.Clock
	people   *people.Service
	editions *editions.Service
	prog     *programme.Service
	s        *Service
	catalog  *i18n.Catalog
	h        http.Handler
	set      *editions.Setting
	ses      *programme.Session
	actors   map[string]core.Actor
	persons  map[string]people.Person
	log      *queryLog
}

// queryLog remembers how many queries the last request asked, and shows errors.
type queryLog struct {
	slog.Handler
	queries atomic.Int64
}

func (l *queryLog) Enabled(context.Context, slog.Level) bool { return true }

func (l *queryLog) Handle(ctx context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "queries" {
			l.queries.Store(a.Value.Int64())
		}
		return true
	})
	if r.Level < slog.LevelError {
		return nil
	}
	return l.Handler.Handle(ctx, r)
}

var secretary = core.Actor{Account: "account-secretary", Name: "Kenji", Grants: []core.Grant{{Role: core.RoleSecretariat, Scope: core.ScopeForum}}}

func open(t testing.TB, address string) *house {
	t.Helper()
	h := &house{t: t, clock: &core.Clock{}, actors: map[string]core.Actor{"secretary": secretary}, persons: map[string]people.Person{}}
	h.clock.Freeze(time.Date(2023, 10, 11, 7, 0, 0, 0, time.UTC))
	var err error
	h.db, err = db.Open(t.Context(), address)
	h.ok(err)
	t.Cleanup(func() { _ = h.db.Close() })
	h.rec, err = record.Open(t.Context(), h.db, h.clock, core.SeededIDs(h.clock, "floor"), nil, slog.New(slog.DiscardHandler))
	h.ok(err)
	t.Cleanup(h.rec.Close)
	shown := func(dir string) fs.FS { return os.DirFS(filepath.Join(testkit.Root(t), "web", dir)) }
	h.catalog, err = testkit.Catalog()
	h.ok(err)
	v := vocab.New(h.rec)
	h.people = people.New(h.rec, v)
	b := bodies.NewService(h.rec, h.people, v, h.catalog)
	h.editions = editions.New(h.rec)
	h.prog = programme.New(h.rec, h.editions, h.people, v, b)
	h.s = New(h.rec, h.prog, h.people, blob.New(h.rec, t.TempDir(), 0))
	h.rec.On("person.merged", h.s.OnMerged)
	h.log = &queryLog{Handler: slog.NewTextHandler(t.Output(), nil)}
	server, err := web.New(web.Config{BaseURL: "https://forum.example", Build: "test"}, h.catalog, h.rec, slog.New(h.log), shown("templates"), shown("assets"))
	h.ok(err)
	server.Identify = func(_ http.ResponseWriter, r *http.Request) core.Actor { return h.actors[r.Header.Get("X-As")] }
	pages := programme.NewWeb(h.prog, h.editions, h.people, v, b)
	h.ok(pages.Register(server))
	own := NewWeb(h.s, pages, v, h.people)
	h.ok(own.Register(server))
	server.Panel("programme.session.side", 5, own.SessionPanel)
	api := server.NewAPI("test")
	h.s.API(api, h.editions)
	h.ok(server.ParseAll("en"))
	h.ok(server.ParseAll("ar"))
	h.h = server.Handler()
	h.write(func(ctx context.Context, tx *record.Tx) error { return v.Seed(ctx, tx) })
	h.ok(h.editions.SetForum(t.Context(), secretary, editions.ForumInput{Name: core.NewText("en", "Internet Governance Forum"), Short: "IGF"}))
	h.found()
	return h
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) write(fn func(ctx context.Context, tx *record.Tx) error) {
	h.t.Helper()
	h.ok(h.rec.Write(h.t.Context(), core.Operator, fn))
}

// found makes the edition, its people and the session WS 184.
func (h *house) found() {
	h.t.Helper()
	e, err := h.editions.Add(h.t.Context(), secretary, editions.EditionInput{
		Slug: "2023", Name: core.NewText("en", "IGF 2023"), City: core.NewText("en", "Kyoto"), Country: "JP", Zone: "Asia/Tokyo",
		FirstDay: "2023-10-09", LastDay: "2023-10-12", State: editions.StatePublic,
	})
	h.ok(err)
	h.write(func(ctx context.Context, tx *record.Tx) error {
		set, err := h.editions.SettingTx(ctx, tx, e.ID)
		if err != nil {
			return err
		}
		types, err := h.prog.AddDefaultTypesTx(ctx, tx, set)
		if err != nil {
			return err
		}
		sahel, err := h.people.CreateOrganisationTx(ctx, tx, people.NewOrganisation{Name: core.NewText("en", "Sahel Networks"), Kind: "civil-society"})
		if err != nil {
			return err
		}
		for _, p := range []people.NewPerson{
			{Name: "Amina Diallo", Names: core.NewText("ar", "أمينة ديالو")},
			{Name: "Kenji Moriyama", Country: "JP"},
			{Name: "Tomás Rivero"},
			{Name: "Jean-Luc de la Fontaine"},
			{Name: "Ada Lovejoy", Public: true},
			{Name: "Hidden Person"},
		} {
			made, err := h.people.CreatePersonTx(ctx, tx, p)
			if err != nil {
				return err
			}
			short, _, _ := strings.Cut(strings.ToLower(p.Name), " ")
			h.persons[short] = made
			h.actors[short] = core.Actor{Account: core.ID("account-" + short), Person: made.ID, Name: made.Name}
		}
		if _, err := h.people.AddAffiliationTx(ctx, tx, people.NewAffiliation{Person: h.persons["amina"].ID, Organisation: sahel.ID, Title: "Director", From: "2019"}); err != nil {
			return err
		}
		in := programme.NewSession{Type: programme.TypeNamed(types, "workshop").ID, Number: 184, State: programme.StateScheduled, Texts: programme.EditInput{Title: core.NewText("en", "Rural networks"), Language: "en"}}
		if in.Starts, err = core.WallTime("2023-10-11", "14:00", "Asia/Tokyo"); err != nil {
			return err
		}
		in.Ends = in.Starts.Add(90 * time.Minute)
		x, err := h.prog.CreateTx(ctx, tx, set, in)
		if err != nil {
			return err
		}
		_, err = h.prog.AddRolesTx(ctx, tx, set, x, []programme.RoleInput{
			{Person: h.persons["amina"].ID, Role: programme.Speaker},
			{Person: h.persons["kenji"].ID, Role: programme.ModeratorOnsite},
			{Person: h.persons["tomás"].ID, Role: programme.Rapporteur},
			{Person: h.persons["jean-luc"].ID, Role: programme.Speaker},
		})
		return err
	})
	h.actors["rapporteur"] = h.actors["tomás"]
	h.actors["member"] = core.Actor{Account: "account-member", Person: "person-member"}
	h.set, err = h.editions.Setting(h.t.Context(), secretary, "2023")
	h.ok(err)
	h.ses = h.session("secretary")
}

func (h *house) session(as string) *programme.Session {
	h.t.Helper()
	x, err := h.prog.Session(h.t.Context(), h.actors[as], h.set, "ws184")
	h.ok(err)
	return x
}

// bring imports a text as the rapporteur.
func (h *house) bring(in ImportInput) (Transcript, *Preview) {
	h.t.Helper()
	t, p, err := h.s.Import(h.t.Context(), h.actors["rapporteur"], h.set, h.session("rapporteur"), in)
	h.ok(err)
	return t, p
}

func english(text string) ImportInput {
	return ImportInput{Name: "a.vtt", Text: text, Language: "en", Original: true, Source: SourceHuman}
}

func (h *house) count(table string) int {
	h.t.Helper()
	var n int
	h.ok(h.db.Read.NewRaw("SELECT COUNT(*) FROM "+table).Scan(h.t.Context(), &n))
	return n
}

func (h *house) do(as string, r *http.Request) *httptest.ResponseRecorder {
	r.Header.Set("X-As", as)
	if as != "" {
		r.Header.Set("Cookie", "session="+as)
	}
	w := httptest.NewRecorder()
	h.h.ServeHTTP(w, r)
	return w
}

func (h *house) get(as, path string) *httptest.ResponseRecorder {
	h.t.Helper()
	return h.do(as, httptest.NewRequestWithContext(h.t.Context(), http.MethodGet, path, nil))
}

func (h *house) page(as, path string) *goquery.Document {
	h.t.Helper()
	w := h.get(as, path)
	if w.Code != http.StatusOK {
		h.t.Fatalf("%s for %q answers %d: %s", path, as, w.Code, squeeze(w.Body.String()))
	}
	return h.read(w)
}

func (h *house) read(w *httptest.ResponseRecorder) *goquery.Document {
	h.t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(w.Body.String()))
	h.ok(err)
	return doc
}

func (h *house) send(as, path string, form url.Values) *httptest.ResponseRecorder {
	h.t.Helper()
	r := httptest.NewRequestWithContext(h.t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return h.do(as, r)
}

// upload sends a file with fields, as a browser does.
func (h *house) upload(as, path, name string, data []byte, form url.Values) *httptest.ResponseRecorder {
	h.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, vs := range form {
		for _, v := range vs {
			h.ok(m.WriteField(k, v))
		}
	}
	if data != nil {
		f, err := m.CreateFormFile("file", name)
		h.ok(err)
		_, err = f.Write(data)
		h.ok(err)
	}
	h.ok(m.Close())
	r := httptest.NewRequestWithContext(h.t.Context(), http.MethodPost, path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return h.do(as, r)
}

// fields are the values of the last form of a page, as a browser would send them.
func fields(doc *goquery.Document) url.Values {
	v := url.Values{}
	doc.Find("main form.form [name]").Each(func(_ int, f *goquery.Selection) {
		name, _ := f.Attr("name")
		value, _ := f.Attr("value")
		kind, _ := f.Attr("type")
		switch {
		case f.Is("textarea"):
			v.Add(name, strings.TrimPrefix(f.Text(), "\n"))
		case f.Is("select"):
			value, _ = f.Find("option[selected]").Attr("value")
			v.Add(name, value)
		case f.Is("button"), kind == "file":
		case kind == "checkbox" || kind == "radio":
			if _, on := f.Attr("checked"); on {
				v.Add(name, value)
			}
		default:
			v.Add(name, value)
		}
	})
	return v
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }
