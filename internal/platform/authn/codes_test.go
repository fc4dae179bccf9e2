package authn_test

import (
	"regexp"
	"strings"
	"testing"

	"plenary/internal/platform/authn"
)

var recoveryCode = regexp.MustCompile(`<code>([0-9A-Z-]{19})</code>`)

func TestRecoveryCodes(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		a := h.account(authn.NewAccount{Email: "amina@example.org", Name: "Amina"})
		b := h.signedIn(a.ID)
		b.get("/me/security").is(t, 200, "You have no recovery codes")
		first := recoveryCode.FindAllStringSubmatch(b.post("/me/security/codes").is(t, 200, "shown only now").body, -1)
		if len(first) != 10 {
			t.Fatalf("%d codes", len(first))
		}
		codes := recoveryCode.FindAllStringSubmatch(b.post("/me/security/codes").body, -1)
		b.get("/me/security").is(t, 200, "Codes left: 10").isNot(t, codes[0][1])
		var stored int
		if err := h.rec.DB.Read.NewRaw("SELECT COUNT(*) FROM account_codes WHERE hash LIKE ?", "%"+codes[0][1]+"%").Scan(t.Context(), &stored); err != nil || stored != 0 {
			t.Errorf("a code lies in the database: %d, %v", stored, err)
		}

		c := h.browser()
		c.get("/sign-in").is(t, 200, "/sign-in/recover")
		c.post("/sign-in/recover", "code", "").is(t, 422)
		c.post("/sign-in/recover", "code", first[0][1]).is(t, 422, "This code is not good") // of the first ten
		wild := strings.ToLower(strings.ReplaceAll(codes[0][1], "-", "  "))
		c.post("/sign-in/recover", "code", wild).is(t, 200, "Codes left: 9", "Add this address")
		c.get("/").is(t, 200, "I am Amina.")
		d := h.browser()
		d.post("/sign-in/recover", "code", codes[0][1]).is(t, 422, "This code is not good")
		told := 0
		for i := 1; i <= 3; i++ {
			if m := h.smtp.Wait(i); strings.Contains(m.Text, "recovery code") && m.To == "amina@example.org" {
				told++
			}
		}
		if told != 3 {
			t.Errorf("she was told %d times", told)
		}
		limited := false
		for range 30 {
			limited = limited || d.post("/sign-in/recover", "code", "AAAA-AAAA-AAAA-AAAA").status == 429
		}
		if !limited {
			t.Error("one guesses as often as one likes")
		}
	})
}
