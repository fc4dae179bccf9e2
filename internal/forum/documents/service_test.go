package documents_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

func paraIDs(r documents.Revision) string {
	var out []string
	for _, p := range r.Paragraphs {
		out = append(out, p.ID)
	}
	return strings.Join(out, " ")
}

// E140, E144: a text is drafted, published for review, revised, made final and
// corrected; each version stays, with its time, its hash and what changed.
func TestLifeOfAText(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		d := h.create(documents.Create{Kind: "messages", Stage: "review", Licence: "CC-BY-4.0", Subject: "s1"})
		if d.State != documents.StateDraft || d.Head != 1 || !d.HasDraft() || d.Version != 1 {
			t.Fatalf("a new document is %+v", d)
		}
		if _, err := h.tryPublish(d.ID, ""); core.KindOf(err) != core.KindConflict {
			t.Fatalf("an empty text is published: %v", err)
		}
		h.revise(d.ID, documents.Revise{Paragraphs: texts(access, fees)})
		first := h.publish(d.ID, "")
		if first.Number != 1 || first.Correction || first.Hash == "" || first.Issued != h.clock.Instant() || first.Draft() {
			t.Fatalf("the first publication is %+v", first)
		}
		if _, err := h.tryPublish(d.ID, ""); core.KindOf(err) != core.KindConflict {
			t.Fatalf("a text is published twice without a draft: %v", err)
		}

		draft := h.revise(d.ID, documents.Revise{Paragraphs: texts(fees, "A new point was made in the review.", access), Stage: "final"})
		if draft.Number != 2 || draft.Previous != 1 || paraIDs(draft) != "p2 p3 p1" || draft.Version != h.doc(d.ID).Version {
			t.Fatalf("the draft on top is %+v", draft)
		}
		final := h.publish(d.ID, "")
		if final.Number != 2 || final.Correction || final.Stage != "final" {
			t.Fatalf("the final text is %+v; a new stage is no correction", final)
		}

		h.revise(d.ID, documents.Revise{Paragraphs: texts(fees, access)})
		_, err := h.tryPublish(d.ID, " ")
		if e := core.Problems(fieldsOf(err)); len(e) != 1 || e[0].Path != "note" || e[0].Key != "documents.note.required" {
			t.Fatalf("a correction without a word of why is published: %v", err)
		}
		third := h.publish(d.ID, "The new point had been withdrawn.")
		if third.Number != 3 || !third.Correction || third.Note != "The new point had been withdrawn." {
			t.Fatalf("the correction is %+v", third)
		}
		if got, want := h.events(d.ID, false), "document.published document.published document.corrected"; got != want {
			t.Errorf("the public reads %s, want %s", got, want)
		}
		if got, want := h.events(d.ID, true), "document.created document.revised document.published document.revised document.published document.revised document.corrected"; got != want {
			t.Errorf("the record says %s, want %s", got, want)
		}
		for n, want := range map[int]string{1: "p1 p2", 2: "p2 p3 p1", 3: "p2 p1"} {
			r, err := h.docs.Revision(t.Context(), d.ID, n)
			if err != nil || paraIDs(r) != want || r.Draft() {
				t.Errorf("version %d has %s (%v), want %s", n, paraIDs(r), err, want)
			}
		}
		// The hash is that of the bytes which anybody can fetch, and each names the one before.
		before := ""
		for n := 1; n <= 3; n++ {
			doc, r, err := h.docs.SeeRevision(t.Context(), core.Visitor, d.ID, n)
			if err != nil {
				t.Fatal(err)
			}
			b, err := h.docs.FrozenJSON(t.Context(), doc, r)
			if err != nil || documents.Sum(b) != r.Hash {
				t.Fatalf("the hash of version %d is not that of its JSON (%v)", n, err)
			}
			var f documents.Frozen
			if err := json.Unmarshal(b, &f); err != nil || f.Revision != n || len(f.Paragraphs) != len(r.Paragraphs) || f.Licence != "CC-BY-4.0" {
				t.Fatalf("the JSON of version %d is %s (%v)", n, b, err)
			}
			if n > 1 && (f.Previous == nil || f.Previous.Hash != before) {
				t.Errorf("version %d does not name the hash of the one before", n)
			}
			before = r.Hash
		}
	})
}

func fieldsOf(err error) []core.FieldError {
	if e, ok := err.(*core.Error); ok { //nolint:errorlint // services return it bare
		return e.Fields
	}
	return nil
}

// Two people edit the same draft: the later learns of it and gets the text as it now
// stands. A save that changes nothing is no act.
func TestDraftIsEditedByOneAtATime(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		d := h.create(documents.Create{Paragraphs: texts(access)})
		r := h.revise(d.ID, documents.Revise{Paragraphs: texts(access, fees)})
		_, err := h.tryRevise(d.ID, documents.Revise{BasedOn: d.Version, Paragraphs: texts(rights)})
		e, ok := err.(*core.Error) //nolint:errorlint // services return it bare
		if !ok || e.Kind != core.KindStale {
			t.Fatalf("got %v, want a stale edit", err)
		}
		if cur, ok := e.Current.(documents.Revision); !ok || paraIDs(cur) != "p1 p2" || cur.Version != r.Version {
			t.Errorf("the present text is %+v", e.Current)
		}
		events := h.events(d.ID, true)
		for range 3 {
			same := h.revise(d.ID, documents.Revise{Paragraphs: texts(access, fees)})
			if same.Version != r.Version {
				t.Errorf("saving the same text made version %d of %d", same.Version, r.Version)
			}
		}
		auto := h.revise(d.ID, documents.Revise{Paragraphs: texts(access, fees, rights), Autosave: true})
		if paraIDs(auto) != "p1 p2 p3" || auto.Version == r.Version {
			t.Errorf("the autosave is not kept: %+v", auto)
		}
		if got := h.events(d.ID, true); got != events {
			t.Errorf("saving nothing, or by itself, is in the record: %s", got)
		}
		err = h.write(secretariat, func(ctx context.Context, tx *record.Tx) error { return h.docs.ExpectTx(ctx, tx, d.ID, r.Version) })
		if core.KindOf(err) != core.KindStale {
			t.Errorf("got %v, want stale: an autosave came after the publisher had read", err)
		}
	})
}

// A new stage or title alone leaves the text as it was; an empty text takes all away.
func TestStageWithoutWords(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		p := text(access)
		p.Sources = []documents.Source{{Sentence: 1, Kind: "session", Ref: "s1"}}
		d := h.create(documents.Create{Stage: "review", Paragraphs: []documents.Paragraph{p}})
		h.publish(d.ID, "")
		r := h.revise(d.ID, documents.Revise{Stage: "final", Title: core.NewText("en", "Final report")})
		if r.Number != 2 || r.Stage != "final" || paraIDs(r) != "p1" || len(r.Paragraphs[0].Sources) != 1 {
			t.Fatalf("the new stage is %+v", r)
		}
		if got := h.doc(d.ID).Title.String(); got != "Report of WS 184" {
			t.Errorf("the title of a draft is shown to everybody: %s", got)
		}
		h.publish(d.ID, "")
		if got := h.doc(d.ID).Title.String(); got != "Final report" {
			t.Errorf("the title is %s", got)
		}
		if r := h.revise(d.ID, documents.Revise{Paragraphs: []documents.Paragraph{}}); len(r.Paragraphs) != 0 {
			t.Errorf("an empty text keeps %s", paraIDs(r))
		}
	})
}

func TestDraftOfACorrectionIsThrownAway(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		d := h.create(documents.Create{Paragraphs: texts(access)})
		discard := func() error {
			return h.write(rapporteur, func(ctx context.Context, tx *record.Tx) error {
				return h.docs.DiscardTx(ctx, tx, d.ID, h.doc(d.ID).Version)
			})
		}
		if err := discard(); core.KindOf(err) != core.KindConflict {
			t.Fatalf("the only revision is thrown away: %v", err)
		}
		h.publish(d.ID, "")
		h.revise(d.ID, documents.Revise{Paragraphs: texts(access, fees)})
		if err := discard(); err != nil {
			t.Fatal(err)
		}
		if got := h.doc(d.ID); got.HasDraft() || got.Head != 1 {
			t.Errorf("there is still a draft: %+v", got)
		}
		if r := h.revise(d.ID, documents.Revise{Paragraphs: texts(access, rights)}); r.Number != 2 || paraIDs(r) != "p1 p3" {
			t.Errorf("the next draft is number %d with %s; ids must not be given out again", r.Number, paraIDs(r))
		}
	})
}

func TestInputIsChecked(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		d := h.create(documents.Create{Paragraphs: texts(access)})
		with := func(change func(*documents.Paragraph)) documents.Revise {
			p := text(fees)
			change(&p)
			return documents.Revise{BasedOn: d.Version, Paragraphs: []documents.Paragraph{text(access), p}}
		}
		for _, tc := range []struct {
			path, key string
			in        documents.Revise
		}{
			{"paragraphs[1].id", "documents.para.unknown", with(func(p *documents.Paragraph) { p.ID = "p9" })},
			{"paragraphs[1].id", "documents.para.unknown", with(func(p *documents.Paragraph) { p.ID = "intro" })},
			{"paragraphs[1].kind", "documents.paragraph.kind", with(func(p *documents.Paragraph) { p.Kind = "table" })},
			{"paragraphs[1].level", "documents.paragraph.level", with(func(p *documents.Paragraph) { p.Kind, p.Level = documents.Heading, 7 })},
			{"paragraphs[1].text", "form.too_long", with(func(p *documents.Paragraph) { p.Text = core.NewText("en", strings.Repeat("a", 20_001)) })},
			{"paragraphs[1].sources[0]", "documents.sentence.none", with(func(p *documents.Paragraph) {
				p.Sources = []documents.Source{{Kind: "takeaway", Ref: "t", Sentence: 3}}
			})},
			{"paragraphs[1].sources[0]", "documents.source.empty", with(func(p *documents.Paragraph) { p.Sources = []documents.Source{{Kind: "takeaway"}} })},
			{"paragraphs[1].sources[0]", "documents.source.address", with(func(p *documents.Paragraph) {
				p.Sources = []documents.Source{{Kind: documents.SourceLink, Ref: "javascript:alert(1)"}}
			})},
			{"paragraphs[1].sentences[1]", "documents.sentence.degree", with(func(p *documents.Paragraph) {
				p.Attrs.Sentences = []documents.Degree{{I: 1, Degree: "broad"}, {I: 1, Degree: "some"}}
			})},
			{"paragraphs[1].dissent[0]", "documents.dissent.empty", with(func(p *documents.Paragraph) { p.Attrs.Dissent = []documents.Dissent{{By: "A"}} })},
			{"paragraphs[1].own", "error.unreadable", with(func(p *documents.Paragraph) { p.Attrs.Own = json.RawMessage(`{"a":"\u0000"}`) })},
			{"title", "form.too_long", documents.Revise{BasedOn: d.Version, Title: core.NewText("en", strings.Repeat("a", 301))}},
			{"paragraphs", "documents.paragraphs.too_many", documents.Revise{BasedOn: d.Version, Paragraphs: slices.Repeat(texts("a"), 1501)}},
		} {
			_, err := h.tryRevise(d.ID, tc.in)
			if f := fieldsOf(err); len(f) != 1 || f[0].Path != tc.path || f[0].Key != tc.key {
				t.Errorf("got %v, want %s at %s", err, tc.key, tc.path)
			}
		}
		// What no database can take is cleaned, and empty rows of a form are no paragraphs.
		p := text("A\x00B \xff \r\nC")
		p.Attrs.Own = json.RawMessage(`{"b":1e2,"a":"\ud800"}`)
		r := h.revise(d.ID, documents.Revise{Paragraphs: []documents.Paragraph{text(" "), p}})
		if len(r.Paragraphs) != 1 || r.Paragraphs[0].Text.String() != "AB \uFFFD \nC" {
			t.Errorf("the text is kept as %q", r.Paragraphs[0].Text)
		}
		published := h.publish(d.ID, "")
		m, err := h.docs.Published(t.Context(), d.ID)
		if err != nil || m[d.ID].Hash != published.Hash || !m[d.ID].Paragraphs[0].Text.Equal(r.Paragraphs[0].Text) {
			t.Errorf("what is read is not what was written: %+v (%v)", m[d.ID], err)
		}
	})
}

// Texts of an import bring their ids along; later ones do not collide with them.
func TestImportedIDsAreKept(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		p, q := text(access), text(fees)
		p.ID = "p7"
		d := h.create(documents.Create{Paragraphs: []documents.Paragraph{q, p}})
		m, err := h.docs.Draft(t.Context(), d.ID)
		if err != nil || paraIDs(m[d.ID]) != "p8 p7" {
			t.Errorf("ids are %s (%v), want p8 p7", paraIDs(m[d.ID]), err)
		}
	})
}

// E145, E146, E152: from a takeaway or an earlier text to the published texts that rest
// on it, by sentence. Drafts and older versions give nothing away.
func TestProvenanceBothWays(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		report := h.create(documents.Create{Paragraphs: texts(access)})
		h.publish(report.ID, "")
		takeaway := documents.ParaRef(report.ID, "p1")

		m := text(fees)
		m.Sources = []documents.Source{
			{Sentence: 2, Kind: documents.SourceParagraph, Ref: takeaway, Revision: 1, Note: "as published"}, {Kind: "session", Ref: "s1"},
		}
		messages := h.create(documents.Create{Kind: "messages", Title: core.NewText("en", "Messages"), Paragraphs: []documents.Paragraph{text(rights), m}})
		find := func(kind string, refs ...string) []documents.Citation {
			t.Helper()
			list, err := h.docs.SourcesTo(t.Context(), kind, refs)
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		if list := find(documents.SourceParagraph, takeaway); len(list) != 0 {
			t.Fatalf("a draft is given away: %+v", list)
		}
		h.publish(messages.ID, "")
		list := find(documents.SourceParagraph, takeaway, "else")
		if len(list) != 1 || list[0].Document.ID != messages.ID || list[0].Para != "p2" || list[0].Statement != "They should follow coverage." || list[0].Source.Revision != 1 {
			t.Fatalf("the takeaway is cited in %+v", list)
		}
		if list := find("session", "s1"); len(list) != 1 || list[0].Statement != fees {
			t.Fatalf("the session is cited in %+v", list)
		}
		// The correction no longer rests on the session; while it is a draft nobody can tell.
		p := text(fees)
		p.ID, p.Sources = "p2", []documents.Source{{Sentence: 2, Kind: documents.SourceParagraph, Ref: takeaway}}
		h.revise(messages.ID, documents.Revise{Paragraphs: []documents.Paragraph{text(rights), p}, Note: "It was another session."})
		if list := find("session", "s1"); len(list) != 1 || list[0].Document.HasDraft() {
			t.Fatalf("the draft of a correction shows: %+v", list)
		}
		h.publish(messages.ID, "")
		if list := find("session", "s1"); len(list) != 0 {
			t.Errorf("an older version still answers: %+v", list)
		}
		if list := find(documents.SourceParagraph, takeaway); len(list) != 1 || list[0].Revision != 2 {
			t.Errorf("the takeaway is cited in %+v", list)
		}
	})
}

// However many texts are read, the number of queries stays.
func TestNumberOfQueries(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		var all []core.ID
		for range 12 {
			p := text(access)
			p.Sources = []documents.Source{{Kind: "session", Ref: "s1"}}
			d := h.create(documents.Create{Subject: "s1", Paragraphs: []documents.Paragraph{p, text(fees)}})
			h.publish(d.ID, "")
			h.revise(d.ID, documents.Revise{Paragraphs: texts(access, fees, rights)})
			all = append(all, d.ID)
		}
		for _, tc := range []struct {
			name string
			want int64
			read func(ctx context.Context, ids []core.ID) (int, error)
		}{
			{"Load", 1, func(ctx context.Context, ids []core.ID) (int, error) {
				m, err := h.docs.Load(ctx, ids...)
				return len(m), err
			}},
			{"Published", 3, func(ctx context.Context, ids []core.ID) (int, error) {
				m, err := h.docs.Published(ctx, ids...)
				return len(m), err
			}},
			{"Draft", 3, func(ctx context.Context, ids []core.ID) (int, error) {
				m, err := h.docs.Draft(ctx, ids...)
				return len(m), err
			}},
			{"Head", 3, func(ctx context.Context, ids []core.ID) (int, error) {
				m, err := h.docs.Head(ctx, ids...)
				return len(m), err
			}},
			{"Revisions", 1, func(ctx context.Context, ids []core.ID) (int, error) {
				m, err := h.docs.Revisions(ctx, ids...)
				return len(m), err
			}},
		} {
			for _, n := range []int{1, 12} {
				ctx, count := db.WithCount(t.Context())
				got, err := tc.read(ctx, all[:n])
				if err != nil || got != n || count.Load() != tc.want {
					t.Errorf("%s of %d texts: %d found, %d queries (%v); want %d queries", tc.name, n, got, count.Load(), err, tc.want)
				}
			}
		}
		ctx, count := db.WithCount(t.Context())
		if list, err := h.docs.SourcesTo(ctx, "session", []string{"s1"}); err != nil || len(list) != 12 || count.Load() != 2 {
			t.Errorf("SourcesTo: %d found, %d queries (%v)", len(list), count.Load(), err)
		}
		if m, err := h.docs.Of(t.Context(), "report", "s1", "s2"); err != nil || len(m["s1"]) != 12 || m["s2"] != nil {
			t.Errorf("Of finds %d (%v)", len(m["s1"]), err)
		}
	})
}
