package participation

import (
	"math/rand/v2"
	"strings"
	"testing"

	"plenary/internal/core"
)

// Codes are read as people type them, and no two letters share one.
func TestLetterCodes(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	ids, key := core.SeededIDs(&core.Clock{}, "letters"), []byte("a key of thirty-two bytes for it")
	seen := map[string]bool{}
	for range 2000 {
		code := letterCode(key, ids.New())
		if seen[code] || len(code) != 29 || letterCode([]byte("another"), "x") == code {
			t.Fatalf("code %q", code)
		}
		seen[code] = true
		plain := strings.ReplaceAll(code, "-", "")
		typed := strings.Map(func(r rune) rune {
			switch {
			case r == 'O' && chance.IntN(2) == 0:
				return '0'
			case r == 'I' && chance.IntN(2) == 0:
				return '1'
			case chance.IntN(2) == 0:
				return []rune(strings.ToLower(string(r)))[0]
			}
			return r
		}, strings.Join([]string{code[:7], code[7:]}, " "))
		if plainCode(typed, letterSigns) != plain || plainCode(typed+"A", letterSigns) != "" {
			t.Fatalf("%q is read as %q", typed, plainCode(typed, letterSigns))
		}
	}
}

// How many are not listed is told in fives, and never so that one more person shows.
func TestRoundedMore(t *testing.T) {
	for n := range 500 {
		got := roundedMore(n)
		if got%fewest != 0 || got > n || n-got >= fewest || n < fewest && got != 0 {
			t.Errorf("%d are told as %d", n, got)
		}
	}
}
