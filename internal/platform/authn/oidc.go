package authn

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/uptrace/bun"
	"golang.org/x/oauth2"

	"plenary/internal/core"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// Kinds of states of a sign-in elsewhere, and the cookie that holds their token.
const (
	oidcState     = "oidc"
	identityState = "identity"
	flowCookie    = "elsewhere"
)

type identityRow struct {
	bun.BaseModel `bun:"table:account_identities,alias:ai"`

	ID       core.ID      `bun:"id,pk"`
	Account  core.ID      `bun:"account"`
	Provider string       `bun:"provider"`
	Issuer   string       `bun:"issuer"`
	Subject  string       `bun:"subject"`
	Email    string       `bun:"email"` // as the provider says
	Created  core.Instant `bun:"created"`
	Used     core.Instant `bun:"used"`
}

// Identity is whom an account is known as elsewhere.
type Identity struct {
	ID            core.ID
	Provider      string // as people call it
	Email         string
	Created, Used core.Instant
}

// Pending is somebody who has signed in elsewhere and is not known here yet.
type Pending struct {
	Key     string `json:"key"`
	Issuer  string `json:"issuer"`
	Subject string `json:"subject"`
	Email   string `json:"email"` // empty unless the provider says that it is hers
	Name    string `json:"name"`
	Next    string `json:"next"`

	Provider string `json:"-"` // as people call it
}

// elsewhere is what is remembered while somebody signs in elsewhere.
type elsewhere struct {
	Provider string `json:"provider"`
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
	Next     string `json:"next"`
}

// BeginElsewhere begins to sign the browser that waits for w in by a provider, and returns
// the address there to which it goes on. It appends no event.
func (s *Service) BeginElsewhere(ctx context.Context, w http.ResponseWriter, key, next, network string) (address string, err error) {
	r, err := s.remote(key)
	if err != nil {
		return "", err
	}
	if err := s.perNetwork.Allow(network); err != nil {
		return "", err
	}
	p, err := r.discover(ctx)
	if err != nil {
		return "", err
	}
	data := elsewhere{Provider: key, Verifier: oauth2.GenerateVerifier(), Next: safeNext(next)}
	data.State, _ = NewToken()
	data.Nonce, _ = NewToken()
	token, err := s.putState(ctx, oidcState, data)
	if err != nil {
		return "", err
	}
	s.setFlow(w, token, int(stateFor.Seconds()))
	opts := []oauth2.AuthCodeOption{oidc.Nonce(data.Nonce), oauth2.S256ChallengeOption(data.Verifier)}
	if r.ResponseMode == "form_post" {
		opts = append(opts, oauth2.SetAuthURLParam("response_mode", "form_post"))
	}
	return r.config(p).AuthCodeURL(data.State, opts...), nil
}

// setFlow keeps the token of a sign-in elsewhere in the browser that began it.
func (s *Service) setFlow(w http.ResponseWriter, token string, maxAge int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure unless the forum is served without TLS, as on one's own machine
		Name: flowCookie, Value: token, Path: "/", MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.secure(),
	})
}

func flowOf(r *http.Request) string {
	ck, err := r.Cookie(flowCookie)
	if err != nil {
		return ""
	}
	return ck.Value
}

// Answer is what a provider sends back with the browser.
type Answer struct {
	Code, State, Issuer, Error string
}

// EndElsewhere signs the browser of a request in as whom a provider says it is. Who is not
// known here yet is not signed in: pending says that the reader has to show which account is
// hers (see Connect). An account is never found by what a provider says of an address.
// What does not hold is core.Conflict; so is a sign-in of somebody whose identity elsewhere
// is that of another account.
func (s *Service) EndElsewhere(w http.ResponseWriter, r *http.Request, key string, in Answer) (next string, pending bool, err error) {
	ctx, token := r.Context(), flowOf(r)
	p, err := s.remote(key)
	if err != nil {
		return "", false, err
	}
	refused := func(why string) error {
		return &core.Error{Kind: core.KindConflict, Key: "security.oidc.failed", Args: []any{"Name", p.Name}, Err: errors.New(why)}
	}
	var state elsewhere
	if err := s.readState(ctx, oidcState, token, &state); err != nil {
		if core.KindOf(err) == core.KindNotFound {
			err = core.Conflict("security.oidc.late", "Name", p.Name)
		}
		return "", false, err
	}
	switch {
	case state.Provider != key || subtle.ConstantTimeCompare([]byte(state.State), []byte(in.State)) != 1:
		return state.Next, false, refused("another state")
	case in.Issuer != "" && in.Issuer != p.Issuer:
		return state.Next, false, refused("another issuer")
	case in.Error != "":
		return state.Next, false, &core.Error{Kind: core.KindConflict, Key: "security.oidc.denied", Args: []any{"Name", p.Name}, Err: errors.New(in.Error)}
	}
	who, err := p.exchange(ctx, in.Code, state.Verifier, state.Nonce)
	if err != nil {
		return state.Next, false, err
	}
	var session, more string
	err = s.rec.Write(ctx, core.Visitor, func(ctx context.Context, tx *record.Tx) error {
		if err := s.endStateTx(ctx, tx, oidcState, token); err != nil {
			return refused("twice")
		}
		session, err = s.knownTx(ctx, tx, r, p, who)
		if core.KindOf(err) == core.KindNotFound && err != nil {
			more, err = s.pendTx(ctx, tx, p, who, state.Next)
		}
		return err
	})
	if err != nil {
		return state.Next, false, err
	}
	if more != "" {
		s.setFlow(w, more, int(stateFor.Seconds()))
		return state.Next, true, nil
	}
	s.setFlow(w, "", -1)
	s.setCookie(w, session)
	return state.Next, false, nil
}

// knownTx starts a session of whom a provider names, if she is known; else core.NotFound.
func (s *Service) knownTx(ctx context.Context, tx *record.Tx, r *http.Request, p *remote, who claims) (token string, err error) {
	var row identityRow
	if err := record.Found(tx.NewSelect().Model(&row).Where("issuer = ? AND subject = ?", p.Issuer, who.Subject).Scan(ctx)); err != nil {
		return "", err
	}
	a, err := loadAccount(ctx, tx, "a.id = ?", row.Account)
	if err != nil {
		return "", err
	}
	if here := core.ActorOf(r.Context()); here.SignedIn() && here.Account != a.ID {
		return "", core.Conflict("security.oidc.other", "Name", p.Name)
	}
	if _, err := tx.NewUpdate().Model((*identityRow)(nil)).Set("used = ?", tx.Now).Where("id = ?", row.ID).Exec(ctx); err != nil {
		return "", fmt.Errorf("note that an identity was used: %w", err)
	}
	return s.startTx(ctx, tx, a, browserOf(r))
}

func (s *Service) pendTx(ctx context.Context, tx *record.Tx, p *remote, who claims, next string) (token string, err error) {
	data := Pending{Key: p.Key, Issuer: p.Issuer, Subject: who.Subject, Name: cleanName(who.Name), Next: next}
	if addr, _, err := mail.Address(who.Email); err == nil && who.Verified {
		data.Email = addr
	}
	text, err := json.Marshal(data)
	if err != nil {
		return "", fmt.Errorf("remember who came: %w", err)
	}
	token, hash := NewToken()
	row := stateRow{Hash: hash, Kind: identityState, Expires: core.At(s.now()).Add(stateFor), Data: string(text)}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return "", fmt.Errorf("remember who came: %w", err)
	}
	return token, nil
}

// Pending is who has signed in elsewhere in the browser of a request and is not known here
// yet; core.NotFound if nobody has.
func (s *Service) Pending(r *http.Request) (Pending, error) {
	var p Pending
	if err := s.readState(r.Context(), identityState, flowOf(r), &p); err != nil {
		return p, err
	}
	where, err := s.remote(p.Key)
	if err != nil {
		return p, err
	}
	p.Provider = where.Name
	return p, nil
}

// Connect makes the identity elsewhere with which the reader came (see Pending) one of the
// actor's account: from then on she signs in by it. It appends account.identity_added and
// tells the addresses of the account. It needs a fresh proof: whoever says that an account
// is hers has shown it.
func (s *Service) Connect(w http.ResponseWriter, r *http.Request, a core.Actor) (Pending, error) {
	if err := s.fresh(a); err != nil {
		return Pending{}, err
	}
	p, err := s.Pending(r)
	if err != nil {
		return p, err
	}
	err = s.rec.Write(r.Context(), a, func(ctx context.Context, tx *record.Tx) error {
		if err := s.endStateTx(ctx, tx, identityState, flowOf(r)); err != nil {
			return err
		}
		acc, err := loadAccount(ctx, tx, "a.id = ?", a.Account)
		if err != nil {
			return err
		}
		known, err := tx.NewSelect().Model((*identityRow)(nil)).Where("issuer = ? AND subject = ?", p.Issuer, p.Subject).Exists(ctx)
		if err != nil {
			return fmt.Errorf("look for identity: %w", err)
		}
		if known {
			return core.Conflict("security.oidc.other", "Name", p.Provider)
		}
		row := identityRow{
			ID: tx.NewID(), Account: a.Account, Provider: p.Key, Issuer: p.Issuer, Subject: p.Subject, Email: p.Email, Created: tx.Now, Used: tx.Now,
		}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return fmt.Errorf("add identity: %w", err)
		}
		tx.AppendPersonal("account.identity_added", acc.ID, core.ScopeForum, record.Internal, record.Data{"label": acc.Name, "provider": p.Key},
			record.Data{"subject": p.Subject, "email": p.Email})
		return s.tellTx(ctx, tx, acc, "identity_added", "Name", p.Provider)
	})
	if err == nil {
		s.setFlow(w, "", -1)
	}
	return p, err
}

// Identities lists whom the actor's account is known as elsewhere.
func (s *Service) Identities(ctx context.Context, a core.Actor) ([]Identity, error) {
	if err := mayOwn(a, "secure"); err != nil {
		return nil, err
	}
	var rows []identityRow
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("account = ?", a.Account).OrderExpr("created, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load identities: %w", err)
	}
	out := make([]Identity, 0, len(rows))
	for _, r := range rows {
		out = append(out, Identity{ID: r.ID, Provider: s.providerName(r.Provider), Email: r.Email, Created: r.Created, Used: r.Used})
	}
	return out, nil
}

// providerName is how people call a provider; one that is no longer configured is called by
// its key.
func (s *Service) providerName(key string) string {
	if r, err := s.remote(key); err == nil {
		return r.Name
	}
	return key
}

// Disconnect takes an identity elsewhere away from the actor's account. It appends
// account.identity_removed and tells the addresses of the account. It needs a fresh proof.
func (s *Service) Disconnect(ctx context.Context, a core.Actor, id core.ID) error {
	if err := s.fresh(a); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		acc, err := loadAccount(ctx, tx, "a.id = ?", a.Account)
		if err != nil {
			return err
		}
		var row identityRow
		if err := tx.NewRaw("DELETE FROM account_identities WHERE id = ? AND account = ? RETURNING provider, subject", id, a.Account).Scan(ctx, &row); err != nil {
			return fmt.Errorf("remove identity: %w", record.Found(err))
		}
		tx.AppendPersonal("account.identity_removed", acc.ID, core.ScopeForum, record.Internal, record.Data{"label": acc.Name, "provider": row.Provider},
			record.Data{"subject": row.Subject})
		return s.tellTx(ctx, tx, acc, "identity_removed", "Name", s.providerName(row.Provider))
	})
}
