package meetings

import (
	"context"
	"slices"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/solve/nights"
)

// turns plans a series: the meetings of one that is there, or as many as are asked for.
func (s *Service) turns(ctx context.Context, a core.Actor, q Plan, out *Answer, coming []Meeting, length time.Duration) error {
	days, err := planned(q, coming)
	if err != nil {
		return err
	}
	before, past, err := s.borne(ctx, a, q, out)
	if err != nil {
		return err
	}
	p := nights.Problem{Length: length, Before: before}
	for _, r := range out.Regions {
		p.Regions = append(p.Regions, r.solve)
	}
	for _, day := range days {
		row := make([]time.Time, 24)
		for h := range row {
			if w, err := ReadWall(day, twoDigits(h)+q.Time[2:], q.Zone); err == nil {
				row[h] = w.First.Time()
			}
		}
		p.Starts = append(p.Starts, row)
	}
	best := p.Rotate()
	t := Turns{Past: past, Proven: best.Proven, Rotate: totals(best, q), meetings: coming}
	for _, l := range before {
		t.Before = append(t.Before, l.Points())
	}
	for m, i := range best.Times {
		t.Dates = append(t.Dates, Turn{Starts: core.At(p.Starts[m][i]), Time: twoDigits(i) + q.Time[2:]})
	}
	same := make([]int, len(days))
	for m := range same {
		same[m] = int(q.Time[0]-'0')*10 + int(q.Time[1]-'0')
	}
	if plan, ok := p.Weigh(same); ok {
		x := totals(plan, q)
		t.Fixed = &x
	}
	if plan, ok := p.Single(); ok {
		x := totals(plan, q)
		t.Single = &x
	}
	out.Turns = &t
	return nil
}

func totals(p nights.Plan, q Plan) Totals {
	out := Totals{Worst: p.Worst.Points(), Sum: p.Sum.Points()}
	for _, l := range p.Totals {
		out.Points = append(out.Points, l.Points())
	}
	for _, i := range p.Times {
		if s := twoDigits(i) + q.Time[2:]; !slices.Contains(out.Times, s) {
			out.Times = append(out.Times, s)
		}
	}
	slices.Sort(out.Times)
	return out
}

// planned are the days of the meetings that are planned.
func planned(q Plan, coming []Meeting) ([]string, error) {
	var out []string
	for _, m := range coming {
		out = append(out, m.Starts.In(m.Zone).Format(time.DateOnly))
	}
	if len(coming) > 0 {
		return out, nil
	}
	first, err := core.ParseDate(q.Day)
	if err != nil {
		return nil, err
	}
	rhythm := q.Repeat
	if rhythm == "" {
		rhythm = Fortnightly
	}
	for _, day := range Dates(first, first.AddDate(5, 0, 0), rhythm) {
		if len(out) < q.Count {
			out = append(out, day.Format(time.DateOnly))
		}
	}
	return out, nil
}

// borne is what each region has borne in the meetings of the body that took place in the
// last year, as far as the actor may see them; nothing where there is no body.
func (s *Service) borne(ctx context.Context, a core.Actor, q Plan, out *Answer) ([]nights.Load, int, error) {
	loads := make([]nights.Load, len(out.Regions))
	if q.Body == "" {
		return loads, 0, nil
	}
	now := s.rec.Clock.Instant()
	list, err := s.Meetings(ctx, a, Filter{Body: q.Body, From: core.At(now.Time().AddDate(-1, 0, 0)), Until: now})
	if err != nil {
		return nil, 0, err
	}
	n := 0
	for _, m := range list {
		if m.State == Cancelled {
			continue
		}
		n++
		for i, r := range out.Regions {
			loads[i] += r.solve.At(m.Starts.Time(), m.Length())
		}
	}
	return loads, n, nil
}

// TurnInput gives the meetings of a series that are still to come times of their own.
type TurnInput struct {
	Series core.ID
	Zone   string
	// Times are times of day, one for each meeting by its id, with the version it had.
	Times []TurnTime
}

// TurnTime is a time of day for a meeting.
type TurnTime struct {
	Meeting core.ID `json:"meeting"`
	Version int64   `json:"version"`
	Time    string  `json:"time"`
}

// Rotate lets the meetings of a series take the times that are given, each on its own
// date. Coordinators of the body and staff. Members get one mail about all. Event:
// meeting_series.rotated. Errors: NotFound for what is no meeting of the series, Invalid
// for an hour that the clocks skip, Conflict where one was changed meanwhile or is over.
func (s *Service) Rotate(ctx context.Context, a core.Actor, in TurnInput) error {
	_, known, err := s.Series(ctx, a, in.Series)
	if err != nil {
		return err
	}
	roles, err := s.rolesAt(ctx, a, known[0].Body)
	if err != nil {
		return err
	}
	if err := placePolicy.Check("add", placeOf(known[0].Body), roles...); err != nil {
		return err
	}
	if len(in.Times) == 0 || len(in.Times) > MostInSeries {
		return core.Invalid("meetings.error.choice")
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		var list []change
		for _, t := range in.Times {
			m, err := load(ctx, tx, t.Meeting)
			if err != nil {
				return err
			}
			switch {
			case m.Series != in.Series:
				return core.NotFound()
			case m.Version != t.Version || !m.Open() || !m.Starts.After(tx.Now):
				return core.Conflict("meetings.error.meanwhile")
			case slices.ContainsFunc(list, func(c change) bool { return c.now.ID == m.ID }):
				return core.Invalid("meetings.error.choice")
			}
			w, err := ReadWall(m.Starts.In(m.Zone).Format(time.DateOnly), t.Time, m.Zone)
			if err != nil {
				return err
			}
			c := change{before: m, now: m}
			c.now.Starts, c.now.Ends = w.First, w.First.Add(m.Length())
			if c.now.Starts != m.Starts {
				c.kind = rotated
			}
			list = append(list, c)
		}
		x, err := loadSeries(ctx, tx, in.Series)
		if err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model(&x).Set("rotates = TRUE").Set("version = version + 1").WherePK().Exec(ctx); err != nil {
			return err
		}
		return s.saveAll(ctx, tx, list)
	})
}
