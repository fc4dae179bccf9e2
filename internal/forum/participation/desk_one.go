package participation

import (
	"context"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// DeskOne is what stands beside a registration on the desk.
type DeskOne struct {
	Before, After, Place, Count int // in the list from which the reader comes; numbers of registrations
	Kept                        int // the number of the registration that is kept, of a double
	Doubles                     []DoubleOf
	Sessions                    []programme.Appearance
	Notes                       []Note
	Events                      []record.Event
}

// DoubleOf is a possible double of a registration.
type DoubleOf struct {
	Double
	With Registration
}

// One is what stands beside a registration. Staff only.
func (s *Service) One(ctx context.Context, a core.Actor, set *editions.Setting, r *Registration, c Choice) (*DeskOne, error) {
	ch, err := s.chosen(ctx, a, set, c)
	if err != nil {
		return nil, err
	}
	out := &DeskOne{Count: len(ch.list)}
	out.Before, out.After, out.Place = ch.beside(r.ID)
	if e := ch.board.entry(r.DuplicateOf); e != nil {
		out.Kept = e.Number
	}
	if out.Doubles, err = s.doublesOf(ctx, ch.board, r.ID); err != nil {
		return nil, err
	}
	if r.Person != "" {
		all, err := s.Programme.RolesOf(ctx, a, r.Person)
		if err != nil {
			return nil, err
		}
		for _, x := range all {
			if x.Session.Edition == set.ID {
				out.Sessions = append(out.Sessions, x)
			}
		}
	}
	if out.Notes, err = s.Notes(ctx, a, r); err != nil {
		return nil, err
	}
	events, err := s.HistoryOf(ctx, r, core.Page{Limit: 200})
	out.Events = events.Items
	return out, err
}

func (s *Service) doublesOf(ctx context.Context, b *board, id core.ID) ([]DoubleOf, error) {
	list, of := b.doubles()
	if of[id] == 0 {
		return nil, nil
	}
	var out []DoubleOf
	var ids []core.ID
	for _, d := range list {
		switch id {
		case d.One:
			ids = append(ids, d.Other)
		case d.Other:
			ids = append(ids, d.One)
		default:
			continue
		}
		out = append(out, DoubleOf{Double: d})
	}
	found, err := s.ByIDs(ctx, ids)
	for i := range out {
		out[i].With = found[ids[i]]
	}
	return out, err
}
