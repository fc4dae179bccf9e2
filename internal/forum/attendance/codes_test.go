package attendance_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

// ask has a code sent, and gives the address of the page where it is typed.
func (d *device) ask(link string) (page, id string) {
	d.h.t.Helper()
	a, body := d.post(link, "do", "code")
	if a.status != http.StatusSeeOther {
		d.h.t.Fatalf("no code is sent: %d\n%s", a.status, body)
	}
	u, err := url.Parse(a.location)
	d.h.ok(err)
	return a.location, u.Query().Get("code")
}

// Who changes her device is not locked out: a code shows that the link is hers, and from
// then on all of her links work there.
func TestAnotherDevice(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Open networks", "2026-10-26", "10:00", 60)
		y := h.session("Closed networks", "2026-10-26", "10:00", 60)
		h.place(x)
		h.place(y)
		h.at("2026-10-26", "10:05")
		link := h.link("ada", x)
		phone := h.device("visitor")
		_, body := phone.get(link)
		if !strings.Contains(body, "Send me a code") || !strings.Contains(body, "/sign-in?next=/join/") {
			t.Fatalf("the way in:\n%s", body)
		}
		page, id := phone.ask(link)
		_, body = phone.get(page)
		h.nothingOf(body, "ada")
		if !strings.Contains(body, `autocomplete="one-time-code"`) {
			t.Fatalf("the form:\n%s", body)
		}
		code := h.mailed(1, "ada@example.org")
		a, body := phone.post(link, "do", "verify", "id", id, "code", code[:3]+" "+code[3:])
		if a.status != http.StatusSeeOther || len(a.cookies) == 0 {
			t.Fatalf("the right code: %d\n%s", a.status, body)
		}
		ck := a.cookies[0]
		if !ck.HttpOnly || ck.SameSite != http.SameSiteLaxMode || ck.MaxAge < 24*3600 || ck.MaxAge > 4*24*3600 {
			t.Fatalf("the cookie: %+v", ck)
		}
		phone.keep(a)
		for _, s := range []string{link, h.link("ada", y), "/fr" + link} {
			if a, _ := phone.post(s, "do", "enter"); !strings.HasPrefix(a.location, meeting) {
				t.Fatalf("%s: %+v", s, a)
			}
		}
		if n := h.counts(x); n.All != 1 {
			t.Fatalf("counted %+v", n)
		}
		// The device is hers for her links alone, and a code works once.
		if _, body := phone.get(h.link("bo", x)); strings.Contains(body, `value="enter"`) {
			t.Fatal("her device opens somebody else's link")
		}
		if a, _ := h.device("visitor").post(link, "do", "verify", "id", id, "code", code); a.status != http.StatusUnprocessableEntity {
			t.Fatalf("a code works twice: %+v", a)
		}
		// What lies in the database opens nothing.
		var stored []string
		h.ok(h.DB.Read.NewRaw("SELECT hash FROM join_devices UNION ALL SELECT hash FROM join_codes").Scan(t.Context(), &stored))
		for _, s := range stored {
			if s == "" || strings.Contains(s, ck.Value) || strings.Contains(s, code) {
				t.Fatalf("stored %q", s)
			}
		}
		// She sees the device, and ends it.
		her := h.device("ada")
		_, body = her.get("/2026/my-links")
		if !strings.Contains(body, `name="end"`) {
			t.Fatalf("her devices:\n%s", body)
		}
		_, rest, _ := strings.Cut(body, `name="end" value="`)
		device, _, _ := strings.Cut(rest, `"`)
		if a, _ := h.device("bo").post("/2026/my-links", "end", device); a.status != http.StatusSeeOther {
			t.Fatalf("%+v", a)
		}
		if _, body := phone.get(link); !strings.Contains(body, `value="enter"`) {
			t.Fatal("somebody else ends her device")
		}
		her.post("/2026/my-links", "end", device)
		if _, body := phone.get(link); strings.Contains(body, `value="enter"`) {
			t.Fatal("the device still works")
		}
		// New links end every device, whoever makes them.
		_, id = phone.ask(link)
		a, _ = phone.post(link, "do", "verify", "id", id, "code", h.mailed(2, "ada@example.org"))
		phone.keep(a)
		if _, body := phone.get(link); !strings.Contains(body, `value="enter"`) {
			t.Fatal("the second code does not work")
		}
		h.write(func(ctx context.Context, tx *record.Tx) error {
			return h.Participation.RevokeLinksTx(ctx, tx, h.reg["ada"].ID)
		})
		link = h.link("ada", x)
		if a, body := phone.get(link); a.status != http.StatusOK || strings.Contains(body, `value="enter"`) {
			t.Fatalf("the device works with new links: %d", a.status)
		}
	})
}

// Codes cannot be guessed: five tries each, four codes at once, ten minutes, and nobody uses
// up the tries of somebody else.
func TestCodeGuessing(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Open networks", "2026-10-26", "10:00", 60)
		h.place(x)
		h.at("2026-10-26", "10:05")
		link := h.link("ada", x)
		her, thief := h.device("visitor"), h.device("visitor")
		_, id := her.ask(link)
		code := h.mailed(1, "ada@example.org")
		wrong := "000000"
		if code == wrong {
			wrong = "000001"
		}
		_, theirs := thief.ask(link)
		h.post.Wait(2)
		for i := range 5 {
			a, body := thief.post(link, "do", "verify", "id", theirs, "code", wrong)
			if a.status != http.StatusUnprocessableEntity || !strings.Contains(body, `value="`+wrong+`"`) || len(a.cookies) > 0 {
				t.Fatalf("try %d: %d\n%s", i, a.status, body)
			}
			if i == 4 && !strings.Contains(body, "does not hold any more") {
				t.Fatalf("the last try:\n%s", body)
			}
			h.nothingOf(body, "ada")
		}
		if a, _ := thief.post(link, "do", "verify", "id", theirs, "code", h.mailed(2, "ada@example.org")); a.status != http.StatusUnprocessableEntity {
			t.Fatalf("a code that was tried too often: %+v", a)
		}
		// Another's code, another's link, no code, no id.
		for _, kv := range [][]string{
			{"id", theirs, "code", code}, {"id", "", "code", code}, {"id", id, "code", ""}, {"id", "x' OR '1'='1", "code", code}, {"id", id, "code", strings.Repeat("1", 500)},
		} {
			if a, _ := thief.post(link, append([]string{"do", "verify"}, kv...)...); a.status == http.StatusSeeOther && len(a.cookies) > 0 {
				t.Fatalf("%q opens", kv)
			}
		}
		if a, _ := thief.post(h.link("bo", x), "do", "verify", "id", id, "code", code); len(a.cookies) > 0 {
			t.Fatal("a code opens another's link")
		}
		// The holder's own code still works: Arabic figures and all.
		arabic := strings.Map(func(r rune) rune { return '٠' + r - '0' }, code)
		if a, _ := her.post(link, "do", "verify", "id", id, "code", arabic); len(a.cookies) == 0 {
			t.Fatalf("her code: %+v", a)
		}
		// Asking is limited: for a person, and told without telling anything.
		thief.ask(link)
		thief.ask(link)
		a, body := thief.post(link, "do", "code")
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(body, "Please wait") && !strings.Contains(body, "minute") {
			t.Fatalf("the fifth code: %d\n%s", a.status, body)
		}
		h.nothingOf(body, "ada")
		// A code runs out.
		late := h.device("visitor")
		h.register("cy", participation.StateApproved)
		cy := h.link("cy", x)
		_, id = late.ask(cy)
		code = h.mailed(5, "cy@example.org")
		h.Clock.Freeze(h.Clock.Now().Add(10*time.Minute + time.Second))
		if a, body := late.post(cy, "do", "verify", "id", id, "code", code); a.status != http.StatusUnprocessableEntity || len(a.cookies) > 0 {
			t.Fatalf("an old code: %d\n%s", a.status, body)
		}
	})
}

// A code of which the mail was never written opens nothing, and it is not stored in the mail
// that waits.
func TestUnwrittenCode(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Open networks", "2026-10-26", "10:00", 60)
		h.place(x)
		h.at("2026-10-26", "10:05")
		link := h.link("ada", x)
		d := h.device("visitor")
		_, id := d.ask(link)
		h.mailed(1, "ada@example.org")
		var texts []string
		h.ok(h.DB.Read.NewRaw("SELECT text FROM outbox WHERE kind = 'join_code'").Scan(t.Context(), &texts))
		for _, s := range texts {
			if s != "" {
				t.Fatalf("the outbox holds %q", s)
			}
		}
		h.write(func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.NewUpdate().TableExpr("join_codes").Set("hash = ''").Where("id = ?", id).Exec(ctx)
			return err
		})
		if a, _ := d.post(link, "do", "verify", "id", id, "code", "000000"); len(a.cookies) > 0 {
			t.Fatal("an empty hash opens")
		}
	})
}
