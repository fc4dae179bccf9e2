package mail

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// Class is what a mail is to its reader.
type Class string

// Classes about which a person has a choice. All other mails come at once: what she asked
// for herself, answers, decisions, letters.
const (
	Reminders Class = "reminders" // of what she has taken on and has not done yet
	Notices   Class = "notices"   // something that concerns her has changed
)

// How a person gets mails of a class.
const (
	AtOnce = "now"
	Daily  = "daily"
	Weekly = "weekly"
	Never  = "none"
)

// collectHour is when collections go out, by the reader's clock.
const collectHour = 7

// Recipient is who gets a mail.
type Recipient struct {
	Account core.ID
	Zone    string // IANA; empty is UTC
}

// Readers know who has which address.
type Readers interface {
	// ByAddress finds accounts by keys of addresses (Address).
	ByAddress(ctx context.Context, idb bun.IDB, keys []string) (map[string]Recipient, error)
	// AddressOf is the address to which an account gets its mails.
	AddressOf(ctx context.Context, account core.ID) (string, error)
}

// UseReaders says who knows the readers. It is used while the program is wired.
func (s *Service) UseReaders(r Readers) { s.readers = r }

// Classify says of which class mails of some kinds are. It is used while the program is
// wired.
func (s *Service) Classify(classes map[string]Class) { s.classes = classes }

// ChoiceInput is how a person gets her mails.
type ChoiceInput struct {
	Version   int64  `form:"version" ui:"hidden" json:"version"`
	Reminders string `form:"reminders" ui:"radio" enum:"now,daily,none" required:"true" json:"reminders" doc:"now, daily or none"`
	Notices   string `form:"notices" ui:"radio" enum:"now,daily,weekly,none" required:"true" json:"notices" doc:"now, daily, weekly or none"`
}

type choiceRow struct {
	bun.BaseModel `bun:"table:mail_choices,alias:mc"`

	Account   core.ID      `bun:"account,pk"`
	Reminders string       `bun:"reminders"`
	Notices   string       `bun:"notices"`
	Changed   core.Instant `bun:"changed"`
	Version   int64        `bun:"version"`
}

func (r choiceRow) how(c Class) string {
	if c == Reminders {
		return r.Reminders
	}
	return r.Notices
}

// Choice is how the actor gets her mails. Whoever has an account may call.
func (s *Service) Choice(ctx context.Context, a core.Actor) (ChoiceInput, error) {
	if err := mayChoose(a); err != nil {
		return ChoiceInput{}, err
	}
	r, err := choiceOf(ctx, s.rec.DB.Read, a.Account)
	return ChoiceInput{Version: r.Version, Reminders: r.Reminders, Notices: r.Notices}, err
}

func choiceOf(ctx context.Context, idb bun.IDB, account core.ID) (choiceRow, error) {
	rows, err := choicesOf(ctx, idb, []core.ID{account})
	if r, ok := rows[account]; ok || err != nil {
		return r, err
	}
	return choiceRow{Account: account, Reminders: AtOnce, Notices: AtOnce}, nil
}

func choicesOf(ctx context.Context, idb bun.IDB, accounts []core.ID) (map[core.ID]choiceRow, error) {
	out := map[core.ID]choiceRow{}
	if len(accounts) == 0 {
		return out, nil
	}
	var rows []choiceRow
	if err := idb.NewSelect().Model(&rows).Where("mc.account IN (?)", bun.List(accounts)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load choices of mails: %w", err)
	}
	for _, r := range rows {
		out[r.Account] = r
	}
	return out, nil
}

// SetChoice changes how the actor gets her mails; what waits for a collection follows it.
// Whoever has an account may call. Event: mail.chosen, of her own stream. Errors: Invalid,
// Stale with a ChoiceInput.
func (s *Service) SetChoice(ctx context.Context, a core.Actor, in ChoiceInput) error {
	if err := mayChoose(a); err != nil {
		return err
	}
	if err := core.Validate(in).Err(); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		r, err := choiceOf(ctx, tx, a.Account)
		if err != nil {
			return err
		}
		if r.Version != in.Version {
			return core.Stale(ChoiceInput{Version: r.Version, Reminders: r.Reminders, Notices: r.Notices})
		}
		r.Reminders, r.Notices = in.Reminders, in.Notices
		return s.chooseTx(ctx, tx, r)
	})
}

// chooseTx keeps a choice and lets what waits follow it.
func (s *Service) chooseTx(ctx context.Context, tx *record.Tx, r choiceRow) error {
	r.Version++
	r.Changed = tx.Now
	if _, err := tx.NewInsert().Model(&r).On("CONFLICT (account) DO UPDATE").
		Set("reminders = EXCLUDED.reminders, notices = EXCLUDED.notices, changed = EXCLUDED.changed, version = EXCLUDED.version").Exec(ctx); err != nil {
		return fmt.Errorf("keep choice of mails: %w", err)
	}
	tx.Append("mail.chosen", r.Account, core.ScopeForum, record.Internal, record.Data{"reminders": r.Reminders, "notices": r.Notices})
	var waiting []gathered
	if err := tx.NewSelect().Model(&waiting).Where("mg.account = ? AND mg.told IS NULL", r.Account).Scan(ctx); err != nil {
		return fmt.Errorf("load mails that wait: %w", err)
	}
	now := s.now()
	for _, g := range waiting {
		switch how := r.how(s.classes[g.Kind]); how {
		case Never:
			// It stays as told, so that it is not queued again by what causes it.
			g.Told = core.At(now)
		case AtOnce:
			g.Due = core.At(now)
		default:
			if next := core.At(collects(now, "", how)); next.Before(g.Due) {
				g.Due = next
			}
		}
		if _, err := tx.NewUpdate().Model(&g).Column("told", "due").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("change what waits: %w", err)
		}
	}
	return nil
}

// collects is when the next collection goes out: at seven by the reader's clock, of a week
// on Monday.
func collects(now time.Time, zone, how string) time.Time {
	at := core.Zone(zone)
	t := now.In(at)
	next := time.Date(t.Year(), t.Month(), t.Day(), collectHour, 0, 0, 0, at)
	for !next.After(now) || how == Weekly && next.Weekday() != time.Monday {
		next = time.Date(next.Year(), next.Month(), next.Day()+1, collectHour, 0, 0, 0, at)
	}
	return next
}

// gatherTx takes out of what is to be queued what its readers want collected, or not at all,
// and gives the rest a way to say so (RFC 8058).
func (s *Service) gatherTx(ctx context.Context, tx *record.Tx, messages []Message) ([]Message, error) {
	if s.readers == nil || !slices.ContainsFunc(messages, func(m Message) bool { return s.classes[m.Kind] != "" }) {
		return messages, nil
	}
	var keys []string
	keyOf := map[string]string{}
	for _, m := range messages {
		if s.classes[m.Kind] == "" {
			continue
		}
		if _, key, err := Address(m.To); err == nil {
			keyOf[m.To] = key
			keys = append(keys, key)
		}
	}
	readers, choices := map[string]Recipient{}, map[core.ID]choiceRow{}
	slices.Sort(keys)
	for part := range slices.Chunk(slices.Compact(keys), queueChunk) {
		found, err := s.readers.ByAddress(ctx, tx, part)
		if err != nil {
			return nil, fmt.Errorf("look for readers of mails: %w", err)
		}
		var accounts []core.ID
		for key, r := range found {
			readers[key] = r
			accounts = append(accounts, r.Account)
		}
		chosen, err := choicesOf(ctx, tx, accounts)
		if err != nil {
			return nil, err
		}
		for id, r := range chosen {
			choices[id] = r
		}
	}
	now := s.now()
	out := make([]Message, 0, len(messages))
	var wait []gathered
	for _, m := range messages {
		class := s.classes[m.Kind]
		reader, ok := readers[keyOf[m.To]]
		if class == "" || !ok {
			out = append(out, m)
			continue
		}
		how := AtOnce
		if r, ok := choices[reader.Account]; ok {
			how = r.how(class)
		}
		if how == AtOnce || m.Calendar != "" {
			if m.Unsubscribe == "" {
				var err error
				if m.Unsubscribe, err = s.endAddress(ctx, reader.Account, class); err != nil {
					return nil, err
				}
			}
			out = append(out, m)
			continue
		}
		g := gathered{
			ID: tx.NewID(), MessageID: messageID(m.ID), Account: reader.Account, Kind: m.Kind, Ref: m.Ref, ToAddr: m.To, ToName: oneLine(m.ToName),
			Lang: m.Lang, Subject: oneLine(m.Subject), Text: m.Text, Queued: core.At(now), Due: core.At(collects(now, reader.Zone, how)),
		}
		if m.Useful > 0 {
			g.Expires = core.At(now.Add(m.Useful))
		}
		if how == Never {
			g.Told, g.ToName, g.Subject, g.Text = g.Queued, "", "", ""
		}
		wait = append(wait, g)
	}
	for part := range slices.Chunk(wait, queueChunk) {
		if _, err := tx.NewInsert().Model(&part).On("CONFLICT (message_id) DO NOTHING").Exec(ctx); err != nil {
			return nil, fmt.Errorf("gather mail: %w", err)
		}
	}
	return out, nil
}
