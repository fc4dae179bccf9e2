package timetable

import (
	"plenary/internal/core"
	"plenary/internal/forum/programme"
	solve "plenary/internal/solve/timetable"
)

// Rules are those of the plan: the defaults, and over them what the team has said.
func (f Frame) rules() solve.Rules {
	out := solve.DefaultRules()
	for _, r := range solve.AllRules() {
		mine, ok := f.Rules[r.String()]
		if !ok {
			continue
		}
		level, ok := solve.ParseLevel(mine.Level)
		if !ok {
			continue
		}
		out[r] = solve.Setting{Level: level, Weight: mine.Weight, Limit: mine.Limit}
	}
	return out
}

// Found is a finding of the plan.
type Found struct {
	Key          string    `json:"key" doc:"names the finding while it lasts"`
	Rule         string    `json:"rule"`
	Level        string    `json:"level" enum:"warn,block"`
	Session      core.ID   `json:"session"`
	Other        core.ID   `json:"other,omitempty"`
	Room         core.ID   `json:"room,omitempty"`
	Person       core.ID   `json:"person,omitempty"`
	Organisation core.ID   `json:"organisation,omitempty"`
	Amount       int       `json:"amount" doc:"minutes, people or sessions, as the rule counts"`
	Cost         int64     `json:"cost"`
	Accepted     *Accepted `json:"accepted,omitempty"`
}

// Blocks tells whether the finding keeps the plan from being released.
func (f Found) Blocks() bool { return f.Level == "block" && f.Accepted == nil }

// Concerns tells whether a session is one of the finding's.
func (f Found) Concerns(id core.ID) bool { return f.Session == id || f.Other == id }

// find checks the plan. A session that nobody wants public yet is not missed.
func (b *Board) find() {
	res := solve.Evaluate(b.problem, b.places)
	b.Findings = make([]Found, 0, len(res.Findings))
	for _, f := range res.Findings {
		if f.Rule == solve.RuleRoomClosed && f.Room == b.nowhere() {
			continue
		}
		x := b.found(f)
		if f.Rule == solve.RuleUnplaced {
			it := &b.Items[b.solved[f.Session]]
			switch {
			case it.Plan.State == PlanHeld:
				continue
			case it.State == programme.StateDraft: // a programme is released bit by bit
				x.Level = solve.Warn.String()
			}
		}
		if a, ok := b.Accepted[x.Key]; ok {
			x.Accepted = &a
		}
		b.Findings = append(b.Findings, x)
	}
}

// found is a finding of the optimiser in the words of the forum.
func (b *Board) found(f solve.Finding) Found {
	x := Found{Rule: f.Rule.String(), Level: f.Level.String(), Amount: f.Amount, Cost: f.Cost}
	if f.Session >= 0 {
		x.Session = b.Items[b.solved[f.Session]].ID
	}
	if f.Other >= 0 {
		x.Other = b.Items[b.solved[f.Other]].ID
	}
	x.Room = b.room(f.Room)
	if f.Actor >= 0 {
		x.Person, x.Organisation = b.actors[f.Actor].person, b.actors[f.Actor].organisation
	}
	x.Key = x.Rule + "|" + string(min(x.Session, x.Other)) + "|" + string(max(x.Session, x.Other)) + "|" + string(x.Person+x.Organisation)
	return x
}

// Of are the findings that concern a session.
func (b *Board) Of(id core.ID) []Found {
	var out []Found
	for _, f := range b.Findings {
		if f.Concerns(id) {
			out = append(out, f)
		}
	}
	return out
}

// Blocking counts the findings that keep the plan from being released.
func (b *Board) Blocking() int {
	n := 0
	for _, f := range b.Findings {
		if f.Blocks() {
			n++
		}
	}
	return n
}
