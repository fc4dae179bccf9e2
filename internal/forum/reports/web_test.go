package reports_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/web"
	"plenary/internal/testkit"
	assets "plenary/web"
)

// pages are those of the room, asked by whoever is named.
type pages struct {
	*house
	handler http.Handler
	actors  map[string]core.Actor
}

func newPages(h *house) *pages {
	h.Helper()
	words, err := testkit.Catalog()
	h.ok(err)
	s, err := web.New(web.Config{BaseURL: "https://forum.example", Build: "test"}, words, h.rec, slog.New(slog.DiscardHandler), assets.Templates(), assets.Assets())
	h.ok(err)
	p := &pages{house: h, actors: map[string]core.Actor{"staff": staff, "rapporteur": h.rapporteur, "stranger": h.newAccount("stranger@forum.example")}}
	s.Identify = func(_ http.ResponseWriter, r *http.Request) core.Actor {
		if a, ok := p.actors[r.Header.Get("X-As")]; ok {
			return a
		}
		return core.Visitor
	}
	v, eds := vocab.New(h.rec), editions.New(h.rec)
	prog := programme.NewWeb(h.prog, eds, h.people, v, bodies.NewService(h.rec, h.people, v, words))
	h.ok(prog.Register(s))
	h.ok(reports.NewWeb(h.s, eds, h.prog, prog, v, h.people).Register(s))
	p.handler = s.Handler()
	return p
}

func (p *pages) ask(as, method, path string, form url.Values) (int, string, *goquery.Document) {
	p.Helper()
	r := httptest.NewRequestWithContext(p.Context(), method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if as != "" {
		r.Header.Set("X-As", as)
		r.Header.Set("Cookie", "session="+as)
	}
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	doc, err := goquery.NewDocumentFromReader(w.Body)
	p.ok(err)
	return w.Code, w.Header().Get("Location"), doc
}

// Whoever may not write gets no form, by no method; whoever is signed out is asked to
// sign in, and what she sent is not lost in an answer that there is nothing.
func TestFormsAreForTheCrew(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		p := newPages(newHouse(t, address))
		x := p.session("Reading the rivers", "12:00")
		p.freeze("2026-03-03 12:20")
		for path, form := range map[string]url.Values{
			"/report/edit":      {"_more": {"takeaways"}},
			"/report/full/edit": {"text.By[en]": {""}},
			"/report/card":      {"how": {reports.Uncounted}, "reason": {"Nobody counted."}},
			"/report/hand-over": {"email": {"a@forum.example"}},
		} {
			if code, _, doc := p.ask("stranger", http.MethodPost, x.Path()+path, form); code != http.StatusNotFound || doc.Find("main form textarea, main form input").Length() > 0 {
				t.Errorf("%s answers a stranger with %d", path, code)
			}
			if code, to, _ := p.ask("", http.MethodPost, x.Path()+path, form); code != http.StatusSeeOther || !strings.Contains(to, "sign-in") {
				t.Errorf("%s answers who is signed out with %d and leads to %q", path, code, to)
			}
		}
		if code, _, _ := p.ask("rapporteur", http.MethodPost, x.Path()+"/report/card", url.Values{"how": {reports.Uncounted}, "reason": {"Nobody counted."}}); code != http.StatusSeeOther {
			t.Errorf("the rapporteur's card: %d", code)
		}
		p.is(errOf(p.s.SaveFull(t.Context(), p.speaker, p.set, x, reports.FullInput{}, false)), core.KindNotFound)
		p.is(errOf(p.s.SaveCard(t.Context(), p.speaker, p.set, x, reports.CardInput{})), core.KindNotFound)
	})
}

// What a full report lacks is told in the reader's language, with the headings of the
// template in it.
func TestWhatIsMissingIsToldInTheReadersLanguage(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		p := newPages(newHouse(t, address))
		x := p.session("Reading the rivers", "12:00")
		p.freeze("2026-03-03 12:20")
		settings, err := p.s.Settings(t.Context(), p.set.ID)
		p.ok(err)
		rules, err := p.s.Rules(t.Context(), p.set.ID)
		p.ok(err)
		in := reports.InputOfSettings(settings, rules)
		for i := range in.Rules {
			in.Rules[i].Sections = true
		}
		p.ok(p.s.Settle(t.Context(), staff, p.set, in))
		code, _, doc := p.ask("rapporteur", http.MethodPost, "/fr"+x.Path()+"/report/full/edit", url.Values{"version": {"0"}, "text.By[fr]": {"Rien de tout cela."}, "publish": {"1"}})
		if said := doc.Find("main form").Text(); code != http.StatusUnprocessableEntity || !strings.Contains(said, "Questions clés") || strings.Contains(said, "Key issues") {
			t.Errorf("%d: %s", code, said)
		}
	})
}

// The board that visitors read says that a session is over as soon as it is.
func TestTheBoardKnowsWhenASessionEnds(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		p := newPages(newHouse(t, address))
		p.session("Reading the rivers", "12:30")
		upcoming := func() int {
			_, _, doc := p.ask("", http.MethodGet, "/2026/reports?kind=full&state=upcoming", nil)
			return doc.Find("main tbody tr").Length()
		}
		upcoming()
		ends := at(t, "2026-03-03 12:30").Time() // the clock runs: moving it would empty the cache
		p.clock.Set(ends.Add(-time.Second))
		if n := upcoming(); n != 1 {
			t.Fatalf("%d sessions are still to come, want 1", n)
		}
		for p.clock.Now().Before(ends) {
			time.Sleep(20 * time.Millisecond)
		}
		if n := upcoming(); n != 0 {
			t.Error("the session is over, and a kept page says that it is to come")
		}
	})
}
