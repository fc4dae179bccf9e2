package core

import (
	crand "crypto/rand"
	"io"
	"math/rand/v2"
	"sync"

	"github.com/google/uuid"
)

// ID names one thing for ever: a UUIDv7 as text. The empty ID names nothing.
type ID string

// Valid tells whether the ID has the form of a UUID. An address typed by hand
// that is not valid names nothing; no query needs to be asked.
func (id ID) Valid() bool {
	_, err := uuid.Parse(string(id))
	return err == nil && len(id) == 36
}

// IDs makes ids from the clock and a source of chance.
type IDs struct {
	mu    sync.Mutex
	clock *Clock
	rand  io.Reader
}

// NewIDs makes ids that cannot be guessed.
func NewIDs(clock *Clock) *IDs { return &IDs{clock: clock, rand: crand.Reader} }

// SeededIDs makes the same ids in each run: for the demo and for tests.
func SeededIDs(clock *Clock, seed string) *IDs {
	var key [32]byte
	copy(key[:], seed)
	return &IDs{clock: clock, rand: rand.NewChaCha8(key)}
}

// New returns a fresh id.
func (g *IDs) New() ID {
	var b [16]byte
	g.mu.Lock()
	defer g.mu.Unlock()
	// Neither source of chance fails: crypto/rand aborts the program, ChaCha8 cannot.
	_, _ = io.ReadFull(g.rand, b[:])
	ms := g.clock.Now().UnixMilli()
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	return ID(uuid.UUID(b).String())
}
