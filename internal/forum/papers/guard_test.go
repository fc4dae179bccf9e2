package papers_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/papers"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// Who has read one version does not sign another that was published meanwhile.
func TestOneSignsWhatOneHasRead(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		ctx, coordinator := t.Context(), s.actors["coordinator"]
		p := s.joint("We act.")
		_, page, _ := s.do("member", "GET", p.Path()+"/endorse", nil)
		if !strings.Contains(page, `name="version" value="1"`) {
			t.Fatal("the form does not say which version it is about")
		}
		p, err := s.Edit(ctx, coordinator, p.ID, papers.Input{Version: p.Version, Kind: p.Kind, Title: p.Title, Text: en("We never act.")}, false)
		must(t, err)
		_, err = s.Publish(ctx, coordinator, p.ID, papers.PublishInput{Version: p.Version, Note: "Other words."})
		must(t, err)
		form := url.Values{"version": {"1"}, "for": {"self"}, "reservation.Orig": {"en"}}
		code, page, _ := s.do("member", "POST", p.Path()+"/endorse", form)
		if code != http.StatusConflict || !strings.Contains(page, `name="version" value="2"`) {
			t.Errorf("the old version is signed: %d", code)
		}
		if list, err := s.Endorsements(ctx, core.Visitor, p.ID); err != nil || len(list) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
		form.Set("version", "2")
		if code, _, _ := s.do("member", "POST", p.Path()+"/endorse", form); code != http.StatusSeeOther {
			t.Errorf("sign the present version: %d", code)
		}
	})
}

// A statement is laid into the mouth of nobody who was not there.
func TestAuthorsAreOfTheSession(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		ctx, organiser := t.Context(), h.actors["organiser"]
		in := papers.Input{Kind: papers.Statement, Title: en("What she said"), Text: en("Words."), Person: h.actors["member"].Person}
		_, err := h.Add(ctx, organiser, papers.Place{Session: h.session.ID}, in)
		kindOf(t, err, core.KindInvalid)
		in.Person = h.actors["speaker"].Person
		p, err := h.Add(ctx, organiser, papers.Place{Session: h.session.ID}, in)
		must(t, err)
		in.Version, in.Person = p.Version, h.actors["member"].Person
		_, err = h.Edit(ctx, organiser, p.ID, in, false)
		kindOf(t, err, core.KindInvalid)
		in.Person = "01890000-0000-7000-8000-00000000ffff"
		in.Kind = papers.PaperKind
		_, err = h.Add(ctx, staff, papers.Place{Body: h.body.ID}, in)
		kindOf(t, err, core.KindInvalid)
	})
}

// A file that is too large is said on the form, with what was typed.
func TestTooLargeAFileKeepsWhatWasTyped(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		s.UseFiles(blob.New(s.rec, t.TempDir(), 16))
		var buf bytes.Buffer
		m := multipart.NewWriter(&buf)
		for k, v := range map[string]string{"kind": papers.PaperKind, "title.Orig": "en", "title.By[en]": "Words that were typed"} {
			must(t, m.WriteField(k, v))
		}
		f, err := m.CreateFormFile("upload", "plan.txt")
		must(t, err)
		_, err = io.WriteString(f, strings.Repeat("long ", 20))
		must(t, err)
		must(t, m.Close())
		req := httptest.NewRequestWithContext(t.Context(), "POST", "/papers/new?body="+string(s.body.ID), &buf)
		req.Header.Set("Content-Type", m.FormDataContentType())
		req.Header.Set("X-As", "coordinator")
		req.Header.Set("Cookie", "session=coordinator")
		w := httptest.NewRecorder()
		s.h.ServeHTTP(w, req)
		if w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), "Words that were typed") {
			t.Errorf("%d", w.Code)
		}
	})
}

// A file that is handed in anew for a final paper stands in its history for everybody.
func TestAnotherFileIsSaid(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		ctx := t.Context()
		file := func(words string) *blob.Blob {
			b, err := s.blobs.Put(ctx, strings.NewReader(words), "charter.txt", "text/plain")
			must(t, err)
			return &b
		}
		in := papers.Input{Kind: papers.Charter, Title: en("Charter"), Text: en("We meet."), File: file("We meet.")}
		p, err := s.Add(ctx, staff, papers.Place{Body: s.body.ID}, in)
		must(t, err)
		for _, as := range []string{papers.StatePublished, papers.StateFinal} {
			p, err = s.Publish(ctx, staff, p.ID, papers.PublishInput{Version: p.Version, As: as, Note: "As agreed."})
			must(t, err)
		}
		in.Version, in.File = p.Version, file("We do not meet.")
		p, err = s.Edit(ctx, staff, p.ID, in, false)
		must(t, err)
		events, err := s.rec.Events(ctx, record.Query{Subjects: []core.ID{p.ID}, Kinds: []string{"paper.edited"}})
		must(t, err)
		if len(events.Items) != 1 || !strings.Contains(string(events.Items[0].Data), string(p.File)) {
			t.Errorf("public history: %+v", events.Items)
		}
	})
}
