package badges

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

// deskMost is how many people the desk lists.
const deskMost = 30

// longestReason is the most letters of why somebody was checked in by hand.
const longestReason = 200

// AtDesk is a person as the desk sees her.
type AtDesk struct {
	Registration participation.Registration
	Badge        *Badge // the good one; nil without
	Arrived      core.Instant
}

// Search finds registrations by words of names, organisation or address, in any script, or
// by number, for the desk: thirty at most. Staff only. Three or four queries.
func (s *Service) Search(ctx context.Context, a core.Actor, set *editions.Setting, q string) ([]AtDesk, error) {
	if err := may(a, set, "hand_out"); err != nil {
		return nil, err
	}
	var list []participation.Registration
	sel := s.rec.DB.Read.NewSelect().Model(&list).Where("rg.edition = ?", set.ID).OrderExpr("rg.name_key, rg.number").Limit(deskMost)
	q = strings.TrimSpace(q)
	if k, err := s.keys(ctx); err == nil {
		if c, err := k.Read(q); err == nil { // somebody held a badge before the scanner
			sel = sel.Where("rg.id = ?", c.Registration)
			q = ""
		}
	}
	if n, _, ok := ReadWord(q); ok {
		sel, q = sel.Where("rg.number = ?", n), ""
	}
	if n := number(strings.TrimPrefix(q, "#")); q != "" && n > 0 {
		sel = sel.Where("rg.number = ?", n)
	} else {
		words := core.Words(q)
		for i, w := range words {
			if i == 6 {
				break
			}
			sel = sel.Where("rg.id IN (SELECT w.registration FROM registration_words AS w WHERE w.edition = ? AND w.word LIKE ?)", set.ID, w+"%")
		}
		if q != "" && len(words) == 0 {
			return nil, nil
		}
	}
	if err := sel.Scan(ctx); err != nil {
		return nil, fmt.Errorf("search at the desk: %w", err)
	}
	return s.atDesk(ctx, set, list)
}

func (s *Service) atDesk(ctx context.Context, set *editions.Setting, list []participation.Registration) ([]AtDesk, error) {
	ids := make([]core.ID, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	badges, err := good(ctx, s.rec.DB.Read, set.ID, ids)
	if err != nil {
		return nil, err
	}
	arrived := map[core.ID]core.Instant{}
	if len(ids) > 0 {
		var rows []Arrival
		if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("ar.registration IN (?)", bun.List(ids)).Scan(ctx); err != nil {
			return nil, fmt.Errorf("load arrivals: %w", err)
		}
		for _, x := range rows {
			arrived[x.Registration] = x.At
		}
	}
	out := make([]AtDesk, len(list))
	for i := range list {
		out[i] = AtDesk{Registration: list[i], Arrived: arrived[list[i].ID]}
		if b, ok := badges[list[i].ID]; ok {
			out[i].Badge = &b
		}
	}
	return out, nil
}

// Person is one registration at the desk, by its number, with all its badges. Staff only.
func (s *Service) Person(ctx context.Context, a core.Actor, set *editions.Setting, n string) (AtDesk, []Badge, error) {
	if err := may(a, set, "hand_out"); err != nil {
		return AtDesk{}, nil, err
	}
	r, err := s.Participation.ByNumber(ctx, a, set, n)
	if err != nil {
		return AtDesk{}, nil, err
	}
	list, err := s.atDesk(ctx, set, []participation.Registration{*r})
	if err != nil {
		return AtDesk{}, nil, err
	}
	all, err := badgesOf(ctx, s.rec.DB.Read, r.ID)
	return list[0], all, err
}

// HandOut notes by hand that somebody has come and has her badge, with why it is not a door
// that says so. Who may not come, or is looked at anew, is core.Conflict. A second time
// changes nothing. Staff only. Events: badge.handed_out, and registration.checked_in.
func (s *Service) HandOut(ctx context.Context, a core.Actor, set *editions.Setting, n, reason string) error {
	at, _, err := s.Person(ctx, a, set, n)
	if err != nil {
		return err
	}
	var p core.Problems
	if reason = strings.TrimSpace(reason); reason == "" {
		p.Add("reason", "form.required")
	} else if n := len([]rune(reason)); n > longestReason {
		p.Add("reason", "form.too_long", "Have", n, "Count", longestReason)
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		r, err := s.Participation.GetTx(ctx, tx, at.Registration.ID)
		if err != nil {
			return err
		}
		switch {
		case r.Recheck:
			return core.Conflict("badges.error.recheck")
		case !r.MayJoin():
			return core.Conflict("badges.error.not_admitted")
		}
		arrived := map[core.ID]Arrival{}
		var had []Arrival
		if err := tx.NewSelect().Model(&had).Where("ar.registration = ?", r.ID).Scan(ctx); err != nil {
			return fmt.Errorf("load arrival: %w", err)
		}
		if len(had) > 0 {
			return nil
		}
		if _, err := issue(ctx, tx, set.ID, []participation.Registration{r}); err != nil {
			return err
		}
		if err := arrive(ctx, s, tx, arrived, Arrival{Registration: r.ID, Edition: set.ID, At: tx.Now}); err != nil {
			return err
		}
		tx.AppendPersonal("badge.handed_out", r.ID, participation.Scope(set.ID), record.Internal, record.Data{"label": label(r.Number)}, record.Data{"reason": reason})
		return nil
	})
}

// PrintOne prints the badge of one registration now: a batch of one, whose file is given at
// once. Staff only; core.Conflict where she gets none. Events as Print.
func (s *Service) PrintOne(ctx context.Context, a core.Actor, set *editions.Setting, n string) ([]byte, error) {
	at, _, err := s.Person(ctx, a, set, n)
	if err != nil {
		return nil, err
	}
	if err := may(a, set, "print"); err != nil {
		return nil, err
	}
	r := at.Registration
	switch {
	case r.Recheck:
		return nil, core.Conflict("badges.error.recheck")
	case !wears(&r):
		return nil, core.Conflict("badges.error.not_admitted")
	case !s.Printer.Available():
		return nil, &core.Error{Kind: core.KindUnavailable, Key: "documents.pdf.none"}
	}
	if _, err := s.Print(ctx, a, set, BatchInput{Number: n, Again: true}); err != nil {
		return nil, err
	}
	list, err := good(ctx, s.rec.DB.Read, set.ID, []core.ID{r.ID})
	if err != nil {
		return nil, err
	}
	b := list[r.ID]
	return s.one(ctx, set, &r, &b)
}
