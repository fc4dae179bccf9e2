package calls_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/platform/search"
)

// A draft is nobody's but the staff's by every door: list, page, pages of staff, API,
// search, home, calendar. So is what is published in an edition that is being prepared.
func TestDraftsLeakNowhere(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		draft := h.add(func(in *calls.Input) { in.Title, in.Published = en("Zebra workshops"), false })
		early := h.add(func(in *calls.Input) { in.Title, in.Edition = en("Zebra of next year"), h.hidden.ID })
		open := h.add(func(in *calls.Input) {
			in.Title, in.Audience, in.Invited = en("Open call"), calls.ByMail, "zebra@example.org"
		})
		is(t, "its form has a draft too", h.SaveForm(t.Context(), staff, open.ID, 1, func() calls.Form {
			f, _ := h.Form(t.Context(), open, 0)
			f.Form.Sections[0].Title = en("Zebra section")
			return f.Form
		}()), "")
		f := calls.NewFinds(h.Service)
		for _, as := range []string{"", "stranger", "member", "leader", "invited"} {
			a := map[string]core.Actor{"stranger": stranger, "member": h.member, "leader": h.leader, "invited": h.invited}[as]
			for _, path := range []string{
				"/calls", "/2023/input", "/calls/" + open.Ref, "/api/v1/calls", "/api/v1/calls?state=draft", "/api/v1/calls?edition=2023",
				"/api/v1/calls/" + open.Ref, "/api/v1/calls/" + open.Ref + "/form", "/test/home", "/2023/cycle", "/api/v1/editions/2023/cycle",
			} {
				code, body := h.get(as, path)
				if code != http.StatusOK || strings.Contains(strings.ToLower(body), "zebra") {
					t.Errorf("%q reads at %s: %d, zebra at %d", as, path, code, strings.Index(strings.ToLower(body), "zebra"))
				}
			}
			for _, c := range []calls.Call{draft, early} {
				for _, path := range []string{c.Path(), "/api/v1" + c.Path(), "/api/v1" + c.Path() + "/form"} {
					if code, _ := h.get(as, path); code != http.StatusNotFound {
						t.Errorf("%q at %s: %d", as, path, code)
					}
				}
				for _, sub := range []string{"/edit", "/rules", "/form", "/form/preview", "/form/section", "/form/question", "/form/import", "/form.json", "/cancel"} {
					code, body := h.get(as, c.Path()+sub)
					if as == "" && code != http.StatusSeeOther || as != "" && code != http.StatusNotFound || strings.Contains(body, "Zebra") {
						t.Errorf("%q at %s: %d", as, c.Path()+sub, code)
					}
				}
			}
			may, err := f.May(t.Context(), a, []string{string(draft.ID), string(early.ID), string(open.ID)})
			if err != nil || may[string(draft.ID)] || may[string(early.ID)] || !may[string(open.ID)] {
				t.Errorf("%q finds %v, %v", as, may, err)
			}
		}
		docs, err := f.Docs(t.Context(), []core.ID{draft.ID, early.ID, open.ID})
		if err != nil || len(docs) != 3 {
			t.Fatalf("%d documents, %v", len(docs), err)
		}
		for i, d := range docs {
			if public := len(d.Readers) == 1 && d.Readers[0] == search.Public; public != (i == 2) || i == 2 && (strings.Contains(d.Body.String(), "Zebra") || !strings.Contains(d.Body.String(), "Rapporteur")) {
				t.Errorf("document %d for %v: %s", i, d.Readers, d.Body)
			}
		}
		if all, err := f.All(t.Context()); err != nil || len(all) != 3 {
			t.Errorf("all: %v, %v", all, err)
		}
		for _, as := range []string{"stranger", "member"} {
			if code, _, _ := h.send(as, http.MethodPost, open.Path()+"/edit", url.Values{"title.By[en]": {"Mine"}}); code != http.StatusForbidden {
				t.Errorf("%s edits: %d", as, code)
			}
		}
		if _, body := h.get("staff", "/2023/input"); !strings.Contains(body, "Zebra workshops") || !strings.Contains(body, "Drafts") {
			t.Error("the staff see the draft")
		}
		if code, _ := h.get("staff", early.Path()); code != http.StatusOK {
			t.Errorf("the staff see the early one: %d", code)
		}
		if code, _, _ := h.send("", http.MethodPost, draft.Path()+"/edit", url.Values{}); code != http.StatusSeeOther {
			t.Errorf("a form sent without a session: %d", code)
		}
	})
}

// A list that is kept changes when a window opens and when it closes; a call's page says
// until when in three clocks, who may answer, by which rules, and what is asked.
func TestPagesFollowTheWindow(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		if doc := h.page("", "/2023/input"); doc.Find(".empty").Length() != 1 {
			t.Error("no calls: the page says so")
		}
		c := h.add(func(in *calls.Input) {
			in.PerPerson, in.Langs, in.Audience, in.BodyKinds = 3, []string{"en", "fr"}, calls.OfBodies, []string{"advisory-group"}
		})
		at := func(clock string) {
			x, err := time.Parse(time.RFC3339, clock)
			if err != nil {
				t.Fatal(err)
			}
			h.clock.Freeze(x)
		}
		for _, tc := range []struct{ at, heading, left string }{
			{"2023-04-16T23:59:59Z", "Announced", ""},
			{"2023-04-17T00:00:00Z", "Open now", "37 days left"},
			{"2023-05-24T23:19:00Z", "Open now", "40 min left"},
			{"2023-05-24T23:59:00Z", "Closed", ""},
		} {
			at(tc.at)
			for _, path := range []string{"/2023/input", "/calls"} {
				doc := h.page("", path)
				if got := text(doc.Find("main h2").First()); !strings.HasPrefix(got, tc.heading) {
					t.Errorf("%s at %s: %s", path, tc.at, got)
				}
				if got := text(doc.Find("main .rows")); !strings.Contains(got, tc.left) || !strings.Contains(got, "08:59 Kyoto") || !strings.Contains(got, "23:59 UTC") {
					t.Errorf("%s at %s: %s", path, tc.at, got)
				}
			}
			code, body := h.get("", "/test/home")
			if code != http.StatusOK || strings.Contains(body, "Workshops of 2023") == (tc.heading == "Closed") {
				t.Errorf("home at %s: %s", tc.at, body)
			}
			doc := h.page("member", c.Path())
			if has := doc.Find(`main a.button[href="`+c.Path()+`/answer"]`).Length() == 1; has != (tc.heading == "Open now") {
				t.Errorf("at %s a member can answer: %v", tc.at, has)
			}
		}
		at("2023-05-01T00:00:00Z")
		if doc := h.page("stranger", c.Path()); doc.Find(`a[href$="/answer"]`).Length() != 0 || !strings.Contains(text(doc.Find(".notice")), "Only members") {
			t.Error("who is not asked is told so")
		}
		r, _, _ := h.send("", http.MethodGet, c.Path(), nil)
		if r != http.StatusOK {
			t.Fatal(r)
		}
		got := text(h.page("", c.Path()).Find("main"))
		for _, want := range []string{
			"Members of: Advisory group", "at most 3 answers", "English, Français", "At least 3 speakers have confirmed", "A moderator and at least 2 speakers are on site.",
			"What breaks it is not eligible", "igf-2023-workshop-submission-and-review-process", "At most 60 characters", "At most 250 words",
			"Asked only if “Format” is answered with: Other", "Hidden where reviewers do not see names", "Answer this call", "24 May 2023",
		} {
			if !strings.Contains(got, want) {
				t.Errorf("the page lacks %q", want)
			}
		}
		ar := h.page("", "/ar"+c.Path())
		if ar.Find(`main bdi[lang=en]`).Length() == 0 {
			t.Error("what is not translated says its language")
		}
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, c.Path(), nil)
		req.Header.Set("Cookie", "zone=America%2FNew_York")
		w := httptest.NewRecorder()
		h.h.ServeHTTP(w, req)
		if got := text(h.read(c.Path(), w.Body.String()).Find(".deadline")); !strings.Contains(got, "25 May 2023, 08:59 Kyoto 24 May 2023, 23:59 UTC 24 May 2023, 19:59 for you") {
			t.Errorf("in the reader's zone: %s", got)
		}
		next := h.add(func(in *calls.Input) { in.Previous, in.Title = string(c.ID), en("Workshops once more") })
		f, err := h.Form(t.Context(), next, 0)
		if err != nil {
			t.Fatal(err)
		}
		f.Form.Sections[0].Questions[0].MaxChars = 80
		is(t, "change a question", h.SaveForm(t.Context(), staff, next.ID, 1, f.Form.Doubled("gains")), "")
		is(t, "publish it", h.PublishForm(t.Context(), staff, next.ID, 2), "")
		if got := text(h.page("", next.Path()).Find(".status.changed")); got != "Changed New" && got != "ChangedNew" {
			t.Errorf("questions that differ from last year's are marked %q", got)
		}
		in := calls.InputOf(c)
		in.CloseDay, in.Reason = "2023-05-31", "Holidays."
		is(t, "extend", h.Change(t.Context(), staff, c.ID, in), "")
		if got := text(h.page("", c.Path()).Find(".history")); !strings.Contains(got, "Holidays.") || !strings.Contains(got, "25 May 2023, 08:59 Kyoto 1 Jun 2023, 08:59 Kyoto") {
			t.Errorf("the log: %s", got)
		}
		is(t, "cancel", h.Cancel(t.Context(), staff, c.ID, 2, "The venue burnt down."), "")
		if got := text(h.page("", c.Path()).Find("main")); !strings.Contains(got, "The venue burnt down.") || strings.Contains(got, "Answer this call") {
			t.Errorf("cancelled: %s", got)
		}
		var v struct {
			State string
			Moves []any
		}
		if code, body := h.get("", "/api/v1/calls/"+c.Ref); code != http.StatusOK || json.Unmarshal([]byte(body), &v) != nil || v.State != calls.StateCancelled || len(v.Moves) != 1 {
			t.Errorf("JSON %d %s", code, body)
		}
		if code, body := h.get("", "/api/v1/calls?limit=1&cursor=nonsense"); code != http.StatusUnprocessableEntity {
			t.Errorf("a bad cursor: %d %s", code, body)
		}
	})
}

// Staff make a call by its forms; what is wrong comes back as typed, at its fields, and who
// comes second sees both.
func TestFormsOfACall(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		code, doc, _ := h.fill("staff", "/2023/input/new", map[string]string{"title.By[en]": "Booths", "kind": "booth", "zone": "Kyoto", "close_day": "2023-05-01"})
		if code != http.StatusUnprocessableEntity || text(doc.Find("#f-zone-error")) == "" || doc.Find(`input[name="title.By[en]"]`).AttrOr("value", "") != "Booths" {
			t.Errorf("a bad zone: %d %s", code, text(doc.Find(".problem")))
		}
		to := h.must("staff", "/2023/input/new", map[string]string{"title.By[en]": "Booths", "kind": "booth", "close_day": "2023-05-01"})
		if to != "/calls/2023-booth" {
			t.Fatalf("it stands at %s", to)
		}
		h.page("staff", to)
		old := h.typed(h.page("staff", to+"/edit"), map[string]string{"about.By[en]": "Mine."})
		h.must("staff", to+"/edit", map[string]string{"title.By[en]": "Booths in the Village", "published": "true"})
		code, body, _ := h.send("staff", http.MethodPost, to+"/edit", old)
		if doc := h.read(to, body); code != http.StatusConflict || !strings.Contains(text(doc.Find(".notice")), "Booths in the Village") || !strings.Contains(body, "Mine.") {
			t.Errorf("stale: %d %s", code, text(doc.Find(".notice")))
		}
		code, doc, _ = h.fill("staff", to+"/edit", map[string]string{"close_day": "2023-05-02"})
		if code != http.StatusUnprocessableEntity || text(doc.Find("#f-reason-error")) == "" {
			t.Errorf("moved without a reason: %d", code)
		}
		code, doc, _ = h.fill("staff", to+"/rules", map[string]string{"rules[1].code": "per-person", "rules[1].severity": "warn", "rules[1].limit": "0"})
		if code != http.StatusUnprocessableEntity || text(doc.Find("#f-rules-1-limit-error")) == "" {
			t.Errorf("a rule without its number: %d %s", code, text(doc.Find(".problem")))
		}
		h.must("staff", to+"/rules", map[string]string{"rules[1].code": "per-person", "rules[1].severity": "warn", "rules[1].limit": "2", "rules[1].source": "Decided on 3 May"})
		if got := text(h.page("", to).Find("#rules + .rows")); !strings.Contains(got, "A person proposes at most 2 times. Reviewers are told when it is broken Source: Decided on 3 May") {
			t.Errorf("the rules: %s", got)
		}
		code, doc, _ = h.fill("staff", to+"/cancel", nil)
		if code != http.StatusUnprocessableEntity || text(doc.Find("#f-reason-error")) == "" {
			t.Errorf("cancelled without a reason: %d", code)
		}
		h.must("staff", to+"/cancel", map[string]string{"reason": "No room."})

		h.must("staff", "/calls/new?kind=nomination", map[string]string{"title.By[en]": "Nominations", "close_day": "2023-05-01"})
		if got := h.must("staff", "/calls/nomination/cancel", nil); got != "/calls" {
			t.Errorf("discarded, then %s", got)
		}
		for as, want := range map[string]int{"": http.StatusSeeOther, "stranger": http.StatusForbidden, "leader": http.StatusForbidden} {
			for _, path := range []string{"/2023/input/new", "/calls/new"} {
				if code, _ := h.get(as, path); code != want {
					t.Errorf("%q at %s: %d", as, path, code)
				}
			}
		}
		if code, _ := h.get("leader", "/calls/new?body="+string(h.coalition.ID)); code != http.StatusOK {
			t.Errorf("a coordinator for her body: %d", code)
		}
		if code, _ := h.get("staff", "/calls/new?body=nobody"); code != http.StatusNotFound {
			t.Error("for a body that is none")
		}
	})
}
