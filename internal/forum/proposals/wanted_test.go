package proposals_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// of are full answers with a title, whose organiser is of an organisation.
func (h *house) of(title string) calls.Answers {
	a := h.full("Plain words")
	a[h.key(calls.MeansTitle)] = calls.Answer{Text: title}
	a["organisers"].People[0].Organisation = "River Networks"
	a["tags"] = calls.Answer{Many: []string{"rural networks"}}
	return a
}

// handIn hands in answers to a call.
func (h *house) handIn(a core.Actor, c calls.Call, answers calls.Answers) proposals.Proposal {
	h.t.Helper()
	p, err := h.Proposals.Begin(h.t.Context(), a, c.Ref, "en", "")
	h.ok(err)
	p, err = h.Proposals.Save(h.t.Context(), a, p.ID, proposalsSave(p.Version, answers, true))
	h.ok(err)
	return p
}

// blindly makes somebody a blind reviewer of proposals.
func (h *house) blindly(who core.Actor, ids ...core.ID) {
	h.Proposals.Reviewing = func(_ context.Context, a core.Actor, _ core.ID) (proposals.Access, error) {
		if a.Account != who.Account {
			return proposals.Access{}, nil
		}
		return proposals.Access{IDs: ids, Blind: true}, nil
	}
}

// What one searches are answers too, and only those that one may read.
func TestSearchInAnswers(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		h.Proposals.Barred = func(context.Context, core.Actor, core.ID) (map[core.ID]bool, error) { return nil, nil }
		id := h.handIn(h.ana, h.call, h.of("Networks that last")).ID
		other := h.propose(h.mag, "Rivers and rain")
		found := func(a core.Actor, q string) int {
			list, err := h.Proposals.List(t.Context(), a, h.call, q)
			h.ok(err)
			return len(list)
		}
		h.blindly(h.ben, id)
		for _, c := range []struct {
			who  core.Actor
			q    string
			want int
		}{
			{h.staff, "", 2},
			{h.staff, "LAST networks", 1},
			{h.staff, "owners", 2},
			{h.staff, "rural", 1},
			{h.staff, "river networks last", 1},
			{h.staff, "nobody two", 0},
			{h.staff, "nowhere", 0},
			{h.ben, "owners", 1},
			{h.ben, "river", 0},
			{h.ben, "rain", 0},
			{h.ben, "plain words", 0},
			{h.staff, "plain words two", 1},
			{core.Visitor, "owners", 0},
			{h.ana, "owners", 0},
		} {
			if n := found(c.who, c.q); n != c.want {
				t.Errorf("%s finds %d by %q", c.who.Name, n, c.q)
			}
		}
		h.Proposals.Barred = func(context.Context, core.Actor, core.ID) (map[core.ID]bool, error) {
			return map[core.ID]bool{other: true}, nil
		}
		if n := found(h.staff, "rain"); n != 0 {
			t.Error("a search finds what a conflict bars")
		}
		for q, want := range map[string]int{"": 1, "owners": 1, "rural last": 1, "nowhere": 0} {
			mine, err := h.Proposals.Mine(t.Context(), h.ana, q)
			h.ok(err)
			if len(mine) != want {
				t.Errorf("of her own she finds %d by %q", len(mine), q)
			}
		}
		if p := h.as(h.ana).Get("/proposals?q=nowhere"); !strings.Contains(p.Body, "Nothing found") || !strings.Contains(p.Body, `value="nowhere"`) {
			t.Error("the page does not say that nothing was found")
		}
		if p := h.as(h.ana).Get("/proposals?q=owners"); !strings.Contains(p.Body, "Networks that last") {
			t.Error("the page does not find her own")
		}
	})
}

// Speakers are looked for without telling whose proposal it is, offered without an address,
// and taken into the form.
func TestSpeakersWanted(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		ctx := t.Context()
		h.call = h.add(func(in *calls.Input) { in.Wanted = true })
		a := h.full("A secret title")
		a["profiles"] = calls.Answer{Many: []string{"A speaker of a small island"}}
		p := h.handIn(h.ana, h.call, a)
		list := "/2030/wanted"
		if page := h.as(core.Visitor).Get(list); page.Status != 200 || strings.Contains(page.Body, "small island") {
			t.Fatalf("nobody said so yet: %d", page.Status)
		}
		if err := h.Proposals.Seek(ctx, h.ben, p.ID, true); core.KindOf(err) != core.KindNotFound {
			t.Errorf("another seeks: %v", err)
		}
		if page := h.as(h.ana).Post("/proposals/"+string(p.ID)+"/wanted", url.Values{"on": {"1"}}); page.Status != 200 && page.Status != http.StatusSeeOther {
			t.Fatalf("seek: %d", page.Status)
		}
		page := h.as(core.Visitor).Get(list)
		if !strings.Contains(page.Body, "small island") {
			t.Fatal("the profile does not stand in the list")
		}
		for _, leak := range []string{"secret", string(p.ID), "Ana", "River Networks", "@example.org"} {
			if strings.Contains(page.Body, leak) {
				t.Errorf("the list tells %q", leak)
			}
		}
		all, err := h.Proposals.Wanted(ctx, h.ben, h.set)
		h.ok(err)
		if len(all) != 1 || all[0].Public != nil {
			t.Fatalf("wanted: %+v", all)
		}
		form := list + "/" + all[0].Key
		if v := h.as(core.Visitor).Get(form); strings.Contains(v.Body, "small island") {
			t.Error("a visitor gets the form")
		}
		bad := h.as(h.ben).Post(form, url.Values{"who": {"other"}, "name": {"Ina Island"}, "email": {"nonsense"}, "words": {"She knows islands."}})
		if bad.Status != http.StatusUnprocessableEntity || !strings.Contains(bad.Body, "She knows islands.") || !strings.Contains(bad.Body, "Ina Island") {
			t.Errorf("a bad address: %d", bad.Status)
		}
		good := url.Values{"who": {"other"}, "name": {"Ina Island"}, "email": {"ina@island.example"}, "words": {"She knows islands."}}
		if x := h.as(h.ben).Post(form, good); x.Status != 200 && x.Status != http.StatusSeeOther {
			t.Fatalf("offer: %d %s", x.Status, x.Body)
		}
		if x := h.as(h.ben).Post(form, good); x.Status != http.StatusUnprocessableEntity || !strings.Contains(x.Body, "for this profile already") {
			t.Errorf("twice: %d", x.Status)
		}
		if err := h.Proposals.OfferSpeaker(ctx, h.ana, h.set, all[0].Key, proposals.OfferInput{Who: "self", Words: "I would."}); core.KindOf(err) != core.KindConflict {
			t.Errorf("one's own: %v", err)
		}
		told := 0
		for _, m := range h.outbox() {
			if strings.HasPrefix(m.Subject, "A speaker is offered: Ina Island") {
				told++
				if m.Address != "ana.lima@example.org" || strings.Contains(m.Body, "island.example") || !strings.Contains(m.Body, "She knows islands.") {
					t.Errorf("mail to %s: %s", m.Address, m.Body)
				}
			}
		}
		if told != 1 {
			t.Errorf("%d mails", told)
		}
		own := h.as(h.ana).Get("/proposals/" + string(p.ID))
		if !strings.Contains(own.Body, "Ina Island") || strings.Contains(own.Body, "island.example") {
			t.Error("the editors see the offer, and no address")
		}
		if staff := h.as(h.staff).Get("/proposals/" + string(p.ID)); strings.Contains(staff.Body, "Ina Island") {
			t.Error("the offer is the editors' own")
		}
		v, err := h.Proposals.Get(ctx, h.ana, p.ID)
		h.ok(err)
		offers, err := h.Proposals.Offers(ctx, v)
		h.ok(err)
		if len(offers) != 1 || offers[0].Email != "" {
			t.Fatalf("offers: %+v", offers)
		}
		// What she types meanwhile stays.
		_, err = h.Proposals.Keep(ctx, h.ana, p.ID, "lang=en", v.Version)
		h.ok(err)
		if x := h.as(h.ana).Post("/proposals/"+string(p.ID)+"/offers/"+string(offers[0].ID), url.Values{}); x.Status != http.StatusUnprocessableEntity {
			t.Errorf("neither taken nor set aside: %d", x.Status)
		}
		if err := h.Proposals.TakeOffer(ctx, h.ben, p.ID, offers[0].ID, true); core.KindOf(err) != core.KindNotFound {
			t.Errorf("another takes it: %v", err)
		}
		h.ok(h.Proposals.TakeOffer(ctx, h.ana, p.ID, offers[0].ID, true))
		if kept, err := h.Proposals.Kept(ctx, h.ana, p.ID); err != nil || kept == nil {
			t.Errorf("what was typed is gone: %v", err)
		}
		if err := h.Proposals.TakeOffer(ctx, h.ana, p.ID, offers[0].ID, true); core.KindOf(err) != core.KindConflict {
			t.Errorf("taken twice: %v", err)
		}
		v, err = h.Proposals.Get(ctx, h.ana, p.ID)
		h.ok(err)
		there := false
		for _, x := range v.Parties {
			there = there || x.Name == "Ina Island" && x.Means == calls.MeansSpeaker && x.State == proposals.Invited
		}
		if !there {
			t.Errorf("not among the speakers: %+v", v.Parties)
		}
		if x := h.as(h.ben).Get(list); !strings.Contains(x.Body, "taken into the proposal") {
			t.Error("who offered does not see what became of it")
		}
		h.ok(h.Proposals.Seek(ctx, h.ana, p.ID, false))
		if page := h.as(core.Visitor).Get(list); strings.Contains(page.Body, "small island") {
			t.Error("it still stands in the list")
		}
	})
}

// seekOne hands in a proposal that looks for a speaker in public.
func (h *house) seekOne() proposals.Proposal {
	h.t.Helper()
	h.call = h.add(func(in *calls.Input) { in.Wanted = true })
	a := h.full("A secret title")
	a["profiles"] = calls.Answer{Many: []string{"A speaker of a small island"}}
	p := h.handIn(h.ana, h.call, a)
	h.ok(h.Proposals.Seek(h.t.Context(), h.ana, p.ID, true))
	return p
}

// The list ends when the meeting's last day ends where it meets, also for who gets a page
// that is kept.
func TestWantedEndsWithTheMeeting(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		h.seekOne()
		end := time.Date(2030, 10, 24, 15, 0, 0, 0, time.UTC) // midnight in Tokyo
		pages := map[string]string{"/2030/wanted": "small island", h.call.Path(): "look for 1 speaker"}
		h.Clock.Set(end.Add(-2 * time.Second)) // it runs on: moving it would forget what is kept
		for path, words := range pages {
			if p := h.as(core.Visitor).Get(path); !strings.Contains(p.Body, words) && h.Clock.Now().Before(end) {
				t.Errorf("%s before the end: %d", path, p.Status)
			}
		}
		time.Sleep(end.Sub(h.Clock.Now()) + 50*time.Millisecond)
		for path, words := range pages {
			if p := h.as(core.Visitor).Get(path); p.Status != http.StatusOK || strings.Contains(p.Body, words) {
				t.Errorf("%s after the end: %d", path, p.Status)
			}
		}
	})
}

// Whoever writes to proposers who cannot be written to is told so, with her words.
func TestNobodyToWriteTo(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		p := h.seekOne()
		h.write(func(ctx context.Context, tx *record.Tx) error { // as it comes in a data package
			_, err := tx.NewRaw("UPDATE proposals SET account = '' WHERE id = ?", p.ID).Exec(ctx)
			return err
		})
		all, err := h.Proposals.Wanted(t.Context(), h.ben, h.set)
		h.ok(err)
		x := h.as(h.ben).Post("/2030/wanted/"+all[0].Key, url.Values{"who": {"self"}, "words": {"I know islands."}})
		if x.Status != http.StatusUnprocessableEntity || !strings.Contains(x.Body, "Nobody can be written to") || !strings.Contains(x.Body, "I know islands.") {
			t.Errorf("an offer to nobody: %d", x.Status)
		}
	})
}
