package conform

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/hooks"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/test/site"
)

// heard are the messages that another program was sent.
type heard struct {
	mu     sync.Mutex
	bodies []string
}

func (l *heard) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.bodies)
}

// listen adds a webhook that wants everything.
func listen(t *testing.T, s *site.Site) *heard {
	t.Helper()
	l := &heard{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.bodies = append(l.bodies, string(b))
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(srv.Close)
	if _, err := s.Hooks.Add(t.Context(), core.Operator, hooks.Input{Name: "All", URL: srv.URL}); err != nil {
		t.Fatal(err)
	}
	return l
}

// happens says two things of a session that everybody sees: one to all, one among the staff.
func happens(ctx context.Context, tx *record.Tx) error {
	var x struct{ ID, Edition core.ID }
	if err := tx.NewRaw("SELECT id, edition FROM sessions WHERE state = 'scheduled' ORDER BY id LIMIT 1").Scan(ctx, &x); err != nil {
		return fmt.Errorf("find a session: %w", err)
	}
	scope := string(x.Edition)
	tx.Append("session.changed", x.ID, scope, record.Internal, record.Data{"label": core.NewText("en", "zqinside"), "note": "zqinside"})
	tx.Append("session.changed", x.ID, scope, record.Public, record.Data{"changes": []string{"title"}})
	return nil
}

// unsigned are the changes that somebody who is not signed in may make.
var unsigned = []string{"report-conduct"}

var denied = []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound}

// Whoever may not make a change may not make it by any door: with a token on one server, as
// with a browser on the other.
func refusedAlike(t *testing.T, a, b *site.Site) {
	admin := as(t, a, "admin", authn.ScopeWrite, authn.ScopeStaff)
	type door struct {
		role    string
		token   caller
		browser *site.Reader
	}
	doors := []door{{"", nobody(t, a), b.Visitor(t)}}
	for _, role := range []string{"participant", "organiser", "reviewer"} {
		doors = append(doors, door{role, as(t, a, role, authn.ScopeWrite, authn.ScopeStaff), b.AsAccount(t, account(t, a, role).ID)})
	}
	n, let := 0, map[string][]string{}
	for _, o := range operations(t, a) {
		if o.method == http.MethodGet || strings.HasPrefix(o.id, "look-at-") || strings.Contains(o.id, "webhook") || ofToken(o.at) || rank(o) == 2 {
			continue
		}
		page := strings.TrimPrefix(o.at, "/api/v1")
		body := valid(t, a, admin, o)
		for _, d := range doors {
			by := d.token.send(o.method, o.at, body, "application/json")
			if by.status < http.StatusBadRequest {
				let[d.role] = append(let[d.role], o.id)
			}
			if o.method != http.MethodPost {
				continue
			}
			p := d.browser.Post(page, values(t, body))
			at := p.URL.Path
			away := at != page // the answer led there; only to the page of signing in if it was refused
			refused := strings.HasSuffix(at, "/sign-in") || !away && slices.Contains(denied, p.Status)
			if n++; slices.Contains(denied, by.status) && !refused && p.Status < http.StatusBadRequest || by.status < http.StatusBadRequest && refused {
				t.Errorf("%s as %q: %d by a token, %d in a browser (%s): %.300s", o.id, d.role, by.status, p.Status, at, by.body)
			}
		}
	}
	if len(let["participant"]) < 10 || len(let["organiser"]) < 10 {
		t.Errorf("only %d changes of a participant and %d of an organiser were made: the test asks for nothing real", len(let["participant"]), len(let["organiser"]))
	}
	if slices.Sort(let[""]); !slices.Equal(let[""], unsigned) {
		t.Errorf("who is not signed in may %q", let[""])
	}
	t.Logf("%d changes tried in a browser; made by a token: %d of a participant, %d of an organiser, %d of a reviewer", n, len(let["participant"]), len(let["organiser"]), len(let["reviewer"]))
}

// values is a body as a browser sends it, without its rows.
func values(t *testing.T, body []byte) url.Values {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal(body, &fields); err != nil {
		t.Fatal(err)
	}
	out := url.Values{}
	for name, v := range fields {
		switch v := v.(type) {
		case []any, map[string]any, nil:
		default:
			out.Set(name, fmt.Sprint(v))
		}
	}
	return out
}
