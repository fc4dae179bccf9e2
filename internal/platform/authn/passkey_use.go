package authn

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// BeginSignIn begins to sign somebody in with a passkey, whoever she is: what the browser is
// asked for, and the token with which UsePasskey goes on.
func (s *Service) BeginSignIn(ctx context.Context, network string) (options []byte, token string, err error) {
	if s.keys == nil {
		return nil, "", core.NotFound()
	}
	if err := s.perNetwork.Allow(network); err != nil {
		return nil, "", err
	}
	assertion, session, err := s.keys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, "", fmt.Errorf("begin to sign in: %w", err)
	}
	if options, err = json.Marshal(assertion); err != nil {
		return nil, "", fmt.Errorf("begin to sign in: %w", err)
	}
	token, err = s.putState(ctx, useKeyState, session)
	return options, token, err
}

// PasskeyUse is what a browser sends that signs in with a passkey.
type PasskeyUse struct {
	Token      string `form:"token"`
	Credential string `form:"credential"`
	Next       string `form:"next"`
}

// UsePasskey signs the browser of a request in with a passkey. A passkey that is not known
// here, or that does not prove anything, is core.Conflict; so is one whose counter went back:
// there may be two of it, so nobody signs in with it any more, account.passkey_doubted is
// appended, and the addresses of the account are told.
func (s *Service) UsePasskey(w http.ResponseWriter, r *http.Request, in PasskeyUse) error {
	ctx := r.Context()
	row, credential, err := s.checkPasskey(ctx, in)
	if err != nil {
		return err
	}
	data, err := json.Marshal(credential)
	if err != nil {
		return fmt.Errorf("use passkey: %w", err)
	}
	doubted := credential.Authenticator.CloneWarning
	var token string
	err = s.rec.Write(ctx, core.Visitor, func(ctx context.Context, tx *record.Tx) error {
		if err := s.endStateTx(ctx, tx, useKeyState, in.Token); err != nil {
			return failedKey(err)
		}
		a, err := loadAccount(ctx, tx, "a.id = ?", row.Account)
		if err != nil {
			return err
		}
		if doubted {
			return s.doubtTx(ctx, tx, a, row)
		}
		// Somebody else may have been quicker with a copy, or its owner may have removed it.
		res, err := tx.NewUpdate().Model((*passkeyRow)(nil)).Set("used = ?, data = ?", tx.Now, string(data)).
			Where("id = ? AND account = ? AND data = ? AND doubted IS NULL", row.ID, row.Account, row.Data).Exec(ctx)
		if gone, err := record.Once(res, err); err != nil || gone {
			if err == nil {
				err = core.Conflict("security.passkey.failed")
			}
			return err
		}
		token, err = s.startTx(ctx, tx, a, browserOf(r))
		return err
	})
	if err != nil {
		return err
	}
	if doubted {
		return core.Conflict("security.passkey.doubted")
	}
	s.setCookie(w, token)
	return nil
}

// checkPasskey finds the passkey of an answer and checks what it has signed.
func (s *Service) checkPasskey(ctx context.Context, in PasskeyUse) (row passkeyRow, _ *webauthn.Credential, _ error) {
	if s.keys == nil || in.Credential == "" || len(in.Credential) > maxCredential {
		return row, nil, core.Conflict("security.passkey.failed")
	}
	var session webauthn.SessionData
	if err := s.readState(ctx, useKeyState, in.Token, &session); err != nil {
		return row, nil, failedKey(err)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(in.Credential))
	if err != nil {
		return row, nil, &core.Error{Kind: core.KindConflict, Key: "security.passkey.failed", Err: err}
	}
	err = record.Found(s.rec.DB.Read.NewSelect().Model(&row).Where("credential = ?", keyID(parsed.RawID)).Scan(ctx))
	switch {
	case core.KindOf(err) == core.KindNotFound && err != nil:
		return row, nil, core.Conflict("security.passkey.unknown")
	case err != nil:
		return row, nil, fmt.Errorf("load passkey: %w", err)
	case !row.Doubted.IsZero():
		return row, nil, core.Conflict("security.passkey.doubted")
	}
	known, err := row.credential()
	if err != nil {
		return row, nil, err
	}
	owner := keyOwner{handle: row.Handle, list: []webauthn.Credential{known}}
	_, credential, err := s.keys.ValidatePasskeyLogin(func(_, _ []byte) (webauthn.User, error) { return owner, nil }, session, parsed)
	if err != nil {
		return row, nil, &core.Error{Kind: core.KindConflict, Key: "security.passkey.failed", Err: err}
	}
	return row, credential, nil
}

func (s *Service) doubtTx(ctx context.Context, tx *record.Tx, a Account, row passkeyRow) error {
	if _, err := tx.NewUpdate().Model((*passkeyRow)(nil)).Set("doubted = ?", tx.Now).Where("id = ?", row.ID).Exec(ctx); err != nil {
		return fmt.Errorf("doubt passkey: %w", err)
	}
	tx.AppendPersonal("account.passkey_doubted", a.ID, core.ScopeForum, record.Internal, record.Data{"label": a.Name}, record.Data{"passkey": row.Name})
	return s.tellTx(ctx, tx, a, "passkey_doubted", "Name", row.Name)
}
