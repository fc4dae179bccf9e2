package proposals_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
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

// document is the words of a DOCX file.
func document(t *testing.T, body string) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A proposal goes into files as its page shows it to who asks, and to nobody else.
func TestFilesOfAProposal(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		h.Proposals.Barred = nil
		id := h.handIn(h.ana, h.call, h.of("Networks that <last>")).ID
		path := "/proposals/" + string(id)
		h.blindly(h.ben, id)
		for _, f := range []string{"txt", "md", "docx"} {
			for who, want := range map[string]int{"editor": 200, "staff": 200, "blind": 200, "other": 404, "visitor": 404} {
				actor := map[string]core.Actor{"editor": h.ana, "staff": h.staff, "blind": h.ben, "other": h.mag}[who]
				p := h.as(actor).Get(path + "." + f)
				if p.Status != want {
					t.Errorf("%s for %s: %d", f, who, p.Status)
					continue
				}
				if want != 200 {
					continue
				}
				body := p.Body
				if f == "docx" {
					body = document(t, body)
				}
				if !strings.Contains(body, "Networks that") || strings.Contains(body, "Networks that <last></w") {
					t.Errorf("%s for %s does not have the title: %.300s", f, who, body)
				}
				if strings.Contains(body, "@example.org") {
					t.Errorf("%s for %s holds addresses", f, who)
				}
				if named := strings.Contains(body, "River Networks"); named != (who != "blind") {
					t.Errorf("%s for %s: names who proposes: %v", f, who, named)
				}
			}
		}
		if p := h.as(h.ana).Get(path + ".exe"); p.Status != http.StatusNotFound {
			t.Errorf("another format: %d", p.Status)
		}
		ar := h.as(h.ana).Get("/ar" + path + ".docx")
		if body := document(t, ar.Body); ar.Status != 200 || !strings.Contains(body, "<w:bidi/>") || !strings.Contains(body, "Networks that") {
			t.Errorf("in Arabic: %d", ar.Status)
		}
		// Where there is no browser to print with, no PDF is offered, and one that is asked for says so.
		page := h.as(h.ana).Get(path)
		offered, got := strings.Contains(page.Body, path+".pdf"), h.as(h.ana).Get(path+".pdf")
		if offered != (got.Status == 200) || !offered && got.Status != http.StatusServiceUnavailable {
			t.Errorf("PDF: offered %v, %d", offered, got.Status)
		}
		if offered && !strings.HasPrefix(got.Body, "%PDF") {
			t.Errorf("no PDF: %.40q", got.Body)
		}
	})
}

// The list of a call is a workbook too; nothing in it is a formula, and an answer to a
// question that is asked no more stands in it.
func TestListsAsWorkbooks(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		a := h.of("=HYPERLINK(\"http://x.example\")")
		a["online_moderator"].People[0].Name = "+1 Ona"
		h.handIn(h.ana, h.call, a)
		f, err := h.Calls.ReadForm(t.Context(), h.staff, h.call, 0)
		h.ok(err)
		for i, s := range f.Form.Sections {
			f.Form.Sections[i].Questions = slices.DeleteFunc(slices.Clone(s.Questions), func(q calls.Question) bool { return q.Key == "online_moderator" })
		}
		h.ok(h.Calls.SaveForm(t.Context(), h.staff, h.call.ID, f.Version, f.Form))
		h.ok(h.Calls.PublishForm(t.Context(), h.staff, h.call.ID, f.Version+1))
		for _, sheet := range []string{"proposals", "screening"} {
			p := h.as(h.staff).Get(h.call.Path() + "/" + sheet + ".xlsx")
			if p.Status != 200 {
				t.Fatalf("%s: %d", sheet, p.Status)
			}
			x, err := excelize.OpenReader(bytes.NewReader([]byte(p.Body)))
			h.ok(err)
			rows, err := x.GetRows("Sheet1")
			h.ok(err)
			if len(rows) != 2 || rows[0][0] != "number" || rows[1][0] != "1" {
				t.Fatalf("%s: %q", sheet, rows)
			}
			all := strings.Join(rows[1], "|")
			if !strings.Contains(all, "'=HYPERLINK") || sheet == "proposals" && (!strings.Contains(all, "'+1 Ona") || strings.Join(rows[0], " ") == "") {
				t.Errorf("%s: %q", sheet, all)
			}
			if c := h.as(h.staff).Get(h.call.Path() + "/" + sheet + ".csv"); c.Status != 200 || !strings.Contains(c.Body, "'=HYPERLINK") {
				t.Errorf("%s.csv: %d", sheet, c.Status)
			}
		}
		if p := h.as(h.ben).Get(h.call.Path() + "/screening.xlsx"); p.Status == 200 {
			t.Error("somebody reads the screening")
		}
	})
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

// Proposers whose proposals are alike ask each other whether they would merge.
func TestProposersAskToMerge(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		ctx := t.Context()
		h.call = h.add(func(in *calls.Input) { in.Alike = true })
		a, b, far := h.propose(h.ana, "Networks that last"), h.propose(h.ben, "Networks that last long"), h.propose(h.mag, "Networks that last longer")
		view := func(who core.Actor, id core.ID) proposals.View {
			v, err := h.Proposals.Get(ctx, who, id)
			h.ok(err)
			return v
		}
		page := h.as(h.ana).Get("/proposals/" + string(a))
		ok := strings.Contains(page.Body, `href="/proposals/`+string(a)+`/merge/`)
		if !ok || strings.Contains(page.Body, string(b)) {
			t.Fatalf("no way to ask, or the other's address is told: %v", ok)
		}
		var key string
		for _, part := range strings.Split(page.Body, `/merge/`)[1:] {
			k, _, _ := strings.Cut(part, `"`)
			if other, err := h.Proposals.MergeWith(ctx, h.ana, view(h.ana, a), k); err == nil && other.ID == b {
				key = k
			}
		}
		form := "/proposals/" + string(a) + "/merge/" + key
		if x := h.as(h.ana).Post(form, url.Values{"words": {""}}); x.Status != http.StatusUnprocessableEntity {
			t.Errorf("without words: %d", x.Status)
		}
		if x := h.as(h.ana).Post(form, url.Values{"words": {"We both speak of owners."}}); x.Status != 200 && x.Status != http.StatusSeeOther {
			t.Fatalf("ask: %d", x.Status)
		}
		if x := h.as(h.ana).Post(form, url.Values{"words": {"Once more."}}); x.Status != http.StatusUnprocessableEntity || !strings.Contains(x.Body, "have asked those of the other already") {
			t.Errorf("twice: %d", x.Status)
		}
		if x := h.as(h.mag).Get(form); x.Status != http.StatusNotFound {
			t.Errorf("somebody else opens the form: %d", x.Status)
		}
		sent := 0
		for _, m := range h.outbox() {
			if strings.HasPrefix(m.Subject, "Ana Lima asks whether you would merge") {
				sent++
				if m.Address != "ben.otieno@example.org" || strings.Contains(m.Body, "ana.lima@") || strings.Contains(m.Body, string(a)) {
					t.Errorf("mail to %s: %s", m.Address, m.Body)
				}
			}
		}
		wishes, err := h.Proposals.MergeWishes(ctx, h.call.ID)
		h.ok(err)
		if sent != 1 || len(wishes) != 1 || wishes[0].A != a || wishes[0].B != b || wishes[0].State != proposals.WishAsked {
			t.Fatalf("%d mails, wishes %+v", sent, wishes)
		}
		h.Proposals.Barred = func(context.Context, core.Actor, core.ID) (map[core.ID]bool, error) {
			return map[core.ID]bool{a: true}, nil
		}
		if x := h.as(h.staff).Get("/proposals/" + string(b)); strings.Contains(x.Body, "We both speak of owners.") {
			t.Error("the wish tells of a proposal that a conflict bars")
		}
		h.Proposals.Barred = func(context.Context, core.Actor, core.ID) (map[core.ID]bool, error) { return nil, nil }
		h.blindly(h.mag, b)
		for who, x := range map[string]struct {
			actor core.Actor
			id    core.ID
			sees  bool
		}{"asker": {h.ana, a, true}, "asked": {h.ben, b, true}, "staff": {h.staff, b, true}, "staff too": {h.staff, a, true}, "third": {h.mag, far, false}, "blind": {h.mag, b, false}} {
			if got := strings.Contains(h.as(x.actor).Get("/proposals/"+string(x.id)).Body, "We both speak of owners."); got != x.sees {
				t.Errorf("%s sees the wish: %v", who, got)
			}
		}
		answer := "/proposals/" + string(b) + "/merges/" + string(wishes[0].ID)
		if x := h.as(h.ana).Get(answer); x.Status != http.StatusNotFound {
			t.Errorf("the asker answers: %d", x.Status)
		}
		if x := h.as(h.ben).Post(answer, url.Values{"to": {"perhaps"}, "reply": {"Kept words"}}); x.Status != http.StatusUnprocessableEntity || !strings.Contains(x.Body, "Kept words") {
			t.Errorf("a wrong answer: %d", x.Status)
		}
		if x := h.as(h.ben).Post(answer, url.Values{"to": {"interested"}, "reply": {"Gladly."}}); x.Status != 200 && x.Status != http.StatusSeeOther {
			t.Fatalf("answer: %d", x.Status)
		}
		if x := h.as(h.ana).Get("/proposals/" + string(a)); !strings.Contains(x.Body, "Gladly.") || !strings.Contains(x.Body, "Answer of Ben Otieno") {
			t.Error("the asker does not read the answer")
		}
		wishes, err = h.Proposals.MergeWishes(ctx, h.call.ID)
		h.ok(err)
		if wishes[0].State != proposals.WishInterested {
			t.Errorf("answered: %+v", wishes[0])
		}
		h.ok(h.Proposals.Withdraw(ctx, h.ana, a, view(h.ana, a).Version))
		if err := h.Proposals.AnswerMerge(ctx, h.ben, b, wishes[0].ID, false, ""); core.KindOf(err) != core.KindConflict {
			t.Errorf("an answer to what was withdrawn: %v", err)
		}
	})
}
