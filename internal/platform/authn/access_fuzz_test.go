package authn

import "testing"

func FuzzToken(f *testing.F) {
	good, _ := newAccessToken()
	for _, s := range []string{good, "plen_", "plen_" + good, "", "plen_aaaa", good + "a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, token string) {
		if wellMade(token) && len(token) != len(good) {
			t.Fatalf("%q passes for a token", token)
		}
	})
}
