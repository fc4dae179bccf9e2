package support

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// EntryInput is a fact that the staff write into the ledger.
type EntryInput struct {
	Kind      string `form:"kind" ui:"select" required:"true" json:"kind" enum:"committed,ticket,allowance,refund,cancelled"`
	Amount    string `form:"amount" ui:"text" max:"24" required:"true" json:"amount"`
	Day       string `form:"day" ui:"date" required:"true" json:"day"`
	Reference string `form:"reference" ui:"text" max:"120" json:"reference,omitempty"`
	Note      string `form:"note" ui:"area" max:"1000" json:"note,omitempty"`
	Over      string `form:"over" ui:"text" max:"300" json:"over,omitempty" doc:"why it may exceed the budget"`
}

// Book writes a fact into the ledger of a grant. The staff may, of grants that were
// accepted. Where nothing stays committed the grant is cancelled; where something is again,
// it stands as before. Events: support.booked, support.cancelled, support.restored.
// Errors: Invalid, Conflict where less than nothing would be left or the budget is
// exceeded without a reason.
func (s *Service) Book(ctx context.Context, a core.Actor, set *editions.Setting, number int, in EntryInput) (Entry, error) {
	if err := mayManage(a, set); err != nil {
		return Entry{}, err
	}
	e := Entry{Kind: in.Kind, Day: in.Day, Reference: strings.TrimSpace(in.Reference), Note: strings.TrimSpace(in.Note), Over: strings.TrimSpace(in.Over)}
	err := s.actTx(ctx, a, set, number, "book", 0, func(ctx context.Context, tx *record.Tx, d *Desk, x *Application) error {
		p := core.Validate(in)
		if in.Kind != "" && !slices.Contains(EntryKinds, in.Kind) {
			p.Add("kind", "support.error.choice")
		}
		e.Amount = amount(&p, "amount", in.Amount, d.Currency, in.Amount != "")
		if in.Day != "" {
			if _, err := core.ParseDate(in.Day); err != nil {
				p.Add("day", "core.date.unreadable", "Date", in.Day)
			}
		}
		if err := p.Err(); err != nil {
			return err
		}
		return s.bookTx(ctx, tx, d.Programme, x, &e)
	})
	return e, err
}

// bookTx adds an entry, and moves the state of the grant with what is committed.
func (s *Service) bookTx(ctx context.Context, tx *record.Tx, p *Programme, x *Application, e *Entry) error {
	have, err := entries(ctx, tx, p.Edition)
	if err != nil {
		return err
	}
	b, err := s.balance(ctx, tx, p)
	if err != nil {
		return err
	}
	last := 0
	for _, h := range have {
		last = max(last, h.Number)
	}
	e.ID, e.Edition, e.Number, e.Application, e.Account, e.At = tx.NewID(), p.Edition, last+1, x.ID, tx.Actor.Account, tx.Now
	was, _ := Reckon(have)
	now, all := Reckon(append(have, *e))
	open := b.Offered
	if x.State == StateOffered {
		open -= x.Amount // it becomes this commitment
	}
	if err := refuse(p, was[x.ID], now[x.ID], all.Used, open, e.Over); err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(e).Exec(ctx); err != nil {
		return fmt.Errorf("write entry: %w", err)
	}
	tx.Append("support.booked", x.ID, Scope(p.Edition), record.Internal, record.Data{
		"label": label(x), "number": e.Number, "entry": e.Kind, "amount": e.Amount.Plain(p.Currency), "reverses": e.Reverses != "",
	})
	switch committed := now[x.ID].Committed; {
	case committed == 0 && x.In(Granted):
		x.Was, x.State = x.State, StateCancelled
		tx.Append("support.cancelled", x.ID, Scope(p.Edition), record.Internal, record.Data{"label": label(x)})
	case committed > 0 && x.State == StateCancelled:
		x.State, x.Was = x.Was, ""
		tx.Append("support.restored", x.ID, Scope(p.Edition), record.Internal, record.Data{"label": label(x)})
	default:
		return nil
	}
	return save(ctx, tx, x)
}

// ReverseInput says why an entry is reversed.
type ReverseInput struct {
	Note string `form:"note" ui:"area" max:"1000" required:"true" json:"note"`
	Over string `form:"over" ui:"text" max:"300" json:"over,omitempty" doc:"why it may exceed the budget"`
}

// Reverse corrects an entry by one that takes its place back; both stay. The staff may.
// An entry is reversed once, and a reversal not at all: what was right is written anew.
// Events and errors as those of Book.
func (s *Service) Reverse(ctx context.Context, a core.Actor, set *editions.Setting, entry int, in ReverseInput) (Entry, error) {
	if err := mayManage(a, set); err != nil {
		return Entry{}, err
	}
	in.Note = strings.TrimSpace(in.Note)
	if err := core.Validate(in).Err(); err != nil {
		return Entry{}, err
	}
	var was Entry
	var x Application
	if err := s.rec.DB.Read.NewSelect().Model(&was).Where("se.edition = ? AND se.number = ?", set.ID, entry).Scan(ctx); err != nil {
		return Entry{}, record.Found(err)
	}
	if err := s.rec.DB.Read.NewSelect().Model(&x).Where("sa.id = ?", was.Application).Scan(ctx); err != nil {
		return Entry{}, record.Found(err)
	}
	e := Entry{Kind: was.Kind, Amount: -was.Amount, Reference: was.Reference, Note: in.Note, Over: strings.TrimSpace(in.Over), Reverses: was.ID}
	e.Day = s.rec.Clock.Now().In(core.Zone(set.Zone)).Format("2006-01-02")
	err := s.actTx(ctx, a, set, x.Number, "book", 0, func(ctx context.Context, tx *record.Tx, d *Desk, x *Application) error {
		n, err := tx.NewSelect().Model((*Entry)(nil)).Where("se.reverses = ?", was.ID).Count(ctx)
		if err != nil {
			return fmt.Errorf("look for reversal: %w", err)
		}
		if n > 0 || was.Reverses != "" {
			return core.Conflict("support.error.reversed")
		}
		return s.bookTx(ctx, tx, d.Programme, x, &e)
	})
	return e, err
}

// Booked is an entry with what a table shows beside it.
type Booked struct {
	Entry
	Grant    int    `json:"grant" doc:"number of the application"`
	Name     string `json:"-"`
	By       string `json:"-"`
	ReversBy int    `json:"reversed_by,omitempty"` // number of the entry that reverses it
	Undoes   int    `json:"undoes,omitempty"`      // number of the entry that this reverses
}

// Ledger is all that was written down, in its order, with the totals of each grant and of
// the programme.
type Ledger struct {
	*Desk
	Rows  []Booked
	Of    map[int]Totals // by the numbers of applications
	Names map[int]string
	Money Balance
}

// Ledger gives the ledger of an edition, but for the actor's own grant. The staff may;
// NotFound to others.
func (s *Service) Ledger(ctx context.Context, a core.Actor, set *editions.Setting) (*Ledger, error) {
	if err := mayManage(a, set); err != nil {
		return nil, err
	}
	d, err := s.desk(ctx, s.rec.DB.Read, a, set)
	if err != nil {
		return nil, err
	}
	all, err := applications(ctx, s.rec.DB.Read, set.ID, nil)
	if err != nil {
		return nil, err
	}
	booked, err := entries(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return nil, err
	}
	accounts, _ := peopleOf(all)
	for _, e := range booked {
		if e.Account != "" && !slices.Contains(accounts, e.Account) {
			accounts = append(accounts, e.Account)
		}
	}
	names, err := s.Accounts.ByIDs(ctx, accounts)
	if err != nil {
		return nil, err
	}
	of, sum := Reckon(booked)
	out := &Ledger{Desk: d, Of: map[int]Totals{}, Names: map[int]string{}, Money: balanceOf(d.Programme, sum, all)}
	byID := map[core.ID]*Application{}
	for i := range all {
		x := &all[i]
		if isOwn(a, x) {
			continue
		}
		byID[x.ID] = x
		if t, ok := of[x.ID]; ok {
			out.Of[x.Number], out.Names[x.Number] = t, nameOf(names[x.Account], x)
		}
	}
	at := map[core.ID]int{}
	for _, e := range booked {
		x := byID[e.Application]
		if x == nil {
			continue
		}
		at[e.ID] = len(out.Rows)
		row := Booked{Entry: e, Grant: x.Number, Name: out.Names[x.Number], By: names[e.Account].Name}
		if i, ok := at[e.Reverses]; ok && e.Reverses != "" {
			row.Undoes, out.Rows[i].ReversBy = out.Rows[i].Number, e.Number
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

// CancelInput says why a grant ends.
type CancelInput struct {
	Reason string `form:"reason" ui:"area" max:"1000" required:"true" json:"reason"`
}

// Cancel ends a grant: what is committed is cancelled in the ledger; what was spent stays
// spent. The staff may, of who has accepted or travelled; she is told by mail. Events:
// support.booked, support.cancelled.
func (s *Service) Cancel(ctx context.Context, a core.Actor, set *editions.Setting, number int, in CancelInput) error {
	if err := mayManage(a, set); err != nil {
		return err
	}
	in.Reason = strings.TrimSpace(in.Reason)
	if err := core.Validate(in).Err(); err != nil {
		return err
	}
	return s.actTx(ctx, a, set, number, "cancel", 0, func(ctx context.Context, tx *record.Tx, d *Desk, x *Application) error {
		x.Reason = in.Reason
		if err := s.endTx(ctx, tx, d.Programme, set, x); err != nil {
			return err
		}
		acc, err := s.Accounts.ByIDs(ctx, []core.ID{x.Account})
		if err != nil {
			return err
		}
		return s.tellTx(ctx, tx, acc[x.Account], mailOf("support_cancelled", x), set, "Reason", in.Reason, "URL", s.BaseURL+set.Path()+"/my-support")
	})
}

// endTx cancels all that is committed for a grant.
func (s *Service) endTx(ctx context.Context, tx *record.Tx, p *Programme, set *editions.Setting, x *Application) error {
	have, err := entries(ctx, tx, p.Edition)
	if err != nil {
		return err
	}
	of, _ := Reckon(have)
	e := Entry{Kind: EntryCancelled, Amount: of[x.ID].Committed, Day: tx.Now.In(set.Zone).Format("2006-01-02"), Note: x.Reason}
	return s.bookTx(ctx, tx, p, x, &e)
}

// Arrived notes that a grantee has travelled. The staff may. Event: support.travelled.
func (s *Service) Arrived(ctx context.Context, a core.Actor, set *editions.Setting, number int) error {
	if err := mayManage(a, set); err != nil {
		return err
	}
	return s.actTx(ctx, a, set, number, "arrived", 0, func(ctx context.Context, tx *record.Tx, _ *Desk, x *Application) error {
		return s.stateTx(ctx, tx, x, StateTravelled)
	})
}

func (s *Service) stateTx(ctx context.Context, tx *record.Tx, x *Application, state string) error {
	x.State = state
	if err := save(ctx, tx, x); err != nil {
		return err
	}
	tx.Append("support."+state, x.ID, Scope(x.Edition), record.Internal, record.Data{"label": label(x)})
	return nil
}

// Close ends a grant whose report was filed and of which nothing is committed and not
// spent. The staff may. Event: support.closed. Conflict with what is left.
func (s *Service) Close(ctx context.Context, a core.Actor, set *editions.Setting, number int) error {
	if err := mayManage(a, set); err != nil {
		return err
	}
	return s.actTx(ctx, a, set, number, "close", 0, func(ctx context.Context, tx *record.Tx, d *Desk, x *Application) error {
		have, err := entries(ctx, tx, d.Edition)
		if err != nil {
			return err
		}
		of, _ := Reckon(have)
		if left := of[x.ID].Balance; left != 0 {
			return core.Conflict("support.error.balance", "Amount", left.Plain(d.Currency)+" "+d.Currency)
		}
		return s.stateTx(ctx, tx, x, StateClosed)
	})
}
