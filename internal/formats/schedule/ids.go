package schedule

import (
	"crypto/sha256"
	"encoding/binary"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

var (
	hexColor    = regexp.MustCompile(`^#[0-9a-f]{6}$`)
	slugBoth    = regexp.MustCompile(`^[a-z0-9_]{4,}-[a-z0-9_-]{3,}[a-z0-9]$`) // what the XSD and the JSON schema ask
	trackSlug   = regexp.MustCompile(`^[a-z][a-z0-9-]*[a-z0-9]$`)
	acronymXML  = regexp.MustCompile(`^[a-z0-9_-]{4,}$`)
	acronymJSON = regexp.MustCompile(`^[a-z0-9_-][a-z0-9_]{3,}(-2[0-9]{3}-[a-z]+)?$`)
	codeXML     = regexp.MustCompile(`^[0-9A-Z]{6}$`)
	codeJSON    = regexp.MustCompile(`^[A-Z0-9]+$`)
	zoneJSON    = regexp.MustCompile(`^([A-Z][a-z]+/[A-Z][a-z]+)|UTC$`)
	twoLetters  = regexp.MustCompile(`^[a-z]{2}$`)
)

// slugify makes words of small Latin letters and digits, with mark between them.
func slugify(s, mark string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if gap && b.Len() > 0 {
				b.WriteString(mark)
			}
			gap = false
			b.WriteRune(r)
		case r == 'ß':
			b.WriteString("ss")
		case r >= 0x300 && r <= 0x36f, r == '\'', r == '’':
		default:
			gap = true
		}
		if b.Len() >= 60 {
			break
		}
	}
	return b.String()
}

// numberOf makes the same number from 1 to 2³¹-1 of the same words each time.
func numberOf(words string) int {
	sum := sha256.Sum256([]byte(words))
	return max(1, int(binary.BigEndian.Uint32(sum[:4])&0x7fffffff))
}

// numbers gives each key a positive number: its own id where that is one, else one made
// of the key. Of two that want the same the one that has it as its id gets it, then
// the first by order of keys.
func numbers(ids map[string]string) map[string]int {
	keys := make([]string, 0, len(ids))
	for k := range ids {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	out, taken := make(map[string]int, len(ids)), make(map[int]bool, len(ids))
	for _, k := range keys {
		if n := positive(ids[k]); n > 0 && !taken[n] {
			out[k], taken[n] = n, true
		}
	}
	for _, k := range keys {
		if out[k] > 0 {
			continue
		}
		n := numberOf(k)
		for taken[n] {
			n = max(1, (n+1)&0x7fffffff)
		}
		out[k], taken[n] = n, true
	}
	return out
}

// positive is the number that an id is, or 0.
func positive(id string) int {
	n, err := strconv.ParseInt(id, 10, 32)
	if err != nil || n < 1 || strconv.FormatInt(n, 10) != id {
		return 0
	}
	return int(n)
}

// uniquely gives each key its own word: the one it wants where no key before it has
// it; else what other makes of the key.
func uniquely(keys []string, wants map[string]string, other func(key string, n int) string) map[string]string {
	out, taken := make(map[string]string, len(keys)), map[string]bool{}
	for _, k := range keys {
		if w := wants[k]; w != "" && !taken[w] {
			out[k], taken[w] = w, true
		}
	}
	for _, k := range keys {
		if out[k] != "" {
			continue
		}
		for n := 1; ; n++ {
			if w := other(k, n); !taken[w] {
				out[k], taken[w] = w, true
				break
			}
		}
	}
	return out
}

// uriOf escapes what may not stand in an address. It returns "" for what is none.
func uriOf(s string) string {
	s = cleanLine(s)
	var b strings.Builder
	hash := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-._~:/?@!$&'()*+,;=", c) >= 0:
			b.WriteByte(c)
		case c == '#' && !hash:
			hash = true
			b.WriteByte(c)
		case c == '%' && i+2 < len(s) && hexDigit(s[i+1]) && hexDigit(s[i+2]):
			b.WriteByte(c)
		default:
			b.WriteString("%" + strings.ToUpper(strconv.FormatInt(int64(c)|0x100, 16)[1:]))
		}
	}
	s = b.String()
	if _, err := url.Parse(s); err != nil {
		return ""
	}
	return s
}

func hexDigit(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

// absolute is an address with its scheme, or "".
func absolute(s string) string {
	s = uriOf(s)
	if u, err := url.Parse(s); err != nil || !u.IsAbs() || u.Host == "" && u.Opaque == "" {
		return ""
	}
	return s
}

// webURL is an address of the web, or "".
func webURL(s string) string {
	s = absolute(s)
	for _, scheme := range []string{"http://", "https://"} {
		if len(s) > len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			return scheme + s[len(scheme):]
		}
	}
	return ""
}
