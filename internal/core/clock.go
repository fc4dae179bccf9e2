package core

import (
	"sync"
	"time"
)

// Clock is the one clock that the program asks. It runs with the machine's clock,
// moved by an offset that a demo or a test may set. The zero value shows real time.
// It is safe for concurrent use.
type Clock struct {
	mu     sync.RWMutex
	offset time.Duration
	frozen time.Time
	moved  []func()
}

// Now returns the present instant in UTC, in microseconds: what is stored can be
// compared with what was asked.
func (c *Clock) Now() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if !c.frozen.IsZero() {
		return c.frozen
	}
	return time.Now().Add(c.offset).UTC().Truncate(time.Microsecond)
}

// Instant returns Now as an Instant.
func (c *Clock) Instant() Instant { return At(c.Now()) }

// Set moves the clock to t; it runs on from there.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	c.offset, c.frozen = time.Until(t), time.Time{}
	moved := c.moved
	c.mu.Unlock()
	for _, fn := range moved {
		fn()
	}
}

// Freeze stops the clock at t. Tests and the building of the demo use it.
func (c *Clock) Freeze(t time.Time) {
	c.mu.Lock()
	c.frozen = t.UTC().Truncate(time.Microsecond)
	moved := c.moved
	c.mu.Unlock()
	for _, fn := range moved {
		fn()
	}
}

// OnMove calls fn whenever the clock is set or frozen, so that a cache that waits
// for a boundary in time can look again.
func (c *Clock) OnMove(fn func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved = append(c.moved, fn)
}

// Offset says how far the clock stands from the machine's own.
func (c *Clock) Offset() time.Duration {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if !c.frozen.IsZero() {
		return time.Until(c.frozen)
	}
	return c.offset
}

// Machine returns the machine's own time. It is for what concerns machines, not
// forums: leases, time-outs, logs.
func Machine() time.Time { return time.Now() }

// MachineSince measures from an instant of Machine.
func MachineSince(t time.Time) time.Duration { return time.Since(t) }
