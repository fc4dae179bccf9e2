package health_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/health"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// The staff sees how the program stands, on the page and as JSON; nobody else does.
func TestHealth(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := site.Demo(t, address)
		ask := func() health.Health {
			t.Helper()
			h, err := s.Health.Health(t.Context(), core.Operator)
			if err != nil {
				t.Fatal(err)
			}
			return h
		}
		var h health.Health
		for began := time.Now(); len(h.Processes) == 0 || len(h.Record.Followers) == 0; h = ask() {
			if time.Since(began) > 20*time.Second {
				t.Fatalf("no process or follower tells of itself: %+v", h)
			}
			time.Sleep(20 * time.Millisecond)
		}
		if len(h.Processes) != 1 || h.Processes[0].Version == "" || h.Record.Last == 0 || h.Database.Schema < 48 || h.Database.Bytes == 0 || h.Files.Files < 0 || h.DiskFree < 0 {
			t.Errorf("%+v", h)
		}
		err := s.Record.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO outbox (id, message_id, kind, to_addr, to_name, lang, subject, text, html, state, attempts, last_error, queued, next_try, created)
				VALUES ('m1', 'm1', 'x', 'a@example.org', '', 'en', 's', 't', '', 'queued', 0, '', 1, 9000000000000000, 1), ('m2', 'm2', 'x', 'a@example.org', '', 'en', 's', 't', '', 'failed', 1, '', ?, 1, 1)`, core.At(time.Now()))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		h = ask()
		if h.Well || !slices.Contains(h.Ailments, health.MailLate) || !slices.Contains(h.Ailments, health.MailFailed) {
			t.Errorf("well %v: %v", h.Well, h.Ailments)
		}
		p := s.As(t, "secretariat").Get("/admin/health")
		if p.Status != http.StatusOK || p.Find(".notice.warning li").Length() != len(h.Ailments) {
			t.Errorf("%d: %s", p.Status, p.Find("main").Text())
		}
		var got health.Health
		p = s.As(t, "admin").Get("/api/v1/admin/health")
		if err := json.Unmarshal([]byte(p.Body), &got); err != nil || got.Well || got.Database.Kind != h.Database.Kind {
			t.Errorf("%v: %s", err, p.Body)
		}
		for _, who := range []*site.Reader{s.Visitor(t), s.As(t, "participant")} {
			for _, path := range []string{"/admin/health", "/api/v1/admin/health"} {
				if p := who.Get(path); p.Status != http.StatusNotFound && p.Status != http.StatusForbidden || strings.Contains(p.Body, "SQLite") {
					t.Errorf("%s: %d", path, p.Status)
				}
			}
		}
	})
}
