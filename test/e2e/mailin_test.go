package e2e

import (
	"encoding/base64"
	"errors"
	"net"
	"net/http"
	"net/smtp"
	"net/textproto"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"plenary/internal/app"
	"plenary/internal/testkit"
	"plenary/test/site"
)

var confirmLink = regexp.MustCompile(`/comment-by-mail\?token=\S+`)

// withMail runs the demo with a listener for mail, and finds the address of the review
// that is open.
func withMail(t *testing.T, fn func(t *testing.T, s *site.Site, server, address, review string)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, database string) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		server := l.Addr().String()
		_ = l.Close()
		s := site.Demo(t, database, func(c *app.Config) { c.MailIn, c.MailHost = server, "forum.example" })
		var review, address string
		v := s.Visitor(t)
		for _, a := range must(t, v.Get("/consultations"), http.StatusOK).Find("main a[href^='/consultations/']").EachIter() {
			p := v.Get(a.AttrOr("href", ""))
			if m := regexp.MustCompile(`comments\+\S+@forum\.example`).FindString(p.Text("main")); m != "" && p.Find("a[href$='/upload']").Length() > 0 {
				address, review = m, p.URL.Path
				break
			}
		}
		if address == "" {
			t.Fatal("no open review names an address for comments")
		}
		fn(t, s, server, address, review)
	})
}

// link waits for the mail that asks somebody to confirm, and gives its link.
func link(t *testing.T, s *site.Site, to string) string {
	t.Helper()
	for range 50 {
		var texts []string
		if err := s.DB.Read.NewRaw("SELECT text FROM outbox WHERE kind IN ('comment_confirm', 'comment_file_confirm') AND to_addr = ?", to).Scan(t.Context(), &texts); err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			if m := confirmLink.FindString(text); m != "" {
				return m
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s got no mail with a link", to)
	return ""
}

func letter(from, to, headers, body string) []byte {
	return []byte("From: " + from + "\r\nTo: " + to + "\r\nSubject: Your review\r\nMIME-Version: 1.0\r\n" + headers + "\r\n" + body)
}

// A comment comes by mail, is confirmed on a page without script, and is public; mail
// that cannot become one goes back to its sender (E141).
func TestCommentByMail(t *testing.T) {
	withMail(t, func(t *testing.T, s *site.Site, server, address, review string) {
		send := func(to string, raw []byte) error {
			return smtp.SendMail(server, nil, "ines@example.net", []string{to}, raw)
		}
		body := "We ask for a date.\r\n\r\nOn Mon, 5 Oct 2026, Forum <x@forum.example> wrote:\r\n> Comments are open\r\n-- \r\nInés\r\n"
		if err := send(address, letter("Inés Prado <ines@example.net>", address, "Message-ID: <1@example.net>\r\nContent-Type: text/plain; charset=utf-8\r\n", body)); err != nil {
			t.Fatal(err)
		}
		for to, raw := range map[string][]byte{
			"comments+nothing-here@forum.example": letter("a@example.net", "x", "", "Hello\r\n"),
			"info@forum.example":                  letter("a@example.net", "x", "", "Hello\r\n"),
			address:                               letter("a@example.net", address, "", "> only what was said\r\n"),
		} {
			err := send(to, raw)
			if e, ok := errors.AsType[*textproto.Error](err); !ok || e.Code != 550 {
				t.Errorf("mail to %s: %v", to, err)
			}
		}
		if err := send(address, letter("a@example.net", address, "Auto-Submitted: auto-replied\r\n", "I am away.\r\n")); err != nil {
			t.Errorf("an automatic answer is sent back: %v", err)
		}
		r := s.Visitor(t)
		at := link(t, s, "ines@example.net")
		page := must(t, r.Get(at), http.StatusOK)
		form := page.Form()
		if form.Get("body") != "We ask for a date." || form.Get("name") != "Inés Prado" {
			t.Fatalf("the page begins with %v", form)
		}
		form.Set("group", "civil-society")
		form.Set("country", "UY")
		done := must(t, r.Post(at, form), http.StatusOK)
		if !strings.Contains(done.URL.Path, "/comments/") || !strings.Contains(done.Text("main"), "We ask for a date.") {
			t.Errorf("confirmed: %s %s", done.URL, done.Text("main"))
		}
		if p := r.Get(at); p.Status == http.StatusOK {
			t.Error("the link works twice")
		}
		_ = review
	})
}

// A delegation fills in the form of the text and sends it by mail: first with a mistake,
// which the page names by row and field; then all of it is taken at once (E141).
func TestFormByMail(t *testing.T) {
	withMail(t, func(t *testing.T, s *site.Site, server, address, review string) {
		r := s.Visitor(t)
		template := must(t, r.Get(review+"/template.csv"), http.StatusOK).Body
		rows := strings.Split(strings.TrimSpace(template), "\r\n")
		fill := func(group string) string {
			var out []string
			n := 0
			for _, row := range rows {
				switch {
				case strings.HasPrefix(row, "Name,"):
					row = "Name,Ana Torres"
				case strings.HasPrefix(row, "Stakeholder group,"):
					row = "Stakeholder group," + group
				case strings.HasPrefix(row, "Country or region,"):
					row = "Country or region,Uruguay"
				case strings.HasSuffix(row, ",,,,") && n < 3:
					n++
					row = strings.TrimSuffix(row, ",,,,") + ",,\"Say when, and who.\",,en"
				}
				out = append(out, row)
			}
			if n != 3 {
				t.Fatalf("the template has %d rows to fill: %s", n, template)
			}
			return strings.Join(out, "\r\n")
		}
		send := func(from, id, file string) {
			t.Helper()
			body := "--b\r\nContent-Type: text/plain\r\n\r\nPlease find our comments attached.\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=comments.csv\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
				base64.StdEncoding.EncodeToString([]byte(file)) + "\r\n--b--\r\n"
			if err := smtp.SendMail(server, nil, from, []string{address}, letter(from, address, "Message-ID: <"+id+"@example.net>\r\nContent-Type: multipart/mixed; boundary=b\r\n", body)); err != nil {
				t.Fatal(err)
			}
		}
		count := func() int {
			n := 0
			if err := s.DB.Read.NewRaw("SELECT COUNT(*) FROM comments").Scan(t.Context(), &n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		before := count()
		send("bad@example.net", "1", fill("Martians"))
		at := link(t, s, "bad@example.net")
		p := must(t, r.Get(at), http.StatusOK)
		if got := p.Text("main"); !strings.Contains(got, "Martians") || !strings.Contains(got, "Stakeholder group") || p.Find("button[name=confirm]").Length() != 0 {
			t.Errorf("the mistake: %s", got)
		}
		if p := must(t, r.Post(at, url.Values{"refuse": {"1"}}), http.StatusOK); p.URL.Path != review {
			t.Errorf("forgotten: %s", p.URL)
		}
		send("ana@example.net", "2", fill("Government"))
		at = link(t, s, "ana@example.net")
		p = must(t, r.Get(at), http.StatusOK)
		if got := p.Text("main"); !strings.Contains(got, "3 comments were found") || !strings.Contains(got, "Say when, and who.") || count() != before {
			t.Errorf("the preview: %s", got)
		}
		p = must(t, r.Post(at, url.Values{"confirm": {"1"}}), http.StatusOK)
		if !strings.Contains(p.Text("body"), "3 comments were handed in") || count() != before+3 {
			t.Errorf("confirmed: %s, %d comments more", p.URL, count()-before)
		}
		if p := r.Get(at); p.Status == http.StatusOK {
			t.Error("the link works twice")
		}
		// The same form over the page for uploads, as DOCX and as it is.
		member := s.As(t, "participant")
		up := must(t, member.Get(review+"/upload"), http.StatusOK)
		docx := must(t, member.Get(review+"/template.docx"), http.StatusOK).Body
		if p := member.Upload(review+"/upload", up.Form(), "file", "form.docx", []byte(docx)); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text("main"), "No row has a comment.") {
			t.Errorf("an empty form: %d %s", p.Status, p.Text("main"))
		}
		p = must(t, member.Upload(review+"/upload", up.Form(), "file", "form.csv", []byte(fill("Government"))), http.StatusOK)
		if !strings.Contains(p.Text("main"), "3 comments were found") {
			t.Fatalf("the preview: %s", p.Text("main"))
		}
		form := url.Values{"confirm": {"1"}}
		for _, x := range p.Find("form[enctype] input[type=hidden]").EachIter() {
			form.Set(x.AttrOr("name", ""), x.AttrOr("value", ""))
		}
		p = must(t, member.Upload(review+"/upload", form, "", "", nil), http.StatusOK)
		if count() != before+6 {
			t.Errorf("uploaded: %d more: %s", count()-before, p.Text("main"))
		}
	})
}
