package web

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"plenary/internal/core"
)

// Limiter allows so many acts per key and time: sign-in links per address, guesses
// per network. What was not used for an hour is forgotten.
type Limiter struct {
	every time.Duration
	burst int

	mu    sync.Mutex
	keys  map[string]*limited
	sweep time.Time
}

type limited struct {
	*rate.Limiter
	last time.Time
}

// NewLimiter allows burst acts at once and one more each time that every has passed.
func NewLimiter(every time.Duration, burst int) *Limiter {
	return &Limiter{every: every, burst: burst, keys: map[string]*limited{}}
}

// Allow counts one act of the key. Its error tells the person to wait.
func (l *Limiter) Allow(key string) error {
	now := core.Machine()
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.sweep) > time.Hour {
		for k, v := range l.keys {
			if now.Sub(v.last) > time.Hour {
				delete(l.keys, k)
			}
		}
		l.sweep = now
	}
	x, ok := l.keys[key]
	if !ok {
		x = &limited{Limiter: rate.NewLimiter(rate.Every(l.every), l.burst)}
		l.keys[key] = x
	}
	x.last = now
	if !x.AllowN(now, 1) {
		return &core.Error{Kind: core.KindLimited, Key: "error.limited", Args: []any{"Minutes", int(l.every/time.Minute) + 1}}
	}
	return nil
}

// RemoteAddr is the network address that a request comes from. Behind a proxy on this
// machine it is what the proxy says.
func RemoteAddr(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() {
		if f := r.Header.Get("X-Forwarded-For"); f != "" {
			parts := strings.Split(f, ",")
			return strings.TrimSpace(parts[len(parts)-1])
		}
	}
	return host
}
