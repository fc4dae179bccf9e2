package mine

import (
	"context"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/forum/review"
	"plenary/internal/forum/selection"
	"plenary/internal/forum/support"
)

// Duty is something that somebody has to do. Key is a sentence of the catalogue, Of names
// what it is about.
type Duty struct {
	Key  string
	Of   core.Text
	N    int // of the sentence, where it counts
	Path string
	Due  core.Instant // zero: no day is set
	Late bool
}

// Duties is a room that asks things of people. It says what waits for the actor, asks for
// no right and shows her nothing that she may not see.
type Duties func(ctx context.Context, a core.Actor) ([]Duty, error)

// Asks wires rooms that ask things of people.
func (s *Service) Asks(d ...Duties) { s.asks = append(s.asks, d...) }

// Duties gathers what waits for the actor: what is late first, then by the day on which it
// is due, then what has none. A visitor has none.
func (s *Service) Duties(ctx context.Context, a core.Actor) ([]Duty, error) {
	if !a.SignedIn() {
		return nil, nil
	}
	var out []Duty
	now := s.rec.Clock.Instant()
	for _, ask := range s.asks {
		list, err := ask(ctx, a)
		if err != nil {
			return nil, err
		}
		for _, d := range list {
			d.Late = d.Late || !d.Due.IsZero() && d.Due.Before(now)
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(x, y Duty) int {
		switch {
		case x.Due.IsZero() != y.Due.IsZero():
			if x.Due.IsZero() {
				return 1
			}
			return -1
		case x.Due != y.Due:
			return x.Due.Time().Compare(y.Due.Time())
		}
		return strings.Compare(x.Path, y.Path)
	})
	return out, nil
}

// endOf is the end of a day in a zone.
func endOf(day, zone string) core.Instant {
	d, err := core.ParseDate(day)
	if err != nil {
		return core.Instant{}
	}
	at, err := core.WallTime(d.AddDate(0, 0, 1).Format("2006-01-02"), "00:00", zone)
	if err != nil {
		return core.Instant{}
	}
	return at
}

// OfRegistrations asks whoever has something left to do for her registration.
func OfRegistrations(s *participation.Service, eds *editions.Service) Duties {
	return func(ctx context.Context, a core.Actor) ([]Duty, error) {
		list, err := s.OfAccount(ctx, a.Account)
		if err != nil {
			return nil, err
		}
		var out []Duty
		for i := range list {
			r := &list[i]
			if r.State != participation.StateSubmitted && !(r.Conduct.IsZero() && r.Live()) {
				continue
			}
			set, err := eds.SettingByID(ctx, a, r.Edition) // one a year
			if core.KindOf(err) == core.KindNotFound {
				continue
			}
			if err != nil {
				return nil, err
			}
			if r.Conduct.IsZero() {
				out = append(out, Duty{Key: "mine.duty.registration", Of: set.Name, Path: set.Path() + "/register", Due: endOf(set.FirstDay, set.Zone)})
			}
		}
		return out, nil
	}
}

// OfMessages asks for signatures under Messages.
func OfMessages(s *messages.Service) Duties {
	return func(ctx context.Context, a core.Actor) ([]Duty, error) {
		list, err := s.Requests(ctx, a)
		var out []Duty
		for _, r := range list {
			d := Duty{Key: "mine.duty.signature", Of: r.Set.Name, Path: r.Setting.Path() + "/messages/sign-off"}
			if !slices.ContainsFunc(out, func(x Duty) bool { return x.Path == d.Path }) {
				out = append(out, d)
			}
		}
		return out, err
	}
}

// OfReviews asks for reviews that are not written yet.
func OfReviews(s *review.Service) Duties {
	return func(ctx context.Context, a core.Actor) ([]Duty, error) {
		list, err := s.Mine(ctx, a)
		var out []Duty
		for _, t := range list {
			if n := len(t.Items) - t.Done; t.State == review.StateOpen && n > 0 {
				out = append(out, Duty{Key: "mine.duty.reviews", N: n, Of: t.Call.Title, Path: "/me/reviews/" + t.Call.Ref, Due: t.Phase.Closes})
			}
		}
		return out, err
	}
}

// OfSelection asks organisers for answers and for what the call wants them to do.
func OfSelection(s *selection.Service, eds *editions.Service) Duties {
	return func(ctx context.Context, a core.Actor) ([]Duty, error) {
		list, err := s.Awaiting(ctx, a)
		var out []Duty
		for _, x := range list {
			d := Duty{Key: "mine.duty." + x.Kind, Of: core.NewText(x.Of.Lang, x.Of.Title), Path: x.Of.Path()}
			switch x.Kind {
			case selection.AwaitsMerger:
				d.Path += "/mergers/" + string(x.Merger)
			case selection.AwaitsTask:
				set, err := eds.SettingByID(ctx, core.Operator, x.Call.Edition) // held in memory
				if err != nil {
					return nil, err
				}
				d.Of, d.Path, d.Due = x.Task.Label, x.Call.Path()+"/organisers", endOf(x.Task.Due, set.Zone)
			}
			out = append(out, d)
		}
		return out, err
	}
}

// OfReports asks organisers and rapporteurs for reports of sessions that are over.
func OfReports(s *reports.Service, prog *programme.Service, eds *editions.Service, clock *core.Clock) Duties {
	return func(ctx context.Context, a core.Actor) ([]Duty, error) {
		if a.Person == "" {
			return nil, nil
		}
		roles, err := prog.RolesOf(ctx, a, a.Person)
		if err != nil {
			return nil, err
		}
		owes, of := map[core.ID]bool{}, []core.ID{}
		for _, x := range roles {
			if !slices.ContainsFunc(x.Roles, func(r programme.Role) bool {
				c := programme.CoreRole(r.Role)
				return c == core.RoleOrganiser || c == core.RoleRapporteur
			}) {
				continue
			}
			owes[x.Session.ID] = true
			if !slices.Contains(of, x.Session.Edition) {
				of = append(of, x.Session.Edition)
			}
		}
		var out []Duty
		now := clock.Instant()
		for _, id := range of { // one a year
			set, err := eds.SettingByID(ctx, a, id)
			if core.KindOf(err) == core.KindNotFound {
				continue
			}
			if err != nil {
				return nil, err
			}
			for _, kind := range []string{reports.Takeaways, reports.Full} {
				board, err := s.Board(ctx, a, set, kind)
				if err != nil {
					return nil, err
				}
				for _, l := range board {
					if !owes[l.Session.ID] || l.Due.IsZero() || l.Report != nil && l.Report.State == reports.StatePublished || now.Before(l.Session.Starts) {
						continue
					}
					path := l.Session.Path() + "/report/edit"
					if kind == reports.Full {
						path = l.Session.Path() + "/report/full/edit"
					}
					out = append(out, Duty{Key: "mine.duty." + kind, Of: l.Session.Label(), Path: path, Due: l.Due})
				}
			}
		}
		return out, nil
	}
}

// OfSupport asks grantees for answers and travel reports, and committees for scores.
func OfSupport(s *support.Service) Duties {
	return func(ctx context.Context, a core.Actor) ([]Duty, error) {
		list, err := s.OfAccount(ctx, a)
		if err != nil {
			return nil, err
		}
		var out []Duty
		for _, x := range list {
			path := x.Set.Path() + "/my-support"
			switch {
			case x.Can("answer"):
				out = append(out, Duty{Key: "mine.duty.support_answer", Of: x.Set.Name, Path: path, Due: endOf(x.AnswerUntil, x.Set.Zone)})
			case x.Can("report") && x.Reported.IsZero() && x.State == support.StateTravelled:
				out = append(out, Duty{Key: "mine.duty.support_report", Of: x.Set.Name, Path: path, Due: x.Due})
			}
		}
		seats, err := s.SeatsOf(ctx, a)
		for _, t := range seats {
			if t.Left > 0 {
				out = append(out, Duty{Key: "mine.duty.support_scores", N: t.Left, Of: t.Set.Name, Path: t.Set.Path() + "/support/scoring"})
			}
		}
		return out, err
	}
}
