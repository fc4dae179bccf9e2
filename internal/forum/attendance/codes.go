package attendance

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// codeMail is the kind of the mails that hold a one-time code.
const codeMail = "join_code"

const (
	codeFor   = 10 * time.Minute
	codeTries = 5
	codeKeep  = 24 * time.Hour // what is past is dropped after that
)

type codeRow struct {
	bun.BaseModel `bun:"table:join_codes,alias:jc"`

	ID      core.ID      `bun:"id,pk"`
	Subject core.ID      `bun:"subject"`
	Hash    string       `bun:"hash"`
	Lang    string       `bun:"lang"`
	Tries   int          `bun:"tries"`
	Created core.Instant `bun:"created"`
	Expires core.Instant `bun:"expires"`
	Used    core.Instant `bun:"used"`
}

type deviceRow struct {
	bun.BaseModel `bun:"table:join_devices,alias:jd"`

	ID      core.ID      `bun:"id,pk"`
	Hash    string       `bun:"hash"`
	Subject core.ID      `bun:"subject"`
	Links   int          `bun:"generation"`
	Agent   string       `bun:"agent"`
	Created core.Instant `bun:"created"`
	Expires core.Instant `bun:"expires"`
}

// addressOf is where the code for a link is sent, and in which language.
func (s *Service) addressOf(ctx context.Context, h Holder, lang string) (email, in string, err error) {
	if h.Hub != nil {
		acc, err := s.Participation.Accounts.ByID(ctx, h.Hub.Moderator)
		return acc.Email, acc.Lang, err
	}
	if h.Registration.Lang != "" {
		lang = h.Registration.Lang
	}
	return h.Registration.Email, lang, nil
}

// RequestCode sends a one-time code to the address of a link's holder and gives the id under
// which the asker enters it: codes are tried under the id of who asked, so that nobody uses
// up somebody else's tries. Anybody who has the link may ask. Too often is core.KindLimited.
// It appends no event.
func (s *Service) RequestCode(ctx context.Context, l *Link, lang, network string) (core.ID, error) {
	if err := s.asksNetwork.Allow(network); err != nil {
		return "", err
	}
	if err := s.asksEach.Allow(string(l.subject())); err != nil {
		return "", err
	}
	to, lang, err := s.addressOf(ctx, l.Holder, lang)
	if err != nil {
		return "", err
	}
	if _, err := s.Participation.Key(ctx, codeKey); err != nil { // made outside of the act
		return "", err
	}
	var id core.ID
	err = s.rec.Write(ctx, core.Visitor, func(ctx context.Context, tx *record.Tx) error {
		if _, err := tx.NewDelete().Model((*codeRow)(nil)).Where("expires < ?", tx.Now.Add(-codeKeep)).Exec(ctx); err != nil {
			return fmt.Errorf("drop old codes: %w", err)
		}
		id = tx.NewID()
		row := codeRow{ID: id, Subject: l.subject(), Lang: lang, Created: tx.Now, Expires: tx.Now.Add(codeFor)}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return fmt.Errorf("make code: %w", err)
		}
		return s.Participation.Mail.QueueTx(ctx, tx, mail.Message{
			ID: "join-code/" + string(id), Kind: codeMail, Ref: string(id), To: to, Lang: lang, Urgent: true, Useful: codeFor,
		})
	})
	return id, err
}

// writeCode writes the mail when it is sent: the code is made then, so that it lies nowhere
// but in the mail.
func (s *Service) writeCode(ctx context.Context, tx *record.Tx, m mail.Message) (mail.Message, error) {
	// A code lives for minutes, and the key was made when it was asked for.
	key, err := s.Participation.Key(ctx, codeKey)
	if err != nil {
		return m, err
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return m, fmt.Errorf("make code: %w", err)
	}
	code := fmt.Sprintf("%06d", n)
	gone, err := record.Once(tx.NewUpdate().Model((*codeRow)(nil)).Set("hash = ?", hashCode(key, core.ID(m.Ref), code)).
		Where("id = ? AND used IS NULL AND expires > ?", m.Ref, tx.Now).Exec(ctx))
	if err != nil {
		return m, err
	}
	if gone {
		return m, core.NotFound()
	}
	m.Subject, m.Text = s.Participation.Mail.Compose(m.Lang, codeMail, "Code", code[:3]+" "+code[3:], "Minutes", int(codeFor.Minutes()))
	return m, nil
}

// hashCode is what is kept of a code. Six figures are soon tried, so the hash is keyed.
func hashCode(key []byte, id core.ID, code string) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(string(id) + "|" + code))
	return hex.EncodeToString(h.Sum(nil))
}

// plainCode reads a code as people type it, in the figures of their script.
func plainCode(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r >= '٠' && r <= '٩':
			return '0' + r - '٠'
		case r >= '۰' && r <= '۹':
			return '0' + r - '۰'
		case r >= '０' && r <= '９':
			return '0' + r - '０'
		}
		return -1
	}, typed)
}

// CodeInput is the form in which a one-time code is typed.
type CodeInput struct {
	Do   string `form:"do" ui:"hidden"`
	ID   string `form:"id" ui:"hidden"`
	Code string `form:"code" required:"true" max:"20" autocomplete:"one-time-code"`
}

// UseCode shows that a link's holder sits at a device, by a code; the device is remembered
// until a day after the edition, and its token comes back for a cookie. A wrong code is
// core.Invalid, and so is one that has run out or was tried too often. It appends no event.
func (s *Service) UseCode(ctx context.Context, l *Link, in CodeInput, network, agent string) (device string, until core.Instant, err error) {
	wrong := func(key string) error {
		p := core.Problems{}
		p.Add("code", key)
		return p.Err()
	}
	if err := s.guesses.Allow(network); err != nil {
		return "", until, err
	}
	if err := core.Validate(in).Err(); err != nil {
		return "", until, err
	}
	key, err := s.Participation.Key(ctx, codeKey)
	if err != nil {
		return "", until, err
	}
	var failed error // a try counts although it was wrong, so it is no error of the act
	err = s.rec.Write(ctx, core.Visitor, func(ctx context.Context, tx *record.Tx) error {
		failed = nil
		var row codeRow
		err := tx.NewRaw(`UPDATE join_codes SET tries = tries + 1 WHERE id = ? AND subject = ? AND used IS NULL AND expires > ? AND tries < ?
			RETURNING id, subject, hash, tries`, in.ID, l.subject(), tx.Now, codeTries).Scan(ctx, &row)
		if err = record.Found(err); core.KindOf(err) == core.KindNotFound {
			failed = wrong("attendance.error.code_dead")
			return nil
		}
		if err != nil {
			return err
		}
		if row.Hash == "" || !hmac.Equal([]byte(row.Hash), []byte(hashCode(key, row.ID, plainCode(in.Code)))) {
			failed = wrong("attendance.error.code")
			if row.Tries >= codeTries {
				failed = wrong("attendance.error.code_dead")
			}
			return nil
		}
		if _, err := tx.NewUpdate().Model((*codeRow)(nil)).Set("used = ?", tx.Now).Where("id = ?", row.ID).Exec(ctx); err != nil {
			return fmt.Errorf("use code: %w", err)
		}
		device, until, err = s.rememberTx(ctx, tx, l, agent)
		return err
	})
	if err == nil {
		err = failed
	}
	return device, until, err
}

// rememberTx notes that a device is the holder's.
func (s *Service) rememberTx(ctx context.Context, tx *record.Tx, l *Link, agent string) (string, core.Instant, error) {
	if _, err := tx.NewDelete().Model((*deviceRow)(nil)).Where("expires < ?", tx.Now).Exec(ctx); err != nil {
		return "", core.Instant{}, fmt.Errorf("drop old devices: %w", err)
	}
	until := l.Set.End().Add(24 * time.Hour)
	if least := tx.Now.Add(24 * time.Hour); until.Before(least) {
		until = least
	}
	token, hash := authn.NewToken()
	row := deviceRow{ID: tx.NewID(), Hash: hash, Subject: l.subject(), Links: l.generation(), Agent: authn.Agent(agent), Created: tx.Now, Expires: until}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return "", until, fmt.Errorf("remember device: %w", err)
	}
	return token, until, nil
}
