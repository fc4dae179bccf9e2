package mailin

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"plenary/internal/testkit"
)

// dsn is a report as RFC 3464 has it.
func dsn(action, status, said string) string {
	return "From: MAILER-DAEMON@mx.example.org (Mail Delivery System)\r\nTo: bounce+x@forum.example\r\nSubject: Undelivered Mail Returned to Sender\r\nMessage-ID: <1@mx.example.org>\r\n" +
		"Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"b/mx\"\r\n\r\nThis is a MIME-encapsulated message.\r\n\r\n" +
		"--b/mx\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nI'm sorry to have to inform you that your message could not be delivered.\r\n\r\n" +
		"--b/mx\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\nArrival-Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n\r\n" +
		"Final-Recipient: rfc822; amina@example.org\r\nAction: " + action + "\r\nStatus: " + status + "\r\nDiagnostic-Code: smtp; " + said + "\r\n\r\n" +
		"--b/mx\r\nContent-Type: message/rfc822\r\n\r\nSubject: Delayed trains, no such user\r\n\r\nText\r\n--b/mx--\r\n"
}

const arf = "From: <abuse@mail.example>\nTo: <bounce+x@forum.example>\nSubject: FW: The programme\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary=\"p\"\n\n" +
	"--p\nContent-Type: text/plain\n\nThis is an email abuse report.\n\n--p\nContent-Type: message/feedback-report\n\nFeedback-Type: KIND\nUser-Agent: SomeGenerator/1.0\nVersion: 1\n\n--p\nContent-Type: message/rfc822\n\nSubject: The programme\n\nText\n--p--\n"

const qmail = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nTo: bounce+x@forum.example\nSubject: failure notice\n\nHi. This is the qmail-send program at mx.example.org.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n" +
	"This is a permanent error; I've given up. Sorry it didn't work out.\n\n<amina@example.org>:\n192.0.2.7 does not like recipient.\nRemote host said: 550 5.1.1 <amina@example.org>: Recipient address rejected: User unknown\nGiving up on 192.0.2.7.\n\n--- Below this line is a copy of the message.\n\nSubject: quota\n"

const exim = "X-Failed-Recipients: amina@example.org\nAuto-Submitted: auto-replied\nFrom: Mail Delivery System <Mailer-Daemon@mx.example.org>\nTo: bounce+x@forum.example\nSubject: Mail delivery failed: returning message to sender\n\n" +
	"A message that you sent could not be delivered to one or more of its recipients.\n\n  amina@example.org\n    host mx2.example.org [198.51.100.7]\n    SMTP error from remote mail server after RCPT TO:<amina@example.org>:\n    552 5.2.2 mailbox is full\n\n------ This is a copy of the message, including all the headers. ------\n\nno such user\n"

const eximLate = "From: Mail Delivery System <Mailer-Daemon@mx.example.org>\nSubject: Warning: message 1abc delayed 24 hours\n\nThis message was created automatically by mail delivery software.\nNo action is required on your part. Delivery attempts will continue for some time.\n"

func TestReports(t *testing.T) {
	for _, c := range []struct{ name, raw, kind, status string }{
		{"user unknown", dsn("failed", "5.1.1", "550 5.1.1 <amina@example.org>: Recipient address rejected: User unknown in virtual mailbox table"), ReportHard, "5.1.1"},
		{"the domain is gone", dsn("failed", "5.4.4", "X-Postfix; Host or domain name not found"), ReportHard, "5.4.4"},
		{"no number, but words", dsn("failed", "5.0.0", "550 No such user here"), ReportHard, "5.0.0"},
		{"the number stands in the text", dsn("failed", "5.0.0", "550-5.1.1 The email account that you tried to reach does not exist"), ReportHard, "5.1.1"},
		{"an address that is a number", dsn("failed", "5.0.0", "554 blocked by 5.9.1.22"), ReportSoft, "5.0.0"},
		{"policy, but unknown", dsn("failed", "5.7.1", "550 5.7.1 Unable to relay: user unknown"), ReportHard, "5.7.1"},
		{"called spam", dsn("failed", "5.7.1", "554 5.7.1 Message rejected as spam, no such user"), ReportSoft, "5.7.1"},
		{"the mailbox is full", dsn("failed", "5.2.2", "552 5.2.2 over quota"), ReportSoft, "5.2.2"},
		{"our sender is not liked", dsn("failed", "5.1.8", "bad sender's system address"), ReportSoft, "5.1.8"},
		{"given up", dsn("failed", "4.4.1", "connect to mx.example.org: Connection timed out"), ReportExpired, "4.4.1"},
		{"given up, as Exchange says", dsn("failed", "4.4.7", "Delivery time expired"), ReportExpired, "4.4.7"},
		{"late", dsn("delayed", "4.4.1", "Connection timed out"), ReportDelayed, "4.4.1"},
		{"arrived", dsn("delivered", "2.0.0", "250 ok"), "", ""},
		{"relayed", dsn("relayed", "2.0.0", "250 ok"), "", ""},
		{"a complaint", strings.Replace(arf, "KIND", "abuse", 1), ReportComplaint, ""},
		{"no complaint", strings.Replace(arf, "KIND", "not-spam", 1), "", ""},
		{"qmail", qmail, ReportHard, "5.1.1"},
		{"exim", exim, ReportSoft, "5.2.2"},
		{"exim, late", eximLate, ReportDelayed, ""},
		{"on holiday", "From: Amina <amina@example.org>\nSubject: Out of office\nAuto-Submitted: auto-replied\n\nNo such user is here; I am back on 5.1.2027.\n", "", ""},
		{"somebody writes of a failure", "From: kenji@example.org\nSubject: Undelivered mail\n\nI did not get it: 550 5.1.1 user unknown\n", "", ""},
	} {
		m := parse(t, c.raw)
		r, ok := ReadReport(m)
		if ok != (c.kind != "") || ok && (r.Kind != c.kind || r.Status != c.status) {
			t.Errorf("%s: %+v %v, want %s %s", c.name, r, ok, c.kind, c.status)
		}
	}
	if r, _ := ReadReport(parse(t, exim)); r.Text != "552 5.2.2 mailbox is full" {
		t.Errorf("exim said %q", r.Text)
	}
}

// None of the fixtures is taken for a report but the one that is a broken one.
func TestMailsAreNoReports(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testkit.Shared(t, "fixtures/mail"), "*", "*.raw"))
	if err != nil || len(files) < 40 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if m, err := Parse(raw); err == nil {
			if r, ok := ReadReport(m); ok != strings.HasSuffix(name, "multipart-wo-boundary.raw") {
				t.Errorf("%s: %+v", name, r)
			}
		}
	}
}

func FuzzReport(f *testing.F) {
	for _, s := range []string{dsn("failed", "5.1.1", "550 5.1.1 no"), dsn("delayed", "", ""), strings.Replace(arf, "KIND", "abuse", 1), qmail, exim, eximLate, "Content-Type: message/delivery-status\n\nAction: failed\n :\n\tx\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Parse(raw)
		if err != nil {
			return
		}
		r, ok := ReadReport(m)
		if !ok {
			return
		}
		if !slices.Contains([]string{"hard", "soft", "expired", "delayed", "complaint"}, r.Kind) || !utf8.ValidString(r.Text) || strings.ContainsAny(r.Text, "\r\n") || utf8.RuneCountInString(r.Text) > maxReport ||
			r.Status != "" && codeIn(r.Status) != r.Status {
			t.Fatalf("%+v", r)
		}
	})
}
