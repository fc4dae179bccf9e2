package mine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// codeFor is how long the link in the mail of a request is good.
const codeFor = 24 * time.Hour

// AskInput is the form that asks to be erased. Email is typed to show that it is meant.
type AskInput struct {
	KeepName bool   `form:"keep_name" ui:"check" json:"keep_name,omitempty" doc:"your name stays on what was public: roles, signatures"`
	Email    string `form:"email" required:"true" max:"200" json:"email" doc:"your address, typed once more"`
}

// Pending is the request of an account that is not ended, or nil.
func (s *Service) Pending(ctx context.Context, a core.Actor) (*Request, error) {
	if err := may(a, "erase"); err != nil {
		return nil, err
	}
	return s.pending(ctx, a.Account)
}

func (s *Service) pending(ctx context.Context, account core.ID) (*Request, error) {
	var list []Request
	if err := s.rec.DB.Read.NewSelect().Model(&list).Where("er.account = ? AND er.state IN (?, ?)", account, StateAsked, StateConfirmed).
		OrderExpr("er.asked DESC, er.id DESC").Limit(1).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load request: %w", err)
	}
	if len(list) == 0 {
		return nil, nil
	}
	return &list[0], nil
}

// Ask asks to be erased, for the actor herself: she gets a mail with the link that
// confirms. Another request that was not confirmed yet gives way. It appends
// data.erase_asked. Conflict where one is confirmed already, and for the last
// administrator.
func (s *Service) Ask(ctx context.Context, a core.Actor, in AskInput) error {
	if err := may(a, "erase"); err != nil {
		return err
	}
	acc, err := s.Accounts.ByID(ctx, a.Account)
	if err != nil {
		return err
	}
	keys, err := s.Accounts.Keys(ctx, a.Account)
	if err != nil {
		return err
	}
	p := core.Validate(in)
	_, key, bad := mail.Address(in.Email)
	if in.Email != "" && (bad != nil || !slices.Contains(keys, key)) {
		p.Add("email", "mine.error.email")
	}
	if err := p.Err(); err != nil {
		return err
	}
	if now, err := s.pending(ctx, a.Account); err != nil || now != nil && now.State == StateConfirmed {
		if err == nil {
			err = core.Conflict("mine.error.pending")
		}
		return err
	}
	if err := s.mails.Allow(string(a.Account)); err != nil {
		return err
	}
	st, err := s.Setting(ctx)
	if err != nil {
		return err
	}
	token, hash := authn.NewToken()
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if err := s.Accounts.MayEraseTx(ctx, tx, a.Account); err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model((*Request)(nil)).Set("state = ?, ended = ?, code_hash = ''", StateCancelled, tx.Now).
			Where("account = ? AND state = ?", a.Account, StateAsked).Exec(ctx); err != nil {
			return fmt.Errorf("replace request: %w", err)
		}
		r := Request{ID: tx.NewID(), Account: a.Account, State: StateAsked, KeepName: in.KeepName, CodeHash: hash, CodeUntil: tx.Now.Add(codeFor), Asked: tx.Now, Version: 1}
		if _, err := tx.NewInsert().Model(&r).Exec(ctx); err != nil {
			return fmt.Errorf("ask to erase: %w", err)
		}
		tx.Append("data.erase_asked", a.Account, core.ScopeForum, record.Internal, nil)
		return s.mailTx(ctx, tx, acc, &r, "erase_confirm", true, "URL", s.BaseURL+"/me/data/erase/confirm?code="+token, "Hours", int(codeFor.Hours()), "Days", st.Cooling)
	})
}

func (s *Service) mailTx(ctx context.Context, tx *record.Tx, acc authn.Account, r *Request, kind string, urgent bool, args ...any) error {
	m := mail.Message{ID: kind + "/" + string(r.ID), Kind: kind, To: acc.Email, ToName: acc.Name, Lang: acc.Lang, Urgent: urgent}
	m.Subject, m.Text = s.Mail.Compose(acc.Lang, kind, args...)
	return s.Mail.QueueTx(ctx, tx, m)
}

// Confirm confirms the actor's request with the code of the mail; from then on it can be
// cancelled for some days, and is then carried out. It appends data.erase_confirmed.
// Conflict for a code that is not hers or no longer good.
func (s *Service) Confirm(ctx context.Context, a core.Actor, code string) (*Request, error) {
	if err := may(a, "erase"); err != nil {
		return nil, err
	}
	st, err := s.Setting(ctx)
	if err != nil {
		return nil, err
	}
	acc, err := s.Accounts.ByID(ctx, a.Account)
	if err != nil {
		return nil, err
	}
	var r Request
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		err := tx.NewSelect().Model(&r).Where("er.account = ? AND er.state = ? AND er.code_hash = ? AND er.code_until > ?", a.Account, StateAsked, authn.HashOf(code), tx.Now).Scan(ctx)
		if err = record.Found(err); core.KindOf(err) == core.KindNotFound {
			return core.Conflict("mine.error.code")
		}
		if err != nil {
			return err
		}
		return s.confirmTx(ctx, tx, acc, &r, st)
	})
	return &r, err
}

func (s *Service) confirmTx(ctx context.Context, tx *record.Tx, acc authn.Account, r *Request, st Setting) error {
	r.State, r.Confirmed, r.Due, r.CodeHash = StateConfirmed, tx.Now, tx.Now.Add(time.Duration(st.Cooling)*24*time.Hour), ""
	r.Version++
	if _, err := tx.NewUpdate().Model(r).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("confirm request: %w", err)
	}
	tx.Append("data.erase_confirmed", r.Account, core.ScopeForum, record.Internal, nil)
	return s.mailTx(ctx, tx, acc, r, "erase_confirmed", false, "Day", r.Due.Time().Format(time.DateOnly), "URL", s.BaseURL+"/me/data/erase")
}

// Cancel takes a request back before it is carried out: the person hers, the staff any. It
// appends data.erase_cancelled.
func (s *Service) Cancel(ctx context.Context, a core.Actor, id core.ID) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		var r Request
		if err := tx.NewSelect().Model(&r).Where("er.id = ?", id).Scan(ctx); err != nil {
			return record.Found(err)
		}
		roles := a.Roles(core.ScopeForum)
		if a.SignedIn() && a.Account == r.Account {
			roles = append(roles, core.RoleParticipant)
		}
		if !requestPolicy.Can("see", r.State, roles...) {
			return hidden(a)
		}
		if err := requestPolicy.Check("cancel", r.State, roles...); err != nil {
			return core.Conflict("mine.error.over")
		}
		r.State, r.Ended, r.CodeHash = StateCancelled, tx.Now, ""
		r.Version++
		if _, err := tx.NewUpdate().Model(&r).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("cancel request: %w", err)
		}
		tx.Append("data.erase_cancelled", r.Account, core.ScopeForum, record.Internal, nil)
		return nil
	})
}

// ForInput is the form by which the staff erases somebody who asked on paper.
type ForInput struct {
	Email    string `form:"email" required:"true" max:"200"`
	KeepName bool   `form:"keep_name" ui:"check"`
	Reason   string `form:"reason" ui:"area" required:"true" max:"1000"`
}

// AskFor records a request that came otherwise, for the staff: it counts as confirmed, and
// she has the same days to take it back; a mail tells her. It appends data.erase_asked and
// data.erase_confirmed. Invalid where the address has no account.
func (s *Service) AskFor(ctx context.Context, a core.Actor, in ForInput) error {
	if !Manages(a) {
		return hidden(a)
	}
	p := core.Validate(in)
	acc, err := s.Accounts.ByEmail(ctx, in.Email)
	if core.KindOf(err) == core.KindNotFound {
		if in.Email != "" {
			p.Add("email", "mine.error.no_account")
		}
	} else if err != nil {
		return err
	}
	if err := p.Err(); err != nil {
		return err
	}
	if now, err := s.pending(ctx, acc.ID); err != nil || now != nil && now.State == StateConfirmed {
		if err == nil {
			err = core.Conflict("mine.error.pending")
		}
		return err
	}
	st, err := s.Setting(ctx)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if err := s.Accounts.MayEraseTx(ctx, tx, acc.ID); err != nil {
			return err
		}
		r := Request{ID: tx.NewID(), Account: acc.ID, State: StateAsked, KeepName: in.KeepName, Asked: tx.Now, By: a.Account, Reason: strings.TrimSpace(in.Reason), Version: 1}
		if _, err := tx.NewInsert().Model(&r).Exec(ctx); err != nil {
			return fmt.Errorf("record request: %w", err)
		}
		tx.Append("data.erase_asked", acc.ID, core.ScopeForum, record.Internal, nil)
		return s.confirmTx(ctx, tx, acc, &r, st)
	})
}

// Line is a request as the staff sees it; Name is that of the account, which says that it
// is erased when it is.
type Line struct {
	Request
	Name string
}

// Requests are the requests of all, newest first, for the staff.
func (s *Service) Requests(ctx context.Context, a core.Actor) ([]Line, error) {
	if !Manages(a) {
		return nil, hidden(a)
	}
	var list []Request
	if err := s.rec.DB.Read.NewSelect().Model(&list).OrderExpr("er.asked DESC, er.id DESC").Limit(500).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load requests: %w", err)
	}
	ids := make([]core.ID, 0, len(list))
	for _, r := range list {
		ids = append(ids, r.Account)
	}
	accounts, err := s.Accounts.ByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Line, 0, len(list))
	for _, r := range list {
		out = append(out, Line{r, accounts[r.Account].Name})
	}
	return out, nil
}
