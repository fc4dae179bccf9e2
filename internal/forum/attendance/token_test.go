package attendance

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/uuid"

	"plenary/internal/core"
)

var key = []byte("0123456789abcdef0123456789abcdef")

func made(kind byte, who, session core.ID, against string) token {
	return token{kind, who, session, sign(key, kind, who, session, against)}
}

// What was made comes back, and holds for what it was made for alone.
func TestTokens(t *testing.T) {
	ids := make([]core.ID, 4)
	for i := range ids {
		ids[i] = core.ID(uuid.NewString())
	}
	a := made(personal, ids[0], ids[1], against(1))
	got, ok := parseToken(a.String())
	if !ok || got != a || !got.holds(key, against(1)) || len(a.String()) != 64 {
		t.Fatalf("%+v, %v", got, ok)
	}
	hub := made(ofHub, ids[0], ids[1], string(ids[2]))
	if got, ok = parseToken(hub.String()); !ok || got != hub || !got.holds(key, string(ids[2])) || len(hub.String()) != 65 {
		t.Fatalf("%+v, %v", got, ok)
	}
	swapped, raised, other, changed := a, a, a, a
	swapped.kind, other.session, changed.who = ofHub, ids[3], ids[3]
	for name, bad := range map[string]bool{
		"another kind": swapped.holds(key, against(1)), "another generation": raised.holds(key, against(2)), "another session": other.holds(key, against(1)),
		"another person": changed.holds(key, against(1)), "another key": a.holds(key[1:], against(1)), "another moderator": hub.holds(key, string(ids[3])),
	} {
		if bad {
			t.Errorf("%s: it holds", name)
		}
	}
}

func FuzzToken(f *testing.F) {
	f.Add(made(personal, core.ID(uuid.NewString()), core.ID(uuid.NewString()), against(1)).String())
	f.Add("h" + strings.Repeat("A", 64))
	f.Add(strings.Repeat("=", 64))
	f.Add(base64.URLEncoding.EncodeToString(make([]byte, 50)))
	f.Fuzz(func(t *testing.T, s string) {
		tok, ok := parseToken(s)
		if !ok {
			return
		}
		// One way of writing each: a link that was changed in any letter is another.
		if tok.String() != s || !tok.who.Valid() || !tok.session.Valid() {
			t.Fatalf("%q is %+v, which is %q", s, tok, tok.String())
		}
		if tok.holds(key[8:], against(1)) {
			t.Fatalf("%q holds", s)
		}
	})
}

func FuzzCode(f *testing.F) {
	for _, s := range []string{"123 456", "١٢٣٤٥٦", "۱۲۳-۴۵۶", "１２３４５６", "", "x\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := plainCode(s)
		if strings.Trim(got, "0123456789") != "" || len(got) > len(s) || plainCode(got) != got {
			t.Fatalf("%q is %q", s, got)
		}
	})
}
