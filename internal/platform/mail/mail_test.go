package mail

import (
	"context"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/db"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/mail/mailtest"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/web"
)

func openRecord(t *testing.T, url string) *record.Record {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	clock := &core.Clock{}
	rec, err := record.Open(t.Context(), d, clock, core.NewIDs(clock), nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rec.Close)
	return rec
}

func catalog(t *testing.T) *i18n.Catalog {
	t.Helper()
	words := fstest.MapFS{}
	for _, name := range []string{"shell.en.toml", "mail.en.toml", "outbox.en.toml"} {
		text, err := fs.ReadFile(web.Locales(), name)
		if err != nil {
			t.Fatal(err)
		}
		words[name] = &fstest.MapFile{Data: text}
	}
	c, err := i18n.Load(words)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func service(t *testing.T, url string, cfg Config) *Service {
	t.Helper()
	cfg.Log = slog.New(slog.DiscardHandler)
	if cfg.BaseURL == "" {
		cfg.BaseURL = "https://forum.example"
	}
	s, err := New(openRecord(t, url), catalog(t), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func queue(t *testing.T, s *Service, ms ...Message) {
	t.Helper()
	if err := s.rec.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
		return s.QueueTx(ctx, tx, ms...)
	}); err != nil {
		t.Fatal(err)
	}
}

// only returns the one mail of the outbox.
func only(t *testing.T, s *Service) row {
	t.Helper()
	var rows []row
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Scan(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1 {
		t.Fatalf("%d mails in the outbox, want 1", len(rows))
	}
	return rows[0]
}

func send(t *testing.T, s *Service, want int) {
	t.Helper()
	n, err := s.SendDue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n != want {
		t.Fatalf("%d mails were taken out, want %d", n, want)
	}
}

func note(id, to string) Message {
	return Message{ID: id, Kind: "note", To: to, ToName: "Amina Diallo", Lang: "en", Subject: "Moved to Room K", Text: "The session is in Room K.\n"}
}

func TestMailArrives(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		smtp := mailtest.Start(t)
		smtp.User, smtp.Password = "forum", "p@ss word"
		s := service(t, url, Config{SMTP: smtp.URL(), From: "forum@forum.example", Name: func(lang string) string { return "Forum für alle " + lang }})
		m := note("e1/amina", "Amina.Diallo@Example.org")
		m.Subject = "Séance déplacée\r\nBcc: x@example.org"
		m.Text = "Chère Amina,\n\nla séance est en salle K. Русский, 中文, العربية.\n"
		m.HTML = "<p>Chère Amina</p>"
		m.Unsubscribe = "https://forum.example/me/mails?stop=notes"
		queue(t, s, m)
		queue(t, s, m) // the follower that queued it starts again
		send(t, s, 1)
		send(t, s, 0)

		got := smtp.Wait(1)
		if got.To != "Amina.Diallo@example.org" || got.From != "forum@forum.example" {
			t.Errorf("from %s to %s", got.From, got.To)
		}
		if got.Subject != "Séance déplacée Bcc: x@example.org" || got.Header.Get("Bcc") != "" {
			t.Errorf("subject %q", got.Subject)
		}
		if got.Text != m.Text || got.HTML != m.HTML {
			t.Errorf("text %q, HTML %q", got.Text, got.HTML)
		}
		for name, want := range map[string]string{
			"Message-Id":            "<" + messageID("e1/amina") + "@forum.example>",
			"Auto-Submitted":        "auto-generated",
			"List-Unsubscribe":      "<https://forum.example/me/mails?stop=notes>",
			"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		} {
			if got := got.Header.Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		if from, err := got.Header.AddressList("From"); err != nil || from[0].Name != "Forum für alle "+m.Lang {
			t.Errorf("From: %v, %v", from, err)
		}
		if n := len(smtp.Mails()); n != 1 {
			t.Errorf("%d mails arrived, want 1", n)
		}
		if r := only(t, s); r.State != Sent || r.Sent.IsZero() || r.Attempts != 1 {
			t.Errorf("state %s, sent %v, %d tries", r.State, r.Sent, r.Attempts)
		}
	})
}

func TestRefusedForNowIsTriedAgain(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		smtp := mailtest.Start(t)
		smtp.Later(1000)
		s := service(t, url, Config{SMTP: smtp.URL()})
		now := core.Machine()
		s.now = func() time.Time { return now }
		queue(t, s, note("e1/later", "later@example.org"))
		for i, wait := range waits {
			send(t, s, 1)
			if r := only(t, s); r.State != Queued || !strings.Contains(r.LastError, "come back later") {
				t.Fatalf("try %d: %s, %q", i+1, r.State, r.LastError)
			}
			now = now.Add(wait - time.Second)
			send(t, s, 0)
			now = now.Add(time.Second)
		}
		send(t, s, 1)
		if r := only(t, s); r.State != Failed || r.Attempts != 6 {
			t.Errorf("after the last try: %s, %d tries", r.State, r.Attempts)
		}
		now = now.Add(100 * time.Hour)
		send(t, s, 0)

		smtp.Later(1)
		queue(t, s, note("e2/later", "later@example.org"))
		send(t, s, 1)
		now = now.Add(time.Minute)
		send(t, s, 1)
		if got := smtp.Wait(1); got.Subject != "Moved to Room K" {
			t.Errorf("subject %q", got.Subject)
		}
	})
}

func TestRefusedForGood(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		smtp := mailtest.Start(t)
		s := service(t, url, Config{SMTP: smtp.URL()})
		queue(t, s, note("e1/gone", "gone@example.org"), note("e1/amina", "amina@example.org"), note("e1/none", "nobody"))
		send(t, s, 2)
		if got := smtp.Wait(1); got.To != "amina@example.org" {
			t.Errorf("to %s: one refused mail must not hold up the others", got.To)
		}
		var rows []row
		if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("state = ?", Failed).OrderExpr("to_addr").Scan(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(rows) != 2 || !strings.Contains(rows[0].LastError, "no such person") || rows[1].ToAddr != "nobody" {
			t.Errorf("failed: %+v", rows)
		}
	})
}

// A mail server that is away or does not know us says nothing about the recipient.
func TestServerAway(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		smtp := mailtest.Start(t)
		smtp.User, smtp.Password = "forum", "right"
		s := service(t, url, Config{SMTP: strings.Replace(smtp.URL(), "right", "wrong", 1)})
		queue(t, s, note("e1/amina", "amina@example.org"))
		send(t, s, 1)
		if r := only(t, s); r.State != Queued {
			t.Errorf("with a wrong password: %s %q", r.State, r.LastError)
		}
		away := service(t, url, Config{SMTP: "smtp://127.0.0.1:1"})
		later := core.Machine().Add(time.Hour)
		away.now = func() time.Time { return later }
		send(t, away, 1)
		if r := only(t, s); r.State != Queued || r.Attempts != 2 {
			t.Errorf("with no server: %s, %d tries, %q", r.State, r.Attempts, r.LastError)
		}
	})
}

// A sender that dies between sending and noting it leaves the mail to the next one,
// which sends it under the same Message-ID.
func TestCrashSendsTheSameMailAgain(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		smtp := mailtest.Start(t)
		s := service(t, url, Config{SMTP: smtp.URL()})
		queue(t, s, note("e1/amina", "amina@example.org"))
		r, found, err := s.take(t.Context())
		if err != nil || !found {
			t.Fatal(r, err)
		}
		conn := &connection{server: s.server}
		if _, err := s.deliver(t.Context(), conn, r); err != nil {
			t.Fatal(err)
		}
		conn.close()

		send(t, s, 0) // another process leaves it alone
		later := core.Machine().Add(leaseFor + time.Second)
		s.now = func() time.Time { return later }
		send(t, s, 1)
		a, b := smtp.Wait(1), smtp.Wait(2)
		if a.Header.Get("Message-Id") != b.Header.Get("Message-Id") {
			t.Errorf("Message-IDs %s and %s", a.Header.Get("Message-Id"), b.Header.Get("Message-Id"))
		}
	})
}

func TestUrgentGoesFirstAndUselessNotAtAll(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		smtp := mailtest.Start(t)
		s := service(t, url, Config{SMTP: smtp.URL()})
		var many []Message
		for i := range 2 * batch {
			many = append(many, note("e1/"+string(rune('a'+i)), "amina@example.org"))
		}
		queue(t, s, many...)
		urgent := note("e2/kenji", "kenji@example.org")
		urgent.Urgent = true
		short := note("e3/lina", "lina@example.org")
		short.Urgent, short.Useful = true, time.Minute
		queue(t, s, urgent, short)
		later := core.Machine().Add(2 * time.Minute)
		s.now = func() time.Time { return later }
		send(t, s, batch)
		if got := smtp.Wait(1); got.To != "kenji@example.org" {
			t.Errorf("first mail to %s", got.To)
		}
		send(t, s, batch)
		send(t, s, 1)
		for _, m := range smtp.Mails() {
			if m.To == "lina@example.org" {
				t.Error("a mail was sent that was of no more use")
			}
		}
	})
}

func TestRunSendsAndReleases(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		held := service(t, url, Config{})
		held.Run(t.Context()) // says so and returns
		queue(t, held, note("e1/amina", "amina@example.org"))
		if r := only(t, held); r.State != Held {
			t.Fatalf("without a mail server: %s", r.State)
		}
		smtp := mailtest.Start(t)
		s := service(t, url, Config{SMTP: smtp.URL()})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { s.Run(ctx); close(done) }()
		if got := smtp.Wait(1); got.To != "amina@example.org" {
			t.Errorf("to %s", got.To)
		}
		queue(t, s, note("e2/kenji", "kenji@example.org"))
		if got := smtp.Wait(2); got.To != "kenji@example.org" {
			t.Errorf("to %s", got.To)
		}
		stop()
		<-done
	})
}

// The text of a mail with a secret is written when it is sent and never stored.
func TestLateTextIsNotStored(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		smtp := mailtest.Start(t)
		s := service(t, url, Config{SMTP: smtp.URL()})
		s.Late("secret", func(_ context.Context, _ *record.Tx, m Message) (Message, error) {
			if m.Ref == "lost" {
				return m, core.NotFound()
			}
			m.Subject, m.Text = "Open", "with "+m.Ref+"\n"
			return m, nil
		})
		queue(t, s,
			Message{ID: "1", Kind: "secret", Ref: "sesame", To: "amina@example.org", Lang: "en"},
			Message{ID: "2", Kind: "secret", Ref: "lost", To: "kenji@example.org", Lang: "en"})
		send(t, s, 2-1)
		if got := smtp.Wait(1); got.Text != "with sesame\n" || got.Subject != "Open" {
			t.Errorf("%q %q", got.Subject, got.Text)
		}
		var rows []row
		if err := s.rec.DB.Read.NewSelect().Model(&rows).OrderExpr("ref DESC").Scan(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if r.Text != "" || r.Subject != "" {
				t.Errorf("stored: %q %q", r.Subject, r.Text)
			}
		}
		if rows[0].State != Sent || rows[1].State != Failed {
			t.Errorf("states %s and %s", rows[0].State, rows[1].State)
		}
	})
}

func TestTextsAreNotKeptForEver(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		smtp := mailtest.Start(t)
		s := service(t, url, Config{SMTP: smtp.URL()})
		queue(t, s, note("e1/amina", "amina@example.org"))
		send(t, s, 1)
		if err := s.tidy(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r := only(t, s); r.Text == "" {
			t.Error("the text of a fresh mail is gone")
		}
		later := core.Machine().Add(keepFor + time.Hour)
		s.now = func() time.Time { return later }
		if err := s.tidy(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r := only(t, s); r.Text != "" || r.ToName != "" || r.State != Sent {
			t.Errorf("%s: %q to %q", r.State, r.Text, r.ToName)
		}
		queue(t, s, note("e1/amina", "amina@example.org"))
		send(t, s, 0) // still known
	})
}

func TestServerAddress(t *testing.T) {
	for address, ok := range map[string]bool{
		"smtp://mail.example": true, "smtps://u:p@mail.example:465": true, "smtp://u:p@mail.example?tls=none&helo=forum.example": true,
		"http://mail.example": false, "smtp://": false, "smtp://mail.example?tls=perhaps": false, "smtp://mail.example:99999": false, "mail.example": false,
		"smtp://u:p%zz@mail.example": false,
	} {
		_, err := parseServer(address)
		if (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
		if err != nil && strings.Contains(err.Error(), "p%zz") {
			t.Errorf("%v tells the password", err)
		}
	}
}
