package web

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
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
	x := l.of(key, now)
	if !x.AllowN(now, 1) {
		return &core.Error{Kind: core.KindLimited, Key: "error.limited", Args: []any{"Minutes", int(l.every/time.Minute) + 1}}
	}
	return nil
}

// Spend counts one act of the key like Allow, and tells how many are left, when all will
// be there again, and, where there is none, after what time there is one.
func (l *Limiter) Spend(key string) (left int, whole, wait time.Duration) {
	now := core.Machine()
	l.mu.Lock()
	defer l.mu.Unlock()
	x := l.of(key, now)
	if !x.AllowN(now, 1) {
		wait = time.Duration((1 - x.TokensAt(now)) * float64(l.every))
	}
	have := max(0, x.TokensAt(now))
	return int(have), time.Duration((float64(l.burst) - have) * float64(l.every)), wait
}

// of is what is known of a key. Its caller holds the lock.
func (l *Limiter) of(key string, now time.Time) *limited {
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
	return x
}

// RemoteAddr is the network address that a request comes from. Behind a proxy that is
// trusted (Config.Proxies) it is what the proxy says.
func RemoteAddr(r *http.Request) string {
	if st := stateOf(r); st.client != "" {
		return st.client
	}
	return clientOf(r, loopback)
}

// loopback are the proxies that are trusted unless others are named: those of this machine.
var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// ReadProxies reads a list of networks: 10.1.0.0/16, 192.0.2.7. Those of this machine are
// always in it.
func ReadProxies(list []string) ([]netip.Prefix, error) {
	out := slices.Clone(loopback)
	for _, text := range list {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		p, err := netip.ParsePrefix(text)
		if addr, aerr := netip.ParseAddr(text); aerr == nil {
			p, err = addr.Prefix(addr.BitLen())
		}
		if err != nil {
			return nil, fmt.Errorf("%q is no network: want one like 10.1.0.0/16 or 192.0.2.7", text)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// clientOf walks back from the connection over the proxies that are trusted, each of which
// has noted who asked it: the first address that is none of theirs is the client's.
func clientOf(r *http.Request, proxies []netip.Prefix) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	hops := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
	for i := len(hops) - 1; i >= 0 && trusted(host, proxies); i-- {
		hop := strings.TrimSpace(hops[i])
		if h, _, err := net.SplitHostPort(hop); err == nil {
			hop = h // some proxies note the port
		}
		addr, err := netip.ParseAddr(strings.Trim(hop, "[]"))
		if err != nil {
			break // what no trusted proxy has written
		}
		host = addr.Unmap().String()
	}
	return host
}

func trusted(host string, proxies []netip.Prefix) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(addr.Unmap().WithZone("")) })
}
