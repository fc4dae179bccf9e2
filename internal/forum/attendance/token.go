package attendance

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"

	"github.com/google/uuid"

	"plenary/internal/core"
)

// Kinds of links. The byte is part of what is signed, so that a link of one kind is never
// one of another.
const (
	personal = 'p'
	ofHub    = 'h'
)

const (
	idBytes    = 16
	macBytes   = 16
	tokenBytes = 2*idBytes + macBytes
)

// token is a join link taken apart: who, which session, and the proof that we made it. The
// proof covers what revokes it: the generation of a registration, or the moderator of a hub.
type token struct {
	kind         byte
	who, session core.ID
	mac          [macBytes]byte
}

func rawID(id core.ID) (b [idBytes]byte, ok bool) {
	u, err := uuid.Parse(string(id))
	return u, err == nil
}

// sign makes the proof of a link.
func sign(key []byte, kind byte, who, session core.ID, against string) (mac [macBytes]byte) {
	w, _ := rawID(who)
	s, _ := rawID(session)
	h := hmac.New(sha256.New, key)
	h.Write([]byte{kind})
	h.Write(w[:])
	h.Write(s[:])
	h.Write([]byte(against))
	copy(mac[:], h.Sum(nil))
	return mac
}

// against is what the link of a registration holds against: raised, all before are dead.
func against(generation int) string {
	return string(binary.BigEndian.AppendUint64(nil, uint64(generation)))
}

// String is the link's last part. A hub's has one letter in front, so that the two never
// have the same length.
func (t token) String() string {
	var b [tokenBytes]byte
	w, _ := rawID(t.who)
	s, _ := rawID(t.session)
	copy(b[:], w[:])
	copy(b[idBytes:], s[:])
	copy(b[2*idBytes:], t.mac[:])
	out := base64.RawURLEncoding.EncodeToString(b[:])
	if t.kind == ofHub {
		out = string(ofHub) + out
	}
	return out
}

// parseToken takes a link apart; ok says that it has the form of one, not that it holds.
func parseToken(s string) (t token, ok bool) {
	t.kind = personal
	if len(s) == base64.RawURLEncoding.EncodedLen(tokenBytes)+1 && s[0] == ofHub {
		t.kind, s = ofHub, s[1:]
	}
	if len(s) != base64.RawURLEncoding.EncodedLen(tokenBytes) {
		return token{}, false
	}
	var b [tokenBytes]byte
	if n, err := base64.RawURLEncoding.Strict().Decode(b[:], []byte(s)); err != nil || n != tokenBytes {
		return token{}, false
	}
	t.who = core.ID(uuid.UUID(b[:idBytes]).String())
	t.session = core.ID(uuid.UUID(b[idBytes : 2*idBytes]).String())
	copy(t.mac[:], b[2*idBytes:])
	return t, true
}

// holds tells, in constant time, whether the proof is ours.
func (t token) holds(key []byte, against string) bool {
	want := sign(key, t.kind, t.who, t.session, against)
	return hmac.Equal(want[:], t.mac[:])
}
