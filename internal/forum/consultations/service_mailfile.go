package consultations

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/commentfile"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

// MailedFile tells whether a mail that waits for its sender's word brought a delegation's
// form, and gives its name.
func (s *Service) MailedFile(ctx context.Context, token string) (name string, ok bool, err error) {
	row, _, err := s.loadMailed(ctx, s.rec.DB.Read, token)
	return row.FileName, row.File != "", err
}

func (m mailed) bytes() ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(m.File)
	if err != nil {
		return nil, fmt.Errorf("read mailed file: %w", err)
	}
	return b, nil
}

// sender is the account of a mail's sender; without one, her name and nobody.
func (s *Service) sender(ctx context.Context, row mailed) (a core.Actor, known bool, err error) {
	acc, err := s.accounts.ByEmail(ctx, row.Email)
	switch {
	case core.KindOf(err) == core.KindNotFound && err != nil:
		name := row.Name
		if name == "" {
			name, _, _ = strings.Cut(row.Email, "@")
		}
		return core.Actor{Name: name}, false, nil
	case err != nil:
		return a, false, err
	case acc.Disabled:
		return a, true, core.Forbidden()
	}
	return acc.Actor(), true, nil
}

// ReadMailedFile shows what a form that came by mail holds, to whoever has the link of
// the mail that asks for a word. Errors are those of ReadBatch.
func (s *Service) ReadMailedFile(ctx context.Context, token string) (commentfile.File, []CommentInput, error) {
	row, c, err := s.loadMailed(ctx, s.rec.DB.Read, token)
	if err != nil {
		return commentfile.File{}, nil, err
	}
	data, err := row.bytes()
	if err != nil {
		return commentfile.File{}, nil, err
	}
	a, _, err := s.sender(ctx, row)
	if err != nil {
		return commentfile.File{}, nil, err
	}
	return s.ReadBatch(ctx, a, c.Ref, row.FileName, data, MailEach)
}

// ConfirmFile takes all comments of a form that came by mail, or none. Whoever holds the
// link may: she has shown that the address is hers. Where it has no account yet, it gets
// one. Event: comment.made for each. Errors are those of SubmitBatch.
func (s *Service) ConfirmFile(ctx context.Context, token string) (Consultation, []Comment, error) {
	row, c, err := s.loadMailed(ctx, s.rec.DB.Read, token)
	if err != nil {
		return c, nil, err
	}
	a, known, err := s.sender(ctx, row)
	if err != nil {
		return c, nil, err
	}
	f, _, err := s.ReadMailedFile(ctx, token)
	if err != nil {
		return c, nil, err
	}
	var out []Comment
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if _, _, err := s.loadMailed(ctx, tx, token); err != nil {
			return err
		}
		c, err := loadRef(ctx, tx, c.Ref)
		if err != nil {
			return err
		}
		if !known {
			name := f.Name
			if name == "" {
				name = a.Name
			}
			acc, err := s.accounts.CreateTx(ctx, tx, authn.NewAccount{Email: row.Email, Name: name, Lang: row.Lang})
			if err != nil {
				return err
			}
			tx.Actor = acc.Actor()
		}
		if out, err = s.batchTx(ctx, tx, &c, f, MailEach); err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model(&row).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("use link: %w", err)
		}
		return recount(ctx, tx, &c)
	})
	if bad, ok := errors.AsType[*BatchError](err); ok {
		return c, nil, bad
	}
	return c, out, err
}
