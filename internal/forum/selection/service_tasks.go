package selection

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/record"
)

const mostTasks = 60

// TasksInput is the form of the tasks of a call.
type TasksInput struct {
	Version int64     `form:"version" ui:"hidden" json:"version"`
	Tasks   []TaskRow `form:"tasks" ui:"rows" json:"tasks"`
}

// TaskRow is one task; without a label it is none.
type TaskRow struct {
	ID     core.ID   `form:"id" ui:"hidden" json:"id,omitempty"`
	Label  core.Text `form:"label" ui:"text" max:"160" json:"label"`
	Due    string    `form:"due" ui:"date" json:"due"`
	About  core.Text `form:"about" ui:"area" max:"2000" json:"about"`
	Remove bool      `form:"remove" ui:"check" json:"-"`
}

// TasksOf is the form of the tasks as they stand.
func TasksOf(s Selection) TasksInput {
	in := TasksInput{Version: s.Version}
	for _, t := range s.Tasks {
		in.Tasks = append(in.Tasks, TaskRow{ID: t.ID, Label: t.Label, Due: t.Due, About: t.About})
	}
	return in
}

// read checks the form and makes tasks of it, the first due first. Ids are given by the
// program, and kept.
func (in TasksInput) read(tx *record.Tx, was []Task) ([]Task, error) {
	p := core.Validate(in)
	out := []Task{}
	for i, row := range in.Tasks {
		at := core.Row("tasks", i)
		t := Task{ID: row.ID, Label: row.Label.Clean(), About: row.About.Clean(), Due: strings.TrimSpace(row.Due)}
		if row.Remove || t.Label.IsZero() && t.About.IsZero() && t.Due == "" {
			continue
		}
		if t.Label.IsZero() {
			p.Add(at+"label", "form.required")
		}
		if _, err := core.ParseDate(t.Due); t.Due == "" {
			p.Add(at+"due", "form.required")
		} else if err != nil {
			p.Add(at+"due", "form.unreadable")
		}
		if !slices.ContainsFunc(was, func(x Task) bool { return x.ID == t.ID }) || slices.ContainsFunc(out, func(x Task) bool { return x.ID == t.ID }) {
			t.ID = tx.NewID()
		}
		out = append(out, t)
	}
	if len(out) > mostTasks {
		p.Add("tasks", "selected.error.too_many", "Count", mostTasks)
	}
	slices.SortStableFunc(out, func(a, b Task) int { return cmp.Compare(a.Due, b.Due) })
	return out, p.Err()
}

// SetTasks sets what organisers whose proposals were taken have to do, by when. Who runs
// the call may. What was ticked off stays so. Event: selection.tasks_set. Errors: Invalid,
// Stale with the present TasksInput.
func (s *Service) SetTasks(ctx context.Context, a core.Actor, ref string, in TasksInput) error {
	c, err := s.may(ctx, a, ref, "run")
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		was, err := selectionOf(ctx, tx, c)
		if err != nil {
			return err
		}
		if was.Version != in.Version {
			return core.Stale(TasksOf(was))
		}
		now := was
		if now.Tasks, err = in.read(tx, was.Tasks); err != nil {
			return err
		}
		now.Version++
		if was.Version == 0 {
			if _, err := tx.NewInsert().Model(&now).Exec(ctx); err != nil {
				return wrap(err, "keep tasks")
			}
		} else {
			stale, err := record.Once(tx.NewUpdate().Model(&now).Column("tasks", "version").WherePK().Where("version = ?", was.Version).Exec(ctx))
			if err != nil || stale {
				return record.StaleOr(err, TasksOf(was))
			}
		}
		tx.Append("selection.tasks_set", c.ID, c.Scope(), record.Internal, record.Data{"label": c.Title, "call": c.Ref, "tasks": len(now.Tasks)})
		return nil
	})
}

// Organised is a proposal that was taken, with what its organisers have done.
type Organised struct {
	proposals.Input
	Mine    bool // the actor is one of its organisers
	Done    map[core.ID]Done
	Session *Session
	Merged  []proposals.Input // that were merged into it
}

// Left are the tasks that are not ticked off.
func (o Organised) Left(tasks []Task) []Task {
	return slices.DeleteFunc(slices.Clone(tasks), func(t Task) bool { _, ok := o.Done[t.ID]; return ok })
}

// Late are those of them that were due before a day.
func (o Organised) Late(tasks []Task, day string) int {
	n := 0
	for _, t := range o.Left(tasks) {
		if t.Due < day {
			n++
		}
	}
	return n
}

// Organisers is the page of those whose proposals were taken.
type Organisers struct {
	Call  calls.Call
	Runs  bool
	Tasks []Task
	Rows  []Organised
	News  []News
	Day   string // today, where the call is
}

// Organisers gives what organisers of a call have to do: to them of their own proposals, to
// who runs the call of all with which she has no conflict. Errors: SignIn, NotFound.
func (s *Service) Organisers(ctx context.Context, a core.Actor, ref string) (*Organisers, error) {
	c, err := s.Calls.Call(ctx, a, ref)
	if err != nil {
		return nil, err
	}
	if !a.SignedIn() {
		return nil, core.SignIn()
	}
	out := &Organisers{Call: c, Runs: s.Runs(ctx, a, c), Day: s.day(c)}
	rows, err := s.organised(ctx, s.rec.DB.Read, a, c)
	if err != nil {
		return nil, err
	}
	barred := map[core.ID]bool{}
	if out.Runs {
		if barred, err = s.Review.Barred(ctx, a, c.ID); err != nil {
			return nil, err
		}
	}
	for _, r := range rows {
		if r.Mine || out.Runs && !barred[r.ID] {
			out.Rows = append(out.Rows, r)
		}
	}
	if !out.Runs && len(out.Rows) == 0 {
		return nil, core.NotFound()
	}
	sel, err := selectionOf(ctx, s.rec.DB.Read, c)
	if err != nil {
		return nil, err
	}
	out.Tasks = sel.Tasks
	if err := s.rec.DB.Read.NewSelect().Model(&out.News).Where("sn.call = ?", c.ID).OrderExpr("sn.at DESC, sn.id").Limit(100).Scan(ctx); err != nil {
		return nil, wrap(err, "load announcements")
	}
	return out, s.withSessions(ctx, a, out.Rows)
}

func (s *Service) day(c calls.Call) string {
	return s.rec.Clock.Instant().In(c.Zone).Format("2006-01-02")
}

func (s *Service) withSessions(ctx context.Context, a core.Actor, rows []Organised) error {
	ids := make([]core.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	links, err := linksOf(ctx, s.rec.DB.Read, ids)
	if err != nil {
		return err
	}
	found, err := s.seen(ctx, a, links)
	for i := range rows {
		if x, ok := found[links[rows[i].ID].Session]; ok {
			rows[i].Session = &x
		}
	}
	return err
}

// organised are the proposals of a call that were taken, with what was merged into them,
// by number. Five queries.
func (s *Service) organised(ctx context.Context, idb bun.IDB, a core.Actor, c calls.Call) ([]Organised, error) {
	list, err := s.takenOf(ctx, idb, c)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	ids := make([]core.ID, len(list))
	for i, x := range list {
		ids[i] = x.ID
	}
	results, err := resultsOf(ctx, idb, c.ID)
	if err != nil {
		return nil, err
	}
	parties, err := s.Proposals.PartiesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	var done []Done
	if err := idb.NewSelect().Model(&done).Where("sd.proposal IN (SELECT pr.id FROM proposals AS pr WHERE pr.call = ?)", c.ID).Scan(ctx); err != nil {
		return nil, wrap(err, "load what is done")
	}
	var keys []string
	if a.SignedIn() && a.Program == "" {
		if keys, err = s.Accounts.Keys(ctx, a.Account); err != nil {
			return nil, err
		}
	}
	var out []Organised
	at := map[core.ID]int{}
	for _, x := range list {
		if x.State != proposals.StateMerged {
			at[x.ID] = len(out)
			out = append(out, Organised{Input: x, Mine: organises(a, keys, x.Proposal, parties[x.ID]), Done: map[core.ID]Done{}})
		}
	}
	for _, x := range list {
		if i, ok := at[results[x.ID].Target]; ok && x.State == proposals.StateMerged {
			out[i].Merged = append(out[i].Merged, x)
			out[i].Mine = out[i].Mine || organises(a, keys, x.Proposal, parties[x.ID])
		}
	}
	for _, d := range done {
		if i, ok := at[d.Proposal]; ok {
			out[i].Done[d.Task] = d
		}
	}
	return out, nil
}

// takenOf are the proposals of a call that were accepted, or merged into such.
func (s *Service) takenOf(ctx context.Context, idb bun.IDB, c calls.Call) ([]proposals.Input, error) {
	list, err := s.Proposals.JudgedOf(ctx, idb, c)
	return slices.DeleteFunc(list, func(x proposals.Input) bool { return !slices.Contains(proposals.Taken, x.State) }), err
}

// organises tells whether somebody is an organiser of a proposal: hers, or she has
// confirmed to propose it together. keys are those of her addresses.
func organises(a core.Actor, keys []string, p proposals.Proposal, parties []proposals.Party) bool {
	if !a.SignedIn() || a.Program != "" {
		return false
	}
	return p.Account == a.Account || slices.ContainsFunc(parties, func(x proposals.Party) bool {
		return !x.Gone && x.Means == calls.MeansOwner && x.State == proposals.Confirmed && (x.EmailKey != "" && slices.Contains(keys, x.EmailKey) || x.Person != "" && x.Person == a.Person)
	})
}

// Tick says that a task is done for a proposal that was taken, or that it is not after all.
// Its organisers may, those of what was merged into it, and who runs the call. Event:
// selection.task_ticked. Errors: NotFound, Conflict where the proposal was not taken.
func (s *Service) Tick(ctx context.Context, a core.Actor, proposal, task core.ID, done bool) error {
	v, err := s.Proposals.Get(ctx, a, proposal)
	if err != nil {
		return err
	}
	if err := policy.Check("tasks", StatePublished, v.Roles...); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		sel, err := selectionOf(ctx, tx, v.Of)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(sel.Tasks, func(t Task) bool { return t.ID == task })
		if i < 0 {
			return core.NotFound()
		}
		rows, err := s.organised(ctx, tx, a, v.Of)
		if err != nil {
			return err
		}
		k := slices.IndexFunc(rows, func(o Organised) bool {
			return o.ID == proposal || slices.ContainsFunc(o.Merged, func(m proposals.Input) bool { return m.ID == proposal })
		})
		if k < 0 {
			return core.Conflict("selected.error.not_taken")
		}
		o := rows[k]
		if _, is := o.Done[task]; is == done {
			return nil
		}
		if done {
			_, err = tx.NewInsert().Model(&Done{Proposal: o.ID, Task: task, ByName: tx.Actor.Name, At: tx.Now}).Exec(ctx)
		} else {
			_, err = tx.NewDelete().Model((*Done)(nil)).Where("proposal = ? AND task = ?", o.ID, task).Exec(ctx)
		}
		if err != nil {
			return wrap(err, "tick task")
		}
		tx.Append("selection.task_ticked", o.ID, v.Of.Scope(), record.Internal, record.Data{
			"label": sel.Tasks[i].Label, "call": v.Of.Ref, "number": o.Number, "done": done,
		})
		return nil
	})
}
