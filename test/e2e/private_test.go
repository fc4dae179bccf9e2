package e2e

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
	"plenary/test/site"
)

const secret = "A closed rehearsal nobody may know of"

// hidden makes a session that is still a draft.
func hidden(t *testing.T, s *site.Site) *programme.Session {
	t.Helper()
	set, err := s.Editions.Setting(t.Context(), core.Operator, "2026-sample")
	if err != nil {
		t.Fatal(err)
	}
	types, err := s.Programme.Types(t.Context(), set.ID)
	if err != nil {
		t.Fatal(err)
	}
	start, err := core.WallTime(set.Days()[2].Date, "07:00", set.Zone)
	if err != nil {
		t.Fatal(err)
	}
	var x *programme.Session
	err = s.Record.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) (err error) {
		x, err = s.Programme.CreateTx(ctx, tx, set, programme.NewSession{
			Type: programme.TypeNamed(types, "workshop").ID, Starts: start, Ends: start.Add(1800e9), Room: set.Rooms[1].ID,
			Texts: programme.EditInput{Title: core.NewText("en", secret), Theme: set.Themes[0].ID},
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// What a person may not know of is "not found" for her by every door, and stands in no
// list, feed or export; the answer is the one that a thing gets that is not there.
func TestPrivateIsNotFoundByEveryDoor(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		x := hidden(t, s)
		doors := []string{
			x.Path(), x.Path() + "/report", x.Path() + "/history", x.Path() + "/calendar.ics", "/ar" + x.Path(),
			"/api/v1/editions/2026-sample/sessions/" + x.Ref,
		}
		lists := []string{
			"/2026-sample", "/2026-sample/programme", "/2026-sample/programme/all", "/2026-sample/programme/all?q=rehearsal",
			"/2026-sample/programme.ics", "/2026-sample/programme.csv", "/2026-sample/reports", "/2026-sample/activity",
			"/api/v1/editions/2026-sample/sessions?limit=500", "/api/v1/editions/2026-sample/reports?limit=500",
		}
		for who, r := range map[string]*site.Reader{"a visitor": s.Visitor(t), "a participant": s.As(t, "participant"), "an editor": s.As(t, "editor")} {
			absent := r.Get(strings.Replace(x.Path(), x.Ref, "ws99999", 1))
			for _, door := range doors {
				p := r.Get(door)
				if p.Status != http.StatusNotFound || strings.Contains(p.Body, secret) {
					t.Errorf("%s at %s: %d", who, door, p.Status)
				}
				if door == x.Path() && p.Text("main") != absent.Text("main") {
					t.Errorf("%s learns by the words %q that there is something: %q", who, p.Text("main"), absent.Text("main"))
				}
			}
			for _, list := range lists {
				if p := r.Get(list); strings.Contains(p.Body, secret) || strings.Contains(p.Body, `"`+x.Ref+`"`) {
					t.Errorf("%s finds it in %s", who, list)
				}
			}
			if p := r.Post(x.Path()+"/edit", url.Values{"title.By[en]": {"Taken over"}}); p.Status != http.StatusNotFound && !strings.HasSuffix(p.URL.Path, "/sign-in") {
				t.Errorf("%s may send a form to it: %d", who, p.Status)
			}
		}
		staff := s.As(t, "secretariat")
		for _, door := range []string{x.Path(), "/2026-sample/programme/all", "/2026-sample/activity"} {
			if p := staff.Get(door); p.Status != http.StatusOK || !strings.Contains(p.Body, secret) {
				t.Errorf("the staff does not see it at %s: %d", door, p.Status)
			}
		}
		if p := s.Visitor(t).Get("/2026-sample/programme/all"); strings.Contains(p.Body, secret) {
			t.Error("the page of the staff was kept for visitors")
		}
	})
}

// A person who is not public is not found either; her name stands nowhere.
func TestPrivatePerson(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		staff := s.As(t, "secretariat")
		form := must(t, staff.Get("/people/new"), http.StatusOK).Form()
		form.Set("name", "Ottoline Quarles")
		form.Del("public")
		p := must(t, staff.Post("/people/new", form), http.StatusOK)
		visitor := s.Visitor(t)
		for _, door := range []string{p.URL.Path, p.URL.Path + "/history", "/api/v1" + p.URL.Path} {
			if got := visitor.Get(door); got.Status != http.StatusNotFound {
				t.Errorf("%s: %d", door, got.Status)
			}
		}
		for _, list := range []string{"/people", "/people?q=Quarles", "/api/v1/people?limit=500", "/about/history"} {
			if got := visitor.Get(list); strings.Contains(got.Body, "Quarles") && !strings.Contains(list, "q=") {
				t.Errorf("%s names her", list)
			}
		}
	})
}
