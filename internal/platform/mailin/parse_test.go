package mailin

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"plenary/internal/testkit"
)

func parse(t testing.TB, s string) Message {
	t.Helper()
	m, err := Parse([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestWritten cuts off what is quoted and the signature, in the languages of the forum
// and as the usual programs write it, and nothing else.
func TestWritten(t *testing.T) { // E141
	for _, c := range []struct{ name, in, want string }{
		{"nothing to cut", "I agree.\n\nBut not fully.", "I agree.\n\nBut not fully."},
		{"en", "I agree.\n\nOn Mon, 5 Oct 2026 at 10:12, Forum <x@example.org> wrote:\n> Old words\n> more", "I agree."},
		{"en over two lines", "I agree.\n\nOn Monday, 5 October 2026 at ten past twelve, The Forum\n<comment+1@example.org> wrote:\n\n> Old words", "I agree."},
		{"fr", "D'accord.\n\nLe lun. 5 oct. 2026 à 10:12, Forum <x@example.org> a écrit :\n\n> Ancien", "D'accord."},
		{"es", "De acuerdo.\n\nEl lun, 5 oct 2026 a las 10:12, Forum (<x@example.org>) escribió:\n\n> Antes", "De acuerdo."},
		{"ru", "Согласна.\n\nпн, 5 окт. 2026 г. в 10:12, Forum <x@example.org>:\n\n> Старое\n", "Согласна.\n\nпн, 5 окт. 2026 г. в 10:12, Forum <x@example.org>:"},
		{"ru in words", "Согласна.\n\n5 октября 2026 г., 10:12, Forum <x@example.org> написал(а):\n> Старое\n", "Согласна."},
		{"ar", "أوافق.\n\nفي الاثنين، 5 أكتوبر 2026 في 10:12 كتب Forum <x@example.org>:\n> قديم", "أوافق."},
		{"zh", "同意。\n\nForum <x@example.org> 于2026年10月5日周一 10:12写道：\n> 旧", "同意。"},
		{"a signature", "I agree.\n-- \nAna Torres\nMinistry", "I agree."},
		{"signature, then the old mail", "I agree.\n-- \nAna\n\nOn 5 Oct 2026, Forum wrote:\n> Old", "I agree."},
		{"answers between the lines", "On 5 Oct 2026, Forum wrote:\n> First?\nYes.\n> Second?\nNo.\n", "Yes.\nNo."},
		{"below the quotation", "> Shall we?\n\nWe shall.", "We shall."},
		{"Outlook", "I agree.\n\n________________________________\nFrom: Forum <x@example.org>\nSent: Monday, October 5, 2026\nTo: Ana\nSubject: Receipt\n\nOld words", "I agree."},
		{"Outlook in French", "D'accord.\n\nDe : Forum\nEnvoyé : lundi 5 octobre\nÀ : Ana\nObjet : Reçu\n\nAncien", "D'accord."},
		{"original message", "I agree.\n\n-----Original Message-----\nFrom: Forum\n\nOld", "I agree."},
		{"a telephone", "I agree.\n\nSent from my iPhone\n\nOn 5 Oct 2026, at 10:12, Forum <x@example.org> wrote:\n\n> Old", "I agree."},
		{"a telephone that speaks Chinese", "同意。\n\n发自我的iPhone", "同意。"},
		{"words that only look like it", "As the chair wrote:\n\nWe must act. From: here\nSent from my heart, this is no end.\nTo: all", "As the chair wrote:\n\nWe must act. From: here\nSent from my heart, this is no end.\nTo: all"},
		{"nothing new", "On 5 Oct 2026, Forum wrote:\n> Old", ""},
	} {
		if got := Written(tidy(c.in)); got != c.want {
			t.Errorf("%s: %q, not %q", c.name, got, c.want)
		}
	}
}

// TestParse reads what people's programs send.
func TestParse(t *testing.T) { // E141
	m := parse(t, "From: =?utf-8?q?Ana_Torr=C3=A9s?= <Ana@Example.org>\r\nTo: Forum <comment+AbC@forum.example>, other@example.org\r\nSubject: =?utf-8?b?0J/Rg9C90LrRgiAz?=\r\n\t (late)\r\n"+
		"Message-ID: <a.b@example.org>\r\nIn-Reply-To: <c@forum.example>\r\nReferences: <b@x> <c@forum.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=xx\r\n\r\npreamble\r\n"+
		"--xx\r\nContent-Type: multipart/alternative; boundary=yy\r\n\r\n--yy\r\nContent-Type: text/plain; charset=windows-1251; format=flowed\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"+
		"=D1=EE=E3=EB=E0=F1=ED=E0, =\r\n\r\n=E4=E0.=20\r\n=D2=EE=F7=EA=E0.\r\n\r\n-- \r\nAna\r\n--yy\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Other</p>\r\n--yy--\r\n"+
		"--xx\r\nContent-Type: text/csv; name=\"../form.csv\"\r\nContent-Disposition: attachment; filename=\"..\\..\\form.csv\"\r\nContent-Transfer-Encoding: base64\r\n\r\nUGFyYSxDb21tZW50Cg==\r\n--xx--\r\nepilogue")
	if m.From != "ana@example.org" || m.FromName != "Ana Torrés" || m.Subject != "Пункт 3 (late)" || m.MessageID != "a.b@example.org" ||
		m.InReplyTo != "c@forum.example" || len(m.References) != 2 || len(m.To) != 2 || m.To[0] != "comment+abc@forum.example" || m.Auto {
		t.Errorf("%+v", m)
	}
	if m.Text != "Согласна, да. Точка." {
		t.Errorf("%q", m.Text)
	}
	if len(m.Attachments) != 1 || m.Attachments[0].Name != "form.csv" || string(m.Attachments[0].Data) != "Para,Comment\n" {
		t.Errorf("%+v", m.Attachments)
	}
}

// TestHTMLOnly: the words of an HTML mail, without what is quoted, hidden or run.
func TestHTMLOnly(t *testing.T) {
	m := parse(t, "From: a@example.org\nContent-Type: text/html; charset=utf-8\n\n<html><head><title>x</title><style>p{}</style></head><body><p>I <b>agree</b>, mostly:</p><ul><li>one</li><li>two &amp; three</li></ul>"+
		"<script>alert(1)</script><div>Last<br>line</div><div class=\"gmail_quote\"><div>On Mon, 5 Oct 2026, Forum &lt;x@y.z&gt; wrote:<br></div><blockquote>Old <b>words</b></blockquote></div></body></html>")
	if want := "I agree, mostly:\n\n- one\n- two & three\nLast\n\nline"; m.Text != want {
		t.Errorf("%q", m.Text)
	}
	if !strings.Contains(m.Whole, "> Old words") {
		t.Errorf("%q", m.Whole)
	}
}

// TestAuto: what no person wrote is known.
func TestAuto(t *testing.T) {
	for head, want := range map[string]bool{
		"From: a@b.c": false, "From: a@b.c\nAuto-Submitted: no": false, "From: a@b.c\nAuto-Submitted: auto-replied": true, "From: a@b.c\nPrecedence: bulk": true,
		"From: a@b.c\nReturn-Path: <>": true, "From: a@b.c\nReturn-Path: <a@b.c>": false, "From: a@b.c\nList-Id: <x.y>": true, "From: MAILER-DAEMON@b.c": true,
		"From: a@b.c\nContent-Type: multipart/report; boundary=x": true,
	} {
		if m := parse(t, head+"\n\nText\n"); m.Auto != want {
			t.Errorf("%q: %v", head, m.Auto)
		}
	}
}

// TestNotMail: what is no mail says so; what is too large, too.
func TestNotMail(t *testing.T) {
	for _, s := range []string{"", "\n\n", "Just words\nand more\n", "%PDF-1.7\n\x00\x01", " : x\n\nbody"} {
		if m, err := Parse([]byte(s)); !errors.Is(err, ErrNotMail) {
			t.Errorf("%q: %+v %v", s, m, err)
		}
	}
	if _, err := Parse(make([]byte, MaxBytes+1)); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
	// A header that cannot be read is no better tomorrow: the sender is told at once.
	if _, err := Parse([]byte("Subject: " + strings.Repeat("x", 2<<20) + "\n\nText")); !errors.Is(err, ErrNotMail) || Temporary(err) {
		t.Errorf("a field of two megabytes: %v", err)
	}
}

// TestLongBoundary: a long boundary does not make each line of the mail as long.
func TestLongBoundary(t *testing.T) {
	start := time.Now()
	parse(t, "From: a@b.c\nContent-Type: multipart/mixed; boundary=\""+strings.Repeat("x", 200_000)+"\"\n\n"+strings.Repeat("\n", 2_000_000))
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it takes %s", took)
	}
}

// TestNested: a message of a thousand parts within one another costs no more than others.
func TestNested(t *testing.T) {
	var b strings.Builder
	b.WriteString("From: a@b.c\n")
	for i := range 1000 {
		x := strings.Repeat("x", i%50+1)
		b.WriteString("Content-Type: multipart/mixed; boundary=" + x + "\n\n--" + x + "\n")
	}
	b.WriteString("\ntext")
	if m := parse(t, b.String()); len(m.Notes) == 0 {
		t.Error("it is not noted")
	}
}

// TestFixtures takes awkward messages of another parser's tests: each is read without
// panic, as valid text, or refused with a reason that has a type.
func TestFixtures(t *testing.T) { // E141
	root := testkit.Shared(t, "fixtures/mail")
	f, err := os.Open(filepath.Join(root, "index.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	read, worded := 0, 0
	for _, row := range rows[1:] {
		raw, err := os.ReadFile(filepath.Join(root, row[0]))
		if err != nil {
			t.Fatal(err)
		}
		m, err := Parse(raw)
		if err != nil {
			if !errors.Is(err, ErrNotMail) {
				t.Errorf("%s: %v", row[0], err)
			}
			t.Logf("%s: %v", row[0], err)
			continue
		}
		read++
		if !utf8.ValidString(m.Text + m.Subject + m.FromName) {
			t.Errorf("%s: not valid text", row[0])
		}
		if m.Whole != "" {
			worded++
		}
		if len(row[4]) > 0 && m.Subject == "" {
			t.Errorf("%s: the subject %q is lost", row[0], row[4])
		}
		t.Logf("%-60s %q %q att=%d %v", row[0], m.Subject, m.Text[:min(len(m.Text), 60)], len(m.Attachments), m.Notes)
	}
	t.Logf("%d of %d read, %d with words", read, len(rows)-1, worded)
	if read < 80 {
		t.Errorf("only %d of %d are read", read, len(rows)-1)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("From: a@b.c\nSubject: x\n\nText\n> old\n-- \nme"))
	f.Add([]byte("From: a@b.c\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/html\n\n<p>a<blockquote>b\n--x--"))
	f.Add([]byte("From: =?big5?b?pEA=?= <a@b.c>\nContent-Type: text/plain; charset=big5; format=flowed\nContent-Transfer-Encoding: base64\n\npEA=\n"))
	f.Add([]byte("Content-Type: message/rfc822\nTo: <a@b>, broken <\n\nSubject: in\n\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Parse(raw)
		if err != nil {
			if !errors.Is(err, ErrNotMail) && !errors.Is(err, ErrTooLarge) {
				t.Fatal(err)
			}
			return
		}
		if !utf8.ValidString(m.Text) || !utf8.ValidString(m.Subject) || m.MessageID == "" || strings.ContainsAny(m.Subject+m.FromName, "\r\n") {
			t.Fatalf("%+v", m)
		}
		for _, a := range m.Attachments {
			if strings.ContainsAny(a.Name, "/\\") {
				t.Fatalf("a path: %q", a.Name)
			}
		}
	})
}
