package exchange_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
	"plenary/test/site"
)

const base = "https://forum.example"

// slug is the demo's invented edition.
const slug = "2026-sample"

// stage is a forum in the program as it runs; the header X-As names one of its actors.
type stage struct {
	*app.App
	t      *testing.T
	h      http.Handler
	actors map[string]core.Actor
}

var staff = core.Actor{Account: "account-staff", Name: "Staff", Grants: []core.Grant{{Role: core.RoleSecretariat, Scope: core.ScopeForum}}}

func onStage(t *testing.T, a *app.App) *stage {
	t.Helper()
	t.Cleanup(a.Close)
	s := &stage{App: a, t: t, actors: map[string]core.Actor{"staff": staff, "member": {Account: "account-member", Person: "person-member", Name: "Somebody"}}}
	a.Server.Identify = func(_ http.ResponseWriter, r *http.Request) core.Actor { return s.actors[r.Header.Get("X-As")] }
	s.h = a.Server.Handler()
	return s
}

// demoOn is a forum with the small demo.
func demoOn(t *testing.T, address string) *stage {
	t.Helper()
	s := onStage(t, site.Open(t, app.Config{Data: t.TempDir(), Database: address, BaseURL: base, Log: slog.New(slog.DiscardHandler)}))
	s.exec("DELETE FROM timetables") // what these tests add is public at once
	return s
}

// emptyOn is a forum that is set up and has nothing in it.
func emptyOn(t *testing.T, address string) *stage {
	t.Helper()
	clock := &core.Clock{}
	clock.Freeze(time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC))
	a, err := app.Open(t.Context(), app.Config{Data: t.TempDir(), Database: address, BaseURL: "https://other.example", Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	s := onStage(t, a)
	s.write(func(ctx context.Context, tx *record.Tx) error {
		return a.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("fr", "Un autre forum"), Short: "UAF", Contact: "forum@example.org"})
	})
	return s
}

func (s *stage) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) write(fn func(ctx context.Context, tx *record.Tx) error) {
	s.t.Helper()
	s.ok(s.Record.Write(s.t.Context(), core.Operator, fn))
}

// exec changes rows behind the rooms' backs, to make what they would not.
func (s *stage) exec(query string, args ...any) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		set, serr := s.Editions.SettingBySlugTx(ctx, tx, slug)
		if serr != nil {
			return serr
		}
		tx.Append("session.changed", "somebody", set.Scope(), record.Internal, nil) // pages look again
		return err
	})
}

// get fetches an address as one of the actors.
func (s *stage) get(as, path string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, path, nil)
	r.Header.Set("X-As", as)
	if as != "" {
		r.Header.Set("Cookie", "session="+as)
	}
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, r)
	return w
}

func (s *stage) must(as, path string) []byte {
	s.t.Helper()
	w := s.get(as, path)
	if w.Code != http.StatusOK {
		s.t.Fatalf("%s as %q: %d\n%.2000s", path, as, w.Code, w.Body)
	}
	return w.Body.Bytes()
}

// pack is the package of the sample.
func (s *stage) pack(all bool) []byte {
	s.t.Helper()
	var b bytes.Buffer
	s.ok(s.Exchange.WritePackage(s.t.Context(), staff, slug, all, &b))
	return b.Bytes()
}
