package support_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/support"
	"plenary/internal/platform/record"
)

const secret = "Quastelquille"

// Nobody but the staff, the committee and she herself learns that an application exists:
// by no page, file, address of the JSON API, panel or event.
func TestNobodyElseLearns(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		in := answers(secret, "VU", secret+" Networks", 2400)
		in["recommender"] = in["home"]
		n := h.apply(h.ana, h.call, in)
		h.apply(h.ben, h.call, answers("Read the air", "KE", "Lake", 900))
		h.at(6, 1)
		_, err := h.room.Settle(ctx, h.staff, h.set)
		h.ok(err)
		h.ok(h.room.Overrule(ctx, h.staff, h.set, 2, support.OverruleInput{Eligible: "yes", Reason: "The host asked."}))
		h.ok(h.room.Score(ctx, h.lou, h.set, n, marks("5", "5")))
		h.ok(h.room.CloseScoring(ctx, h.staff, h.set, "enough"))
		h.ok(h.room.Select(ctx, h.staff, h.set, 0, 0))
		_, err = h.room.Publish(ctx, h.staff, h.set, support.PublishInput{})
		h.ok(err)
		h.ok(h.room.Accept(ctx, h.ana, h.set, n))
		_, err = h.room.Book(ctx, h.staff, h.set, n, support.EntryInput{Kind: "ticket", Amount: "10", Day: "2030-09-01", Note: secret})
		h.ok(err)
		h.ok(h.room.SetTravel(ctx, h.ana, h.set, n, support.TravelInput{Arrives: "2030-10-18", Leaves: "2030-10-25", From: secret}))
		file := h.as(h.ana).Upload("/2030/my-support/1/files", url.Values{"kind": {"receipt"}}, "file", secret+".txt", []byte(secret))
		must(t, file, http.StatusOK)
		paper, _ := file.Find("ul.files a").Attr("href")

		desk := []string{
			"/2030/support", "/2030/support.csv", "/2030/support.xlsx", "/2030/support/settings", "/2030/support/committee", "/2030/support/awards", "/2030/support/publish", "/2030/support/ledger",
			"/2030/support/ledger.csv", "/2030/support/ledger.xlsx", "/2030/support/ledger/1/reverse", "/2030/support/scoring/close", "/2030/support/applications/1/book", "/2030/support/applications/1/cancel",
		}
		shared := []string{"/2030/support/scoring", "/2030/support/applications/1", "/2030/support/applications/2"}
		posts := []string{
			"/2030/support/settle", "/2030/support/scoring/reopen", "/2030/support/awards/next", "/2030/support/committee/dismiss", "/2030/support/applications/1/arrived", "/2030/support/applications/1/close",
			"/2030/support/awards", "/2030/support/publish", "/2030/support/settings", "/2030/support/committee", "/2030/support/applications/1/cancel", "/2030/support/ledger/1/reverse", "/2030/support/applications/1",
		}
		readers := map[string]core.Actor{"visitor": {}, "applicant": h.ana, "another": h.ben, "editor": h.editor, "organiser": h.organiser}
		for name, a := range readers {
			r := h.as(a)
			for _, path := range slices.Concat(desk, shared) {
				if p := r.Get(path); p.Status != http.StatusNotFound || strings.Contains(p.Body, secret) {
					t.Errorf("%s reads %s: %d", name, path, p.Status)
				}
			}
			for _, path := range posts {
				if p := r.Post(path, url.Values{"reason": {"x"}, "note": {"x"}, "number": {"1"}}); p.Status != http.StatusNotFound {
					t.Errorf("%s posts %s: %d", name, path, p.Status)
				}
			}
			for _, path := range []string{"/api/v1/editions/2030/support", "/api/v1/editions/2030/support/applications", "/api/v1/editions/2030/support/ledger"} {
				if p := r.Get(path); p.Status != http.StatusNotFound {
					t.Errorf("%s asks %s: %d", name, path, p.Status)
				}
			}
			if name == "applicant" {
				continue
			}
			for _, path := range []string{paper, "/2030/my-support/1/travel", "/2030/my-support/1/report", "/2030/my-support/1/decline", "/2030/my-support/1/files"} {
				if p := r.Get(path); p.Status == http.StatusOK && strings.HasPrefix(p.URL.Path, "/2030") {
					t.Errorf("%s reads %s", name, path)
				}
			}
			for _, path := range []string{"/2030/my-support", "/api/v1/editions/2030/my-support", "/calls/" + h.call.Ref, "/2030/", "/activity", "/me"} {
				if p := r.Get(path); strings.Contains(p.Body, secret) || strings.Contains(p.Body, "Ana Lima") {
					t.Errorf("%s finds her at %s", name, path)
				}
			}
		}
		// The committee has what it scores, and no more: not the ledger, nor her papers.
		for _, path := range append(slices.Clone(desk[1:]), paper) {
			if p := h.as(h.lou).Get(path); p.Status != http.StatusNotFound {
				t.Errorf("a member reads %s: %d", path, p.Status)
			}
		}
		if p := h.as(h.lou).Get("/2030/support/applications/1"); p.Status != http.StatusOK || strings.Contains(p.Body, "2030-10-18") || p.Find(".history").Length() > 0 {
			t.Errorf("a member reads what is of the staff: %d", p.Status)
		}
		if p := h.as(h.ana).Get(paper); p.Status != http.StatusOK || p.Body != secret {
			t.Errorf("her own paper: %d", p.Status)
		}
		// No event says who; none is for everybody.
		events, err := h.Record.Events(ctx, record.Query{Scope: support.Scope(h.set.ID), Internal: true, Page: core.Page{Limit: 200}})
		h.ok(err)
		if len(events.Items) < 10 {
			t.Errorf("%d events", len(events.Items))
		}
		for _, e := range events.Items {
			if s := string(e.Data); e.Visibility != record.Internal || strings.Contains(s, secret) || strings.Contains(s, "Lima") {
				t.Errorf("%s tells: %s", e.Kind, s)
			}
		}
		// A member of the staff who applies herself is no staff for it.
		own := h.apply2(h.staff)
		if p := h.as(h.staff).Get("/2030/support/applications/" + own); p.Status != http.StatusNotFound {
			t.Errorf("she decides on her own application: %d", p.Status)
		}
		h.kind(h.room.Overrule(ctx, h.staff, h.set, 3, support.OverruleInput{Eligible: "yes", Reason: "mine"}), core.KindNotFound)
	})
}

// apply2 hands in after the close, as staff may for others by moving the clock.
func (h *house) apply2(a core.Actor) string {
	h.t.Helper()
	h.at(5, 1)
	h.apply(a, h.call, answers("Mine", "VU", "Own", 100))
	h.at(6, 1)
	return "3"
}

var bare = regexp.MustCompile(`\b(support|policy|event|field)\.[a-z_]+(\.[a-z_-]+)*\b`)

// Every page says all it says in words of the catalogue.
func TestPagesHaveWords(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		staff := h.as(h.staff)
		read := func(a core.Actor, paths ...string) {
			t.Helper()
			for _, path := range paths {
				p := must(t, h.as(a).Get(path), http.StatusOK)
				if found := bare.FindString(p.Text("body")); found != "" {
					t.Errorf("%s says %s", path, found)
				}
				p.Find("[aria-label]").Each(func(_ int, s *goquery.Selection) {
					if l := s.AttrOr("aria-label", ""); bare.MatchString(l) {
						t.Errorf("%s is labelled %s", path, l)
					}
				})
			}
		}
		read(h.staff, "/2030/support", "/2030/support/scoring", "/2030/support/awards", "/2030/support/ledger", "/2030/support/settings", "/2030/support/committee")
		read(h.ana, "/2030/my-support")
		h.apply(h.ana, h.call, answers("Islands", "VU", "River", 2400))
		h.apply(h.ben, h.call, answers("Lakes", "KE", "Lake", 2400))
		read(h.staff, "/2030/support", "/2030/support/applications/1", "/calls/"+h.call.Ref)
		read(h.ana, "/2030/my-support", "/calls/"+h.call.Ref)
		h.at(6, 1)
		_, err := h.room.Settle(ctx, h.staff, h.set)
		h.ok(err)
		read(h.staff, "/2030/support", "/2030/support/applications/2", "/2030/support/applications/1/decide", "/2030/support/scoring", "/2030/support/scoring/close")
		read(h.lou, "/2030/support/scoring", "/2030/support/applications/1")
		read(h.ben, "/2030/my-support")
		h.ok(h.room.Score(ctx, h.lou, h.set, 1, marks("5", "5")))
		h.ok(h.room.CloseScoring(ctx, h.staff, h.set, "enough"))
		h.ok(h.room.Select(ctx, h.staff, h.set, 0, 0))
		read(h.staff, "/2030/support/awards", "/2030/support/publish", "/2030/support/applications/1/award", "/2030/support/applications/1")
		_, err = h.room.Publish(ctx, h.staff, h.set, support.PublishInput{})
		h.ok(err)
		read(h.ana, "/2030/my-support", "/2030/my-support/1/decline")
		h.ok(h.room.Accept(ctx, h.ana, h.set, 1))
		read(h.ana, "/2030/my-support", "/2030/my-support/1/travel", "/2030/my-support/1/files", "/2030/my-support/1/report")
		read(h.staff, "/2030/support/ledger", "/2030/support/ledger/1/reverse", "/2030/support/applications/1", "/2030/support/applications/1/book", "/2030/support/applications/1/cancel")
		for _, p := range []string{"/2030/support/settings", "/2030/support/committee"} {
			bad := staff.Post(p, url.Values{"email": {"nobody@example.org"}, "budget": {"1.2.3"}, "currency": {"USD"}, "call": {string(h.call.ID)}})
			if bad.Status != http.StatusUnprocessableEntity || bare.MatchString(bad.Text("body")) {
				t.Errorf("%s: %d %s", p, bad.Status, bare.FindString(bad.Text("body")))
			}
		}
		for _, kind := range []string{"support_offered", "support_seat"} {
			for _, m := range h.mails(kind) {
				if bare.MatchString(m.Text) || strings.Contains(m.Text, "{{") || strings.Contains(m.Text, "<no value>") {
					t.Errorf("mail: %s", m.Text)
				}
			}
		}
	})
}
