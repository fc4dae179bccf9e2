package timetable

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// Move is what is to be done with a session of the plan.
type Move struct {
	Session core.ID
	// Version is that of the placement which the mover has seen; -1: whatever it is.
	Version int64
	To      Spot
}

// Holds tells whether the programme of an edition becomes public by releases: from the
// moment on at which its plan was begun. It is programme.Plan's.
func (s *Service) Holds(ctx context.Context, idb bun.IDB, edition core.ID) (bool, error) {
	s.mu.Lock()
	begun := s.begun[edition]
	s.mu.Unlock()
	if begun { // a plan is never ended
		return true, nil
	}
	begun, err := idb.NewSelect().Model((*Frame)(nil)).Where("edition = ?", edition).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("look for plan: %w", err)
	}
	if _, inside := idb.(*record.Tx); begun && !inside {
		s.mu.Lock()
		s.begun[edition] = true
		s.mu.Unlock()
	}
	return begun, nil
}

// Begin begins the plan of an edition: from now on its programme becomes public by
// releases only. Staff only. Event: timetable.begun. A plan that was begun stays as it is.
func (s *Service) Begin(ctx context.Context, a core.Actor, set *editions.Setting) error {
	if err := check(a, set, "place"); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error { return s.beginTx(ctx, tx, a, set) })
}

func (s *Service) beginTx(ctx context.Context, tx *record.Tx, a core.Actor, set *editions.Setting) error {
	f, there, err := loadFrame(ctx, tx, set)
	if err != nil || there {
		return err
	}
	f.Began, f.BeganBy, f.Version = tx.Now, a.Name, 1
	if _, err := tx.NewInsert().Model(&f).Exec(ctx); err != nil {
		return fmt.Errorf("begin plan: %w", err)
	}
	tx.Append("timetable.begun", set.ID, programme.PlanScope(set), record.Internal, record.Data{"label": set.Name})
	return nil
}

// Place puts sessions where the moves say, as one step that can be taken back. Staff only.
// Nothing of it is public before a release. Event: timetable.planned. Errors: Invalid;
// Conflict "timetable.error.moved" when a session was moved by somebody else meanwhile.
func (s *Service) Place(ctx context.Context, a core.Actor, set *editions.Setting, kind string, moves ...Move) error {
	if err := check(a, set, "place"); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if err := s.beginTx(ctx, tx, a, set); err != nil {
			return err
		}
		_, err := s.placeTx(ctx, tx, a, set, kind, moves)
		return err
	})
}

// placeTx writes placements and the step. It gives the moves that changed anything.
func (s *Service) placeTx(ctx context.Context, tx *record.Tx, a core.Actor, set *editions.Setting, kind string, moves []Move) ([]Moved, error) {
	ids := make([]core.ID, len(moves))
	for i, m := range moves {
		ids[i] = m.Session
	}
	sessions, placed, err := s.standing(ctx, tx, set, ids)
	if err != nil {
		return nil, err
	}
	var done []Moved
	for _, m := range moves {
		b, ok := sessions[m.Session]
		if !ok {
			return nil, core.NotFound()
		}
		p, there := placed[m.Session]
		if !there {
			p = planOf(b)
		}
		if m.Version >= 0 && p.Version != m.Version {
			return nil, moved(b.Ref, p)
		}
		if err := checkSpot(set, m.To); err != nil {
			return nil, err
		}
		before := p.spot()
		if before.Equal(m.To) {
			continue
		}
		p.put(m.To)
		p.ByName, p.Changed = a.Name, tx.Now
		p.Version++
		if err := store(ctx, tx, p, there); err != nil {
			return nil, err
		}
		placed[m.Session] = p
		done = append(done, Moved{Session: b.ID, Ref: b.Ref, Title: b.Label(), Before: before, After: m.To})
	}
	if len(done) == 0 {
		return nil, nil
	}
	return done, s.step(ctx, tx, a, set, kind, done)
}

func store(ctx context.Context, tx *record.Tx, p Placed, there bool) error {
	var err error
	if there {
		_, err = tx.NewUpdate().Model(&p).WherePK().Exec(ctx)
	} else {
		_, err = tx.NewInsert().Model(&p).Exec(ctx)
	}
	if err != nil {
		return fmt.Errorf("place session: %w", err)
	}
	return nil
}

// standing reads sessions with where they are public and where they are planned.
func (s *Service) standing(ctx context.Context, tx *record.Tx, set *editions.Setting, ids []core.ID) (map[core.ID]programme.Brief, map[core.ID]Placed, error) {
	if len(ids) == 0 {
		return nil, nil, nil
	}
	sessions, err := s.Programme.BriefsTx(ctx, tx, set, ids)
	if err != nil {
		return nil, nil, err
	}
	placed, err := loadPlaced(ctx, tx, set.ID, ids...)
	return sessions, placed, err
}

// step writes down what was done, so that it can be taken back and looked at.
func (s *Service) step(ctx context.Context, tx *record.Tx, a core.Actor, set *editions.Setting, kind string, done []Moved) error {
	seq, err := nextStep(ctx, tx, set.ID)
	if err != nil {
		return err
	}
	st := Step{Edition: set.ID, Seq: seq, Account: a.Account, ByName: a.Name, Kind: kind, Moves: done, At: tx.Now}
	if _, err := tx.NewInsert().Model(&st).Exec(ctx); err != nil {
		return fmt.Errorf("write step: %w", err)
	}
	said := record.Data{"label": done[0].Title, "count": len(done), "kind": kind, "seq": seq}
	if len(done) == 1 {
		said["ref"] = done[0].Ref
	}
	tx.Append("timetable.planned", set.ID, programme.PlanScope(set), record.Internal, said)
	return nil
}

// moved is what somebody hears who moves a session from where it stands no more.
func moved(ref string, p Placed) error {
	if p.ByName == "" { // by an import, by its own page
		return core.Conflict("timetable.error.elsewhere", "Session", ref)
	}
	return core.Conflict("timetable.error.moved", "Session", ref, "Name", p.ByName)
}

// checkSpot holds a place to what no rule can allow: a day of the edition, an end after
// the start, a room of the edition.
func checkSpot(set *editions.Setting, to Spot) error {
	var p core.Problems
	programme.CheckTimes(&p, set, to.Starts, to.Ends)
	if to.Room != "" && set.Room(to.Room) == nil {
		p.Add("room", "form.unreadable")
	}
	if !slices.Contains([]string{PlanOpen, PlanHeld, PlanCancelled}, to.State) {
		p.Add("state", "form.unreadable")
	}
	return p.Err()
}

// Path is programme.Plan's: the page on which a session is placed.
func (s *Service) Path(set *editions.Setting, ref string) string {
	return set.Path() + "/timetable/sessions/" + ref
}

// PlaceTx is programme.Plan's: what would have been public at once is planned.
func (s *Service) PlaceTx(ctx context.Context, tx *record.Tx, set *editions.Setting, x *programme.Session, to programme.Placement, state string) error {
	spot := Spot{Starts: to.Starts, Ends: to.Ends, Room: to.Room, State: PlanOpen}
	if state == programme.StateDraft {
		spot.State = PlanHeld
	}
	return s.take(ctx, tx, set, x, "import", func(now Spot) Spot {
		spot.Pinned, spot.Note = now.Pinned, now.Note
		if now.State == PlanCancelled {
			spot.State = now.State
		}
		return spot
	})
}

// CallOffTx is programme.Plan's.
func (s *Service) CallOffTx(ctx context.Context, tx *record.Tx, set *editions.Setting, x *programme.Session, off bool, note core.Text) error {
	kind := "restore"
	if off {
		kind = "cancel"
	}
	return s.take(ctx, tx, set, x, kind, func(now Spot) Spot {
		now.State, now.Note = PlanOpen, core.Text{}
		if off {
			now.State, now.Note = PlanCancelled, note
		}
		return now
	})
}

func (s *Service) take(ctx context.Context, tx *record.Tx, set *editions.Setting, x *programme.Session, kind string, change func(now Spot) Spot) error {
	placed, err := loadPlaced(ctx, tx, set.ID, x.ID)
	if err != nil {
		return err
	}
	p, ok := placed[x.ID]
	if !ok {
		p = planOf(x.Brief())
	}
	_, err = s.placeTx(ctx, tx, tx.Actor, set, kind, []Move{{Session: x.ID, Version: -1, To: change(p.spot())}})
	return err
}

// Undo takes back the actor's latest step that stands, if all that it moved still is where
// it put it. Staff only. It gives the step. Errors: Conflict "timetable.error.nothing" and
// "timetable.error.moved".
func (s *Service) Undo(ctx context.Context, a core.Actor, set *editions.Setting) (Step, error) {
	return s.turn(ctx, a, set, false)
}

// Redo does again what the actor's last Undo took back, until she has done something else.
func (s *Service) Redo(ctx context.Context, a core.Actor, set *editions.Setting) (Step, error) {
	return s.turn(ctx, a, set, true)
}

func (s *Service) turn(ctx context.Context, a core.Actor, set *editions.Setting, redo bool) (Step, error) {
	var st Step
	if err := check(a, set, "place"); err != nil {
		return st, err
	}
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		undo, again, err := turns(ctx, tx, set.ID, a.Account)
		if err != nil {
			return err
		}
		found := undo
		if redo {
			found = again
		}
		if found == nil {
			return core.Conflict("timetable.error.nothing")
		}
		st = *found
		return s.apply(ctx, tx, a, set, st, redo)
	})
	return st, err
}

// turns are the steps that an account could take back and do again now.
func turns(ctx context.Context, idb bun.IDB, edition, account core.ID) (undo, redo *Step, err error) {
	var mine []Step
	err = idb.NewSelect().Model(&mine).Where("edition = ? AND account = ?", edition, account).OrderExpr("seq DESC").Limit(200).Scan(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("load steps: %w", err)
	}
	for i := range mine {
		if !mine[i].Undone {
			return &mine[i], redo, nil
		}
		redo = &mine[i]
	}
	return nil, redo, nil
}

func (s *Service) apply(ctx context.Context, tx *record.Tx, a core.Actor, set *editions.Setting, st Step, redo bool) error {
	ids := make([]core.ID, len(st.Moves))
	for i, m := range st.Moves {
		ids[i] = m.Session
	}
	_, placed, err := s.standing(ctx, tx, set, ids)
	if err != nil {
		return err
	}
	for _, m := range st.Moves {
		p, ok := placed[m.Session]
		from, to := m.After, m.Before
		if redo {
			from, to = to, from
		}
		if !ok || !p.spot().Equal(from) {
			return moved(m.Ref, p)
		}
		p.put(to)
		p.ByName, p.Changed = a.Name, tx.Now
		p.Version++
		if err := store(ctx, tx, p, true); err != nil {
			return err
		}
	}
	if _, err := tx.NewUpdate().Model((*Step)(nil)).Set("undone = ?", !redo).Where("edition = ? AND seq = ?", set.ID, st.Seq).Exec(ctx); err != nil {
		return fmt.Errorf("turn step: %w", err)
	}
	kind := "undo"
	if redo {
		kind = "redo"
	}
	tx.Append("timetable.planned", set.ID, programme.PlanScope(set), record.Internal,
		record.Data{"label": st.Moves[0].Title, "count": len(st.Moves), "kind": kind, "seq": st.Seq})
	return nil
}

// Fits proposes places for a session, the best first: free ones without a finding that
// blocks, as far as there are any. Staff only.
func (s *Service) Fits(ctx context.Context, a core.Actor, set *editions.Setting, session core.ID, limit int) ([]Offer, error) {
	b, err := s.Board(ctx, a, set)
	if err != nil {
		return nil, err
	}
	return b.Fits(session, limit), nil
}

// Offer is a place that a session could have.
type Offer struct {
	Starts   core.Instant `json:"starts"`
	Ends     core.Instant `json:"ends"`
	Room     core.ID      `json:"room"`
	Findings []Found      `json:"findings"`
}

// end is when a session ends that starts at an instant.
func (i Item) end(starts core.Instant) core.Instant {
	return starts.Add(time.Duration(i.Length) * time.Minute)
}
