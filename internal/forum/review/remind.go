package review

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

const (
	reminderMail = "review_reminder"
	// By hand and by the clock together, a reviewer is reminded of a phase once in this time.
	remindAgain = 20 * time.Hour
	// A reminder that could not be sent for longer is of no use.
	remindFresh = 24 * time.Hour
)

// Days before the end of a phase on which who is not done is reminded.
var remindBefore = []int{7, 2}

type reminder struct {
	bun.BaseModel `bun:"table:review_reminders,alias:rm"`

	Phase    core.ID      `bun:"phase,pk"`
	Reviewer core.ID      `bun:"reviewer,pk"`
	Step     string       `bun:"step,pk"`
	At       core.Instant `bun:"at"`
}

func remindersOf(ctx context.Context, idb bun.IDB, phase core.ID) (map[core.ID]core.Instant, error) {
	var rows []reminder
	err := idb.NewSelect().Model(&rows).Where("rm.phase = ?", phase).Scan(ctx)
	out := map[core.ID]core.Instant{}
	for _, r := range rows {
		if r.At.After(out[r.Reviewer]) {
			out[r.Reviewer] = r.At
		}
	}
	return out, wrap(err, "load reminders")
}

// letter is what a mail is about; it is written when it is sent.
type letter struct {
	Phase    core.ID `json:"phase"`
	Reviewer core.ID `json:"reviewer"`
}

// Remind reminds by mail those who are not done in an open phase: of one reviewer or, with
// an empty id, of all. Who was reminded within 20 hours is passed over. Who runs the call
// may. Event: evaluation.reminded. Errors: Conflict where the phase is not open, Limited
// where there is nobody left to remind.
func (s *Service) Remind(ctx context.Context, a core.Actor, ref string, number int, one core.ID) (int, error) {
	b, err := s.run(ctx, a, ref, number, "run")
	if err != nil {
		return 0, err
	}
	if b.phase.State(s.rec.Clock.Instant()) != StateOpen {
		return 0, core.Conflict("review.error.not_open")
	}
	n, err := s.remind(ctx, a, b, one, "asked")
	if err == nil && n == 0 {
		err = &core.Error{Kind: core.KindLimited, Key: "review.error.nobody_to_remind"}
	}
	return n, err
}

// RemindDue sends the reminders whose day has come. The program calls it now and then; any
// number of processes may.
func (s *Service) RemindDue(ctx context.Context) error {
	now := s.rec.Clock.Instant()
	var phases []Phase
	if err := s.rec.DB.Read.NewSelect().Model(&phases).Where("rp.opens <= ? AND rp.closes > ?", now, now).OrderExpr("rp.id").Scan(ctx); err != nil {
		return fmt.Errorf("look for open phases: %w", err)
	}
	for _, p := range phases { // those that are open: a few
		step := ""
		for _, days := range remindBefore {
			if t := p.Closes.Add(-time.Duration(days) * 24 * time.Hour); !now.Before(t) && now.Sub(t) < remindFresh {
				step = fmt.Sprintf("%d", days)
			}
		}
		if step == "" {
			continue
		}
		found, err := s.Calls.Calls(ctx, []core.ID{p.Call})
		if err != nil {
			return err
		}
		b, err := s.board(ctx, s.rec.DB.Read, found[p.Call], p, false)
		if err != nil {
			return err
		}
		if _, err := s.remind(ctx, core.Actor{Program: "reminder"}, b, "", step); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) remind(ctx context.Context, a core.Actor, b *board, one core.ID, step string) (n int, err error) {
	rows := slices.DeleteFunc(b.progress(), func(p Progress) bool { return p.Left() == 0 || one != "" && p.Reviewer.ID != one })
	if len(rows) == 0 {
		return 0, nil
	}
	of, _, err := s.accountsOf(ctx, s.rec.DB.Read, b.reviewers, nil)
	if err != nil {
		return 0, err
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		last, err := remindersOf(ctx, tx, b.phase.ID)
		if err != nil {
			return err
		}
		var sent []reminder
		var mails []mail.Message
		for _, p := range rows {
			r := p.Reviewer
			acc, ok := of[r.ID]
			at, was := last[r.ID]
			if was && tx.Now.Sub(at) < remindAgain || ok && acc.Disabled {
				continue
			}
			m, ok := message(b, r, acc, tx.Now)
			if !ok {
				continue
			}
			key := step
			if step == "asked" {
				key += "/" + tx.Now.String()
			}
			sent = append(sent, reminder{Phase: b.phase.ID, Reviewer: r.ID, Step: key, At: tx.Now})
			mails = append(mails, m)
		}
		if n = len(mails); n == 0 {
			return nil
		}
		if _, err := tx.NewInsert().Model(&sent).On("CONFLICT (phase, reviewer, step) DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("note reminders: %w", err)
		}
		tx.Append("evaluation.reminded", b.call.ID, b.call.Scope(), record.Internal, record.Data{"label": b.phase.Name, "call": b.call.Ref, "mails": n})
		return s.Mail.QueueTx(ctx, tx, mails...)
	})
	return n, err
}

func message(b *board, r Reviewer, acc authn.Account, now core.Instant) (mail.Message, bool) {
	m := mail.Message{
		ID: fmt.Sprintf("review-reminder/%s/%s/%d", b.phase.ID, r.ID, now.Time().UnixMicro()), Kind: reminderMail, To: acc.Email, ToName: acc.Name, Lang: acc.Lang, Useful: remindFresh,
	}
	if acc.ID == "" {
		m.To, m.ToName, m.Lang = r.Email, r.Name, "en"
		if len(r.Langs) > 0 {
			m.Lang = r.Langs[0]
		}
	}
	ref, _ := json.Marshal(letter{b.phase.ID, r.ID}) // plain values always marshal
	m.Ref = string(ref)
	return m, m.To != ""
}

// composeReminder writes a reminder at the moment when it is sent: with what is left then.
// Who is done by then, or cannot score any more, gets none. It names no proposal.
func (s *Service) composeReminder(ctx context.Context, tx *record.Tx, m mail.Message) (mail.Message, error) {
	var l letter
	if err := json.Unmarshal([]byte(m.Ref), &l); err != nil {
		return m, core.Invalid("error.unreadable")
	}
	p, err := phaseByID(ctx, tx, l.Phase)
	if err != nil {
		return m, err
	}
	c, err := s.Calls.CallTx(ctx, tx, p.Call)
	if err != nil {
		return m, err
	}
	left, err := s.left(ctx, tx, c, p, l.Reviewer)
	if err != nil {
		return m, err
	}
	if left == 0 || p.State(tx.Now) != StateOpen {
		return m, core.Conflict("review.error.nobody_to_remind")
	}
	title, _ := c.Title.In(m.Lang)
	name, _ := p.Name.In(m.Lang)
	m.Subject, m.Text = s.Mail.Compose(m.Lang, reminderMail, "Count", left, "Call", title, "Phase", name,
		"Until", i18n.Stamp(m.Lang, p.Closes.In(p.Zone))+" "+p.Zone, "URL", s.BaseURL+"/me/reviews")
	return m, nil
}

func (s *Service) left(ctx context.Context, idb bun.IDB, c calls.Call, p Phase, reviewer core.ID) (int, error) {
	b, err := s.board(ctx, idb, c, p, false)
	if err != nil {
		return 0, err
	}
	for _, r := range b.progress() {
		if r.Reviewer.ID == reviewer {
			return r.Left(), nil
		}
	}
	return 0, nil
}
