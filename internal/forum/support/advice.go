package support

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

const (
	adviceMail = "support_advice"
	adviceFor  = 60 * 24 * time.Hour
)

// askTx queues the mail to a recommender. It is written when it is sent: the token that
// opens her page lies nowhere but in it.
func (s *Service) askTx(ctx context.Context, tx *record.Tx, r *Advice) error {
	return s.Mail.QueueTx(ctx, tx, mail.Message{
		ID: fmt.Sprintf("%s/%s/%d", adviceMail, r.Application, r.Round), Kind: adviceMail, Ref: string(r.Application), To: r.Email, ToName: r.Name, Lang: r.Lang, Useful: adviceFor,
	})
}

func (s *Service) composeAdvice(ctx context.Context, tx *record.Tx, m mail.Message) (mail.Message, error) {
	var r Advice
	if err := tx.NewSelect().Model(&r).Where("sr.application = ? AND sr.state <> ?", m.Ref, AdviceDropped).Scan(ctx); err != nil {
		return m, record.Found(err)
	}
	token, hash := authn.NewToken()
	if _, err := tx.NewUpdate().Model((*Advice)(nil)).Set("token = ?", hash).Where("application = ?", r.Application).Exec(ctx); err != nil {
		return m, fmt.Errorf("make token: %w", err)
	}
	x, p, err := s.ofTx(ctx, tx, r.Application)
	if err != nil {
		return m, err
	}
	set, err := s.Editions.SettingTx(ctx, tx, p.Edition)
	if err != nil {
		return m, err
	}
	c, err := s.Calls.CallTx(ctx, tx, p.Call)
	if err != nil {
		return m, err
	}
	acc, err := s.Accounts.ByID(ctx, x.Account)
	if err != nil {
		return m, err
	}
	name, _ := set.Name.In(m.Lang)
	m.Subject, m.Text = s.Mail.Compose(m.Lang, adviceMail, "Name", r.Name, "By", acc.Name, "Edition", name, "Until", c.Closes.In(c.Zone).Format("2006-01-02 15:04")+" "+c.Zone,
		"URL", s.BaseURL+"/support/recommendation?token="+token)
	return m, nil
}

func (s *Service) ofTx(ctx context.Context, tx *record.Tx, id core.ID) (*Application, *Programme, error) {
	var x Application
	if err := tx.NewSelect().Model(&x).Where("sa.id = ?", id).Scan(ctx); err != nil {
		return nil, nil, record.Found(err)
	}
	p, err := programmeOf(ctx, tx, x.Edition)
	return &x, p, err
}

// Asked is what somebody is asked to recommend, as her page shows it: no more of the
// application than who it is and for what.
type Asked struct {
	Advice
	Applicant string
	Set       *editions.Setting
	Call      calls.Call
	Open      bool // she can answer, or change her answer
}

// Recommendation gives what the holder of a token is asked. The token is the right.
// NotFound when there is no such token.
func (s *Service) Recommendation(ctx context.Context, token string) (Asked, error) {
	var out Asked
	if err := s.rec.DB.Read.NewSelect().Model(&out.Advice).Where("sr.token = ? AND sr.token <> '' AND sr.state <> ?", authn.HashOf(token), AdviceDropped).Scan(ctx); err != nil {
		return out, record.Found(err)
	}
	var x Application
	if err := s.rec.DB.Read.NewSelect().Model(&x).Where("sa.id = ?", out.Application).Scan(ctx); err != nil {
		return out, record.Found(err)
	}
	p, err := programmeOf(ctx, s.rec.DB.Read, x.Edition)
	if err != nil {
		return out, err
	}
	if out.Set, err = s.Editions.SettingByID(ctx, core.Operator, x.Edition); err != nil {
		return out, err
	}
	found, err := s.Calls.Calls(ctx, []core.ID{p.Call})
	if err != nil {
		return out, err
	}
	out.Call = found[p.Call]
	acc, err := s.Accounts.ByID(ctx, x.Account)
	out.Applicant = acc.Name
	out.Open = s.rec.Clock.Instant().Before(out.Call.Closes) && x.In([]string{StateApplied, StateEligible, StateIneligible})
	return out, err
}

// AdviceInput is the answer of a recommender.
type AdviceInput struct {
	Words   string `form:"words" ui:"area" max:"4000"`
	Decline bool   `form:"-"`
}

// Advise takes the answer of the holder of a token; until the call closes she can change
// it. Event: support.advised. Errors: NotFound, Invalid, Conflict after the close.
func (s *Service) Advise(ctx context.Context, token string, in AdviceInput) error {
	in.Words = strings.TrimSpace(in.Words)
	p := core.Validate(in)
	if !in.Decline && in.Words == "" {
		p.Add("words", "form.required")
	}
	if utf8.RuneCountInString(in.Words) > longestAdvise {
		p.Add("words", "form.too_long", "Count", longestAdvise, "Have", utf8.RuneCountInString(in.Words))
	}
	if err := p.Err(); err != nil {
		return err
	}
	asked, err := s.Recommendation(ctx, token)
	if err != nil {
		return err
	}
	if !asked.Open {
		return core.Conflict("support.error.advice_closed")
	}
	state := AdviceConfirmed
	if in.Decline {
		state = AdviceDeclined
	}
	return s.rec.Write(ctx, core.Actor{}, func(ctx context.Context, tx *record.Tx) error {
		res, err := tx.NewUpdate().Model((*Advice)(nil)).Set("state = ?, words = ?, answered = ?", state, in.Words, tx.Now).
			Where("application = ? AND token = ? AND state <> ?", asked.Application, authn.HashOf(token), AdviceDropped).Exec(ctx)
		gone, err := record.Once(res, err)
		if err != nil {
			return fmt.Errorf("keep recommendation: %w", err)
		}
		if gone {
			return core.NotFound()
		}
		x, _, err := s.ofTx(ctx, tx, asked.Application)
		if err != nil {
			return err
		}
		tx.Append("support.advised", x.ID, Scope(x.Edition), record.Internal, record.Data{"label": label(x), "state": state})
		return nil
	})
}
