package figures_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/figures"
	"plenary/internal/platform/record"
)

// A final figure stays as it was published. Where the record moves on, the staff is told,
// and publishes it anew with a reason; nobody else sees a difference.
func TestDrift(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		h.came(h.set, 30, "NO", "civil-society", onsite)
		h.Clock.Freeze(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
		h.ok(h.publish(final))
		h.ok(h.s.Check(t.Context()))
		drift, err := h.s.Drifted(t.Context(), h.staff, h.set)
		if h.ok(err); len(drift) != 0 {
			t.Fatalf("drift at once: %v", drift)
		}
		h.came(h.set, 1, "SE", "civil-society", onsite)
		h.ok(h.s.Check(t.Context()))
		drift, err = h.s.Drifted(t.Context(), h.staff, h.set)
		h.ok(err)
		if drift["attended"].Amount != 31 || drift["sessions"].Digest != "" {
			t.Errorf("drift: %+v", drift)
		}
		if f := h.value("attended"); f.Amount != 30 {
			t.Errorf("the published figure changed by itself: %d", f.Amount)
		}
		if p := h.as(h.staff).Get("/2026/statistics/attended"); !strings.Contains(p.Text("main"), "no longer equals the record") {
			t.Error("the staff is not told")
		}
		if p := h.Visitor(t).Get("/2026/statistics/attended"); strings.Contains(p.Text("main"), "no longer equals") || !strings.HasPrefix(p.Text(".figure-value"), "30") {
			t.Error("a visitor sees the drift")
		}
		if err := h.publish(); core.KindOf(err) != core.KindInvalid {
			t.Errorf("a final figure became provisional: %v", err)
		}
		if err := h.publish(final); core.KindOf(err) != core.KindInvalid {
			t.Errorf("a final figure was published anew without a reason: %v", err)
		}
		h.ok(h.publish(final, reason("A badge was counted late.")))
		if f := h.value("attended"); f.Amount != 31 || f.Number != 2 {
			t.Errorf("published anew: %+v", f)
		}
		drift, err = h.s.Drifted(t.Context(), h.staff, h.set)
		if h.ok(err); len(drift) != 0 {
			t.Errorf("drift after: %v", drift)
		}
		list, err := h.s.History(t.Context(), core.Visitor, h.set, "attended")
		h.ok(err)
		if len(list) != 2 || list[1].Amount != 30 || list[0].Reason.String() != "A badge was counted late." {
			t.Errorf("history: %+v", list)
		}
	})
}

// Breakdowns that are close in time would tell who came between.
func TestOnceADay(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		h.came(h.set, 30, "NO", "civil-society")
		h.ok(h.publish())
		h.came(h.set, 1, "SE", "civil-society")
		if err := h.publish(); core.KindOf(err) != core.KindInvalid {
			t.Errorf("two breakdowns on one day: %v", err)
		}
		h.ok(h.publish(func(in *figures.PublishInput) { in.Parts = false }))
		if f := h.value("registered"); f.Amount != 31 || len(f.Parts) != 0 {
			t.Errorf("totals alone: %+v", f)
		}
	})
}

// Who registers does not make a visitor's page anew; who publishes does.
func TestKept(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		h.came(h.set, 30, "NO", "civil-society")
		h.ok(h.publish())
		res, _ := h.fetch("/2026/statistics")
		tag := res.Header.Get("Etag")
		if tag == "" || res.StatusCode != http.StatusOK {
			t.Fatalf("%d, tag %q", res.StatusCode, tag)
		}
		h.log.queries = -1
		h.came(h.set, 30, "SE", "civil-society")
		if res, _ = h.fetch("/2026/statistics"); res.Header.Get("Etag") != tag || h.log.queries != -1 {
			t.Errorf("a registration made the page anew: %d queries", h.log.queries)
		}
		h.Clock.Freeze(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
		h.ok(h.publish())
		if res, _ = h.fetch("/2026/statistics"); res.Header.Get("Etag") == tag {
			t.Error("what was published is not shown")
		}
	})
}

// The number of queries of the pages does not depend on how much there is.
func TestQueries(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		h.came(h.set, 300, "NO", "civil-society", onsite)
		h.ok(h.publish())
		_, err := h.s.ImportShipped(t.Context(), h.staff)
		h.ok(err)
		for i := range 10 {
			year := strconv.Itoa(2010 + i)
			h.edition(editions.EditionInput{
				Slug: year, Name: core.NewText("en", "Forum "+year), City: core.NewText("en", "Lima"), Zone: "America/Lima", State: editions.StateHeld, FirstDay: year + "-11-10", LastDay: year + "-11-12",
			})
		}
		reader := h.as(h.who["member"])
		for path, most := range map[string]int64{"/2026/statistics": 16, "/statistics": 16, "/2026/statistics/attended": 16, "/2026/statistics/missing": 16} {
			if p := reader.Get(path); p.Status != http.StatusOK || h.log.queries > most {
				t.Errorf("%s: %d with %d queries", path, p.Status, h.log.queries)
			}
		}
	})
}

// What is not published, and what is the staff's, is there for nobody else, by every door.
func TestDoors(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		h.came(h.set, 3, "NO", "civil-society")
		for name, a := range h.who {
			r := h.as(a)
			for _, path := range []string{"/2026/statistics/publish", "/2026/statistics/explore", "/2026/statistics/missing?all=1", "/2026/statistics/missing.csv?all=1", "/statistics/import", "/statistics/settings"} {
				want := http.StatusNotFound
				if name == "secretariat" {
					want = http.StatusOK
				}
				if p := r.Get(path); p.Status != want {
					t.Errorf("%s of %s: %d", name, path, p.Status)
				}
			}
			for _, path := range []string{"/2026/statistics/registered", "/2026/statistics/registered.csv", "/2026/statistics/nothing", "/2026/statistics/registered.exe"} {
				if p := r.Get(path); p.Status != http.StatusNotFound {
					t.Errorf("%s of %s, which is not published: %d", name, path, p.Status)
				}
			}
			if name == "secretariat" {
				continue
			}
			if err := h.s.Publish(t.Context(), a, h.set, figures.PublishInput{}); core.KindOf(err) != core.KindNotFound {
				t.Errorf("%s publishes: %v", name, err)
			}
			if p := r.Post("/2026/statistics/publish", values(figures.PublishInput{Status: figures.Final, Indicators: codes()})); p.Status != http.StatusNotFound {
				t.Errorf("%s publishes by the form: %d", name, p.Status)
			}
		}
		// An edition that is not public yet keeps its figures to the staff.
		draft := h.edition(editions.EditionInput{
			Slug: "2027", Name: core.NewText("en", "Forum 2027"), City: core.NewText("en", "Lima"), Zone: "America/Lima", State: editions.StateDraft, FirstDay: "2027-11-10", LastDay: "2027-11-12",
		})
		if p := h.Visitor(t).Get("/" + draft.Slug + "/statistics"); p.Status != http.StatusNotFound {
			t.Errorf("a draft's figures: %d", p.Status)
		}
	})
}

// The form keeps what was typed and says what is wrong.
func TestPublishForm(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		h.came(h.set, 30, "NO", "civil-society", onsite)
		r := h.as(h.staff)
		p := r.Get("/2026/statistics/publish")
		form := p.Form()
		if form.Get("status") != figures.Provisional || !slices.Contains(form["indicators"], "attended") || slices.Contains(form["indicators"], "proposals") {
			t.Errorf("the form proposes: %v", form)
		}
		form.Set("reason", "We begin.")
		if p = r.Post("/2026/statistics/publish", form); p.Status != http.StatusUnprocessableEntity || p.Form().Get("reason") != "We begin." {
			t.Errorf("no day was promised: %d, kept %q", p.Status, p.Form().Get("reason"))
		}
		form.Set("promised", "2026-10-01")
		if p = r.Post("/2026/statistics/publish", form); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text("main"), "This day is over.") {
			t.Errorf("a day that is over: %d", p.Status)
		}
		form.Set("promised", "2026-12-05")
		if p = r.Post("/2026/statistics/publish", form); p.Status != http.StatusOK || p.URL.Path != "/2026/statistics" {
			t.Fatalf("published: %d at %s", p.Status, p.URL)
		}
		if text := h.Visitor(t).Get("/2026/statistics").Text("main"); !strings.Contains(text, "Provisional; final promised for 5 Dec 2026") {
			t.Errorf("the page does not say when final figures come: %s", text)
		}
		events, err := h.Record.Events(t.Context(), record.Query{Scope: h.set.Scope(), Kinds: []string{"figure.published"}})
		h.ok(err)
		if len(events.Items) != 1 || events.Items[0].Visibility != record.Public {
			t.Errorf("events: %+v", events.Items)
		}
	})
}

func TestFiles(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		h.came(h.set, 30, "NO", "civil-society", onsite)
		h.came(h.set, 12, "KE", "government", online)
		h.ok(h.publish())
		_, body := h.fetch("/2026/statistics.json")
		var all struct {
			Edition string `json:"edition"`
			Figures []struct {
				Indicator  string    `json:"indicator"`
				Amount     int       `json:"amount"`
				Definition core.Text `json:"definition"`
			} `json:"figures"`
		}
		h.ok(json.Unmarshal([]byte(body), &all))
		if all.Edition != "2026" || len(all.Figures) != len(figures.Indicators) || all.Figures[0].Definition.IsZero() || all.Figures[0].Amount != 42 {
			t.Errorf("JSON: %.300s", body)
		}
		_, body = h.fetch("/2026/statistics/attended.csv")
		for _, want := range []string{"2026,attended,Participants,,,,42,", "group,civil-society,Civil society,30,", "country,KE,Kenya,12,"} {
			if !strings.Contains(body, want) {
				t.Errorf("CSV has no %q: %.600s", want, body)
			}
		}
		if _, body = h.fetch("/2026/statistics/attended.json"); !strings.Contains(body, `"sha256"`) {
			t.Errorf("JSON of a figure: %.300s", body)
		}
	})
}

// The JSON API gives what the pages give, and what it means.
func TestAPI(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		h.came(h.set, 30, "NO", "civil-society", onsite)
		if res, _ := h.fetch("/api/v1/editions/2026/statistics/attended"); res.StatusCode != http.StatusNotFound {
			t.Errorf("a figure that is not published: %d", res.StatusCode)
		}
		h.ok(h.publish())
		_, body := h.fetch("/api/v1/indicators")
		var all core.List[figures.IndicatorView]
		h.ok(json.Unmarshal([]byte(body), &all))
		if all.Total != len(figures.Indicators) || all.Items[0].Definition.IsZero() || !strings.Contains(all.Items[0].SQL, "FROM registrations") {
			t.Errorf("indicators: %.400s", body)
		}
		_, body = h.fetch("/api/v1/editions/2026/statistics/attended")
		var one core.List[figures.Figure]
		h.ok(json.Unmarshal([]byte(body), &one))
		if one.Total != 1 || one.Items[0].Amount != 30 || one.Items[0].Parts[0].By != figures.ByGroup {
			t.Errorf("figure: %.400s", body)
		}
	})
}

// The first page of an edition has three key figures, once they are published.
func TestHome(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		h.came(h.set, 30, "NO", "civil-society", onsite)
		if p := h.Visitor(t).Get("/2026"); strings.Contains(p.Text("main"), "Badges collected") {
			t.Error("figures that nobody has published")
		}
		h.ok(h.publish())
		if text := h.Visitor(t).Get("/2026").Text("main .counts"); !strings.Contains(text, "Badges collected30") || !strings.Contains(text, "Participants30") {
			t.Errorf("the panel: %q", text)
		}
	})
}
