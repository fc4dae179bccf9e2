package cosplib

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Solution is what stands where.
type Solution struct {
	Track []int   // of each cell; -1: none
	Slots [][]int // of each cell: the submission in each of its slots; -1: none
}

// NewSolution is one in which nothing stands.
func (p *Instance) NewSolution() *Solution {
	x := &Solution{Track: slices.Repeat([]int{-1}, p.cells()), Slots: make([][]int, p.cells())}
	for c := range x.Slots {
		x.Slots[c] = slices.Repeat([]int{-1}, p.Sessions[c/len(p.Rooms)].Slots)
	}
	return x
}

// Claim is what a solution's file says of itself.
type Claim struct {
	Kind, Note string
	Score      Score
}

// Amount is a term as files show it.
type Amount struct {
	Count  int64 `json:"count"`
	Weight int64 `json:"weight"`
	Value  int64 `json:"value"`
}

// Amounts are a score's terms as files show them.
type Amounts [terms]Amount

// Amounts weighs a score.
func (p *Instance) Amounts(s *Score) Amounts {
	var out Amounts
	for t, n := range s.Counts {
		out[t] = Amount{Count: n, Weight: p.Weights.on(Term(t)), Value: p.Weights.on(Term(t)) * n}
	}
	return out
}

// MarshalJSON lists the terms by name, in the library's order.
func (a Amounts) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	for t, x := range a {
		fmt.Fprintf(&b, `%c%q:{"count":%d,"weight":%d,"value":%d}`, "{,"[min(t, 1)], Term(t), x.Count, x.Weight, x.Value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// WriteSolution puts a solution into the form of the library's files, with its score. Cells
// in which there is neither a track nor a submission are left out.
func (p *Instance) WriteSolution(x *Solution, kind, note string) ([]byte, error) {
	score := p.Evaluate(x)
	var b bytes.Buffer
	text := func(s string) string {
		var out bytes.Buffer
		enc := json.NewEncoder(&out)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(s); err != nil { // no text is refused
			return `""`
		}
		return strings.TrimSpace(out.String())
	}
	fmt.Fprintf(&b, "{\n\"instance\": %s,\n\"kind\": %s,\n\"note\": %s,\n\"complete\": %t,\n\"consistent\": %t,\n\"total\": %d,\n\"terms\": {",
		text(p.Name), text(kind), text(note), score.Complete, score.Consistent, score.Total)
	for t, a := range p.Amounts(&score) {
		fmt.Fprintf(&b, "%s\n  %q: {\"count\": %d, \"weight\": %d, \"value\": %d}", comma(t), Term(t), a.Count, a.Weight, a.Value)
	}
	b.WriteString("\n},\n\"cells\": [")
	written := 0
	for c, t := range x.Track {
		filled := slices.ContainsFunc(x.Slots[c], func(a int) bool { return a >= 0 })
		if t < 0 && !filled {
			continue
		}
		track := "null"
		if t >= 0 {
			track = text(p.Tracks[t].ID)
		}
		fmt.Fprintf(&b, "%s\n  {\"session\": %s, \"room\": %s, \"track\": %s, \"slots\": [", comma(written),
			text(p.Sessions[c/len(p.Rooms)].ID), text(p.Rooms[c%len(p.Rooms)]), track)
		for k, a := range x.Slots[c] {
			if k > 0 {
				b.WriteString(", ")
			}
			if a < 0 {
				b.WriteString("null")
			} else {
				b.WriteString(text(p.Submissions[a].Ref))
			}
		}
		b.WriteString("]}")
		written++
	}
	b.WriteString("\n]\n}\n")
	if !json.Valid(b.Bytes()) {
		return nil, fmt.Errorf("instance %q: the solution cannot be written as JSON", p.Name)
	}
	return b.Bytes(), nil
}

func comma(n int) string {
	if n == 0 {
		return ""
	}
	return ","
}
