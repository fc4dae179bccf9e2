package timetable

import (
	"context"
	"fmt"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// mostOwn is how many times a person may say for one edition that she cannot be there.
const mostOwn = 50

// takesPart tells whether the actor has a role in a session of an edition, drafts counted:
// she knows of those.
func (s *Service) takesPart(ctx context.Context, a core.Actor, set *editions.Setting) (bool, error) {
	if !a.SignedIn() || a.Person == "" {
		return false, nil
	}
	list, err := s.Programme.RolesOf(ctx, a, a.Person)
	if err != nil {
		return false, fmt.Errorf("load own roles: %w", err)
	}
	for _, x := range list {
		if x.Session.Edition == set.ID {
			return true, nil
		}
	}
	return false, nil
}

// own asks for permission: who has a role in a session of the edition speaks for herself.
// Others learn nothing.
func (s *Service) own(ctx context.Context, a core.Actor, set *editions.Setting) error {
	if !a.SignedIn() {
		return core.SignIn()
	}
	ok, err := s.takesPart(ctx, a, set)
	if err != nil {
		return err
	}
	if !ok {
		return core.NotFound()
	}
	return nil
}

// OwnAbsences are the times at which the actor cannot be there, those included that the
// staff wrote down for her. Nobody but her and the staff sees them. Errors: SignIn, and
// NotFound for who has no role in a session of the edition.
func (s *Service) OwnAbsences(ctx context.Context, a core.Actor, set *editions.Setting) ([]Absence, error) {
	if err := s.own(ctx, a, set); err != nil {
		return nil, err
	}
	var rows []Absence
	err := s.rec.DB.Read.NewSelect().Model(&rows).Where("edition = ? AND person = ?", set.ID, a.Person).OrderExpr("starts, id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("load own absences: %w", err)
	}
	return rows, nil
}

// AddOwnAbsence says when the actor cannot be there. Event:
// timetable.away, internal. Errors: those of OwnAbsences, Invalid.
func (s *Service) AddOwnAbsence(ctx context.Context, a core.Actor, set *editions.Setting, in Absence) error {
	have, err := s.OwnAbsences(ctx, a, set)
	if err != nil {
		return err
	}
	in.Person, in.Organisation, in.Edition, in.Note = a.Person, "", set.ID, strings.TrimSpace(in.Note)
	var p core.Problems
	if in.Starts.IsZero() || !in.Ends.After(in.Starts) {
		p.Add("until", "programme.error.end_before_start")
	}
	short(&p, "note", in.Note, 300)
	if len(have) >= mostOwn {
		p.Add("from", "timetable.error.many", "Most", mostOwn)
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		in.ID = tx.NewID()
		if _, err := tx.NewInsert().Model(&in).Exec(ctx); err != nil {
			return fmt.Errorf("add own absence: %w", err)
		}
		s.away(tx, set)
		return nil
	})
}

// DropOwnAbsence takes a time away at which the actor could not be there, and gives it.
// Event: timetable.away. Errors: those of OwnAbsences; NotFound for what is not hers.
func (s *Service) DropOwnAbsence(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) (Absence, error) {
	have, err := s.OwnAbsences(ctx, a, set)
	if err != nil {
		return Absence{}, err
	}
	for _, x := range have {
		if x.ID != id {
			continue
		}
		return x, s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
			if _, err := tx.NewDelete().Model((*Absence)(nil)).Where("id = ? AND person = ?", id, a.Person).Exec(ctx); err != nil {
				return fmt.Errorf("drop own absence: %w", err)
			}
			s.away(tx, set)
			return nil
		})
	}
	return Absence{}, core.NotFound()
}

func (s *Service) away(tx *record.Tx, set *editions.Setting) {
	tx.Append("timetable.away", set.ID, programme.PlanScope(set), record.Internal, record.Data{"label": set.Name})
}
