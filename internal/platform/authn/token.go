package authn

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// NewToken makes a secret of 256 bits, for a link in a mail, and what is stored of it.
func NewToken() (token, hash string) {
	var b [32]byte
	_, _ = rand.Read(b[:]) // it never fails
	token = base64.RawURLEncoding.EncodeToString(b[:])
	return token, HashOf(token)
}

// HashOf is what is stored of a token. A token has too many bits to be guessed, so a
// plain hash is enough.
func HashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
