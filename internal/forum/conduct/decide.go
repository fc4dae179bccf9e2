package conduct

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// DecideInput is the form of a decision.
type DecideInput struct {
	Kind    string `form:"kind" ui:"radio" required:"true"`
	Session string `form:"session" max:"40"` // reference, for the removal from a session
	Body    string `form:"body" required:"true" max:"200"`
	Reason  string `form:"reason" ui:"area" required:"true" max:"4000"`
	Version int64  `form:"version" ui:"hidden"`
}

// removal is what a registration is told; the letter says more.
func (s *Service) removal(key string) core.Text {
	out := core.NewText(core.Langs[0], s.Catalog.T(core.Langs[0], key))
	for _, l := range core.Langs[1:] {
		out = out.With(l, s.Catalog.T(l, key))
	}
	return out
}

// Decide decides a report, for who handles it. It appends conduct.decided, which names
// nobody. A warning or removal needs to know whom it concerns; she gets a letter that does
// not say who reported. The removal from the edition ends her registration at once.
func (s *Service) Decide(ctx context.Context, a core.Actor, set *editions.Setting, r *Report, in DecideInput) error {
	p := core.Validate(in)
	if in.Kind != "" && !slices.Contains(Kinds, in.Kind) {
		p.Add("kind", "form.unreadable")
	}
	if in.Kind != "" && in.Kind != KindNone && r.Registration == "" {
		p.Add("kind", "conduct.error.whom")
	}
	var session *programme.Session
	if in.Kind == KindSession {
		var err error
		session, err = s.Programme.Session(ctx, core.Operator, set, strings.ToLower(strings.ReplaceAll(strings.TrimSpace(in.Session), " ", "")))
		switch {
		case core.KindOf(err) == core.KindNotFound:
			p.Add("session", "conduct.error.no_session")
		case err != nil:
			return err
		}
	}
	if err := p.Err(); err != nil {
		return err
	}
	st, err := s.SettingOf(ctx, set.ID)
	if err != nil {
		return err
	}
	return s.act(ctx, a, r, "decide", in.Version, func(ctx context.Context, tx *record.Tx, now *Report) error {
		d := Decision{
			ID: tx.NewID(), Report: now.ID, Edition: set.ID, Registration: now.Registration, Kind: in.Kind, Body: line(in.Body),
			Reason: strings.TrimSpace(in.Reason), Decided: tx.Now, Account: a.Account,
		}
		if session != nil {
			d.Session = session.ID
		}
		token := ""
		if d.Kind != KindNone {
			d.AppealUntil = tx.Now.Add(time.Duration(st.AppealDays) * 24 * time.Hour)
			token, d.TokenHash = authn.NewToken()
		}
		if _, err := tx.NewInsert().Model(&d).Exec(ctx); err != nil {
			return fmt.Errorf("decide: %w", err)
		}
		now.State = StateDecided
		tx.Append("conduct.decided", now.ID, Scope(set.ID), record.Internal, record.Data{"number": now.Number, "kind": d.Kind})
		if err := save(ctx, tx, now, "state"); err != nil {
			return err
		}
		if d.Kind == KindEdition {
			if err := s.Participation.RemoveTx(ctx, tx, now.Registration, s.removal("conduct.removed_reason")); err != nil {
				return err
			}
		}
		if d.Kind == KindNone {
			return nil
		}
		return s.letterTx(ctx, tx, &d, "conduct_decision", func(lang string) []any {
			words := ""
			if session != nil {
				words, _ = session.Title.In(lang)
			}
			return []any{
				"Decision", s.Catalog.T(lang, "conduct.letter."+d.Kind, "Session", words, "Edition", named(set, lang)), "Reason", d.Reason, "Body", d.Body,
				"Until", i18n.Date(lang, d.AppealUntil.In(set.Zone)), "URL", s.BaseURL + set.Path() + "/conduct/decision?token=" + token, "Edition", named(set, lang),
			}
		})
	})
}

func day(set *editions.Setting, at core.Instant) string { return at.In(set.Zone).Format(time.DateOnly) }

// letterTx writes to whom a decision concerns.
func (s *Service) letterTx(ctx context.Context, tx *record.Tx, d *Decision, kind string, args func(lang string) []any) error {
	rg, err := s.Participation.GetTx(ctx, tx, d.Registration)
	if err != nil {
		return err
	}
	if rg.Email == "" {
		return nil // her data is erased: there is nobody to write to
	}
	m := mail.Message{ID: kind + "/" + string(d.ID), Kind: kind, To: rg.Email, ToName: rg.Name, Lang: rg.Lang}
	m.Subject, m.Text = s.Mail.Compose(rg.Lang, kind, args(rg.Lang)...)
	return s.Mail.QueueTx(ctx, tx, m)
}

// ByLink is a decision as the person concerned sees it by the link of her letter: nothing
// of the report but what was decided.
func (s *Service) ByLink(ctx context.Context, set *editions.Setting, token, network string) (*Decision, string, error) {
	if err := s.guesses.Allow(network); err != nil {
		return nil, "", err
	}
	if token == "" {
		return nil, "", core.NotFound()
	}
	var d Decision
	if err := s.rec.DB.Read.NewSelect().Model(&d).Where("cd.edition = ? AND cd.token_hash = ?", set.ID, authn.HashOf(token)).Scan(ctx); err != nil {
		return nil, "", record.Found(err)
	}
	var state string
	if err := s.rec.DB.Read.NewRaw("SELECT state FROM conduct_reports WHERE id = ?", d.Report).Scan(ctx, &state); err != nil {
		return nil, "", record.Found(err)
	}
	return &d, state, nil
}

// AppealInput is the form of an appeal.
type AppealInput struct {
	Words string `form:"words" ui:"area" required:"true" max:"8000"`
}

// Appeal takes an appeal by the link of the letter. It appends conduct.appealed by nobody.
// Conflict when it is too late or was done.
func (s *Service) Appeal(ctx context.Context, set *editions.Setting, token string, in AppealInput, network string) error {
	d, _, err := s.ByLink(ctx, set, token, network)
	if err != nil {
		return err
	}
	if err := core.Validate(in).Err(); err != nil {
		return err
	}
	return s.rec.Write(ctx, core.Visitor, func(ctx context.Context, tx *record.Tx) error {
		r, err := reportTx(ctx, tx, d.Report)
		if err != nil {
			return err
		}
		last := r.Last()
		if last == nil || last.ID != d.ID || !last.MayAppeal(r.State, tx.Now) {
			return core.Conflict("conduct.error.no_appeal")
		}
		n := Note{ID: tx.NewID(), Report: r.ID, Source: FromAccused, Words: strings.TrimSpace(in.Words), At: tx.Now}
		if _, err := tx.NewInsert().Model(&n).Exec(ctx); err != nil {
			return fmt.Errorf("appeal: %w", err)
		}
		r.State = StateAppealed
		tx.Append("conduct.appealed", r.ID, Scope(set.ID), record.Internal, record.Data{"number": r.Number})
		if err := save(ctx, tx, r, "state"); err != nil {
			return err
		}
		return s.tellTx(ctx, tx, set, r, "conduct_appealed", string(n.ID))
	})
}

// AnswerInput is the form that answers an appeal.
type AnswerInput struct {
	Outcome string `form:"outcome" ui:"radio" required:"true"`
	Reason  string `form:"reason" ui:"area" required:"true" max:"4000"`
	Version int64  `form:"version" ui:"hidden"`
}

// Answer answers an appeal and closes the report, for who handles it. Reversing appends
// conduct.reversed and gives the registration back where it was ended; upholding appends
// conduct.upheld. The person concerned gets a letter.
func (s *Service) Answer(ctx context.Context, a core.Actor, set *editions.Setting, r *Report, in AnswerInput) error {
	p := core.Validate(in)
	if in.Outcome != "" && in.Outcome != OutcomeUpheld && in.Outcome != OutcomeReversed {
		p.Add("outcome", "form.unreadable")
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.act(ctx, a, r, "answer", in.Version, func(ctx context.Context, tx *record.Tx, now *Report) error {
		d := now.Last()
		if d == nil {
			return core.NotFound()
		}
		d.Outcome, d.OutcomeWhy, d.OutcomeAt = in.Outcome, strings.TrimSpace(in.Reason), tx.Now
		if _, err := tx.NewUpdate().Model(d).Column("outcome", "outcome_why", "outcome_at").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("answer appeal: %w", err)
		}
		now.State, now.Closed = StateClosed, tx.Now
		tx.Append("conduct."+in.Outcome, now.ID, Scope(set.ID), record.Internal, record.Data{"number": now.Number, "kind": d.Kind})
		if err := save(ctx, tx, now, "state", "closed"); err != nil {
			return err
		}
		if d.Kind == KindEdition && in.Outcome == OutcomeReversed {
			if err := s.Participation.RestoreTx(ctx, tx, d.Registration, s.removal("conduct.restored_reason")); err != nil {
				return err
			}
		}
		return s.letterTx(ctx, tx, d, "conduct_answer", func(lang string) []any {
			return []any{"Answer", s.Catalog.T(lang, "conduct.letter."+in.Outcome), "Reason", d.OutcomeWhy, "Body", d.Body, "Edition", named(set, lang)}
		})
	})
}

// Close closes a report that is decided: at once where nobody can appeal, else when the
// time to appeal is over. It appends conduct.closed.
func (s *Service) Close(ctx context.Context, a core.Actor, set *editions.Setting, r *Report) error {
	return s.act(ctx, a, r, "close", 0, func(ctx context.Context, tx *record.Tx, now *Report) error {
		if d := now.Last(); d != nil && d.MayAppeal(now.State, tx.Now) {
			return core.Conflict("conduct.error.may_appeal", "Until", day(set, d.AppealUntil))
		}
		now.State, now.Closed = StateClosed, tx.Now
		tx.Append("conduct.closed", now.ID, Scope(set.ID), record.Internal, record.Data{"number": now.Number})
		return save(ctx, tx, now, "state", "closed")
	})
}
