package participation_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/participation"
)

// Lists of people come with commas, semicolons, tabs, headings in another order and empty
// lines; what is wrong names its line.
func TestMemberLines(t *testing.T) {
	for name, text := range map[string]string{
		"commas":     "Amina Diallo, amina@example.org, Adviser, online, participant\n\nBo Li, bo@example.org",
		"semicolons": "Amina Diallo; amina@example.org; Adviser; online; participant\nBo Li;bo@example.org\n",
		"tabs":       "\ufeffAmina Diallo\tamina@example.org\tAdviser\tonline\tparticipant\r\nBo Li\tbo@example.org",
		"headings":   "E-mail,Name,Mode,Function,Category\namina@example.org,Amina Diallo,online,Adviser,participant\nbo@example.org,Bo Li",
		"quotes":     "\"Amina Diallo\", amina@example.org, \"Adviser\", online, participant\nBo  Li , bo@example.org",
	} {
		list, p := participation.MemberLines(text)
		if p.Err() != nil || len(list) != 2 {
			t.Errorf("%s: %d people, %v", name, len(list), p)
			continue
		}
		a, b := list[0].MemberInput, list[1].MemberInput
		if a != (participation.MemberInput{Name: "Amina Diallo", Email: "amina@example.org", Title: "Adviser", Mode: "online", Category: "participant"}) {
			t.Errorf("%s: %+v", name, a)
		}
		if b.Name != "Bo Li" || b.Email != "bo@example.org" {
			t.Errorf("%s: %+v", name, b)
		}
	}
	list, _ := participation.MemberLines("Amina, a@example.org\n\n\"Bo\nLi\", b@example.org\nCy, c@example.org")
	if len(list) != 3 || list[1].Line != 3 || list[1].Name != "Bo Li" || list[2].Line != 5 {
		t.Errorf("lines %+v", list)
	}
	if _, p := participation.MemberLines("Amina, \"a@example.org\nBo, b@example.org"); len(p) == 0 {
		t.Error("a quotation mark that is not closed is taken")
	}
	if list, p := participation.MemberLines(strings.Repeat("A, a@example.org\n", 300)); len(list) != 200 || len(p) != 1 {
		t.Errorf("%d lines, %v", len(list), p)
	}
}

func FuzzMemberLines(f *testing.F) {
	for _, s := range []string{"", "a,b@c.d", "name\temail\nx\ty@z.w", "\"a,b", "a;b;c;d;e;f", "\ufeffE-mail,Name\n,", "\x00,\xff@", strings.Repeat(",", 40)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, p := participation.MemberLines(text)
		if len(list) > 200 {
			t.Errorf("%d people", len(list))
		}
		last := 0
		for _, m := range list {
			if m.Line <= last || m.Line > strings.Count(text, "\n")+strings.Count(text, "\r")+1 {
				t.Errorf("line %d after %d of %q", m.Line, last, text)
			}
			last = m.Line
		}
		for _, x := range p {
			if x.Path != "lines" {
				t.Errorf("problem at %q", x.Path)
			}
		}
	})
}

// E107: somebody asks for a delegation, the staff approves it, its focal point registers
// people one by one and from a table, and each completes her own.
func TestDelegation(t *testing.T) {
	grpOn(t, func(t *testing.T, h *grpHouse) {
		flora := h.as(h.focal)
		form := flora.Get("/2026/delegations/ask").Form()
		form.Set("name", "Ministry of Lakes")
		p := flora.Post("/2026/delegations/ask", form)
		if p.Status != http.StatusUnprocessableEntity || p.Form().Get("name") != "Ministry of Lakes" {
			t.Fatalf("half a form answers %d", p.Status)
		}
		form.Set("stakeholder", "government")
		form.Set("country", "KE")
		form.Set("most", "5")
		form.Set("note", "I am its director.")
		p = flora.Post("/2026/delegations/ask", form)
		if p.Status != http.StatusOK || !strings.Contains(p.Text("main"), "The secretariat looks at it") {
			t.Fatalf("%d: %s", p.Status, p.Text("main"))
		}
		here := p.URL.Path
		if p = flora.Get(here + "/people"); p.Status != http.StatusForbidden {
			t.Errorf("people can be added before: %d", p.Status)
		}
		staff := h.as(h.staff)
		form = staff.Get(here + "/decide").Form()
		form.Set("state", "declined")
		if p = staff.Post(here+"/decide", form); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("a decline without a reason answers %d", p.Status)
		}
		form.Set("state", "approved")
		form.Set("trusted", "true")
		if p = staff.Post(here+"/decide", form); p.Status != http.StatusOK {
			t.Fatalf("approve: %d %s", p.Status, p.Text("main"))
		}
		if got := h.mails("flora@example.org"); len(got) != 1 || !strings.Contains(got[0], "“Ministry of Lakes” for Forum 2026 is approved") || !strings.Contains(got[0], here) {
			t.Errorf("the focal point reads %q", got)
		}
		if p = flora.Get(here + "/decide"); p.Status != http.StatusForbidden {
			t.Errorf("the focal point decides: %d", p.Status)
		}

		one := flora.Get(here + "/people").Form()
		one.Set("name", "Ada Lovell")
		one.Set("email", "no address")
		p = flora.Post(here+"/people/one", one)
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text("main"), "“no address” is no mail address") {
			t.Errorf("a wrong address answers %d: %s", p.Status, p.Text("[role=alert]"))
		}
		one.Set("email", "Ada.Lovell@Example.org")
		one.Set("title", "Adviser")
		if p = flora.Post(here+"/people/one", one); p.Status != http.StatusOK {
			t.Fatalf("add: %d %s", p.Status, p.Text("main"))
		}
		text := "Bo Li, bo@example.org, Clerk, sideways\nCy, not\nDu, ada.lovell@example.org, x, online, crew"
		p = flora.Post(here+"/people/many", url.Values{"lines": {text}})
		for _, want := range []string{"Line 1, how she takes part: “sideways”", "Line 2, address: “not”", "Line 3, category: there is no “crew”"} {
			if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text("[role=alert]"), want) {
				t.Errorf("%d without %q: %s", p.Status, want, p.Text("[role=alert]"))
			}
		}
		if got := p.Find("textarea").Text(); !strings.Contains(got, text) {
			t.Errorf("what was typed is lost: %q", got)
		}
		d := grpOnly(h)
		if n := len(h.people(d)); n != 1 {
			t.Fatalf("%d members after a wrong list", n)
		}
		if p = flora.Post(here+"/people/many", url.Values{"lines": {"Bo Li; bo@example.org; Clerk; online\nDu; ADA.lovell@example.org"}}); !strings.Contains(p.Text("[role=alert]"), "Line 2, address: somebody is registered") || len(h.people(d)) != 1 {
			t.Errorf("%d: %s", p.Status, p.Text("[role=alert]"))
		}
		p = flora.Post(here+"/people/many", url.Values{"lines": {"Bo Li; bo@example.org; Clerk; online\nCy Twain; cy@example.org"}})
		if p.Status != http.StatusOK || !strings.Contains(p.Text("main"), "Bo Li") {
			t.Fatalf("%d: %s", p.Status, p.Text("main"))
		}
		if p = flora.Post(here+"/people/many", url.Values{"lines": {"A, a@example.org\nB, b@example.org\nC, c@example.org"}}); !strings.Contains(p.Text("[role=alert]"), "3 of at most 5") {
			t.Errorf("%d: %s", p.Status, p.Text("[role=alert]"))
		}

		ada := h.of("Ada Lovell")
		if ada.State != participation.StateApproved || ada.ShowName || !ada.Conduct.IsZero() || ada.Account != "" || ada.Organisation != "Ministry of Lakes" || ada.Country != "KE" {
			t.Errorf("registered as %+v", ada)
		}
		got := h.mails("Ada.Lovell@Example.org")
		if len(got) != 1 {
			t.Fatalf("%d mails", len(got))
		}
		for _, want := range []string{"Ministry of Lakes has registered you for Forum 2026.", "Hello Ada Lovell,", "Number: 1\n", "/en/2026/register\n", "If you do not want to take part, withdraw it there."} {
			if !strings.Contains(got[0], want) {
				t.Errorf("the mail has no %q:\n%s", want, got[0])
			}
		}
		// She signs in with her address: it is hers now, and the focal point no longer reads the address.
		acc := h.account("ada.lovell", "")
		if p = h.as(acc).Get("/2026/register"); !strings.Contains(p.Text("main"), "No. 1") {
			t.Errorf("she sees %s", p.Text("main"))
		}
		if m := h.people(d)["Ada Lovell"]; m.Account != acc.Account || m.Email != "" || m.Waits() {
			t.Errorf("the focal point sees %+v", m)
		}
		if m := h.people(d)["Bo Li"]; m.Email != "bo@example.org" || !m.Waits() {
			t.Errorf("the focal point sees %+v", m)
		}
	})
}

func grpOnly(h *grpHouse) participation.Delegation {
	h.t.Helper()
	list, err := h.Participation.Delegations(h.t.Context(), h.staff, h.set, "")
	h.ok(err)
	if len(list) != 1 {
		h.t.Fatalf("%d delegations", len(list))
	}
	return list[0].Delegation
}

// Who asks to join by the code is confirmed or refused by the focal point.
func TestJoinDelegation(t *testing.T) {
	grpOn(t, func(t *testing.T, h *grpHouse) {
		d := h.delegation(false, 10)
		here := "/2026/delegations/" + string(d.ID)
		ada, bo := h.account("ada", ""), h.account("bo", "")
		ra, rb := h.register(ada, said("Ada Quist", func(in *participation.Input) { in.AccessNeeds = "A ramp" })), h.register(bo, said("Bo Quist"))
		p := h.as(h.focal).Post(here+"/code", url.Values{})
		code := p.Find("dd strong").Text()
		if len(code) != 19 || strings.Contains(h.as(h.focal).Get(here).Body, code) {
			t.Fatalf("the code is %q", code)
		}
		if p = h.as(ada).Post("/2026/delegations/join", url.Values{"code": {"ABCD-EFGH-ABCD-EFGH"}}); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text("[role=alert]"), "opens no delegation") {
			t.Errorf("a wrong code answers %d: %s", p.Status, p.Text("main"))
		}
		if p = h.as(h.member).Post("/2026/delegations/join", url.Values{"code": {code}}); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text("[role=alert]"), "Register first") {
			t.Errorf("who is not registered gets %d: %s", p.Status, p.Text("main"))
		}
		if p = h.as(ada).Get("/2026/delegations/join?code=" + strings.ToLower(code)); !strings.Contains(p.Text("main"), "Ministry of Lakes") {
			t.Errorf("the link shows %s", p.Text("main"))
		}
		for _, a := range []core.Actor{ada, bo} {
			if p = h.as(a).Post("/2026/delegations/join", url.Values{"code": {strings.ToLower(code)}}); p.Status != http.StatusOK {
				t.Fatalf("join: %d %s", p.Status, p.Text("main"))
			}
		}
		if got := h.now(ra); got.State != participation.StateSubmitted || got.Delegation != d.ID {
			t.Errorf("after joining %s %s", got.State, got.Delegation)
		}
		flora := h.as(h.focal)
		p = flora.Get(here)
		if !strings.Contains(p.Text("main"), "Asking to join") || strings.Contains(p.Body, "A ramp") || strings.Contains(p.Body, "ada@example.org") {
			t.Errorf("the focal point sees %s", p.Text("main"))
		}
		p = flora.Post(here, url.Values{"number": {fmt.Sprint(rb.Number)}, "do": {"refuse"}})
		if p.Status != http.StatusUnprocessableEntity || h.now(rb).State != participation.StateSubmitted {
			t.Errorf("a refusal without a reason answers %d", p.Status)
		}
		p = flora.Post(here, url.Values{"number": {fmt.Sprint(rb.Number)}, "do": {"refuse"}, "reason": {"We do not know you."}})
		if p.Status != http.StatusOK || h.now(rb).State != participation.StateDeclined {
			t.Errorf("refuse: %d %s", p.Status, h.now(rb).State)
		}
		if got := h.mails("bo@example.org"); !slices.ContainsFunc(got, func(m string) bool { return strings.Contains(m, "> We do not know you.") }) {
			t.Errorf("he reads %q", got)
		}
		p = flora.Post(here, url.Values{"number": {fmt.Sprint(ra.Number)}, "do": {"confirm"}})
		if p.Status != http.StatusOK || h.now(ra).State != participation.StatePending {
			t.Errorf("confirm: %d %s", p.Status, h.now(ra).State)
		}
		// A function is hers to correct, nothing else.
		edit := fmt.Sprintf("%s/members/%d", here, ra.Number)
		form := flora.Get(edit).Form()
		form.Set("title", "Head of delegation")
		form.Set("name", "Mallory")
		form.Set("access_needs", "none")
		if p = flora.Post(edit, form); p.Status != http.StatusOK {
			t.Fatalf("correct: %d", p.Status)
		}
		if got := h.now(ra); got.Title != "Head of delegation" || got.Name != "Ada Quist" || got.AccessNeeds != "A ramp" {
			t.Errorf("corrected to %+v", got)
		}
		if p = flora.Post(edit, form); p.Status != http.StatusConflict {
			t.Errorf("a stale form answers %d", p.Status)
		}
		// She leaves; the old code opens nothing after a new one is made.
		if p = h.as(ada).Post("/2026/delegations/leave", url.Values{}); p.Status != http.StatusOK || h.now(ra).Delegation != "" {
			t.Errorf("leave: %d", p.Status)
		}
		flora.Post(here+"/code", url.Values{})
		if p = h.as(ada).Post("/2026/delegations/join", url.Values{"code": {code}}); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("the old code answers %d", p.Status)
		}
		if p = flora.Post(here+"/close", url.Values{}); p.Status != http.StatusOK {
			t.Errorf("close: %d", p.Status)
		}
		h.shut(here, core.Actor{}, h.member, h.other, h.editor)
	})
}

// A trusted delegation approves at once while there are places, and others see nothing of
// it by any door.
func TestDelegationIsClosedToOthers(t *testing.T) {
	grpOn(t, func(t *testing.T, h *grpHouse) {
		d := h.delegation(true, 0)
		h.quota("participant", 1)
		if n, err := h.Participation.AddMembers(t.Context(), h.focal, h.set, d.ID, "en", "Zofia Uniquename, zofia@example.org\nYves Uniquename, yves@example.org"); err != nil || n != 2 {
			t.Fatal(n, err)
		}
		states := []string{h.of("Zofia Uniquename").State, h.of("Yves Uniquename").State}
		if !slices.Equal(states, []string{participation.StateApproved, participation.StateWaiting}) {
			t.Errorf("states %v", states)
		}
		here := "/2026/delegations/" + string(d.ID)
		few := func() int64 { h.as(h.focal).Get(here); return h.queries(here) }
		few() // what the forum keeps in memory is read once
		before := few()
		if _, err := h.Participation.AddMembers(t.Context(), h.focal, h.set, d.ID, "en", "Aa, aa@example.org\nBb, bb@example.org\nCc, cc@example.org\nDd, dd@example.org"); err != nil {
			t.Fatal(err)
		}
		if after := few(); after > before || after > 24 {
			t.Errorf("%d queries with two members, %d with six", before, after)
		}
		zofia := h.of("Zofia Uniquename")
		for _, path := range []string{here, here + "/people", here + "/edit", here + "/close", here + "/decide", here + "/hand-over", fmt.Sprintf("%s/members/%d", here, zofia.Number)} {
			h.shut(path, core.Actor{}, h.member, h.other, h.editor)
		}
		// Another focal point is nobody here.
		other, err := h.Participation.AskDelegation(t.Context(), h.other, h.set, participation.DelegationInput{Name: "Lake Institute", Stakeholder: "civil-society", Most: 3, Note: "It is mine."})
		h.ok(err)
		h.ok(h.Participation.DecideDelegation(t.Context(), h.staff, h.set, other.ID, participation.DelegationDecision{Version: 1, State: participation.GroupApproved}))
		h.shut(here, h.other)
		if p := h.as(h.other).Get(fmt.Sprintf("/2026/delegations/%s/members/%d", other.ID, zofia.Number)); p.Status != http.StatusNotFound {
			t.Errorf("another focal point reaches a member: %d", p.Status)
		}
		if n, err := h.Participation.DecideMembers(t.Context(), h.other, h.set, other.ID, []int{zofia.Number}, participation.MemberWithdraw, core.Text{}); err != nil || n != 0 {
			t.Errorf("another focal point withdraws %d, %v", n, err)
		}
		for _, path := range []string{"/2026/delegations", "/2026/participants", "/2026/hubs", "/search?q=Uniquename", "/2026/activity", "/activity", "/api/v1/editions/2026/delegations", "/api/v1/editions/2026/delegations/" + string(d.ID), "/api/v1/editions/2026/participants"} {
			for _, a := range []core.Actor{{}, h.member, h.other, h.editor} {
				if p := h.as(a).Get(path); strings.Contains(p.Body, "Uniquename") && !strings.Contains(path, "search") || strings.Contains(p.Body, "Zofia") {
					t.Errorf("%s reads the name at %s", a.Name, path)
				}
			}
		}
		// What is hers alone, the focal point finds nowhere.
		_, list, err := h.Participation.Members(t.Context(), h.focal, h.set, d.ID)
		h.ok(err)
		if len(list) != 6 {
			t.Errorf("%d members", len(list))
		}
		if _, err := h.Participation.LettersOf(t.Context(), h.focal, h.set, zofia.ID); core.KindOf(err) != core.KindNotFound {
			t.Errorf("letters: %v", err)
		}
		if _, _, _, err := h.Participation.PapersOf(t.Context(), h.focal, h.set, zofia.ID); core.KindOf(err) != core.KindNotFound {
			t.Errorf("papers: %v", err)
		}
		// Handed over, the old focal point is nobody in particular.
		form := h.as(h.staff).Get(here + "/hand-over").Form()
		form.Set("email", "nobody@example.org")
		if p := h.as(h.staff).Post(here+"/hand-over", form); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("to nobody: %d", p.Status)
		}
		form.Set("email", "mina@example.org")
		if p := h.as(h.staff).Post(here+"/hand-over", form); p.Status != http.StatusOK {
			t.Fatalf("hand over: %d", p.Status)
		}
		h.shut(here, h.focal)
		if p := h.as(h.member).Get(here); p.Status != http.StatusOK {
			t.Errorf("the new focal point gets %d", p.Status)
		}
		if got := h.mails("mina@example.org"); len(got) != 1 || !strings.Contains(got[0], "made you the focal point") {
			t.Errorf("she reads %q", got)
		}
	})
}
