package support

import (
	"errors"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
)

// Money is an amount in whole minor units of a currency: cents. It is never a fraction.
type Money int64

// mostMoney is more than any forum has, and leaves room for sums.
const mostMoney = Money(1_000_000_000_000)

// Currencies that a programme may be reckoned in.
var Currencies = []string{"USD", "EUR", "CHF", "GBP", "JPY", "CNY", "INR", "BRL", "ZAR", "KES", "SAR", "AED", "NOK", "SEK", "DKK", "CAD", "AUD", "KRW", "XOF", "XAF", "KWD", "TND"}

// decimals of a currency after ISO 4217.
func decimals(currency string) int {
	switch currency {
	case "JPY", "KRW", "XOF", "XAF":
		return 0
	case "KWD", "TND":
		return 3
	}
	return 2
}

func unit(currency string) Money {
	u := Money(1)
	for range decimals(currency) {
		u *= 10
	}
	return u
}

var errMoney = errors.New("not an amount")

// ParseMoney reads an amount as people write it, without its currency: "1250",
// "1 250.50", "1,250.50", "1.250,50". A sign, more decimals than the currency has, and
// groups that are none are refused. Three digits after the last mark are a group, but for
// a point where the currency has three decimals.
func ParseMoney(s, currency string) (Money, error) {
	d := decimals(currency)
	s = strings.TrimSpace(s)
	whole, part, point := s, "", rune(0)
	if i := strings.LastIndexAny(s, ".,"); i >= 0 {
		if after := s[i+1:]; len(after) != 3 || d == 3 && s[i] == '.' {
			whole, part, point = s[:i], after, rune(s[i])
			if part == "" || len(part) > d {
				return 0, errMoney
			}
		}
	}
	var digits strings.Builder
	mark, run, groups := rune(0), 0, 0
	for _, r := range whole {
		switch {
		case '0' <= r && r <= '9':
			digits.WriteRune(r)
			run++
		case !strings.ContainsRune(".,' \u00a0\u202f", r) || r == point || mark != 0 && r != mark || run == 0 || run > 3 || groups > 0 && run != 3:
			return 0, errMoney
		default:
			mark, run = r, 0
			groups++
		}
	}
	if run == 0 || groups > 0 && run != 3 || strings.ContainsFunc(part, func(r rune) bool { return r < '0' || r > '9' }) {
		return 0, errMoney
	}
	n, err := strconv.ParseInt(digits.String()+part+strings.Repeat("0", d-len(part)), 10, 64)
	if err != nil || Money(n) > mostMoney {
		return 0, errMoney
	}
	return Money(n), nil
}

// Plain writes an amount for programs and forms: "1250.50".
func (m Money) Plain(currency string) string {
	sign := ""
	n := int64(m)
	if n < 0 {
		sign, n = "-", -n
	}
	d := decimals(currency)
	s := strconv.FormatInt(n, 10)
	if d == 0 {
		return sign + s
	}
	if len(s) <= d {
		s = strings.Repeat("0", d+1-len(s)) + s
	}
	return sign + s[:len(s)-d] + "." + s[len(s)-d:]
}

// Words writes an amount for people, with its currency: "USD 1 250.50".
func (m Money) Words(lang, currency string) string {
	sign := ""
	n := m
	if n < 0 {
		sign, n = "−", -n
	}
	out := currency + "\u00a0" + sign + i18n.Number(lang, int(n/unit(currency)))
	if rest := n % unit(currency); rest != 0 {
		_, part, _ := strings.Cut(rest.Plain(currency), ".")
		mark := "."
		switch lang {
		case "fr", "es", "ru":
			mark = ","
		}
		out += mark + part
	}
	return out
}

// amount reads a field of money; a problem stands at its path.
func amount(p *core.Problems, path, s, currency string, required bool) Money {
	if strings.TrimSpace(s) == "" {
		if required {
			p.Add(path, "form.required")
		}
		return 0
	}
	m, err := ParseMoney(s, currency)
	if err != nil {
		p.Add(path, "support.error.amount", "Amount", s)
	} else if required && m == 0 {
		p.Add(path, "form.required")
	}
	return m
}
