package bodies

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
)

// NewSeat is a seat that is to be taken, by a person or by an organisation.
type NewSeat struct {
	Body         core.ID   `form:"-"`
	Person       core.ID   `form:"-"`
	Organisation core.ID   `form:"-"`
	Role         string    `form:"role" ui:"select" required:"1"`
	From         Date      `form:"from"`
	Until        Date      `form:"until"`
	Term         int       `form:"term" ui:"number"`
	Group        string    `form:"group" ui:"select"`
	Note         core.Text `form:"note" max:"500"`
}

// EndInput ends a seat.
type EndInput struct {
	Version int64 `form:"version" ui:"hidden"`
	Until   Date  `form:"until" required:"1"`
}

func (s *Service) validateSeat(n NewSeat) error {
	p := core.Validate(n)
	if (n.Person == "") == (n.Organisation == "") {
		p.Add("who", "bodies.error.holder")
	}
	if n.Role != "" && !slices.Contains(SeatRoles, n.Role) {
		p.Add("role", "bodies.error.choice")
	}
	if n.Group != "" && !s.known(vocab.Groups, n.Group) {
		p.Add("group", "bodies.error.choice")
	}
	if n.Term < 0 || n.Term > 99 {
		p.Add("term", "bodies.error.term")
	}
	checkDate(&p, "from", n.From)
	checkDate(&p, "until", n.Until)
	checkOrder(&p, "until", n.From, n.Until)
	return p.Err()
}

func (n NewSeat) seat() Seat {
	return Seat{
		Body: n.Body, Person: n.Person, Organisation: n.Organisation, Role: n.Role, From: n.From, Until: n.Until,
		Term: n.Term, Group: n.Group, Note: n.Note.Clean(),
	}
}

// AddSeat gives somebody a seat. Staff; where the body chooses its members itself,
// its officers may add plain ones. Event: seat.taken, with the body as its subject;
// person.published where the person was not public before.
func (s *Service) AddSeat(ctx context.Context, a core.Actor, n NewSeat) (Seat, error) {
	body, err := loadBody(ctx, s.rec.DB.Read, n.Body)
	if err != nil {
		return Seat{}, err
	}
	if err := s.maySeat(ctx, a, "add", n.Role, body); err != nil {
		return Seat{}, err
	}
	var seat Seat
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) (err error) {
		seat, err = s.AddSeatTx(ctx, tx, n)
		return err
	})
	return seat, err
}

func (s *Service) maySeat(ctx context.Context, a core.Actor, action, role string, body Body) error {
	roles, err := s.RolesIn(ctx, a, body.ID)
	if err != nil {
		return err
	}
	return checkSeat(action, role, body, roles)
}

// AddSeatTx is AddSeat inside a write; the caller has asked for permission. A seat is a
// public role: a person who was not public is so from now on (person.published). The
// same place cannot be held twice at one time: a Conflict.
func (s *Service) AddSeatTx(ctx context.Context, tx *record.Tx, n NewSeat) (Seat, error) {
	if err := s.validateSeat(n); err != nil {
		return Seat{}, err
	}
	body, err := loadBody(ctx, tx, n.Body)
	if err != nil {
		return Seat{}, err
	}
	seat := n.seat()
	seat.ID, seat.Created, seat.Version = tx.NewID(), tx.Now, 1
	if err := s.checkPlace(ctx, tx, seat); err != nil {
		return Seat{}, err
	}
	if seat.Person != "" {
		if err := s.people.PublishTx(ctx, tx, seat.Person); err != nil {
			return Seat{}, err
		}
	}
	if _, err := tx.NewInsert().Model(&seat).Exec(ctx); err != nil {
		return Seat{}, fmt.Errorf("take seat: %w", err)
	}
	tx.Append("seat.taken", body.ID, core.ScopeForum, record.Public, seatData(body, seat))
	return seat, nil
}

// checkPlace sees that the holder exists and does not hold the place already.
func (s *Service) checkPlace(ctx context.Context, tx *record.Tx, seat Seat) error {
	var there bool
	if seat.Person != "" {
		persons, err := s.people.PersonsTx(ctx, tx, []core.ID{seat.Person})
		if err != nil {
			return err
		}
		p, known := persons[seat.Person]
		there = known && p.MergedInto == ""
	} else {
		var err error
		if there, err = tx.NewSelect().TableExpr("organisations").Where("id = ?", seat.Organisation).Exists(ctx); err != nil {
			return fmt.Errorf("look for organisation: %w", err)
		}
	}
	var p core.Problems
	if !there {
		p.Add("who", "bodies.error.holder")
		return p.Err()
	}
	others, err := loadSeats(ctx, tx, "body", seat.Body)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(others, seat.overlaps) {
		return core.Conflict("bodies.error.overlap")
	}
	return nil
}

// seatData is what the record says of a seat: the holder by id, because whether a
// name may be shown is asked when it is shown.
func seatData(body Body, seat Seat) record.Data {
	d := record.Data{"label": body.Name, "seat": seat.ID, "role": seat.Role}
	if seat.Person != "" {
		d["person"] = seat.Person
	} else {
		d["organisation"] = seat.Organisation
	}
	return d
}

// seatFacts are what the record compares when a seat changes.
type seatFacts struct {
	Role  string    `json:"seat_role"`
	From  Date      `json:"seat_from"`
	Until Date      `json:"seat_until"`
	Term  int       `json:"seat_term"`
	Group string    `json:"seat_group"`
	Note  core.Text `json:"seat_note"`
}

func (s Seat) facts() seatFacts {
	return seatFacts{Role: s.Role, From: s.From, Until: s.Until, Term: s.Term, Group: s.Group, Note: s.Note}
}

// Seat gives one seat and its body. Anybody may call.
func (s *Service) Seat(ctx context.Context, id core.ID) (Seat, Body, error) {
	seat, err := loadSeat(ctx, s.rec.DB.Read, id)
	if err != nil {
		return Seat{}, Body{}, err
	}
	body, err := s.Body(ctx, seat.Body)
	return seat, body, err
}

// ChangeSeat corrects a seat. Staff only. n.Body and the holder stay as they are.
// Event: seat.changed. Stale when somebody else was quicker.
func (s *Service) ChangeSeat(ctx context.Context, a core.Actor, id core.ID, version int64, n NewSeat) (Seat, error) {
	return s.seatChange(ctx, a, id, "change", "seat.changed", func(now Seat) (Seat, error) {
		n.Body, n.Person, n.Organisation = now.Body, now.Person, now.Organisation
		if err := s.validateSeat(n); err != nil {
			return Seat{}, err
		}
		next := n.seat()
		next.ID, next.Created, next.Version = now.ID, now.Created, version
		return next, nil
	})
}

// EndSeat ends a seat on a date. Staff; officers of a body that chooses its members
// itself end plain seats. Event: seat.ended. Stale when somebody else was quicker.
func (s *Service) EndSeat(ctx context.Context, a core.Actor, id core.ID, in EndInput) (Seat, error) {
	return s.seatChange(ctx, a, id, "end", "seat.ended", func(now Seat) (Seat, error) {
		p := core.Validate(in)
		checkDate(&p, "until", in.Until)
		checkOrder(&p, "until", now.From, in.Until)
		now.Until, now.Version = Date(strings.TrimSpace(string(in.Until))), in.Version
		return now, p.Err()
	})
}

func (s *Service) seatChange(ctx context.Context, a core.Actor, id core.ID, action, event string, set func(Seat) (Seat, error)) (Seat, error) {
	now, body, err := s.Seat(ctx, id)
	if err != nil {
		return Seat{}, err
	}
	if err := s.maySeat(ctx, a, action, now.Role, body); err != nil {
		return Seat{}, err
	}
	next, err := set(now)
	if err != nil {
		return Seat{}, err
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		before, err := loadSeat(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := s.checkPlace(ctx, tx, next); err != nil {
			return err
		}
		stale, err := saveSeat(ctx, tx, &next)
		if err != nil {
			return err
		}
		if stale {
			return core.Stale(before)
		}
		d := seatData(body, next)
		d["changes"] = record.Changes(before.facts(), next.facts())
		tx.Append(event, body.ID, core.ScopeForum, record.Public, d)
		return nil
	})
	return next, err
}
