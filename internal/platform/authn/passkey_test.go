package authn_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

const keySite = "https://forum.example"

// device is a telephone with passkeys.
type device struct {
	t    *testing.T
	rp   virtualwebauthn.RelyingParty
	auth virtualwebauthn.Authenticator
	cred virtualwebauthn.Credential
}

func newDevice(t *testing.T) *device {
	return &device{t: t, rp: virtualwebauthn.RelyingParty{Name: "forum", ID: "forum.example", Origin: keySite}, cred: virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)}
}

// make answers what the server asks for a new passkey.
func (d *device) make(options []byte) string {
	d.t.Helper()
	o, err := virtualwebauthn.ParseAttestationOptions(string(options))
	if err != nil {
		d.t.Fatal(err)
	}
	var raw struct {
		PublicKey struct {
			User struct {
				ID string `json:"id"`
			} `json:"user"`
			Selection struct {
				Resident string `json:"residentKey"`
				Verified string `json:"userVerification"`
			} `json:"authenticatorSelection"`
		} `json:"publicKey"`
	}
	if err := json.Unmarshal(options, &raw); err != nil || raw.PublicKey.Selection.Resident != "required" || raw.PublicKey.Selection.Verified != "required" {
		d.t.Fatalf("what is asked of the device: %v %+v", err, raw)
	}
	d.auth = virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: []byte(o.UserID)})
	return virtualwebauthn.CreateAttestationResponse(d.rp, d.auth, d.cred, *o)
}

// sign answers what the server asks of somebody who signs in.
func (d *device) sign(options []byte) string {
	d.t.Helper()
	o, err := virtualwebauthn.ParseAssertionOptions(string(options))
	if err != nil {
		d.t.Fatal(err)
	}
	return virtualwebauthn.CreateAssertionResponse(d.rp, d.auth, d.cred, *o)
}

// proved is the actor of an account that has just shown who she is.
func proved(a authn.Account) core.Actor {
	out := a.Actor()
	out.Proved = core.At(core.Machine())
	return out
}

func TestPasskeys(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		s := h.over(keySite)
		a := h.account(authn.NewAccount{Email: "amina@example.org", Name: "Amina"})
		other := h.account(authn.NewAccount{Email: "kenji@example.org", Name: "Kenji"})
		d := newDevice(t)
		stale := a.Actor()
		if _, _, err := s.BeginPasskey(t.Context(), stale); core.KindOf(err) != core.KindForbidden {
			t.Fatalf("without a fresh proof: %v", err)
		}
		options, token, err := s.BeginPasskey(t.Context(), proved(a))
		if err != nil {
			t.Fatal(err)
		}
		made := authn.PasskeyInput{Name: "My phone", Token: token, Credential: d.make(options)}
		// What was begun for one is not good for another, without its name, or after somebody touched it.
		if err := s.AddPasskey(t.Context(), proved(other), made); core.KindOf(err) != core.KindConflict {
			t.Fatalf("for another account: %v", err)
		}
		if err := s.AddPasskey(t.Context(), proved(a), authn.PasskeyInput{Token: token, Credential: made.Credential}); core.KindOf(err) != core.KindInvalid {
			t.Fatalf("without a name: %v", err)
		}
		if err := s.AddPasskey(t.Context(), proved(a), authn.PasskeyInput{Name: "x", Token: token, Credential: made.Credential[:len(made.Credential)-9]}); core.KindOf(err) != core.KindConflict {
			t.Fatalf("half of it: %v", err)
		}
		if err := s.AddPasskey(t.Context(), proved(a), made); err != nil {
			t.Fatal(err)
		}
		if err := s.AddPasskey(t.Context(), proved(a), made); core.KindOf(err) != core.KindConflict {
			t.Fatalf("a second time: %v", err)
		}

		use := func(credential func(options []byte) string) (*httptest.ResponseRecorder, error) {
			options, token, err := s.BeginSignIn(t.Context(), "net")
			if err != nil {
				t.Fatal(err)
			}
			w, r := httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
			return w, s.UsePasskey(w, r, authn.PasskeyUse{Token: token, Credential: credential(options)})
		}
		d.cred.Counter = 5
		w, err := use(d.sign)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.AddCookie(w.Result().Cookies()[0])
		if got := s.Identify(httptest.NewRecorder(), r); got.Account != a.ID || !s.Fresh(got) {
			t.Errorf("she is %+v", got)
		}

		// An answer to another question, and one of another site, prove nothing.
		old := ""
		if _, err := use(func(o []byte) string { old = d.sign(o); return "{}" }); core.KindOf(err) != core.KindConflict {
			t.Errorf("no answer: %v", err)
		}
		d.cred.Counter = 6
		if _, err := use(func([]byte) string { return old }); core.KindOf(err) != core.KindConflict {
			t.Errorf("an old answer: %v", err)
		}
		fake := *d
		fake.rp.Origin = "https://forum.example.evil"
		if _, err := use(fake.sign); core.KindOf(err) != core.KindConflict {
			t.Errorf("an answer to another site: %v", err)
		}
		stranger := newDevice(t)
		stranger.auth = d.auth
		if _, err := use(stranger.sign); core.KindOf(err) != core.KindConflict || !strings.Contains(err.Error(), "passkey.unknown") {
			t.Errorf("a passkey that is not known: %v", err)
		}
		// Who takes her passkey says another name with it.
		named := *d
		named.auth = virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: []byte(other.ID)})
		if _, err := use(named.sign); core.KindOf(err) != core.KindConflict {
			t.Errorf("another's name: %v", err)
		}

		list, err := s.OwnPasskeys(t.Context(), proved(a))
		if err != nil || len(list) != 1 || list[0].Name != "My phone" || list[0].Used.IsZero() || list[0].Doubted {
			t.Fatalf("%+v, %v", list, err)
		}
		if err := s.NamePasskey(t.Context(), proved(other), list[0].ID, "Mine now"); core.KindOf(err) != core.KindNotFound {
			t.Errorf("somebody else names it: %v", err)
		}
		if err := s.RemovePasskey(t.Context(), proved(other), list[0].ID); core.KindOf(err) != core.KindNotFound {
			t.Errorf("somebody else removes it: %v", err)
		}
		if err := s.NamePasskey(t.Context(), stale, list[0].ID, "Old phone"); err != nil {
			t.Error(err)
		}

		// A counter that goes back: there are two of it. From then on nobody signs in with it.
		d.cred.Counter = 6
		if _, err := use(d.sign); err != nil {
			t.Fatal(err)
		}
		d.cred.Counter = 3
		if _, err := use(d.sign); core.KindOf(err) != core.KindConflict || !strings.Contains(err.Error(), "doubted") {
			t.Errorf("a copy: %v", err)
		}
		d.cred.Counter = 9
		if _, err := use(d.sign); core.KindOf(err) != core.KindConflict || !strings.Contains(err.Error(), "doubted") {
			t.Errorf("after a copy was seen: %v", err)
		}
		if err := s.RemovePasskey(t.Context(), proved(a), list[0].ID); err != nil {
			t.Error(err)
		}
		if _, err := use(d.sign); core.KindOf(err) != core.KindConflict || !strings.Contains(err.Error(), "passkey.unknown") {
			t.Errorf("after it was removed: %v", err)
		}
		events, err := h.rec.Events(t.Context(), record.Query{Subjects: []core.ID{a.ID}, Internal: true})
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, e := range events.Items {
			kinds = append(kinds, strings.TrimPrefix(e.Kind, "account.passkey_"))
		}
		if got := strings.Join(kinds, " "); got != "removed doubted added account.created" {
			t.Errorf("events %s", got)
		}
		var told int
		if err := h.rec.DB.Read.NewRaw("SELECT COUNT(*) FROM outbox WHERE kind = 'account_changed' AND to_addr = 'amina@example.org'").Scan(t.Context(), &told); err != nil || told != 3 {
			t.Errorf("%d mails tell her, %v", told, err)
		}
	})
}

// A passkey of a closed account opens nothing, and neither does one that was begun long ago.
func TestPasskeyTooLate(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		s := h.over(keySite)
		a := h.account(authn.NewAccount{Email: "amina@example.org", Name: "Amina"})
		d := newDevice(t)
		options, token, err := s.BeginPasskey(t.Context(), proved(a))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.AddPasskey(t.Context(), proved(a), authn.PasskeyInput{Name: "k", Token: token, Credential: d.make(options)}); err != nil {
			t.Fatal(err)
		}
		sign := func(wait time.Duration) error {
			options, token, err := s.BeginSignIn(t.Context(), "net")
			if err != nil {
				t.Fatal(err)
			}
			s.SetNow(func() time.Time { return core.Machine().Add(wait) })
			defer s.SetNow(core.Machine)
			w, r := httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
			return s.UsePasskey(w, r, authn.PasskeyUse{Token: token, Credential: d.sign(options)})
		}
		if err := sign(31 * time.Minute); core.KindOf(err) != core.KindConflict {
			t.Errorf("too late: %v", err)
		}
		if err := sign(0); err != nil {
			t.Error(err)
		}
		if err := s.Close(t.Context(), core.Operator, a.ID); err != nil {
			t.Fatal(err)
		}
		if err := sign(0); core.KindOf(err) != core.KindConflict || !strings.Contains(err.Error(), "account.closed") {
			t.Errorf("a closed account: %v", err)
		}
		if err := h.rec.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
			return h.s.EraseTx(ctx, tx, a.ID, "Withdrawn")
		}); err != nil {
			t.Fatal(err)
		}
		if err := sign(0); core.KindOf(err) != core.KindConflict || !strings.Contains(err.Error(), "unknown") {
			t.Errorf("an erased account: %v", err)
		}
	})
}

// Whatever a browser sends as a passkey, it is told that it does not hold; nothing breaks.
func FuzzPasskey(f *testing.F) {
	f.Add(`{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"AA"}}`)
	f.Add(`{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YUA"}}`)
	f.Add(`{}`)
	f.Fuzz(func(t *testing.T, credential string) { authn.ReadCredential(credential) })
}
