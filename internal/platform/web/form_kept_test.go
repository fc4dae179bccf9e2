package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/platform/web"
)

// Two people edit the same thing: the later one sees what she typed beside what stands
// now, and her next try counts.
func TestStaleForm(t *testing.T) {
	x := newFormSite(t)
	typed := filled(x.get("/edit", ada...).html(t))
	typed.Set("title", "Hers")
	typed.Set("note", "her note")
	x.now.Version, x.now.Title, x.now.Kind, x.now.Seats = 4, "His", "ws", 0

	doc := x.post("/edit", typed, ada...).html(t)
	if got := doc.Find("#f-title").AttrOr("value", ""); got != "Hers" {
		t.Errorf("her title became %q", got)
	}
	if got := doc.Find("#f-title-now").Text(); !strings.Contains(got, "His") {
		t.Errorf("beside it stands %q", got)
	}
	if got := doc.Find("#f-kind-now").Text(); !strings.Contains(got, "Workshop") || strings.Contains(got, "ws") {
		t.Errorf("beside the kind stands %q", got)
	}
	if got := strings.TrimSpace(doc.Find("#f-note-now bdi").Text()); got == "" || got == "her note" {
		t.Errorf("beside the note, which is empty now, stands %q", got)
	}
	if doc.Find("#f-seats-now").Length() > 0 || doc.Find("#f-rank-now").Length() > 0 {
		t.Error("fields that did not change are marked")
	}
	if got := doc.Find("[name=version]").AttrOr("value", ""); got != "4" {
		t.Errorf("the form is at version %s", got)
	}
	if doc.Find("[role=alert]").Length() != 1 {
		t.Error("nobody tells her")
	}
	if a := x.post("/edit", filled(doc), ada...); a.status != http.StatusSeeOther || x.now.Title != "Hers" {
		t.Errorf("%d, %s", a.status, x.now.Title)
	}
}

// A form that is sent after the session ended comes back after signing in.
func TestParkedForm(t *testing.T) {
	parked := map[string][]byte{}
	x := newFormSite(t)
	x.server.Park = func(_ context.Context, path string, body []byte) (string, error) {
		token := fmt.Sprint("t", len(parked))
		parked[path+token] = slices.Clone(body)
		return token, nil
	}
	x.server.Unpark = func(_ context.Context, path, token string) ([]byte, error) {
		body, ok := parked[path+token]
		delete(parked, path+token)
		if !ok {
			return nil, core.NotFound()
		}
		return body, nil
	}
	typed := url.Values{"version": {"3"}, "title": {"Typed for an hour"}, "rank": {"1"}, "name.By[ar]": {"افتتاح"}, "name.Orig": {"ar"}, "themes": {"1", "2"}, "links[3].url": {"fourth"}}
	a := x.post("/fr/edit?next=/x", typed)
	if a.status != http.StatusSeeOther {
		t.Fatalf("%d", a.status)
	}
	in, err := url.Parse(a.header.Get("Location"))
	if err != nil || in.Path != "/fr/sign-in" {
		t.Fatalf("to %s", in)
	}
	next := in.Query().Get("next")
	if next != "/edit?parked=t0" {
		t.Errorf("and on to %s", next)
	}
	// Who is not signed in gets nothing and takes nothing away.
	if got := x.get("/fr"+next).html(t).Find("#f-title").AttrOr("value", ""); got != "Opening" {
		t.Errorf("a visitor sees %q", got)
	}
	doc := x.get("/fr"+next, ada...).html(t)
	got := filled(doc)
	for name, want := range typed {
		if !slices.Equal(got[name], want) {
			t.Errorf("%s is %q, typed was %q", name, got[name], want)
		}
	}
	if doc.Find("main form").AttrOr("action", "") != "/fr/edit" || doc.Find("[role=alert]").Length() != 1 {
		t.Error("she is not told that it is not saved yet")
	}
	if a := x.post("/fr/edit", got, ada...); a.status != http.StatusSeeOther || x.now.Title != "Typed for an hour" {
		t.Errorf("%d %s", a.status, x.now.Title)
	}
	// Once.
	if got := x.get("/fr"+next, ada...).html(t).Find("#f-title").AttrOr("value", ""); got != "Typed for an hour" || len(parked) != 0 {
		t.Errorf("again: %q", got)
	}
	// Without a place to keep it she is led to sign in all the same.
	x.server.Park = func(context.Context, string, []byte) (string, error) { return "", errBoom }
	if a := x.post("/edit", typed); a.status != http.StatusSeeOther || strings.Contains(a.header.Get("Location"), "parked") {
		t.Errorf("%d to %s", a.status, a.header.Get("Location"))
	}
}

func TestFormDropAndButtons(t *testing.T) {
	x := newSite(t, func(s *web.Server) {
		s.Handle("GET /edit", func(c *web.C) error {
			f := c.Form("test", &input{})
			f.Drop("kind", "themes", "nowhere")
			f.Buttons, f.Cancel, f.Note = []web.Button{{Name: "as", Value: "draft", Label: "Draft"}}, "/back", "Saved 14:03"
			return c.Page(web.Page{Name: "test/form", V: f})
		})
	})
	doc := x.get("/edit").html(t)
	if doc.Find("[name=kind], [name=themes]").Length() > 0 || doc.Find("#f-title").Length() != 1 {
		t.Error("the wrong fields are gone")
	}
	if doc.Find("button[name=as][value=draft]").Text() != "Draft" || doc.Find("a[href='/back']").Length() != 1 || !strings.Contains(doc.Find("p.saved").Text(), "Saved 14:03") {
		t.Error("the foot of the form is not whole")
	}
}
