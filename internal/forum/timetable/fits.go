package timetable

import (
	"plenary/internal/core"
	solve "plenary/internal/solve/timetable"
)

// Fits proposes places for a session, the best first.
func (b *Board) Fits(session core.ID, limit int) []Offer {
	i, ok := b.index[session]
	if !ok || b.of[i] < 0 {
		return nil
	}
	var out []Offer
	for _, slot := range solve.Fits(b.problem, b.places, b.of[i], limit) {
		if slot.Place.Room != b.nowhere() {
			out = append(out, b.offer(i, slot))
		}
	}
	return out
}

func (b *Board) offer(i int, slot solve.Slot) Offer {
	starts := b.instant(slot.Place.Start)
	o := Offer{Starts: starts, Ends: b.Items[i].end(starts), Room: b.room(slot.Place.Room), Findings: []Found{}}
	for _, f := range slot.Findings {
		o.Findings = append(o.Findings, b.found(f))
	}
	return o
}

// Why tells why a session cannot be placed without a finding that blocks.
type Why struct {
	Candidates int      `json:"candidates" doc:"places that were looked at"`
	Fit        int      `json:"fit" doc:"of these, without a finding that blocks"`
	Reasons    []Reason `json:"reasons"`
	Nearest    *Offer   `json:"nearest,omitempty"`
}

// Reason is a rule that rules places out.
type Reason struct {
	Rule  string `json:"rule"`
	Count int    `json:"count"`
	Alone int    `json:"alone" doc:"of these, places that nothing else rules out"`
}

// Why explains why a session has no place.
func (b *Board) Why(session core.ID) Why {
	i, ok := b.index[session]
	if !ok || b.of[i] < 0 {
		return Why{}
	}
	w := solve.Explain(b.problem, b.places, b.of[i])
	out := Why{Candidates: w.Candidates, Fit: w.Fit}
	for _, r := range w.Reasons {
		out.Reasons = append(out.Reasons, Reason{r.Rule.String(), r.Count, r.Alone})
	}
	if w.Nearest != nil {
		o := b.offer(i, *w.Nearest)
		out.Nearest = &o
	}
	return out
}
