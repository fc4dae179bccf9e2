package participation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// Desk is the list of an edition as a choice leaves it.
type Desk struct {
	Setting *Setting
	Total   int // of the edition
	Count   int // of those that are chosen
	Counts  [facetCount]map[string]int
	Rows    []Registration
	Notes   map[core.ID]int
	Doubles map[core.ID]int
	Waits   map[core.ID]core.Instant
	Next    string
	Names   map[core.ID]string // of delegations and hubs
	AsOf    core.Instant

	Overview *Overview
}

// List gives the registrations of an edition that a choice leaves, with how many there are
// under each value of each facet. Staff only. Four queries at most while nothing changes.
func (s *Service) List(ctx context.Context, a core.Actor, set *editions.Setting, c Choice, page core.Page) (*Desk, error) {
	ch, err := s.chosen(ctx, a, set, c)
	if err != nil {
		return nil, err
	}
	st, err := settingOf(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return nil, err
	}
	part, next, err := ch.page(page)
	if err != nil {
		return nil, err
	}
	_, doubles := ch.board.doubles()
	out := &Desk{
		Setting: st, Total: ch.all, Count: len(ch.list), Counts: ch.counts, Next: next, Names: ch.board.names, AsOf: ch.board.asof,
		Notes: map[core.ID]int{}, Doubles: doubles, Waits: map[core.ID]core.Instant{},
	}
	out.Overview = ch.board.overview(st, s.rec.Clock.Instant())
	out.Rows, err = s.inOrder(ctx, part)
	for _, e := range part {
		out.Notes[e.ID], out.Waits[e.ID] = e.Notes, e.waits()
	}
	return out, err
}

// chosen is what a choice leaves, for the staff.
func (s *Service) chosen(ctx context.Context, a core.Actor, set *editions.Setting, c Choice) (*chosen, error) {
	if err := checkStaff(a, set.ID); err != nil {
		return nil, err
	}
	b, err := s.deskBoard(ctx, set)
	if err != nil {
		return nil, err
	}
	found, err := s.found(ctx, b, c.Q)
	if err != nil {
		return nil, err
	}
	return b.choose(c, found), nil
}

// inOrder loads the registrations of entries, in their order.
func (s *Service) inOrder(ctx context.Context, part []*entry) ([]Registration, error) {
	ids := make([]core.ID, len(part))
	for i, e := range part {
		ids[i] = e.ID
	}
	found, err := s.ByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Registration, 0, len(part))
	for _, id := range ids {
		if r, ok := found[id]; ok {
			out = append(out, r)
		}
	}
	return out, nil
}

// Overview is where an edition's registration stands.
type Overview struct {
	Setting  *Setting
	ByState  map[string]int
	Category []CategoryCount
	Longest  []Waiting // who waits longest for a decision
	Days     []DayCount
	Doubles  int
}

// CategoryCount is a category with how many it has.
type CategoryCount struct {
	Category
	Admitted, Pending, Waiting int
}

// Waiting is somebody who waits for a decision.
type Waiting struct {
	Number int
	State  string
	Since  core.Instant
	Visa   bool // she needs a letter for a visa: time is short
}

// DayCount is how many registered on a day of the venue.
type DayCount struct {
	Day   time.Time
	Count int
}

const (
	daysShown    = 28
	longestShown = 5
)

// Overview tells where the registration of an edition stands. Staff only.
func (s *Service) Overview(ctx context.Context, a core.Actor, set *editions.Setting) (*Overview, error) {
	if err := checkStaff(a, set.ID); err != nil {
		return nil, err
	}
	st, err := settingOf(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return nil, err
	}
	b, err := s.deskBoard(ctx, set)
	if err != nil {
		return nil, err
	}
	return b.overview(st, s.rec.Clock.Instant()), nil
}

func (b *board) overview(st *Setting, at core.Instant) *Overview {
	out := &Overview{Setting: st, ByState: map[string]int{}}
	of := map[core.ID]*CategoryCount{}
	out.Category = make([]CategoryCount, len(st.Categories))
	for i, c := range st.Categories {
		out.Category[i].Category = c
		of[c.ID] = &out.Category[i]
	}
	now := at.In(b.set.Zone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	days := map[string]int{}
	for _, e := range b.list {
		out.ByState[e.State]++
		if t := e.Submitted.In(b.set.Zone); !t.Before(today.AddDate(0, 0, 1-daysShown)) {
			days[t.Format(time.DateOnly)]++
		}
		if e.State == StatePending || e.State == StateSubmitted {
			out.Longest = append(out.Longest, Waiting{Number: e.Number, State: e.State, Since: e.waits(), Visa: e.Visa})
		}
		c := of[e.Category]
		switch {
		case c == nil:
		case e.State == StateWaiting:
			c.Waiting++
		case e.State == StatePending && !e.Recheck, e.State == StateSubmitted:
			c.Pending++
		case e.State == StatePending, e.State == StateApproved, e.State == StateCheckedIn, e.State == StateAttended:
			c.Admitted++
		}
	}
	for i := daysShown - 1; i >= 0; i-- {
		d := today.AddDate(0, 0, -i)
		out.Days = append(out.Days, DayCount{Day: d, Count: days[d.Format(time.DateOnly)]})
	}
	slices.SortStableFunc(out.Longest, func(x, y Waiting) int { return x.Since.Time().Compare(y.Since.Time()) })
	out.Longest = out.Longest[:min(len(out.Longest), longestShown)]
	list, _ := b.doubles()
	out.Doubles = len(list)
	return out
}

// ExportInput is what of the list goes into a table.
type ExportInput struct {
	Addresses bool // e-mail addresses
	Needs     bool // accessibility, diet, visa
}

// Export gives all registrations that a choice leaves, for a table. Staff only. It appends
// registration.exported with the number of rows, the filter and whether addresses and needs
// are among the columns; words that were looked for are kept as the personal part.
func (s *Service) Export(ctx context.Context, a core.Actor, set *editions.Setting, c Choice, in ExportInput) (*Desk, error) {
	ch, err := s.chosen(ctx, a, set, c)
	if err != nil {
		return nil, err
	}
	st, err := settingOf(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return nil, err
	}
	out := &Desk{Setting: st, Total: ch.all, Count: len(ch.list), Names: ch.board.names, AsOf: ch.board.asof}
	if out.Rows, err = s.inOrder(ctx, ch.list); err != nil {
		return nil, err
	}
	with := []string{}
	if in.Addresses {
		with = append(with, "addresses")
	}
	if in.Needs {
		with = append(with, "needs")
	}
	filter := c.Values()
	filter.Del("q")
	err = s.rec.Write(ctx, a, func(_ context.Context, tx *record.Tx) error {
		tx.AppendPersonal("registration.exported", set.ID, Scope(set.ID), record.Internal,
			record.Data{"label": fmt.Sprint(len(out.Rows)), "count": len(out.Rows), "filter": filter.Encode(), "with": strings.Join(with, ", ")}, record.Data{"words": c.Q})
		return nil
	})
	return out, err
}
