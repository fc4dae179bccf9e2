package participation_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

func grpVisa(in *participation.Input) {
	in.Visa = participation.Visa{Wanted: true, Name: "ADA MARIE QUIST", Nationality: "KE", Passport: "AK 0123 4567", Born: "1980-02-03", Arrives: "2026-10-23", Leaves: "2026-10-28"}
}

// E112: a letter is made in the language of a consulate, verified by its code, and worth
// what the registration is worth.
func TestLetters(t *testing.T) {
	grpOn(t, func(t *testing.T, h *grpHouse) {
		ada := h.account("ada", "")
		r := h.register(ada, said("Ada Quist", grpVisa))
		reader := h.as(ada)
		p := reader.Post("/2026/register/letters", url.Values{"kind": {"visa"}, "lang": {"en"}})
		if p.Status != http.StatusConflict || !strings.Contains(p.Text("[role=alert]"), "as soon as the registration is approved") {
			t.Fatalf("before approval: %d %s", p.Status, p.Text("main"))
		}
		h.decide(participation.StateApproved, r)
		p = reader.Post("/2026/register/letters", url.Values{"kind": {"visa"}, "lang": {"en"}})
		if p.Status != http.StatusOK {
			t.Fatalf("make: %d %s", p.Status, p.Text("main"))
		}
		got := p.Text("article")
		for _, want := range []string{"Forum of the Test", "1 Sep 2026", "To the embassy or consulate", "invites ADA MARIE QUIST", "Oslo, Norway", "24–27 Oct 2026", "Kenya", "AK 0123 4567", "3 Feb 1980", "/verify/"} {
			if !strings.Contains(got, want) {
				t.Errorf("the letter has no %q: %s", want, got)
			}
		}
		here := p.URL.Path
		standing := func(kind string) participation.Letter {
			t.Helper()
			list, err := h.Participation.LettersOf(t.Context(), h.staff, h.set, r.ID)
			h.ok(err)
			for _, l := range list {
				if l.Kind == kind && l.Revoked.IsZero() {
					return l
				}
			}
			t.Fatal("no letter stands of kind ", kind)
			return participation.Letter{}
		}
		code := standing("visa").Code
		if again := reader.Post("/2026/register/letters", url.Values{"kind": {"visa"}, "lang": {"en"}}); again.URL.Path != here {
			t.Error("the same letter again is another")
		}
		p = reader.Post("/2026/register/letters", url.Values{"kind": {"visa"}, "lang": {"ar"}})
		if p.Find(`article[dir=rtl][lang=ar]`).Length() != 1 {
			t.Errorf("in Arabic: %s", p.Text("article"))
		}
		if h.PDF.Available() {
			if p = reader.Get(p.URL.Path + "/pdf"); p.Status != http.StatusOK || !strings.HasPrefix(p.Body, "%PDF") || !strings.HasPrefix(p.Header.Get("Content-Disposition"), "attachment") {
				t.Errorf("the PDF: %d %v", p.Status, p.Header)
			}
		}

		// A visitor verifies the code; the name is told to who has the letter.
		v := h.as(core.Visitor)
		page := v.Get("/verify?code=" + url.QueryEscape(strings.ToLower(strings.ReplaceAll(code, "-", " "))))
		if page.Status != http.StatusOK || !strings.Contains(page.Text("main"), "genuine and valid") || !strings.Contains(page.Text("main"), "Forum 2026") {
			t.Fatalf("%d: %s", page.Status, page.Text("main"))
		}
		for _, secret := range []string{"ADA", "Quist", "QUIST", "0123", "Kenya", "ada@"} {
			if strings.Contains(page.Body, secret) {
				t.Errorf("the code alone tells %q", secret)
			}
		}
		if page.Header.Get("X-Robots-Tag") != "noindex" || !strings.Contains(page.Header.Get("Cache-Control"), "no-store") {
			t.Errorf("kept or found: %v", page.Header)
		}
		for answer, known := range map[string]bool{"quist": true, "Marie QUIST": true, "4567": true, "ak01234567": true, "a": false, "smith": false, "quist smith": false, "0000": false} {
			page = v.Post("/verify/"+code, url.Values{"answer": {answer}})
			if told := strings.Contains(page.Text("main"), "ADA MARIE QUIST"); told != known || !known && page.Status != http.StatusUnprocessableEntity {
				t.Errorf("%q: %d %v", answer, page.Status, told)
			}
		}
		for range 12 {
			page = v.Post("/verify/"+code, url.Values{"answer": {"guess"}})
		}
		if page.Status != http.StatusTooManyRequests {
			t.Errorf("guesses are not limited: %d", page.Status)
		}
		if page = v.Get("/verify/" + strings.Repeat("A", 24)); page.Status != http.StatusNotFound || !strings.Contains(page.Text("main"), "No letter has this code") {
			t.Errorf("a forged code: %d", page.Status)
		}
		verified := func() string {
			t.Helper()
			return h.as(core.Visitor).Get("/verify/" + code).Text("h1")
		}

		// What it says changes: the old one is replaced.
		form := reader.Get("/2026/register/edit").Form()
		form.Set("visa_passport", "ZZ 99")
		if p = reader.Post("/2026/register/edit", form); p.Status != http.StatusOK {
			t.Fatalf("correct: %d %s", p.Status, p.Text("[role=alert]"))
		}
		if p = reader.Get(here); p.Status != http.StatusConflict {
			t.Errorf("a letter prints what has changed: %d", p.Status)
		}
		reader.Post("/2026/register/letters", url.Values{"kind": {"visa"}, "lang": {"en"}})
		if got = verified(); got != "The letter is replaced" {
			t.Errorf("after a change: %s", got)
		}
		visa := standing("visa")
		code = visa.Code
		staff := fmt.Sprintf("/2026/registrations/%d/letters", r.Number)
		h.shut(staff, core.Actor{}, h.member, h.editor, ada)
		if p = h.as(ada).Post("/2026/register/letters", url.Values{"revoke": {string(visa.ID)}}); p.Status != http.StatusForbidden {
			t.Errorf("she revokes it herself: %d", p.Status)
		}
		if p = h.as(h.staff).Post(staff, url.Values{"revoke": {string(visa.ID)}}); p.Status != http.StatusOK || verified() != "The letter is revoked" {
			t.Errorf("revoke: %d %s", p.Status, verified())
		}
		p = h.as(h.staff).Post(staff, url.Values{"kind": {"confirmation"}, "lang": {"fr"}})
		if p.Status != http.StatusOK {
			t.Fatalf("the staff makes one: %d", p.Status)
		}
		code = standing("confirmation").Code
		h.decide(participation.StateDeclined, h.now(r))
		if got = verified(); got != "The letter is no longer valid" {
			t.Errorf("after a decline: %s", got)
		}
		h.write(func(ctx context.Context, tx *record.Tx) error { return h.Participation.EraseTx(ctx, tx, r.ID) })
		if got = verified(); got != "The letter is genuine, its data is erased" {
			t.Errorf("after erasing: %s", got)
		}
		var kept []string
		h.ok(h.DB.Read.NewSelect().TableExpr("issued_letters").ColumnExpr("data").Scan(t.Context(), &kept))
		for _, data := range kept {
			if strings.Contains(data, "QUIST") || strings.Contains(data, "Quist") {
				t.Errorf("the name is kept: %s", data)
			}
		}
		events, err := h.Record.Events(t.Context(), record.Query{Subjects: []core.ID{r.ID}, Internal: true})
		h.ok(err)
		for _, e := range events.Items {
			if strings.Contains(strings.ToLower(string(e.Data)), "quist") || strings.Contains(string(e.Data), "0123") {
				t.Errorf("%s tells %s", e.Kind, e.Data)
			}
		}
	})
}

// Another room issues letters of its own: those that say another thing of something else
// stand beside each other.
func TestIssueOfAnotherRoom(t *testing.T) {
	grpOn(t, func(t *testing.T, h *grpHouse) {
		r := h.register(h.account("ada", ""), said("Ada Quist"))
		issue := func(data map[string]string) (l participation.Letter) {
			h.write(func(ctx context.Context, tx *record.Tx) (err error) {
				fresh, err := h.Participation.GetTx(ctx, tx, r.ID)
				if err != nil {
					return err
				}
				l, err = h.Participation.IssueTx(ctx, tx, &fresh, "attendance", "en", data)
				return err
			})
			return l
		}
		a, b := issue(map[string]string{"of": "1"}), issue(map[string]string{"of": "2"})
		if a.Code == b.Code || issue(map[string]string{"of": "1"}).Code != a.Code {
			t.Error("codes are mixed up")
		}
		if v, err := h.Participation.Verify(t.Context(), a.Code, "x"); err != nil || v.State != participation.LetterValid || v.Name != "" {
			t.Errorf("%+v %v", v, err)
		}
		if v, err := h.Participation.Unlock(t.Context(), a.Code, "x", "Quist"); err != nil || v.Name != "Ada Quist" {
			t.Errorf("%+v %v", v, err)
		}
	})
}

// Mails read well, say what is next, and have the staff's own words in them.
func TestMails(t *testing.T) {
	grpOn(t, func(t *testing.T, h *grpHouse) {
		staff := h.as(h.staff)
		at := "/2026/registrations/letters?kind=registration_approved"
		form := staff.Get(at).Form()
		form.Set("words.By[en]", "The shuttle leaves at eight.")
		look := maps.Clone(form)
		look.Set("_look", "1")
		p := staff.Post(at, look)
		if p.Status != http.StatusOK || !strings.Contains(p.Text(".mail-text"), "The shuttle leaves at eight.") || len(h.setting().Letters) != 0 {
			t.Errorf("the preview: %d %s", p.Status, p.Text("main"))
		}
		if p = staff.Post(at, form); p.Status != http.StatusOK || h.setting().Letters["registration_approved"].String() == "" {
			t.Fatalf("save: %d %s", p.Status, p.Text("[role=alert]"))
		}
		if p = staff.Post(at, form); p.Status != http.StatusConflict {
			t.Errorf("a stale form answers %d", p.Status)
		}
		h.shut(at, h.member, h.editor)
		for _, kind := range participation.MailKinds {
			p = staff.Get("/2026/registrations/letters?kind=" + kind)
			text := p.Find(".mail-text").Text()
			if !strings.Contains(text, "Hello Amina Diallo,") || !strings.Contains(text, "/en/2026/register\n") || strings.Contains(text, "<no value>") || strings.Contains(text, "participation.") {
				t.Errorf("%s reads\n%s", kind, text)
			}
		}

		ada := h.account("ada", "")
		r := h.register(ada, said("Ada Quist", grpVisa))
		h.decide(participation.StateApproved, r)
		h.decide(participation.StateDeclined, h.now(r))
		got := h.mails("ada@example.org")
		if len(got) != 3 {
			t.Fatalf("%d mails: %q", len(got), got)
		}
		for i, wants := range [][]string{
			{"Your registration was declined: Forum 2026", "> For a reason.", "incomplete, correct it; it is"},
			{"You are registered: Forum 2026", "Hello Ada Quist,", "is approved.", "Number: 1\n", "The shuttle leaves at eight.", "Bring an identity document", "/en/2026/register/letters\n"},
			{"Your registration has come in: Forum 2026", "The secretariat looks at it, and you hear by mail."},
		} {
			for _, want := range wants {
				if !strings.Contains(got[i], want) {
					t.Errorf("mail %d has no %q:\n%s", i, want, got[i])
				}
			}
			if strings.Contains(got[i], "\n\n\n") || strings.Contains(got[i], "AK 0123") || strings.Contains(got[i], "<no value>") {
				t.Errorf("mail %d reads badly:\n%s", i, got[i])
			}
		}
	})
}

// E114: papers of an accreditation are private, sniffed and saved, never opened here.
func TestPapers(t *testing.T) {
	grpOn(t, func(t *testing.T, h *grpHouse) {
		ada := h.account("ada", "")
		r := h.register(ada, said("Ada Quist", func(in *participation.Input) { in.Category = "media" }))
		reader := h.as(ada)
		at := "/2026/register/papers"
		pdf := []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
		up := url.Values{"do": {"upload"}, "paper": {"press-card"}}
		for name, data := range map[string][]byte{"card.pdf": []byte("<html><script>alert(1)</script></html>"), "card.png": []byte("no picture"), "big.pdf": append(pdf, make([]byte, 5<<20)...)} {
			if p := reader.Upload(at, up, "file", name, data); p.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s answers %d", name, p.Status)
			}
		}
		if p := reader.Upload(at, up, "file", "../card \"1\".pdf", pdf); p.Status != http.StatusOK {
			t.Fatalf("upload: %d %s", p.Status, p.Text("[role=alert]"))
		}
		_, _, list, err := h.Participation.PapersOf(t.Context(), ada, h.set, r.ID)
		h.ok(err)
		if len(list) != 1 {
			t.Fatalf("%d papers", len(list))
		}
		file := at + "/" + string(list[0].ID)
		p := reader.Get(file)
		if p.Status != http.StatusOK || !strings.HasPrefix(p.Header.Get("Content-Disposition"), "attachment") || !strings.Contains(p.Header.Get("Content-Security-Policy"), "sandbox") || p.Body != string(pdf) {
			t.Errorf("she gets %d %v", p.Status, p.Header)
		}
		staff := fmt.Sprintf("/2026/registrations/%d/papers", r.Number)
		for _, path := range []string{file, staff, staff + "/" + string(list[0].ID)} {
			h.shut(path, core.Actor{}, h.member, h.editor)
		}
		bo := h.account("bo", "")
		h.register(bo, said("Bo Quist"))
		h.shut(file, bo)
		if p = h.as(h.staff).Get(staff + "/" + string(list[0].ID)); p.Status != http.StatusOK {
			t.Errorf("the staff gets %d", p.Status)
		}
		form := reader.Get(at).Form()
		p = reader.Post(at, url.Values{"version": {"0"}, "outlet": {"Lake Times"}, "kind": {"print"}, "links": {"https://lake.example/a\njavascript:alert(1)"}})
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text("[role=alert]"), "is no address") {
			t.Errorf("a link that is none: %d %v", p.Status, form)
		}
		if p = reader.Post(at, url.Values{"version": {"0"}, "outlet": {"Lake Times"}, "kind": {"print"}, "links": {"https://lake.example/a"}}); p.Status != http.StatusOK {
			t.Errorf("media: %d %s", p.Status, p.Text("[role=alert]"))
		}
		if p = h.as(h.staff).Get(staff); !strings.Contains(p.Text("main"), "Lake Times") || p.Find(`a[href="https://lake.example/a"]`).Length() != 1 {
			t.Errorf("the staff sees %s", p.Text("main"))
		}
		if p = reader.Post(at, url.Values{"drop": {string(list[0].ID)}}); p.Status != http.StatusOK {
			t.Errorf("take back: %d", p.Status)
		}
		if p = reader.Get(file); p.Status != http.StatusNotFound {
			t.Errorf("a paper that was taken back: %d", p.Status)
		}
	})
}
