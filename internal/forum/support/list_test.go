package support_test

import (
	"fmt"
	"net/http"
	"testing"

	"plenary/internal/forum/support"
)

// The number of queries of the lists does not depend on how many apply.
func TestQueriesOfLists(t *testing.T) {
	if testing.Short() {
		t.Skip("150 applications take a while")
	}
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		paths := []string{"/2030/support", "/2030/support/scoring", "/2030/support/awards", "/2030/support/ledger", "/2030/support.csv"}
		count := func() map[string]int64 {
			out := map[string]int64{}
			r := h.as(h.staff)
			for _, path := range paths {
				must(t, r.Get(path), http.StatusOK)
				h.log.mu.Lock()
				out[path] = h.log.queries
				h.log.mu.Unlock()
			}
			return out
		}
		h.apply(h.ana, h.call, answers("Islands", "VU", "River", 100))
		few := count()
		countries := []string{"VU", "HT", "NP", "KE", "FJ", "BT", "RW", "AM"}
		for i := range 149 {
			a := h.account(fmt.Sprintf("Applicant %d", i), "")
			h.apply(a, h.call, answers("Title", countries[i%len(countries)], fmt.Sprintf("Org %d", i%50), 100+i))
		}
		h.at(6, 1)
		_, err := h.room.Settle(ctx, h.staff, h.set)
		h.ok(err)
		many := count()
		for _, path := range paths {
			t.Logf("%s: %d queries for 1, %d for 150", path, few[path], many[path])
			if many[path] > few[path]+2 || many[path] > 40 {
				t.Errorf("%s: %d queries for 1, %d for 150", path, few[path], many[path])
			}
		}
		if facts, err := h.room.Grantees(ctx, h.set.ID); err != nil || len(facts) != 0 {
			t.Errorf("%d grantees, %v", len(facts), err)
		}
		seen, err := h.room.Lines(ctx, h.lou, h.set)
		h.ok(err)
		eligible := 0
		for _, l := range seen.Lines {
			if l.State == support.StateEligible {
				eligible++
			}
		}
		if eligible == 0 || eligible == 150 {
			t.Errorf("%d eligible", eligible)
		}
	})
}
