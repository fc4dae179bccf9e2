package messages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/people"
)

func (h *house) states() string {
	h.t.Helper()
	_, so, err := h.SignOff(h.t.Context(), core.Visitor, h.set)
	must(h.t, err)
	var out []string
	for _, s := range so.Signers {
		out = append(out, s.Role+" "+s.State)
	}
	return strings.Join(out, ", ")
}

// E139: several roles sign a version; a change after that leaves the signature with the
// version that was signed; a refusal says why; mails ask each once.
func TestSignOff(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		rural, schools := h.both()
		staff := h.actors["staff"]
		kind(t, h.SetSigners(ctx, h.actors["editor"], h.set, messages.SignersInput{}), core.KindForbidden)
		kind(t, h.SetSigners(ctx, staff, h.set, messages.SignersInput{Signers: []messages.SignerInput{{Role: messages.SignHost, Person: "Nobody at All"}}}), core.KindInvalid)
		form := fields(h.ok("staff", "/2026/messages/sign-off/signers"), "main form.form")
		for i, s := range [][2]string{{"host", "Ivo Brandt"}, {"chair", "Lina Haddad"}, {"organiser", "Amina Diallo"}} {
			row := core.Row("signers", i)
			form.Set(row+"role", s[0])
			form.Set(row+"person", s[1])
			form.Set(row+"needed", "true")
		}
		form.Set("signers[2].session", h.rural.Ref)
		h.post("staff", "/2026/messages/sign-off/signers", form, http.StatusSeeOther)
		if a := h.get("", "/2026/messages/sign-off"); a.code != http.StatusNotFound {
			t.Errorf("who signs is public before anything is: %d", a.code)
		}
		h.published(rural[0])
		if got := h.states(); got != "host missing, chair missing, organiser missing" {
			t.Errorf("states %s", got)
		}

		asked, unreachable, err := h.Ask(ctx, staff, h.set)
		if must(t, err); asked != 3 || unreachable != 0 {
			t.Errorf("%d asked, %d without account", asked, unreachable)
		}
		_, _, err = h.Ask(ctx, staff, h.set)
		must(t, err)
		var mails int
		must(t, h.rec.DB.Read.NewRaw("SELECT COUNT(*) FROM outbox WHERE kind = 'messages_sign'").Scan(ctx, &mails))
		if mails != 3 {
			t.Errorf("%d mails, want one to each", mails)
		}
		if _, _, err := h.Ask(ctx, h.actors["editor"], h.set); core.KindOf(err) != core.KindForbidden {
			t.Errorf("an editor asks: %v", err)
		}

		// The chair signs on the page; the host refuses and must say why; others cannot.
		a := h.ok("chair", "/2026/messages/sign-off")
		form = fields(a, "section.panel form")
		h.post("member", "/2026/messages/sign-off", url.Values{"op": {"sign"}, "signer": {form.Get("signer")}, "revision": {"1"}}, http.StatusForbidden)
		form.Set("op", "sign")
		h.post("chair", "/2026/messages/sign-off", form, http.StatusSeeOther)
		form = fields(h.ok("member", "/2026/messages/sign-off"), "section.panel form")
		form.Set("op", "refuse")
		h.post("member", "/2026/messages/sign-off", form, http.StatusUnprocessableEntity)
		form.Set("reason", "The second sentence was not said.")
		h.post("member", "/2026/messages/sign-off", form, http.StatusSeeOther)
		if got := h.states(); got != "host refused, chair signed, organiser missing" {
			t.Errorf("states %s", got)
		}
		a = h.ok("", "/2026/messages/sign-off")
		if text := a.text("main"); !strings.Contains(text, "was not said") || !strings.Contains(text, "Rural networks") || a.Find("section.panel").Length() != 0 {
			t.Errorf("the public page says %s", text)
		}
		if a := h.ok("", "/api/v1/editions/2026/messages/sign-off"); !strings.Contains(a.body, `"state":"signed"`) {
			t.Errorf("the API says %s", a.body)
		}

		// A change leaves the signature behind; the same words as final keep it.
		h.published(schools[0])
		if got := h.states(); got != "host earlier, chair earlier, organiser missing" {
			t.Errorf("after a change: %s", got)
		}
		form.Set("op", "sign")
		h.post("member", "/2026/messages/sign-off", form, http.StatusUnprocessableEntity) // of a version that is not the newest
		for _, key := range []string{"member", "chair", "speaker"} {
			form = fields(h.ok(key, "/2026/messages/sign-off"), "section.panel form")
			form.Set("op", "sign")
			h.post(key, "/2026/messages/sign-off", form, http.StatusSeeOther)
		}
		must(t, h.Publish(ctx, staff, h.set, true, ""))
		if got := h.states(); got != "host signed, chair signed, organiser signed" {
			t.Errorf("as final: %s", got)
		}
		if a := h.ok("", "/2026/messages/sign-off"); a.Find("details tbody tr").Length() != 2 {
			t.Errorf("%d earlier signatures, want 2", a.Find("details tbody tr").Length())
		}
	})
}

// E142: whoever is signed in hands in a statement on a public draft; it is accepted into
// the text or refused with a reason for everybody; nothing disappears.
func TestStatements(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		rural, _ := h.both()
		h.published(rural[0])
		in := messages.StatementInput{By: "House of Amina", Text: en("We hold the opposite.")}
		_, err := h.HandIn(ctx, core.Visitor, h.set, 1, in)
		kind(t, err, core.KindSignIn)
		form := fields(h.ok("speaker", "/2026/messages/1/statement"), "main form.form")
		if form.Get("by") != "Amina Diallo" {
			t.Errorf("signed as %q", form.Get("by"))
		}
		h.post("speaker", "/2026/messages/1/statement", form, http.StatusUnprocessableEntity)
		form.Set("text.By[en]", "We hold the opposite.")
		h.post("speaker", "/2026/messages/1/statement", form, http.StatusSeeOther)
		second, err := h.HandIn(ctx, h.actors["member"], h.set, 1, messages.StatementInput{By: "Somebody", Text: en("Buy my lamps.")})
		must(t, err)

		// Before it is decided only its author and the editors read it.
		for as, want := range map[string]int{"": 0, "chair": 0, "speaker": 1, "editor": 2} {
			if n := h.ok(as, "/2026/messages/1").Find("article.comment").Length(); n != want {
				t.Errorf("%q reads %d statements, want %d", as, n, want)
			}
		}
		if a := h.ok("", "/2026/messages/1"); !strings.Contains(a.text("#statements"), "2 statements wait") {
			t.Errorf("said of waiting statements: %s", a.text("#statements"))
		}
		list, _, err := h.Statements(ctx, h.actors["staff"], h.set)
		must(t, err)
		if list[0].SignedAs == "Somebody" { // both were handed in at the same instant
			list[0], list[1] = list[1], list[0]
		}
		if list[0].Session != h.rural.ID || list[1].Session != "" {
			t.Errorf("took part: %q, %q", list[0].Session, list[1].Session)
		}
		url1 := "/2026/messages/1/statements/" + string(list[0].ID)
		if a := h.get("chair", url1); a.code != http.StatusNotFound {
			t.Errorf("another reads it: %d", a.code)
		}
		kind(t, h.Decide(ctx, h.actors["speaker"], h.set, list[0].ID, messages.DecideInput{Accept: true}), core.KindForbidden)
		kind(t, h.Decide(ctx, h.actors["staff"], h.set, second.ID, messages.DecideInput{}), core.KindInvalid)
		form = fields(h.ok("staff", url1), "main form.form")
		form.Set("op", "accept")
		h.post("staff", url1, form, http.StatusSeeOther)
		must(t, h.Decide(ctx, h.actors["staff"], h.set, second.ID, messages.DecideInput{Reason: "An advertisement."}))
		kind(t, h.Decide(ctx, h.actors["staff"], h.set, second.ID, messages.DecideInput{Accept: true}), core.KindForbidden)

		a := h.ok("", "/2026/messages/statements")
		if a.Find("article.comment").Length() != 2 || !strings.Contains(a.text("main"), "An advertisement.") {
			t.Errorf("decided statements: %s", a.text("main"))
		}
		if h.ok("", "/2026/messages").Find(".dissent").Length() != 0 {
			t.Error("the accepted one stands in a version that was published before")
		}
		must(t, h.Publish(ctx, h.actors["staff"], h.set, false, "With the statement."))
		if d := h.ok("", "/2026/messages").text(".dissent"); !strings.Contains(d, "We hold the opposite.") || !strings.Contains(d, "Amina Diallo") {
			t.Errorf("dissent %q", d)
		}
		third, err := h.HandIn(ctx, h.actors["member"], h.set, 1, in)
		must(t, err)
		kind(t, h.Withdraw(ctx, h.actors["speaker"], h.set, third.ID, 1), core.KindNotFound)
		must(t, h.Withdraw(ctx, h.actors["member"], h.set, third.ID, third.Version))
		must(t, h.Publish(ctx, h.actors["staff"], h.set, true, ""))
		_, err = h.HandIn(ctx, h.actors["member"], h.set, 1, in)
		kind(t, err, core.KindForbidden)
	})
}

// Coverage says which sessions, themes, groups and regions are not in the Messages.
func TestCoverage(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		rural, _ := h.both()
		h.published(rural[0])
		c, err := h.Coverage(ctx, core.Visitor, h.set, false)
		must(t, err)
		if c.Sessions != 2 || len(c.Unused) != 1 || c.Unused[0].ID != h.schools.ID || len(c.Silent) != 1 || c.Silent[0].ID != h.quiet.ID {
			t.Errorf("sessions: %d, unused %v, silent %v", c.Sessions, c.Unused, c.Silent)
		}
		if c.People != 3 || c.Voices != 1 {
			t.Errorf("%d of %d people", c.Voices, c.People)
		}
		got := map[string]string{}
		for _, g := range c.Groups {
			got[g.Code] = strings.Repeat("p", g.Programme) + strings.Repeat("v", g.Voices)
		}
		if got["civil-society"] != "pv" || got["private-sector"] != "p" || got["government"] != "p" {
			t.Errorf("groups %v", got)
		}
		if len(c.Themes[0].Messages) != 1 || len(c.Themes[1].Messages) != 0 || c.Messages[0].Pinned != 1 || c.Messages[0].Sources != 1 {
			t.Errorf("themes %+v, Messages %+v", c.Themes, c.Messages)
		}
		a := h.ok("", "/2026/messages/coverage")
		for _, want := range []string{"1 of 2 sessions", "A quiet hour", "Schools online", "2 stakeholder groups of the programme are not heard"} {
			if !strings.Contains(a.text("main"), want) {
				t.Errorf("the page lacks %q: %s", want, a.text("main"))
			}
		}
		if csv := h.ok("", "/2026/messages/coverage.csv").body; !strings.Contains(csv, "stakeholder-group,civil-society,Civil society,1,1,1") || !strings.Contains(csv, "session-without-takeaways") {
			t.Errorf("the table is %s", csv)
		}
	})
}

// Who signs, and what she signed, moves to the person that she turns out to be.
func TestMergedPerson(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		staff := h.actors["staff"]
		must(t, h.SetSigners(ctx, staff, h.set, messages.SignersInput{Signers: []messages.SignerInput{{Role: messages.SignHost, Person: "Kenji Moriyama"}}}))
		_, err := h.people.Merge(ctx, staff, h.actors["other"].Person, people.MergeInput{Into: h.actors["chair"].Person, Version: 1})
		must(t, err)
		_, so, err := h.SignOff(ctx, staff, h.set)
		must(t, err)
		if so.Signers[0].Person != h.actors["chair"].Person || so.Signers[0].Name != "Lina Haddad" {
			t.Errorf("the host is %+v", so.Signers[0])
		}
	})
}
