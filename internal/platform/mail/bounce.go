package mail

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/mailin"
	"plenary/internal/platform/record"
)

const (
	// So long after it was queued a mail that comes back still counts.
	bouncesFor = 45 * 24 * time.Hour
	// An address at which so many mails were not taken within that time is not tried any more.
	softMost, softWithin = 5, 30 * 24 * time.Hour
	longestBounceName    = 14 // the name, a plus sign and a token are 64 characters at most
)

// UseKey says what tokens and links are derived from: bytes of this installation.
func (s *Service) UseKey(key func(context.Context) ([]byte, error)) { s.key = key }

func (s *Service) mac(ctx context.Context, what string) (string, error) {
	if s.key == nil {
		return "", errors.New("mail: there is no key to derive tokens from")
	}
	key, err := s.key(ctx)
	if err != nil {
		return "", err
	}
	h := hmac.New(sha256.New, key)
	h.Write([]byte(what))
	return hex.EncodeToString(h.Sum(nil)), nil
}

// readBounces checks the address to which mails come back.
func readBounces(address string) (name, domain string, err error) {
	if address == "" {
		return "", "", nil
	}
	addr, _, err := Address(address)
	if err != nil {
		return "", "", fmt.Errorf("address for bounces %q: %w", address, err)
	}
	name, domain, _ = strings.Cut(envelope(addr), "@")
	if !regexp.MustCompile(`^[A-Za-z0-9._-]+$`).MatchString(name) || len(name) > longestBounceName {
		return "", "", fmt.Errorf("address for bounces %q: want a short name of letters and digits before the @, like bounce@%s", address, domain)
	}
	return strings.ToLower(name), strings.ToLower(domain), nil
}

// Bounces is the address to which mails come back, in its parts; empty where none is set.
func (s *Service) Bounces() (name, domain string) { return s.bounceName, s.bounceDomain }

// returnPath is the sender of the envelope: an address of its own for each mail, so that what
// comes back says which it was, and nobody else can say it.
func (s *Service) returnPath(ctx context.Context, r row) (string, error) {
	if s.bounceName == "" {
		return envelope(s.cfg.From), nil
	}
	token, err := s.token(ctx, r.MessageID)
	if err != nil {
		return "", err
	}
	return s.bounceName + "+" + token + "@" + s.bounceDomain, nil
}

const macLength = 16

func (s *Service) token(ctx context.Context, messageID string) (string, error) {
	sum, err := s.mac(ctx, "bounce:"+messageID)
	if err != nil {
		return "", err
	}
	return messageID + "-" + sum[:macLength], nil
}

// known gives the Message-ID of a token that was made here.
func (s *Service) known(ctx context.Context, token string) (messageID string, ok bool, err error) {
	token = strings.ToLower(token)
	messageID, _, ok = strings.Cut(token, "-")
	if !ok {
		return "", false, nil
	}
	want, err := s.token(ctx, messageID)
	if err != nil {
		return "", false, err
	}
	return messageID, hmac.Equal([]byte(want), []byte(token)), nil
}

var tokenWithin = regexp.MustCompile(`\+([0-9a-fA-F]{32}-[0-9a-fA-F]{16})@`)

// Bounced takes a message that came to the address for bounces. A report about one of our
// mails, known by the token in that address (or, for complaints that come to another one, in
// the copy of our mail), is noted, and may mark the mail's address as one at which nothing
// arrives. Anything else is taken and forgotten. Errors: NotFound where no mail of ours is
// named.
func (s *Service) Bounced(ctx context.Context, m mailin.Message, token string) error {
	id, ok, err := s.known(ctx, token)
	for _, x := range tokenWithin.FindAllSubmatch(m.Raw, 10) {
		if ok || err != nil {
			break
		}
		id, ok, err = s.known(ctx, string(x[1]))
	}
	if err != nil {
		return err
	}
	if !ok {
		return core.NotFound()
	}
	report, ok := mailin.ReadReport(m)
	if !ok {
		return nil
	}
	return s.rec.Write(ctx, sender, func(ctx context.Context, tx *record.Tx) error {
		var r row
		if err := record.Found(tx.NewSelect().Model(&r).Where("o.message_id = ?", id).Scan(ctx)); err != nil {
			return err
		}
		return s.cameBack(ctx, tx, r, report, m.MessageID)
	})
}

// cameBack notes a report once.
func (s *Service) cameBack(ctx context.Context, tx *record.Tx, r row, report mailin.Report, ref string) error {
	if r.Attempts == 0 || core.At(s.now().Add(-bouncesFor)).After(r.Queued) {
		return nil
	}
	twice, err := tx.NewSelect().Model((*MailTry)(nil)).Where("mt.mail = ? AND mt.ref = ?", r.ID, ref).Exists(ctx)
	if err != nil {
		return fmt.Errorf("look for a report: %w", err)
	}
	if twice {
		return nil
	}
	if err := s.tried(ctx, tx, MailTry{Mail: r.ID, What: report.Kind, Status: report.Status, Answer: report.Text, Ref: ref}); err != nil {
		return err
	}
	switch report.Kind {
	case mailin.ReportHard, mailin.ReportSoft, mailin.ReportExpired:
		if _, err := tx.NewUpdate().Model((*row)(nil)).Set("state = ?, last_error = ?", Bounced, cut(report.Text)).
			Where("id = ? AND state = ?", r.ID, Sent).Exec(ctx); err != nil {
			return fmt.Errorf("note that a mail came back: %w", err)
		}
	case mailin.ReportDelayed:
		return nil
	}
	return s.doubt(ctx, tx, r, report.Kind, report.Status)
}

// doubt marks an address where what came back says that nothing arrives there.
func (s *Service) doubt(ctx context.Context, tx *record.Tx, r row, kind, status string) error {
	email, key, err := Address(r.ToAddr)
	if err != nil {
		return nil //nolint:nilerr // it was erased meanwhile
	}
	if kind == mailin.ReportSoft || kind == mailin.ReportExpired {
		n, err := tx.NewSelect().Model((*MailTry)(nil)).Join("JOIN outbox AS o ON o.id = mt.mail").
			Where("mt.what IN (?, ?) AND mt.at >= ? AND LOWER(o.to_addr) = LOWER(?)", mailin.ReportSoft, mailin.ReportExpired, core.At(s.now().Add(-softWithin)), r.ToAddr).Count(ctx)
		if err != nil {
			return fmt.Errorf("count what came back: %w", err)
		}
		if n < softMost {
			return nil
		}
	}
	u := MailAddress{ID: tx.NewID(), Email: email, Key: key, Why: kind, Status: status, Mail: r.ID, Created: tx.Now}
	known, err := record.Once(tx.NewInsert().Model(&u).On("CONFLICT (email_key) DO NOTHING").Exec(ctx))
	if err != nil {
		return fmt.Errorf("mark an address: %w", err)
	}
	if !known {
		tx.AppendPersonal("mail_address.unreachable", u.ID, core.ScopeForum, record.Internal, record.Data{"why": kind, "status": status}, record.Data{"email": email})
	}
	return nil
}

// unreachable tells whether nothing arrives at an address.
func unreachable(ctx context.Context, tx *record.Tx, addr string) (bool, error) {
	_, key, err := Address(addr)
	if err != nil {
		return false, nil //nolint:nilerr // the mail server will say so
	}
	yes, err := tx.NewSelect().Model((*MailAddress)(nil)).Where("mu.email_key = ?", key).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("look whether mails arrive: %w", err)
	}
	return yes, nil
}
