package calls

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// Milestone is a date of a process elsewhere. Day may be a day, a month or a year.
type Milestone struct {
	Day     string    `json:"day" doc:"2025-12-16, 2025-12 or 2025"`
	Until   string    `json:"until,omitempty"`
	Title   core.Text `json:"title"`
	Process core.Text `json:"process" doc:"the process elsewhere"`
	Path    string    `json:"path,omitempty" doc:"its page here"`
	URL     string    `json:"url,omitempty"`
}

// Cycle is an edition's way from the first call to the last report.
type Cycle struct {
	Dates      []Date           `json:"steps" doc:"in the order of their dates; what has none yet stands last"`
	Milestones []Milestone      `json:"milestones" doc:"of processes elsewhere, in the same months"`
	Calls      map[core.ID]Call `json:"-"` // those that steps hang on
}

// Steps are the steps of an edition's cycle in the order in which staff put them. Anybody
// who sees the edition may ask. A call that the actor may not see is left out of its step.
func (s *Service) Steps(ctx context.Context, a core.Actor, set *editions.Setting) ([]Step, error) {
	steps, _, err := s.steps(ctx, a, set)
	return steps, err
}

func (s *Service) steps(ctx context.Context, a core.Actor, set *editions.Setting) ([]Step, map[core.ID]Call, error) {
	if _, err := s.editions.SettingByID(ctx, a, set.ID); err != nil {
		return nil, nil, err
	}
	steps, err := loadSteps(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return nil, nil, err
	}
	calls := map[core.ID]Call{}
	if slices.ContainsFunc(steps, func(x Step) bool { return x.Call != "" }) {
		list, err := s.List(ctx, a, Filter{Edition: set.ID})
		if err != nil {
			return nil, nil, err
		}
		for _, c := range list {
			calls[c.ID] = c
		}
	}
	for i := range steps {
		if _, ok := calls[steps[i].Call]; !ok {
			steps[i].Call = ""
		}
	}
	return steps, calls, nil
}

func loadSteps(ctx context.Context, idb bun.IDB, edition core.ID) ([]Step, error) {
	out := []Step{}
	if err := idb.NewSelect().Model(&out).Where("cy.edition = ?", edition).OrderExpr("cy.position").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load steps: %w", err)
	}
	return out, nil
}

// Cycle gives the steps with their dates, and the milestones of processes elsewhere that
// fall into the same time. Anybody who sees the edition may ask.
func (s *Service) Cycle(ctx context.Context, a core.Actor, set *editions.Setting) (Cycle, error) {
	steps, calls, err := s.steps(ctx, a, set)
	if err != nil {
		return Cycle{}, err
	}
	ends := map[core.ID]core.Instant{}
	for id, c := range calls {
		ends[id] = c.Closes
	}
	out := Cycle{Dates: dates(steps, set.FirstDay, cmp.Or(set.LastDay, set.FirstDay), ends), Milestones: []Milestone{}, Calls: calls}
	for i := range out.Dates {
		if c, ok := calls[out.Dates[i].Call]; ok {
			out.Dates[i].Path = c.Path()
		}
	}
	slices.SortStableFunc(out.Dates, func(a, b Date) int {
		return cmp.Or(cmp.Compare(order(a.On), order(b.On)), a.At.Time().Compare(b.At.Time()))
	})
	if s.Milestones == nil {
		return out, nil
	}
	list, err := s.Milestones(ctx, a)
	if err != nil {
		return Cycle{}, err
	}
	from, until := out.span(set)
	for _, m := range list {
		if m.Day[:min(len(m.Day), 7)] >= from[:min(len(m.Day), 7)] && m.Day <= until {
			out.Milestones = append(out.Milestones, m)
		}
	}
	slices.SortStableFunc(out.Milestones, func(a, b Milestone) int { return strings.Compare(a.Day, b.Day) })
	return out, nil
}

// order puts what has no date last.
func order(on string) string { return cmp.Or(on, "9999") }

// span is the time of the cycle, a month more on either side; without steps the year in
// which the edition meets.
func (x Cycle) span(set *editions.Setting) (from, until string) {
	from, until = fmt.Sprintf("%d-01-01", set.Year), fmt.Sprintf("%d-12-31", set.Year)
	first, last := "", ""
	for _, d := range x.Dates {
		if d.On != "" && (first == "" || d.On < first) {
			first = d.On
		}
		last = max(last, d.On, d.To)
	}
	if a, err := core.ParseDate(first); err == nil {
		from = a.AddDate(0, -1, 0).Format(time.DateOnly)
	}
	if b, err := core.ParseDate(last); err == nil {
		until = b.AddDate(0, 1, 0).Format(time.DateOnly)
	}
	return from, until
}

// SetSteps makes the steps of an edition's cycle what the input says. Staff of the edition
// or the forum may. Event: call_for_input.cycle_set. Errors: Invalid at the rows, Stale
// with the present StepsInput.
func (s *Service) SetSteps(ctx context.Context, a core.Actor, edition core.ID, in StepsInput) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		_, was, err := s.editCycle(ctx, tx, edition)
		if err != nil {
			return err
		}
		if StepsOf(was).Version != in.Version {
			return core.Stale(StepsOf(was))
		}
		var ids []core.ID
		if err := tx.NewSelect().Model((*Call)(nil)).Column("ca.id").Where("ca.edition = ?", edition).Scan(ctx, &ids); err != nil {
			return fmt.Errorf("load calls of the edition: %w", err)
		}
		steps, p := in.steps(edition, func(id core.ID) bool { return slices.Contains(ids, id) })
		if err := p.Err(); err != nil {
			return err
		}
		for i := range steps {
			if !slices.ContainsFunc(was, func(o Step) bool { return o.ID == steps[i].ID }) {
				steps[i].ID = tx.NewID() // no row of ours had it
			}
		}
		return s.replaceSteps(ctx, tx, edition, was, steps)
	})
}

// FillSteps gives an edition the usual steps of a cycle, counted from its meeting. Staff
// may; Conflict where there are steps already. Event: call_for_input.cycle_set.
func (s *Service) FillSteps(ctx context.Context, a core.Actor, edition core.ID) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		set, was, err := s.editCycle(ctx, tx, edition)
		if err != nil {
			return err
		}
		if len(was) > 0 {
			return core.Conflict("calls.error.steps_there")
		}
		return s.replaceSteps(ctx, tx, edition, nil, s.usualSteps(tx, set))
	})
}

// editCycle gives the steps to who may change them.
func (s *Service) editCycle(ctx context.Context, tx *record.Tx, edition core.ID) (*editions.Setting, []Step, error) {
	if !tx.Actor.SignedIn() && tx.Actor.Program == "" {
		return nil, nil, core.SignIn()
	}
	set, err := s.editions.SettingTx(ctx, tx, edition)
	if err != nil {
		return nil, nil, err
	}
	if !editions.CanSee(tx.Actor, set.Edition) {
		return nil, nil, core.NotFound()
	}
	if err := cyclePolicy.Check("edit", "", tx.Actor.Roles(set.Scope())...); err != nil {
		return nil, nil, err
	}
	steps, err := loadSteps(ctx, tx, edition)
	return set, steps, err
}

func (s *Service) replaceSteps(ctx context.Context, tx *record.Tx, edition core.ID, was, now []Step) error {
	version := max(StepsOf(was).Version+1, tx.Now.Time().Unix()) // it does not come again when all are taken away
	if _, err := tx.NewDelete().Model((*Step)(nil)).Where("edition = ?", edition).Exec(ctx); err != nil {
		return fmt.Errorf("replace steps: %w", err)
	}
	for i := range now {
		now[i].Position, now[i].Edition, now[i].Version = i, edition, version
	}
	if len(now) > 0 {
		if _, err := tx.NewInsert().Model(&now).Exec(ctx); err != nil {
			return fmt.Errorf("replace steps: %w", err)
		}
	}
	tx.Append("call_for_input.cycle_set", edition, string(edition), record.Public, record.Data{
		"changes": map[string]record.Change{"call_steps": {Before: namesOf(was), After: namesOf(now)}},
	})
	return nil
}

func namesOf(steps []Step) []core.Text {
	out := []core.Text{}
	for _, x := range steps {
		out = append(out, x.Name)
	}
	return out
}

// usual is one step of the template: counted from the meeting, or from the step named.
type usual struct {
	code, from string
	days       int
	until      int
	clock      string
}

// usualCycle are the steps of a year as most years had them, counted in days. No two years
// had the same months: what stays is the distance to the meeting.
var usualCycle = []usual{
	{code: "thematic", from: FromStart, days: -250, clock: "23:59"},
	{code: "consultation_1", from: FromStart, days: -214, until: 2},
	{code: "calls_open", from: FromStart, days: -180},
	{code: "proposals", from: FromStart, days: -137, clock: "23:59"},
	{code: "screening", from: "proposals", days: 7},
	{code: "evaluation", from: "screening", days: 21, clock: "23:59"},
	{code: "travel_support", from: FromStart, days: -110, clock: "23:59"},
	{code: "consultation_2", from: "evaluation", days: 10, until: 2},
	{code: "results", from: "consultation_2", days: 9},
	{code: "timetable", from: FromStart, days: -35},
	{code: "papers", from: FromStart, days: -35},
	{code: "meeting", from: FromStart},
	{code: "stock_opens", from: FromEnd},
	{code: "messages_draft", from: FromEnd},
	{code: "reports", from: FromEnd, days: 14, clock: "23:59"},
	{code: "messages_final", from: FromEnd, days: 28},
	{code: "stock_closes", from: FromEnd, days: 90, clock: "23:59"},
}

func (s *Service) usualSteps(tx *record.Tx, set *editions.Setting) []Step {
	first, err1 := core.ParseDate(set.FirstDay)
	last, err2 := core.ParseDate(set.LastDay)
	ids := map[string]core.ID{}
	var out []Step
	for _, u := range usualCycle {
		ids[u.code] = tx.NewID()
		from := u.from
		if id, ok := ids[u.from]; ok {
			from = string(id)
		}
		if u.code == "meeting" && err1 == nil && err2 == nil {
			u.until = int(last.Sub(first).Hours() / 24)
		}
		out = append(out, Step{
			ID: ids[u.code], Edition: set.ID, Name: s.words.Text("calls.step." + u.code),
			Counted: from, Days: u.days, Clock: u.clock, Zone: "UTC", Until: u.until,
		})
	}
	return out
}
