package browser

import (
	"net/http"
	"testing"

	"plenary/test/site"
)

// evaluation is how the workshops of the demo are judged.
const evaluation = "/calls/2026-sample-workshop/review"

// The pages of the room of review.
func init() {
	pages = append(pages, []page{
		{name: "reviews-mine", path: "/me/reviews", as: "reviewer"},
		{name: "reviews-none", path: "/me/reviews", as: "participant"},
		{name: "reviews-own", path: "/me/reviews/2026-sample-workshop", as: "reviewer"},
		{name: "review-sheet", path: "{sheet}", as: "reviewer"},
		{name: "review-sheet-wrong", path: "{sheet}", as: "reviewer", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "review-submitted", path: "{scored}", as: "reviewer"},
		{name: "review-abstain", path: "{sheet}/abstain", as: "reviewer"},
		{name: "review-declare", path: "{sheet}/conflict", as: "reviewer"},
		{name: "review-discuss", path: "{scored}/discuss", as: "reviewer"},
		{name: "evaluation", path: evaluation, as: "secretariat"},
		{name: "evaluation-phase", path: evaluation + "/phases/1", as: "secretariat"},
		{name: "evaluation-phase-wrong", path: evaluation + "/phases/new", as: "secretariat", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "evaluation-criteria", path: evaluation + "/criteria", as: "secretariat"},
		{name: "evaluation-reviewers", path: evaluation + "/reviewers", as: "secretariat"},
		{name: "evaluation-reviewer", path: "{judge}", as: "secretariat"},
		{name: "evaluation-remove", path: "{judge}/remove", as: "secretariat"},
		{name: "evaluation-conflicts", path: evaluation + "/conflicts", as: "secretariat"},
		{name: "evaluation-assign", path: evaluation + "/assign", as: "secretariat"},
		{name: "evaluation-assign-fair", path: evaluation + "/assign?fair=1", as: "secretariat"},
		{name: "evaluation-progress", path: evaluation + "/progress", as: "secretariat"},
		{name: "evaluation-results", path: evaluation + "/results?sort=-normalised", as: "secretariat"},
		{name: "evaluation-sheet", path: "{scored}", as: "secretariat"},
		{name: "evaluation-none", path: "/calls/2026-sample-nomination/review/results", as: "secretariat"},
	}...)
}

// findReviews finds what stands for the words of these pages.
func findReviews(t *testing.T, s *sites, find func(word string, r *site.Reader, path, selector string)) {
	t.Helper()
	reviewer := s.demo.As(t, "reviewer")
	find("{scored}", reviewer, "/me/reviews", `main .rows li:has(.status.done) a[href^="/reviews/"]`)
	find("{sheet}", reviewer, "/me/reviews", `main .rows li:has(.status.due) a[href^="/reviews/"]`)
	find("{judge}", s.demo.As(t, "secretariat"), evaluation+"/reviewers", `main table th a[href*="/reviewers/"]`)
}
