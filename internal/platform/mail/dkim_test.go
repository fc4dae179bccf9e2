package mail

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"plenary/internal/platform/mail/mailtest"
	"plenary/internal/testkit"
)

// zone is a DNS of the test.
type zone struct {
	txt map[string][]string
	mx  map[string][]*net.MX
}

func (z zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	if list, ok := z.txt[name]; ok {
		return list, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (z zone) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	if list, ok := z.mx[name]; ok {
		return list, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

// keys makes a key of each kind.
func keys(t *testing.T) Signing {
	t.Helper()
	dir := t.TempDir()
	g := Signing{}
	for _, kind := range []string{"rsa", "ed25519"} {
		file := filepath.Join(dir, kind+".pem")
		if err := MakeKey(file, kind); err != nil {
			t.Fatal(err)
		}
		g.Keys, g.Selectors = append(g.Keys, file), append(g.Selectors, "forum-"+kind)
	}
	return g
}

func published(t *testing.T, seals []Seal) zone {
	t.Helper()
	z := zone{txt: map[string][]string{}}
	for _, x := range seals {
		r, err := x.Record()
		if err != nil {
			t.Fatal(err)
		}
		z.txt[x.Name()] = []string{r}
	}
	return z
}

// verify is what a receiver does; it tells how many signatures hold.
func verify(t *testing.T, z zone, raw []byte) (good int) {
	t.Helper()
	list, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
		return z.LookupTXT(t.Context(), name)
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range list {
		if v.Err == nil {
			good++
		}
	}
	return good
}

// A mail that came over SMTP holds by both signatures; one that was changed on the way, or got
// a second sender, by none.
func TestMailsAreSigned(t *testing.T) {
	g := keys(t)
	testkit.Databases(t, func(t *testing.T, url string) {
		smtp := mailtest.Start(t)
		s := service(t, url, Config{SMTP: smtp.URL(), From: "forum@mail.forum.example", Name: func(string) string { return "Forum für alle" }, DKIM: Signing{Keys: g.Keys, Selectors: g.Selectors, Domain: "forum.example"}})
		m := note("e1/amina", "amina@example.org")
		m.Text, m.HTML, m.Unsubscribe = "Chère Amina.\n\n.\nUn point seul.\n", "<p>Chère Amina</p>", "https://forum.example/me/mails?stop=notes"
		queue(t, s, m)
		send(t, s, 1)
		raw := smtp.Wait(1).Raw
		z := published(t, s.seals)
		if n := verify(t, z, raw); n != 2 {
			t.Fatalf("%d signatures hold, not 2:\n%s", n, raw)
		}
		for what, changed := range map[string]string{
			"text":        strings.Replace(string(raw), "Un point", "Un Point", 1),
			"subject":     strings.Replace(string(raw), "Subject: Moved", "Subject: Never moved", 1),
			"sender":      "From: chair@forum.example\r\n" + string(raw),
			"unsubscribe": strings.Replace(string(raw), "stop=notes", "stop=none_", 1),
		} {
			if changed == string(raw) {
				t.Fatalf("%s was not changed", what)
			}
			if n := verify(t, z, []byte(changed)); n != 0 {
				t.Errorf("with another %s %d signatures hold", what, n)
			}
		}
	})
}

func TestKeysThatCannotSign(t *testing.T) {
	g := keys(t)
	dir := t.TempDir()
	write := func(name string, b *pem.Block) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	short := write("short.pem", &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(weak)})
	broken := write("broken.pem", &pem.Block{Type: "PRIVATE KEY", Bytes: []byte("no key")})
	for _, c := range []struct {
		signing    Signing
		from, want string
	}{
		{Signing{Keys: g.Keys[:1], Selectors: g.Selectors[:1]}, "forum@forum.example", ""},
		{Signing{Keys: g.Keys[:1], Selectors: g.Selectors[:1], Domain: "forum.example"}, "forum@mail.forum.example", ""},
		{Signing{Keys: g.Keys[:1], Selectors: g.Selectors[:1], Domain: "other.example"}, "forum@forum.example", "receivers do not take the one for the other"},
		{Signing{Keys: g.Keys[:1], Selectors: g.Selectors[:1], Domain: "orum.example"}, "forum@forum.example", "receivers do not"},
		{Signing{Keys: g.Keys[:1], Selectors: g.Selectors[:1], Domain: "example"}, "forum@forum.example", "receivers do not"},
		{Signing{Keys: g.Keys}, "forum@forum.example", "2 keys and 0 selectors"},
		{Signing{Keys: g.Keys, Selectors: []string{"a", "A"}}, "forum@forum.example", "two keys have the selector a"},
		{Signing{Keys: g.Keys[:1], Selectors: []string{"a b"}}, "forum@forum.example", "is no selector"},
		{Signing{Selectors: []string{"a"}}, "forum@forum.example", "no key"},
		{Signing{Keys: []string{short}, Selectors: []string{"a"}}, "forum@forum.example", "1024 bits"},
		{Signing{Keys: []string{broken}, Selectors: []string{"a"}}, "forum@forum.example", "cannot be read"},
		{Signing{Keys: []string{"/none"}, Selectors: []string{"a"}}, "forum@forum.example", "no such file"},
	} {
		_, err := c.signing.Seals(c.from)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v from %s: %v, want %q", c.signing, c.from, err, c.want)
		}
	}
	if err := MakeKey(g.Keys[0], "rsa"); err == nil {
		t.Error("a key was written over")
	}
}

func TestWhatDNSSays(t *testing.T) {
	seals, err := keys(t).Seals("forum@forum.example")
	if err != nil {
		t.Fatal(err)
	}
	good := published(t, seals)
	good.txt["bounces.forum.example"] = []string{"google-site-verification=x", "v=spf1 mx -all"}
	good.txt["_dmarc.example.org"] = []string{"v=DMARC1; p=none"}
	good.txt["_dmarc.forum.example"] = []string{"v=DMARC1; p=none"}
	good.mx = map[string][]*net.MX{"bounces.forum.example": {{Host: "mx.forum.example."}}}
	for _, f := range LookUp(t.Context(), good, "forum@forum.example", "bounce@bounces.forum.example", seals) {
		if !f.Good {
			t.Errorf("%s: %s", f.What, f.Text)
		}
	}
	other, err := keys(t).Seals("forum@forum.example")
	if err != nil {
		t.Fatal(err)
	}
	bad := published(t, other)
	bad.txt[seals[1].Name()] = []string{"v=DKIM1; p="}
	bad.txt["forum.example"] = []string{"v=spf1 a", "v=spf1 mx"}
	want := []string{"has 2 records", "another key", "withdrawn", "nothing says"}
	for i, f := range LookUp(t.Context(), bad, "forum@forum.example", "", seals) {
		if f.Good || !strings.Contains(f.Text, want[i]) {
			t.Errorf("%s: %v %s, want %q", f.What, f.Good, f.Text, want[i])
		}
	}
	for _, f := range LookUp(t.Context(), zone{}, "forum@forum.example", "bounce@forum.example", nil) {
		if f.Good || f.Text == "" {
			t.Errorf("an empty DNS: %+v", f)
		}
	}
}
