package review_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/review"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// What a reviewer types is kept before she saves, for her alone, and offered when she
// comes back; saving takes it away.
func TestTyped(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, dbURL string) {
		h := open(t, dbURL)
		ctx := t.Context()
		h.setup(nil)
		a, b := h.mag[0], h.mag[1]
		h.give(a, h.p[0])
		h.days(8)
		sheet := "/reviews/" + string(h.phase.ID) + "/" + string(h.p[0])
		r := h.as(a)
		page := r.Get(sheet)
		at := page.Find("main form[data-autosave]").AttrOr("data-autosave", "")
		if at != sheet+"/typed" {
			t.Fatalf("the form is kept at %q", at)
		}
		form := page.Form()
		form.Set("for_proposer", "zz half a sentence")
		if x := r.Post(at, form); x.Status != http.StatusOK || !strings.Contains(x.Body, "is kept") {
			t.Fatalf("kept: %d %s", x.Status, x.Body)
		}
		// It is an offer, and no review.
		page = r.Get(sheet)
		if page.Form().Get("for_proposer") != "" || page.Find("a[href='"+sheet+"?kept=1']").Length() != 1 {
			t.Error("what was typed is not offered")
		}
		if x, err := h.s.Sheet(ctx, a, h.phase.ID, h.p[0]); err != nil || x.Review != nil {
			t.Errorf("there is a review: %+v, %v", x.Review, err)
		}
		form = r.Get(sheet + "?kept=1").Form()
		if form.Get("for_proposer") != "zz half a sentence" {
			t.Fatalf("taken up, the form has %q", form.Get("for_proposer"))
		}
		if x := h.as(h.staff).Get(sheet); strings.Contains(x.Body, "zz half") {
			t.Error("staff read what is typed")
		}
		// Nobody else keeps anything there.
		for who, want := range map[string]int{"": http.StatusUnauthorized, b.Name: http.StatusNotFound, h.staff.Name: http.StatusNotFound} {
			reader := h.Visitor(t)
			for _, x := range []core.Actor{b, h.staff} {
				if x.Name == who {
					reader = h.as(x)
				}
			}
			if x := reader.Post(at, form); x.Status != want {
				t.Errorf("%q keeps with %d, want %d", who, x.Status, want)
			}
		}
		wrong := url.Values{"version": {"7"}, "for_proposer": {"x"}}
		if x := r.Post(at, wrong); x.Status != http.StatusConflict {
			t.Errorf("over another version: %d", x.Status)
		}
		form.Set("op", "draft")
		if x := r.Post(sheet, form); x.Status != http.StatusOK {
			t.Fatalf("saved: %d", x.Status)
		}
		if x := r.Get(sheet); x.Find("a[href='"+sheet+"?kept=1']").Length() != 0 || x.Form().Get("for_proposer") != "zz half a sentence" {
			t.Error("after saving the offer is still there, or the words are not")
		}
		form = r.Get(sheet).Form()
		form.Set("for_proposer", "again")
		r.Post(at, form)
		if x := r.Post(sheet+"/forget", url.Values{}); x.Status != http.StatusOK || x.Find("a[href='"+sheet+"?kept=1']").Length() != 0 {
			t.Errorf("forgotten: %d", x.Status)
		}
		h.days(30)
		if x := r.Post(at, form); x.Status < 400 || x.Status == http.StatusConflict || x.Status >= 500 {
			t.Errorf("after the end: %d", x.Status)
		}
	})
}

// A reviewer says herself what she reads and knows, and how much she takes, within what
// is asked of her; what she belongs to she cannot change.
func TestOwn(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, dbURL string) {
		h := open(t, dbURL)
		ctx := t.Context()
		h.setup(func(in *review.PhaseInput) { in.MinLoad = 2 })
		a := h.mag[0]
		path := "/me/reviews/" + h.call.Ref
		r := h.as(a)
		if x := r.Get("/me/reviews"); x.Find("a[href='"+path+"']").Length() != 1 {
			t.Error("her list does not lead there")
		}
		form := r.Get(path).Form()
		form.Set("words", "spectrum")
		form["langs"] = []string{"fr", "ar"}
		for _, bad := range []string{"1", "5", "x"} {
			form.Set("max_load", bad)
			if x := r.Post(path, form); x.Status != http.StatusUnprocessableEntity || x.Form().Get("words") != "spectrum" {
				t.Errorf("at most %s: %d", bad, x.Status)
			}
		}
		form.Set("max_load", "3")
		form.Set("organisation", "Elsewhere")
		before := h.reviewer(a)
		if x := r.Post(path, form); x.Status != http.StatusOK {
			t.Fatalf("changed: %d", x.Status)
		}
		now := h.reviewer(a)
		if now.MaxLoad != 3 || !slices.Equal(now.Langs, []string{"fr", "ar"}) || !slices.Equal(now.Topics, []string{"spectrum"}) || now.Organisation != before.Organisation || now.Name != before.Name {
			t.Errorf("she is now %+v", now)
		}
		if x := r.Post(path, form); x.Status != http.StatusConflict {
			t.Errorf("a second window: %d", x.Status)
		}
		_, err := h.s.Own(ctx, h.ana, h.call.Ref)
		fails(t, err, core.KindNotFound, "")
		fails(t, h.s.ChangeOwn(ctx, h.staff, h.call.Ref, review.OwnInput{}), core.KindNotFound, "")
		_, err = h.s.Own(ctx, core.Actor{}, h.call.Ref)
		fails(t, err, core.KindSignIn, "")
	})
}

// Beside a proposal stand those that are like it, of those that she may read: none from
// which a conflict keeps her. What a reviewer knows draws proposals with the same words.
func TestAlike(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, dbURL string) {
		h := open(t, dbURL)
		ctx := t.Context()
		for i, id := range h.p[:3] {
			h.write(func(ctx context.Context, tx *record.Tx) error {
				_, err := tx.NewRaw("UPDATE proposals SET title = ?, version = version + 1 WHERE id = ?", []string{"Spectrum fees for island networks", "Fees of spectrum for networks on islands", "Spectrum fees and island networks again"}[i], id).Exec(ctx)
				return err
			})
		}
		h.setup(nil)
		a, b := h.mag[0], h.mag[1]
		h.give(a, h.p...)
		h.give(b, h.p[0])
		h.party(h.p[2], func(x *proposals.Party) { x.Person = a.Person })
		h.days(8)
		likes := func(who core.Actor) []core.ID {
			x, err := h.s.Sheet(ctx, who, h.phase.ID, h.p[0])
			h.ok(err)
			var out []core.ID
			for _, y := range x.Alike {
				if len(y.Why) == 0 {
					t.Error("no reason is given")
				}
				out = append(out, y.ID)
			}
			slices.Sort(out)
			return out
		}
		if got := likes(a); !slices.Contains(got, h.p[1]) || slices.Contains(got, h.p[2]) {
			t.Errorf("she is shown %v of %v", got, h.p)
		}
		if got := likes(b); len(got) != 0 {
			t.Errorf("who reads one is shown %v", got)
		}
		if got := likes(h.staff); !slices.Contains(got, h.p[1]) || !slices.Contains(got, h.p[2]) {
			t.Errorf("staff are shown %v", got)
		}
		sheet := "/reviews/" + string(h.phase.ID) + "/" + string(h.p[0])
		for _, door := range []string{sheet, "/api/v1" + sheet} {
			if x := h.as(a).Get(door); !strings.Contains(x.Body, "networks on islands") || strings.Contains(x.Body, "networks again") || strings.Contains(x.Body, "Zz") && strings.Contains(x.Body, "Zzparty") {
				t.Errorf("%s: %d", door, x.Status)
			}
		}
		near, err := h.Proposals.Near(ctx, h.call, []string{"Spectrum fees", "", "forestry"}, h.p)
		if err != nil || len(near) != 3 || near[0][0] <= 0 || near[0][0] > 1 || near[0][3] != 0 || near[1][0] != 0 || near[2][0] != 0 {
			t.Errorf("near: %v, %v", near, err)
		}
	})
}
