package authn

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"plenary/internal/core"
)

// Provider is where else people sign in, by OpenID Connect.
type Provider struct {
	Key        string   `toml:"key"`  // stands in addresses; must not change
	Name       string   `toml:"name"` // as people call it
	Issuer     string   `toml:"issuer"`
	ClientID   string   `toml:"client_id"`
	Secret     string   `toml:"client_secret"`
	SecretFile string   `toml:"client_secret_file"` // where the secret stands, instead
	Scopes     []string `toml:"scopes"`             // openid, email and profile unless said
	// ResponseMode is "query" (unless said) or "form_post".
	ResponseMode string `toml:"response_mode"`
}

var providerKey = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

// ReadProviders reads providers from files of TOML, each with one or more [[provider]].
func ReadProviders(files []string) ([]Provider, error) {
	var out []Provider
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read providers: %w", err)
		}
		list, err := ParseProviders(string(text))
		if err != nil {
			return nil, fmt.Errorf("providers of %s: %w", name, err)
		}
		out = append(out, list...)
	}
	for i, p := range out {
		if slices.ContainsFunc(out[:i], func(o Provider) bool { return o.Key == p.Key }) {
			return nil, fmt.Errorf("two providers have the key %q", p.Key)
		}
	}
	return out, nil
}

// ParseProviders reads providers from TOML. An error says what the operator has to change.
func ParseProviders(text string) ([]Provider, error) {
	var file struct {
		Provider []Provider `toml:"provider"`
	}
	meta, err := toml.Decode(text, &file)
	if err != nil {
		return nil, fmt.Errorf("no TOML: %w", err)
	}
	if more := meta.Undecoded(); len(more) > 0 {
		return nil, fmt.Errorf("%q means nothing here", more[0].String())
	}
	if len(file.Provider) == 0 {
		return nil, errors.New("there is no [[provider]]")
	}
	for i := range file.Provider {
		if err := file.Provider[i].complete(); err != nil {
			return nil, fmt.Errorf("provider %d (%s): %w", i+1, file.Provider[i].Key, err)
		}
	}
	return file.Provider, nil
}

func (p *Provider) complete() error {
	u, err := url.Parse(p.Issuer)
	switch {
	case !providerKey.MatchString(p.Key):
		return errors.New("key: small letters, digits and hyphens, at most 40")
	case p.Name == "":
		return errors.New("name is missing")
	case p.ClientID == "":
		return errors.New("client_id is missing")
	case err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "":
		return errors.New("issuer: an address like https://id.example.org")
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		return errors.New("issuer: it must begin with https, unless it is on this machine")
	case p.ResponseMode != "" && p.ResponseMode != "query" && p.ResponseMode != "form_post":
		return errors.New("response_mode: query or form_post")
	case p.Secret != "" && p.SecretFile != "":
		return errors.New("client_secret or client_secret_file, not both")
	}
	if p.SecretFile != "" {
		text, err := os.ReadFile(p.SecretFile)
		if err != nil {
			return fmt.Errorf("client_secret_file: %w", err)
		}
		p.Secret = strings.TrimSpace(string(text))
	}
	if len(p.Scopes) == 0 {
		p.Scopes = []string{"email", "profile"}
	}
	if !slices.Contains(p.Scopes, oidc.ScopeOpenID) {
		p.Scopes = append([]string{oidc.ScopeOpenID}, p.Scopes...)
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// remote is a provider with what it says of itself, which is asked when it is first needed:
// the forum starts also while a provider is away.
type remote struct {
	Provider
	redirect string
	client   *http.Client

	mu    sync.Mutex
	known *oidc.Provider
}

func newRemotes(list []Provider, baseURL string) []*remote {
	out := make([]*remote, 0, len(list))
	for _, p := range list {
		out = append(out, &remote{Provider: p, redirect: baseURL + "/sign-in/oidc/" + p.Key + "/return", client: &http.Client{Timeout: 15 * time.Second}})
	}
	return out
}

// Providers are where else people sign in here.
func (s *Service) Providers() []Provider {
	out := make([]Provider, 0, len(s.remotes))
	for _, r := range s.remotes {
		out = append(out, r.Provider)
	}
	return out
}

func (s *Service) remote(key string) (*remote, error) {
	for _, r := range s.remotes {
		if r.Key == key {
			return r, nil
		}
	}
	return nil, core.NotFound()
}

// discover asks a provider where it is reached and by which keys it signs.
func (r *remote) discover(ctx context.Context) (*oidc.Provider, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known != nil {
		return r.known, nil
	}
	p, err := oidc.NewProvider(oidc.ClientContext(ctx, r.client), r.Issuer)
	if err != nil {
		return nil, r.away(err)
	}
	r.known = p
	return p, nil
}

// away is what is told where a provider does not answer, or not as it should.
func (r *remote) away(err error) error {
	return &core.Error{Kind: core.KindUnavailable, Key: "security.oidc.away", Args: []any{"Name", r.Name}, Err: err}
}

func (r *remote) config(p *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: r.ClientID, ClientSecret: r.Secret, Endpoint: p.Endpoint(), RedirectURL: r.redirect, Scopes: r.Scopes}
}

// claims are what a provider says of somebody.
type claims struct {
	Subject  string
	Email    string
	Verified bool // the provider says that the address is hers
	Name     string
}

// truth reads true and "true": some providers write it as a text.
type truth bool

// UnmarshalJSON reads it.
func (t *truth) UnmarshalJSON(b []byte) error {
	*t = string(b) == "true" || string(b) == `"true"`
	return nil
}

// exchange gets what a provider says of who came back with a code.
func (r *remote) exchange(ctx context.Context, code, verifier, nonce string) (claims, error) {
	ctx = oidc.ClientContext(ctx, r.client)
	p, err := r.discover(ctx)
	if err != nil {
		return claims{}, err
	}
	refused := func(err error) error {
		return &core.Error{Kind: core.KindConflict, Key: "security.oidc.failed", Args: []any{"Name", r.Name}, Err: err}
	}
	conf := r.config(p)
	token, err := conf.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return claims{}, refused(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.VerifierContext(ctx, &oidc.Config{ClientID: r.ClientID, Now: core.Machine}).Verify(ctx, raw)
	if err != nil {
		return claims{}, refused(err)
	}
	if id.Nonce != nonce || id.Subject == "" {
		return claims{}, refused(errors.New("another nonce, or nobody"))
	}
	type said struct {
		Email    string `json:"email"`
		Verified truth  `json:"email_verified"`
		Name     string `json:"name"`
	}
	var about said
	if err := id.Claims(&about); err != nil {
		return claims{}, refused(err)
	}
	if about.Email == "" && p.UserInfoEndpoint() != "" {
		info, err := p.UserInfo(ctx, conf.TokenSource(ctx, token))
		if err != nil {
			return claims{}, refused(err)
		}
		if info.Subject != id.Subject {
			return claims{}, refused(errors.New("it tells of somebody else"))
		}
		if err := info.Claims(&about); err != nil {
			return claims{}, refused(err)
		}
	}
	return claims{Subject: id.Subject, Email: about.Email, Verified: bool(about.Verified), Name: about.Name}, nil
}
