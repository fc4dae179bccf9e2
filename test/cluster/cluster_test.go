package cluster_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/test/fleet"
)

// One forum of two servers; what is taken away comes back before the next part.
func TestTwoServers(t *testing.T) {
	h := open(t)
	for _, part := range []struct {
		name string
		test func(h *house)
	}{
		{"set up", setUp},
		{"a change is seen by page, cache and search", seenByTheOther},
		{"a change is seen by a page that waits", seenByWaiting},
		{"sign in here, sign out there", signOut},
		{"files", files},
		{"NATS away", natsAway},
		{"one is killed", oneIsKilled},
		{"PostgreSQL crashes", postgresCrashes},
		{"one ends in order", oneEnds},
	} {
		if !t.Run(part.name, func(t *testing.T) {
			inner := *h
			inner.t = t
			part.test(&inner)
			inner.t = h.t
			*h = inner
		}) {
			return
		}
	}
}

// The token that one server printed opens the page at the other, once.
func setUp(h *house) {
	if h.token == "" {
		h.t.Fatal("no token was printed")
	}
	if err := h.staff.SetUp(h.t.Context(), h.b.URL, h.token); err != nil {
		h.t.Fatal(err)
	}
	for _, s := range []*fleet.Process{h.a, h.b} {
		h.must(h.get(fleet.NewBrowser(20*time.Second), s.URL+"/set-up?token="+h.token), http.StatusNotFound)
	}
}

func seenByTheOther(h *house) {
	visitor := fleet.NewBrowser(20 * time.Second)
	for i, s := range [][2]*fleet.Process{{h.a, h.b}, {h.b, h.a}} {
		name := fmt.Sprintf("Lighthouse Keepers %d", i+1)
		// The page is kept at both.
		for range 2 {
			h.must(h.get(visitor, h.a.URL+"/organisations"), http.StatusOK)
			h.must(h.get(visitor, h.b.URL+"/organisations"), http.StatusOK)
		}
		h.must(h.organisation(s[0].URL, name), http.StatusOK)
		h.within(time.Second, "seen on a page that was kept", h.seen(visitor, s[1].URL+"/organisations", name))
		h.within(time.Second, "found by search", h.seen(visitor, s[1].URL+"/search?q="+url.QueryEscape(name), name))
	}
}

func (h *house) organisation(server, name string) *fleet.Page {
	h.t.Helper()
	p, err := h.staff.Organisation(h.t.Context(), server, name)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

// The editor of the timetable asks for what is new and waits for the answer at one server
// while somebody changes the plan at the other.
func seenByWaiting(h *house) {
	version := func(after string) string {
		p, err := h.staff.Get(h.t.Context(), h.b.URL+"/2027/timetable/version?after="+after)
		if err != nil || p.Status != http.StatusOK {
			h.t.Errorf("version: %v %+v", err, p)
			return ""
		}
		_, n, _ := strings.Cut(p.Body, ":")
		return strings.Trim(n, "} \n")
	}
	first := version("-1")
	answered := make(chan time.Time, 1)
	go func() {
		version(first)
		answered <- core.Machine()
	}()
	time.Sleep(300 * time.Millisecond) // it waits by now
	select {
	case <-answered:
		h.t.Error("it did not wait")
	default:
	}
	changed := core.Machine()
	h.must(h.post(h.staff, h.a.URL+"/2027/timetable/begin", nil), http.StatusOK)
	select {
	case at := <-answered:
		h.t.Logf("seen by a page that waits: %s", at.Sub(changed).Round(time.Millisecond))
	case <-time.After(time.Second + margin):
		h.t.Error("the page that waits was not told")
	}
}

// Somebody asks for a link at one server, the mail of either leads her to the other, and when
// she signs out at the first the other knows.
func signOut(h *house) {
	b := fleet.NewBrowser(20 * time.Second)
	had := len(h.mail.Mails())
	h.must(h.post(b, h.a.URL+"/sign-in", url.Values{"email": {"ada@example.org"}}), http.StatusOK)
	link, err := url.Parse(h.mail.Wait(had + 1).Link())
	if err != nil {
		h.t.Fatal(err)
	}
	h.must(h.get(b, h.b.URL+link.Path+"?"+link.RawQuery), http.StatusOK)
	h.must(h.post(b, h.b.URL+link.Path, url.Values{"token": {link.Query().Get("token")}}), http.StatusOK)
	known := func(s *fleet.Process) bool {
		p, err := b.Get(h.t.Context(), s.URL+"/me")
		return err == nil && p.URL.Path == "/me" && p.Status == http.StatusOK
	}
	// The cookie is taken away here, so that the server alone decides.
	base, err := url.Parse(h.a.URL)
	if err != nil {
		h.t.Fatal(err)
	}
	cookies := b.Jar.Cookies(base)
	for range 3 { // both remember her
		if !known(h.a) || !known(h.b) {
			h.t.Fatal("she is not signed in")
		}
	}
	h.must(h.post(b, h.a.URL+"/sign-out", nil), http.StatusOK)
	b.Jar.SetCookies(base, cookies)
	h.within(time.Second, "signed out at the other server", func() bool { return !known(h.b) })
}

// A file that was sent to one server is given by the other.
func files(h *house) {
	form := url.Values{"name": {"programme"}, "lang": {"en"}, "text": {
		"Lakeside Forum 2027 Main Sessions\n\nWho keeps the lights on? (10 May | 11:00 - 12:30 EAT | Main Hall)\n\n" +
			"Power and networks depend on each other. The session asks who plans for both.\n",
	}}
	p := h.must(h.post(h.staff, h.a.URL+"/2027/import", form), http.StatusOK)
	if !strings.HasPrefix(p.URL.Path, "/2027/imports/") {
		h.t.Fatalf("it came to %s: %s", p.URL, p.Find("main").Text())
	}
	file := h.must(h.get(h.staff, h.b.URL+strings.TrimSuffix(p.URL.Path, "/")+"/file"), http.StatusOK)
	if file.Body != form.Get("text") {
		h.t.Errorf("the other server gives %q", file.Body)
	}
}

// Without NATS a change is seen by the clock, and with it again as before.
func natsAway(h *house) {
	address := h.nats.Addr().String()
	h.nats.Shutdown()
	h.nats.WaitForShutdown()
	visitor := fleet.NewBrowser(20 * time.Second)
	h.must(h.get(visitor, h.b.URL+"/organisations"), http.StatusOK)
	h.must(h.organisation(h.a.URL, "Without a bus"), http.StatusOK)
	h.within(time.Second, "seen without NATS", h.seen(visitor, h.b.URL+"/organisations", "Without a bus"))
	h.startNATS(address)
	h.must(h.organisation(h.a.URL, "With a bus again"), http.StatusOK)
	h.within(time.Second, "seen with NATS again", h.seen(visitor, h.b.URL+"/organisations", "With a bus again"))
}

// oneIsKilled kills the server that does the work of both while people write and mail goes out.
func oneIsKilled(h *house) {
	h.sql(`UPDATE leases SET lease_until = lease_until`) // there are some
	h.within(4*time.Second, "somebody does the work", func() bool { return h.owner("work") != "" && h.owner("mail") != "" })
	work, mail := h.owner("work"), h.owner("mail")
	had := len(h.mail.Mails())
	const mails = 60
	l := h.write("Under a kill", 6)
	h.within(10*time.Second, "they write", func() bool { return l.done() > 20 })
	h.sql(fmt.Sprintf(`INSERT INTO outbox (id, message_id, kind, to_addr, subject, text, state, queued, next_try, created)
		SELECT 'm' || n, 'cluster-' || n, 'test', 'u' || n || '@example.org', 'Mail ' || n, 'Text', 'queued', n, n, n FROM generate_series(1, %d) AS n`, mails))
	// The first that started does the work: it took it when nobody else was there.
	h.a.Kill()
	killed := core.Machine()
	h.within(4*time.Second, "periodic work is taken over", func() bool { o := h.owner("work"); return o != "" && o != work })
	h.within(4*time.Second, "mail is taken over", func() bool { o := h.owner("mail"); return o != "" && o != mail })
	before := h.followed()
	h.within(4*time.Second, "followers are taken over", func() bool { return h.followed() > before+5 })
	h.t.Logf("all were taken over after %s", core.MachineSince(killed).Round(time.Millisecond))
	// The one that the dead one had in its hands waits for the end of its time; all else goes out.
	h.within(20*time.Second, "mails go out", func() bool { return len(h.mail.Mails())-had >= mails-1 })
	l.end(5 * time.Second)
	h.within(4*time.Second, "followers have come to the end", func() bool {
		var last int64
		h.sql("SELECT max(seq) FROM events", &last)
		return h.followed() == last
	})
	times := map[string]int{}
	for _, m := range h.mail.Mails()[had:] {
		times[m.Subject]++
		if times[m.Subject] > 1 {
			h.t.Errorf("%s was sent %d times", m.Subject, times[m.Subject])
		}
	}
	var rows int
	h.sql("SELECT count(*) FROM outbox WHERE kind = 'test'", &rows)
	if rows != mails {
		h.t.Errorf("%d mails are queued, not %d", rows, mails)
	}
	h.a = h.start()
}

// postgresCrashes takes the database away while people write and read, and gives it back.
func postgresCrashes(h *house) {
	l := h.write("Under a crash", 6)
	h.within(10*time.Second, "they write", func() bool { return l.done() > 20 })
	h.pg.Crash()
	away := l.done()
	visitor := fleet.NewBrowser(20 * time.Second)
	for _, s := range []*fleet.Process{h.a, h.b} {
		p := h.must(h.get(visitor, s.URL+"/fr/organisations?q=none"), http.StatusServiceUnavailable)
		if p.Header.Get("Retry-After") == "" || !strings.Contains(p.Find("main").Text(), "La base de données ne répond pas") {
			h.t.Errorf("a reader is told %q", p.Find("main").Text())
		}
		h.must(h.get(visitor, s.URL+"/healthz"), http.StatusOK)
		h.must(h.get(visitor, s.URL+"/readyz"), http.StatusServiceUnavailable)
	}
	time.Sleep(time.Second)
	ctx, stop := context.WithTimeout(h.t.Context(), time.Minute)
	defer stop()
	gone := core.Machine()
	if err := h.pg.Restart(ctx); err != nil {
		h.t.Fatal(err)
	}
	took := core.MachineSince(gone)
	h.within(5*time.Second, "they write again", func() bool { return l.done() > away+20 })
	time.Sleep(500 * time.Millisecond)
	h.within(5*time.Second, "both serve", func() bool { return h.a.Ready(ctx) && h.b.Ready(ctx) })
	h.within(5*time.Second, "somebody does the work", func() bool { return h.owner("work") != "" && h.owner("mail") != "" })
	l.end(5*time.Second + time.Second + took)
	h.must(h.organisation(h.a.URL, "After the crash"), http.StatusOK)
	h.within(time.Second, "seen after the crash", h.seen(visitor, h.b.URL+"/organisations", "After the crash"))
}

// oneEnds: a server that is told to end finishes what it has, and the other does the work at
// once; nobody who goes to the other then hears an error.
func oneEnds(h *house) {
	l := h.write("Under an end", 4)
	h.within(10*time.Second, "they write", func() bool { return l.done() > 10 })
	h.b.Stop()
	h.within(2*time.Second, "the other does the work", func() bool { return h.owner("work") != "" && h.owner("mail") != "" })
	h.b = h.a // what is left
	n := l.done()
	h.within(2*time.Second, "they write on", func() bool { return l.done() > n+5 })
	l.end(5 * time.Second)
}
