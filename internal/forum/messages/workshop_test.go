package messages_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/papers"
	"plenary/internal/platform/db"
)

// Takeaways are put together by theme and by the words they share; editors name a
// cluster, move what is in it, set aside with a reason and take back (E138, E140).
func TestWorkshop(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		rural, schools := h.both()
		editor := h.actors["editor"]
		w, err := h.Workshop(ctx, editor, h.set)
		must(t, err)
		if len(w.Clusters) != 2 || len(w.Materials) != 4 || w.Counts[messages.MaterialOpen] != 4 {
			t.Fatalf("%d clusters of %d, %v", len(w.Clusters), len(w.Materials), w.Counts)
		}
		if label := w.Clusters[0].Label("en") + w.Clusters[1].Label("en"); !strings.Contains(label, "schools") || !strings.Contains(label, "villages") {
			t.Errorf("clusters are called %q", label)
		}
		for _, a := range []string{"", "member"} {
			if _, err := h.Workshop(ctx, h.actors[a], h.set); err == nil {
				t.Errorf("%q sees the workshop", a)
			}
		}

		must(t, h.NameCluster(ctx, editor, h.set, messages.NameInput{Name: en("Villages"), Keys: rural}))
		w, err = h.Workshop(ctx, editor, h.set)
		must(t, err)
		c := w.Clusters[0]
		if c.Named == nil || c.Label("fr") != "Villages" || len(c.Members) != 2 || !c.Members[0].Fixed {
			t.Fatalf("the named cluster is %+v", c)
		}
		must(t, h.MoveMaterial(ctx, editor, h.set, schools[:1], c.Key))
		must(t, h.MoveMaterial(ctx, editor, h.set, rural[1:], messages.ToNew))
		w, err = h.Workshop(ctx, editor, h.set)
		must(t, err)
		in := map[string]string{}
		for _, c := range w.Clusters {
			for _, m := range c.Members {
				in[m.ID] = c.Key
			}
		}
		if in[schools[0]] != c.Key || in[rural[1]] == c.Key || in[rural[0]] != c.Key || len(in) != 4 {
			t.Errorf("after moving: %v", in)
		}
		must(t, h.MoveMaterial(ctx, editor, h.set, slices.Concat(schools[:1], rural[1:]), messages.ToWords))
		kind(t, h.MoveMaterial(ctx, editor, h.set, rural, "gone"), core.KindInvalid)
		kind(t, h.MoveMaterial(ctx, editor, h.set, []string{"takeaway:x#p1"}, messages.ToNew), core.KindInvalid)

		kind(t, h.SetAside(ctx, editor, h.set, schools, " "), core.KindInvalid)
		must(t, h.SetAside(ctx, editor, h.set, schools, "Said better elsewhere."))
		w, err = h.Workshop(ctx, editor, h.set)
		must(t, err)
		if m := w.Materials[schools[0]]; m.State != messages.MaterialAside || m.Decision.Reason != "Said better elsewhere." || w.Counts[messages.MaterialAside] != 2 {
			t.Errorf("set aside: %+v, %v", m, w.Counts)
		}
		must(t, h.TakeBack(ctx, editor, h.set, schools[:1]))
		// A cluster without its name goes; one that was renamed meanwhile does not.
		kind(t, h.NameCluster(ctx, editor, h.set, messages.NameInput{ID: core.ID(c.Key), Version: 7, Name: en("Other"), Keys: rural}), core.KindConflict)
		must(t, h.NameCluster(ctx, editor, h.set, messages.NameInput{ID: core.ID(c.Key), Version: c.Named.Version, Keys: rural}))
		w, err = h.Workshop(ctx, editor, h.set)
		must(t, err)
		if slices.ContainsFunc(w.Clusters, func(x messages.Cluster) bool { return x.Named != nil }) || w.Counts[messages.MaterialAside] != 1 {
			t.Errorf("clusters made by hand are left: %+v, %v", w.Clusters, w.Counts)
		}
	})
}

// The whole of it on the pages, without script: filter, set aside, name, draft a Message,
// say what each sentence rests on.
func TestWorkshopPages(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		rural, schools := h.both()
		const base = "/2026/messages"
		if a := h.get("", base+"/workshop"); a.code == http.StatusOK {
			t.Error("a visitor sees the workshop")
		}
		a := h.ok("editor", base+"/workshop")
		if a.Find("section.panel").Length() != 2 || !strings.Contains(a.text(".result"), "4 not yet looked at") || !strings.Contains(a.text("#c1 .chips"), "%") {
			t.Fatalf("the workshop: %s", a.text("main"))
		}
		// Set one aside: without a reason the form comes back with what was chosen.
		form := fields(a, "#c1 form")
		form.Set("op", "aside")
		form.Set("keys", form.Get("all"))
		if a = h.post("editor", base+"/workshop", form, http.StatusUnprocessableEntity); a.Find("input[name=keys][checked]").Length() != 1 || a.Find("[role=alert]").Length() != 1 {
			t.Error("what was chosen is lost, or nothing is said")
		}
		form.Set("reason", "Doubled.")
		h.post("editor", base+"/workshop", form, http.StatusSeeOther)
		if a = h.ok("editor", base+"/workshop?show=aside"); a.Find(".choices .choice").Length() != 1 || !strings.Contains(a.text("main"), "Doubled.") {
			t.Errorf("set aside: %s", a.text("main"))
		}
		form.Set("op", "back")
		h.post("editor", base+"/workshop", form, http.StatusSeeOther)
		if a = h.ok("editor", base+"/workshop?show=aside"); a.Find(".empty").Length() != 1 {
			t.Error("nothing is aside, and the page does not say so")
		}
		form.Set("op", "name")
		form.Set("name", "A name of ours")
		h.post("editor", base+"/workshop", form, http.StatusSeeOther)
		if a = h.ok("editor", base+"/workshop"); !strings.Contains(a.text("h2"), "A name of ours") {
			t.Errorf("the cluster is called %s", a.text("h2"))
		}

		// Draft from two takeaways: the text is theirs.
		a = h.post("editor", base+"/workshop", url.Values{"op": {"draft"}, "keys": rural}, http.StatusSeeOther)
		a = h.ok("editor", a.location)
		form = fields(a, "main form.form")
		if text := form.Get("text.By[en]"); !strings.Contains(text, "own them. Spectrum") || !strings.Contains(text, "can pay.") || a.Find("aside .rung").Length() < 2 {
			t.Fatalf("the draft begins with %q: %s", text, a.text("aside"))
		}
		form.Set("text.By[en]", "Rural networks last when villages own them. We say this ourselves.")
		a = h.post("editor", base+"/new", form, http.StatusSeeOther)
		if a.location != base+"/1/edit" {
			t.Fatalf("it leads to %s", a.location)
		}
		a = h.ok("editor", a.location)
		if n := a.Find("fieldset.row .status.due").Length(); n != 1 || !strings.Contains(a.text("main"), "Rests on nothing yet") {
			t.Errorf("%d sentences are marked, want the second", n)
		}
		if !strings.Contains(a.text(".choices"), "Moment 00:41:07") {
			t.Errorf("the moment that the takeaway is pinned to is not offered: %s", a.text(".choices"))
		}
		// The second sentence rests on a moment given by its address, and has dissent.
		form = fields(a, "main form.form")
		form.Set("sentences[1].add", "/2026/nowhere/transcript#t=00:42:01")
		h.post("editor", base+"/1/edit", form, http.StatusUnprocessableEntity)
		form.Set("sentences[1].add", "http://forum.example/fr"+h.rural.Path()+"/transcript#t=00:42:01 "+h.schools.Path()+"/report#p1")
		form.Set("dissent[0].kind", "view")
		form.Set("dissent[0].text.By[en]", "Some held that fees fund coverage.")
		h.post("editor", base+"/1/edit", form, http.StatusSeeOther)
		v, err := h.View(t.Context(), h.actors["editor"], h.set, true)
		must(t, err)
		var para documents.Paragraph
		for _, p := range v.Revision.Paragraphs {
			if p.Kind == documents.Item {
				para = p
			}
		}
		var got []string
		for _, s := range para.Sources {
			got = append(got, strings.Repeat(".", s.Sentence)+s.Kind)
		}
		if want := ".takeaway ..segment ..takeaway"; strings.Join(got, " ") != want || para.Sources[2].Revision != 1 {
			t.Errorf("rests on %v, want %s", para.Sources, want)
		}
		if d := para.Attrs.Dissent; len(d) != 1 || d[0].Kind != documents.DissentView || d[0].By != "" {
			t.Errorf("dissent %+v", d)
		}
		if a = h.ok("editor", base+"/1"); !strings.Contains(a.text(".dissent"), "Diverging view") {
			t.Errorf("dissent shown as %q", a.text(".dissent"))
		}
		if a = h.ok("editor", base+"/workshop?show=used"); a.Find(".choices .choice").Length() != 2 {
			t.Errorf("%d are used, want the first of each session", a.Find(".choices .choice").Length())
		}
		// An empty text, with the evidence beside it.
		a = h.post("editor", base+"/workshop", url.Values{"op": {"empty"}, "keys": schools}, http.StatusSeeOther)
		if a = h.ok("editor", a.location); fields(a, "main form.form").Get("text.By[en]") != "" || a.Find("aside .rung").Length() < 2 {
			t.Error("the empty draft is not empty, or without its evidence")
		}
		if a = h.get("editor", base+"/new?k=takeaway:x%23p1"); a.code != http.StatusNotFound {
			t.Errorf("unknown evidence answered %d", a.code)
		}
	})
}

// E147: paragraphs of what a track has put out are raw material as well, and sources.
func TestOutputOfATrack(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.both()
		p, err := h.papers.Add(ctx, core.Operator, papers.Place{Edition: h.set.ID}, papers.Input{
			Kind: papers.TrackOutput, Title: en("Output of the parliamentary track"), Text: en("# Findings\n\nParliaments shall see budgets for rural networks."), Licence: "CC-BY-4.0", By: "Parliamentarians",
		})
		must(t, err)
		_, err = h.papers.Publish(ctx, core.Operator, p.ID, papers.PublishInput{Version: p.Version})
		must(t, err)
		w, err := h.Workshop(ctx, h.actors["editor"], h.set)
		must(t, err)
		var found *messages.Material
		for _, m := range w.Materials {
			if m.Part == messages.PartParagraph {
				found = m
			}
		}
		if found == nil || len(w.Materials) != 5 {
			t.Fatalf("the track's paragraph is not there: %d", len(w.Materials))
		}
		n, err := h.Draft(ctx, h.actors["editor"], h.set, messages.DraftInput{Text: found.Text, Keys: []string{found.Key}})
		must(t, err)
		c, err := h.Provenance(ctx, h.actors["editor"], h.set, n, true)
		must(t, err)
		if s := c.Sentences[0].Sources; len(s) != 1 || s[0].Kind != documents.SourceParagraph || s[0].Title.String() != "Output of the parliamentary track" || s[0].Path != p.Path()+"#"+found.Para {
			t.Errorf("it rests on %+v", c.Sentences[0])
		}
	})
}

// A text in several steps: brackets, bare sentences, statements and signatures each stop
// the final text, and say why.
func TestWhatStopsTheFinalText(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		rural, _ := h.both()
		staff := h.actors["staff"]
		n, err := h.Draft(ctx, staff, h.set, messages.DraftInput{Text: en("Rural networks last when villages own them. [We add this.]"), Keys: rural[:1]})
		must(t, err)
		must(t, h.Publish(ctx, staff, h.set, false, ""))
		if a := h.ok("", "/2026/messages"); a.text("mark") != "[We add this.]" {
			t.Errorf("brackets are marked as %q", a.text("mark"))
		}
		final := func(without, want string) {
			t.Helper()
			err := h.PublishAs(ctx, staff, h.set, messages.PublishInput{Final: true, Without: without})
			if want == "" {
				must(t, err)
			} else if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("final: %v, want %s", err, want)
			}
		}
		final("", "messages.error.brackets")
		edit := func(text, words string) {
			t.Helper()
			v, err := h.View(ctx, staff, h.set, true)
			must(t, err)
			c, err := h.Provenance(ctx, staff, h.set, n, true)
			must(t, err)
			must(t, h.Edit(ctx, staff, h.set, n, messages.EditInput{Version: v.Revision.Version, Text: en(text), Sentences: []messages.SentenceInput{
				{Sources: []string{"takeaway:" + c.Sentences[0].Sources[0].Ref}, Degree: "broad"}, {Words: words},
			}}))
		}
		edit("Rural networks last when villages own them. We add this.", "")
		final("", "messages.error.bare")
		edit("Rural networks last when villages own them. We add this.", "To bind both halves together.")

		must(t, h.SetSigners(ctx, staff, h.set, messages.SignersInput{Signers: []messages.SignerInput{
			{Role: messages.SignChair, Person: "Lina Haddad", Needed: true}, {Role: messages.SignHost, Person: "/people/" + string(h.actors["member"].Person)},
		}}))
		final("", "messages.error.unsigned")

		x, err := h.HandIn(ctx, h.actors["member"], h.set, n, messages.StatementInput{By: "Brandt Ltd", Text: en("Fees fund coverage.")})
		must(t, err)
		final("We waited long enough.", "messages.error.statements_wait")
		must(t, h.Decide(ctx, staff, h.set, x.ID, messages.DecideInput{Accept: true, Version: x.Version}))
		final("We waited long enough.", "")
		a := h.ok("", "/2026/messages")
		if !strings.Contains(a.text("main"), "We waited long enough.") || !strings.Contains(a.text(".dissent"), "Brandt Ltd") {
			t.Errorf("the final page says %s", a.text("main"))
		}
		if a := h.ok("", "/2026/messages/1/provenance"); !strings.Contains(a.text("#s2"), "To bind both halves together.") {
			t.Errorf("the drafters' own words: %s", a.text("#s2"))
		}
		if flaws, err := h.Check(ctx); err != nil || len(flaws) != 0 {
			t.Errorf("flaws %v, %v", flaws, err)
		}
	})
}

// The workshop asks as many queries for many takeaways as for few.
func TestQueriesOfTheWorkshop(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		h.both()
		count := func() int64 {
			ctx, n := db.WithCount(t.Context())
			_, err := h.Workshop(ctx, h.actors["editor"], h.set)
			must(t, err)
			return n.Load()
		}
		keys, _ := h.all()
		_, err := h.Draft(t.Context(), h.actors["editor"], h.set, messages.DraftInput{Text: en("One. Two."), Keys: keys[:1]})
		must(t, err)
		few := count()
		for range 3 {
			rural, _ := h.all()
			_, err := h.Draft(t.Context(), h.actors["editor"], h.set, messages.DraftInput{Text: en("One. Two."), Keys: rural})
			must(t, err)
		}
		if many := count(); many != few || few > 15 {
			t.Errorf("%d queries for few, %d for many; at most 15", few, many)
		}
	})
}

// all are the keys of all raw material, and how many.
func (h *house) all() ([]string, int) {
	w, err := h.Workshop(h.t.Context(), h.actors["editor"], h.set)
	must(h.t, err)
	var out []string
	for k := range w.Materials {
		out = append(out, k)
	}
	slices.Sort(out)
	return out, len(out)
}
