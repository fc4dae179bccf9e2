package figures_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/figures"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

// people are of two regions and several classes; two of them come from Bhutan, which is
// the small cell that nobody may find.
func (h *house) small() {
	h.came(h.set, 40, "NO", "civil-society", onsite, gender("woman"))
	h.came(h.set, 25, "FR", "government", onsite, gender("man"))
	h.came(h.set, 30, "JP", "technical-community", online, gender("man"))
	h.came(h.set, 11, "NP", "civil-society", onsite)
	h.came(h.set, 2, "BT", "civil-society", onsite)
	h.came(h.set, 17, "BD", "academia", online)
	h.came(h.set, 9, "KE", "private-sector", onsite, gender("nonbinary"))
	h.came(h.set, 8, "FR", "igo", online)
}

// published is all that a stranger can read of the figures, by every door.
func (h *house) published() map[string]string {
	h.t.Helper()
	out := map[string]string{}
	paths := []string{
		"/2026/statistics", "/2026/statistics.csv", "/2026/statistics.json", "/statistics", "/statistics.csv", "/statistics.json", "/2026/statistics/missing",
		"/2026/statistics/missing.csv", "/2026", "/2026/activity", "/ar/2026/statistics", "/fr/2026/statistics.csv",
		"/api/v1/indicators", "/api/v1/editions/2026/statistics", "/api/v1/editions/2026/absences", "/api/v1/statistics/series",
	}
	for _, code := range codes() {
		paths = append(paths, "/api/v1/editions/2026/statistics/"+code, "/2026/statistics/"+code, "/2026/statistics/"+code+".csv", "/2026/statistics/"+code+".json")
	}
	for _, path := range paths {
		res, body := h.fetch(path)
		if res.StatusCode != http.StatusOK {
			h.t.Errorf("%s: %d", path, res.StatusCode)
		}
		out[path] = body
	}
	list, err := h.s.Values(h.t.Context(), core.Visitor, h.set)
	h.ok(err)
	b, err := json.Marshal(list)
	h.ok(err)
	out["values"] = string(b)
	ids, err := figures.NewFinds(h.s).All(h.t.Context())
	h.ok(err)
	docs, err := figures.NewFinds(h.s).Docs(h.t.Context(), ids)
	h.ok(err)
	out["search"] = fmt.Sprintf("%+v", docs)
	events, err := h.Record.Events(h.t.Context(), record.Query{Scope: h.set.Scope()})
	h.ok(err)
	b, err = json.Marshal(events)
	h.ok(err)
	out["events"] = string(b)
	return out
}

// A cell of two is shown nowhere, and nothing that is published leads to it.
func TestSuppressedCell(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		h.small()
		h.ok(h.publish())
		f := h.value("registered")
		c := f.Part("country").Cell("BT")
		if !c.Hidden || c.Amount != 0 {
			t.Fatalf("the cell is published: %+v", c)
		}
		// It cannot be reckoned: the hidden countries add up to what the shown ones leave
		// of total, region and class, and another of the same kind is among them.
		rest, hidden := f.Amount, []string{}
		for _, x := range f.Part("country").Cells {
			rest -= x.Amount
			if x.Hidden {
				hidden = append(hidden, x.Code)
			}
		}
		rest -= f.Part("region").Cell("igo").Amount
		if rest <= 2+4 || len(hidden) < 2 || !slices.Contains(hidden, "NP") {
			t.Errorf("%d people are left for %v", rest, hidden)
		}
		for _, by := range []string{"region", "class", "group", "gender"} {
			for _, x := range f.Part(by).Cells {
				if x.Amount > 0 && x.Amount < 5 {
					t.Errorf("%s %s: %d", by, x.Code, x.Amount)
				}
			}
		}
		for door, text := range h.published() {
			if strings.Contains(text, "Secret Name") || strings.Contains(text, "@example.org") {
				t.Errorf("%s names people", door)
			}
			for _, leak := range []string{`"code":"BT","amount":2`, "country,BT,Bhutan,2,"} {
				if strings.Contains(text, leak) {
					t.Errorf("%s: %s", door, leak)
				}
			}
		}
		p := h.Visitor(t).Get("/2026/statistics/registered")
		row := p.Find("table.bars tr").FilterFunction(func(_ int, s *goquery.Selection) bool {
			return strings.HasPrefix(strings.TrimSpace(s.Text()), "Bhutan")
		})
		if row.Length() != 1 || !strings.Contains(row.Text(), "not shown") || row.Find("rect").Length() != 0 {
			t.Errorf("the row of the country: %q", row.Text())
		}
		if got := p.Find("circle.mark.open").Length(); got != len(hidden) {
			t.Errorf("%d open marks for %v", got, hidden)
		}
		// The staff sees it, and is told that it is internal.
		in := h.as(h.staff).Get("/2026/statistics/explore?of=registered&by=country&and=region")
		if text := in.Text("main"); !strings.Contains(text, "Internal") || !strings.Contains(text, "Bhutan") {
			t.Errorf("the staff does not see it: %s", text)
		}
	})
}

// The same in the whole: exchanging two hidden countries person by person changes nothing
// that is published, in no population.
func TestExchangeChangesNothing(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		h.small()
		h.ok(h.publish())
		before := h.shownOf()
		h.write(func(ctx context.Context, tx *record.Tx) error {
			for _, sql := range []string{
				"UPDATE registrations SET country = 'XX' WHERE country = 'BT'", "UPDATE registrations SET country = 'BT' WHERE country = 'NP'",
				"UPDATE registrations SET country = 'NP' WHERE country = 'XX'",
			} {
				if _, err := tx.NewRaw(sql).Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		h.Clock.Freeze(time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC))
		h.ok(h.publish())
		if after := h.shownOf(); after != before {
			t.Errorf("what is published tells the two apart:\n%s\n%s", before, after)
		}
	})
}

// shownOf is what is published, but for times and digests.
func (h *house) shownOf() string {
	h.t.Helper()
	list, err := h.s.Values(h.t.Context(), core.Visitor, h.set)
	h.ok(err)
	var b strings.Builder
	for _, f := range list {
		fmt.Fprintln(&b, f.Indicator, f.Amount, f.Hidden, f.Parts)
	}
	return b.String()
}

// What was hidden once stays hidden when it has grown: the difference would tell.
func TestHiddenStays(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		h.small()
		h.ok(h.publish())
		h.came(h.set, 30, "BT", "civil-society", onsite)
		h.Clock.Freeze(time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC))
		h.ok(h.publish(final))
		f := h.value("registered")
		if c := f.Part("country").Cell("BT"); !c.Hidden {
			t.Errorf("the pattern was narrowed: %+v", c)
		}
		if c := f.Part("country").Cell("NO"); c.Hidden || c.Amount != 40 {
			t.Errorf("more was hidden than was: %+v", c)
		}
	})
}

// A group of intergovernmental organisations stands in two tables: hidden in one, it is not
// to be found in the other.
func TestTwins(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		h.came(h.set, 40, "NO", "civil-society")
		h.came(h.set, 30, "SE", "government")
		h.came(h.set, 3, "FR", "igo")
		h.ok(h.publish())
		f := h.value("registered")
		if region := f.Part("region"); !f.Part("group").Cell("igo").Hidden || !region.Whole && !region.Cell("igo").Hidden {
			t.Errorf("three people are shown: %+v %+v", f.Part("group"), f.Part("region"))
		}
		shown := 0
		for _, c := range f.Part("country").Cells {
			shown += c.Amount
		}
		if f.Amount-shown == 3 {
			t.Error("three people are what the countries leave")
		}
	})
}

// Genders of which there are few are counted with those who did not say.
func TestFewOfAGender(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		h.came(h.set, 40, "NO", "civil-society", gender("woman"))
		h.came(h.set, 40, "NO", "civil-society", gender("man"))
		h.came(h.set, 3, "NO", "civil-society", gender("nonbinary"))
		h.came(h.set, 4, "NO", "civil-society", gender("own"))
		h.ok(h.publish())
		f := h.value("registered")
		b := f.Part("gender")
		if len(b.Cells) != 3 || b.Cell("other").Amount != 7 || b.Cell("woman").Amount != 40 {
			t.Errorf("by gender: %+v", b)
		}
		h.came(h.set, 30, "NO", "civil-society", gender("nonbinary"))
		h.Clock.Freeze(time.Date(2026, 11, 4, 9, 0, 0, 0, time.UTC))
		h.ok(h.publish())
		f = h.value("registered")
		if b = f.Part("gender"); b.Cell("other").Amount != 37 || len(b.Cells) != 3 {
			t.Errorf("merged once, merged always: %+v", b)
		}
	})
}

// A small number of ministers is not shown, nor where legislators come from.
func TestSmallTotals(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		h.came(h.set, 40, "NO", "civil-society", onsite)
		h.came(h.set, 2, "SE", "government", onsite, func(r *participation.Registration) { r.Rank, r.Parliament = "minister", true })
		h.ok(h.publish())
		for _, code := range []string{"ministers", "legislators", "legislators-countries", "governments-onsite"} {
			if f := h.value(code); !f.Hidden || f.Amount != 0 || f.Lines != 0 {
				t.Errorf("%s: %+v", code, f)
			}
		}
		if _, body := h.fetch("/2026/statistics/ministers.csv"); !strings.Contains(body, ",,hidden,") {
			t.Errorf("CSV: %s", body)
		}
		if p := h.Visitor(t).Get("/2026/statistics/ministers"); !strings.Contains(p.Text(".figure-value"), "not shown") {
			t.Errorf("the page: %s", p.Text(".figure-value"))
		}
	})
}

// Who gave a new least number sees it from the next publication on.
func TestSettings(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		r := h.as(h.staff)
		form := r.Get("/statistics/settings").Form()
		if form.Get("least") != "5" {
			t.Fatalf("usual: %v", form)
		}
		form.Set("least", "2")
		if p := r.Post("/statistics/settings", form); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("two is enough: %d", p.Status)
		}
		form.Set("least", "10")
		if p := r.Post("/statistics/settings", form); p.Status != http.StatusOK {
			t.Errorf("saved: %d", p.Status)
		}
		if p := r.Post("/statistics/settings", form); p.Status != http.StatusConflict {
			t.Errorf("a stale form: %d", p.Status)
		}
		h.came(h.set, 60, "NO", "civil-society")
		h.came(h.set, 30, "SE", "government")
		h.came(h.set, 9, "DK", "government")
		h.ok(h.publish())
		if f := h.value("registered"); !f.Part("country").Cell("DK").Hidden {
			t.Error("nine of a least ten are shown")
		}
	})
}

// Few who took part online hide no country of those registered; their own region is hidden.
func TestFewOnline(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		h.came(h.set, 40, "NO", "civil-society", onsite)
		h.came(h.set, 20, "KE", "civil-society", onsite)
		h.came(h.set, 2, "KE", "civil-society", online)
		h.came(h.set, 30, "NO", "civil-society", online)
		h.came(h.set, 30, "JP", "civil-society", online)
		h.ok(h.publish(func(in *figures.PublishInput) {
			in.Indicators = slices.DeleteFunc(in.Indicators, func(code string) bool { return code == "attended-online" })
		}))
		f := h.value("registered")
		if c := f.Part("country").Cell("KE"); c.Hidden || c.Amount != 22 {
			t.Errorf("a country is hidden for what is not published: %+v", c)
		}
		h.Clock.Freeze(time.Date(2026, 11, 5, 9, 0, 0, 0, time.UTC))
		h.ok(h.publish())
		if f = h.value("attended-online"); !f.Part("region").Cell("african").Hidden || f.Part("country") != nil {
			t.Errorf("two people online: %+v", f.Parts)
		}
	})
}
