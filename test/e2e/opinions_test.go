package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plenary/internal/formats/opinioncsv"
	"plenary/test/site"
)

// A visitor reads the groups and their common ground; a participant votes without
// script, changes her mind, proposes a statement that the secretariat looks at.
func TestOpinions(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		visitor := s.Visitor(t)
		list := must(t, visitor.Get("/opinions"), http.StatusOK)
		path, ok := list.Find("main ul.rows a").First().Attr("href")
		if !ok {
			t.Fatalf("no poll in the list: %s", list.Text("main"))
		}
		results := must(t, visitor.Get(path+"/results"), http.StatusOK)
		if n := results.Find("h3").Length(); n < 2 || results.Find("svg.opinion-map path").Length() < 2 {
			t.Errorf("the results show %d groups: %s", n, results.Text("main"))
		}
		if !strings.Contains(results.Text("#consensus ~ ol"), "smartphone") {
			t.Errorf("what all agree on is not shown: %s", results.Text("main"))
		}
		matrix := must(t, visitor.Get(path+"/participants-votes.csv"), http.StatusOK)
		c, err := opinioncsv.Matrix(strings.NewReader(matrix.Body))
		if err != nil || len(c.Participants) != 140 || len(c.Statements) != 14 {
			t.Errorf("the published matrix cannot be read back: %v", err)
		}

		page := must(t, visitor.Get(path), http.StatusOK)
		if page.Find("form[action$='/vote'] button").Length() != 3 {
			t.Fatalf("there are no three buttons: %s", page.Text("main"))
		}
		member := s.As(t, "participant")
		vote := func(n, how string) *site.Page {
			return must(t, member.Post(path+"/vote", url.Values{"number": {n}, "vote": {how}}), http.StatusOK)
		}
		if p := vote("1", "agree"); !strings.Contains(p.Text("main"), "You agreed.") || !strings.Contains(p.Text("#vote"), "1 of 14") {
			t.Errorf("after a vote: %s", p.Text("main"))
		}
		if p := vote("1", "disagree"); strings.Contains(p.Text("main"), "You agreed.") || !strings.Contains(p.Text("main"), "You disagreed.") {
			t.Errorf("after another vote: %s", p.Text("main"))
		}

		form := must(t, member.Get(path+"/propose"), http.StatusOK).Form()
		form.Set("text", "")
		if p := member.Post(path+"/propose", form); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("nothing proposed: %d", p.Status)
		}
		form.Set("text", "Minutes should be public within a day.")
		if p := must(t, member.Post(path+"/propose", form), http.StatusOK); !strings.Contains(p.Text("main"), "Minutes should be public") {
			t.Errorf("the author does not see her proposal: %s", p.Text("main"))
		}
		if p := visitor.Get(path); strings.Contains(p.Text("main"), "Minutes should be public") {
			t.Error("everybody sees what nobody has looked at")
		}
		if p := member.Get(path + "/statements"); p.Status != http.StatusForbidden {
			t.Errorf("a participant sees the staff's page: %d", p.Status)
		}
		staff := s.As(t, "secretariat")
		must(t, staff.Get(path+"/statements"), http.StatusOK)
		if p := staff.Post(path+"/statements", url.Values{"number": {"15"}, "accept": {"false"}}); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("rejected without a reason: %d", p.Status)
		}
		must(t, staff.Post(path+"/statements", url.Values{"number": {"15"}, "accept": {"true"}}), http.StatusOK)
		if p := visitor.Get(path); !strings.Contains(p.Text("main"), "Minutes should be public") {
			t.Error("the accepted statement is not there")
		}
	})
}
