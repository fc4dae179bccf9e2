package authn_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
)

// The whole way: ask, read the mail, look at the link, press the button, say one's
// name, be signed in, sign out, come back.
func TestSignInByMail(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		b := h.browser()
		b.get("/").is(t, 200, "I am .")
		b.get("/sign-in?next=/note").is(t, 200, "<h1>Sign in</h1>", `value="/note"`, "Send me a link").isNot(t, "Try it as")
		b.post("/sign-in", "email", "nobody", "next", "/note").is(t, 422, "This is not an e-mail address", `value="nobody"`, `value="/note"`)
		b.post("/sign-in", "email", " Amina@Example.org ", "next", "/note").is(t, 200, "Look at your mail", "Amina@Example.org")

		m := h.smtp.Wait(1)
		if m.To != "Amina@example.org" && m.To != "Amina@Example.org" || !strings.Contains(m.Subject, "Your link to 127.0.0.1") {
			t.Errorf("mail to %s, subject %q", m.To, m.Subject)
		}
		if m.Header.Get("List-Unsubscribe") != "" {
			t.Error("one cannot unsubscribe from signing in")
		}
		link := m.Link()
		if !strings.HasPrefix(link, h.base+"/sign-in/link?token=") {
			t.Fatalf("link %q in\n%s", link, m.Text)
		}

		// A scanner of mails looks at the link, more than once.
		scanner := h.browser()
		for range 3 {
			scanner.get(link).is(t, 200, "Sign in as A…@Example.org", "Your name")
			scanner.do(http.MethodHead, link, nil)
		}
		p := b.get(link).is(t, 200, "Sign in as A…@Example.org").isNot(t, "Amina@")
		token := p.token(t)
		b.post("/sign-in/link", "token", token, "name", "  ").is(t, 422, "Please fill in this field", "Sign in as A…@Example.org")
		b.post("/sign-in/link", "token", token, "name", " Amina \t Diallo ").is(t, 200, "You are signed in.")
		b.get("/").is(t, 200, "I am Amina Diallo.")

		// The link works once.
		other := h.browser()
		other.get(link).is(t, 410, "This link no longer works", "Send me a new link", `value="/note"`)
		other.post("/sign-in/link", "token", token, "name", "Mallory").is(t, 410, "This link no longer works")
		other.post("/sign-in/link", "token", "nonsense").is(t, 410, "This link no longer works")
		other.get("/").is(t, 200, "I am .")

		// A form that signs out, then the same address again: the account is known now.
		b.post("/sign-out").is(t, 200, "I am .")
		b.post("/sign-in", "email", "AMINA@example.ORG").is(t, 200, "Look at your mail")
		link = h.smtp.Wait(2).Link()
		p = b.get(link).is(t, 200, "Sign in as A…@example.ORG").isNot(t, "Your name")
		if p := b.post("/sign-in/link", "token", p.token(t)); p.path != "/" {
			t.Errorf("she came to %s", p.path)
		}
		b.get("/").is(t, 200, "I am Amina Diallo.")

		events, err := h.rec.Events(t.Context(), record.Query{Scope: core.ScopeForum, Internal: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(events.Items) != 1 || events.Items[0].Kind != "account.created" || events.Items[0].Visibility != record.Internal ||
			events.Items[0].Account != events.Items[0].Subject {
			t.Errorf("events: %+v; signing in appends none, and she made her account herself", events.Items)
		}
		if strings.Contains(strings.ToLower(string(events.Items[0].Data)), "@") {
			t.Errorf("the address stands in the public part: %s", events.Items[0].Data)
		}
	})
}

// Nobody learns whether an address has an account.
func TestAnswerGivesNothingAway(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		h.account(authn.NewAccount{Email: "known@example.org", Name: "Known"})
		known := h.browser().post("/sign-in", "email", "known@example.org").is(t, 200)
		unknown := h.browser().post("/sign-in", "email", "other@example.org").is(t, 200)
		if a, b := strings.ReplaceAll(known.main(), "known@", "@"), strings.ReplaceAll(unknown.main(), "other@", "@"); a != b {
			t.Errorf("the answers differ:\n%s\n%s", a, b)
		}
		a, b := h.smtp.Wait(1), h.smtp.Wait(2)
		strip := func(text, link string) string { return strings.ReplaceAll(text, link, "") }
		if a.Subject != b.Subject || strip(a.Text, a.Link()) != strip(b.Text, b.Link()) {
			t.Errorf("the mails differ:\n%s\n%s", a.Text, b.Text)
		}
	})
}

func TestNextStaysHere(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		for i, next := range []string{
			"//evil.example/", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)", "evil", "/sign-in?next=/x",
		} {
			b := h.browser()
			b.post("/sign-in", "email", fmt.Sprintf("n%d@example.org", i), "next", next).is(t, 200)
			p := b.get(h.smtp.Wait(i+1).Link()).is(t, 200)
			b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			form := url.Values{"token": {p.token(t)}, "name": {"N"}}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.base+"/sign-in/link", strings.NewReader(form.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			res, err := b.http.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || to != "/" {
				t.Errorf("next %q: %d to %q", next, res.StatusCode, to)
			}
		}
	})
}

func TestRateLimit(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		b := h.browser()
		b.lang = "fr"
		var p page
		for range 8 {
			if p = b.post("/sign-in", "email", "amina@example.org"); p.status != 200 {
				break
			}
		}
		p.is(t, http.StatusTooManyRequests, h.words.T("fr", "error.limited", "Minutes", 6), `value="amina@example.org"`, `lang="fr"`)
		b.post("/sign-in", "email", "kenji@example.org").is(t, 200) // others go on
		for i := range 200 {
			if p = b.post("/sign-in", "email", fmt.Sprintf("p%d@example.org", i)); p.status != 200 {
				break
			}
		}
		p.is(t, http.StatusTooManyRequests, h.words.T("fr", "error.limited", "Minutes", 1))
	})
}

// What lies in the database lets nobody in: neither a session nor a link.
func TestNoTokenInTheDatabase(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		b := h.browser()
		b.post("/sign-in", "email", "amina@example.org")
		link := h.smtp.Wait(1).Link()
		token := b.get(link).token(t)
		look := func(secret, what string) {
			t.Helper()
			if len(secret) < 43 {
				t.Fatalf("%s %q is short", what, secret)
			}
			for table, rows := range dump(t, h.rec.DB) {
				if strings.Contains(rows, secret) {
					t.Errorf("the %s lies in table %s:\n%s", what, table, rows)
				}
			}
		}
		look(token, "token of a link")
		b.post("/sign-in/link", "token", token, "name", "Amina").is(t, 200)
		u, err := url.Parse(h.base)
		if err != nil {
			t.Fatal(err)
		}
		for _, ck := range b.http.Jar.Cookies(u) {
			if ck.Name == "session" {
				look(ck.Value, "token of a session")
			}
		}
		p := h.browser().post("/note", "name", "typed")
		look(parkedToken(t, p), "token of a parked form")
	})
}

// dump prints the tables that hold what came in.
func dump(t *testing.T, d *db.DB) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, table := range []string{"accounts", "account_sessions", "sign_in_links", "sign_in_tokens", "parked_forms", "outbox", "events"} {
		var rows []map[string]any
		if err := d.Read.NewSelect().TableExpr(table).Scan(t.Context(), &rows); err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for col, val := range row {
				if b, ok := val.([]byte); ok {
					val = string(b)
				}
				out[table] += fmt.Sprintf("%s=%v ", col, val)
			}
			out[table] += "\n"
		}
	}
	if out["sign_in_tokens"] == "" || out["outbox"] == "" {
		t.Fatal("nothing to look at")
	}
	return out
}

func parkedToken(t *testing.T, p page) string {
	t.Helper()
	u, err := url.Parse(p.path)
	if err != nil {
		t.Fatal(err)
	}
	next, err := url.Parse(u.Query().Get("next"))
	if err != nil {
		t.Fatal(err)
	}
	return next.Query().Get("parked")
}

// A form that is sent after the session has ended comes back, as typed, even when the
// link is opened in another browser; it comes back once and only at its own address.
func TestParkedFormComesBack(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		b := h.browser()
		p := b.post("/note", "name", "Networks & <masts>, a long text")
		p.is(t, 200, "<h1>Sign in</h1>")
		token := parkedToken(t, p)
		next := "/note?parked=" + token
		b.post("/sign-in", "email", "amina@example.org", "next", next).is(t, 200)
		phone := h.browser()
		if _, err := h.s.Unpark(t.Context(), "/elsewhere", token); core.KindOf(err) != core.KindNotFound {
			t.Errorf("given to another address: %v", err)
		}
		form := phone.get(h.smtp.Wait(1).Link()).token(t)
		p = phone.post("/sign-in/link", "token", form, "name", "Amina")
		p.is(t, 200, "What you typed is still here", "Networks &amp; &lt;masts&gt;, a long text")
		if !strings.HasPrefix(p.path, "/note") {
			t.Errorf("she is at %s", p.path)
		}
		phone.post("/note", "name", "Networks").is(t, 200, "Amina notes Networks")
		phone.get(next).is(t, 200).isNot(t, "Networks")
	})
}

func TestParkedFormsTakeNoMoreRoomThanAllowed(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		if _, err := h.s.Park(t.Context(), "/note", make([]byte, 600<<10)); core.KindOf(err) != core.KindTooLarge {
			t.Errorf("a form of 600 KB: %v", err)
		}
		h.s.SetParkRoom(100 << 10)
		body := []byte(strings.Repeat("x", 10<<10))
		var tokens []string
		for range 15 {
			token, err := h.s.Park(t.Context(), "/note", body)
			if err != nil {
				t.Fatal(err)
			}
			tokens = append(tokens, token)
		}
		kept := 0
		for _, token := range tokens {
			if got, err := h.s.Unpark(t.Context(), "/note", token); err == nil && len(got) == len(body) {
				kept++
			} else if core.KindOf(err) != core.KindNotFound || kept > 0 {
				t.Errorf("%d bytes, %v, after %d that were kept", len(got), err, kept)
			}
		}
		if kept != 10 {
			t.Errorf("%d are kept, want the latest 10", kept)
		}
	})
}

// A link holds for 30 minutes, a session for 30 days after it was last seen, a parked
// form for a day.
func TestHowLongThingsHold(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		now := core.Machine()
		h.s.SetNow(func() time.Time { return now })
		b := h.browser()
		b.post("/sign-in", "email", "amina@example.org").is(t, 200)
		link := h.smtp.Wait(1).Link()
		token := b.get(link).token(t)
		now = now.Add(31 * time.Minute)
		b.get(link).is(t, 410, "This link no longer works")
		b.post("/sign-in/link", "token", token, "name", "Amina").is(t, 410)
		b.post("/sign-in", "email", "amina@example.org").is(t, 200)
		b.post("/sign-in/link", "token", b.get(h.smtp.Wait(2).Link()).token(t), "name", "Amina").is(t, 200)

		for range 3 { // seen again and again it goes on
			now = now.Add(29 * 24 * time.Hour)
			b.get("/").is(t, 200, "I am Amina.")
		}
		now = now.Add(31 * 24 * time.Hour)
		b.get("/").is(t, 200, "I am .")

		parked, err := h.s.Park(t.Context(), "/note", []byte("name=x"))
		if err != nil {
			t.Fatal(err)
		}
		now = now.Add(25 * time.Hour)
		if _, err := h.s.Unpark(t.Context(), "/note", parked); core.KindOf(err) != core.KindNotFound {
			t.Errorf("a form of yesterday: %v", err)
		}
	})
}

func TestClosedAccount(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		a := h.account(authn.NewAccount{Email: "amina@example.org", Name: "Amina"})
		b := h.signedIn(a.ID)
		b.get("/").is(t, 200, "I am Amina.")
		if err := h.s.Close(t.Context(), core.Operator, a.ID); err != nil {
			t.Fatal(err)
		}
		b.get("/").is(t, 200, "I am .")
		b.post("/sign-in", "email", "amina@example.org").is(t, 200, "Look at your mail")
		link := h.smtp.Wait(1).Link()
		form := b.get(link).token(t)
		b.post("/sign-in/link", "token", form).is(t, http.StatusConflict, "This account is closed")
		if err := h.s.StartSession(t.Context(), httptest.NewRecorder(), a.ID); core.KindOf(err) != core.KindConflict {
			t.Errorf("start a session: %v", err)
		}
		if err := h.s.Reopen(t.Context(), core.Operator, a.ID); err != nil {
			t.Fatal(err)
		}
		b.post("/sign-in/link", "token", form).is(t, 200, "You are signed in")
	})
}

// Two who press the same link at the same time: one gets in.
func TestLinkIsUsedOnce(t *testing.T) {
	both(t, false, func(t *testing.T, h *house) {
		b := h.browser()
		b.post("/sign-in", "email", "amina@example.org")
		form := b.get(h.smtp.Wait(1).Link()).token(t)
		const n = 8
		got := make(chan error, n)
		for range n {
			go func() {
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/sign-in/link", nil)
				_, err := h.s.UseLink(httptest.NewRecorder(), r, authn.UseInput{Token: form, Name: "Amina"})
				got <- err
			}()
		}
		in := 0
		for range n {
			if err := <-got; err == nil {
				in++
			} else if core.KindOf(err) != core.KindConflict {
				t.Error(err)
			}
		}
		if in != 1 {
			t.Errorf("%d got in", in)
		}
	})
}
