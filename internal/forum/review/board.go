package review

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
)

// board is a phase with all that is done in it.
type board struct {
	call       calls.Call
	phase      Phase
	criteria   []Criterion
	reviewers  []Reviewer // also those who were taken out
	candidates []Candidate
	conflicts  map[pair]Conflict
	assigned   []Assignment
	reviews    []Review

	byReviewer map[core.ID]int
	byProposal map[core.ID]int
}

// board loads a phase. The number of queries is always the same.
func (s *Service) board(ctx context.Context, idb bun.IDB, c calls.Call, p Phase, topics bool) (*board, error) {
	b := &board{call: c, phase: p, byReviewer: map[core.ID]int{}, byProposal: map[core.ID]int{}}
	var err error
	if b.criteria, err = criteriaOf(ctx, idb, c.ID); err != nil {
		return nil, err
	}
	if b.reviewers, err = reviewersOf(ctx, idb, c.ID, true); err != nil {
		return nil, err
	}
	if b.candidates, err = candidatesOf(ctx, idb, c.ID, topics); err != nil {
		return nil, err
	}
	if b.conflicts, err = s.conflictsOf(ctx, idb, c.ID, b.reviewers, nil); err != nil {
		return nil, err
	}
	if b.assigned, err = assignmentsOf(ctx, idb, p.ID); err != nil {
		return nil, err
	}
	if b.reviews, err = reviewsOf(ctx, idb, p.ID); err != nil {
		return nil, err
	}
	b.index()
	return b, nil
}

func (b *board) index() {
	b.byReviewer, b.byProposal = map[core.ID]int{}, map[core.ID]int{}
	for i, r := range b.reviewers {
		b.byReviewer[r.ID] = i
	}
	for i, c := range b.candidates {
		b.byProposal[c.ID] = i
	}
}

func (b *board) reviewer(id core.ID) Reviewer {
	if i, ok := b.byReviewer[id]; ok {
		return b.reviewers[i]
	}
	return Reviewer{ID: id}
}

func (b *board) candidate(id core.ID) Candidate {
	if i, ok := b.byProposal[id]; ok {
		return b.candidates[i]
	}
	return Candidate{ID: id}
}

// bars tells whether a conflict stands between a reviewer and a proposal.
func (b *board) bars(reviewer, proposal core.ID) bool {
	return b.conflicts[pair{reviewer, proposal}].Stands
}

// hide takes proposals off the board, and all that is about them.
func (b *board) hide(barred map[core.ID]bool) {
	if len(barred) == 0 {
		return
	}
	b.candidates = slices.DeleteFunc(b.candidates, func(c Candidate) bool { return barred[c.ID] })
	b.assigned = slices.DeleteFunc(b.assigned, func(x Assignment) bool { return barred[x.Proposal] })
	b.reviews = slices.DeleteFunc(b.reviews, func(r Review) bool { return barred[r.Proposal] })
	for k := range b.conflicts {
		if barred[k.proposal] {
			delete(b.conflicts, k)
		}
	}
	b.index()
}

// phaseOf chooses a phase of a call by its number; 0 is the last that has begun, or else
// the first. NotFound where the call has none such.
func (s *Service) phaseOf(ctx context.Context, idb bun.IDB, call core.ID, number int) (Phase, error) {
	list, err := phasesOf(ctx, idb, call)
	if err != nil {
		return Phase{}, err
	}
	if number == 0 {
		if p := current(list, s.rec.Clock.Instant()); p != nil {
			return *p, nil
		}
		if len(list) > 0 {
			return list[0], nil
		}
	}
	if p, ok := phaseBy(list, number); ok {
		return p, nil
	}
	return Phase{}, core.NotFound()
}

// run loads a board for who runs the call, without what is kept from her.
func (s *Service) run(ctx context.Context, a core.Actor, ref string, number int, action string) (*board, error) {
	c, err := s.may(ctx, a, ref, action)
	if err != nil {
		return nil, err
	}
	p, err := s.phaseOf(ctx, s.rec.DB.Read, c.ID, number)
	if err != nil {
		return nil, err
	}
	b, err := s.board(ctx, s.rec.DB.Read, c, p, false)
	if err != nil {
		return nil, err
	}
	barred, err := s.Barred(ctx, a, c.ID)
	if err != nil {
		return nil, err
	}
	b.hide(barred)
	return b, nil
}

// Progress is how far a reviewer is.
type Progress struct {
	Reviewer  Reviewer
	Assigned  int
	Submitted int
	Abstained int
	Drafts    int
	Barred    int // conflicts that stand, of all proposals
	Mute      bool
	Reminded  core.Instant
}

// Left is what she has still to do.
func (p Progress) Left() int { return max(0, p.Assigned-p.Submitted-p.Abstained) }

// Round is a phase with how far everybody is.
type Round struct {
	Call   calls.Call
	Phase  Phase
	Rows   []Progress
	Done   int // reviews submitted
	Wanted int // reviews assigned
}

// Progress gives how far the reviewers of a phase are. Who runs the call may.
func (s *Service) Progress(ctx context.Context, a core.Actor, ref string, number int) (Round, error) {
	b, err := s.run(ctx, a, ref, number, "run")
	if err != nil {
		return Round{}, err
	}
	last, err := remindersOf(ctx, s.rec.DB.Read, b.phase.ID)
	if err != nil {
		return Round{}, err
	}
	of, _, err := s.accountsOf(ctx, s.rec.DB.Read, b.reviewers, nil)
	if err != nil {
		return Round{}, err
	}
	out := Round{Call: b.call, Phase: b.phase}
	out.Rows = b.progress()
	for i := range out.Rows {
		r := &out.Rows[i]
		_, ok := of[r.Reviewer.ID]
		r.Mute, r.Reminded = !ok && r.Reviewer.Email == "", last[r.Reviewer.ID]
		out.Done += r.Submitted
		out.Wanted += r.Assigned
	}
	return out, nil
}

func (b *board) progress() []Progress {
	at := map[core.ID]*Progress{}
	var out []*Progress
	for _, r := range b.reviewers {
		if !r.Gone {
			at[r.ID] = &Progress{Reviewer: r}
			out = append(out, at[r.ID])
		}
	}
	live := map[core.ID]bool{}
	for _, c := range b.candidates {
		live[c.ID] = true
	}
	mine := map[pair]bool{}
	for _, x := range b.assigned {
		if r := at[x.Reviewer]; r != nil && live[x.Proposal] && !b.bars(x.Reviewer, x.Proposal) {
			r.Assigned++
			mine[pair{x.Reviewer, x.Proposal}] = true
		}
	}
	for _, x := range b.reviews {
		r := at[x.Reviewer]
		if r == nil || !mine[pair{x.Reviewer, x.Proposal}] {
			continue
		}
		switch x.State {
		case Submitted:
			r.Submitted++
		case Abstained:
			r.Abstained++
		case Draft:
			r.Drafts++
		}
	}
	for k, c := range b.conflicts {
		if r := at[k.reviewer]; r != nil && c.Stands {
			r.Barred++
		}
	}
	rows := make([]Progress, len(out))
	for i, r := range out {
		rows[i] = *r
	}
	return rows
}

// Comment is a comment of a review, with who wrote it.
type Comment struct {
	Reviewer string `json:"reviewer"`
	Text     string `json:"text"`
}

// Result is what the evaluation says of a proposal.
type Result struct {
	Candidate
	Standing

	Assigned     int       `json:"assigned"`
	Conflicts    int       `json:"conflicts" doc:"reviewers who are kept from it"`
	ForProposer  []string  `json:"for_proposer,omitempty"`
	ForCommittee []Comment `json:"for_committee,omitempty"`
}

// Results gives what the last phase that has begun says of each proposal of a call, in the
// order of their numbers: to who runs the call, without those with which she has herself a
// conflict as a reviewer. Nothing where no phase has begun.
func (s *Service) Results(ctx context.Context, a core.Actor, call core.ID) ([]Result, error) {
	c, err := s.Calls.ByID(ctx, a, call)
	if err != nil {
		return nil, err
	}
	out, err := s.ResultsOf(ctx, a, c.Ref, 0)
	if core.KindOf(err) == core.KindNotFound {
		if err := s.Calls.May(ctx, a, c, "run"); err == nil {
			return nil, nil // there is no phase
		}
	}
	return out.Rows, err
}

// Table is the results of a phase.
type Table struct {
	Call     calls.Call
	Phase    Phase
	Criteria []Criterion
	Rows     []Result
}

// ResultsOf is Results of one phase; 0 is the last that has begun.
func (s *Service) ResultsOf(ctx context.Context, a core.Actor, ref string, number int) (Table, error) {
	b, err := s.run(ctx, a, ref, number, "results")
	if err != nil {
		return Table{}, err
	}
	return Table{Call: b.call, Phase: b.phase, Criteria: b.criteria, Rows: b.results()}, nil
}

func (b *board) results() []Result {
	standings := Standings(b.criteria, b.reviews, b.bars)
	out := make([]Result, len(b.candidates))
	for i, c := range b.candidates {
		out[i] = Result{Candidate: c, Standing: Standing{Criteria: map[core.ID]float64{}}}
		if st := standings[c.ID]; st != nil {
			out[i].Standing = *st
		}
	}
	for _, x := range b.assigned {
		if i, ok := b.byProposal[x.Proposal]; ok && !b.bars(x.Reviewer, x.Proposal) {
			out[i].Assigned++
		}
	}
	for k, c := range b.conflicts {
		if i, ok := b.byProposal[k.proposal]; ok && c.Stands && !b.reviewer(k.reviewer).Gone {
			out[i].Conflicts++
		}
	}
	for _, r := range b.reviews {
		i, ok := b.byProposal[r.Proposal]
		if !ok || r.State == Draft || b.bars(r.Reviewer, r.Proposal) {
			continue
		}
		if r.ForProposer != "" && r.State == Submitted {
			out[i].ForProposer = append(out[i].ForProposer, r.ForProposer)
		}
		words := r.ForCommittee
		if r.State == Abstained {
			words = r.Reason
		}
		if words != "" {
			out[i].ForCommittee = append(out[i].ForCommittee, Comment{b.reviewer(r.Reviewer).Name, words})
		}
	}
	return out
}

// Told is what a proposer is told of how her proposal was judged.
type Told struct {
	Comments []string
	Scores   *Standing // nil where the phase does not tell them
}

// Told gives what proposers are told, as the last phase that has closed says. The caller
// decides who may read it, and when.
func (s *Service) Told(ctx context.Context, c calls.Call) (map[core.ID]Told, error) {
	phases, err := phasesOf(ctx, s.rec.DB.Read, c.ID)
	if err != nil {
		return nil, err
	}
	out := map[core.ID]Told{}
	now := s.rec.Clock.Instant()
	phases = slices.DeleteFunc(phases, func(p Phase) bool { return p.State(now) != StateClosed })
	if len(phases) == 0 || phases[len(phases)-1].Feedback == FeedbackNone {
		return out, nil
	}
	p := phases[len(phases)-1]
	b, err := s.board(ctx, s.rec.DB.Read, c, p, false)
	if err != nil {
		return nil, err
	}
	for _, r := range b.results() {
		t := Told{Comments: r.ForProposer}
		if p.Feedback == FeedbackScores && r.N > 0 {
			st := r.Standing
			t.Scores = &st
		}
		out[r.ID] = t
	}
	return out, nil
}
