package programme

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// Plan is where changes to a programme go that becomes public by releases: nothing of it
// is public before the next release. The room below that keeps it is wired with SetPlan.
type Plan interface {
	// Holds tells whether the programme of an edition becomes public by releases.
	Holds(ctx context.Context, idb bun.IDB, edition core.ID) (bool, error)
	// PlaceTx plans where a session will stand; state is draft or scheduled.
	PlaceTx(ctx context.Context, tx *record.Tx, set *editions.Setting, x *Session, to Placement, state string) error
	// Path is where the staff plans a session of an edition.
	Path(set *editions.Setting, ref string) string
	// CallOffTx plans that a session is cancelled, or takes that back.
	CallOffTx(ctx context.Context, tx *record.Tx, set *editions.Setting, x *Session, off bool, note core.Text) error
}

// SetPlan wires the plan; without one every change is public at once.
func (s *Service) SetPlan(p Plan) { s.plan = p }

// PlanScope is the scope of what happens in the plan of an edition: pages that visitors
// see do not read it, so that they stay kept while the programme team works.
func PlanScope(set *editions.Setting) string { return set.Scope() + "/plan" }

// Planned tells whether the programme of an edition becomes public by releases, and where the
// staff plans a session of it.
func (s *Service) Planned(ctx context.Context, set *editions.Setting, ref string) (path string, ok bool, err error) {
	if ok, err = s.holds(ctx, s.rec.DB.Read, set.ID); err != nil || !ok {
		return "", false, err
	}
	return s.plan.Path(set, ref), true, nil
}

func (s *Service) holds(ctx context.Context, idb bun.IDB, edition core.ID) (bool, error) {
	if s.plan == nil {
		return false, nil
	}
	return s.plan.Holds(ctx, idb, edition)
}

// holdTitle keeps the public titles as they were and what was written for the next release.
func (s *Session) holdTitle(title, short core.Text) {
	s.NextTitle, s.NextShortTitle = core.Text{}, core.Text{}
	if !s.Title.Equal(title) || !s.ShortTitle.Equal(short) {
		s.NextTitle, s.NextShortTitle = s.Title, s.ShortTitle
	}
	s.Title, s.ShortTitle = title, short
}

// Publication is how a session is from a release on. Its titles are those that were held.
type Publication struct {
	Session core.ID
	Placement
	State string // scheduled or cancelled
	Note  core.Text
}

// ReleaseTx makes public what a release says, in a number of queries that depends on how
// many sessions change; the caller has asked for permission. Sessions that are already so
// are left alone. Affiliations are taken anew where the day changes. Events: for each
// session those that its change would have on its own (session.moved, .scheduled,
// .cancelled, .restored, .changed).
func (s *Service) ReleaseTx(ctx context.Context, tx *record.Tx, set *editions.Setting, list []Publication) error {
	ids := make([]core.ID, len(list))
	for i := range list {
		ids[i] = list[i].Session
	}
	sessions, err := loadByID(ctx, tx, everything, ids)
	if err != nil {
		return err
	}
	byID := make(map[core.ID]*Session, len(sessions))
	for _, x := range sessions {
		byID[x.ID] = x
	}
	byDay := map[string][]*Session{}
	var public []*Session
	for _, p := range list {
		x := byID[p.Session]
		if x == nil {
			return core.NotFound()
		}
		day, was := x.Day, x.State
		changed, err := s.release(ctx, tx, set, x, p)
		if err != nil {
			return err
		}
		if changed && x.Day != day {
			byDay[x.Day] = append(byDay[x.Day], x)
		}
		if changed && was == StateDraft {
			public = append(public, x)
		}
	}
	return s.settle(ctx, tx, byDay, public)
}

// titles are what the history says of a session that is called otherwise.
type titles struct {
	Title      core.Text `json:"session_title"`
	ShortTitle core.Text `json:"session_short_title"`
}

// release changes one session and says what it changed.
func (s *Service) release(ctx context.Context, tx *record.Tx, set *editions.Setting, x *Session, p Publication) (bool, error) {
	from, was := x.Placement(), x.State
	renamed := !x.NextTitle.IsZero()
	if from.Equal(p.Placement) && was == p.State && !renamed && (p.State != StateCancelled || x.CancelledNote.Equal(p.Note)) {
		return false, nil
	}
	before := titles{x.Title, x.ShortTitle}
	if renamed {
		x.Title, x.ShortTitle, x.NextTitle, x.NextShortTitle = x.NextTitle, x.NextShortTitle, core.Text{}, core.Text{}
	}
	x.Starts, x.Ends, x.Room, x.State, x.CancelledNote = p.Starts, p.Ends, p.Room, p.State, p.Note
	if x.Starts.IsZero() {
		x.Day = ""
	}
	if stale, err := save(ctx, tx, set, x); err != nil || stale {
		return false, record.StaleOr(err, MoveOf(x, set.Zone))
	}
	say := func(kind string, more record.Data) {
		tx.Append(kind, x.ID, set.Scope(), visibility(set, p.State), data(x, more))
	}
	if changes := record.Changes(before, titles{x.Title, x.ShortTitle}); len(changes) > 0 {
		say("session.changed", record.Data{"changes": changes})
	}
	if !from.Equal(p.Placement) {
		say("session.moved", record.Data{"before": from, "after": p.Placement, "changes": record.Changes(from.shown(set), p.shown(set))})
	}
	switch {
	case was == p.State:
	case p.State == StateCancelled:
		say("session.cancelled", record.Data{"note": p.Note})
	case was == StateCancelled:
		say("session.restored", record.Data{"note": core.Text{}})
	default:
		say("session.scheduled", nil)
	}
	return true, nil
}

// settle takes affiliations anew as of the new days and makes the people of sessions
// public that are public from now on.
func (s *Service) settle(ctx context.Context, tx *record.Tx, byDay map[string][]*Session, public []*Session) error {
	days := make([]string, 0, len(byDay))
	for day := range byDay {
		days = append(days, day)
	}
	slices.Sort(days)
	for _, day := range days { // a meeting has a handful of days
		if err := s.retakeAll(ctx, tx, byDay[day], day); err != nil {
			return err
		}
	}
	var persons []core.ID
	for _, x := range public {
		for _, r := range x.Roles {
			if r.Person != "" {
				persons = append(persons, r.Person)
			}
		}
	}
	slices.Sort(persons)
	if persons = slices.Compact(persons); len(persons) == 0 {
		return nil
	}
	if err := s.people.PublishTx(ctx, tx, persons...); err != nil {
		return fmt.Errorf("make people public: %w", err)
	}
	return nil
}

// BriefsTx reads sessions of an edition inside a write, by id; the caller has asked for
// permission.
func (s *Service) BriefsTx(ctx context.Context, tx *record.Tx, set *editions.Setting, ids []core.ID) (map[core.ID]Brief, error) {
	var list []Brief
	if err := tx.NewSelect().Model(&list).Where("se.edition = ? AND se.id IN (?)", set.ID, bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load sessions: %w", err)
	}
	out := make(map[core.ID]Brief, len(list))
	for _, b := range list {
		b.EditionSlug = set.Slug
		out[b.ID] = b
	}
	return out, nil
}
