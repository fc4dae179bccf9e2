package messages_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/people"
	"plenary/internal/forum/reports"
)

// Whoever is signed out when she sends a form is asked to sign in, also while the
// Messages are seen by editors only; whoever may not edit gets no form by any method.
func TestFormsOfWhoIsSignedOut(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		rural, _ := h.both()
		_, err := h.Draft(t.Context(), h.actors["editor"], h.set, messages.DraftInput{Text: en("Rural networks last."), Keys: rural[:1]})
		must(t, err)
		signIn := func(path string, form url.Values) {
			t.Helper()
			if a := h.ask("", http.MethodPost, path, form); a.code != http.StatusSeeOther || !strings.Contains(a.location, "sign-in") {
				t.Errorf("%s answers who is signed out with %d and leads to %q", path, a.code, a.location)
			}
		}
		for _, path := range []string{"/1/edit", "/about", "/attribution?session=" + string(h.rural.ID), "/new", "/compile", "/publish", "/sign-off", "/workshop", "/1/remove"} {
			signIn("/2026/messages"+path, url.Values{"text.By[en]": {"Long words."}})
		}
		must(t, h.Publish(t.Context(), h.actors["staff"], h.set, false, ""))
		for range 8 { // one visitor after the other
			signIn("/2026/messages/1/statement", url.Values{"by": {"Somebody"}, "text.By[en]": {"We disagree."}})
		}
		if a := h.ask("member", http.MethodPost, "/2026/messages/1/edit", url.Values{"_more": {"dissent"}}); a.code != http.StatusForbidden {
			t.Errorf("who may not edit gets %d for a row more", a.code)
		}
	})
}

// A takeaway that is gone does not take the text with it that was drafted of it.
func TestADraftOutlivesItsTakeaways(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		rural, schools := h.both()
		form := url.Values{"text.Orig": {"en"}, "text.By[en]": {"What I wrote for an hour."}, "keys": {rural[0], "takeaway:x#p1"}}
		a := h.post("editor", "/2026/messages/new", form, http.StatusUnprocessableEntity)
		again := fields(a, "main form.form")
		if again.Get("text.By[en]") != "What I wrote for an hour." || len(again["keys"]) != 1 || !strings.Contains(a.text("main"), "no longer published") {
			t.Errorf("what came back: %v, %s", again, a.text("main [role=alert]"))
		}
		h.post("editor", "/2026/messages/new", again, http.StatusSeeOther)
		if a = h.post("editor", "/2026/messages/new", url.Values{"text.Orig": {"en"}, "text.By[en]": {"Mine."}, "keys": {"takeaway:x#p1"}}, http.StatusUnprocessableEntity); fields(a, "main form.form").Get("text.By[en]") != "Mine." {
			t.Error("without any takeaway the text is lost")
		}
		// In the workshop the reason stays when nothing was chosen.
		a = h.post("editor", "/2026/messages/workshop", url.Values{"op": {"aside"}, "at": {"c1"}, "reason": {"Said twice."}, "to": {"words"}, "all": schools}, http.StatusUnprocessableEntity)
		if again = fields(a, "#c1 form"); again.Get("reason") != "Said twice." || again.Get("to") != "words" {
			t.Errorf("the form of the cluster came back as %v", again)
		}
	})
}

// Whoever saves second is told, and her second try counts: the note on whose views the
// Messages reflect, what is said of them, who signs, and what is published.
func TestWhoComesSecond(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		rural, schools := h.both()
		staff, editor := h.actors["staff"], h.actors["editor"]
		h.published(rural[0])
		for path, name := range map[string]string{
			"/2026/messages/attribution?session=" + string(h.rural.ID): "text.By[en]",
			"/2026/messages/about":            "note.By[en]",
			"/2026/messages/sign-off/signers": "signers[0].person",
		} {
			first, second := fields(h.ok("staff", path), "main form.form"), fields(h.ok("staff", path), "main form.form")
			for form, word := range map[*url.Values]string{&first: "Lina Haddad", &second: "Ivo Brandt"} {
				form.Set(name, word)
				for _, row := range []string{"signers[1].role", "signers[2].role"} {
					form.Del(row)
				}
			}
			h.post("staff", path, first, http.StatusSeeOther)
			a := h.post("staff", path, second, http.StatusConflict)
			again := fields(a, "main form.form")
			if again.Get(name) != "Ivo Brandt" || again.Get("version") == second.Get("version") {
				t.Errorf("%s: what she typed, or the present version, is not in the form: %v", path, again)
			}
			h.post("staff", path, again, http.StatusSeeOther)
		}
		in, err := h.Signers(ctx, staff, h.set)
		must(t, err)
		if len(in.Signers) != 1 || in.Signers[0].Person != "/people/"+string(h.actors["member"].Person) {
			t.Errorf("signers %+v", in.Signers)
		}
		_, err = h.Signers(ctx, editor, h.set)
		kind(t, err, core.KindForbidden)

		form := fields(h.ok("staff", "/2026/messages/publish"), "main form.form")
		_, err = h.Compile(ctx, editor, h.set, []string{strings.TrimPrefix(schools[0], "takeaway:")}, false)
		must(t, err)
		if a := h.post("staff", "/2026/messages/publish", form, http.StatusUnprocessableEntity); !strings.Contains(a.text("[role=alert]"), "changed the text since you looked") {
			t.Errorf("a text that she did not see: %s", a.text("main"))
		}
		v, err := h.View(ctx, core.Visitor, h.set, false)
		must(t, err)
		must(t, h.PublishAs(ctx, staff, h.set, messages.PublishInput{Note: "More."}))
		if after, err := h.View(ctx, core.Visitor, h.set, false); err != nil || after.Revision.Number != v.Revision.Number+1 {
			t.Errorf("published %v, %v", after.Revision, err)
		}
	})
}

// Two editors decide of the same raw material: what one has done stays.
func TestTwoInTheWorkshop(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		rural, _ := h.both()
		editor := h.actors["editor"]
		must(t, h.SetAsideAfter(ctx, editor, h.set, rural[:1], "Doubled.", func() {
			must(t, h.MoveMaterial(ctx, h.actors["staff"], h.set, rural[:1], messages.ToNew))
		}))
		w, err := h.Workshop(ctx, editor, h.set)
		must(t, err)
		if d := w.Materials[rural[0]].Decision; !d.Aside || d.Cluster == "" {
			t.Errorf("what was decided: %+v", d)
		}
		c := w.Clusters[0]
		kind(t, h.NameCluster(ctx, editor, h.set, messages.NameInput{ID: c.Named.ID, Version: 9, Keys: rural[:1]}), core.KindConflict)
		kind(t, h.NameCluster(ctx, editor, h.set, messages.NameInput{ID: "gone", Version: 1, Keys: rural[:1]}), core.KindConflict)
		must(t, h.NameCluster(ctx, editor, h.set, messages.NameInput{ID: c.Named.ID, Version: c.Named.Version, Keys: rural[:1]}))
	})
}

// A degree of support that the vocabulary does not know is refused at its sentence, and
// whoever signs is the person of now.
func TestWhatIsNotKnown(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		rural, _ := h.both()
		staff := h.actors["staff"]
		n, err := h.Draft(ctx, staff, h.set, messages.DraftInput{Text: en("Rural networks last."), Keys: rural[:1]})
		must(t, err)
		v, err := h.View(ctx, staff, h.set, true)
		must(t, err)
		err = h.Edit(ctx, staff, h.set, n, messages.EditInput{Version: v.Revision.Version, Text: en("Rural networks last."), Sentences: []messages.SentenceInput{{Degree: "enormous"}}})
		if e, ok := errors.AsType[*core.Error](err); !ok || e.Kind != core.KindInvalid || len(e.Fields) != 1 || e.Fields[0].Path != "sentences[0].degree" {
			t.Errorf("an unknown degree: %v", err)
		}
		_, err = h.people.Merge(ctx, staff, h.actors["other"].Person, people.MergeInput{Into: h.actors["chair"].Person, Version: 1})
		must(t, err)
		must(t, h.SetSigners(ctx, staff, h.set, messages.SignersInput{Signers: []messages.SignerInput{{Role: messages.SignHost, Person: "/people/" + string(h.actors["other"].Person)}}}))
		_, so, err := h.SignOff(ctx, staff, h.set)
		must(t, err)
		if so.Signers[0].Person != h.actors["chair"].Person {
			t.Errorf("the host is %+v, who has no account any more", so.Signers[0])
		}
	})
}

// On her own page somebody finds the Messages that wait for her signature, until she has
// said something of these words.
func TestRequestsToSign(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		rural, schools := h.both()
		staff := h.actors["staff"]
		must(t, h.SetSigners(ctx, staff, h.set, messages.SignersInput{Signers: []messages.SignerInput{
			{Role: messages.SignHost, Person: "Ivo Brandt"},
			{Role: messages.SignChair, Person: "Lina Haddad"},
			{Role: messages.SignOrganiser, Person: "Lina Haddad", Session: h.rural.Ref},
		}}))
		waits := func(as string) string {
			t.Helper()
			var out []string
			for _, r := range h.requests(as) {
				out = append(out, r.Signer.Role+" "+r.State)
			}
			rows := h.ok(as, "/me").Find("#to-sign li")
			if rows.Length() != len(out) {
				t.Errorf("the page of %s names %d, the service %v", as, rows.Length(), out)
			}
			return strings.Join(out, ", ")
		}
		if got := waits("chair"); got != "" {
			t.Errorf("before anything is published: %s", got)
		}
		h.published(rural[0])
		if got := waits("chair"); got != "chair missing, organiser missing" {
			t.Errorf("the chair is asked for %q", got)
		}
		a := h.ok("chair", "/me")
		if link, _ := a.Find("#to-sign a").First().Attr("href"); link != "/2026/messages/sign-off" || !strings.Contains(a.text("#to-sign"), "Marenza Messages") || !strings.Contains(a.text("#to-sign"), "Rural networks") {
			t.Errorf("the panel says %s and leads to %s", a.text("#to-sign"), link)
		}
		for _, as := range []string{"speaker", "editor"} {
			if got := waits(as); got != "" {
				t.Errorf("%s is asked for %q", as, got)
			}
		}
		sign := func(as string, i int, refuse bool) {
			t.Helper()
			r := h.requests(as)[i]
			must(t, h.Sign(ctx, h.actors[as], h.set, messages.SignInput{Signer: r.Signer.ID, Revision: r.Revision.Number, Refuse: refuse, Reason: "Not so."}))
		}
		sign("chair", 0, false)
		sign("member", 0, true)
		if c, m := waits("chair"), waits("member"); c != "organiser missing" || m != "" {
			t.Errorf("after signing the chair is asked for %q, who refused for %q", c, m)
		}
		h.published(schools[0])
		if c, m := waits("chair"), waits("member"); c != "chair earlier, organiser missing" || m != "host earlier" {
			t.Errorf("after a change the chair is asked for %q, the host for %q", c, m)
		}
		must(t, h.PublishAs(ctx, staff, h.set, messages.PublishInput{Final: true, Without: "In haste."}))
		if got := waits("chair"); got != "" {
			t.Errorf("the final text waits for %q", got)
		}
		h.clock.Freeze(now.Add(time.Hour))
		_, _, err := h.Ask(ctx, staff, h.set)
		must(t, err)
		if got := waits("chair"); got == "" {
			t.Error("she was asked by mail to sign the final text, and her page does not say so")
		}
	})
}

func (h *house) requests(as string) []messages.Request {
	h.t.Helper()
	list, err := h.Requests(h.t.Context(), h.actors[as])
	must(h.t, err)
	return list
}

// Who is silent is known as soon as a session has ended, also on a page that is kept.
func TestCoverageKnowsWhenASessionEnds(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		h.report(h.rural.ID, 0, "", reports.TakeawayInput{Text: en("Rural networks last when villages own them.")})
		pts, err := h.reports.Published(t.Context(), h.set.ID)
		must(t, err)
		h.published("takeaway:" + pts[h.rural.ID][0].Ref)
		silent := func() bool {
			w := httptest.NewRecorder()
			h.h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/2026/messages/coverage", nil))
			return strings.Contains(w.Body.String(), "A quiet hour")
		}
		silent()
		ends := h.quiet.Ends.Time() // the clock runs: moving it would empty the cache
		h.clock.Set(ends.Add(-time.Second))
		if silent() {
			t.Fatal("a session that has not ended is silent already")
		}
		for !h.clock.Now().After(ends) {
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(20 * time.Millisecond)
		if !silent() {
			t.Error("the session has ended without takeaways, and a kept page does not say so")
		}
	})
}
