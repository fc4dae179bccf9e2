package consultations_test

import (
	"net/http"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/consultations"
	"plenary/internal/testkit"
)

// What is private, hidden, withdrawn or only drafted leaves by no door: pages, lists, the
// API, exports and the search.
func TestNothingLeaks(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		ctx := t.Context()
		c := h.open()
		secret := map[string]string{
			"the private note": "zzprivatenote", "the hidden words": "zzhiddenwords", "the hidden author": "Zzhidden Author",
			"the withdrawn words": "zzwithdrawnwords", "the withdrawn author": "Zzwithdrawn Author", "the drafted answer": "zzdraftedreason",
		}
		in := input("p2", "a local owner", "An open comment.")
		in.Private = secret["the private note"]
		h.comment(h.members[0], c, in)
		in = input("p2", "", secret["the hidden words"])
		in.Name, in.Proposal = secret["the hidden author"], secret["the hidden words"]
		h.comment(h.members[1], c, in)
		in = input("p2", "", secret["the withdrawn words"])
		in.Name = secret["the withdrawn author"]
		h.comment(h.members[2], c, in)
		if err := h.Consultations.Moderate(ctx, h.staff, c.Ref, 2, consultations.ModerateInput{Kind: consultations.ActHide, Rule: "respect", Reason: "Insult."}); err != nil {
			t.Fatal(err)
		}
		if err := h.Consultations.Withdraw(ctx, h.members[2], c.Ref, 3); err != nil {
			t.Fatal(err)
		}
		h.dispose(c, 1, consultations.DisposeInput{Disposition: consultations.Rejected, Reason: core.NewText("en", secret["the drafted answer"])})

		doors := []string{
			c.Path(), c.Path() + "/p2", c.Path() + "/comments", c.Path() + "/comments/1", c.Path() + "/comments/2", c.Path() + "/comments/3", c.Path() + "/log",
			c.Path() + "/synthesis?by=group&of=civil-society", c.Path() + "/changes", c.Path() + "/orphans", c.Path() + "/comments.csv", c.Path() + "/comments.json",
			c.Path() + "/comments?disposition=rejected", c.Path() + "/comments?group=civil-society",
			"/api/v1/consultations/" + c.Ref, "/api/v1/consultations/" + c.Ref + "/comments", "/api/v1/consultations/" + c.Ref + "/comments/1",
			"/api/v1/consultations/" + c.Ref + "/comments/2", "/api/v1/consultations/" + c.Ref + "/comments/3", "/api/v1/consultations/" + c.Ref + "/changes",
			"/api/v1/consultations/" + c.Ref + "/comments?disposition=rejected", "/api/v1/consultations/" + c.Ref + "/synthesis",
			"/consultations", "/2030/outcomes", "/activity",
		}
		for name, who := range map[string]core.Actor{"a visitor": {}, "a member": h.members[3]} {
			r := h.as(who)
			for _, door := range doors {
				p := r.Get(door)
				if p.Status != http.StatusOK {
					if door != "/activity" {
						t.Errorf("%s: %s answers %d", name, door, p.Status)
					}
					continue
				}
				for what, words := range secret {
					if strings.Contains(p.Body, words) {
						t.Errorf("%s reads %s at %s", name, what, door)
					}
				}
			}
			if p := r.Get("/api/v1/consultations/" + c.Ref + "/comments?disposition=rejected"); strings.Contains(p.Body, `"number":1`) {
				t.Errorf("%s is told by a filter what is drafted", name)
			}
			for _, door := range []string{"/desk", "/settings", "/comments/1/dispose", "/comments/1/moderate"} {
				if p := r.Get(c.Path() + door); p.Status == http.StatusOK && p.Find("input[type=email]").Length() == 0 {
					t.Errorf("%s enters %s", name, door)
				}
			}
		}
		// The search, and the events that everybody may read.
		finds := consultations.NewFinds(h.Consultations)
		ids, err := finds.All(ctx)
		if err != nil || len(ids) != 1 {
			t.Fatalf("%d comments are found, %v; want the live one", len(ids), err)
		}
		docs, err := finds.Docs(ctx, ids)
		if err != nil {
			t.Fatal(err)
		}
		var log strings.Builder
		log.WriteString(sprint(docs))
		var data []string
		if err := h.DB.Read.NewRaw("SELECT CAST(data AS TEXT) FROM events").Scan(ctx, &data); err != nil {
			t.Fatal(err)
		}
		log.WriteString(strings.Join(data, "\n"))
		for what, words := range secret {
			if strings.Contains(log.String(), words) {
				t.Errorf("%s stands in the search or in the public part of an event", what)
			}
		}
		// Author and staff read what is theirs.
		if p := h.as(h.members[0]).Get(c.Path() + "/comments/1"); !strings.Contains(p.Body, secret["the private note"]) {
			t.Error("the author does not read her own note")
		}
		if p := h.as(h.members[1]).Get(c.Path() + "/comments/2"); !strings.Contains(p.Body, secret["the hidden words"]) || p.Find("a[href$='/appeal']").Length() != 1 {
			t.Error("the author does not read her hidden comment, or cannot appeal")
		}
		if p := h.as(h.staff).Get(c.Path() + "/comments/1"); !strings.Contains(p.Body, secret["the private note"]) || !strings.Contains(p.Body, secret["the drafted answer"]) {
			t.Error("the staff does not read the note and the draft")
		}
	})
}
