package consultations_test

import (
	"errors"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/formats/commentfile"
	"plenary/internal/forum/consultations"
	"plenary/internal/testkit"
)

// A delegation sends many comments in one file: all are taken, or none, and what is wrong
// is named by row and field.
func TestFileOfADelegation(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		ctx := t.Context()
		c := h.open()
		good := "Name,Delegation of Erewhon\nOrganisation,Ministry\nStakeholder group,Government\nCountry,Senegal\n\nParagraph,Text,Quote,Comment,Proposed wording,Language\n" +
			"2,x,a local owner,Say who.,,en\n3,x,,,Fees follow coverage.,\n4,,,In general good.,,fr\n"
		f, rows, err := h.Consultations.ReadBatch(ctx, h.members[0], c.Ref, "d.csv", []byte(good), consultations.MailEach)
		if err != nil {
			t.Fatalf("%v %+v", err, problems(err))
		}
		if len(rows) != 3 || rows[0].Group != "government" && rows[0].Group == "" || rows[0].Country != "SN" || rows[1].Proposal == "" || rows[2].Para != "p4" {
			t.Fatalf("rows: %+v", rows)
		}
		list, err := h.Consultations.SubmitBatch(ctx, h.members[0], c.Ref, f, consultations.MailEach)
		if err != nil || len(list) != 3 || list[2].Number != 3 {
			t.Fatalf("%d taken, %v", len(list), err)
		}
		if got := h.mails("member.1@example.org"); len(got) != 1 || !strings.Contains(got[0], "3 comments") {
			t.Errorf("receipts: %q", got)
		}
		bad := strings.Replace(strings.Replace(good, "a local owner", "a foreign owner", 1), "\n3,x", "\n99,x", 1)
		_, _, err = h.Consultations.ReadBatch(ctx, h.members[0], c.Ref, "d.csv", []byte(bad), "")
		got := problems(err)
		if len(got) != 2 || got[0].Row != 7 || got[0].Field != commentfile.FieldQuote || got[1].Row != 8 || got[1].Field != commentfile.FieldParagraph {
			t.Errorf("problems: %+v", got)
		}
		bad = strings.Replace(good, "Government", "Wizards", 1)
		if _, _, err = h.Consultations.ReadBatch(ctx, h.members[0], c.Ref, "d.csv", []byte(bad), ""); len(problems(err)) != 1 || problems(err)[0].Field != commentfile.FieldGroup {
			t.Errorf("problems: %+v", problems(err))
		}
		if got := h.get(c); got.Comments != 3 {
			t.Errorf("%d comments, want 3: a bad file gives nothing", got.Comments)
		}
		if _, err = h.Consultations.SubmitBatch(ctx, core.Visitor, c.Ref, f, ""); core.KindOf(err) != core.KindSignIn {
			t.Errorf("a visitor sends a file: %v", err)
		}
		// The template of this very text is understood again, once something is in it.
		tmpl, err := h.Consultations.Template(ctx, core.Visitor, c, "en", "Note")
		if err != nil || len(tmpl.Paras) != 4 {
			t.Fatalf("%+v, %v", tmpl, err)
		}
		for _, path := range []string{"/template.csv", "/template.docx", "/template.xlsx"} {
			p := h.as(core.Actor{}).Get(c.Path() + path)
			_, err := commentfile.Read(strings.TrimPrefix(path, "/"), []byte(p.Body))
			if got, ok := errors.AsType[commentfile.Problems](err); p.Status != 200 || !ok || got[0].Code != commentfile.CodeNone && got[0].Code != commentfile.CodeMissing {
				t.Errorf("%s: %d, %v", path, p.Status, err)
			}
		}
	})
}

func problems(err error) []consultations.BatchProblem {
	if e, ok := errors.AsType[*consultations.BatchError](err); ok {
		return e.Problems
	}
	return nil
}

// A comment by mail waits until its sender confirms it, on a POST; nobody else can.
func TestCommentByMail(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		ctx := t.Context()
		c := h.open()
		s := h.Consultations
		if got := s.Address(c); got != "comments+2030-messages-1@forum.example" {
			t.Fatalf("address %q", got)
		}
		m := consultations.Mail{From: "new.person@example.net", FromName: "New Person", To: s.Address(c), Subject: "p2", Text: "By mail.", MessageID: "m1"}
		for _, x := range []consultations.Mail{
			{From: m.From, To: m.To, Text: "I am away.", MessageID: "m0", Auto: true},
			{From: m.From, To: "comments+nothing@forum.example", Text: "x", MessageID: "m2"},
			{From: m.From, To: "info@forum.example", Text: "x", MessageID: "m3"},
			m, m, // a server sends it twice
		} {
			if err := s.FromMail(ctx, x); err != nil {
				t.Fatal(err)
			}
		}
		if got := h.mails("new.person@example.net"); len(got) != 1 || !strings.Contains(got[0], "Confirm") {
			t.Fatalf("mails: %q", got)
		}
		if h.get(c).Comments != 0 {
			t.Fatal("it is a comment before it is confirmed")
		}
		var text string
		if err := h.DB.Read.NewRaw("SELECT text FROM outbox WHERE kind = 'comment_confirm'").Scan(ctx, &text); err != nil {
			t.Fatal(err)
		}
		_, token, _ := strings.Cut(text, "?token=")
		token = strings.Fields(token)[0]
		var stored string
		if err := h.DB.Read.NewRaw("SELECT token FROM mailed_comments").Scan(ctx, &stored); err != nil || stored == token {
			t.Errorf("the token lies bare in the database: %v", err)
		}
		r := h.as(core.Actor{})
		if p := r.Get("/comment-by-mail?token=wrong"); p.Status == 200 {
			t.Error("a wrong link is good")
		}
		p := r.Get("/comment-by-mail?token=" + token)
		if p.Status != 200 || h.get(c).Comments != 0 {
			t.Fatalf("the link: %d; it acts on a GET", p.Status)
		}
		form := p.Form()
		if form.Get("body") != "By mail." || form.Get("name") != "New Person" {
			t.Fatalf("the form begins with %v", form)
		}
		form.Set("group", "private-sector")
		form.Set("country", "FR")
		p = r.Post("/comment-by-mail?token="+token, form)
		if p.Status != 200 || p.URL.Path != c.Path()+"/comments/1" {
			t.Fatalf("confirmed: %d at %s: %s", p.Status, p.URL, p.Text("main"))
		}
		if co, err := s.One(ctx, core.Visitor, c, 1); err != nil || co.Via != consultations.ViaMail || co.Name != "New Person" {
			t.Errorf("%+v, %v", co, err)
		}
		if p := r.Get("/comment-by-mail?token=" + token); p.Status == 200 {
			t.Error("a link is good twice")
		}
		m.MessageID = "m9"
		if err := s.FromMail(ctx, m); err != nil {
			t.Fatal(err)
		}
		h.days(15)
		var left int
		if err := h.DB.Read.NewRaw("SELECT COUNT(*) FROM mailed_comments").Scan(ctx, &left); err != nil || left != 0 {
			t.Errorf("%d mails wait after 15 days (%v)", left, err)
		}
	})
}
