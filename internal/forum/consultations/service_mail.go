package consultations

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// mailedFor is how long a comment that came by mail waits for the word of its sender.
const mailedFor = 14 * day

// MailPrefix stands before the plus sign in addresses that take comments.
const MailPrefix = "comments"

// The kinds of the mails that ask a sender to confirm a comment, or a file of many.
const (
	mailConfirm     = "comment_confirm"
	mailConfirmFile = "comment_file_confirm"
)

// Mail is a mail as it came in.
type Mail struct {
	From, FromName, To, Subject, Text, MessageID, InReplyTo string
	Auto                                                    bool // an automatic reply, a bounce, a list

	// File is the form of a delegation, where the mail brought one.
	FileName string
	File     []byte
}

// mailed is a comment that came by mail and waits.
type mailed struct {
	bun.BaseModel `bun:"table:mailed_comments,alias:mc"`

	Token        string       `bun:"token,pk"` // SHA-256 of the token
	Consultation core.ID      `bun:"consultation"`
	Message      string       `bun:"message"`
	Email        string       `bun:"email"`
	Name         string       `bun:"name"`
	Lang         string       `bun:"lang"`
	Subject      string       `bun:"subject"`
	Body         string       `bun:"body"`
	FileName     string       `bun:"file_name"`
	File         string       `bun:"file"` // base64
	Created      core.Instant `bun:"created"`
	Expires      core.Instant `bun:"expires"`
}

// Address is where a consultation takes comments by mail; empty where none are taken.
func (s *Service) Address(c Consultation) string {
	if s.cfg.MailHost == "" {
		return ""
	}
	return MailPrefix + "+" + c.Ref + "@" + s.cfg.MailHost
}

// refOf reads the reference of a consultation from an address.
func (s *Service) refOf(to string) (string, bool) {
	addr, _, err := mail.Address(to)
	if err != nil {
		return "", false
	}
	local, host, _ := strings.Cut(addr, "@")
	ref, ok := strings.CutPrefix(strings.ToLower(local), MailPrefix+"+")
	return ref, ok && strings.EqualFold(host, s.cfg.MailHost) && s.cfg.MailHost != ""
}

// FromMail takes a mail to the address of a consultation. The sender gets a mail with a
// link; only when she confirms there does it become a comment. Automatic replies, bounces,
// mails to other addresses and those that came before are ignored without an error: who
// answers a program starts a quarrel of programs. It appends no event. Too many mails of
// one sender are KindLimited.
func (s *Service) FromMail(ctx context.Context, m Mail) error {
	ref, ok := s.refOf(m.To)
	from, key, err := mail.Address(m.From)
	if err != nil || !ok || m.Auto || m.MessageID == "" || strings.TrimSpace(m.Text) == "" && len(m.File) == 0 {
		return nil //nolint:nilerr // to an address that is none nobody answers
	}
	c, err := s.Get(ctx, core.Visitor, ref)
	if err != nil {
		return unlessNotFound(err)
	}
	now := s.rec.Clock.Instant()
	if !c.Takes(now) {
		return nil
	}
	if err := s.perSender.Allow(key); err != nil {
		return err
	}
	lang := s.usualMailLang(c)
	acc, err := s.accounts.ByEmail(ctx, from)
	if err == nil {
		lang = acc.Lang
	} else if core.KindOf(err) != core.KindNotFound {
		return err
	}
	var raw [24]byte
	_, _ = rand.Read(raw[:]) // it never fails
	token := base64.RawURLEncoding.EncodeToString(raw[:])
	name := strings.Join(strings.Fields(m.FromName), " ")
	if r := []rune(name); len(r) > 200 {
		name = string(r[:200])
	}
	body := strings.TrimSpace(m.Text)
	if r := []rune(body); len(r) > 8000 {
		body = string(r[:8000])
	}
	if len(m.File) > largestUpload {
		return &core.Error{Kind: core.KindTooLarge, Key: "consultations.error.file_large", Args: []any{"Limit", largestUpload >> 20}}
	}
	kind := mailConfirm
	if len(m.File) > 0 {
		kind = mailConfirmFile
	}
	row := mailed{
		Token: hashToken(token), Consultation: c.ID, Message: hashToken(m.MessageID), Email: from, Name: name, Lang: lang,
		Subject: cutRunes(m.Subject, 200), Body: body, FileName: cutRunes(m.FileName, 200), File: base64.StdEncoding.EncodeToString(m.File), Created: now, Expires: now.Add(mailedFor),
	}
	return s.rec.Write(ctx, core.Actor{Program: "follower"}, func(ctx context.Context, tx *record.Tx) error {
		known, err := record.Once(tx.NewInsert().Model(&row).On("CONFLICT (consultation, message) DO NOTHING").Exec(ctx))
		if err != nil || known {
			return err
		}
		title, _ := c.Title.In(lang)
		subject, text := s.mail.Compose(lang, kind, "Title", title, "URL", s.cfg.BaseURL+"/comment-by-mail?token="+token, "Days", int(mailedFor/day))
		return s.mail.QueueTx(ctx, tx, mail.Message{
			ID: "comment-confirm/" + row.Token, Kind: kind, To: from, ToName: name, Lang: lang, Subject: subject, Text: text, Useful: mailedFor,
		})
	})
}

// unlessNotFound forgets that something is not there.
func unlessNotFound(err error) error {
	if core.KindOf(err) == core.KindNotFound {
		return nil
	}
	return err
}

func (s *Service) usualMailLang(c Consultation) string {
	if len(c.Langs) > 0 {
		return c.Langs[0]
	}
	return "en"
}

func cutRunes(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

func hashToken(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// Mailed reads a comment that waits for its sender's word: with the token of her mail.
func (s *Service) Mailed(ctx context.Context, token string) (Consultation, CommentInput, error) {
	row, c, err := s.loadMailed(ctx, s.rec.DB.Read, token)
	if err != nil {
		return c, CommentInput{}, err
	}
	return c, CommentInput{Body: row.Body, Name: row.Name, Lang: row.Lang, Mails: MailEach}, nil
}

func (s *Service) loadMailed(ctx context.Context, idb bun.IDB, token string) (mailed, Consultation, error) {
	var row mailed
	var c Consultation
	err := idb.NewSelect().Model(&row).Where("mc.token = ? AND mc.expires > ?", hashToken(token), s.rec.Clock.Instant()).Scan(ctx)
	if err = record.Found(err); err != nil {
		if core.KindOf(err) == core.KindNotFound {
			err = core.Conflict("consultations.error.dead_link")
		}
		return row, c, err
	}
	if err := idb.NewSelect().Model(&c).Where("cs.id = ?", row.Consultation).Scan(ctx); err != nil {
		return row, c, fmt.Errorf("load consultation: %w", record.Found(err))
	}
	return row, c, nil
}

// Confirm makes a comment of a mail, with what its sender states about herself. Whoever
// holds the link of that mail may: she has shown that the address is hers. Where it has no
// account yet, it gets one. Errors are those of Comment.
func (s *Service) Confirm(ctx context.Context, token string, in CommentInput) (Consultation, Comment, error) {
	row, c, err := s.loadMailed(ctx, s.rec.DB.Read, token)
	if err != nil {
		return c, Comment{}, err
	}
	var out Comment
	acc, err := s.accounts.ByEmail(ctx, row.Email)
	known := err == nil
	if err != nil && core.KindOf(err) != core.KindNotFound {
		return c, out, err
	}
	if known && acc.Disabled {
		return c, out, core.Forbidden()
	}
	err = s.rec.Write(ctx, acc.Actor(), func(ctx context.Context, tx *record.Tx) error {
		if _, _, err := s.loadMailed(ctx, tx, token); err != nil {
			return err
		}
		c, err := loadRef(ctx, tx, c.Ref)
		if err != nil {
			return err
		}
		if !known {
			acc, err = s.accounts.CreateTx(ctx, tx, authn.NewAccount{Email: row.Email, Name: in.Name, Lang: row.Lang})
			if err != nil {
				return nameField(err)
			}
			tx.Actor = acc.Actor()
		}
		t, err := s.textsTx(ctx, tx, c.Document)
		if err != nil {
			return err
		}
		if out, err = s.commentTx(ctx, tx, &c, t, ViaMail, in); err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model(&row).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("use link: %w", err)
		}
		return recount(ctx, tx, &c)
	})
	return c, out, err
}

// nameField keeps what is wrong with a new account at the field of the comment's form.
func nameField(err error) error {
	if e, ok := errors.AsType[*core.Error](err); ok && e.Kind == core.KindInvalid {
		return e
	}
	return err
}

// Refuse forgets a comment that came by mail: its sender says it is not hers.
func (s *Service) Refuse(ctx context.Context, token string) error {
	row, _, err := s.loadMailed(ctx, s.rec.DB.Read, token)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, core.Actor{Program: "follower"}, func(ctx context.Context, tx *record.Tx) error {
		if _, err := tx.NewDelete().Model(&row).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("forget mailed comment: %w", err)
		}
		return nil
	})
}

// dropMailed forgets comments that came by mail and were never confirmed.
func (s *Service) dropMailed(ctx context.Context) error {
	now := s.rec.Clock.Instant()
	some, err := s.rec.DB.Read.NewSelect().Model((*mailed)(nil)).Where("mc.expires < ?", now).Exists(ctx)
	if err != nil {
		return fmt.Errorf("look for mailed comments: %w", err)
	}
	if !some {
		return nil
	}
	return s.rec.Write(ctx, core.Actor{Program: "follower"}, func(ctx context.Context, tx *record.Tx) error {
		if _, err := tx.NewDelete().Model((*mailed)(nil)).Where("expires < ?", now).Exec(ctx); err != nil {
			return fmt.Errorf("forget mailed comments: %w", err)
		}
		return nil
	})
}

const mailPause = 2 * time.Minute
