package figures_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/figures"
	"plenary/internal/platform/record"
)

const head = "edition,dimension,group,value,unit,source,definition\n"

func TestReadPoints(t *testing.T) {
	t.Parallel()
	list, err := figures.ReadPoints(strings.NewReader("\ufeff" + head + "2016,participants-onsite,,2000,count>,a page,on site\n2018,gender,female,43.5,percent~,a page,\n"))
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	if p := list[0]; p.Qualifier != "more-than" || p.Unit != "count" || p.Number() != 2000 || p.Definition != "on site" {
		t.Errorf("%+v", p)
	}
	if p := list[1]; p.Qualifier != "about" || p.Number() != 43.5 || p.Group != "female" {
		t.Errorf("%+v", p)
	}
	if list, err = figures.ReadPoints(strings.NewReader("edition,dimension,group,value,unit,source\n2016,countries,,123,count,a page\n")); err != nil || len(list) != 1 {
		t.Error("without definitions:", list, err)
	}
}

// Each thing that is wrong is told with its line; then nothing is given.
func TestReadPointsWrong(t *testing.T) {
	t.Parallel()
	for body, key := range map[string]string{
		"":                                               "figures.error.empty",
		head:                                             "figures.error.empty",
		"year,count\n":                                   "figures.error.header",
		head + "2016,a,,1,count,s\n":                     "figures.error.columns",
		head + "16,a,,1,count,s,\n":                      "figures.error.edition",
		head + "2016,A b,,1,count,s,\n":                  "figures.error.dimension",
		head + "2016,a,,-1,count,s,\n":                   "figures.error.value",
		head + "2016,a,,1e9,count,s,\n":                  "figures.error.value",
		head + "2016,a,,1,people,s,\n":                   "figures.error.unit",
		head + "2016,a,,101,percent,s,\n":                "figures.error.percent",
		head + "2016,a,,1,count,,\n":                     "figures.error.source",
		head + "2016,a,,1,count,\"s,\n":                  "figures.error.csv",
		head + "2016,a,,1,count,s\x00,\n":                "figures.error.not_text",
		head + strings.Repeat("2016,a,,1,count,s,\n", 2): "figures.error.twice",
		head + "2016,a,,1,count," + strings.Repeat("s", 501) + ",\n":   "figures.error.long",
		head + "2016,a,,1,count," + strings.Repeat("s", 1<<20) + ",\n": "figures.error.too_large",
	} {
		list, err := figures.ReadPoints(strings.NewReader(body))
		e, ok := errors.AsType[*core.Error](err)
		if !ok || len(list) > 0 {
			t.Errorf("%.60q: %v", body, err)
			continue
		}
		found := e.Key == key
		for _, f := range e.Fields {
			found = found || f.Key == key
		}
		if !found {
			t.Errorf("%.60q: %v, want %s", body, err, key)
		}
	}
}

func FuzzReadPoints(f *testing.F) {
	f.Add(head + "2016,participants-onsite,,2000,count>,a page,on site\n")
	f.Add("edition,dimension,group,value,unit,source\n2016,a,\"x\ny\",1,percent~,s\n")
	f.Add(head + "2016,a,,1,count,\"s,\n")
	f.Fuzz(func(t *testing.T, body string) {
		list, err := figures.ReadPoints(strings.NewReader(body))
		if err == nil && len(list) == 0 {
			t.Error("nothing was read, and nothing was wrong")
		}
		if err != nil && len(list) > 0 {
			t.Error("points of a file that is wrong")
		}
		for _, p := range list {
			if p.Number() < 0 || p.Source == "" || p.Edition == "" || p.Unit != "count" && p.Unit != "percent" {
				t.Errorf("%+v", p)
			}
		}
	})
}

// E114: the series over the editions, as sources gave them; each value with its note, gaps
// as gaps, contradictions side by side.
func TestSeries(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		n, err := h.s.ImportShipped(t.Context(), h.staff)
		h.ok(err)
		if n != 42+97+30 {
			t.Errorf("%d facts", n)
		}
		if again, err := h.s.ImportShipped(t.Context(), h.staff); err != nil || again != n {
			t.Error("a second time:", again, err)
		}
		points, err := h.s.Points(t.Context())
		h.ok(err)
		if len(points) != n {
			t.Errorf("%d points after the second time", len(points))
		}
		h.came(h.set, 30, "NO", "civil-society", onsite)
		h.ok(h.publish())
		p := h.Visitor(t).Get("/statistics")
		chart := p.Find("#participants-onsite")
		if chart.Find("circle.dot").Length() != 14 { // 13 said, one of this record
			t.Errorf("%d dots", chart.Find("circle.dot").Length())
		}
		text := strings.Join(strings.Fields(chart.Text()), " ")
		for _, want := range []string{"more than 2,000", "6,279", "Not found", "participants including 152 media", "This record:", "Provisional"} {
			if !strings.Contains(text, want) {
				t.Errorf("the series does not say %q: %.900s", want, text)
			}
		}
		if rows := chart.Find("tbody tr").Length(); rows != 19 {
			t.Errorf("%d editions", rows)
		}
		if _, body := h.fetch("/statistics.csv"); !strings.Contains(body, "2023,countries,,178,count,") || !strings.Contains(body, "2026,participants-onsite,,30,count,") {
			t.Errorf("CSV: %.500s", body)
		}
		list, err := h.s.Series(t.Context(), core.Visitor)
		h.ok(err)
		sum := 0.0
		for _, s := range list {
			if s.Dimension != "region" || s.Unit != "percent" {
				continue
			}
			for _, x := range s.Points {
				if x.Edition == "2025" {
					sum += x.Value
				}
			}
		}
		if sum != 100 {
			t.Errorf("the regions of 2025 add up to %v", sum)
		}
	})
}

// Two figures that contradict each other stand side by side on the page of the figure.
func TestContradiction(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		h.came(h.set, 30, "NO", "civil-society", onsite)
		h.ok(h.publish())
		_, err := h.s.Import(t.Context(), h.staff, "press", strings.NewReader(head+"2026,participants-onsite,,29,count,a newspaper,badges\n2026,participants-onsite,,40,count>,a speech,\n"))
		h.ok(err)
		text := h.Visitor(t).Get("/2026/statistics/attended-onsite").Text("main")
		for _, want := range []string{"What others said", "29", "a newspaper", "more than 40", "a speech"} {
			if !strings.Contains(text, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
	})
}

// Nothing changes unless the whole file is good; what was pasted comes back.
func TestBringForm(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		r := h.as(h.staff)
		bad := url.Values{"text": {head + "2016,a,,1,count,s,\n2017,a,,x,count,s,\n"}, "name": {"mine"}}
		p := r.Post("/statistics/import", bad)
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text("main"), "Line 3, value: “x” is not a number") || !strings.Contains(p.Form().Get("text"), "2017,a,,x") {
			t.Errorf("%d: %s", p.Status, p.Text(".notice"))
		}
		points, err := h.s.Points(t.Context())
		if h.ok(err); len(points) != 0 {
			t.Errorf("%d points of a bad file", len(points))
		}
		if p = r.Post("/statistics/import", url.Values{"text": {""}}); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("nothing was sent: %d", p.Status)
		}
		if p = r.Post("/statistics/import", url.Values{"text": {head + "2016,a,,1,count,s,\n"}, "name": {"mine"}}); p.Status != http.StatusOK {
			t.Errorf("a good file: %d", p.Status)
		}
		if p = r.Post("/statistics/import", url.Values{"shipped": {"1"}}); p.Status != http.StatusOK {
			t.Errorf("shipped facts: %d", p.Status)
		}
		events, err := h.Record.Events(t.Context(), record.Query{Scope: core.ScopeForum, Kinds: []string{"figures.imported"}})
		h.ok(err)
		if len(events.Items) != 4 {
			t.Errorf("%d events", len(events.Items))
		}
	})
}

// E039: who is absent now and was there before, who was never seen; countries alone.
func TestMissing(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, h *house) {
		h.came(h.before, 6, "NP", "civil-society")
		h.came(h.before, 6, "NO", "civil-society")
		h.came(h.set, 40, "NO", "civil-society", onsite)
		h.came(h.set, 2, "SE", "government", online)
		h.came(h.set, 12, "KE", "government", online)
		if p := h.Visitor(t).Get("/2026/statistics/missing"); !strings.Contains(p.Text("main"), "Nothing can be said yet") {
			t.Error("a report without figures")
		}
		h.ok(h.publish())
		_, err := h.s.Import(t.Context(), h.staff, "countries", strings.NewReader(head+"2024,country,Chad,3,count,a list,\n"))
		h.ok(err)
		full, err := h.s.Missing(t.Context(), h.staff, h.set, true)
		h.ok(err)
		absent := map[string]string{}
		for _, x := range full.Absent {
			absent[x.Country] = x.Last
		}
		if len(absent) != 2 || absent["NP"] != "2025" || absent["TD"] != "2024" {
			t.Errorf("absent: %v", absent)
		}
		if len(full.Never) != 193-3-2 {
			t.Errorf("%d were never seen", len(full.Never))
		}
		open, err := h.s.Missing(t.Context(), core.Visitor, h.set, false)
		h.ok(err)
		for _, x := range append(open.Absent, open.Never...) {
			if x.Country == "SE" || x.Country == "NO" {
				t.Errorf("%s is there", x.Country)
			}
		}
		if len(open.Absent) != 1 { // of 2025 nothing is published
			t.Errorf("absent, from what is published: %+v", open.Absent)
		}
		for _, g := range full.Groups {
			if g == "government" || g == "civil-society" {
				t.Errorf("group %s is there", g)
			}
		}
		text := h.as(h.staff).Get("/2026/statistics/missing?all=1").Text("main")
		if !strings.Contains(text, "Nepal") || !strings.Contains(text, "last seen 2025") {
			t.Errorf("the page: %.600s", text)
		}
		_, body := h.fetch("/2026/statistics/missing.csv")
		if !strings.Contains(body, "2026,TD,Chad,african,") || strings.Contains(body, "Secret") {
			t.Errorf("CSV: %.300s", body)
		}
	})
}
