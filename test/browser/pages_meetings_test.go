package browser

import (
	"net/http"
	"testing"

	"plenary/test/site"
)

// village is the invented coalition of the demo that meets every month.
const village = "/community/dynamic-coalitions/sample-dc-village"

// The pages of the meetings all year round.
func init() {
	pages = append(pages, []page{
		{name: "meetings", path: "/meetings"},
		{name: "meetings-past", path: "/meetings?when=past"},
		{name: "meetings-staff", path: "/meetings", as: "secretariat"},
		{name: "meeting", path: "{meeting}"},
		{name: "meeting-staff", path: "{meeting}", as: "secretariat"},
		{name: "meeting-body", path: village},
		{name: "meeting-new", path: "/meetings/new", as: "secretariat"},
		{name: "meeting-new-wrong", path: "/meetings/new", as: "secretariat", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "meeting-edit", path: "{meeting}/edit", as: "secretariat"},
		{name: "meeting-cancel", path: "{meeting}/cancel", as: "secretariat"},
		{name: "planner", path: "/meetings/planner"},
		{name: "planner-cities", path: "/meetings/planner?who=list&cities=Nairobi,Tokyo,Bogota&count=6"},
		{name: "planner-skipped", path: "/meetings/planner?day=2027-03-28&time=14:00&zone=Europe/Paris"},
		{name: "planner-wrong", path: "/meetings/planner?who=list&cities=Atlantis", want: http.StatusUnprocessableEntity},
		{name: "planner-series", path: "{turns}", as: "secretariat"},
	}...)
}

// findMeetings finds what stands for the words of these pages.
func findMeetings(t *testing.T, s *sites, find func(word string, r *site.Reader, path, selector string)) {
	t.Helper()
	staff := s.demo.As(t, "secretariat")
	find("{meeting}", staff, village, `#meetings .rows li:has(.status.done) a[href^="/meetings/"]`)
	find("{turns}", staff, s.words["{meeting}"], `#series a[href*="planner?series="]`)
}
