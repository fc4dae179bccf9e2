package review

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
)

// task is a proposal in a phase, as somebody comes to it.
type task struct {
	call     calls.Call
	phase    Phase
	me       *Reviewer // nil: she is no reviewer
	roles    []core.Role
	now      core.Instant
	assigned bool
	review   *Review // hers; nil if there is none
}

// check asks the policy.
func (t task) check(action string) error {
	return policy.Check(action, t.phase.State(t.now), t.roles...)
}

// task loads what an action of a reviewer on a proposal needs. NotFound for who has no
// part in it, or a conflict; with own also for who runs the call and has no task in it.
func (s *Service) task(ctx context.Context, idb bun.IDB, a core.Actor, phase, proposal core.ID, own bool) (task, error) {
	t := task{now: s.rec.Clock.Instant()}
	if !a.SignedIn() && a.Program == "" {
		return t, core.SignIn()
	}
	var err error
	if t.phase, err = phaseByID(ctx, idb, phase); err != nil {
		return t, err
	}
	found, err := s.Calls.Calls(ctx, []core.ID{t.phase.Call})
	if err != nil {
		return t, err
	}
	t.call = found[t.phase.Call]
	if t.me, err = s.self(ctx, idb, a, t.call.ID); err != nil {
		return t, err
	}
	if t.roles, err = s.roles(ctx, a, t.call, t.me); err != nil {
		return t, err
	}
	if t.me != nil && proposal != "" {
		barred, err := s.barred(ctx, idb, *t.me, []core.ID{proposal})
		if err != nil {
			return t, err
		}
		if barred[proposal] {
			return t, core.NotFound()
		}
		if err := s.taskOf(ctx, idb, &t, proposal); err != nil {
			return t, err
		}
	}
	mine := t.me != nil && (t.assigned && t.phase.State(t.now) != StatePlanned || t.phase.Bids(t.now))
	if mine || !own && t.runs() {
		return t, nil
	}
	return t, core.NotFound()
}

func (s *Service) taskOf(ctx context.Context, idb bun.IDB, t *task, proposal core.ID) error {
	var err error
	if t.assigned, err = idb.NewSelect().Model((*Assignment)(nil)).Where("ra.phase = ? AND ra.proposal = ? AND ra.reviewer = ?", t.phase.ID, proposal, t.me.ID).Exists(ctx); err != nil {
		return wrap(err, "look for assignment")
	}
	var list []Review
	if err := idb.NewSelect().Model(&list).Where("rv.phase = ? AND rv.proposal = ? AND rv.reviewer = ?", t.phase.ID, proposal, t.me.ID).Scan(ctx); err != nil {
		return wrap(err, "load review")
	}
	if len(list) > 0 {
		t.review = &list[0]
	}
	return nil
}

func (t task) runs() bool { return policy.Can("run", StateOpen, t.roles...) }

// submitted tells whether the reviewer has given her scores.
func (t task) submitted() bool { return t.review != nil && t.review.State == Submitted }

// shows tells whether the scores of others are shown.
func (t task) shows() bool {
	if !t.assigned {
		return t.runs()
	}
	switch t.phase.Shown {
	case ShownSubmitted:
		return t.submitted() || t.phase.State(t.now) == StateClosed
	case ShownClosed:
		return t.phase.State(t.now) == StateClosed
	}
	return false
}

// discusses tells whether the discussion is open to her.
func (t task) discusses() bool {
	if !t.assigned {
		return t.runs()
	}
	return t.phase.Discussion == DiscussOpen || t.phase.Discussion == DiscussSubmitted && (t.submitted() || t.phase.State(t.now) == StateClosed && t.review != nil)
}

// Item is a proposal on the list of a reviewer.
type Item struct {
	Candidate
	Review *Review `json:"review,omitempty"`
}

// Task is what a reviewer has to do in a phase.
type Task struct {
	Call     calls.Call `json:"-"`
	Phase    Phase      `json:"phase"`
	State    string     `json:"state" enum:"planned,open,closed"`
	Items    []Item     `json:"items"`
	Done     int        `json:"done"`
	Withheld int        `json:"withheld" doc:"proposals of the call that a conflict keeps from her"`
	Bids     bool       `json:"bids" doc:"she can say now what she would like to read"`

	me Reviewer
}

// Mine is what the actor has to review, in all calls: what is open first. Errors: SignIn.
func (s *Service) Mine(ctx context.Context, a core.Actor) ([]Task, error) {
	if !a.SignedIn() {
		return nil, core.SignIn()
	}
	list, err := s.selves(ctx, s.rec.DB.Read, a)
	if err != nil {
		return nil, err
	}
	var ids []core.ID
	for _, me := range list {
		ids = append(ids, me.Call)
	}
	found, err := s.Calls.Calls(ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []Task
	seen := map[core.ID]bool{}
	for _, me := range list { // the calls that she reviews: a few
		if seen[me.Call] {
			continue
		}
		seen[me.Call] = true
		tasks, err := s.tasksOf(ctx, me, found[me.Call])
		if err != nil {
			return nil, err
		}
		out = append(out, tasks...)
	}
	order := []string{StateOpen, StatePlanned, StateClosed}
	slices.SortStableFunc(out, func(x, y Task) int { return slices.Index(order, x.State) - slices.Index(order, y.State) })
	return out, nil
}

// tasksOf are the phases of a call with what a reviewer has in them.
func (s *Service) tasksOf(ctx context.Context, me Reviewer, c calls.Call) ([]Task, error) {
	idb := s.rec.DB.Read
	phases, err := phasesOf(ctx, idb, c.ID)
	if err != nil {
		return nil, err
	}
	props, err := candidatesOf(ctx, idb, c.ID, false)
	if err != nil {
		return nil, err
	}
	barred, err := s.barred(ctx, idb, me, nil)
	if err != nil {
		return nil, err
	}
	var rows []Assignment
	if err := idb.NewSelect().Model(&rows).Where("ra.reviewer = ?", me.ID).Scan(ctx); err != nil {
		return nil, wrap(err, "load assignments")
	}
	var reviews []Review
	if err := idb.NewSelect().Model(&reviews).Where("rv.reviewer = ?", me.ID).Scan(ctx); err != nil {
		return nil, wrap(err, "load reviews")
	}
	type key struct{ phase, proposal core.ID }
	has, done := map[key]bool{}, map[key]*Review{}
	for _, x := range rows {
		has[key{x.Phase, x.Proposal}] = true
	}
	for i, r := range reviews {
		done[key{r.Phase, r.Proposal}] = &reviews[i]
	}
	now := s.rec.Clock.Instant()
	var out []Task
	for _, p := range phases {
		t := Task{Call: c, Phase: p, State: p.State(now), Bids: p.Bids(now), Withheld: len(barred), Items: []Item{}, me: me}
		for _, x := range props {
			k := key{p.ID, x.ID}
			if barred[x.ID] || t.State == StatePlanned || !has[k] {
				continue
			}
			t.Items = append(t.Items, Item{Candidate: x, Review: done[k]})
			if r := done[k]; r != nil && r.State != Draft {
				t.Done++
			}
		}
		out = append(out, t)
	}
	return out, nil
}

// Sheet is a proposal with what is said of it in a phase.
type Sheet struct {
	Call     calls.Call
	Phase    Phase
	State    string
	Criteria []Criterion
	Mine     bool    // it is assigned to the actor
	Review   *Review // hers
	View     proposals.View
	Before   *Item // on her list
	After    *Item
	At, Of   int

	Others     []Review // submitted, without those that do not count; as far as she may see
	Shown      bool     // whether she may see them
	Names      map[core.ID]string
	Assigned   []Assignment // for who runs the call
	Reviewers  []Reviewer   // to whom it could be given, for who runs the call
	Remarks    []Remark
	Discusses  bool
	MayScore   bool
	MayDiscuss bool
	Runs       bool
	Alike      []proposals.Alike // that she may read, without those kept from her
	Listed     map[core.ID]bool  // those of Alike that have a sheet for her
	Warnings   []calls.Rule      // that screening found broken, and that do not stop it
}

// Sheet gives a proposal of a phase to a reviewer to whom it is assigned, and to who runs
// the call; NotFound for anybody else, and for who has a conflict with it. The number of
// queries is always the same.
func (s *Service) Sheet(ctx context.Context, a core.Actor, phase, proposal core.ID) (Sheet, error) {
	idb := s.rec.DB.Read
	t, err := s.task(ctx, idb, a, phase, proposal, false)
	if err != nil {
		return Sheet{}, err
	}
	out := Sheet{
		Call: t.call, Phase: t.phase, State: t.phase.State(t.now), Mine: t.assigned, Review: t.review, Names: map[core.ID]string{},
		Shown: t.shows(), Discusses: t.discusses(), Runs: t.runs(),
		MayScore: t.assigned && t.check("score") == nil, MayDiscuss: t.discusses() && t.check("discuss") == nil,
	}
	if out.View, err = s.Proposals.Get(ctx, a, proposal); err != nil {
		return out, err
	}
	if out.View.Call != t.call.ID {
		return out, core.NotFound()
	}
	if out.Criteria, err = criteriaOf(ctx, idb, t.call.ID); err != nil {
		return out, err
	}
	if out.Warnings, err = warnings(ctx, idb, t.call, proposal); err != nil {
		return out, err
	}
	var tasks []Task
	if out.Mine {
		if tasks, err = s.tasksOf(ctx, *t.me, t.call); err != nil {
			return out, err
		}
		out.place(tasks)
	}
	if err := s.alike(ctx, a, &out, t, tasks); err != nil {
		return out, err
	}
	return out, s.around(ctx, idb, &out, t, proposal)
}

// alike finds the proposals that are like one: those that the reader may read, without any
// that a conflict keeps from her, also where everybody reads it.
func (s *Service) alike(ctx context.Context, a core.Actor, out *Sheet, t task, tasks []Task) error {
	list, err := s.Proposals.AlikeTo(ctx, a, out.View)
	if err != nil || len(list) == 0 {
		return err
	}
	ids := make([]core.ID, len(list))
	for i, x := range list {
		ids[i] = x.ID
	}
	if t.me != nil {
		barred, err := s.barred(ctx, s.rec.DB.Read, *t.me, ids)
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(x proposals.Alike) bool { return barred[x.ID] })
	}
	out.Alike, out.Listed = list, map[core.ID]bool{}
	for _, x := range list {
		out.Listed[x.ID] = out.Runs && !out.Mine && slices.Contains(judged, x.State)
	}
	for _, u := range tasks {
		for _, it := range u.Items {
			if u.Phase.ID == out.Phase.ID {
				out.Listed[it.ID] = true
			}
		}
	}
	return nil
}

// place finds the proposals before and after it on the list.
func (x *Sheet) place(tasks []Task) {
	for _, t := range tasks {
		i := slices.IndexFunc(t.Items, func(o Item) bool { return o.ID == x.View.ID })
		if t.Phase.ID != x.Phase.ID || i < 0 {
			continue
		}
		x.At, x.Of = i+1, len(t.Items)
		if i > 0 {
			x.Before = &t.Items[i-1]
		}
		if i+1 < len(t.Items) {
			x.After = &t.Items[i+1]
		}
	}
}

// around loads what others have said, as far as the reader may see it.
func (s *Service) around(ctx context.Context, idb bun.IDB, out *Sheet, t task, proposal core.ID) error {
	reviewers, err := reviewersOf(ctx, idb, t.call.ID, true)
	if err != nil {
		return err
	}
	found, err := s.conflictsOf(ctx, idb, t.call.ID, reviewers, []core.ID{proposal})
	if err != nil {
		return err
	}
	for i, r := range reviewers {
		if out.Runs && !out.Mine || out.Phase.Named {
			out.Names[r.ID] = r.Name
		}
		if out.Runs && !r.Gone && !found[pair{r.ID, proposal}].Stands {
			out.Reviewers = append(out.Reviewers, reviewers[i])
		}
	}
	if out.Shown {
		if err := idb.NewSelect().Model(&out.Others).Where("rv.phase = ? AND rv.proposal = ? AND rv.state <> ?", t.phase.ID, proposal, Draft).OrderExpr("rv.submitted, rv.reviewer").Scan(ctx); err != nil {
			return wrap(err, "load reviews")
		}
		out.Others = slices.DeleteFunc(out.Others, func(r Review) bool {
			return found[pair{r.Reviewer, proposal}].Stands || t.me != nil && r.Reviewer == t.me.ID
		})
		for i, r := range out.Others {
			if r.State == Abstained { // what she had noted before is hers
				out.Others[i].Marks, out.Others[i].ForProposer, out.Others[i].ForCommittee = nil, "", ""
			}
		}
	}
	if out.Discusses {
		if err := idb.NewSelect().Model(&out.Remarks).Where("rk.phase = ? AND rk.proposal = ?", t.phase.ID, proposal).OrderExpr("rk.at, rk.id").Scan(ctx); err != nil {
			return wrap(err, "load discussion")
		}
		for i, r := range out.Remarks {
			if r.Reviewer != "" && out.Names[r.Reviewer] == "" && (t.me == nil || r.Reviewer != t.me.ID) {
				out.Remarks[i].Name, out.Remarks[i].Account = "", ""
			}
		}
	}
	if out.Runs && !out.Mine {
		if err := idb.NewSelect().Model(&out.Assigned).Where("ra.phase = ? AND ra.proposal = ?", t.phase.ID, proposal).OrderExpr("ra.reviewer").Scan(ctx); err != nil {
			return wrap(err, "load assignments")
		}
		out.Assigned = slices.DeleteFunc(out.Assigned, func(x Assignment) bool { return found[pair{x.Reviewer, proposal}].Stands })
	}
	return nil
}
