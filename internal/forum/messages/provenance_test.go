package messages_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/reports"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
)

// published drafts one Message per key and shows the draft.
func (h *house) published(keys ...string) {
	h.t.Helper()
	w, err := h.Workshop(h.t.Context(), h.actors["editor"], h.set)
	must(h.t, err)
	for _, k := range keys {
		_, err := h.Draft(h.t.Context(), h.actors["editor"], h.set, messages.DraftInput{Text: w.Materials[k].Text, Keys: []string{k}})
		must(h.t, err)
	}
	must(h.t, h.Publish(h.t.Context(), h.actors["staff"], h.set, false, "More Messages."))
}

// Sentence ← takeaway ← moment ← person with the role and affiliation of that day; the
// page and the API say the same, also after the transcript and the report were
// corrected (journey 7, idea 1).
func TestProvenance(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		rural, schools := h.both()
		h.published(rural[0], schools[0])
		c, err := h.Provenance(ctx, core.Visitor, h.set, 1, false)
		must(t, err)
		if len(c.Sentences) != 2 || c.Hash == "" || c.Revision != 1 {
			t.Fatalf("chain %+v", c)
		}
		for _, s := range c.Sentences {
			x := s.Sources[0]
			if x.Kind != messages.SourceTakeaway || x.Path != h.rural.Path()+"/report#p1" || !x.Pinned || len(x.Moments) != 1 || x.Session.ID != h.rural.ID {
				t.Fatalf("sentence %d: %+v", s.Number, x)
			}
			m := x.Moments[0]
			if m.Path != h.rural.Path()+"/transcript#t=00:41:07" || m.Start != "00:41:07" || m.Recording != "https://media.example/rural.mp4#t=2477" || m.RecordingAt != "00:41:17" {
				t.Errorf("moment %+v", m)
			}
			if p := m.Person; p == nil || p.Name != "Amina Diallo" || p.Group != "civil-society" || p.Roles[0] != "speaker" || p.Affiliations[0].Organisation != "House of Amina Diallo" {
				t.Errorf("person %+v", p)
			}
			if len(x.People) != 1 {
				t.Errorf("%d people, want her who spoke only", len(x.People))
			}
		}
		// A takeaway without pins rests on all of its session.
		other, err := h.Provenance(ctx, core.Visitor, h.set, 2, false)
		must(t, err)
		if x := other.Sentences[0].Sources[0]; x.Pinned || len(x.People) != 1 || x.People[0].Name != "Kenji Moriyama" {
			t.Errorf("without pins: %+v", x)
		}

		a := h.ok("", "/2026/messages/1/provenance")
		if a.Find("section#s1, section#s2").Length() != 2 || a.Find(`#s2 a[href="`+h.rural.Path()+`/transcript#t=00:41:07"]`).Length() != 1 ||
			a.Find(`#s2 a[href="https://media.example/rural.mp4#t=2477"]`).Length() != 1 || !strings.Contains(a.text("#s2"), "Director, House of Amina Diallo") {
			t.Errorf("the page says %s", a.text("main"))
		}
		if a := h.ok("", "/2026/messages"); a.Find(`.ladder a[href="`+h.rural.Path()+`/transcript#t=00:41:07"]`).Length() != 1 {
			t.Error("the ladder on the Messages page has no moment")
		}
		api := func() messages.Chain {
			t.Helper()
			var c messages.Chain
			must(t, json.Unmarshal([]byte(h.ok("", "/api/v1/editions/2026/messages/1/provenance").body), &c))
			return c
		}
		if got := api(); got.Sentences[1].Sources[0].Moments[0].Path != c.Sentences[1].Sources[0].Moments[0].Path || got.ID != c.ID {
			t.Errorf("the API says %+v", got)
		}
		if a := h.get("", "/2026/messages/9/provenance"); a.code != http.StatusNotFound {
			t.Errorf("a Message that is not there answered %d", a.code)
		}

		// The transcript is corrected: the same address leads to the corrected words.
		seg := c.Sentences[0].Sources[0].Moments[0].ID
		_, err = h.floor.Correct(ctx, h.actors["staff"], h.set, h.session(h.rural.ID), seg, floor.CorrectInput{
			Version: 1, Start: "00:41:07", End: "00:41:15", Speaker: "AMINA DIALLO", Text: "A network lasts when the village owns it in law.", Reason: "Misheard.",
		})
		must(t, err)
		if m := api().Sentences[0].Sources[0].Moments[0]; m.ID != seg || !m.Corrected || !strings.Contains(m.Text, "in law") || m.Path != c.Sentences[0].Sources[0].Moments[0].Path {
			t.Errorf("after the correction of the transcript: %+v", m)
		}
		// The report is corrected, and the takeaway taken out: the chain shows it as it was
		// published.
		h.correct(reports.TakeawayInput{Text: en("Something else altogether, about cables.")})
		x := api().Sentences[0].Sources[0]
		if !x.Past || len(x.Moments) != 1 || x.Revision != 1 || !strings.HasSuffix(x.Path, "/revisions/1#p1") || !strings.Contains(x.Text.String(), "villages own them") {
			t.Errorf("after the correction of the report: %+v", x)
		}
		if a := h.ok("", "/2026/messages/1/provenance"); !strings.Contains(a.text("#s1"), "took it out") {
			t.Errorf("the page does not say that a correction took it out: %s", a.text("#s1"))
		}
		if flaws, err := h.Check(ctx); err != nil || len(flaws) != 0 {
			t.Errorf("flaws %v, %v", flaws, err)
		}
	})
}

// correct publishes other takeaways of the first session.
func (h *house) correct(list ...reports.TakeawayInput) {
	h.t.Helper()
	ses := h.session(h.rural.ID)
	v, err := h.reports.View(h.t.Context(), core.Operator, h.set, ses, reports.Takeaways)
	must(h.t, err)
	h.report(h.rural.ID, v.Revision.Version, "Corrected.", list...)
}

// The chain the other way: where a moment, a person or a takeaway has led.
func TestLedTo(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		rural, _ := h.both()
		h.published(rural[0])
		c, err := h.Provenance(ctx, core.Visitor, h.set, 1, false)
		must(t, err)
		seg := string(c.Sentences[0].Sources[0].Moments[0].ID)
		list, err := h.LedTo(ctx, core.Visitor, floor.SourceSegment, []string{seg})
		must(t, err)
		var got []string
		for _, l := range list {
			got = append(got, l.Kind+" "+l.Path)
		}
		want := []string{"takeaway " + h.rural.Path() + "/report#p1", "message /2026/messages/1/provenance#s1", "message /2026/messages/1/provenance#s2"}
		if !slices.Equal(got, want) {
			t.Errorf("it led to %v, want %v", got, want)
		}
		a := h.ok("", "/api/v1/led-to?kind=segment&ref="+seg)
		if !strings.Contains(a.body, `"number":1`) {
			t.Errorf("the API says %s", a.body)
		}
		if a := h.get("", "/api/v1/led-to?kind=nothing&ref=x"); a.code != http.StatusUnprocessableEntity {
			t.Errorf("an unknown kind answered %d", a.code)
		}
	})
}

// A source that leads nowhere, a degree that nobody knows and a signature of no version
// are flaws; what is right is none.
func TestCheckFindsBrokenLinks(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		rural, _ := h.both()
		h.published(rural...)
		if flaws, err := h.Check(ctx); err != nil || len(flaws) != 0 {
			t.Fatalf("flaws %v, %v", flaws, err)
		}
		must(t, h.rec.Write(ctx, core.Operator, func(ctx context.Context, tx *record.Tx) error {
			doc, err := h.DocumentTx(ctx, tx, h.set.ID)
			if err != nil {
				return err
			}
			for _, q := range []string{
				"UPDATE document_sources SET ref = 'nobody#p9', ref_revision = 0 WHERE kind = 'takeaway' AND sentence = 2",
				"INSERT INTO message_signatures (id, edition, role, person, revision, hash, words, accepted, signed) VALUES ('s1', '" + string(h.set.ID) + "', 'chair', 'p', 9, 'abc', '', TRUE, 1)",
			} {
				if _, err := tx.NewRaw(q).Exec(ctx); err != nil {
					return err
				}
			}
			_, err = tx.NewRaw("UPDATE document_paragraphs SET attrs = ? WHERE para = 'p3' AND revision IN (SELECT id FROM document_revisions WHERE document = ?)",
				`{"sentences":[{"i":1,"degree":"immense"}],"own":{"part":"message","n":2}}`, doc).Exec(ctx)
			return err
		}))
		flaws, err := h.Check(ctx)
		must(t, err)
		var codes []string
		for _, f := range flaws {
			codes = append(codes, f.Code)
		}
		for _, want := range []string{"dangling-source", "unknown-degree", "dangling-signature"} {
			if !slices.Contains(codes, want) {
				t.Errorf("flaws %v, without %s", flaws, want)
			}
		}
	})
}

// The page of one chain and that of all Messages ask as many queries for many sources
// as for one.
func TestQueriesOfProvenance(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		rural, schools := h.both()
		h.published(rural[0])
		pages := []string{"/2026/messages", "/2026/messages/1", "/2026/messages/1/provenance", "/2026/messages/coverage"}
		count := func() (out []int64) {
			for _, p := range pages {
				ctx, n := db.WithCount(t.Context())
				r := h.request(ctx, p)
				if r != http.StatusOK {
					t.Fatalf("%s answered %d", p, r)
				}
				out = append(out, n.Load())
			}
			return out
		}
		count() // settings and vocabularies are loaded anew after a change
		few := count()
		h.published(rural[1], schools[0], schools[1], rural[0])
		count()
		for i, n := range count() {
			if n != few[i] || n > 34 {
				t.Errorf("%s asks %d queries for one Message, %d for five; at most 34", pages[i], few[i], n)
			}
		}
	})
}

// E143: what is said of the Messages as a whole stands above them, with the licence in
// what is published from then on.
func TestAbout(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		rural, _ := h.both()
		h.published(rural[0])
		if a := h.get("member", "/2026/messages/about"); a.code != http.StatusForbidden {
			t.Errorf("a member may say what the Messages are: %d", a.code)
		}
		form := fields(h.ok("editor", "/2026/messages/about"), "main form.form")
		form.Set("note.By[en]", "These are points raised in sessions; they bind nobody.")
		form.Set("licence", "CC-BY-4.0")
		h.post("editor", "/2026/messages/about", form, http.StatusSeeOther)
		a := h.ok("", "/2026/messages")
		if !strings.Contains(a.text(".attribution"), "bind nobody") || !strings.Contains(a.text(".head"), "CC-BY-4.0") {
			t.Errorf("said: %s", a.text("main"))
		}
		form = fields(h.ok("editor", "/2026/messages/attribution?session="+string(h.rural.ID)), "main form.form")
		form.Set("text.By[en]", "These points are the session's.")
		h.post("editor", "/2026/messages/attribution?session="+string(h.rural.ID), form, http.StatusSeeOther)
		must(t, h.Publish(t.Context(), h.actors["staff"], h.set, false, "The note."))
		if a := h.ok("", "/2026/messages"); !strings.Contains(a.text(".document .attribution"), "the session's") {
			t.Errorf("attribution: %s", a.text(".attribution"))
		}
		v, err := h.View(t.Context(), core.Visitor, h.set, false)
		must(t, err)
		docs, err := h.docs.Load(t.Context(), v.Set.Document)
		must(t, err)
		if b, err := h.docs.FrozenJSON(t.Context(), docs[v.Set.Document], *v.Revision); err != nil || !strings.Contains(string(b), `"CC-BY-4.0"`) {
			t.Errorf("frozen %s, %v", b, err)
		}
	})
}
