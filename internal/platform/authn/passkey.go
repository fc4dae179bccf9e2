package authn

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// Kinds of states of passkeys.
const (
	addKeyState = "passkey_add"
	useKeyState = "passkey_use"
)

// mostPasskeys are the most that an account has; maxCredential is the most that a browser
// sends of one.
const (
	mostPasskeys  = 20
	maxCredential = 32 << 10
)

type passkeyRow struct {
	bun.BaseModel `bun:"table:account_passkeys,alias:pk"`

	ID         core.ID      `bun:"id,pk"`
	Account    core.ID      `bun:"account"`
	Handle     string       `bun:"handle"`
	Credential string       `bun:"credential"`
	Name       string       `bun:"name"`
	Created    core.Instant `bun:"created"`
	Used       core.Instant `bun:"used"`
	Doubted    core.Instant `bun:"doubted"`
	Data       string       `bun:"data"` // webauthn.Credential
}

func (r passkeyRow) credential() (webauthn.Credential, error) {
	var c webauthn.Credential
	if err := json.Unmarshal([]byte(r.Data), &c); err != nil {
		return c, fmt.Errorf("read passkey: %w", err)
	}
	return c, nil
}

// Passkey is a passkey of an account, as its owner sees it.
type Passkey struct {
	ID             core.ID
	Name           string
	Created, Used  core.Instant
	Synced         bool // it is in more than one device
	Doubted        bool // it may be a copy, so nobody signs in with it
	credentialText string
}

// newKeys makes what checks passkeys: they hold for the host at which readers reach the forum,
// which must have a name. It is nil where there are none.
func newKeys(baseURL, site string) *webauthn.WebAuthn {
	u, err := url.Parse(baseURL)
	if err != nil || u.Hostname() == "" || net.ParseIP(u.Hostname()) != nil || u.Scheme != "https" && u.Hostname() != "localhost" {
		return nil
	}
	resident := true
	keys, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: site, RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: &resident, UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil
	}
	return keys
}

// Passkeys tells whether people can use passkeys here: not at an address that is a number, nor
// without TLS elsewhere than on one's own machine.
func (s *Service) Passkeys() bool { return s.keys != nil }

// keyOwner is an account as the library sees it.
type keyOwner struct {
	handle, name, display string
	list                  []webauthn.Credential
}

func (o keyOwner) WebAuthnID() []byte                         { return []byte(o.handle) }
func (o keyOwner) WebAuthnName() string                       { return o.name }
func (o keyOwner) WebAuthnDisplayName() string                { return o.display }
func (o keyOwner) WebAuthnCredentials() []webauthn.Credential { return o.list }

// OwnPasskeys lists the actor's passkeys, the oldest first.
func (s *Service) OwnPasskeys(ctx context.Context, a core.Actor) ([]Passkey, error) {
	if err := mayOwn(a, "secure"); err != nil {
		return nil, err
	}
	return passkeysOf(ctx, s.rec.DB.Read, a.Account)
}

func passkeysOf(ctx context.Context, idb bun.IDB, account core.ID) ([]Passkey, error) {
	var rows []passkeyRow
	if err := idb.NewSelect().Model(&rows).Where("account = ?", account).OrderExpr("created, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load passkeys: %w", err)
	}
	out := make([]Passkey, 0, len(rows))
	for _, r := range rows {
		c, err := r.credential()
		if err != nil {
			return nil, err
		}
		out = append(out, Passkey{
			ID: r.ID, Name: r.Name, Created: r.Created, Used: r.Used, Synced: c.Flags.BackupState, Doubted: !r.Doubted.IsZero(), credentialText: r.Data,
		})
	}
	return out, nil
}

// addKey is what is remembered while a passkey is being made.
type addKey struct {
	Account core.ID              `json:"account"`
	Session webauthn.SessionData `json:"session"`
}

// BeginPasskey begins to make a passkey for the actor: what the browser is asked for, and the
// token with which AddPasskey goes on. It needs a fresh proof.
func (s *Service) BeginPasskey(ctx context.Context, a core.Actor) (options []byte, token string, err error) {
	if err := s.fresh(a); err != nil {
		return nil, "", err
	}
	if s.keys == nil {
		return nil, "", core.NotFound()
	}
	acc, err := s.ByID(ctx, a.Account)
	if err != nil {
		return nil, "", err
	}
	have, err := passkeysOf(ctx, s.rec.DB.Read, a.Account)
	if err != nil {
		return nil, "", err
	}
	owner := keyOwner{handle: string(acc.ID), name: acc.Email, display: acc.Name}
	for _, k := range have {
		c, err := passkeyRow{Data: k.credentialText}.credential()
		if err != nil {
			return nil, "", err
		}
		owner.list = append(owner.list, c)
	}
	creation, session, err := s.keys.BeginRegistration(owner, webauthn.WithExclusions(webauthn.Credentials(owner.list).CredentialDescriptors()))
	if err != nil {
		return nil, "", fmt.Errorf("begin a passkey: %w", err)
	}
	if options, err = json.Marshal(creation); err != nil {
		return nil, "", fmt.Errorf("begin a passkey: %w", err)
	}
	token, err = s.putState(ctx, addKeyState, addKey{Account: a.Account, Session: *session})
	return options, token, err
}

// PasskeyInput is the form of a new passkey. Token and Credential come from the script.
type PasskeyInput struct {
	Name       string `form:"name" max:"80" required:"1"`
	Token      string `form:"token" ui:"-"`
	Credential string `form:"credential" ui:"-"`
}

// AddPasskey adds the passkey that a browser has made. It appends account.passkey_added and
// tells the addresses of the account. It needs a fresh proof.
func (s *Service) AddPasskey(ctx context.Context, a core.Actor, in PasskeyInput) error {
	if err := s.fresh(a); err != nil {
		return err
	}
	in.Name = cleanName(in.Name)
	if err := core.Validate(in).Err(); err != nil {
		return err
	}
	if s.keys == nil || in.Credential == "" || len(in.Credential) > maxCredential {
		return core.Conflict("security.passkey.failed")
	}
	var state addKey
	if err := s.readState(ctx, addKeyState, in.Token, &state); err != nil {
		return failedKey(err)
	}
	if state.Account != a.Account {
		return core.Conflict("security.passkey.failed")
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(in.Credential))
	if err != nil {
		return &core.Error{Kind: core.KindConflict, Key: "security.passkey.failed", Err: err}
	}
	credential, err := s.keys.CreateCredential(keyOwner{handle: string(a.Account)}, state.Session, parsed)
	if err != nil {
		return &core.Error{Kind: core.KindConflict, Key: "security.passkey.failed", Err: err}
	}
	data, err := json.Marshal(credential)
	if err != nil {
		return fmt.Errorf("add passkey: %w", err)
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if err := s.endStateTx(ctx, tx, addKeyState, in.Token); err != nil {
			return failedKey(err)
		}
		return s.addKeyTx(ctx, tx, passkeyRow{
			ID: tx.NewID(), Account: a.Account, Handle: string(a.Account), Credential: keyID(credential.ID), Name: in.Name, Created: tx.Now, Data: string(data),
		})
	})
}

func (s *Service) addKeyTx(ctx context.Context, tx *record.Tx, row passkeyRow) error {
	acc, err := loadAccount(ctx, tx, "a.id = ?", row.Account)
	if err != nil {
		return err
	}
	known, err := tx.NewSelect().Model((*passkeyRow)(nil)).Where("credential = ?", row.Credential).Exists(ctx)
	if err != nil {
		return fmt.Errorf("look for passkey: %w", err)
	}
	if known {
		return core.Conflict("security.passkey.known")
	}
	n, err := tx.NewSelect().Model((*passkeyRow)(nil)).Where("account = ?", row.Account).Count(ctx)
	if err != nil {
		return fmt.Errorf("count passkeys: %w", err)
	}
	if n >= mostPasskeys {
		return core.Conflict("security.passkey.many", "Count", mostPasskeys)
	}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("add passkey: %w", err)
	}
	tx.AppendPersonal("account.passkey_added", acc.ID, core.ScopeForum, record.Internal, record.Data{"label": acc.Name}, record.Data{"passkey": row.Name})
	return s.tellTx(ctx, tx, acc, "passkey_added", "Name", row.Name)
}

func keyID(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// failedKey is what is told where a passkey comes too late or twice.
func failedKey(err error) error {
	if core.KindOf(err) == core.KindNotFound {
		return core.Conflict("security.passkey.failed")
	}
	return err
}

// NamePasskey gives a passkey of the actor another name. It appends no event.
func (s *Service) NamePasskey(ctx context.Context, a core.Actor, id core.ID, name string) error {
	if err := mayOwn(a, "secure"); err != nil {
		return err
	}
	name = cleanName(name)
	if n := utf8.RuneCountInString(name); n == 0 || n > 80 {
		return core.Invalid("security.passkey.name_wrong", "Count", 80)
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		res, err := tx.NewUpdate().Model((*passkeyRow)(nil)).Set("name = ?", name).Where("id = ? AND account = ?", id, a.Account).Exec(ctx)
		if gone, err := record.Once(res, err); err != nil || gone {
			return gonePasskey(err)
		}
		return nil
	})
}

func gonePasskey(err error) error {
	if err != nil {
		return fmt.Errorf("change passkey: %w", err)
	}
	return core.NotFound()
}

// RemovePasskey takes a passkey of the actor away: nobody signs in with it any more. It
// appends account.passkey_removed and tells the addresses of the account. It needs a fresh
// proof.
func (s *Service) RemovePasskey(ctx context.Context, a core.Actor, id core.ID) error {
	if err := s.fresh(a); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		acc, err := loadAccount(ctx, tx, "a.id = ?", a.Account)
		if err != nil {
			return err
		}
		var row passkeyRow
		if err := tx.NewRaw("DELETE FROM account_passkeys WHERE id = ? AND account = ? RETURNING name", id, a.Account).Scan(ctx, &row); err != nil {
			return fmt.Errorf("remove passkey: %w", record.Found(err))
		}
		tx.AppendPersonal("account.passkey_removed", acc.ID, core.ScopeForum, record.Internal, record.Data{"label": acc.Name}, record.Data{"passkey": row.Name})
		return s.tellTx(ctx, tx, acc, "passkey_removed", "Name", row.Name)
	})
}
