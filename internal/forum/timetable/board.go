package timetable

import (
	"context"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	solve "plenary/internal/solve/timetable"
)

// Board is the plan of an edition with all that bears on it. It is not changed once it is
// made: requests share it.
type Board struct {
	Set      *editions.Setting
	Frame    Frame
	Begun    bool // the plan was begun: the programme becomes public by releases
	Types    []programme.Type
	Rooms    map[core.ID]Room
	Items    []Item // in the order of the plan: by time, then room; those without a time last
	Ties     []Tie
	Absences []Absence
	Accepted map[string]Accepted
	Findings []Found // those that block first
	Names    map[core.ID]string

	index   map[core.ID]int // of Items
	problem *solve.Problem
	places  []solve.Place
	solved  []int // item of each session of the problem
	of      []int // session of the problem of each item; -1: none
	actors  []actor
}

// Item is a session of the plan.
type Item struct {
	programme.Brief
	Roles    []programme.Role
	Plan     Placed
	Touched  bool // it stands in the plan otherwise than untouched
	Wishes   Wishes
	Expected int // how many have bookmarked it
	Length   int // minutes that it takes in the plan
}

// Name is the session's title as it will be with the next release.
func (i Item) Name() core.Text {
	if !i.NextTitle.IsZero() {
		if !i.NextShort.IsZero() {
			return i.NextShort
		}
		return i.NextTitle
	}
	return i.Label()
}

// actor is a person or organisation of the problem.
type actor struct{ person, organisation core.ID }

// Item finds a session by id; nil where there is none.
func (b *Board) Item(id core.ID) *Item {
	if i, ok := b.index[id]; ok {
		return &b.Items[i]
	}
	return nil
}

// ByRef finds a session by its reference; nil where there is none.
func (b *Board) ByRef(ref string) *Item {
	i := slices.IndexFunc(b.Items, func(x Item) bool { return x.Ref == ref })
	if i < 0 {
		return nil
	}
	return &b.Items[i]
}

// Board gives the plan of an edition. Staff only. It is kept until anything of the edition
// or its plan changes; bookmarks that came since are not yet in it.
func (s *Service) Board(ctx context.Context, a core.Actor, set *editions.Setting) (*Board, error) {
	if err := check(a, set, "see"); err != nil {
		return nil, err
	}
	return s.board(ctx, set)
}

type kept struct {
	board     *Board
	ed, plan  int64
	forum     int64
	bookmarks int64 // of the minute
}

func (s *Service) board(ctx context.Context, set *editions.Setting) (*Board, error) {
	now := kept{
		ed: s.rec.Scope(set.Scope()).Load(), plan: s.rec.Scope(programme.PlanScope(set)).Load(),
		forum: s.rec.Scope(core.ScopeForum).Load(), bookmarks: s.rec.Clock.Now().Unix() / 60,
	}
	s.mu.Lock()
	have, ok := s.kept[set.ID]
	s.mu.Unlock()
	if ok && have.ed == now.ed && have.plan == now.plan && have.forum == now.forum && have.bookmarks == now.bookmarks {
		return have.board, nil
	}
	b, err := s.load(ctx, set)
	if err != nil {
		return nil, err
	}
	now.board = b
	s.mu.Lock()
	s.kept[set.ID] = now
	s.mu.Unlock()
	return b, nil
}

// load makes the board anew, in a constant number of queries.
func (s *Service) load(ctx context.Context, set *editions.Setting) (*Board, error) {
	db := s.rec.DB.Read
	b := &Board{Set: set, index: map[core.ID]int{}, Names: map[core.ID]string{}}
	var err error
	if b.Frame, b.Begun, err = loadFrame(ctx, db, set); err != nil {
		return nil, err
	}
	if b.Types, err = s.Programme.Types(ctx, set.ID); err != nil {
		return nil, err
	}
	if b.Rooms, err = loadRooms(ctx, db, set.ID); err != nil {
		return nil, err
	}
	if b.Ties, err = loadTies(ctx, db, set.ID); err != nil {
		return nil, err
	}
	if b.Absences, err = loadAbsences(ctx, db, set.ID); err != nil {
		return nil, err
	}
	if b.Accepted, err = loadAccepted(ctx, db, set.ID); err != nil {
		return nil, err
	}
	if err := s.items(ctx, b); err != nil {
		return nil, err
	}
	alike, err := s.alike(ctx, set, b.Items)
	if err != nil {
		return nil, err
	}
	b.build(alike)
	b.find()
	return b, nil
}

func (s *Service) items(ctx context.Context, b *Board) error {
	db, set := s.rec.DB.Read, b.Set
	briefs, err := s.Programme.Briefs(ctx, core.Operator, set, programme.Filter{})
	if err != nil {
		return err
	}
	placed, err := loadPlaced(ctx, db, set.ID)
	if err != nil {
		return err
	}
	wishes, err := loadWishes(ctx, db, set.ID)
	if err != nil {
		return err
	}
	ids := make([]core.ID, len(briefs))
	for i := range briefs {
		ids[i] = briefs[i].ID
	}
	roles, err := s.Programme.RolesIn(ctx, ids)
	if err != nil {
		return err
	}
	expected, err := s.Agenda.CountsOf(ctx, set.ID)
	if err != nil {
		return err
	}
	for _, x := range briefs {
		it := Item{Brief: x, Roles: roles[x.ID], Plan: planOf(x), Wishes: wishes[x.ID].Wishes, Expected: expected[x.ID]}
		if p, ok := placed[x.ID]; ok {
			it.Plan, it.Touched = p, true
		}
		it.Length = b.length(it)
		b.Items = append(b.Items, it)
		for _, r := range it.Roles {
			if r.Person != "" {
				b.Names[r.Person] = r.Name
			}
			if r.Organisation != "" {
				b.Names[r.Organisation] = r.OrganisationName.String()
			}
		}
	}
	b.sort()
	return nil
}

// sort puts the items in the order of the plan.
func (b *Board) sort() {
	rooms := map[core.ID]int{}
	for i, r := range b.Set.Rooms {
		rooms[r.ID] = i
	}
	slices.SortStableFunc(b.Items, func(x, y Item) int {
		if x.Plan.Scheduled() != y.Plan.Scheduled() {
			if x.Plan.Scheduled() {
				return -1
			}
			return 1
		}
		if c := x.Plan.Starts.Time().Compare(y.Plan.Starts.Time()); c != 0 {
			return c
		}
		return rooms[x.Plan.Room] - rooms[y.Plan.Room]
	})
	for i := range b.Items {
		b.index[b.Items[i].ID] = i
	}
}

// usualMinutes is how long a session takes of which nothing is known.
const usualMinutes = 60

// length is how many minutes a session takes in the plan: what it has now, else what it
// asked for, else the longest that its type gives.
func (b *Board) length(it Item) int {
	switch {
	case it.Plan.Scheduled():
		return int(it.Plan.Ends.Sub(it.Plan.Starts).Minutes())
	case it.Wishes.Minutes > 0:
		return it.Wishes.Minutes
	}
	if d := programme.TypeOf(b.Types, it.Type).Durations; len(d) > 0 {
		return slices.Max(d)
	}
	return usualMinutes
}
