package web

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"plenary/internal/core"
)

// Rates are how many calls of the JSON API are answered in a minute; 0: any number.
type Rates struct {
	Account int // of one token, or of one account in a browser
	Address int // of one network address, where nobody is signed in
}

type rates struct{ account, address *Limiter }

func newRates(r Rates) *rates {
	make1 := func(n int) *Limiter {
		if n <= 0 {
			return nil
		}
		return NewLimiter(time.Minute/time.Duration(n), n)
	}
	return &rates{account: make1(r.Account), address: make1(r.Address)}
}

// count counts a call, says in its answer how many are left, and returns an error where
// there are none.
func (x *rates) count(w http.ResponseWriter, r *http.Request, a core.Actor) error {
	l, key := x.address, "address "+RemoteAddr(r)
	switch {
	case a.Token != "":
		l, key = x.account, "token "+string(a.Token)
	case a.SignedIn():
		l, key = x.account, "account "+string(a.Account)
	}
	if l == nil {
		return nil
	}
	left, whole, wait := l.Spend(key)
	h := w.Header()
	h.Set("RateLimit-Limit", strconv.Itoa(l.burst))
	h.Set("RateLimit-Remaining", strconv.Itoa(left))
	h.Set("RateLimit-Reset", strconv.Itoa(seconds(whole)))
	if wait == 0 {
		return nil
	}
	h.Set("Retry-After", strconv.Itoa(seconds(wait)))
	return &core.Error{Kind: core.KindLimited, Key: "api.limited", Args: []any{"Count", seconds(wait)}}
}

func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }
