package documents_test

import (
	"context"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/testkit"
)

// E127, E140: every source of a published text is followed, and the frozen text is what
// it was: each kind of damage is found, and a whole record has none.
func TestCheckOfTexts(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		h.docs.Labels("takeaway", func(_ context.Context, _ string, refs []string) (map[string]documents.SourceLabel, error) {
			out := map[string]documents.SourceLabel{}
			for _, ref := range refs {
				if strings.HasPrefix(ref, "t") {
					out[ref] = documents.SourceLabel{Label: ref}
				}
			}
			return out, nil
		})
		cited := h.create(documents.Create{Paragraphs: texts(access)})
		h.publish(cited.ID, "")
		p := text(fees)
		p.Sources = []documents.Source{
			{Sentence: 1, Kind: "takeaway", Ref: "t1"},
			{Kind: "takeaway", Ref: "t2"},
			{Sentence: 2, Kind: documents.SourceParagraph, Ref: documents.ParaRef(cited.ID, "p1"), Revision: 1},
			{Kind: documents.SourceLink, Ref: "https://undocs.org/A/RES/70/125"},
		}
		d := h.create(documents.Create{Paragraphs: []documents.Paragraph{p}})
		h.publish(d.ID, "")
		h.revise(d.ID, documents.Revise{Paragraphs: texts(fees, rights)})
		h.publish(d.ID, "A point was missing.")
		h.revise(d.ID, documents.Revise{Paragraphs: texts(fees)}) // a draft is not looked at

		check := func() map[string]int {
			t.Helper()
			flaws, err := h.docs.Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			out := map[string]int{}
			for _, f := range flaws {
				if f.Subject == "" || !strings.HasPrefix(f.Where, "/documents/") || f.Text == "" {
					t.Errorf("%+v says too little", f)
				}
				out[f.Code]++
			}
			return out
		}
		if got := check(); len(got) != 0 {
			t.Fatalf("whole texts have flaws: %v", got)
		}
		id := func(n string) string {
			return "(SELECT id FROM document_revisions WHERE document = '" + string(d.ID) + "' AND number = " + n + ")"
		}
		for _, x := range []struct{ damage, code string }{
			{"UPDATE document_paragraphs SET kind = 'quote' WHERE revision = " + id("2"), "frozen-differs"},
			{"UPDATE document_sources SET ref = 'gone' WHERE ref = 't2'", "dangling-source"},
			{"UPDATE document_sources SET ref = '" + documents.ParaRef(cited.ID, "p9") + "' WHERE kind = 'paragraph'", "dangling-source"},
			{"UPDATE document_sources SET ref = '" + string(h.rec.IDs.New()) + "#p1' WHERE kind = 'paragraph'", "dangling-source"},
			{"UPDATE document_sources SET ref = '" + documents.ParaRef(cited.ID, "p1") + "', ref_revision = 7 WHERE kind = 'paragraph'", "dangling-source"},
			{"UPDATE document_sources SET ref = 'javascript:alert(1)' WHERE kind = 'link'", "source-link"},
			{"UPDATE document_sources SET kind = 'rumour' WHERE ref = 't1'", "source-kind"},
			{"UPDATE document_sources SET sentence = 9 WHERE kind = 'link'", "sentence"},
			{"UPDATE document_revisions SET frozen = frozen || ' ' WHERE id = " + id("2"), "hash"},
			{"UPDATE document_revisions SET hash = 'abc' WHERE id = " + id("1"), "chain"},
			{"UPDATE document_revisions SET frozen = 'x' WHERE id = " + id("2"), "frozen-malformed"},
			{"UPDATE documents SET published_revision = 9 WHERE id = '" + string(cited.ID) + "'", "revision-missing"},
		} {
			before := check()[x.code]
			if _, err := h.rec.DB.Write.ExecContext(t.Context(), x.damage); err != nil {
				t.Fatal(x.damage, err)
			}
			after := check()[x.code]
			if x.code == "dangling-source" && after == 0 || x.code != "dangling-source" && after <= before {
				t.Errorf("after %s there are %d of %s, before %d", x.damage, after, x.code, before)
			}
		}
	})
}

// However many sources there are, they are followed by a fixed number of queries.
func TestCheckAsksInBatches(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := open(t, url)
		calls := 0
		h.docs.Labels("takeaway", func(ctx context.Context, _ string, refs []string) (map[string]documents.SourceLabel, error) {
			calls++
			if core.ActorOf(ctx).Program != core.Operator.Program {
				t.Error("it asks as somebody else than the operator")
			}
			out := map[string]documents.SourceLabel{}
			for _, ref := range refs {
				out[ref] = documents.SourceLabel{Label: ref}
			}
			return out, nil
		})
		for i := range 5 {
			p := text(fees)
			for j := range 20 {
				p.Sources = append(p.Sources, documents.Source{Kind: "takeaway", Ref: strings.Repeat("t", 1+i*20+j)})
			}
			d := h.create(documents.Create{Paragraphs: []documents.Paragraph{p}})
			h.publish(d.ID, "")
		}
		flaws, err := h.docs.Check(t.Context())
		if err != nil || len(flaws) > 0 || calls != 1 {
			t.Errorf("%v, %v, resolved in %d calls", flaws, err, calls)
		}
	})
}
