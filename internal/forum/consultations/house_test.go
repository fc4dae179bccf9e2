package consultations_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/forum/consultations"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/test/site"
)

// house is an empty forum with one edition, one published draft and some accounts.
type house struct {
	*site.Site
	t       *testing.T
	set     *editions.Setting
	doc     core.ID
	staff   core.Actor
	staff2  core.Actor
	editor  core.Actor
	members []core.Actor
	asked   *asked
}

const (
	owners = "Networks that last have a local owner. Grants should pay for the owner as well as for the mast."
	fees   = "Spectrum fees should follow coverage rather than bandwidth."
	data   = "Public money should leave public data behind. Exceptions are listed in public."
)

func open(t *testing.T, url string) *house {
	t.Helper()
	h := &house{Site: site.Empty(t, url, func(c *app.Config) { c.MailHost = "forum.example" }), t: t, asked: &asked{fail: func(s string) { t.Log("server:", s) }}}
	h.Server.Log = slog.New(h.asked)
	h.Clock.Freeze(time.Date(2030, 11, 1, 9, 0, 0, 0, time.UTC))
	h.write(func(ctx context.Context, tx *record.Tx) error {
		if err := h.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Forum of the Test"), Short: "FT"}); err != nil {
			return err
		}
		e, err := h.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: "2030", Name: core.NewText("en", "Forum 2030"), City: core.NewText("en", "Kyoto"), Zone: "Asia/Tokyo", State: editions.StatePublic,
			FirstDay: "2030-10-20", LastDay: "2030-10-24",
		})
		if err != nil {
			return err
		}
		h.set = &editions.Setting{Edition: e}
		d, err := h.Documents.CreateTx(ctx, tx, documents.Create{
			Scope: e.Scope(), Kind: "messages", Subject: e.ID, Title: core.NewText("en", "Kyoto Messages"), Stage: "draft",
			Paragraphs: paras(owners, fees, data),
		})
		if err != nil {
			return err
		}
		h.doc = d.ID
		_, err = h.Documents.PublishTx(ctx, tx, d.ID, "")
		return err
	})
	h.staff, h.staff2, h.editor = h.account("Staff One", core.RoleSecretariat), h.account("Staff Two", core.RoleSecretariat), h.account("Editor", core.RoleEditor)
	for i := range 5 {
		h.members = append(h.members, h.account(fmt.Sprintf("Member %d", i+1), ""))
	}
	return h
}

func paras(list ...string) []documents.Paragraph {
	out := []documents.Paragraph{{Kind: documents.Heading, Level: 1, Text: core.NewText("en", "Access")}}
	for _, s := range list {
		out = append(out, documents.Paragraph{Kind: documents.Plain, Text: core.NewText("en", s)})
	}
	return out
}

func (h *house) write(fn func(ctx context.Context, tx *record.Tx) error) {
	h.t.Helper()
	if err := h.Record.Write(h.t.Context(), core.Operator, fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) account(name string, role core.Role) core.Actor {
	h.t.Helper()
	var acc authn.Account
	h.write(func(ctx context.Context, tx *record.Tx) (err error) {
		if acc, err = h.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: strings.ReplaceAll(strings.ToLower(name), " ", ".") + "@example.org", Name: name, Lang: "en"}); err != nil || role == "" {
			return err
		}
		return h.Authn.GrantTx(ctx, tx, acc.ID, role, core.ScopeForum)
	})
	acc, err := h.Authn.ByID(h.t.Context(), acc.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return acc.Actor()
}

// as is a reader with the browser of an actor; the zero actor is a visitor.
func (h *house) as(a core.Actor) *site.Reader {
	h.t.Helper()
	r := h.Visitor(h.t)
	if a.SignedIn() {
		w := httptest.NewRecorder()
		if err := h.Authn.StartSession(h.t.Context(), w, a.Account); err != nil {
			h.t.Fatal(err)
		}
		var cookies []string
		for _, c := range w.Result().Cookies() {
			cookies = append(cookies, c.Name+"="+c.Value)
		}
		r.Header.Set("Cookie", strings.Join(cookies, "; "))
	}
	return r
}

// open opens a window of ten days on the document.
func (h *house) open(change ...func(*consultations.OpenInput)) consultations.Consultation {
	h.t.Helper()
	in := consultations.Usual(h.Clock.Instant())
	in.Title, in.Notice = core.NewText("en", "Review of the Kyoto Messages"), core.NewText("en", "Tell us what is missing.")
	in.ClosesDay, in.MinDays, in.PrivateNotes = h.Clock.Now().AddDate(0, 0, 10).Format(time.DateOnly), 5, true
	for _, fn := range change {
		fn(&in)
	}
	c, err := h.Consultations.Open(h.t.Context(), h.staff, h.doc, in)
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

func input(para, quote, body string) consultations.CommentInput {
	return consultations.CommentInput{
		Para: para, Quote: quote, Body: body, Lang: "en", Name: "Amina Diallo", Group: "civil-society", Country: "SN", Organisation: "Sahel Networks", Mails: consultations.MailEach,
	}
}

func (h *house) comment(a core.Actor, c consultations.Consultation, in consultations.CommentInput) consultations.Comment {
	h.t.Helper()
	co, err := h.Consultations.Comment(h.t.Context(), a, c.Ref, consultations.ViaPage, in)
	if err != nil {
		h.t.Fatalf("comment %q: %v", in.Body, err)
	}
	return co
}

func (h *house) get(c consultations.Consultation) consultations.Consultation {
	h.t.Helper()
	c, err := h.Consultations.Get(h.t.Context(), core.Visitor, c.Ref)
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

func (h *house) dispose(c consultations.Consultation, n int, in consultations.DisposeInput) {
	h.t.Helper()
	if in.Reason.IsZero() && in.Disposition != consultations.Duplicate {
		in.Reason = core.NewText("en", "It improves the text.")
	}
	if err := h.Consultations.Dispose(h.t.Context(), h.staff, c.Ref, n, in); err != nil {
		h.t.Fatalf("dispose of comment %d: %v", n, err)
	}
}

// revise publishes a new version of the text.
func (h *house) revise(list ...documents.Paragraph) documents.Revision {
	h.t.Helper()
	var out documents.Revision
	h.write(func(ctx context.Context, tx *record.Tx) error {
		heads, err := h.Documents.HeadTx(ctx, tx, h.doc)
		if err != nil {
			return err
		}
		if _, err := h.Documents.ReviseTx(ctx, tx, h.doc, documents.Revise{BasedOn: heads[h.doc].Version, Paragraphs: list}); err != nil {
			return err
		}
		out, err = h.Documents.PublishTx(ctx, tx, h.doc, "After the review.")
		return err
	})
	return out
}

func (h *house) days(n int) {
	h.Clock.Freeze(h.Clock.Now().AddDate(0, 0, n))
	if err := h.Consultations.Tell(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

func fails(t *testing.T, err error, kind core.Kind, key string) {
	t.Helper()
	e, ok := errors.AsType[*core.Error](err)
	if !ok || e.Kind != kind {
		t.Fatalf("got %v, want %s %s", err, kind, key)
	}
	keys := e.Key
	for _, f := range e.Fields {
		keys += " " + f.Path + ":" + f.Key
	}
	if !strings.Contains(keys, key) {
		t.Fatalf("got %s, want %s", keys, key)
	}
}

func (h *house) mails(to string) (subjects []string) {
	h.t.Helper()
	if err := h.DB.Read.NewRaw("SELECT subject FROM outbox WHERE to_addr = ? ORDER BY queued, id", to).Scan(h.t.Context(), &subjects); err != nil {
		h.t.Fatal(err)
	}
	return subjects
}

func (h *house) events(kind string) (n int) {
	h.t.Helper()
	list, err := h.Record.Events(h.t.Context(), record.Query{Kinds: []string{kind}, Internal: true})
	if err != nil {
		h.t.Fatal(err)
	}
	return list.Total
}

func sprint(v any) string { return fmt.Sprint(v) }

// finalise appends what the room of the Messages does when they become final.
func (h *house) finalise() error {
	return h.Record.Write(h.t.Context(), h.staff, func(_ context.Context, tx *record.Tx) error {
		tx.Append("messages.finalised", h.set.ID, h.set.Scope(), record.Public, nil)
		return nil
	})
}
