package proposals_test

import (
	"context"
	"slices"
	"testing"

	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// A speaker who is named by two of her addresses is one speaker.
func TestOneSpeakerTwoAddresses(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		ctx := t.Context()
		rules := calls.RulesInput{Version: h.call.Version, Rules: []calls.RuleRow{{Code: calls.RuleSpeaking, Severity: calls.Blocks, Limit: 1}}}
		h.ok(h.Calls.SetRules(ctx, h.staff, h.call.ID, rules))
		c, err := h.Calls.Call(ctx, h.staff, h.call.Ref)
		h.ok(err)
		first := h.propose(h.ana, "Rivers")
		h.propose(h.ben, "Lakes")
		tooOften := func() (names []string) {
			t.Helper()
			rows, err := h.Proposals.Screening(ctx, h.staff, c)
			h.ok(err)
			for _, r := range rows {
				for _, f := range r.Findings {
					if f.Rule == calls.RuleSpeaking && f.Outcome == proposals.Broken {
						names = append(names, f.Args["Names"].([]string)...)
					}
				}
			}
			return names
		}
		if names := tooOften(); len(names) != 0 {
			t.Fatalf("everybody speaks once, and %q speak too often", names)
		}
		kim := h.account("Lakes two", "")
		h.write(func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.NewRaw("INSERT INTO account_addresses (email_key, account, email, created) VALUES (?, ?, ?, 1)", address("Rivers two"), kim.Account, address("Rivers two")).Exec(ctx)
			return err
		})
		if names := tooOften(); !slices.Equal(names, []string{"Rivers two", "Lakes two"}) {
			t.Errorf("who stands in two proposals by two addresses: %q", names)
		}
		v, err := h.Proposals.Get(ctx, h.ana, first)
		h.ok(err)
		found, err := h.Proposals.Findings(ctx, v)
		h.ok(err)
		if len(found) != 1 || found[0].Outcome != proposals.Broken {
			t.Errorf("her panel says %+v", found)
		}
	})
}
