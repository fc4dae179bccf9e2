package captions

import (
	"strconv"
	"strings"
	"time"
)

// clockTime reads [h:]mm:ss[.fraction], the fraction with full stop or comma. exact
// tells whether it is written as WebVTT wants it: minutes and seconds of two digits, a
// fraction of three.
func clockTime(s string) (d time.Duration, exact, ok bool) {
	whole, frac, has := s, "", false
	if i := strings.IndexAny(s, ".,"); i >= 0 {
		whole, frac, has = s[:i], s[i+1:], true
	}
	parts := strings.Split(whole, ":")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, false, false
	}
	exact = len(frac) == 3
	var sec int64
	for i, p := range parts {
		n, digits := number(p)
		if !digits || len(p) > 4 || i > 0 && (n > 59 || len(p) > 2) || len(parts) == 2 && i == 0 && n > 599 {
			return 0, false, false
		}
		exact = exact && len(p) >= 2
		sec = sec*60 + n
	}
	d = time.Duration(sec) * time.Second
	if has {
		n, digits := number((frac + "000")[:3])
		if !digits || frac == "" || len(frac) > 9 {
			return 0, false, false
		}
		if _, digits := number(frac); !digits {
			return 0, false, false
		}
		d += time.Duration(n) * time.Millisecond
	}
	return d, exact, true
}

func number(s string) (int64, bool) {
	if s == "" || len(s) > 15 || strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' }) {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// span is a line with an arrow: from when until when, and what follows it.
type span struct {
	start, end time.Duration
	settings   string
	exact      bool
	bad        string // the time that cannot be read
}

// arrow reads "00:01:39.000 --> 00:01:41.040 align:left". ok is false where the line is
// not of that shape at all.
func arrow(line string) (span, bool) {
	left, right, found := strings.Cut(line, "-->")
	if !found {
		return span{}, false
	}
	l, r := strings.Fields(left), strings.Fields(right)
	if len(l) != 1 || len(r) == 0 {
		return span{}, false
	}
	var sp span
	var ok bool
	var e1, e2 bool
	if sp.start, e1, ok = clockTime(l[0]); !ok {
		sp.bad = l[0]
	}
	if sp.end, e2, ok = clockTime(r[0]); !ok && sp.bad == "" {
		sp.bad = r[0]
	}
	sp.exact = e1 && e2
	sp.settings = strings.Join(r[1:], " ")
	return sp, sp.bad == ""
}
