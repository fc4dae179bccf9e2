package mail

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
)

// Signing says with what mails are signed (DKIM, RFC 6376 and 8463). Without keys they are
// not.
type Signing struct {
	// Keys are files of private keys (PEM), Selectors their names in DNS, one for each.
	Keys, Selectors []string
	// Domain signs; that of the sender's address unless given. It must be that domain or
	// one above it, or nobody would believe the signature (RFC 7489, alignment).
	Domain string
}

// Seal is one key that signs.
type Seal struct {
	Domain, Selector string
	key              crypto.Signer
}

// leastRSA is the shortest key of RSA that is taken: receivers disregard what is shorter.
const leastRSA = 2048

// signedFields are the fields that a signature covers. From stands once more than it
// occurs: a second one that somebody adds on the way breaks the signature.
var signedFields = []string{
	"From", "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
	"Content-Language", "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post",
}

var selectorName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$`)

// Seals reads the keys of a configuration for the sender of the mails. The errors say what
// to put right.
func (g Signing) Seals(from string) ([]Seal, error) {
	if len(g.Keys) == 0 {
		if len(g.Selectors) > 0 || g.Domain != "" {
			return nil, errors.New("DKIM: a selector or a domain is given, but no key (--dkim-key)")
		}
		return nil, nil
	}
	if len(g.Keys) != len(g.Selectors) {
		return nil, fmt.Errorf("DKIM: there are %d keys and %d selectors; give each --dkim-key its --dkim-selector", len(g.Keys), len(g.Selectors))
	}
	sender := domainOf(from)
	domain := sender
	if g.Domain != "" {
		var err error
		if domain, err = asciiDomain(strings.Trim(g.Domain, ".")); err != nil {
			return nil, fmt.Errorf("DKIM: %q is no domain: %w", g.Domain, err)
		}
	}
	if sender != domain && (!strings.HasSuffix(sender, "."+domain) || !strings.Contains(domain, ".")) {
		return nil, fmt.Errorf("DKIM: mails come from %s, but the signature is of %s: receivers do not take the one for the other; change --from or --dkim-domain", from, domain)
	}
	var out []Seal
	for i, file := range g.Keys {
		selector := strings.ToLower(g.Selectors[i])
		if !selectorName.MatchString(selector) {
			return nil, fmt.Errorf("DKIM: %q is no selector: want letters, digits and hyphens, like forum-2027", g.Selectors[i])
		}
		for _, other := range out {
			if other.Selector == selector {
				return nil, fmt.Errorf("DKIM: two keys have the selector %s", selector)
			}
		}
		key, err := readKey(file)
		if err != nil {
			return nil, err
		}
		out = append(out, Seal{Domain: domain, Selector: selector, key: key})
	}
	return out, nil
}

// readKey reads a private key. Errors name the file and never what is in it.
func readKey(file string) (crypto.Signer, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("DKIM: read the key: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("DKIM: %s holds no key in PEM (-----BEGIN PRIVATE KEY-----)", file)
	}
	var key any
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	default:
		return nil, fmt.Errorf("DKIM: %s holds a %s, not a private key", file, strings.ToLower(block.Type))
	}
	if err != nil {
		return nil, fmt.Errorf("DKIM: the key in %s cannot be read: %w", file, err)
	}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		if k.N.BitLen() < leastRSA {
			return nil, fmt.Errorf("DKIM: the key in %s has %d bits; receivers want %d at least", file, k.N.BitLen(), leastRSA)
		}
		return k, nil
	case ed25519.PrivateKey:
		return k, nil
	}
	return nil, fmt.Errorf("DKIM: the key in %s is neither RSA nor Ed25519", file)
}

// Name is where the public key stands in DNS.
func (x Seal) Name() string { return x.Selector + "._domainkey." + x.Domain }

// Algorithm is the kind of the key as DNS names it.
func (x Seal) Algorithm() string {
	if _, ok := x.key.(ed25519.PrivateKey); ok {
		return "ed25519"
	}
	return "rsa"
}

// Record is the text that belongs into DNS under Name.
func (x Seal) Record() (string, error) {
	var public []byte
	switch k := x.key.Public().(type) {
	case ed25519.PublicKey:
		public = k
	default:
		var err error
		if public, err = x509.MarshalPKIXPublicKey(k); err != nil {
			return "", fmt.Errorf("public key: %w", err)
		}
	}
	return "v=DKIM1; k=" + x.Algorithm() + "; p=" + base64.StdEncoding.EncodeToString(public), nil
}

// seal puts the signatures before a letter.
func seal(seals []Seal, letter []byte) ([]byte, error) {
	out := letter
	for _, x := range seals {
		var signed bytes.Buffer
		if err := dkim.Sign(&signed, bytes.NewReader(letter), &dkim.SignOptions{
			Domain: x.Domain, Selector: x.Selector, Signer: x.key, Hash: crypto.SHA256,
			HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
			HeaderKeys: signedFields,
		}); err != nil {
			return nil, fmt.Errorf("sign mail: %w", err)
		}
		// Each signs the letter alone; they stand before it side by side.
		head := signed.Bytes()[:signed.Len()-len(letter)]
		out = append(head[:len(head):len(head)], out...)
	}
	return out, nil
}

// domainOf is the domain of an address as DNS has it.
func domainOf(addr string) string {
	_, domain, _ := strings.Cut(envelope(addr), "@")
	return strings.ToLower(domain)
}
