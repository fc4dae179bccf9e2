package consultations_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/consultations"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

var key = regexp.MustCompile(`\b(consultations|field|event|policy|program|form|documents)\.[a-z]\S*|<no value>`)

// Every page says what it has in words, in English and in Arabic, and asks the database
// as often for many comments as for few.
func TestPagesAndTheirQueries(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		c := h.open()
		h.comment(h.members[0], c, input("p2", "a local owner", "One."))
		h.comment(h.members[1], c, input("p3", "", "Two."))
		h.comment(h.members[2], c, input("", "", "Three."))
		h.dispose(c, 1, consultations.DisposeInput{Disposition: consultations.Accepted, Publish: true, Keep: true})
		rev, _ := h.Documents.Revision(t.Context(), h.doc, 1)
		next := append([]documents.Paragraph{}, rev.Paragraphs...)
		next[1].Text = core.NewText("en", "Networks that last have a local owner in law.")
		h.revise(next...)
		public := []string{
			"", "/p2", "/whole", "?version=1", "/comments", "/comments/1", "/changes", "/synthesis", "/synthesis?by=group&of=civil-society", "/synthesis?by=region",
			"/log", "/orphans?version=2", "/comments.csv", "/comments.json",
		}
		inside := []string{"/desk", "/settings", "/comments/1/dispose", "/comments/1/moderate", "/comment?para=p2", "/upload", "/changes/explain?revision=2&para=p2&sentence=1"}
		r := h.as(h.staff)
		for _, p := range append(append([]string{}, public...), inside...) {
			for _, lang := range []string{"/en", "/ar"} {
				page := r.Get(lang + c.Path() + p)
				if page.Status != http.StatusOK {
					t.Errorf("%s%s: %d %s", lang, p, page.Status, page.Text("main"))
				}
				if k := key.FindString(page.Text("main")); k != "" && !strings.Contains(p, ".csv") && !strings.Contains(p, ".json") {
					t.Errorf("%s%s shows a key: %s", lang, p, k)
				}
				if n := page.Find("h1").Length(); n != 1 && !strings.Contains(p, ".") {
					t.Errorf("%s%s has %d headings of first rank", lang, p, n)
				}
			}
		}
		count := func() map[string]int64 {
			out := map[string]int64{}
			for _, p := range public {
				out[p] = h.queries(c.Path() + p)
			}
			return out
		}
		few := count()
		for i := range 30 {
			h.comment(h.members[i%5], c, input([]string{"p2", "p3", "p4", ""}[i%4], "", fmt.Sprint("More ", i)))
		}
		for p, n := range count() {
			if n != few[p] {
				t.Errorf("%q asks %d times with many comments, %d with few", p, n, few[p])
			}
			if n > 20 {
				t.Errorf("%q asks %d times", p, n)
			}
		}
	})
}

// queries counts what a page asks as the staff, who gets no kept page.
func (h *house) queries(path string) int64 {
	h.t.Helper()
	r := h.as(h.staff)
	r.Get(path)                  // who she is and what the edition is called, is remembered
	for h.asked.n.Swap(-1) < 0 { // the log of the request before comes after its answer
		time.Sleep(time.Millisecond)
	}
	if p := r.Get(path); p.Status != http.StatusOK {
		h.t.Fatalf("%s: %d", path, p.Status)
	}
	for range 1000 {
		if n := h.asked.n.Load(); n >= 0 {
			return n
		}
		time.Sleep(time.Millisecond)
	}
	h.t.Fatal("the request was not logged")
	return 0
}

// asked listens to the log of requests, which says how many questions each asked.
type asked struct {
	n    atomic.Int64
	fail func(string)
}

func (a *asked) Enabled(context.Context, slog.Level) bool { return true }
func (a *asked) WithAttrs([]slog.Attr) slog.Handler       { return a }
func (a *asked) WithGroup(string) slog.Handler            { return a }

func (a *asked) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(attr slog.Attr) bool {
		switch attr.Key {
		case "queries":
			a.n.Store(attr.Value.Int64())
		case "error":
			if r.Level >= slog.LevelError {
				a.fail(r.Message + ": " + attr.Value.String())
			}
		}
		return true
	})
	return nil
}

// A review is run by forms alone: announced, commented on, answered, its settings
// changed with a reason that everybody reads.
func TestFormsWithoutScript(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, u string) {
		h := open(t, u)
		c := h.open()
		member := h.as(h.members[0])
		form := member.Get(c.Path() + "/comment?para=p3&quote=follow+coverage").Form()
		if form.Get("para") != "p3" || form.Get("quote") != "follow coverage" || form.Get("name") != "Member 1" {
			t.Fatalf("the form begins with %v", form)
		}
		form.Set("proposal", "follow the coverage of a licence")
		form.Set("group", "civil-society")
		form.Set("country", "SN")
		p := member.Post(c.Path()+"/comment", form)
		if p.Status != http.StatusOK || p.URL.Path != c.Path()+"/comments/1" {
			t.Fatalf("%d at %s: %s", p.Status, p.URL, p.Text("main"))
		}
		if p.Find("article.comment ins").Length() == 0 || p.Find("blockquote.anchored").Text() != "follow coverage" {
			t.Errorf("the proposal is not shown as a difference: %s", p.Text("article.comment"))
		}
		// What she stated once is there the next time.
		if form = member.Get(c.Path() + "/comment").Form(); form.Get("group") != "civil-society" || form.Get("country") != "SN" {
			t.Errorf("the next form begins with %v", form)
		}
		staff := h.as(h.staff)
		set := staff.Get(c.Path() + "/settings").Form()
		set.Set("closes_day", "2030-11-20")
		if p := staff.Post(c.Path()+"/settings", set); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text(".problem"), "why the end") {
			t.Errorf("another end without a reason: %d %s", p.Status, p.Text("main"))
		}
		set.Set("reason", "A holiday was forgotten.")
		if p := staff.Post(c.Path()+"/settings", set); p.Status != http.StatusOK {
			t.Fatalf("extended: %d %s", p.Status, p.Text("main"))
		}
		if got := h.get(c).Closes.String(); got != "2030-11-20T23:59:00Z" || h.events("consultation.extended") != 1 {
			t.Errorf("it closes %s", got)
		}
		if log := h.as(core.Actor{}).Get(c.Path() + "/log"); !strings.Contains(log.Text("main"), "A holiday was forgotten.") {
			t.Errorf("the log does not give the reason: %s", log.Text("main"))
		}
		if p := member.Get(c.Path() + "/settings"); p.Status != http.StatusForbidden {
			t.Errorf("a member changes the settings: %d", p.Status)
		}
		bulk := url.Values{"do": {"duplicate"}, "n": {"1"}, "duplicate_of": {"7"}}
		if p := staff.Post(c.Path()+"/desk", bulk); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("a duplicate of nothing: %d", p.Status)
		}
		h.comment(h.members[1], c, input("p3", "", "The same."))
		bulk.Set("n", "2")
		bulk.Set("duplicate_of", "1")
		if p := staff.Post(c.Path()+"/desk", bulk); p.Status != http.StatusOK || !strings.Contains(p.Text("tbody"), "Duplicate") {
			t.Errorf("a duplicate: %d %s", p.Status, p.Text("main"))
		}
		if p := staff.Post(c.Path()+"/desk", url.Values{"do": {"assign"}, "n": {"1", "2"}, "assignee": {string(h.editor.Account)}}); !strings.Contains(p.Text("tbody"), "Editor") {
			t.Errorf("assigned: %s", p.Text("tbody"))
		}
	})
}

// Who may comment is asked of everybody: members of a body alone, where the rules say so.
func TestWhoMayComment(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, u string) {
		h := open(t, u)
		c := h.open(func(in *consultations.OpenInput) { in.Who = consultations.WhoParticipants })
		_, err := h.Consultations.Comment(t.Context(), h.members[0], c.Ref, consultations.ViaPage, input("p2", "", "x"))
		fails(t, err, core.KindForbidden, "who.participants")
		if _, err := h.Consultations.Comment(t.Context(), h.staff, c.Ref, consultations.ViaPage, input("p2", "", "x")); err != nil {
			t.Errorf("who runs it may always: %v", err)
		}
		in := consultations.Usual(h.Clock.Instant())
		in.Title, in.Notice, in.Who = core.NewText("en", "x"), core.NewText("en", "x"), consultations.WhoMembers
		h.days(12)
		h.write(func(ctx context.Context, tx *record.Tx) error {
			_, err := h.Consultations.OpenTx(ctx, tx, h.doc, in)
			fails(t, err, core.KindInvalid, "who:consultations.error.no_body")
			return nil
		})
	})
}
