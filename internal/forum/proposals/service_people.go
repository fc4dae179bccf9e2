package proposals

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

const (
	inviteMail = "proposal_invite"
	inviteFor  = 60 * 24 * time.Hour
	// mostInvited is how many people a proposal asks by mail in all: an address book is not
	// asked whether it wants to speak.
	mostInvited = 60
)

// askTx queues a mail to each person of a proposal who has an address and was not asked.
// Where too many were asked in a short time the others stay as they are: they can be asked
// later.
func (s *Service) askTx(ctx context.Context, tx *record.Tx, p Proposal) error {
	found, err := partiesOf(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	var ever int
	if err := tx.NewSelect().Model((*Party)(nil)).ColumnExpr("COUNT(*)").Where("pp.proposal = ? AND pp.invited IS NOT NULL", p.ID).Scan(ctx, &ever); err != nil {
		return fmt.Errorf("count invitations: %w", err)
	}
	for _, x := range found[p.ID] {
		if x.State != Named || x.EmailKey == "" || !x.Invited.IsZero() || ever >= mostInvited || s.asks.Allow(string(p.Account)) != nil {
			continue
		}
		ever++
		if err := s.inviteTx(ctx, tx, p, x); err != nil {
			return err
		}
	}
	return nil
}

// inviteTx asks one person. Her mail is written when it is sent: the token that opens her
// page lies nowhere but in it.
func (s *Service) inviteTx(ctx context.Context, tx *record.Tx, p Proposal, x Party) error {
	if _, err := tx.NewUpdate().Model((*Party)(nil)).Set("state = ?, invited = ?", Invited, tx.Now).Where("id = ?", x.ID).Exec(ctx); err != nil {
		return fmt.Errorf("ask person: %w", err)
	}
	return s.Mail.QueueTx(ctx, tx, mail.Message{
		ID: fmt.Sprintf("%s/%s/%d", inviteMail, x.ID, tx.Now.Time().UnixMicro()), Kind: inviteMail, Ref: string(x.ID), To: x.Email, ToName: x.Name, Lang: p.Lang, Useful: inviteFor,
	})
}

func (s *Service) composeInvite(ctx context.Context, tx *record.Tx, m mail.Message) (mail.Message, error) {
	x, p, c, err := s.partyTx(ctx, tx, "pp.id = ?", m.Ref)
	if err != nil {
		return m, err
	}
	token, hash := authn.NewToken()
	if _, err := tx.NewUpdate().Model((*Party)(nil)).Set("token = ?", hash).Where("id = ?", x.ID).Exec(ctx); err != nil {
		return m, fmt.Errorf("make token: %w", err)
	}
	acc, err := s.proposer(ctx, p)
	if err != nil {
		return m, err
	}
	call, _ := c.Title.In(m.Lang)
	m.Subject, m.Text = s.Mail.Compose(m.Lang, inviteMail, "Name", x.Name, "By", acc.Name, "Title", p.Title, "Call", call,
		"Role", s.Mail.Say(m.Lang, "proposals.means."+means(x)), "URL", s.BaseURL+"/proposals/invited?token="+token)
	return m, nil
}

func means(x Party) string {
	if x.Means == "" {
		return "other"
	}
	return x.Means
}

func (s *Service) partyTx(ctx context.Context, tx *record.Tx, where, key string) (x Party, p Proposal, c calls.Call, err error) {
	if err = tx.NewSelect().Model(&x).Where(where, key).Where("pp.gone = FALSE").Scan(ctx); err != nil {
		return x, p, c, record.Found(err)
	}
	if err = tx.NewSelect().Model(&p).Where("pr.id = ?", x.Proposal).Scan(ctx); err != nil {
		return x, p, c, record.Found(err)
	}
	c, err = s.Calls.CallTx(ctx, tx, p.Call)
	return x, p, c, err
}

// Invitation is what somebody is asked, as her page shows it.
type Invitation struct {
	Party
	Title, By string
	Lang      string
	Call      calls.Call
	Summary   string
	State     string // of the proposal
}

// Invitation gives what the holder of a token was asked. The token is the right. Errors:
// Conflict when it is no longer good.
func (s *Service) Invitation(ctx context.Context, token string) (Invitation, error) {
	var x Party
	if err := s.rec.DB.Read.NewSelect().Model(&x).Where("pp.token = ? AND pp.gone = FALSE", authn.HashOf(token)).Scan(ctx); err != nil || token == "" {
		return Invitation{}, deadLink(err)
	}
	var p Proposal
	if err := s.rec.DB.Read.NewSelect().Model(&p).Where("pr.id = ?", x.Proposal).Scan(ctx); err != nil {
		return Invitation{}, record.Found(err)
	}
	found, err := s.Calls.Calls(ctx, []core.ID{p.Call})
	if err != nil {
		return Invitation{}, err
	}
	acc, err := s.proposer(ctx, p)
	if err != nil {
		return Invitation{}, err
	}
	in := Invitation{Party: x, Title: p.Title, By: acc.Name, Lang: p.Lang, Call: found[p.Call], State: p.State}
	f, err := s.Calls.Form(ctx, in.Call, p.FormVersion)
	if err != nil {
		return in, err
	}
	if q, ok := f.Form.Meaning(calls.MeansSummary); ok {
		in.Summary = p.Answers[q.Key].Text
	}
	return in, nil
}

func deadLink(err error) error {
	if err == nil || core.KindOf(record.Found(err)) == core.KindNotFound {
		return core.Conflict("proposals.error.token")
	}
	return err
}

// StatementInput is what somebody says of herself when she confirms.
type StatementInput struct {
	Confirm      bool   `form:"-"`
	Name         string `form:"name" ui:"text" max:"120" required:"1" autocomplete:"name"`
	Organisation string `form:"organisation" ui:"text" max:"200" autocomplete:"organization"`
	Group        string `form:"group" ui:"select"`
	Country      string `form:"country" ui:"select" autocomplete:"country"`
	Gender       string `form:"gender" ui:"radio"`
	Onsite       string `form:"onsite" ui:"radio"`
	Reason       string `form:"reason" ui:"area" max:"600"` // of declining; the proposer reads it
}

// Answer confirms or declines what the holder of a token was asked; she may come back and
// change it. What she states is hers: the proposer cannot change it. It is not public
// before the proposal is, and her gender is only counted. Event: proposal.person_answered,
// which names nobody. Errors: Invalid, Conflict when the token is no longer good.
func (s *Service) Answer(ctx context.Context, token string, in StatementInput) error {
	p := core.Validate(in)
	if !in.Confirm {
		p = nil
	}
	choice := func(path, value string, ok bool) {
		if in.Confirm && value != "" && !ok {
			p.Add(path, "calls.error.choice")
		}
	}
	choice("group", in.Group, s.Vocab.Has(vocab.Groups, in.Group))
	_, known := s.Vocab.Country(in.Country)
	choice("country", in.Country, known)
	choice("gender", in.Gender, slices.Contains(Genders, in.Gender))
	choice("onsite", in.Onsite, in.Onsite == "onsite" || in.Onsite == "online")
	if err := p.Err(); err != nil {
		return err
	}
	return s.rec.Write(ctx, core.Actor{Program: "invitation"}, func(ctx context.Context, tx *record.Tx) error {
		x, pr, c, err := s.partyTx(ctx, tx, "pp.token = ?", authn.HashOf(token))
		if err != nil || token == "" {
			return deadLink(err)
		}
		x.Answered, x.State = tx.Now, Declined
		if in.Confirm {
			x.State, x.Own = Confirmed, true
			x.Name, x.Organisation, x.Group, x.Country = strings.Join(strings.Fields(in.Name), " "), strings.TrimSpace(in.Organisation), in.Group, in.Country
			x.NameKey, x.Gender, x.Onsite = core.Fold(x.Name), in.Gender, in.Onsite
			if acc, err := s.Accounts.ByEmail(ctx, x.Email); err == nil {
				x.Person = acc.Person
			} else if core.KindOf(err) != core.KindNotFound {
				return err
			}
		}
		if _, err := tx.NewUpdate().Model(&x).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("keep answer: %w", err)
		}
		tx.Append("proposal.person_answered", pr.ID, c.Scope(), record.Internal, record.Data{"label": core.NewText(pr.Lang, pr.Title), "call": c.Ref, "state": x.State})
		return s.tellTx(ctx, tx, pr, x, in)
	})
}

// tellTx tells the proposer what somebody has answered.
func (s *Service) tellTx(ctx context.Context, tx *record.Tx, p Proposal, x Party, in StatementInput) error {
	acc, err := s.proposer(ctx, p)
	if err != nil || acc.Disabled {
		return err
	}
	kind := "proposal_person_" + x.State
	m := mail.Message{ID: fmt.Sprintf("%s/%s/%d", kind, x.ID, tx.Now.Time().UnixMicro()), Kind: kind, To: acc.Email, ToName: acc.Name, Lang: acc.Lang}
	m.Subject, m.Text = s.Mail.Compose(acc.Lang, kind, "Name", x.Name, "Title", p.Title, "Reason", strings.TrimSpace(in.Reason), "URL", s.BaseURL+p.Path())
	return s.Mail.QueueTx(ctx, tx, m)
}

// AskAgain writes once more to somebody who has not answered. Editors may, a day after the
// last mail. Errors: Conflict when it is too early or there is nobody to ask.
func (s *Service) AskAgain(ctx context.Context, a core.Actor, id, party core.ID) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		v, err := s.get(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if err := Policy.Check("edit", v.State, v.Roles...); err != nil {
			return err
		}
		i := slices.IndexFunc(v.Parties, func(x Party) bool { return x.ID == party })
		if i < 0 {
			return core.NotFound()
		}
		x := v.Parties[i]
		if x.EmailKey == "" || x.State != Named && x.State != Invited {
			return core.Conflict("proposals.error.nobody_to_ask")
		}
		if !x.Invited.IsZero() && tx.Now.Sub(x.Invited) < 24*time.Hour {
			return core.Conflict("proposals.error.asked_today")
		}
		if err := s.asks.Allow(string(v.Account)); err != nil {
			return err
		}
		return s.inviteTx(ctx, tx, v.Proposal, x)
	})
}
