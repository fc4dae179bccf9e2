package mail

import (
	"context"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/mail/mailtest"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

var (
	secretariat = core.Actor{Account: "acc-secretariat", Grants: []core.Grant{{Role: core.RoleSecretariat, Scope: core.ScopeForum}}}
	member      = core.Actor{Account: "acc-member"}
)

// one gives the staff's view of the mail to an address.
func one(t *testing.T, s *Service, to string) OutgoingMail {
	t.Helper()
	list, err := s.Outbox(t.Context(), secretariat, Query{Text: to})
	if err != nil || len(list.Items) != 1 {
		t.Fatalf("mails to %s: %+v, %v", to, list.Items, err)
	}
	m, err := s.Mail(t.Context(), secretariat, list.Items[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func isKind(t *testing.T, what string, err error, want core.Kind) {
	t.Helper()
	if err == nil || core.KindOf(err) != want {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func whats(m OutgoingMail) string {
	var out []string
	for _, x := range m.Tries {
		out = append(out, x.What)
	}
	return strings.Join(out, " ")
}

func TestStaffLooksAfterMail(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		ctx := t.Context()
		smtp := mailtest.Start(t)
		s := service(t, url, Config{SMTP: smtp.URL()})
		now := core.Machine()
		s.now = func() time.Time { return now }
		smtp.Later(1)
		m := note("e1/amina", "Amina.Diallo@example.org")
		m.Text = "Confirm here: https://forum.example/confirm?token=geheim and read https://forum.example/news\n"
		kenji := note("e1/kenji", "later@example.org")
		kenji.Lang, kenji.Kind = "fr", "letter"
		queue(t, s, m, kenji, note("e1/gone", "gone@example.org"), note("e1/lina", "100%@example.org"))

		ok(t, s.Hold(ctx, secretariat, one(t, s, "100%").ID, ReasonInput{Reason: "A wrong date"}))
		send(t, s, 3)
		got := one(t, s, "amina.d")
		if got.State != Sent || whats(got) != "sent" || got.Tries[0].Answer == "" {
			t.Errorf("%s: %+v", got.State, got.Tries)
		}
		if strings.Contains(got.Text, "geheim") || !strings.Contains(got.Text, "https://forum.example/…") || !strings.Contains(got.Text, "Confirm here") {
			t.Errorf("the staff reads %q", got.Text)
		}
		if got = one(t, s, "later@"); got.State != Queued || whats(got) != "deferred" || got.Tries[0].Status != "451" {
			t.Errorf("%s: %+v", got.State, got.Tries)
		}
		if got = one(t, s, "gone@"); got.State != Failed || whats(got) != "refused" || !strings.Contains(got.Tries[0].Answer, "no such person") {
			t.Errorf("%s: %+v", got.State, got.Tries)
		}
		tally, err := s.Tallies(ctx, secretariat, Query{}, "state")
		ok(t, err)
		counts := map[string]int{}
		for _, x := range tally {
			counts[x.Value] = x.Count
		}
		if counts["sent"] != 1 || counts["queued"] != 1 || counts["failed"] != 1 || counts["held"] != 1 {
			t.Errorf("counts %v", counts)
		}
		for q, want := range map[Query]int{{}: 4, {State: "held"}: 1, {Kind: "letter"}: 1, {Lang: "fr"}: 1, {Lang: "fr", State: "sent"}: 0, {Text: "EXAMPLE.ORG"}: 4, {Text: "_"}: 0} {
			if list, err := s.Outbox(ctx, secretariat, q); err != nil || len(list.Items) != want || list.Total != want {
				t.Errorf("%+v: %d mails, %v", q, len(list.Items), err)
			}
		}

		// Tries anew: the one that was refused, and the one that waits, at once.
		if n, err := s.Retryable(ctx, secretariat, Query{}); n != 2 || err != nil {
			t.Errorf("%d mails can be sent again, %v", n, err)
		}
		smtp.Later(1000)
		n, err := s.RetryAll(ctx, secretariat, Query{Text: "later"})
		if ok(t, err); n != 1 {
			t.Errorf("%d mails are sent again", n)
		}
		send(t, s, 1)
		for range waits { // it has all its tries again
			if got = one(t, s, "later@"); got.State != Queued {
				t.Fatalf("after %d tries: %s", got.Attempts, got.State)
			}
			now = now.Add(13 * time.Hour)
			send(t, s, 1)
		}
		if got = one(t, s, "later@"); got.State != Failed || got.Attempts != 7 {
			t.Errorf("after %d tries: %s", got.Attempts, got.State)
		}
		isKind(t, "nothing to send again", func() error { _, err := s.RetryAll(ctx, secretariat, Query{State: "sent"}); return err }(), core.KindConflict)

		// Held, let go, held, cancelled, sent after all.
		lina := one(t, s, "100%").ID
		isKind(t, "held twice", s.Hold(ctx, secretariat, lina, ReasonInput{Reason: "x"}), core.KindForbidden)
		ok(t, s.Release(ctx, secretariat, lina))
		isKind(t, "no reason", s.Hold(ctx, secretariat, lina, ReasonInput{Reason: " "}), core.KindInvalid)
		ok(t, s.Cancel(ctx, secretariat, lina))
		send(t, s, 0)
		ok(t, s.Retry(ctx, secretariat, lina))
		send(t, s, 1)
		if got = one(t, s, "100%"); got.State != Sent {
			t.Errorf("%s", got.State)
		}
		isKind(t, "sent once more", s.Retry(ctx, secretariat, lina), core.KindForbidden)
		events, err := s.History(ctx, secretariat, lina)
		ok(t, err)
		var kinds []string
		for _, e := range events {
			kinds = append(kinds, e.Kind)
		}
		if got := strings.Join(kinds, " "); got != "mail.held mail.released mail.cancelled mail.retried" || !strings.Contains(string(events[0].Data), "A wrong date") {
			t.Errorf("events %s", got)
		}

		for what, err := range map[string]error{
			"list": func() error { _, err := s.Outbox(ctx, member, Query{}); return err }(), "one": func() error { _, err := s.Mail(ctx, member, lina); return err }(),
			"retry": s.Retry(ctx, member, lina), "hold": s.HoldAll(ctx, member, HoldInput{Reason: "x"}), "history": func() error { _, err := s.History(ctx, member, lina); return err }(),
		} {
			isKind(t, "a member: "+what, err, core.KindNotFound)
		}
	})
}

func TestMailIsHeldBack(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		ctx := t.Context()
		smtp := mailtest.Start(t)
		s := service(t, url, Config{SMTP: smtp.URL()})
		urgent := note("e1/link", "link@example.org")
		urgent.Urgent, urgent.Kind = true, "sign_in"
		short := note("e1/short", "short@example.org")
		short.Useful = time.Nanosecond
		letter := note("e1/letter", "letter@example.org")
		letter.Kind = "letter"
		ok(t, s.HoldAll(ctx, secretariat, HoldInput{Reason: "The programme is wrong"}))
		ok(t, s.HoldAll(ctx, secretariat, HoldInput{Kind: "letter", Reason: "Not yet"}))
		isKind(t, "held twice", s.HoldAll(ctx, secretariat, HoldInput{Reason: "again"}), core.KindConflict)
		isKind(t, "no kind", s.HoldAll(ctx, secretariat, HoldInput{Kind: "a b", Reason: "again"}), core.KindInvalid)
		queue(t, s, urgent, short, letter, note("e1/amina", "amina@example.org"))
		time.Sleep(time.Millisecond)
		send(t, s, 1)
		if got := smtp.Wait(1); got.To != "link@example.org" {
			t.Errorf("to %s", got.To)
		}
		if got := one(t, s, "short@"); got.State != Failed || whats(got) != "useless" {
			t.Errorf("%s %s", got.State, whats(got))
		}
		if got := one(t, s, "amina@"); got.State != Held {
			t.Errorf("%s", got.State)
		}
		if p, err := s.Post(ctx); err != nil || p.Queued != 0 || p.Held != 2 || !p.Oldest.IsZero() {
			t.Errorf("%+v, %v", p, err)
		}
		isKind(t, "let go by itself", s.Release(ctx, secretariat, one(t, s, "amina@").ID), core.KindConflict)
		ok(t, s.Lift(ctx, secretariat, LiftInput{}))
		send(t, s, 1)
		ok(t, s.Lift(ctx, secretariat, LiftInput{Kind: "letter"}))
		send(t, s, 1)
		isKind(t, "let go twice", s.Lift(ctx, secretariat, LiftInput{}), core.KindNotFound)

		ok(t, s.HoldAll(ctx, secretariat, HoldInput{Reason: "Everything", Urgent: true}))
		urgent.ID = "e2/link"
		queue(t, s, urgent)
		send(t, s, 0)
	})
}

// What is written when it is sent, and what is nobody's business, the staff does not read.
func TestStaffReadsNoSecrets(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		s := service(t, url, Config{Demo: true})
		s.Closed("conduct")
		s.Late("secret", func(_ context.Context, _ *record.Tx, m Message) (Message, error) {
			m.Subject, m.Text = "sesame", "sesame"
			return m, nil
		})
		hidden := note("e1/x", "victim@example.org")
		hidden.Kind = "conduct_report"
		queue(t, s, hidden, Message{ID: "e2", Kind: "secret", To: "amina@example.org", Lang: "en"})
		list, err := s.Outbox(t.Context(), secretariat, Query{})
		ok(t, err)
		for _, i := range list.Items {
			m, err := s.Mail(t.Context(), secretariat, i.ID)
			ok(t, err)
			if i.Subject != "" || m.Subject != "" || m.Text != "" || m.ToName != "" || (i.Kind == "conduct_report") != (m.To == "") {
				t.Errorf("the staff reads %+v", m)
			}
		}
		if list, err := s.Outbox(t.Context(), secretariat, Query{Text: "victim"}); err != nil || len(list.Items) != 0 {
			t.Errorf("found by searching: %+v, %v", list.Items, err)
		}
	})
}
