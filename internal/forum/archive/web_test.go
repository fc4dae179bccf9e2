package archive

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
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/db"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
	"plenary/internal/testkit"
)

var secretary = core.Actor{Account: "account-secretary", Name: "Secretary", Grants: []core.Grant{{Role: core.RoleSecretariat, Scope: core.ScopeForum}}}

// desk is the room behind a real server. The header X-As says who asks: "staff",
// "member", or nobody.
type desk struct {
	t       testing.TB
	rec     *record.Record
	s       *Service
	w       *Web
	catalog *i18n.Catalog
	h       http.Handler
}

func newDesk(t testing.TB, address string) *desk {
	t.Helper()
	d := &desk{t: t}
	clock := &core.Clock{}
	clock.Freeze(time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC))
	data, err := db.Open(t.Context(), address)
	d.ok(err)
	t.Cleanup(func() { _ = data.Close() })
	d.rec, err = record.Open(t.Context(), data, clock, core.SeededIDs(clock, "desk"), nil, slog.New(slog.DiscardHandler))
	d.ok(err)
	t.Cleanup(d.rec.Close)
	files := func(dir string) fs.FS { return os.DirFS(filepath.Join(testkit.Root(t), "web", dir)) }
	d.catalog, err = testkit.Catalog()
	d.ok(err)
	v, docs, eds := vocab.New(d.rec), documents.New(d.rec), editions.New(d.rec)
	pp := people.New(d.rec, v)
	prog := programme.New(d.rec, eds, pp, v, bodies.NewService(d.rec, pp, v, d.catalog))
	rep := reports.New(d.rec, docs, prog)
	d.s = New(d.rec, blob.New(d.rec, t.TempDir(), 0), eds, pp, prog, rep, messages.New(d.rec, docs, eds, rep, prog))
	d.rec.On("edition.added", func(ctx context.Context, tx *record.Tx, e *record.Event) error {
		set, err := eds.SettingTx(ctx, tx, e.Subject)
		if err == nil {
			_, err = prog.AddDefaultTypesTx(ctx, tx, set)
		}
		return err
	})
	d.ok(d.rec.Write(t.Context(), secretary, func(ctx context.Context, tx *record.Tx) error { return v.Seed(ctx, tx) }))
	d.ok(eds.SetForum(t.Context(), secretary, editions.ForumInput{Name: core.NewText("en", "Open Waters Forum"), Short: "OWF"}))
	_, err = eds.Add(t.Context(), secretary, editions.EditionInput{
		Slug: "2026", Name: core.NewText("en", "OWF 2026"), State: editions.StatePublic, Zone: "Africa/Nairobi", City: core.NewText("en", "Marenza"),
		FirstDay: "2026-03-03", LastDay: "2026-03-05",
	})
	d.ok(err)
	srv, err := web.New(web.Config{BaseURL: "http://forum.example", Build: "test"}, d.catalog, d.rec, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})), files("templates"), files("assets"))
	d.ok(err)
	srv.Identify = func(_ http.ResponseWriter, r *http.Request) core.Actor {
		switch r.Header.Get("X-As") {
		case "staff":
			return secretary
		case "member":
			return core.Actor{Account: "account-member", Name: "Somebody"}
		}
		return core.Visitor
	}
	d.w = NewWeb(d.s, eds)
	d.ok(d.w.Register(srv))
	d.ok(srv.ParseAll("en"))
	d.h = srv.Handler()
	return d
}

func (d *desk) ok(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

type answer struct {
	*goquery.Document
	code int
	to   string
	body string
	head http.Header
}

func (a answer) text(sel string) string { return strings.Join(strings.Fields(a.Find(sel).Text()), " ") }

func (d *desk) ask(as, method, path, kind string, body []byte) answer {
	d.t.Helper()
	path, _, _ = strings.Cut(path, "#")
	r := httptest.NewRequestWithContext(d.t.Context(), method, path, bytes.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if as != "" {
		r.Header.Set("X-As", as)
		r.Header.Set("Cookie", "session="+as)
	}
	w := httptest.NewRecorder()
	d.h.ServeHTTP(w, r)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(w.Body.String()))
	d.ok(err)
	return answer{doc, w.Code, w.Header().Get("Location"), w.Body.String(), w.Header()}
}

func (d *desk) get(as, path string) answer {
	d.t.Helper()
	a := d.ask(as, http.MethodGet, path, "", nil)
	if a.code != http.StatusOK {
		d.t.Fatalf("GET %s as %q: %d %s", path, as, a.code, a.text("main"))
	}
	return a
}

func (d *desk) post(as, path string, form url.Values) answer {
	d.t.Helper()
	return d.ask(as, http.MethodPost, path, "application/x-www-form-urlencoded", []byte(form.Encode()))
}

// upload sends a file as a browser does.
func (d *desk) upload(as, path, name string, data []byte, form url.Values) answer {
	d.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, vs := range form {
		for _, v := range vs {
			d.ok(m.WriteField(k, v))
		}
	}
	f, err := m.CreateFormFile("file", name)
	d.ok(err)
	_, err = f.Write(data)
	d.ok(err)
	d.ok(m.Close())
	return d.ask(as, http.MethodPost, path, m.FormDataContentType(), b.Bytes())
}

// went gives where an answer leads; it must lead somewhere.
func (d *desk) went(a answer) string {
	d.t.Helper()
	if a.code != http.StatusSeeOther {
		d.t.Fatalf("%d instead of going on: %s", a.code, a.text("main"))
	}
	return a.to
}

// fields are the values of the first form with that class, as a browser would send them.
func fields(a answer) url.Values {
	v := url.Values{}
	a.Find("main form.form").First().Find("[name]").Each(func(_ int, f *goquery.Selection) {
		name, kind := f.AttrOr("name", ""), f.AttrOr("type", "")
		switch {
		case f.Is("textarea"):
			v.Add(name, strings.TrimPrefix(f.Text(), "\n"))
		case f.Is("select"):
			chosen := f.Find("option[selected]")
			if chosen.Length() == 0 {
				chosen = f.Find("option").First()
			}
			v.Add(name, chosen.AttrOr("value", ""))
		case f.Is("button") || kind == "file":
		case kind == "checkbox" || kind == "radio":
			if _, on := f.Attr("checked"); on {
				v.Add(name, f.AttrOr("value", "on"))
			}
		default:
			v.Add(name, f.AttrOr("value", ""))
		}
	})
	return v
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(testkit.Root(t), "internal", "formats", "forumtext", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func pasted(text []byte) url.Values {
	return url.Values{"text": {string(text)}, "lang": {"en"}, "as": {auto}, "edition": {auto}}
}

const table = "Title,Day,From,To,Hall,Who\nRivers and rules,2026-03-03,10:00,11:00,Acacia Room,Amina Diallo\nWho owns a rain record?,2026-03-04,14:00,15:30,Baobab Hall,Kenji Moriyama\n"

// A programme is pasted, looked at, corrected in part and taken in; then it is opened to
// everybody, and at last taken back. Nobody but the staff sees it before.
func TestFromPasteToUndo(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		d := newDesk(t, address)
		if a := d.ask("", http.MethodGet, "/2026/import", "", nil); a.code != http.StatusSeeOther || !strings.Contains(a.to, "/sign-in") {
			t.Errorf("a visitor gets %d %s", a.code, a.to)
		}
		if a := d.ask("member", http.MethodGet, "/2026/import", "", nil); a.code != http.StatusForbidden {
			t.Errorf("a member gets %d", a.code)
		}
		if txt := d.get("staff", "/2026/import").text("main .empty"); !strings.Contains(txt, "Nothing was read yet") {
			t.Errorf("the empty list says %q", txt)
		}
		at := d.went(d.post("staff", "/2026/import", pasted(read(t, "outlines.txt"))))
		a := d.get("staff", at)
		for _, want := range []string{"Pasted text", "Read as a programme of sessions", "per cent sure", "4 sessions", "New session", "Baobab Hall"} {
			if !strings.Contains(a.text("main"), want) {
				t.Errorf("the staging page lacks %q: %s", want, a.text("main"))
			}
		}
		for _, as := range []string{"", "member"} {
			if a := d.ask(as, http.MethodGet, at, "", nil); a.code == http.StatusOK {
				t.Errorf("%q reads what is only staged", as)
			}
		}
		rows := a.Find("tr:has(.choice)")
		place := rows.First().Find("a.place").AttrOr("href", "")
		if place == "" || a.Find(strings.Replace(place, "#", "ol.source #", 1)).Length() != 1 {
			t.Errorf("the place %q of the first thing leads to no line", place)
		}

		correct := a.Find(`tr:contains("Who Owns a Rain Record?") a:contains("Correct")`).First().AttrOr("href", "")
		form := fields(d.get("staff", correct))
		form.Set("title", "")
		form.Set("start", "25:00")
		if bad := d.post("staff", correct, form); bad.code != http.StatusUnprocessableEntity || bad.Find(`[name=title][aria-invalid=true]`).Length() != 1 || fields(bad).Get("start") != "25:00" {
			t.Errorf("an impossible correction: %d, %v", bad.code, fields(bad))
		}
		form = fields(d.get("staff", correct))
		form.Set("title", "Whose Rain Is It?")
		back := d.went(d.post("staff", correct, form))
		if !strings.Contains(back, "#i") {
			t.Errorf("a correction leads to %s, not to its thing in the list", back)
		}
		if bad := d.post("staff", correct, form); bad.code != http.StatusConflict || fields(bad).Get("title") != "Whose Rain Is It?" {
			t.Errorf("an old form: %d", bad.code)
		}
		a = d.get("staff", at)
		if !strings.Contains(a.text("main"), "Whose Rain Is It?") {
			t.Error("the correction is not in the list")
		}
		first := a.Find(`tr:has(.status:contains("New session"))`).First()
		d.went(d.post("staff", at+"/choose", url.Values{"do": {"leave"}, "item": {first.Find("input[name=item]").AttrOr("value", "")}}))
		a = d.get("staff", at)
		if n := a.Find(`.status:contains("Left out")`).Length(); n == 0 {
			t.Error("what was ticked is not left out")
		}
		if label := a.text("form[action$='/apply'] button"); !strings.Contains(label, "Take it in: 3 new") && !strings.Contains(label, "Take it in: 4 new") {
			t.Logf("the button says %q", a.Find("form[action$='/apply'] button").First().Text())
		}
		version := a.Find("form[action$='/apply'] input[name=version]").First().AttrOr("value", "")
		d.went(d.post("staff", at+"/apply", url.Values{"version": {version}}))
		a = d.get("staff", at)
		if n := a.Find(`tbody a[href^="/2026/"]`).Length(); n < 3 || !strings.Contains(a.text("main"), "Taken in") || !strings.Contains(a.text("main"), "Whose Rain Is It?") {
			t.Errorf("what came of it: %d links; %s", n, a.text("main"))
		}
		if a := d.ask("", http.MethodGet, at, "", nil); a.code == http.StatusOK {
			t.Error("a visitor reads a source that is not open")
		}
		d.went(d.post("staff", at+"/open", url.Values{"open": {"1"}}))
		open := d.get("", at)
		if open.head.Get("ETag") == "" || open.Find("ol.source li").Length() == 0 || open.Find("main form").Length() != 0 {
			t.Errorf("a visitor gets ETag %q, %d lines, %d forms", open.head.Get("ETag"), open.Find("ol.source li").Length(), open.Find("main form").Length())
		}
		if a := d.ask("", http.MethodGet, at+"/file", "", nil); a.code != http.StatusOK || a.body != string(read(t, "outlines.txt")) {
			t.Errorf("the file: %d, %d bytes", a.code, len(a.body))
		}
		if a := d.ask("member", http.MethodPost, at+"/open", "application/x-www-form-urlencoded", []byte("open=0")); a.code != http.StatusForbidden {
			t.Errorf("a member closes the source: %d", a.code)
		}
		d.went(d.post("staff", at+"/open", url.Values{"open": {"0"}}))
		if a := d.ask("", http.MethodGet, at, "", nil); a.code == http.StatusOK {
			t.Error("a closed source is still served from the cache")
		}
		ask := d.get("staff", at+"/undo")
		if !strings.Contains(ask.text("h1"), "Take “Pasted text” back?") {
			t.Errorf("the question is %q", ask.text("h1"))
		}
		d.went(d.post("staff", at+"/undo", url.Values{"version": {ask.Find("main [name=version]").AttrOr("value", "")}}))
		a = d.get("staff", at)
		if !strings.Contains(a.text("main"), "Taken back") {
			t.Errorf("after undoing: %s", a.text("main"))
		}
		again := d.went(d.post("staff", at+"/restage", nil))
		if again == at || !strings.Contains(d.get("staff", again).text("main"), "4 sessions") {
			t.Errorf("reading the file again leads to %s", again)
		}
		ask = d.get("staff", again+"/discard")
		d.went(d.post("staff", again+"/discard", url.Values{"version": {ask.Find("main [name=version]").AttrOr("value", "")}}))
		if a := d.get("staff", "/2026/import"); a.Find("main .rows > li").Length() != 1 {
			t.Errorf("%d imports are listed, want the one that was undone", a.Find("main .rows > li").Length())
		}
	})
}
