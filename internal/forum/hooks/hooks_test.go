package hooks_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/forum/hooks"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// listener is another program that takes messages.
type listener struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	got    []got
}

type got struct {
	header http.Header
	body   string
}

func listen(t *testing.T) *listener {
	t.Helper()
	l := &listener{status: http.StatusNoContent}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.got = append(l.got, got{r.Header, string(b)})
		w.WriteHeader(l.status)
	}))
	t.Cleanup(l.Close)
	return l
}

func (l *listener) answer(status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status = status
}

func (l *listener) all() []got {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]got(nil), l.got...)
}

type house struct {
	*site.Site
	t *testing.T
}

func open(t *testing.T, address string) *house {
	t.Helper()
	return &house{site.Demo(t, address, func(c *app.Config) { c.SyncPrivate = true }), t}
}

func (h *house) soon(what string, is func() bool) {
	h.t.Helper()
	for began := time.Now(); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			h.t.Fatalf("not in time: %s", what)
		}
	}
}

// add adds a hook once the record has been followed to its end, so that nothing older counts.
func (h *house) add(in hooks.Input) hooks.Hook {
	h.t.Helper()
	x, err := h.Hooks.Add(h.t.Context(), core.Operator, in)
	if err != nil {
		h.t.Fatal(err)
	}
	return x
}

func (h *house) session(title, state string) *programme.Session {
	h.t.Helper()
	set, err := h.Editions.Setting(h.t.Context(), core.Operator, "2026-sample")
	if err != nil {
		h.t.Fatal(err)
	}
	types, err := h.Programme.Types(h.t.Context(), set.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	var out *programme.Session
	err = h.Record.Write(h.t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) (err error) {
		if _, err = tx.ExecContext(ctx, "DELETE FROM timetables"); err != nil { // what these tests add is public at once
			return err
		}
		out, err = h.Programme.CreateTx(ctx, tx, set, programme.NewSession{Type: types[0].ID, State: state, Room: set.Rooms[0].ID, Texts: programme.EditInput{Title: core.NewText("en", title)}})
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

func (h *house) log(id core.ID, state string) []hooks.Delivery {
	h.t.Helper()
	list, err := h.Hooks.Log(h.t.Context(), core.Operator, id, state, core.Page{Limit: 500})
	if err != nil {
		h.t.Fatal(err)
	}
	return list.Items
}

// What happens in public comes to the other program once, signed so that any library of
// Standard Webhooks finds it right; what is private does not come at all.
func TestPublicEventsAreTold(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h, l := open(t, address), listen(t)
		all := h.add(hooks.Input{Name: "All", URL: l.URL + "/all"})
		h.session("Quastel rehearsal", programme.StateDraft)
		x := h.session("Quastel harbours", programme.StateScheduled)
		h.soon("the session is told", func() bool {
			for _, g := range l.all() {
				if strings.Contains(g.body, string(x.ID)) {
					return true
				}
			}
			return false
		})
		secret, err := h.Hooks.Secret(t.Context(), core.Operator, all)
		if err != nil {
			t.Fatal(err)
		}
		verify, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, g := range l.all() {
			if err := verify.Verify([]byte(g.body), g.header); err != nil {
				t.Errorf("%v: %s", err, g.body)
			}
			if verify.Verify([]byte(g.body+" "), g.header) == nil {
				t.Error("another body has the same signature")
			}
			if id := g.header.Get("Webhook-Id"); seen[id] {
				t.Errorf("%s came twice", id)
			} else {
				seen[id] = true
			}
			if strings.Contains(g.body, "rehearsal") {
				t.Errorf("a draft is told: %s", g.body)
			}
			var m struct {
				Type, Timestamp string
				Data            struct {
					Seq   int64
					URL   string
					Label struct{ By map[string]string }
				}
			}
			if err := json.Unmarshal([]byte(g.body), &m); err != nil || m.Type == "" || m.Data.Seq == 0 || !strings.HasPrefix(m.Data.URL, h.URL) {
				t.Errorf("%v: %s", err, g.body)
			}
			if _, err := time.Parse(time.RFC3339Nano, m.Timestamp); err != nil {
				t.Error(err)
			}
		}
		for _, d := range h.log(all.ID, "") {
			if d.State == hooks.Done && (d.Status != http.StatusNoContent || d.Body == "" || d.Attempts != 1) {
				t.Errorf("%+v", d)
			}
		}
	})
}

// A hook is told what it has chosen, from when it was added, and nothing while it is paused.
func TestChosenEventsAlone(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h, l := open(t, address), listen(t)
		h.session("Before", programme.StateScheduled)
		chosen := h.add(hooks.Input{Name: "Reports", URL: l.URL, Kinds: []string{"report", "messages"}})
		other := h.add(hooks.Input{Name: "Sessions", URL: l.URL, Kinds: []string{"session"}})
		x := h.session("During", programme.StateScheduled)
		h.soon("the session is told", func() bool { return len(h.log(other.ID, hooks.Done)) > 0 })
		if n := len(h.log(chosen.ID, "")); n != 0 {
			t.Errorf("%d about what was not chosen", n)
		}
		for _, d := range h.log(other.ID, "") {
			if !strings.Contains(d.Body, string(x.ID)) {
				t.Errorf("told: %s", d.Body)
			}
		}
		if err := h.Hooks.Pause(t.Context(), core.Operator, other.ID); err != nil {
			t.Fatal(err)
		}
		before := len(h.log(other.ID, ""))
		h.session("While paused", programme.StateScheduled)
		if err := h.Hooks.Resume(t.Context(), core.Operator, other.ID); err != nil {
			t.Fatal(err)
		}
		y := h.session("After", programme.StateScheduled)
		h.soon("the next one is told", func() bool {
			return len(h.log(other.ID, hooks.Done)) > before
		})
		for _, g := range l.all() {
			if strings.Contains(g.body, "While paused") {
				t.Errorf("told while paused: %s", g.body)
			}
		}
		if d := h.log(other.ID, ""); !strings.Contains(d[0].Body, string(y.ID)) {
			t.Errorf("told last: %s", d[0].Body)
		}
	})
}

// What is not taken is tried again under the same id; a test is not; after three days of
// failures the hook stops and who added it gets a mail.
func TestFailures(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h, l := open(t, address), listen(t)
		admin := h.admin()
		x, err := h.Hooks.Add(t.Context(), admin, hooks.Input{Name: "Frail", URL: l.URL, Kinds: []string{"session"}})
		if err != nil {
			t.Fatal(err)
		}
		l.answer(http.StatusInternalServerError)
		d, err := h.Hooks.Test(t.Context(), admin, x.ID)
		if err != nil {
			t.Fatal(err)
		}
		h.soon("the test has failed", func() bool { return len(h.log(x.ID, hooks.Failed)) == 1 })
		l.answer(http.StatusOK)
		if err := h.Hooks.Resend(t.Context(), admin, x.ID, d.ID); err != nil {
			t.Fatal(err)
		}
		h.soon("it is taken at last", func() bool { return len(h.log(x.ID, hooks.Done)) == 1 })
		if g := l.all(); len(g) != 2 || g[0].header.Get("Webhook-Id") != g[1].header.Get("Webhook-Id") || g[0].body != g[1].body {
			t.Errorf("%+v", g)
		}
		l.answer(http.StatusServiceUnavailable)
		h.session("Unheard", programme.StateScheduled)
		h.soon("a try has failed", func() bool {
			for _, d := range h.log(x.ID, hooks.Waiting) {
				if d.Attempts > 0 && d.Status == http.StatusServiceUnavailable && d.NextTry.After(d.Tried) {
					return true
				}
			}
			return false
		})
		h.exec("UPDATE webhooks SET failing = failing - ? WHERE id = ?", int64(73*time.Hour/time.Microsecond), x.ID)
		h.exec("UPDATE webhook_deliveries SET next_try = created WHERE state = ?", hooks.Waiting)
		h.soon("the hook is stopped", func() bool {
			now, err := h.Hooks.Hook(t.Context(), admin, x.ID)
			return err == nil && now.State == hooks.StateStopped && len(h.log(x.ID, hooks.Waiting)) == 0
		})
		var mails int
		if err := h.DB.Read.NewRaw("SELECT COUNT(*) FROM outbox WHERE kind = 'webhook_stopped'").Scan(t.Context(), &mails); err != nil || mails != 1 {
			t.Errorf("%d mails, %v", mails, err)
		}
		if _, err := h.Hooks.Test(t.Context(), admin, x.ID); core.KindOf(err) != core.KindForbidden {
			t.Errorf("a hook that is stopped is tested: %v", err)
		}
	})
}

// After the secret is replaced, a message carries both signatures.
func TestSecretIsReplaced(t *testing.T) {
	h, l := open(t, testkit.SQLite(t)), listen(t)
	x := h.add(hooks.Input{Name: "All", URL: l.URL, Kinds: []string{"figure"}})
	secrets := make([]string, 2)
	for i := range secrets {
		var err error
		if secrets[i], err = h.Hooks.Secret(t.Context(), core.Operator, x); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if err := h.Hooks.Rotate(t.Context(), core.Operator, x.ID); err != nil {
				t.Fatal(err)
			}
			if x, err = h.Hooks.Hook(t.Context(), core.Operator, x.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	if secrets[0] == secrets[1] {
		t.Fatal("the secret is the same")
	}
	if _, err := h.Hooks.Test(t.Context(), core.Operator, x.ID); err != nil {
		t.Fatal(err)
	}
	h.soon("the test has come", func() bool { return len(l.all()) == 1 })
	g := l.all()[0]
	for _, secret := range secrets {
		verify, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			t.Fatal(err)
		}
		if err := verify.Verify([]byte(g.body), g.header); err != nil {
			t.Error(err)
		}
	}
}

// What was taken back between the event and the try is not told.
func TestTakenBackIsNotTold(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h, l := open(t, address), listen(t)
		l.answer(http.StatusInternalServerError)
		x := h.add(hooks.Input{Name: "Slow", URL: l.URL, Kinds: []string{"session"}})
		s := h.session("Premature", programme.StateScheduled)
		h.soon("a try has failed", func() bool { return len(l.all()) > 0 })
		h.exec("UPDATE sessions SET state = ? WHERE id = ?", programme.StateDraft, s.ID)
		l.answer(http.StatusOK)
		n := len(l.all())
		h.exec("UPDATE webhook_deliveries SET next_try = created WHERE state = ?", hooks.Waiting)
		h.soon("it is dropped", func() bool { return len(h.log(x.ID, hooks.Waiting)) == 0 })
		if len(h.log(x.ID, hooks.Dropped)) == 0 || len(l.all()) != n {
			t.Errorf("%d dropped, %d told", len(h.log(x.ID, hooks.Dropped)), len(l.all())-n)
		}
	})
}

func (h *house) exec(query string, args ...any) {
	h.t.Helper()
	if err := h.Record.Write(h.t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) admin() core.Actor {
	h.t.Helper()
	list, err := h.Authn.Accounts(h.t.Context(), core.Page{Limit: 100})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, a := range list.Items {
		if a.Actor().Has(core.RoleAdmin, core.ScopeForum) {
			return a.Actor()
		}
	}
	h.t.Fatal("the demo has no administrator")
	return core.Actor{}
}

// The pages do all of it, for administrators alone.
func TestPages(t *testing.T) {
	h, l := open(t, testkit.SQLite(t)), listen(t)
	for _, role := range []string{"secretariat", "organiser"} {
		if p := h.As(t, role).Get("/admin/webhooks"); p.Status != http.StatusNotFound && p.Status != http.StatusForbidden {
			t.Errorf("%s: %d", role, p.Status)
		}
	}
	if p := h.Visitor(t).Get("/api/v1/admin/webhooks"); p.Status == http.StatusOK {
		t.Error("a visitor lists hooks")
	}
	a := h.As(t, "admin")
	if p := a.Get("/admin/webhooks"); p.Status != http.StatusOK || p.Find(".empty").Length() != 1 {
		t.Fatalf("%d: %s", p.Status, p.Body)
	}
	p := a.Post("/admin/webhooks/new", url.Values{"name": {"Chat"}, "url": {"file:///etc/passwd"}, "kinds": {"session"}})
	if p.Status != http.StatusUnprocessableEntity || p.Find("#f-url").AttrOr("value", "") != "file:///etc/passwd" || p.Find("input[name=kinds][value=session][checked]").Length() != 1 {
		t.Errorf("%d: %s", p.Status, p.Find("main").Text())
	}
	p = a.Post("/admin/webhooks/new", url.Values{"name": {"Chat"}, "url": {l.URL}, "kinds": {"session", "messages"}})
	if p.Status != http.StatusOK || !strings.Contains(p.Find("code").Text(), "whsec_") {
		t.Fatalf("%d: %s", p.Status, p.Find("main").Text())
	}
	base := strings.TrimSuffix(p.URL.Path, "/secret")
	if n := a.Get(base + "/edit").Find("input[name=kinds][checked]").Length(); n != 2 {
		t.Errorf("of two kinds it keeps %d", n)
	}
	if p = a.Post(base+"/test", nil); p.Status != http.StatusOK {
		t.Fatalf("%d: %s", p.Status, p.Find("main").Text())
	}
	h.soon("the test is taken", func() bool { return strings.Contains(a.Get(p.URL.Path).Find("main").Text(), "204") })
	if p = a.Get(base); p.Status != http.StatusOK || p.Find("tbody tr").Length() != 1 {
		t.Errorf("%d: %s", p.Status, p.Find("main").Text())
	}
	if p = a.Get("/api/v1" + base + "/deliveries"); p.Status != http.StatusOK || !strings.Contains(p.Body, `"webhook.test"`) {
		t.Errorf("%d: %s", p.Status, p.Body)
	}
	if p = a.Post(base+"/remove", nil); p.Status != http.StatusOK || a.Get(base).Status != http.StatusNotFound {
		t.Errorf("%d", p.Status)
	}
}
