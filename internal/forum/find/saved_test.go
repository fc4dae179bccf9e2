package find_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/find"
	"plenary/internal/forum/programme"
	"plenary/internal/testkit"
)

// mails are the texts of the mails about saved searches.
func (h *house) mails() []string {
	h.t.Helper()
	var out []string
	if err := h.DB.Read.NewSelect().Table("outbox").Column("text").Where("kind = 'saved_searches'").OrderExpr("queued, id").Scan(h.t.Context(), &out); err != nil {
		h.t.Fatal(err)
	}
	return out
}

// Somebody saves a search; what is new is mailed once, however many processes look, and
// only what she may see. The link in the mail ends it.
func TestSavedSearchIsMailedOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		list, err := h.Authn.DemoAccounts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var me core.Actor
		for _, a := range list {
			if a.DemoRole == "participant" {
				me = a.Actor()
			}
		}
		h.session("Wombatine old", programme.StateScheduled)
		h.soon(time.Second, "it is found", func() bool { return h.ask(core.Visitor, "wombatine").Total == 1 })
		in := find.SavedInput{Query: "q=wombatine", Name: "Wombats", Often: find.Daily}
		x, err := h.Find.Save(t.Context(), me, in)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Find.Save(t.Context(), core.Visitor, in); core.KindOf(err) != core.KindSignIn {
			t.Errorf("a visitor saves: %v", err)
		}
		if _, err := h.Find.SavedSearch(t.Context(), stranger, x.ID); core.KindOf(err) != core.KindNotFound {
			t.Errorf("another's search: %v", err)
		}
		later := func() {
			h.Clock.Set(h.Clock.Now().Add(25 * time.Hour))
			var wg sync.WaitGroup
			for range 4 { // as many processes, and the one that serves
				wg.Go(func() {
					if _, err := h.Find.MailDue(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		}
		later()
		if n := len(h.mails()); n != 0 {
			t.Fatalf("%d mails though nothing is new", n)
		}
		fresh := h.session("Wombatine news", programme.StateScheduled)
		h.session("Wombatine draft", programme.StateDraft)
		h.soon(time.Second, "it is found", func() bool { return h.ask(staff, "wombatine").Total == 3 })
		later()
		got := h.mails()
		if len(got) != 1 || !strings.Contains(got[0], fresh.Path()) || !strings.Contains(got[0], "Wombatine news") ||
			strings.Contains(got[0], "draft") || strings.Contains(got[0], "Wombatine old") {
			t.Fatalf("mails: %q", got)
		}
		later()
		if n := len(h.mails()); n != 1 {
			t.Errorf("%d mails after another day", n)
		}
		at := strings.Index(got[0], "/search/unsubscribe/")
		path := strings.Fields(got[0][at:])[0]
		v := h.Visitor(t)
		if p := v.Get(path); p.Status != http.StatusOK {
			t.Fatalf("link: %d", p.Status)
		}
		still := func() string {
			x, err := h.Find.SavedSearch(t.Context(), me, x.ID)
			if err != nil {
				t.Fatal(err)
			}
			return x.Often
		}
		if still() != find.Daily {
			t.Error("looking at the link has ended the mails")
		}
		if p := v.Post(path, map[string][]string{"List-Unsubscribe": {"One-Click"}}); p.Status != http.StatusOK {
			t.Errorf("one click: %d", p.Status)
		}
		if still() != find.Never {
			t.Error("one click has not ended the mails")
		}
		if p := v.Post(path, nil); p.Status != http.StatusNotFound {
			t.Errorf("a used link: %d", p.Status)
		}
		if p := v.Get("/search/unsubscribe/" + string(me.Account) + ".guess"); p.Status != http.StatusNotFound {
			t.Errorf("a guessed link: %d", p.Status)
		}
	})
}

// The pages: save from the results, rename, remove, save again; twenty at most.
func TestSavedSearchPages(t *testing.T) {
	h := open(t, testkit.SQLite(t))
	r := h.As(t, "participant")
	p := r.Get("/search?q=networks&kind=session")
	save, _ := p.Find(`a[href*="/me/searches/new"]`).Attr("href")
	form := r.Get(save)
	in := form.Form()
	in.Set("name", "Networks")
	in.Set("often", "weekly")
	if p = r.Post(save, in); p.Status != http.StatusOK || !strings.Contains(p.Text("main"), "Networks") {
		t.Fatalf("saved: %d %s", p.Status, p.Text("main"))
	}
	edit, _ := p.Find(`main a[href$="/edit"]`).Attr("href")
	in = r.Get(edit).Form()
	in.Set("name", "Renamed")
	in.Set("often", "never")
	if p = r.Post(edit, in); !strings.Contains(p.Text("main"), "Renamed") || !strings.Contains(p.Text("main"), "No mail") {
		t.Errorf("changed: %d %s", p.Status, p.Text("main"))
	}
	remove, _ := p.Find(`main a[href$="/remove"]`).Attr("href")
	if p = r.Get(remove); !strings.Contains(p.Text("main"), "Renamed") {
		t.Errorf("asked: %s", p.Text("main"))
	}
	p = r.Post(remove, nil)
	again, ok := p.Find(`main a[href*="/me/searches/new"]`).Attr("href")
	if !ok || strings.Contains(p.Text("main .rows"), "Renamed") {
		t.Fatalf("removed: %s", p.Text("main"))
	}
	for range 20 {
		if p = r.Post(again, r.Get(again).Form()); p.Status != http.StatusOK {
			t.Fatalf("saved again: %d %s", p.Status, p.Text("main"))
		}
	}
	if p = r.Post(again, r.Get(again).Form()); p.Status < 400 || !strings.Contains(p.Text("main"), "20") {
		t.Errorf("the twenty-first: %d %s", p.Status, p.Text("main"))
	}
	if p = h.Visitor(t).Get("/me/searches"); !strings.Contains(p.URL.Path, "/sign-in") {
		t.Errorf("a visitor gets %s", p.URL)
	}
	if p = r.Get("/admin/search"); p.Status == http.StatusOK {
		t.Error("a participant sees the state of the index")
	}
	if p = h.As(t, "secretariat").Get("/admin/search"); p.Status != http.StatusOK || p.Find("main table").Length() != 1 {
		t.Errorf("the secretariat gets %d: %s", p.Status, p.Text("main"))
	}
}
