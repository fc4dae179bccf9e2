package review_test

import (
	"archive/zip"
	"io"
	"net/http"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/review"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// What a reviewer with a conflict, a blind one, a proposer or a stranger may not read
// leaves by no door: pages, lists, search, the API, exports, mails and the public part of
// events.
func TestNothingLeaks(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		ctx := t.Context()
		h.setup(nil)
		named, blind, chair := h.mag[0], h.mag[1], h.chair
		h.give(named, h.p...)
		h.give(blind, h.p...)
		h.give(chair, h.p...)
		// p0: a reviewer and the chair are named in it after they got it; p1: the reviewer says so herself.
		h.party(h.p[0], func(x *proposals.Party) { x.EmailKey, x.Email = address(named.Name), address(named.Name) })
		h.party(h.p[0], func(x *proposals.Party) { x.Person = chair.Person })
		h.days(8)
		h.ok(h.s.Declare(ctx, named, h.phase.ID, h.p[1], "zzdeclared"))
		h.score(blind, h.p[0], 2)
		h.score(blind, h.p[1], 2)
		h.ok(h.s.Say(ctx, blind, h.phase.ID, h.p[0], "zzremark"))
		h.ok(h.s.Say(ctx, h.staff, h.phase.ID, h.p[1], "zzremark"))
		if _, err := h.s.Remind(ctx, h.staff, h.call.Ref, 1, ""); err != nil {
			t.Fatal(err)
		}
		h.ok(h.Find.CatchUp(ctx))

		doors := []string{
			"/me", "/me/reviews", "/proposals", "/calls", h.call.Path(), h.call.Path() + "/proposals", h.call.Path() + "/proposals.csv", h.call.Path() + "/screening",
			"/search?q=Zztitle1", "/search?q=networks", "/search?q=Zzperson1", "/activity", "/reviews/" + string(h.phase.ID),
			"/api/v1/me/reviews", "/api/v1/calls/" + h.call.Ref + "/proposals", "/api/v1/calls/" + h.call.Ref + "/review/results", "/api/v1/calls/" + h.call.Ref + "/review/progress", "/api/v1/calls/" + h.call.Ref + "/review/conflicts", "/api/v1/search?q=Zztitle1",
		}
		doors = append(doors, h.call.Path()+"/proposals.xlsx", "/me/reviews/"+h.call.Ref, "/feed.atom", "/feed.json", "/api/v1/me/reviews/"+h.call.Ref,
			"/api/v1/calls/"+h.call.Ref+"/review", "/api/v1/calls/"+h.call.Ref+"/review/assignment")
		for _, p := range []string{"", "/reviewers", "/conflicts", "/assign", "/progress", "/results", "/results?sort=mean", "/results.csv", "/results.xlsx"} {
			doors = append(doors, h.call.Path()+"/review"+p)
		}
		of := func(i int) []string {
			id, sheet := string(h.p[i]), "/reviews/"+string(h.phase.ID)+"/"+string(h.p[i])
			return []string{"/proposals/" + id, "/proposals/" + id + "/edit", "/proposals/" + id + "/screen", "/api/v1/proposals/" + id, sheet, sheet + "/abstain", sheet + "/conflict", sheet + "/discuss", "/api/v1" + sheet}
		}
		all := append(append([]string{}, doors...), append(append(of(0), of(1)...), append(of(2), of(3)...)...)...)

		judged := []string{"zzremark", "zzreason", "zzforproposer", "zzforcommittee", "zzdeclared"}
		who := []string{"Zzname", "Zzorg", "Zzperson", "Zzparty", "zz3."}
		// Staff who review are reviewers first, where they have a conflict.
		desk := h.account("Desk Person", core.RoleSecretariat)
		if _, err := h.s.AddReviewers(ctx, h.staff, h.call.Ref, review.AddInput{Addresses: address(desk.Name)}); err != nil {
			t.Fatal(err)
		}
		h.ok(h.s.SetConflict(ctx, h.staff, h.call.Ref, review.ConflictInput{Reviewer: string(h.reviewer(desk).ID), Proposal: string(h.p[0]), Reason: "a friend"}))
		h.ok(h.s.SetConflict(ctx, h.staff, h.call.Ref, review.ConflictInput{Reviewer: string(h.reviewer(desk).ID), Proposal: string(h.p[1]), Reason: "a friend"}))
		for _, c := range []struct {
			name string
			who  core.Actor
			not  []string // read nowhere
			runs bool
			but  []string // doors that show what she has another right to
		}{
			{"a visitor", core.Actor{}, append(append([]string{"Zztitle", "Zzwords"}, judged...), who...), false, nil},
			{"a stranger", h.ana, append(append([]string{"Zztitle", "Zzwords"}, judged...), who...), false, nil},
			// She is named in p0, so she reads it as who is named in it; nothing of how it is judged.
			{"a reviewer with conflicts", named, append([]string{"Zztitle2", "Zzwords2", "Zzperson2", "Zzorg2"}, judged...), false, nil},
			{"a reviewer with conflicts, in her lists", named, []string{"Zztitle1", "Zzwords1"}, false, append(of(0), "/me", "/proposals", "/api/v1/proposals/"+string(h.p[0]))},
			{"a blind reviewer", blind, who, false, nil},
			{"staff with a conflict", desk, []string{"Zztitle1", "Zztitle2", "Zzwords1", "Zzwords2", "Zzperson1", "Zzorg1", "zzremark", "zzreason", "zzforproposer", "zzforcommittee"}, true, nil},
		} {
			r := h.as(c.who)
			for _, door := range all {
				if len(c.but) > 0 && has(c.but, door) {
					continue
				}
				p := r.Get(door)
				body := unpacked(t, p)
				for _, words := range c.not {
					if strings.Contains(body, words) && !strings.Contains(door, "q="+words) {
						t.Errorf("%s reads %q at %s (%d)", c.name, words, door, p.Status)
					}
				}
			}
		}
		// Of how p0 is judged the chair reads nothing, though she runs the call.
		r := h.as(chair)
		for _, door := range append(doors, of(0)[4:]...) {
			if p := r.Get(door); strings.Contains(door, "/review") && strings.Contains(unpacked(t, p), "Zztitle1") {
				t.Errorf("the chair reads of the proposal in which she is named at %s (%d)", door, p.Status)
			}
		}
		if p := r.Get(h.call.Path() + "/review/results"); p.Status != http.StatusOK || !strings.Contains(p.Body, "Zztitle2") {
			t.Errorf("the chair does not see the results: %d", p.Status)
		}
		fails(t, h.s.SetConflict(ctx, chair, h.call.Ref, review.ConflictInput{Reviewer: string(h.reviewer(chair).ID), Proposal: string(h.p[0]), Overrule: true, Reason: "mine"}), core.KindNotFound, "")
		fails(t, h.s.Assign(ctx, chair, h.call.Ref, 1, review.AssignInput{Do: review.HandAdd, Reviewer: h.reviewer(blind).ID, Proposal: h.p[0]}), core.KindNotFound, "")
		// Who may read does, and a workbook is read as what it holds.
		if p := h.as(h.staff).Get(h.call.Path() + "/review/results.xlsx"); !strings.Contains(unpacked(t, p), "Zztitle1") || !strings.Contains(unpacked(t, p), "zzforcommittee") {
			t.Error("the workbook of the results lacks what it should hold")
		}
		if p := h.as(blind).Get(of(2)[4]); p.Status != http.StatusOK || !strings.Contains(p.Body, "Zzwords3") {
			t.Errorf("the reviewer cannot read her proposal: %d", p.Status)
		}
		if p := h.as(named).Get("/me/reviews"); !strings.Contains(p.Body, "Zztitle3") || !strings.Contains(p.Body, "2 proposals are kept from you") {
			t.Error("the list of the reviewer is not right")
		}
		if p := h.as(h.staff).Get(of(0)[4]); !strings.Contains(p.Body, "zzremark") || !strings.Contains(p.Body, "zzforcommittee") {
			t.Error("staff do not read the reviews")
		}
		// Access is what other rooms ask.
		access, err := h.s.Reviewing(ctx, named, h.call.ID)
		if err != nil || len(access.IDs) != 2 || !access.Blind {
			t.Errorf("she may read %v, blind %v, %v", access.IDs, access.Blind, err)
		}
		if sees, err := h.s.Sees(ctx, named, h.p); err != nil || sees[h.p[0]] || sees[h.p[1]] || !sees[h.p[2]] {
			t.Errorf("she sees %v, %v", sees, err)
		}
		var events, mails []string
		h.ok(h.DB.Read.NewRaw("SELECT CAST(data AS TEXT) FROM events WHERE kind LIKE 'evaluation.%'").Scan(ctx, &events))
		h.ok(h.DB.Read.NewRaw("SELECT subject || ' ' || text FROM outbox WHERE kind = 'review_reminder'").Scan(ctx, &mails))
		for _, words := range append(append([]string{"Zztitle", "Zzwords"}, judged...), who...) {
			if strings.Contains(strings.Join(append(events, mails...), "\n"), words) {
				t.Errorf("%q stands in an event or a mail", words)
			}
		}
	})
}

// unpacked is what came back; of a workbook all that its parts hold.
func unpacked(t *testing.T, p *site.Page) string {
	t.Helper()
	if !strings.HasPrefix(p.Body, "PK") {
		return p.Body
	}
	z, err := zip.NewReader(strings.NewReader(p.Body), int64(len(p.Body)))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&b, io.LimitReader(r, 1<<24)); err != nil {
			t.Fatal(err)
		}
		_ = r.Close()
	}
	return b.String()
}

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
