// Package idp runs a real OpenID provider for tests.
package idp

import (
	"log/slog"
	"net"
	"net/http/httptest"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"

	"plenary/internal/platform/authn"
)

// Start runs a real OpenID provider on this machine, on which the forum at base may send
// people to sign in: as "test-user2" with the password "verysecure", whose verified address
// is test-user2@zitadel.ch. Its site is another than the forum's: 127.0.0.1, not localhost.
// The forum knows it twice: "plain" answers by an address, "form" by a form.
func Start(t testing.TB, base string) []authn.Provider {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	srv := httptest.NewUnstartedServer(nil)
	issuer := "http://" + srv.Listener.Addr().String() + "/"
	if host, _, err := net.SplitHostPort(srv.Listener.Addr().String()); err != nil || host != "127.0.0.1" {
		t.Fatalf("the provider is at %s: %v", issuer, err)
	}
	var out []authn.Provider
	clients := map[string]*storage.Client{}
	for _, p := range []authn.Provider{{Key: "plain", Name: "Plain ID", ResponseMode: "query"}, {Key: "form", Name: "Form ID", ResponseMode: "form_post"}} {
		p.Issuer, p.ClientID, p.Secret, p.Scopes = issuer, "forum-"+p.Key, "secret", []string{"openid", "email", "profile"}
		clients[p.ClientID] = storage.WebClient(p.ClientID, p.Secret, base+"/sign-in/oidc/"+p.Key+"/return")
		out = append(out, p)
	}
	srv.Config.Handler = exampleop.SetupServer(issuer, storage.NewStorageWithClients(storage.NewUserStore(issuer), clients), log, false, op.WithAllowInsecure())
	srv.Start()
	t.Cleanup(srv.Close)
	return out
}
