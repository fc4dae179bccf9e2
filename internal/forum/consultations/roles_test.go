package consultations_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/consultations"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/people"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// E150: a coalition's coordinator opens its paper for review; only members may comment
// where the rules say so, and editors of the Messages have no say in it.
func TestPaperOfABody(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		var body bodies.Body
		var paper documents.Document
		var person [3]core.ID
		h.write(func(ctx context.Context, tx *record.Tx) (err error) {
			if body, err = h.Bodies.CreateTx(ctx, tx, bodies.New{Kind: "dynamic-coalition", Name: core.NewText("en", "Coalition on Masts"), Slug: "masts", Status: bodies.Active}); err != nil {
				return err
			}
			for i, role := range []string{"coordinator", "member", ""} {
				p, err := h.People.CreatePersonTx(ctx, tx, people.NewPerson{Name: h.members[i].Name, Source: people.SourceStaff})
				if err != nil {
					return err
				}
				person[i] = p.ID
				if err := h.Authn.LinkPersonTx(ctx, tx, h.members[i].Account, p.ID); err != nil {
					return err
				}
				if role == "" {
					continue
				}
				if _, err := h.Bodies.AddSeatTx(ctx, tx, bodies.NewSeat{Body: body.ID, Person: p.ID, Role: role, From: "2029"}); err != nil {
					return err
				}
			}
			if paper, err = h.Documents.CreateTx(ctx, tx, documents.Create{Scope: core.ScopeForum, Kind: "charter", Subject: body.ID, Title: core.NewText("en", "Charter"), Paragraphs: paras(owners)}); err != nil {
				return err
			}
			_, err = h.Documents.PublishTx(ctx, tx, paper.ID, "")
			return err
		})
		h.Consultations.Owners("charter", func(_ context.Context, docs []documents.Document) (map[core.ID]consultations.Owner, error) {
			return map[core.ID]consultations.Owner{docs[0].ID: {Body: body.ID}}, nil
		})
		for i := range 3 {
			h.members[i].Person = person[i]
		}
		in := consultations.Usual(h.Clock.Instant())
		in.Title, in.Notice, in.Who = core.NewText("en", "Charter"), core.NewText("en", "Comment."), consultations.WhoMembers
		for _, a := range []core.Actor{h.members[1], h.editor} {
			_, err := h.Consultations.Open(t.Context(), a, paper.ID, in)
			fails(t, err, core.KindForbidden, "")
		}
		c, err := h.Consultations.Open(t.Context(), h.members[0], paper.ID, in)
		if err != nil || c.Ref != "masts-charter-1" || c.Body != body.ID {
			t.Fatalf("%+v, %v", c, err)
		}
		h.comment(h.members[1], c, input("p2", "", "As a member."))
		_, err = h.Consultations.Comment(t.Context(), h.members[2], c.Ref, consultations.ViaPage, input("p2", "", "As nobody."))
		fails(t, err, core.KindForbidden, "who.members")
		if err := h.Consultations.Dispose(t.Context(), h.members[0], c.Ref, 1, consultations.DisposeInput{Disposition: consultations.Accepted, Reason: core.NewText("en", "Yes.")}); err != nil {
			t.Errorf("the coordinator answers: %v", err)
		}
		fails(t, h.Consultations.Dispose(t.Context(), h.editor, c.Ref, 1, consultations.DisposeInput{Disposition: consultations.Accepted, Reason: core.NewText("en", "No.")}), core.KindForbidden, "")
		doers, err := h.Consultations.Drafters(t.Context(), c)
		if err != nil || len(doers) != 3 {
			t.Errorf("drafters: %+v, %v; want two of the staff and the coordinator", doers, err)
		}
	})
}

// Programs hand in comments by the API, and a file is looked at before it is taken.
func TestOtherWaysIn(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		c := h.open()
		cookie := h.as(h.members[0]).Header.Get("Cookie")
		send := func(path, kind string, body io.Reader, cookie string) (int, string) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+path, body)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", kind)
			req.Header.Set("Cookie", cookie)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = res.Body.Close() }()
			b, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			return res.StatusCode, string(b)
		}
		api := "/api/v1/consultations/" + c.Ref + "/comments"
		body := `{"paragraph":"p2","quote":"a local owner","text":"By a program.","language":"en","name":"Amina Diallo","group":"civil-society","country":"SN","mails":"digest"}`
		if status, _ := send(api, "application/json", strings.NewReader(body), ""); status != http.StatusUnauthorized {
			t.Errorf("without a session: %d", status)
		}
		if status, b := send(api, "application/json", strings.NewReader(strings.Replace(body, "local", "foreign", 1)), cookie); status != http.StatusUnprocessableEntity || !strings.Contains(b, "quote") {
			t.Errorf("words that are not there: %d %s", status, b)
		}
		status, b := send(api, "application/json", strings.NewReader(body), cookie)
		var made consultations.Comment
		if err := json.Unmarshal([]byte(b), &made); err != nil || status != http.StatusCreated || made.Number != 1 || made.Via != consultations.ViaAPI || made.Placed == nil {
			t.Fatalf("%d %s (%v)", status, b, err)
		}

		file := "Name,Delegation\nStakeholder group,Government\nCountry,Senegal\n\nParagraph,Text,Quote,Comment,Proposed wording,Language\n2,x,,Say who.,,en\n3,x,,Say how much.,,en\n"
		upload := func(content string) (string, string) {
			var buf bytes.Buffer
			w := multipart.NewWriter(&buf)
			f, _ := w.CreateFormFile("file", "d.csv")
			_, _ = f.Write([]byte(content))
			_ = w.WriteField("mails", "none")
			_ = w.Close()
			status, b := send(c.Path()+"/upload", w.FormDataContentType(), &buf, cookie)
			return sprint(status), b
		}
		if status, b := upload(strings.Replace(file, "\n3,x", "\n77,x", 1)); status != "422" || !strings.Contains(b, "Row 7, Paragraph") {
			t.Errorf("a file with a wrong paragraph: %s %s", status, b)
		}
		status2, b := upload(file)
		if status2 != "200" || !strings.Contains(b, "2 comments were found") || h.get(c).Comments != 1 {
			t.Fatalf("a file: %s, %d comments", status2, h.get(c).Comments)
		}
		_, data, _ := strings.Cut(b, `name="data" value="`)
		data, _, _ = strings.Cut(data, `"`)
		p := h.as(h.members[0]).Post(c.Path()+"/upload", map[string][]string{"name": {"d.csv"}, "mails": {"none"}, "data": {strings.ReplaceAll(data, "&#43;", "+")}, "confirm": {"1"}})
		if p.Status != http.StatusOK || h.get(c).Comments != 3 || p.URL.Path != "/me/comments" {
			t.Errorf("taken: %d at %s, %d comments: %s", p.Status, p.URL, h.get(c).Comments, p.Text("main"))
		}
		// A digest comes once, when the last comment is answered, or gone.
		h.comment(h.members[1], c, input("p2", "", "To be withdrawn."))
		h.days(11)
		for n := 1; n <= 3; n++ {
			h.dispose(c, n, consultations.DisposeInput{Disposition: consultations.Accepted, Publish: true})
		}
		if got := h.mails("member.1@example.org"); len(got) != 1 {
			t.Errorf("before the digest: %q", got)
		}
		if err := h.Consultations.Withdraw(t.Context(), h.members[1], c.Ref, 4); err != nil {
			t.Fatal(err)
		}
		if got := h.mails("member.1@example.org"); len(got) != 2 {
			t.Errorf("with the digest: %q", got)
		}
	})
}
