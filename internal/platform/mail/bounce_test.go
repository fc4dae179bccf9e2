package mail

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/mail/mailtest"
	"plenary/internal/platform/mailin"
	"plenary/internal/testkit"
)

// report is a report as a mail server sends it to the return path of a mail.
func report(n int, status, said string) []byte {
	return fmt.Appendf(nil, "From: MAILER-DAEMON@mx.example.org\r\nSubject: Undelivered Mail\r\nMessage-ID: <%d@mx.example.org>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"+
		"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nAction: failed\r\nStatus: %s\r\nDiagnostic-Code: smtp; %s\r\n\r\n--b--\r\n", n, status, said)
}

// bouncing makes a service with an address for bounces, and the door by which they come in.
func bouncing(t *testing.T, url string, smtp *mailtest.Server) (*Service, *mailin.Router) {
	t.Helper()
	s := service(t, url, Config{SMTP: smtp.URL(), From: "forum@forum.example", Bounces: "Bounce@returns.forum.example"})
	s.UseKey(func(context.Context) ([]byte, error) { return []byte("the key of this installation"), nil })
	name, domain := s.Bounces()
	r := mailin.NewRouter(slog.New(slog.DiscardHandler), domain)
	r.Handle(name, s.Bounced)
	return s, r
}

func TestMailsComeBack(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		ctx := t.Context()
		smtp := mailtest.Start(t)
		s, door := bouncing(t, url, smtp)
		queue(t, s, note("e1", "Amina@Example.org"), note("e2", "kenji@example.org"))
		send(t, s, 2)
		back := map[string]string{}
		for _, m := range smtp.Mails() {
			back[m.To] = m.From
			if m.Header.Get("From") != "<forum@forum.example>" || len(m.From) > 64+len("@returns.forum.example") {
				t.Errorf("from %s, back to %s", m.Header.Get("From"), m.From)
			}
		}
		mine := back["Amina@example.org"]
		if mine == back["kenji@example.org"] || !strings.HasPrefix(mine, "bounce+") || !door.Takes(mine) {
			t.Fatalf("back to %v", back)
		}

		// What nobody can have from us changes nothing.
		token := strings.TrimSuffix(strings.TrimPrefix(mine, "bounce+"), "@returns.forum.example")
		last := byte('0')
		if token[len(token)-1] == last {
			last = '1'
		}
		for _, forged := range []string{token[:len(token)-1] + string(last), messageID("e1") + "-0000000000000000", "x", messageID("e1")} {
			err := door.Deliver(ctx, "", []string{"bounce+" + forged + "@returns.forum.example"}, report(1, "5.1.1", "user unknown"))
			isKind(t, "forged "+forged, err, core.KindNotFound)
		}
		// Nor does an out-of-office note.
		ok(t, door.Deliver(ctx, "", []string{mine}, []byte("From: amina@example.org\nSubject: Away\nAuto-Submitted: auto-replied\n\nuser unknown\n")))
		if got := one(t, s, "amina"); got.State != Sent || len(got.Tries) != 1 {
			t.Fatalf("%s %s", got.State, whats(got))
		}

		// In capitals, as some servers write addresses, and twice, as they may send it.
		for range 2 {
			ok(t, door.Deliver(ctx, "", []string{strings.ToUpper(mine)}, report(2, "5.1.1", "550 user unknown")))
		}
		if got := one(t, s, "amina"); got.State != Bounced || whats(got) != "sent hard" || got.Tries[1].Answer != "smtp; 550 user unknown" {
			t.Errorf("%s %+v", got.State, got.Tries)
		}
		list, err := s.Addresses(ctx, secretariat, core.Page{})
		if ok(t, err); len(list.Items) != 1 || list.Items[0].Email != "Amina@Example.org" || list.Items[0].Why != "hard" {
			t.Fatalf("%+v", list.Items)
		}

		// Nothing is sent there any more but what a person asks for.
		link := note("e4", "AMINA@example.org")
		link.Urgent = true
		queue(t, s, note("e3", "amina@example.org"), link)
		had := len(smtp.Mails())
		send(t, s, 1)
		if got := smtp.Mails(); len(got) != had+1 || got[had].To != "AMINA@example.org" {
			t.Errorf("%d mails went out", len(got)-had)
		}
		if n, err := s.Tallies(ctx, secretariat, Query{State: "failed"}, "kind"); err != nil || len(n) != 1 {
			t.Errorf("%v, %v", n, err)
		}

		// The person has a mail sent to try it, and opens its link.
		id := list.Items[0].ID
		isKind(t, "somebody else's", s.AskTest(ctx, member, id, []string{"kenji@example.org"}, "en"), core.KindNotFound)
		ok(t, s.AskTest(ctx, member, id, []string{"amina@example.org"}, "fr"))
		isKind(t, "twice", s.AskTest(ctx, member, id, []string{"amina@example.org"}, "fr"), core.KindConflict)
		send(t, s, 1)
		mails := smtp.Mails()
		_, query, _ := strings.Cut(mails[len(mails)-1].Link(), "?id="+string(id)+"&token=")
		if len(query) != 32 {
			t.Fatalf("the link is %s", mails[len(mails)-1].Link())
		}
		_, err = s.Arrives(ctx, id, query)
		ok(t, err)
		_, err = s.Arrives(ctx, id, strings.Repeat("0", 32))
		isKind(t, "another token", err, core.KindNotFound)
		before := s.now
		s.now = func() time.Time { return before().Add(25 * time.Hour) }
		isKind(t, "a day later", s.Arrived(ctx, core.Visitor, id, query), core.KindNotFound)
		s.now = before
		ok(t, s.Arrived(ctx, core.Visitor, id, query))
		isKind(t, "used twice", s.Arrived(ctx, core.Visitor, id, query), core.KindNotFound)
		queue(t, s, note("e5", "amina@example.org"))
		send(t, s, 1)
	})
}

func TestFiveSoftOnesAreAHardOne(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		ctx := t.Context()
		smtp := mailtest.Start(t)
		s, door := bouncing(t, url, smtp)
		now := core.Machine()
		s.now = func() time.Time { return now }
		bounce := func(n int) {
			queue(t, s, note(fmt.Sprint("e", n), "amina@example.org"))
			send(t, s, 1)
			ok(t, door.Deliver(ctx, "", []string{smtp.Wait(n).From}, report(n, "5.2.2", "mailbox full")))
		}
		bounce(1)
		now = now.Add(31 * 24 * time.Hour) // the first is too long ago
		for n := 2; n <= 5; n++ {
			bounce(n)
		}
		if list, err := s.Unreachable(ctx, "AMINA@example.org"); err != nil || len(list) != 0 {
			t.Fatalf("after four: %+v, %v", list, err)
		}
		bounce(6)
		list, err := s.Unreachable(ctx, "amina@example.org", "kenji@example.org")
		if err != nil || len(list) != 1 || list[0].Why != "soft" {
			t.Fatalf("after five: %+v, %v", list, err)
		}
		isKind(t, "a member", s.Clear(ctx, member, list[0].ID), core.KindNotFound)
		ok(t, s.Clear(ctx, secretariat, list[0].ID))
		isKind(t, "twice", s.Clear(ctx, secretariat, list[0].ID), core.KindNotFound)

		// What the mail server says at once counts as well.
		queue(t, s, note("g", "gone@example.org"))
		send(t, s, 1)
		if list, err := s.Unreachable(ctx, "gone@example.org"); err != nil || len(list) != 1 || list[0].Status != "5.1.1" {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestAddressForBounces(t *testing.T) {
	for address, good := range map[string]bool{
		"": true, "bounce@forum.example": true, "b@mäil.example": true, "bounce+x@forum.example": false, "a-name-that-is-long@forum.example": false, "bounce": false, "größe@forum.example": false,
	} {
		if _, _, err := readBounces(address); (err == nil) != good {
			t.Errorf("%s: %v", address, err)
		}
	}
}
