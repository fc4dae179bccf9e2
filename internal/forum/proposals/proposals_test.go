package proposals_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/testkit"
)

func proposalsSave(version int64, a calls.Answers, submit bool) proposals.SaveInput {
	return proposals.SaveInput{Version: version, Lang: "en", Answers: a, Submit: submit}
}

// Journey 2, its first half: a draft is kept as it is, what is handed in is whole, people
// are asked, screening stops a member of the advisory group (E053, process.md 2.3).
func TestProposeAndScreen(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		ctx := t.Context()
		if _, err := h.Proposals.Begin(ctx, core.Visitor, h.call.Ref, "en", ""); core.KindOf(err) != core.KindSignIn {
			t.Errorf("a visitor begins: %v", err)
		}
		p, err := h.Proposals.Begin(ctx, h.ana, h.call.Ref, "en", "")
		h.ok(err)
		// A draft holds whatever was typed.
		answers := h.full("Networks that last")
		title := h.key(calls.MeansTitle)
		answers[title] = calls.Answer{Text: strings.Repeat("long ", 40)}
		p, err = h.Proposals.Save(ctx, h.ana, p.ID, proposalsSave(p.Version, answers, false))
		h.ok(err)
		if _, err := h.Proposals.Get(ctx, h.ben, p.ID); core.KindOf(err) != core.KindNotFound {
			t.Errorf("somebody reads a draft: %v", err)
		}
		if _, err := h.Proposals.Get(ctx, core.Visitor, p.ID); core.KindOf(err) != core.KindNotFound {
			t.Errorf("a visitor reads a draft: %v", err)
		}
		// Handing in wants it right.
		_, err = h.Proposals.Save(ctx, h.ana, p.ID, proposalsSave(p.Version, answers, true))
		if core.KindOf(err) != core.KindInvalid || !names(err, "a."+title) {
			t.Errorf("a title that is too long: %v", err)
		}
		answers[title] = calls.Answer{}
		if _, err = h.Proposals.Save(ctx, h.ana, p.ID, proposalsSave(p.Version, answers, true)); !names(err, "a."+title) {
			t.Errorf("no title: %v", err)
		}
		answers[title] = calls.Answer{Text: "Networks that last"}
		if _, err := h.Proposals.Save(ctx, h.ana, p.ID, proposalsSave(p.Version-1, answers, true)); core.KindOf(err) != core.KindStale {
			t.Errorf("an old version: %v", err)
		}
		p, err = h.Proposals.Save(ctx, h.ana, p.ID, proposalsSave(p.Version, answers, true))
		h.ok(err)
		if p.State != proposals.StateSubmitted || p.Number != 1 || p.Submitted.IsZero() {
			t.Errorf("handed in: %+v", p)
		}
		mails := h.mails()
		if !slices.Contains(mails, "Received: Networks that last → ana.lima@example.org") {
			t.Errorf("no receipt among %q", mails)
		}
		asked := 0
		for _, m := range mails {
			if strings.HasPrefix(m, "Ana Lima names you in a proposal: Networks that last") {
				asked++
			}
		}
		if asked < 3 {
			t.Errorf("%d people were asked: %q", asked, mails)
		}
		id := h.propose(h.mag, "By a member")
		rows, err := h.Proposals.Screening(ctx, h.staff, h.call)
		h.ok(err)
		if len(rows) != 2 || rows[1].Stopped == 0 {
			t.Fatalf("screening: %+v", rows)
		}
		if !slices.ContainsFunc(rows[1].Findings, func(f proposals.Finding) bool { return f.Rule == calls.RuleMember && f.Stops() }) {
			t.Errorf("a member of the advisory group may propose: %+v", rows[1].Findings)
		}
		if slices.ContainsFunc(rows[0].Findings, func(f proposals.Finding) bool { return f.Rule == calls.RuleMember && f.Stops() }) {
			t.Errorf("somebody else may not: %+v", rows[0].Findings)
		}
		if _, err := h.Proposals.Screening(ctx, h.ana, h.call); core.KindOf(err) != core.KindForbidden {
			t.Errorf("a proposer sees the screening: %v", err)
		}
		in := proposals.ScreenInput{Version: rows[1].Version, To: proposals.StateEligible}
		if err := h.Proposals.Judge(ctx, h.staff, id, in); core.KindOf(err) != core.KindInvalid {
			t.Errorf("it passes without a word: %v", err)
		}
		in.To = proposals.StateIneligible
		if err := h.Proposals.Judge(ctx, h.staff, id, in); core.KindOf(err) != core.KindInvalid {
			t.Errorf("it is refused without a word: %v", err)
		}
		in.Note = "Members of the advisory group do not propose."
		if err := h.Proposals.Judge(ctx, h.ana, id, in); core.KindOf(err) != core.KindNotFound {
			t.Errorf("somebody judges: %v", err)
		}
		h.ok(h.Proposals.Judge(ctx, h.staff, id, in))
		if err := h.Proposals.Judge(ctx, h.staff, id, in); core.KindOf(err) != core.KindStale {
			t.Errorf("it is judged twice: %v", err)
		}
		if mails := h.mails(); !slices.Contains(mails, "Your proposal is not eligible: By a member → mag.member@example.org") {
			t.Errorf("the proposer is not told: %q", mails)
		}
		v, err := h.Proposals.Get(ctx, h.mag, id)
		h.ok(err)
		if v.State != proposals.StateIneligible || v.Proposal.Note == "" {
			t.Errorf("it stands at %s, %q", v.State, v.Proposal.Note)
		}
		// Overruled with a reason, it passes.
		over := map[string]string{}
		for _, f := range rows[1].Findings {
			over[f.Rule] = "She leaves the group in June."
		}
		h.ok(h.Proposals.Judge(ctx, h.staff, id, proposals.ScreenInput{Version: v.Version, To: proposals.StateEligible, Overruled: over}))
		rows, err = h.Proposals.Screening(ctx, h.staff, h.call)
		h.ok(err)
		if rows[1].State != proposals.StateEligible || rows[1].Stopped != 0 {
			t.Errorf("overruled: %+v", rows[1])
		}
	})
}

// Who is named confirms without an account; what she says of herself stays hers.
func TestPeopleConfirm(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		ctx := t.Context()
		id := h.propose(h.ana, "Networks that last")
		link := h.link("Networks that last two")
		visitor := h.as(core.Visitor)
		page := visitor.Get(link)
		if page.Status != http.StatusOK || !strings.Contains(page.Text("main"), "Ana Lima names you as speaker") {
			t.Fatalf("her page answers %d: %s", page.Status, page.Text("main"))
		}
		form := page.Form()
		form.Set("gender", "nonsense")
		if bad := visitor.Post(link, form); bad.Status != http.StatusUnprocessableEntity {
			t.Errorf("a gender that is none answers %d", bad.Status)
		}
		form.Set("name", "Zuri  Odhiambo")
		form.Set("gender", proposals.Woman)
		form.Set("onsite", "online")
		if done := visitor.Post(link, form); done.Status != http.StatusOK {
			t.Fatalf("confirming answers %d: %s", done.Status, done.Text("main"))
		}
		v, err := h.Proposals.Get(ctx, h.ana, id)
		h.ok(err)
		i := slices.IndexFunc(v.Parties, func(p proposals.Party) bool { return p.Name == "Zuri Odhiambo" })
		if i < 0 || v.Parties[i].State != proposals.Confirmed || !v.Parties[i].Own || v.Parties[i].Gender != proposals.Woman {
			t.Fatalf("people: %+v", v.Parties)
		}
		// The proposer cannot change her words, only name somebody else.
		answers := v.Answers
		q := v.Parties[i].Question
		for k, x := range answers[q].People {
			if x.Key == string(v.Parties[i].ID) {
				answers[q].People[k].Name, answers[q].People[k].Group = "Somebody", "government"
			}
		}
		_, err = h.Proposals.Save(ctx, h.ana, id, proposalsSave(v.Version, answers, false))
		h.ok(err)
		v, err = h.Proposals.Get(ctx, h.ana, id)
		h.ok(err)
		if v.Parties[i].Name != "Zuri Odhiambo" || v.Parties[i].Group == "government" {
			t.Errorf("her words were changed: %+v", v.Parties[i])
		}
		for k, x := range v.Answers[q].People {
			if x.Key == string(v.Parties[i].ID) {
				v.Answers[q].People[k].Name, v.Answers[q].People[k].Email = "Another", "another@example.org"
			}
		}
		_, err = h.Proposals.Save(ctx, h.ana, id, proposalsSave(v.Version, v.Answers, false))
		h.ok(err)
		v, err = h.Proposals.Get(ctx, h.ana, id)
		h.ok(err)
		if x := v.Parties[i]; x.Name != "Another" || x.Own || x.State != proposals.Invited || x.Gender != "" {
			t.Errorf("somebody else in her place: %+v", x)
		}
		if gone := visitor.Get(link); gone.Status != http.StatusConflict {
			t.Errorf("the old link answers %d", gone.Status)
		}
		if none := visitor.Get("/proposals/invited?token=nonsense"); none.Status != http.StatusConflict {
			t.Errorf("a link that is none answers %d", none.Status)
		}
		if none := visitor.Get("/proposals/invited"); none.Status != http.StatusConflict {
			t.Errorf("no token answers %d", none.Status)
		}
	})
}

// What is typed is kept for who typed it, and never overwrites what somebody saved.
func TestTypedIsKept(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		p, err := h.Proposals.Begin(t.Context(), h.ana, h.call.Ref, "en", "")
		h.ok(err)
		ana, ben := h.as(h.ana), h.as(h.ben)
		edit := p.Path() + "/edit"
		form := ana.Get(edit).Form()
		form.Set("a."+h.key(calls.MeansTitle), "Half a tit")
		if r := ana.Post(p.Path()+"/typed", form); r.Status != http.StatusOK || !strings.Contains(r.Body, "is kept since") {
			t.Fatalf("keeping answers %d: %s", r.Status, r.Body)
		}
		if r := ben.Post(p.Path()+"/typed", form); r.Status != http.StatusNotFound {
			t.Errorf("somebody types in it: %d", r.Status)
		}
		if r := h.as(core.Visitor).Post(p.Path()+"/typed", form); r.Status != http.StatusNotFound && r.Status != http.StatusUnauthorized {
			t.Errorf("a visitor types in it: %d", r.Status)
		}
		page := ana.Get(edit)
		if page.Find(`a[href$="?kept=1"]`).Length() != 1 || page.Form().Get("a."+h.key(calls.MeansTitle)) != "" {
			t.Errorf("the page does not offer what was typed: %s", page.Text("main"))
		}
		if got := ana.Get(edit + "?kept=1").Form().Get("a." + h.key(calls.MeansTitle)); got != "Half a tit" {
			t.Errorf("the form has %q", got)
		}
		// Somebody saves meanwhile: what was typed is refused and shown beside it.
		_, err = h.Proposals.Save(t.Context(), h.ana, p.ID, proposalsSave(p.Version, calls.Answers{h.key(calls.MeansTitle): {Text: "Saved elsewhere"}}, false))
		h.ok(err)
		if r := ana.Post(p.Path()+"/typed", form); r.Status != http.StatusConflict {
			t.Errorf("an old version is kept: %d", r.Status)
		}
		both := ana.Post(edit, form)
		if both.Status != http.StatusConflict || !strings.Contains(both.Text("main"), "Saved elsewhere") || both.Form().Get("a."+h.key(calls.MeansTitle)) != "Half a tit" {
			t.Errorf("both versions: %d %s", both.Status, both.Text("main"))
		}
		// Sent again, it is a decision.
		if r := ana.Post(edit, both.Form()); r.Status != http.StatusOK {
			t.Errorf("sending it again answers %d: %s", r.Status, r.Text("main"))
		}
		v, err := h.Proposals.Get(t.Context(), h.ana, p.ID)
		h.ok(err)
		if v.Title != "Half a tit" {
			t.Errorf("it is called %q", v.Title)
		}
	})
}

// Windows and limits: nothing comes in outside the window or above the limits, and what
// was handed in can be changed until the end, and withdrawn after it.
func TestWindowAndLimits(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		ctx := t.Context()
		h.call = h.add(func(in *calls.Input) { in.PerPerson = 1 })
		id := h.propose(h.ana, "The first")
		second, err := h.Proposals.Begin(ctx, h.ana, h.call.Ref, "en", id)
		h.ok(err)
		if second.Title != "The first" {
			t.Errorf("a copy is called %q", second.Title)
		}
		v, err := h.Proposals.Get(ctx, h.ana, second.ID)
		h.ok(err)
		if _, err := h.Proposals.Save(ctx, h.ana, second.ID, proposalsSave(second.Version, h.full("The second"), true)); core.KindOf(err) != core.KindConflict {
			t.Errorf("a second of one: %v", err)
		}
		h.Clock.Freeze(time.Date(2030, 5, 25, 0, 0, 0, 0, time.UTC))
		if _, err := h.Proposals.Save(ctx, h.ana, second.ID, proposalsSave(v.Version, v.Answers, false)); core.KindOf(err) != core.KindConflict {
			t.Errorf("after the end: %v", err)
		}
		if _, err := h.Proposals.Begin(ctx, h.ben, h.call.Ref, "en", ""); core.KindOf(err) != core.KindConflict {
			t.Errorf("begun after the end: %v", err)
		}
		first, err := h.Proposals.Get(ctx, h.ana, id)
		h.ok(err)
		// Returned, it can be mended after the end.
		h.ok(h.Proposals.Judge(ctx, h.staff, id, proposals.ScreenInput{Version: first.Version, To: proposals.StateReturned, Note: "Say more."}))
		first, err = h.Proposals.Get(ctx, h.ana, id)
		h.ok(err)
		p, err := h.Proposals.Save(ctx, h.ana, id, proposalsSave(first.Version, h.full("The first mended"), true))
		h.ok(err)
		if p.State != proposals.StateSubmitted || p.Number != 1 {
			t.Errorf("mended: %s, number %d", p.State, p.Number)
		}
		if err := h.Proposals.Withdraw(ctx, h.ben, id, p.Version); core.KindOf(err) != core.KindNotFound {
			t.Errorf("somebody withdraws: %v", err)
		}
		h.ok(h.Proposals.Withdraw(ctx, h.ana, id, p.Version))
		h.ok(h.Proposals.Discard(ctx, h.ana, second.ID))
		if _, err := h.Proposals.Get(ctx, h.ana, second.ID); core.KindOf(err) != core.KindNotFound {
			t.Errorf("a draft that was thrown away: %v", err)
		}
	})
}

// What a proposal holds is nobody's outside, by any door, until its call shows it.
func TestNoLeak(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		id := h.propose(h.ana, "Zebra crossing")
		p := proposals.Proposal{ID: id}
		doors := []string{
			p.Path(), p.Path() + "/edit", "/api/v1/proposals/" + string(id), "/api/v1/calls/" + h.call.Ref + "/proposals", h.call.Path() + "/proposals",
			h.call.Path() + "/proposals.csv", "/search?q=zebra", "/activity", "/api/v1/search?q=zebra", h.call.Path() + "/screening", p.Path() + "/screen",
		}
		for who, a := range map[string]core.Actor{"visitor": core.Visitor, "ben": h.ben} {
			for _, door := range doors {
				r := h.as(a).Get(door)
				if strings.Contains(r.Body, "Zebra") || strings.Contains(r.Body, "zebra.crossing") {
					t.Errorf("%s reads it at %s (%d)", who, door, r.Status)
				}
			}
		}
		for _, door := range []string{p.Path(), "/api/v1/proposals/" + string(id)} {
			if r := h.as(h.ana).Get(door); r.Status != http.StatusOK || !strings.Contains(r.Body, "Zebra") {
				t.Errorf("its proposer does not read it at %s: %d", door, r.Status)
			}
		}
		for _, door := range doors[:1] {
			if r := h.as(h.staff).Get(door); r.Status != http.StatusOK {
				t.Errorf("the staff do not read it at %s: %d", door, r.Status)
			}
		}
	})
}

// names tells whether an error names a field.
func names(err error, path string) bool {
	e := core.Error{}
	if x, ok := err.(*core.Error); ok { //nolint:errorlint // the service returns it bare
		e = *x
	}
	return slices.ContainsFunc(e.Fields, func(f core.FieldError) bool { return f.Path == path })
}

// key is the key of the question with a meaning in the call's form.
func (h *house) key(means string) string {
	h.t.Helper()
	f, err := h.Calls.Form(h.t.Context(), h.call, h.call.FormVersion)
	h.ok(err)
	q, ok := f.Form.Meaning(means)
	if !ok {
		h.t.Fatalf("no question is %s", means)
	}
	return q.Key
}

type mailRow struct {
	Subject string `bun:"subject"`
	Address string `bun:"to_addr"`
	Body    string `bun:"text"`
}

func (h *house) outbox() []mailRow {
	h.t.Helper()
	var out []mailRow
	h.ok(h.DB.Read.NewRaw("SELECT subject, to_addr, text FROM outbox ORDER BY created, id").Scan(h.t.Context(), &out))
	return out
}

func (h *house) mails() []string {
	var out []string
	for _, m := range h.outbox() {
		out = append(out, m.Subject+" → "+m.Address)
	}
	return out
}

// link is the path in the invitation of a person.
func (h *house) link(name string) string {
	h.t.Helper()
	for _, m := range h.outbox() {
		if m.Address != address(name) {
			continue
		}
		for _, line := range strings.Fields(m.Body) {
			if u, err := url.Parse(line); err == nil && strings.HasPrefix(u.Path, "/proposals/invited") {
				return u.RequestURI()
			}
		}
	}
	h.t.Fatalf("no invitation to %s", name)
	return ""
}

// Who was taken out may come back; a row that names somebody of another proposal does not
// take her from it; a language that is none is not kept; and who has not agreed to be
// named is nobody's outside, though the call shows its proposals.
func TestPeopleAreTheirOwn(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		ctx := t.Context()
		h.call = h.add(func(in *calls.Input) { in.Shown = "at-once" })
		one, two := h.propose(h.ana, "Networks that last"), h.propose(h.ben, "Other networks")
		v, err := h.Proposals.Get(ctx, h.ana, one)
		h.ok(err)
		key := h.key(calls.MeansSpeaker)
		people := v.Answers[key].People
		with := func(list []calls.Person) calls.Answers {
			out := calls.Answers{}
			for k, x := range v.Answers {
				out[k] = x
			}
			x := out[key]
			x.People = slices.Clone(list)
			out[key] = x
			return out
		}
		p, err := h.Proposals.Save(ctx, h.ana, one, proposalsSave(v.Version, with(people[:2]), false))
		h.ok(err)
		in := proposalsSave(p.Version, with(people), false)
		in.Lang = "klingon"
		p, err = h.Proposals.Save(ctx, h.ana, one, in)
		h.ok(err)
		if p.Lang != "en" {
			t.Errorf("it is written in %q", p.Lang)
		}
		w, err := h.Proposals.Get(ctx, h.ben, two)
		h.ok(err)
		theirs := w.Answers[key].People
		_, err = h.Proposals.Save(ctx, h.ana, one, proposalsSave(p.Version, with(append(people[:2:2], theirs[0])), false))
		h.ok(err)
		w, err = h.Proposals.Get(ctx, h.ben, two)
		h.ok(err)
		if !slices.ContainsFunc(w.Parties, func(x proposals.Party) bool { return string(x.ID) == theirs[0].Key }) {
			t.Error("somebody was taken from another proposal")
		}
		for _, door := range []string{"/proposals/" + string(one), "/api/v1/proposals/" + string(one), h.call.Path() + "/proposals.csv"} {
			r := h.as(core.Visitor).Get(door)
			if r.Status != http.StatusOK || !strings.Contains(r.Body, "Networks that last") || strings.Contains(r.Body, people[1].Name) || strings.Contains(r.Body, "@example.org") {
				t.Errorf("%s (%d) names who has not agreed: %s", door, r.Status, r.Text("main"))
			}
		}
		link := h.link(people[1].Name)
		form := h.as(core.Visitor).Get(link).Form()
		h.as(core.Visitor).Post(link, form)
		if r := h.as(core.Visitor).Get("/proposals/" + string(one)); !strings.Contains(r.Text("main"), people[1].Name) {
			t.Errorf("who has agreed is not named: %s", r.Text("main"))
		}
	})
}

// Near-duplicates stand beside a proposal with the words that they share: for the staff,
// and for its proposer only where the call says so, without a way in.
func TestAlike(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		h := open(t, address)
		ctx := t.Context()
		say := func(a core.Actor, title, text string) core.ID {
			p, err := h.Proposals.Begin(ctx, a, h.call.Ref, "en", "")
			h.ok(err)
			answers := h.full(title)
			answers[h.key(calls.MeansSummary)] = calls.Answer{Text: text}
			_, err = h.Proposals.Save(ctx, a, p.ID, proposalsSave(p.Version, answers, true))
			h.ok(err)
			return p.ID
		}
		const text = "Village gauges measure the river, and fishers read them aloud on community radio before each flood season."
		one := say(h.ana, "Gauges that villages own", text)
		two := say(h.ben, "Villages and their gauges", "Before every flood season, fishers read village gauges of the river aloud on community radio.")
		say(h.ben, "Spectrum auctions", "Licence fees for mobile operators should follow coverage instead of bandwidth.")
		like := func(a core.Actor, id core.ID) []proposals.Alike {
			v, err := h.Proposals.Get(ctx, a, id)
			h.ok(err)
			list, err := h.Proposals.AlikeTo(ctx, a, v)
			h.ok(err)
			return list
		}
		got := like(h.staff, one)
		if len(got) != 1 || got[0].ID != two || len(got[0].Why) == 0 {
			t.Fatalf("the staff see %+v", got)
		}
		if got := like(h.ana, one); len(got) != 0 {
			t.Errorf("the proposer sees what nobody shows her: %+v", got)
		}
		if page := h.as(h.ana).Get("/proposals/" + string(one)); strings.Contains(page.Body, "Villages and their gauges") {
			t.Error("her page names another's proposal")
		}
		in := calls.InputOf(h.call)
		in.Alike = true
		h.ok(h.Calls.Change(ctx, h.staff, h.call.ID, in))
		if got := like(h.ana, one); len(got) != 1 || got[0].ID != two {
			t.Errorf("the proposer sees %+v", got)
		}
		page := h.as(h.ana).Get("/proposals/" + string(one))
		if !strings.Contains(page.Text("main"), "Villages and their gauges") || page.Find(`main a[href="/proposals/`+string(two)+`"]`).Length() != 0 {
			t.Errorf("her page: %s", page.Text("main"))
		}
	})
}
