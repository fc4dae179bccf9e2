package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// How long an answer is kept for its key, and how long a call may have been going on before
// its process counts as gone.
const (
	keepKeys = 24 * time.Hour
	keyGone  = time.Minute
	longKey  = 200
	longKept = 1 << 20 // bytes of an answer
)

type keyRow struct {
	bun.BaseModel `bun:"table:api_keys,alias:ak"`

	ID      string       `bun:"id,pk"`
	Account core.ID      `bun:"account"`
	Sent    string       `bun:"sent"`
	Begun   core.Instant `bun:"begun"`
	Status  int64        `bun:"status"`
	Headers string       `bun:"headers"`
	Body    string       `bun:"body"`
}

// apiKeys answers a call that names a key once: sent again with the same key, it gets the
// same answer and nothing is done twice.
type apiKeys struct{ s *Server }

// keptHeaders are those of an answer that are kept with it.
var keptHeaders = []string{"Content-Type", "Location", "Content-Disposition"}

func (k apiKeys) serve(w *buffer, r *http.Request, a core.Actor, next http.Handler) {
	row, err := k.begin(r, a)
	if err != nil {
		k.s.refuse(w, r, err)
		return
	}
	if row.Status != 0 {
		var head map[string]string
		if json.Unmarshal([]byte(row.Headers), &head) == nil {
			for name, v := range head {
				w.Header().Set(name, v)
			}
		}
		w.Header().Set("Idempotency-Replayed", "true")
		w.WriteHeader(int(row.Status))
		_, _ = w.Write([]byte(row.Body)) // into memory
		return
	}
	next.ServeHTTP(w, r)
	// Also for a caller who has gone: she will ask again.
	if err := k.end(context.WithoutCancel(r.Context()), a, row, w); err != nil {
		k.s.Log.Error("keep an answer for its key", "request", stateOf(r).id, "error", err)
	}
}

// begin notes that a call with a key has begun, or finds the answer that it got before.
func (k apiKeys) begin(r *http.Request, a core.Actor) (*keyRow, error) {
	key := r.Header.Get("Idempotency-Key")
	switch t, _, _ := k.s.match(r); {
	case !a.SignedIn():
		return nil, core.SignIn()
	case len(key) > longKey:
		return nil, core.Invalid("api.key.long", "Count", longKey)
	case stateOf(r).long || t != nil && t.Secret:
		return nil, core.Invalid("api.key.not_here")
	}
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	sent := sha256.New()
	for _, part := range []string{r.Method, r.URL.RequestURI(), r.Header.Get("Content-Type"), r.Header.Get("If-Match"), string(body)} {
		_, _ = fmt.Fprintf(sent, "%d:%s", len(part), part) // a hash takes all
	}
	id := sha256.Sum256([]byte(string(a.Account) + "\n" + key))
	now := core.At(core.Machine())
	row := &keyRow{ID: hex.EncodeToString(id[:]), Account: a.Account, Sent: hex.EncodeToString(sent.Sum(nil)), Begun: now}
	var kept []keyRow
	err = k.s.Record.Write(r.Context(), a, func(ctx context.Context, tx *record.Tx) error {
		kept = nil // an act that is tried again begins anew
		if _, err := tx.NewDelete().Model((*keyRow)(nil)).Where("begun < ?", now.Add(-keepKeys)).Exec(ctx); err != nil {
			return fmt.Errorf("forget old keys: %w", err)
		}
		if err := tx.NewSelect().Model(&kept).Where("id = ?", row.ID).Scan(ctx); err != nil {
			return fmt.Errorf("look for a key: %w", err)
		}
		if len(kept) > 0 {
			old := kept[0]
			switch {
			case old.Sent != row.Sent:
				return core.Invalid("api.key.other")
			case old.Status != 0:
				return nil
			case now.Sub(old.Begun) < keyGone:
				return core.Conflict("api.key.running")
			}
		}
		if _, err := tx.NewInsert().Model(row).On("CONFLICT (id) DO UPDATE").Set("begun = EXCLUDED.begun").Exec(ctx); err != nil {
			return fmt.Errorf("keep a key: %w", err)
		}
		kept = nil
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(kept) > 0 {
		return &kept[0], nil
	}
	return row, nil
}

// end keeps the answer for its key. What may go better the next time is forgotten: faults of
// the server, calls too many, calls without a right that can be given.
func (k apiKeys) end(ctx context.Context, a core.Actor, row *keyRow, w *buffer) error {
	head := map[string]string{}
	for _, name := range keptHeaders {
		if v := w.Header().Get(name); v != "" {
			head[name] = v
		}
	}
	headers, err := json.Marshal(head)
	if err != nil {
		return err
	}
	again := w.status >= http.StatusInternalServerError || w.status == http.StatusTooManyRequests ||
		w.status == http.StatusUnauthorized || w.status == http.StatusForbidden || w.body.Len() > longKept
	return k.s.Record.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if again {
			_, err := tx.NewDelete().Model((*keyRow)(nil)).Where("id = ? AND begun = ?", row.ID, row.Begun).Exec(ctx)
			return err
		}
		_, err := tx.NewUpdate().Model((*keyRow)(nil)).Set("status = ?, headers = ?, body = ?", w.status, string(headers), w.body.String()).
			Where("id = ? AND begun = ?", row.ID, row.Begun).Exec(ctx)
		return err
	})
}
