package mail

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"strings"
)

// MakeKey makes a key to sign mails with and writes it into a new file that nobody else may
// read. kind is "rsa" or "ed25519".
func MakeKey(file, kind string) error {
	var key crypto.Signer
	var err error
	if kind == "ed25519" {
		_, key, err = ed25519.GenerateKey(rand.Reader)
	} else {
		key, err = rsa.GenerateKey(rand.Reader, leastRSA)
	}
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	if err = pem.Encode(f, &pem.Block{Type: "PRIVATE KEY", Bytes: der}); err != nil {
		_ = f.Close() // the error before it counts
		return fmt.Errorf("write key: %w", err)
	}
	if err = f.Close(); err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	return nil
}

// ZoneLine is a TXT record as files of zones have it: texts of 255 characters at most.
func ZoneLine(name, text string) string {
	var b strings.Builder
	b.WriteString(name + ". IN TXT (")
	for text != "" {
		n := min(len(text), 255)
		b.WriteString(" \"" + text[:n] + "\"")
		text = text[n:]
	}
	b.WriteString(" )")
	return b.String()
}
