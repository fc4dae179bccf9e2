package timetable

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
	solve "plenary/internal/solve/timetable"
)

// RulesInput is the rules of a plan.
type RulesInput struct {
	Version int64           `json:"version"`
	Rules   map[string]Rule `json:"rules" doc:"those that differ from the defaults, by rule"`
}

var clockForm = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$`)

// most is the most that a weight or a limit may be.
const most = 100000

// SetRules changes the rules of a plan. Staff only. Event: timetable.set. Errors: Invalid,
// Stale with a RulesInput.
func (s *Service) SetRules(ctx context.Context, a core.Actor, set *editions.Setting, in RulesInput) error {
	var p core.Problems
	kept := map[string]Rule{}
	standard := solve.DefaultRules()
	for slug, r := range in.Rules {
		rule, ok := solve.ParseRule(slug)
		if !ok || !slices.Contains(Levels, r.Level) {
			p.Add(slug, "form.unreadable")
			continue
		}
		if r.Weight < 0 || r.Weight > most || r.Limit < 0 || r.Limit > most {
			p.Add(slug, "timetable.error.weight", "Most", most)
		}
		if d := standard[rule]; r != (Rule{d.Level.String(), d.Weight, d.Limit}) {
			kept[slug] = r
		}
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.frame(ctx, a, set, "rules", in.Version, func(f *Frame) { f.Rules = kept },
		func(f Frame) any { return RulesInput{f.Version, f.Rules} })
}

// DaysInput is when the days of a plan begin and end, with their breaks, and the ways
// between venues.
type DaysInput struct {
	Version int64 `json:"version"`
	Days    []Day `json:"days"`
	Travel  []Way `json:"travel"`
}

// SetDays changes the days of a plan. Staff only. Event: timetable.set. Errors: Invalid,
// Stale with a DaysInput.
func (s *Service) SetDays(ctx context.Context, a core.Actor, set *editions.Setting, in DaysInput) error {
	var p core.Problems
	for i := range in.Days {
		d, at := &in.Days[i], core.Row("days", i)
		if !slices.ContainsFunc(set.Days(), func(x editions.Day) bool { return x.Date == d.Date }) {
			p.Add(at+"date", "programme.error.day", "Date", d.Date)
		}
		checkClocks(&p, at, d.From, d.Until)
		for j := range d.Breaks {
			b := &d.Breaks[j]
			b.Name = b.Name.Clean()
			checkClocks(&p, at+core.Row("breaks", j), b.From, b.Until)
		}
		if d.Breaks == nil {
			d.Breaks = []Break{}
		}
	}
	for i, w := range in.Travel {
		if w.Minutes < 0 || w.Minutes > 600 {
			p.Add(core.Row("travel", i)+"minutes", "timetable.error.minutes", "Most", 600)
		}
	}
	if err := p.Err(); err != nil {
		return err
	}
	travel := slices.DeleteFunc(slices.Clone(in.Travel), func(w Way) bool { return w.Minutes == 0 })
	return s.frame(ctx, a, set, "days", in.Version, func(f *Frame) { f.Days, f.Travel = in.Days, orEmpty(travel) },
		func(f Frame) any { return DaysInput{f.Version, f.Days, f.Travel} })
}

func checkClocks(p *core.Problems, at, from, until string) {
	for _, f := range [][2]string{{"from", from}, {"until", until}} {
		if !clockForm.MatchString(f[1]) {
			p.Add(at+f[0], "timetable.error.clock")
		}
	}
	if len(*p) == 0 && until <= from {
		p.Add(at+"until", "programme.error.end_before_start")
	}
}

// short holds a text to a length.
func short(p *core.Problems, path, s string, limit int) {
	if n := len([]rune(s)); n > limit {
		p.Add(path, "form.too_long", "Have", n, "Count", limit)
	}
}

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// frame changes the frame of a plan under its version.
func (s *Service) frame(ctx context.Context, a core.Actor, set *editions.Setting, what string, version int64, change func(*Frame), current func(Frame) any) error {
	if err := check(a, set, "rules"); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		_, there, err := loadFrame(ctx, tx, set)
		if err != nil {
			return err
		}
		if err := s.beginTx(ctx, tx, a, set); err != nil {
			return err
		}
		f, _, err := loadFrame(ctx, tx, set)
		if err != nil {
			return err
		}
		if there && version != f.Version { // a plan that was not begun has no version
			return core.Stale(current(f))
		}
		change(&f)
		f.Version++
		if _, err := tx.NewUpdate().Model(&f).ExcludeColumn("link_hash", "link_made", "began", "began_by").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("save plan: %w", err)
		}
		tx.Append("timetable.set", set.ID, programme.PlanScope(set), record.Internal, record.Data{"label": set.Name, "what": what})
		return nil
	})
}

// SetRooms says what rooms have. Staff only. Event: timetable.set. Errors: Invalid.
func (s *Service) SetRooms(ctx context.Context, a core.Actor, set *editions.Setting, rooms []Room) error {
	if err := check(a, set, "rules"); err != nil {
		return err
	}
	var p core.Problems
	for i := range rooms {
		r, at := &rooms[i], core.Row("rooms", i)
		if set.Room(r.Room) == nil {
			p.Add(at+"room", "form.unreadable")
		}
		if r.Changeover < 0 || r.Changeover > 240 {
			p.Add(at+"changeover", "timetable.error.minutes", "Most", 240)
		}
		if slices.ContainsFunc(r.Services, func(c string) bool { return !slices.Contains(Services, c) }) {
			p.Add(at+"services", "form.unreadable")
		}
		for j, o := range r.Open {
			checkClocks(&p, at+core.Row("open", j), o.From, o.Until)
		}
		r.Edition, r.Services, r.Open, r.Setup = set.ID, orEmpty(r.Services), orEmpty(r.Open), strings.TrimSpace(r.Setup)
		short(&p, at+"setup", r.Setup, 500)
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if err := s.beginTx(ctx, tx, a, set); err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model((*Room)(nil)).Where("edition = ?", set.ID).Exec(ctx); err != nil {
			return fmt.Errorf("set rooms: %w", err)
		}
		for i := range rooms {
			rooms[i].Version++
		}
		if len(rooms) > 0 {
			if _, err := tx.NewInsert().Model(&rooms).Exec(ctx); err != nil {
				return fmt.Errorf("set rooms: %w", err)
			}
		}
		tx.Append("timetable.set", set.ID, programme.PlanScope(set), record.Internal, record.Data{"label": set.Name, "what": "rooms"})
		return nil
	})
}

// AcceptFinding lets a finding stand, with the reason; an empty reason takes that back.
// Staff only. Event: timetable.accepted.
func (s *Service) AcceptFinding(ctx context.Context, a core.Actor, set *editions.Setting, key, reason string) error {
	reason = strings.TrimSpace(reason)
	var p core.Problems
	short(&p, "reason", reason, 500)
	if err := p.Err(); err != nil {
		return err
	}
	b, err := s.Board(ctx, a, set)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(b.Findings, func(f Found) bool { return f.Key == key }) {
		return core.NotFound()
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if err := s.beginTx(ctx, tx, a, set); err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model((*Accepted)(nil)).Where("edition = ? AND finding = ?", set.ID, key).Exec(ctx); err != nil {
			return fmt.Errorf("accept finding: %w", err)
		}
		if reason != "" {
			row := Accepted{ID: tx.NewID(), Edition: set.ID, Finding: key, Reason: reason, ByName: a.Name, At: tx.Now}
			if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
				return fmt.Errorf("accept finding: %w", err)
			}
		}
		tx.Append("timetable.accepted", set.ID, programme.PlanScope(set), record.Internal, record.Data{"label": set.Name, "finding": key, "reason": reason})
		return nil
	})
}

// AddTie ties two sessions. Staff only. Event: timetable.set. Errors: Invalid.
func (s *Service) AddTie(ctx context.Context, a core.Actor, set *editions.Setting, in Tie) error {
	b, err := s.Board(ctx, a, set)
	if err != nil {
		return err
	}
	var p core.Problems
	if !slices.ContainsFunc(tieKinds, func(k struct {
		code string
		kind solve.RelationKind
	},
	) bool {
		return k.code == in.Kind
	}) {
		p.Add("kind", "form.unreadable")
	}
	if b.Item(in.First) == nil {
		p.Add("first", "form.required")
	}
	if b.Item(in.Second) == nil || in.First == in.Second {
		p.Add("second", "timetable.error.other_session")
	}
	if in.Minutes < 0 || in.Minutes > 600 {
		p.Add("minutes", "timetable.error.minutes", "Most", 600)
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.part(ctx, a, set, "ties", func(ctx context.Context, tx *record.Tx) error {
		in.ID, in.Edition = tx.NewID(), set.ID
		_, err := tx.NewInsert().Model(&in).On("CONFLICT (kind, first, second) DO UPDATE").Set("minutes = EXCLUDED.minutes").Exec(ctx)
		return err
	})
}

// DropTie takes a tie away. Staff only.
func (s *Service) DropTie(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) error {
	return s.part(ctx, a, set, "ties", func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewDelete().Model((*Tie)(nil)).Where("edition = ? AND id = ?", set.ID, id).Exec(ctx)
		return err
	})
}

// AddAbsence says when a person or organisation of the programme cannot be there. Staff
// only. Event: timetable.set. Errors: Invalid.
func (s *Service) AddAbsence(ctx context.Context, a core.Actor, set *editions.Setting, in Absence) error {
	b, err := s.Board(ctx, a, set)
	if err != nil {
		return err
	}
	var p core.Problems
	if _, ok := b.Names[in.Person+in.Organisation]; !ok || (in.Person == "") == (in.Organisation == "") {
		p.Add("who", "timetable.error.who")
	}
	if in.Starts.IsZero() || !in.Ends.After(in.Starts) {
		p.Add("until", "programme.error.end_before_start")
	}
	in.Note = strings.TrimSpace(in.Note)
	short(&p, "note", in.Note, 300)
	if err := p.Err(); err != nil {
		return err
	}
	return s.part(ctx, a, set, "absences", func(ctx context.Context, tx *record.Tx) error {
		in.ID, in.Edition = tx.NewID(), set.ID
		_, err := tx.NewInsert().Model(&in).Exec(ctx)
		return err
	})
}

// DropAbsence takes an absence away. Staff only.
func (s *Service) DropAbsence(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) error {
	return s.part(ctx, a, set, "absences", func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewDelete().Model((*Absence)(nil)).Where("edition = ? AND id = ?", set.ID, id).Exec(ctx)
		return err
	})
}

// part changes a part of the plan that has no version of its own.
func (s *Service) part(ctx context.Context, a core.Actor, set *editions.Setting, what string, fn func(ctx context.Context, tx *record.Tx) error) error {
	if err := check(a, set, "rules"); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if err := s.beginTx(ctx, tx, a, set); err != nil {
			return err
		}
		if err := fn(ctx, tx); err != nil {
			return fmt.Errorf("change %s of the plan: %w", what, err)
		}
		tx.Append("timetable.set", set.ID, programme.PlanScope(set), record.Internal, record.Data{"label": set.Name, "what": what})
		return nil
	})
}
