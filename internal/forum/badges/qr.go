package badges

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"plenary/internal/core"
)

// Prefix begins every code of a badge: it says what reads it.
const Prefix = "PLB1:"

const (
	codeVersion = 1
	signedBytes = 1 + 4 + 16 + 4 + 2
	sigBytes    = 64
	codeBytes   = signedBytes + sigBytes
)

// letters are those that a code in a picture holds most densely and that a hand scanner
// types on every keyboard: capitals and digits.
var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

// Code is what the picture on a badge says.
type Code struct {
	Edition      [4]byte
	Registration core.ID
	Serial       int
	Day          int // of issue, in days since 1970
}

// Errors of a code that was read.
var (
	ErrUnread = errors.New("no code of a badge")
	ErrForged = errors.New("the signature is not ours")
)

// EditionTag names an edition in four bytes.
func EditionTag(edition core.ID) [4]byte {
	sum := sha256.Sum256([]byte("plenary edition " + string(edition)))
	return [4]byte(sum[:4])
}

// Keys sign codes and make the short words beneath them.
type Keys struct {
	sign *ecdsa.PrivateKey
	word []byte
}

// NewKeys derives the keys from a secret: the same secret gives the same keys, so that a
// badge is good after a restart and on every machine of the forum.
func NewKeys(secret []byte) (*Keys, error) {
	for i := range byte(255) {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte{'b', 'a', 'd', 'g', 'e', i})
		// Nearly every number is a key of the curve; the next is tried where one is not.
		if key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), mac.Sum(nil)); err == nil {
			word := hmac.New(sha256.New, secret)
			word.Write([]byte("word beneath"))
			return &Keys{sign: key, word: word.Sum(nil)}, nil
		}
	}
	return nil, errors.New("no key can be derived")
}

// Public is the key by which doors check, as a point without compression: 65 bytes.
func (k *Keys) Public() ([]byte, error) { return k.sign.PublicKey.Bytes() }

func (c Code) bytes() ([]byte, error) {
	id, err := uuid.Parse(string(c.Registration))
	if err != nil {
		return nil, fmt.Errorf("registration: %w", err)
	}
	b := make([]byte, 0, codeBytes)
	b = append(b, codeVersion)
	b = append(b, c.Edition[:]...)
	b = append(b, id[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(c.Serial))
	return binary.BigEndian.AppendUint16(b, uint16(min(c.Day, 1<<16-1))), nil
}

// Sign gives the text of the code. The same code has the same text each time.
func (k *Keys) Sign(c Code) (string, error) {
	b, err := c.bytes()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	der, err := k.sign.Sign(nil, sum[:], crypto.SHA256) // without chance: RFC 6979
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	var sig struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &sig); err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	both := make([]byte, sigBytes)
	sig.R.FillBytes(both[:32])
	sig.S.FillBytes(both[32:])
	return Prefix + letters.EncodeToString(append(b, both...)), nil
}

// Read checks a code and gives what it says: ErrUnread where it is none, ErrForged where
// another key signed it or a bit of it is not as it was signed. Small letters, spaces and
// line ends, as scanners add them, do no harm.
func (k *Keys) Read(text string) (Code, error) {
	b, err := unpack(text)
	if err != nil {
		return Code{}, err
	}
	sum := sha256.Sum256(b[:signedBytes])
	sig, err := asn1.Marshal(struct{ R, S *big.Int }{
		new(big.Int).SetBytes(b[signedBytes : signedBytes+32]), new(big.Int).SetBytes(b[signedBytes+32:]),
	})
	if err != nil || !ecdsa.VerifyASN1(&k.sign.PublicKey, sum[:], sig) {
		return Code{}, ErrForged
	}
	return parse(b)
}

func unpack(text string) ([]byte, error) {
	if len(text) > 1000 {
		return nil, ErrUnread
	}
	text = strings.ToUpper(strings.Join(strings.Fields(text), ""))
	// A scanner that is set to another keyboard types another sign for the colon.
	rest, ok := strings.CutPrefix(text, strings.TrimSuffix(Prefix, ":"))
	if !ok || rest == "" {
		return nil, ErrUnread
	}
	rest = strings.TrimLeftFunc(rest, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '2' || r > '7') })
	b, err := letters.DecodeString(rest)
	if err != nil || len(b) != codeBytes || letters.EncodeToString(b) != rest {
		return nil, ErrUnread
	}
	return b, nil
}

func parse(b []byte) (Code, error) {
	if b[0] != codeVersion {
		return Code{}, ErrUnread
	}
	return Code{
		Edition: [4]byte(b[1:5]), Registration: core.ID(uuid.UUID(b[5:21]).String()),
		Serial: int(binary.BigEndian.Uint32(b[21:25])), Day: int(binary.BigEndian.Uint16(b[25:27])),
	}, nil
}

// day is the day of an instant as codes have it.
func day(at core.Instant) int { return int(at.Time().Unix() / int64(24*time.Hour/time.Second)) }

const wordLetters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ" // none is taken for another

const wordLength = 7

// Word is what stands beneath the picture, to be typed where it cannot be read: the number
// of the registration and seven letters that only this forum can know.
func (k *Keys) Word(registration core.ID, number, serial int) string {
	mac := hmac.New(sha256.New, k.word)
	fmt.Fprintf(mac, "%s %d %d", registration, number, serial)
	sum := mac.Sum(nil)
	b := []byte(strconv.Itoa(number) + "-")
	for i := range wordLength {
		b = append(b, wordLetters[sum[i]&31])
	}
	return string(b)
}

// ReadWord takes what was typed apart: the number of the registration and the whole word
// as Word gives it. ok is false where it is no word of a badge.
func ReadWord(text string) (number int, word string, ok bool) {
	if len(text) > 100 {
		return 0, "", false
	}
	text = strings.ToUpper(strings.Join(strings.Fields(text), ""))
	text = strings.NewReplacer("-", "", "–", "", ".", "").Replace(text)
	i := len(text) - wordLength
	if i < 1 || i > 8 {
		return 0, "", false
	}
	n, err := strconv.Atoi(text[:i])
	if err != nil || n <= 0 || text[0] < '1' || text[0] > '9' || strings.Trim(text[i:], wordLetters) != "" {
		return 0, "", false
	}
	return n, text[:i] + "-" + text[i:], true
}

// wordPrint is what a door is told of a word, to know it again and not be able to say it.
func wordPrint(tag [4]byte, word string) []byte {
	h := sha256.New()
	h.Write(tag[:])
	h.Write([]byte(word))
	return h.Sum(nil)[:5]
}
