package record_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// E127: a record as it was written has no flaws, and each kind of damage is found.
func TestCheckOfTheLog(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		r := open(t, url)
		for i := range 6 {
			if err := r.Write(t.Context(), core.Operator, func(_ context.Context, tx *record.Tx) error {
				tx.Append("thing.done", tx.NewID(), "forum", record.Public, nil)
				tx.Append("thing.done", tx.NewID(), fmt.Sprintf("scope%d", i%2), record.Internal, nil)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		codes := func() string {
			flaws, err := r.Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			out := ""
			for _, f := range flaws {
				if f.Where == "" || f.Text == "" {
					t.Errorf("%+v says too little", f)
				}
				out += f.Code + " "
			}
			return out
		}
		if got := codes(); got != "" {
			t.Fatalf("a whole record has flaws: %s", got)
		}
		for _, x := range []struct{ damage, code string }{
			{"UPDATE scope_versions SET version = 3 WHERE scope = 'forum'", "scope-behind"},
			{"UPDATE scope_versions SET version = 99 WHERE scope = 'forum'", "scope-ahead"},
			{"UPDATE events SET kind = 'Nonsense' WHERE seq = 2", "event-malformed"},
			{"UPDATE events SET visibility = '' WHERE seq = 4", "event-malformed"},
			{"UPDATE events SET program = 'somebody else' WHERE seq = 6", "act-malformed"},
			{"DELETE FROM events WHERE seq = 9", "event-gap"},
			{"UPDATE events SET act = (SELECT act FROM events WHERE seq = 1) WHERE seq = 12", "act-malformed"},
		} {
			before := strings.Count(codes(), x.code)
			if _, err := r.DB.Write.ExecContext(t.Context(), x.damage); err != nil {
				t.Fatal(err)
			}
			if got := codes(); strings.Count(got, x.code) <= before {
				t.Errorf("after %s it finds %s, no further %s", x.damage, got, x.code)
			}
		}
	})
}
