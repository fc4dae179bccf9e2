package consultations

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

func (s *Service) account(ctx context.Context, tx *record.Tx, ids []core.ID) (map[core.ID]authn.Account, error) {
	out := map[core.ID]authn.Account{}
	ids = slices.DeleteFunc(slices.Clone(ids), func(id core.ID) bool { return id == "" })
	if len(ids) == 0 {
		return out, nil
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for part := range slices.Chunk(ids, atOnce) {
		var rows []authn.Account
		if err := tx.NewSelect().Model(&rows).Where("a.id IN (?) AND a.disabled = FALSE", bun.List(part)).Scan(ctx); err != nil {
			return nil, fmt.Errorf("load accounts: %w", err)
		}
		for _, a := range rows {
			out[a.ID] = a
		}
	}
	return out, nil
}

// receipt mails the author that her comment is in, with its permanent number.
func (s *Service) receipt(ctx context.Context, tx *record.Tx, c Consultation, co Comment) error {
	return s.receipts(ctx, tx, c, []Comment{co})
}

// receipts mails the author of comments handed in together one mail.
func (s *Service) receipts(ctx context.Context, tx *record.Tx, c Consultation, list []Comment) error {
	if len(list) == 0 || list[0].Mails == MailNone {
		return nil
	}
	accounts, err := s.account(ctx, tx, []core.ID{list[0].Account})
	if err != nil {
		return err
	}
	acc, ok := accounts[list[0].Account]
	if !ok {
		return nil
	}
	title, _ := c.Title.In(acc.Lang)
	key, url := "comment_receipt", s.cfg.BaseURL+c.CommentPath(list[0].Number)
	if len(list) > 1 {
		key, url = "comment_receipts", s.cfg.BaseURL+"/me/comments"
	}
	subject, text := s.mail.Compose(acc.Lang, key, "Number", list[0].Number, "Last", list[len(list)-1].Number, "Count", len(list), "Title", title, "URL", url)
	return s.mail.QueueTx(ctx, tx, mail.Message{
		ID: "comment-receipt/" + string(list[0].ID), Kind: key, To: acc.Email, ToName: acc.Name, Lang: acc.Lang, Subject: subject, Text: text,
	})
}

// tellDispositions mails authors what became of their comments: one mail each for all
// comments of an act. Who wants a digest gets it when the last comment is answered.
func (s *Service) tellDispositions(ctx context.Context, tx *record.Tx, c Consultation) error {
	var list []Comment
	q := tx.NewSelect().Model(&list).Column("id", "number", "account", "mails").
		Where("co.consultation = ? AND co.told = FALSE AND co.disposition_published IS NOT NULL AND co.mails <> ? AND co.state <> ?", c.ID, MailNone, Withdrawn)
	if c.Undisposed > 0 {
		q = q.Where("co.mails = ?", MailEach)
	}
	if err := q.OrderExpr("co.account, co.number").Scan(ctx); err != nil {
		return fmt.Errorf("load authors: %w", err)
	}
	if len(list) == 0 {
		return nil
	}
	ids := make([]core.ID, len(list))
	for i, co := range list {
		ids[i] = co.Account
	}
	accounts, err := s.account(ctx, tx, ids)
	if err != nil {
		return err
	}
	var out []mail.Message
	for i := 0; i < len(list); {
		j := i
		for j < len(list) && list[j].Account == list[i].Account {
			j++
		}
		if acc, ok := accounts[list[i].Account]; ok {
			out = append(out, s.dispositionMail(c, acc, list[i:j], tx.Now))
		}
		i = j
	}
	done := "UPDATE comments SET told = TRUE WHERE consultation = ? AND disposition_published IS NOT NULL"
	args := []any{c.ID}
	if c.Undisposed > 0 {
		done += " AND mails = ?"
		args = append(args, MailEach)
	}
	if _, err := tx.NewRaw(done, args...).Exec(ctx); err != nil {
		return fmt.Errorf("note authors as told: %w", err)
	}
	return s.mail.QueueTx(ctx, tx, out...)
}

func (s *Service) dispositionMail(c Consultation, acc authn.Account, list []Comment, now core.Instant) mail.Message {
	title, _ := c.Title.In(acc.Lang)
	lines := ""
	for _, co := range list {
		lines += s.cfg.BaseURL + c.CommentPath(co.Number) + "\n"
	}
	subject, text := s.mail.Compose(acc.Lang, "comment_answered", "Title", title, "Count", len(list), "URLs", lines)
	return mail.Message{
		ID: fmt.Sprintf("comment-answered/%s/%s/%d", c.ID, acc.ID, now.Time().UnixMicro()), Kind: "comment_answered",
		To: acc.Email, ToName: acc.Name, Lang: acc.Lang, Subject: subject, Text: text,
	}
}
