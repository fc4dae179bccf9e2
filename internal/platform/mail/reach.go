package mail

import (
	"context"
	"crypto/hmac"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// MailAddress is an address at which mails do not arrive.
type MailAddress struct {
	ID      core.ID      `bun:"id,pk" json:"id"`
	Email   string       `bun:"email" json:"email"`
	Key     string       `bun:"email_key" json:"-"`
	Why     string       `bun:"why" json:"why" doc:"hard, soft, expired, complaint"`
	Status  string       `bun:"status" json:"status,omitempty"`
	Mail    core.ID      `bun:"mail" json:"-"`
	Tested  core.Instant `bun:"tested" json:"tested,omitzero" doc:"when a mail was last sent there to try it"`
	Created core.Instant `bun:"created" json:"created"`

	bun.BaseModel `bun:"table:mail_unreachable,alias:mu"`
}

const (
	testMail  = "address_test"
	testEvery = 10 * time.Minute
	testFor   = 24 * time.Hour
)

// Unreachable gives those of some addresses at which mails do not arrive. Callers decide who
// may know.
func (s *Service) Unreachable(ctx context.Context, emails ...string) ([]MailAddress, error) {
	var keys []string
	for _, e := range emails {
		if _, key, err := Address(e); err == nil {
			keys = append(keys, key)
		}
	}
	list := []MailAddress{}
	if len(keys) == 0 {
		return list, nil
	}
	if err := s.rec.DB.Read.NewSelect().Model(&list).Where("mu.email_key IN (?)", bun.List(keys)).OrderExpr("mu.email_key").Scan(ctx); err != nil {
		return nil, fmt.Errorf("look whether mails arrive: %w", err)
	}
	return list, nil
}

// Addresses lists the addresses at which mails do not arrive, the newest first. The staff may
// call.
func (s *Service) Addresses(ctx context.Context, a core.Actor, page core.Page) (core.List[MailAddress], error) {
	out := core.List[MailAddress]{Items: []MailAddress{}}
	if err := may(a, "see", Queued); err != nil {
		return out, err
	}
	sel := s.rec.DB.Read.NewSelect().Model(&out.Items)
	if page.Cursor != "" {
		var created int64
		var id string
		if err := core.ReadCursor(page.Cursor, &created, &id); err != nil {
			return out, err
		}
		sel = sel.Where("(mu.created < ? OR (mu.created = ? AND mu.id < ?))", created, created, id)
	}
	if err := sel.OrderExpr("mu.created DESC, mu.id DESC").Limit(int64(page.Size()) + 1).Scan(ctx); err != nil {
		return out, fmt.Errorf("list addresses: %w", err)
	}
	if len(out.Items) > page.Size() {
		out.Items = out.Items[:page.Size()]
		last := out.Items[len(out.Items)-1]
		out.Next = core.Cursor(last.Created.Time().UnixMicro(), last.ID)
	}
	total, err := s.rec.DB.Read.NewSelect().Model((*MailAddress)(nil)).Count(ctx)
	if err != nil {
		return out, fmt.Errorf("count addresses: %w", err)
	}
	out.Total = int(total)
	return out, nil
}

func (*Service) address(ctx context.Context, idb bun.IDB, id core.ID) (MailAddress, error) {
	var u MailAddress
	if !id.Valid() {
		return u, core.NotFound()
	}
	return u, record.Found(idb.NewSelect().Model(&u).Where("mu.id = ?", id).Scan(ctx))
}

// Clear takes the mark off an address. The staff may call. Event: mail_address.cleared,
// internal. Errors: NotFound.
func (s *Service) Clear(ctx context.Context, a core.Actor, id core.ID) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if err := may(a, "release", Held); err != nil {
			return err
		}
		u, err := s.address(ctx, tx, id)
		if err != nil {
			return err
		}
		return s.clear(ctx, tx, u)
	})
}

func (*Service) clear(ctx context.Context, tx *record.Tx, u MailAddress) error {
	if _, err := tx.NewDelete().Model((*MailAddress)(nil)).Where("id = ?", u.ID).Exec(ctx); err != nil {
		return fmt.Errorf("take the mark off an address: %w", err)
	}
	tx.AppendPersonal("mail_address.cleared", u.ID, core.ScopeForum, record.Internal, nil, record.Data{"email": u.Email})
	return nil
}

// AskTest sends a mail with a link to an address at which mails did not arrive; own are the
// addresses of who asks, and no other is tried. It appends no event, as other links that
// somebody asks for. Errors: NotFound, Conflict where the last one is not ten minutes old.
func (s *Service) AskTest(ctx context.Context, a core.Actor, id core.ID, own []string, lang string) error {
	if !a.SignedIn() {
		return core.SignIn()
	}
	if _, err := s.mac(ctx, ""); err != nil { // the key is made outside of the act
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		u, err := s.address(ctx, tx, id)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(own, func(e string) bool { _, key, bad := Address(e); return bad == nil && key == u.Key }) {
			return core.NotFound()
		}
		now := core.At(s.now())
		if now.Before(u.Tested.Add(testEvery)) && !u.Tested.IsZero() {
			return core.Conflict("outbox.error.tested_just_now")
		}
		if _, err := tx.NewUpdate().Model((*MailAddress)(nil)).Set("tested = ?", now).Where("id = ?", id).Exec(ctx); err != nil {
			return fmt.Errorf("try an address: %w", err)
		}
		return s.QueueTx(ctx, tx, Message{
			ID: "address-test/" + string(id) + "/" + now.String(), Kind: testMail, Ref: string(id), To: u.Email, Lang: lang, Urgent: true, Useful: testFor,
		})
	})
}

// writeTest writes the mail that tries an address, with its link, when it is sent.
func (s *Service) writeTest(ctx context.Context, tx *record.Tx, m Message) (Message, error) {
	u, err := s.address(ctx, tx, core.ID(m.Ref))
	if err != nil {
		return m, err
	}
	token, err := s.reachToken(ctx, u)
	if err != nil {
		return m, err
	}
	m.Subject, m.Text = s.Compose(m.Lang, testMail, "Link", s.cfg.BaseURL+"/mail/arrives?id="+string(u.ID)+"&token="+token)
	return m, nil
}

func (s *Service) reachToken(ctx context.Context, u MailAddress) (string, error) {
	sum, err := s.mac(ctx, "reach:"+string(u.ID)+":"+strconv.FormatInt(u.Tested.Time().UnixMicro(), 10))
	if err != nil {
		return "", err
	}
	return sum[:32], nil
}

// Arrives looks whether a link of a mail that tried an address is good. Errors: NotFound.
func (s *Service) Arrives(ctx context.Context, id core.ID, token string) (MailAddress, error) {
	u, err := s.address(ctx, s.rec.DB.Read, id)
	if err != nil {
		return u, err
	}
	return u, s.holds(ctx, u, token)
}

func (s *Service) holds(ctx context.Context, u MailAddress, token string) error {
	want, err := s.reachToken(ctx, u)
	if err != nil {
		return err
	}
	if u.Tested.IsZero() || core.At(s.now()).After(u.Tested.Add(testFor)) || !hmac.Equal([]byte(want), []byte(token)) {
		return core.NotFound()
	}
	return nil
}

// Arrived takes the mark off the address whose link was opened. Event: mail_address.cleared,
// internal. Errors: NotFound.
func (s *Service) Arrived(ctx context.Context, a core.Actor, id core.ID, token string) error {
	if _, err := s.Arrives(ctx, id, token); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		u, err := s.address(ctx, tx, id)
		if err != nil {
			return err
		}
		return s.clear(ctx, tx, u)
	})
}
