package floor

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/formats/captions"
)

// Whatever a newer file says, nothing of an older one is lost: each segment is the same,
// revised, kept or withdrawn, and each cue of the new file stands somewhere.
func TestMergeLosesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var have []Segment
		imported := map[core.ID]Segment{}
		for i := range 1 + r.IntN(30) {
			g := Segment{ID: core.ID(fmt.Sprint(i)), Revision: 1, Position: (i + 1) * step, Starts: int64(i) * 1000, Ends: int64(i)*1000 + 900, Said: fmt.Sprint("w", r.IntN(8)), Speaker: "A", Cause: CauseImport}
			imported[g.ID] = g
			if r.IntN(5) == 0 {
				g.Said, g.Cause, g.Revision = "by hand", CauseCorrection, 2
			}
			if r.IntN(9) == 0 {
				g.Withdrawn, g.Cause = true, CauseWithdrawal
			}
			have = append(have, g)
		}
		var cues []captions.Cue
		for i := range r.IntN(35) {
			cues = append(cues, captions.Cue{Start: time.Duration(i*1000+r.IntN(2)*300) * time.Millisecond, End: time.Duration(i*1000+900) * time.Millisecond, Speaker: "A", Text: fmt.Sprint("w", r.IntN(8))})
		}
		m := merge(have, imported, cues, false)
		withdrawn := 0
		for _, g := range have {
			if g.Withdrawn {
				withdrawn++
			}
		}
		if n := m.Same + len(m.Changed) + len(m.Added); n > len(cues) {
			t.Fatalf("%d cues became %d", len(cues), n)
		}
		if n := m.Same + len(m.Changed) + len(m.Kept) + len(m.Withdrawn) + withdrawn; n < len(have) {
			t.Fatalf("%d of %d segments are accounted for: %+v", n, len(have), m)
		}
		for _, g := range m.Added {
			if g.Position <= 0 {
				t.Fatalf("position %d", g.Position)
			}
		}
		for _, g := range m.Withdrawn {
			if g.Cause == CauseCorrection {
				t.Fatalf("a correction made here was withdrawn: %+v", g)
			}
		}
	}
}
