package attendance_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/attendance"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
	webfiles "plenary/web"
)

// Her page shows each person her own links, those of her own sessions first.
func TestMyLinks(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Open networks", "2026-10-26", "10:00", 60)
		y := h.session("Closed networks", "2026-10-27", "10:00", 60)
		z := h.session("Closed meeting", "2026-10-27", "12:00", 60, invitedOnly)
		_, err := h.Agenda.Add(t.Context(), h.who["ada"], h.set, y.Ref)
		h.ok(err)
		p := h.as("ada").Get("/2026/my-links")
		if p.Status != http.StatusOK || !strings.Contains(p.Body, h.link("ada", x)) || strings.Contains(p.Body, "Closed meeting") {
			t.Fatalf("%d\n%s", p.Status, p.Text("main"))
		}
		if own := p.Find("input[readonly]").First().AttrOr("value", ""); own != h.URL+h.link("ada", y) {
			t.Fatalf("her own session comes first: %q", own)
		}
		for _, other := range []string{h.link("bo", x), h.link("bo", y)} {
			if strings.Contains(p.Body, other) {
				t.Fatal("it shows another's link")
			}
		}
		if p := h.Visitor(t).Get("/2026/my-links"); !strings.Contains(p.URL.Path, "sign-in") && p.Status != http.StatusUnauthorized {
			t.Fatalf("a visitor: %d %s", p.Status, p.URL)
		}
		if p := h.as("member").Get("/2026/my-links"); p.Status != http.StatusOK || strings.Contains(p.Body, "/join/") || !strings.Contains(p.Body, `href="/2026/register"`) {
			t.Fatalf("who is not registered: %d\n%s", p.Status, p.Text("main"))
		}
		h.register("cy", participation.StatePending)
		if p := h.as("cy").Get("/2026/my-links"); strings.Contains(p.Body, "/join/") || strings.Contains(p.Body, "fallback-code") {
			t.Fatalf("who is not admitted:\n%s", p.Text("main"))
		}
		if p := h.as("ada").Get("/me"); !strings.Contains(p.Body, h.link("ada", y)) || strings.Contains(p.Body, h.link("bo", y)) {
			t.Fatalf("her own page:\n%s", p.Text("main"))
		}
		// On the page of the session, to who may join alone.
		for who, want := range map[string]bool{"ada": true, "visitor": false, "member": false, "cy": false, "staff": false} {
			if p := h.as(who).Get(x.Path()); strings.Contains(p.Body, "/join/") != want {
				t.Errorf("%s sees a link: %v", who, !want)
			}
			if p := h.as(who).Get(z.Path()); strings.Contains(p.Body, "/join/") {
				t.Errorf("%s sees a link to a closed meeting", who)
			}
		}
		// By the API each gets her own.
		for who, want := range map[string]int{"ada": http.StatusOK, "visitor": http.StatusUnauthorized, "member": http.StatusNotFound, "cy": http.StatusNotFound} {
			a, body := h.device(who).get("/api/v1/editions/2026/sessions/" + x.Ref + "/join-link")
			if a.status != want || (want == http.StatusOK) != strings.Contains(body, "/join/") {
				t.Errorf("%s: %d %s", who, a.status, body)
			}
		}
		_, body := h.device("ada").get("/api/v1/editions/2026/join-links")
		var list struct{ Items []attendance.JoinLink }
		h.ok(json.Unmarshal([]byte(body), &list))
		if len(list.Items) != 2 || list.Items[0].URL != h.URL+h.link("ada", x) || !list.Items[1].Own {
			t.Fatalf("%s", body)
		}
		d := h.device("ada")
		get := func() { d.get("/2026/my-links") }
		h.log.of(get)
		h.log.of(get)
		if n := h.log.of(get); n > 16 {
			t.Errorf("%d queries", n)
		}
		// Of her own session that is cancelled she learns it, and there is nothing to join.
		h.ok(h.Record.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.NewRaw("UPDATE sessions SET state = 'cancelled' WHERE id = ?", y.ID).Exec(ctx)
			return err
		}))
		if p := h.as("ada").Get("/2026/my-links"); !strings.Contains(p.Body, "Closed networks") || strings.Contains(p.Body, h.link("ada", y)) {
			t.Fatalf("a session that is cancelled:\n%s", p.Text("main"))
		}
	})
}

// A hub's link is its moderator's: she is counted herself, and says how many are with her.
func TestHub(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Open networks", "2026-10-26", "10:00", 60)
		z := h.session("Closed meeting", "2026-10-26", "10:00", 60, invitedOnly)
		h.place(x)
		h.place(z)
		var hub participation.Hub
		h.write(func(ctx context.Context, tx *record.Tx) error {
			hub = participation.Hub{
				ID: tx.NewID(), Edition: h.set.ID, Name: "Dakar", Open: true, Moderator: h.who["ada"].Account,
				State: participation.GroupApproved, Created: tx.Now, Version: 1,
			}
			_, err := tx.NewInsert().Model(&hub).Exec(ctx)
			return err
		})
		h.at("2026-10-26", "10:05")
		list, err := h.att.HubLinks(t.Context(), h.who["ada"], h.set)
		h.ok(err)
		if len(list) != 1 || len(list[0].Links) != 1 {
			t.Fatalf("%+v", list)
		}
		if other, err := h.att.HubLinks(t.Context(), h.who["bo"], h.set); err != nil || len(other) != 0 {
			t.Fatalf("%+v, %v", other, err)
		}
		link := strings.TrimPrefix(list[0].Links[0].URL, h.URL)
		for who, status := range map[string]int{"bo": http.StatusForbidden, "staff": http.StatusForbidden, "visitor": http.StatusOK} {
			d := h.device(who)
			if a, body := d.get(link); a.status != status || strings.Contains(body, `value="enter"`) || strings.Contains(body, "Dakar") {
				t.Fatalf("%s: %d\n%s", who, a.status, body)
			}
			if a, _ := d.post(link, "do", "enter"); strings.HasPrefix(a.location, meeting) {
				t.Fatalf("%s enters", who)
			}
		}
		her := h.device("ada")
		if a, _ := her.post(link, "do", "enter"); a.location != meeting+x.Ref {
			t.Fatalf("%+v", a)
		}
		if n := h.counts(x); n.All != 1 || n.Hub != 1 || n.Online != 0 {
			t.Fatalf("%+v", n)
		}
		if a, body := her.post(link, "do", "heads", "heads", "-3"); a.status != http.StatusUnprocessableEntity || !strings.Contains(body, `value="-3"`) {
			t.Fatalf("%d\n%s", a.status, body)
		}
		if a, body := her.post(link, "do", "heads", "heads", "12"); a.status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.status, body)
		}
		counts, err := h.Participation.HubCounts(t.Context(), h.who["ada"], h.set, hub.ID)
		if err != nil || len(counts) != 1 || counts[0].Heads != 12 || counts[0].Session != x.ID {
			t.Fatalf("%+v, %v", counts, err)
		}
		if h.counts(x).All != 1 {
			t.Fatal("heads are no people")
		}
		desk := "/2026/hubs/" + string(hub.ID) + "/desk"
		if p := h.as("ada").Get(desk); p.Status != http.StatusOK || !strings.Contains(p.Body, link) {
			t.Fatalf("the page of the hub: %d\n%s", p.Status, p.Text("main"))
		}
		if p := h.as("staff").Get(desk); p.Status != http.StatusOK || strings.Contains(p.Body, "/join/") {
			t.Fatalf("the page of the hub for the staff: %d\n%s", p.Status, p.Text("main"))
		}
		// A device of hers works by a code; another moderator kills the link.
		phone := h.device("visitor")
		_, id := phone.ask(link)
		if a, _ := phone.post(link, "do", "verify", "id", id, "code", h.mailed(1, "ada@example.org")); len(a.cookies) == 0 {
			t.Fatal("the moderator's code does not work")
		} else {
			phone.keep(a)
		}
		if a, _ := phone.post(link, "do", "enter"); a.location != meeting+x.Ref {
			t.Fatalf("%+v", a)
		}
		h.write(func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.NewUpdate().TableExpr("hubs").Set("moderator = ?", h.who["bo"].Account).Where("id = ?", hub.ID).Exec(ctx)
			return err
		})
		for _, d := range []*device{her, phone, h.device("bo")} {
			if a, _ := d.post(link, "do", "enter"); a.status != http.StatusNotFound {
				t.Fatalf("%+v", a)
			}
		}
	})
}

// E117: what a certificate says is what was counted, and it can be verified.
func TestCertificate(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Open networks", "2026-10-26", "10:00", 60)
		y := h.session("At the same time", "2026-10-26", "10:30", 60)
		z := h.session("Later", "2026-10-27", "10:00", 90)
		for _, s := range []*programme.Session{x, y, z} {
			h.place(s)
		}
		her := h.device("ada")
		h.at("2026-10-26", "10:31")
		her.post(h.link("ada", x), "do", "enter")
		her.post(h.link("ada", y), "do", "enter")
		if a, _ := her.post("/2026/certificate", "lang", "en"); a.status != http.StatusUnprocessableEntity {
			t.Fatalf("nothing is over yet: %d", a.status)
		}
		h.at("2026-10-26", "12:00")
		if a, _ := her.post("/2026/certificate", "lang", "xx"); a.status != http.StatusUnprocessableEntity {
			t.Fatalf("no such language: %d", a.status)
		}
		a, body := her.post("/2026/certificate", "lang", "fr")
		if a.status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.status, body)
		}
		path := a.location
		_, body = her.get(path)
		for _, want := range []string{`lang="fr"`, "Private Ada", "Open networks", "10:00–11:00", "2 sessions, 1,5 ", "/verify/"} {
			if !strings.Contains(body, want) {
				t.Fatalf("the certificate lacks %q:\n%s", want, body)
			}
		}
		if again, _ := her.post("/2026/certificate", "lang", "fr"); again.location != path {
			t.Fatalf("the same again is another: %s", again.location)
		}
		if english, _ := her.post("/2026/certificate", "lang", "en"); english.location == path {
			t.Fatal("another language is the same")
		}
		for who, d := range map[string]*device{"bo": h.device("bo"), "visitor": h.device("visitor"), "staff": h.device("staff")} {
			for _, p := range []string{path, path + "/certificate.pdf"} {
				if a, body := d.get(p); a.status == http.StatusOK || strings.Contains(body, "Private Ada") {
					t.Errorf("%s, %s: %d", who, p, a.status)
				}
			}
		}
		_, rest, _ := strings.Cut(body, "/verify/")
		code, _, _ := strings.Cut(rest, `"`)
		v, err := h.Participation.Verify(t.Context(), code, "192.0.2.1")
		h.ok(err)
		if v == nil {
			t.Fatal("it cannot be verified")
		}
		// More attendance makes a new one, which replaces this.
		h.at("2026-10-27", "10:00")
		her.post(h.link("ada", z), "do", "enter")
		h.at("2026-10-27", "13:00")
		a, _ = her.post("/2026/certificate", "lang", "fr")
		if a.location == path {
			t.Fatal("it is not renewed")
		}
		if _, body := her.get(path); !strings.Contains(body, "N’est plus valable") {
			t.Fatalf("the old one still holds:\n%s", body)
		}
		if h.Participation.Printer.Available() {
			if b, pdf := her.get(a.location + "/certificate.pdf"); b.status != http.StatusOK || !strings.HasPrefix(pdf, "%PDF") {
				t.Fatalf("%d", b.status)
			}
		}
		// What was counted by mistake is certified no more.
		h.ok(h.att.Correct(t.Context(), h.staff, h.set, z.ID, attendance.CorrectInput{Number: "1", Remove: true, Reason: "A mistake."}))
		r, err := h.Participation.ByNumber(t.Context(), h.who["ada"], h.set, "1")
		h.ok(err)
		list, err := h.att.Certificates(t.Context(), h.who["ada"], h.set, r)
		h.ok(err)
		for _, c := range list {
			if c.State(r) == participation.LetterValid {
				t.Fatalf("still valid: %+v", c)
			}
		}
	})
}

// A process that serves nothing but /join works with the database alone.
func TestJoinAlone(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		x := h.session("Open networks", "2026-10-26", "10:00", 60)
		h.place(x)
		h.at("2026-10-26", "10:05")
		link := h.link("ada", x)
		alone, err := web.New(web.Config{BaseURL: h.URL, Build: "test"}, h.Catalog, h.Record, h.Server.Log, webfiles.Templates(), webfiles.Assets())
		h.ok(err)
		alone.Identify = h.Authn.Identify
		part := participation.New(h.Record, participation.House{Editions: h.Editions, Accounts: h.Authn, Mail: h.Mail, Catalog: h.Catalog, BaseURL: h.URL})
		h.ok(attendance.NewWeb(attendance.New(h.Record, attendance.House{Participation: part}), nil).RegisterJoin(alone))
		srv := httptest.NewServer(alone.Handler())
		t.Cleanup(srv.Close)
		forum := h.URL
		h.URL = srv.URL
		defer func() { h.URL = forum }()
		if a, body := h.device("ada").post(link, "do", "enter"); a.location != meeting+x.Ref {
			t.Fatalf("%d\n%s", a.status, body)
		}
		for _, who := range []string{"bo", "visitor"} {
			if _, body := h.device(who).get(link); strings.Contains(body, `value="enter"`) {
				t.Fatal("anybody enters")
			}
		}
		phone := h.device("visitor")
		_, id := phone.ask(link)
		a, _ := phone.post(link, "do", "verify", "id", id, "code", h.mailed(1, "ada@example.org"))
		phone.keep(a)
		if a, _ := phone.post(link, "do", "enter"); a.location != meeting+x.Ref {
			t.Fatalf("by a code: %+v", a)
		}
		if a, _ := h.device("ada").get("/2026/my-links"); a.status != http.StatusNotFound {
			t.Fatalf("it serves more: %d", a.status)
		}
		if h.counts(x).All != 1 {
			t.Fatal("counted twice")
		}
	})
}
