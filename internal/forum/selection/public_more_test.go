package selection_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/selection"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// A merger is answered on a page; the names of the others come when both agree.
func TestMergerPage(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		h := openOutside(t, database)
		ctx := t.Context()
		m, err := h.Selection.Recommend(ctx, h.staff, h.call.Ref, selection.MergerInput{One: 1, Two: 3, Words: "Zzmerger <i>both</i>"})
		h.ok(err)
		one, two := "/proposals/"+string(h.p[0])+"/mergers/"+string(m.ID), "/proposals/"+string(h.p[2])+"/mergers/"+string(m.ID)
		if mails := h.mails("selection_merger"); len(mails) != 4 {
			t.Errorf("%d mails, want two for each side", len(mails))
		}
		p := h.page(h.who[0], one, 200, "Zzsummary3", "Zzmerger &lt;i&gt;")
		if strings.Contains(p.Body, "Zzname3") || strings.Contains(p.Body, "Zzparty3") {
			t.Error("the others are named before both agreed")
		}
		h.page(h.who[1], one, 404)
		h.page(h.who[1], "/proposals/"+string(h.p[1])+"/mergers/"+string(m.ID), 404)
		if got := h.as(h.who[0]).Post(one, url.Values{"version": {"1"}}); got.Status != 422 {
			t.Errorf("no answer: %d", got.Status)
		}
		form := p.Form()
		form.Set("says", "yes")
		if got := h.as(h.who[0]).Post(one, form); got.Status != 200 {
			t.Errorf("%d %s", got.Status, got.Text("main"))
		}
		if got := h.as(h.who[2]).Post(two, url.Values{"version": {"1"}, "says": {"yes"}}); got.Status != 409 {
			t.Errorf("an answer to what has changed: %d", got.Status)
		}
		if got := h.as(h.who[2]).Post(two, url.Values{"version": {"2"}, "says": {"yes"}}); got.Status != 200 {
			t.Errorf("%d %s", got.Status, got.Text("main"))
		}
		h.page(h.who[0], "/proposals/"+string(h.p[0]), 200, "Zzname3", "Zzparty3")
		if p := h.page(h.who[0], "/proposals/"+string(h.p[0]), 200); strings.Contains(p.Body, "@example.org") && strings.Contains(p.Body, "zzname3@") {
			t.Error("an address is shown")
		}
		if mails := h.mails("selection_merger_agreed"); len(mails) != 4 {
			t.Errorf("%d mails that both agreed", len(mails))
		}
		if got := h.page(h.who[0], "/api/v1/proposals/"+string(h.p[0])+"/mergers", 200, "Zzsummary3"); strings.Contains(got.Body, "Zzname3") {
			t.Error("the API names the others")
		}
	})
}

// A session tells from which proposals it came, both where they were merged.
func TestOrigins(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		h := openOutside(t, database)
		h.chosen()
		h.publish()
		var links []selection.Link
		h.ok(h.Record.DB.Read.NewSelect().Model(&links).Scan(t.Context()))
		if len(links) != 2 || links[0].Session != links[1].Session {
			t.Fatalf("links %v", links)
		}
		found, err := h.Programme.SessionsByID(t.Context(), h.staff, []core.ID{links[0].Session})
		h.ok(err)
		path := ""
		for _, x := range found {
			path = x.Path()
		}
		h.page(h.staff, path, 200, "Zztitle1 &lt;b&gt;", "Zztitle2 &lt;b&gt;")
		h.page(h.who[0], "/proposals/"+string(h.p[0]), 200, path)
		v, err := h.Selection.VerdictOf(t.Context(), h.who[1], h.p[1])
		h.ok(err)
		if v.Session == nil || v.Target != h.p[0] {
			t.Errorf("the merged proposal has no session: %+v", v)
		}
	})
}

// What was decided on conditions and not met is told with the conditions, not with the
// words that came with them.
func TestConditionsNotMet(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, database string) {
		h := openOutside(t, database)
		h.chosen()
		h.publish()
		h.ok(h.Selection.Meet(t.Context(), h.staff, h.call.Ref, 4, selection.AnswerInput{Version: 1}))
		n := 0
		for _, m := range h.mails("selection_decline") {
			if strings.Contains(m.ToAddr, "zzname4") {
				n++
				if !strings.Contains(m.Text, "Zzcondition4") || strings.Contains(m.Text, "Zzwords4") {
					t.Errorf("the letter says %s", m.Text)
				}
			}
		}
		if n != 1 {
			t.Errorf("%d letters", n)
		}
		h.write(func(ctx context.Context, tx *record.Tx) error { // an offer that was withdrawn cannot be taken
			_, err := tx.NewUpdate().Table("proposals").Set("state = 'withdrawn'").Where("id = ?", h.p[2]).Exec(ctx)
			return err
		})
		h.kind(h.Selection.Answer(t.Context(), h.who[2], h.p[2], selection.AnswerInput{Version: 1, Yes: true}), core.KindConflict)
	})
}
