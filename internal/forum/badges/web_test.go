package badges_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/badges"
	"plenary/internal/forum/participation"
	"plenary/internal/testkit"
)

// To everybody but the staff there is nothing here, by every door; one's own badge is one's own.
func TestLeak(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ada := h.account("ada", "")
		h.mine(ada)
		h.printed()
		d, token := h.door("Main", badges.DoorEntrance)
		pages := []string{
			"/2026/badges", "/2026/badges/print", "/2026/badges/batches/1", "/2026/badges/batches/1/1", "/2026/badges/batches/1/files.zip", "/2026/badges/designs", "/2026/badges/designs/edit",
			"/2026/badges/doors", "/2026/badges/doors/new", "/2026/badges/doors/" + string(d.ID), "/2026/badges/desk", "/2026/badges/desk?q=ada", "/2026/badges/desk/1",
		}
		for name, a := range map[string]core.Actor{"visitor": {}, "member": h.who["member"], "editor": h.who["editor"], "participant": ada} {
			r := h.as(a)
			for _, path := range pages {
				p := r.Get(path)
				if a.SignedIn() && p.Status != http.StatusNotFound || !a.SignedIn() && !strings.HasPrefix(p.URL.Path, "/sign-in") {
					t.Errorf("%s on %s: %d at %s", name, path, p.Status, p.URL)
				}
				if strings.Contains(p.Body, "ada Quist") && a.Account != ada.Account {
					t.Errorf("%s reads a name on %s", name, path)
				}
			}
			for _, path := range []string{"/2026/badges/print", "/2026/badges/batches/1", "/2026/badges/designs/edit", "/2026/badges/doors/new", "/2026/badges/doors/" + string(d.ID), "/2026/badges/desk/1"} {
				if p := r.Post(path, url.Values{"do": {"revoke"}, "reason": {"lost"}, "name": {"x"}, "kind": {"entrance"}}); a.SignedIn() && p.Status != http.StatusNotFound {
					t.Errorf("%s sends to %s: %d", name, path, p.Status)
				}
			}
		}
		for _, path := range []string{"/2026/my-badge", "/2026/my-badge.svg", "/2026/my-badge.pdf"} {
			if p := h.as(h.who["member"]).Get(path); p.Status != http.StatusNotFound {
				t.Errorf("who is not registered on %s: %d", path, p.Status)
			}
		}
		if p := h.as(ada).Get("/2026/my-badge"); p.Status != http.StatusOK || !strings.Contains(p.Body, "ada Quist") {
			t.Errorf("her own badge: %d", p.Status)
		}
		for _, path := range []string{"/door/list.json", "/door/scans"} {
			method := http.MethodGet
			if path == "/door/scans" {
				method = http.MethodPost
			}
			for _, token := range []string{"", "x", strings.Repeat("A", 32)} {
				if res, _ := h.fetch(method, path, token, http.NoBody); res.StatusCode != http.StatusGone {
					t.Errorf("%s with %q: %d", path, token, res.StatusCode)
				}
			}
		}
		// An entrance is told no names, a desk is.
		if _, body := h.fetch(http.MethodGet, "/door/list.json", token, http.NoBody); strings.Contains(body, "Quist") || strings.Contains(body, "example.org") || strings.Contains(body, "Lake Institute") {
			t.Errorf("an entrance is told %s", body)
		}
		_, desk := h.door("Desk", badges.DoorDesk)
		if _, body := h.fetch(http.MethodGet, "/door/list.json", desk, http.NoBody); !strings.Contains(body, "ada Quist") || strings.Contains(body, "example.org") {
			t.Errorf("a desk is told %s", body)
		}
		// The record names nobody.
		var events []string
		h.ok(h.DB.Read.NewRaw("SELECT data FROM events WHERE kind LIKE 'badge.%' OR kind LIKE 'door.%'").Scan(t.Context(), &events))
		if len(events) < 5 {
			t.Errorf("only %d events", len(events))
		}
		for _, e := range events {
			if strings.Contains(e, "Quist") || strings.Contains(e, "example.org") {
				t.Errorf("an event says %s", e)
			}
		}
		// JSON operations.
		for _, path := range []string{"/api/v1/editions/2026/badge-batches", "/api/v1/editions/2026/doors"} {
			if p := h.as(ada).Get(path); p.Status != http.StatusNotFound {
				t.Errorf("%s: %d", path, p.Status)
			}
		}
		h.log.mu.Lock()
		defer h.log.mu.Unlock()
		if len(h.log.errors) > 0 {
			t.Error(h.log.errors)
		}
	})
}

// A link opens one device, once; a device is one door's as long as nobody else is.
func TestDoorLink(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		staff := h.as(h.staff)
		p := staff.Post("/2026/badges/doors/new", url.Values{"name": {""}, "kind": {"room"}})
		if p.Status != http.StatusUnprocessableEntity || p.Find("#f-name-error").Length() != 1 || p.Find("#f-room-error").Length() != 1 || !p.Find("input[value=room]").Is("[checked]") {
			t.Fatalf("an empty form: %d %s", p.Status, p.Text("main"))
		}
		p = staff.Post("/2026/badges/doors/new", url.Values{"name": {"Main entrance"}, "kind": {"entrance"}})
		link := p.Find(".door-link a").AttrOr("href", "")
		if p.Status != http.StatusOK || !strings.HasPrefix(link, h.URL+"/door/open/") || p.Find(".badge-code svg path").Length() != 1 {
			t.Fatalf("the door: %d %q", p.Status, link)
		}
		phone := h.Visitor(t)
		if p := phone.Get(link); p.Status != http.StatusOK || !strings.Contains(p.Text("h1"), "Main entrance") {
			t.Fatalf("the link: %d", p.Status)
		}
		if p := phone.Get(link); p.Status != http.StatusOK { // looking uses nothing up
			t.Fatalf("the link again: %d", p.Status)
		}
		if p := phone.Post(link, nil); p.Status != http.StatusOK || p.URL.Path != "/door/" || p.Find("#gate").Length() != 1 {
			t.Fatalf("opened: %d %s", p.Status, p.URL)
		}
		if p := h.Visitor(t).Post(link, nil); p.Status != http.StatusNotFound {
			t.Errorf("the link a second time: %d", p.Status)
		}
		// Without script the page is a form.
		list := h.registered(1)
		code := h.printed()[list[0].ID]
		for i, x := range []struct{ code, word, class string }{{code, "Let in", "yes"}, {code, "Was here before", "maybe"}, {"PLB1:X", "Not read", "maybe"}, {"7-ABCDEFG", "Not our badge", "no"}} {
			p := phone.Post("/door/", url.Values{"code": {x.code}})
			if p.Status != http.StatusOK || p.Text("#gate-result .gate-word") != x.word || !p.Find("#gate-result").HasClass(x.class) || p.Find("#gate-result svg").Length() != 1 {
				t.Errorf("scan %d: %d %q", i, p.Status, p.Text("#gate-result"))
			}
		}
		// Another device takes the door over.
		doors, err := h.s.Doors(t.Context(), h.staff, h.set)
		h.ok(err)
		p = staff.Post("/2026/badges/doors/"+string(doors[0].ID), url.Values{"do": {"link"}})
		next := h.Visitor(t)
		if p := next.Post(p.Find(".door-link a").AttrOr("href", ""), nil); p.URL.Path != "/door/" || p.Status != http.StatusOK {
			t.Fatalf("the second link: %d %s", p.Status, p.URL)
		}
		if p := phone.Get("/door/"); p.Status != http.StatusNotFound || p.Find("#gate-shut").Length() != 1 {
			t.Errorf("the device before: %d", p.Status)
		}
		staff.Post("/2026/badges/doors/"+string(doors[0].ID), url.Values{"do": {"revoke"}})
		if p := next.Post("/door/", url.Values{"code": {code}}); p.Status != http.StatusNotFound {
			t.Errorf("an ended door: %d", p.Status)
		}
		if p := staff.Get("/2026/badges/doors"); p.Status != http.StatusOK || !strings.Contains(p.Text("main"), "Ended") || !strings.Contains(p.Text("main"), "1 person has come") {
			t.Errorf("the list of doors: %d %s", p.Status, p.Text("main"))
		}
		// Two days after the edition devices forget.
		_, token := h.door("Late", badges.DoorEntrance)
		h.Clock.Freeze(h.set.End().Time().Add(badges.KeepAfter + time.Minute))
		if res, _ := h.fetch(http.MethodGet, "/door/list.json", token, http.NoBody); res.StatusCode != http.StatusGone {
			t.Errorf("after the edition: %d", res.StatusCode)
		}
	})
}

// A device of a forum with 11,000 registrations is told little, quickly, and later only what
// changed.
func TestListOfThousands(t *testing.T) {
	h := open(t, testkit.SQLite(t))
	list := h.registered(11_000)
	began := time.Now()
	h.printed()
	t.Logf("a run of 11,000 badges: %s", time.Since(began))
	_, token := h.door("Main", badges.DoorEntrance)
	began = time.Now()
	res, body := h.fetch(http.MethodGet, "/door/list.json", token, http.NoBody)
	took := time.Since(began)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte(body))
	_ = z.Close()
	t.Logf("the list: %d bytes, %d packed, %s", len(body), packed.Len(), took)
	if packed.Len() > 1<<20 {
		t.Errorf("the list has %d bytes packed", packed.Len())
	}
	var got struct {
		Version int64
		Rows    [][]any
		Part    bool
		Revoked [][]any
	}
	h.ok(json.Unmarshal([]byte(body), &got))
	if len(got.Rows) != len(list) || got.Part {
		t.Errorf("%d rows", len(got.Rows))
	}
	if n := h.log.queries; n > 12 {
		t.Errorf("%d queries", n)
	}
	etag := res.Header.Get("Etag")
	if res, _ := h.fetch(http.MethodGet, "/door/list.json", token, http.NoBody, "If-None-Match", etag); res.StatusCode != http.StatusNotModified {
		t.Errorf("nothing changed: %d", res.StatusCode)
	}
	h.ok(h.s.Revoke(t.Context(), h.staff, h.set, list[5].ID, "lost"))
	_, body = h.fetch(http.MethodGet, fmt.Sprintf("/door/list.json?since=%d", got.Version), token, http.NoBody, "If-None-Match", etag)
	got.Rows, got.Revoked = nil, nil
	h.ok(json.Unmarshal([]byte(body), &got))
	if !got.Part || len(got.Rows) != 1 || len(got.Revoked) != 1 || len(body) > 4000 {
		t.Errorf("what changed: %d bytes %+v", len(body), got)
	}
	staff := h.as(h.staff)
	for _, path := range []string{"/2026/badges", "/2026/badges/desk?q=7", "/2026/badges/desk/7", "/2026/badges/doors", "/2026/badges/batches/1"} {
		if p := staff.Get(path); p.Status != http.StatusOK {
			t.Errorf("%s: %d", path, p.Status)
		}
		if n := h.log.queries; n > 16 {
			t.Errorf("%s asks %d queries", path, n)
		}
	}
}

// The staff chooses, counts, and makes a run; who changed her registration is left out and
// named; a run is made once for each badge.
func TestRuns(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		h.registered(8, func(i int, r *participation.Registration) {
			r.Name = string(rune('A'+i)) + "nna Quist"
			r.NameKey = core.Fold(r.Name)
			switch i {
			case 1:
				r.State = participation.StatePending
			case 2:
				r.State, r.Recheck = participation.StatePending, true
			case 3:
				r.Mode = participation.ModeOnline
			}
		})
		staff := h.as(h.staff)
		p := staff.Post("/2026/badges/print", url.Values{"_count": {"1"}, "to": {"f"}})
		if p.Status != http.StatusOK || !strings.Contains(p.Text("main"), "3 badges would be printed") || !strings.Contains(p.Text("main"), "No. 3.") || p.Find("[name=to]").AttrOr("value", "") != "f" {
			t.Fatalf("counted: %d %s", p.Status, p.Text("main"))
		}
		if p := staff.Post("/2026/badges/print", url.Values{"from": {"z"}, "to": {"a"}, "number": {"x"}}); p.Status != http.StatusUnprocessableEntity || p.Find("#f-number-error").Length() != 1 || p.Find("#f-to-error").Length() != 1 {
			t.Errorf("wrong: %d %s", p.Status, p.Text("main"))
		}
		if p := staff.Post("/2026/badges/print", url.Values{"to": {"f"}}); p.Status != http.StatusOK || p.URL.Path != "/2026/badges/batches/1" || !strings.Contains(p.Text("main"), "3 badges") || !strings.Contains(p.Text("main"), "No. 3.") {
			t.Fatalf("made: %d %s %s", p.Status, p.URL, p.Text("main"))
		}
		if p := staff.Post("/2026/badges/print", url.Values{}); p.URL.Path != "/2026/badges/batches/2" || !strings.Contains(p.Text("main"), "2 badges") {
			t.Errorf("the others: %s %s", p.URL, p.Text("main"))
		}
		if p := staff.Post("/2026/badges/print", url.Values{}); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text("main"), "no badge to print") {
			t.Errorf("nobody: %d %s", p.Status, p.Text("main"))
		}
		if p := staff.Post("/2026/badges/print", url.Values{"again": {"true"}, "number": {"5"}}); p.URL.Path != "/2026/badges/batches/3" {
			t.Errorf("one again: %d %s", p.Status, p.Text("main"))
		}
		if p := staff.Get("/2026/badges"); p.Find("tbody tr").Length() != 3 || !strings.Contains(p.Text("main"), "0 badges wait") {
			t.Errorf("the runs: %s", p.Text("main"))
		}
		if !h.PDF.Available() {
			t.Skip("no browser to print")
		}
		h.ok(h.s.MakeFiles(t.Context()))
		p = staff.Get("/2026/badges/batches/1/1")
		if p.Status != http.StatusOK || !strings.HasPrefix(p.Body, "%PDF-") || strings.Count(p.Body, "/Type /Page\n") != 3 {
			t.Errorf("the file: %d, %d pages", p.Status, strings.Count(p.Body, "/Type /Page\n"))
		}
		if p := staff.Get("/2026/badges/batches/1/files.zip"); p.Status != http.StatusOK || !strings.HasPrefix(p.Body, "PK") {
			t.Errorf("all files: %d", p.Status)
		}
		h.Clock.Freeze(h.Clock.Now().Add(badges.KeepFiles + time.Hour))
		h.ok(h.s.MakeFiles(t.Context()))
		if p := staff.Get("/2026/badges/batches/1/1"); p.Status != http.StatusNotFound {
			t.Errorf("a day later: %d", p.Status)
		}
		if p := staff.Post("/2026/badges/batches/1", nil); p.Status != http.StatusOK {
			t.Errorf("again: %d", p.Status)
		}
		h.ok(h.s.MakeFiles(t.Context()))
		if p := staff.Get("/2026/badges/batches/1/1"); p.Status != http.StatusOK {
			t.Errorf("made again: %d", p.Status)
		}
	})
}

// A design is changed by a form that shows what it makes; a logo is looked into.
func TestDesigns(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		staff := h.as(h.staff)
		p := staff.Get("/2026/badges/designs/edit")
		if p.Status != http.StatusOK || p.Find("#badge-preview svg").Length() != 1 {
			t.Fatalf("the form: %d", p.Status)
		}
		form := p.Form()
		form.Set("template", "card-sheet")
		form["lines"] = []string{"country"}
		form.Set("back.Orig", "en")
		form.Set("back.By[en]", "Emergency 112")
		form.Set("_preview", "1")
		if p := staff.Post("/2026/badges/designs/edit", form); p.Status != http.StatusOK || p.Find("#badge-preview svg").Length() != 2 || p.Find("#badge-preview svg").First().AttrOr("viewbox", "")+p.Find("#badge-preview svg").First().AttrOr("viewBox", "") != "0 0 85.60 54.00" {
			t.Errorf("the example: %d %d", p.Status, p.Find("#badge-preview svg").Length())
		}
		form.Del("_preview")
		if p := staff.Upload("/2026/badges/designs/edit", form, "file", "logo.png", []byte("<svg onload=alert(1)>")); p.Status != http.StatusUnprocessableEntity || p.Find("#f-file-error").Length() != 1 || !p.Find("input[value=card-sheet]").Is("[checked]") {
			t.Errorf("a bad logo: %d %s", p.Status, p.Text("main .notice"))
		}
		var logo bytes.Buffer
		h.ok(png.Encode(&logo, image.NewGray(image.Rect(0, 0, 8, 8))))
		if p := staff.Upload("/2026/badges/designs/edit", form, "file", "logo.png", logo.Bytes()); p.Status != http.StatusOK || p.URL.Path != "/2026/badges/designs" || p.Find("svg image").Length() != 1 {
			t.Errorf("saved: %d %s %s", p.Status, p.URL, p.Text("main"))
		}
		if p := staff.Post("/2026/badges/designs/edit", form); p.Status != http.StatusConflict {
			t.Errorf("an old form: %d", p.Status)
		}
		media := string(h.cats["media"])
		form.Set("version", "0")
		form.Set("template", "a7")
		form.Set("category", media)
		if p := staff.Post("/2026/badges/designs/edit?new=1", form); p.Status != http.StatusOK || p.Find(".badge-designs li").Length() != 2 {
			t.Errorf("for a category: %d %s", p.Status, p.Text("main"))
		}
		form.Set("template", "poster")
		form.Set("background", "99")
		if p := staff.Post("/2026/badges/designs/edit", form); p.Status != http.StatusUnprocessableEntity || p.Find("#f-template .problem").Length() == 0 {
			t.Errorf("no such template: %d", p.Status)
		}
		if p := staff.Post("/2026/badges/designs/edit?category="+media, url.Values{"_remove": {"1"}}); p.Find(".badge-designs li").Length() != 1 {
			t.Errorf("removed: %s", p.Text("main"))
		}
	})
}
