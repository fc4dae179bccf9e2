package reports

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// staff are the accounts of the secretariat of an edition.
func (s *Service) staff(ctx context.Context, scope string) ([]authn.Account, error) {
	list, err := s.house.Accounts.List(ctx, core.Operator, authn.Query{Role: core.RoleSecretariat, Page: core.Page{Limit: 200}})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list.Items, func(a authn.Account) bool {
		return a.Disabled || !slices.ContainsFunc(a.Grants, func(g core.Grant) bool {
			return g.Role == core.RoleSecretariat && (g.Scope == core.ScopeForum || g.Scope == scope)
		})
	}), nil
}

// RemindNow reminds those who answer for a report at once. The staff may, once in an
// hour. Event: report.reminded, internal. Errors: Conflict where the report is published
// or not owed, or nobody has an address; Limited.
func (s *Service) RemindNow(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, kind string) (int, error) {
	if err := desk.Check("chase", "", a.Roles(set.Scope())...); err != nil {
		return 0, err
	}
	due := Due(ses, set.Edition, kind)
	if due.IsZero() {
		return 0, core.Conflict("reports.error.not_owed")
	}
	who, err := s.whoFor(ctx, []core.ID{ses.ID})
	if err != nil {
		return 0, err
	}
	n := 0
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		list, err := ofSession(ctx, tx, ses.ID)
		if err != nil {
			return err
		}
		if stateOf(byKind(list, kind)) == StatePublished {
			return core.Conflict("reports.error.published_already")
		}
		var last []reminder
		if err := tx.NewSelect().Model(&last).Where("session = ? AND kind = ? AND sent > ? AND step LIKE 'asked%'", ses.ID, kind, tx.Now.Add(-remindAgain)).
			OrderExpr("sent DESC").Limit(1).Scan(ctx); err != nil {
			return fmt.Errorf("load reminders: %w", err)
		}
		if len(last) > 0 {
			left := last[0].Sent.Add(remindAgain).Sub(tx.Now)
			return &core.Error{Kind: core.KindLimited, Key: "error.limited", Args: []any{"Minutes", int(left/time.Minute) + 1}}
		}
		step := "asked/" + tx.Now.String()
		rows := []reminder{{Session: ses.ID, Kind: kind, Step: step, Edition: set.ID, Sent: tx.Now}}
		var mails []mail.Message
		for _, r := range who.responsible(ses.ID) {
			acc, ok := who.account(r.Account)
			if !ok {
				continue
			}
			rows = append(rows, reminder{Session: ses.ID, Kind: kind, Step: step, Account: acc.ID, Edition: set.ID, Sent: tx.Now})
			mails = append(mails, message(&letter{Kind: kind, Tone: "asked", Edition: set.ID, Sessions: []core.ID{ses.ID}, Due: map[core.ID]core.Instant{ses.ID: due}}, acc, step+"/"+string(acc.ID)))
		}
		if n = len(mails); n == 0 {
			return core.Conflict("reports.error.nobody_to_remind")
		}
		if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
			return fmt.Errorf("note reminders: %w", err)
		}
		tx.Append("report.reminded", ses.ID, set.Scope(), record.Internal, record.Data{"label": ses.Title, "ref": ses.Ref, "kind": kind, "mails": n})
		return s.house.Mail.QueueTx(ctx, tx, mails...)
	})
	return n, err
}

// composeReminder writes a reminder at the moment when it is sent. What was published,
// cancelled or is owed no more by then is left out of it; a mail of which nothing is
// left has lost its purpose.
func (s *Service) composeReminder(ctx context.Context, tx *record.Tx, m mail.Message) (mail.Message, error) {
	var l letter
	if err := json.Unmarshal([]byte(m.Ref), &l); err != nil {
		return m, core.Invalid("error.unreadable")
	}
	set, err := s.house.Editions.SettingTx(ctx, tx, l.Edition)
	if err != nil {
		return m, err
	}
	var open []struct {
		ID    core.ID   `bun:"id"`
		Ref   string    `bun:"ref"`
		Title core.Text `bun:"title"`
	}
	if err := tx.NewSelect().TableExpr("sessions AS se").Column("se.id", "se.ref", "se.title").
		Where("se.id IN (?) AND se.state <> ?", bun.List(l.Sessions), programme.StateCancelled).
		Where("NOT EXISTS (SELECT 1 FROM reports AS r WHERE r.session = se.id AND r.kind = ? AND r.state = ?)", l.Kind, StatePublished).
		OrderExpr("se.starts, se.ref").Scan(ctx, &open); err != nil {
		return m, fmt.Errorf("load sessions: %w", err)
	}
	if len(open) == 0 {
		return m, core.Conflict("reports.error.published_already")
	}
	page := editPage(l.Kind)
	var list strings.Builder
	first := ""
	for _, x := range open {
		title, _ := x.Title.In(m.Lang)
		if first == "" {
			first = title
		}
		due := i18n.Stamp(m.Lang, l.Due[x.ID].In(set.Zone)) + " " + set.Place(m.Lang)
		list.WriteString("- " + s.house.Catalog.T(m.Lang, "reports.mail.line", "Session", title, "Ref", programme.RefLabel(x.Ref), "Due", due) + "\n")
		list.WriteString("  " + s.house.BaseURL + set.Path() + "/" + x.Ref + page + "\n\n")
	}
	name, _ := set.Name.In(m.Lang)
	m.Subject, m.Text = s.house.Mail.Compose(m.Lang, reminderMail+"."+l.Kind+"."+l.Tone,
		"Session", first, "Count", len(open), "Edition", name, "List", strings.TrimSpace(list.String()), "Board", s.house.BaseURL+set.Path()+"/reports?kind="+l.Kind)
	return m, nil
}
