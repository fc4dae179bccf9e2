package documents_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/testkit"
)

// A draft is there for the crew of its owner room and the staff of its scope, and for
// nobody else: neither page nor API give away that it exists.
func TestWhoSeesDrafts(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		s := serve(open(t, url))
		never := s.create(documents.Create{Paragraphs: texts(access)})
		fixed := s.create(documents.Create{Paragraphs: texts(access)})
		s.publish(fixed.ID, "")
		s.revise(fixed.ID, documents.Revise{Paragraphs: texts(access, fees), Title: core.NewText("en", "Secret new title")})
		elsewhere := s.create(documents.Create{Scope: "edition-2", Paragraphs: texts(access)})
		unguarded := s.create(documents.Create{Kind: "paper", Paragraphs: texts(access)})

		insiders := map[string]bool{"secretariat": true, "rapporteur": true, "other staff": true}
		for _, who := range []string{"", "member", "curator", "rapporteur", "secretariat", "other staff"} {
			for _, tc := range []struct {
				name, path string
				want       bool
			}{
				{"first draft", "/documents/" + string(never.ID) + "/revisions/1", insiders[who]},
				{"its versions", "/documents/" + string(never.ID) + "/revisions", insiders[who]},
				{"its comparison", "/documents/" + string(never.ID) + "/compare", insiders[who]},
				{"its file", "/documents/" + string(never.ID) + "/revisions/1.json", insiders[who]},
				{"published", "/documents/" + string(fixed.ID) + "/revisions/1", true},
				{"draft of a correction", "/documents/" + string(fixed.ID) + "/revisions/2", insiders[who]},
				{"comparison with it", "/documents/" + string(fixed.ID) + "/compare?from=1&to=2", insiders[who]},
				{"other edition", "/documents/" + string(elsewhere.ID) + "/revisions/1", who == "secretariat" || who == "rapporteur"},
				{"without a guard", "/documents/" + string(unguarded.ID) + "/revisions/1", who == "secretariat" || who == "other staff"},
				{"api: first draft", "/api/v1/documents/" + string(never.ID), insiders[who]},
				{"api: its text", "/api/v1/documents/" + string(never.ID) + "/revisions/1", insiders[who]},
				{"api: draft of a correction", "/api/v1/documents/" + string(fixed.ID) + "/revisions/2", insiders[who]},
				{"no such text", "/documents/0190a0a0-0000-7000-8000-000000000000/revisions/1", false},
				{"api: no such text", "/api/v1/documents/0190a0a0-0000-7000-8000-000000000000", false},
				{"no id", "/documents/x/revisions", false},
				{"no number", "/documents/" + string(fixed.ID) + "/revisions/01", false},
				{"no format", "/documents/" + string(fixed.ID) + "/revisions/1.doc", false},
			} {
				want := http.StatusNotFound
				if tc.want {
					want = http.StatusOK
				}
				if got, _, _ := s.get(who, tc.path); got != want {
					t.Errorf("%s for %q: %d, want %d", tc.name, who, got, want)
				}
			}
			for _, path := range []string{"/documents/" + string(fixed.ID) + "/revisions", "/api/v1/documents/" + string(fixed.ID)} {
				_, body, _ := s.get(who, path)
				if leaks := strings.Contains(body, "Secret") || strings.Contains(body, "Version 2") || strings.Contains(body, "draft_revision"); leaks != insiders[who] {
					t.Errorf("%s for %q shows the draft: %v", path, who, leaks)
				}
			}
		}
	})
}

// Lists are narrowed in SQL: the public sees what is published, the staff of a scope all
// of it, and a cursor leads through the rest.
func TestListShowsWhatMayBeSeen(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		s := serve(open(t, url))
		for i := range 6 {
			d := s.create(documents.Create{Scope: []string{"edition-1", "edition-2"}[i%2], Paragraphs: texts(access)})
			if i < 3 {
				s.publish(d.ID, "")
			}
		}
		count := func(who, query string) int {
			t.Helper()
			n, next := 0, ""
			for {
				_, body, _ := s.get(who, "/api/v1/documents?limit=2"+query+"&cursor="+next)
				var list core.List[struct{ ID core.ID }]
				if err := json.Unmarshal([]byte(body), &list); err != nil {
					t.Fatalf("%v: %s", err, body)
				}
				if n += len(list.Items); list.Next == "" {
					if list.Total != n {
						t.Errorf("total is %d of %d", list.Total, n)
					}
					return n
				}
				next = list.Next
			}
		}
		for _, tc := range []struct {
			who, query string
			want       int
		}{
			{"", "", 3},
			{"member", "&kind=report", 3},
			{"member", "&kind=paper", 0},
			{"", "&scope=edition-2", 1},
			{"other staff", "", 4},
			{"other staff", "&scope=edition-2", 1},
			{"secretariat", "", 6},
		} {
			if got := count(tc.who, tc.query); got != tc.want {
				t.Errorf("%q sees %d at %q, want %d", tc.who, got, tc.query, tc.want)
			}
		}
	})
}

// What is published of an edition that is being prepared is there for those who prepare
// it: pages, lists, counts and the names of cited texts say nothing of it to others.
func TestTextsOfAHiddenEdition(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		s := serve(open(t, url))
		secret := s.create(documents.Create{Scope: "edition-2", Paragraphs: texts(access), Title: core.NewText("en", "Secret text")})
		s.publish(secret.ID, "")
		cites := text(fees)
		cites.Sources = []documents.Source{{Kind: documents.SourceParagraph, Ref: documents.ParaRef(secret.ID, "p1")}}
		open := s.create(documents.Create{Paragraphs: []documents.Paragraph{cites}})
		s.publish(open.ID, "")
		s.docs.Hidden(func(_ context.Context, a core.Actor) ([]string, error) {
			if slices.Contains(a.Roles("edition-2"), core.RoleSecretariat) {
				return nil, nil
			}
			return []string{"edition-2"}, nil
		})
		for who, want := range map[string]bool{"": false, "member": false, "secretariat": true} {
			for _, path := range []string{"/documents/" + string(secret.ID) + "/revisions/1", "/documents/" + string(secret.ID), "/api/v1/documents/" + string(secret.ID)} {
				if got, _, _ := s.get(who, path); (got == http.StatusNotFound) == want {
					t.Errorf("%s for %q: %d", path, who, got)
				}
			}
			total := `"total":1`
			if want {
				total = `"total":2`
			}
			if _, body, _ := s.get(who, "/api/v1/documents"); strings.Contains(body, "Secret") != want || !strings.Contains(body, total) {
				t.Errorf("the list for %q is %s", who, body)
			}
			if got, body, _ := s.get(who, "/documents/"+string(open.ID)+"/revisions/1"); got != http.StatusOK || strings.Contains(body, "Secret text") != want {
				t.Errorf("%q reads the name of a cited text: %v, want %v", who, !want, want)
			}
		}
	})
}
