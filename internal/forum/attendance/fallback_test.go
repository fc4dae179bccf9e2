package attendance

import (
	"archive/zip"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/uuid"

	"plenary/internal/core"
	"plenary/internal/forum/participation"
)

// unsealed opens what seal made, as a browser does.
func unsealed(key, box, about []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	if len(box) < gcm.NonceSize() {
		return nil, errors.New("short")
	}
	return gcm.Open(nil, box[:gcm.NonceSize()], box[gcm.NonceSize():], about)
}

// opened reads the scripts of the page as the page does, with a code as it is typed.
func opened(files map[string][]byte, typed string) (map[string]secretPlace, error) {
	read := func(name, call string, into any) error {
		text, ok := strings.CutPrefix(string(files[name]), call+"(")
		if !ok {
			return fmt.Errorf("no %s", name)
		}
		return json.Unmarshal([]byte(strings.TrimSuffix(text, ");\n")), into)
	}
	var data struct {
		Salt   []byte
		Prefix int
		Places map[string]string
	}
	if err := read("data.js", "plenaryData", &data); err != nil {
		return nil, err
	}
	code := strings.ReplaceAll(strings.ToUpper(typed), "-", "")
	at := lookup(data.Salt, code)
	var keys map[string]string
	if err := read("keys-"+at[:data.Prefix]+".js", "plenaryKeys", &keys); err != nil {
		return nil, err
	}
	wrapped, err := base64.StdEncoding.DecodeString(keys[at])
	if err != nil {
		return nil, err
	}
	wrap, err := wrapKey(data.Salt, code)
	if err != nil {
		return nil, err
	}
	day, err := unsealed(wrap, wrapped, []byte(at))
	if err != nil {
		return nil, err
	}
	out := map[string]secretPlace{}
	for ref, box := range data.Places {
		b, err := base64.StdEncoding.DecodeString(box)
		if err != nil {
			return nil, err
		}
		text, err := unsealed(day, b, []byte(ref))
		if err != nil {
			return nil, err
		}
		var p secretPlace
		if err := json.Unmarshal(text, &p); err != nil {
			return nil, err
		}
		out[ref] = p
	}
	return out, nil
}

// The page to fall back on opens with the code of who is admitted, and with no other; for
// 5,000 people its files stay small.
func TestFallbackOpens(t *testing.T) {
	const people = 5000
	codes := make([]string, people)
	regs := make([]participation.Registration, people)
	for i := range codes {
		regs[i] = participation.Registration{ID: core.ID(uuid.NewString()), Generation: 1}
		codes[i] = fallbackCode(key, &regs[i])
	}
	places := map[string]secretPlace{"ws1": {URL: "https://meet.example.org/1", DialIn: "+1"}, "ws2": {URL: "https://meet.example.org/2"}}
	v, err := lock(places, codes)
	if err != nil {
		t.Fatal(err)
	}
	files, err := v.files()
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	var all bytes.Buffer
	z := zip.NewWriter(&all)
	for name, b := range files {
		total += len(b)
		if len(b) > mostWrap {
			t.Errorf("%s has %d bytes", name, len(b))
		}
		if bytes.Contains(b, []byte("meet.example")) || bytes.Contains(b, []byte(regs[7].ID)) || bytes.Contains(b, []byte(codes[7])) {
			t.Errorf("%s tells", name)
		}
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write(b)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d people: %d files, %d bytes, %d in a zip", people, len(files), total, all.Len())
	for _, i := range []int{0, 7, people - 1} {
		got, err := opened(files, codes[i][:4]+"-"+strings.ToLower(codes[i][4:]))
		if err != nil || len(got) != 2 || got["ws1"] != places["ws1"] {
			t.Fatalf("code %d: %v, %v", i, got, err)
		}
	}
	renewed := regs[7]
	renewed.Generation = 2
	stranger := participation.Registration{ID: core.ID(uuid.NewString()), Generation: 1}
	for name, code := range map[string]string{
		"before new links": fallbackCode(key, &renewed), "of nobody": fallbackCode(key, &stranger), "of another forum": fallbackCode(key[1:], &regs[7]),
		"none": "", "cut": codes[7][:15],
	} {
		if got, err := opened(files, code); err == nil {
			t.Errorf("a code %s opens %v", name, got)
		}
	}
	// One person's wrapped key under another's place opens nothing.
	a, b := lookup(v.Salt, codes[0]), lookup(v.Salt, codes[1])
	v.Wrapped[a], v.Wrapped[b] = v.Wrapped[b], v.Wrapped[a]
	swapped, err := v.files()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := opened(swapped, codes[0]); err == nil {
		t.Error("a swapped key opens")
	}
	small, err := lock(places, codes[:50])
	if err != nil {
		t.Fatal(err)
	}
	if files, err = small.files(); err != nil || len(files) != 2 || small.Prefix != 0 {
		t.Errorf("%d files for 50 people, %v", len(files), err)
	}
}

// unzipped are the files of a zip.
func unzipped(t *testing.T, body []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		_ = r.Close()
	}
	return out
}

// Opened and Unzipped are for the tests of the pages.
var (
	Opened   = opened
	Unzipped = unzipped
)

// SecretURL is what was sealed of a place.
func (p secretPlace) SecretURL() string { return p.URL }
