package papers_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/papers"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// P22: brackets are counted, settled one by one with a reason, and keep a statement from
// being final; endorsers of other words are asked once.
func TestJointStatement(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		ctx, coordinator := t.Context(), h.actors["coordinator"]
		_, err := h.Add(ctx, coordinator, papers.Place{Body: h.body.ID}, papers.Input{Kind: papers.Joint, Title: en("Bad"), Text: en("One.\n\nWe [ask states.")})
		kindOf(t, err, core.KindInvalid)
		p := h.joint("We [shall — Levant Digital Rights] act.\n\nStates [and companies] must [now] answer.")

		// One signs for herself, one for an organisation, with a reservation.
		_, err = h.Endorse(ctx, core.Visitor, p.ID, "en", papers.EndorseInput{})
		kindOf(t, err, core.KindSignIn)
		_, err = h.Endorse(ctx, h.actors["member"], p.ID, "en", papers.EndorseInput{For: h.orgs["Sahel Networks"], Entitled: true})
		kindOf(t, err, core.KindInvalid)
		_, err = h.Endorse(ctx, h.actors["member"], p.ID, "en", papers.EndorseInput{For: h.orgs["Levant Digital Rights"]})
		kindOf(t, err, core.KindInvalid)
		_, err = h.Endorse(ctx, h.actors["member"], p.ID, "en", papers.EndorseInput{For: h.orgs["Levant Digital Rights"], Entitled: true})
		must(t, err)
		_, err = h.Endorse(ctx, coordinator, p.ID, "en", papers.EndorseInput{For: h.orgs["Levant Digital Rights"], Entitled: true})
		kindOf(t, err, core.KindConflict)
		h.clock.Freeze(now.Add(time.Minute))
		_, err = h.Endorse(ctx, h.actors["speaker"], p.ID, "fr", papers.EndorseInput{Reservation: en("Not for small networks."), Para: "p2"})
		must(t, err)
		h.clock.Freeze(now.Add(2 * time.Minute))
		_, err = h.Endorse(ctx, h.actors["other"], p.ID, "en", papers.EndorseInput{})
		must(t, err)
		_, err = h.Endorse(ctx, h.actors["member"], p.ID, "en", papers.EndorseInput{})
		must(t, err)

		// What she was on that day stays when she moves on.
		list, err := h.Endorsements(ctx, core.Visitor, p.ID)
		must(t, err)
		if len(list) != 4 || list[0].OrgName.String() != "Levant Digital Rights" || list[0].Group != "government" || list[1].Snapshot.Line() != "Director, Sahel Networks" {
			t.Fatalf("%+v", list)
		}

		// Final is not possible with open brackets unless that is said.
		_, err = h.Publish(ctx, coordinator, p.ID, papers.PublishInput{Version: p.Version, As: papers.StateFinal})
		kindOf(t, err, core.KindConflict)
		_, err = h.Resolve(ctx, h.actors["member"], p.ID, "p1", 1, papers.ResolveInput{Version: p.Version, How: papers.Keep, Reason: "R"})
		kindOf(t, err, core.KindForbidden)
		_, err = h.Resolve(ctx, coordinator, p.ID, "p1", 7, papers.ResolveInput{Version: p.Version, How: papers.Keep, Reason: "R"})
		kindOf(t, err, core.KindConflict)
		_, err = h.Resolve(ctx, coordinator, p.ID, "p1", 1, papers.ResolveInput{Version: p.Version, How: papers.Keep})
		kindOf(t, err, core.KindInvalid)
		for _, r := range []struct {
			para, how, words string
			n                int
		}{{"p1", papers.Replace, "should", 1}, {"p2", papers.Delete, "", 1}, {"p2", papers.Keep, "", 1}} {
			p, err = h.Resolve(ctx, coordinator, p.ID, r.para, r.n, papers.ResolveInput{Version: p.Version, How: r.how, Words: en(r.words), Reason: "Agreed in the call on " + r.how})
			must(t, err)
		}
		if n := len(h.mails("paper_confirm")); n != 0 {
			t.Errorf("%d mails before anything is published", n)
		}
		p, err = h.Publish(ctx, coordinator, p.ID, papers.PublishInput{Version: p.Version, Note: "Brackets settled"})
		must(t, err)
		revs, err := h.docs.Published(ctx, p.Document)
		must(t, err)
		rev := revs[p.Document]
		if rev.Paragraphs[0].Text.String() != "We should act." || rev.Paragraphs[1].Text.String() != "States must now answer." {
			t.Errorf("settled %q, %q", rev.Paragraphs[0].Text, rev.Paragraphs[1].Text)
		}
		if d := rev.Paragraphs[1].Attrs.Dissent; len(d) != 1 || d[0].By != "Amina Diallo" {
			t.Errorf("reservation does not travel: %+v", d)
		}
		// Each person is asked once, though one of them signed twice.
		mails := h.mails("paper_confirm")
		if len(mails) != 3 || mails[0].To != "member@example.org" || !strings.Contains(mails[0].Text, p.Path()+"/endorse") {
			t.Errorf("%d mails %+v", len(mails), mails)
		}
		// Who confirms is listed with the version; publishing without other words asks nobody.
		_, err = h.Endorse(ctx, h.actors["speaker"], p.ID, "fr", papers.EndorseInput{})
		must(t, err)
		p, err = h.Publish(ctx, coordinator, p.ID, papers.PublishInput{Version: p.Version, As: papers.StateFinal, Note: "Final"})
		must(t, err)
		if p.State != papers.StateFinal || p.WithBrackets {
			t.Errorf("final %+v", p)
		}
		if again := h.mails("paper_confirm"); len(again) != 3 {
			t.Errorf("%d mails in all: the same words are asked about again", len(again))
		}
	})
}

// A statement may become final with brackets where that is said.
func TestFinalWithBrackets(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		p := h.joint("We [shall] act.")
		p, err := h.Publish(t.Context(), staff, p.ID, papers.PublishInput{Version: p.Version, As: papers.StateFinal, WithBrackets: true})
		must(t, err)
		if p.State != papers.StateFinal || !p.WithBrackets {
			t.Errorf("%+v", p)
		}
	})
}

// Signatures are withdrawn and disputed visibly, and never deleted.
func TestEndorsementsAreKept(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := newSite(t, address)
		ctx := t.Context()
		p := s.joint("We act.")
		for i, who := range []string{"speaker", "other"} {
			s.clock.Freeze(now.Add(time.Duration(i+1) * time.Minute))
			if _, err := s.Endorse(ctx, s.actors[who], p.ID, "en", papers.EndorseInput{}); err != nil {
				t.Fatal(err)
			}
		}
		list, err := s.Endorsements(ctx, core.Visitor, p.ID)
		must(t, err)
		kindOf(t, s.Withdraw(ctx, s.actors["other"], p.ID, list[0].ID), core.KindNotFound)
		kindOf(t, s.Keep(ctx, s.actors["member"], p.ID, list[0].ID, papers.KeepInput{Version: 1, State: papers.Disputed, Reason: "R"}), core.KindForbidden)
		kindOf(t, s.Keep(ctx, staff, p.ID, list[0].ID, papers.KeepInput{Version: 1, State: papers.Disputed}), core.KindInvalid)
		must(t, s.Keep(ctx, s.actors["coordinator"], p.ID, list[0].ID, papers.KeepInput{Version: 1, State: papers.Disputed, Reason: "She left"}))
		_, err = s.Endorse(ctx, s.actors["speaker"], p.ID, "en", papers.EndorseInput{})
		kindOf(t, err, core.KindConflict)
		must(t, s.Withdraw(ctx, s.actors["other"], p.ID, list[1].ID))
		_, page, _ := s.do("", "GET", p.Path(), nil)
		for _, want := range []string{"Disputed", "She left", "Withdrawn", "Mei Tan", "Amina Diallo", "1 endorsement"} {
			if !strings.Contains(page, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
		_, page, _ = s.do("", "GET", p.Path()+"/history", nil)
		if !strings.Contains(page, "Endorsement withdrawn") || !strings.Contains(page, "She left") {
			t.Error("the history does not tell of it")
		}
		// After the window nobody signs, but a signature can be withdrawn.
		s.clock.Freeze(now.AddDate(0, 1, 0))
		_, err = s.Endorse(ctx, s.actors["member"], p.ID, "en", papers.EndorseInput{})
		kindOf(t, err, core.KindConflict)
		must(t, s.Withdraw(ctx, s.actors["speaker"], p.ID, list[0].ID))
	})
}

// Two pages of one person become one: what she signed twice counts once.
func TestMergedPersonsSignOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		ctx := t.Context()
		p := h.joint("We act.")
		for _, who := range []string{"speaker", "other"} {
			if _, err := h.Endorse(ctx, h.actors[who], p.ID, "en", papers.EndorseInput{}); err != nil {
				t.Fatal(err)
			}
		}
		other, err := h.people.Get(ctx, staff, h.actors["other"].Person)
		must(t, err)
		if err := h.rec.Write(ctx, staff, func(ctx context.Context, tx *record.Tx) error {
			tx.Append("person.merged", other.ID, core.ScopeForum, record.Internal, record.Data{"into": h.actors["speaker"].Person})
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		list, err := h.Endorsements(ctx, core.Visitor, p.ID)
		must(t, err)
		stand := 0
		for _, e := range list {
			if e.Person != h.actors["speaker"].Person {
				t.Errorf("still of %s", e.Person)
			}
			if e.Stands() {
				stand++
			}
		}
		if stand != 1 {
			t.Errorf("%d signatures stand", stand)
		}
	})
}
