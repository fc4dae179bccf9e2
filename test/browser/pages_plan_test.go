package browser

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"plenary/test/site"
)

// The pages on which the timetable is planned, optimised and released, and what readers see
// of the releases.
func init() {
	pages = append(pages, []page{
		{name: "plan", path: plan, as: "secretariat"},
		{name: "plan-small", path: plan + "?zoom=small", as: "secretariat"},
		{name: "plan-large", path: plan + "?zoom=large", as: "secretariat"},
		{name: "plan-not-begun", path: "/2024/timetable", as: "secretariat"},
		{name: "plan-place", path: "{placed}", as: "secretariat"},
		{name: "plan-place-wrong", path: "{placed}", as: "secretariat", want: http.StatusUnprocessableEntity, act: placeWrong},
		{name: "plan-findings", path: plan + "/findings", as: "secretariat"},
		{name: "plan-findings-none", path: "/2024/timetable/findings", as: "secretariat"},
		{name: "plan-optimiser", path: plan + "/optimiser", as: "secretariat"},
		{name: "plan-optimiser-wrong", path: plan + "/optimiser", as: "secretariat", want: http.StatusUnprocessableEntity, act: noSeconds},
		{name: "plan-run", path: "{run}", as: "secretariat"},
		{name: "plan-draft", path: "{drafted}"},
		{name: "plan-release", path: plan + "/release", as: "secretariat"},
		{name: "changes", path: sample + "/changes"},
		{name: "changes-none", path: "/2024/changes"},
		{name: "change", path: sample + "/changes/1"},
	}...)
}

func noSeconds(b *tab) {
	b.set("seconds", "0")
	sendForm(b)
}

func placeWrong(b *tab) {
	eval[bool](b, `(document.querySelector("form.form [name=minutes]").value = "1", true)`)
	sendForm(b)
}

// findPlan finds a session of the plan, a run of the optimiser that is to be decided, and a
// private link of the draft.
func findPlan(t *testing.T, s *sites, find func(word string, r *site.Reader, path, selector string)) {
	t.Helper()
	staff := s.demo.As(t, "secretariat")
	find("{placed}", staff, plan, ".slot h3 a")
	p := staff.Post(plan+"/optimiser", url.Values{"seconds": {"1"}, "seed": {"1"}})
	s.words["{run}"] = p.URL.Path
	for range 300 {
		if !strings.Contains(staff.Get(p.URL.Path+"/state").Body, `"running":true`) {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	link := staff.Post(plan+"/link", nil).Find("#link").AttrOr("value", "")
	s.words["{drafted}"] = strings.TrimPrefix(link, s.demo.URL)
	if !strings.HasPrefix(s.words["{drafted}"], "/") {
		t.Fatalf("the private link is %q", link)
	}
}
