package conduct_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/conduct"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

var link = regexp.MustCompile(`/2026/conduct/decision\?token=[A-Za-z0-9_-]+`)

// E116: from a report without a name to the decision, the appeal and its answer.
func TestFromReportToAppeal(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.name("hanna@example.org", "sven@example.org")
		p := h.Visitor(t).Get("/2026/conduct")
		if txt := p.Text("main"); !strings.Contains(txt, "Be kind to each other.") || !strings.Contains(txt, "Hanna") {
			t.Errorf("the code: %s", txt)
		}
		reporter := h.Visitor(t)
		page := h.report(reporter, nil)
		if to, texts := h.mails("conduct_reported"); !slices.Equal(to, []string{"hanna@example.org", "sven@example.org"}) || strings.Contains(fmt.Sprint(texts), secretWord) {
			t.Errorf("told: %v", to)
		}
		desk := h.as(h.handler)
		if txt := desk.Get("/2026/conduct/reports").Text("main"); !strings.Contains(txt, "Report No. 1") || !strings.Contains(txt, "1 report is open") {
			t.Errorf("desk: %s", txt)
		}
		desk.Post("/2026/conduct/reports/1/look", url.Values{})
		desk.Post("/2026/conduct/reports/1/note", url.Values{"words": {"Can you say more?"}, "show": {"true"}})
		desk.Post("/2026/conduct/reports/1/note", url.Values{"words": {"Only between us."}})
		p = reporter.Get(page)
		if txt := p.Text("main"); !strings.Contains(txt, "Can you say more?") || strings.Contains(txt, "Only between us") || !strings.Contains(txt, "Being looked at") {
			t.Errorf("the reporter sees: %s", txt)
		}
		if p = reporter.Post(page, url.Values{"words": {""}}); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("an empty addition: %d", p.Status)
		}
		reporter.Post(page, url.Values{"words": {"It was on Monday."}})
		if txt := desk.Get("/2026/conduct/reports/1").Text("main"); !strings.Contains(txt, "It was on Monday.") {
			t.Errorf("the desk sees: %s", txt)
		}
		// A removal needs to know whom.
		decision := url.Values{"kind": {"edition"}, "body": {"Secretariat"}, "reason": {"You insulted somebody."}}
		if p = desk.Post("/2026/conduct/reports/1/decide", decision); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text("main"), "Say first whom") {
			t.Errorf("removal of nobody: %d", p.Status)
		}
		if p = desk.Post("/2026/conduct/reports/1/concern", url.Values{"number": {"99"}}); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("a registration that is none: %d", p.Status)
		}
		desk.Post("/2026/conduct/reports/1/concern", url.Values{"number": {"7"}})
		if p = desk.Post("/2026/conduct/reports/1/decide", decision); p.Status != http.StatusOK {
			t.Fatalf("decide: %d %s", p.Status, p.Text("main"))
		}
		rg, err := h.part.ByIDs(ctx, []core.ID{h.registration.ID})
		h.ok(err)
		if x := rg[h.registration.ID]; x.State != participation.StateRemoved || x.Generation < 2 {
			t.Errorf("removed: %s, generation %d", x.State, x.Generation)
		}
		to, texts := h.mails("conduct_decision")
		if !slices.Equal(to, []string{"bodil@example.org"}) || strings.Contains(texts[0], secretWord) || !strings.Contains(texts[0], "You insulted somebody.") {
			t.Fatalf("letter to %v: %v", to, texts)
		}
		h.kind(h.room.Close(ctx, h.handler, h.set, h.one(h.handler, "1")), core.KindConflict)
		appeal := link.FindString(texts[0])
		accused := h.Visitor(t)
		if txt := accused.Get(appeal).Text("main"); !strings.Contains(txt, "Removal from the edition") || strings.Contains(txt, secretWord) {
			t.Errorf("the person concerned sees: %s", txt)
		}
		accused.Post(appeal, url.Values{"words": {"It was not me."}})
		if p = accused.Post(appeal, url.Values{"words": {"Again."}}); p.Status != http.StatusConflict {
			t.Errorf("a second appeal: %d", p.Status)
		}
		second := h.as(h.second)
		if txt := second.Get("/2026/conduct/reports/1").Text("main"); !strings.Contains(txt, "It was not me.") {
			t.Errorf("the appeal is not there: %s", txt)
		}
		if p = second.Post("/2026/conduct/reports/1/answer", url.Values{"outcome": {"reversed"}, "reason": {"It was somebody else."}}); p.Status != http.StatusOK {
			t.Fatalf("answer: %d %s", p.Status, p.Text("main"))
		}
		rg, err = h.part.ByIDs(ctx, []core.ID{h.registration.ID})
		h.ok(err)
		if x := rg[h.registration.ID]; x.State != participation.StatePending {
			t.Errorf("restored: %s", x.State)
		}
		if txt := accused.Get(appeal).Text("main"); !strings.Contains(txt, "It was somebody else.") {
			t.Errorf("the answer: %s", txt)
		}
		n, err := h.room.Counts(ctx, h.set.ID)
		h.ok(err)
		if n.Reports != 1 || n.Decisions["edition"] != 1 || n.Appeals != 1 || n.Reversed != 1 {
			t.Errorf("counts: %+v", n)
		}
		// Two years later nothing is left of who and what.
		h.ok(h.room.Tidy(ctx))
		if r := h.one(h.handler, "1"); !r.Erased.IsZero() {
			t.Error("erased at once")
		}
		h.Clock.Freeze(time.Date(2028, 9, 2, 9, 0, 0, 0, time.UTC))
		h.ok(h.room.Tidy(ctx))
		h.ok(h.room.Tidy(ctx))
		r := h.one(h.handler, "1")
		if r.Erased.IsZero() || r.Words != "" || r.Place != "" || len(r.Notes) > 0 || r.Registration != "" || r.Decisions[0].Reason != "" || r.Decisions[0].Kind != "edition" {
			t.Errorf("left: %+v", r)
		}
		if p := reporter.Get(page); p.Status != http.StatusNotFound {
			t.Errorf("the old link: %d", p.Status)
		}
	})
}

// The record names neither who reported nor whom it concerns, and tells nobody that it does.
func TestNobodyLearns(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.name("hanna@example.org")
		page := h.report(h.as(h.other), url.Values{"unnamed": {"true"}})
		h.as(h.handler).Post("/2026/conduct/reports/1/concern", url.Values{"number": {"7"}})
		r := h.one(h.handler, "1")
		if r.Account != "" {
			t.Error("who reported is kept")
		}
		events, err := h.Record.Events(ctx, record.Query{Internal: true, Subjects: []core.ID{r.ID}})
		h.ok(err)
		if len(events.Items) != 2 {
			t.Errorf("%d events", len(events.Items))
		}
		for _, e := range events.Items {
			if e.Visibility != record.Internal || strings.Contains(string(e.Data), secretWord) || strings.Contains(string(e.Data), "Bodil") || e.Kind == "conduct.reported" && (e.Account != "" || e.Person != "") {
				t.Errorf("the record tells: %+v", e)
			}
		}
		paths := []string{"/2026/conduct/reports", "/2026/conduct/reports/1", "/2026/conduct/reports/2", "/2026/conduct/reports/1/decide", "/2026/conduct/reports/1/note", "/2026/conduct/reports/1/files/x"}
		for name, a := range map[string]core.Actor{"member": h.second, "reporter": h.other, "accused": h.bad, "editor": h.editor, "secretariat": h.staff, "admin": h.admin} {
			reader := h.as(a)
			for _, path := range paths {
				if p := reader.Get(path); p.Status != http.StatusNotFound || strings.Contains(p.Body, secretWord) {
					t.Errorf("%s: %s %d", name, path, p.Status)
				}
			}
			for _, act := range []string{"look", "note", "decide", "answer", "close", "concern", "recuse"} {
				if p := reader.Post("/2026/conduct/reports/1/"+act, url.Values{"words": {"x"}}); p.Status != http.StatusNotFound {
					t.Errorf("%s: %s %d", name, act, p.Status)
				}
			}
			for _, path := range []string{"/2026/conduct", "/2026/", "/2026/history", "/search?q=" + secretWord, "/me"} {
				if p := reader.Get(path); strings.Contains(p.Text("main"), "Report No. 1") || strings.Contains(strings.ReplaceAll(p.Text("main"), "“"+secretWord+"”", ""), secretWord+"@") {
					t.Errorf("%s: %s tells of it", name, path)
				}
			}
			if name != "secretariat" && name != "admin" {
				if p := reader.Get("/2026/conduct/setting"); p.Status != http.StatusNotFound {
					t.Errorf("%s: setting %d", name, p.Status)
				}
			}
		}
		visitor := h.Visitor(t)
		for _, path := range paths[:2] {
			if p := visitor.Get(path); strings.Contains(p.Body, secretWord) || p.URL.Path != "/sign-in" && p.Status != http.StatusUnauthorized {
				t.Errorf("visitor: %s %d", path, p.Status)
			}
		}
		for _, path := range []string{"/2026/conduct/follow", "/2026/conduct/follow?token=x", "/2026/conduct/decision?token=x", "/2026/conduct/follow?token=" + r.TokenHash} {
			if p := visitor.Get(path); p.Status != http.StatusNotFound {
				t.Errorf("%s: %d", path, p.Status)
			}
		}
		if p := visitor.Get(page); p.Status != http.StatusOK {
			t.Errorf("the private link: %d", p.Status)
		}
	})
}

// Who is concerned, recused, or reported herself does not handle a report; where nobody
// named is left, the secretariat does.
func TestWhoHandles(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		if p := h.as(h.staff).Get("/2026/conduct/reports"); p.Status != http.StatusOK {
			t.Errorf("nobody is named, and the secretariat sees nothing: %d", p.Status)
		}
		h.name("hanna@example.org", "bodil@example.org")
		h.report(h.Visitor(t), url.Values{"not": {string(h.bad.Account)}})
		_, err := h.room.Report(ctx, h.bad, h.set, "1")
		h.kind(err, core.KindNotFound)
		if list, err := h.room.Reports(ctx, h.bad, h.set); err != nil || len(list) > 0 {
			t.Errorf("%v %v", list, err)
		}
		if to, _ := h.mails("conduct_reported"); !slices.Equal(to, []string{"hanna@example.org"}) {
			t.Errorf("told: %v", to)
		}
		h.report(h.as(h.handler), nil)
		_, err = h.room.Report(ctx, h.handler, h.set, "2")
		h.kind(err, core.KindNotFound)
		r := h.one(h.bad, "2")
		h.kind(h.room.Concern(ctx, h.bad, h.set, r, conduct.ConcernInput{Number: 7}), core.KindInvalid)
		h.ok(h.room.Recuse(ctx, h.bad, h.set, r, h.bad.Account))
		_, err = h.room.Report(ctx, h.bad, h.set, "2")
		h.kind(err, core.KindNotFound)
		h.one(h.staff, "2") // stands in
		_, err = h.room.Report(ctx, h.staff, h.set, "1")
		h.kind(err, core.KindNotFound)
		if list, err := h.room.Reports(ctx, h.staff, h.set); err != nil || len(list) != 1 || list[0].Number != 2 {
			t.Errorf("%v %v", list, err)
		}
	})
}

// Bad input comes back as it was typed, too many reports are refused, files are looked into.
func TestForms(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		v := h.Visitor(t)
		p := v.Post("/2026/conduct/report", url.Values{"place": {"Hall 5"}})
		if p.Status != http.StatusUnprocessableEntity || p.Find(".field.bad textarea[name=words]").Length() != 1 || p.Find("input[name=place]").AttrOr("value", "") != "Hall 5" {
			t.Errorf("%d %s", p.Status, p.Text("main"))
		}
		p = v.Upload("/2026/conduct/report", url.Values{"words": {"x"}}, "file", "bad.exe", []byte("MZ\x00\x01\x02\x03 program"))
		if p.Status != http.StatusUnprocessableEntity || p.Find(".field.bad input[name=file]").Length() != 1 {
			t.Errorf("a program: %d %s", p.Status, p.Text("main"))
		}
		p = v.Upload("/2026/conduct/report", url.Values{"words": {"See the file."}}, "file", "note.txt", []byte("what was said"))
		if p.Status != http.StatusOK || !strings.Contains(p.Text("main"), "note.txt") {
			t.Fatalf("a text: %d %s", p.Status, p.Text("main"))
		}
		staff := h.as(h.staff)
		href, _ := staff.Get("/2026/conduct/reports/1").Find("main a[href*='/files/']").Attr("href")
		if p := staff.Get(href); p.Body != "what was said" {
			t.Errorf("file %s: %d %q", href, p.Status, p.Body)
		}
		if p := v.Get(href); strings.Contains(p.Body, "what was said") {
			t.Error("a visitor gets the file")
		}
		last := p
		for range 40 {
			last = v.Post("/2026/conduct/report", url.Values{"words": {"again"}})
		}
		if last.Status == http.StatusOK || !strings.Contains(last.Text("main"), "Please wait") || last.Find("textarea[name=words]").Text() == "" {
			t.Errorf("many reports: %d %s", last.Status, last.Text("main"))
		}
		if p := staff.Post("/2026/conduct/setting", url.Values{"handlers": {"nobody@example.org"}, "months": {"24"}, "appeal_days": {"14"}}); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, "nobody@example.org") {
			t.Errorf("a handler without an account: %d", p.Status)
		}
	})
}
