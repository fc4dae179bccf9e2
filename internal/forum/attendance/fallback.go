package attendance

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
)

// Sizes of what is made for the page to fall back on.
const (
	codeBytes  = 10        // of a person's code: 80 bits, 16 letters
	lookupHex  = 12        // figures of the hash by which a wrapped key is found
	mostWrap   = 300 << 10 // bytes of wrapped keys in one file; more are parted
	wrapInfo   = "plenary fallback wrap"
	lookupInfo = "plenary fallback lookup"
)

var codeAlphabet = base32.StdEncoding.WithPadding(base32.NoPadding)

// fallbackCode is the code with which somebody opens the page to fall back on. It follows her
// generation, as her links do.
func fallbackCode(key []byte, r *participation.Registration) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("code|" + string(r.ID) + "|"))
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(r.Generation)))
	return codeAlphabet.EncodeToString(mac.Sum(nil)[:codeBytes])
}

// FallbackCode is the code of a registration as people read it, in groups of four. Its caller
// shows it to the person alone.
func (s *Service) FallbackCode(ctx context.Context, r *participation.Registration) (string, error) {
	key, err := s.Participation.Key(ctx, fallbackKey)
	if err != nil {
		return "", err
	}
	var groups []string
	for g := range slices.Chunk([]byte(fallbackCode(key, r)), 4) {
		groups = append(groups, string(g))
	}
	return strings.Join(groups, "-"), nil
}

// sealed is something encrypted with AES-GCM: the nonce, then the text with its tag.
type sealed []byte

// MarshalText gives it in base64, as a browser reads it.
func (s sealed) MarshalText() ([]byte, error) {
	return []byte(base64.StdEncoding.EncodeToString(s)), nil
}

func seal(key, text, about []byte) (sealed, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	nonce := make([]byte, gcm.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return gcm.Seal(nonce, nonce, text, about), nil
}

// secretPlace is what is sealed of a session's place.
type secretPlace struct {
	URL    string `json:"url"`
	DialIn string `json:"dial_in,omitempty"`
	Note   string `json:"note,omitempty"`
}

// vault is the page to fall back on, without its words: the places of a day's sessions under
// a key of the day, and the key wrapped for each person who is admitted.
type vault struct {
	Salt    []byte            `json:"salt"`
	Prefix  int               `json:"prefix"` // figures of the lookup that name the file of wrapped keys
	Places  map[string]sealed `json:"places"` // by the session's reference
	Wrapped map[string]sealed `json:"-"`      // by the lookup of a code
}

// lookup is the short hash under which a code finds its wrapped key. It is another in each
// file, so that files cannot be compared.
func lookup(salt []byte, code string) string {
	mac := hmac.New(sha256.New, salt)
	mac.Write([]byte(lookupInfo + "|" + code))
	return hex.EncodeToString(mac.Sum(nil))[:lookupHex]
}

func wrapKey(salt []byte, code string) ([]byte, error) {
	k, err := hkdf.Key(sha256.New, []byte(code), salt, wrapInfo, 32)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	return k, nil
}

// lock seals places for the holders of codes.
func lock(places map[string]secretPlace, codes []string) (*vault, error) {
	v := &vault{Salt: make([]byte, 16), Places: make(map[string]sealed, len(places)), Wrapped: make(map[string]sealed, len(codes))}
	day := make([]byte, 32)
	for _, b := range [][]byte{v.Salt, day} {
		if _, err := rand.Read(b); err != nil {
			return nil, fmt.Errorf("make key of the day: %w", err)
		}
	}
	for ref, p := range places {
		text, err := json.Marshal(p)
		if err != nil {
			return nil, err
		}
		if v.Places[ref], err = seal(day, text, []byte(ref)); err != nil {
			return nil, err
		}
	}
	size := 0
	for _, code := range codes {
		key, err := wrapKey(v.Salt, code)
		if err != nil {
			return nil, err
		}
		at := lookup(v.Salt, code)
		if v.Wrapped[at], err = seal(key, day, []byte(at)); err != nil {
			return nil, err
		}
		size += lookupHex + base64.StdEncoding.EncodedLen(len(v.Wrapped[at])) + len(`"":"",`)
	}
	for size > mostWrap {
		v.Prefix++
		size /= 16
	}
	return v, nil
}

// files are the scripts of the page: the sealed places, and the wrapped keys in as many files
// as their size asks for.
func (v *vault) files() (map[string][]byte, error) {
	out := map[string][]byte{}
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	out["data.js"] = []byte("plenaryData(" + string(b) + ");\n")
	parts := map[string]map[string]sealed{}
	for i := range 1 << (4 * v.Prefix) {
		parts[fmt.Sprintf("%0*x", v.Prefix, i)[:v.Prefix]] = map[string]sealed{}
	}
	for at, w := range v.Wrapped {
		parts[at[:v.Prefix]][at] = w
	}
	for name, part := range parts {
		if b, err = json.Marshal(part); err != nil {
			return nil, err
		}
		out["keys-"+name+".js"] = []byte("plenaryKeys(" + string(b) + ");\n")
	}
	return out, nil
}

// fallbackOf are the sessions of a day that everybody who is admitted may join, and the vault
// with their places; only the staff may ask. Sessions for those invited alone are not in it.
// Four queries.
func (s *Service) fallbackOf(ctx context.Context, a core.Actor, set *editions.Setting, date, lang string) ([]Door, *vault, error) {
	if err := check(policy, a, set, "export_fallback"); err != nil {
		return nil, nil, err
	}
	if err := s.exports.Allow(string(a.Account)); err != nil {
		return nil, nil, err
	}
	all, err := doorsOf(ctx, s.rec.DB.Read, set.ID, nil)
	if err != nil {
		return nil, nil, err
	}
	var doors []Door
	places := map[string]secretPlace{}
	for _, d := range all {
		if d.Day != date || d.Restricted() || d.State != "scheduled" || d.Starts.IsZero() {
			continue
		}
		d.Set = set
		doors = append(doors, d)
		if d.URL != "" {
			note, _ := d.Note.In(lang)
			places[d.Ref] = secretPlace{d.URL, d.DialIn, note}
		}
	}
	codes, err := s.fallbackCodes(ctx, set)
	if err != nil {
		return nil, nil, err
	}
	v, err := lock(places, codes)
	return doors, v, err
}
