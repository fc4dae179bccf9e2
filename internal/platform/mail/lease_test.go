package mail

import (
	"sync"
	"testing"
	"time"

	"plenary/internal/platform/mail/mailtest"
	"plenary/internal/testkit"
)

// However slow the mail server is, a mail in the hands of a sender that lives is not sent by
// another one.
func TestSlowSenderKeepsItsMail(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		smtp := mailtest.Start(t)
		smtp.Slow(time.Second)
		slow, other := service(t, url, Config{SMTP: smtp.URL()}), service(t, url, Config{SMTP: smtp.URL()})
		slow.leaseFor, slow.renewAfter = 400*time.Millisecond, 100*time.Millisecond
		queue(t, slow, note("e1/amina", "amina@example.org"))
		var wg sync.WaitGroup
		wg.Go(func() {
			if n, err := slow.SendDue(t.Context()); n != 1 || err != nil {
				t.Errorf("%d mails, %v", n, err)
			}
		})
		time.Sleep(150 * time.Millisecond)
		for range 8 {
			time.Sleep(100 * time.Millisecond)
			send(t, other, 0)
		}
		wg.Wait()
		if n := len(smtp.Mails()); n != 1 {
			t.Errorf("%d mails arrived, not 1", n)
		}
		if r := only(t, slow); r.State != Sent || r.Attempts != 1 {
			t.Errorf("%s after %d tries", r.State, r.Attempts)
		}
	})
}

// A sender that is killed has one mail in its hands, and that for less than a minute.
func TestKilledSenderHoldsOneMailForLessThanAMinute(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		smtp := mailtest.Start(t)
		dead, other := service(t, url, Config{SMTP: smtp.URL()}), service(t, url, Config{SMTP: smtp.URL()})
		queue(t, dead, note("e1/amina", "amina@example.org"), note("e1/kenji", "kenji@example.org"), note("e1/lina", "lina@example.org"))
		if _, found, err := dead.take(t.Context()); !found || err != nil {
			t.Fatal(found, err)
		}
		send(t, other, 2)
		now := other.now().Add(time.Minute - lookEvery)
		other.now = func() time.Time { return now }
		send(t, other, 1)
		if n := len(smtp.Mails()); n != 3 {
			t.Errorf("%d mails arrived, not 3", n)
		}
	})
}
