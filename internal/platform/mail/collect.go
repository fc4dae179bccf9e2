package mail

import (
	"context"
	"crypto/hmac"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

const (
	collectionKind = "collection"
	// collectAtOnce is how many mails go into one collection; more go into the next.
	collectAtOnce = 50
	endLength     = 32 // characters of the signature of a link
)

// gathered is a mail that waits for its collection.
type gathered struct {
	bun.BaseModel `bun:"table:mail_gathered,alias:mg"`

	ID        core.ID      `bun:"id,pk"`
	MessageID string       `bun:"message_id"`
	Account   core.ID      `bun:"account"`
	Kind      string       `bun:"kind"`
	Ref       string       `bun:"ref"`
	ToAddr    string       `bun:"to_addr"`
	ToName    string       `bun:"to_name"`
	Lang      string       `bun:"lang"`
	Subject   string       `bun:"subject"`
	Text      string       `bun:"text"`
	Expires   core.Instant `bun:"expires"`
	Queued    core.Instant `bun:"queued"`
	Due       core.Instant `bun:"due"`
	Told      core.Instant `bun:"told"`
}

// Collect queues the collections that are due, each person's in an act of its own, and drops
// what was told long ago. The record calls it now and then.
func (s *Service) Collect(ctx context.Context) error {
	now := core.At(s.now())
	var due []core.ID
	if err := s.rec.DB.Read.NewSelect().Model((*gathered)(nil)).ColumnExpr("DISTINCT mg.account").Where("mg.told IS NULL AND mg.due <= ?", now).
		OrderExpr("mg.account").Limit(queueChunk).Scan(ctx, &due); err != nil {
		return fmt.Errorf("look for collections: %w", err)
	}
	for _, account := range due {
		if err := s.rec.Write(ctx, sender, func(ctx context.Context, tx *record.Tx) error { return s.collectTx(ctx, tx, account, now) }); err != nil {
			return fmt.Errorf("collect mails: %w", err)
		}
	}
	old, err := s.rec.DB.Read.NewSelect().Model((*gathered)(nil)).Where("told < ?", now.Add(-keepFor)).Exists(ctx)
	if err != nil || !old {
		return err
	}
	return s.rec.Write(ctx, sender, func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.NewDelete().Model((*gathered)(nil)).Where("told < ?", now.Add(-keepFor)).Exec(ctx)
		return err
	})
}

// collectTx makes one mail of what waits for a person, once the first of it is due.
func (s *Service) collectTx(ctx context.Context, tx *record.Tx, account core.ID, now core.Instant) error {
	var list []gathered
	if err := tx.NewSelect().Model(&list).Where("mg.account = ? AND mg.told IS NULL AND mg.due <= ?", account, now).OrderExpr("mg.queued, mg.id").
		Limit(collectAtOnce).Scan(ctx); err != nil {
		return err
	}
	if len(list) == 0 {
		return nil // another process was faster
	}
	ids := make([]core.ID, len(list))
	var told []gathered
	for i, g := range list {
		ids[i] = g.ID
		if !g.Expires.IsZero() && !g.Expires.After(now) {
			continue
		}
		if fn := s.late[g.Kind]; fn != nil {
			m, err := fn(ctx, tx, Message{Kind: g.Kind, Ref: g.Ref, To: g.ToAddr, ToName: g.ToName, Lang: g.Lang})
			if err != nil {
				if core.KindOf(err) == core.KindInternal {
					return err
				}
				continue // it has lost its purpose
			}
			g.Subject, g.Text = oneLine(m.Subject), m.Text
		}
		told = append(told, g)
	}
	// What was told is not needed any more; the row stays against telling it twice.
	if _, err := tx.NewUpdate().Model((*gathered)(nil)).Set("told = ?, subject = '', text = '', to_name = ''", now).Where("id IN (?)", bun.List(ids)).Exec(ctx); err != nil {
		return err
	}
	if len(told) == 0 {
		return nil
	}
	m := s.collection(told)
	var err error
	if m.Unsubscribe, err = s.endAddress(ctx, account, s.classes[told[len(told)-1].Kind]); err != nil {
		return err
	}
	return s.queueTx(ctx, tx, m)
}

// collection is one mail made of several; of one it is that mail.
func (s *Service) collection(list []gathered) Message {
	last := list[len(list)-1]
	m := Message{ID: collectionKind + "/" + last.MessageID, Kind: collectionKind, To: last.ToAddr, ToName: last.ToName, Lang: last.Lang}
	if len(list) == 1 {
		m.Kind, m.Subject, m.Text = last.Kind, last.Subject, last.Text
		return m
	}
	var parts []string
	for _, g := range list {
		text, _, _ := strings.Cut(g.Text, "\n-- \n") // the collection is signed once
		parts = append(parts, strings.Repeat("=", min(lineWidth, 40))+"\n"+g.Subject+"\n\n"+strings.TrimSpace(text))
	}
	m.Subject, _ = s.Compose(m.Lang, collectionKind, "Count", len(list), "Settings", s.cfg.BaseURL+"/me/mail")
	words := Wrap(s.texts.now().T(m.Lang, bodyKey(collectionKind), "Count", len(list), "Settings", s.cfg.BaseURL+"/me/mail"))
	m.Text = words + "\n" + strings.Join(parts, "\n\n") + "\n" + s.signature(m.Lang)
	return m
}

// dropGatheredTx takes back what nobody has been told yet.
func dropGatheredTx(ctx context.Context, tx *record.Tx, keys []string) error {
	if _, err := tx.NewDelete().Model((*gathered)(nil)).Where("mg.message_id IN (?)", bun.List(keys)).Where("mg.told IS NULL").Exec(ctx); err != nil {
		return fmt.Errorf("drop gathered mail: %w", err)
	}
	return nil
}

// endAddress is a link by which whoever holds it ends mails of a class to an account: it
// shows on GET and acts on POST. Without a key, and where mails are caught, there is none.
func (s *Service) endAddress(ctx context.Context, account core.ID, class Class) (string, error) {
	if s.key == nil || class == "" || s.Catches() {
		return "", nil
	}
	sign, err := s.endSign(ctx, account, class)
	return s.cfg.BaseURL + "/mail/end/" + string(account) + "." + string(class) + "." + sign, err
}

func (s *Service) endSign(ctx context.Context, account core.ID, class Class) (string, error) {
	mac, err := s.mac(ctx, "end\x00"+string(account)+"\x00"+string(class))
	return mac[:min(len(mac), endLength)], err
}

// endOf is whom and what a link names; core.NotFound for one that is none.
func (s *Service) endOf(ctx context.Context, token string) (core.ID, Class, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || s.key == nil || !core.ID(parts[0]).Valid() || !slices.Contains([]Class{Reminders, Notices}, Class(parts[1])) {
		return "", "", core.NotFound()
	}
	account, class := core.ID(parts[0]), Class(parts[1])
	sign, err := s.endSign(ctx, account, class)
	if err != nil {
		return "", "", err
	}
	if !hmac.Equal([]byte(parts[2]), []byte(sign)) {
		return "", "", core.NotFound()
	}
	return account, class, nil
}

// End ends mails of a class for whom a link names. Whoever holds the link may call; a second
// time it changes nothing. Event: mail.chosen.
func (s *Service) End(ctx context.Context, token string) error {
	account, class, err := s.endOf(ctx, token)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, core.Actor{Program: "mail link"}, func(ctx context.Context, tx *record.Tx) error {
		r, err := choiceOf(ctx, tx, account)
		if err != nil || r.how(class) == Never {
			return err
		}
		if class == Reminders {
			r.Reminders = Never
		} else {
			r.Notices = Never
		}
		return s.chooseTx(ctx, tx, r)
	})
}
