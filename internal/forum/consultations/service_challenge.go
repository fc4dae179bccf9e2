package consultations

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// Challenge is a doubt of a commenter about the synthesis, with its answer.
type Challenge struct {
	bun.BaseModel `bun:"table:consultation_challenges,alias:cg"`

	ID           core.ID      `bun:"id,pk" json:"id"`
	Consultation core.ID      `bun:"consultation" json:"-"`
	Number       int          `bun:"number" json:"number"`
	Account      core.ID      `bun:"account" json:"-"`
	Name         string       `bun:"name" json:"name"`
	Group        string       `bun:"grp" json:"group"`
	Lang         string       `bun:"lang" json:"language"`
	Body         string       `bun:"body" json:"text"`
	Answer       core.Text    `bun:"answer" json:"answer,omitzero"`
	AnsweredAt   core.Instant `bun:"answered" json:"answered,omitzero"`
	Created      core.Instant `bun:"created" json:"created"`
}

// Due is until when the challenge is to be answered.
func (x Challenge) Due(c Consultation) core.Instant {
	return x.Created.Add(time.Duration(c.AnswerDays) * day)
}

// ChallengeSynthesis doubts how the synthesis sums up the comments. Whoever has commented
// may, as long as the window is open. Event: consultation.challenged.
func (s *Service) ChallengeSynthesis(ctx context.Context, a core.Actor, ref, lang, body string) error {
	return s.edit(ctx, a, ref, "challenge", func(ctx context.Context, tx *record.Tx, c *Consultation) error {
		if !tx.Now.Before(c.ChallengeUntil()) {
			return core.Conflict("consultations.error.challenge_over")
		}
		body = strings.TrimSpace(body)
		if err := said("body", body, 6000); err != nil {
			return err
		}
		var mine []Comment
		if err := tx.NewSelect().Model(&mine).Where("co.consultation = ? AND co.account = ? AND co.state <> ?", c.ID, a.Account, Withdrawn).
			OrderExpr("co.number DESC").Limit(1).Scan(ctx); err != nil {
			return fmt.Errorf("look for own comments: %w", err)
		}
		if len(mine) == 0 || a.Account == "" {
			return &core.Error{Kind: core.KindForbidden, Key: "consultations.error.not_commented"}
		}
		var last int
		if err := tx.NewRaw("SELECT COALESCE(MAX(number), 0) FROM consultation_challenges WHERE consultation = ?", c.ID).Scan(ctx, &last); err != nil {
			return fmt.Errorf("number challenge: %w", err)
		}
		x := Challenge{
			ID: tx.NewID(), Consultation: c.ID, Number: last + 1, Account: a.Account, Name: mine[0].Name, Group: mine[0].Group,
			Lang: lang, Body: body, Created: tx.Now,
		}
		if _, err := tx.NewInsert().Model(&x).Exec(ctx); err != nil {
			return fmt.Errorf("write challenge: %w", err)
		}
		tx.Append("consultation.challenged", c.ID, c.Scope, record.Public, record.Data{"label": c.Title, "ref": c.Ref, "number": x.Number})
		return nil
	})
}

// ChallengeAnswer is the answer to a challenge, and its form.
type ChallengeAnswer struct {
	Version int64     `form:"version" ui:"hidden"` // when the answer that it changes was given; 0 for the first
	Answer  core.Text `form:"answer" ui:"area" max:"6000" required:"1"`
}

// AnswerOf is a challenge as the form of its answer shows it.
func AnswerOf(x Challenge) ChallengeAnswer {
	in := ChallengeAnswer{Answer: x.Answer}
	if !x.AnsweredAt.IsZero() {
		in.Version = x.AnsweredAt.Time().UnixMicro()
	}
	return in
}

// AnswerChallenge answers a challenge, in public, or changes the answer. Whoever runs the
// consultation may. Event: consultation.challenge_answered. Errors: KindNotFound,
// KindInvalid, KindStale.
func (s *Service) AnswerChallenge(ctx context.Context, a core.Actor, ref string, n int, in ChallengeAnswer) error {
	return s.edit(ctx, a, ref, "run", func(ctx context.Context, tx *record.Tx, c *Consultation) error {
		p := core.Validate(in)
		if err := p.Err(); err != nil {
			return err
		}
		var x Challenge
		if err := tx.NewSelect().Model(&x).Where("cg.consultation = ? AND cg.number = ?", c.ID, n).Scan(ctx); err != nil {
			return fmt.Errorf("load challenge: %w", record.Found(err))
		}
		if in.Version != AnswerOf(x).Version {
			return core.Stale(AnswerOf(x))
		}
		x.Answer, x.AnsweredAt = in.Answer.Clean(), tx.Now
		if _, err := tx.NewUpdate().Model(&x).Column("answer", "answered").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("answer challenge: %w", err)
		}
		tx.Append("consultation.challenge_answered", c.ID, c.Scope, record.Public, record.Data{"label": c.Title, "ref": c.Ref, "number": n})
		return nil
	})
}

// ChallengesOf gives the challenges of a consultation, the first first. Anybody may call.
func (s *Service) ChallengesOf(ctx context.Context, c Consultation) ([]Challenge, error) {
	var out []Challenge
	if err := s.rec.DB.Read.NewSelect().Model(&out).Where("cg.consultation = ?", c.ID).OrderExpr("cg.number").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list challenges: %w", err)
	}
	return out, nil
}
