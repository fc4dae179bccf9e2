package authn

import (
	"sync"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// identity is what a session's token stands for.
type identity struct {
	session       core.ID
	actor         core.Actor
	agent         string
	seen, expires core.Instant
	disabled      bool
}

const (
	rememberFor  = 3 * time.Second
	rememberMost = 20_000
)

// memory keeps identities for a few seconds, so that the requests of one page ask the
// database once. Whatever is revoked in this process is forgotten at once.
type memory struct {
	mu    sync.Mutex
	era   uint64 // moves with each forgetting
	known map[string]remembered
}

type remembered struct {
	identity
	until time.Time
}

// get returns what is known of a token's hash and the era in which it was asked.
func (m *memory) get(hash string, now time.Time) (id identity, era uint64, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.known[hash]
	return r.identity, m.era, ok && now.Before(r.until)
}

// put remembers an identity that was read in an era; what was read before a
// forgetting and comes after it is not kept.
func (m *memory) put(hash string, id identity, era uint64, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if era != m.era {
		return
	}
	if m.known == nil || len(m.known) >= rememberMost {
		m.known = map[string]remembered{}
	}
	m.known[hash] = remembered{id, now.Add(rememberFor)}
}

// forget drops everything: sessions end and roles change seldom.
func (m *memory) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.era++
	m.known = nil
}

// sessionsMoved is the signal by which all processes forget what they remember of sessions.
const sessionsMoved = "sessions"

// forgetTx makes what is remembered of all sessions be forgotten once the act is durable.
// Whatever ends sessions, or changes what an account is or may do, calls it and nothing
// else, so that no process goes on with what was true before.
func (s *Service) forgetTx(tx *record.Tx) {
	tx.Signal(sessionsMoved)
}
